"""Reading notices, always through `visible_to`."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet

from casework.actor import Actor
from casework.errors import NotFound
from casework.machine import verbs_open_to
from casework.models import Attachment, Event
from notices.models import Measure, MeasureType, Notice, NoticeState, Remedy
from notices.policies import may_correct_notice, visible_to


def _with_parts(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.select_related("party", "decided_by", "decided_by_team", "client").prefetch_related(
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


def notice_for(actor: Actor, ref: str) -> Notice:
    """One notice with all its parts. Raises `NotFound` alike for a missing and a foreign one."""
    notice = _with_parts(Notice.objects.filter(visible_to(actor), ref=ref)).first()
    if notice is None:
        raise NotFound()
    return notice


def lock_notice(condition: Q, **lookup: object) -> Notice:
    """The notice held until the transaction ends, for a command of an app above. Raises `NotFound`."""
    try:
        return Notice.lock(condition, **lookup)
    except Notice.DoesNotExist:
        raise NotFound() from None


def is_under_appeal(notice: Notice) -> bool:
    return bool(notice.state == NoticeState.UNDER_APPEAL)


def events_of(notice: Notice) -> QuerySet[Event]:
    return Event.objects.filter(case_kind=Notice.KIND, case_id=notice.pk).order_by("sequence")


def remedy_for(actor: Actor, ref: str) -> Remedy:
    """Raises `NotFound`."""
    remedy = (
        Remedy.objects.filter(ref=ref, notice__in=Notice.objects.filter(visible_to(actor)))
        .select_related("notice", "measure__type")
        .first()
    )
    if remedy is None:
        raise NotFound()
    return remedy


def remedies_for(actor: Actor) -> QuerySet[Remedy]:
    return (
        Remedy.objects.filter(notice__in=Notice.objects.filter(visible_to(actor)))
        .select_related("notice", "measure__type")
        .order_by("due_at", "pk")
    )


def exhibit_file(actor: Actor, ref: str, no: int) -> Attachment:
    """The sealed file of an exhibit. Raises `NotFound`."""
    exhibit = notice_for(actor, ref).exhibits.filter(no=no, attachment__isnull=False).first()
    if exhibit is None or exhibit.attachment is None:
        raise NotFound()
    return exhibit.attachment


def measure_types() -> QuerySet[MeasureType]:
    return MeasureType.objects.all()


def correcting_verbs(actor: Actor, notice: Notice) -> Iterable[str]:
    """The verbs by which this actor may correct the notice now: `withdraw`, `amend`."""
    if may_correct_notice(actor, notice) is not None:
        return ()
    open_now = set(verbs_open_to(notice))
    return [name for name, verb in (("withdraw", "revoke"), ("amend", "amend")) if verb in open_now]
