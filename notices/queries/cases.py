"""Reading notices, their events, remedies and exhibits, always through `visible_to`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.mandates import Matter
from archive.translations import Translated, shown
from casework.actor import Actor, ActorKind
from casework.counts import capped_count
from casework.errors import NotFound, or_not_found
from casework.models import Event
from casework.working_days import DueTime
from files.attachments import FileCopy
from files.models import Attachment
from notices.claims import originals_of
from notices.machine import NoticeState
from notices.models import (
    Axis,
    Basis,
    Exhibit,
    Ground,
    Measure,
    MeasureState,
    MeasureType,
    MeasureTypeVersion,
    Notice,
    Remedy,
)
from notices.policies import visible_to
from notices.searching import NOTICES, words_for
from rules.models import CatalogueChange, PlatformRule
from rules.terms import Terms
from surfaces.filters import ListFilter, has_one, stands_in


def with_parts(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.select_related(
        "party", "decided_by", "decided_by_team", "client", "act__executor__party", "act__person", "publication"
    ).prefetch_related(
        Prefetch("measures", Measure.objects.select_related("type_version", "points")),
        "bases",
        Prefetch("exhibits"),
        "exhibits__attachment",
        "editions",
        "remedies__measure__type_version",
        "grounds__earlier",
    )


def notices_for(actor: Actor) -> QuerySet[Notice]:
    """The notices that this actor may see, newest first, with everything a list or a page shows."""
    return with_parts(Notice.objects.filter(visible_to(actor)).order_by("-created_at", "-id"))


def notices_with_measures_for(actor: Actor) -> QuerySet[Notice]:
    """As `notices_for`, with the measures alone: for lines that say what was done."""
    rows = Notice.objects.filter(visible_to(actor)).order_by("-created_at", "-id")
    return rows.prefetch_related(Prefetch("measures", Measure.objects.select_related("type_version")))


def matters_of_notices(party_id: int, keys: Collection[tuple[str, int]], refs: Collection[str]) -> list[Matter]:
    """The notices to a party that a mandate can name: those with these keys and refs, and the newest."""
    rows = Notice.objects.filter(party_id=party_id).order_by("-created_at", "-id")
    rows = rows.prefetch_related(Prefetch("measures", Measure.objects.select_related("type_version")))
    pks = [pk for kind, pk in keys if kind == Notice.KIND]
    found = {each.pk: each for each in [*rows.filter(Q(pk__in=pks) | Q(ref__in=refs)), *rows[:MATTERS]]}
    return [
        Matter(
            each.matter,
            each.ref,
            _("Notice %(number)s and the appeals against it: %(measures)s")
            % {"number": each.number, "measures": _(", ").join(m.kind.label for m in each.measures.all())},
            f"/notices/{each.ref}/",
        )
        for each in found.values()
    ]


MATTERS = 5
"""So many of a party's newest notices are offered where it names cases in a mandate."""


def notices_listed_for(actor: Actor, asked: ListFilter) -> QuerySet[Notice]:
    """As `notices_with_measures_for`, with the addressee, narrowed: `state` is one of a notice, `kind` the axis of one
    of its measures."""
    rows = notices_with_measures_for(actor).select_related("party")
    rows = rows.filter(asked.days("created_at"))  # when it was served, and what the list is read along
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(Exists(Measure.objects.filter(notice=OuterRef("pk"), type_version__axis=asked.kind)))

    def where(word: str) -> Q:
        columns = ("object_label", "object_ref", "type_version__label_zh", "type_version__label_en")
        measures = Measure.objects.filter(stands_in(word, *columns), notice=OuterRef("pk"))
        return stands_in(word, "number", "external_ref", "facts", "reasons") | has_one(measures)

    return rows.filter(asked.said(actor, where, searched=NOTICES, words_for=words_for))


WEIGHT = {Axis.ACCOUNT: 0, Axis.MONETARY: 1, Axis.SERVICE: 2, Axis.VISIBILITY: 3}
"""How heavily a measure on each axis weighs on whom it hits: the heaviest first."""


def weight_of(measures: Iterable[Measure]) -> int:
    """The weight of the heaviest of these measures; of none, the lightest."""
    return min((WEIGHT[Axis(each.kind.axis)] for each in measures), default=max(WEIGHT.values()))


def measures_in_force_for(actor: Actor, now: datetime) -> list[Measure]:
    """What holds against the actor's parties now, the heaviest first; what has ended is not among it."""
    newest = _in_force(actor, now).values("measures")[:200]
    found = list(Measure.objects.filter(pk__in=newest).select_related("type_version", "notice").order_by("-id"))
    return sorted(found, key=lambda each: (weight_of([each]), each.ends_at is None, each.ends_at or now))


def count_in_force_for(actor: Actor, now: datetime) -> int:
    """How many measures hold against the actor's parties now, as `capped_count`."""
    return capped_count(_in_force(actor, now))


