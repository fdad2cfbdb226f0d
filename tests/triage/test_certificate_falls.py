"""From the automatic closing to the revocation by audits, and what the system does when it cannot think."""

from datetime import timedelta

import pytest

from appeals.models import TriageSuggestion
from casework.errors import NotAllowed, NotFound, NotYourTurn
from casework.models import Event
from classifier.suggestion import ModelUnavailable
from tests import factories as make
from triage import commands as triage
from triage import subscribers
from triage.drift import warnings_of, watch_of
from triage.models import AuditDraw, Certificate, CertificateRevocation
from triage.permission import allowed_for
from triage.queries import certificate_for, second_looks_for

pytestmark = pytest.mark.once


@pytest.fixture
def certificate(world, now):
    return make.switch_on(world.carl, now=now)


@pytest.fixture
def every_lot_is_drawn(monkeypatch):
    monkeypatch.setattr("triage.commands.closing.lot_of", lambda *_: 0)


def closed(world, *, now, by=None, party=None):
    filed = make.file(by or world.alice, world.notice(party), now=now, review="system_first")
    appeal = make.suggested(filed, now=now)
    return triage.finalise_automatically(appeal_id=appeal.pk, now=now)


def audit(world, appeal, *, now, outcome):
    return triage.record_audit_view(actor=world.rita, ref=appeal.ref, outcome=outcome, note="又看了一遍。", now=now)


def test_closing_then_errors_in_audits_then_revoked_then_a_person(world, now, certificate, every_lot_is_drawn):
    one, two = closed(world, now=now), closed(world, now=now)
    later = now + timedelta(days=1)
    assert {a.ref for a in second_looks_for(world.rita, now=later)} >= {one.ref, two.ref}

    first = audit(world, one, now=later, outcome="UPHELD")
    assert (first.was_by_system, first.agrees, first.revoked) == (True, False, False)
    assert not audit(world, two, now=later, outcome="VARIED").revoked
    three = closed(world, now=now, by=world.eve, party=world.other_merchant)

    assert audit(world, three, now=later, outcome="VARIED").revoked
    fall = CertificateRevocation.objects.get(certificate=certificate)
    assert (fall.because, fall.audited, fall.errors, fall.revoked_by) == ("errors", 3, 3, None)
    state = certificate_for(world.carl, certificate.ref, now=later)
    assert (list(state.stands), state.closed, state.waiting, state.may_sign) == (["revoked"], 3, 0, False)
    following = make.suggested(make.file(world.alice, world.notice(), now=later, review="system_first"), now=later)
    assert allowed_for(following, now=later) is None
    with pytest.raises(NotAllowed):
        triage.finalise_automatically(appeal_id=following.pk, now=later)
    subscribers.triage(Event.objects.get(case_kind="appeal", case_id=following.pk, type="appeal.filed"), now=later)
    following.refresh_from_db()
    assert (following.state, following.decided_by_kind) == ("SUBMITTED", None)


def renewed(world, *, now, right, model_hash=make.MODEL_HASH):
    second = make.staff("administrator", now=now, name="ada")
    return make.certificate(world.carl, second, now=now, right=right, model_hash=model_hash)


def test_audits_carry_over_within_measure_ground_and_model_until_they_bring_one_down(
    world, now, certificate, every_lot_is_drawn
):
    for appeal in [closed(world, now=now) for _n in range(2)]:
        audit(world, appeal, now=now, outcome="UPHELD")
    triage.revoke_certificate(actor=world.carl, ref=certificate.ref, note="先停下来。", now=now)
    later = now + timedelta(days=31)
    following = renewed(world, now=later, right=500)
    assert (watch_of(following).audited, watch_of(certificate).audited) == (2, 2)

    third = closed(world, now=later, by=world.eve, party=world.other_merchant)
    assert audit(world, third, now=later, outcome="UPHELD").revoked
    fall = CertificateRevocation.objects.get(certificate=following)
    assert (fall.because, fall.audited, fall.errors) == ("errors", 3, 3)
    assert (watch_of(following).audited, watch_of(certificate).audited) == (3, 2)
    latest = later + timedelta(days=31)
    assert watch_of(renewed(world, now=latest, right=1_500)).audited == 0
    assert watch_of(renewed(world, now=latest, right=1_500, model_hash="b" * 64)).audited == 0


