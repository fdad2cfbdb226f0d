"""Made disputes. Every function calls commands, so that a made dispute is a reachable one."""

import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import ApiClient, Party
from casework import deadlines
from casework.actor import Actor
from casework.errors import NotYourTurn
from disputes import commands
from disputes.choices import Record, Role
from disputes.default_table import GROUNDS, RELAXATIONS
from disputes.models import BurdenTable, Dispute, FactAtIssue, FactRuling, Offer, RecordPull
from disputes.proof import GroundDraft, RelaxationDraft
from disputes.records import FetchedRecord, Gap, GapReason, OrderRecord
from notices.models import Notice
from rules.models import RuleVersion
from tests import factories as make

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
SECRET = "给专员的悄悄话"
LOOSE = {
    ("durable_defect", "timely"),
    ("knowing_buyer", "buyer_knew"),
    ("refund_delayed", "good_reason"),
    ("minor", "binding_anyway"),
    ("minor", "under_eight"),
    ("live_room_not_seller", "seller_labelled"),
    ("live_room_not_seller", "answers_anyway"),
    *(("food_standard", key) for key in ("harm", "other_cause", "label_only", "knew")),
    ("counterfeit", "no_deceit"),
    ("returned_parcel", "gift_missing"),
    ("service_not_rendered", "rendered"),
    ("service_not_rendered", "nonconforming"),
    ("off_platform", "steered"),
    ("off_platform", "deal_with_seller"),
    ("bad_faith_buyer", "bad_faith"),
    ("bad_faith_buyer", "abused_returns"),
    ("merchant_measure", "measure_justified"),
    ("merchant_measure", "amount_too_high"),
    ("warranty_start", "real_price"),
}
"""Facts of which one, found against the claimant alone, does not end a claim for the table's own remedy."""


REFUNDED: dict[str, Any] = {"remedy": "REFUND", "amount_minor": 29_900, "payer": "RESPONDENT"}
NEVER_CAME = {"goods_are": "NOT_DELIVERED", "goods_are_reason": "the carrier's records"}


