"""Blind second looks at executors' acts: a reviewer says whether they would have taken the same measure.

The page shows the notice as it was issued, and nothing of who acted, of what became of it, or of who else looked: no
number to look it up by, no party's name, no officer, no tool, no state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from appeals.queries import notices_known_to
from casework import clock
from casework.errors import Invalid, NotFound
from casework.text import is_visually_blank
from console.frame import REVIEWS, ROWS, show, staff, surface
from executors.queries import error_classes
from notices import commands
from notices.models import Measure, Notice
from notices.queries import acts_to_look_at, blind_look_for, blind_looks_for
from surfaces.serving import send

SAME = {"yes": True, "no": False}
HIDDEN = "▇▇"


@surface("GET", "HEAD")
def start(request: HttpRequest) -> HttpResponseBase:
    """Shows what waits, the oldest first, and a way to the first: nobody chooses which."""
    actor = staff(request, *REVIEWS)
    acts = acts_to_look_at(actor, excluding=notices_known_to(actor))
    shown = list(blind_looks_for(actor, acts=acts[:ROWS]))
    return show(
        request,
        "notices/blind_looks.html",
        waiting=len(acts),
        following=_review(shown[0]).ref if shown else "",
        rows=[([m.kind.label for m in each.measures.all()], _review(each).drawn_at) for each in shown],
    )


@surface("GET", "HEAD", "POST", keeps=("note",))
def blind_look(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Shows the notice blind; an answer is sealed, and the way leads on to the next."""
    actor = staff(request, *REVIEWS)
    if request.method != "POST":
        return _shown(request, blind_look_for(actor, ref, excluding=notices_known_to(actor)))
    typed = {
        "same": request.POST.get("same", "")[:3],
        "error_class": request.POST.get("error_class", "")[:16],
        "note": request.POST.get("note", "").replace("\r\n", "\n").replace("\x00", ""),
    }
    mistakes = _mistakes(typed)
    if not mistakes:
        try:
            commands.give_blind_look(
                actor=actor,
                ref=ref,
                same_measure=SAME[typed["same"]],
                error_class=typed["error_class"],
                note=typed["note"],
                now=clock.now(),
                excluding=notices_known_to(actor),
            )
        except Invalid as refused:
            mistakes = {each.pointer.strip("/"): each.message for each in refused.errors}
        else:
            messages.success(request, _("Your view is on file and sealed."))
            return redirect("acts:list")
    notice = blind_look_for(actor, ref, excluding=notices_known_to(actor))
    return _shown(request, notice, status=400, typed=typed, mistakes=mistakes)


def _mistakes(typed: dict[str, str]) -> dict[str, str | Promise]:
    """Everything that is missing, at once, by the field it is missing in."""
    found: dict[str, str | Promise] = {}
    if typed["same"] not in SAME:
        found["same"] = _("Say whether you would have taken the same measure.")
    if (typed["same"] == "no" and not typed["error_class"]) or (typed["same"] == "yes" and typed["error_class"]):
        found["error_class"] = _("Say in what it was wrong, and only where it was.")
    if is_visually_blank(typed["note"]):
        found["note"] = _("Give the reason in a sentence.")
    return found


@surface("GET", "HEAD")
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves the file of an exhibit, while the act waits for this reader's look."""
    actor = staff(request, *REVIEWS)
    notice = blind_look_for(actor, ref, excluding=notices_known_to(actor))
    exhibit = next((e for e in notice.exhibits.all() if e.no == no), None)
    if exhibit is None or exhibit.attachment is None:
        raise NotFound()
    return send(request, exhibit.attachment, original="original" in request.GET)


@dataclass(frozen=True, slots=True)
class MeasureAsTaken:
    """A measure as it was taken, whatever became of it."""

    label: str
    object: str
    scope: str
    starts_at: datetime
    ends_at: datetime | None
    amount: int | None
    currency: str


def _taken(measure: Measure, hide: Callable[[str], str]) -> MeasureAsTaken:
    amount, changed = measure.amount_minor, measure.original_amount_minor
    return MeasureAsTaken(
        label=measure.kind.label,
        object=hide(measure.object_label),
        scope=hide(measure.scope),
        starts_at=measure.starts_at,
        ends_at=measure.original_ends_at or measure.ends_at,
        amount=amount if changed is None else changed,
        currency=measure.currency,
    )


def _review(notice: Notice) -> Any:
    """What was drawn of it. Of the act nothing else reaches the page."""
    assert notice.act is not None  # only notices with an act are drawn
    return notice.act.double_review


def _hiding(notice: Notice) -> Callable[[str], str]:
    """Returns what removes the names of who acted from a text, since whoever writes a notice may have signed it."""
    assert notice.act is not None
    act = notice.act
    user = act.person.user
    names = {act.executor.party.name, act.executor.number, act.person.code, user.display_name, user.username}
    telling = sorted((name for name in names if len(name) > 1), key=len, reverse=True)

    def hide(text: str) -> str:
        for name in telling:
            text = text.replace(name, HIDDEN)
        return text

    return hide


def _shown(
    request: HttpRequest,
    notice: Notice,
    *,
    status: int = 200,
    typed: dict[str, str] | None = None,
    mistakes: dict[str, str | Promise] | None = None,
) -> HttpResponse:
    hide = _hiding(notice)
    first = min(notice.editions.all(), key=lambda e: e.no, default=None)  # what it said before any amendment
    return show(
        request,
        "notices/blind_look.html",
        status=status,
        ref=_review(notice).ref,
        language="en" if notice.language == "en" else "zh-Hans",
        party=notice.party.get_kind_display(),
        conduct_at=notice.conduct_at,
        breach=notice.get_breach_kind_display(),
        facts=hide(first.facts if first is not None else notice.facts),
        reasons=hide(first.reasons if first is not None else notice.reasons),
        measures=[_taken(each, hide) for each in notice.measures.all()],
        bases=list(notice.bases.all()),
        exhibits=[
            {"no": e.no, "caption": hide(e.caption), "text": hide(e.excerpt), "at": e.captured_at, "file": e.attachment}
            for e in notice.exhibits.all()
        ],
        classes=error_classes(),
        typed=typed or {"same": "", "error_class": "", "note": ""},
        mistakes=mistakes or {},
        errors=[{"text": text, "id": f"id_{name}"} for name, text in (mistakes or {}).items()],
    )
