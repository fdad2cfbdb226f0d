"""Pauses a dispute for a court, the police or a test of the goods: every clock goes on later by exactly the pause."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest, moment
from casework.errors import NotYourTurn, require, require_text
from casework.firing import DeadlineSpec, command, fire
from casework.models import Deadline, DeadlineState
from disputes.commands.ladder import answering_clock, close_if_ready, records_show
from disputes.commands.locking import fact_of, lock_dispute, move
from disputes.commands.proof import follow_production
from disputes.commands.records import clock_goes_on
from disputes.machine import EVERY_CLOCK, PAUSES, PROVING, UNSETTLED, DisputeState
from disputes.models import Dispute, Obligation, ObligationState, Offer, OfferState, PullState, RecordPull, Submission
from disputes.policies import may_pause

TIMES_OF = {
    "dispute.answer": ("answer_due_at", "answer_base_due_at"),
    "dispute.assign": ("platform_due_at",),
    "dispute.decide": ("platform_due_at",),
    "dispute.review": ("review_closes_at", "review_base_closes_at"),
}
"""The times of a dispute that its clocks run to: they go on with them, and one that had passed stays passed."""


@command
def pause_dispute(*, actor: Actor, ref: str, reason: str, authority: str, now: datetime) -> Dispute:
    """Pauses the dispute because a court or the police has the matter; every clock stops until it is resumed.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `Invalid`.
    """
    dispute = lock_dispute(actor, ref)
    require(may_pause(actor, dispute))
    require_text("/reason", reason, _("Say why the dispute is paused."))
    require_text("/authority", authority, _("Name the court or police office and its case number."))
    facts = {"reason": digest(reason), "authority": digest(authority)}
    stop(dispute, "pause", actor=actor, now=now, facts=facts, reason=reason, authority=authority)
    return dispute


def stop(
    dispute: Dispute, verb: str, *, actor: Actor, now: datetime, facts: dict[str, Any], reason: str, authority: str
) -> None:
    """Fires a locked dispute into a pause and keeps its clocks, which stop."""
    clocks = [
        {
            "kind": row.kind,
            "key": row.key,
            "due": moment(row.due_at),
            "provisional": row.is_provisional,
            "calendar": row.calendar_version,
        }
        for row in Deadline.objects.filter(
            case_kind=Dispute.KIND, case_id=dispute.pk, state=DeadlineState.OPEN, kind__in=EVERY_CLOCK
        )
    ]
    look_again = dispute.promised["pause_check_time"].ends(now)
    move(
        dispute,
        verb,
        actor=actor,
        now=now,
        facts={**facts, "clocks": len(clocks)},
        deadlines=[DeadlineSpec("dispute.pause", look_again)],
        step_due_at=look_again,
        paused_from=str(dispute.state),
        paused_at=now,
        pause_reason=reason,
        pause_authority=authority,
        paused_clocks=clocks,
    )


@command
def resume_dispute(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Resumes the dispute where it was; every clock is later by exactly the length of the pause.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`.
    """
    dispute = lock_dispute(actor, ref)
    require(may_pause(actor, dispute))
    if dispute.state != DisputeState.PAUSED:
        raise NotYourTurn()
    go_on(dispute, "resume", actor=actor, now=now, facts={})
    return dispute


def go_on(dispute: Dispute, verb: str, *, actor: Actor, now: datetime, facts: dict[str, Any]) -> None:
    """Fires a locked dispute out of its pause; every clock goes on, later by its length."""
    assert dispute.paused_at is not None
    began, pause = dispute.paused_at, now - dispute.paused_at
    _lengthen(dispute, pause, actor=actor, now=now)
    deadlines = [
        DeadlineSpec(
            clock["kind"],
            datetime.fromisoformat(clock["due"]) + pause,
            key=clock["key"],
            is_provisional=clock["provisional"],
            calendar_version=clock["calendar"],
        )
        for clock in dispute.paused_clocks
        if clock["kind"] != "dispute.answerable" and not _is_over(dispute, clock)
    ]
    may_answer = dispute.paused_from in PROVING
    if may_answer:
        deadlines += answering_clock(dispute, now=now)
    stood = {name for clock in dispute.paused_clocks for name in TIMES_OF.get(clock["kind"], ())} | {"escalate_from"}
    changes: dict[str, Any] = {
        name: value + pause for name in sorted(stood) if (value := getattr(dispute, name)) is not None
    }
    move(
        dispute,
        verb,
        actor=actor,
        now=now,
        facts={**facts, "paused_for": int(pause.total_seconds())},
        deadlines=deadlines,
        paused_from="",
        paused_at=None,
        paused_clocks=[],
        step_due_at=next((each.due_at for each in deadlines if each.kind == "dispute.talk"), None),
        **changes,
    )
    _catch_up(dispute, began, now=now)


