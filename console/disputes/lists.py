"""What waits for a mediator, with nothing of the case; what one holds; for oversight every dispute, and reports."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.roles import MEDIATOR
from casework.actor import Actor
from casework.counts import capped_count
from casework.formats import officer
from console.disputes.frame import mediator, overseer
from console.frame import OVERSEES, list_view
from console.templatetags.dispute_tags import language_label, queue_label, reasons, turn, why_here
from disputes import queries
from disputes.choices import Lane, Side
from disputes.lists import OUTAGES
from disputes.machine import TABS, DisputeState
from disputes.models import AbuseReport, Dispute, Obligation, ObligationKind, OpeningQueue
from disputes.triage import reading_on_file
from disputes.web.sentences import obligation_sentence
from operations import outages
from operations.models import Outage
from surfaces.lists import Act, Asked, Choice, Column, Flag, Kind, Line, Listing, Order, Tab, number, state

MINE = 200
"""More than anybody mediates at once; of those that nothing happened to for the longest."""
HELD = ("mine", "all")


def _rows(asked: Asked[Dispute]) -> QuerySet[Dispute]:
    if asked.tab == "waiting":
        return queries.waiting_for(asked.actor, now=asked.now)
    if asked.tab == "all":
        return queries.disputes_listed_for(asked.actor)
    mine = queries.mediated_by(asked.actor)
    return mine.filter(pk__in=mine.values("pk")[:MINE])  # whole rows are too wide to sort all of them


def _counts(asked: Asked[Dispute]) -> Mapping[str, int]:
    rows = {
        "waiting": lambda: queries.waiting_for(asked.actor, now=asked.now).order_by(),
        "mine": lambda: queries.mediated_by(asked.actor).order_by(),
        "all": lambda: queries.disputes_listed_for(asked.actor),
    }
    return {tab.name: capped_count(rows[tab.name]()) for tab in asked.tabs}


class Held(NamedTuple):
    """What is said besides of a dispute that the reader may open."""

    due_at: datetime | None
    language: str
    repeats: int


def _beside(asked: Asked[Dispute], rows: Sequence[Dispute]) -> Mapping[Any, Any]:
    """Of what waits the row of the queue, with nothing of the case, which is all that is shown of it."""
    if asked.tab == "waiting":
        return {each.pk: queries.queue_row(each, asked.now) for each in rows}
    spans, repeats = outages.ledger(), queries.repeats_counted(asked.actor, rows)
    return {
        each.pk: Held(
            queries.due_at_of(each, spans),
            read.language if (read := reading_on_file(each)) is not None else "",
            repeats.get(each.pk, 0),
        )
        for each in rows
    }


def _by_urgency(asked: Asked[Dispute], rows: list[Dispute]) -> list[Dispute]:
    """Of what one holds first what waits for the mediator alone and has no clock, then by due time, then what waits for
    nothing. When a dispute is due follows from its clocks and the outages since: no column says it.
    """
    if asked.tab != "mine":
        return rows
    spans = outages.ledger()

    def urgency(dispute: Dispute) -> tuple[int, float]:
        due = queries.due_at_of(dispute, spans)
        if due is not None:
            return 1, due.timestamp()
        return (0 if Side.PLATFORM in queries.turn_of(dispute) else 2), 0.0

    return sorted(rows, key=urgency)


def _flags(line: Line[Dispute]) -> Iterator[Flag]:
    if line.row.human_demanded:
        yield Flag(_("Person demanded"), "person", "warn", "human-demanded")
    if line.row.round == 2:
        yield Flag(_("Review"), "scale")
    if n := getattr(line.beside, "repeats", 0):
        yield Flag(ngettext("%(n)d nearly the same", "%(n)d nearly the same", n) % {"n": n}, "file", test="repeats")


def _read(line: Line[Dispute]) -> str:
    """How the opening was read, in a word: its queue, where it waits in one, and its language."""
    queue = queue_label(line.beside.queue) if line.asked.tab == "waiting" else ""
    return " · ".join(each for each in (queue, language_label(line.beside.language)) if each)


def _why(line: Line[Dispute]) -> str:
    return str(capfirst(reasons(line.beside.place))) if line.beside.place.rule == "ahead" else ""


def _sees_queue(actor: Actor) -> bool:
    return actor.has_role(MEDIATOR) or queries.mediated_by(actor).exists()


queue = list_view(
    Listing[Dispute](
        title=_("Disputes"),
        hint=_(
            "Most urgent first. You see the case once you have joined it. Disputes of a party you once acted for are "
            "not listed."
        ),
        nothing=_("No dispute is waiting here."),
        rows=_rows,
        tabs=[
            Tab("waiting", TABS["waiting"].label, order="urgent", shown_to=_sees_queue),
            Tab("mine", TABS["mine"].label, order="quiet", size=MINE, shown_to=_sees_queue),
            Tab("all", TABS["all"].label, order="newest", shown_to=lambda actor: actor.has_role(*OVERSEES)),
        ],
        counts=_counts,
        orders={
            "urgent": Order(("stands_at", "platform_due_at", "id"), ("dispute_queue",), on=("waiting",)),
            "due": Order(("platform_due_at", "id"), ("dispute_queue",), on=("waiting",)),
            "quiet": Order(("updated_at", "id"), ("dispute_by_mediator",), on=("mine",)),
            "newest": Order(("-created_at", "-id"), ("dispute_newest",), on=("all",)),
        },
        filters=[
            Choice("queue", _("Queue"), dict(OpeningQueue.choices), lambda code: Q(triage__queue=code), on=["waiting"]),
            Choice("state", _("State"), dict(DisputeState.choices), on=HELD),
        ],
        arranged=_by_urgency,
        beside=_beside,
        columns=[
            number(_("Case"), flags=_flags),
            Column(
                "ground",
                pgettext_lazy("dispute", "Ground"),
                lambda line: line.row.ground.title,
                note=_read,
                code=lambda line: line.row.ground.slug,
            ),
            Column(
                "amount",
                _("Money at stake"),
                lambda line: (line.row.claim_amount_minor or line.row.order_amount_minor, line.row.currency),
                Kind.MONEY,
            ),
            Column(
                "join", _("Join by"), lambda line: line.beside.due_at, Kind.DUE, rank=1, order="due", on=["waiting"]
            ),
            Column("why", _("Why it stands here"), lambda line: why_here(line.beside.place), note=_why, on=["waiting"]),
            state(on=HELD),
            Column("turn", _("Turn"), lambda line: capfirst(turn(line.row)), on=HELD),
            Column("due", _("Due"), lambda line: line.beside.due_at, Kind.DUE, on=HELD),
            Column(
                "opened", _("Opened"), lambda line: line.row.created_at, Kind.DAY, rank=3, order="newest", on=["all"]
            ),
        ],
        link=lambda line: "" if line.asked.tab == "waiting" else reverse("mediation:case", args=[line.row.ref]),
        acts=[Act("join", _("Join"), "mediation:join", on=["waiting"])],
        frame="console/disputes/base.html",
        template="console/disputes/queue.html",
        test=("disputes", ""),
    ),
    who=mediator,
)
"""What waits for a mediator, with nothing of the case; what this one holds; for oversight, every dispute."""


def _sender(report: AbuseReport) -> str:
    message = report.message
    is_ours = message.side == "PLATFORM"
    return str(capfirst(officer(message.sender_label))) if is_ours else str(message.sender_label)


reports = list_view(
    Listing[AbuseReport](
        title=_("Reported messages"),
        nothing=_("No message was reported."),
        rows=lambda asked: queries.reported_messages(asked.actor),
        orders={"newest": Order(("-reported_at", "-pk"))},
        filters=[Choice("lane", _("Conversation"), dict(Lane.choices), lambda code: Q(message__room__lane=code))],
        days="reported_at",
        columns=[
            Column(
                "dispute",
                _("Case"),
                lambda line: line.row.message.room.dispute.number,
                Kind.NUMBER,
                note=lambda line: capfirst(line.row.message.room.get_lane_display()),
            ),
            Column("no", _("Message"), lambda line: line.row.message.sequence, Kind.NUMBER, rank=3),
            Column("sender", _("Who wrote it"), lambda line: _sender(line.row)),
            Column(
                "text",
                _("What it says"),
                lambda line: line.row.message.shown,
                Kind.WORDS,
                note=lambda line: (
                    _("taken back by its author since") if getattr(line.row.message, "recall", None) else ""
                ),
            ),
            Column("sent", _("Sent"), lambda line: line.row.message.sent_at, Kind.MOMENT),
            Column("reported", _("Reported"), lambda line: line.row.reported_at, Kind.MOMENT, order="newest"),
        ],
        link=lambda line: reverse("mediation:case", args=[line.row.message.room.dispute.ref]),
        by="pk",
        frame="console/disputes/base.html",
        test=("reports", "report"),
    ),
    who=overseer,
)
"""The messages that somebody reported, as everybody reads them, with where they stand."""


def _owed(line: Line[Obligation]) -> str:
    return obligation_sentence(line.row.dispute, line.row)


def _guarantee(line: Line[Obligation]) -> Iterator[Flag]:
    if line.row.is_guaranteed:
        yield Flag(_("The platform pays first"), "scale", "warn", "guaranteed")


overdue = list_view(
    Listing[Obligation](
        title=_("Owed and not received"),
        hint=_("What was agreed or determined, is not done in time, or did not arrive. Each leads to its dispute."),
        nothing=_("Everything that is owed was done in time, or its time runs."),
        rows=lambda asked: queries.obligations_overdue(asked.actor),
        tabs=[
            Tab("missing", _("Not received"), Q(not_received_at__isnull=False), order="steps-in"),
            Tab("late", _("Late"), Q(is_late=True), order="due"),
        ],
        orders={
            "steps-in": Order(("platform_due_at", "id"), ("obligation_not_received",), on=("missing",)),
            "due": Order(("due_at", "id"), ("obligation_late",), on=("late",)),
        },
        filters=[
            Choice("kind", _("What is owed"), dict(ObligationKind.choices), lambda code: Q(kind=code)),
            Choice("debtor", _("Who owes it"), dict(Side.choices), lambda code: Q(debtor=code)),
            Choice(
                "guarantee",
                _("The platform pays first"),
                {"yes": _("yes"), "no": _("no")},
                lambda code: Q(is_guaranteed=code == "yes"),
            ),
        ],
        columns=[
            Column("dispute", _("Case"), lambda line: line.row.dispute.number, Kind.NUMBER, flags=_guarantee),
            Column("owed", _("What is owed"), _owed, Kind.WORDS),
            Column(
                "amount", _("Sum"), lambda line: (line.row.amount_minor, line.row.dispute.currency), Kind.MONEY, rank=1
            ),
            Column("due", _("Due"), lambda line: line.row.due_at, Kind.DUE, order="due", on=["late"]),
            Column(
                "missing", _("Said not to have arrived"), lambda line: line.row.not_received_at, Kind.MOMENT, rank=3
            ),
            Column(
                "steps-in",
                _("Step in by"),
                lambda line: line.row.platform_due_at,
                Kind.DUE,
                order="steps-in",
                on=["missing"],
            ),
        ],
        link=lambda line: reverse("mediation:case", args=[line.row.dispute.ref]),
        by="pk",
        frame="console/disputes/base.html",
        test=("overdue", "owed"),
    ),
    who=overseer,
)
"""What is owed to somebody and did not come, for whoever steps in."""


def codes_of(refs: Iterable[str]) -> dict[str, str]:
    """The officer codes of these people, or what they are called where they have none, by their ref."""
    people = get_user_model()._default_manager.filter(ref__in=set(refs))
    return {user.ref: user.officer_code or user.display_name or user.get_username() for user in people}


def _who(_asked: Asked[Outage], rows: Sequence[Outage]) -> Mapping[Any, Any]:
    """Who recorded and who confirmed each of them."""
    codes = codes_of({ref for row in rows for ref in (row.recorded_by_ref, row.confirmed_by_ref)})
    return {row.pk: (codes.get(row.recorded_by_ref, ""), codes.get(row.confirmed_by_ref, "")) for row in rows}


LEDGER = OUTAGES.shown(
    title=_("Outages"),
    columns=[
        Column("from", _("From"), lambda line: line.row.started_at, Kind.MOMENT, order="newest"),
        Column("until", _("Until"), lambda line: line.row.ended_at, Kind.MOMENT),
        Column("cause", _("Cause"), lambda line: line.row.cause),
        Column("announced", _("Announced"), lambda line: _("yes") if line.row.is_announced else _("no")),
        Column(
            "filed",
            _("On file since"),
            lambda line: line.row.confirmed_at or line.row.recorded_at,
            Kind.MOMENT,
            flags=lambda line: [Flag(_("waits for a second person"), "clock", "wait")] if line.row.is_proposed else [],
        ),
        Column("by", _("Recorded by"), lambda line: line.beside[0], rank=3),
        Column("confirmed", _("Confirmed by"), lambda line: line.beside[1], rank=3),
    ],
    rows=lambda _asked: Outage.objects.filter(dropped_at=None),
    beside=_who,
    link=lambda line: reverse("mediation:outage", args=[line.row.pk]) if line.row.is_proposed else "",
    frame="console/disputes/base.html",
    test=("outages", ""),
)
