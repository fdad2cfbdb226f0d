"""Tips as their readers see them, and what was found of earlier ones."""

from django.db.models import Prefetch, QuerySet

from casework.actor import Actor
from casework.errors import or_not_found
from casework.models import Event
from files.models import Attachment
from notices.machine import NoticeState
from tips.models import Tip, TipFile, TipFinding, code_mark_of
from tips.policies import visible_to

MOST = 50
"""Earlier tips that are counted."""


def tips_for(actor: Actor) -> QuerySet[Tip]:
    """The tips that this actor may see."""
    return Tip.objects.filter(visible_to(actor)).select_related("subject", "notice")


def tip_for(actor: Actor, ref: str) -> Tip:
    """One of them with its files. Raises `NotFound` alike for missing and foreign."""
    return _whole(tips_for(actor).filter(ref=ref))


def tip_by_code(code: str) -> Tip:
    """The tip of a stranger who shows its code. Raises `NotFound`."""
    return _whole(Tip.objects.filter(code_mark=code_mark_of(code)).exclude(code_mark=""))


def _whole(rows: QuerySet[Tip]) -> Tip:
    files = Prefetch("files", TipFile.objects.select_related("attachment"))
    return or_not_found(rows.select_related("decided_by", "found_by", "finding_notice").prefetch_related(files).first())


def tip_file(actor: Actor, ref: str, no: int) -> Attachment:
    """One of its files. Raises `NotFound` alike for missing and foreign."""
    tip = tip_for(actor, ref)
    return or_not_found(next((each for each in tip.files.all() if each.no == no), None)).attachment


def events_of(tip: Tip) -> list[Event]:
    """What happened, newest first."""
    return list(Event.objects.filter(case_kind=tip.KIND, case_id=tip.pk).order_by("-sequence"))


def found_before(tip: Tip) -> list[Tip]:
    """Earlier tips of the same party that were found to be made in bad faith and whose finding stands, newest first."""
    if tip.reporter_id is None:
        return []
    rows = Tip.objects.filter(reporter=tip.reporter_id, finding=TipFinding.MALICIOUS).exclude(pk=tip.pk)
    stands = rows.exclude(finding_notice__state=NoticeState.REVOKED)
    return list(stands.order_by("-created_at", "-id")[:MOST])
