"""The verbs of accounts; the only writers of its tables."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import (
    ApiClient,
    ApiToken,
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
from accounts.policies import may_grant_staff_role, may_provision
from accounts.queries import token_digest
from casework.actor import Actor
from casework.errors import Invalid
from casework.firing import command
from casework.text import is_visually_blank

PERSON_TOKEN_DAYS = 30
CLIENT_TOKEN_DAYS = 365


@command
def create_user(
    *, actor: Actor, username: str, now: datetime, password: str | None = None, display_name: str = "",
    email: str = "", language: str = "zh-hans", officer_code: str = "", team: Team | None = None,
) -> User:
    """The person can sign in once they have a password. Raises `NotAllowed`, and `Invalid` for a taken name."""
    if denial := may_provision(actor):
        raise denial
    if is_visually_blank(username) or User.objects.filter(username=username).exists():
        raise Invalid.field("/username", "taken", _("Choose another user name."))
    user = User(
        username=username,
        display_name=display_name,
        email=email,
        language=language,
        officer_code=officer_code,
        team=team,
        date_joined=now,
    )
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    return user


@command
def create_team(*, actor: Actor, name: str, organisation: str = "", is_external: bool = False) -> Team:
    """The team exists. Raises `NotAllowed`."""
    if denial := may_provision(actor):
        raise denial
    return Team.objects.get_or_create(name=name, defaults={"organisation": organisation, "is_external": is_external})[0]


@command
def create_client(*, actor: Actor, name: str, scopes: Sequence[str]) -> ApiClient:
    """The API client exists with these scopes. Raises `NotAllowed`."""
    if denial := may_grant_staff_role(actor):
        raise denial
    return ApiClient.objects.create(name=name, scopes=sorted(set(scopes)))


@command
def create_party(
    *, actor: Actor, kind: str, name: str, external_ref: str, now: datetime, client: ApiClient | None = None
) -> tuple[Party, bool]:
    """The party exists; returns it and whether it is new. A repeat of the client's own number answers the existing one.

    Raises `NotAllowed`, `Invalid`.
    """
    if denial := may_provision(actor):
        raise denial
    if kind not in PartyKind.values:
        raise Invalid.field("/kind", "unknown", _("Choose one of the listed values."))
    if is_visually_blank(name):
        raise Invalid.field("/name", "required", _("Give the party a name."))
    client_id = client.pk if client is not None else actor.client_id
    return Party.objects.get_or_create(
        client_id=client_id, external_ref=external_ref, defaults={"kind": kind, "name": name, "created_at": now}
    )


@command
def set_party_status(*, actor: Actor, party: Party, status: str) -> Party:
    """The party's standing in trade. Its notices and appeals stay open to it whatever it is. Raises `NotAllowed`, `Invalid`."""
    if denial := may_provision(actor):
        raise denial
    if status not in PartyStatus.values:
        raise Invalid.field("/status", "unknown", _("Choose one of the listed values."))
    party.status = status
    party.save(update_fields=["status"])
    return party


@command
def add_member(*, actor: Actor, party: Party, user: User, role: str, now: datetime) -> Membership:
    """The person acts for the party in this role. Raises `NotAllowed`, `Invalid`."""
    if denial := may_provision(actor):
        raise denial
    if role not in MembershipRole.values:
        raise Invalid.field("/role", "unknown", _("Choose one of the listed values."))
    Membership.objects.filter(user=user, party=party, ended_at__isnull=True).exclude(role=role).update(ended_at=now)
    return Membership.objects.get_or_create(
        user=user, party=party, role=role, ended_at=None, defaults={"started_at": now}
    )[0]


@command
def end_membership(*, actor: Actor, membership: Membership, now: datetime) -> None:
    """The person no longer acts for the party: their next request finds nothing of it. Raises `NotAllowed`."""
    if denial := may_provision(actor):
        raise denial
    Membership.objects.filter(pk=membership.pk, ended_at__isnull=True).update(ended_at=now)


@command
def grant_staff_role(*, actor: Actor, user: User, role: str, now: datetime) -> StaffRole:
    """The person works for the platform in this role and may open the console. Raises `NotAllowed`, `Invalid`."""
    if denial := may_grant_staff_role(actor):
        raise denial
    if role not in StaffRoleName.values:
        raise Invalid.field("/role", "unknown", _("Choose one of the listed values."))
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    return StaffRole.objects.get_or_create(user=user, role=role, ended_at=None, defaults={"granted_at": now})[0]


@command
def revoke_staff_role(*, actor: Actor, user: User, role: str, now: datetime) -> None:
    """The person no longer has this role. Raises `NotAllowed`."""
    if denial := may_grant_staff_role(actor):
        raise denial
    StaffRole.objects.filter(user=user, role=role, ended_at__isnull=True).update(ended_at=now)
    if not StaffRole.objects.filter(user=user, ended_at__isnull=True).exists():
        User.objects.filter(pk=user.pk).update(is_staff=False)


@command
def issue_token(
    *, now: datetime, user: User | None = None, client: ApiClient | None = None, label: str = ""
) -> tuple[str, ApiToken]:
    """A new token and its row; the plain token is never to be seen again.

    The caller has checked the person's password and second factor, or is the console.
    """
    plain = "tok_" + secrets.token_urlsafe(32)
    days = PERSON_TOKEN_DAYS if user is not None else CLIENT_TOKEN_DAYS
    row = ApiToken.objects.create(
        digest=token_digest(plain), user=user, client=client, label=label, created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return plain, row


@command
def revoke_token(*, plain: str, now: datetime) -> bool:
    """The token opens nothing any more; False when it already did not."""
    return ApiToken.objects.filter(digest=token_digest(plain), revoked_at__isnull=True).update(revoked_at=now) == 1


@command
def set_language(*, user: User, language: str) -> None:
    """The person reads this language from now on, whatever their browser asks for."""
    User.objects.filter(pk=user.pk).update(language=language)


@command
def set_large_text(*, user: User, on: bool) -> None:
    """The person sees large text, or no longer."""
    User.objects.filter(pk=user.pk).update(large_text=on)
