"""A certification counts while it and its rule version do; whoever it concerns hears of the end in time."""

from datetime import timedelta

import pytest

from accounts.models import Notification
from casework import deadlines, outbox
from casework.errors import ExecutorNotCertified, Invalid, NotAllowed, NotFound, NotYourTurn
from casework.models import Deadline, Event
from executors import commands, queries
from executors.models import Certification, certification_in_force
from executors.subscribers import learn_of_rule_version
from rules import commands as rules
from tests import factories as make
from tests.executors import building as build

pytestmark = pytest.mark.once

SECOND = timedelta(seconds=1)


def in_force(at):
    found = set(Certification.objects.filter(certification_in_force(at)))
    assert found == {c for c in Certification.objects.select_related("rule_version") if c.is_in_force(at)}
    return bool(found)


def told(actor):
    return [n.what_en for n in Notification.objects.filter(user_id=actor.user_id).order_by("pk")]


def test_it_counts_from_its_issue_until_the_moment_it_expires(firm, now):
    row = firm.certification

    assert not in_force(now - SECOND)
    assert in_force(now)
    assert in_force(row.expires_at - SECOND)
    assert not in_force(row.expires_at)


def test_it_lapses_by_itself_when_its_rule_version_is_replaced(world, firm, now):
    start = now + timedelta(days=20)
    build.replace_rule(world, effective_from=start, now=now)

    assert in_force(start - SECOND)
    assert not in_force(start)


def test_one_for_a_version_to_come_counts_from_then(world, firm, now):
    start = now + timedelta(days=20)
    build.replace_rule(world, effective_from=start, now=now)
    new = build.certify(firm.person, build.curriculum(world, now=now, version="2026-12"), now=now)

    assert not new.is_in_force(start - SECOND)
    assert new.is_in_force(start)
    assert firm.issue(now=start - SECOND).act.certifications.get().certification != new
    assert firm.issue(now=start).act.certifications.get().certification == new


def test_the_next_notice_after_a_rule_changed_waits_for_training(world, firm, now):
    start = now + timedelta(days=20)
    build.replace_rule(world, effective_from=start, now=now)
    curriculum = build.curriculum(world, now=now, version="2026-12")
    firm.issue(now=start - SECOND)

    with pytest.raises(ExecutorNotCertified) as refusal:
        firm.issue(now=start)
    assert [(e.pointer, e.code) for e in refusal.value.errors] == [("/basis/0/rule", "not-certified")]

    build.certify(firm.person, curriculum, now=start)
    assert firm.issue(now=start).act is not None


def test_conduct_of_old_is_judged_by_whoever_knows_the_rule_as_it_is_now(world, firm, now):
    """The clause is quoted as it read at the conduct; who applies it must have learned what is in force."""
    start = now + timedelta(days=20)
    build.replace_rule(world, effective_from=start, now=now)

    with pytest.raises(ExecutorNotCertified):
        firm.issue(now=start + timedelta(days=1), conduct_at=now)


def test_a_withdrawn_one_counts_no_more_and_stays_on_record(world, firm, now):
    before = firm.issue(now=now)
    row = commands.withdraw_certification(
        actor=world.carl, ref=firm.certification.ref, reason="考试代考", now=now + SECOND
    )

    assert row.withdrawn_by_id == world.carl.user_id
    assert not in_force(now + SECOND)
    assert in_force(now)
    with pytest.raises(ExecutorNotCertified):
        firm.issue(now=now + SECOND)
    before.refresh_from_db()
    assert before.act.certifications.get().certification == row
    with pytest.raises(NotYourTurn):
        commands.withdraw_certification(actor=world.carl, ref=row.ref, reason="x", now=now + SECOND)


def test_one_is_withdrawn_after_what_was_done_under_it(world, firm, now):
    later = now + timedelta(hours=1)
    firm.issue(now=later)

    row = commands.withdraw_certification(actor=world.carl, ref=firm.certification.ref, reason="x", now=now)

    assert row.withdrawn_at == later + timedelta(microseconds=1)


def test_only_a_person_of_compliance_withdraws_and_for_a_reason(world, firm, now):
    ref = firm.certification.ref
    for nobody, error in ((world.platform, NotAllowed), (firm.actor, NotAllowed), (world.alice, NotFound)):
        with pytest.raises(error):
            commands.withdraw_certification(actor=nobody, ref=ref, reason="x", now=now)
    with pytest.raises(Invalid):
        commands.withdraw_certification(actor=world.carl, ref=ref, reason=" ", now=now)
    assert in_force(now)


