"""Several notices of a party that are looked for by what they share."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise

from casework.actor import Actor
from casework.formats import moment_text
from executors.queries import acts_by_outward_name
from notices.machine import IN_EFFECT
from notices.models import (
    Axis,
    Basis,
    BasisKind,
    Notice,
)
from notices.queries.cases import notices_listed_for
from surfaces.filters import ListFilter

KINDS: Mapping[str, str | Promise] = dict(Axis.choices)
"""The kinds of measures by which lists are narrowed."""
CHOICES = 40
"""Clauses, tools and deliveries by which a list of several notices is narrowed, the most frequent."""
MOST_ALIKE = 2_000
"""Notices, the newest, of which it is counted what they share."""
MOST_OF_THIRD_PARTIES = 500


@dataclass(frozen=True, slots=True)
class SeveralFilter:
    """Which notices of a party are looked for: as a list is narrowed, and by what they share."""

    listed: ListFilter
    party: int
    rule: str = ""  # code of the rule and number of the clause, "ads:8"
    tool: str = ""  # "tool:" and its name, or "by:" and the outward name of a third party
    batch: str = ""  # when they were stored: what came in one call came at one moment

    @property
    def has_more(self) -> bool:
        """Whether something is chosen beside words, that a page folds away."""
        return bool(self.listed.has_more or self.rule or self.tool or self.batch)

    @property
    def is_narrowed(self) -> bool:
        """Whether not all notices of the party are asked for."""
        return self.has_more or self.listed.is_narrowed


@dataclass(frozen=True, slots=True)
class Shared:
    """What notices share, and how many do: (value of the filter, label, number), the most frequent first."""

    keys: Sequence[int]
    """The newest of the notices, `MOST_ALIKE` at most: of those it was counted."""
    rules: Sequence[tuple[str, str, int]]
    tools: Sequence[tuple[str, str, int]]
    batches: Sequence[tuple[str, str, int]]

    @property
    def is_of_all(self) -> bool:
        """Whether these are all of the notices."""
        return len(self.keys) < MOST_ALIKE


def in_time_to_appeal(now: datetime) -> Q:
    """The notices that stand and whose time to appeal is not over."""
    return Q(state__in=IN_EFFECT, appeal_closes_at__gte=now)


def several_notices_for(actor: Actor, asked: SeveralFilter) -> QuerySet[Notice]:
    """The notices to this party that are asked for, newest first, with their measures."""
    rows = notices_listed_for(actor, asked.listed).filter(party=asked.party)
    if asked.rule:
        code, _colon, number = asked.rule.rpartition(":")
        same = Basis.objects.filter(clause__version__rule__code=code, clause_number=number)
        rows = rows.filter(Exists(same.filter(notice__party=asked.party, notice=OuterRef("pk"))))
    kind, _colon, value = asked.tool.partition(":")
    if kind == "tool":
        rows = rows.filter(Q(detection_tool=value) | Q(decision_tool=value))
    elif kind == "by":
        rows = rows.filter(act__in=acts_by_outward_name(value))
    if asked.batch:
        at = _moment(asked.batch)
        rows = rows.filter(created_at=at) if at is not None else rows.none()
    return rows


def _moment(text: str) -> datetime | None:
    """The moment, where it is one with an offset, and of this age: a database cannot take every other."""
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at is not None and at.tzinfo is not None and 2000 <= at.year <= 2100 else None


def what_they_share(rows: QuerySet[Notice]) -> Shared:
    """By what these notices are alike: they are found once, and what they share is counted of those."""
    columns = ("pk", "created_at", "detection_tool", "decision_tool", "act_id")
    found = list(rows.prefetch_related(None).values_list(*columns, named=True)[:MOST_ALIKE])
    bases = Basis.objects.filter(notice__in=[each.pk for each in found], kind=BasisKind.CLAUSE).order_by()
    clauses = bases.values_list("clause__version__rule__code", "clause_number", "name_zh", "name_en")
    rules = clauses.annotate(n=Count("notice", distinct=True)).order_by("-n")[:CHOICES]
    tools = Counter(tool for each in found for tool in dict.fromkeys(each[2:4]) if tool)
    others = [each.pk for each in found if each.act_id is not None][:MOST_OF_THIRD_PARTIES]
    by_others = Notice.objects.filter(pk__in=others).select_related("act__executor__party", "act__person").order_by()
    third = Counter(notice.third_party for notice in by_others)
    batches = [(at, n) for at, n in Counter(each.created_at for each in found).items() if n > 1]
    return Shared(
        keys=[each.pk for each in found],
        rules=[(f"{rule}:{no}", f"{Basis(name_zh=zh, name_en=en).name} {no}", n) for rule, no, zh, en, n in rules],
        tools=[
            *((f"tool:{tool}", tool, n) for tool, n in tools.most_common(CHOICES)),
            *((f"by:{name}", name, n) for name, n in third.most_common(CHOICES)),
        ],
        batches=[(at.isoformat(), moment_text(at), n) for at, n in batches[:CHOICES]],
    )
