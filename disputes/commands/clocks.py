"""Carries out what follows when a deadline passes: what the table or the published times say, dated when it was due."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from casework.actor import Actor
from casework.canonical import moment
from casework.firing import DeadlineSpec, command, fire
from casework.models import Deadline, DeadlineState
from disputes.choices import Side
from disputes.commands.follow import extend_confirming, extend_review
from disputes.commands.ladder import (
    answering_clock,
    apply_silence,
    close_if_ready,
    evidence_open_until,
    production_cancels,
    production_clocks,
)
from disputes.commands.locking import fact_of, move
from disputes.commands.open import extend_answer
from disputes.machine import FINAL, UNSETTLED, WITH_PLATFORM, WITH_SIDES, DisputeState
from disputes.models import Dispute, FactAtIssue, ObligationState, OfferState, PullState, RecordPull, Submission
from disputes.windows import window_closes
from operations import outages
from operations.models import Outage

DEADLINE = Actor.system("deadline")
OUTAGE = Actor.system("outage")


@command
def lapse_production(*, dispute_id: int, fact_no: int, effective_at: datetime, now: datetime) -> None:
    """Applies what silence means once the bearer's time has passed, unless an outage made it longer.

    Nothing when the fact moved on, or its window closes at another time.
    """
    dispute = Dispute.lock(pk=dispute_id)
    fact = fact_of(dispute, fact_no)
    if dispute.state != DisputeState.EVIDENCE or fact.is_settled or fact.awaits_ruling or fact.due_at != effective_at:
        return
    if RecordPull.objects.filter(
        fact=fact, side=fact.bearer, state=PullState.ASKED, asked_at__lte=effective_at
    ).exists():
        return  # asked in time: the clock stands still until the records are there or cannot be had
    if _extend(dispute, fact, now=now):
        return
    apply_silence(dispute, fact, effective_at=effective_at, now=now)
    close_if_ready(dispute, now=now)


def _extend(dispute: Dispute, fact: FactAtIssue, *, now: datetime) -> bool:
    """Extends the window by the outages in it; False when there were none that are not counted yet."""
    before, due = fact.due_at, window_closes(fact)
    if before is None or due is None or due <= before:
        return False
    fire(
        fact,
        "extend_window",
        actor=OUTAGE,
        now=now,
        facts={"why": "outage", "before": moment(before), "due": moment(due)},
        due_at=due,
    )
    move(
        dispute,
        "extend_window",
        actor=OUTAGE,
        now=now,
        facts={"fact": fact.no, "before": moment(before), "due": moment(due)},
        deadlines=production_clocks(fact.no, now, due),
        cancels=production_cancels(fact.no),
    )
    return True


@command
def extend_windows_of(*, dispute_id: int, now: datetime) -> int:
    """Extends every open window of the dispute by the outages in the ledger; returns how many became longer."""
    dispute = Dispute.lock(pk=dispute_id)
    if dispute.state != DisputeState.EVIDENCE:
        either = extend_answer(dispute, now=now) or extend_review(dispute, now=now)
        return int(either) + extend_confirming(dispute, now=now)
    facts = dispute.facts.filter(state__in=UNSETTLED, awaits_ruling=False, due_at__isnull=False)
    longer = sum(_extend(dispute, fact, now=now) for fact in facts.select_related("row", "step"))
    return longer + _extend_answering(dispute, now=now)


class _Rehearsed(Exception):  # noqa: N818  no error
    """Rolls back what a rehearsal did."""


@dataclass(frozen=True, slots=True)
class Longer:
    """A time limit of a dispute that an outage would lengthen."""

    dispute: Dispute
    kind: str
    was: datetime
    becomes: datetime


def rehearse_outage(*, outage: Outage, now: datetime) -> list[Longer]:
    """Which time limits this recorded outage would lengthen once it is confirmed; each dispute is left as it was."""
    found: list[Longer] = []
    for dispute in Dispute.objects.exclude(state__in=FINAL).order_by("pk").iterator():
        before = _clocks_of(dispute)
        with suppress(_Rehearsed), transaction.atomic():
            Outage.objects.filter(pk=outage.pk).update(
                confirmed_at=now, confirmed_by_ref="rehearsal", is_proposed=False
            )
            if extend_windows_of(dispute_id=dispute.pk, now=now):
                later = _clocks_of(dispute)
                found += [
                    Longer(dispute, kind, due, later[kind, key])
                    for (kind, key), due in before.items()
                    if later.get((kind, key), due) > due and kind != "dispute.reminder"
                ]
            raise _Rehearsed
    return found


def _clocks_of(dispute: Dispute) -> dict[tuple[str, str], datetime]:
    rows = Deadline.objects.filter(case_kind=Dispute.KIND, case_id=dispute.pk, state=DeadlineState.OPEN)
    return {(row.kind, row.key): row.due_at for row in rows.order_by("due_at", "id")}


def _extend_answering(dispute: Dispute, *, now: datetime) -> int:
    """Extends the time to answer what was submitted by the outages in it; returns for how many versions."""
    latest, longer = None, 0
    for row in Submission.objects.filter(fact__dispute=dispute, answered_at__isnull=True):
        until = outages.extended(row.submitted_at, row.answerable_base_until)
        if until > row.answerable_until:
            row.answerable_until = until
            row.save(update_fields=["answerable_until"])
            latest, longer = max(latest or until, until), longer + 1
    if latest is not None:
        due = max(latest, evidence_open_until(dispute, now=now) or latest)  # another version may be open for longer
        move(
            dispute,
            "extend_window",
            actor=OUTAGE,
            now=now,
            facts={"what": "answering", "due": moment(due)},
            deadlines=[DeadlineSpec("dispute.answerable", due)],
        )
    return longer


@command
def end_answering(*, dispute_id: int, effective_at: datetime, now: datetime) -> None:
    """Ends the evidence phase once the last submission can no longer be answered, where nothing else is open.

    Where something can be answered all the same, the clock runs to that moment: no dispute stays without one.
    """
    dispute = Dispute.lock(pk=dispute_id)
    if dispute.state == DisputeState.EVIDENCE:
        if _extend_answering(dispute, now=now):
            return
        if clock := answering_clock(dispute, now=max(now, effective_at)):
            due = moment(clock[0].due_at)
            move(
                dispute,
                "extend_window",
                actor=DEADLINE,
                now=now,
                facts={"what": "answering", "due": due, "why": "still-open"},
                deadlines=clock,
            )
            return
    close_if_ready(dispute, now=max(now, effective_at), effective_at=effective_at)


@command
def mark_overdue(*, dispute_id: int, effective_at: datetime, now: datetime) -> None:
    """Records that the platform is late with its own step, and tells both sides; nothing when it was done."""
    dispute = Dispute.lock(pk=dispute_id)
    if dispute.state in WITH_PLATFORM:
        move(dispute, "mark_overdue", actor=DEADLINE, now=now, effective_at=effective_at)


@command
def remind(*, dispute_id: int, key: str, effective_at: datetime, now: datetime) -> None:
    """Reminds whoever's time runs out soon, once more; nothing when they acted, or the time has passed."""
    dispute = Dispute.lock(pk=dispute_id)
    what, _colon, hours = key.partition(":")
    if dispute.state not in WITH_SIDES:
        return
    for side in _waits_for(dispute, what, now):
        move(
            dispute,
            "remind",
            actor=DEADLINE,
            now=now,
            effective_at=effective_at,
            facts={"what": what, "hours": int(hours), "side": side},
        )


