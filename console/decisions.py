"""The log of decisions: every decision of people and of the system, who made it on what view, and with what opened.

Each tab is of one kind. The file has what is on record beside what the page shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.roles import MEDIATOR
from appeals import commands
from appeals.inputs import CalibrateInput, ContestInput
from appeals.lists import OUTCOMES, SYSTEM_VIEWS
from appeals.policies import OVERSEES as SENIORS
from appeals.policies import may_calibrate, may_contest_look
from appeals.queries import decisions_for, differing_look, looks_that_differ, second_looks_given, seen_before
from casework import clock
from casework.actor import Actor
from casework.errors import NotYourTurn
from console.frame import OVERSEES, REVIEWS, list_view, show, staff, surface
from disputes.lists import OUTCOMES as OF_DISPUTES
from disputes.queries import determinations_for
from surfaces.input_forms import InputForm
from surfaces.lists import Asked, Choice, Column, Flag, Kind, Line, Listing, Order, Tab

APPEALS, DISPUTES, LOOKS, DIFFERING = "appeals", "disputes", "looks", "differing"
ROWS = {
    APPEALS: decisions_for,
    DISPUTES: determinations_for,
    LOOKS: second_looks_given,
    DIFFERING: looks_that_differ,
}


def _rows(asked: Asked[Any]) -> QuerySet[Any]:
    return ROWS[asked.tab](asked.actor)


def _case(row: Any) -> Any:
    """The case that the decision, the determination or the second look is of."""
    return getattr(row, "dispute", None) or getattr(row, "decision", row).appeal


def _beside(asked: Asked[Any], rows: Sequence[Any]) -> Mapping[Any, Any]:
    return seen_before(rows) if asked.tab == APPEALS else {}


def _search(asked: Asked[Any]) -> Q:
    """The number of a case, or the code of whoever decided."""
    case, person = {
        APPEALS: ("appeal", "reviewer"),
        DISPUTES: ("dispute", "mediator"),
        LOOKS: ("decision__appeal", "reviewer"),
        DIFFERING: ("decision__appeal", "decision__reviewer"),
    }[asked.tab]
    found = Q()
    for word in asked.filter.words:
        found &= Q(**{f"{case}__number": word.upper()}) | Q(**{f"{person}__officer_code": word.upper()})
    return found


def _who(line: Line[Any]) -> str:
    person = getattr(line.row, "mediator", None) or getattr(line.row, "reviewer", None)
    return (person.officer_code or person.ref) if person is not None else _("the system")


def _party(line: Line[Any]) -> str:
    case = _case(line.row)
    if hasattr(case, "party"):
        return str(case.party.name)
    respondent = case.respondent.name if case.respondent else _("the platform")
    return _("%(claimant)s against %(respondent)s") % {"claimant": case.claimant.name, "respondent": respondent}


def _first(line: Line[Any]) -> str:
    view = line.beside.first
    if view is None:
        return ""
    return f"{view.get_outcome_display()} · {view.get_confidence_display()}"


def _changed(line: Line[Any]) -> Iterator[Flag]:
    view = line.beside.first
    if view is not None and view.outcome != line.row.outcome:
        yield Flag(gettext_lazy("decided otherwise"), "info", "warn", "changed")


def _opened(line: Line[Any]) -> str:
    if line.row.reviewer_id is None:
        return ""
    return _("%(opened)d of %(pieces)d") % {"opened": line.beside.opened, "pieces": line.beside.pieces}


def _unread(line: Line[Any]) -> Iterator[Flag]:
    if line.row.reviewer_id is not None and line.beside.opened < line.beside.pieces:
        yield Flag(gettext_lazy("not all"), "alert", "warn", "unread")


def _derived(line: Line[Any]) -> str:
    derived = line.row.derived
    if (supported := derived.get("supported")) is None:
        return ""
    return str(
        OF_DISPUTES["NOT_SUPPORTED" if not supported else "PARTLY" if derived.get("limited_by") else "SUPPORTED"]
    )


def _departs(line: Line[Any]) -> Iterator[Flag]:
    if line.row.departs:
        yield Flag(gettext_lazy("departs from the table"), "info", "warn", "departs")


def _compared(line: Line[Any]) -> str:
    return _("same as decided") if line.row.outcome == line.row.decision.outcome else _("differs from the decision")


def _recorded(attribute: str, head: Promise, tab: str) -> Column[Any]:
    """What the file alone says of the row, as it is on record."""
    return Column(attribute, head, lambda line: getattr(line.row, attribute), on=[tab], file_only=True)


def _url(line: Line[Any]) -> str:
    if line.asked.tab == DIFFERING:
        return reverse("decisions:look", args=[_case(line.row).ref])
    return reverse("mediation:case" if line.asked.tab == DISPUTES else "workbench:case", args=[_case(line.row).ref])


def _reads(actor: Actor, *roles: str) -> bool:
    return actor.has_role(*roles, *OVERSEES)


def reader(request: HttpRequest) -> Actor:
    """Whoever decides, of their own decisions, and whoever oversees. Raises `NotSignedIn`, `NotAllowed`."""
    return staff(request, *REVIEWS, MEDIATOR, *OVERSEES)


def _permille(line: Line[Any]) -> Any:
    return "" if line.beside.permille is None else line.beside.permille


decisions = list_view(
    Listing[Any](
        title=gettext_lazy("Decisions"),
        hint=gettext_lazy("Newest first. Those who do not oversee see their own decisions only."),
        nothing=gettext_lazy("No decision is here."),
        searched=gettext_lazy("Case number or officer code"),
        search=_search,
        rows=_rows,
        tabs=[
            Tab(APPEALS, gettext_lazy("Appeals"), shown_to=lambda actor: _reads(actor, *REVIEWS)),
            Tab(DISPUTES, gettext_lazy("Disputes"), shown_to=lambda actor: _reads(actor, MEDIATOR)),
            Tab(LOOKS, gettext_lazy("Second looks"), shown_to=lambda actor: _reads(actor, *REVIEWS)),
            Tab(DIFFERING, gettext_lazy("To settle"), shown_to=lambda actor: _reads(actor, *REVIEWS)),
        ],
        orders={
            "newest": Order(("-decided_at", "-id"), ("decision_newest", "determination_newest", "audit_view_newest")),
        },
        filters=[
            Choice("outcome", gettext_lazy("Result"), OUTCOMES, on=[APPEALS, LOOKS, DIFFERING]),
            Choice("determined", gettext_lazy("Result"), OF_DISPUTES, lambda code: Q(outcome=code), on=[DISPUTES]),
            Choice(
                "by",
                gettext_lazy("Decided by"),
                {"HUMAN": gettext_lazy("a person"), "SYSTEM": gettext_lazy("the system")},
                lambda code: Q(by_kind=code),
                on=[APPEALS],
            ),
            Choice("system_view", gettext_lazy("System's view"), SYSTEM_VIEWS, on=[APPEALS]),
            Choice(
                "departs",
                gettext_lazy("Departs from the table"),
                {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")},
                lambda code: Q(departs=code == "yes"),
                on=[DISPUTES],
            ),
        ],
        days="decided_at",
        beside=_beside,
        columns=[
            Column("case", gettext_lazy("Case"), lambda line: _case(line.row).number, Kind.NUMBER),
            Column("at", gettext_lazy("Decided at"), lambda line: line.row.decided_at, Kind.MOMENT, order="newest"),
            Column("who", gettext_lazy("Who decided"), _who, on=[APPEALS, DISPUTES, LOOKS]),
            Column("party", gettext_lazy("Party"), _party),
            Column(
                "outcome",
                gettext_lazy("Result"),
                lambda line: (line.row.outcome, line.row.get_outcome_display()),
                Kind.STATE,
                flags=lambda line: _departs(line) if line.asked.tab == DISPUTES else (),
            ),
            Column("first", gettext_lazy("First view"), _first, flags=_changed, on=[APPEALS]),
            Column(
                "system",
                gettext_lazy("System's view"),
                lambda line: line.row.get_system_view_display(),
                code=lambda line: line.row.system_view,
                on=[APPEALS],
            ),
            Column("opened", pgettext_lazy("evidence", "Opened"), _opened, flags=_unread, on=[APPEALS]),
            Column("derived", gettext_lazy("The table derives"), _derived, on=[DISPUTES]),
            Column(
                "decided",
                gettext_lazy("The decision"),
                lambda line: (line.row.decision.outcome, line.row.decision.get_outcome_display()),
                Kind.STATE,
                on=[LOOKS, DIFFERING],
            ),
            Column("agrees", gettext_lazy("Compared"), _compared, on=[LOOKS]),
            _recorded("unread_reason", gettext_lazy("Why pieces stayed unopened"), APPEALS),
            _recorded("difference_reason", gettext_lazy("Why it differs from the system"), APPEALS),
            _recorded("model_version", gettext_lazy("Version of the model"), APPEALS),
            _recorded("certificate_ref", gettext_lazy("Certificate"), APPEALS),
            _recorded("departure_reasons", gettext_lazy("Why it departs from the table"), DISPUTES),
            Column(
                "permille",
                gettext_lazy("System's lean to undo, of 1000"),
                _permille,
                Kind.FIGURE,
                on=[APPEALS],
                file_only=True,
            ),
        ],
        link=_url,
        by="pk",
        test=("decisions", "decision"),
    ),
    who=reader,
)
"""What was decided of appeals and disputes, and what second looks would have decided."""


@surface("GET", "HEAD", "POST", keeps=("words", "took_part", "concluded", "guidance"))
def look(request: HttpRequest, ref: str) -> HttpResponse:
    """Two judgements of one case that differ: what its decider says to it, and what a meeting concluded."""
    actor, now = reader(request), clock.now()
    row = differing_look(actor, ref)
    is_settled = hasattr(row, "calibration")
    form: InputForm | None = None
    does: Any = None
    if not is_settled and may_calibrate(actor, row) is None:
        form, does = InputForm(CalibrateInput, request.POST or None), commands.calibrate
    elif not is_settled and not hasattr(row, "contest") and may_contest_look(actor, row) is None:
        form, does = InputForm(ContestInput, request.POST or None), commands.contest_second_look
    if request.method == "POST" and form is None:
        raise NotYourTurn()
    if form is not None and form.carried_out(lambda said: does(actor=actor, ref=ref, now=now, **said)):
        messages.success(request, _("It is on record."))
        return redirect("decisions:look", ref=ref)
    return show(
        request,
        "differing.html",
        status=400 if form is not None and form.errors else 200,
        row=row,
        form=form,
        leads=does is commands.calibrate,
        may_name=actor.has_role(*SENIORS),
        opens=row.decision.reviewer_id == actor.user_id or actor.has_role(*SENIORS),
    )


addresses = [path("", decisions, name="list"), path("<slug:ref>/look/", look, name="look")]
