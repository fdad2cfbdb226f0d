"""The door for whoever cannot sign in: a link or code for a party's cases, sent to its contact of record.

Open to everybody. No page here says whether an address, a party or an account exists.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts import commands, texts
from accounts.commands.access import USABLE_FOR
from accounts.contacts import CODE_FOR, message_of, sent_upon
from accounts.models import AccessLink
from accounts.queries import is_sample_database, is_usable
from accounts.web.middleware import LINK_IN_SESSION
from casework import clock
from casework.errors import NotFound
from casework.refs import new_ref
from operations.limits import DEVICE, KNOWN_FOR, device_for
from surfaces.forms import CommandForm, PlainText
from surfaces.web import page


class AddressForm(CommandForm):
    """The address or number that the platform has on record."""

    email = PlainText(label="", max_length=254)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field, takes_numbers = self.fields["email"], texts.are_sent()
        if takes_numbers:
            field.label = _("Mobile number or e-mail address that the platform has on record")
            field.error_messages["required"] = _("Give the number or the address.")
            field.widget.attrs |= {"autocomplete": "username"}
        else:
            field.label = _("E-mail address that the platform has on record")
            field.error_messages["required"] = _("Give the address.")
            field.widget.attrs |= {"type": "email", "autocomplete": "email", "inputmode": "email"}


class CodeForm(CommandForm):
    """The code that was sent."""

    code = PlainText(
        label=gettext_lazy("Code of six or twelve digits"),
        max_length=30,
        error_messages={"required": gettext_lazy("Type the code.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric"}


@never_cache
@page("GET", "HEAD", "POST", keeps=("email",))
def ask(request: HttpRequest) -> HttpResponse:
    """Asks for the address or number; whatever it is, the same page follows."""
    form, asked = AddressForm(request.POST or None), []
    source, device = request.META.get("REMOTE_ADDR", ""), request.COOKIES.get(DEVICE, "")
    if request.method == "POST" and form.carried_out(
        lambda values: asked.append(
            commands.ask_access_link(address=values["email"], source=source, device=device, now=clock.now())
        )
    ):
        return redirect("accounts:access-asked", asked[0])
    context = {"form": form, "takes_numbers": texts.are_sent()}
    return render(request, "account/access_ask.html", context, status=400 if form.errors else 200)


@never_cache
@page("GET", "HEAD", "POST")
def asked(request: HttpRequest, asked: str) -> HttpResponse:
    """What happens next and where a code is typed, the same for everybody; the right one opens the cases."""
    form, now = CodeForm(request.POST or None), clock.now()
    if request.method == "POST" and form.is_valid():
        link = commands.enter_by_code(asked=asked, code=form.cleaned_data["code"], now=now)
        if link is not None:
            return _entered(request, link)
        form.add_error("code", _("This code opens nothing. Look at the newest message, or ask for another code."))
    # On the sample's database no message goes anywhere, and it is shown here.
    is_sample = not settings.IS_DEPLOYED and not settings.SMS_URL and is_sample_database()
    shown = sent_upon(asked, now=now) if is_sample else []
    sent = [(link.sent_to, message_of(link, request.LANGUAGE_CODE)[1]) for link in shown]
    context = {
        "form": form,
        "minutes": int(CODE_FOR.total_seconds() // 60),
        "hours": int(USABLE_FOR.total_seconds() // 3600),
        "takes_numbers": texts.are_sent(),
        "is_sample": is_sample,
        "sent": sent,
    }
    return render(request, "account/access_asked.html", context, status=400 if form.errors else 200)


@never_cache
@page("GET", "HEAD", "POST")
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks once more, so that no mail scanner uses the link up; sent, it opens the party's cases in a new session."""
    now = clock.now()
    try:
        if request.method == "POST":
            return _entered(request, commands.enter_by_link(signed=ref, now=now))
        if not is_usable(ref, now=now):
            raise NotFound()
        return render(request, "account/access_enter.html")
    except NotFound:
        return render(request, "account/access_over.html", status=404)


def _entered(request: HttpRequest, link: AccessLink) -> HttpResponse:
    request.session.flush()  # nobody is anybody else at the same time
    request.session[LINK_IN_SESSION] = link.ref
    request.session.set_expiry(link.open_until)
    request.has_signed_out = True  # type: ignore[attr-defined]  # words that whoever was here before kept are theirs
    response = redirect("notices:list")
    response.set_cookie(
        DEVICE,
        device_for(link.sent_to.lower(), new_ref("dev_")),
        max_age=KNOWN_FOR,
        path="/access/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@page("POST")
def leave(request: HttpRequest) -> HttpResponse:
    """What the link opened is closed; nothing of it stays in this browser."""
    ref = request.session.get(LINK_IN_SESSION)
    if ref:
        commands.leave_by_link(ref=ref, now=clock.now())
        request.session.flush()
        request.has_signed_out = True  # type: ignore[attr-defined]
        messages.success(request, _("You have left. The link opens nothing any more."))
    return redirect("home")
