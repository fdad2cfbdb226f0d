"""Reads who belongs to a party, whom it authorised to act for it, and for whom somebody acts as an agent."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Invitation, Membership, Party, PartyKind, User
from accounts.policies import in_force, may_authorise
from accounts.roles import AGENTS, CONTACT, OWNER
from casework.actor import Actor
from casework.errors import NotFound, or_not_found

MOST, FORMER_SHOWN = 200, 10
"""So many people or mandates of one party are shown, and so many of those who left it."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A case of a party as its mandates name it: a notice with the appeals against it, or a dispute."""

    key: tuple[str, int]  # as `casework.models.Case.matter`
    ref: str
    text: str
    path: str


def own_party(actor: Actor, ref: str) -> QuerySet[Party]:
    """The party with this ref, if the actor belongs to it: as one of its own people, that is."""
    own = [pk for pk, role in actor.parties.items() if role != CONTACT and role not in AGENTS]
    return Party.objects.filter(pk__in=own, ref=ref)


def address_to_authorise(actor: Actor, party: Party | None, ref: str) -> str:
    """Where this person can authorise somebody in the case of the party with this ref alone; "" where they cannot."""
    if party is None or may_authorise(actor, party) is not None:
        return ""
    return f"{reverse('accounts:agents', args=[party.ref])}?case={ref}#authorise"


def mandates_of(actor: Actor, ref: str, *, now: datetime) -> tuple[Party, list[Invitation]]:
    """A party that the actor belongs to and may authorise somebody for, and its mandates, those in force first.

    Those that nobody took up in time, or that were ended before, are left out. Raises `NotFound` as `members_of`.
    """
    party = or_not_found(own_party(actor, ref).exclude(kind=PartyKind.EXECUTOR).first())
    given = Invitation.objects.filter(party=party, role__in=AGENTS).select_related("membership__user", "document")
    given = given.prefetch_related("cases")
    open_now = Q(membership__isnull=True, revoked_at=None, expires_at__gte=now)
    rows = list(given.filter(Q(membership__isnull=False) | open_now)[:MOST])
    return party, sorted(rows, key=lambda row: row.is_over(now))


def mandate_with_document(actor: Actor, ref: str) -> Invitation:
    """A mandate whose document this actor may see: the party's owners and the agent. Raises `NotFound`."""
    found = Invitation.objects.filter(ref=ref, document__isnull=False).select_related("document", "party", "membership")
    mandate = or_not_found(found.first())
    is_agent = any(each.pk == mandate.membership_id for each in mandates_held(actor))
    is_owner = actor.role_in(mandate.party_id) == OWNER
    if not is_owner and not is_agent:
        raise NotFound()
    return mandate


def mandates_held(actor: Actor) -> list[Membership]:
    """For whom this person acts as an agent, until when, and in which cases."""
    if not actor.is_agent:
        return []
    rows = Membership.objects.filter(in_force(), user_id=actor.person, role__in=AGENTS)
    return list(rows.select_related("party", "invitation").order_by("acts_until", "id"))


def names_of_agents(refs: Iterable[str], party_ids: Iterable[int | None]) -> dict[str, str]:
    """The names of those of these people who are or were agents of one of these parties, and of nobody else."""
    wanted = set(refs)
    if not wanted:
        return {}
    held = Q(memberships__party__in=[pk for pk in party_ids if pk is not None], memberships__role__in=AGENTS)
    return {user.ref: str(user) for user in User.objects.filter(held, ref__in=wanted)}


def people_ever_of(party_ids: Iterable[int | None]) -> QuerySet[User]:
    """Everybody who acts for one of these parties or ever did."""
    return User.objects.filter(memberships__party__in=[pk for pk in party_ids if pk is not None])


def members_of(actor: Actor, ref: str) -> tuple[Party, list[Membership]]:
    """A merchant that the actor belongs to, and everybody who belongs to it or did, those who do first.

    Raises `NotFound` alike for a foreign and a missing party, for one that is no shop, and for its agents.
    """
    party = or_not_found(own_party(actor, ref).filter(kind=PartyKind.MERCHANT).first())
    rows = Membership.objects.filter(party=party).select_related("user").order_by("-ended_at", "id")
    live = list(rows.filter(in_force())[:MOST])
    return party, live + list(rows.filter(ended_at__isnull=False)[:FORMER_SHOWN])


def invitations_of(party: Party, *, now: datetime) -> list[Invitation]:
    """The invitations of colleagues that can be used, the newest first."""
    unused = Invitation.objects.filter(party=party, used_at=None, revoked_at=None, expires_at__gte=now)
    return list(unused.exclude(role__in=AGENTS))


def names_in(party: Party, refs: Iterable[str]) -> dict[str, str]:
    """The names of those of these people who belong or belonged to the party, and of nobody else."""
    people = User.objects.filter(memberships__party=party, ref__in=set(refs))
    return {user.ref: str(user) for user in people}


def addresses_in(kind: str, pks: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """(e-mail, language) of the agents who act in each of these cases alone, by the key of the case."""
    found: dict[int, list[tuple[str, str]]] = {pk: [] for pk in pks}
    held = Membership.objects.filter(in_force(), invitation__cases__case_kind=kind, user__is_active=True)
    wanted = held.filter(invitation__cases__case_id__in=pks).exclude(user__email="").order_by("id")
    for pk, *address in wanted.values_list("invitation__cases__case_id", "user__email", "user__language"):
        found[pk].append((address[0], address[1]))
    return found
