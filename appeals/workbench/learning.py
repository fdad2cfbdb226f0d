"""The console's pages of triage models: what each learnt from, how it compares, who signed, and the next step.

One request, one command, one page. What does not belong here: rules (commands, triggers) and figures (queries).
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from appeals import commands
from appeals.models import Ground
from appeals.queries import ModelState, model_for, models_for
from appeals.queries.automation import triage_health_for
from casework import clock
from casework.errors import NotFound, Text
from casework.web import actor_of, page

STAGES: Mapping[str, Text] = {
    "compared": _("waits for two signatures"),
    "signed": _("signed, waits for the next step"),
    "shadow": _("in the shadow"),
    "live": _("live"),
    "replaced": _("was live, replaced"),
    "rolled_back": _("rolled back"),
    "refused": _("refused"),
}
GROUPS: Mapping[str, Text] = {
    "language": _("Language"),
    "party": _("Kind of party"),
    "ground": _("Ground"),
    "executor": _("Third party that acted"),
    "notices": _("Notices in the year before filing"),
}
VALUES: Mapping[str, Text] = {
    "zh": _("Chinese"),
    "en": _("English"),
    "mixed": _("mixed"),
    "unknown": _("unknown"),
    "merchant": _("merchant"),
    "consumer": _("consumer"),
    "": _("none"),
}
COUNTS: Mapping[str, Text] = {
    "used": _("final decisions by people: learnt from or tested on"),
    "by_system": _("closed by the system: not used"),
    "not_final": _("may still be reviewed a second time: not used"),
    "self_corrected": _("corrected by the platform itself: not used"),
    "withdrawn": _("withdrawn: not used"),
    "sample": _("decided cases that were invented for the sample: learnt from or tested on"),
}
STEPS: Mapping[str, Callable[..., Any]] = {
    "sign": commands.sign_triage_model,
    "shadow": commands.start_triage_shadow,
    "live": commands.put_triage_model_live,
    "refuse": commands.refuse_triage_model,
    "roll_back": commands.roll_back_triage_model,
}
TAKEN: Mapping[str, Text] = {
    "sign": _("You signed the model."),
    "shadow": _("The model now runs in the shadow."),
    "live": _("The model is live."),
    "refuse": _("The model was refused."),
}


@never_cache
@page()
def triage_models(request: HttpRequest) -> HttpResponse:
    """All models with their stage; compliance and administrators only."""
    actor = actor_of(request)
    rows = [{"state": state, "stage": STAGES[state.stage]} for state in models_for(actor)]
    health = triage_health_for(actor, now=clock.now())
    return render(request, "workbench/triage_models.html", {"rows": rows, "health": health})


@never_cache
@page(keeps=("note",))
def triage_model(request: HttpRequest, ref: str) -> HttpResponse:
    """One model: cases, figures beside the live one, groups, flipped cases, steps, and what may be done next."""
    state = model_for(actor_of(request), ref)
    return render(request, "workbench/triage_model.html", _shown(state))


@never_cache
@page(keeps=("note",))
def take_step(request: HttpRequest, ref: str, step: str) -> HttpResponseBase:
    """One step is taken, or refused with its reason."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if step not in STEPS:
        raise NotFound()
    given = {"note": request.POST.get("note", "").replace("\x00", "")} if step in ("refuse", "roll_back") else {}
    done = STEPS[step](actor=actor_of(request), ref=ref, now=clock.now(), **given)
    messages.success(request, _rolled_back(done) if isinstance(done, commands.RolledBack) else str(TAKEN[step]))
    return redirect("workbench:triage-model", ref)


def _rolled_back(done: commands.RolledBack) -> str:
    if done.live is None:
        return gettext(
            "The model was rolled back. No earlier one can be used, so every appeal goes to a person by its due time."
        )
    if done.passed_over:
        return gettext(
            "The model was rolled back. %(live)s is live again; the file of %(passed_over)s is gone or was altered."
        ) % {"live": done.live.version, "passed_over": ", ".join(model.version for model in done.passed_over)}
    return gettext("The model was rolled back. %(live)s is live again.") % {"live": done.live.version}


def _shown(state: ModelState) -> dict[str, Any]:
    found = state.comparison
    groups = [
        (GROUPS.get(name, name), [(_value(name, value), cell) for value, cell in cells.items()])
        for name, cells in found.get("groups", {}).items()
    ]
    return {
        "state": state,
        "steps": [(step, step.facts.get("passed_over", ())) for step in state.steps],
        "stage": STAGES[state.stage],
        "counts": [(COUNTS.get(name, name), n) for name, n in state.row.counts.items()],
        "overall": found.get("overall"),
        "difference": found.get("difference"),
        "beside": found.get("live"),
        "groups": groups,
        "flipped": found.get("flipped", []),
        "n_flipped": found.get("n_flipped", 0),
        "n_flipped_right": found.get("n_flipped_right", 0),
        "n": found.get("n", 0),
    }


def _value(group: str, value: str) -> Text:
    if group == "ground":
        return dict(Ground.choices).get(value, value)
    return VALUES.get(value, value)
