"""Opens a dispute and its talk: open, answer, call the platform in, withdraw."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Party
from accounts.policies import may_serve_callers, may_take_down_for
from accounts.queries import parties_by_ref, people_of
from accounts.roles import CAN_FILE
from casework.actor import Actor
from casework.canonical import digest, moment
from casework.compiled import compiled
from casework.errors import (
    CaseError,
    ConflictOfInterest,
    FieldError,
    Invalid,
    NotYourTurn,
    UnknownReference,
    require,
    require_text,
)
from casework.firing import DeadlineSpec, command, open_case
from casework.searching import keep
from disputes.ceilings import Ceiling, ceiling_of_claim
from disputes.choices import MONEY, Condition, Role, Side
from disputes.claims import facts_of_opening
from disputes.commands.callers import record_assisted, said_of
from disputes.commands.locking import lock_dispute, move, reminders, require_in_time
from disputes.commands.stream import append_event, open_rooms, seal
from disputes.conditions import why_not_at_issue, why_refused
from disputes.counsel import require_signed
from disputes.fast_refund import drafted
from disputes.machine import DisputeState, FactState
from disputes.models import BurdenTable, ClosedAs, Dispute, FactAtIssue, GroundRow, Offer, OfferState, TakenDown
from disputes.policies import may_answer_dispute, may_escalate, may_open_dispute, may_withdraw_dispute
from disputes.records import OrderRecord
from disputes.searching import DISPUTES, document_of
from disputes.windows import answer_closes
from helpline.callers import Caller, check_caller
from notices.queries import OwnNotice, own_notice
from rules import quotas
from rules.applying import versions_for
from rules.terms import terms_at

ANSWER_REMINDERS = ("dispute.reminder:answer:24", "dispute.reminder:answer:4")

MORE_SAID = ("warranty_until", "best_before", "paid_by", "bought_as", "product_url")
"""What an order can say besides; the hash covers what it says of them."""

NO_SUCH_ORDER = ("/order_ref", _("You have no such order."))  # also for one that is somebody else's


@dataclass(frozen=True, slots=True)
class DisputeFiling:
    """What is needed to open: the ground (its slug or code) and what is wanted; words and proof can follow."""

    ground: str
    remedy: str
    amount_minor: int | None = None
    statement: str = ""
    notice: str = ""
    """The reference or the number of the notice that it is about, where the platform answers for a measure."""


@command
def open_dispute(
    *, actor: Actor, order: OrderRecord, filing: DisputeFiling, now: datetime, caller: Caller | None = None
) -> Dispute:
    """Opens a dispute under the burden table in force at the order; both sides see who must prove what.

    With a `caller` the actor is an officer of the human line who takes it down for the party that calls; it counts the
    same at once. No notice can be named then, since an officer sees none.
    Raises `UnknownReference` when the order is not the actor's, `NotAllowed`, `ConflictOfInterest`, `Invalid`, and
    `NotYourTurn` when a dispute about the same order and ground is open, or was settled or determined.
    """
    mine = _speaks_for(actor, caller)
    buyer, seller, client_id = _parties_of(mine, order)
    both = [party.pk for party in (buyer, seller) if party is not None]
    table = _table(order, both, now)
    ground = _ground(table, filing.ground)
    claimant, respondent = _sides({party.pk for party in mine}, ground, buyer, seller)
    person = _caller_for(actor, claimant, both, caller, now=now)
    require(_check(filing, ground))
    _require_applies(ground, order, now)
    notice = _notice(actor, filing, ground, claimant)
    _require_first(claimant, order, ground)
    require(_beyond(filing, ceiling_of_claim(claimant.pk, order, ground, filing.remedy)))
    promised = terms_at(now, [party.pk for party in (claimant, respondent) if party is not None])
    due = promised["dispute_answer_time"].ends(now)
    dispute = Dispute(
        table=table,
        ground=ground,
        claimant=claimant,
        respondent=respondent,
        client_id=client_id,
        notice_id=None if notice is None else notice.pk,
        opened_by_id=actor.person,
        language=claimant.language,
        **_order_columns(order),
        statement=filing.statement,
        claim_remedy=filing.remedy,
        claim_amount_minor=filing.amount_minor,
        answer_due_at=due,
        answer_base_due_at=due,
        escalate_from=promised["dispute_call_in_time"].ends(now),
    )
    refund = drafted(dispute, now=now)
    event = open_case(
        dispute,
        state=DisputeState.NEGOTIATING,
        event="dispute.opened",
        actor=actor,
        now=now,
        facts=facts_of_opening(dispute, notice="" if notice is None else notice.ref, refund=refund) | said_of(caller),
        deadlines=[DeadlineSpec("dispute.answer", due), *reminders("answer", now, due)],
    )
    if refund is not None:
        refund.dispute = dispute
        refund.save(force_insert=True)
    keep(DISPUTES, {dispute.pk: document_of(dispute)})
    if caller is not None:
        record_assisted(dispute, TakenDown.DISPUTE, Side.CLAIMANT, caller, person, actor=actor, now=now)
    open_rooms(dispute)
    append_event(dispute, event, now)
    _open_facts(dispute, ground, actor=actor, now=now)
    return dispute


def _order_columns(order: OrderRecord) -> dict[str, object]:
    return {
        "order_ref": order.ref,
        "order_title": order.title,
        "order_amount_minor": order.amount_minor,
        "currency": order.currency,
        "ordered_at": order.placed_at,
        "received_at": order.received_at,
        "order_digest": digest(content_of(order)),
        "order_tags": list(order.tags),
        **{name: getattr(order, name) for name in MORE_SAID},
    }


def _table(order: OrderRecord, parties: Sequence[int], now: datetime) -> BurdenTable:
    """The table in force at the order. Raises `NotYourTurn` where there was none."""
    table = table_in_force(order.placed_at, parties, known_at=now)
    if table is None:
        raise NotYourTurn(_("No burden table was in force when this order was placed."))
    return table


def _ground(table: BurdenTable, named: str) -> GroundRow:
    """By its slug, or its code, in large letters or small. Raises `Invalid`."""
    rows = table.grounds
    found = rows.filter(slug__iexact=named).first() or rows.filter(code__iexact=named).first()
    if found is None:
        raise Invalid.field("/ground", "unknown", pgettext_lazy("dispute", "Choose one ground from the list."))
    return found


def _require_applies(ground: GroundRow, order: OrderRecord, now: datetime) -> None:
    """Raises `Invalid` where the order says that the law gives this ground to other orders, and as `require_signed`."""
    if why := why_refused(ground.applies_if, order.says(now)):
        text = _("This ground is for: %(condition)s. The order says otherwise.")
        raise Invalid.field("/ground", "does-not-apply", text % {"condition": Condition(why).label})
    require_signed(ground)


def _require_first(claimant: Party, order: OrderRecord, ground: GroundRow) -> None:
    """Raises `NotYourTurn` where this side has such a dispute about the order, open, settled or determined."""
    earlier = Dispute.objects.filter(claimant=claimant, order_ref=order.ref, ground__slug=ground.slug)
    if earlier.filter(closed_at__isnull=True).exists():
        raise NotYourTurn(_("A dispute about this order and ground is open already."))
    if earlier.exclude(closed_as=ClosedAs.WITHDRAWN).exists():
        raise NotYourTurn(
            _("A dispute about this order and ground was settled or determined already, and that stands.")
        )


def table_in_force(at: datetime, parties: Sequence[int], *, known_at: datetime) -> BurdenTable | None:
    """The published table whose rule version applied to both sides at that moment; the newest where several rules have
    one. An exit that was opened by `known_at` counts.
    """
    return next(iter(_newest_table(at, sorted(parties), known_at)), None)


@compiled
def _newest_table(at: datetime, parties: Sequence[int], known_at: datetime) -> QuerySet[BurdenTable]:
    versions = versions_for(at, parties, known_at=known_at).order_by().values("pk")
    rows = BurdenTable.objects.filter(published_at__isnull=False, version__in=versions)
    return rows.order_by("-version__effective_from", "pk")[:1]


def content_of(order: OrderRecord) -> Mapping[str, object]:
    """What the dispute's hash of the order covers."""
    return {
        "ref": order.ref,
        "title": order.title,
        "amount_minor": order.amount_minor,
        "currency": order.currency,
        "buyer": order.buyer,
        "seller": order.seller,
        "placed_at": moment(order.placed_at),
        "received_at": None if order.received_at is None else moment(order.received_at),
        "tags": list(order.tags),
    } | {name: str(said) for name in MORE_SAID if (said := getattr(order, name))}