def test_right_closings_leave_it_in_force_and_one_error_does_too(world, now, certificate, every_lot_is_drawn):
    for outcome in ("OVERTURNED", "OVERTURNED", "UPHELD"):
        one = closed(world, now=now, by=world.eve, party=world.other_merchant) if outcome == "UPHELD" else None
        assert not audit(world, one or closed(world, now=now), now=now, outcome=outcome).revoked

    assert watch_of(certificate).errors == 1
    closed(world, now=now, by=world.eve, party=world.other_merchant)


def test_a_second_look_is_given_once_and_by_nobody_who_took_part(world, now, certificate, every_lot_is_drawn):
    appeal = closed(world, now=now)
    audit(world, appeal, now=now, outcome="OVERTURNED")

    with pytest.raises(NotYourTurn):
        triage.record_audit_view(actor=world.rosa, ref=appeal.ref, outcome="UPHELD", note="x", now=now)


def test_what_the_lot_passed_over_is_not_audited(world, now, certificate, monkeypatch):
    monkeypatch.setattr("triage.commands.closing.lot_of", lambda *_: 999)
    appeal = closed(world, now=now)

    assert not AuditDraw.objects.get(decision__appeal=appeal).is_drawn
    assert appeal not in second_looks_for(world.rita, now=now)
    with pytest.raises(NotFound):
        audit(world, appeal, now=now, outcome="UPHELD")


def test_a_drawn_closing_waits_for_its_second_look_however_old(world, now, certificate, every_lot_is_drawn):
    appeal = closed(world, now=now)
    late = now + timedelta(days=90)

    assert [a.ref for a in second_looks_for(world.rita, now=late)] == [appeal.ref]
    audit(world, appeal, now=late, outcome="OVERTURNED")
    assert second_looks_for(world.rita, now=late) == []


def test_beside_an_old_closing_cases_of_people_wait_as_long(world, now, certificate, every_lot_is_drawn, monkeypatch):
    """Otherwise every case older than a month would give away who decided it."""
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: True)
    appeal = closed(world, now=now)
    by_a_person = make.file(world.alice, world.notice(), now=now)
    make.decide(world.sara, make.ready_to_decide(world.sara, by_a_person, now=now), now=now + timedelta(minutes=1))
    late = now + timedelta(days=40)

    assert [a.ref for a in second_looks_for(world.rita, now=late)] == [appeal.ref, by_a_person.ref]
    audit(world, appeal, now=late, outcome="OVERTURNED")
    assert [a.ref for a in second_looks_for(world.rita, now=late)] == [by_a_person.ref]


def test_an_overdue_second_look_sets_it_aside_until_it_is_given(world, now, settings, certificate, every_lot_is_drawn):
    appeal = closed(world, now=now)
    due = now + timedelta(days=settings.AUDIT_DAYS)
    waits = make.suggested(make.file(world.alice, world.notice(), now=now, review="system_first"), now=now)

    assert warnings_of(certificate, now=due) == ()
    late = due + timedelta(seconds=1)
    assert warnings_of(certificate, now=late) == ("audits_overdue",)
    assert list(certificate_for(world.carl, certificate.ref, now=late).drift) == ["audits_overdue"]
    with pytest.raises(NotAllowed):
        triage.finalise_automatically(appeal_id=waits.pk, now=late)

    audit(world, appeal, now=late, outcome="OVERTURNED")
    assert warnings_of(certificate, now=late) == ()
    assert triage.finalise_automatically(appeal_id=waits.pk, now=late).decided_by_kind == "SYSTEM"


@pytest.mark.parametrize("reason", ModelUnavailable.REASONS)
def test_without_an_answer_of_the_model_a_person_gets_the_case(world, now, certificate, monkeypatch, reason):
    def unavailable(*_args, **_more):
        raise ModelUnavailable(reason)

    monkeypatch.setattr("triage.subscribers.file_in_use", dict)
    monkeypatch.setattr("triage.subscribers.suggest", unavailable)
    appeal = make.file(world.alice, world.notice(), now=now, review="system_first")
    subscribers.triage(Event.objects.get(case_kind="appeal", case_id=appeal.pk, type="appeal.filed"), now=now)

    appeal.refresh_from_db()
    assert appeal.state == "SUBMITTED"
    assert not TriageSuggestion.objects.exists()
    last = Event.objects.filter(case_kind="appeal", case_id=appeal.pk).order_by("sequence").last()
    assert (last.type, last.facts["why"]) == ("appeal.routed_to_person", f"no-model:{reason}")
    assert Certificate.objects.count() == 1
