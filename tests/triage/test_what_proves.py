"""Which cases prove a certificate, how they are counted, and what the latest cases are compared with afterwards."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from appeals import commands as appeals
from appeals.models import TriageSuggestion
from casework.errors import Invalid
from classifier.monitor import Recent, warnings
from tests import factories as make
from triage import commands as triage
from triage.drift import drift_of, reference_of
from triage.features import input_of, inputs_of
from triage.permission import value_of
from triage.proof import IntakeCase, ProofCase, ProofSet
from triage.queries import intake_of, labels_of, proofs_for

pytestmark = pytest.mark.once

OF = ("delist", "facts_wrong")


@pytest.fixture
def since(now):
    return now - timedelta(days=1)


def filed(world, *, at):
    return make.file(world.alice, world.notice(), now=at, review="system_first")


def to_a_person(world, *, at):
    appeal = filed(world, at=at)
    appeals.route_to_person(appeal_id=appeal.pk, why="unsure", now=at)
    return appeal


def decided(world, *, at, first="OVERTURNED", outcome="OVERTURNED", opened=False):
    """Decided by Rita, who said `first` before, and then looked at the system's view or not."""
    appeal = make.suggested(to_a_person(world, at=at), now=at)
    appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=at)
    make.open_file(world.rita, appeal, now=at)
    appeals.record_first_view(actor=world.rita, ref=appeal.ref, outcome=first, confidence="low", now=at)
    if opened:
        appeals.record_opening_of_suggestion(actor=world.rita, ref=appeal.ref, now=at)
    appeal.refresh_from_db()
    return make.decide(world.rita, appeal, now=at, outcome=outcome, difference_reason="evidence")


# — labels —


@pytest.mark.parametrize(
    ("first", "outcome", "opened", "is_error"),
    [
        ("OVERTURNED", "OVERTURNED", False, False),
        ("UPHELD", "OVERTURNED", False, False),  # changed their mind alone
        ("UPHELD", "UPHELD", False, True),
        ("OVERTURNED", "OVERTURNED", True, False),
        ("UPHELD", "OVERTURNED", True, True),  # the system may have talked them into it
        ("VARIED", "OVERTURNED", True, True),
        ("OVERTURNED", "UPHELD", True, True),
        ("UPHELD", "UPHELD", True, True),
    ],
)
def test_whoever_looks_at_the_systems_view_takes_no_case_out(world, now, since, first, outcome, opened, is_error):
    """Only the unsure look: leaving their cases out would leave the easy ones in."""
    appeal = decided(world, at=now, first=first, outcome=outcome, opened=opened)

    [label] = labels_of(*OF, since=since, now=now + timedelta(days=90))
    assert (label.appeal.pk, label.is_error) == (appeal.pk, is_error)


def test_a_first_view_of_somebody_else_speaks_for_nobody(world, now, since):
    appeal = make.suggested(to_a_person(world, at=now), now=now)
    make.ready_to_decide(world.rosa, appeal, now=now)  # would have revoked
    appeals.release_appeal(actor=world.rosa, ref=appeal.ref, now=now)
    appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)
    make.open_file(world.rita, appeal, now=now)
    appeals.record_first_view(actor=world.rita, ref=appeal.ref, outcome="UPHELD", confidence="low", now=now)
    appeals.record_opening_of_suggestion(actor=world.rita, ref=appeal.ref, now=now)
    appeal.refresh_from_db()
    make.decide(world.rita, appeal, now=now)

    [label] = labels_of(*OF, since=since, now=now + timedelta(days=90))
    assert label.is_error


# — what the latest cases are compared with —


def renewed(world, now, *, above=400, audited=100, below=100):
    """A certificate proved again after one was in force: of what lay above, only what was audited has a label."""
    clause = "广告宣传规范:8@2026-01"
    cases = [
        ProofCase(f"a{n}", 950, False, "zh", (clause,), False, now - timedelta(days=50, minutes=n))
        for n in range(audited)
    ] + [
        ProofCase(f"b{n}", 300, n % 2 == 0, "zh", (clause,), False, now - timedelta(days=50, minutes=n))
        for n in range(below)
    ]
    intake = [IntakeCase(950, False, "SYSTEM", "OVERTURNED") for _ in range(above)]
    intake += [IntakeCase(300, False, "HUMAN", "UPHELD" if n % 2 == 0 else "OVERTURNED") for n in range(below)]
    made = triage.attempt_certification(
        actor=world.carl,
        measure_type="delist",
        ground="facts_wrong",
        proofs=ProofSet("t1", make.MODEL_HASH, cases, intake),
        now=now,
        alpha_permille=100,
    )
    return made.certificate


def test_a_renewed_certificate_does_not_find_its_own_cases_strange(world, now):
    certificate = renewed(world, now)

    same = Recent(scores=[0.95] * 400 + [0.3] * 100, decided=100, overturned=50, texts=500)
    assert warnings(reference_of(certificate), same) == ()
    other = Recent(scores=[0.95] * 100 + [0.3] * 100, decided=100, overturned=50, texts=200)
    assert warnings(reference_of(certificate), other) == ("scores",)


@pytest.fixture
def scored(monkeypatch, since):
    """A model that learnt until `since`, and reads the probability from the end of the statement."""

    def suggest_many(inputs, **_file):
        return [
            SimpleNamespace(
                closing_probability=float(given.statement.split()[-1]) or None,
                reach=1.0,
                asks_for_a_person="person" in given.statement,
                language="zh",
                abstain_reasons=(),
            )
            for given in inputs
        ]

    monkeypatch.setattr("triage.queries.certification.file_in_use", dict)
    monkeypatch.setattr("triage.queries.certification.service.suggest_many", suggest_many)
    monkeypatch.setattr(
        "triage.queries.certification.service.learnt_until",
        lambda **_file: ("t1", make.MODEL_HASH, since.isoformat()),
    )


