"""The disputes of the sample, lived through again: every act at its time, by the product's own commands.

All disputes run on one clock, so that what falls due between two acts falls due in its order. What does not belong
here: the stories (sample.content.disputes).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from casework import deadlines, outbox
from casework.actor import Actor, Via
from casework.errors import CaseError
from casework.models import Deadline, DeadlineState, Notification, OutboxMessage, OutboxState
from casework.notifications import open_notification
from casework.outages import record_outage
from disputes import commands
from disputes.default_table import GROUNDS, RELAXATIONS
from disputes.records import RecordsUnavailable
from disputes.words import MONEY, Record
from sample.content.disputes import DISPUTES, Act, DisputePlan, Piece
from sample.content.orders import ORDERS
from sample.content.orders.in_process import InProcessPlatform
from sample.content.people import USERS
from sample.pictures import paper

if TYPE_CHECKING:
    from disputes.models import Dispute, RecordPull
    from rules.models import RuleVersion
    from sample.loading import Loaded, Progress

STAFF = {plan.username for plan in USERS if plan.staff_roles}
OUTAGE_HOURS_AGO = (34.0, 31.5)
READ_AFTER = timedelta(days=2)


def publish_burden_table(made: Loaded, version: RuleVersion) -> None:
    """The burden table is published as a part of this version, on the same day and before it took effect."""
    assert made.platform is not None
    assert version.published_at is not None
    commands.publish_burden_table(
        actor=made.platform,
        version_id=version.pk,
        grounds=GROUNDS,
        relaxations=RELAXATIONS,
        now=version.published_at,
    )


def load_disputes(made: Loaded, *, now: datetime, progress: Progress) -> None:
    """Every dispute of the sample stands where its plan says, with all that led there."""
    world = _World(made, now)
    steps = list(_timeline(now))
    for step, (at, plan, act) in enumerate(steps, start=1):
        progress("disputes", step, len(steps))
        world.let_time_pass(until=at)
        try:
            world.carry_out(plan, act, at)
        except Exception as error:
            error.add_note(f"{plan.key if plan else ''}: {act}")
            raise
    world.let_time_pass(until=now)
    world.read_what_is_old()


def _timeline(now: datetime) -> Iterable[tuple[datetime, DisputePlan | None, Act]]:
    """(when, which dispute, what) of everything that anybody does, in order; an act without a dispute is the outage."""
    rows: list[tuple[datetime, int, DisputePlan | None, Act]] = []
    for plan in DISPUTES:
        opened = now - timedelta(hours=plan.hours_ago)
        rows.append((opened, len(rows), plan, Act(0, "opens", "claimant")))
        rows += [
            (opened + timedelta(hours=act.after), len(rows) + place, plan, act) for place, act in enumerate(plan.acts)
        ]
    _began, ended = OUTAGE_HOURS_AGO
    rows.append((now - timedelta(hours=ended) + timedelta(minutes=20), len(rows), None, Act(0, "outage")))
    return [(at, plan, act) for at, _place, plan, act in sorted(rows, key=lambda row: row[:2])]


@dataclass
class _World:
    """The sample at one moment of its past."""

    made: Loaded
    now: datetime
    cases: dict[str, Dispute] = field(default_factory=dict)
    asked: list[tuple[DisputePlan, RecordPull]] = field(default_factory=list)
    actors: dict[str, Actor] = field(default_factory=dict)
    seen: int = 0

    def __post_init__(self) -> None:
        self.seen = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    # — time and reactions —

    def let_time_pass(self, *, until: datetime) -> None:
        """Everything that fell due in a dispute has happened, each at its own moment."""
        while True:
            due = (
                Deadline.objects.filter(state=DeadlineState.OPEN, kind__startswith="dispute.", attempts=0)
                .order_by("due_at")
                .values_list("due_at", flat=True)
                .first()
            )
            if due is None or due + deadlines.grace() > until:
                return
            at = due + deadlines.grace()
            deadlines.fire_due(now=at)
            self.react(at)

    def react(self, at: datetime) -> None:
        """What follows from the newest events, as the worker would have done it then; records come in with it.

        Records of a system that is down stay asked for.
        """
        for plan, pull in list(self.asked):
            try:
                found, gaps = InProcessPlatform(self.now, at).records(plan.order, [Record(k) for k in pull.kinds])
            except RecordsUnavailable:
                continue
            commands.seal_records(pull_ref=pull.ref, records=found, gaps=gaps, now=at)
            self.asked.remove((plan, pull))
        waiting = {self.cases[plan.key].pk for plan, _pull in self.asked}
        rows = OutboxMessage.objects.filter(pk__gt=self.seen, state=OutboxState.PENDING).select_related("event")
        for message in list(rows.order_by("pk")):
            self.seen = message.pk
            if message.event.type == "dispute.records_asked" and message.event.case_id in waiting:
                continue
            outbox.deliver(message.pk, now=at)

    def read_what_is_old(self) -> None:
        """The people of the demo have opened what they were told more than two days ago."""
        people = [self.made.users[plan.username].pk for plan in USERS if plan.actor]
        rows = Notification.objects.filter(
            user_id__in=people, opened_at__isnull=True, told_at__lt=self.now - READ_AFTER
        )
        for row in rows:
            open_notification(row.ref, user_id=row.user_id, now=row.told_at + timedelta(hours=3))

    # — who —

    def actor(self, plan: DisputePlan, who: str) -> Actor:
        """A username, or whoever acts for that side."""
        order = ORDERS[plan.order]
        if who in ("claimant", "respondent"):
            buyer_claims = next(g for g in GROUNDS if g.slug == plan.ground).claimant_role not in ("SELLER", "MERCHANT")
            party = order.buyer if (who == "claimant") is buyer_claims else order.seller
            who = next(u.username for u in USERS if u.party == party and u.membership == "owner")
        if who not in self.actors:
            self.actors[who] = self.made.person(who, via=Via.ADMIN if who in STAFF else Via.WEB)
        return self.actors[who]

    # — what —

    def carry_out(self, plan: DisputePlan | None, act: Act, at: datetime) -> None:
        if plan is None:
            began, ended = (self.now - timedelta(hours=hours) for hours in OUTAGE_HOURS_AGO)
            self.outage(began, ended, at)
            return
        verb: Callable[..., None] = getattr(self, act.verb)
        if act.verb == "proposes":
            verb(plan, at, **(act.values or {}))
        else:
            verb(plan, self.actor(plan, act.who), at, **(act.values or {}))
        self.react(at + timedelta(minutes=3))  # a submission comes two minutes after its files

    def outage(self, began: datetime, ended: datetime, at: datetime) -> None:
        record_outage(
            actor=self.made.person("yaoning", via=Via.ADMIN),
            started_at=began,
            ended_at=ended,
            is_announced=False,
            cause="机房供电故障，证据上传不可用。Power failure; evidence could not be uploaded.",
            now=at,
        )
        for case in self.cases.values():
            commands.extend_windows_of(dispute_id=case.pk, now=at)
        self.react(at)

    def opens(self, plan: DisputePlan, actor: Actor, at: datetime) -> None:
        order = InProcessPlatform(self.now, at).order(plan.order)
        assert order is not None
        filing = commands.DisputeFiling(
            ground=plan.ground, remedy=plan.remedy, amount_minor=plan.amount_minor, statement=plan.statement
        )
        self.cases[plan.key] = commands.open_dispute(actor=actor, order=order, filing=filing, now=at)

    def says(self, plan: DisputePlan, actor: Actor, at: datetime, *, text: str, lane: str) -> None:
        room = self.cases[plan.key].rooms.get(lane=lane)
        post = commands.Post(actor, room.pk, f"sample-{room.head + 1}", text)
        (posted,) = commands.post_batch(posts=[post], now=at)
        if isinstance(posted, CaseError):
            raise posted

    def answers(self, plan: DisputePlan, actor: Actor, at: datetime, *, text: str, refuses: bool) -> None:
        commands.answer_dispute(actor=actor, ref=self.cases[plan.key].ref, text=text, refuses=refuses, now=at)

    def escalates(self, plan: DisputePlan, actor: Actor, at: datetime) -> None:
        commands.escalate_dispute(actor=actor, ref=self.cases[plan.key].ref, now=at)

    def withdraws(self, plan: DisputePlan, actor: Actor, at: datetime) -> None:
        commands.withdraw_dispute(actor=actor, ref=self.cases[plan.key].ref, now=at)

    def demands(self, plan: DisputePlan, actor: Actor, at: datetime) -> None:
        commands.demand_human(actor=actor, ref=self.cases[plan.key].ref, now=at)

    def stages(self, plan: DisputePlan, actor: Actor, at: datetime, *, fact: int, pieces: tuple[Piece, ...]) -> None:
        for piece in pieces:
            commands.stage_file(
                actor=actor,
                ref=self.cases[plan.key].ref,
                fact_no=fact,
                file=_file(piece),
                name="evidence.pdf" if piece.is_pdf else "evidence.png",
                caption=piece.caption,
                withheld_reason=piece.withheld,
                now=at,
            )

    def shows(self, plan: DisputePlan, actor: Actor, at: datetime, *, fact: int, pieces: tuple[Piece, ...]) -> None:
        self.stages(plan, actor, at, fact=fact, pieces=pieces)
        commands.submit_evidence(actor=actor, ref=self.cases[plan.key].ref, fact_no=fact, now=at + timedelta(minutes=2))

    def quotes(self, plan: DisputePlan, actor: Actor, at: datetime, *, fact: int, words: str, caption: str) -> None:
        message = self.cases[plan.key].rooms.get(lane="both").messages.get(text__contains=words)
        commands.stage_message(
            actor=actor, ref=self.cases[plan.key].ref, fact_no=fact, sequence=message.sequence, caption=caption, now=at
        )
        commands.submit_evidence(actor=actor, ref=self.cases[plan.key].ref, fact_no=fact, now=at)

    def pulls(self, plan: DisputePlan, actor: Actor, at: datetime, *, fact: int) -> None:
        pull = commands.ask_for_records(actor=actor, ref=self.cases[plan.key].ref, fact_no=fact, now=at)
        self.asked.append((plan, pull))

    def adds_nothing(self, plan: DisputePlan, actor: Actor, at: datetime, *, fact: int) -> None:
        commands.answer_evidence(actor=actor, ref=self.cases[plan.key].ref, fact_no=fact, now=at)

    def objects(self, plan: DisputePlan, actor: Actor, at: datetime, *, to: str, ground: str, text: str) -> None:
        items = self.cases[plan.key].evidence.filter(submission__isnull=False)
        item = items.filter(caption__contains=to).first()
        assert item is not None, (plan.key, to)
        commands.object_to_evidence(
            actor=actor, ref=self.cases[plan.key].ref, no=item.no, ground=ground, text=text, now=at
        )

    def admits(self, plan: DisputePlan, actor: Actor, at: datetime, *, fact: int) -> None:
        commands.admit_fact(actor=actor, ref=self.cases[plan.key].ref, fact_no=fact, now=at)

    # — offers —

    def offers(self, plan: DisputePlan, actor: Actor, at: datetime, **terms: Any) -> None:
        commands.make_offer(actor=actor, ref=self.cases[plan.key].ref, terms=commands.Terms(**terms), now=at)

    def proposes(self, plan: DisputePlan, at: datetime, **terms: Any) -> None:
        commands.propose_by_system(dispute_id=self.cases[plan.key].pk, terms=commands.Terms(**terms), now=at)

    def _offer(self, plan: DisputePlan, side: str) -> str:
        return self.cases[plan.key].offers.get(side=side, state="OPEN").ref

    def accepts(self, plan: DisputePlan, actor: Actor, at: datetime, *, side: str) -> None:
        commands.accept_offer(actor=actor, offer_ref=self._offer(plan, side), now=at)

    def refuses(self, plan: DisputePlan, actor: Actor, at: datetime, *, side: str) -> None:
        commands.refuse_offer(actor=actor, offer_ref=self._offer(plan, side), now=at)

    def takes_back(self, plan: DisputePlan, actor: Actor, at: datetime, *, side: str) -> None:
        commands.withdraw_offer(actor=actor, offer_ref=self._offer(plan, side), now=at)

    # — the mediator —

    def joins(self, plan: DisputePlan, actor: Actor, at: datetime) -> None:
        commands.join_dispute(actor=actor, ref=self.cases[plan.key].ref, now=at)

    def shifts(self, plan: DisputePlan, actor: Actor, at: datetime, **values: Any) -> None:
        commands.shift_burden(actor=actor, ref=self.cases[plan.key].ref, now=at, **values)

    def rules(self, plan: DisputePlan, actor: Actor, at: datetime, *, fact: int, proved: bool, reasons: str) -> None:
        items = self.cases[plan.key].evidence.filter(fact__no=fact, submission__isnull=False, is_withheld=False)
        commands.rule_fact(
            actor=actor,
            ref=self.cases[plan.key].ref,
            fact_no=fact,
            proved=proved,
            reasons=reasons,
            evidence=list(items.values_list("no", flat=True)),
            now=at,
        )

    def determines(
        self, plan: DisputePlan, actor: Actor, at: datetime, *, reasons: str, sentences: tuple[str, ...], **changes: Any
    ) -> None:
        dispute = self.cases[plan.key]
        dispute.refresh_from_db()
        derived = commands.derived_of(dispute)
        values: dict[str, Any] = {
            "outcome": "SUPPORTED" if derived.supported else "NOT_SUPPORTED",
            "remedy": derived.remedy,
            "amount_minor": derived.amount_minor,
            "payer": "RESPONDENT",
            "goods_back": derived.remedy in ("RETURN_AND_REFUND", "EXCHANGE", "REPAIR"),
            "confirmed_stakes": True,
        } | changes
        if values["remedy"] not in {str(remedy) for remedy in MONEY}:
            values["payer"] = "NOBODY"
        commands.determine_dispute(
            actor=actor,
            ref=dispute.ref,
            draft=commands.DeterminationDraft(reasons=reasons, sentences=dict(enumerate(sentences, start=1)), **values),
            now=at,
            expected_version=dispute.version,
        )

    def hands_over(self, plan: DisputePlan, actor: Actor, at: datetime, *, to_code: str) -> None:
        commands.hand_over(actor=actor, ref=self.cases[plan.key].ref, to_code=to_code, now=at)

    def pauses(self, plan: DisputePlan, actor: Actor, at: datetime, *, reason: str, authority: str) -> None:
        commands.pause_dispute(actor=actor, ref=self.cases[plan.key].ref, reason=reason, authority=authority, now=at)

    def resumes(self, plan: DisputePlan, actor: Actor, at: datetime) -> None:
        commands.resume_dispute(actor=actor, ref=self.cases[plan.key].ref, now=at)

    # — what follows —

    def asks_review(self, plan: DisputePlan, actor: Actor, at: datetime) -> None:
        commands.request_review(actor=actor, ref=self.cases[plan.key].ref, now=at)

    def accepts_determination(self, plan: DisputePlan, actor: Actor, at: datetime) -> None:
        commands.accept_determination(actor=actor, ref=self.cases[plan.key].ref, now=at)

    def reports(self, plan: DisputePlan, actor: Actor, at: datetime, *, no: int, note: str) -> None:
        commands.report_obligation(actor=actor, ref=self.cases[plan.key].ref, no=no, note=note, now=at)

    def confirms(self, plan: DisputePlan, actor: Actor, at: datetime, *, no: int) -> None:
        commands.confirm_obligation(actor=actor, ref=self.cases[plan.key].ref, no=no, now=at)

    def fails(self, plan: DisputePlan, actor: Actor, at: datetime, *, no: int, note: str) -> None:
        commands.fail_obligation(actor=actor, ref=self.cases[plan.key].ref, no=no, note=note, now=at)

    def advances(self, plan: DisputePlan, actor: Actor, at: datetime, *, amount_minor: int, reason: str) -> None:
        commands.advance_payment(
            actor=actor,
            ref=self.cases[plan.key].ref,
            to_side="CLAIMANT",
            amount_minor=amount_minor,
            reason=reason,
            now=at,
        )

    def settles_advance(self, plan: DisputePlan, actor: Actor, at: datetime, *, recovered_minor: int) -> None:
        commands.settle_advance(
            actor=actor, ref=self.cases[plan.key].ref, no=1, recovered_minor=recovered_minor, now=at
        )


def _file(piece: Piece) -> io.BytesIO:
    lines = piece.lines or (piece.caption,)
    return paper(piece.caption[:20], list(lines), kind="PDF" if piece.is_pdf else "PNG")
