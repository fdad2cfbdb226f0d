"""Somebody of staff is absent until a moment: they are given no case; whoever assigns sees what they hold."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRole, User
from accounts.policies import active, may_set_absence
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, require
from casework.firing import command


@command
def set_absence(*, actor: Actor, user: User, until: datetime | None, now: datetime) -> User:
    """The person is absent until then; with None they are back. Raises `NotAllowed`, `Invalid` for a past moment, and
    `NotYourTurn` for nobody of staff.
    """
    require(may_set_absence(actor, user=user))
    if until is not None and until <= now:
        raise Invalid.field("/until", "in-the-past", _("Choose a day that is still to come."))
    person = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not StaffRole.objects.filter(active(), user=person).exists():
        raise NotYourTurn(_("This person has no role here."))
    person.absent_until = until
    person.save(update_fields=["absent_until"])
    return person
