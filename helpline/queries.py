"""Reads of call backs: those of staff, and one by its address."""

from django.db.models import QuerySet

from casework.actor import Actor
from casework.errors import or_not_found, require
from helpline.models import OPEN, CallBack, number_mark_of
from helpline.policies import may_call_back


def call_backs_for(actor: Actor) -> QuerySet[CallBack]:
    """Every request; without its number, which is shown to whoever holds it (`policies.sees_number`).

    Raises `NotAllowed`.
    """
    require(may_call_back(actor))
    return CallBack.objects.select_related("officer", "asked_by").defer("phone")


def open_call_backs(actor: Actor) -> QuerySet[CallBack]:
    """Those still to be called, the first promised first. Raises `NotAllowed`."""
    return call_backs_for(actor).filter(state__in=OPEN).order_by("due_at", "id")


def open_call_backs_to(actor: Actor, phone: str) -> QuerySet[CallBack]:
    """Those to this number, however it is written. Raises `NotAllowed`."""
    return open_call_backs(actor).filter(number_mark=number_mark_of(phone))


def call_back_for(actor: Actor, ref: str) -> CallBack:
    """One of them. Raises `NotAllowed`, `NotFound`."""
    return or_not_found(call_backs_for(actor).filter(ref=ref).first())


def call_back_at(ref: str) -> CallBack:
    """The one at this address, for whoever has it. Raises `NotFound`."""
    return or_not_found(CallBack.objects.filter(ref=ref).select_related("officer").first())
