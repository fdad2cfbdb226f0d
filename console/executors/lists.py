"""Compliance's lists about executors: the registry, incidents, instructions, recourse."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from casework.formats import deadline_text, moment_text
from casework.states import states_on
from console.frame import OVERSEES, list_view
from console.templatetags.executor_tags import instruction_title
from executors import queries
from executors.lists import EXECUTORS, INCIDENTS, INSTRUCTIONS, RECOURSES
from executors.machine import INCIDENT_STATES, INCIDENT_TABS, MAY_ACT, OPEN_INCIDENT
from executors.measurement import Share
from executors.models import IS_ENDED, OWED_BY, Certification, Executor, Instruction, InstructionKind, Mandate, Recourse
from executors.queries.figures import decided_text, percent, range_text
from executors.queries.in_force import certificate_state, mandate_in_force, newest_of_each
from executors.queries.measures import measure_labels
from executors.queries.pages import money_on, shares_by_executor
from surfaces.lists import Asked, Column, Flag, Kind, Line, Order, Tab, detail, number, since, state, tabs_of
from surfaces.lists.cells import Text


class Beside(NamedTuple):
    """What is said of one executor besides; of its people how many hold a certificate, of how many, and of how many no
    other lasts longer than thirty days."""

    mandate: Mandate | None
    incidents: int
    share: Share
    certified: int
    people: int
    expiring: int


def _beside(asked: Asked[Executor], rows: Sequence[Executor]) -> Mapping[Any, Any]:
    held: dict[int, list[Certification]] = defaultdict(list)
    for row in newest_of_each(queries.certifications_for(asked.actor)):
        held[row.person.executor_id].append(row)
    incidents = queries.incidents_for(asked.actor).filter(state__in=OPEN_INCIDENT)
    open_ones = dict(incidents.order_by().values_list("act__executor").annotate(n=Count("pk")))
    shares, pool = shares_by_executor(asked.actor)
    found: dict[Any, Any] = {
        each.pk: Beside(
            mandate_in_force(each, now=asked.now),
            open_ones.get(each.pk, 0),
            shares.get(each.pk, Share(0, 0)),
            *_certified(each, held[each.pk], asked.now),
        )
        for each in rows
    }
    return found | {"pool": pool, "incidents": sum(open_ones.values())}


def _certified(executor: Executor, held: Collection[Certification], now: datetime) -> tuple[int, int, int]:
    people = {p.pk for p in executor.people.all() if p.is_live}
    states = {(c.person_id, certificate_state(c, now=now)) for c in held}
    valid = {person for person, state in states if state == "VALID"}
    expiring = {person for person, state in states if state == "EXPIRING"}
    return len((valid | expiring) & people), len(people), len(expiring - valid)


def _mandate_text(line: Line[Executor]) -> Text:
    mandate = line.beside.mandate
    if mandate is None:
        return _("none in force")
    if mandate.effective_until is None:
        return _("version %(no)s, open end") % {"no": mandate.no}
    until = deadline_text(mandate.effective_until, "day")
    return _("version %(no)s, until %(until)s") % {"no": mandate.no, "until": until}


def _expiring(line: Line[Executor]) -> str:
    n = line.beside.expiring
    return ngettext("%(n)s expires within 30 days", "%(n)s expire within 30 days", n) % {"n": n} if n else ""


def _totals(asked: Asked[Executor]) -> Mapping[str, Any]:
    """What stands above the list: of all executors, however it is narrowed."""
    states = Counter(str(state) for state in asked.every.order_by().values_list("state", flat=True))
    return {
        "may_act": sum(states[each] for each in MAY_ACT),
        "suspended": states["SUSPENDED"],
        "open_incidents": asked.beside["incidents"],
        "pool": _pool(asked.beside["pool"]),
    }


executors = list_view(
    EXECUTORS.shown(
        title=_("Executors"),
        hint=_(
            "Share of the decisions of persons, in an appeal or a dispute, that overturned what was done; one that "
            "overturned what only the tool or the rule was at fault for is left out. 95% Wilson range; under 30 "
            "decisions nothing is shown."
        ),
        nothing=_("No executor is registered. Whoever carries out your rules for you belongs here."),
        searched=_("Search by number or name"),
        columns=[
            Column(
                "name",
                _("Executor"),
                lambda line: line.row.party.name,
                note=lambda line: f"{line.row.number} · {line.row.get_kind_display()}",
            ),
            detail("number", _("Number"), lambda line: line.row.number),
            state(),
            Column(
                "contract",
                _("Contract until"),
                lambda line: line.row.contract_until,
                Kind.DAY,
                flags=lambda line: [Flag(_("over"), "alert", "stop")] if line.row.contract_until <= line.now else [],
            ),
            Column("mandate", _("Mandate"), _mandate_text),
            Column(
                "certified",
                _("Certified people"),
                lambda line: _("%(n)s of %(of)s") % {"n": line.beside.certified, "of": line.beside.people},
                note=_expiring,
            ),
            Column("incidents", _("Open incidents"), lambda line: line.beside.incidents, Kind.FIGURE),
            Column(
                "overturned",
                _("Overturned (95% range)"),
                lambda line: range_text(line.beside.share),
                Kind.FIGURE,
                note=lambda line: decided_text(line.beside.share),
            ),
        ],
        beside=_beside,
        link=lambda line: reverse("executing:executor", args=[line.row.ref]),
        frame="console/executors/base.html",
        template="console/executors/list.html",
        test=("executors", "executor-row"),
    ),
    roles=OVERSEES,
    more=_totals,
)
"""Every executor with its state, its terms and its figures."""


def _pool(share: Share) -> dict[str, str] | None:
    """Everybody's rate with its range, where there are enough decisions to show one."""
    if share.value is None or share.interval is None:
        return None
    low, high = share.interval
    return {"rate": percent(share.value), "low": percent(low).removesuffix("%"), "high": percent(high)}