def _waits_for(dispute: Dispute, what: str, now: datetime) -> list[str]:
    """The sides that the reminder is for: none when nothing is waited for any more, or it is too late."""
    if what == "answer":
        waits = (
            dispute.state == DisputeState.NEGOTIATING and dispute.answered_at is None and now < dispute.answer_due_at
        )
        return [Side.PLATFORM if dispute.respondent_id is None else Side.RESPONDENT] if waits else []
    if what.startswith("offer-"):
        offer = dispute.offers.filter(
            no=int(what.removeprefix("offer-")), state=OfferState.OPEN, expires_at__gt=now
        ).first()
        sides = [Side.CLAIMANT] + ([Side.RESPONDENT] if dispute.respondent_id is not None else [])
        answered = set() if offer is None else {offer.side, *offer.answers.values_list("side", flat=True)}
        return [] if offer is None else [side for side in sides if side not in answered]
    if what.startswith("owed-"):
        owed = dispute.obligations.filter(
            no=int(what.removeprefix("owed-")), state=ObligationState.OWED, due_at__gt=now
        ).first()
        return [] if owed is None else [owed.debtor]
    fact = dispute.facts.filter(no=int(what), due_at__gt=now).first()
    return [] if fact is None or fact.is_settled or fact.awaits_ruling or fact.bearer is None else [fact.bearer]
