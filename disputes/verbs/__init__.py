"""What people can do with a dispute, each verb once; see `casework.verbs`. What the system does has no row here."""

from datetime import datetime

from casework import verbs
from casework.actor import Actor
from disputes.models import Dispute, FactAtIssue, Obligation, Offer
from disputes.verbs import of_ending, of_platform, of_sides
from disputes.verbs.conditions import SideFact

ADDRESS = "disputes/<str:ref>/"
LISTED = (*of_sides.LISTED, *of_ending.LISTED, *of_platform.LISTED)
"""The verbs in `actions[]`, in its order."""
VERBS = (*LISTED, *of_ending.UNLISTED, *of_platform.UNLISTED)
VERB = {verb.name: verb for verb in VERBS}


class Action(verbs.Action):
    """One thing that somebody can do with a dispute now, with the number or `ref` of the part that it is about."""

    @property
    def fact(self) -> int | None:
        return self.part.no if isinstance(self.part, SideFact | FactAtIssue) else None

    @property
    def offer(self) -> str:
        return self.part.ref if isinstance(self.part, Offer) else ""

    @property
    def obligation(self) -> int | None:
        return self.part.no if isinstance(self.part, Obligation) else None


def actions_for(actor: Actor, dispute: Dispute, *, now: datetime) -> list[Action]:
    """What this actor can do with the dispute now; absent means not possible."""
    found = verbs.actions_for(LISTED, actor, dispute, now=now)
    return [Action(each.verb, each.due_at, each.needs_role, each.part, each.about) for each in found]
