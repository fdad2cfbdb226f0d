"""Two clicks at once on what happens once: an attempt to prove, a second look."""

import pytest
from django.db import connection, transaction

from appeals.models import AuditView, TriageSuggestion
from casework.errors import NotAllowed, NotYourTurn
from classifier.certificate import certify
from tests import factories as make
from tests.races.racing import crowd, refused, won
from triage import commands as triage
from triage.models import AutomationPolicy, AutomationPolicyRecord, Certificate, CertificationAttempt

pytestmark = [pytest.mark.races, pytest.mark.usefixtures("postgresql")]


def wait():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.2)")


def slowly(view, *_more):
    """Whoever has written lets the others come up before the commit."""
    wait()
    return view


def test_eight_attempts_at_once_are_one(arena, monkeypatch):
    """Each has looked at the last attempt before any of them has proved anything."""
    monkeypatch.setattr("triage.commands.certificates.certify", lambda *a, **k: wait() or certify(*a, **k))
    now = arena.now

    def attempt(_number):
        return triage.attempt_certification(
            actor=arena.carl, measure_type="delist", ground="facts_wrong", proofs=make.proofs(now), now=now
        )

    results = crowd(attempt, of=8)

    assert len(won(results)) == 1
    assert {type(r) for r in refused(results)} == {NotYourTurn}
    assert CertificationAttempt.objects.count() == Certificate.objects.count() == 1


def test_of_eight_copies_closed_at_once_the_system_closes_one_at_most(arena):
    """None of them is on file when the others are read: the search is repeated behind the lock of all closings."""
    now, words = arena.now, make.own_words()
    make.switch_on(arena.carl, now=now)
    filed = [make.file(arena.alice, arena.notice(), now=now, review="system_first", statement=words) for _ in range(8)]
    for appeal in filed:
        TriageSuggestion.objects.create(**make.suggestion_values(appeal, now=now))

    def close(number):
        with transaction.atomic():  # as the worker's reaction: the sketch is committed together with the closing
            triage.record_likely_duplicates(appeal_id=filed[number].pk, now=now)
            return triage.finalise_automatically(appeal_id=filed[number].pk, now=now)

    results = crowd(close, of=8)

    assert len(won(results)) <= 1
    assert {type(r) for r in refused(results)} <= {NotAllowed, NotYourTurn}


def test_eight_second_looks_at_once_are_one(arena, monkeypatch):
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: True)
    monkeypatch.setattr("triage.commands.certificates.AuditResult", slowly)
    now = arena.now
    appeal = make.file(arena.alice, arena.notice(), now=now)
    make.decide(arena.rita, make.ready_to_decide(arena.rita, appeal, now=now), now=now)
    reviewers = [make.staff("reviewer", now=now) for _ in range(8)]

    def look(number):
        return triage.record_audit_view(
            actor=reviewers[number], ref=appeal.ref, outcome="UPHELD", note="又看了一遍。", now=now
        )

    results = crowd(look, of=8)

    assert len(won(results)) == 1
    assert {type(r) for r in refused(results)} == {NotYourTurn}
    assert AuditView.objects.count() == 1


def test_of_policies_set_at_once_the_last_on_record_counts(arena):
    now = arena.now
    modes = ("off", "assist", "restore") * 2

    def put(number):
        return triage.set_automation_policy(
            actor=arena.carl, measure_type="delist", ground="facts_wrong", mode=modes[number], now=now
        )

    results = crowd(put, of=6)

    assert not refused(results)
    assert AutomationPolicyRecord.objects.count() == 6
    assert AutomationPolicy.objects.get().mode == AutomationPolicyRecord.objects.latest("pk").mode
