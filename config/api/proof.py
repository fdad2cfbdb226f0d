"""Serves what anybody needs to check what the platform signed: its public keys and the program that does it."""

import functools
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from appeals.events import EVENTS as APPEALS
from archive import checkpoints, offline, signing
from archive.models import Checkpoint
from disputes.choices import Side
from disputes.events import EVENTS as DISPUTES
from surfaces.web import page


@require_safe
def keys(_request: HttpRequest) -> JsonResponse:
    """The public keys as a JWK set (RFC 7517, 8037), the one in use first."""
    return JsonResponse(signing.key_set())


@require_safe
def checkpoint(_request: HttpRequest, no: int | None = None) -> JsonResponse:
    """The signed checkpoint of this number, or the newest, for whoever keeps them. 404 where there is none."""
    rows = Checkpoint.objects.order_by("-no")
    row = rows.first() if no is None else rows.filter(no=no).first()
    if row is None:
        raise Http404
    return JsonResponse(checkpoints.signed_note(row))


@require_safe
def verifier(_request: HttpRequest) -> HttpResponse:
    """The one file of plain Python that checks a case file."""
    response = HttpResponse(_source(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_case_file.py"'
    return response


@functools.cache
def _source() -> bytes:
    return Path(offline.__file__).read_bytes()


@page("GET", "HEAD")
def check_case_file(request: HttpRequest) -> HttpResponse:
    """A page on which the reader's own browser checks a case file; nothing is uploaded."""
    return render(request, "case_file_check.html", {"words": _words()})


def _words() -> dict[str, str | Promise]:
    """What each type of act is in words, as the courses of the cases say it to staff, and the codes in its facts."""
    events = {type_: text.staff for type_, text in {**APPEALS, **DISPUTES}.items() if text.staff}
    messages = {"message.sent": _("A message was sent."), "message.recalled": _("A message was recalled.")}
    return events | messages | {side.value: side.label for side in Side}
