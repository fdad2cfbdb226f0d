"""Moves a fact up its ladder inside a locked dispute: windows, discharge, silence, and the end of the evidence phase.

What does not belong here: who asked for it (proof, mediate, clocks). Every function takes a locked dispute.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from casework.actor import Actor
from casework.firing import DeadlineSpec, fire
from disputes.choices import Record, Side
from disputes.commands.locking import move, reminders
from disputes.conditions import says
from disputes.machine import BY_SILENCE, UNSETTLED, DisputeState, FactState
from disputes.models import Dispute, FactAtIssue, PullState, RecordPull, StepRow, Submission
from disputes.windows import adding_closes
from operations import outages

SYSTEM = Actor.system("burden")


def next_step(fact: FactAtIssue) -> StepRow | None:
    return StepRow.objects.filter(fact_id=fact.row_id, no__gt=fact.step.no).order_by("no").first()


def production_clocks(fact_no: int, now: datetime, due: datetime) -> list[DeadlineSpec]:
    return [DeadlineSpec("dispute.production", due, key=str(fact_no)), *reminders(str(fact_no), now, due)]


def production_cancels(fact_no: int) -> tuple[str, ...]:
    return (
        f"dispute.production:{fact_no}",
        f"dispute.reminder:{fact_no}:24",
        f"dispute.reminder:{fact_no}:4",
    )


def open_windows(dispute: Dispute, *, now: datetime) -> list[DeadlineSpec]:
    """Opens the window of every unsettled fact's bearer for the table's hours; returns the deadlines to set."""
    specs = []
    for fact in dispute.facts.filter(state__in=UNSETTLED).select_related("row", "step"):
        due = fact.step.ends(now)
        fire(
            fact,
            "open_window",
            actor=SYSTEM,
            now=now,
            facts={"due": due.isoformat(), "bearer": fact.bearer, "step": fact.step.no},
            window_opened_at=now,
            base_due_at=due,
            due_at=due,
        )
        specs += production_clocks(fact.no, now, due)
    return specs


def discharge_by_earlier_submissions(dispute: Dispute, *, actor: Actor, now: datetime) -> None:
    """Counts what was submitted before the windows opened: each submission discharges one step of its side."""
    for fact in dispute.facts.filter(state__in=UNSETTLED).select_related("row", "step"):
        seen = Submission.objects.filter(fact=fact, items__is_withheld=False).distinct().order_by("submitted_at", "pk")
        left = list(seen.prefetch_related("pull__records"))
        while not fact.is_settled and not fact.awaits_ruling:
            showing = [s for s in left if s.side == fact.bearer and _shows(fact.step, s)]
            if not showing:
                break
            left.remove(showing[0])
            discharge(dispute, fact, actor=actor, now=now)


def _shows(step: StepRow, submission: Submission) -> bool:
    """Whether this version discharges the step: records only where they speak about it, anything else as it is."""
    pull = getattr(submission, "pull", None)
    return pull is None or records_show(step, [record.kind for record in pull.records.all()])


def records_show(step: StepRow, kinds: Iterable[str]) -> bool:
    """Whether the platform's records of these kinds discharge the step: one of them is of a kind that it rests on.

    The order says that something was bought, which nobody disputes: it discharges only a step that rests on it alone.
    """
    speaking = set(step.holds) - {Record.ORDER} or set(step.holds)
    return bool(speaking & {str(kind) for kind in kinds})


def discharge(dispute: Dispute, fact: FactAtIssue, *, actor: Actor, now: datetime) -> None:
    """Moves the burden on once the bearer produced: to the next step's bearer by the table, or to a ruling."""
    step = fact.step
    verb = "rebut" if step.rebuts else "show"
    following = next_step(fact)
    before = fact.bearer
    adding = _keep_open(fact, now=now)
    if following is None:
        fire(
            fact,
            verb,
            actor=actor,
            now=now,
            facts={"step": step.no, "bearer": before},
            awaits_ruling=True,
            window_opened_at=None,
            base_due_at=None,
            due_at=None,
        )
        move(
            dispute,
            "shift_burden",
            actor=SYSTEM,
            now=now,
            facts={"fact": fact.no, "from": before, "to": "", "step": step.no, "basis": "table"},
            deadlines=adding,
            cancels=production_cancels(fact.no),
        )
        return
    due = following.ends(now)
    fire(
        fact,
        verb,
        actor=actor,
        now=now,
        facts={"step": step.no, "bearer": before, "next": following.bearer, "due": due.isoformat()},
        step=following,
        bearer=following.bearer,
        window_opened_at=now,
        base_due_at=due,
        due_at=due,
        shift_basis="",
    )
    move(
        dispute,
        "shift_burden",
        actor=SYSTEM,
        now=now,
        facts={
            "fact": fact.no,
            "from": before,
            "to": following.bearer,
            "step": following.no,
            "basis": "table",
            "due": due.isoformat(),
        },
        deadlines=[*production_clocks(fact.no, now, due), *adding],
        cancels=production_cancels(fact.no),
    )


def _keep_open(fact: FactAtIssue, *, now: datetime) -> list[DeadlineSpec]:
    """Leaves the bearer, who showed it before the window opened, the whole window to add to it; the clock for that."""
    last = Submission.objects.filter(fact=fact, side=fact.bearer).order_by("-version").first()
    if last is None or last.more_until is not None or fact.due_at is None:
        return []
    last.more_until = fact.due_at
    last.save(update_fields=["more_until"])
    return answering_clock(fact.dispute, now=now)


def end_adding(fact: FactAtIssue, side: str, *, now: datetime) -> bool:
    """Ends the time in which this side can add to what it submitted; whether any of it was left."""
    until = adding_closes(fact, side)
    if until is None or until < now:
        return False
    Submission.objects.filter(fact=fact, side=side, more_until__isnull=False).update(more_until=None)
    return True


