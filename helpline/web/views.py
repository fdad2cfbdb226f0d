"""Asking to be called back, and how it stands. Open to everybody."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from casework import clock
from casework.text import TextRefused, check_text
from helpline import commands, queries
from helpline.models import CallBackState
from helpline.web.forms import CallBackForm
from surfaces.web import page


@never_cache
@page("GET", "HEAD", "POST", keeps=("phone", "about"))
def ask(request: HttpRequest) -> HttpResponse:
    """The form; `?case=` fills in a number. Sent, it leads to the page that says by when somebody calls."""
    now, actor = clock.now(), getattr(request, "actor", None)
    initial = {"case_number": _typed_number(request.GET.get("case", ""))}
    form = CallBackForm(request.POST or None, now=now, initial=initial)
    is_known = actor is not None and actor.user_id is not None
    if request.method == "POST":
        asked = []
        if form.carried_out(
            lambda values: asked.append(
                commands.ask_call_back(
                    actor=actor if is_known else None, now=now, source=request.META.get("REMOTE_ADDR", ""), **values
                )
            )
        ):
            return redirect("helpline:call-back", ref=asked[0].ref)
    return render(request, "helpline/ask.html", {"form": form, "now": now}, status=400 if form.errors else 200)


def _typed_number(text: str) -> str:
    """The number of a case as the link said it; nothing where it is none."""
    try:
        return check_text(text, max_length=40, one_line=True)
    except TextRefused:
        return ""


@never_cache
@page("GET", "HEAD", "POST")
def call_back(request: HttpRequest, ref: str) -> HttpResponse:
    """By when somebody calls, or what came of it, for whoever has the address; who can call it off there."""
    now = clock.now()
    if request.method == "POST":
        row = commands.cancel_call_back(ref=ref, now=now)
        if row.state == CallBackState.CANCELLED:
            messages.success(request, _("Called off. Your number is deleted."))
        return redirect("helpline:call-back", ref=ref)
    row = queries.call_back_at(ref)
    return render(request, "helpline/call_back.html", {"row": row, "is_late": row.is_late(now), "now": now})
