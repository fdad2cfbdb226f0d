"""Somebody leaves: what they hold is given back, and they can do nothing any more, in one transaction."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.commands.records import note_leaving
from accounts.commands.tokens import revoke
from accounts.leaving import holdings
from accounts.models import SignOn, StaffRole, User
from accounts.policies import active, may_deactivate
from casework.actor import Actor
from casework.errors import NotYourTurn, require
from casework.firing import command


@command
def deactivate_user(*, actor: Actor, user: User, now: datetime) -> dict[str, int]:
    """Gives back everything that the person holds and ends their roles, sessions, tokens and sockets; returns how many
    of each kind were given back. Each case has it in its ledger, the person's row when and by whom.

    Sessions end because the password is no longer theirs: who is let back in sets a new one. Raises `NotAllowed`,
    `ConflictOfInterest` for oneself, `NotYourTurn`, and `Invalid` where something can be given to nobody.
    """
    require(may_deactivate(actor, user=user))
    person = _locked_among_staff(user)
    if not person.is_active:
        raise NotYourTurn(_("This account is deactivated already."))
    given = {name: each.give_back(user=person, actor=actor, now=now) for name, each in holdings().items()}
    StaffRole.objects.filter(active(), user=person).update(ended_at=now, ended_by=actor.ref)
    person.is_active = person.is_staff = person.is_superuser = False
    person.left_at, person.left_by = now, actor.ref
    person.set_unusable_password()
    person.save(update_fields=["is_active", "is_staff", "is_superuser", "left_at", "left_by", "password"])
    revoke(user_id=person.pk, now=now)
    note_leaving("leave", person, actor=actor, now=now, given=given)
    return given


def give_back_as(role: str, user: User, *, actor: Actor, now: datetime) -> None:
    """Gives back what nobody without this role can work on, once the person has lost it and has no other for it."""
    person = _locked_among_staff(user)
    left = set(StaffRole.objects.filter(active(), user=person).values_list("role", flat=True))
    for each in holdings().values():
        if role in each.roles and not each.roles & left:
            each.give_back(user=person, actor=actor, now=now)


def _locked_among_staff(user: User) -> User:
    """The person, locked against whatever they are just taking: `appeal_reviewer_works_here` and its like lock the row.

    All of staff are locked, in one order: two who leave at once could otherwise be handed each other's cases.
    """
    staff = Exists(StaffRole.objects.filter(active(), user=OuterRef("pk")))
    rows = User.objects.filter(Q(pk=user.pk) | staff).order_by("pk").select_for_update(no_key=True, of=("self",))
    return next(each for each in rows if each.pk == user.pk)


@command
def reactivate_user(*, actor: Actor, user: User, now: datetime) -> User:
    """Lets somebody back in, without a role and a password: both are given anew. Raises as `deactivate_user`."""
    require(may_deactivate(actor, user=user))
    person = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if person.is_active:
        raise NotYourTurn(_("This account is active."))
    person.is_active, person.left_at, person.left_by = True, None, ""
    person.save(update_fields=["is_active", "left_at", "left_by"])
    SignOn.objects.filter(active(), user=person).update(shut_at=None)
    note_leaving("let_back", person, actor=actor, now=now)
    return person