@command
def ask_about_pause(*, dispute_id: int, effective_at: datetime, now: datetime) -> None:
    """Has whoever can end the pause look whether it still holds, and sets when that is asked again."""
    dispute = Dispute.lock(pk=dispute_id)
    if dispute.state not in PAUSES or dispute.step_due_at != effective_at:
        return
    due = dispute.promised["pause_check_time"].ends(now)
    move(
        dispute,
        "ask_about_pause",
        actor=Actor.system("deadline"),
        now=now,
        effective_at=effective_at,
        facts={"due": moment(due)},
        deadlines=[DeadlineSpec("dispute.pause", due)],
        step_due_at=due,
    )


def _is_over(dispute: Dispute, clock: dict[str, Any]) -> bool:
    """Whether what this clock waited for ended during the pause: records came, a demand took a proposal away."""
    kind, key = clock["kind"], clock["key"]
    if kind == "dispute.records":
        return not RecordPull.objects.filter(pk=int(key), state=PullState.ASKED).exists()
    if kind == "dispute.offer" or key.startswith("offer-"):
        no = int(key.removeprefix("offer-").partition(":")[0])
        return not dispute.offers.filter(no=no, state=OfferState.OPEN).exists()
    return False


def _catch_up(dispute: Dispute, began: datetime, *, now: datetime) -> None:
    """Applies what happened to records during the pause: they came, or could not be had."""
    if dispute.state != DisputeState.EVIDENCE:
        return
    for pull in RecordPull.objects.filter(fact__dispute=dispute, finished_at__gte=began).select_related("fact"):
        fact = fact_of(dispute, pull.fact.no)
        if records_show(fact.step, pull.records.values_list("kind", flat=True)):
            follow_production(
                dispute, fact, pull.side, shown=True, at=pull.asked_at, actor=Actor.system("records"), now=now
            )
        elif clocks := clock_goes_on(dispute, fact, pull, now):
            move(
                dispute,
                "extend_window",
                actor=Actor.system("records"),
                now=now,
                facts={"fact": fact.no, "due": moment(clocks[0].due_at)},
                deadlines=clocks,
            )
    close_if_ready(dispute, now=now)


def _lengthen(dispute: Dispute, pause: timedelta, *, actor: Actor, now: datetime) -> None:
    """Extends every window, answering time, offer and obligation that was running by the pause."""
    running = [int(clock["key"]) for clock in dispute.paused_clocks if clock["kind"] == "dispute.production"]
    windows = dispute.facts.filter(state__in=UNSETTLED, due_at__isnull=False, no__in=running)
    for fact in windows.select_related("step"):
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
        assert began is not None
        stood = now - max(began, submission.submitted_at)  # records may have come during the pause
        submission.answerable_until += stood
        submission.answerable_base_until += stood
        submission.save(update_fields=["answerable_until", "answerable_base_until"])
    for submission in Submission.objects.filter(fact__dispute=dispute, more_until__gt=began):
        assert began is not None
        assert submission.more_until is not None
        submission.more_until += now - max(began, submission.submitted_at)
        submission.save(update_fields=["more_until"])
    for offer in Offer.objects.filter(dispute=dispute, state=OfferState.OPEN):
        offer.expires_at += pause
        offer.save(update_fields=["expires_at"])
    owed = Obligation.objects.filter(dispute=dispute, state=ObligationState.OWED, is_late=False)
    owed.filter(due_at__isnull=False).update(due_at=F("due_at") + pause)
    unpaid = Obligation.objects.filter(dispute=dispute, platform_due_at__isnull=False, state=ObligationState.OWED)
    unpaid.update(platform_due_at=F("platform_due_at") + pause)
    Obligation.objects.filter(dispute=dispute, state=ObligationState.REPORTED).update(
        confirm_due_at=F("confirm_due_at") + pause, confirm_base_due_at=F("confirm_base_due_at") + pause
    )
