"""Disputes as their sides and mediators see them: the case, its facts and ladders, evidence, offers, whose turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from casework.actor import Actor
from casework.compiled import compiled
from casework.errors import NotFound, or_not_found
from casework.models import Event
from disputes import policies
from disputes.choices import Side
from disputes.machine import FINAL, HOLDER, PAUSES, DisputeState
from disputes.models import (
    AssistedFiling,
    Determination,
    Dispute,
    EvidenceItem,
    FactAtIssue,
    FactRuling,
    GroundRow,
    ObligationState,
    Offer,
    PullState,
    RecordPull,
    Relaxation,
    StepRow,
    Submission,
)
from disputes.outcome import Derived
from disputes.proof import found_for
from disputes.terms import derived_from
from disputes.triage import Place, most_urgent, place_of, reading_on_file
from disputes.windows import answer_closes, window_closes
from files.attachments import FileCopy
from notices.queries import may_read_notice
from operations import outages
from rules.applying import versions_for

QUEUE = 100
"""What a mediator is shown of what waits, from the most urgent on."""


@dataclass(frozen=True, slots=True)
class RungView:
    """One step of a fact's ladder, and where the fact stands on it: `done`, `current` or `later`."""

    no: int
    bearer: str
    row: StepRow
    status: str


@dataclass(frozen=True, slots=True)
class FactView:
    """One fact at issue: who must show what now, by when (outages counted in), and what happened so far.

    `bearer` is empty once the fact is settled; `closes_at` is None where no window is open; `yours` says that the
    reader bears it now.
    """

    no: int
    fact: FactAtIssue
    statement: str
    bearer: str
    yours: bool
    closes_at: datetime | None
    rungs: list[RungView]
    found_for: str
    submissions: list[Submission]
    rulings: list[FactRuling]
    pulls: list[RecordPull]
    reliefs: list[Relaxation]
    can_answer: bool

    @property
    def last_bearer(self) -> str:
        """Who must show something now or, once it is settled, who had to last."""
        return self.bearer or self.fact.step.bearer

    @property
    def current(self) -> RungView | None:
        return next((r for r in self.rungs if r.status == "current"), None)


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One piece as this reader may see it: `is_hidden` leaves only that something was withheld, and why."""

    item: EvidenceItem
    is_hidden: bool
    is_draft: bool
    is_own: bool
    copy: FileCopy | None  # of its file: not as it was received for the other side

    @property
    def shows_picture(self) -> bool:
        file = self.item.attachment
        return file is not None and file.is_picture and file.has_copy


@dataclass(frozen=True, slots=True)
class QueueRow:
    """What a mediator sees of a dispute before joining it: enough to choose by urgency, nothing of the case.

    `language` and `queue` are empty where its opening was not read yet; `language` too where it has no words.
    """

    ref: str
    number: str
    ground: str
    amount_minor: int
    currency: str
    due_at: datetime | None
    human_demanded: bool
    is_review: bool
    opened_at: datetime
    language: str
    queue: str
    place: Place


def _with_parts(rows: QuerySet[Dispute]) -> QuerySet[Dispute]:
    steps = Prefetch("row__steps", StepRow.objects.order_by("no"))
    related = ("ground", "table__version__rule", "claimant", "respondent", "mediator", "notice", "triage")
    return rows.select_related(*related, "fast_refund__opt_in").prefetch_related(
        Prefetch(
            "facts",
            FactAtIssue.objects.select_related("row", "step").prefetch_related(
                steps,
                "submissions",
                "pulls",
                Prefetch("rulings", FactRuling.objects.select_related("mediator").prefetch_related("reliance__item")),
                Prefetch("row__relaxations", Relaxation.objects.prefetch_related("controls")),
            ),
        ),
        Prefetch(
            "evidence",
            EvidenceItem.objects.select_related(
                "attachment", "submission", "fact", "message", "record"
            ).prefetch_related("objections"),
        ),
        Prefetch("offers", Offer.objects.prefetch_related("answers")),
        "obligations",
        "advances",
        "demands",
        "appraisals__custody",
        "identity_requests",
        Prefetch("assisted", AssistedFiling.objects.select_related("officer")),
        Prefetch("determinations", Determination.objects.select_related("mediator").prefetch_related("findings__fact")),
    )


def disputes_for(actor: Actor) -> QuerySet[Dispute]:
    """The disputes that this actor may see, with their parts, newest first."""
    return _with_parts(Dispute.objects.filter(policies.visible_to(actor)).order_by("-created_at", "-id"))


def dispute_for(actor: Actor, ref: str) -> Dispute:
    """One dispute with all its parts. Raises `NotFound` for missing and foreign alike."""
    return or_not_found(disputes_for(actor).filter(ref=ref).first())


def require_visible(actor: Actor, ref: str) -> None:
    """One statement, where none of the dispute's parts is needed. Raises `NotFound` for missing and foreign alike."""
    if not Dispute.objects.filter(policies.visible_to(actor), ref=ref).exists():
        raise NotFound()


