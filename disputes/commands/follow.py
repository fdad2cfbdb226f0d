"""Follows what is owed after a settlement or a determination to its end; reviews; what the platform paid first."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest, moment
from casework.errors import DeadlinePassed, NotAllowed, NotYourTurn, or_not_found, require, require_text
from casework.firing import DeadlineSpec, command
from disputes.ceilings import beyond_order, ceiling_for
from disputes.choices import Payer, Side
from disputes.commands.locking import lock_dispute, move
from disputes.commands.stream import seal
from disputes.fast_refund import fast_refund_of
from disputes.machine import DisputeState
from disputes.models import ClosedAs, Determination, Dispute, Obligation, ObligationState, OfferState
from disputes.policies import may_fail_obligation, may_follow_obligation, may_give_up, may_request_review, side_of
from disputes.terms import Terms, owed_under, terms_determined
from disputes.windows import confirming_closes, review_closes

SYSTEM = Actor.system("carrying-out")
ENDED = (ObligationState.DONE, ObligationState.FAILED)


def begin(dispute: Dispute, terms: Terms | None, *, actor: Actor, now: datetime) -> None:
    """Creates the obligations of the terms, each due by its time; where they owe nothing the dispute is closed."""
    owed = [] if terms is None else owed_under(dispute, _still_owed(dispute, terms))
    if not owed:
        _close(dispute, now=now)
        return
    deadlines, earlier = [], None
    for no, (kind, debtor, creditor, amount, time, waits) in enumerate(owed, start=1):
        due = None if waits and earlier is not None else time.ends(now)
        row = Obligation.objects.create(
            dispute=dispute,
            no=no,
            kind=kind,
            debtor=debtor,
            creditor=creditor,
            amount_minor=amount,
            remedy="" if terms is None else terms.remedy,
            after=earlier if waits else None,
            due_at=due,
        )
        if due is not None:
            deadlines += _clocks(no, now, due)
        earlier = row
    move(
        dispute,
        "begin_carrying_out",
        actor=SYSTEM,
        now=now,
        facts={"obligations": [str(kind) for kind, *_rest in owed], "by": actor.ref},
        deadlines=deadlines,
    )


def _still_owed(dispute: Dispute, terms: Terms) -> Terms:
    """The terms without what of the order's price went back in another dispute meanwhile."""
    if terms.amount_minor is None or beyond_order(dispute.ground, terms.remedy):
        return terms
    left = ceiling_for(dispute, terms.remedy).open_minor
    return terms if terms.amount_minor <= left else replace(terms, amount_minor=left)


def _clocks(no: int, now: datetime, due: datetime) -> list[DeadlineSpec]:
    soon = due - timedelta(hours=24)
    specs = [DeadlineSpec("dispute.obligation", due, key=str(no))]
    return specs + ([DeadlineSpec("dispute.reminder", soon, key=f"owed-{no}:24")] if soon > now else [])


def _close(dispute: Dispute, *, now: datetime) -> None:
    row = fast_refund_of(dispute)
    was_refunded = row is not None and row.accepted_at is not None and row.payer == Payer.PLATFORM
    was_determined = dispute.determinations.exists() and dispute.offers.filter(state=OfferState.ACCEPTED).count() == 0
    move(
        dispute,
        "close",
        actor=SYSTEM,
        now=now,
        closed_as=ClosedAs.REFUNDED if was_refunded else ClosedAs.DETERMINED if was_determined else ClosedAs.SETTLED,
        closed_at=now,
    )
    seal(dispute)


def begin_after_determination(dispute: Dispute, *, actor: Actor, now: datetime) -> None:
    """Brings the newest determination into effect."""
    newest = Determination.objects.filter(dispute=dispute).order_by("-round").first()
    begin(dispute, None if newest is None else terms_determined(newest), actor=actor, now=now)


