"""Requests the platform's own records, seals them when they come, or records that they cannot be had."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest, moment
from casework.errors import NotYourTurn, or_not_found, require
from casework.firing import DeadlineSpec, command, fire
from casework.named import named
from casework.refs import new_ref
from disputes.claims import origin_hash
from disputes.commands.ladder import (
    SYSTEM,
    answering_clock,
    close_if_ready,
    production_cancels,
    production_clocks,
    records_show,
)
from disputes.commands.locking import fact_of, lock_dispute, move
from disputes.commands.proof import acting_side, follow_production, freeze, next_no, require_may_produce
from disputes.machine import PROVING, DisputeState
from disputes.models import (
    Dispute,
    EvidenceItem,
    EvidenceKind,
    FactAtIssue,
    PlatformRecord,
    PullState,
    RecordPull,
    Submission,
)
from disputes.policies import may_prove
from disputes.records import FetchedRecord, Gap
from disputes.windows import window_closes

MAX_PULLS = 3


@command
def ask_for_records(*, actor: Actor, ref: str, fact_no: int, now: datetime) -> RecordPull:
    """Requests the platform's own records about this fact; the request counts as made now.

    While they are fetched the bearer's clock stands still. Raises `NotFound`, `NotAllowed`, `NotYourTurn`,
    `DeadlinePassed`.
    """
    dispute = lock_dispute(actor, ref)
    require(may_prove(actor, dispute))
    fact = fact_of(dispute, fact_no)
    side = acting_side(actor, dispute)
    require_may_produce(dispute, fact, side, now)
    steps = fact.row.steps.all()
    kinds = sorted({kind for step in steps for kind in step.holds})
    if not kinds:
        raise NotYourTurn(_("The platform holds no records about this fact."))
    if RecordPull.objects.filter(fact=fact, side=side, state=PullState.ASKED).exists():
        raise NotYourTurn(_("The records are being fetched already."))
    if RecordPull.objects.filter(fact=fact, side=side).count() >= MAX_PULLS:
        raise NotYourTurn(_("The records about this fact are on file already."))
    pull = RecordPull.objects.create(
        ref=new_ref("rec_"),
        fact=fact,
        side=side,
        kinds=kinds,
        asked_by_id=actor.user_id,
        asked_by_ref=actor.ref,
        asked_at=now,
    )
    stops = dispute.state == DisputeState.EVIDENCE and fact.bearer == side and not fact.awaits_ruling
    move(
        dispute,
        "ask_for_records",
        actor=actor,
        now=now,
        facts={"fact": fact.no, "side": side, "pull": pull.ref, "kinds": kinds},
        deadlines=[DeadlineSpec("dispute.records", now + timedelta(hours=settings.RECORDS_HOURS), key=str(pull.pk))],
        cancels=production_cancels(fact.no) if stops else (),
    )
    return pull


def _store(pull: RecordPull, records: Sequence[FetchedRecord]) -> list[PlatformRecord]:
    return PlatformRecord.objects.bulk_create(
        PlatformRecord(
            pull=pull,
            sha256=digest(record.content),
            **named(record, lambda r: (r.kind, r.content, r.source, r.collector)),
            **named(record, lambda r: (r.method, r.recorded_at, r.collected_at)),
        )
        for record in records
    )


@command
def seal_records(*, pull_ref: str, records: Sequence[FetchedRecord], gaps: Sequence[Gap], now: datetime) -> None:
    """Seals what the platform's systems gave as a version of the side that asked, dated when it asked; gaps too.

    It discharges the burden where it speaks about what the bearer must show; otherwise the bearer's clock goes on.
    Nothing when the request was finished before.
    """
    pull, dispute, fact = _lock_pull(pull_ref)
    if pull.state != PullState.ASKED:
        return
    rows = _store(pull, records)
    submission = None
    if rows:
        first = next_no(dispute)
        items = EvidenceItem.objects.bulk_create(
            EvidenceItem(
                dispute=dispute,
                no=first + offset,
                fact=fact,
                side=pull.side,
                kind=EvidenceKind.RECORD,
                caption=f"{row.kind}",
                record=row,
                sha256=row.sha256,
                added_by_ref=pull.asked_by_ref,
                added_at=now,
            )
            for offset, row in enumerate(rows)
        )
        submission = freeze(dispute, fact, pull.side, items, actor=SYSTEM, at=now)
    declared = [{"kind": str(gap.kind), "reason": str(gap.reason)} for gap in gaps]
    told = [{**short, "detail": gap.detail[:300]} for short, gap in zip(declared, gaps, strict=True)]
    _finish(pull, PullState.SEALED, submission, told, now)
    shown = records_show(fact.step, [row.kind for row in rows])
    clocks = answering_clock(dispute, now=now) if submission is not None and dispute.state in PROVING else []
    if not shown:
        clocks += clock_goes_on(dispute, fact, pull, now)
    move(
        dispute,
        "seal_records",
        actor=Actor.system("records"),
        now=now,
        facts={
            "fact": fact.no,
            "side": pull.side,
            "pull": pull.ref,
            "records": [row.sha256 for row in rows],
            "origins": [origin_hash(row) for row in rows],
            "gaps": declared,
        },
        cancels=(f"dispute.records:{pull.pk}",),
        deadlines=clocks,
    )
    follow_production(dispute, fact, pull.side, shown=shown, at=pull.asked_at, actor=SYSTEM, now=now)


@command
def fail_records(*, pull_ref: str, effective_at: datetime, now: datetime) -> None:
    """Records that the records could not be had; the bearer's clock goes on with at least a day left."""
    pull, dispute, fact = _lock_pull(pull_ref)
    if pull.state != PullState.ASKED:
        return
    declared = [{"kind": kind, "reason": "unreachable"} for kind in pull.kinds]
    _finish(pull, PullState.FAILED, None, declared, now)
    move(
        dispute,
        "seal_records",
        actor=Actor.system("records"),
        now=now,
        effective_at=effective_at,
        facts={"fact": fact.no, "side": pull.side, "pull": pull.ref, "records": [], "gaps": declared},
        cancels=(f"dispute.records:{pull.pk}",),
        deadlines=clock_goes_on(dispute, fact, pull, now),
    )
    close_if_ready(dispute, now=now)


