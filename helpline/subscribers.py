"""What members of staff hold of call backs, and how it is given back."""

from django.utils.translation import gettext_lazy as _

from accounts.leaving import Held, Holding
from accounts.models import User
from helpline import commands
from helpline.policies import CALLS


def calls_held_by(user: User) -> list[Held]:
    """The requests that this person has claimed."""
    return [Held(row.number, _("back to the list of calls")) for row in commands.held_by(user)]


HOLDINGS = {"calls": Holding(_("Call backs"), frozenset(CALLS), calls_held_by, commands.give_back_calls)}
