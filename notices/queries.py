"""Reading notices, always through `visible_to`."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise

from casework.actor import Actor, ActorKind
from casework.attachments import FileCopy
from casework.counts import BADGE, CAP, capped_count
from casework.errors import NotFound, or_not_found
from casework.filters import ListFilter, has_one, stands_in
from casework.models import Attachment, Event
from casework.templatetags.casework_tags import moment_text
from casework.translations import Translated, shown
from executors.queries import acts_by_outward_name, double_reviews_for
from notices.claims import originals_of
from notices.machine import IN_EFFECT, NoticeState, PublicationState
from notices.models import (
    CORRECTION_SHOWN,
    MOST_OF_TOOL,
    Axis,
    Basis,
    BasisKind,
    Exhibit,
    Measure,
    MeasureState,
    MeasureType,
    Notice,
    Publication,
    Remedy,
    SiblingReview,
    unseen_of_tool,
)
from notices.policies import NONE, not_involving, publications_visible_to, siblings_visible_to, visible_to
from notices.searching import NOTICES, words_for
from rules.terms import Terms


def _with_parts(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.select_related(
        "party", "decided_by", "decided_by_team", "client", "act__executor__party", "act__person", "publication"
    ).prefetch_related(
        Prefetch("measures", Measure.objects.select_related("type")),
        "bases",
        Prefetch("exhibits"),
        "exhibits__attachment",
        "editions",
        "remedies__measure__type",
    )


def notices_for(actor: Actor) -> QuerySet[Notice]:
    """The notices that this actor may see, newest first, with everything a list or a page shows."""
    return _with_parts(Notice.objects.filter(visible_to(actor)).order_by("-created_at", "-id"))


def notices_with_measures_for(actor: Actor) -> QuerySet[Notice]:
    """As `notices_for`, with the measures alone: for lines that say what was done."""
    rows = Notice.objects.filter(visible_to(actor)).order_by("-created_at", "-id")
    return rows.prefetch_related(Prefetch("measures", Measure.objects.select_related("type")))


def notices_listed_for(actor: Actor, asked: ListFilter) -> QuerySet[Notice]:
    """As `notices_with_measures_for`, with the addressee, narrowed: `state` is one of a notice, `kind` the axis of one
    of its measures."""
    rows = notices_with_measures_for(actor).select_related("party").filter(asked.days("served_at"))
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(Exists(Measure.objects.filter(notice=OuterRef("pk"), type__axis=asked.kind)))

    def where(word: str) -> Q:
        columns = ("object_label", "object_ref", "type__label_zh", "type__label_en")
        measures = Measure.objects.filter(stands_in(word, *columns), notice=OuterRef("pk"))
        return stands_in(word, "number", "external_ref", "facts", "reasons") | has_one(measures)

    return rows.filter(asked.said(actor, where, searched=NOTICES, words_for=words_for))


WEIGHT = {Axis.ACCOUNT: 0, Axis.MONETARY: 1, Axis.SERVICE: 2, Axis.VISIBILITY: 3}
"""How heavily a measure on each axis weighs on whom it hits: the heaviest first."""


def weight_of(measures: Iterable[Measure]) -> int:
    """The weight of the heaviest of these measures; of none, the lightest."""
    return min((WEIGHT[Axis(each.type.axis)] for each in measures), default=max(WEIGHT.values()))


def measures_in_force_for(actor: Actor, now: datetime) -> list[Measure]:
    """What holds against the actor's parties now, the heaviest first; what has ended is not among it."""
    found = list(_in_force(actor, now).select_related("type", "notice").order_by("-id")[:200])
    return sorted(found, key=lambda each: (weight_of([each]), each.ends_at is None, each.ends_at or now))


def _in_force(actor: Actor, now: datetime) -> QuerySet[Measure]:
    return Measure.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now),
        state__in=(MeasureState.IN_FORCE, MeasureState.REDUCED),
        notice__in=Notice.objects.filter(visible_to(actor)),
    )


def counts_for(actor: Actor, now: datetime) -> tuple[int, int]:
    """How many measures hold against the actor's parties now, and how many of their notices are under appeal."""
    notices = Notice.objects.filter(visible_to(actor), state=NoticeState.UNDER_APPEAL)
    return _in_force(actor, now).count(), notices.count()


def notice_for(actor: Actor, ref: str) -> Notice:
    """One notice with all its parts. Raises `NotFound` alike for a missing and a foreign one."""
    return or_not_found(_with_parts(Notice.objects.filter(visible_to(actor), ref=ref)).first())


