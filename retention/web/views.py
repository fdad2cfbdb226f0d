"""What is kept about the reader: how much of what, for how long, and all of it to take home."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from casework import clock
from casework.errors import require
from retention import commands
from retention.classes import CLASSES
from retention.due import months_of
from retention.personal import COUNTED, kept_about
from retention.policies import may_take_records
from retention.queries import Planned, law_of
from surfaces.serving import archive_file
from surfaces.web import actor_of, page


@page("GET")
def records(request: HttpRequest) -> HttpResponse:
    """Shows how much of what is kept about the reader, and how long what ends by itself is kept."""
    actor = actor_of(request)
    require(may_take_records(actor))
    now = clock.now()
    ends = [
        Planned(row, months_of(row, now) if row.model else 0, law_of(row)) for row in CLASSES if not row.is_for_good
    ]
    return render(request, "account/records.html", {"kept": kept_about(actor), "ends": ends, "counted": COUNTED})


@page("GET")
def archive(request: HttpRequest) -> HttpResponseBase:
    """All of it, to be saved."""
    actor, now = actor_of(request), clock.now()
    return archive_file(request, lambda out: commands.take_records(actor=actor, out=out, now=now))
