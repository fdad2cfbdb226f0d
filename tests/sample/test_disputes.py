"""The sample's disputes: enough of everything, every state reached by real commands, and work for every role."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts import commands as accounts
from casework import row_digests
from casework.actor import Actor, Via
from casework.ledger import verify
from casework.models import Event, OutboxMessage
from disputes import queries
from disputes.default_table import GROUNDS
from disputes.machine import DisputeState
from disputes.models import (
    Advance,
    Dispute,
    EvidenceItem,
    FactAtIssue,
    Message,
    Objection,
    Obligation,
    Offer,
    RecordPull,
)
from disputes.verbs import actions_for
from operations.models import Outage
from sample.content.disputes import DISPUTES, DisputePlan
from sample.content.orders import ORDERS, At
from sample.content.people import USERS
from sample.loading.base import CONSOLE, Loaded
from sample.loading.disputes import load_disputes
from sample.loading.people import load_people
from sample.loading.rules import load_rules

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
GROUND = {ground.slug: ground for ground in GROUNDS}
FREE = ("O-2026-1001", "O-2026-1017", "O-2026-1047", "O-2026-1053", "O-2026-1054", "O-2026-9001", "O-2026-9002")


def moments(thing: Any) -> Iterator[At]:
    if isinstance(thing, At):
        yield thing
    elif isinstance(thing, str) and thing.startswith("day "):
        yield At.parsed(thing)
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from moments(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from moments(value)


def test_there_are_many_disputes_of_many_grounds_in_every_state() -> None:
    assert len(DISPUTES) >= 32
    assert len({plan.key for plan in DISPUTES}) == len({plan.order for plan in DISPUTES}) == len(DISPUTES)
    assert len({plan.ground for plan in DISPUTES}) >= 14
    assert {plan.ends_in for plan in DISPUTES} >= {str(s) for s in DisputeState} - {"SETTLED"}  # passed through at once


def test_orders_that_a_newcomer_disputes_are_left_alone() -> None:
    assert not {plan.order for plan in DISPUTES} & set(FREE)
    assert set(FREE) <= set(ORDERS)


@pytest.mark.parametrize("plan", DISPUTES, ids=lambda plan: plan.key)
@pytest.mark.parametrize("hour", [0, 23])
def test_a_dispute_fits_its_order_and_comes_after_it(plan: DisputePlan, hour: int) -> None:
    order, ground = ORDERS[plan.order], GROUND[plan.ground]
    now = NOW.replace(hour=hour)
    opened = now - timedelta(hours=plan.hours_ago)
    assert plan.ground in order.grounds
    assert plan.remedy in {str(remedy) for remedy in ground.remedies}
    assert max(order.moment(at, now) for record in order.records for at in moments(record.content)) < opened
    assert all(0 < act.after < plan.hours_ago for act in plan.acts)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loaded]:
    """People, rules and disputes of the sample, loaded once and taken back after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        accounts.mark_sample(actor=CONSOLE, now=NOW)
        made = Loaded(NOW)
        for load in (load_people, load_rules):
            load(made, progress=lambda *_step: None)
        for are_recent in (True, False):
            load_disputes(made, are_recent=are_recent, progress=lambda *_step: None)
        yield made
        transaction.set_rollback(True)


def loaded(test: Any) -> Any:
    """The walks in the browser load all of it and work with it in CI; what came of it is looked at in full at night."""
    return pytest.mark.nightly(pytest.mark.django_db(test))


def of(plan_key: str) -> Dispute:
    plan = next(p for p in DISPUTES if p.key == plan_key)
    return Dispute.objects.get(order_ref=plan.order, ground__slug=plan.ground)


def person(made: Loaded, actor: str) -> Actor:
    plan = next(u for u in USERS if u.actor == actor)
    return made.person(plan.username, via=Via.ADMIN if plan.staff_roles else Via.WEB)


def actions(made: Loaded, actor: str, dispute: Dispute) -> set[str]:
    who = person(made, actor)
    return {a.name for a in actions_for(who, queries.dispute_for(who, dispute.ref), now=NOW)}


@loaded
def test_every_dispute_stands_where_its_plan_says(made: Loaded) -> None:
    stands = {plan.key: of(plan.key).state for plan in DISPUTES}

    assert stands == {plan.key: plan.ends_in for plan in DISPUTES}
    assert {d.closed_as for d in Dispute.objects.exclude(closed_as="")} == {"SETTLED", "DETERMINED", "WITHDRAWN"}


@loaded
def test_nothing_happened_after_now_and_every_ledger_verifies(made: Loaded) -> None:
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert not Message.objects.filter(sent_at__gt=NOW).exists()
    assert list(verify()) == []
    assert list(row_digests.faults()) == []


