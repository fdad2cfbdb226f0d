"""The disputes of a person's parties, and the outages that everybody may read."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Notification
from casework.actor import Actor
from casework.formats import duration, moment_text
from disputes import queries
from disputes.lists import DISPUTES, OUTAGES
from disputes.models import Dispute
from disputes.policies import sees_offers, side_of, visible_to
from disputes.web import sentences
from disputes.web.context import claim_text, officer_codes
from operations.outages import Ledger, ledger
from surfaces.lists import Asked, Choice, Column, Flag, Kind, Line, Listing, Order, anybody, detail, list_page, number
from surfaces.web import page


def list_card(actor: Actor, dispute: Dispute, spans: Ledger) -> dict[str, Any]:
    """The values of one dispute as a card in a list."""
    side = side_of(actor, dispute)
    code, label = sentences.state_of(dispute)
    turns = queries.turn_of(dispute)
    other = dispute.claimant if side == "RESPONDENT" else dispute.respondent
    return {
        "dispute": dispute,
        "ground": dispute.ground.title,
        "claim": claim_text(dispute),
        "other": other.name if other is not None and side is not None else "",
        "state": code,
        "label": label,
        "url": reverse("disputes:room", args=[dispute.ref]),
        "is_yours": side is not None and side in turns and not sentences.is_open_talk(dispute),
        "due_at": queries.due_at_of(dispute, spans),
    }


def _cards(asked: Asked[Dispute], rows: Sequence[Dispute]) -> Mapping[Any, Any]:
    spans = ledger()
    return {each.pk: list_card(asked.actor, each, spans) for each in rows}


def _about(line: Line[Dispute]) -> str:
    card = line.beside
    return " · ".join(each for each in (card["ground"], card["claim"], card["other"]) if each)


LIST = DISPUTES.shown(
    title=_("Disputes"),
    searched=_("Search by number, product, order or words"),
    columns=[
        Column("product", _("Product"), lambda line: line.row.order_title),
        Column("about", _("What it is about"), _about),
        Column(
            "state",
            _("State"),
            lambda line: (line.beside["state"], line.beside["label"]),
            Kind.STATE,
            rank=1,
            note=lambda line: _("Your turn") if line.beside["is_yours"] else "",
        ),
        Column("due", pgettext_lazy("column", "Due"), lambda line: line.beside["due_at"], Kind.DUE),
        number(
            _("Number and day"),
            note=lambda line: moment_text(line.row.created_at, "day"),
            order="newest",
            file_head=_("Number"),
        ),
        detail("opened", _("Opened"), lambda line: line.row.created_at, Kind.MOMENT),
        detail("order", _("Order"), lambda line: line.row.order_ref),
        Column(
            "ground",
            pgettext_lazy("dispute", "Ground"),
            lambda line: line.beside["ground"],
            file_only=True,
            code=lambda line: line.row.ground.slug,
        ),
        detail("wanted", _("Wanted"), lambda line: line.beside["claim"]),
        detail("other", _("Other side"), lambda line: line.beside["other"]),
        detail("statement", _("What happened"), lambda line: line.row.statement),
    ],
    beside=_cards,
    link=lambda line: str(line.beside["url"]),
    row_class=lambda line: "yours" if line.beside["is_yours"] else "",
    nothing=_("You have no disputes."),
    nothing_leads=("disputes:burden", _("Who must prove what")),
    size=20,
    frame="base.html",
    template="disputes/list.html",
    test=("disputes", "dispute-line"),
)
disputes = require_safe(page()(list_page(LIST)))
"""The disputes of this person's parties that the address asks for, newest first."""


