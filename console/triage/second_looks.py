"""The second look: a reviewer says what they would have decided, without knowing what was decided, or by whom.

The page shows the file as it was handed in: no outcome, no officer, no timeline, no number to look it up by.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from appeals.models import Appeal, Outcome
from casework import clock
from casework.errors import CaseError, Invalid, NotFound
from console.appeals import context
from console.forms import Mistake
from console.frame import REVIEWS, show, staff, surface
from surfaces.serving import send
from triage import commands
from triage.commands import AuditResult
from triage.queries import second_look_for, second_looks_for

ORDER = (Outcome.UPHELD, Outcome.VARIED, Outcome.OVERTURNED)


@surface("GET", "HEAD")
def start(request: HttpRequest) -> HttpResponse:
    """Shows how many cases wait, and a way to the oldest: nobody chooses which."""
    waiting = second_looks_for(staff(request, *REVIEWS), now=clock.now())
    following = waiting[0] if waiting else None
    return show(request, "triage/second_looks.html", waiting=len(waiting), following=following)


@surface("GET", "HEAD", "POST", keeps=("note",))
def second_look(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Shows the case blind; takes the reviewer's own outcome, and then tells them the rest."""
    actor, now = staff(request, *REVIEWS), clock.now()
    if request.method != "POST":
        return _shown(request, second_look_for(actor, ref, now=now))
    outcome = request.POST.get("outcome", "")[:12]
    note = request.POST.get("note", "").replace("\r\n", "\n").replace("\x00", "")
    try:
        done = commands.record_audit_view(actor=actor, ref=ref, outcome=outcome, note=note, now=now)
    except Invalid as refused:
        return _shown(request, second_look_for(actor, ref, now=now), refused=refused, outcome=outcome, note=note)
    messages.success(request, _result_text(done))
    if done.revoked:
        messages.warning(request, _("Too many closings were wrong: their certificate is revoked from now on."))
    return redirect("triage:second-looks")


def _result_text(done: AuditResult) -> str:
    """Says what was decided and by whom, once one's own view is on file."""
    if not done.was_by_system:
        if done.agrees:
            return _("On file. A person had decided this case, as you would have.")
        return _("On file. A person had decided this case, otherwise than you would have.")
    return {
        "": _("On file. The system had closed this case, as you would have."),
        "kept": _("On file. The system had closed this case wrongly: you would have kept the measure."),
        "reduced": _("On file. The system had closed this case wrongly: you would only have reduced the measure."),
    }[done.view.error_class]


@surface("GET", "HEAD")
def file(request: HttpRequest, ref: str, subject: str) -> HttpResponseBase:
    """Serves the file of a piece, while the case waits for this reader's second look."""
    appeal = second_look_for(staff(request, *REVIEWS), ref, now=clock.now())
    found = next((p for p in context.pieces_of(appeal, ()) if p.subject == subject and p.file is not None), None)
    if found is None or found.file is None:
        raise NotFound()
    return send(request, found.file, original="original" in request.GET)


def _shown(
    request: HttpRequest, appeal: Appeal, *, refused: CaseError | None = None, outcome: str = "", note: str = ""
) -> HttpResponse:
    for item in appeal.items.all():  # as it was taken, whatever became of it
        measure = item.measure
        measure.ends_at = measure.original_ends_at or measure.ends_at
        if measure.original_amount_minor is not None:
            measure.amount_minor = measure.original_amount_minor
    words = {"outcome": _("Choose what you would have done with the measure.")}
    errors = [
        Mistake(words.get(e.pointer.strip("/"), e.message), e.pointer.strip("/"))
        for e in (refused.errors if refused is not None else ())
    ]
    shown = {
        "appeal": context.with_guidance(appeal),
        "is_blind": True,
        "pieces": context.pieces_of(appeal, ()),
        "outcomes": [(str(each), each.label) for each in ORDER],
        "outcome": outcome,
        "note": note,
        "errors": errors,
    }
    return show(request, "triage/second_look.html", status=refused.status if refused is not None else 200, **shown)
