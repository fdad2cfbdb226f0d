"""Somebody of staff leaves: what they hold and where it goes, asked once more before it is done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from accounts import commands
from accounts.leaving import holdings
from accounts.models import User
from accounts.queries import person_named
from accounts.roles import ADMINISTRATOR
from casework import clock
from casework.errors import Invalid, NotYourTurn
from console.frame import show, staff, surface


@surface("GET", "HEAD", "POST", roles=(ADMINISTRATOR,))
def deactivate(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows what the person holds and where it goes; confirmed, gives it back and ends what they can do."""
    actor, person = staff(request, ADMINISTRATOR), person_named(ref)
    refused = None
    if request.method == "POST":
        try:
            commands.deactivate_user(actor=actor, user=person, now=clock.now())
        except (Invalid, NotYourTurn) as error:
            refused = error
        else:
            messages.success(
                request, _("%(name)s is deactivated and holds nothing.") % {"name": person.get_full_name()}
            )
            return redirect(_back(person))
    held = [(kind.label, kind.held_by(person)) for kind in holdings().values()]
    return show(
        request,
        "deactivate.html",
        status=refused.status if refused else 200,
        person=person,
        held=[(label, rows) for label, rows in held if rows],
        refused=refused,
        heading=_("Deactivate %(name)s") % {"name": person.get_full_name()},
        button=_("Deactivate and give everything back"),
        effects=[
            _("They are signed out everywhere; their tokens and open connections end at once."),
            _("Their roles end. What they typed and had not sent is deleted."),
            _("The ledger of each case says that it was given back, and by whom."),
        ],
        back_url=_back(person),
    )


def _back(person: User) -> str:
    return reverse("admin:accounts_user_change", args=[person.pk])


addresses = [path("<slug:ref>/deactivate/", deactivate, name="deactivate")]
