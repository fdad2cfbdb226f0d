"""Seats, matters and looks as compliance may see them, and what the holder of a seat reads."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, Party
from appeals.models import Appeal
from appeals.queries import notice_sections
from appeals.queries import sections_of as sections_of_appeal
from archive.case_file import Section
from authorities.models import Look, Matter, Seat
from authorities.policies import matters_visible_to, seats_visible_to
from casework.actor import Actor
from casework.errors import or_not_found
from disputes.commands.masking import masked
from disputes.models import Dispute
from disputes.queries import sections_of as sections_of_dispute
from notices.models import Notice

READER = Actor.system("authorities")
"""By whom a case is read for a seat: what compliance opened is read whole, and masked."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def matters_for(actor: Actor) -> QuerySet[Matter]:
    """The matters that the actor may see."""
    people = ("registered_by", "drafted_by", "sent_by")
    return Matter.objects.filter(matters_visible_to(actor)).select_related(*people)


def matter_for(actor: Actor, ref: str) -> Matter:
    """Raises `NotFound`."""
    return or_not_found(matters_for(actor).filter(ref=ref).first())


def seats_for(actor: Actor) -> QuerySet[Seat]:
    """The seats that the actor may see."""
    people = ("user", "matter", "change__entered_by", "change__signed_by")
    return Seat.objects.filter(seats_visible_to(actor)).select_related(*people)


def seat_for(actor: Actor, ref: str) -> Seat:
    """Raises `NotFound`."""
    return or_not_found(seats_for(actor).filter(ref=ref).first())


def looks_for(actor: Actor) -> QuerySet[Look]:
    """Every look by a seat that the actor may see."""
    return Look.objects.filter(seat__in=seats_for(actor).order_by().values("pk")).select_related("seat", "matter")


# — the reading room —


def case_read_by(seat: Seat, now: datetime) -> Iterator[Section]:
    """What the case that is open to the seat says, in the active language, with masked parties: each by a letter,
    numbers by which somebody is reached, identified or paid by stars.
    """
    parties: Mapping[Party, str]
    if seat.case_kind == Notice.KIND:
        notice = Notice.objects.get(pk=seat.case_id)
        parties, sections = {notice.party: _("Party A")}, notice_sections(notice, now)
    elif seat.case_kind == Appeal.KIND:
        appeal = Appeal.objects.select_related("party").get(pk=seat.case_id)
        parties = {appeal.party: _("Party A")}
        sections = sections_of_appeal(READER, appeal.ref, now=now)
    else:
        dispute = Dispute.objects.select_related("claimant", "respondent").get(pk=seat.case_id)
        parties = {dispute.claimant: _("Party A")}
        if dispute.respondent is not None:
            parties |= {dispute.respondent: _("Party B")}
        sections = sections_of_dispute(READER, dispute.ref, now=now)
    mask = _mask_of(parties)
    for title, lines in sections:
        yield mask(title), [mask(line) for line in lines]


def _mask_of(parties: Mapping[Party, str]) -> Callable[[str], str]:
    """What masks the names and numbers of these parties and of their people in a text."""
    letters: dict[str, str] = {}
    for party, letter in parties.items():
        names = [party.name, party.external_ref, party.ref]
        for member in Membership.objects.filter(party=party).select_related("user"):
            names += [member.user.display_name, member.user.username, member.user.ref]
        letters |= dict.fromkeys((name for name in names if len(name) > 1), letter)
    found = re.compile("|".join(re.escape(name) for name in sorted(letters, key=len, reverse=True)), re.IGNORECASE)
    by_name = {name.lower(): letter for name, letter in letters.items()}

    def mask(text: str) -> str:
        text = found.sub(lambda match: by_name[match[0].lower()], text)
        return masked(_ADDRESS.sub("***", text))

    return mask
