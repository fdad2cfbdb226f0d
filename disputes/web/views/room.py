"""The room of one dispute: the case with its facts and offers, and the talk beside it."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from casework.errors import ClientIdMismatch, Invalid, NotFound, NotYourTurn
from disputes import commands, queries
from disputes.choices import Lane, Role, Side
from disputes.commands.room import MAX_TEXT
from disputes.participants import PRIVATE, participant_for
from disputes.policies import side_of
from disputes.verbs import actions_for
from disputes.web import sentences
from disputes.web.context import badge, case_part, entries, talk_part
from disputes.web.forms import MessageEvidenceForm
from surfaces import serving
from surfaces.web import actor_of, page

TRADERS = frozenset({Role.SELLER, Role.PRODUCER, Role.PROVIDER, Role.MERCHANT, Role.LIVE_ROOM, Role.PAYMENT_PROVIDER})


@page("GET", "HEAD")
def room(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the whole room, the thing to do first on top."""
    return _room(request, ref)


def _room(
    request: HttpRequest, ref: str, *, typed: str = "", errors: list[dict[str, str]] | None = None, status: int = 200
) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    context = case_part(actor, ref, now)
    dispute, side = context["dispute"], context["side"]
    lane = _requested_lane(request)
    before = request.GET.get("before", "")
    context |= talk_part(
        actor,
        dispute,
        lane,
        now,
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else None,
    )
    participant = participant_for(actor, dispute)
    may_talk = "message" in context["acts"]
    context |= {
        "may_talk": may_talk,
        "may_use": "evidence" in context["acts"],
        "has_private": participant is not None and side is not None,
        "participant": "" if participant is None else participant.role,
        "client_id": uuid.uuid4().hex,
        "typed": typed,
        "most": MAX_TEXT,
        "unsent": "" if may_talk else typed,
        "errors": errors or [],
        "blank": blank_entry(context["lane"], side if participant is not None else None),
        "phrases": sentences.PHRASES if _is_trader(dispute, side) else (),
        "names": {"claimant": badge(dispute, "claimant"), "respondent": badge(dispute, "respondent")},
        "recall_minutes": settings.RECALL_MINUTES,
    }
    return render(request, "disputes/room.html", context, status=status)


def _is_trader(dispute: Any, side: Side | None) -> bool:
    if side is Side.CLAIMANT:
        return dispute.ground.claimant_role in TRADERS
    return side is Side.RESPONDENT and dispute.ground.respondent_role in TRADERS


def _requested_lane(request: HttpRequest) -> str:
    asked = request.POST.get("lane") or request.GET.get("lane") or ""
    return asked if asked in (PRIVATE, *Lane.values) else str(Lane.BOTH)


def blank_entry(lane: str, side: Side | None) -> dict[str, Any]:
    """An entry without words, which the page's script fills."""
    return {
        "sequence": 0,
        "at": None,
        "lane": lane,
        "is_event": False,
        "role": "",
        "badge": "",
        "sender": "",
        "text": "",
        "mine": False,
        "recalled": False,
        "can_recall": True,
        "can_report": True,
        "can_use": side is not None and lane == Lane.BOTH,
        "has_receipt": side in (Side.CLAIMANT, Side.RESPONDENT),
        "is_blank": True,
    }


@page("GET", "HEAD")
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """Renders the case's part of the room alone, as the page's script puts it in place after an event."""
    return render(request, "disputes/_case.html", case_part(actor_of(request), ref, clock.now()))


