"""Somebody leaves, is let back in, or is absent until a day: what they hold and where it goes."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import commands
from accounts.leaving import holdings
from accounts.models import User
from accounts.policies import may_set_absence, may_set_work
from accounts.roles import ADMINISTRATOR, HELP_LINE, MEDIATOR, SENIOR_REVIEWER
from casework import clock
from casework.clock import BEIJING
from casework.errors import Invalid, NotYourTurn, or_not_found, require
from console.frame import OVERSEES, REVIEWS, show, staff, surface
from surfaces.forms import CommandForm, PlainText, in_beijing

STAFF_ROLES = (*REVIEWS, *OVERSEES, MEDIATOR, HELP_LINE)
OVERSEES_TEAMS = (SENIOR_REVIEWER, *OVERSEES)


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
                commands.reactivate_user(actor=actor, user=person, now=clock.now())
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


class AbsenceForm(CommandForm):
    """Until the end of which day somebody is absent; empty where they are here."""

    places = {"until": "last_day"}
    retry = (Invalid, NotYourTurn)

    last_day = forms.DateField(
        label=gettext_lazy("Last day away"), required=False, help_text=gettext_lazy("Leave it empty to be here.")
    )


@surface("GET", "HEAD", "POST")
def absence(request: HttpRequest, ref: str = "") -> HttpResponse:
    """A person of staff says until when they are absent; whoever assigns cases says it of others as well."""
    actor, now = staff(request, *STAFF_ROLES), clock.now()
    person = or_not_found(User.objects.filter(ref=ref or actor.ref).first())
    require(may_set_absence(actor, user=person))
    until = person.absent_until if person.is_absent(now) else None
    first = {"last_day": in_beijing(until - timedelta(days=1)).date()} if until else {}
    form = AbsenceForm(request.POST or None, initial=first)

    def save(said: dict[str, Any]) -> None:
        day = said["last_day"]
        commands.set_absence(actor=actor, user=person, until=day and _end_of(day), now=now)

    if request.method == "POST" and form.carried_out(save):
        is_away = form.cleaned_data["last_day"] is not None
        done = _("%(name)s is absent and is given nothing.") if is_away else _("%(name)s is here.")
        messages.success(request, done % {"name": person.get_full_name()})
        return redirect("people:absence", person.ref)
    return show(
        request,
        "absence.html",
        status=400 if form.errors else 200,
        form=form,
        heading=_("When %(name)s is absent") % {"name": person.get_full_name()},
        effects=[
            _("Until then nobody can assign a case to them, and they are not offered where cases are assigned."),
            _("What they hold stands under “Held by somebody absent” for whoever assigns. It is not given back."),
        ],
        button=_("Save"),
        back_url=reverse("home"),
    )


class WorkForm(CommandForm):
    """What somebody can do, and how many open cases they have at most."""

    skills = PlainText(
        label=gettext_lazy("Skills"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Words with spaces between them, such as: food en. Rules of routing ask for them."),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Open cases at most"),
        required=False,
        min_value=0,
        max_value=999,
        help_text=gettext_lazy("Leave it empty for no limit."),
    )


@surface("GET", "HEAD", "POST", roles=OVERSEES_TEAMS)
def work(request: HttpRequest, ref: str) -> HttpResponse:
    """Whoever leads says what a person of staff can do and how many open cases they have at most."""
    actor, now = staff(request, *OVERSEES_TEAMS), clock.now()
    person = or_not_found(User.objects.filter(ref=ref).first())
    require(may_set_work(actor, user=person))
    back = "workbench:team" if actor.has_role(*REVIEWS) else "mediation:team"
    form = WorkForm(request.POST or None, initial={"skills": person.skills, "capacity": person.capacity})
    if request.method == "POST" and form.carried_out(
        lambda said: commands.set_work(actor=actor, user=person, now=now, **said)
    ):
        messages.success(request, _("It is on record what %(name)s does.") % {"name": person.get_full_name()})
        return redirect(back)
    return show(
        request,
        "absence.html",
        status=400 if form.errors else 200,
        form=form,
        heading=_("What %(name)s does") % {"name": person.get_full_name()},
        effects=[
            _("Cases that a rule of routing keeps for a skill stand first for whoever has it."),
            _("Whoever has as many open cases as they take is given none and takes none, until one ends."),
        ],
        button=_("Save"),
        back_url=reverse(back),
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=BEIJING)


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


addresses = [
    path("absence/", absence, name="own-absence"),
    path("<slug:ref>/absence/", absence, name="absence"),
    path("<slug:ref>/work/", work, name="work"),
    path("<slug:ref>/leave/", leave, name="leave"),
]
