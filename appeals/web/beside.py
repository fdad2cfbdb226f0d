"""Shows appeals beside a notice: the rounds so far, and the next step with its time."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.queries import who_holds
from accounts.roles import CAN_APPEAL, CAN_DRAFT_APPEAL, CAN_FILE
from appeals.machine import AppealState
from appeals.models import Appeal, DecidedBy
from appeals.queries import appeals_of_notice, draft_for
from appeals.queries.cases import second_round_is_open
from appeals.web.sentences import state_of
from casework.actor import Actor
from notices.web.views import AppealSide, Round, Step


def beside_notice(actor: Actor, notice: Any, now: datetime) -> AppealSide:
    """The rounds of appeal against this notice, and what its party can do next."""
    rounds = list(appeals_of_notice(actor, notice.pk))
    lines = [_line(appeal) for appeal in rounds]
    role = actor.role_in(notice.party_id, notice.matter)
    if role is None:
        return AppealSide(rounds=lines)
    last = rounds[-1] if rounds else None
    step, late_url, closed_at = _next(last, notice, actor, now)
    may_file = role in CAN_APPEAL
    filing = late_url or (step is not None and step.url == filing_url(notice.ref))
    return AppealSide(
        rounds=lines,
        step=step if not filing or role in CAN_DRAFT_APPEAL else None,
        chooses_measures=bool(filing and step and notice.measures.count() > 1),
        window_closed_at=closed_at,
        late_url=late_url if role in CAN_DRAFT_APPEAL else "",
        holders=() if may_file or not filing else who_holds(notice.party_id, CAN_FILE),
        may_only="" if may_file or not filing else "draft" if role in CAN_DRAFT_APPEAL else "read",
    )


def address_for_several(actor: Actor) -> str:
    """Where this person appeals several notices at once; "" for whoever may not file."""
    may_file = any(actor.role_in(party) in CAN_APPEAL for party in actor.parties)
    return reverse("appeals:together") if may_file else ""


def filing_url(ref: str) -> str:
    return reverse("appeals:file", args=[ref])


def _line(appeal: Appeal) -> Round:
    code, label = state_of(appeal)
    name = "appeals:decision" if appeal.state == AppealState.DECIDED else "appeals:detail"
    return Round(appeal.number, code, label, reverse(name, args=[appeal.ref]), appeal.filed_at)


def _next(last: Appeal | None, notice: Any, actor: Actor, now: datetime) -> tuple[Step | None, str, datetime | None]:
    """The step, or where to ask for late acceptance, and when the time to appeal ended."""
    file = filing_url(notice.ref)
    if last is not None and last.is_open:
        view = reverse("appeals:detail", args=[last.ref])
        asked = last.open_request
        if asked is not None:
            return Step(_("Answer the question"), view, asked.due_at, _("Answer by")), "", None
        return Step(_("See the appeal"), view, last.due_at, _("Decision due")), "", None
    if last is not None and last.state == AppealState.DECIDED:
        if last.decided_by_kind == DecidedBy.HUMAN and second_round_is_open(last):
            until = last.second_round_closes_at
            if now <= until:
                return Step(_("Ask for a second review"), file, until, _("Possible until")), "", None
        return Step(_("See the decision"), reverse("appeals:decision", args=[last.ref])), "", None
    if last is not None and last.state == AppealState.ANSWERED:
        return Step(_("See the answer"), reverse("appeals:detail", args=[last.ref])), "", None
    reopened = last is not None and last.state == AppealState.LATE_REFUSED and notice.window_is_open(now)
    if not notice.is_in_effect or (last is not None and last.state != AppealState.WITHDRAWN and not reopened):
        return None, "", None
    words = _("Continue your draft") if draft_for(actor, notice.pk) else _("Appeal")
    if last is not None:
        return Step(words, file), "", None
    if notice.window_is_open(now):
        return Step(words, file, notice.appeal_closes_at, _("Appeal by")), "", None
    return None, file, notice.appeal_closes_at
