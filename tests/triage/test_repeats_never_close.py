"""What repeats another case, a letter or itself is never closed alone, nor is more than the budget."""

from datetime import timedelta

import pytest

from appeals.models import Appeal, Decision
from casework.errors import CaseError, NotAllowed
from casework.models import Event
from classifier.features import TEXT_LIMIT, normalise
from tests import factories as make
from triage import commands as triage
from triage import subscribers
from triage.commands import search_repeats
from triage.features import input_of
from triage.models import ClearSearch
from triage.permission import allowed_for

pytestmark = pytest.mark.once

WON = "通知里写的订单不是我们店的，发货底单和监控录像都在附件里，系统把同名店铺的商品算到了我们头上。"


@pytest.fixture(autouse=True)
def automation(world, now, request, monkeypatch):
    """A certificate; the parameter, where there is one, is how many it closes on one day."""
    monkeypatch.setattr("triage.commands.certificates.most_a_day", lambda _alpha: getattr(request, "param", 10))
    world.more["certificate"] = make.switch_on(world.carl, now=now)


def filed(world, now, statement="", *, other=False, **changes) -> Appeal:
    actor, party = (world.eve, world.other_merchant) if other else (world.alice, world.merchant)
    values = {"statement": statement} if statement else {}
    appeal = make.file(actor, world.notice(party), now=now, review="system_first", **values)
    return make.suggested(appeal, now=now, **changes)


def close(appeal, now) -> bool:
    """Whether the system closed it; where it did not, nothing of a closing is left."""
    try:
        triage.finalise_automatically(appeal_id=appeal.pk, now=now)
    except NotAllowed:
        assert not Decision.objects.filter(appeal=appeal).exists()
        assert not ClearSearch.objects.filter(appeal=appeal).exists()
        return False
    assert ClearSearch.objects.filter(appeal=appeal).exists()
    return True


def test_of_two_copies_filed_at_the_same_second_neither_is_closed_alone(world, now):
    one, two = filed(world, now, WON), filed(world, now, WON, other=True)
    assert one.filed_at == two.filed_at

    assert not close(two, now)
    assert not close(one, now)
    assert search_repeats(one) == search_repeats(two) == ("known_case",)


def test_a_copy_that_was_read_before_the_other_was_on_file_does_not_close_behind_it(world, now):
    first = filed(world, now, WON)
    assert close(first, now)
    earlier = filed(world, now - timedelta(days=1), WON, other=True)  # filed before it, and closed after it

    assert not close(earlier, now)


@pytest.mark.parametrize("around", [1, 6])
def test_a_won_appeal_pasted_into_much_else_is_found(world, now, around):
    assert close(filed(world, now, WON), now)
    more = "".join(make.own_words() + "。" for _ in range(around))

    assert "known_case" in search_repeats(filed(world, now, more + WON + more, other=True))


def test_ones_own_earlier_words_are_not_used_twice(world, now):
    filed(world, now, "我们有品牌方出具的授权书，从二月起有效，" + make.own_words())
    again = filed(world, now, make.own_words() + "，我们有品牌方出具的授权书，从二月起有效")

    assert search_repeats(again) == ("own_earlier",)
    assert not close(again, now)
    assert (
        search_repeats(filed(world, now, make.own_words() + "，我们有品牌方出具的授权书，从二月起有效", other=True))
        == ()
    )


def test_phrases_of_ones_own_earlier_letter_do_not_close_the_next_appeal(world, now):
    quoted = [{"text": words, "start": 0, "end": 3, "weight": 0.4} for words in ("监控录像", "发货底单", "进货发票")]
    filed(world, now, phrases=quoted)
    words = make.own_words()
    scattered = words[:20] + "监控录像" + words[20:30] + "发货，底·单" + words[30:]

    again = filed(world, now, scattered)
    assert search_repeats(again) == ("letter",)
    assert not close(again, now)