def dispute_of_offer(actor: Actor, offer_ref: str) -> tuple[Dispute, Offer]:
    """An offer that this actor may see, with its dispute. Raises `NotFound`, to the mediator too."""
    ref = or_not_found(Offer.objects.filter(ref=offer_ref).values_list("dispute__ref", flat=True).first())
    dispute = dispute_for(actor, ref)
    for offer in offers_shown_to(actor, dispute):
        if offer.ref == offer_ref:
            return dispute, offer
    raise NotFound()


def case_of_offer(actor: Actor, offer_ref: str) -> Dispute:
    """The dispute in which this actor may see the offer. Raises `NotFound`."""
    return dispute_of_offer(actor, offer_ref)[0]


def events_of(dispute: Dispute) -> QuerySet[Event]:
    """The dispute's own ledger, oldest first."""
    return Event.objects.filter(case_kind=Dispute.KIND, case_id=dispute.pk).order_by("sequence")


def events_of_facts(dispute: Dispute) -> QuerySet[Event]:
    """The ledgers of its facts, each in order."""
    keys = [f.pk for f in dispute.facts.all()]
    return Event.objects.filter(case_kind=FactAtIssue.KIND, case_id__in=keys).order_by("case_id", "sequence")


def facts_of(actor: Actor, dispute: Dispute, spans: outages.Ledger | None = None) -> list[FactView]:
    """Every fact at issue as both sides see it at this moment."""
    side = policies.side_of(actor, dispute)
    spans = outages.ledger() if spans is None else spans
    facts = sorted(dispute.facts.all(), key=lambda f: f.no)
    for fact in facts:  # a step that says who bears it asks for these, which are read already
        fact.row.ground, fact.step.fact = dispute.ground, fact.row
    return [_fact_view(fact, side, spans) for fact in facts]


def _fact_view(fact: FactAtIssue, side: Side | None, spans: outages.Ledger) -> FactView:
    bearer = str(fact.bearer or "")
    submissions = list(fact.submissions.all())
    return FactView(
        no=fact.no,
        fact=fact,
        statement=fact.row.statement,
        bearer=bearer,
        yours=side is not None and bearer == side and not fact.awaits_ruling,
        closes_at=window_closes(fact, spans),
        rungs=[RungView(s.no, s.bearer, s, _status(fact, s)) for s in fact.row.steps.all()],
        found_for="" if fact.established is None else str(found_for(fact.favours, fact.established)),
        submissions=submissions,
        rulings=list(fact.rulings.all()),
        pulls=list(fact.pulls.all()),
        reliefs=[each for each in fact.row.relaxations.all() if each.fast_refund_limit_minor is None],
        can_answer=side is not None and any(s.side != side and s.answered_at is None for s in submissions),
    )


