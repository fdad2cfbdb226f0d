"""Giving a tip, by a party, a stranger, or the platform's back end; and adding a file to one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Party, PartyKind
from accounts.queries import parties_by_ref
from casework.actor import Actor, ActorKind, Via
from casework.errors import Invalid, NotYourTurn, TooManyRequests, require, require_text
from casework.external_refs import digests_of
from casework.firing import DeadlineSpec, command, fire, locked, open_case
from casework.refs import new_ref
from files import attachments
from operations.limits import is_crowded, mark_of_network
from rules.terms import terms_at
from tips import policies
from tips.claims import tip_hash
from tips.machine import TipState
from tips.models import Tip, TipFile, code_mark_of

PROMISE = "tip_time"
MOST_FILES = 10
FROM_ONE_ADDRESS, IN_AN_HOUR = 10, 200
"""Tips without an account that are taken from one network within an hour, and of all."""
OF_ONE_PARTY = 50
"""Tips that are taken of one party within a day."""
STRANGER = Actor(kind=ActorKind.PARTY, via=Via.WEB, ref="reporter")
Files = Sequence[tuple[BinaryIO, str]]


@dataclass(frozen=True, slots=True)
class Reported:
    """What is reported: `named` is the shop or account by its number or name, `law` a rule or law in their view."""

    what: str
    links: str
    kind: str
    named: str = ""
    law: str = ""


@command
def file_tip(
    *,
    actor: Actor | None,
    said: Reported,
    now: datetime,
    reporter: str = "",
    external_ref: str = "",
    contact: str = "",
    source: str = "",
    is_unnamed: bool = False,
    files: Files = (),
) -> tuple[Tip, str]:
    """The tip is on file with the time by which a person decides, and the code by which a stranger reads it.

    `actor` is None for somebody without an account; who has one can leave it out with `is_unnamed`. A back end names
    its own number, and gets the same tip for the same. Raises `NotAllowed`, `Invalid`, `ExternalRefMismatch`,
    `TooManyRequests`, `FileRefused`, `TooLarge`.
    """
    passes_on = actor is not None and actor.kind is ActorKind.CLIENT
    party = _reporter(actor, reporter) if actor is not None and not is_unnamed else None
    require(policies.may_file_tip(actor, party.pk if party else None))
    content = digests_of({**asdict(said), "reporter": reporter, "contact": contact})
    _require_said(said, external_ref, passes_on=passes_on)
    known = (
        Tip.objects.filter(client_id=actor.client, external_ref=external_ref).first() if actor and passes_on else None
    )
    if known is not None:
        known.refuse_other_content(content)
        return known, ""
    code = "" if party is not None or passes_on else new_ref("")
    mark = mark_of_network("tips.source", source) if code else ""
    _require_few(party, mark, now=now)
    client_id = actor.client if actor and passes_on else party.client_id if party else None
    due = terms_at(now)[PROMISE].due(now)
    tip = Tip(
        client_id=client_id,
        external_ref=external_ref,
        content_digests=content,
        reporter=party,
        contact=contact.strip(),
        source=mark,
        code_mark=code_mark_of(code) if code else "",
        language="en" if (get_language() or "").startswith("en") else "zh-hans",
        subject=_subject(said.named, party, client_id),
        decide_by=due.at,
        **asdict(said),
    )
    clock = DeadlineSpec("tip.decide", due.at, is_provisional=due.provisional, calendar_version=due.calendar_version)
    open_case(
        tip,
        state=TipState.RECEIVED,
        event="tip.filed",
        actor=_unnamed(actor),
        now=now,
        verb="file",
        facts={"tip": tip_hash(tip)},
        deadlines=[clock],
    )
    _seal_files(tip, files, actor=_unnamed(actor), now=now)
    return tip, code


@command
def add_tip_file(
    *, actor: Actor, ref: str, file: BinaryIO, name: str, now: datetime, expected_version: int | None = None
) -> Tip:
    """Puts a file beside the tip while nothing is decided. Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`,
    `FileRefused`, `TooLarge`, `Invalid` beyond ten.
    """
    tip = locked(Tip, policies.visible_to(actor), ref, expected_version)
    require(policies.may_add_file(actor, tip))
    if tip.state != TipState.RECEIVED:
        raise NotYourTurn()
    [row] = _seal_files(tip, [(file, name)], actor=_unnamed(actor), now=now)
    facts = {"no": row.no, "sha256": row.attachment.sha256}
    fire(tip, "add_file", actor=_unnamed(actor), now=now, facts=facts)
    return tip


def _require_said(said: Reported, external_ref: str, *, passes_on: bool) -> None:
    """Raises `Invalid`."""
    for name in ("what", "links"):
        require_text(f"/{name}", getattr(said, name), _("Please fill this in."))
    if passes_on:
        require_text("/external_ref", external_ref, _("Give the number that the tip has with you."))
    elif external_ref:
        raise Invalid.field("/external_ref", "unknown-field", _("Only a back end gives a number of its own."))


def _subject(named: str, reporter: Party | None, client_id: int | None) -> Party | None:
    """The party that is named by its number, where it is known. Raises `Invalid` for whoever gives the tip."""
    found = parties_by_ref({named}, client_id=client_id).get(named) if client_id and named else None
    if found is not None and found == reporter:
        raise Invalid.field("/named", "unknown-party", _("A tip is about a shop or a customer other than yourself."))
    return None if found is None or found.kind == PartyKind.EXECUTOR else found


def _unnamed(actor: Actor | None) -> Actor:
    """Whom ledger and files name: the back end that passes on, or nobody."""
    if actor is None or actor.kind is not ActorKind.CLIENT:
        return STRANGER if actor is None else replace(STRANGER, via=actor.via)
    return actor


def _reporter(actor: Actor, named: str) -> Party | None:
    """The party for which the actor gives the tip: the one they name, or the only one. Raises `Invalid`."""
    if actor.kind is ActorKind.CLIENT:
        found = parties_by_ref({named}, client_id=actor.client_id).get(named) if named else None
    else:
        own = list(Party.objects.filter(pk__in=list(actor.parties)).exclude(kind=PartyKind.EXECUTOR))
        chosen = [p for p in own if named in (p.ref, p.external_ref)] if named else own
        found = chosen[0] if len(chosen) == 1 else None
        named = named or actor.ref
    if found is None and named:
        raise Invalid.field("/reporter", "unknown-party", _("Say for which party of yours you give the tip."))
    return found


def _require_few(party: Party | None, mark: str, *, now: datetime) -> None:
    """Raises `TooManyRequests`."""
    if mark:
        recent = Tip.objects.filter(created_at__gt=now - timedelta(hours=1)).exclude(source="")
        is_too_much = is_crowded(recent, mark, of_one=FROM_ONE_ADDRESS, of_all=IN_AN_HOUR)
    else:
        recent = Tip.objects.filter(reporter=party, created_at__gt=now - timedelta(days=1))
        is_too_much = party is not None and recent.count() >= OF_ONE_PARTY
    if is_too_much:
        raise TooManyRequests(retry_after=3600)


def _seal_files(tip: Tip, files: Files, *, actor: Actor, now: datetime) -> list[TipFile]:
    """Seals files as received. Raises `FileRefused`, `TooLarge`, `Invalid` beyond ten."""
    last: int = tip.files.aggregate(last=Max("no"))["last"] or 0
    if last + len(files) > MOST_FILES:
        raise Invalid.field("/files", "too-many", _("There are enough files already."))
    sealed = [attachments.seal(file, name=name, actor=actor, now=now) for file, name in files]
    return [
        TipFile.objects.create(tip=tip, no=no, attachment=each, added_at=now)
        for no, each in enumerate(sealed, start=last + 1)
    ]
