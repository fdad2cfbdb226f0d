"""Which differences of prices there are (办法 31). Written by `rules.commands.prices`."""

from django.db.models import QuerySet

from casework.actor import Actor
from casework.errors import or_not_found
from rules import policies
from rules.models import PriceFinding


def price_findings_for(actor: Actor) -> QuerySet[PriceFinding]:
    """The differences of prices that the actor may see; the order is the caller's."""
    rows = PriceFinding.objects.filter(policies.price_findings_visible_to(actor))
    return rows.select_related("clause__version__rule", "answered_by")


def price_finding_for(actor: Actor, ref: str) -> PriceFinding:
    """Raises `NotFound`."""
    return or_not_found(price_findings_for(actor).filter(ref=ref).first())
