"""A court or the police has the matter: every clock stands still, and goes on later by exactly the pause."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import NotYourTurn
from casework.firing import DeadlineSpec, command, fire
from casework.ledger import digest, moment
from casework.models import Deadline, DeadlineState
from disputes.commands.held import held, move, require_text
from disputes.machine import UNSETTLED
from disputes.models import Dispute, Obligation, ObligationState, Offer, OfferState, Submission
from disputes.policies import may_pause

RESUMES = {
    "NEGOTIATING": "resume_talking",
    "ESCALATED": "resume_waiting",
    "EVIDENCE": "resume_evidence",
    "DELIBERATING": "resume_deciding",
    "DETERMINED": "resume_determined",
    "REVIEW_REQUESTED": "resume_review",
    "CARRYING_OUT": "resume_carrying_out",
}


@command
def pause_dispute(*, actor: Actor, ref: str, reason: str, authority: str, now: datetime) -> Dispute:
    """A court or the police has the matter: every clock stands still until the dispute is resumed.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `Invalid`.
    """
    dispute = held(actor, ref)
    if denial := may_pause(actor, dispute):
        raise denial
    require_text("/reason", reason, _("Say why the dispute is paused."))
    require_text("/authority", authority, _("Name the court or police office and its case number."))
    clocks = [
        {
            "kind": row.kind,
            "key": row.key,
            "due": moment(row.due_at),
            "provisional": row.is_provisional,
            "calendar": row.calendar_version,
        }
        for row in Deadline.objects.filter(case_kind=Dispute.KIND, case_id=dispute.pk, state=DeadlineState.OPEN)
    ]
    move(
        dispute,
        "pause",
        actor=actor,
        now=now,
        facts={"reason": digest(reason), "authority": digest(authority), "clocks": len(clocks)},
        paused_from=str(dispute.state),
        paused_at=now,
        pause_reason=reason,
        pause_authority=authority,
        paused_clocks=clocks,
    )
    return dispute


@command
def resume_dispute(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """The dispute goes on where it stood; every clock is later by exactly the length of the pause.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`.
    """
    dispute = held(actor, ref)
    if denial := may_pause(actor, dispute):
        raise denial
    if dispute.state != "PAUSED" or dispute.paused_at is None:
        raise NotYourTurn()
    pause = now - dispute.paused_at
    deadlines = [
        DeadlineSpec(
            clock["kind"],
            datetime.fromisoformat(clock["due"]) + pause,
            key=clock["key"],
            is_provisional=clock["provisional"],
            calendar_version=clock["calendar"],
        )
        for clock in dispute.paused_clocks
    ]
    _lengthen(dispute, pause, actor=actor, now=now)
    changes: dict[str, Any] = {
        name: value + pause
        for name in ("answer_due_at", "escalate_from", "platform_due_at", "review_closes_at", "review_base_closes_at")
        if (value := getattr(dispute, name)) is not None
    }
    move(
        dispute,
        RESUMES[dispute.paused_from],
        actor=actor,
        now=now,
        facts={"paused_for": int(pause.total_seconds())},
        deadlines=deadlines,
        paused_from="",
        paused_at=None,
        paused_clocks=[],
        **changes,
    )
    return dispute


def _lengthen(dispute: Dispute, pause: timedelta, *, actor: Actor, now: datetime) -> None:
    """Every window, answering time, offer and obligation that was running closes later by the pause."""
    for fact in dispute.facts.filter(state__in=UNSETTLED, due_at__isnull=False).select_related("step"):
        assert fact.due_at is not None
        assert fact.base_due_at is not None
        due = fact.due_at + pause
        fire(
            fact,
            "extend_window",
            actor=actor,
            now=now,
            facts={"why": "pause", "due": moment(due)},
            base_due_at=fact.base_due_at + pause,
            due_at=due,
        )
    began = dispute.paused_at
    for submission in Submission.objects.filter(
        fact__dispute=dispute, answered_at__isnull=True, answerable_until__gt=began
    ):
        submission.answerable_until += pause
        submission.answerable_base_until += pause
        submission.save(update_fields=["answerable_until", "answerable_base_until"])
    for offer in Offer.objects.filter(dispute=dispute, state=OfferState.OPEN):
        offer.expires_at += pause
        offer.save(update_fields=["expires_at"])
    for obligation in Obligation.objects.filter(dispute=dispute, state=ObligationState.OWED, due_at__isnull=False):
        assert obligation.due_at is not None
        obligation.due_at += pause
        obligation.save(update_fields=["due_at"])
