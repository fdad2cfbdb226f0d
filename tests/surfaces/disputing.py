"""Disputes of the surfaces' worlds: the merchant's buyer claims, by commands alone; and the orders that they are about.

What does not belong here: expectations, and who may call what.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from disputes import commands
from disputes.choices import Record
from disputes.commands import throttle
from disputes.default_table import fast_refunds
from disputes.models import BurdenTable, Dispute, Relaxation
from disputes.records import FetchedRecord, Gap, OrderRecord
from helpline.callers import Caller
from tests import factories as make
from tests.conftest import World
from tests.disputes.building import Court, publish_table, stage

LONG_AGO = timedelta(days=30)
"""So long ago was submitted what a mediator may close evidence on: the time to answer is over, and nobody swept it."""
ORDERS: dict[str, OrderRecord] = {}
"""What the marketplace's own system knows, by order."""


class Marketplace:
    """The marketplace's own systems in tests: every order of `ORDERS`, and for each kind of record one record."""

    def order(self, order_ref: str) -> OrderRecord | None:
        return ORDERS.get(order_ref)

    def orders_of(self, party: str) -> list[OrderRecord]:
        return [order for order in ORDERS.values() if party in (order.buyer, order.seller)]

    def records(self, order_ref: str, kinds: Sequence[Record]) -> tuple[list[FetchedRecord], list[Gap]]:
        at = ORDERS[order_ref].placed_at
        return [FetchedRecord(kind, {"kind": kind}, "oms", "tests", "direct", at, at) for kind in kinds], []


def prepare(world: World, *, now: datetime) -> None:
    """The world has two mediators and a burden table that was in force when its orders were placed."""
    world.more["mia"] = make.staff("mediator", now=now, name="mia")
    world.more["max"] = make.staff("mediator", now=now, name="max")
    if not BurdenTable.objects.exists():
        publish_table(world.platform, now=now)


def court_of(world: World, *, now: datetime) -> Court:
    """The world's people as a court: bob claims, alice answers, mia mediates."""
    return Court(
        now=now,
        client=world.client,
        platform=world.platform,
        table=BurdenTable.objects.latest("pk"),
        buyer=world.consumer,
        seller=world.merchant,
        other=world.other_merchant,
        bob=world.bob,
        alice=world.alice,
        staff=world.alice_staff,
        finance=world.alice,
        eve=world.eve,
        mia=world.more["mia"],
        max=world.more["max"],
        carl=world.carl,
    )


def order_in(world: World, *, now: datetime) -> OrderRecord:
    """A new order of this world's consumer from its merchant, which the marketplace knows."""
    order = court_of(world, now=now).order()
    ORDERS[order.ref] = order
    return order


def dispute_in(world: World, stage: str, *, now: datetime) -> Dispute:
    """A dispute about goods that did not arrive, at a stage; fact 1 speaks for the merchant, who bears it."""
    throttle.forget()
    if stage == "closable":
        now -= LONG_AGO
    court = court_of(world, now=now)
    if stage == "refundable" and not Relaxation.objects.filter(fast_refund_limit_minor__isnull=False).exists():
        rules = fast_refunds(["not_received"], limit_minor=50_000, platform_pays=True)
        publish_table(court.platform, now=now, days=100, fast=rules)
    if stage in ("open", "refundable", "offered", "messaged", "settled", "reported", "advanced"):
        dispute = court.open()
    elif stage == "answered":
        dispute = court.open()
        commands.answer_dispute(actor=world.alice, ref=dispute.ref, text="不同意。", refuses=True, now=now)
    elif stage == "escalated":
        dispute = court.escalated()
    elif stage == "phone":
        dispute = on_the_phone(court, now=now)
    else:
        dispute = court.joined()
    STEPS.get(stage, lambda *_args: None)(court, dispute, now)
    return Dispute.objects.get(pk=dispute.pk)


def on_the_phone(court: Court, *, now: datetime) -> Dispute:
    """Opened by an officer of the human line for the buyer, who has no account."""
    return commands.open_dispute(
        actor=make.staff("help_line", now=now),
        order=court.order(),
        filing=commands.DisputeFiling(ground="not_received", remedy="REFUND", amount_minor=29_900),
        caller=Caller(identified_by="document", was_read_back=True, party=court.buyer.ref),
        now=now,
    )


def file(court: Court, dispute: Dispute, *, now: datetime, withheld: str = "") -> None:
    stage(court.alice, dispute.ref, now=now, withheld=withheld)


