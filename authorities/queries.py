"""Seats, matters and looks as compliance may see them, and what the holder of a seat reads."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Membership, Party
from appeals.queries import notice_sections
from appeals.queries import sections_of as sections_of_appeal
from archive.case_file import Section as Read
from authorities.machine import LOOKED
from authorities.models import Matter, MatterKind, Seat
from authorities.policies import visible_to
from casework.actor import Actor
from casework.errors import or_not_found
from casework.ledger import case_models
from casework.models import Event
from disputes.commands.masking import masked
from disputes.queries import sections_of as sections_of_dispute
from transparency.arithmetic import Period
from transparency.yearly import Section, counted

READER = Actor.system("authorities")
"""By whom a case is read for a seat: what compliance opened is read whole, and masked."""
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{3,253}")


def matters_for(actor: Actor) -> QuerySet[Matter]:
    """The matters that the actor may see."""
    people = ("registered_by", "drafted_by", "sent_by")
    return Matter.objects.filter(visible_to(actor)).select_related(*people)


def matter_for(actor: Actor, ref: str) -> Matter:
    """Raises `NotFound`."""
    return or_not_found(matters_for(actor).filter(ref=ref).first())


def seats_for(actor: Actor) -> QuerySet[Seat]:
    """The seats that the actor may see."""
    people = ("user", "for_matter", "change__entered_by", "change__signed_by")
    return Seat.objects.filter(visible_to(actor)).select_related(*people)


def seat_for(actor: Actor, ref: str) -> Seat:
    """Raises `NotFound`."""
    return or_not_found(seats_for(actor).filter(ref=ref).first())


def looks_for(actor: Actor) -> QuerySet[Event]:
    """Every look by a seat, for who may see seats: its event."""
    return Event.objects.filter(type=LOOKED) if visible_to(actor) == Q() else Event.objects.none()


def seats_of(looks: Iterable[Event]) -> dict[int, Seat]:
    """By which seat each look was, by the key of its event."""
    seats = Seat.objects.in_bulk({look.case_id for look in looks})
    return {look.pk: seats[look.case_id] for look in looks}


def matters_of(period: Period) -> Section:
    """What the yearly report says of matters: how many of each kind came, and of nothing else."""
    came = Matter.objects.filter(received_at__gte=period.start, received_at__lt=period.end)
    n = Counter(came.values_list("kind", flat=True))
    rows = [(capfirst(str(kind.label)), counted(n[kind])) for kind in MatterKind]
    return Section("authorities", _("Matters of authorities"), "", (_("Kind"), pgettext("how many", "Number")), rows)


# — the reading room —


def case_read_by(seat: Seat, now: datetime) -> Iterator[Read]:
    """What the case that is open to the seat says, in the active language, with masked parties: each by a letter,
    numbers by which somebody is reached, identified or paid by stars.
    """
    model = next(each for each in case_models() if seat.case_kind == each.KIND)
    case: Any = model._default_manager.get(number=seat.case_number)
    if seat.case_kind == "notice":
        sections = notice_sections(case, now)
    elif seat.case_kind == "appeal":
        sections = sections_of_appeal(READER, case.ref, now=now)
    else:
        sections = sections_of_dispute(READER, case.ref, now=now)
    letters = (_("Party A"), _("Party B"))
    found = {getattr(case, name): letter for name, letter in zip(case.PARTIES, letters, strict=False)}
    parties = {party: found[party.pk] for party in Party.objects.filter(pk__in=[pk for pk in found if pk])}
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
    patterns = (
        rf"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z])" if name.isascii() else re.escape(name)
        for name in sorted(letters, key=len, reverse=True)
    )
    found = re.compile("|".join(patterns), re.IGNORECASE)
    by_name = {name.lower(): letter for name, letter in letters.items()}

    def mask(text: str) -> str:
        text = found.sub(lambda match: by_name[match[0].lower()], text)
        return masked(_ADDRESS.sub("***", text))

    return mask
