"""What happens to a served notice: it is read, corrected, its time runs out, and what is owed is paid back or said."""

from datetime import timedelta

import pytest

from appeals import commands as appeals
from casework import canonical, deadlines, ledger
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn, Stale
from casework.models import Deadline, Event
from notices import commands as notices
from notices.commands import Amendment
from notices.models import Notice, Remedy
from rules.terms import SHIPPED
from tests import factories as make

pytestmark = pytest.mark.once

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHER_WORDS = Amendment(why="写错了商品编号。", facts="商品88121的详情页写有“国家级工艺”字样。")


def ledger_of(notice):
    return list(
        Event.objects.filter(case_kind="notice", case_id=notice.pk).order_by("sequence").values_list("type", flat=True)
    )


def fresh(notice):
    return Notice.objects.get(pk=notice.pk)


# — reading —


def test_the_first_reading_is_recorded_and_no_other(world, now):
    notice = world.notice()
    for reader, at in ((world.rita, now), (world.alice, now + HOUR), (world.alice_staff, now + DAY), (world.eve, now)):
        notices.record_reading(actor=reader, ref=notice.ref, now=at)

    assert fresh(notice).read_at == now + HOUR
    assert ledger_of(notice) == ["notice.issued", "notice.read"]


# — amendment —


def test_an_amendment_keeps_what_was_said_before_and_starts_the_time_afresh(world, now):
    notice = world.notice()
    said = (notice.facts, notice.reasons, notice.text_hash)
    later = now + 10 * DAY

    notices.amend_notice(
        actor=world.platform,
        ref=notice.ref,
        now=later,
        amendment=Amendment(why="写错了商品编号。", facts="2026年3月1日,商品88121详情页写有“国家级工艺”字样。"),
    )

    row = fresh(notice)
    [earlier] = row.editions.all()
    assert (earlier.no, earlier.facts, earlier.reasons, earlier.text_hash) == (1, *said)
    assert (earlier.replaced_at, earlier.why) == (later, "写错了商品编号。")
    assert (row.edition, row.reasons) == (2, notice.reasons)
    assert row.text_hash == canonical.digest({"facts": row.facts, "reasons": row.reasons})
    assert row.appeal_closes_at == notice.appeal_closes_at + 10 * DAY
    assert Deadline.objects.get(kind="notice.appeal_window", state="OPEN").due_at == row.appeal_closes_at


@pytest.mark.parametrize(
    ("amendment", "pointer", "code"),
    [
        ({"why": " ", "facts": "完全不同的一段事实描述。"}, "/why", "required"),
        ({"why": "因为"}, "/facts", "changes-nothing"),
        ({"why": "因为", "facts": "\u3164"}, "/facts", "required"),
    ],
)
def test_an_amendment_says_what_and_why(world, now, amendment, pointer, code):
    notice = world.notice()

    with pytest.raises(Invalid) as refusal:
        notices.amend_notice(actor=world.platform, ref=notice.ref, amendment=Amendment(**amendment), now=now)
    assert [(e.pointer, e.code) for e in refusal.value.errors] == [(pointer, code)]
    assert not fresh(notice).editions.exists()


@pytest.mark.parametrize(
    "words",
    [
        {"facts": "平台对本规则拥有最终解释权,商家应当遵守。"},
        {"reasons": "违反平台规则。"},
    ],
)
def test_an_amendment_may_not_say_what_a_notice_may_not_say(world, now, words):
    notice = world.notice()

    with pytest.raises(Invalid):
        notices.amend_notice(actor=world.platform, ref=notice.ref, amendment=Amendment(why="更正", **words), now=now)


def test_nothing_is_amended_under_an_open_appeal(world, now):
    notice = world.notice()
    make.file(world.alice, notice, now=now)

    with pytest.raises(NotYourTurn):
        notices.amend_notice(actor=world.platform, ref=notice.ref, amendment=OTHER_WORDS, now=now)
    assert not fresh(notice).editions.exists()


@pytest.mark.parametrize(("who", "error"), [("alice", NotAllowed), ("rita", NotAllowed), ("eve", NotFound)])
def test_only_the_platform_corrects(world, now, who, error):
    notice = world.notice()

    with pytest.raises(error):
        notices.withdraw_notice(actor=getattr(world, who), ref=notice.ref, reason="不对。", now=now)
    with pytest.raises(error):
        notices.amend_notice(actor=getattr(world, who), ref=notice.ref, amendment=OTHER_WORDS, now=now)
    assert ledger_of(notice) == ["notice.issued"]


def test_another_client_finds_nothing(world, now):
    _client, other = make.make_client(now, "other")
    notice = world.notice()

    with pytest.raises(NotFound):
        notices.withdraw_notice(actor=other, ref=notice.ref, reason="不对。", now=now)


# — withdrawal —


def test_a_withdrawn_notice_is_revoked_and_every_effect_is_owed(world, now, settings):
    notice = world.notice(measures=[make.measure(now), make.deduction(now, 5_000)])

    notices.withdraw_notice(actor=world.carl, ref=notice.ref, reason="识别工具出错。", now=now + DAY)

    assert (fresh(notice).state, fresh(notice).withdrawn_reason) == ("REVOKED", "识别工具出错。")
    owed = [(r.measure.no, r.kind, r.amount_minor, r.due_at) for r in notice.remedies.order_by("measure__no", "kind")]
    due = now + DAY + SHIPPED["remedy_time"].length
    assert owed == [
        (1, "CORRECT_RECORD", None, due),
        (1, "RESTORE", None, due),
        (2, "CORRECT_RECORD", None, due),
        (2, "REFUND", 5_000, due),
    ]
    assert Deadline.objects.filter(kind="notice.remedy", state="OPEN").count() == 4
    with pytest.raises(NotYourTurn):
        notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason="再次。", now=now + DAY)