def apply_silence(dispute: Dispute, fact: FactAtIssue, *, effective_at: datetime, now: datetime) -> None:
    """Puts the fact where the table says that silence on this step leads, as of the moment the window closed.

    Where the law only allows that finding, or the order does not say what the law makes it depend on, the fact waits
    for a ruling instead.
    """
    if fact.step.is_only_allowed or not says(fact.step.silence_if, dispute.order_says):
        _leave_to_ruling(dispute, fact, effective_at=effective_at, now=now)
        return
    step = fact.step
    state, bearer = FactState(step.if_silent), fact.bearer
    fire(
        fact,
        BY_SILENCE[state],
        actor=SYSTEM,
        now=now,
        effective_at=effective_at,
        facts={"step": step.no, "bearer": bearer, "established": step.silence_establishes},
        bearer=None,
        established=step.silence_establishes,
        base_due_at=None,
        due_at=None,
    )
    move(
        dispute,
        "default_fact",
        actor=SYSTEM,
        now=now,
        effective_at=effective_at,
        facts={
            "fact": fact.no,
            "bearer": bearer,
            "step": step.no,
            "state": str(state),
            "established": step.silence_establishes,
        },
        cancels=production_cancels(fact.no),
    )


def _leave_to_ruling(dispute: Dispute, fact: FactAtIssue, *, effective_at: datetime, now: datetime) -> None:
    """Nobody has to show anything more about the fact; its window stays on record, as one that passed in silence."""
    facts = {"step": fact.step.no, "bearer": fact.bearer}
    changes: dict[str, Any] = {"awaits_ruling": True, "base_due_at": None, "due_at": None}
    fire(fact, "leave_to_ruling", actor=SYSTEM, now=now, effective_at=effective_at, facts=facts, **changes)
    move(
        dispute,
        "default_fact",
        actor=SYSTEM,
        now=now,
        effective_at=effective_at,
        facts={"fact": fact.no, **facts},
        cancels=production_cancels(fact.no),
    )


def settle_fact(
    fact: FactAtIssue,
    verb: str,
    *,
    actor: Actor,
    now: datetime,
    established: bool,
    facts: dict[str, Any],
    **changes: Any,
) -> None:
    """Settles the fact: nobody bears it any more."""
    fire(
        fact,
        verb,
        actor=actor,
        now=now,
        facts={**facts, "established": established},
        bearer=None,
        established=established,
        awaits_ruling=False,
        base_due_at=None,
        due_at=None,
        **changes,
    )


def evidence_open_until(dispute: Dispute, *, now: datetime) -> datetime | None:
    """Until when something can still be answered, or added to; None when nothing waits for either."""
    rows = Submission.objects.filter(fact__dispute=dispute)
    answerable = rows.filter(answered_at__isnull=True, answerable_until__gt=now)
    until = list(answerable.values_list("answerable_until", flat=True))
    for row in rows.filter(more_until__isnull=False, fact__state__in=UNSETTLED).only("submitted_at", "more_until"):
        assert row.more_until is not None
        until.append(outages.extended(row.submitted_at, row.more_until))
    return max((at for at in until if at > now), default=None)


def answering_clock(dispute: Dispute, *, now: datetime) -> list[DeadlineSpec]:
    """Returns the one deadline for answering: at the last moment at which anything can be answered, or none."""
    until = evidence_open_until(dispute, now=now)
    return [] if until is None else [DeadlineSpec("dispute.answerable", until)]


def is_ready(dispute: Dispute) -> bool:
    """Whether every fact is settled or waits for a ruling, and no record is being fetched."""
    waiting = dispute.facts.filter(state__in=UNSETTLED, awaits_ruling=False).exists()
    fetching = RecordPull.objects.filter(fact__dispute=dispute, state=PullState.ASKED).exists()
    return not waiting and not fetching


def close_if_ready(dispute: Dispute, *, now: datetime, effective_at: datetime | None = None) -> None:
    """Ends the evidence phase when nothing is left to show or answer; each submission set a deadline for that."""
    if dispute.state != DisputeState.EVIDENCE or not is_ready(dispute):
        return
    if evidence_open_until(dispute, now=now) is not None:
        return
    close_evidence_of(dispute, actor=SYSTEM, now=now, effective_at=effective_at)


def close_evidence_of(dispute: Dispute, *, actor: Actor, now: datetime, effective_at: datetime | None = None) -> None:
    due = dispute.promised["determination_time"].due(now)
    move(
        dispute,
        "close_evidence",
        actor=actor,
        now=now,
        effective_at=effective_at,
        facts={"due": due.at.isoformat()},
        deadlines=[
            DeadlineSpec(
                "dispute.decide", due.at, is_provisional=due.provisional, calendar_version=due.calendar_version
            )
        ],
        platform_due_at=due.at,
    )


def answered_by(fact: FactAtIssue, side: str, *, now: datetime) -> int:
    """Marks everything that the opposite side submitted about this fact as answered by `side`; returns how many."""
    if side == Side.PLATFORM and fact.dispute.respondent_id is not None:
        return 0  # the platform cannot use up the time that one side has to answer the other
    opposite: Sequence[str] = [s for s in (Side.CLAIMANT, Side.RESPONDENT, Side.PLATFORM) if s != side]
    if side != Side.PLATFORM and fact.dispute.respondent_id is not None:
        opposite = [Side(side).other]  # what the platform filed is answered by time alone: two sides may want to
    rows = Submission.objects.filter(fact=fact, side__in=opposite, answered_at__isnull=True)
    return rows.update(answered_at=now)
