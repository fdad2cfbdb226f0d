"""How an opening was read, in words: language, queue, why a dispute stands where it stands, what it repeats.

What does not belong here: who may see it (queries), the order itself and what makes it (disputes.triage).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.actor import Actor
from casework.templatetags.casework_tags import duration
from console.disputes.panes import label
from disputes import queries
from disputes.models import Dispute, OpeningLanguage, OpeningQueue
from disputes.queries import FactView, QueueRow
from disputes.queries.letter import who
from disputes.triage import Place, Why, reading_on_file
from disputes.words import Record


@dataclass(frozen=True, slots=True)
class Line:
    """One dispute that waits, with why it stands here; `why` are the reasons that brought it forward."""

    row: QueueRow
    language: str
    queue: str
    rule: str
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class Tab:
    """One queue in which something waits."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class NeededPane:
    """What one fact waits for, in words."""

    no: int
    bearer: str
    accepts: str
    holds: Sequence[str]
    is_in: bool


@dataclass(frozen=True, slots=True)
class Pane:
    """How the opening of a dispute was read."""

    is_read: bool
    language: str
    queue: str
    why: Sequence[str]
    needed: Sequence[NeededPane]
    repeats: queries.Repeats


def lines_of(waiting: Iterable[QueueRow], wanted: str) -> list[Line]:
    """What waits, or what of it waits in one queue, in the order that it is in."""
    return [
        Line(
            row=row,
            language=_language(row.language),
            queue=label(OpeningQueue, row.queue) if row.queue else "",
            rule=_rule(row.place),
            why=_reasons(row.place.why, row.place.others) if row.place.rule == "ahead" else (),
        )
        for row in waiting
        if wanted in ("", row.queue)
    ]


def queues_of(waiting: Iterable[QueueRow]) -> list[Tab]:
    """The queues in which something waits; none where a choice would change nothing."""
    counted = Counter(row.queue for row in waiting)
    found = [Tab(code, label(OpeningQueue, code), counted[code]) for code in OpeningQueue.values if counted[code]]
    return found if len(counted) > 1 else []


def language_of(dispute: Dispute) -> str:
    """The language of the claimant's own words; empty where there are none, or they were not read yet."""
    read = reading_on_file(dispute)
    return _language(read.language) if read is not None else ""


def pane_of(actor: Actor, dispute: Dispute, views: Sequence[FactView]) -> Pane | None:
    """How the opening was read; None to whoever may not see it."""
    read = queries.triage_shown_to(actor, dispute)
    if read is None:
        return None
    return Pane(
        is_read=read.is_read,
        language=_language(read.language),
        queue=label(OpeningQueue, read.queue) if read.queue else "",
        why=_reasons(read.why, read.others),
        needed=[
            NeededPane(
                no=each.no,
                bearer=who(dispute, each.bearer, first=True),
                accepts=each.accepts,
                holds=[label(Record, kind) for kind in each.holds],
                is_in=each.is_in,
            )
            for each in queries.needed_evidence(views)
        ],
        repeats=read.repeats,
    )


def _language(code: str) -> str:
    return {"zh": "中文", "en": "English"}.get(code) or (label(OpeningLanguage, code) if code else "")


def _rule(place: Place) -> str:
    if place.rule == "ahead":
        return _("%(time)s ahead of its due time") % {"time": duration(place.ahead)}
    return {
        "late": _("Late, so by due time alone"),
        "pressing": _("Little time left, so by due time alone"),
        "clock": _("The law sets a time in days, so by due time alone"),
        "unread": _("Not read yet, so by due time alone"),
        "due": _("By due time"),
    }[place.rule]


def _reasons(codes: Iterable[str], others: int) -> list[str]:
    return [_reason(code, others) for code in codes]


def _reason(code: str, others: int) -> str:
    if code == Why.BATCH and others:
        text = ngettext(
            "%(n)d other claimant, the same shop and ground", "%(n)d other claimants, the same shop and ground", others
        )
        return text % {"n": others}
    return label(Why, code)