@command
def request_review(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Requests the one review of the determination, by somebody else.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `DeadlinePassed`.
    """
    dispute = lock_dispute(actor, ref)
    require(may_request_review(actor, dispute))
    side = side_of(actor, dispute)
    if dispute.state != DisputeState.DETERMINED:
        raise NotYourTurn()
    if dispute.round != 1:
        raise NotYourTurn(_("This was already reviewed here. Other ways stay open to you."))
    if accepted_at(dispute, side) is not None:
        raise NotYourTurn(_("You accepted the determination, so it stands for you."))
    if now > review_closes(dispute):
        raise DeadlinePassed()
    due = dispute.promised["mediator_join_time"].ends(now)
    move(
        dispute,
        "request_review",
        actor=actor,
        now=now,
        facts={"side": side},
        deadlines=[DeadlineSpec("dispute.assign", due)],
        first_mediator_id=dispute.mediator_id,
        round=2,
        platform_due_at=due,
    )
    return dispute


def accepted_at(dispute: Dispute, side: Side | None) -> datetime | None:
    """When this side waived its review."""
    return dispute.claimant_accepted_at if side is Side.CLAIMANT else dispute.respondent_accepted_at


@command
def accept_determination(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Waives this side's review; once both did, what was determined is owed. Raises `NotFound`, `NotAllowed`."""
    dispute = lock_dispute(actor, ref)
    require(may_give_up(actor, dispute))
    if dispute.state != DisputeState.DETERMINED:
        raise NotYourTurn()
    side = side_of(actor, dispute)
    name = "claimant_accepted_at" if side is Side.CLAIMANT else "respondent_accepted_at"
    if accepted_at(dispute, side) is None:
        changes: dict[str, Any] = {name: now}
        move(dispute, "accept_determination", actor=actor, now=now, facts={"side": side}, **changes)
    if dispute.claimant_accepted_at is not None and dispute.respondent_accepted_at is not None:
        begin_after_determination(dispute, actor=actor, now=now)
    return dispute


def obligation_to_follow(dispute: Dispute, no: int) -> Obligation:
    row = or_not_found(Obligation.objects.filter(dispute=dispute, no=no).first())
    if dispute.state != DisputeState.CARRYING_OUT:
        raise NotYourTurn()
    if row.state in ENDED:
        raise NotYourTurn(_("This is done already."))
    if row.after_id is not None and row.due_at is None:
        raise NotYourTurn(_("Something else comes first."))
    return row


def follow(
    dispute: Dispute,
    row: Obligation,
    *,
    actor: Actor,
    now: datetime,
    deadlines: Any = (),
    effective_at: datetime | None = None,
    verb: str = "follow_obligation",
    **facts: Any,
) -> None:
    """Writes the row and its event, and cancels the deadlines that ran for it."""
    row.save(
        update_fields=[
            *("state", "reported_at", "confirm_due_at", "confirm_base_due_at", "done_at", "note", "is_late"),
            *("not_received_at", "platform_due_at", "is_guaranteed", "payment_ref", "paid_at"),
        ]
    )
    move(
        dispute,
        verb,
        actor=actor,
        now=now,
        facts={"obligation": row.no, "kind": row.kind, "state": row.state, "note": digest(row.note)} | facts,
        deadlines=deadlines,
        cancels=_clock_names(row.no),
        effective_at=effective_at,
    )


def _clock_names(no: int) -> tuple[str, ...]:
    return (f"dispute.obligation:{no}", f"dispute.confirmation:{no}", f"dispute.reminder:owed-{no}:24")


@command
def report_obligation(*, actor: Actor, ref: str, no: int, note: str, now: datetime) -> Obligation:
    """Reports that an obligation is done; it counts once the other side or the platform confirms.

    Whoever it was owed to has the promised time to say otherwise, to the platform, which finds that it failed; nothing
    said, it counts as well. Raises `NotFound`, `NotAllowed`, `NotYourTurn`.
    """
    dispute = lock_dispute(actor, ref)
    row = obligation_to_follow(dispute, no)
    require(may_follow_obligation(actor, dispute, confirms=False, debtor=row.debtor, creditor=row.creditor))
    if row.state == ObligationState.REPORTED:
        raise NotYourTurn(_("This is said already; it waits for the other side."))
    due = dispute.promised["confirmation_time"].ends(now)
    row.state, row.reported_at, row.note = ObligationState.REPORTED, now, note[:500]
    row.confirm_due_at = row.confirm_base_due_at = due
    clock = DeadlineSpec("dispute.confirmation", due, key=str(no))
    follow(dispute, row, actor=actor, now=now, deadlines=[clock], due=moment(due))
    return row


@command
def confirm_obligation(*, actor: Actor, ref: str, no: int, now: datetime) -> Obligation:
    """Confirms an obligation; what waited for it is owed from now on; when all is ended the dispute is closed.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`.
    """
    dispute = lock_dispute(actor, ref)
    row = obligation_to_follow(dispute, no)
    require(may_follow_obligation(actor, dispute, confirms=True, debtor=row.debtor, creditor=row.creditor))
    complete(dispute, row, actor=actor, now=now)
    return row


def complete(
    dispute: Dispute,
    row: Obligation,
    *,
    actor: Actor,
    now: datetime,
    effective_at: datetime | None = None,
    **facts: Any,
) -> None:
    row.state, row.done_at = ObligationState.DONE, effective_at or now
    deadlines: list[DeadlineSpec] = []
    for waiting in Obligation.objects.filter(after=row, due_at__isnull=True):
        waiting.due_at = dispute.promised["goods_time"].ends(now)
        waiting.save(update_fields=["due_at"])
        deadlines += _clocks(waiting.no, now, waiting.due_at)
    follow(dispute, row, actor=actor, now=now, deadlines=deadlines, effective_at=effective_at, **facts)
    _close_when_ended(dispute, now=now)


def _extend_confirming(dispute: Dispute, row: Obligation, *, now: datetime) -> bool:
    due = confirming_closes(row)
    if due is None or row.confirm_due_at is None or due <= row.confirm_due_at:
        return False
    row.confirm_due_at = due
    row.save(update_fields=["confirm_due_at"])
    move(
        dispute,
        "extend_window",
        actor=Actor.system("outage"),
        now=now,
        facts={"what": "confirmation", "obligation": row.no, "due": moment(due)},
        deadlines=[DeadlineSpec("dispute.confirmation", due, key=str(row.no))],
    )
    return True


def extend_confirming(dispute: Dispute, *, now: datetime) -> int:
    """Extends the time to confirm what was reported by the outages in it; returns for how many obligations."""
    if dispute.state != DisputeState.CARRYING_OUT:
        return 0
    reported = Obligation.objects.filter(dispute=dispute, state=ObligationState.REPORTED).order_by("no")
    return sum(_extend_confirming(dispute, row, now=now) for row in reported)


@command
def confirm_after_silence(*, dispute_id: int, no: int, effective_at: datetime, now: datetime) -> None:
    """Confirms an obligation to which nobody objected in time; both sides are told, and what waited is owed.

    Nothing when it ended before, or its time runs to another moment.
    """
    dispute = Dispute.lock(pk=dispute_id)
    row = Obligation.objects.filter(dispute=dispute, no=no, state=ObligationState.REPORTED).first()
    if row is None or dispute.state != DisputeState.CARRYING_OUT or row.confirm_due_at != effective_at:
        return
    if _extend_confirming(dispute, row, now=now):
        return
    actor = Actor.system("deadline")
    complete(dispute, row, actor=actor, now=now, effective_at=effective_at, why="no-objection")


@command
def fail_obligation(*, actor: Actor, ref: str, no: int, note: str, now: datetime) -> Obligation:
    """Records that an obligation cannot be fulfilled; what waited for it fails with it. Raises as `confirm_obligation`.

    Never what the platform owes itself, nor what somebody says they have done and the platform's own debt waits for.
    """
    dispute = lock_dispute(actor, ref)
    row = obligation_to_follow(dispute, no)
    require(may_fail_obligation(actor, dispute))
    waiting = Obligation.objects.filter(after=row, due_at__isnull=True)
    reported = row.reported_at is not None  # also where the other side says that it did not arrive
    if row.debtor == Side.PLATFORM or (reported and waiting.filter(debtor=Side.PLATFORM).exists()):
        raise NotAllowed(_("The platform cannot declare that what it owes itself has failed."))
    require_text("/note", note, _("Say why it could not be done."))
    row.state, row.note = ObligationState.FAILED, note[:500]
    follow(dispute, row, actor=actor, now=now)
    waiting.update(state=ObligationState.FAILED)
    _close_when_ended(dispute, now=now)
    return row


def _close_when_ended(dispute: Dispute, *, now: datetime) -> None:
    if not dispute.obligations.exclude(state__in=ENDED).exists():
        _close(dispute, now=now)


@command
def mark_obligation_late(*, dispute_id: int, no: int, effective_at: datetime, now: datetime) -> None:
    """Marks an obligation that is not done by its time as late, and tells both sides and the platform."""
    dispute = Dispute.lock(pk=dispute_id)
    owed = Obligation.objects.filter(dispute=dispute, no=no, state=ObligationState.OWED, is_late=False)
    row = owed.filter(due_at__lte=effective_at).first()
    if row is None or dispute.state != DisputeState.CARRYING_OUT:
        return
    row.is_late = True
    row.save(update_fields=["is_late"])
    move(
        dispute,
        "follow_obligation",
        actor=Actor.system("deadline"),
        now=now,
        effective_at=effective_at,
        facts={"obligation": row.no, "kind": row.kind, "state": "LATE"},
    )


def extend_review(dispute: Dispute, *, now: datetime) -> bool:
    """Extends the time to ask for a review by the outages in it; False when none of them is new."""
    if dispute.state != DisputeState.DETERMINED or dispute.review_closes_at is None:
        return False
    closes = review_closes(dispute)
    if closes <= dispute.review_closes_at:
        return False
    move(
        dispute,
        "extend_window",
        actor=Actor.system("outage"),
        now=now,
        facts={"what": "review", "before": moment(dispute.review_closes_at), "due": moment(closes)},
        deadlines=[DeadlineSpec("dispute.review", closes)],
        review_closes_at=closes,
    )
    return True


@command
def end_review_window(*, dispute_id: int, effective_at: datetime, now: datetime) -> None:
    """Ends the time to ask for a review: what was determined is owed. Does nothing when somebody asked."""
    dispute = Dispute.lock(pk=dispute_id)
    if dispute.state != DisputeState.DETERMINED or dispute.round != 1:
        return
    if extend_review(dispute, now=now) or dispute.review_closes_at is None or dispute.review_closes_at > effective_at:
        return
    begin_after_determination(dispute, actor=Actor.system("deadline"), now=now)