@page("GET", "HEAD")
def more_entries(request: HttpRequest, ref: str) -> HttpResponse:
    """Renders the entries of a lane behind a number, as they stand in the log."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    after = request.GET.get("after", "")
    if not (after.isascii() and after.isdecimal() and len(after) < 10):
        raise Invalid.field("/after", "required", _("Give a number."))
    limit = request.GET.get("limit", "")
    most = int(limit) if limit.isascii() and limit.isdecimal() and 0 < int(limit[:4]) <= 100 else 100
    lane = _requested_lane(request)
    context = {
        "dispute": dispute,
        "entries": entries(actor, dispute, lane, int(after), now, limit=most),
        "is_side": side_of(actor, dispute) is not None,
        "may_talk": participant_for(actor, dispute) is not None,
        "lane": lane if lane == Lane.BOTH else PRIVATE,
        "may_use": any(a.name == "evidence" for a in actions_for(actor, dispute, now=now)),
    }
    return render(request, "disputes/_entries.html", context)


def room_url(ref: str, lane: str = "", anchor: str = "talk") -> str:
    query = "?lane=private" if lane and lane != Lane.BOTH else ""
    return reverse("disputes:room", args=[ref]) + query + (f"#{anchor}" if anchor else "")


@page("POST", keeps=("text",))
def post(request: HttpRequest, ref: str) -> HttpResponse:
    """Posts one message without the page's script."""
    lane, text = _requested_lane(request), request.POST.get("text", "").replace("\r\n", "\n")
    client_id = request.POST.get("client_id", "")[:64] or uuid.uuid4().hex
    try:
        commands.post_message(
            actor=actor_of(request), ref=ref, lane=lane, client_id=client_id, text=text, now=clock.now()
        )
    except Invalid as error:
        said = [{"text": str(e.message), "id": "id_text"} for e in error.errors]
        return _room(request, ref, typed=text, errors=said, status=error.status)
    except ClientIdMismatch as error:  # the page of before, with words that were changed: it gets a name of its own
        said = [{"text": _("You sent another message from this page. Please send this one again."), "id": "id_text"}]
        return _room(request, ref, typed=text, errors=said, status=error.status)
    except NotYourTurn as error:
        said = [{"text": str(error.detail), "id": "id_unsent"}]
        return _room(request, ref, typed=text, errors=said, status=error.status)
    return redirect(room_url(ref, lane, "composer"))


@page("POST")
def recall(request: HttpRequest, ref: str, sequence: int) -> HttpResponse:
    """Recalls one's own message."""
    lane = _requested_lane(request)
    commands.recall_message(actor=actor_of(request), ref=ref, lane=lane, sequence=sequence, now=clock.now())
    return redirect(room_url(ref, lane))


@page("GET", "HEAD")
def receipt(request: HttpRequest, ref: str, sequence: int) -> HttpResponse:
    """Serves the signed receipt of a message of the reader's side."""
    lane = _requested_lane(request)
    found = queries.receipt_of_message_for(actor_of(request), ref, lane, sequence, now=clock.now())
    return serving.receipt_file(found)


@page("POST")
def report(request: HttpRequest, ref: str, sequence: int) -> HttpResponse:
    """Reports a message to staff."""
    lane = _requested_lane(request)
    commands.report_message(actor=actor_of(request), ref=ref, lane=lane, sequence=sequence, now=clock.now())
    messages.success(request, _("Thank you. Our staff will look at this message."))
    return redirect(room_url(ref, lane))


@page("GET", "HEAD", "POST", keeps=("caption",))
def use_message(request: HttpRequest, ref: str, sequence: int) -> HttpResponse:
    """Makes a message of the common room a draft piece of evidence about one fact."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    shown = entries(actor, dispute, str(Lane.BOTH), sequence - 1, now, limit=1) if sequence > 0 else []
    message = next((e for e in shown if e["sequence"] == sequence and not e["is_event"]), None)
    if message is None or message["recalled"]:
        raise NotFound()
    open_facts = {a.fact for a in actions_for(actor, dispute, now=now) if a.name == "evidence"}
    facts = [(v.no, v.statement) for v in queries.facts_of(actor, dispute) if v.no in open_facts]
    first = {"fact": str(facts[0][0])} if facts else {}
    form = MessageEvidenceForm(request.POST if request.method == "POST" else None, initial=first, facts=facts)
    if form.carried_out(
        lambda said: commands.stage_message(
            actor=actor,
            ref=ref,
            fact_no=int(said["fact"]),
            sequence=sequence,
            caption=said["caption"],
            lane=Lane.BOTH,
            now=now,
        )
    ):
        messages.success(request, _("The message is kept as a draft. Submit it when you are ready."))
        return redirect("disputes:fact", ref=ref, no=form.cleaned_data["fact"])
    context = {"dispute": dispute, "message": message, "form": form, "facts": facts, "now": now}
    return render(request, "disputes/use_message.html", context, status=400 if form.errors else 200)
