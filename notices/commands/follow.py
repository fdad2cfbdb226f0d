"""Changes a notice because of something else: it is read, appealed, decided upon, or its time runs out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor, ActorKind
from casework.errors import ConflictOfInterest, Invalid, NotAppealable
from casework.firing import DeadlineSpec, Move, command, fire, fire_many
from casework.models import Event
from notices.commands.correction import revoke_whole
from notices.commands.publication import follow_end, follow_revocation
from notices.commands.remedies import owe_remedies
from notices.commands.settle import settle_findings
from notices.machine import NoticeState
from notices.models import Measure, MeasureState, Notice, Remedy
from notices.policies import disputes_determined_about_notices, notices_decided_upon, visible_to

RUNNING = (MeasureState.IN_FORCE, MeasureState.REDUCED)
UPHELD, OVERTURNED, VARIED = "UPHELD", "OVERTURNED", "VARIED"


@dataclass(frozen=True, slots=True)
class MeasureRuling:
    """What was decided of one measure; a varied one has an earlier end, a smaller amount, or both."""

    measure_no: int
    outcome: str
    ends_at: datetime | None = None
    amount_minor: int | None = None


@command
def record_reading(*, actor: Actor, ref: str, now: datetime) -> None:
    """Records the first opening by the party itself. Later ones, and other people's, change nothing."""
    if actor.kind is not ActorKind.PARTY:
        return
    waiting = Notice.objects.filter(visible_to(actor), ref=ref, read_at__isnull=True)
    if not waiting.exists():
        return
    notice = Notice.lock(visible_to(actor), ref=ref)
    if notice.read_at is None:
        fire(notice, "record_reading", actor=actor, now=now, read_at=now)


@dataclass(frozen=True, slots=True)
class Opening:
    """An appeal that opens: against which notice, its ref and round, and whether it can pause the measures again."""

    notice: Notice
    appeal: str
    round: int
    may_pause: bool = True


def open_appeal(opening: Opening, *, actor: Actor, now: datetime) -> None:
    """Puts the notice under appeal. Called inside the appeal's own command. Raises `NotAppealable`, `NotYourTurn`.

    Where appeals pause the measures, this one does unless it may not, or as many have as are promised.
    """
    if opening.notice.state == NoticeState.REVOKED:
        raise NotAppealable(_("This notice was revoked, so there is nothing left to appeal."))
    move = _opened(opening)
    fire(opening.notice, "open_appeal", actor=actor, now=now, facts=move.facts, **move.changes)


def open_appeals(openings: Sequence[Opening], *, actor: Actor, now: datetime) -> None:
    """As `open_appeal`, for many notices, in a handful of statements."""
    fire_many([_opened(each) for each in openings], "open_appeal", actor=actor, now=now)


def _opened(opening: Opening) -> Move:
    notice, facts = opening.notice, {"appeal": opening.appeal, "round": opening.round}
    if notice.continues_during_appeal:
        return Move(notice, facts=facts)
    pauses = opening.may_pause and notice.has_pauses_left
    changes = {"is_pause_refused": not pauses, "pauses": notice.pauses + pauses}
    return Move(notice, changes=changes, facts=facts | {"pauses": pauses})


def release_from_appeal(notice: Notice, *, actor: Actor, now: datetime, appeal: str) -> None:
    """Ends the notice's being under appeal; the measures stay as they were."""
    measures = list(notice.measures.all())
    if all(m.state in (MeasureState.ENDED, MeasureState.REVOKED) for m in measures):
        verb = "uphold_ended"
    else:
        lighter = any(m.state in (MeasureState.REDUCED, MeasureState.REVOKED) for m in measures)
        verb = "uphold_reduced" if lighter else "uphold"
    fire(notice, verb, actor=actor, now=now, facts={"appeal": appeal})


def _require_new_eyes(notice: Notice, judged: QuerySet[Event]) -> None:
    """Raises `ConflictOfInterest` for who decided about the notice before; asked while it is locked, so that of two
    decisions at once one sees the other.
    """
    if judged.filter(case_id=notice.pk).exists():
        raise ConflictOfInterest()


