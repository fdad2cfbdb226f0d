"""Appeals that were filed together, and notices that can be; always through `visible_to`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_datetime

from accounts.models import Party
from accounts.queries import parties_of
from appeals.machine import AppealState
from appeals.models import MOST_TOGETHER, Appeal, AppealGroup, Decision, GroupedAppeal, Outcome
from appeals.policies import may_file_appeal
from appeals.queries.cases import appeals_listed_for
from appeals.windows import NOT_TOGETHER, why_not_together
from casework.actor import Actor
from casework.errors import NotFound, or_not_found
from casework.filters import ListFilter
from casework.templatetags.casework_tags import moment_text
from executors.models import ExecutorKind
from notices.machine import IN_EFFECT
from notices.models import Basis, BasisKind, Notice
from notices.queries import notices_listed_for

SHOWN = 100
"""Rows of a page from which notices are chosen, and of those that cannot be."""
CHOICES = 40
"""Rules, tools and deliveries by which a page narrows, the most frequent."""

OWN_SHOWN = 5
THIRD_PARTY = ("act__executor__party", "act__person")


@dataclass(frozen=True, slots=True)
class Standing:
    """So many appeals of a group stand so."""

    state: AppealState
    outcome: Outcome | None
    count: int


@dataclass(frozen=True, slots=True)
class GroupRead:
    """A group as one actor may see it: how many were filed in it, its lead case, and how its appeals stand."""

    group: AppealGroup
    size: int
    lead: Appeal | None
    counts: Sequence[Standing]
    """Of the appeals that this actor sees."""


def group_for(actor: Actor, ref: str) -> GroupRead:
    """One group. Raises `NotFound` alike for a missing one and one of which the actor finds no appeal in lists, such as
    somebody who took the measures.
    """
    group = or_not_found(AppealGroup.objects.filter(ref=ref).first())
    members = appeals_of_group(actor, group)
    rows = members.order_by("state", "outcome").values_list("state", "outcome").annotate(n=Count("pk"))
    counts = [Standing(AppealState(state), Outcome(outcome) if outcome else None, n) for state, outcome, n in rows]
    if not counts:
        raise NotFound()
    size = GroupedAppeal.objects.filter(group=group).count()
    return GroupRead(group, size, lead_of(actor, group), counts)


def appeals_of_group(actor: Actor, group: AppealGroup) -> QuerySet[Appeal]:
    """Its appeals that this actor finds in lists, in the order of the group."""
    rows = appeals_listed_for(actor).filter(grouped__group=group)
    return rows.annotate(place=F("grouped__no")).order_by("place")


def lead_of(actor: Actor, group: AppealGroup) -> Appeal | None:
    """The case to look at first: the first of the group that was not withdrawn; None for whoever may not see it."""
    left = GroupedAppeal.objects.filter(group=group).exclude(appeal__state=AppealState.WITHDRAWN).order_by("no")
    return appeals_of_group(actor, group).filter(pk__in=left.values("appeal")[:1]).first()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands among those that were filed with it, for whoever reviews it."""

    ref: str
    number: str
    no: int
    size: int
    lead: Appeal | None
    own: Sequence[Decision]
    """What this reviewer decided in others of the group, the newest first."""


def place_in_group(actor: Actor, appeal: Appeal) -> Place | None:
    """Where the appeal stands in its group; None for one that was filed alone."""
    grouped = getattr(appeal, "grouped", None)
    if grouped is None:
        return None
    group = grouped.group
    size = GroupedAppeal.objects.filter(group=group).count()
    own = Decision.objects.filter(appeal__grouped__group=group, reviewer_id=actor.user_id).exclude(appeal=appeal)
    own = own.select_related("appeal").prefetch_related("points").order_by("-decided_at", "-id")
    return Place(group.ref, group.number, grouped.no, size, lead_of(actor, group), list(own[:OWN_SHOWN]))


# — which notices can be appealed together —


@dataclass(frozen=True, slots=True)
class TogetherFilter:
    """Which notices are looked for: as a list is narrowed, and by what they share."""

    listed: ListFilter
    party: int
    rule: str = ""  # code of the rule and number of the clause, "ads:8"
    tool: str = ""
    batch: str = ""  # when they were stored: what came in one call came at one moment

    @property
    def has_more(self) -> bool:
        """Whether something is chosen beside words, that a page folds away."""
        return bool(self.listed.has_more or self.rule or self.tool or self.batch)


@dataclass(frozen=True, slots=True)
class Shared:
    """What notices can share, with how many do: (value, label, number), the most frequent first."""

    rules: Sequence[tuple[str, str, int]] = ()
    tools: Sequence[tuple[str, str, int]] = ()
    batches: Sequence[tuple[str, str, int]] = ()


@dataclass(frozen=True, slots=True)
class NoticesToAppeal:
    """The notices that can be appealed together, 501 at most, and some of those that cannot, with the reason."""

    fit: Sequence[Notice]
    unfit: Sequence[tuple[Notice, str]] = field(default_factory=tuple)

    @property
    def is_too_many(self) -> bool:
        return len(self.fit) > MOST_TOGETHER