def test_one_phrase_of_a_letter_is_a_coincidence(world, now):
    filed(world, now, phrases=[{"text": "监控录像", "start": 0, "end": 4, "weight": 0.4}])

    assert search_repeats(filed(world, now, make.own_words() + "监控录像")) == ()


LETTERS = [
    "收货照片里的封条编号与出库单一致，没有拆过",
    "质检机构在三月份已经重新出具合格结论",
    "买家在聊天里确认收到的就是页面上那一款",
]


def won_by_a_person(world, now, statement: str, **changes) -> Appeal:
    """An appeal of the other merchant that a reviewer granted, so that its letter quotes these words."""
    notice = world.notice(world.other_merchant)
    appeal = make.file(world.eve, notice, now=now, statement=statement)
    make.suggested(appeal, now=now)
    return make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now, **changes)


def test_phrases_of_a_letter_to_somebody_else_do_not_close_an_appeal(world, now):
    """Pasted between other words, each too short to be a passage; it takes several from the same letter."""
    alone = "签收的人不是我们仓库的"  # of the same party, not `scattered`: a passage may hold as little as eight signs
    won_by_a_person(world, now, "，".join([*LETTERS, alone, make.own_words()]))
    own = [make.own_words() for _ in range(4)]

    scattered = filed(world, now, "，".join(x for pair in zip(own, [*LETTERS, ""], strict=True) for x in pair))
    assert search_repeats(scattered) == ("letter",)
    assert not close(scattered, now)
    assert close(filed(world, now, f"{make.own_words()}，{alone}"), now)


def test_what_a_reviewer_wrote_in_a_letter_closes_nobody_else_s_appeal(world, now):
    said = "收货照片里的封条编号与出库单一致因此可以排除中途调换"
    won_by_a_person(world, now, make.own_words(), reasons=said)

    assert search_repeats(filed(world, now, make.own_words() + said)) == ("letter",)


def test_a_letter_that_kept_the_measure_teaches_nothing(world, now):
    won_by_a_person(world, now, "，".join([*LETTERS, make.own_words()]), outcome="UPHELD")

    assert search_repeats(filed(world, now, make.own_words() + "，".join(LETTERS))) == ()


def test_what_many_letters_say_belongs_to_nobody(world, now):
    """So common words of a trade do not send everybody to a person."""
    for _ in range(4):
        won_by_a_person(world, now, make.own_words() + "，" + "，".join(LETTERS))

    assert search_repeats(filed(world, now, make.own_words() + "，" + "，".join(LETTERS))) == ()


def test_a_letter_is_known_even_where_its_appeal_was_sketched_after_the_decision(world, now):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("triage.commands.record_likely_duplicates", lambda **_given: [])
        appeal = won_by_a_person(world, now, "，".join([*LETTERS, make.own_words()]))
    triage.record_likely_duplicates(appeal_id=appeal.pk, now=now)

    assert search_repeats(filed(world, now, make.own_words() + "，".join(LETTERS))) == ("letter",)


def test_what_repeats_itself_is_read_by_a_person(world, now):
    words = make.own_words()

    assert search_repeats(filed(world, now, (words + "，") * 3)) == ("itself",)


