"""Pages of both sides: giving notice, one notice with what its reader can do, and its files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import Party, PartyKind
from accounts.roles import CAN_FILE
from casework import clock
from casework.actor import Actor
from casework.errors import NotAllowed
from infringements import commands, queries
from infringements.events import EVENTS
from infringements.inputs import FileInfringementInput
from infringements.machine import InfringementState
from infringements.models import Infringement
from infringements.policies import is_of_holder, is_of_merchant
from infringements.verbs import actions_for
from surfaces.asks import PARTY, Ask
from surfaces.input_forms import InputForm
from surfaces.serving import send
from surfaces.web import MAX_FILES, actor_of, page


@page("GET", "HEAD", "POST", keeps=tuple(FileInfringementInput().fields))
def new(request: HttpRequest) -> HttpResponse:
    """Gives notice. What is missing is named on the notice's page, and nothing typed is lost."""
    actor = actor_of(request)
    own = Party.objects.filter(pk__in=[pk for pk, role in actor.parties.items() if role in CAN_FILE])
    parties = list(own.exclude(kind=PartyKind.EXECUTOR).order_by("name", "pk"))
    if not parties:
        raise NotAllowed()
    asks = {"holder": Ask(_("Right holder"), _("For whom you give notice."))} if len(parties) > 1 else {}
    choices = {"holder": [(each.ref, each.name) for each in parties]} if len(parties) > 1 else {}
    form = InputForm(FileInfringementInput, request.POST or None, asks=asks, choices=choices)
    files: list[Any] = [(file, file.name or "") for file in request.FILES.getlist("files")[:MAX_FILES]]
    made: list[Infringement] = []
    if form.carried_out(
        lambda said: made.append(commands.file_infringement(actor=actor, now=clock.now(), files=files, **said))
    ):
        return redirect("infringements:detail", ref=made[0].ref)
    status = 400 if form.errors else 200
    return render(request, "infringements/new.html", {"form": form}, status=status)


@page("GET", "HEAD")
def infringement(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one notice to either side: what was said, what follows, whose turn it is and by when."""
    actor, now = actor_of(request), clock.now()
    row = queries.infringement_for(actor, ref)
    found = {
        "row": row,
        "files": queries.files_of(actor, row),
        "actions": [each for each in actions_for(actor, row, now=now) if each.verb.page_for(PARTY)],
        "missing": row.missing if row.received_at is None and row.is_open else [],
        "is_holder": is_of_holder(actor, row),
        "is_merchant": is_of_merchant(actor, row),
        "turn": _turn(actor, row),
        "entries": _course(actor, row),
        "now": now,
    }
    return render(request, "infringements/detail.html", found)


@page("GET", "HEAD")
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves a file: a picture as its clean copy, anything else to save."""
    return send(request, queries.infringement_file(actor_of(request), ref, no), original="original" in request.GET)


def _turn(actor: Actor, row: Infringement) -> str:
    """Whose turn it is, as `components/turn_banner.html` says it."""
    if not row.is_open:
        return "nobody"
    if row.state == InfringementState.RECEIVED:
        return "platform"
    is_theirs = {"INCOMPLETE": is_of_holder, "STATED": is_of_holder, "FORWARDED": is_of_merchant}.get(str(row.state))
    if is_theirs is None:
        return "other"
    return "you" if is_theirs(actor, row) else "other"


def _course(actor: Actor, row: Infringement) -> list[dict[str, Any]]:
    """What happened, newest first."""
    kinds = {"system": "system", "staff": "platform", "client": "platform"}
    found = []
    for event in reversed(queries.events_of(actor, row)):
        is_own = event.actor_ref == actor.ref
        by = "you" if is_own else kinds.get(event.actor_kind, "other")
        who = "" if by != "other" else _("Merchant") if event.type == "infringement.stated" else _("The other side")
        found.append({"at": event.at, "text": EVENTS[event.type].party, "actor": by, "who": who})
    return found