def _status(fact: FactAtIssue, step: StepRow) -> str:
    if step.no < fact.step.no:
        return "done"
    if step.no > fact.step.no:
        return "later"
    return "done" if fact.awaits_ruling or fact.is_settled else "current"


def evidence_shown_to(actor: Actor, dispute: Dispute) -> list[EvidenceView]:
    """Submitted pieces for everybody; drafts for their side; what is withheld for its side and the mediator."""
    side = policies.side_of(actor, dispute)
    sees_all = policies.is_mediator(actor, dispute) or policies.oversees(actor, dispute)
    views = []
    for item in sorted(dispute.evidence.all(), key=lambda e: e.no):
        own = side is not None and item.side == side
        if item.submission_id is None and not own:
            continue
        hidden = item.is_withheld and not own and not sees_all
        file = item.attachment
        copy = None if file is None else FileCopy(file, as_received=own or side is None or sees_all)
        views.append(EvidenceView(item, is_hidden=hidden, is_draft=item.submission_id is None, is_own=own, copy=copy))
    return views


def evidence_file(actor: Actor, ref: str, no: int) -> FileCopy:
    """The file of one piece, for this reader. Raises `NotFound`, for a withheld piece of the other side too."""
    dispute = dispute_for(actor, ref)
    for view in evidence_shown_to(actor, dispute):
        if view.item.no == no and not view.is_hidden and view.copy is not None:
            return view.copy
    raise NotFound()


def offers_shown_to(actor: Actor, dispute: Dispute) -> list[Offer]:
    """Every offer, for the sides; the mediator sees only the platform's own proposals."""
    rows = sorted(dispute.offers.all(), key=lambda o: o.no)
    if policies.sees_offers(actor, dispute):
        return rows
    return [o for o in rows if o.side == Side.PLATFORM] if policies.is_mediator(actor, dispute) else []


def turn_of(dispute: Dispute) -> list[Side]:
    """Whose turn it is: bearers of open facts, debtors, the respondent before its first answer, the platform."""
    turn = dispute.state_row.turn
    if turn == "platform" or dispute.state in PAUSES:
        return [Side.PLATFORM]
    if turn == "reviewers":
        return [side for side in (Side.CLAIMANT, Side.RESPONDENT, Side.PLATFORM) if _can_ask_for_review(dispute, side)]
    if turn == "sides":
        opposite = Side.PLATFORM if dispute.respondent_id is None else Side.RESPONDENT
        return [opposite] if dispute.answered_at is None else [Side.CLAIMANT, opposite]
    if turn == "bearers":
        bearers = {str(f.bearer) for f in dispute.facts.all() if f.bearer and not f.awaits_ruling}
        return [s for s in Side if s in bearers] or [Side.PLATFORM]
    if turn == "debtors":
        owing = {
            o.debtor if o.state == ObligationState.OWED else o.creditor
            for o in dispute.obligations.all()
            if o.state in (ObligationState.OWED, ObligationState.REPORTED) and o.due_at is not None
        }
        return [s for s in Side if s in owing]
    return []


def due_at_of(dispute: Dispute, spans: outages.Ledger | None = None) -> datetime | None:
    """By when the next thing is due, whoever must do it; a list gives the ledger of outages, which it read once."""
    turn = dispute.state_row.turn
    if turn == "platform":
        return dispute.platform_due_at
    if dispute.state in PAUSES:
        return dispute.step_due_at
    if turn == "sides":
        return answer_closes(dispute, spans) if dispute.answered_at is None else dispute.step_due_at
    if turn == "bearers":
        return _proof_due_at(dispute, outages.ledger() if spans is None else spans)
    if dispute.state == DisputeState.DETERMINED:
        return dispute.review_closes_at
    if turn == "debtors":
        times = {ObligationState.OWED: "due_at", ObligationState.REPORTED: "confirm_due_at"}
        rows = [o for o in dispute.obligations.all() if o.state in times and o.due_at is not None]
        return min((getattr(o, times[ObligationState(o.state)]) for o in rows), default=None)
    return None