def submitted(court: Court, dispute: Dispute, now: datetime) -> None:
    file(court, dispute, now=now)
    commands.submit_evidence(actor=court.alice, ref=dispute.ref, fact_no=1, now=now)


def withheld(court: Court, dispute: Dispute, now: datetime) -> None:
    file(court, dispute, now=now, withheld="含收件人的身份证件")
    commands.submit_evidence(actor=court.alice, ref=dispute.ref, fact_no=1, now=now)


def waiting(court: Court, dispute: Dispute, now: datetime) -> None:
    submitted(court, dispute, now)
    court.rest(dispute, now)


def ruled(court: Court, dispute: Dispute, now: datetime) -> None:
    waiting(court, dispute, now)
    commands.rule_fact(
        actor=court.mia, ref=dispute.ref, fact_no=1, proved=True, reasons="记录相互印证。", evidence=[1], now=now
    )


def determined(court: Court, dispute: Dispute, now: datetime) -> None:
    ruled(court, dispute, now)
    draft = commands.DeterminationDraft(
        outcome="NOT_SUPPORTED", reasons="签收记录可以证明已经交付。", sentences={1: "签收记录可以证明。"}
    )
    commands.determine_dispute(actor=court.mia, ref=dispute.ref, draft=draft, now=now)


def reviewing(court: Court, dispute: Dispute, now: datetime) -> None:
    determined(court, dispute, now)
    commands.request_review(actor=court.bob, ref=dispute.ref, now=now)


def offered(court: Court, dispute: Dispute, now: datetime) -> None:
    terms = commands.Terms("PARTIAL_REFUND", 5_000, note="茶您留着。")
    commands.make_offer(actor=court.alice, ref=dispute.ref, terms=terms, now=now)


def settled(court: Court, dispute: Dispute, now: datetime) -> None:
    offered(court, dispute, now)
    commands.accept_offer(actor=court.bob, offer_ref=dispute.offers.get().ref, now=now)


def reported(court: Court, dispute: Dispute, now: datetime) -> None:
    settled(court, dispute, now)
    commands.report_obligation(actor=court.alice, ref=dispute.ref, no=1, note="已付。", now=now)


def messaged(court: Court, dispute: Dispute, now: datetime) -> None:
    commands.post_message(
        actor=court.bob, ref=dispute.ref, lane="both", client_id=f"c-{make.number()}", text="请问到哪里了?", now=now
    )


def advanced(court: Court, dispute: Dispute, now: datetime) -> None:
    commands.advance_payment(
        actor=court.carl, ref=dispute.ref, to_side="CLAIMANT", amount_minor=5_000, reason="平台先行赔付。", now=now
    )


def paused(court: Court, dispute: Dispute, now: datetime) -> None:
    commands.pause_dispute(actor=court.mia, ref=dispute.ref, reason="买家起诉。", authority="西湖区人民法院", now=now)


def proposed_test(court: Court, dispute: Dispute, now: datetime) -> None:
    commands.propose_appraisal(
        actor=court.mia,
        ref=dispute.ref,
        body="省产品质量检验研究院",
        item="耳机一副",
        question="出厂时已有还是使用造成?",
        pays_first="RESPONDENT",
        now=now,
    )


def appraising(court: Court, dispute: Dispute, now: datetime) -> None:
    proposed_test(court, dispute, now)
    for actor in (court.alice, court.bob):
        commands.agree_to_appraisal(actor=actor, ref=dispute.ref, now=now)


def asked_who(court: Court, dispute: Dispute, now: datetime) -> None:
    commands.ask_identity(actor=court.bob, ref=dispute.ref, now=now)


def told_who(court: Court, dispute: Dispute, now: datetime) -> None:
    asked_who(court, dispute, now)
    commands.give_identity(
        actor=court.platform, ref=dispute.ref, name="王某", address="浙江省杭州市", contact="0571-00000000", now=now
    )


STEPS: Mapping[str, Any] = {
    "staged": lambda court, dispute, now: file(court, dispute, now=now),
    "submitted": submitted,
    "withheld": withheld,
    "closable": submitted,
    "waiting": waiting,
    "ruled": ruled,
    "determined": determined,
    "reviewing": reviewing,
    "offered": offered,
    "settled": settled,
    "reported": reported,
    "messaged": messaged,
    "advanced": advanced,
    "paused": paused,
    "test proposed": proposed_test,
    "appraising": appraising,
    "identity asked": asked_who,
    "identity given": told_who,
}
STAGES = ("open", "phone", "refundable", "answered", "escalated", "joined", *STEPS)
