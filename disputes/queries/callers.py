"""What an officer of the human line finds for somebody on the phone: one order or dispute, by the number they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Party, User
from accounts.policies import may_serve_callers, may_take_down_for
from accounts.queries import people_of
from accounts.roles import CAN_FILE
from casework.actor import Actor
from casework.errors import Invalid, require
from disputes import records
from disputes.choices import Side
from disputes.models import Dispute
from disputes.policies import may_take_down_in
from disputes.records import OrderRecord
from helpline.callers import plain_number


@dataclass(frozen=True, slots=True)
class CalledAbout:
    """An order, or a dispute, and the parties that it is between: who can be calling. Nothing else of it is shown."""

    number: str
    parties: Mapping[str, Party]
    """By side in a dispute, else by `buyer` and `seller`."""
    order: OrderRecord | None = None
    dispute: Dispute | None = None

    def party(self, ref: str) -> Party | None:
        return next((party for party in self.parties.values() if party.ref == ref), None)

    def people(self, party: Party) -> Sequence[User]:
        """Who of that party can be calling: whoever may open a dispute; in one, anybody, since anybody may demand."""
        return people_of(party.pk, CAN_FILE if self.dispute is None else None)


def called_about(actor: Actor, number: str) -> CalledAbout:
    """The dispute with this number, else the order, however it was typed; nothing is listed, nothing is browsed.

    Raises `NotAllowed`, `ConflictOfInterest`, `RecordsUnavailable`, and `Invalid` where there is neither.
    """
    require(may_serve_callers(actor))
    sides = Dispute.objects.select_related("claimant", "respondent")
    dispute = sides.filter(number=plain_number(number)).first()
    if dispute is not None:
        require(may_take_down_in(actor, dispute))
        both = {str(Side.CLAIMANT): dispute.claimant, str(Side.RESPONDENT): dispute.respondent}
        known = {side: party for side, party in both.items() if party is not None}
        return CalledAbout(number=dispute.number, parties=known, dispute=dispute)
    order = records.order_named("".join(number.split()))
    between = {} if order is None else _between(order)
    if order is None or not between:
        text = _("No order and no dispute has this number. Have it read to you once more.")
        raise Invalid.field("/number", "unknown", text)
    require(may_take_down_for(actor, [party.pk for party in between.values()]))
    return CalledAbout(number=order.ref, parties=between, order=order)


def _between(order: OrderRecord) -> dict[str, Party]:
    """The parties of the order that are known here. Raises `Invalid` where two back ends have such a number."""
    named = {"buyer": order.buyer, "seller": order.seller}
    refs = [ref for ref in named.values() if ref]
    rows = list(Party.objects.filter(Q(ref__in=refs) | Q(external_ref__in=refs)))
    if len({party.client_id for party in rows}) > 1:
        text = _("More than one platform has parties of these numbers. The dispute has to be opened on the page.")
        raise Invalid.field("/number", "ambiguous", text)
    found = {name: next((p for p in rows if ref in (p.ref, p.external_ref)), None) for name, ref in named.items()}
    return {name: party for name, party in found.items() if party is not None}