def notice_by_number(number: str) -> Notice | None:
    """The notice with this number, for an officer to whom somebody says it on the phone; whether they may is asked by
    the app above.
    """
    return _with_parts(Notice.objects.filter(number=number)).first()


def as_stored(
    notice: Notice, measures: Sequence[Measure], bases: Sequence[Basis], exhibits: Sequence[Exhibit]
) -> Notice:
    """A notice that was stored just now as `notice_for` returns it, without reading it again. To be shown only."""
    notice._prefetched_objects_cache = {  # type: ignore[attr-defined]  # what prefetch_related fills
        "measures": measures,
        "bases": bases,
        "exhibits": exhibits,
        "editions": [],
        "remedies": [],
    }
    return notice


def translations_of(notice: Notice) -> tuple[Translated, ...]:
    """Translations of the notice as it reads now, the newest into each language."""
    return shown(notice, notice.edition, originals_of(notice))


def require_notice(actor: Actor, ref: str) -> None:
    """Raises `NotFound` alike for a missing and a foreign one."""
    if not Notice.objects.filter(visible_to(actor), ref=ref).exists():
        raise NotFound()


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """A notice as an app above names it: by key, reference and number."""

    pk: int
    ref: str
    number: str


def own_notice(actor: Actor, party_id: int, name: str) -> OwnNotice | None:
    """The notice to this party that goes by this reference or number; None for missing, foreign and unseen alike."""
    found = Notice.objects.filter(visible_to(actor), Q(ref=name) | Q(number=name), party_id=party_id)
    row = found.values_list("pk", "ref", "number").first()
    return None if row is None else OwnNotice(*row)


def notices_to(actor: Actor, party_id: int) -> QuerySet[Notice]:
    """The notices to this party, newest first, with what a line to choose one by says."""
    rows = Notice.objects.filter(visible_to(actor), party_id=party_id).order_by("-created_at", "-id")
    return rows.prefetch_related(Prefetch("measures", Measure.objects.select_related("type")))


def may_read_notice(actor: Actor, notice_id: int) -> bool:
    """Whether this actor may open the notice."""
    return Notice.objects.filter(visible_to(actor), pk=notice_id).exists()


def lock_notice(condition: Q, **lookup: object) -> Notice:
    """Locks the notice until the transaction ends, for a command of an app above. Raises `NotFound`."""
    try:
        return Notice.lock(condition, **lookup)
    except Notice.DoesNotExist:
        raise NotFound() from None


def lock_notices(condition: Q, refs: Collection[str]) -> list[Notice]:
    """Locks these notices, in one order for everybody, with their measures and what was promised; as `lock_notice`.

    Raises `NotFound` unless every one of them is there and meets the condition.
    """
    keys = list(Notice.objects.filter(condition, ref__in=refs).values_list("pk", flat=True))
    if len(keys) != len(refs):
        raise NotFound()
    rows = Notice.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    found = list(rows.prefetch_related(Prefetch("measures", Measure.objects.select_related("type"))))
    promised: dict[tuple[datetime, int], Terms] = {}
    for notice in found:
        at = (notice.served_at, notice.party_id)
        if at not in promised:
            promised[at] = notice.promised
        notice.__dict__["promised"] = promised[at]
    return found


def is_under_appeal(notice: Notice) -> bool:
    return bool(notice.state == NoticeState.UNDER_APPEAL)


def events_of(notice: Notice) -> QuerySet[Event]:
    return Event.objects.filter(case_kind=Notice.KIND, case_id=notice.pk).order_by("sequence")


def remedy_for(actor: Actor, ref: str) -> Remedy:
    """Raises `NotFound`."""
    return or_not_found(
        Remedy.objects.filter(ref=ref, notice__in=Notice.objects.filter(visible_to(actor)))
        .select_related("notice", "measure__type")
        .first()
    )


def remedies_for(actor: Actor) -> QuerySet[Remedy]:
    return (
        Remedy.objects.filter(notice__in=Notice.objects.filter(visible_to(actor)))
        .select_related("notice", "measure__type")
        .order_by("due_at", "pk")
    )


def exhibit_file(actor: Actor, ref: str, no: int) -> FileCopy:
    """The file of an exhibit, for this reader. Raises `NotFound`."""
    exhibit = notice_for(actor, ref).exhibits.filter(no=no, attachment__isnull=False).first()
    if exhibit is None or exhibit.attachment is None:
        raise NotFound()
    return exhibit_copy(actor, exhibit.attachment)


