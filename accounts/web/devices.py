"""A device that somebody signed in from: when, from where, with what, and what to do when it was not them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import commands
from accounts.devices import own_device
from casework import clock
from surfaces.web import actor_of, page


@never_cache
@page("GET", "HEAD", "POST")
def device(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one's own device; disowned, it is signed out, and the person goes on to a new password."""
    actor = actor_of(request)
    if request.method == "POST":
        commands.disown_device(actor=actor, ref=ref, now=clock.now())
        messages.success(request, _("That device is signed out. A new password signs out all others, too."))
        return redirect("account_change_password")
    found = own_device(actor.person, ref)
    is_this = found.session_key == request.session.session_key
    return render(request, "account/device.html", {"device": found, "is_this": is_this})
