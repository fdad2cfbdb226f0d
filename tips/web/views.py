"""Pages of whoever gives a tip: giving it, following it with an account or a code, and its files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.models import Party, PartyKind
from accounts.roles import CAN_FILE
from casework import clock
from casework.actor import ActorKind
from casework.errors import NotFound
from surfaces.asks import Ask
from surfaces.input_forms import InputForm
from surfaces.serving import send
from surfaces.web import MAX_FILES, actor_of, page
from tips import commands, queries
from tips.events import EVENTS
from tips.inputs import UNNAMED, TipPageInput
from tips.models import Tip


@never_cache
@page("GET", "HEAD", "POST", keeps=("what", "links", "named"))
def new(request: HttpRequest) -> HttpResponse:
    """Gives a tip. With an account it leads to its page, without one to a page whose address is the code."""
    actor = getattr(request, "actor", None)
    actor = actor if actor is not None and actor.kind is ActorKind.PARTY else None
    own = [pk for pk, role in actor.parties.items() if role in CAN_FILE] if actor else []
    parties = list(Party.objects.filter(pk__in=own).exclude(kind=PartyKind.EXECUTOR).order_by("name", "pk"))
    asks: dict[str, Ask | None] = {"is_unnamed": UNNAMED, "contact": None} if parties else {}
    choices = {}
    if len(parties) > 1:
        asks["reporter"] = Ask(_("For whom you give it"))
        choices["reporter"] = [(each.ref, each.name) for each in parties]
    form = InputForm(TipPageInput, request.POST or None, asks=asks, choices=choices)
    files: list[Any] = [(file, file.name or "") for file in request.FILES.getlist("files")[:MAX_FILES]]
    made: list[tuple[Tip, str]] = []
    source = request.META.get("REMOTE_ADDR", "")
    who = actor if parties else None
    if form.carried_out(
        lambda said: made.append(commands.file_tip(actor=who, now=clock.now(), files=files, source=source, **said))
    ):
        tip, code = made[0]
        return redirect("tips:stranger", code=code) if code else redirect("tips:detail", ref=tip.ref)
    return render(
        request, "tips/new.html", {"form": form, "is_known": bool(parties)}, status=400 if form.errors else 200
    )


@page("GET", "HEAD")
def tip(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows a tip to whoever gave it."""
    return _shown(request, queries.tip_for(actor_of(request), ref))


@never_cache
@page("GET", "HEAD")
def by_code(request: HttpRequest) -> HttpResponse:
    """Asks for the code of a tip that was given without an account."""
    code, is_wrong = request.GET.get("code", "").strip(), False
    if code:
        try:
            queries.tip_by_code(code)
            return redirect("tips:stranger", code=code)
        except NotFound:
            is_wrong = True
    return render(request, "tips/code.html", {"is_wrong": is_wrong}, status=404 if is_wrong else 200)


@never_cache
@page("GET", "HEAD")
def stranger(request: HttpRequest, code: str) -> HttpResponse:
    """Shows a tip to whoever has its code."""
    return _shown(request, queries.tip_by_code(code), code=code)


def _shown(request: HttpRequest, row: Tip, code: str = "") -> HttpResponse:
    kinds = {"system": "system", "staff": "platform", "client": "platform"}
    entries = [
        {"at": each.at, "text": EVENTS[each.type].party, "actor": kinds.get(each.actor_kind, "you"), "who": ""}
        for each in queries.events_of(row)
    ]
    found = {"row": row, "code": code, "entries": entries, "turn": "platform" if row.is_open else "nobody"}
    return render(request, "tips/detail.html", found)


@page("GET", "HEAD")
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves a file: a picture as its clean copy, anything else to save."""
    return send(request, queries.tip_file(actor_of(request), ref, no), original="original" in request.GET)
