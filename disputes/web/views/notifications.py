"""What somebody was notified of inside the program, in words, and opening one, which is on record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.notifications import open_notification
from casework import clock
from casework.errors import or_not_found
from surfaces.web import actor_of, page


@page("GET", "HEAD")
def open_one(request: HttpRequest, ref: str) -> HttpResponse:
    """Opens the notification and redirects to the page that it is about."""
    row = or_not_found(open_notification(ref, user_id=actor_of(request).person, now=clock.now()))
    inside = row.path.startswith("/") and url_has_allowed_host_and_scheme(row.path, allowed_hosts=None)
    return redirect(row.path if inside else "/")
