"""People, parties, roles, clients and tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.commands.leaving import give_back_as
from accounts.commands.records import note_member
from accounts.commands.tokens import notify_listeners, revoke
from accounts.models import (
    AT_WORK,
    OF_THE_PARTY,
    ApiClient,
    Language,
    Membership,
    MembershipRole,
    Party,
    PartyKind,
    PartyStatus,
    StaffRole,
    StaffRoleName,
    Team,
    User,
)
from accounts.policies import (
    active,
    in_force,
    may_change_own,
    may_grant_staff_role,
    may_name_officers,
    may_provision,
    owned_before,
)
from accounts.roles import SCOPES
from accounts.searching import keep_found
from casework.actor import Actor, ActorKind
from casework.errors import (
    FieldError,
    Invalid,
    NotYourTurn,
    one_of,
    or_not_found,
    require,
    require_text,
)
from casework.external_refs import digests_of
from casework.firing import command
from casework.refs import new_ref
from operations.limits import mobile_number

NAMED_BY_OWNER = _("The party has or had an owner, who invites others. Two people of the platform sign for another.")
ABOUT_A_PERSON = {"display_name", "email", "language", "large_text", *(each.name for each in AT_WORK)}


@command
def create_user(*, actor: Actor, username: str, now: datetime, password: str | None = None, **about: Any) -> User:
    """Creates a person, who can sign in once they have a password; `about` are columns of `ABOUT_A_PERSON`.

    Raises `NotAllowed`, and `Invalid` for a taken name, a taken officer code or a weak password.
    """
    require(may_provision(actor))
    if any(about.get(each.name) for each in AT_WORK) and (denial := may_name_officers(actor)):
        raise denial
    return make_user(username=username, now=now, password=password, **about)


def make_user(*, username: str, now: datetime, password: str | None = None, **about: Any) -> User:
    """The person, for a command that has asked whether one may be made. Raises `Invalid` as `create_user`."""
    if unknown := about.keys() - ABOUT_A_PERSON:
        raise TypeError(f"nothing about a person is called {sorted(unknown)}")
    user = User(username=username, date_joined=now, **about)
    _check_username(username)
    _check_email(user.email)
    _check_choice("/language", user.language, Language.values)
    if user.officer_code and User.objects.filter(officer_code=user.officer_code).exists():
        raise Invalid.field("/officer_code", "taken", _("Another officer has this code."))
    for each in AT_WORK:
        if each.choices and (value := about.get(each.name)):
            _check_choice(f"/{each.name}", value, [code for code, _label in each.flatchoices])
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    user.save()
    keep_found(user)
    return user


@command
def create_team(*, actor: Actor, name: str, organisation: str = "", is_external: bool = False) -> Team:
    """Creates a team. Raises `NotAllowed`."""
    require(may_name_officers(actor))
    team, _is_new = Team.objects.get_or_create(
        name=name, organisation=organisation, defaults={"is_external": is_external}
    )
    return team


@command
def create_client(*, actor: Actor, name: str, scopes: Sequence[str], now: datetime) -> ApiClient:
    """Creates an API client with these scopes. Raises `NotAllowed`, and `Invalid` for a scope that there is not."""
    require(may_name_officers(actor))
    _check_scopes(scopes)
    return ApiClient.objects.create(ref=new_ref("cli_"), name=name, scopes=sorted(set(scopes)), created_at=now)


@command
def create_party(
    *,
    actor: Actor,
    kind: str,
    name: str,
    external_ref: str,
    now: datetime,
    client: ApiClient | None = None,
    language: str = Language.ZH_HANS,
    email: str = "",
    phone: str = "",
    users: Sequence[Mapping[str, Any]] = (),
) -> tuple[Party, bool]:
    """Creates a party with its people, each as `provide_member` takes them, or finds the one with the client's own
    number; returns it and whether it is new.

    Raises `NotAllowed`, `Invalid`, and `ExternalRefMismatch` where the number stands for other content. A password is
    no part of that: somebody known keeps theirs.
    """
    require(may_provision(actor))
    _check_choice("/kind", kind, PartyKind.values)
    _check_email(email)
    number = mobile_of(phone)
    _check_choice("/language", language, Language.values)
    require_text("/name", name, _("Give the party a name."))
    require_text("/external_ref", external_ref, _("Give the number this has in your own system."))
    client_id = actor.client_id if actor.kind is ActorKind.CLIENT else (client.pk if client is not None else None)
    stated = {"kind": kind, "name": name, "language": language, "email": email, "phone": number}
    people = [{name: user[name] for name in user if name != "password"} for user in users]
    content = digests_of({**stated, "users": people})
    party, is_new = Party.objects.get_or_create(
        client_id=client_id,
        external_ref=external_ref,
        defaults={**stated, "content_digests": content, "created_at": now},
    )
    if not is_new:
        party.refuse_other_content(content)
        return party, False
    keep_found(party)
    for index, user in enumerate(users):
        provide_member(actor=actor, party=party, now=now, pointer=f"/users/{index}", **user)
    return party, True


@command
def set_party_status(*, actor: Actor, party: Party, status: str) -> Party:
    """Sets a party's status in trade, which never closes its notices and appeals to it.

    Raises `NotAllowed`, `Invalid`.
    """
    require(may_provision(actor, party=party))
    _check_choice("/status", status, PartyStatus.values)
    party.status = status
    party.save(update_fields=["status"])
    return party


@command
def add_member(*, actor: Actor, party: Party, user: User, role: str, now: datetime) -> Membership:
    """Adds a person to a party in this role, and ends any other role they have in it.

    An agent is authorised by the party alone (`authorise_agent`). The owners that there are or were learn of it. Raises
    `NotAllowed`, `Invalid`, `ConflictOfInterest` for somebody who works for the platform, and `NotYourTurn` for who
    could withdraw, settle or pay for a party that has or had another owner: but for those who are named when it is
    made, and an executor's own.
    """
    require(may_provision(actor, party=party))
    _check_choice("/role", role, [code for code, _label in OF_THE_PARTY])
    is_named_later = party.created_at != now
    binds = role != MembershipRole.STAFF and party.kind != PartyKind.EXECUTOR
    if is_named_later and binds and owned_before(party).exclude(user=user).exists():
        raise NotYourTurn(NAMED_BY_OWNER)
    for other in Membership.objects.filter(active(), user=user, party=party).exclude(role=role):
        end(other, actor=actor, now=now)
    membership, is_new = Membership.objects.get_or_create(
        user=user, party=party, role=role, ended_at=None, defaults={"started_at": now, "granted_by": actor.ref}
    )
    if is_named_later and is_new:
        note_member("add_member", membership, actor=actor, now=now)
    return membership


def end(membership: Membership, *, actor: Actor, now: datetime) -> bool:
    """Ends a membership, from the person's next request on; whether it was live."""
    ended = Membership.objects.filter(active(), pk=membership.pk).update(ended_at=now, ended_by=actor.ref)
    if ended:
        note_member("end_member", membership, actor=actor, now=now)
        transaction.on_commit(notify_listeners)
    return ended == 1


