"""A merchant's consents to fast refunds, for its own people, and the published rules that they have an effect under."""

from datetime import datetime

from accounts.models import Party, PartyKind
from accounts.roles import CONTACT
from casework.actor import Actor
from casework.errors import or_not_found
from disputes.models import FastRefundOptIn, Relaxation
from disputes.queries.cases import grounds_in_force


def opt_ins_of(actor: Actor, party_ref: str) -> tuple[Party, list[FastRefundOptIn]]:
    """The merchant for which the actor acts, and every version of its consent, newest first. Raises `NotFound`."""
    own = [pk for pk, role in actor.parties.items() if role != CONTACT]
    party = or_not_found(Party.objects.filter(ref=party_ref, pk__in=own, kind=PartyKind.MERCHANT).first())
    rows = FastRefundOptIn.objects.filter(party=party).select_related("given_by", "ended_by")
    return party, list(rows.order_by("-version"))


def fast_refund_rules(now: datetime) -> list[Relaxation]:
    """The rules of fast refunds in the burden table in force now, by ground."""
    rules = Relaxation.objects.filter(fact__ground__in=grounds_in_force(now), fast_refund_limit_minor__isnull=False)
    return list(rules.select_related("fact__ground").order_by("fact__ground__position"))