def _speaks_for(actor: Actor, caller: Caller | None) -> list[Party]:
    """The parties that open it: the actor's own, or the one that is on the phone. Raises `NotAllowed`."""
    if caller is None:
        return list(Party.objects.filter(pk__in=list(actor.parties)))
    require(may_serve_callers(actor))
    return list(Party.objects.filter(ref=caller.party))


def _caller_for(
    actor: Actor, claimant: Party, both: Sequence[int], caller: Caller | None, *, now: datetime
) -> int | None:
    """The key of the account of whoever is on the phone. Raises what the actor may not, and `TooManyRequests`."""
    if caller is None:
        require(may_open_dispute(actor, claimant.pk))
        quotas.use(claimant.pk, quotas.DISPUTES, 1, now=now)
        return None
    require(may_take_down_for(actor, both))
    return check_caller(caller, people_of(claimant.pk, CAN_FILE))


def _parties_of(mine: Sequence[Party], order: OrderRecord) -> tuple[Party | None, Party | None, int | None]:
    """The two parties of the order, as provided by the back end that provides one's own. Raises
    `UnknownReference`.
    """
    own = next((p for p in mine if {p.external_ref, p.ref} & {order.buyer, order.seller}), None)
    if own is None:
        raise UnknownReference.field(*NO_SUCH_ORDER)
    found = parties_by_ref([order.buyer, order.seller], client_id=own.client_id)
    buyer, seller = found.get(order.buyer), found.get(order.seller)
    if buyer is not None and seller is not None and {buyer.pk, seller.pk} <= {party.pk for party in mine}:
        raise ConflictOfInterest(_("You act for both sides of this order."))
    return buyer, seller, own.client_id