def parties_to_appeal_for(actor: Actor) -> list[Party]:
    """The parties for which this person may file."""
    return [party for party, _role in parties_of(actor) if may_file_appeal(actor, party.pk) is None]


def notices_to_appeal_for(actor: Actor, asked: TogetherFilter, *, now: datetime) -> NoticesToAppeal:
    """Which of the notices that are asked for can be appealed together now, newest first."""
    rows = _asked_for(actor, asked)
    fit = list(rows.filter(_can_be_appealed(now))[: MOST_TOGETHER + 1])
    unfit = list(rows.exclude(_can_be_appealed(now))[:SHOWN])
    return NoticesToAppeal(fit, _with_reasons(unfit, now))


def notices_named(actor: Actor, party: int, refs: Sequence[str], *, now: datetime) -> NoticesToAppeal:
    """As `notices_to_appeal_for`, of these notices, in their order. One that is not seen is left out."""
    rows = _asked_for(actor, TogetherFilter(ListFilter(), party)).filter(ref__in=refs[:MOST_TOGETHER])
    place = {ref: no for no, ref in enumerate(refs)}
    fit = sorted(rows.filter(_can_be_appealed(now)), key=lambda notice: place[notice.ref])
    return NoticesToAppeal(fit, _with_reasons(list(rows.exclude(_can_be_appealed(now))), now))


def what_notices_share(actor: Actor, party: int, *, now: datetime) -> Shared:
    """By what the notices that can be appealed now are alike."""
    rows = Notice.objects.filter(_can_be_appealed(now), party__in=list(actor.parties), party=party).order_by()
    bases = Basis.objects.filter(notice__in=rows, kind=BasisKind.CLAUSE).order_by()
    clauses = bases.values_list("clause__version__rule__code", "clause_number", "name_zh", "name_en")
    rules = clauses.annotate(n=Count("notice", distinct=True)).order_by("-n")[:CHOICES]
    tools = Counter[str]()
    for used in rows.values_list("detection_tool", "decision_tool").annotate(n=Count("pk")):
        tools.update(dict.fromkeys({tool for tool in used[:2] if tool}, used[2]))
    third = Counter(n.third_party for n in rows.filter(act__isnull=False).select_related(*THIRD_PARTY)[:MOST_TOGETHER])
    batches = rows.values_list("created_at").annotate(n=Count("pk")).filter(n__gt=1).order_by("-created_at")
    return Shared(
        rules=[(f"{rule}:{no}", f"{Basis(name_zh=zh, name_en=en).name} {no}", n) for rule, no, zh, en, n in rules],
        tools=[
            *((f"tool:{tool}", tool, n) for tool, n in tools.most_common(CHOICES)),
            *((f"by:{name}", name, n) for name, n in third.most_common(CHOICES)),
        ],
        batches=[(at.isoformat(), moment_text(at), n) for at, n in batches[:CHOICES]],
    )


def _asked_for(actor: Actor, asked: TogetherFilter) -> QuerySet[Notice]:
    rows = notices_listed_for(actor, replace(asked.listed, state="")).filter(party=asked.party)
    if asked.rule:
        code, _colon, number = asked.rule.rpartition(":")
        same = Basis.objects.filter(
            clause__version__rule__code=code, clause_number=number, notice__party=asked.party, notice=OuterRef("pk")
        )
        rows = rows.filter(Exists(same))
    kind, _colon, value = asked.tool.partition(":")
    if kind == "tool":
        rows = rows.filter(Q(detection_tool=value) | Q(decision_tool=value))
    elif kind == "by":
        alone = Q(act__executor__kind=ExecutorKind.INDIVIDUAL)
        rows = rows.filter((alone & Q(act__person__code=value)) | (~alone & Q(act__executor__party__name=value)))
    if asked.batch:
        at = _moment(asked.batch)
        rows = rows.filter(created_at=at) if at is not None else rows.none()
    return rows


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _can_be_appealed(now: datetime) -> Q:
    """As `why_not_together`, for a list."""
    had = Appeal.objects.filter(notice=OuterRef("pk")).exclude(state=AppealState.WITHDRAWN)
    return Q(state__in=IN_EFFECT, appeal_closes_at__gte=now) & ~Q(Exists(had))


def _with_reasons(notices: Sequence[Notice], now: datetime) -> list[tuple[Notice, str]]:
    rounds: dict[int, list[Appeal]] = {notice.pk: [] for notice in notices}
    for each in Appeal.objects.filter(notice__in=list(rounds)):
        rounds[each.notice_id].append(each)
    reasons = ((notice, why_not_together(notice, rounds[notice.pk], now=now)) for notice in notices)
    return [(notice, str(NOT_TOGETHER[reason][1])) for notice, reason in reasons if reason]
