"""Who somebody is: from a session or a token to the `Actor` that every command asks for."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import ApiClient, ApiToken, Installation, Membership, Party, StaffRole, User
from casework.actor import Actor, ActorKind, Via
from casework.errors import NotFound


def token_digest(plain: str) -> str:
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def actor_of_user(user: User, *, via: Via, session: str = "") -> Actor:
    """The person as they are allowed to act now: live staff roles make them staff, else live memberships a party's person."""
    held = frozenset(StaffRole.objects.filter(user_id=user.pk, ended_at__isnull=True).values_list("role", flat=True))
    if held:
        return Actor(
            kind=ActorKind.STAFF,
            via=via,
            ref=user.ref,
            user_id=user.pk,
            team_id=user.team_id,
            roles=held,
            session=session,
            code=user.officer_code,
        )
    parties = dict(
        Membership.objects.filter(user_id=user.pk, ended_at__isnull=True).values_list("party_id", "role")
    )
    return Actor(kind=ActorKind.PARTY, via=via, ref=user.ref, user_id=user.pk, parties=parties, session=session)


def actor_of_client(client: ApiClient, *, via: Via = Via.API) -> Actor:
    return Actor(kind=ActorKind.CLIENT, via=via, ref=client.ref, client_id=client.pk, scopes=frozenset(client.scopes))


def live_token(plain: str, *, now: datetime) -> ApiToken | None:
    """The token, when it is neither revoked nor expired and its person or client is active."""
    token = (
        ApiToken.objects.select_related("user", "client")
        .filter(digest=token_digest(plain), revoked_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if token is None:
        return None
    owner = token.user or token.client
    return token if owner is not None and owner.is_active else None


def actor_of_token(plain: str, *, via: Via = Via.API, now: datetime) -> Actor | None:
    """The actor behind a live token, None for any other.

    A person's token was got with password and second factor, so it is an interactive session of an app; a client's is not.
    """
    token = live_token(plain, now=now)
    if token is None:
        return None
    if token.user is not None:
        return actor_of_user(token.user, via=via, session=f"token:{token.pk}")
    assert token.client is not None
    return actor_of_client(token.client, via=via)


def parties_by_ref(refs: Iterable[str], *, client_id: int | None) -> dict[str, Party]:
    """The client's own parties, by our ref and by its own number."""
    wanted = set(refs)
    rows = Party.objects.filter(client_id=client_id)
    found = {p.ref: p for p in rows.filter(ref__in=wanted)}
    return found | {p.external_ref: p for p in rows.filter(external_ref__in=wanted)}


def officers_by_code(codes: Iterable[str]) -> dict[str, User]:
    return {u.officer_code: u for u in User.objects.filter(officer_code__in=set(codes) - {""})}


def parties_for(actor: Actor) -> QuerySet[Party]:
    """The parties that this actor may see: a client those it registered, a person their own, compliance and administrators all."""
    rows = Party.objects.prefetch_related("memberships__user").order_by("-created_at", "-id")
    if actor.kind is ActorKind.CLIENT:
        return rows.filter(client_id=actor.client_id) if actor.scopes & {"parties:read", "parties:write"} else rows.none()
    if actor.kind is ActorKind.PARTY:
        return rows.filter(pk__in=list(actor.parties))
    return rows if actor.has_role("compliance", "administrator") else rows.none()


def party_for(actor: Actor, ref: str) -> Party:
    """Raises `NotFound`."""
    party = parties_for(actor).filter(ref=ref).first()
    if party is None:
        raise NotFound()
    return party


def who_holds(party_id: int, roles: Iterable[str]) -> list[str]:
    """The names of the people who hold one of these roles in a party, for a page that says who can press a button."""
    rows = Membership.objects.filter(party_id=party_id, role__in=list(roles), ended_at__isnull=True)
    return [str(m.user) for m in rows.select_related("user")]


def addresses_of(party_id: int) -> list[tuple[str, str]]:
    """(e-mail, language) of everybody who acts for a party and has an address."""
    rows = Membership.objects.filter(party_id=party_id, ended_at__isnull=True).select_related("user")
    return [(m.user.email, m.user.language) for m in rows if m.user.email]


def is_sample_database() -> bool:
    """Whether `manage.py demo` made this database; only there do one-click sign-ins and sample passwords exist."""
    return Installation.objects.filter(is_sample=True).exists()