def _sides(
    mine: Collection[int], ground: GroundRow, buyer: Party | None, seller: Party | None
) -> tuple[Party, Party | None]:
    """Who claims and who answers: the ground says which of them it is for. Raises `NotFound` and `Invalid`."""
    trader_claims = ground.claimant_role in (Role.SELLER, Role.MERCHANT)
    if ground.claimant_role == Role.RIGHT_HOLDER:  # a test purchase or a listing of one's own: either may hold it
        trader_claims = seller is not None and seller.pk in mine
    claimant, other = (seller, buyer) if trader_claims else (buyer, seller)
    if claimant is None or claimant.pk not in mine:
        raise Invalid.field("/ground", "not-yours", _("This ground is for the other side of the order."))
    if ground.respondent_role == Role.PLATFORM:
        return claimant, None
    if other is None:
        raise NotYourTurn(_("The other side of this order is not known here."))
    return claimant, other


def _check(filing: DisputeFiling, ground: GroundRow) -> CaseError | None:
    errors = []
    if filing.remedy not in ground.remedies:
        errors.append(FieldError("/claim/remedy", "unknown", _("Choose what you want from the list.")))
    elif filing.remedy in {str(r) for r in MONEY} and not filing.amount_minor:
        errors.append(FieldError("/claim/amount_minor", "required", _("Say how much.")))
    elif filing.remedy not in {str(r) for r in MONEY} and filing.amount_minor is not None:
        errors.append(FieldError("/claim/amount_minor", "not-money", _("This remedy has no amount.")))
    if filing.amount_minor is not None and filing.amount_minor <= 0:
        errors.append(FieldError("/claim/amount_minor", "out-of-range", _("Give an amount above zero.")))
    return Invalid(errors=errors) if errors else None