ORDERED = {"find": "owed", "pay": "unpaid", "wait": "explain", "closed": "closed"}


def _on(tab: str) -> Q:
    """As the indexes of these orders say it."""
    return Q(waits_on=tab) if tab in ("find", "pay") else Q(state__in=states_on(INCIDENT_STATES, tab))


incidents = list_view(
    INCIDENTS.shown(
        title=_("Incidents"),
        nothing=_("No incident here."),
        rows=lambda asked: queries.incidents_for(asked.actor).annotate(owed=OWED_BY),
        tabs=[Tab(name, tab.label, _on(name), ORDERED[name]) for name, tab in INCIDENT_TABS.items()],
        starts_where_something_is=True,
        # What is due first comes first, and so what the platform is late with at the top; what is closed, newest first.
        orders={
            "owed": Order(("owed", "id"), ("incident_to_find",), on=("find",)),
            "unpaid": Order(("-state", "compensate_by", "id"), ("incident_to_make_whole",), on=("pay",)),
            "explain": Order(("explain_by", "id"), ("incident_by_state",), on=("wait",)),
            "closed": Order(("-closed_at", "-id"), ("incident_closed",), on=("closed",)),
            "newest": Order(("-created_at", "-id"), ("incident_by_age",)),
        },
        columns=[
            number(_("Incident")),
            Column(
                "executor",
                _("Executor"),
                lambda line: line.row.act.executor.party.name,
                note=lambda line: line.row.act.person.code,
            ),
            Column(
                "overturned",
                _("What was overturned"),
                lambda line: _("notice %(number)s") % {"number": line.row.subject_number},
                note=lambda line: moment_text(line.row.created_at, "day"),
                order="newest",
            ),
            state(),
            Column("due", _("Next due"), lambda line: line.row.next_due_at, Kind.DUE),
        ],
        link=lambda line: reverse("executing:incident", args=[line.row.ref]),
        row_class=lambda line: "late" if line.row.late_since(line.now) else "",
        frame="console/executors/base.html",
        place="incidents",
        test=("incidents", "incident-row"),
    ),
    roles=OVERSEES,
)
"""Every incident; what waits for a finding first."""


