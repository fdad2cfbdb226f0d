"""Resolves a session or a token to the `Actor` that every command asks for; and reads parties.

An actor is made of rows that are live at this moment, so whatever has ended stops working with the next request.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.sessions.models import Session
from django.db.models import BigIntegerField, CharField, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast

from accounts.contacts import ACCESS, contacts_of_record, is_still_of_record
from accounts.devices import second_factor_in, session_name
from accounts.mandates import addresses_in
from accounts.models import (
    AT_WORK,
    TOKEN_PREFIX,
    AccessLink,
    ApiClient,
    ApiToken,
    Device,
    Installation,
    Membership,
    Party,
    StaffRole,
    StaffRoleName,
    User,
    token_digest,
)
from accounts.policies import acting, acting_in, active, in_force, readable_parties, staff_need_second_factor
from accounts.roles import ADMINISTRATOR, AGENTS, CONTACT
from accounts.signing import ref_of
from casework.actor import Actor, ActorKind, Via
from casework.compiled import compiled
from casework.errors import NotAllowed, NotSignedIn, or_not_found

MAX_TOKEN = 200

type Grant = tuple[str, int | None, str, int | None]
"""A role, the party in which it is held (None of staff), and the kind and key of the one case in which it is."""


def actor_of_user(user: User | AbstractBaseUser | AnonymousUser, *, via: Via, session: str = "") -> Actor:
    """The person as they may act now: live staff roles make them staff, else they act for their live parties.

    Raises `NotSignedIn` for nobody and for somebody deactivated.
    """
    if not isinstance(user, User) or not user.is_active:
        raise NotSignedIn()
    return _actor(user, _roles_of(user.pk), via=via, session=session)


def _actor(user: User, rows: Iterable[Grant], *, via: Via, session: str) -> Actor:
    """The person with these grants, all of them live."""
    rows = list(rows)
    roles = {role for role, party_id, _kind, _pk in rows if party_id is None}
    if user.is_superuser:
        roles.add(ADMINISTRATOR)
    is_staff = bool(roles)
    held = [] if is_staff else [(role, party_id, kind, pk) for role, party_id, kind, pk in rows if party_id is not None]
    parties = {party_id: role for role, party_id, _kind, pk in held if pk is None}
    return Actor(
        kind=ActorKind.STAFF if is_staff else ActorKind.PARTY,
        via=via,
        ref=user.ref,
        user_id=user.pk,
        parties=parties,
        mandates=frozenset(pk for pk, role in parties.items() if role in AGENTS),
        cases={(kind, pk, party_id): role for role, party_id, kind, pk in held if pk is not None},
        roles=frozenset(roles),
        session=session,
        at_work={attribute.attname: getattr(user, attribute.attname) for attribute in AT_WORK},
    )


def live_staff_roles(user: User) -> frozenset[str]:
    """The person's staff roles at this moment."""
    return frozenset(StaffRole.objects.filter(active(), user_id=user.pk).values_list("role", flat=True))


def actor_of_session(user: User | AbstractBaseUser | AnonymousUser, session: Any, *, via: Via) -> Actor | None:
    """Returns the person behind a browser or app session; None when they have no role left to act in.

    Staff whose session has not seen a second factor, where one is required, come without their roles: they can do
    nothing but enrol and give it.
    """
    actor = actor_of_user(user, via=via, session=session_name(session.session_key or ""))
    if not actor.acts:
        return None
    if actor.kind is ActorKind.STAFF and not second_factor_in(session, user) and second_factor_is_required():
        return Actor(kind=ActorKind.STAFF, via=via, ref=actor.ref, user_id=actor.user_id)
    return actor


def second_factor_is_required() -> bool:
    """Whether staff need one here."""
    return staff_need_second_factor(is_sample=False) and staff_need_second_factor(is_sample=is_sample_database())


def actor_of_client(client: ApiClient, *, via: Via = Via.API) -> Actor:
    """The back end, with its scopes and without a session: it cannot make a decision that calls itself human."""
    return Actor(kind=ActorKind.CLIENT, via=via, ref=client.ref, client_id=client.pk, scopes=frozenset(client.scopes))