def _beyond(filing: DisputeFiling, ceiling: Ceiling) -> CaseError | None:
    at = {"at": "/claim/amount_minor", "reason_at": "/statement"}
    errors = ceiling.errors(filing.amount_minor, reason=filing.statement, **at)
    return Invalid(errors=errors) if errors else None


def _notice(actor: Actor, filing: DisputeFiling, ground: GroundRow, claimant: Party) -> OwnNotice | None:
    """The notice that is named, None where none is. Raises `Invalid`, alike for a foreign and a missing one."""
    if not filing.notice:
        return None
    if ground.respondent_role != Role.PLATFORM:
        raise Invalid.field("/notice", "not-for-this-ground", _("Only a dispute with the platform is about a notice."))
    notice = own_notice(actor, claimant.pk, filing.notice)
    if notice is None:
        raise Invalid.field("/notice", "unknown-notice", _("There is no such notice to you."))
    return notice


def _open_facts(dispute: Dispute, ground: GroundRow, *, actor: Actor, now: datetime) -> None:
    for row in ground.facts.prefetch_related("steps"):
        if why_not_at_issue(row, dispute.claim_remedy, dispute.order_says):
            continue
        step = min(row.steps.all(), key=lambda s: s.no)
        fact = FactAtIssue(dispute=dispute, no=row.no, row=row, step=step, favours=row.favours, bearer=step.bearer)
        open_case(
            fact,
            state=FactState.ALLEGED,
            event="fact.alleged",
            actor=actor,
            now=now,
            facts={"dispute": dispute.ref, "fact": row.key, "no": row.no, "bearer": step.bearer, "step": step.no},
        )


@command
def answer_dispute(*, actor: Actor, ref: str, text: str, refuses: bool, now: datetime) -> Dispute:
    """Records the respondent's first answer; where it refuses, the platform can be called in at once.

    Whoever calls a person in at once takes nothing of the other side's time to answer.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `DeadlinePassed`, `Invalid`.
    """
    dispute = lock_dispute(actor, ref)
    require(may_answer_dispute(actor, dispute))
    require_text("/text", text, _("Write what you answer."))
    require_in_time(answer_closes(dispute), now)
    if dispute.answered_at is not None:
        raise NotYourTurn(_("The first answer is given already; write in the room instead."))
    talk_until = dispute.promised["dispute_talk_time"].ends(now) if dispute.state == DisputeState.NEGOTIATING else None
    move(
        dispute,
        "answer",
        actor=actor,
        now=now,
        facts={"answer": digest(text), "refuses": refuses} | ({"due": talk_until.isoformat()} if talk_until else {}),
        deadlines=[DeadlineSpec("dispute.talk", talk_until)] if talk_until else [],
        cancels=ANSWER_REMINDERS,
        step_due_at=talk_until,
        first_answer=text,
        answered_at=now,
        refused_at=now if refuses else None,
    )
    return dispute