def follow_appeal(
    notice: Notice,
    rulings: Sequence[MeasureRuling],
    *,
    actor: Actor,
    now: datetime,
    appeal: str,
    number: str = "",
    reasons: str = "",
) -> list[Remedy]:
    """Changes every measure as decided, never heavier; each effect to undo is an owed remedy, and what was overturned
    is settled: `number` and `reasons` of the decision are kept with it.

    Raises `Invalid` for a ruling that names no measure, changes nothing, or would be heavier, and `ConflictOfInterest`
    for who determined a dispute about the notice, also a moment ago.
    """
    _require_new_eyes(notice, disputes_determined_about_notices(actor.ref))
    measures = {m.no: m for m in notice.measures.select_for_update()}
    undone: list[tuple[Measure, int | None]] = []
    for i, ruling in enumerate(rulings):
        measure = measures.get(ruling.measure_no)
        if measure is None:
            raise Invalid.field(f"/items/{i}/measure", "unknown-measure", _("The notice has no such measure."))
        if ruling.outcome == OVERTURNED and measure.state != MeasureState.REVOKED:
            undone.append((measure, measure.amount_minor))
            measure.state = MeasureState.REVOKED
            measure.save(update_fields=["state"])
        elif ruling.outcome == VARIED:
            undone.append((measure, _lighten(measure, ruling, f"/items/{i}", now=now)))
    fallen = [measures[ruling.measure_no] for ruling in rulings if ruling.outcome == OVERTURNED]
    settle_findings(notice, fallen, cause=appeal, number=number, reasons=reasons, now=now)
    if not undone:
        release_from_appeal(notice, actor=actor, now=now, appeal=appeal)
        return []
    remedies, deadlines = owe_remedies(notice, undone, cause=appeal, now=now)
    fell = all(m.state == MeasureState.REVOKED for m in measures.values())
    fire(
        notice,
        "revoke" if fell else "reduce",
        actor=actor,
        now=now,
        facts={"appeal": appeal, "measures": [m.no for m, _refund in undone], "remedies": [r.ref for r in remedies]},
        deadlines=deadlines if fell else [*deadlines, *_next_period(measures.values())],
    )
    if fell:
        follow_revocation(notice, now=now)
    return remedies


def record_determination(notice: Notice, *, actor: Actor, now: datetime, dispute: str) -> None:
    """Records in the ledger who determined a dispute about the notice. Called inside the dispute's own command, which
    holds the lock.

    Raises `ConflictOfInterest` for who decided an appeal against it, also a moment ago.
    """
    _require_new_eyes(notice, notices_decided_upon(actor.ref))
    fire(notice, "record_determination", actor=actor, now=now, facts={"dispute": dispute})


@command
def follow_determination(*, notice_id: int, dispute: str, dispute_number: str, now: datetime) -> None:
    """Revokes the measures that a dispute lifted; each effect is an owed remedy; nothing when they were before.

    The party reads which dispute. The event names it too, since the act of a third party is judged by the dispute and
    not by what followed from it.
    """
    notice = Notice.lock(Q(), pk=notice_id)
    if notice.state == NoticeState.REVOKED:
        return
    with override(notice.language):
        reason = gettext("Dispute %(number)s was determined: the measure is lifted.") % {"number": dispute_number}
    facts = {"dispute": dispute}
    by = Actor.system("determination")
    revoke_whole(notice, actor=by, reason=reason, cause=dispute, number=dispute_number, now=now, facts=facts)


def end_measures(
    *, notice_id: int, actor: Actor, reason: str, cause: str, number: str, settles: bool, now: datetime
) -> None:
    """Revokes the notice because what it rested on has ended; each effect is an owed remedy; nothing when it was.

    Called inside the command of an app above. `settles` says whether it was found that the measure was wrong.
    """
    notice = Notice.lock(Q(), pk=notice_id)
    if notice.state != NoticeState.REVOKED:
        revoke_whole(notice, actor=actor, reason=reason, cause=cause, number=number, settles=settles, now=now)


