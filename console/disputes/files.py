"""What can be taken away from a dispute: the file of one piece, the whole case file, the letter."""

import tempfile

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language

from casework import clock, letter_pdf
from casework.files import header_filename
from casework.serving import saved, send
from console.disputes.frame import mediator, surface
from console.frame import LANGUAGES
from disputes import queries


@surface("GET", "HEAD")
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """The file of one piece: a picture as its clean copy, anything else to save."""
    return send(request, queries.evidence_file(mediator(request), ref, no), original="original" in request.GET)


@surface("GET", "HEAD")
def case_file(request: HttpRequest, ref: str) -> HttpResponseBase:
    """One archive to keep, as far as this reader may see the dispute."""
    archive = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    try:
        dispute = queries.write_case_file(archive, actor=mediator(request), ref=ref, now=clock.now())
    except BaseException:
        archive.close()
        raise
    return saved(request, archive, media_type="application/zip", name=f"{dispute.number}.zip")


@surface("GET", "HEAD")
def letter(request: HttpRequest, ref: str) -> HttpResponse:
    """The newest letter as a file, in the asked language or the page's."""
    actor = mediator(request)
    dispute = queries.dispute_for(actor, ref)
    asked = request.GET.get("language", "")
    made = queries.letter_of(actor, dispute, language=asked if asked in LANGUAGES else get_language() or "")
    body = letter_pdf.render(
        made,
        addressee=dispute.order_title,
        by_system=False,
        platform=settings.SITE_NAME,
        verify_url=settings.PUBLIC_URL + reverse("appeals:verify"),
    )
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = header_filename(f"{made.number}.pdf")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
