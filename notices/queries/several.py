"""Several notices of a party that are looked for by what they share."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise

from casework.actor import Actor
from casework.filters import ListFilter
from casework.templatetags.casework_tags import moment_text
from executors.queries import acts_by_outward_name
from notices.machine import IN_EFFECT
from notices.models import (
    Axis,
    Basis,
    BasisKind,
    Notice,
)
from notices.queries.cases import notices_listed_for

KINDS: Mapping[str, str | Promise] = dict(Axis.choices)
"""The kinds of measures by which lists are narrowed."""
CHOICES = 40
"""Clauses, tools and deliveries by which a list of several notices is narrowed, the most frequent."""
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


@dataclass(frozen=True, slots=True)
class Shared:
    """What notices share, and how many do: (value of the filter, label, number), the most frequent first."""

    rules: Sequence[tuple[str, str, int]]
    tools: Sequence[tuple[str, str, int]]
    batches: Sequence[tuple[str, str, int]]


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


def what_they_share(rows: QuerySet[Notice], party: int) -> Shared:
    """By what these notices of the party are alike."""
    rows = Notice.objects.filter(pk__in=rows.order_by().values("pk"), party=party).order_by()
    bases = Basis.objects.filter(notice__in=rows, kind=BasisKind.CLAUSE).order_by()
    clauses = bases.values_list("clause__version__rule__code", "clause_number", "name_zh", "name_en")
    rules = clauses.annotate(n=Count("notice", distinct=True)).order_by("-n")[:CHOICES]
    tools = Counter[str]()
    for used in rows.values_list("detection_tool", "decision_tool").annotate(n=Count("pk")):
        tools.update(dict.fromkeys({tool for tool in used[:2] if tool}, used[2]))
    by_others = rows.filter(act__isnull=False).select_related("act__executor__party", "act__person")
    third = Counter(notice.third_party for notice in by_others[:MOST_OF_THIRD_PARTIES])
    batches = rows.values_list("created_at").annotate(n=Count("pk")).filter(n__gt=1).order_by("-created_at")
    return Shared(
        rules=[(f"{rule}:{no}", f"{Basis(name_zh=zh, name_en=en).name} {no}", n) for rule, no, zh, en, n in rules],
        tools=[
            *((f"tool:{tool}", tool, n) for tool, n in tools.most_common(CHOICES)),
            *((f"by:{name}", name, n) for name, n in third.most_common(CHOICES)),
        ],
        batches=[(at.isoformat(), moment_text(at), n) for at, n in batches[:CHOICES]],
    )