def exhibit_copy(actor: Actor, file: Attachment) -> FileCopy:
    """What this reader gets of an exhibit's file: a party not as the platform received it, from whomever."""
    return FileCopy(file, as_received=actor.kind is not ActorKind.PARTY)


def measure_types() -> QuerySet[MeasureType]:
    return MeasureType.objects.all()


def siblings_for(actor: Actor) -> QuerySet[SiblingReview]:
    """The second looks at notices that this actor may see, those that wait the longest first."""
    return (
        SiblingReview.objects.filter(siblings_visible_to(actor))
        .select_related(
            "notice__party",
            "notice__act__executor__party",
            "notice__act__person",
            "clause__version__rule",
            "decided_by",
        )
        .order_by("created_at", "id")
    )


def sibling_for(actor: Actor, ref: str) -> SiblingReview:
    """Raises `NotFound` alike for missing and foreign."""
    return or_not_found(siblings_for(actor).filter(ref=ref).first())


@dataclass(frozen=True, slots=True)
class OfTool:
    """How many notices in force share tool and clause and were not looked at yet, and how many reviews are open at
    most.
    """

    unseen: int
    most: int


def tool_cause_of(row: SiblingReview) -> OfTool | None:
    """What else shares the cause of this review, where that is a tool of the platform. Counted up to a thousand."""
    if row.clause_id is None:
        return None
    unseen = unseen_of_tool(row.cause_value, row.clause_id)
    return OfTool(unseen=unseen[:CAP].count(), most=MOST_OF_TOOL)


def blind_looks_for(actor: Actor, *, excluding: Q = NONE, most: int | None = None) -> QuerySet[Notice]:
    """The notices whose act waits for this person's blind second look, those that wait the longest first.

    `excluding` are those that an app above knows to be decided, or in which this person had a part there. `most` reads
    no more than the first.
    """
    acts = _blind_looks(actor, excluding).values_list("act_id", flat=True)
    return (
        Notice.objects.filter(act_id__in=acts if most is None else list(acts[:most]))
        .select_related("party", "act__executor__party", "act__person__user", "act__double_review")
        .prefetch_related("measures__type", "bases", "exhibits__attachment", "editions")
        .order_by("act__double_review__drawn_at", "pk")
    )


def blind_looks_waiting(actor: Actor, *, excluding: Q = NONE) -> int:
    """How many `blind_looks_for` finds, up to a badge's most."""
    return capped_count(_blind_looks(actor, excluding), BADGE)


def _blind_looks(actor: Actor, excluding: Q) -> QuerySet[Any]:
    """The same, read from the acts that wait, which are few, in the order in which they were drawn."""
    free = Notice.objects.filter(~excluding, not_involving(actor), act=OuterRef("act"))
    return double_reviews_for(actor).filter(Exists(free)).order_by("drawn_at", "id")


def blind_look_for(actor: Actor, ref: str, *, excluding: Q = NONE) -> Notice:
    """One of them, by the number of its second look. Raises `NotFound` for every other one."""
    return or_not_found(blind_looks_for(actor, excluding=excluding).filter(act__double_review__ref=ref).first())


def publications_for(actor: Actor) -> QuerySet[Publication]:
    """The records that this member of staff may see, published or not, newest first."""
    return _shown_records(Publication.objects.filter(publications_visible_to(actor)).order_by("-created_at", "-id"))


def publication_for(actor: Actor, ref: str) -> Publication:
    """One of them. Raises `NotFound` alike for a missing and a foreign one."""
    return or_not_found(publications_for(actor).filter(ref=ref).first())


def public_records(now: datetime) -> QuerySet[Publication]:
    """What everybody may read: what is published and has not ended, and for a while what was corrected."""
    is_shown = Q(state=PublicationState.PUBLISHED) | Q(
        state=PublicationState.CORRECTED, corrected_at__gt=now - CORRECTION_SHOWN
    )
    return _shown_records(Publication.objects.filter(is_shown).order_by("-published_at", "-id"))


def _shown_records(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    return rows.select_related("notice", "published_by", "reported_by").prefetch_related(
        Prefetch("notice__measures", Measure.objects.select_related("type")),
        Prefetch("notice__bases", Basis.objects.filter(kind=BasisKind.LAW), to_attr="articles"),
    )


# — several notices that are looked for by what they share —

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
