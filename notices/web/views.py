"""Pages about notices: the list, one notice, its exhibits. The only effect is a recorded reading."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.mandates import address_to_authorise
from casework import clock
from casework.actor import Actor, ActorKind
from casework.formats import money
from notices import commands, queries
from notices.arithmetic import lines_of
from notices.models import MeasureState, Notice, Remedy, overturn_of
from notices.policies import may_confirm_decision, may_translate_notice
from notices.verbs import CONFIRM, exhibits_to_open
from surfaces.serving import send
from surfaces.web import actor_of, chosen, page


@dataclass(frozen=True, slots=True)
class Round:
    """One appeal against the notice, as a line with a link."""

    number: str
    state: str
    label: str | Promise
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do about the notice, by when."""

    text: str
    url: str
    at: datetime | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """The notice of a right holder on which the measure rests, and whether the merchant can state against it now."""

    number: str
    holder: str
    url: str
    can_state: bool


@dataclass(frozen=True, slots=True)
class AppealSide:
    """What apps above say beside a notice: rounds of appeal, the next step, who may take it, and on whose notice of
    intellectual property the measure rests.
    """

    rounds: Sequence[Round] = ()
    step: Step | None = None
    chooses_measures: bool = False
    window_closed_at: datetime | None = None
    late_url: str = ""
    holders: Sequence[str] = ()
    may_only: str = ""
    claim: Claim | None = None


type Beside = Callable[[Actor, Notice, datetime], AppealSide]


def nothing_beside(_actor: Actor, _notice: Notice, _now: datetime) -> AppealSide:
    return AppealSide()


type Several = Callable[[Actor], str]


def no_address(_actor: Actor) -> str:
    return ""


@page("GET", "HEAD")
def notice(request: HttpRequest, ref: str, beside: Beside = nothing_beside) -> HttpResponse:
    """Shows what happened, why, what it does to the reader and until when, and what they can do next and by when."""
    actor = actor_of(request)
    now = clock.now()
    commands.record_reading(actor=actor, ref=ref, now=now)
    found = queries.notice_for(actor, ref)
    prefetch_related_objects([found], "bases__clause__version__rule")
    context = {
        "notice": found,
        "measures": [_measure(m, is_told=actor.kind is not ActorKind.PARTY) for m in found.measures.all()],
        "bases": found.bases.all(),
        "exhibits": found.exhibits.all(),
        "overturn": overturn_of(found.contradicts),
        "resting": queries.resting_on(found),
        "editions": found.editions.all(),
        "remedies": restore_list(found.remedies.all(), now=now),
        "publication": getattr(found, "publication", None),
        "side": beside(actor, found, now),
        "translations": queries.translations_of(found),
        "to_open": [each.no for each in exhibits_to_open(actor, found, now)],
        "covers": actor.kind is ActorKind.STAFF
        and chosen(request, "pictures") == "covered"
        and may_confirm_decision(actor, found) is not None,  # who opens each by a button of its own
        "may_confirm": CONFIRM.is_open(actor, found, now),
        "may_translate": may_translate_notice(actor, found) is None,
        "promised": found.promised,
        "decision_time": found.promised["urgent_decision_time" if found.is_high_stakes else "decision_time"],
        "is_own": actor.role_in(found.party_id, found.matter) is not None,
        "authorise_url": address_to_authorise(actor, found.party, found.ref),
        "now": now,
    }
    return render(request, "notices/detail.html", context)


@page("GET", "HEAD")
def exhibit(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves the file of an exhibit: a picture is shown, anything else is saved."""
    return send(request, queries.exhibit_file(actor_of(request), ref, no), original="original" in request.GET)


@require_safe
def link(_request: HttpRequest, ref: str) -> HttpResponse:
    """Redirects from the address that messages and apps carry."""
    return redirect("notices:detail", ref=ref)


def restore_list(remedies: Any, *, now: datetime) -> list[dict[str, Any]]:
    """The remedies as the restore list shows them."""
    return [_remedy(remedy, now) for remedy in remedies]


def _remedy(remedy: Remedy, now: datetime) -> dict[str, Any]:
    kind = remedy.measure.type
    label = {
        "RESTORE": kind.restores,
        "REFUND": _("Money paid back"),
        "CORRECT_RECORD": _("The entry about “%(measure)s” is taken off your record") % {"measure": kind.label},
    }[remedy.kind]
    return {
        "label": label,
        "state": remedy.state,
        "settled_at": remedy.settled_at,
        "due_at": remedy.due_at,
        "is_late": remedy.is_late(now),
        "note": remedy.note,
        "amount_minor": remedy.amount_minor,
        "currency": remedy.currency,
    }


def _measure(measure: Any, *, is_told: bool) -> dict[str, Any]:
    calculation = measure.calculation or {}
    return {
        "row": measure,
        "fell": measure.state == MeasureState.REVOKED,
        "working": lines_of(measure.calculation),
        "warning": measure.warning if is_told else "",
        "formula": calculation.get("formula", ""),
        "inputs": [
            (name.removesuffix("_minor"), money(value) if name.endswith("_minor") and isinstance(value, int) else value)
            for name, value in (calculation.get("inputs") or {}).items()
        ],
        "cap_minor": calculation.get("cap_minor"),
    }
