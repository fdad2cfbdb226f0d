"""How people judge: agreement of two who know nothing of each other, what stayed unread, and what came of first views."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import SENIOR_REVIEWER
from appeals.lists import LANGUAGES
from appeals.models import Outcome
from casework import clock
from casework.actor import Actor
from casework.errors import NotFound
from console.frame import show, staff, surface
from rules.terms import terms_at
from transparency import queries
from transparency.catalogue import BY_CODE
from transparency.cohorts import CUTS
from transparency.judging import Agreed, Measured
from transparency.policies import READS

LEANS: Mapping[str, str | Promise] = {
    "": "—",
    "keep": gettext_lazy("keeping"),
    "undo": gettext_lazy("undoing"),
}
BY: Mapping[str, str | Promise] = {
    "clause": CUTS["clause"],
    "language": gettext_lazy("Language"),
    "executor": CUTS["executor"],
}


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one value of a cut, in words."""

    agreement: Agreed
    raw: str
    kappa: str
    ac1: str
    decisions: int
    unopened: str


def line(found: queries.Judged) -> Line:
    """The figures in words."""
    one, unread = found.agreement, found.unread_share
    share = "" if unread is None else percent(Measured(*unread))
    return Line(one, percent(one.raw), _decimal(one.kappa), _decimal(one.ac1), found.decisions, share)


def percent(found: Measured | None) -> str:
    """A share with its range, in percent."""
    return "—" if found is None else f"{100 * found.value:.0f}% ({100 * found.low:.0f}–{100 * found.high:.0f})"


def _decimal(found: Measured | None) -> str:
    if found is None:
        return "—"
    low, value, high = (f"{each + 0.0:.2f}".replace("-", "−") for each in (found.low, found.value, found.high))
    return _("%(value)s (%(low)s to %(high)s)") % {"value": value, "low": low, "high": high}


def own(actor: Actor, now: datetime) -> Line | None:
    """One's own figures, for oneself; none where nothing of one's own was decided."""
    found = queries.judged(now, officer=actor.person).get("") if actor.user_id is not None else None
    return line(found) if found is not None and found.decisions else None


@surface("GET", "HEAD", roles=READS)
def quality(request: HttpRequest) -> HttpResponse:
    """Shows the figures by one cut; whoever leads can ask for one officer at a time, and for no list of them."""
    actor, now = staff(request, *READS), clock.now()
    code = request.GET.get("officer", "").strip()[:20].upper() if actor.has_role(SENIOR_REVIEWER) else ""
    officer = User.objects.filter(officer_code=code).values_list("pk", flat=True).first() if code else None
    if code and officer is None:
        raise NotFound()
    by = request.GET.get("by", "")
    by = by if by in BY else "clause"
    whole = queries.judged(now, officer=officer).get("")
    values = queries.judged(now, by=by, officer=officer)
    labels = _labels(by, values)
    lines = [(labels[value], line(each)) for value, each in values.items()]
    outcomes = {code: label for code, label in Outcome.choices}
    context: dict[str, Any] = {
        "by": by,
        "by_name": BY[by],
        "cuts": list(BY.items()),
        "lines": [*([(_("All"), line(whole))] if whole and whole.decisions else []), *lines],
        "courses": [
            (outcomes.get(c.first, ""), LEANS[c.lean], outcomes[c.outcome], c.n) for c in queries.courses(now, officer)
        ],
        "officer": code,
        "names": actor.has_role(SENIOR_REVIEWER),
        "share": terms_at(now)["second_look_share"],
    }
    return show(request, "transparency/quality.html", **context)


def _labels(by: str, values: Mapping[str, Any]) -> Mapping[str, str | Promise]:
    if by == "language":
        return {value: LANGUAGES.get(value.lower(), value) for value in values}
    return queries.labels(BY_CODE["appeals-decided"], by, values)