def make_owner(*, party_ref: str, user_ref: str, granted_by: str, now: datetime) -> Membership:
    """A member of the party is an owner, and in no other role any more. Whoever calls has two signatures.

    Raises `NotFound` where the person does not act for the party any more.
    """
    held = Membership.objects.filter(active(), party__ref=party_ref, user__ref=user_ref).first()
    held = or_not_found(held)
    Membership.objects.filter(pk=held.pk).update(ended_at=now, ended_by=granted_by)
    return Membership.objects.create(
        user_id=held.user_id, party_id=held.party_id, role=MembershipRole.OWNER, started_at=now, granted_by=granted_by
    )


@command
def provide_member(
    *,
    actor: Actor,
    party: Party,
    username: str,
    role: str,
    now: datetime,
    password: str | None = None,
    display_name: str = "",
    email: str = "",
    language: str = Language.ZH_HANS,
    pointer: str = "",
) -> Membership:
    """Adds a person to a party, creating the account of somebody new; somebody known keeps password and name.

    A back end can only name people whom it has provided itself. `pointer` is where errors stand in a larger body.
    Raises as `create_user` and `add_member`, and `Invalid` for somebody new with neither password nor address.
    """
    require(may_provision(actor, party=party))
    try:
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            user = create_user(
                actor=actor,
                username=username,
                now=now,
                password=password,
                display_name=display_name,
                email=email,
                language=language,
            )
            if password is None and not email:  # asked last: a name that cannot be is said first, as ever
                text = _("Give a password, or an e-mail address to set one by: without them nobody can sign in.")
                raise Invalid.field("/password", "required", text)
        elif actor.kind is ActorKind.CLIENT and not user.memberships.filter(party__client_id=actor.client_id).exists():
            raise Invalid.field("/username", "taken", _("Choose another user name."))
        return add_member(actor=actor, party=party, user=user, role=role, now=now)
    except Invalid as error:
        raise Invalid(errors=[replace(one, pointer=pointer + one.pointer) for one in error.errors]) from None