@dataclass
class Court:
    """One platform with a burden table, a buyer, a seller and two mediators; `eve` acts for another seller."""

    now: datetime
    client: ApiClient
    platform: Actor
    table: BurdenTable
    buyer: Party
    seller: Party
    other: Party
    bob: Actor
    alice: Actor
    staff: Actor
    finance: Actor
    eve: Actor
    mia: Actor
    max: Actor
    carl: Actor
    more: dict[str, Any] = field(default_factory=dict)

    def order(self, **changes: Any) -> OrderRecord:
        values: dict[str, Any] = {
            "ref": f"O-{make.number()}",
            "title": "蓝牙耳机",
            "amount_minor": 29_900,
            "currency": "CNY",
            "buyer": self.buyer.external_ref,
            "seller": self.seller.external_ref,
            "placed_at": self.now - timedelta(days=10),
            "received_at": self.now - timedelta(days=5),
        }
        return OrderRecord(**(values | changes))

    def notice(self, party: Party, **changes: Any) -> Notice:
        """A notice of this platform to that party."""
        if "rule" not in self.more:
            make.register_types(self.platform, now=self.now)
            self.more["rule"] = make.publish_rule(self.platform, now=self.now)
        return make.issue(self.platform, make.draft(party, self.more["rule"], now=self.now, **changes), now=self.now)

    def claimant_of(self, ground: GroundDraft) -> Actor:
        return self.alice if ground.claimant_role in (Role.SELLER, Role.RIGHT_HOLDER, Role.MERCHANT) else self.bob

    def respondent_of(self, ground: GroundDraft) -> Actor:
        if ground.respondent_role == Role.PLATFORM:
            return self.carl
        return self.bob if self.claimant_of(ground) is self.alice else self.alice

    def open(
        self,
        slug: str = "not_received",
        *,
        remedy: str = "",
        amount: int | None = None,
        notice: str = "",
        **order: Any,
    ) -> Dispute:
        ground = ground_of(slug)
        wanted = remedy or str(ground.default_remedy)
        money = wanted in {"REFUND", "RETURN_AND_REFUND", "REFUND_NO_RETURN", "PARTIAL_REFUND", "COMPENSATE", "FREIGHT"}
        return commands.open_dispute(
            actor=self.claimant_of(ground),
            order=self.order(**order),
            filing=commands.DisputeFiling(
                ground=slug,
                remedy=wanted,
                amount_minor=(amount or 29_900) if money else None,
                statement="右耳无声。",
                notice=notice,
            ),
            now=self.now,
        )

    def escalated(self, slug: str = "not_received", **more: Any) -> Dispute:
        dispute = self.open(slug, **more)
        ground = ground_of(slug)
        commands.answer_dispute(
            actor=self.respondent_of(ground), ref=dispute.ref, text="不同意。", refuses=True, now=self.now
        )
        return commands.escalate_dispute(actor=self.claimant_of(ground), ref=dispute.ref, now=self.now)

    def joined(self, slug: str = "not_received", **more: Any) -> Dispute:
        dispute = self.escalated(slug, **more)
        return commands.join_dispute(actor=self.mia, ref=dispute.ref, now=self.now)

    def prove(self, dispute: Dispute, fact_no: int, actor: Actor, now: datetime, withheld: str = "") -> None:
        stage(actor, dispute.ref, now=now, fact_no=fact_no, withheld=withheld)
        commands.submit_evidence(actor=actor, ref=dispute.ref, fact_no=fact_no, now=now)

    def rest(self, dispute: Dispute, now: datetime, *, fact_no: int = 1) -> None:
        """Both sides say that they have nothing more about the fact, as far as either could still say something."""
        for actor in (self.bob, self.alice):
            with suppress(NotYourTurn):
                commands.answer_evidence(actor=actor, ref=dispute.ref, fact_no=fact_no, now=now)

    def actor_for(self, side: str, slug: str) -> Actor:
        ground = ground_of(slug)
        return {
            "CLAIMANT": self.claimant_of(ground),
            "RESPONDENT": self.respondent_of(ground),
            "PLATFORM": self.carl,
        }[side]

    def offer(self, actor: Actor, dispute: Dispute, *terms: Any, **more: Any) -> Offer:
        return commands.make_offer(actor=actor, ref=dispute.ref, terms=commands.Terms(*terms, **more), now=self.now)

    def rule(self, dispute: Dispute, now: datetime, *, proved: bool, reasons: str = "r", **more: Any) -> FactRuling:
        """Mia rules the first fact."""
        said = {"proved": proved, "reasons": reasons} | more
        return commands.rule_fact(actor=self.mia, ref=dispute.ref, fact_no=1, now=now, **said)

    def determine(self, dispute: Dispute, *, now: datetime, outcome: str = "SUPPORTED", **said: Any) -> Dispute:
        """Mia determines it, with a sentence for each fact."""
        said = {"reasons": "r", "sentences": {fact.no: "s" for fact in dispute.facts.all()}} | said
        draft = commands.DeterminationDraft(outcome, **said)
        return commands.determine_dispute(actor=self.mia, ref=dispute.ref, draft=draft, now=now)

    def pause(self, dispute: Dispute, now: datetime, *, by: Actor | None = None) -> None:
        """A court has the case, and no clock runs."""
        said = {"reason": "法院已立案。", "authority": "某区法院"}
        commands.pause_dispute(actor=by or self.carl, ref=dispute.ref, now=now, **said)

    def resume(self, dispute: Dispute, now: datetime, *, by: Actor | None = None) -> None:
        commands.resume_dispute(actor=by or self.carl, ref=dispute.ref, now=now)

    def advance(self, dispute: Dispute, amount: int) -> Any:
        """The platform pays the claimant first."""
        to = {"to_side": "CLAIMANT", "amount_minor": amount, "reason": "先行赔付"}
        return commands.advance_payment(actor=self.carl, ref=dispute.ref, now=self.now, **to)

    def is_down(self, since: datetime, until: datetime, *, now: datetime) -> None:
        """An outage that nobody had announced, confirmed now."""
        make.confirmed_outage(
            actor=self.carl, started_at=since, ended_at=until, is_announced=False, cause="断电", now=now
        )

    def pass_time(self, now: datetime) -> int:
        """Every deadline due by `now` is carried out, in due order, and what they set as well."""
        done = 0
        while fired := deadlines.fire_due(now=now):
            done += fired
        return done


def stage(actor: Actor, ref: str, *, now: datetime, fact_no: int = 1, withheld: str = "") -> None:
    """A draft of evidence, about a fact of the dispute with this ref."""
    what: dict[str, Any] = {"file": io.BytesIO(PDF), "name": "a.pdf", "caption": "说明", "withheld_reason": withheld}
    commands.stage_file(actor=actor, ref=ref, fact_no=fact_no, now=now, **what)


