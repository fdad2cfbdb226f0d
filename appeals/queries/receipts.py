"""Receipts for the appellant: of what they and their agents did in their appeal."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from appeals.models import Appeal
from appeals.queries.cases import appeal_for, events_of
from archive.receipts import acts_in, file_of, the_receipt_of
from casework.actor import Actor, ActorKind
from casework.models import Event


def acts_of(actor: Actor, appeal: Appeal) -> QuerySet[Event]:
    """What the appellant did, in order; nothing for whoever does not act for them."""
    rows = events_of(appeal).filter(actor_kind=ActorKind.PARTY)
    return rows if actor.role_in(appeal.party_id, appeal.matter) is not None else rows.none()


def receipt_for(actor: Actor, ref: str, no: int, *, now: datetime) -> dict[str, Any]:
    """The receipt of the event with this number. Raises `NotFound` for what is no act of the reader's party."""
    appeal = appeal_for(actor, ref)
    return the_receipt_of(acts_in(acts_of(actor, appeal).filter(sequence=no), appeal.number), now=now)


def receipts_file(actor: Actor, appeal: Appeal, *, now: datetime) -> dict[str, Any]:
    """All receipts of the appellant, for their case file."""
    return file_of(acts_in(acts_of(actor, appeal), appeal.number), now=now)
