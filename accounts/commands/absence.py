"""What whoever leads says of somebody of staff: absent until a moment, and what they can do and how much of it."""

import re
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.commands.records import note_work
from accounts.models import StaffRole, User
from accounts.policies import active, may_set_absence, may_set_work
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, require
from casework.firing import command

WORD = re.compile(r"[\w-]{1,20}")
"""A skill: in any script, since the people who lead choose the words."""
MOST_SKILLS = 200


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


@command
def set_work(*, actor: Actor, user: User, skills: str, capacity: int | None, now: datetime) -> User:
    """The person has these skills, words with spaces between them, and so many open cases at most; with None as many as
    they take. It stands in the ledger. Raises `NotAllowed`, and `Invalid` for what is no word.
    """
    require(may_set_work(actor, user=user))
    words = sorted(set(skills.lower().split()))
    if any(not WORD.fullmatch(word) for word in words) or len(" ".join(words)) > MOST_SKILLS:
        raise Invalid.field("/skills", "invalid", _("Skills are words of at most 20 letters, digits and hyphens."))
    person = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    person.skills, person.capacity = " ".join(words), capacity
    person.save(update_fields=["skills", "capacity"])
    note_work(person, actor=actor, now=now)
    return person
