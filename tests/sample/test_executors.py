"""The sample's executors: enough of everything, every state reached by real commands, and work for every role."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts import commands as accounts
from casework import row_digests
from casework.actor import Actor, Via
from casework.errors import ExecutorNotCertified
from casework.ledger import verify
from casework.models import Event, OutboxMessage
from executors import queries
from executors.machine import IncidentState, InstructionState, RecourseState
from executors.models import (
    Act,
    Attempt,
    Certification,
    Compensation,
    Curriculum,
    DoubleReview,
    EntryKind,
    Executor,
    ExecutorPerson,
    FindingOutcome,
    Incident,
    Instruction,
    PayTerm,
    Recourse,
    RecourseEntry,
    SubProcessor,
)
from executors.queries.in_force import certificate_state, newest_of_each
from notices.commands import ExecutorDraft
from notices.models import SiblingReview
from sample.content.executors import ACTS, CURRICULA, FIRM_OF_PERSON, FIRMS, INSTRUCTIONS
from sample.content.notices import notice
from sample.content.people import PARTY_BY_KEY, USERS
from sample.content.rules import RULE_BY_CODE
from sample.content.scenarios import SCENARIO_BY_CODE, ClauseRef
from sample.loading.base import CONSOLE, Loaded
from sample.loading.executors import load_executors
from sample.loading.notices import issue
from sample.loading.people import load_people
from sample.loading.rules import load_rules

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)


def loaded(test: Any) -> Any:
    """The walks in the browser load all of it and work with it in CI; what came of it is looked at in full at night."""
    return pytest.mark.nightly(pytest.mark.django_db(test))


def test_there_are_four_organisations_and_two_individuals() -> None:
    assert Counter(firm.kind for firm in FIRMS) == {"ORGANISATION": 4, "INDIVIDUAL": 2}
    assert {firm.key for firm in FIRMS} <= set(PARTY_BY_KEY)
    people = {user.username: user for user in USERS}
    for username, firm in FIRM_OF_PERSON.items():
        assert people[username].party == firm.key
        assert not people[username].staff_roles
        assert "officer_code" not in people[username].at_work


@pytest.mark.parametrize("plan", CURRICULA, ids=lambda plan: plan.rule)
def test_every_version_of_a_rule_can_be_tested(plan: Any) -> None:
    for version in RULE_BY_CODE[plan.rule].versions:
        assert plan.questions_on(version.effective_from)
    newest = RULE_BY_CODE[plan.rule].versions[-1].effective_from
    assert len(plan.questions_on(newest)) == len(plan.questions) >= 3
    for asked in plan.questions:
        assert 2 <= len(asked.options) <= 8
        assert 0 <= asked.right < len(asked.options)
        texts = [asked.text, asked.why, *asked.options]
        assert all(text.zh and text.en and text.zh != text.en for text in texts)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.key)
def test_what_is_carried_out_lies_within_the_mandate_and_the_training(act: Any) -> None:
    firm, scenario = FIRM_OF_PERSON[act.person], SCENARIO_BY_CODE[act.scenario]
    rules = {ref.rule for ref in scenario.basis if isinstance(ref, ClauseRef)}
    mandate = [m for m in firm.mandates if m.days_ago > act.days_ago + scenario.lag_days][-1]
    assert act.party in scenario.parties
    assert {m.type for m in scenario.measures} <= set(mandate.measures)
    assert rules <= set(mandate.rules)
    assert rules <= set(next(p for p in firm.people if p.username == act.person).trains)
    assert not mandate.categories or PARTY_BY_KEY[act.party].trade.zh in mandate.categories
    assert all(before["after"] < after["after"] for before, after in zip(act.steps, act.steps[1:], strict=False))


def test_keys_are_unique() -> None:
    assert len({act.key for act in ACTS}) == len(ACTS)
    assert len({order.key for order in INSTRUCTIONS}) == len(INSTRUCTIONS)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loaded]:
    """People, rules and executors of the sample, loaded once and taken back after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        accounts.mark_sample(actor=CONSOLE, now=NOW)
        made = Loaded(NOW)
        for load in (load_people, load_rules, load_executors):
            load(made, progress=lambda *_step: None)
        yield made
        transaction.set_rollback(True)


def executor(key: str) -> Executor:
    return Executor.objects.get(party__external_ref=PARTY_BY_KEY[key].external_ref)


def person(made: Loaded, actor: str) -> Actor:
    plan = next(u for u in USERS if actor in (u.actor, u.username))
    return made.person(plan.username, via=Via.ADMIN if plan.staff_roles else Via.WEB)


@loaded
def test_executors_stand_where_their_plans_say(made: Loaded) -> None:
    assert {firm.key: str(executor(firm.key).state) for firm in FIRMS} == {
        "qingyuan": "ACTIVE", "anhe": "REINSTATED", "meridian": "SUSPENDED", "yunfan": "ACTIVE", "zheng": "ACTIVE",
        "suhe": "IN_TRAINING",
    }  # fmt: skip
    assert "decided appeals" in executor("meridian").state_reason
    assert executor("qingyuan").mandates.count() == 2
    assert {s.approved for s in SubProcessor.objects.all()} == {True, False, None}
    assert all(e.processing_terms.exists() for e in Executor.objects.all())
    assert {str(t.metric) for t in PayTerm.objects.all()} == {"PER_CASE", "HOURLY", "ACCURACY", "TIMELINESS"}


@loaded
def test_nothing_happened_after_now_and_every_ledger_verifies(made: Loaded) -> None:
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert list(verify()) == []
    assert list(row_digests.faults()) == []
    assert not OutboxMessage.objects.filter(state="DEAD").exists()
    assert not OutboxMessage.objects.filter(last_error__gt="").exists()