def _lock_pull(pull_ref: str) -> tuple[RecordPull, Dispute, FactAtIssue]:
    keys = or_not_found(RecordPull.objects.filter(ref=pull_ref).values_list("fact__dispute_id", "fact__no").first())
    dispute = Dispute.lock(pk=keys[0])
    return RecordPull.objects.get(ref=pull_ref), dispute, fact_of(dispute, keys[1])


def _finish(
    pull: RecordPull, state: PullState, submission: Submission | None, gaps: list[dict[str, Any]], now: datetime
) -> None:
    pull.state, pull.submission, pull.gaps, pull.finished_at = state, submission, gaps, now
    pull.save(update_fields=["state", "submission", "gaps", "finished_at"])


def clock_goes_on(dispute: Dispute, fact: FactAtIssue, pull: RecordPull, now: datetime) -> Sequence[DeadlineSpec]:
    """Restarts the bearer's clock, which stopped while records were fetched: with what was left, a day at least."""
    if dispute.state != DisputeState.EVIDENCE or fact.is_settled or fact.awaits_ruling or fact.bearer != pull.side:
        return ()
    closes = window_closes(fact)
    left = timedelta(0)
    if closes is not None and fact.window_opened_at is not None:
        left = closes - max(pull.asked_at, fact.window_opened_at)
    due = now + max(left, timedelta(hours=24))
    fire(
        fact,
        "extend_window",
        actor=SYSTEM,
        now=now,
        facts={"why": "records", "due": moment(due)},
        window_opened_at=now,
        base_due_at=due,
        due_at=due,
    )
    return production_clocks(fact.no, now, due)
