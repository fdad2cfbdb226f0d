"""Single sign-on: who signs in at the provider, as its client (SCIM) or an administrator says, and who is shut out.

None of these commands grants a role: that is an administrator's, as for everybody.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.commands.leaving import reactivate_user
from accounts.commands.people import make_user
from accounts.commands.records import note_contact, note_leaving
from accounts.commands.tokens import revoke
from accounts.models import SignOn, User
from accounts.policies import active, may_grant_staff_role, may_provide_people
from accounts.searching import keep_found
from casework.actor import Actor
from casework.errors import Invalid, NotAllowed, require
from casework.firing import command


@command
def provide_person(
    *, actor: Actor, username: str, external_ref: str, display_name: str, email: str, now: datetime
) -> SignOn:
    """Makes an account without role and password for somebody of the provider's. Raises `NotAllowed`, and `Invalid`
    for a name, number or address that is somebody's: nobody's account is taken over.
    """
    require(may_provide_people(actor))
    about: dict[str, Any] = {"external_ref": external_ref, "address": email, "now": now}
    gone = User.objects.filter(username__iexact=username, is_active=False, left_by=actor.ref)
    user = gone.filter(sign_ons__client_id=actor.client_id).exclude(sign_ons__ended_at=None).first()
    if user is None:
        user = make_user(username=username, now=now, display_name=display_name, email=email)
        return _made(user, actor=actor, client_id=actor.client_id, **about)
    row = _made(user, actor=actor, client_id=actor.client_id, **about)  # whom it removed comes back, without a role
    row.user = reactivate_user(actor=actor, user=user, now=now)
    return row


@command
def let_sign_on(*, actor: Actor, user: User, external_ref: str = "", address: str = "", now: datetime) -> SignOn:
    """Lets somebody whose account is there sign in at the provider, too. Raises `NotAllowed`, `ConflictOfInterest` for
    oneself, and `Invalid`.
    """
    require(may_grant_staff_role(actor, user=user))
    if not (external_ref or address):
        raise Invalid.field("/address", "required", _("Say by what the provider names this person."))
    return _made(user, actor=actor, client_id=None, external_ref=external_ref, address=address, now=now)


def _made(user: User, *, actor: Actor, client_id: int | None, external_ref: str, address: str, now: datetime) -> SignOn:
    _require_free(external_ref, address, but=None)
    return SignOn.objects.create(
        user=user, client_id=client_id, external_ref=external_ref, address=address, made_at=now, made_by=actor.ref
    )


def _require_free(external_ref: str, address: str, *, but: int | None) -> None:
    others = SignOn.objects.filter(active()).exclude(pk=but or 0)
    if external_ref and others.filter(external_ref=external_ref).exists():
        raise Invalid.field("/external_ref", "taken", _("Somebody else has this number."))
    if address and others.filter(address__iexact=address).exists():
        raise Invalid.field("/email", "taken", _("Somebody else has this address."))


@command
def change_person(
    *, actor: Actor, row: SignOn, username: str, external_ref: str, display_name: str, email: str, now: datetime
) -> None:
    """Changes what the provider says of a person whom its client provided; whom an administrator entered stays as they
    are. Raises `NotAllowed`, `Invalid`, and `Sealed` for how staff are recognised who have not signed in yet.
    """
    require(may_provide_people(actor))
    user = User.objects.select_for_update(of=("self",)).get(pk=row.user_id)
    stated = (username, external_ref, display_name, email)
    if stated == (user.username, row.external_ref, user.display_name, user.email):
        return
    if row.client_id is None or row.client_id != actor.client_id:
        raise NotAllowed()
    if User.objects.filter(username__iexact=username).exclude(pk=user.pk).exists():
        raise Invalid.field("/username", "taken", _("Choose another user name."))
    _require_free(external_ref, email, but=row.pk)
    before = User.objects.get(pk=user.pk)
    user.username, user.display_name, user.email = username, display_name, email
    user.save(update_fields=["username", "display_name", "email"])
    keep_found(user)
    note_contact(before, actor=actor, now=now)
    row.external_ref, row.address = external_ref, email
    row.save(update_fields=["external_ref", "address"])


@command
def shut_out(*, actor: Actor, row: SignOn, now: datetime) -> None:
    """The person gets in no more, by session, token or password, whatever they hold: what they do is handed over by
    `deactivate_user`, which can fail where nobody can take it. Raises `NotAllowed`.
    """
    require(may_provide_people(actor))
    user = User.objects.select_for_update(of=("self",)).get(pk=row.user_id)
    if not SignOn.objects.filter(pk=row.pk, shut_at=None).update(shut_at=now):
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])
    revoke(user_id=user.pk, now=now)
    note_leaving("shut_out", user, actor=actor, now=now)


@command
def let_person_back(*, actor: Actor, row: SignOn, now: datetime) -> None:
    """Whom the client removed gets in again, without a role; whom it only shut out, as before. Raises `NotAllowed`,
    also for somebody whom an administrator deactivated here.
    """
    require(may_provide_people(actor))
    user = User.objects.select_for_update(of=("self",)).get(pk=row.user_id)
    if user.is_active:
        if SignOn.objects.filter(pk=row.pk, shut_at__isnull=False).update(shut_at=None):
            note_leaving("let_back", user, actor=actor, now=now)
    elif user.left_by != actor.ref:
        raise NotAllowed()
    else:
        reactivate_user(actor=actor, user=user, now=now)


@command
def end_sign_on(*, actor: Actor, row: SignOn, now: datetime) -> None:
    """The person signs in at the provider no more. Raises `NotAllowed`, `ConflictOfInterest` for oneself."""
    if may_provide_people(actor):
        require(may_grant_staff_role(actor, user=row.user))
    SignOn.objects.filter(active(), pk=row.pk).update(ended_at=now, ended_by=actor.ref)


@command
def bind_sign_on(*, row: SignOn, subject: str, now: datetime) -> None:
    """Keeps the provider's own name for the person at their first sign-in. Raises `NotAllowed` where it has another."""
    if not SignOn.objects.filter(active(), pk=row.pk, subject=None).update(subject=subject, bound_at=now):
        raise NotAllowed()