def live_token(plain: str, *, now: datetime) -> ApiToken | None:
    """The token, unless it is revoked, expired, of somebody inactive, or older than the person's password."""
    if not plain.startswith(TOKEN_PREFIX) or len(plain) > MAX_TOKEN:
        return None
    token = next(iter(_live_tokens(token_digest(plain), now)), None)
    if token is None:
        return None
    if token.user is not None:
        return token if token.user.is_active and _is_of_password(token, token.user) else None
    return token if token.client is not None and token.client.is_active else None


@compiled
def _live_tokens(digest: str, now: datetime) -> QuerySet[ApiToken]:
    rows = ApiToken.objects.select_related("user", "client")
    return rows.filter(digest=digest, revoked_at__isnull=True, expires_at__gt=now)


def principal_of_token(plain: str, *, via: Via, now: datetime) -> tuple[Actor, User | None, ApiToken] | None:
    """Returns the actor of a live token, when it is a person their row, and its own; None when it is not valid."""
    token = live_token(plain, now=now)
    if token is None:
        return None
    if token.client is not None:
        actor = actor_of_client(token.client, via=via)
        only = None if token.scopes is None else tuple(token.scopes)
        return replace(actor, scopes=frozenset(token.allowed), only=only), None, token
    actor = actor_of_user(token.user or AnonymousUser(), via=via, session=f"tok:{token.pk}")
    if not actor.acts:
        return None
    if actor.kind is ActorKind.STAFF and not token.second_factor and second_factor_is_required():
        return None
    return actor, token.user, token


@dataclass(frozen=True, slots=True)
class Credential:
    """What a socket was opened with: a session or a token. The socket stays open for as long as that one is valid."""

    session_key: str = ""
    token_id: int | None = None


def actors_of_credentials(credentials: Iterable[Credential], *, via: Via, now: datetime) -> dict[Credential, Actor]:
    """The actor of each credential at this moment, for all of them in a handful of queries.

    One that is not valid any more (session over, token revoked or expired, person inactive, password changed) is
    missing. Somebody who has nothing left to act by is there, and may do nothing.
    """
    opened = dict(_valid(list(credentials), now=now))
    people = {user.pk for user, _session, _has_shown in opened.values()}
    grants_of: dict[int, list[Grant]] = {pk: [] for pk in people}
    for user_id, *grant in _grants(Q(user_id__in=people), "user_id"):
        grants_of[user_id].append(tuple(grant))
    needs_second = second_factor_is_required()
    actors = {}
    for credential, (user, session, has_shown) in opened.items():
        actor = _actor(user, grants_of[user.pk], via=via, session=session)
        if actor.kind is ActorKind.STAFF and needs_second and not has_shown:
            actor = Actor(kind=ActorKind.STAFF, via=via, ref=actor.ref, user_id=actor.user_id)
        actors[credential] = actor
    return actors


def _valid(credentials: Sequence[Credential], *, now: datetime) -> Iterator[tuple[Credential, tuple[User, str, bool]]]:
    """Each valid credential with its person, the name of their session, and whether it saw a second factor."""
    keys = [credential.session_key for credential in credentials if credential.session_key]
    sessions = {
        row.session_key: row.get_decoded() for row in Session.objects.filter(session_key__in=keys, expire_date__gt=now)
    }
    ids = [data[SESSION_KEY] for data in sessions.values() if str(data.get(SESSION_KEY, "")).isdecimal()]
    users = User.objects.in_bulk([int(pk) for pk in ids])
    tokens = ApiToken.objects.select_related("user").in_bulk(
        [credential.token_id for credential in credentials if credential.token_id is not None]
    )
    for credential in credentials:
        if credential.session_key:
            data = sessions.get(credential.session_key, {})
            user = users.get(int(data.get(SESSION_KEY, 0)))
            if user is not None and user.is_active and _is_of_this_password(data.get(HASH_SESSION_KEY, ""), user):
                yield credential, (user, session_name(credential.session_key), second_factor_in(data, user))
        elif credential.token_id is not None:
            token = tokens.get(credential.token_id)
            if token is None or token.user is None or token.revoked_at is not None or token.expires_at <= now:
                continue
            if token.user.is_active and _is_of_this_password(token.password_mark, token.user):
                yield credential, (token.user, f"tok:{token.pk}", token.second_factor)