def _can_ask_for_review(dispute: Dispute, side: Side) -> bool:
    if side is Side.CLAIMANT:
        return dispute.claimant_accepted_at is None
    other = Side.PLATFORM if dispute.respondent_id is None else Side.RESPONDENT
    return side is other and dispute.respondent_accepted_at is None


def _proof_due_at(dispute: Dispute, spans: outages.Ledger) -> datetime | None:
    """When the first window closes; else until when something can be answered, or records are waited for."""
    facts = list(dispute.facts.all())
    if windows := [at for fact in facts if (at := window_closes(fact, spans)) is not None]:
        return min(windows)
    answering = [s.answerable_until for fact in facts for s in fact.submissions.all() if s.answered_at is None]
    fetching = [pull.asked_at for fact in facts for pull in fact.pulls.all() if pull.state == PullState.ASKED]
    records = [at + timedelta(hours=settings.RECORDS_HOURS) for at in fetching]
    return max([*answering, *records], default=None)


def derived_outcome(dispute: Dispute) -> Derived:
    """What the table makes of the facts as they stand."""
    return derived_from(dispute, sorted(dispute.facts.all(), key=lambda f: f.no))


def queue_for(actor: Actor, *, now: datetime) -> list[QueueRow]:
    """The disputes that wait for a mediator and that this one may take, in the order in which they are taken."""
    return [queue_row(dispute, now) for dispute in waiting_for(actor, now=now)[:QUEUE]]


def waiting_for(actor: Actor, *, now: datetime) -> QuerySet[Dispute]:
    """As `queue_for`: to be shown as `queue_row` alone, and none that is due long after the first `QUEUE`."""
    rows = Dispute.objects.filter(policies.joinable_by(actor)).select_related("ground", "triage")
    return most_urgent(rows, QUEUE, now=now)


def queue_row(dispute: Dispute, now: datetime) -> QueueRow:
    read = reading_on_file(dispute)
    return QueueRow(
        ref=dispute.ref,
        number=dispute.number,
        ground=dispute.ground.title,
        amount_minor=dispute.claim_amount_minor or dispute.order_amount_minor,
        currency=dispute.currency,
        due_at=dispute.platform_due_at,
        human_demanded=dispute.human_demanded,
        is_review=dispute.round == 2,
        opened_at=dispute.created_at,
        language=read.language if read is not None else "",
        queue=read.queue if read is not None else "",
        place=place_of(dispute, now=now),
    )


def mediated_by(actor: Actor) -> QuerySet[Dispute]:
    """The disputes that this mediator holds, most urgent first."""
    own = Dispute.objects.filter(HOLDER.where(actor)).exclude(state__in=FINAL)
    rows = own.select_related("ground", "claimant", "respondent", "triage").prefetch_related("facts", "obligations")
    return rows.order_by("updated_at")


def grounds_in_force(
    at: datetime, parties: Sequence[int] = (), *, known_at: datetime | None = None
) -> QuerySet[GroundRow]:
    """The grounds of the table that a dispute of these parties about an order placed at that moment would rest on."""
    newest = next(iter(_newest_table(at, sorted(parties), known_at)), None)
    facts = "facts__steps"
    return GroundRow.objects.filter(table_id=newest).prefetch_related(facts).order_by("position")


@compiled
def _newest_table(at: datetime, parties: Sequence[int], known_at: datetime | None) -> QuerySet[GroundRow, int]:
    versions = versions_for(at, parties, known_at=known_at).order_by().values("pk")
    rows = GroundRow.objects.filter(table__published_at__isnull=False, table__version__in=versions)
    return rows.order_by("-table__version__effective_from").values_list("table_id", flat=True)[:1]


def reads_notice(actor: Actor, dispute: Dispute) -> bool:
    """Whether this reader may also open the notice that it is about; who mediates it knows its number alone."""
    return dispute.notice_id is not None and may_read_notice(actor, dispute.notice_id)
