"""Receipts for the appellant: of what they and their agents did in their appeal."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from appeals.models import Appeal
from appeals.queries.cases import appeal_for, events_of
from archive import receipts
from casework.actor import Actor, ActorKind
from casework.errors import or_not_found
from casework.models import Event


def acts_of(actor: Actor, appeal: Appeal) -> QuerySet[Event]:
    """What the appellant did, in order; nothing for whoever does not act for them."""
    rows = events_of(appeal).filter(actor_kind=ActorKind.PARTY)
    return rows if actor.role_in(appeal.party_id, appeal.matter) is not None else rows.none()


def receipt_for(actor: Actor, ref: str, no: int, *, now: datetime) -> dict[str, Any]:
    """The receipt of the event with this number. Raises `NotFound` for what is no act of the reader's party."""
    appeal = appeal_for(actor, ref)
    event = or_not_found(acts_of(actor, appeal).filter(sequence=no).first())
    return receipts.receipt_of(receipts.act_of(event, appeal.number), now=now)


def receipts_file(actor: Actor, appeal: Appeal, *, now: datetime) -> dict[str, Any]:
    """All receipts of the appellant, for their case file."""
    return receipts.file_of([receipts.act_of(event, appeal.number) for event in acts_of(actor, appeal)], now=now)
