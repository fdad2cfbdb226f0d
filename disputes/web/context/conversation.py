"""The talk of one lane: its entries, who speaks, and what each event says."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casework.actor import Actor
from casework.errors import or_not_found
from casework.formats import officer
from disputes import queries
from disputes.choices import Lane, Side
from disputes.models import Dispute, Room
from disputes.participants import AGENT_MARK, lane_read_by, role_of
from disputes.policies import side_of
from disputes.web import sentences

ENTRIES_SHOWN = 100


def talk_part(actor: Actor, dispute: Dispute, lane: str, now: datetime, *, before: int | None = None) -> dict[str, Any]:
    """The newest entries of a lane, or those before a number. Raises `NotFound` for a lane that is not theirs."""
    room = room_of(actor, dispute, lane)
    top = room.head if before is None else max(0, min(room.head, before - 1))
    after = max(0, top - ENTRIES_SHOWN)
    shown = entries(actor, dispute, lane, after, now, limit=top - after)
    return {
        "lane": "private" if room.lane != Lane.BOTH else str(Lane.BOTH),
        "entries": shown,
        "head": room.head,
        "earlier": after + 1 if after > 0 else None,
        "before": before,
    }


def room_of(actor: Actor, dispute: Dispute, lane: str) -> Room:
    """The lane's room as this actor may read it. Raises `NotFound`."""
    named = lane_read_by(actor, dispute, lane)
    return or_not_found(None if named is None else Room.objects.filter(dispute=dispute, lane=named).first())


def entries(
    actor: Actor, dispute: Dispute, lane: str, after: int, now: datetime, *, limit: int = ENTRIES_SHOWN
) -> list[dict[str, Any]]:
    """The entries behind a number as the log shows them; a mark that one was taken back shows on that one."""
    pictures = queries.pictures_after(actor, dispute.ref, lane, after, limit) if limit else []
    codes = officer_codes(
        str(value)
        for p in pictures
        if p["type"] == "event"
        for value in (p["facts"].get("mediator"), p["facts"].get("to"))
        if value
    )
    side = side_of(actor, dispute)
    by_agents = [p["facts"]["event"] for p in pictures if p["type"] == "event" and p["facts"].get("agent")]
    agents = queries.names_of_agents_for(actor, dispute, by_agents)
    shown = [entry(dispute, p, side, codes, now, agents) for p in pictures if p.get("kind") != "recall"]
    happened = [each["event_no"] for each in shown if each["is_event"]]
    acts = queries.acts_of(actor, dispute).filter(sequence__in=happened)
    own = set(acts.values_list("sequence", flat=True)) if happened else set()
    for each in shown:
        each["receipt"] = each["event_no"] if each["is_event"] and each["event_no"] in own else None
    return shown


def officer_codes(refs: Iterable[str]) -> dict[str, str]:
    """The outward code of each of these people who has one, by their ref."""
    wanted = {ref for ref in refs if ref not in Side.values}
    if not wanted:
        return {}
    people = get_user_model()._default_manager.filter(ref__in=wanted).exclude(officer_code="")
    return dict(people.values_list("ref", "officer_code"))


def entry(
    dispute: Dispute,
    picture: Mapping[str, Any],
    side: Side | None,
    codes: Mapping[str, str],
    now: datetime,
    agents: Mapping[int, str],
) -> dict[str, Any]:
    at = datetime.fromisoformat(str(picture.get("sent_at") or picture.get("at")))
    made: dict[str, Any] = {"sequence": picture["sequence"], "at": at, "lane": picture["lane"]}
    if picture["type"] == "event":
        facts = picture["facts"]
        moved = picture["event"] in ("dispute.burden_shifted", "dispute.fact_defaulted", "dispute.determined")
        return made | {
            "is_event": True,
            "event_no": facts.get("event", 0),
            "event": picture["event"],
            "is_card": moved,
            "text": sentences.event_sentence(
                dispute, picture["event"], facts, codes=codes, agent=agents.get(facts.get("event", 0), "")
            ),
            "due": sentences.due_of_event(facts),
            "due_label": sentences.due_label(picture["event"], facts),
        }
    recalled = picture.get("recalled") is not None
    ours = side is not None and picture["role"] == role_of(side)
    fresh = now <= at + timedelta(minutes=settings.RECALL_MINUTES)
    is_common = picture["lane"] == Lane.BOTH
    return made | {
        "is_event": False,
        "role": picture["role"],
        "badge": badge(dispute, picture["role"]),
        "sender": sender_of(picture),
        "text": picture["text"],
        "mine": picture["mine"],
        "ours": ours,
        "client_id": picture["client_id"],
        "recalled": recalled,
        "can_recall": picture["mine"] and fresh and not recalled,
        "can_report": not ours and not recalled,
        "has_receipt": ours and side is not Side.PLATFORM,
        "can_use": is_common and not recalled and side is not None,
    }


def sender_of(picture: Mapping[str, Any]) -> str:
    """Who speaks, by the name of the side or the officer's code; of an agent that they are one."""
    name = str(picture["sender"])
    if picture["role"] == "mediator":
        return officer(name)
    return _("%(name)s (agent)") % {"name": name.removesuffix(AGENT_MARK)} if name.endswith(AGENT_MARK) else name


def badge(dispute: Dispute, role: str) -> str:
    """Who speaks, as a word: buyer, seller, or the platform's mediator, who is a person."""
    if role == "mediator":
        return _("Mediator (a person)")
    return str(capfirst(sentences.role_label(dispute, role.upper())))
