"""What an owner does about who belongs to the party and who acts for it, and how somebody who was invited joins it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.commands.people import (
    end,
    end_mandates_over,
    make_user,
    revoke_if_nothing_is_left,
)
from accounts.commands.records import note_member
from accounts.contacts import invitation_address, open_invitation
from accounts.mail import send_text
from accounts.models import MANDATE_FOR, OF_THE_PARTY, Invitation, MandateCase, Membership, Party, User
from accounts.policies import active, in_force, may_authorise, may_manage_members
from accounts.roles import AGENT, AGENTS, OWNER, SPECIAL_AGENT
from casework.actor import Actor, ActorKind, Via
from casework.errors import Invalid, NotFound, NotYourTurn, TooManyRequests, one_of, or_not_found, require
from casework.firing import command
from casework.formats import moment_text
from casework.refs import new_ref
from files.attachments import seal

USABLE_FOR = timedelta(days=7)
OPEN_AT_ONCE = 20
"""Invitations of one party that are open at once."""


@command
def invite_member(*, actor: Actor, party: Party, role: str, now: datetime, address: str = "") -> Invitation:
    """Offers a role in the party to whoever uses the link first, within seven days; mailed where there is an address.

    Raises `NotAllowed`, `Invalid`, `TooManyRequests`.
    """
    require(may_manage_members(actor, party))
    if role not in dict(OF_THE_PARTY):
        raise Invalid.field("/role", "unknown", one_of(dict(OF_THE_PARTY)))
    return _invite(actor=actor, party=party, role=role, now=now, address=address)


@command
def authorise_agent(
    *,
    actor: Actor,
    party: Party,
    special: bool,
    until: datetime,
    now: datetime,
    address: str = "",
    file: BinaryIO | None = None,
    name: str = "",
    cases: Collection[tuple[str, int]] = (),
) -> Invitation:
    """Offers a mandate to whoever uses the link first: to act for the party until a time within a year, with the
    signed power of attorney where there is one (民法典 161, 165).

    With `cases`, each the `matter` of a case of the party, they act in these alone, else in all. With `special`
    authority also to admit, give up, settle and pay (民事诉讼法 62). Raises as `invite_member`, `FileRefused` or
    `TooLarge` for a document that cannot be kept, and `NotAllowed` for a case of somebody else.
    """
    require(may_authorise(actor, party))
    if not now < until <= now + MANDATE_FOR:
        raise Invalid.field("/until", "invalid", gettext_lazy("Choose a day within the next 365 days."))
    role = SPECIAL_AGENT if special else AGENT
    document = None if file is None else seal(file, name=name, actor=actor, now=now)
    named = sorted(set(cases))
    mandate = {"acts_until": until, "document": document, "cases_named": len(named)}
    invitation = _invite(actor=actor, party=party, role=role, now=now, address=address, **mandate)
    MandateCase.objects.bulk_create(MandateCase(invitation=invitation, case_kind=k, case_id=pk) for k, pk in named)
    return invitation


def _invite(*, actor: Actor, party: Party, role: str, now: datetime, address: str, **mandate: Any) -> Invitation:
    typed = address.strip()
    try:
        if typed:
            validate_email(typed)
    except ValidationError:
        raise Invalid.field("/email", "invalid", gettext_lazy("This is not an e-mail address.")) from None
    unused = Invitation.objects.filter(party=party, used_at=None, revoked_at=None, expires_at__gte=now)
    if unused.count() >= OPEN_AT_ONCE:
        raise TooManyRequests(gettext_lazy("Many invitations are open. End some of them first."))
    invitation = Invitation.objects.create(
        ref=new_ref("inv_"),
        party=party,
        role=role,
        sent_to=typed,
        invited_by_id=actor.person,
        created_at=now,
        expires_at=now + USABLE_FOR,
        **mandate,
    )
    if typed:
        body = _("%(party)s invites you as: %(role)s.\n\nJoin here: %(link)s\n\nIt works once, until %(until)s.") % {
            "party": party.name,
            "role": invitation.get_role_display(),
            "link": invitation_address(invitation),
            "until": moment_text(invitation.expires_at, "zone"),
        }
        subject = _("You are invited to %(site)s") % {"site": settings.SITE_NAME or _("Appeals centre")}
        transaction.on_commit(lambda: send_text(typed, subject=subject, body=body), robust=True)
    return invitation


@command
def end_invitation(*, actor: Actor, party: Party, ref: str, now: datetime) -> None:
    """The invitation or mandate that nobody took up opens nothing any more. Raises `NotAllowed`, `NotFound`."""
    require(may_authorise(actor, party))
    unused = Invitation.objects.filter(party=party, ref=ref, used_at=None, revoked_at=None)
    if not unused.update(revoked_at=now, revoked_by=actor.ref):
        raise NotFound()


@command
def join_party(*, signed: str, user: User, now: datetime) -> Membership:
    """The person acts for the party in the role that was offered, an agent until its end, and the invitation is used
    up.

    Raises `NotFound` alike for one that was used, ended, expired or never made, `ConflictOfInterest` for staff of the
    platform, and `NotYourTurn` for somebody who belongs to the party already.
    """
    invitation = or_not_found(open_invitation(signed, now=now))
    end_mandates_over(user.pk, now=now)
    if Membership.objects.filter(active(), user=user, party_id=invitation.party_id).exists():
        raise NotYourTurn(gettext_lazy("You act for this party already. An owner can change your role."))
    membership = Membership.objects.create(
        user=user,
        party_id=invitation.party_id,
        role=invitation.role,
        started_at=now,
        acts_until=invitation.acts_until,
        cases_named=invitation.cases_named,
        granted_by=invitation.invited_by.ref,
    )
    unused = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
    if unused.update(used_at=now, membership=membership) != 1:  # of two at once, one joins
        raise NotFound()
    joining = Actor(kind=ActorKind.PARTY, via=Via.WEB, ref=user.ref, user_id=user.pk)
    note_member("add_member", membership, actor=joining, now=now)
    return membership


@command
def join_as_new(
    *, signed: str, username: str, password: str, display_name: str, language: str, now: datetime
) -> Membership:
    """Somebody without an account makes one and joins. Raises as `join_party`, and `Invalid` as `create_user`."""
    or_not_found(open_invitation(signed, now=now))
    user = make_user(username=username, password=password, display_name=display_name, language=language, now=now)
    return join_party(signed=signed, user=user, now=now)


@command
def change_role(*, actor: Actor, party: Party, user_ref: str, role: str, now: datetime) -> Membership:
    """The colleague acts in this role from now on. Raises `NotAllowed`, `NotFound`, `Invalid`, and `NotYourTurn` where
    nobody would be owner any more.
    """
    membership = _member(actor, party, user_ref)
    if membership.role in AGENTS or role not in dict(OF_THE_PARTY):
        raise Invalid.field("/role", "unknown", one_of(dict(OF_THE_PARTY)))
    if membership.role == role:
        return membership
    _require_other_owner(membership)
    _end(membership, actor=actor, now=now)
    changed = Membership.objects.create(
        user_id=membership.user_id, party=party, role=role, started_at=now, granted_by=actor.ref
    )
    note_member("add_member", changed, actor=actor, now=now)
    return changed


@command
def remove_member(*, actor: Actor, party: Party, user_ref: str, now: datetime) -> None:
    """The colleague or agent acts for the party no more, from their next request on. Raises as `change_role`."""
    membership = _member(actor, party, user_ref)
    _require_other_owner(membership)
    _end(membership, actor=actor, now=now)
    revoke_if_nothing_is_left(membership.user_id, now=now)


@command
def give_up_mandate(*, actor: Actor, party_ref: str, now: datetime) -> None:
    """The agent acts for the party no more (民法典 173: 代理人辞去委托). Raises `NotFound`."""
    held = Membership.objects.filter(active(), user_id=actor.person, party__ref=party_ref, role__in=AGENTS)
    _end(or_not_found(held.first()), actor=actor, now=now)
    revoke_if_nothing_is_left(actor.person, now=now)


def _member(actor: Actor, party: Party, user_ref: str) -> Membership:
    require(may_authorise(actor, party))
    membership = or_not_found(Membership.objects.filter(in_force(), party=party, user__ref=user_ref).first())
    if membership.role not in AGENTS:
        require(may_manage_members(actor, party))
    return membership


def _require_other_owner(membership: Membership) -> None:
    others = Membership.objects.filter(active(), party_id=membership.party_id, role=OWNER).exclude(pk=membership.pk)
    if membership.role == OWNER and not others.exists():
        raise NotYourTurn(gettext_lazy("A party keeps one owner. Make somebody else owner first."))


def _end(membership: Membership, *, actor: Actor, now: datetime) -> None:
    if not end(membership, actor=actor, now=now):
        raise NotFound()  # another owner ended it meanwhile: nobody comes back by a change of their role
