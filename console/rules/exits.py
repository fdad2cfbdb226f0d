"""Parties that leave on old terms: what is to be calculated and paid, and one of them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from casework.counts import capped_count
from casework.states import states_on
from console.frame import OVERSEES, ROWS, show, staff, surface
from rules.arithmetic import Item, Kind
from rules.machine import EXIT_STATES, EXIT_TABS
from rules.queries import exit_for, exits_for
from rules.verbs import STAFF, actions_for
from surfaces.forms import Amount, CommandForm, PlainText
from surfaces.pages import page_of


class CalculateForm(CommandForm):
    """The deposit, and the prepaid fees as lines of four values."""

    places = {"items": "fees"}

    deposit = Amount(label=gettext_lazy("Deposit held, in yuan"), required=False)
    fees = PlainText(
        label=gettext_lazy("Prepaid fees"),
        help_text=gettext_lazy(
            "One fee a line: name; paid in yuan; days it was paid for; days left. "
            "Example: Annual fee; 12000.00; 365; 100"
        ),
        max_length=4000,
        rows=4,
        required=False,
    )
    reply = PlainText(
        label=gettext_lazy("Answer to the objection, where there is one"), max_length=2000, rows=4, required=False
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        items = []
        if values.get("deposit"):
            items.append(Item(str(Kind.DEPOSIT), _("Deposit"), values["deposit"]))
        for line in values.get("fees", "").splitlines():
            if not line.strip():
                continue
            parts = [part.strip() for part in line.replace("；", ";").split(";")]
            try:
                label, paid, days, left = parts
                items.append(Item(str(Kind.FEE), label[:120], Amount().clean(paid), _whole(days), _whole(left)))
            except (ValueError, forms.ValidationError):
                self.add_error("fees", _("This line has not the four values: %(line)s") % {"line": line[:60]})
        return {"items": items, "reply": values.get("reply", "")}


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise ValueError(text)
    return int(text)


FORMS: dict[str, type[CommandForm]] = {"calculate": CalculateForm}


@surface("GET", "HEAD", roles=OVERSEES)
def exits(request: HttpRequest) -> HttpResponse:
    """Lists what waits for a calculation, what waits for its payment or end, and what is over."""
    every = exits_for(staff(request, *OVERSEES))
    rows = {tab: every.filter(state__in=states_on(EXIT_STATES, tab)) for tab in EXIT_TABS}
    tab = request.GET.get("tab", "")
    tab = tab if tab in rows else next(iter(EXIT_TABS))
    now = clock.now()
    paging = page_of(rows[tab], request.GET, size=ROWS)
    return show(
        request,
        "rules/exits.html",
        paging=paging,
        lines=[(row, row.is_late(now)) for row in paging],
        tab=tab,
        tabs=[(name, EXIT_TABS[name].label, capped_count(found)) for name, found in rows.items()],
        now=now,
    )


@surface("GET", "HEAD", roles=OVERSEES)
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one exit with its calculations, and what is to be done."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = exit_for(actor, ref)
    of_staff = {verb.name for verb in STAFF}
    actions = [action for action in actions_for(actor, row, now=now) if action.name in of_staff]
    return show(request, "rules/exit.html", row=row, actions=actions, now=now)
