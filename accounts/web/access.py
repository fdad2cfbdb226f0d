"""The door for whoever cannot sign in: a link to notices and appeals, sent to the party's contact of record.

Open to everybody. No page here says whether an address, a party or an account exists.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import commands
from accounts.queries import is_usable
from accounts.web.middleware import LINK_IN_SESSION
from casework import clock
from casework.errors import NotFound
from surfaces.forms import CommandForm, PlainText
from surfaces.web import page


class AddressForm(CommandForm):
    """The address that the platform has on record."""

    email = PlainText(
        label=gettext_lazy("E-mail address that the platform has on record"),
        max_length=254,
        error_messages={"required": gettext_lazy("Give the address.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["email"].widget.attrs |= {"type": "email", "autocomplete": "email", "inputmode": "email"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(keeps=("email",))
def ask(request: HttpRequest) -> HttpResponse:
    """Asks for the address; whatever it is, the same page follows."""
    form = AddressForm(request.POST or None)
    source = request.META.get("REMOTE_ADDR", "")
    if request.method == "POST" and form.carried_out(
        lambda values: commands.ask_access_link(address=values["email"], source=source, now=clock.now())
    ):
        return redirect("accounts:access-asked")
    return render(request, "account/access_ask.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@page()
def asked(request: HttpRequest) -> HttpResponse:
    """What happens next, the same for everybody."""
    return render(request, "account/access_asked.html", {"minutes": 10, "hours": 24})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page()
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks once more, so that no mail scanner uses the link up; sent, it opens notices and appeals in a new session."""
    now = clock.now()
    try:
        if request.method == "POST":
            return _entered(request, ref)
        if not is_usable(ref, now=now):
            raise NotFound()
        return render(request, "account/access_enter.html")
    except NotFound:
        return render(request, "account/access_over.html", status=404)


def _entered(request: HttpRequest, signed: str) -> HttpResponse:
    link = commands.enter_by_link(signed=signed, now=clock.now())
    request.session.flush()  # nobody is anybody else at the same time
    request.session[LINK_IN_SESSION] = link.ref
    request.session.set_expiry(link.open_until)
    request.has_signed_out = True  # type: ignore[attr-defined]  # words that whoever was here before kept are theirs
    return redirect("notices:list")


@require_POST
@page()
def leave(request: HttpRequest) -> HttpResponse:
    """What the link opened is closed; nothing of it stays in this browser."""
    ref = request.session.get(LINK_IN_SESSION)
    if ref:
        commands.leave_by_link(ref=ref, now=clock.now())
        request.session.flush()
        request.has_signed_out = True  # type: ignore[attr-defined]
        messages.success(request, _("You have left. The link opens nothing any more."))
    return redirect("home")
