"""What people can do with a legal hold: one row each."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework import verbs
from casework.actor import Actor
from casework.verbs import Action, Verb
from retention import commands, inputs, policies
from retention.models import LegalHold
from surfaces.asks import StaffPage

HOLD = (
    Verb(
        "lift",
        commands.lift_hold,
        may=policies.may_lift_hold,
        takes=inputs.LiftHoldInput,
        about="The hold is over; what was due meanwhile can end.",
        page=StaffPage(
            _("Lift the hold %(number)s"),
            [_("What was due meanwhile is deleted with the next run. The reason stays on record.")],
            button=_("Lift the hold"),
            done=_("The hold is lifted."),
            is_loss=True,
        ),
    ),
)
VERBS = {LegalHold: HOLD}


def actions_for(actor: Actor, case: LegalHold, *, now: datetime) -> list[Action]:
    """What this actor can do about the hold now."""
    return verbs.actions_for(HOLD, actor, case, now=now)