def test_a_withdrawal_says_why_and_by_the_version_read(world, now):
    notice = world.notice()

    with pytest.raises(Invalid):
        notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason=" ", now=now)
    with pytest.raises(Stale):
        notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason="不对。", now=now, expected_version=7)
    assert fresh(notice).state == "IN_FORCE"


def test_an_open_appeal_against_a_withdrawn_notice_is_closed_as_corrected(world, now):
    notice = world.notice()
    appeal = make.file(world.alice, notice, now=now)

    notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason="识别工具出错。", now=now)
    appeals.close_as_corrected(notice_id=notice.pk, now=now)

    appeal.refresh_from_db()
    assert appeal.state == "CORRECTED"
    assert list(ledger.verify()) == []


# — time —


def test_a_precautionary_hold_lifts_itself(world, now):
    until = now + timedelta(hours=72)
    notice = world.notice(is_precautionary=True, breach_kind="SUSPICION", measures=[make.measure(now, ends_at=until)])

    assert deadlines.fire_due(now=until + deadlines.grace() - timedelta(microseconds=1)) == 0
    assert deadlines.fire_due(now=until + deadlines.grace()) == 1

    assert (fresh(notice).state, notice.measures.get().state) == ("ENDED", "ENDED")
    event = Event.objects.get(type="notice.ended")
    assert (event.effective_at, event.actor_ref, event.facts) == (until, "system:deadline", {"measures": [1]})


def test_measures_end_one_by_one_and_the_notice_with_the_last(world, now):
    notice = world.notice(measures=[make.measure(now, ends_at=now + d * DAY) for d in (1, 3)])

    deadlines.fire_due(now=now + 2 * DAY)
    assert [m.state for m in notice.measures.all()] == ["ENDED", "IN_FORCE"]
    assert fresh(notice).state == "IN_FORCE"
    deadlines.fire_due(now=now + 4 * DAY)

    assert fresh(notice).state == "ENDED"
    assert ledger_of(notice) == ["notice.issued", "notice.measures_ended", "notice.ended"]


def test_a_measure_that_runs_out_under_appeal_leaves_the_appeal_open(world, now):
    notice = world.notice(measures=[make.measure(now, ends_at=now + DAY)])
    appeal = make.file(world.alice, notice, now=now)

    deadlines.fire_due(now=now + 2 * DAY)
    assert (fresh(notice).state, notice.measures.get().state) == ("UNDER_APPEAL", "ENDED")
    appeals.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=now + 2 * DAY)

    assert fresh(notice).state == "ENDED"


def test_the_window_to_appeal_closes_on_record_and_a_late_request_stays_possible(world, now):
    notice = world.notice()
    after = notice.appeal_closes_at + HOUR

    deadlines.fire_due(now=after)

    assert "notice.appeal_window_closed" in ledger_of(notice)
    late = make.file(world.alice, fresh(notice), now=after, late_reason="住院三个月,附出院记录。")
    assert late.state == "LATE_REQUESTED"


# — remedies —


@pytest.fixture
def owed(world, now):
    notice = world.notice(measures=[make.deduction(now, 5_000)])
    notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason="识别工具出错。", now=now)
    return Remedy.objects.get(kind="REFUND")


def test_a_confirmed_remedy_is_settled_once(world, now, owed):
    first = notices.confirm_remedy(actor=world.platform, ref=owed.ref, now=now + HOUR, note="已退回")
    again = notices.confirm_remedy(actor=world.platform, ref=owed.ref, now=now + 2 * HOUR, note="别的")

    assert (first.state, again.settled_at, again.note) == ("CONFIRMED", now + HOUR, "已退回")
    assert ledger_of(owed.notice).count("notice.remedy_confirmed") == 1
    assert not Deadline.objects.filter(kind="notice.remedy", key=owed.ref, state="OPEN").exists()
    assert deadlines.fire_due(now=now + 2 * DAY) == 1  # the other remedy alone is late
    with pytest.raises(NotYourTurn):
        notices.fail_remedy(actor=world.platform, ref=owed.ref, note="不行", now=now + HOUR)


def test_a_remedy_that_cannot_be_done_says_why_and_stays_late_until_it_is_done(world, now, owed):
    with pytest.raises(Invalid):
        notices.fail_remedy(actor=world.platform, ref=owed.ref, note=" ", now=now)
    failed = notices.fail_remedy(actor=world.platform, ref=owed.ref, note="账户已注销。", now=now + HOUR)

    assert (failed.state, failed.is_late(now + 2 * DAY)) == ("FAILED", True)
    deadlines.fire_due(now=now + 2 * DAY)
    assert ledger_of(owed.notice).count("notice.remedy_late") == 2
    done = notices.confirm_remedy(actor=world.platform, ref=owed.ref, now=now + 3 * DAY)
    assert (done.state, done.is_late(now + 4 * DAY)) == ("CONFIRMED", False)
    assert Event.objects.filter(type="notice.remedy_confirmed").get().facts["late"] is True


@pytest.mark.parametrize(("who", "error"), [("alice", NotAllowed), ("carl", NotAllowed), ("eve", NotFound)])
def test_only_the_platform_s_back_end_can_say_that_it_is_done(world, now, owed, who, error):
    with pytest.raises(error):
        notices.confirm_remedy(actor=getattr(world, who), ref=owed.ref, now=now)
    owed.refresh_from_db()
    assert owed.state == "PENDING"
