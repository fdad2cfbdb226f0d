"""The disputes of the sample, lived through again: every act at its time, by the product's own commands.

All disputes run on one clock, so that what falls due between two acts falls due in its order. What does not belong
here: the stories (sample.content.disputes).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from accounts.models import Notification
from accounts.notifications import open_notification
from casework import outbox
from casework.actor import Actor, Via
from casework.errors import CaseError, NotYourTurn
from casework.models import OutboxMessage, OutboxState
from disputes import commands
from disputes.choices import MONEY, Record
from disputes.default_table import GROUNDS
from disputes.records import RecordsUnavailable
from operations.outages import confirm_outage, record_outage
from sample.content.disputes import DISPUTES, GREETING, Act, DisputePlan
from sample.content.orders import ORDERS, InProcessPlatform
from sample.content.people import PARTY_BY_KEY, USERS
from sample.loading.base import Loaded, Progress, fire_until, last_message
from sample.pictures import paper

if TYPE_CHECKING:
    from accounts.models import Party
    from disputes.models import Dispute, RecordPull

STAFF = {plan.username for plan in USERS if plan.staff_roles}
OUTAGE_HOURS_AGO = (34.0, 31.5)
READ_AFTER = timedelta(days=2)
OPENING, OUTAGE = Act(0, "opening", "claimant"), Act(0, "outage")


def load_disputes(made: Loaded, *, are_recent: bool, progress: Progress) -> None:
    """Every dispute opened since the outage, or before it, stands where its plan says, with all that led there."""
    ended = OUTAGE_HOURS_AGO[1]
    steps = _timeline([plan for plan in DISPUTES if (plan.hours_ago < ended) == are_recent], made.now)
    if not are_recent:
        steps.append((made.now - timedelta(hours=ended) + timedelta(minutes=20), None, OUTAGE))
    steps.sort(key=lambda step: step[0])
    world = _World(made)
    for number, (at, plan, act) in enumerate(steps, start=1):
        progress("disputes", number, len(steps))
        world.let_time_pass(until=at)
        with made.beside_visitors(f"{plan.key if plan else ''}: {act}"):
            world.carry_out(plan, act, at)
    world.let_time_pass(until=made.now)
    world.read_what_is_old()


def _timeline(plans: Sequence[DisputePlan], now: datetime) -> list[tuple[datetime, DisputePlan | None, Act]]:
    """(when, which dispute, what) of everything that anybody does."""
    return [
        (now - timedelta(hours=plan.hours_ago) + timedelta(hours=act.after), plan, act)
        for plan in plans
        for act in (OPENING, *plan.acts)
    ]


@dataclass
class _World:
    """The sample at one moment of its past. Its methods are what an act `does` where that is more than a command."""

    made: Loaded
    cases: dict[str, Dispute] = field(default_factory=dict)
    asked: list[tuple[Dispute, RecordPull]] = field(default_factory=list)
    actors: dict[str, Actor] = field(default_factory=dict)
    seen: int = field(default_factory=last_message)

    # — time and reactions —

    def let_time_pass(self, *, until: datetime) -> None:
        """Everything that fell due in a dispute has happened, each at its own moment."""
        fire_until(until, Q(kind__startswith="dispute."), then=self.react)

    def react(self, at: datetime) -> None:
        """What follows from the newest events, as the worker would have done it then; records come in with it.

        Records of a system that is down stay asked for.
        """
        for case, pull in list(self.asked):
            try:
                kinds = [Record(kind) for kind in pull.kinds]
                found, gaps = InProcessPlatform(self.made.now, at).records(case.order_ref, kinds)
            except RecordsUnavailable:
                continue
            commands.seal_records(pull_ref=pull.ref, records=found, gaps=gaps, now=at)
            self.asked.remove((case, pull))
        waiting = {case.pk for case, _pull in self.asked}
        rows = OutboxMessage.objects.filter(pk__gt=self.seen, state=OutboxState.PENDING, event__at__lte=self.made.now)
        for message in list(rows.select_related("event").order_by("pk")):
            self.seen = message.pk
            if message.event.type == "dispute.records_asked" and message.event.case_id in waiting:
                continue
            outbox.deliver(message.pk, now=at)

    def read_what_is_old(self) -> None:
        """The people of the demo have opened what they were told more than two days ago."""
        people = [self.made.users[plan.username].pk for plan in USERS if plan.actor]
        old = self.made.now - READ_AFTER
        for row in Notification.objects.filter(user_id__in=people, opened_at__isnull=True, told_at__lt=old):
            open_notification(row.ref, user_id=row.user_id, now=row.told_at + timedelta(hours=3))

    # — who does what —

    def carry_out(self, plan: DisputePlan | None, act: Act, at: datetime) -> None:
        """A command of `disputes.commands` on the case, or a method of this class."""
        if plan is None:
            self.outage(at)
            return
        actor = self.actor(plan, act.who) if act.who else None
        own: Callable[..., None] | None = getattr(self, act.does, None)
        if act is OPENING:
            self.cases[plan.key] = self.opened(plan, actor, at)
        elif own is not None:
            own(self.cases[plan.key], actor, at, **act.values)
        else:
            command = getattr(commands, act.does)
            command(actor=actor, ref=self.cases[plan.key].ref, now=at, **act.values)
        self.react(at + timedelta(minutes=3))  # a submission comes two minutes after its files

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

    def opened(self, plan: DisputePlan, actor: Actor | None, at: datetime) -> Dispute:
        order = InProcessPlatform(self.made.now, at).order(plan.order)
        assert order is not None
        assert actor is not None
        filing = commands.DisputeFiling(
            ground=plan.ground, remedy=plan.remedy, amount_minor=plan.amount_minor, statement=plan.statement
        )
        return commands.open_dispute(actor=actor, order=order, filing=filing, now=at)

    def outage(self, at: datetime) -> None:
        began, ended = (self.made.now - timedelta(hours=hours) for hours in OUTAGE_HOURS_AGO)
        recorded = record_outage(
            actor=self.made.person("yaoning", via=Via.ADMIN),
            started_at=began,
            ended_at=ended,
            is_announced=False,
            cause="机房供电故障，证据上传不可用。Power failure; evidence could not be uploaded.",
            now=at,
        )
        confirm_outage(actor=self.made.person("hemart_admin", via=Via.ADMIN), no=recorded.pk, now=at)
        for case in self.cases.values():
            commands.extend_windows_of(dispute_id=case.pk, now=at)
        self.react(at)

    # — talking —

    def greets(self, case: Dispute, actor: Actor, at: datetime) -> None:
        self.says(case, actor, at, text=GREETING)

    def says(self, case: Dispute, actor: Actor, at: datetime, *, text: str, lane: str = "both") -> None:
        room = case.rooms.get(lane=lane)
        post = commands.Post(actor, room.pk, f"sample-{room.head + 1}", text)
        (posted,) = commands.post_batch(posts=[post], now=at)
        if isinstance(posted, CaseError):
            raise posted

    # — evidence —

    def stages(
        self, case: Dispute, actor: Actor, at: datetime, *, fact: int, pieces: Sequence[Mapping[str, Any]]
    ) -> None:
        """Drafts that are not submitted."""
        for piece in pieces:
            commands.stage_file(
                actor=actor,
                ref=case.ref,
                fact_no=fact,
                file=_file(**piece),
                name="evidence.pdf" if piece.get("is_pdf") else "evidence.png",
                caption=piece["caption"],
                withheld_reason=piece.get("withheld", ""),
                now=at,
            )

    def shows(
        self, case: Dispute, actor: Actor, at: datetime, *, fact: int, pieces: Sequence[Mapping[str, Any]]
    ) -> None:
        self.stages(case, actor, at, fact=fact, pieces=pieces)
        commands.submit_evidence(actor=actor, ref=case.ref, fact_no=fact, now=at + timedelta(minutes=2))

    def quotes(self, case: Dispute, actor: Actor, at: datetime, *, fact: int, words: str, caption: str) -> None:
        """A message of the room that contains these words is submitted as evidence."""
        message = case.rooms.get(lane="both").messages.get(text__contains=words)
        commands.stage_message(
            actor=actor, ref=case.ref, fact_no=fact, sequence=message.sequence, caption=caption, now=at
        )
        commands.submit_evidence(actor=actor, ref=case.ref, fact_no=fact, now=at)

    def pulls(self, case: Dispute, actor: Actor, at: datetime, *, fact: int) -> None:
        """The platform's own records about the fact, with one click."""
        pull = commands.ask_for_records(actor=actor, ref=case.ref, fact_no=fact, now=at)
        self.asked.append((case, pull))

    def objects(self, case: Dispute, actor: Actor, at: datetime, *, to: str, ground: str, text: str) -> None:
        """`to` is a part of the caption, or the kind of a record."""
        items = case.evidence.filter(submission__isnull=False)
        item = items.filter(caption__contains=to).first()
        assert item is not None, (case.ref, to)
        commands.object_to_evidence(actor=actor, ref=case.ref, no=item.no, ground=ground, text=text, now=at)

    # — offers —

    def offers(self, case: Dispute, actor: Actor, at: datetime, **terms: Any) -> None:
        commands.make_offer(actor=actor, ref=case.ref, terms=commands.Terms(**terms), now=at)

    def proposes(self, case: Dispute, _system: None, at: datetime, **terms: Any) -> None:
        commands.propose_by_system(dispute_id=case.pk, terms=commands.Terms(**terms), now=at)

    def accepts(self, case: Dispute, actor: Actor, at: datetime, *, side: str) -> None:
        commands.accept_offer(actor=actor, offer_ref=_offer(case, side), now=at)

    def refuses(self, case: Dispute, actor: Actor, at: datetime, *, side: str) -> None:
        commands.refuse_offer(actor=actor, offer_ref=_offer(case, side), now=at)

    # — the mediator —

    def rules(self, case: Dispute, actor: Actor, at: datetime, *, fact: int, proved: bool, reasons: str) -> None:
        """Relying on everything about the fact that both sides saw and could answer."""
        self._rest(case, at, fact)
        items = case.evidence.filter(fact__no=fact, submission__isnull=False, is_withheld=False)
        commands.rule_fact(
            actor=actor,
            ref=case.ref,
            fact_no=fact,
            proved=proved,
            reasons=reasons,
            evidence=list(items.values_list("no", flat=True)),
            now=at,
        )

    def _rest(self, case: Dispute, at: datetime, fact: int) -> None:
        """Both sides say that they have nothing more about the fact, as far as they can still add or answer."""
        theirs = [self._owner(party) for party in (case.claimant, case.respondent) if party is not None]
        for actor in [*theirs, *([self.made.person("yaoning", via=Via.ADMIN)] if case.respondent is None else [])]:
            with suppress(NotYourTurn):
                commands.answer_evidence(actor=actor, ref=case.ref, fact_no=fact, now=at)

    def _owner(self, party: Party) -> Actor:
        keys = {key for key, plan in PARTY_BY_KEY.items() if plan.external_ref == party.external_ref}
        username = next(u.username for u in USERS if u.party in keys and u.membership == "owner")
        return self.made.person(username, via=Via.WEB)

    def determines(
        self, case: Dispute, actor: Actor, at: datetime, *, reasons: str, sentences: Sequence[str], **changes: Any
    ) -> None:
        determine_as_derived(case, actor, at, reasons=reasons, sentences=sentences, **changes)


def determine_as_derived(
    case: Dispute, actor: Actor, at: datetime, *, reasons: str, sentences: Sequence[str], **changes: Any
) -> None:
    """What the table derives, with these reasons and a sentence per fact; `changes` where the mediator departs."""
    case.refresh_from_db()
    derived = commands.derived_of(case)
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
        ref=case.ref,
        draft=commands.DeterminationDraft(reasons=reasons, sentences=dict(enumerate(sentences, start=1)), **values),
        now=at,
        expected_version=case.version,
    )


def _offer(case: Dispute, side: str) -> str:
    """The open offer of that side: `CLAIMANT`, `RESPONDENT` or `PLATFORM`."""
    return case.offers.get(side=side, state="OPEN").ref


def _file(*, caption: str, lines: Sequence[str] = (), is_pdf: bool = False, withheld: str = "") -> io.BytesIO:
    """The made-up file of a piece of evidence: its caption says what it proves, its lines are what stands on it."""
    del withheld
    return paper(caption[:20], list(lines or (caption,)), kind="PDF" if is_pdf else "PNG")
