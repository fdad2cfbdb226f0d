"""Shared by the mediators' pages: who may open them, and text that outlives a session."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from accounts.roles import MEDIATOR
from casework.actor import Actor
from casework.errors import ConflictOfInterest, DeadlinePassed, Invalid, NotYourTurn, Stale, TooManyRequests
from console import frame
from console.frame import OVERSEES
from disputes.inputs import MAX_FACTS

TYPED = (
    *("reasons", "departure_reasons", "no_return_reason", "goods_are_reason", "cause"),
    *("say-both", "say-claimant", "say-respondent"),
    *(f"f{no}-{name}" for no in range(1, MAX_FACTS + 1) for name in ("reasons", "basis", "shift_reasons", "sentence")),
)
"""What a refusal page shows again."""
KEPT, MAX_KEPT = "dispute-typed", 100_000
RETRY = (Invalid, Stale, NotYourTurn, DeadlinePassed, ConflictOfInterest, TooManyRequests)
"""Refusals after which the page comes back with what was typed."""


def mediator(request: HttpRequest) -> Actor:
    """Returns the mediator or overseer who asks. Raises `NotSignedIn`, `NotAllowed`."""
    return frame.staff(request, MEDIATOR, *OVERSEES)


def overseer(request: HttpRequest) -> Actor:
    """Returns the overseer who asks. Raises `NotSignedIn`, `NotAllowed`."""
    return frame.staff(request, *OVERSEES)


def sign_in_again(request: HttpRequest, ref: str) -> HttpResponse:
    """Keeps what was typed when the session has ended, and asks the reader to sign in; nothing was done."""
    typed = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "to"):
        typed.pop(name, None)
    text = typed.urlencode()
    if typed.get("by") and len(text) <= MAX_KEPT:
        request.session[KEPT] = {"ref": ref, "by": typed["by"], "text": text}
    return redirect_to_login(reverse("mediation:case", args=[ref]))


DESK: dict[str, Any] = {"roles": (MEDIATOR, *OVERSEES), "keeps": TYPED, "signed_out": sign_in_again}
"""How the pages about a dispute are opened (`console.frame.surface`): what is typed outlives a session."""


def take_typed(request: HttpRequest, actor: Actor, ref: str) -> QueryDict | None:
    """Returns, once, what this person sent about this dispute when their session had ended.

    What is kept of another dispute stays until that one is opened; what somebody else typed is gone.
    """
    kept = request.session.get(KEPT)
    if not kept or (kept["ref"] != ref and kept["by"] == actor.ref):
        return None
    del request.session[KEPT]
    return QueryDict(kept["text"]) if (kept["ref"], kept["by"]) == (ref, actor.ref) else None


def again_at(ref: str, form: str = "work") -> frame.Again:
    return frame.Again(form, reverse("mediation:edit", args=[ref]))


def to_case(ref: str) -> HttpResponse:
    return redirect("mediation:case", ref)
