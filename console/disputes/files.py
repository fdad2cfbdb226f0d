"""Downloads from a dispute: the file of one piece, the whole case file, the letter."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from casework import clock
from console.disputes.frame import DESK, mediator
from console.frame import surface
from disputes import queries
from surfaces import serving


@surface("GET", "HEAD", **DESK)
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves the file of one piece: a picture as its clean copy, anything else to save."""
    return serving.send(request, queries.evidence_file(mediator(request), ref, no), original="original" in request.GET)


@surface("GET", "HEAD", **DESK)
def case_file(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Serves one archive to keep, as far as this reader may see the dispute."""
    return serving.case_file(request, queries.write_case_file, actor=mediator(request), ref=ref, now=clock.now())


@surface("GET", "HEAD", **DESK)
def letter(request: HttpRequest, ref: str) -> HttpResponse:
    """Serves the newest letter as a file, in the asked language or the page's."""
    actor = mediator(request)
    dispute = queries.dispute_for(actor, ref)
    made = queries.letter_of(actor, dispute, language=request.GET.get("language", ""))
    return serving.letter_file(made, addressee=dispute.order_title)
