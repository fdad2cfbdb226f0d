"""The console's pages of triage models: what each learnt from, how it compares, who signed, and the next step.

One request, one command, one page.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appeals.models import Appeal, Ground
from casework import clock
from casework.errors import CaseError, NotFound, Text
from casework.refs import new_ref
from casework.toml import read_sentences
from classifier.cases import MINIMUM_CASES
from console.forms import Mistake
from console.frame import show, surface
from console.triage.automation import LANGUAGES
from surfaces.web import actor_of
from triage import commands
from triage.models import Training
from triage.queries import ModelState, model_for, models_for, training_overview_for, trainings_for, triage_health_for

_WORDS = read_sentences(Path(__file__).with_name("words.toml"))
STAGES: Mapping[str, Text] = _WORDS["stages"]
TAG_OF_STAGE: Mapping[str, str] = {
    "compared": "PENDING",
    "signed": "PENDING",
    "shadow": "CHECKING",
    "live": "ACTIVE",
    "replaced": "ENDED",
    "rolled_back": "RECALLED",
    "refused": "REFUSED",
}
"""How each stage looks, by the state whose colour and icon it has (surface_tags.appearance)."""
PATH: Sequence[tuple[str, Text]] = (
    ("compared", _("Compared")),
    ("signed", _("Signed by two people")),
    ("shadow", _("In the shadow")),
    ("live", _("Live")),
)
GROUPS: Mapping[str, Text] = _WORDS["groups"]
VALUES: Mapping[str, Text] = {
    **LANGUAGES,
    "merchant": _("merchant"),
    "consumer": _("consumer"),
    "": _("none"),
}
COUNTS: Mapping[str, Text] = _WORDS["counts"]
MAX_FLIPPED = 50
STEPS: Mapping[str, Callable[..., Any]] = {
    "sign": commands.sign_triage_model,
    "shadow": commands.start_triage_shadow,
    "live": commands.put_triage_model_live,
    "refuse": commands.refuse_triage_model,
    "roll_back": commands.roll_back_triage_model,
}
TAKEN: Mapping[str, Text] = _WORDS["taken"]


def overview(request: HttpRequest, *, release: str = "", refused: CaseError | None = None) -> HttpResponse:
    """Renders the page of all models; with what was typed and why it was refused, where it was."""
    actor, now = actor_of(request), clock.now()
    about = training_overview_for(actor, now=now)
    errors = [Mistake(each.message, "release") for each in refused.errors] if refused is not None else []
    if refused is not None and not errors:
        errors = [Mistake(refused.detail)]
    shown = {
        "place": "system",
        "rows": [
            {"state": state, "stage": STAGES[state.stage], "look": TAG_OF_STAGE[state.stage]}
            for state in models_for(actor)
        ],
        "health": triage_health_for(actor, now=now),
        "about": about,
        "least": MINIMUM_CASES,
        "trainings": [shown_training(row) for row in trainings_for(actor)],
        "form_key": new_ref(""),
        "release": release,
        "errors": errors,
    }
    return show(request, "triage/triage_models.html", status=refused.status if refused is not None else 200, **shown)


triage_models = surface("GET", "HEAD")(overview)
"""Shows all models with their stage, the form for a new one, the latest trainings: to compliance and administrators."""


@surface("GET", "HEAD", keeps=("note",))
def triage_model(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one model: cases, figures beside the live one, groups, flipped cases, steps, and what may be done next."""
    state = model_for(actor_of(request), ref)
    return show(request, "triage/triage_model.html", **_shown(state))


@surface("POST", keeps=("note",))
def take_step(request: HttpRequest, ref: str, step: str) -> HttpResponseBase:
    """Takes one step, or shows why it is refused."""
    if step not in STEPS:
        raise NotFound()
    given = {"note": request.POST.get("note", "").replace("\x00", "")} if step in ("refuse", "roll_back") else {}
    done = STEPS[step](actor=actor_of(request), ref=ref, now=clock.now(), **given)
    messages.success(request, _rolled_back(done) if isinstance(done, commands.RolledBack) else str(TAKEN[step]))
    return redirect("triage:triage-model", ref)


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


