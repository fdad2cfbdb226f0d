"""Reads how an opening was read, what is still to be shown, and which other openings say nearly the same.

For the mediator who holds the dispute and for oversight, never for a side. Of a dispute that the reader may not open
they learn how alike it is and that it is one more, nothing else. Nothing here says who is right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from casework.actor import Actor
from disputes.choices import Record
from disputes.models import Dispute, RepeatedOpening
from disputes.policies import is_mediator, oversees, visible_to
from disputes.queries.cases import FactView
from disputes.triage import reading_on_file, urgency_reasons_of

MAX_SHOWN = 10
"""A model letter that thousands use makes no list of thousands."""


@dataclass(frozen=True, slots=True)
class Triage:
    """How the opening was read; `is_read` is false where it was not yet."""

    is_read: bool
    language: str
    queue: str
    why: tuple[str, ...]
    others: int
    repeats: "Repeats"


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another dispute that the reader may open, whose opening says nearly the same."""

    number: str
    ref: str
    overlap: int
    is_own: bool
    is_same_order: bool
    opened_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Repeats:
    """What says nearly the same: the disputes that the reader may open, and of the others how many and how alike.

    `opened` are the most alike; of those that the reader could open as well, `further` are left out.
    """

    opened: Sequence[Repeat]
    further: int
    hidden: int
    hidden_least: int
    hidden_most: int


@dataclass(frozen=True, slots=True)
class NeededEvidence:
    """What one unsettled fact waits for: who must show it, what is accepted, and what the platform itself holds."""

    no: int
    bearer: str
    accepts: str
    holds: tuple[str, ...]
    is_in: bool


def _may_read(actor: Actor, dispute: Dispute) -> bool:
    return is_mediator(actor, dispute) or oversees(actor, dispute)


def triage_shown_to(actor: Actor, dispute: Dispute) -> Triage | None:
    """How the opening was read, with what it repeats; None to whoever does not hold the dispute or look on."""
    if not _may_read(actor, dispute):
        return None
    read = reading_on_file(dispute)
    return Triage(
        is_read=read is not None,
        language=read.language if read is not None else "",
        queue=read.queue if read is not None else "",
        why=urgency_reasons_of(dispute),
        others=read.others if read is not None and read.for_batch else 0,
        repeats=repeats_shown_to(actor, dispute),
    )


def repeats_shown_to(actor: Actor, dispute: Dispute) -> Repeats:
    """The openings that this one repeats and those that repeat it, the most alike first; none to a side."""
    if not _may_read(actor, dispute):
        return Repeats((), 0, 0, 0, 0)
    alike = {row.earlier_id: row for row in RepeatedOpening.objects.filter(dispute=dispute)}
    alike |= {row.dispute_id: row for row in RepeatedOpening.objects.filter(earlier=dispute)}
    opened = {d.pk: d for d in Dispute.objects.filter(visible_to(actor), pk__in=alike)}
    found = [_repeat(dispute, opened[pk], row) for pk, row in alike.items() if pk in opened]
    found.sort(key=lambda repeat: (-repeat.overlap, repeat.opened_at))
    hidden = [_share(row) for pk, row in alike.items() if pk not in opened]
    return Repeats(
        opened=found[:MAX_SHOWN],
        further=len(found[MAX_SHOWN:]),
        hidden=len(hidden),
        hidden_least=min(hidden, default=0),
        hidden_most=max(hidden, default=0),
    )


def _share(row: RepeatedOpening) -> int:
    return round(row.overlap_permille / 10)


def _repeat(dispute: Dispute, other: Dispute, row: RepeatedOpening) -> Repeat:
    return Repeat(
        number=other.number,
        ref=other.ref,
        overlap=_share(row),
        is_own=other.claimant_id == dispute.claimant_id,
        is_same_order=other.claimant_id == dispute.claimant_id and other.order_ref == dispute.order_ref,
        opened_at=other.created_at,
        state=str(other.get_state_display()),
    )


def repeats_counted(actor: Actor, disputes: Iterable[Dispute]) -> dict[int, int]:
    """For each of these that the reader holds or oversees, how many openings say nearly the same; two questions."""
    keys = [d.pk for d in disputes if _may_read(actor, d)]
    counted: dict[int, int] = {}
    for side in ("dispute", "earlier"):
        rows = RepeatedOpening.objects.filter(**{f"{side}__in": keys}).order_by().values_list(side)
        for pk, n in rows.annotate(n=Count("pk")):
            counted[pk] = counted.get(pk, 0) + n
    return counted


def needed_evidence(views: Iterable[FactView]) -> list[NeededEvidence]:
    """What the facts that are not settled wait for now, as their ladders say; nothing of what was shown is judged."""
    needed = []
    for view in views:
        rung = view.current
        if rung is None:
            continue
        shown = any(s.side == rung.bearer for s in view.submissions)
        holds = tuple(kind for kind in rung.row.holds if kind in Record.values)
        needed.append(NeededEvidence(view.no, rung.bearer, rung.row.in_language("accepts"), holds, shown))
    return needed
