"""What somebody was notified of inside the program: the list, and opening one, which is on record."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accounts.models import Notification
from accounts.notifications import open_notification
from casework import clock
from casework.actor import Actor
from casework.errors import or_not_found
from disputes.models import Dispute
from disputes.policies import sees_offers, visible_to
from disputes.web import sentences
from disputes.web.context import officer_codes
from surfaces.pages import page_of
from surfaces.web import actor_of, page

PER_PAGE = 30


@require_safe
@page()
def notifications(request: HttpRequest) -> HttpResponse:
    """Lists everything this person was notified of, newest first."""
    actor = actor_of(request)
    rows = Notification.objects.filter(user_id=actor.person).select_related("event")
    shown = page_of(rows.order_by("-told_at", "-id"), request.GET, size=PER_PAGE)
    said = _said_of_disputes(actor, shown.rows)
    lines = [{"row": row, "said": said.get(row.pk)} for row in shown]
    return render(request, "disputes/notifications.html", {"paging": shown, "lines": lines, "now": clock.now()})


def _said_of_disputes(actor: Actor, rows: Sequence[Notification]) -> dict[int, dict[str, Any]]:
    """Of each row about a dispute: which order, what was done by whom, for how much, and what its time is for.

    A message outside has no content of the case; this list is inside, and says it to whoever may read the case now.
    """
    about = [row for row in rows if row.event.case_kind == Dispute.KIND]
    found = Dispute.objects.filter(visible_to(actor), pk__in={row.event.case_id for row in about})
    parts = ("facts__row__steps", "obligations", "offers")
    disputes = {each.pk: each for each in found.select_related("ground").prefetch_related(*parts)}
    codes = officer_codes(str(row.event.facts.get("mediator") or row.event.facts.get("to") or "") for row in about)
    said = {}
    for row in about:
        dispute, facts = disputes.get(row.event.case_id), row.event.facts
        if dispute is not None and sees_offers(actor, dispute):
            offer = next((o for o in dispute.offers.all() if o.no == facts.get("offer")), None)
            said[row.pk] = {
                "order": dispute.order_title,
                "what": row.what  # a reminder goes to one side, and speaks to it
                if row.event.type == "dispute.reminded"
                else sentences.event_sentence(dispute, row.event.type, facts, codes=codes),
                "terms": sentences.terms_text(dispute, offer) if offer is not None else "",
                "due_label": sentences.due_label(row.event.type, facts),
            }
    return said


@require_safe
@page()
def open_one(request: HttpRequest, ref: str) -> HttpResponse:
    """Opens the notification and redirects to the page that it is about."""
    row = or_not_found(open_notification(ref, user_id=actor_of(request).person, now=clock.now()))
    inside = row.path.startswith("/") and url_has_allowed_host_and_scheme(row.path, allowed_hosts=None)
    return redirect(row.path if inside else "/")