@command
def escalate_dispute(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Calls the platform in; a mediator will join by a stated time.

    Possible for either side after the first answer, or the promised time after the opening; at once where the platform
    has to mediate (七日办法). Raises `NotFound`, `NotAllowed`, `NotYourTurn` (with the moment of when it can).
    """
    dispute = lock_dispute(actor, ref)
    require(may_escalate(actor, dispute))
    if dispute.answered_at is None and now < dispute.is_called_in_from:
        raise NotYourTurn(
            _("The platform can be called in once the other side has answered, or %(time)s after the opening.")
            % {"time": dispute.promised["dispute_call_in_time"]},
            actions=[{"name": "escalate", "from": moment(dispute.escalate_from)}],
        )
    call_in(dispute, actor=actor, now=now, why="asked")
    return dispute


def call_in(dispute: Dispute, *, actor: Actor, now: datetime, why: str, effective_at: datetime | None = None) -> None:
    """Has the platform join a locked dispute: it waits for a mediator, who comes by a stated time."""
    due = dispute.promised["mediator_join_time"].ends(now)
    move(
        dispute,
        "escalate",
        actor=actor,
        now=now,
        effective_at=effective_at,
        facts={"why": why},
        deadlines=[DeadlineSpec("dispute.assign", due)],
        cancels=ANSWER_REMINDERS,
        escalated_at=now,
        platform_due_at=due,
    )


def extend_answer(dispute: Dispute, *, now: datetime) -> bool:
    """Extends the time for the first answer by the outages in it; False when none of them is new."""
    if dispute.state != DisputeState.NEGOTIATING or dispute.answered_at is not None:
        return False
    due = answer_closes(dispute)
    if due <= dispute.answer_due_at:
        return False
    move(
        dispute,
        "extend_window",
        actor=Actor.system("outage"),
        now=now,
        facts={"what": "answer", "before": moment(dispute.answer_due_at), "due": moment(due)},
        deadlines=[DeadlineSpec("dispute.answer", due), *reminders("answer", now, due)],
        cancels=ANSWER_REMINDERS,
        answer_due_at=due,
    )
    return True


@command
def escalate_after_silence(*, dispute_id: int, effective_at: datetime, now: datetime) -> None:
    """Calls the platform in because the respondent did not answer in time; does nothing when it has.

    An outage in that time made it longer.
    """
    dispute = Dispute.lock(pk=dispute_id)
    if extend_answer(dispute, now=now):
        return
    if (
        dispute.state == DisputeState.NEGOTIATING
        and dispute.answered_at is None
        and dispute.answer_due_at <= effective_at
    ):
        call_in(dispute, actor=Actor.system("deadline"), now=now, why="silence", effective_at=effective_at)


@command
def escalate_after_talk(*, dispute_id: int, effective_at: datetime, now: datetime) -> None:
    """Calls the platform in because the sides agreed on nothing in time; does nothing when it came otherwise."""
    dispute = Dispute.lock(pk=dispute_id)
    is_talking = dispute.state == DisputeState.NEGOTIATING and dispute.step_due_at is not None
    if is_talking and dispute.step_due_at == effective_at:
        call_in(dispute, actor=Actor.system("deadline"), now=now, why="talk", effective_at=effective_at)


@command
def withdraw_dispute(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Withdraws the dispute; nothing follows from it. Raises `NotFound`, `NotAllowed`, `NotYourTurn`.

    Not once it was determined: a review can find otherwise, but nobody makes a determination undone by leaving.
    """
    dispute = lock_dispute(actor, ref)
    require(may_withdraw_dispute(actor, dispute))
    if dispute.round != 1:
        raise NotYourTurn(_("This was determined and is under review; it can no longer be withdrawn."))
    end_offers(dispute, now=now)
    move(dispute, "withdraw", actor=actor, now=now, closed_as=ClosedAs.WITHDRAWN, closed_at=now)
    seal(dispute)
    return dispute


def end_offer(offer: Offer, state: OfferState, *, now: datetime) -> None:
    """Ends an offer; its row says how it ended."""
    offer.state, offer.ended_at = state, now
    offer.save(update_fields=["state", "ended_at"])


def end_offers(dispute: Dispute, *, now: datetime, but: Offer | None = None) -> None:
    """Ends every open offer of the dispute, because the dispute ended another way."""
    others = Offer.objects.filter(dispute=dispute, state=OfferState.OPEN)
    if but is not None:
        others = others.exclude(pk=but.pk)
    others.update(state=OfferState.LAPSED, ended_at=now)
