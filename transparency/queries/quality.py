"""How people judge: two who know nothing of each other, what stayed unread, and what came of the system's view.

Of single people only whoever asks for themselves, or leads, finds anything (`officer`); nothing here ranks anybody.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When

from appeals.models import AuditView, DecidedBy, Decision, FirstView, Outcome, TriageSuggestion
from classifier.agreement import LEANS_FROM
from executors.measurement import wilson
from transparency.cohorts import of_notice
from transparency.judging import Agreed, agreed

LOOKED_BACK = timedelta(days=365)
CUTS = ("clause", "language", "executor")


@dataclass(frozen=True, slots=True)
class Judged:
    """How decisions of people agree with second looks, and in how many of `decisions` pieces stayed unopened."""

    agreement: Agreed
    decisions: int
    unread: int

    @property
    def unread_share(self) -> tuple[float, float, float] | None:
        """The share, and where it lies at 95 %."""
        return (self.unread / self.decisions, *wilson(self.unread, self.decisions)) if self.decisions else None


class Course(NamedTuple):
    """How often a first view and a lean of the system (`undo`, `keep` or none) came to this outcome."""

    first: str
    lean: str
    outcome: str
    n: int


def decided_by_people(now: datetime, officer: int | None = None) -> QuerySet[Decision]:
    """What people decided in the last year; of one officer where asked."""
    rows = Decision.objects.filter(by_kind=DecidedBy.HUMAN, decided_at__gt=now - LOOKED_BACK, decided_at__lte=now)
    return rows if officer is None else rows.filter(reviewer_id=officer)


def judged(now: datetime, *, by: str = "", officer: int | None = None) -> Mapping[str, Judged]:
    """The figures by the values of a cut, in their own order; of everything under the empty value."""
    rows = decided_by_people(now, officer)
    views = AuditView.objects.filter(decision__in=rows.values("pk"))
    pairs = defaultdict(list)
    for value, one, other in views.annotate(cut=_cut(by, "decision__")).values_list(
        "cut", "decision__outcome", "outcome"
    ):
        pairs[value].append((one, other))
    counted = rows.annotate(cut=_cut(by)).order_by().values("cut")
    counts = counted.annotate(n=Count("pk"), unread=Count("pk", filter=~Q(unread_reason="")))
    made = partial(agreed, outcomes=Outcome.values)
    return {
        each["cut"]: Judged(made(pairs[each["cut"]]), each["n"], each["unread"])
        for each in sorted(counts, key=lambda each: str(each["cut"]))
    }


def _cut(by: str, path: str = "") -> Any:
    if by == "language":
        return F(f"{path}appeal__notice__language")
    if by in CUTS:
        return of_notice(f"{path}appeal__notice")[by]
    return Value("", output_field=CharField())


def courses(now: datetime, officer: int | None = None) -> list[Course]:
    """First view, the system's lean and the outcome, each combination that there was, with how often."""
    views = FirstView.objects.filter(appeal=OuterRef("appeal"), reviewer=OuterRef("reviewer"))
    leans = TriageSuggestion.objects.filter(appeal=OuterRef("appeal")).order_by("-appeal_version")
    rows = decided_by_people(now, officer).annotate(
        first=Subquery(views.values("outcome")[:1]), permille=Subquery(leans.values("overturn_permille")[:1])
    )
    lean = Case(
        When(permille__gte=LEANS_FROM, then=Value("undo")),
        When(permille__lt=LEANS_FROM, then=Value("keep")),
        default=Value(""),
    )
    seen = rows.annotate(lean=lean).order_by().values_list("first", "lean", "outcome").annotate(n=Count("pk"))
    found = Counter({(first or "", lean, outcome): n for first, lean, outcome, n in seen})
    place = {"": -1, **{each: i for i, each in enumerate(Outcome.values)}}
    return [
        Course(*key, n)
        for key, n in sorted(found.items(), key=lambda row: (place[row[0][0]], row[0][1], place[row[0][2]]))
    ]
