"""The console's page of what the system does alone: is the model well, which certificates stand, what audits found.

It shows; what changes anything has its own pages. What does not belong here: rules, and single suggestions.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from appeals.queries.automation import triage_health_for
from appeals.queries.certification import certificates_for, policies_for
from casework import clock
from casework.errors import Text
from casework.web import actor_of, page

TROUBLE: Mapping[str, Text] = {
    "no_model": _("There is no model. Every appeal goes to a person by its due time."),
    "bad_model": _("The model file was refused: it is damaged, or not sealed by this platform."),
    "slow": _("The model did not answer in time."),
    "crash": _("The model failed."),
    "busy": _("The model was still busy with earlier cases."),
}
STANDS: Mapping[str, Text] = {
    "unsigned": _("waits for two signatures"),
    "not_yet": _("not yet in force"),
    "expired": _("expired"),
    "revoked": _("revoked"),
    "unproved": _("its numbers do not prove what it says"),
}
DRIFT: Mapping[str, Text] = {
    "base_rate": _("people revoke another share of measures than before"),
    "scores": _("the probabilities are spread otherwise than before"),
    "vocabulary": _("more texts are worded in ways that the model never met"),
}


@never_cache
@page()
def automation(request: HttpRequest) -> HttpResponse:
    """What the system may do alone and how that goes; compliance and administrators only."""
    actor, now = actor_of(request), clock.now()
    health = triage_health_for(actor, now=now)
    certificates = [
        {
            "state": state,
            "bound": f"{state.watch.bound:.1%}",
            "stands": [STANDS[why] for why in state.stands],
            "drift": [DRIFT[why] for why in state.drift],
        }
        for state in certificates_for(actor, now=now)
    ]
    shown = {
        "health": health,
        "trouble": TROUBLE.get(health.trouble),
        "handed_over": [(TROUBLE[why], n) for why, n in sorted(health.handed_over.items())],
        "certificates": certificates,
        "policies": policies_for(actor),
    }
    return render(request, "workbench/automation.html", shown)