def test_people_see_their_own_certifications_and_leads_those_of_their_team(world, firm, now):
    lead = build.add_person(firm, now=now, is_lead=True)
    stranger = build.active(world, now=now)

    assert list(queries.certifications_for(firm.actor)) == [firm.certification]
    assert list(queries.certifications_for(build.acting(lead))) == [firm.certification]
    assert list(queries.certifications_for(stranger.actor)) == [stranger.certification]
    assert not queries.certifications_for(world.alice).exists()


# — reminders —


def fire_and_tell(at):
    deadlines.fire_due(now=at)
    outbox.sweep(now=at)


def test_the_person_and_the_lead_hear_30_7_and_0_days_before(firm, now):
    lead = build.acting(build.add_person(firm, now=now, is_lead=True))
    outbox.sweep(now=now)
    Notification.objects.all().delete()
    end = firm.certification.expires_at

    for days in (30, 7):
        fire_and_tell(end - timedelta(days=days) + timedelta(minutes=1))
    assert told(firm.actor) == told(lead) == ["A certification ends soon. Renew it in time."] * 2
    fire_and_tell(end + timedelta(minutes=1))
    assert told(firm.actor)[-1] == "A certification has ended."
    assert Notification.objects.filter(user_id=firm.actor.user_id, due_at=end).count() == 3
    facts = Event.objects.filter(type="executor.reminded").latest("sequence").facts
    assert firm.person.user.username not in str(facts)


def test_nobody_is_reminded_of_one_that_was_renewed_or_withdrawn(world, firm, now):
    end = firm.certification.expires_at
    build.certify(firm.person, firm.curriculum, now=end - timedelta(days=40))
    fire_and_tell(end - timedelta(days=30) + timedelta(minutes=1))
    assert not Event.objects.filter(type="executor.reminded").exists()

    other = build.active(world, now=now, name="乙")
    commands.withdraw_certification(actor=world.carl, ref=other.certification.ref, reason="x", now=now)
    keys = Deadline.objects.filter(case_kind="executor", case_id=other.executor.pk, state="OPEN")
    assert not keys.filter(kind="executor.reminder").exists()


def test_a_short_certification_has_no_reminder_in_the_past(world, now):
    firm = build.in_training(world, now=now)
    build.certify(firm.person, build.curriculum(world, now=now, valid_days=10), now=now)

    days = [d.key.partition(":")[2] for d in Deadline.objects.filter(kind="executor.reminder").order_by("due_at")]
    assert days == ["7", "0"]


def test_whoever_is_certified_for_a_rule_hears_at_once_that_it_changes_and_again_before(world, firm, now):
    trained = build.add_person(firm, now=now)
    build.certify(trained, firm.curriculum, now=now)
    start = now + timedelta(days=60)
    version = build.replace_rule(world, effective_from=start, now=now)
    outbox.sweep(now=now)
    Notification.objects.all().delete()

    assert commands.note_new_rule_version(version_id=version.pk, now=now) == 1
    assert commands.note_new_rule_version(version_id=version.pk, now=now) == 0
    outbox.sweep(now=now)
    assert told(firm.actor) == ["A rule changes. Train on the new version before it takes effect."]

    build.certify(trained, build.curriculum(world, now=now, version="2026-12"), now=now)
    outbox.sweep(now=now)
    Notification.objects.all().delete()
    fire_and_tell(start - timedelta(days=30) + timedelta(minutes=1))
    assert told(firm.actor) == ["A certification ends soon. Renew it in time."]
    assert told(build.acting(trained)) == []
    fire_and_tell(start + timedelta(minutes=1))
    assert told(firm.actor)[-1] == "A certification has ended."


def test_publishing_a_version_queues_the_news(world, firm, now, settings, monkeypatch):
    queued = []
    monkeypatch.setattr(type(learn_of_rule_version), "enqueue", lambda _task, pk: queued.append(pk))
    version = build.replace_rule(world, effective_from=now + timedelta(days=60), now=now)
    assert queued == []

    settings.CASEWORK_QUEUE_DELIVERIES = True
    later = build.replace_rule(world, effective_from=now + timedelta(days=90), now=now, number="2027-01")
    assert version.pk not in queued
    assert later.pk in queued
    assert len(rules.LISTENERS) == 1


def test_a_rule_nobody_is_certified_for_concerns_nobody(world, firm, now):
    other = make.publish_rule(world.platform, now=now)
    from rules.models import RuleVersion

    version = RuleVersion.objects.get(rule__code=other)

    assert commands.note_new_rule_version(version_id=version.pk, now=now) == 0