def counted(counts: Mapping[str, int]) -> list[tuple[Text, int]]:
    """How many cases were used, and how many were not and why, in words; those that were used first."""
    order = list(COUNTS)
    return [(COUNTS.get(n, n), counts[n]) for n in sorted(counts, key=lambda n: order.index(n) if n in order else 99)]


def shown_training(row: Training) -> dict[str, Any]:
    """A training as a list shows it: how far it is or how it ended, as a state and in words."""
    if row.is_open:
        look, words = "PENDING", row.get_step_display()
    elif row.reason:
        look, words = "FAILED", row.get_reason_display()
    else:
        look, words = "DONE", row.get_step_display()
    return {"row": row, "look": look, "words": words}


def _path(state: ModelState) -> list[dict[str, Any]]:
    """The stages of a model from its comparison to its use, each past, here or ahead."""
    taken = {step.stage for step in state.steps}
    if len(state.signed_by) < 2:
        taken.discard("signed")
    nearest = next((name for name, _label in PATH if name not in taken), "")
    return [
        {"label": label, "status": "past" if name in taken else "here" if name == nearest and state.may else "ahead"}
        for name, label in PATH
    ]


def _cell(cell: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The figures of one group as a page shows them; None where the group is too small for any."""
    if not cell or cell["candidate"] is None:
        return None
    found: dict[str, Any] = {"n": cell["n"]}
    for who in ("candidate", "live"):
        figures = cell[who] or {}
        shares = {"ece": figures.get("ece"), "agreement": _agreement(figures.get("error"))}
        found[who] = {name: "–" if share is None else f"{share:.1%}" for name, share in shares.items()}
    if (baseline := _agreement(cell.get("baseline_error"))) is not None:
        found["baseline"] = f"{baseline:.1%}"
    return found


def _agreement(error: float | None) -> float | None:
    """The share in which the lean met what people decided, as every page says it (classifier.agreement)."""
    return None if error is None else 1.0 - error


def _signed(figure: float) -> str:
    """A difference with its sign, to four places; a true minus, not a hyphen."""
    return f"{figure:+.4f}".replace("-", "−")


def _shown(state: ModelState) -> dict[str, Any]:
    found = state.comparison
    difference = found.get("difference")
    groups = [
        (gettext("%(group)s: %(value)s") % {"group": GROUPS.get(name, name), "value": _value(name, value)}, _cell(cell))
        for name, cells in found.get("groups", {}).items()
        for value, cell in cells.items()
    ]
    return {
        "place": "system",
        "state": state,
        "steps": [(step, step.facts.get("passed_over", ())) for step in state.steps],
        "stage": STAGES[state.stage],
        "look": TAG_OF_STAGE[state.stage],
        "path": _path(state),
        "counts": counted(state.row.counts),
        "overall": _cell(found.get("overall")),
        "agreement": found.get("agreement"),
        "difference": difference and {name: _signed(difference[name]) for name in ("gain", "low", "high")},
        "beside": found.get("live"),
        "groups": [(words, cell) for words, cell in groups if cell is not None],
        "small": [words for words, cell in groups if cell is None],
        "flipped": [
            {
                "ref": each["ref"],
                "is_here": each["ref"].startswith(Appeal.REF_PREFIX),
                "overturned": each["overturned"],
                "candidate": f"{each['candidate'] / 1000:.0%}",
                "live": f"{each['live'] / 1000:.0%}",
            }
            for each in found.get("flipped", [])[:MAX_FLIPPED]
        ],
        "n_flipped": found.get("n_flipped", 0),
        "n_flipped_right": found.get("n_flipped_right", 0),
        "n": found.get("n", 0),
    }


def _value(group: str, value: str) -> Text:
    if group == "ground":
        return dict(Ground.choices).get(value, value)
    return VALUES.get(value, value)