def ground_of(slug: str) -> GroundDraft:
    return next(g for g in GROUNDS if g.slug == slug)


def fresh(dispute: Dispute) -> Dispute:
    return Dispute.objects.get(pk=dispute.pk)


def fact(dispute: Dispute, no: int) -> FactAtIssue:
    return FactAtIssue.objects.select_related("step", "row").get(dispute=dispute, no=no)


def publish_table(
    platform: Actor, *, now: datetime, days: int = 300, fast: Sequence[RelaxationDraft] = ()
) -> BurdenTable:
    """The default table, published before its rule version took effect, as the law wants it; `fast` goes with it."""
    start = now - timedelta(days=days)
    code = make.publish_rule(platform, now=start - timedelta(days=30), start=start)
    version = RuleVersion.objects.get(rule__code=code)
    table = commands.publish_burden_table(
        actor=platform,
        version_id=version.pk,
        grounds=GROUNDS,
        relaxations=(*RELAXATIONS, *fast),
        now=start - timedelta(days=30),
    )
    make.rules.start_rule_version(making_id=version.making.pk, effective_at=start, now=start)
    return table


def build_court(now: datetime) -> Court:
    """A fresh court; also used outside fixtures, where a test commits for real."""
    client, platform = make.make_client(now)
    buyer = make.make_party(client, "CONSUMER", "王女士", now=now)
    seller = make.make_party(client, "MERCHANT", "云上数码", now=now)
    other = make.make_party(client, "MERCHANT", "山野茶铺", now=now)
    return Court(
        now=now,
        client=client,
        platform=platform,
        table=publish_table(platform, now=now),
        buyer=buyer,
        seller=seller,
        other=other,
        bob=make.member(buyer, now=now, name="bob"),
        alice=make.member(seller, now=now, name="alice"),
        staff=make.member(seller, now=now, name="alice-staff", role="staff"),
        finance=make.member(seller, now=now, name="fiona", role="finance"),
        eve=make.member(other, now=now, name="eve"),
        mia=make.staff("mediator", now=now, name="mia"),
        max=make.staff("mediator", now=now, name="max"),
        carl=make.staff("compliance", now=now, name="carl"),
    )


def argued(court: Court, now: datetime) -> Dispute:
    """A dispute with talk, an offer, a withheld piece, records, an objection, a ruling and a determination."""
    dispute = court.joined("not_received")
    say(court, court.alice, dispute, "private", f"{SECRET}：卖家")
    say(court, court.bob, dispute, "private", f"{SECRET}：买家")
    say(court, court.bob, dispute, "both", "没有收到，请打 13800138000。")
    commands.make_offer(
        actor=court.alice,
        ref=dispute.ref,
        terms=commands.Terms(remedy="PARTIAL_REFUND", amount_minor=8_123, note="只为和解"),
        now=now,
    )
    court.prove(dispute, 1, court.alice, now, withheld="含有其他买家的电话")
    commands.ask_for_records(actor=court.alice, ref=dispute.ref, fact_no=1, now=now)
    commands.seal_records(
        pull_ref=RecordPull.objects.get().ref,
        records=[FetchedRecord(Record.LOGISTICS, {"signed_by": "门卫"}, "wms", "appeals", "api", now, now)],
        gaps=[Gap(Record.ORDER, GapReason.NOT_KEPT, "")],
        now=now,
    )
    commands.object_to_evidence(actor=court.bob, ref=dispute.ref, no=2, ground="relevance", text="不是我。", now=now)
    court.rest(dispute, now)
    commands.rule_fact(
        actor=court.mia, ref=dispute.ref, fact_no=1, proved=False, reasons="门卫不是买家。", evidence=[2], now=now
    )
    draft = commands.DeterminationDraft(
        outcome="SUPPORTED", remedy="REFUND", amount_minor=29_900, payer="RESPONDENT", reasons="没有交付。",
        sentences={1: "门卫签收不算交付。"}, goods_are="NOT_DELIVERED", goods_are_reason="没有交付。",
    )  # fmt: skip
    return commands.determine_dispute(actor=court.mia, ref=dispute.ref, draft=draft, now=now)


def say(court: Court, actor: Actor, dispute: Dispute, lane: str, text: str) -> None:
    commands.post_message(actor=actor, ref=dispute.ref, lane=lane, client_id=text[-8:], text=text, now=court.now)