@loaded
def test_some_are_certified_some_lapsed_and_one_is_training(made: Loaded) -> None:
    def states(key: str) -> set[str]:
        rows = Certification.objects.filter(person__executor=executor(key)).select_related("rule_version")
        return {certificate_state(row, now=NOW) for row in newest_of_each(rows)}

    assert {"VALID", "EXPIRING", "REPLACED"} <= states("qingyuan")
    assert states("yunfan") == {"REPLACED"}
    assert states("suhe") == set()
    assert Attempt.objects.filter(passed=False).count() == 2
    half_done = Attempt.objects.get(finished_at__isnull=True)
    assert half_done.person.executor == executor("suhe")
    assert half_done.answers
    assert Curriculum.objects.filter(rule_version__effective_to__isnull=True).count() == len(CURRICULA)


@loaded
@pytest.mark.parametrize(
    ("username", "scenario", "party", "because"),
    [
        ("yunfan_qi", "subsidy-self-dealing", "zhuolang", "not-certified"),
        ("meridian_park", "review-cashback", "lvye", "not-active"),
        ("qingyuan_lao", "ad-cure-claim", "linjia", "person-ended"),
        ("qingyuan_mo", "ad-cure-claim", "linjia", ""),
    ],
)
def test_whoever_lapsed_stopped_or_left_is_refused_and_whoever_is_certified_is_not(
    made: Loaded, username: str, scenario: str, party: str, because: str
) -> None:
    firm = FIRM_OF_PERSON[username]
    happened = NOW - timedelta(days=9)
    plan = notice(scenario, number=99_000, conduct_at=happened, party=party, decided="PERSON", by=firm.key)
    row = executor(firm.key)
    draft = ExecutorDraft(ref=row.ref, person=row.people.get(user__username=username).code)

    if because:
        with pytest.raises(ExecutorNotCertified, match=because), transaction.atomic():
            issue(made, dataclasses.replace(plan, served_at=NOW), by=draft)
    else:
        assert issue(made, dataclasses.replace(plan, served_at=NOW), by=draft).act is not None


@loaded
def test_incidents_are_there_in_every_state_and_claims_ended_in_every_way(made: Loaded) -> None:
    assert {str(i.state) for i in Incident.objects.all()} == {str(s) for s in IncidentState}
    assert {str(i.finding) for i in Incident.objects.exclude(finding="")} == {str(o) for o in FindingOutcome}
    assert {str(r.state) for r in Recourse.objects.all()} == {str(s) for s in RecourseState}
    assert {c.amount_minor > 0 for c in Compensation.objects.all()} == {True, False}
    assert {str(e.kind) for e in RecourseEntry.objects.all()} == {str(kind) for kind in EntryKind}


@loaded
def test_instructions_are_there_in_every_state_one_late_one_undoing_one_handed_over(made: Loaded) -> None:
    rows = Instruction.objects.all()
    assert {str(i.state) for i in rows} == {str(s) for s in InstructionState}
    assert rows.filter(overdue_at__isnull=False, kind="ACT").exists()
    assert rows.filter(kind="REVERSAL").exists()
    assert rows.get(replaces__executor=executor("meridian")).executor == executor("qingyuan")


@loaded
def test_looks_at_what_shares_a_cause_are_open_and_decided(made: Loaded) -> None:
    rows = SiblingReview.objects.all()
    assert {"OPEN", "KEPT", "CORRECTED"} <= {str(s.state) for s in rows}
    assert {"TOOL", "RULE", "EXECUTOR"} <= {str(s.cause_kind) for s in rows}
    assert rows.filter(state="OPEN", origin_ref=executor("meridian").ref).exists()


@loaded
def test_blind_second_looks_wait_and_were_given_either_way(made: Loaded) -> None:
    rows = DoubleReview.objects.all()
    assert {row.same_measure for row in rows} == {True, False, None}
    assert rows.filter(given_at__isnull=True, act__outcomes__isnull=True).count() >= 3


@loaded
def test_one_firm_has_figures_and_the_others_too_few(made: Loaded) -> None:
    compliance = person(made, "compliance")
    shown = {f.key: queries.quality_for(compliance, executor(f.key).ref, now=NOW).is_shown for f in FIRMS}

    assert shown == dict.fromkeys(shown, False) | {"qingyuan": True}


@loaded
def test_everybody_sees_their_own_and_something_waits_for_them(made: Loaded) -> None:
    staff, lead = person(made, "executor_staff"), person(made, "executor_lead")
    other = person(made, "other_executor_staff")
    mine, teams = queries.incidents_for(staff), queries.incidents_for(lead)
    assert {"OPENED", "EXPLAINED"} <= {str(i.state) for i in mine}
    assert set(mine.values_list("pk")) < set(teams.values_list("pk"))
    assert not set(teams.values_list("pk")) & set(queries.incidents_for(other).values_list("pk"))
    assert "OPENED" in {str(i.state) for i in queries.incidents_for(other)}
    assert queries.incidents_for(person(made, "compliance")).count() == Incident.objects.count()
    assert Act.objects.count() == len(ACTS)


@loaded
def test_whoever_left_is_gone_and_what_they_did_stays(made: Loaded) -> None:
    gone = ExecutorPerson.objects.get(user__username="qingyuan_lao")
    assert gone.ended_at is not None
    assert gone.acts.count() == 1
    assert not gone.user.memberships.filter(ended_at__isnull=True).exists()
