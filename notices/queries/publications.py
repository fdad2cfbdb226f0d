"""Reading what is published of notices."""

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from casework.actor import Actor
from casework.errors import or_not_found
from notices.machine import PublicationState
from notices.models import (
    CORRECTION_SHOWN,
    Basis,
    BasisKind,
    Measure,
    Publication,
)
from notices.policies import publications_visible_to


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
        Prefetch("notice__measures", Measure.objects.select_related("type_version")),
        Prefetch("notice__bases", Basis.objects.filter(kind=BasisKind.LAW), to_attr="articles"),
    )