def _executor(line: Line[Instruction]) -> Text:
    executor = line.row.executor
    return str(executor.party.name) if executor is not None else _("the platform itself")


def _acknowledged_by(line: Line[Instruction]) -> str:
    person = line.row.acknowledged_by
    return str(person.code) if person is not None else ""


instructions = list_view(
    INSTRUCTIONS.shown(
        title=_("Instructions"),
        lede=_(
            "What executors were told to carry out or to undo. What nobody else may do is the platform's own, and done "
            "here."
        ),
        nothing=_("No instruction here."),
        tabs=tabs_of(Instruction, open="due", done="done", withdrawn="withdrawn"),
        orders={
            "due": Order(("due_at", "id"), on=("open",)),
            "done": Order(("-completed_at", "-id"), on=("done",)),
            "withdrawn": Order(("-withdrawn_at", "-id"), on=("withdrawn",)),
        },
        beside=lambda asked, rows: {"labels": measure_labels()},
        columns=[
            number(_("Instruction")),
            Column("executor", _("Executor"), _executor, note=_acknowledged_by),
            Column(
                "what",
                _("What to do"),
                lambda line: instruction_title(line.row, line.of_all["labels"]),
                note=lambda line: _("Take a measure back") if line.row.kind == InstructionKind.REVERSAL else "",
            ),
            state(),
            Column("due", _("To be done by"), lambda line: line.row.due_at, Kind.DUE, order="due", on=["open"]),
            Column(
                "when",
                _("When"),
                lambda line: line.row.completed_at or line.row.withdrawn_at,
                Kind.MOMENT,
                on=["done", "withdrawn"],
                note=lambda line: _("late") if line.row.completed_at and line.row.is_late(line.now) else "",
            ),
        ],
        link=lambda line: reverse("executing:instruction", args=[line.row.ref]),
        row_class=lambda line: "late" if line.row.is_late(line.now) else "",
        frame="console/executors/base.html",
        place="instructions",
        test=("instructions", "instruction-row"),
    ),
    roles=OVERSEES,
)
"""Every instruction; of the open ones what is due first, of the others the newest first."""


def _money(name: str, head: Text, amount: Callable[[Recourse], int]) -> Column[Recourse]:
    return Column(name, head, lambda line: (amount(line.row), line.row.currency), Kind.MONEY)


def _sums(asked: Asked[Recourse]) -> Mapping[str, Any]:
    claimed, received, waits = money_on(asked.every)
    return {"claimed": claimed, "received": received, "open": waits}


recourses = list_view(
    RECOURSES.shown(
        title=_("Recourse"),
        lede=_(
            "What the platform paid to affected parties first and now claims back from executors. It is between the "
            "two; no affected party sees it or waits for it."
        ),
        nothing=_("Nothing is claimed from any executor."),
        rows=lambda asked: queries.recourses_for(asked.actor).annotate(ended=IS_ENDED),
        orders={
            "open": Order(("ended", "-created_at", "-id"), ("recourse_open_first",)),
            "newest": RECOURSES.orders["newest"],
        },
        columns=[
            number(_("Claim")),
            Column("executor", _("Executor"), lambda line: line.row.executor.party.name),
            Column(
                "incident",
                _("Incident"),
                lambda line: line.row.incident.number,
                Kind.NUMBER,
                link=lambda line: reverse("executing:incident", args=[line.row.incident.ref]),
            ),
            state(),
            _money("claimed", _("Claimed"), lambda row: row.claimed_minor),
            _money("received", _("Received"), lambda row: row.received_minor),
            _money("open", _("Still open"), lambda row: row.open_minor),
            since(),
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