outages = require_safe(
    list_page(
        OUTAGES.shown(
            title=_("Outages"),
            lede=_(
                "When the platform could not be used and that was not announced before, its length is added to every "
                "time limit that it fell into."
            ),
            nothing=_("No outage is on record."),
            columns=[
                Column("from", _("From"), lambda line: line.row.started_at, Kind.MOMENT, order="newest"),
                Column("until", _("Until"), lambda line: line.row.ended_at, Kind.MOMENT),
                Column("length", _("Length"), lambda line: duration(line.row.ended_at - line.row.started_at), rank=1),
                Column("cause", _("Cause"), lambda line: line.row.cause),
                Column(
                    "announced",
                    _("Announced before"),
                    lambda line: _("yes; no time is added") if line.row.is_announced else _("no; time is added"),
                ),
            ],
            size=50,
            frame="base.html",
            test=("outages", "outage"),
        ),
        who=anybody,
    )
)
"""Every outage on record, newest first; those that were not announced were added to the windows they fell into."""


def _said_of_disputes(actor: Actor, rows: Sequence[Notification]) -> dict[int, dict[str, Any]]:
    """Of each row about a dispute: which order, what was done by whom, for how much, and what its time is for.

    A message outside has no content of the case; this list is inside, and says it to whoever may read the case now.
    """
    about = [(row, row.event) for row in rows if row.event is not None and row.event.case_kind == Dispute.KIND]
    found = Dispute.objects.filter(visible_to(actor), pk__in={event.case_id for _row, event in about})
    parts = ("facts__row__steps", "obligations", "offers")
    disputes = {each.pk: each for each in found.select_related("ground").prefetch_related(*parts)}
    codes = officer_codes(str(event.facts.get("mediator") or event.facts.get("to") or "") for _row, event in about)
    said = {}
    for row, event in about:
        dispute, facts = disputes.get(event.case_id), event.facts
        if dispute is not None and sees_offers(actor, dispute):
            offer = next((o for o in dispute.offers.all() if o.no == facts.get("offer")), None)
            said[row.pk] = {
                "order": dispute.order_title,
                "what": row.what  # a reminder goes to one side, and speaks to it
                if event.type == "dispute.reminded"
                else sentences.event_sentence(dispute, event.type, facts, codes=codes),
                "terms": sentences.terms_text(dispute, offer) if offer is not None else "",
                "due_label": sentences.due_label(event.type, facts),
            }
    return said


def _told(line: Line[Notification]) -> str:
    return str((line.beside or {}).get("what") or line.row.what)


def _order(line: Line[Notification]) -> str:
    said = line.beside or {}
    return " · ".join(each for each in (said.get("order"), said.get("terms")) if each)


notifications = page("GET", "HEAD")(
    list_page(
        Listing[Notification](
            title=_("Notifications"),
            rows=lambda asked: Notification.objects.filter(user_id=asked.actor.person).select_related("event"),
            orders={"newest": Order(("-told_at", "-id"), ("notification_by_person",))},
            filters=[
                Choice(
                    "read",
                    _("Read"),
                    {"no": _("Not opened yet"), "yes": pgettext_lazy("notification", "Opened")},
                    lambda code: Q(opened_at__isnull=code == "no"),
                    as_chips=True,
                )
            ],
            days="told_at",
            columns=[
                Column(
                    "what",
                    _("What happened"),
                    _told,
                    flags=lambda line: [] if line.row.opened_at else [Flag(_("New"), "dot", "wait")],
                ),
                Column("order", _("Order"), _order),
                Column(
                    "due",
                    pgettext_lazy("column", "Due"),
                    lambda line: line.row.due_at,
                    Kind.DUE,
                    note=lambda line: (line.beside or {}).get("due_label") or "" if line.row.due_at else "",
                ),
                Column(
                    "number",
                    _("Number and day"),
                    lambda line: line.row.number,
                    Kind.NUMBER,
                    note=lambda line: moment_text(line.row.told_at),
                    order="newest",
                ),
            ],
            beside=lambda asked, rows: _said_of_disputes(asked.actor, rows),
            link=lambda line: reverse("disputes:open-notification", args=[line.row.ref]),
            row_class=lambda line: "" if line.row.opened_at else "unread",
            nothing=_("Nothing new. We tell you here when something happens in one of your cases."),
            nothing_leads=("home", _("To do")),
            size=30,
            frame="base.html",
            test=("notifications", "notification"),
        )
    )
)
"""Everything that this person was notified of, newest first."""