def test_a_text_over_the_limit_is_read_by_a_person(world, now):
    """What lies beyond the limit was not weighed, so the model abstains; padding cannot push words out of sight."""
    text = "".join(make.own_words() for _ in range(TEXT_LIMIT // 40))
    assert normalise(text).truncated
    abstains = filed(world, now, text[:2_000], abstained=True, abstain_reasons=["too_long"], closing_permille=None)

    assert not close(abstains, now)


def test_a_text_too_short_to_be_compared_is_read_by_a_person(world, now):
    appeal = filed(world, now, "截图不是我店的。")

    assert search_repeats(appeal) is None
    permission = allowed_for(appeal, now=now).permission
    assert "not_searched" in permission.objections(input_of(appeal), model_hash=make.MODEL_HASH, probability=0.99)
    assert not close(appeal, now)


def test_the_reaction_searches_before_it_asks_the_model(world, now, monkeypatch):
    """In whatever order the outbox runs the two reactions, no permission is given before the search."""
    seen = []
    monkeypatch.setattr("triage.subscribers.file_in_use", dict)
    monkeypatch.setattr(
        "triage.subscribers.suggest", lambda _case, **given: seen.append(given["permission"].repeats) or 1 / 0
    )
    make.file(world.eve, world.notice(world.other_merchant), now=now, review="system_first", statement=WON)
    appeal = make.file(world.alice, world.notice(), now=now, review="system_first", statement=WON)
    triage.record_likely_duplicates(appeal_id=Appeal.objects.exclude(pk=appeal.pk).get().pk, now=now)

    with pytest.raises(ZeroDivisionError):
        subscribers.triage(Event.objects.get(case_kind="appeal", case_id=appeal.pk, type="appeal.filed"), now=now)
    assert seen == [("known_case",)]


# — the budget —


def test_a_party_that_succeeded_twice_under_a_certificate_goes_to_a_person(world, now):
    assert close(filed(world, now), now)
    assert close(filed(world, now), now)

    third = filed(world, now)
    assert allowed_for(third, now=now, repeats=()).permission.is_spent
    assert not close(third, now)
    assert close(filed(world, now, other=True), now)


@pytest.mark.parametrize("automation", [1], indirect=True)
def test_on_one_day_no_more_are_closed_than_may_be(world, now, monkeypatch):
    before_midnight = now.replace(hour=15, minute=59)
    assert close(filed(world, now), before_midnight)
    other = filed(world, now, other=True)
    assert not close(other, before_midnight)
    with monkeypatch.context() as patched:
        patched.setattr("triage.permission._is_spent", lambda *_: False)
        with pytest.raises(CaseError):  # the tables hold it by themselves
            triage.finalise_automatically(appeal_id=other.pk, now=before_midnight)

    assert close(other, before_midnight + timedelta(minutes=1))  # the next day in Beijing


# — the phrase —


def test_a_passage_that_closes_case_after_case_goes_to_a_person(world, now, monkeypatch):
    """Three different parties succeed with it, and nobody else ever wrote it; letters set aside, which come first."""
    monkeypatch.setattr("triage.commands.duplicates._repeats_a_letter", lambda *_given: False)
    magic = "经平台资质中心复核确认本店商品全部合规无误"
    for _other in range(12):
        filed(world, now, other=True)
    for name in ("甲店", "乙店", "丙店", "丁店"):
        party = make.make_party(world.client, "MERCHANT", name, now=now)
        actor = make.member(party, now=now, name=name)
        appeal = make.file(
            actor, world.notice(party), now=now, review="system_first", statement=make.own_words() + "，" + magic
        )
        make.suggested(appeal, now=now)
        assert search_repeats(appeal) == (("closings",) if name == "丁店" else ())
        assert close(appeal, now) == (name != "丁店")


# — a person asked for in words —


@pytest.mark.parametrize(
    "wish",
    [
        "请转人·工处理",
        "請轉人工處理",
        "请转 rén gōng 处理",
        "请转入工客服处理",
        "请转\u200b人\u200b工处理",
        "plz get me a h.u.m.a.n",
    ],
    ids=["dots", "the other script", "pinyin", "a sign like it", "zero width", "English spelt out"],
)
def test_a_person_asked_for_in_disguise_is_never_overlooked(world, now, wish):
    """Even where the suggestion on file heard nothing: the words are read again before a case is closed."""
    appeal = filed(world, now, make.own_words() + "。" + wish)

    assert search_repeats(appeal) == ()
    permission = allowed_for(appeal, now=now, repeats=()).permission
    assert "asks_for_a_person" in permission.objections(input_of(appeal), model_hash=make.MODEL_HASH, probability=0.99)
    assert not close(appeal, now)
