"""The overview of a person who works for an executor: what waits, what they may carry out and until when."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from casework import clock
from casework.actor import Actor
from executors import queries
from executors.machine import OPEN_INSTRUCTION, UNHEARD, IncidentState
from executors.models import Incident
from executors.queries.figures import figure
from executors.queries.in_force import newest_of_each
from executors.queries.measures import measure_labels
from executors.web import presenters
from executors.web.frame import reader, show
from surfaces.web import page

MOST = 4


@page("GET", "HEAD")
def home(request: HttpRequest) -> HttpResponse:
    """Shows two tiles with what is next due, open instructions, certificates, incidents and the figure."""
    actor, person = reader(request)
    now = clock.now()
    executor, labels = queries.with_mandates(person.executor), measure_labels()
    held = [c for c in newest_of_each(queries.certifications_for(actor)) if c.person_id == person.pk]
    curricula = list(queries.curricula_for(actor, now=now))
    cards = [
        presenters.certificate_card(c, executor=executor, curricula=curricula, labels=labels, now=now) for c in held
    ]
    shown = sorted(
        (c for c in cards if c["state"] != "RECALLED"),
        key=lambda c: (c["state"] in presenters.OVER, not c["is_urgent"], c["expires_at"]),
    )
    incidents = queries.incidents_for(actor)
    waiting = incidents.exclude(state=IncidentState.CLOSED)[:MOST]
    quality = queries.quality_for(actor, now=now)
    open_ones = queries.instructions_for(actor).filter(state__in=OPEN_INSTRUCTION)
    orders = [presenters.instruction_line(row, labels=labels, now=now) for row in open_ones]
    return show(
        request,
        "home.html",
        me=presenters.profile(person),
        standing=presenters.inactive_notice(executor),
        tiles=[_certificates_tile(cards), _incidents_tile(incidents)],
        first=_first_steps(curricula) if not any(c["state"] not in presenters.OVER for c in cards) else [],
        has_held=bool(cards),
        instructions=sorted(orders, key=lambda line: line["due_at"]),
        certificates=shown[:MOST],
        more_certificates=len(shown) > MOST,
        incidents=[presenters.incident_line(row, reader=person, now=now) for row in waiting],
        figure=figure(quality.overturned, quality.pool),
        now=now,
    )


def _certificates_tile(cards: list[dict[str, Any]]) -> dict[str, Any]:
    """How many stand where, and the next that ends by itself."""
    states = [card["state"] for card in cards]
    set_aside = states.count("SET_ASIDE")
    over = sum(state in presenters.OVER for state in states)
    counts = [
        {"n": states.count("VALID") + states.count("NOT_YET"), "state": "VALID", "label": _("valid")},
        {"n": states.count("EXPIRING"), "state": "EXPIRING", "label": _("expire within 30 days")},
        {"n": over, "state": "EXPIRED", "label": _("lapsed")},
    ]
    if set_aside:
        counts.insert(0, {"n": set_aside, "state": "SET_ASIDE", "label": _("suspended")})
    return {
        "name": "certificates",
        "url": reverse("executors:certifications"),
        "title": _("Certificates"),
        "icon": "check-circle",
        "counts": counts,
        "due_at": _first_of([card["due_at"] for card in cards]),
        "due_label": _("Next to end"),
        "nothing": _("None ends within 30 days."),
    }


def _incidents_tile(rows: QuerySet[Incident]) -> dict[str, Any]:
    """How many stand where, counted by the database, and until when the first is to be explained."""
    per_state = rows.order_by().values_list("state").annotate(n=Count("pk"), first=Min("explain_by"))
    found = {str(state): (n, first) for state, n, first in per_state}
    many = {state: n for state, (n, _first) in found.items()}
    waiting, closed = sum(many.get(state, 0) for state in UNHEARD), many.get(IncidentState.CLOSED, 0)
    return {
        "name": "incidents",
        "url": reverse("executors:incidents"),
        "title": _("Incidents"),
        "icon": "alert",
        "counts": [
            {"n": waiting, "state": "OPENED", "label": _("to explain")},
            {"n": sum(many.values()) - waiting - closed, "state": "EXPLAINED", "label": _("in progress")},
            {"n": closed, "state": "CLOSED", "label": _("closed")},
        ],
        "due_at": found[IncidentState.OPENED][1] if IncidentState.OPENED in found else None,
        "due_label": _("Explain by"),
        "nothing": _("Nothing waits for you."),
    }


def _first_of(moments: list[datetime | None]) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)


def _first_steps(curricula: list[Any]) -> list[dict[str, Any]]:
    """The trainings that lead to a first certificate."""
    return [
        {
            "url": reverse("executors:training", args=[c.ref]),
            "title": c.title,
            "text": _("level %(level)s · %(hours)s") % {"level": c.level, "hours": presenters.hours(c.hours)},
        }
        for c in curricula[:MOST]
    ]


def work_address_of(actor: Actor) -> str:
    """Returns the address at which somebody works who works for an executor; empty for everybody else."""
    return reverse("executors:home") if queries.person_of(actor) is not None else ""


@page("GET", "HEAD")
def guide(request: HttpRequest) -> HttpResponse:
    """How to work for an executor."""
    reader(request)
    return show(request, "guide.html", text=f"guides/{get_language()}/executor.html")
