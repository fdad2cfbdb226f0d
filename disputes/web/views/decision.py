"""The letter of a determination on screen and as a file."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from archive import letters
from casework import clock
from casework.languages import TAGS
from disputes import queries
from disputes.models import Determination, Dispute
from disputes.policies import side_of
from disputes.verbs import actions_for
from disputes.web.context import owed
from surfaces import serving
from surfaces.web import actor_of, page


def _chosen(request: HttpRequest, dispute: Dispute) -> Determination | None:
    """Returns the determination of the round that was asked for, the newest where none was."""
    rows = sorted(dispute.determinations.all(), key=lambda d: d.round)
    asked = request.GET.get("round", "")
    return next((d for d in rows if str(d.round) == asked), rows[-1] if rows else None)


@page("GET", "HEAD")
def decision(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the letter, with what is owed by when and what one can still do."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    chosen = _chosen(request, dispute)
    if chosen is None:
        return redirect("disputes:room", ref=ref)
    language = letters.language_for(request.GET.get("language", ""))
    side = side_of(actor, dispute)
    actions = actions_for(actor, dispute, now=now)
    context = {
        "dispute": dispute,
        "letter": queries.letter_of(actor, dispute, chosen, language=language),
        "letter_lang": TAGS[language],
        "other_language": "zh-hans" if language == "en" else "en",
        "determination": chosen,
        "earlier": [d for d in dispute.determinations.all() if d.pk != chosen.pk],
        "state": chosen.outcome,
        "table": dispute.table,
        "owed": owed(dispute, side, actions, now),
        "acts": {a.name: a for a in actions},
        "review_url": reverse("disputes:review", args=[ref]),
        "again_label": ""
        if dispute.review_closes_at == queries.review_closes(chosen)
        else _("This time was made longer after the letter was written, and ends now:"),
        "now": now,
    }
    return render(request, "disputes/decision.html", context)


@page("GET", "HEAD")
def decision_pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """Serves the same parts as a file to keep."""
    actor = actor_of(request)
    dispute = queries.dispute_for(actor, ref)
    language = letters.language_for(request.GET.get("language", ""))
    letter = queries.letter_of(actor, dispute, _chosen(request, dispute), language=language)
    return serving.letter_file(letter, addressee=dispute.order_title)


@page("GET", "HEAD")
def receipt(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Serves the signed receipt of one act of the reader's side."""
    return serving.receipt_file(queries.receipt_for(actor_of(request), ref, no, now=clock.now()))


@page("GET", "HEAD")
def case_file(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Serves one archive to keep: the case, its ledgers, room, letters and files, as far as this side may see them."""
    return serving.case_file(request, queries.write_case_file, actor=actor_of(request), ref=ref, now=clock.now())
