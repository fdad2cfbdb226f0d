"""What somebody was notified of inside the program: the list, and opening one, which is on record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from casework import clock
from casework.errors import or_not_found
from casework.models import Notification
from casework.notifications import open_notification
from casework.pages import page_of
from casework.web import actor_of, page

PER_PAGE = 30


@require_safe
@page()
def notifications(request: HttpRequest) -> HttpResponse:
    """Lists everything this person was notified of, newest first."""
    rows = Notification.objects.filter(user_id=actor_of(request).person)
    shown = page_of(rows.order_by("-told_at", "-id"), request.GET, size=PER_PAGE)
    return render(request, "disputes/notifications.html", {"paging": shown, "now": clock.now()})


@require_safe
@page()
def open_one(request: HttpRequest, ref: str) -> HttpResponse:
    """Opens the notification and redirects to the page that it is about."""
    row = or_not_found(open_notification(ref, user_id=actor_of(request).person, now=clock.now()))
    inside = row.path.startswith("/") and url_has_allowed_host_and_scheme(row.path, allowed_hosts=None)
    return redirect(row.path if inside else "/")
