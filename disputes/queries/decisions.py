"""Every determination, for the log of decisions."""

from django.db.models import QuerySet

from accounts.roles import MEDIATOR
from casework.actor import Actor
from casework.errors import NotAllowed
from disputes.models import Determination
from disputes.policies import OVERSEES


def determinations_for(actor: Actor) -> QuerySet[Determination]:
    """Every determination, for oversight; of a mediator their own. Raises `NotAllowed`."""
    rows = Determination.objects.select_related(
        "mediator", "dispute__claimant", "dispute__respondent", "dispute__ground"
    )
    if actor.has_role(*OVERSEES):
        return rows
    if not actor.has_role(MEDIATOR):
        raise NotAllowed()
    return rows.filter(mediator_id=actor.user_id)
