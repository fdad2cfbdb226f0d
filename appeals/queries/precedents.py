"""Decided cases beside one that is under review: same clause, alike in ground or words, without who they were about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from appeals.models import Appeal, Decision
from appeals.policies import precedent_for
from appeals.queries.review import first_view_of
from casework.actor import Actor
from casework.errors import FirstViewRequired
from classifier.duplicates import alike, runs
from notices.queries import on_the_same_clause

WINDOW, READ, SHOWN = 500, 40, 3
"""How many of the newest notices on the clause and of the newest decisions are looked through, and what is read."""
LIKE_PERCENT = 20
OF_EACH = ("decision__points", "items__measure__type_version", "party__memberships__user")
RUN, DIGITS = re.compile(r"[A-Za-z0-9_.@-]+"), re.compile(r"\d{4}")
HIDDEN = "＊"


@dataclass(frozen=True, slots=True)
class Precedent:
    """What a decision on another case found, with nothing that names its party; `likeness` in percent of the words."""

    decided_at: datetime
    outcome: str
    ground: str
    kinds: tuple[str, ...]
    findings: tuple[tuple[str, str], ...]
    reasons: str
    likeness: int
    is_same: bool


def precedents_for(actor: Actor, appeal: Appeal) -> tuple[list[Precedent], list[Precedent]]:
    """The newest that were decided as this actor's first view, and the newest that were not.

    Raises `FirstViewRequired`: nobody reads how others decided before their own view is locked.
    """
    if (first := first_view_of(actor, appeal)) is None:
        raise FirstViewRequired()
    own, found = runs(appeal.statement), list[Precedent]()
    for each in _same_clause(actor, appeal):
        likeness = round(100 * alike(own, runs(each.statement)).overlap)
        if each.ground == appeal.ground or likeness >= LIKE_PERCENT:
            found.append(_precedent(each, likeness, is_same=each.outcome == first.outcome))
    return [p for p in found if p.is_same][:SHOWN], [p for p in found if not p.is_same][:SHOWN]


def _same_clause(actor: Actor, appeal: Appeal) -> Iterable[Appeal]:
    """The newest decided cases on a clause of this one, in whichever version; within a window that does not grow."""
    recent = Decision.objects.order_by("-decided_at", "-id").values("appeal__notice")[:WINDOW]
    notices = on_the_same_clause(appeal.notice_id, recent, most=WINDOW)
    rows = Appeal.objects.filter(precedent_for(actor), notice__in=notices)
    rows = rows.select_related("decision", "party", "notice").order_by("-decided_at", "-id")
    return rows.prefetch_related(*OF_EACH)[:READ]


def _precedent(appeal: Appeal, likeness: int, *, is_same: bool) -> Precedent:
    measures = [item.measure for item in appeal.items.all()]
    names = [appeal.party.name, appeal.party.external_ref, appeal.number, appeal.notice.number]
    names += [name for each in measures for name in (each.object_label, each.object_ref)]
    names += [each.user.display_name for each in appeal.party.memberships.all()]  # also of those who left
    points = appeal.decision.points.all()
    return Precedent(
        decided_at=appeal.decision.decided_at,
        outcome=str(appeal.get_outcome_display()),
        ground=str(appeal.get_ground_display()),
        kinds=tuple({str(each.kind.label) for each in measures}),
        findings=tuple((str(p.get_finding_display()), _nameless(p.text, names)) for p in points if p.kind == "fact"),
        reasons=_nameless(appeal.decision.reasons, names),
        likeness=likeness,
        is_same=is_same,
    )


def _nameless(text: str, names: Iterable[str]) -> str:
    """The text without these names, and without whatever could be a number of an order, a telephone or an account."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, HIDDEN)
    return RUN.sub(lambda run: HIDDEN if DIGITS.search(run[0]) else run[0], text)
