"""Recourse: the claims on executors, each with its ledger, and the steps that are open."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework import clock
from casework.formats import officer
<<<<<<< HEAD
from console.frame import OVERSEES, list_view, show, staff, surface
=======
from console.executors.frame import staff, surface
from console.frame import show
>>>>>>> main
from executors import queries, verbs
from executors.queries.pages import codes_of
from surfaces.asks import STAFF
from surfaces.verb_pages import Step, open_steps


<<<<<<< HEAD
def _money(name: str, head: Text, amount: Callable[[Recourse], int]) -> Column[Recourse]:
    return Column(name, head, lambda line: (amount(line.row), line.row.currency), Kind.MONEY)


def _sums(asked: Asked[Recourse]) -> Mapping[str, Any]:
    claimed, received, waits = money_on(asked.every)
    return {"claimed": claimed, "received": received, "open": waits}


recourses = list_view(
    RECOURSES.shown(
        title=gettext_lazy("Recourse"),
        lede=gettext_lazy(
            "What the platform paid to affected parties first and now claims back from executors. It is between the "
            "two; no affected party sees it or waits for it."
        ),
        nothing=gettext_lazy("Nothing is claimed from any executor."),
        rows=lambda asked: queries.recourses_for(asked.actor).annotate(ended=IS_ENDED),
        orders={
            "open": Order(("ended", "-created_at", "-id"), ("recourse_open_first",)),
            "newest": RECOURSES.orders["newest"],
        },
        columns=[
            Column("number", gettext_lazy("Claim"), lambda line: line.row.number, Kind.NUMBER),
            Column("executor", gettext_lazy("Executor"), lambda line: line.row.executor.party.name),
            Column(
                "incident",
                gettext_lazy("Incident"),
                lambda line: line.row.incident.number,
                Kind.NUMBER,
                link=lambda line: reverse("executing:incident", args=[line.row.incident.ref]),
            ),
            state(),
            _money("claimed", gettext_lazy("Claimed"), lambda row: row.claimed_minor),
            _money("received", gettext_lazy("Received"), lambda row: row.received_minor),
            _money("open", gettext_lazy("Still open"), lambda row: row.open_minor),
            Column("day", gettext_lazy("Since"), lambda line: line.row.created_at, Kind.DAY, rank=3, order="newest"),
        ],
        link=lambda line: reverse("executing:recourse", args=[line.row.ref]),
        frame="console/executors/base.html",
        place="recourses",
        template="console/executors/recourses.html",
        test=("recourses", "recourse-row"),
    ),
    roles=OVERSEES,
    more=_sums,
)
"""Every claim, open ones first, with what was claimed and what came in."""


@surface("GET", "HEAD", roles=OVERSEES)
=======
@surface("GET", "HEAD")
>>>>>>> main
def recourse(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one claim with every entry of its ledger."""
    return show_recourse(request, ref)


def show_recourse(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the claim's page; `typed` is the step that was refused."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = queries.recourse_for(actor, ref)
    entries = list(row.entries.all())
    codes = codes_of(entry.by_ref for entry in entries)
    return show(
        request,
        "executors/recourse.html",
        status=200 if typed is None else typed.status,
        place="recourses",
        form=typed.form if typed else None,
        recourse=row,
        ledger=[(entry, by_text(codes.get(entry.by_ref, ""))) for entry in entries],
        steps=open_steps(verbs.RECOURSE, STAFF, actor, row, now, typed),
        waits=row.is_open and not row.incident.finding_is_final(now),
        waits_until=row.incident.contest_by if row.incident.may_still_be_contested(now) else None,
    )


def by_text(code: str) -> str:
    """Who entered it: somebody of an executor by their code, an officer as one; without a code it was no person."""
    if not code:
        return _("the platform's back end")
    return code if code.startswith("X-") else officer(code)
