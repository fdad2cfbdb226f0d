"""How people judge: agreement of two who know nothing of each other, what stayed unread, what came of first views."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import SENIOR_REVIEWER
from appeals.lists import LANGUAGES, OUTCOMES
from casework import clock
from casework.errors import NotFound
from console.frame import show, staff, surface
from rules.terms import terms_at
from transparency import queries
from transparency import values as words
from transparency.catalogue import BY_CODE
from transparency.cohorts import CUTS
from transparency.policies import READS

LEANS: Mapping[str, str | Promise] = {
    "": "—",
    "keep": gettext_lazy("Keeping"),
    "undo": gettext_lazy("Undoing"),
}
BY: Mapping[str, str | Promise] = {
    "clause": CUTS["clause"],
    "language": gettext_lazy("Language"),
    "executor": CUTS["executor"],
}


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
    found = sorted(values.items(), key=lambda each: (-each[1].agreement.n, -each[1].decisions, each[0]))
    lines = [(labels[value], words.judged(each)) for value, each in found]
    context: dict[str, Any] = {
        "by": by,
        "is_judged": whole is not None and whole.agreement.n > 0,
        "by_name": BY[by],
        "cuts": list(BY.items()),
        "lines": [*([(_("All"), words.judged(whole))] if whole and whole.decisions else []), *lines],
        "courses": [
            (OUTCOMES.get(c.first, ""), LEANS[c.lean], OUTCOMES[c.outcome], c.n) for c in queries.courses(now, officer)
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
