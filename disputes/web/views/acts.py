"""Short pages of a side: its first answer, that what it owes is done, who the merchant is. Other verbs:
`disputes.web.urls`.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from casework import clock
from disputes import commands, queries
from disputes.machine import BEFORE_MEDIATOR
from disputes.verbs import VERB, actions_for
from disputes.web.context import claim_text
from disputes.web.forms import AnswerForm
from disputes.windows import answer_closes
from surfaces.web import actor_of, page


def _room(ref: str, anchor: str = "") -> HttpResponse:
    return redirect(reverse("disputes:room", args=[ref]) + (f"#{anchor}" if anchor else ""))


@page("GET", "HEAD", "POST", keeps=("text",))
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes the first answer of the other side. Answered before, it leads to the room."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" and dispute.answered_at is not None:
        return _room(ref)
    if form.carried_out(
        lambda said: commands.answer_dispute(
            actor=actor, ref=ref, text=said["text"], refuses=said["refuses"] == "yes", now=now
        )
    ):
        messages.success(request, _("Your answer is on file and the other side was told."))
        return _room(ref)
    acts = {a.name: a for a in actions_for(actor, dispute, now=now)}
    context = {
        "dispute": dispute,
        "claim": claim_text(dispute),
        "form": form,
        "can": "answer" in acts,
        "acts": acts,
        "agree_url": reverse("disputes:agree", args=[ref]) if "agree" in acts else "",
        "waits": dispute.state in BEFORE_MEDIATOR and dispute.answered_at is None and now <= answer_closes(dispute),
        "now": now,
    }
    return render(request, "disputes/answer.html", context, status=400 if form.errors else 200)


@never_cache
@page("GET", "HEAD", "POST")
def read_identity(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks whether to read who the merchant is; shows it once the reading is on record."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    if request.method == "POST":
        card = commands.read_identity(actor=actor, ref=ref, now=now)
        return render(request, "disputes/identity.html", {"dispute": dispute, "card": card})
    if not VERB["read-identity"].is_open(actor, dispute, now):
        raise VERB["read-identity"].refusal(actor, dispute, now)
    return render(request, "disputes/identity.html", {"dispute": dispute})
