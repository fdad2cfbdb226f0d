"""What waits for an actor, most urgent first."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.roles import NOTICE
from appeals.machine import AppealState
from appeals.models import Appeal, AppealDraft
from appeals.policies import visible_to
from casework.actor import Actor, ActorKind
from casework.todo import Todo, by_due
from notices.machine import NoticeState
from notices.queries import notices_with_measures_for, weight_of

MOST = 50
"""Cards of a kind; a party with more waiting finds the others in its lists."""


def todo_for(actor: Actor, *, now: datetime) -> list[Todo]:
    """What this party must or may do now, by due time: answers asked for, notices to appeal, drafts."""
    if actor.kind is not ActorKind.PARTY:
        return []
    cards = []
    asked = Appeal.objects.filter(visible_to(actor), state=AppealState.MORE_NEEDED).prefetch_related("requests")
    for appeal in asked.order_by("created_at", "pk")[:MOST]:
        request = appeal.open_request
        if request is not None:
            cards.append(Todo("appeal", "answer", appeal.ref, appeal.number, "respond", request.due_at, request.item))
    theirs = Q(party_id__in=list(actor.parties)) | Q(notice_id__in=actor.named(NOTICE))
    drafted = set(AppealDraft.objects.filter(theirs).values_list("notice_id", flat=True))
    appealed = Appeal.objects.filter(notice=OuterRef("pk"))
    fresh = (
        notices_with_measures_for(actor)
        .filter(~Exists(appealed), appeal_closes_at__gte=now)
        .exclude(state=NoticeState.REVOKED)
    )
    for notice in fresh.order_by("appeal_closes_at", "pk")[:MOST]:
        unread = notice.read_at is None
        if notice.pk in drafted or unread or notice.appeal_closes_at - now < timedelta(days=3):
            measures = list(notice.measures.all())
            subject = measures[0].kind.label if measures else notice.number
            kind = "draft" if notice.pk in drafted else "appeal"
            verb = "file" if notice.pk in drafted else "read"
            closes, weight = notice.appeal_closes_at, weight_of(measures)
            cards.append(Todo("notice", kind, notice.ref, notice.number, verb, closes, subject, weight=weight))
    recent = Appeal.objects.filter(
        visible_to(actor), state=AppealState.DECIDED, decided_at__gte=now - timedelta(days=7)
    )
    newest = recent.order_by("-decided_at", "pk")[:MOST]
    cards += [Todo("appeal", "decision", a.ref, a.number, "read", None, a.get_outcome_display()) for a in newest]
    return by_due(cards)
