"""Times that move or pass: what is late comes first, what passed has passed, and a new calendar only lengthens."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from PIL import Image

from appeals import commands, queries
from appeals.models import Appeal, TriageSuggestion
from casework import clock, deadlines
from casework.errors import DeadlinePassed
from casework.models import Deadline, Event
from casework.working_days import Calendar, add_days, last_day
from classifier.suggestion import Suggestion
from notices import commands as notices
from tests import factories as make

pytestmark = pytest.mark.once

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_an_overdue_case_comes_first_as_the_appellant_is_told(world, now):
    late = make.file(world.alice, world.notice(), now=now)
    at = late.decide_due_at + HOUR
    urgent = make.file(world.bob, world.notice(world.consumer), now=at - HOUR * 2)
    Appeal.objects.filter(pk=urgent.pk).update(priority=1, urgent_at=at - HOUR)
    Appeal.objects.filter(pk=late.pk).update(urgent_at=at)
    deadlines.fire_due(now=at)
    assert [row.pk for row in queries.queue_for(world.rosa, now=at)] == [late.pk, urgent.pk]


def silent(*, priority: int) -> Suggestion:
    nothing = {"route_confidence": None, "overturn_probability": None, "closing_probability": None, "reach": 0.0}
    why = {"queue": "general", "abstained": True, "abstain_reasons": ("too_short",)}
    return make.suggestion(route_ground="other", priority=priority, **nothing, **why)


def test_triage_that_comes_late_does_not_push_an_overdue_case_back(world, now):
    late = make.file(world.alice, world.notice(), now=now)
    at = late.decide_due_at + HOUR
    deadlines.fire_due(now=at)
    first = Appeal.objects.get(pk=late.pk).urgent_at
    assert first < late.decide_due_at
    commands.record_triage(appeal_id=late.pk, suggestion=silent(priority=4), now=at)
    assert TriageSuggestion.objects.filter(appeal=late).exists()
    assert Appeal.objects.get(pk=late.pk).urgent_at == first


def test_evidence_is_refused_once_the_time_to_answer_has_passed(world, now, tmp_path, settings):
    settings.ATTACHMENT_ROOT = str(tmp_path)
    appeal = make.file(world.alice, world.notice(), now=now)
    asked_at = appeal.evidence_closes_at - HOUR
    commands.claim_appeal(actor=world.rita, ref=appeal.ref, now=asked_at)
    appeal.refresh_from_db()
    due = asked_at + 30 * HOUR
    commands.request_information(
        actor=world.rita,
        ref=appeal.ref,
        item="授权书",
        fact="授权",
        due_at=due,
        now=asked_at,
        expected_version=appeal.version,
    )
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    picture.seek(0)
    commands.stage_evidence(actor=world.alice, ref=appeal.ref, file=picture, name="a.png", caption="授权书", now=due)
    with pytest.raises(DeadlinePassed):  # the worker is late; the time has passed all the same
        commands.submit_evidence(actor=world.alice, ref=appeal.ref, now=due + timedelta(microseconds=1))
    commands.submit_evidence(actor=world.alice, ref=appeal.ref, now=due)


def test_a_text_amended_after_a_refused_late_request_can_be_appealed_in_its_new_window(world, now):
    notice = world.notice()
    after = notice.appeal_closes_at + DAY
    late = make.file(world.alice, notice, now=after, late_reason="住院")
    commands.refuse_late_request(actor=world.rita, ref=late.ref, answer="理由不足以接受。", now=after)
    notice.refresh_from_db()
    assert make.file(world.alice, notice, now=after, late_reason="住院").state == "ANSWERED"
    notices.amend_notice(
        actor=world.platform,
        ref=notice.ref,
        amendment=notices.Amendment(why="原文有误", facts="2026年11月20日,详情页标题写有“国家级品质”字样。"),
        now=after,
    )
    again = make.file(world.alice, notice, now=after + HOUR)
    assert (again.state, again.round, again.is_late) == ("SUBMITTED", 3, False)


def newer(calendar: Calendar, *, off: set, version: str = "9999.1") -> Calendar:
    return replace(
        calendar, version=version, days_off=calendar.days_off | off, years=calendar.years | {day.year for day in off}
    )


@pytest.fixture
def published(monkeypatch):
    """A calendar published later, which closes the day on which the decision would be due."""

    def publish(calendar):
        monkeypatch.setattr(Calendar, "current", classmethod(lambda _cls: calendar))

    return publish


def recompute(at, monkeypatch) -> str:
    monkeypatch.setattr(clock, "now", lambda: at)
    out = StringIO()
    call_command("recompute_deadlines", stdout=out)
    return out.getvalue()


def test_a_new_calendar_lengthens_what_runs_and_tells_the_appellant(world, now, published, monkeypatch):
    appeal = make.file(world.alice, world.notice(), now=now)
    due, order = appeal.decide_due_at, appeal.urgent_at
    published(newer(Calendar.current(), off={last_day(due)}))
    assert "1" in recompute(now + DAY, monkeypatch)
    appeal.refresh_from_db()
    assert appeal.decide_due_at > due
    assert appeal.urgent_at - order == appeal.decide_due_at - due
    row = Deadline.objects.get(case_kind="appeal", case_id=appeal.pk, kind="appeal.decide", state="OPEN")
    assert (row.due_at, row.calendar_version, row.is_provisional) == (appeal.decide_due_at, "9999.1", False)
    event = Event.objects.get(case_kind="appeal", case_id=appeal.pk, type="appeal.due_recomputed")
    assert [m.subscriber for m in event.messages.all()] == ["appeals.subscribers.tell_of_later_due"]
    assert event.facts["before"] == due.isoformat()
    assert event.facts["due"] == appeal.decide_due_at.isoformat()
    version = appeal.version
    recompute(now + 2 * DAY, monkeypatch)  # a second run has nothing left to do
    appeal.refresh_from_db()
    assert appeal.version == version


def test_a_new_calendar_never_shortens(world, now, published, monkeypatch):
    appeal = make.file(world.alice, world.notice(), now=now)
    due = appeal.decide_due_at
    shorter = replace(
        Calendar.current(),
        version="9999.1",
        days_worked=Calendar.current().days_worked | {(now + DAY * n).date() for n in range(1, 7)},
    )
    published(shorter)
    recompute(now + HOUR, monkeypatch)
    appeal.refresh_from_db()
    assert appeal.decide_due_at == due


def test_a_provisional_time_becomes_firm_when_its_year_is_published(world, now, published, monkeypatch):
    old = replace(Calendar.current(), version="0.1", years=frozenset())
    published(old)
    appeal = make.file(world.alice, world.notice(), now=now)
    assert appeal.decide_due_is_provisional
    monkeypatch.undo()
    recompute(now + HOUR, monkeypatch)
    appeal.refresh_from_db()
    assert not appeal.decide_due_is_provisional
    of_it = Deadline.objects.filter(case_id=appeal.pk, case_kind="appeal", state="OPEN")
    assert not of_it.get(kind="appeal.decide").is_provisional


def test_a_late_request_runs_from_its_acceptance_also_under_a_new_calendar(world, now, published, monkeypatch):
    notice = world.notice()
    after = notice.appeal_closes_at + DAY
    late = make.file(world.alice, notice, now=after, late_reason="住院")
    accepted = after + 20 * DAY
    commands.accept_late_request(actor=world.rita, ref=late.ref, answer="理由充分。", now=accepted)
    late.refresh_from_db()
    due = late.decide_due_at
    published(newer(Calendar.current(), off={last_day(due)}))
    recompute(accepted + HOUR, monkeypatch)
    late.refresh_from_db()
    assert due < late.decide_due_at <= add_days(accepted, 20)