def _in_force(actor: Actor, now: datetime) -> QuerySet[Notice]:
    """The actor's notices, newest first, each as often as it has measures that hold now.

    It starts from the notices, since no index finds the measures of a party.
    """
    holds = Q(measures__ends_at=None) | Q(measures__ends_at__gt=now)
    rows = Notice.objects.filter(
        visible_to(actor), holds, measures__state__in=(MeasureState.IN_FORCE, MeasureState.REDUCED)
    )
    return rows.order_by("-created_at", "-id", "-measures__id")


def is_under_measure(party_id: int, code: str, at: datetime) -> bool:
    """Whether a measure of this type holds against the party at that moment; not where an appeal suspends it."""
    suspended = Q(notice__state=NoticeState.UNDER_APPEAL, notice__continues_during_appeal=False)
    suspended &= Q(notice__is_pause_refused=False)
    measures = Measure.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), notice__party_id=party_id, type_id=code)
    running = measures.filter(state__in=(MeasureState.IN_FORCE, MeasureState.REDUCED), starts_at__lte=at)
    return running.exclude(notice__state=NoticeState.REVOKED).exclude(suspended).exists()


def notice_for(actor: Actor, ref: str) -> Notice:
    """One notice with all its parts. Raises `NotFound` alike for a missing and a foreign one."""
    return or_not_found(with_parts(Notice.objects.filter(visible_to(actor), ref=ref)).first())


def notice_by_number(number: str) -> Notice | None:
    """The notice with this number, for an officer to whom somebody says it on the phone; whether they may is asked by
    the app above.
    """
    return with_parts(Notice.objects.filter(number=number)).first()


def as_stored(
    notice: Notice,
    measures: Sequence[Measure],
    bases: Sequence[Basis],
    exhibits: Sequence[Exhibit],
    grounds: Sequence[Ground],
) -> Notice:
    """A notice that was stored just now as `notice_for` returns it, without reading it again. To be shown only."""
    notice._prefetched_objects_cache = {  # type: ignore[attr-defined]  # what prefetch_related fills
        "measures": measures,
        "bases": bases,
        "exhibits": exhibits,
        "grounds": grounds,
        "editions": [],
        "remedies": [],
    }
    return notice


@dataclass(frozen=True, slots=True)
class Resting:
    """A notice that rests on one that fell: whether a person still looks at it again, and what would be given back."""

    notice: Notice
    is_looked_at: bool
    restores: Sequence[str]


def resting_on(notice: Notice) -> list[Resting]:
    """What rests on the notice: once it fell, the plan of what is looked at again and of what each would restore."""
    rows = notice.resting.select_related("notice").prefetch_related(
        Prefetch("notice__measures", Measure.objects.select_related("type")), "notice__sibling_reviews"
    )
    return [
        Resting(
            each.notice,
            is_looked_at=any(r.is_open and r.origin_ref == notice.ref for r in each.notice.sibling_reviews.all()),
            restores=[m.type.restores for m in each.notice.measures.all() if not m.is_revoked],
        )
        for each in rows
    ]


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
    return rows.prefetch_related(Prefetch("measures", Measure.objects.select_related("type_version")))


def may_read_notice(actor: Actor, notice_id: int) -> bool:
    """Whether this actor may open the notice."""
    return Notice.objects.filter(visible_to(actor), pk=notice_id).exists()


def decision_due(notice: Notice, now: datetime, *, high_stakes: bool) -> DueTime:
    """When the decision of an appeal against this notice is due, whose time begins now."""
    return notice.promised["urgent_decision_time" if high_stakes else "decision_time"].due(now)


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
    found = list(rows.prefetch_related(Prefetch("measures", Measure.objects.select_related("type_version"))))
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
        .select_related("notice", "measure__type_version")
        .first()
    )


def remedies_for(actor: Actor) -> QuerySet[Remedy]:
    """Effects to restore on notices that the actor may see, each with `changed_at`: since owed, or settled."""
    return (
        Remedy.objects.filter(notice__in=Notice.objects.filter(visible_to(actor)))
        .select_related("notice__party", "measure__type_version")
        .annotate(changed_at=Coalesce("settled_at", "created_at"))
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
    return MeasureType.objects.select_related("newest")


def decided_from(actor: Actor, case: Any, now: datetime) -> dict[str, list[tuple[str, str]]]:
    """What a page offers whoever decides one measure: the kinds of measure and the published rules, by name."""
    rules = PlatformRule.objects.filter(versions__published_at__isnull=False).order_by("code").distinct()
    return {
        "measure": [(kind.code, kind.label) for kind in measure_types().order_by("code")],
        "rule": [(rule.code, rule.name) for rule in rules],
    }


def measure_type_said(change: CatalogueChange) -> dict[str, Any] | None:
    """What the kind of measure of a change said before it; None where there was none."""
    row = MeasureTypeVersion.objects.filter(Q(change=None) | Q(change_id__lt=change.pk), code=change.key).last()
    return None if row is None else {name: getattr(row, name) for name in change.said}