def _lighten(measure: Measure, ruling: MeasureRuling, at: str, *, now: datetime) -> int | None:
    """Makes the measure lighter; returns the money to give back."""
    lighter = False
    refund = None
    if ruling.ends_at is not None:
        if (measure.ends_at is not None and ruling.ends_at > measure.ends_at) or ruling.ends_at < measure.starts_at:
            raise Invalid.field(f"{at}/ends_at", "heavier", _("An appeal cannot make a measure heavier."))
        lighter = measure.ends_at is None or ruling.ends_at < measure.ends_at
        measure.original_ends_at = measure.original_ends_at or measure.ends_at
        measure.ends_at = ruling.ends_at
    if ruling.amount_minor is not None:
        if measure.amount_minor is None or not 0 <= ruling.amount_minor <= measure.amount_minor:
            raise Invalid.field(f"{at}/amount_minor", "heavier", _("An appeal cannot make a measure heavier."))
        refund = measure.amount_minor - ruling.amount_minor
        lighter = lighter or refund > 0
        measure.original_amount_minor = measure.original_amount_minor or measure.amount_minor
        measure.amount_minor = ruling.amount_minor
    if not lighter:
        raise Invalid.field(at, "changes-nothing", _("A varied measure must end earlier or cost less."))
    if measure.state == MeasureState.IN_FORCE:
        over = measure.ends_at is not None and measure.ends_at <= now
        measure.state = MeasureState.ENDED if over else MeasureState.REDUCED
    measure.save(update_fields=["state", "ends_at", "amount_minor", "original_ends_at", "original_amount_minor"])
    return refund


def _next_period(measures: object) -> list[DeadlineSpec]:
    ends = [
        m.ends_at
        for m in measures  # type: ignore[attr-defined]
        if m.ends_at is not None and m.state in RUNNING
    ]
    return [DeadlineSpec("notice.period", min(ends))] if ends else []


@command
def end_elapsed_measures(*, elapsed: Mapping[int, datetime], now: datetime) -> None:
    """Ends, on each of these notices, every measure whose time ran out by its moment, dated then; the next end is a
    deadline.
    """
    notices = Notice.objects.filter(pk__in=elapsed).select_for_update(of=("self",)).in_bulk()
    measures: dict[int, list[Measure]] = {pk: [] for pk in elapsed}
    for measure in Measure.objects.filter(notice__in=elapsed).select_for_update().order_by("notice_id", "no"):
        measures[measure.notice_id].append(measure)
    moves: dict[str, list[Move]] = {}
    ended: list[int] = []
    for pk, at in elapsed.items():
        over = [m for m in measures[pk] if m.state in RUNNING and m.ends_at is not None and m.ends_at <= at]
        if not over:
            continue
        for measure in over:
            measure.state = MeasureState.ENDED
            ended.append(measure.pk)
        is_done = all(m.state in (MeasureState.ENDED, MeasureState.REVOKED) for m in measures[pk])
        verb = "end" if is_done and notices[pk].state != NoticeState.UNDER_APPEAL else "end_some"
        facts = {"measures": [m.no for m in over]}
        moves.setdefault(verb, []).append(
            Move(notices[pk], facts=facts, deadlines=_next_period(measures[pk]), effective_at=at)
        )
    Measure.objects.filter(pk__in=ended).update(state=MeasureState.ENDED)
    for verb, those in moves.items():
        fire_many(those, verb, actor=Actor.system("deadline"), now=now)
    follow_end((notices[move.case.pk] for move in moves.get("end", ())), now=now)


@command
def close_appeal_windows(*, ended: Mapping[int, datetime], now: datetime) -> None:
    """Records on each of these notices when the time to appeal ended."""
    notices = Notice.objects.filter(pk__in=ended).select_for_update(of=("self",)).in_bulk()
    moves = [Move(notices[pk], effective_at=at) for pk, at in ended.items()]
    fire_many(moves, "close_appeal_window", actor=Actor.system("deadline"), now=now)


@command
def mark_remedy_late(*, notice_id: int, remedy_ref: str, effective_at: datetime, now: datetime) -> None:
    """Marks a remedy that was not restored in time as late, and tells the party."""
    notice = Notice.lock(Q(), pk=notice_id)
    fire(
        notice,
        "mark_remedy_late",
        actor=Actor.system("deadline"),
        now=now,
        effective_at=effective_at,
        facts={"remedy": remedy_ref},
    )
