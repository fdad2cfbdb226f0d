"""The sample's executors: enough of everything, every state reached by real commands, and work for every role."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from accounts import commands as accounts
from casework.actor import Actor, Via
from executors.models import (
    Executor,
    Mandate,
    SubProcessor,
)
from sample import loading
from sample.content.executors import ACTS, CURRICULA, FIRM_OF_PERSON, FIRMS, INSTRUCTIONS
from sample.content.people import PARTY_BY_KEY, USERS
from sample.content.rules import RULE_BY_CODE
from sample.content.scenarios import SCENARIO_BY_CODE, ClauseRef
from sample.loading_executors import load_executors

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
loaded = pytest.mark.django_db


def test_there_are_four_organisations_and_two_individuals() -> None:
    assert Counter(firm.kind for firm in FIRMS) == {"ORGANISATION": 4, "INDIVIDUAL": 2}
    assert {firm.key for firm in FIRMS} <= set(PARTY_BY_KEY)
    people = {user.username: user for user in USERS}
    for username, firm in FIRM_OF_PERSON.items():
        assert people[username].party == firm.key
        assert not people[username].staff_roles
        assert not people[username].officer_code


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
    assert all(before.after < after.after for before, after in zip(act.steps, act.steps[1:], strict=False))


def test_keys_are_unique() -> None:
    assert len({act.key for act in ACTS}) == len(ACTS)
    assert len({order.key for order in INSTRUCTIONS}) == len(INSTRUCTIONS)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[loading.Loaded]:
    """People, rules and executors of the sample, loaded once and taken back after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        accounts.mark_sample(actor=loading.CONSOLE, now=NOW)
        made = loading.Loaded()
        loading._people(made, now=NOW, progress=lambda *_step: None)
        loading._rules(made, now=NOW, progress=lambda *_step: None)
        load_executors(made, now=NOW, progress=lambda *_step: None)
        yield made
        transaction.set_rollback(True)


def executor(key: str) -> Executor:
    return Executor.objects.get(party__external_ref=PARTY_BY_KEY[key].external_ref)


def person(made: loading.Loaded, actor: str) -> Actor:
    plan = next(u for u in USERS if actor in (u.actor, u.username))
    return made.person(plan.username, via=Via.ADMIN if plan.staff_roles else Via.WEB)


@loaded
def test_executors_stand_where_their_plans_say(made: loading.Loaded) -> None:
    assert {firm.key: str(executor(firm.key).state) for firm in FIRMS} == {
        "qingyuan": "ACTIVE", "anhe": "REINSTATED", "meridian": "SUSPENDED", "yunfan": "ACTIVE", "zheng": "ACTIVE",
        "suhe": "IN_TRAINING",
    }  # fmt: skip
    assert "decided appeals" in executor("meridian").state_reason
    assert Mandate.objects.filter(executor=executor("qingyuan")).count() == 2
    assert {s.approved for s in SubProcessor.objects.all()} == {True, False, None}
    assert {str(e.kind) for e in Executor.objects.all()} == {"ORGANISATION", "INDIVIDUAL"}
