"""Proposes seats, opens one case at a time to them, ends them, and records each look."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.commands import grant_staff_role, revoke_staff_role
from accounts.commands.people import make_user
from accounts.models import User
from accounts.policies import active
from accounts.roles import AUTHORITY
from authorities.machine import MatterState, SeatState
from authorities.models import Matter, Page, Seat
from authorities.policies import may_propose_seat, may_see_to, visible_to
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import Invalid, NotAllowed, NotYourTurn, require, require_text
from casework.firing import DeadlineSpec, command, fire, locked, open_case
from casework.ledger import case_models
from casework.models import Case
from rules.commands.changes import CATALOGUES, Catalogue, propose
from rules.models import CatalogueChange, Subject

WORKER = Actor.system("authorities")
LONGEST = timedelta(days=366)
READABLE = ("notice", "appeal", "dispute")
"""Kinds of case that can be opened to a seat."""


@command
def propose_seat(*, actor: Actor, username: str, until: datetime, now: datetime, **about: str) -> CatalogueChange:
    """Somebody of an authority reads until then, once another person has signed it; `about` are name, office, basis
    and purpose.

    Raises `NotAllowed`, `NotYourTurn` while another proposal for the person waits, and `Invalid` for an end that is
    past or more than a year away, and for somebody who has another role.
    """
    require(may_propose_seat(actor))
    if not now < until <= now + LONGEST:
        raise Invalid.field("/until", "invalid", _("It ends later than now, and within a year."))
    said = {"username": username, **about, "until": until.isoformat()}
    return propose(actor=actor, subject=Subject.SEAT, key=username, said=said, reason=about["purpose"], now=now)


def _check(said: Mapping[str, Any]) -> None:
    """Raises `Invalid` where the person acts for a party, works for the platform, or has a seat already."""
    user = User.objects.filter(username=said["username"]).first()
    if user is not None and (
        not user.is_active
        or user.is_superuser
        or user.memberships.filter(active()).exists()
        or user.staff_roles.filter(active()).exists()
    ):
        raise Invalid.field("/username", "taken", _("This person has a role already, or has left."))


def _store(change: CatalogueChange, now: datetime) -> None:
    said = change.said
    until = datetime.fromisoformat(said["until"])
    if until <= now:
        raise NotYourTurn(_("Its time is over before it was signed. Refuse it and propose it anew."))
    user = User.objects.filter(username=said["username"]).first()
    user = user or make_user(username=said["username"], display_name=said["name"], now=now)
    told = {name: said[name] for name in ("name", "office", "basis", "purpose")}
    seat = Seat(user=user, change=change, until=until, **told)
    open_case(
        seat,
        state=SeatState.ACTIVE,
        event="authority_seat.given",
        actor=WORKER,
        now=now,
        verb="give",
        facts={"change": change.ref, "user": user.ref, "said": digest(said)},
        deadlines=[DeadlineSpec("authority_seat.ends", until)],
    )
    grant_staff_role(actor=WORKER, user=user, role=AUTHORITY, now=now)


CATALOGUES[Subject.SEAT] = Catalogue(check=_check, now_says=lambda said: None, store=_store, is_common=True)


NO_CASE: Mapping[str, Any] = {"for_matter_id": None, "case_kind": "", "case_id": None, "case_number": ""}


@command
def open_case_to_seat(
    *, actor: Actor, ref: str, now: datetime, matter: str = "", about: str = "", expected_version: int | None = None
) -> Seat:
    """The person reads this case, and no other, for this matter; with neither, none. Raises `NotAllowed`,
    `NotYourTurn`, `Stale`, and `Invalid` for what there is not, a matter that is closed or of another office.
    """
    seat = locked(Seat, visible_to(actor), ref, expected_version)
    require(may_see_to(actor, seat))
    if not matter and not about:
        fire(seat, "open_case", actor=actor, now=now, facts={"matter": "", "case": ""}, **NO_CASE)
        return seat
    of = Matter.objects.filter(visible_to(actor), Q(number=matter.strip()) | Q(ref=matter.strip())).first()
    if of is None or of.state == MatterState.CLOSED or of.office != seat.office:
        raise Invalid.field("/matter", "unknown", _("There is no open matter of this number of the same office."))
    case = case_named(about, *READABLE)
    if case is None:
        raise Invalid.field("/about", "unknown", _("There is no notice, appeal or dispute of this number."))
    opened: dict[str, Any] = {
        "for_matter_id": of.pk,
        "case_kind": case.KIND,
        "case_id": case.pk,
        "case_number": case.number,
    }
    fire(seat, "open_case", actor=actor, now=now, facts={"matter": of.ref, "case": case.ref}, **opened)
    return seat


def case_named(name: str, *kinds: str) -> Case | None:
    """The case of one of these kinds with this number or reference."""
    for model in case_models():
        if model.KIND in kinds:
            found = model._default_manager.filter(Q(number=name.strip()) | Q(ref=name.strip())).first()
            if found is not None:
                return found
    return None


def close_cases_of(matter: Matter, *, actor: Actor, now: datetime) -> None:
    """No seat reads a case for this matter any more."""
    for ref in list(Seat.objects.filter(for_matter=matter).order_by("pk").values_list("ref", flat=True)):
        open_case_to_seat(actor=actor, ref=ref, now=now)


@command
def end_seat(*, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None) -> Seat:
    """The person reads nothing any more. Raises `NotAllowed`, `NotYourTurn`, `Stale`, and `Invalid` without a
    reason.
    """
    seat = locked(Seat, visible_to(actor), ref, expected_version)
    require(may_see_to(actor, seat))
    require_text("/reason", reason, _("Say why it ends."))
    fire(seat, "end", actor=actor, now=now, facts={"reason": digest(reason)}, ended_reason=reason, **NO_CASE)
    revoke_staff_role(actor=WORKER, user=seat.user, role=AUTHORITY, now=now)
    return seat


@command
def lapse_seat(*, seat_id: int, effective_at: datetime, now: datetime) -> None:
    """Its time is over; since then nothing could be read by it."""
    seat = Seat.lock(pk=seat_id)
    if seat.state != SeatState.ACTIVE:
        return
    fire(seat, "lapse", actor=WORKER, now=now, effective_at=effective_at, **NO_CASE)
    revoke_staff_role(actor=WORKER, user=seat.user, role=AUTHORITY, now=now)


@command
def record_look(*, actor: Actor, page: Page, now: datetime, about: str = "") -> Seat:
    """The look is on record before the page is shown; returns the seat by which it is. Raises `NotAllowed` for who has
    no seat that is in force, and `NotYourTurn` where no case is open.
    """
    reads = Seat.objects.at(now).filter(user_id=actor.person) if actor.has_role(AUTHORITY) else Seat.objects.none()
    pk = reads.values_list("pk", flat=True).first()
    if pk is None:
        raise NotAllowed(_("Your seat has ended."))
    seat = Seat.lock(pk=pk)
    facts = {"page": page.value, "about": about, "matter": ""}
    if page == Page.CASE:
        if seat.for_matter is None:
            raise NotYourTurn(_("No case is open to you."))
        facts |= {"about": seat.case_number, "matter": seat.for_matter.number}
    fire(seat, "look", actor=actor, now=now, facts=facts)
    return seat