def test_all_that_came_in_is_compared_and_what_ended_for_good_proves(world, now, scored, monkeypatch):
    monkeypatch.setattr("triage.commands.closing.lot_of", lambda *_: 999)

    def file(statement):
        return make.file(world.alice, world.notice(), now=now, review="system_first", statement=statement)

    make.switch_on(world.carl, now=now)
    closed = make.suggested(file("由系统办结，未抽中复看，这一件没有重复任何别的案件 0.99"), now=now)
    triage.finalise_automatically(appeal_id=closed.pk, now=now)
    by_a_person = file("由复核人员判定 0.4")
    appeals.route_to_person(appeal_id=by_a_person.pk, why="unsure", now=now)
    make.decide(world.rita, make.ready_to_decide(world.rita, by_a_person, now=now), now=now)
    file("还在等待判定的案件 0.7")
    file("请转给真人 person 0.8")
    make.file(world.alice, world.notice(), now=now, statement="一开始就交给复核人员 0.6")

    found = proofs_for(world.carl, *OF, now=now + timedelta(days=90))

    assert [case.ref for case in found.cases] == [by_a_person.ref]
    assert [(taken.permille, taken.decided_by) for taken in found.intake] == [
        (990, "SYSTEM"),
        (400, "HUMAN"),
        (700, None),
    ]


def test_the_latest_cases_are_those_that_could_prove(world, now, monkeypatch):
    """A text that asks for a person proves nothing, so it is not among those compared either."""
    certificate = renewed(world, now)
    for asks in (True, False):
        make.suggested(filed(world, at=now), now=now, permille=950, asks_for_a_person=asks)
    seen = []
    monkeypatch.setattr("triage.drift.warnings", lambda _reference, recent: seen.append(recent) or ())

    drift_of(certificate)

    assert TriageSuggestion.objects.count() == 2
    assert (seen[0].texts, list(seen[0].scores)) == (1, [0.95])


# — attempts —


def test_all_attempts_share_delta_whatever_the_model(world, now):
    tried = (
        ("a", "facts_wrong", 150, 2),
        ("a", "facts_wrong", 400, 0),
        ("b", "facts_wrong", 150, 2),
        ("b", "other", 150, 2),
    )
    made = [
        triage.attempt_certification(
            actor=world.carl,
            measure_type="delist",
            ground=ground,
            proofs=make.proofs(now, right=right, wrong=wrong, model_hash=letter * 64),
            now=now + timedelta(days=31 * n),
        )
        for n, (letter, ground, right, wrong) in enumerate(tried)
    ]

    assert [(attempt.no, attempt.spent_ppm) for attempt in made] == [(1, 30_350), (2, 7_587), (3, 3_372), (1, 30_350)]
    assert [attempt.result for attempt in made] == ["proved", "proved", "too_few", "proved"]
    assert [attempt.least for attempt in made] == [137, 172, 192, 137]
    certificates = [attempt.certificate for attempt in made if attempt.certificate]
    assert [(c.attempt_no, c.spent_ppm, c.delta_permille) for c in certificates] == [
        (1, 30_350, 50),
        (2, 7_587, 50),
        (1, 30_350, 50),
    ]
    assert [value_of(c).spent for c in certificates] == [0.03035, 0.007587, 0.03035]


def test_what_attempts_have_used_up_proves_nothing_more(world, now, monkeypatch):
    monkeypatch.setattr("triage.commands.certificates.attempts_before", lambda *_of: 24)

    with pytest.raises(Invalid):
        triage.attempt_certification(
            actor=world.carl,
            measure_type="delist",
            ground="facts_wrong",
            proofs=make.proofs(now),
            now=now,
            delta_permille=1,
        )


# — many at once —


def test_many_cases_are_read_as_one_by_one_and_with_no_more_questions(world, now, django_assert_max_num_queries):
    other = make.make_party(world.client, "MERCHANT", "m", now=now)
    owner = make.member(other, now=now)
    for n in range(6):
        at = now + timedelta(hours=n)
        draft = make.draft(other if n % 2 else world.merchant, world.rule, now=at, officer=world.otto.code)
        measures = [make.measure(at), make.deduction(at)] if n == 4 else draft.measures
        notice = make.issue(
            world.platform,
            make.draft(
                other if n % 2 else world.merchant, world.rule, now=at, officer=world.otto.code, measures=measures
            ),
            now=at,
        )
        appeal = make.file(owner if n % 2 else world.alice, notice, now=at, review="system_first")
        if n < 3:
            appeals.route_to_person(appeal_id=appeal.pk, why="unsure", now=at)
            outcome = "UPHELD" if n == 1 else "OVERTURNED"
            make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=at), now=at, outcome=outcome)
    rows = intake_of(*OF, since=now - timedelta(days=1), now=now + timedelta(days=1))

    with django_assert_max_num_queries(7):
        together = inputs_of(rows)

    assert len(rows) == 5
    assert together == [input_of(appeal) for appeal in rows]
    assert [dict(given.history)["earlier_appeals"] for given in together] == [0, 0, 1, 1, 2]
    assert [dict(given.history)["earlier_notices"] for given in together] == [0, 0, 1, 1, 2]
    assert [dict(given.history)["earlier_overturned"] for given in together] == [0, 0, 1, 0, 0]