def devices_woken(user_id: int, *, now: datetime) -> list[Device]:
    """The devices on which this person is still signed in and asked to be woken, the newest first."""
    rows = Device.objects.filter(user_id=user_id).exclude(push_kind="").order_by("-push_at", "-pk")
    opened = {row: Credential(row.session_key, row.token_id) for row in rows}
    valid = dict(_valid(list(opened.values()), now=now))
    return [row for row, credential in opened.items() if credential in valid]


def parties_by_ref(refs: Iterable[str], *, client_id: int | None) -> dict[str, Party]:
    """The client's own parties, by our ref and by its own number."""
    wanted = set(refs) - {""}
    rows = _parties_named(wanted, client_id) if wanted else []
    found = {p.external_ref: p for p in rows} | {p.ref: p for p in rows}
    return {name: p for name, p in found.items() if name in wanted}


@compiled
def _parties_named(names: Collection[str], client_id: int | None) -> QuerySet[Party]:
    is_named = Q(ref__in=names) | (Q(external_ref__in=names) & ~Q(external_ref=""))  # as its index is declared
    return Party.objects.filter(is_named, client_id=client_id)


def parties_for(actor: Actor) -> QuerySet[Party]:
    """The parties that this actor may see, each with its live members; to an agent those are they alone."""
    members = ~Q(party_id__in=actor.mandates) | Q(user_id=actor.user_id) if actor.mandates else Q()
    live = Membership.objects.filter(in_force(), members).select_related("user").order_by("id")
    return Party.objects.filter(readable_parties(actor)).prefetch_related(
        Prefetch("memberships", queryset=live, to_attr="live_members")
    )


def party_for(actor: Actor, ref: str) -> Party:
    """Raises `NotFound`, also for a party that is not theirs."""
    return or_not_found(parties_for(actor).filter(ref=ref).first())


def member_for(actor: Actor, party_ref: str, user_ref: str) -> Membership:
    """The live membership of one person in one party. Raises `NotFound`."""
    party = party_for(actor, party_ref)
    return or_not_found(
        Membership.objects.filter(active(), party=party, user__ref=user_ref).select_related("party").first()
    )


def person_behind(user: Any) -> User:
    """The person who asks. Raises `NotAllowed` for a client: it is nobody."""
    if not isinstance(user, User):
        raise NotAllowed()
    return user


def client_name(actor: Actor) -> str:
    return ApiClient.objects.values_list("name", flat=True).get(ref=actor.ref)


def parties_of(actor: Actor) -> list[tuple[Party, str]]:
    """What a person acts for, with the role in it."""
    rows = Party.objects.filter(pk__in=list(actor.parties)).order_by("name", "id")
    return [(party, actor.parties[party.pk]) for party in rows]


def roles_shown(actor: Actor) -> list[str]:
    """The names of a member of staff's roles, in the reader's language."""
    return [str(name.label) for name in StaffRoleName if name.value in actor.roles]


def who_holds(party_id: int, roles: Iterable[str]) -> list[str]:
    """The names of the people who hold one of these roles in a party, for a page that says who can press a button."""
    return [str(user) for user in people_of(party_id, roles)]


def addresses_of(party_id: int, matter: tuple[str, int] | None = None) -> list[tuple[str, str]]:
    """(e-mail, language) of everybody who acts for a party, with the `matter` of a case in it, and has an address.

    Where that is nobody or agents alone, the party's own contact of record is among them.
    """
    found = addresses_by_party([party_id])[party_id]
    return found if matter is None else found + addresses_in(matter[0], [matter[1]])[matter[1]]