@command
def end_membership(*, actor: Actor, membership: Membership, now: datetime) -> None:
    """Ends a membership: the person's next request, by session or by token, finds nothing of the party.

    When nothing else is left to them, their tokens are revoked, so that a later membership does not revive them.
    Raises `NotAllowed`.
    """
    require(may_provision(actor, party=membership.party))
    end(membership, actor=actor, now=now)
    revoke_if_nothing_is_left(membership.user_id, now=now)


@command
def grant_staff_role(*, actor: Actor, user: User, role: str, now: datetime) -> StaffRole:
    """Grants a person a role on the platform, with which they may open the console.

    Raises `NotAllowed`, `Invalid`, and `ConflictOfInterest` for oneself and for somebody who acts for a party.
    """
    require(may_grant_staff_role(actor, user=user))
    _check_choice("/role", role, StaffRoleName.values)
    end_mandates_over(user.pk, now=now)
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    granted, _is_new = StaffRole.objects.get_or_create(
        user=user, role=role, ended_at=None, defaults={"granted_at": now, "granted_by": actor.ref}
    )
    return granted


@command
def revoke_staff_role(*, actor: Actor, user: User, role: str, now: datetime) -> None:
    """Revokes a staff role, from the person's next request on; what they held in it is given back.

    Raises `NotAllowed`, `ConflictOfInterest`, and `Invalid` where something can be given to nobody.
    """
    require(may_grant_staff_role(actor, user=user))
    StaffRole.objects.filter(active(), user=user, role=role).update(ended_at=now, ended_by=actor.ref)
    transaction.on_commit(notify_listeners)
    give_back_as(role, user, actor=actor, now=now)
    if not StaffRole.objects.filter(active(), user=user).exists():
        User.objects.filter(pk=user.pk, is_superuser=False).update(is_staff=False)
    revoke_if_nothing_is_left(user.pk, now=now)


@command
def set_language(*, actor: Actor, user: User, language: str) -> None:
    """Sets the language that a person reads, whatever their browser asks for. Raises `NotAllowed`, `Invalid`."""
    require(may_change_own(actor, user=user))
    _check_choice("/language", language, Language.values)
    User.objects.filter(pk=user.pk).update(language=language)


@command
def set_large_text(*, actor: Actor, user: User, on: bool) -> None:
    """Sets whether a person sees large text. Raises `NotAllowed`."""
    require(may_change_own(actor, user=user))
    User.objects.filter(pk=user.pk).update(large_text=on)


def _check_username(username: str) -> None:
    require_text("/username", username, _("Choose a user name."))
    try:
        User._meta.get_field("username").run_validators(username)
    except ValidationError as error:
        raise Invalid(errors=[FieldError("/username", "invalid", m) for m in error.messages]) from None
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid.field("/username", "taken", _("Choose another user name."))


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors = [
            FieldError("/password", (one.code or "invalid").replace("_", "-"), " ".join(one.messages))
            for one in error.error_list
        ]
        raise Invalid(errors=errors) from None


def _check_email(email: str) -> None:
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise Invalid.field("/email", "invalid", _("This is not an e-mail address.")) from None


def mobile_of(phone: str) -> str:
    """The number as it is dialled from anywhere. Raises `Invalid` for what is none."""
    if phone and not (number := mobile_number(phone)):
        raise Invalid.field("/phone", "invalid", _("This is no mobile number."))
    return number if phone else ""


def _check_choice(pointer: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise Invalid.field(pointer, "unknown", one_of(choices))


def _check_scopes(scopes: Sequence[str]) -> None:
    for index, scope in enumerate(scopes):
        _check_choice(f"/scopes/{index}", scope, SCOPES)


def end_mandates_over(user_id: int, *, now: datetime) -> None:
    """Ends the memberships of a person whose mandates have run out, so that they can be something else from now on."""
    over = Membership.objects.filter(active(), user_id=user_id, acts_until__lte=now)
    over.update(ended_at=F("acts_until"), ended_by="system:mandate")


def revoke_if_nothing_is_left(user_id: int, *, now: datetime) -> None:
    if Membership.objects.filter(in_force(), user_id=user_id).exists():
        return
    if StaffRole.objects.filter(active(), user_id=user_id).exists():
        return
    if User.objects.filter(pk=user_id, is_superuser=True).exists():
        return
    revoke(user_id=user_id, now=now)