@loaded
def test_every_kind_of_evidence_and_of_what_can_go_wrong_with_it_is_there(made: Loaded) -> None:
    assert {item.kind for item in EvidenceItem.objects.all()} == {"file", "message", "record"}
    assert {str(o.ground) for o in Objection.objects.all()} == {"authenticity", "relevance", "completeness"}
    assert EvidenceItem.objects.filter(is_withheld=True).count() >= 2
    assert EvidenceItem.objects.filter(submission__isnull=True).exists()
    assert {p.state for p in RecordPull.objects.all()} == {"ASKED", "SEALED"}
    assert any(gap["reason"] == "not-kept" for p in RecordPull.objects.all() for gap in p.gaps)
    assert EvidenceItem.objects.filter(attachment__media_type="application/pdf").exists()
    assert RecordPull.objects.get(state="ASKED").fact.dispute == of("wool-jumper")


@loaded
def test_facts_stand_in_every_way(made: Loaded) -> None:
    assert {str(f.state) for f in FactAtIssue.objects.all()} >= {
        "ALLEGED", "PRIMA_FACIE", "REBUTTED", "PROVED", "NOT_PROVED", "ADMITTED", "ADVERSE_INFERENCE",
    }  # fmt: skip
    shifted = FactAtIssue.objects.get(dispute=of("three-volumes"))
    assert (shifted.bearer, bool(shifted.shift_basis)) == ("RESPONDENT", True)
    assert {str(f.state) for f in of("speaker-price").facts.all()} == {"PRIMA_FACIE", "NOT_PROVED"}
    assert Outage.objects.count() == 1
    assert FactAtIssue.objects.filter(dispute=of("gift-box-refund"), due_at__gt=NOW).first() is not None
    longer = FactAtIssue.objects.get(dispute=of("gift-box-refund"), no=2)
    assert longer.due_at is not None
    assert longer.base_due_at is not None
    assert longer.due_at - longer.base_due_at == timedelta(hours=2.5)


@loaded
def test_offers_have_a_history_and_end_in_every_way(made: Loaded) -> None:
    assert {o.state for o in Offer.objects.all()} >= {"OPEN", "ACCEPTED", "REFUSED", "REPLACED", "LAPSED"}
    assert Offer.objects.filter(dispute=of("missing-tin")).count() >= 4
    assert Offer.objects.filter(by_system=True, state="OPEN").exists()
    assert Offer.objects.filter(side="PLATFORM", by_system=False).exists()


@loaded
def test_what_is_owed_is_followed(made: Loaded) -> None:
    assert {o.state for o in Obligation.objects.all()} == {"OWED", "REPORTED", "DONE", "FAILED"}
    assert Obligation.objects.filter(dispute=of("blue-vase"), is_late=True, state="OWED").exists()
    assert {a.state for a in Advance.objects.all()} == {"ADVANCED", "BORNE"}


@loaded
def test_something_waits_for_each_role(made: Loaded) -> None:
    assert queries.facts_of(person(made, "consumer"), of("linen-blouse"))[0].yours
    assert "answer" in actions(made, "merchant_owner", of("mouldy-cake"))
    assert queries.facts_of(person(made, "merchant_owner"), of("gift-box-refund"))[0].yours
    assert Offer.objects.filter(dispute=of("teapot"), side="CLAIMANT", state="OPEN").exists()
    mediator = person(made, "mediator")
    ready = of("empty-bag")
    assert ready.mediator_id == mediator.user_id
    assert not ready.facts.filter(established__isnull=True).exists()
    assert "determine" in actions(made, "mediator", ready)
    assert len(queries.queue_for(mediator, now=NOW)) >= 4
    assert any(row.is_review for row in queries.queue_for(person(made, "second_mediator"), now=NOW))
    assert of("blue-vase") in queries.disputes_for(person(made, "compliance"))


@loaded
def test_the_platforms_own_measures_are_disputed_and_merchants_claim_too(made: Loaded) -> None:
    assert Dispute.objects.filter(respondent__isnull=True).count() >= 3
    assert of("swapped-headphones").claimant.kind == "MERCHANT"
    assert of("old-beads").determinations.count() == 2


@loaded
def test_people_talk_in_both_languages_and_were_told(made: Loaded) -> None:
    assert Message.objects.filter(kind="text").count() >= 120
    assert Message.objects.filter(room__dispute=of("tent"), text__contains="tracking").exists()
    left = OutboxMessage.objects.filter(event__case_kind__in=["dispute", "fact"], state="PENDING")
    assert {m.event.type for m in left} == {"dispute.records_asked"}
    assert not OutboxMessage.objects.filter(state="DEAD").exists()