def addresses_by_party(party_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """`addresses_of` each of these parties."""
    found: dict[int, list[tuple[str, str]]] = {pk: [] for pk in party_ids}
    rows = Membership.objects.filter(acting(), party_id__in=list(found), user__is_active=True)
    reached: set[int] = set()
    wanted = rows.exclude(user__email="").order_by("id")
    for party_id, role, *address in wanted.values_list("party_id", "role", "user__email", "user__language"):
        found[party_id].append((address[0], address[1]))
        if role not in AGENTS:
            reached.add(party_id)
    unreached = [pk for pk in found if pk not in reached]
    for party in Party.objects.filter(pk__in=unreached):  # a message about a closed account reaches whom it is about
        found[party.pk] += [each for each in contacts_of_record(party) if each not in found[party.pk]]
    return found


def open_link(ref: str, *, now: datetime) -> AccessLink | None:
    """The link that was used and opens something now: what it was sent to is still the party's contact of record."""
    used = AccessLink.objects.filter(ref=ref, used_at__isnull=False, revoked_at=None, open_until__gte=now)
    link = used.select_related("party__contact").first()
    return link if link is not None and is_still_of_record(link) else None


def is_usable(text: str, *, now: datetime) -> bool:
    """Whether this is a link of ours that was neither used nor ended and has not expired."""
    ref = ref_of(text, purpose=ACCESS)
    unused = AccessLink.objects.filter(ref=ref, used_at=None, revoked_at=None, expires_at__gte=now)
    return bool(ref) and unused.exists()


def actor_of_link(link: AccessLink) -> Actor:
    """Whoever holds the link, for this one party; given to the pages of its cases alone (`web.middleware`)."""
    holder = link.party.contact
    session = session_name(link.ref)
    parties = {link.party_id: CONTACT}
    return Actor(ActorKind.PARTY, Via.WEB, ref=holder.ref, user_id=holder.pk, parties=parties, session=session)


def people_acting_for(kinds: Iterable[str], *, after: int = 0, most: int) -> list[User]:
    """The next active people, by key, who act for a party of one of these kinds; `most` of them."""
    acts = Membership.objects.filter(acting(), user=OuterRef("pk"), party__kind__in=list(kinds))
    return list(User.objects.filter(Exists(acts), pk__gt=after, is_active=True).order_by("pk")[:most])


def people_of(
    party_id: int, roles: Iterable[str] | None = None, *, matter: tuple[str, int] | None = None
) -> list[User]:
    """Everybody active who acts for a party, with `matter` in that case; with `roles`, who does so in one of them."""
    held = acting() if matter is None else acting_in(matter)
    held &= Q() if roles is None else Q(role__in=list(roles))
    rows = Membership.objects.filter(held, party_id=party_id, user__is_active=True)
    return [m.user for m in rows.select_related("user").order_by("id")]


def people_in(*roles: str) -> list[User]:
    """Everybody active who holds one of these staff roles."""
    rows = StaffRole.objects.filter(active(), role__in=roles, user__is_active=True).select_related("user")
    return list({r.user_id: r.user for r in rows.order_by("id")}.values())


def is_sample_database() -> bool:
    """Whether `manage.py demo` made this database; only there do one-click sign-ins and sample passwords exist."""
    return Installation.objects.filter(is_sample=True).exists()


def is_sandbox_database() -> bool:
    """Whether `manage.py sandbox` made this database, in which nothing is real."""
    return Installation.objects.filter(is_sandbox=True).exists()


def clock_of_sandbox() -> Installation | None:
    """The row that says where the clock of this sandbox stands; None in every other database."""
    return Installation.objects.filter(is_sandbox=True).first()


def clock_ahead() -> timedelta:
    """How far the clock of this sandbox is ahead of the wall clock; not at all in every other database."""
    row = clock_of_sandbox()
    return timedelta() if row is None else row.clock_ahead


@compiled
def _roles_of(user_id: int) -> QuerySet[Any, Grant]:
    return _grants(Q(user_id=user_id))


def _grants(whose: Q, *before: str) -> QuerySet[Any, Any]:
    """Returns a `Grant` of every staff role, membership and named case that is in force, in one query."""
    nothing, no_kind = Cast(Value(None), BigIntegerField()), Cast(Value(""), CharField())
    roles = StaffRole.objects.filter(active(), whose).order_by().values_list(*before, "role", nothing, no_kind, nothing)
    members = Membership.objects.filter(acting(), whose).order_by()
    named = Membership.objects.filter(in_force(), whose, cases_named__gt=0, invitation__cases__isnull=False).order_by()
    case = ("invitation__cases__case_kind", "invitation__cases__case_id")
    return roles.union(
        members.values_list(*before, "role", "party_id", no_kind, nothing),
        named.values_list(*before, "role", "party_id", *case),
        all=True,
    ).order_by()


def _is_of_password(token: ApiToken, user: User) -> bool:
    return _is_of_this_password(token.password_mark, user)


def _is_of_this_password(mark: str, user: User) -> bool:
    marks = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(secrets.compare_digest(mark, one) for one in marks)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a member did in a case of the party, as the ledger has it."""

    at: datetime
    who: str  # the ref of the person
    text: str
    number: str
    path: str
