"""The console's pages about automation: model, policies, attempts to prove, certificates and their audits.

One request, one command, one page.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from appeals.models import Ground
from casework import clock
from casework.actor import Actor
from casework.errors import CaseError, Invalid, NotYourTurn, Text
from casework.toml import read_sentences
from classifier.budget import MOST_A_PARTY, MOST_WRONG
from console.forms import Mistake
from console.frame import show, surface
from notices.queries import measure_types
from surfaces.web import actor_of
from triage import commands
from triage.models import AutomationMode
from triage.policies import may_set_automation
from triage.queries import (
    attempts_for,
    audits_for,
    certificate_for,
    certificates_for,
    closing_rates_for,
    policy_states_for,
    proofs_for,
    require_time_to_attempt,
    triage_health_for,
)

ALPHAS = (10, 20, 50, 100, 200)
DELTAS = (10, 50, 100)
"""In thousandths; a certificate promises a share of at most alpha with confidence 1 − delta."""

_WORDS = read_sentences(Path(__file__).with_name("words.toml"))
TROUBLE: Mapping[str, Text] = _WORDS["trouble"]
CERTIFICATE_STATE: Mapping[str, Text] = _WORDS["certificates"]
DRIFT: Mapping[str, Text] = _WORDS["drift"]


SHOULD_HAVE_BEEN: Mapping[str, Text] = _WORDS["audits"]
LANGUAGES: Mapping[str, Text] = _WORDS["languages"]


# — the overview —


@surface("GET", "HEAD")
def automation(request: HttpRequest) -> HttpResponse:
    """Shows what the system may do alone and how that goes; compliance and administrators only."""
    return _overview(request, actor_of(request))


@surface("POST")
def set_policy(request: HttpRequest) -> HttpResponseBase:
    """Sets what the system may do for this kind of measure, or shows what is missing."""
    actor = actor_of(request)
    asked = _posted_fields(request, "measure_type", "ground", "mode")
    try:
        commands.set_automation_policy(actor=actor, now=clock.now(), **asked)
    except Invalid as refused:
        return _overview(request, actor, policy=asked, refused=refused, form="policy")
    messages.success(request, _("The policy is set."))
    return redirect("triage:automation")


@surface("POST")
def attempt(request: HttpRequest) -> HttpResponseBase:
    """Attempts a certification; where it proved something, its certificate waits for two signatures."""
    actor, now = actor_of(request), clock.now()
    asked = _posted_fields(request, "measure_type", "ground", "alpha", "delta")
    try:
        require_time_to_attempt(actor, asked["measure_type"], asked["ground"], now=now)
        made = commands.attempt_certification(
            actor=actor,
            measure_type=asked["measure_type"],
            ground=asked["ground"],
            proofs=proofs_for(actor, asked["measure_type"], asked["ground"], now=now),
            now=now,
            alpha_permille=_permille(asked["alpha"], "alpha"),
            delta_permille=_permille(asked["delta"], "delta"),
        )
    except (Invalid, NotYourTurn) as refused:
        return _overview(request, actor, attempted=asked, refused=refused, form="attempt")
    if made.certificate is None:
        messages.warning(request, _("Nothing could be proved. The attempt is on file with its numbers."))
        return redirect("triage:automation")
    messages.success(request, _("Proved. The certificate counts once two people have signed it."))
    return redirect("triage:certificate", made.certificate.ref)


def _posted_fields(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.POST.get(name, "").replace("\x00", "")[:60] for name in names}


def _permille(text: str, name: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise Invalid.field(f"/{name}", "unknown", _("Choose one of the listed values."))
    return int(text)


def _overview(
    request: HttpRequest,
    actor: Actor,
    *,
    policy: Mapping[str, str] | None = None,
    attempted: Mapping[str, str] | None = None,
    refused: CaseError | None = None,
    form: str = "",
) -> HttpResponse:
    """Renders the page; `policy` and `attempted` are what was chosen in a form that was refused."""
    now = clock.now()
    health = triage_health_for(actor, now=now)
    shown = {
        "place": "system",
        "health": health,
        "trouble": TROUBLE.get(health.trouble),
        "handed_over": [(TROUBLE[why], n) for why, n in sorted(health.handed_over.items())],
        "certificates": certificates_for(actor, now=now),
        "stands": CERTIFICATE_STATE,
        "drift": DRIFT,
        "policies": policy_states_for(actor, now=now),
        "attempts": attempts_for(actor),
        "rates": closing_rates_for(actor, now=now),
        "may_set": may_set_automation(actor) is None,
        "kinds": list(measure_types()),
        "grounds": Ground.choices,
        "modes": AutomationMode.choices,
        "alphas": ALPHAS,
        "deltas": DELTAS,
        "policy": policy or {},
        "attempted": {"alpha": "50", "delta": "50"} | dict(attempted or {}),
        "errors": _mistakes(refused, form),
    }
    return show(request, "triage/automation.html", status=refused.status if refused is not None else 200, **shown)


def _mistakes(refused: CaseError | None, form: str) -> Sequence[Mistake]:
    if refused is None:
        return ()
    at = {"model": "measure_type"}
    found = [(e.message, e.pointer.strip("/")) for e in refused.errors]
    return [Mistake(text, f"{form}-{at.get(name, name)}") for text, name in found] or [Mistake(refused.detail)]


# — one certificate —


@surface("GET", "HEAD", keeps=("note",))
def certificate(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one certificate: what it promises, on what proof, for which cases, who signed it, and what audits found."""
    return _certificate(request, actor_of(request), ref)


@surface("POST")
def sign(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Signs the certificate; the second person has to be somebody else."""
    actor = actor_of(request)
    try:
        commands.sign_certificate(actor=actor, ref=ref, now=clock.now())
    except NotYourTurn as refused:
        return _certificate(request, actor, ref, refused=refused)
    messages.success(request, _("You signed the certificate."))
    return redirect("triage:certificate", ref)


@surface("POST", keeps=("note",))
def revoke(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Revokes the certificate; one person is enough, and says why."""
    actor, note = actor_of(request), request.POST.get("note", "").replace("\x00", "")
    try:
        commands.revoke_certificate(actor=actor, ref=ref, note=note, now=clock.now())
    except (Invalid, NotYourTurn) as refused:
        return _certificate(request, actor, ref, refused=refused, note=note)
    messages.success(request, _("The certificate is revoked. The system closes nothing under it any more."))
    return redirect("triage:certificate", ref)


def _certificate(
    request: HttpRequest, actor: Actor, ref: str, *, refused: CaseError | None = None, note: str = ""
) -> HttpResponse:
    state = certificate_for(actor, ref, now=clock.now())
    audits = [(view, SHOULD_HAVE_BEEN[view.error_class]) for view in audits_for(actor, state.row)]
    shown = {
        "s": state,
        "stands": CERTIFICATE_STATE,
        "drift": DRIFT,
        "confidence": 1000 - state.row.delta_permille,
        "languages": [LANGUAGES.get(code, code) for code in state.row.languages],
        "audits": audits,
        "wrong": sum(view.is_error for view, _words in audits),
        "has_signed": actor.person in [s.signer_id for s in state.signatures],
        "may_act": may_set_automation(actor) is None,
        "most_wrong": MOST_WRONG,
        "a_party": MOST_A_PARTY,
        "note": note,
        "errors": [Mistake(m.text, "note" if m.id.endswith("note") else "") for m in _mistakes(refused, "certificate")],
    }
    return show(request, "triage/certificate.html", status=refused.status if refused is not None else 200, **shown)
