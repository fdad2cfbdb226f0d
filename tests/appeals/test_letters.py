"""Letter templates: signed by two, put into the reasons with their blanks, and never sent with one."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from appeals import commands
from appeals.models import Decision
from casework import clock
from casework.clock import BEIJING
from casework.errors import CaseError, ConflictOfInterest, Invalid, NotAllowed, NotFound
from rules.commands import sign_change
from rules.letters import blanks_in
from tests import factories as make
from tests.laws import assert_refused
from tests.pages import browser, living, page_of, text_of

pytestmark = pytest.mark.once
now = living(hours=3)
ZH, EN = "您提交了[…材料名称]，处置不能成立。", "You submitted […name of the document]; the measure does not hold."


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def officers(world, now):
    return make.staff("compliance", now=now), make.staff("compliance", now=now)


def proposed(actor, now, **changes):
    day = now.astimezone(BEIJING).date() + timedelta(days=90)
    said = {"ground": "facts_wrong", "finding": "accepted", "letter_zh": ZH, "letter_en": EN, "review_by": day}
    return commands.propose_letter(actor=actor, now=now, **said | changes)


def signed(officers, now, **changes):
    change = proposed(officers[0], now, **changes)
    return sign_change(actor=officers[1], ref=change.ref, now=now)


def test_a_template_is_offered_once_another_person_signed_it(world, now, officers):
    change = proposed(officers[0], now)
    assert commands.letters_on(["facts_wrong"], now=now) == []
    for each, refusal in ((officers[0], ConflictOfInterest), (world.rita, NotFound)):
        with pytest.raises(refusal):
            sign_change(actor=each, ref=change.ref, now=now)
    sign_change(actor=officers[1], ref=change.ref, now=now)
    assert [letter.text["zh"] for letter in commands.letters_on(["facts_wrong"], now=now)] == [ZH]
    assert commands.letters_on(["other"], now=now) == []
    signed(officers, now, letter_zh=f"{ZH}　　请查收。", reason="写明查收。")
    assert [letter.text["zh"][-4:] for letter in commands.letters_on(["facts_wrong"], now=now)] == ["请查收。"]
    with pytest.raises(NotAllowed):
        proposed(world.rita, now)


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"letter_en": "No blank here at all."}, "/letter_en"),
        ({"letter_zh": "平台拥有最终解释权[…材料名称]。"}, "/letter_zh"),
    ],
)
def test_a_template_is_refused(officers, now, wrong, at):
    with pytest.raises(Invalid) as refused:
        proposed(officers[0], now, **wrong)
    assert refused.value.errors[0].pointer == at


def test_a_day_of_review_lies_ahead_and_once_over_it_is_offered_last(officers, now):
    with pytest.raises(Invalid):
        proposed(officers[0], now, review_by=now.astimezone(BEIJING).date())
    signed(officers, now, review_by=now.astimezone(BEIJING).date() + timedelta(days=2))
    signed(officers, now, finding="rejected")
    findings = [(each.finding, each.is_overdue) for each in commands.letters_on(["facts_wrong"], now=now)]
    assert findings == [("accepted", False), ("not accepted", False)]
    later = now + timedelta(days=4)
    findings = [(each.finding, each.is_overdue) for each in commands.letters_on(["facts_wrong"], now=later)]
    assert findings == [("not accepted", False), ("accepted", True)]


@pytest.mark.parametrize(
    ("field", "at"),
    [("reasons", "/reasons"), ("rule_application", "/rule_application"), ("sentence", "/points/0/sentence")],
)
@pytest.mark.parametrize("mark", ["[…材料名称]", "[…", "____"])
def test_a_letter_with_an_empty_blank_is_not_sent(world, now, field, at, mark):
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    text = f"您提交了{mark}，处置不能成立。"
    points = make.points(keeps=False)
    if field == "sentence":
        first = commands.Point(points[0].kind, points[0].text, points[0].finding, text)
        said = {"points": [first, *points[1:]]}
    else:
        said = {field: text}
    with pytest.raises(Invalid) as refused:
        make.decide(world.rita, appeal, now=now, **said)
    assert [(e.pointer, e.code) for e in refused.value.errors] == [(at, "unedited-template")]
    assert not Decision.objects.exists()


@pytest.mark.on_both
def test_the_database_keeps_a_letter_with_a_blank_out(world, now, monkeypatch):
    monkeypatch.setattr("appeals.commands.decide.blank_errors", lambda texts: [])
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    sentence = make.points(keeps=False)
    bad = commands.Point(sentence[0].kind, sentence[0].text, sentence[0].finding, "您提交了[…材料]。")
    for law, said in (
        ("letter_with_an_empty_blank_is_not_sent", {"reasons": "您提交了[…材料名称]。"}),
        ("letter_with_an_empty_blank_is_not_sent", {"rule_application": "第____条不适用于此。"}),
        ("finding_with_an_empty_blank_is_not_sent", {"points": [bad, *sentence[1:]]}),
    ):
        assert_refused(law, lambda said=said: unwrapped(lambda: make.decide(world.rita, appeal, now=now, **said)))


def unwrapped(attempt):
    try:
        attempt()
    except CaseError as error:
        raise error.__cause__ from None


def test_the_form_puts_it_below_what_was_typed_and_says_what_is_to_be_filled(world, officers, now):
    signed(officers, now)
    appeal = make.file(world.alice, world.notice(), now=now)
    appeal = make.ready_to_decide(world.rita, appeal, now=clock.now())
    officer = browser(world.rita)
    page = officer.get(reverse("workbench:case", args=[appeal.ref]))
    letter = commands.letters_on(["facts_wrong"], now=clock.now())[0]
    assert "Facts" in text_of(page)
    form = page_of(page).partition('id="decision"')[2].partition("</form>")[0]
    names = re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', form)
    assert {"reasons", "rule_application"} < {*names[: names.index("letter")]}
    assert names[names.index("letter") :] == ["letter", "add"]  # nobody who writes without a template passes it

    typed = {"version": appeal.version, "facts": 1, "arguments": 1, "reasons": "已核对。", "letter": letter.ref}
    again = officer.post(reverse("workbench:edit", args=[appeal.ref]), typed | {"add": "letter"})
    assert re.search(r'<textarea id="reasons"[^>]* autofocus[^>]*>([^<]*)<', page_of(again))[1] == f"已核对。\n\n{ZH}"
    assert re.findall("<mark>([^<]*)</mark>", page_of(again)) == blanks_in(ZH)
    assert "[…材料名称]" in text_of(
        officer.post(reverse("workbench:check", args=[appeal.ref]), typed | {"reasons": ZH})
    )
    assert not Decision.objects.exists()


def test_compliance_sees_what_is_overdue_and_begins_a_new_version_with_it(world, officers, now):
    day = now.astimezone(BEIJING).date() + timedelta(days=2)
    change = signed(officers, now - timedelta(days=9), review_by=day - timedelta(days=6))
    officer, at = browser(officers[0]), reverse("catalogues:letters")
    assert "Review overdue since" in text_of(officer.get(at))
    assert ZH in page_of(officer.get(at, {"like": change.ref})).partition('name="letter_zh"')[2]
    typed = {"ground": "facts_wrong", "finding": "accepted", "letter_zh": ZH, "letter_en": EN, "reason": "仍然适用。"}
    done = officer.post(at, typed | {"review_by": day.isoformat()}, follow=True)
    assert "Another person signs it." in text_of(done)
    assert browser(world.rita).get(at).status_code == 403
