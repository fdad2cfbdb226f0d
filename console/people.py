"""Somebody leaves: what they hold and where it goes, asked once more before it is done; and lets them back in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from accounts import commands
from accounts.leaving import holdings
from accounts.models import User
from accounts.roles import ADMINISTRATOR
from casework import clock
from casework.errors import Invalid, NotYourTurn, or_not_found
from console.frame import show, staff, surface


@surface("GET", "HEAD", "POST", roles=(ADMINISTRATOR,))
def leave(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows what the person holds and where it goes; confirmed, gives it back and ends what they can do. Somebody who
    left is let back in there.
    """
    actor, person = staff(request, ADMINISTRATOR), or_not_found(User.objects.filter(ref=ref).first())
    name, refused = {"name": person.get_full_name()}, None
    if request.method == "POST":
        wants_back = request.POST.get("to") == "reactivate"
        try:
            if wants_back:
                commands.reactivate_user(actor=actor, user=person)
                done = _("%(name)s is let back in. Set a password and grant a role.")
            else:
                commands.deactivate_user(actor=actor, user=person, now=clock.now())
                done = _("%(name)s is deactivated and holds nothing.")
        except (Invalid, NotYourTurn) as error:
            refused = error
        else:
            messages.success(request, done % name)
            return redirect(_back(person))
    asks = _asks_to_leave() if person.is_active else _asks_back()
    heading = _("Deactivate %(name)s") if person.is_active else _("Let %(name)s back in")
    held = [(kind.label, kind.held_by(person)) for kind in holdings().values()] if person.is_active else []
    return show(
        request,
        "leave.html",
        status=refused.status if refused else 200,
        person=person,
        held=[(label, rows) for label, rows in held if rows],
        refused=refused,
        heading=heading % name,
        back_url=_back(person),
        **asks,
    )


def _asks_to_leave() -> dict[str, Any]:
    return {
        "button": _("Deactivate and give everything back"),
        "effects": [
            _("They are signed out everywhere; their tokens and open connections end at once."),
            _("Their roles end. What they typed and had not sent is deleted."),
            _("The ledger of each case says that it was given back, and by whom."),
        ],
    }


def _asks_back() -> dict[str, Any]:
    return {
        "button": _("Let back in"),
        "effects": [_("They have neither a role nor a password until you give them one.")],
        "fields": [{"name": "to", "value": "reactivate"}],
    }


def _back(person: User) -> str:
    return reverse("admin:accounts_user_change", args=[person.pk])


addresses = [path("<slug:ref>/leave/", leave, name="leave")]
