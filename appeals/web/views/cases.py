"""One appeal of one's own: where it stands, evidence, answering, demanding a person, withdrawing, the file to keep."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.mandates import address_to_authorise
from accounts.queries import who_holds
from accounts.roles import CAN_APPEAL, CAN_DRAFT_APPEAL, CAN_FILE, NOTICE
from appeals import commands, queries
from appeals.machine import AppealState
from appeals.models import Appeal
from appeals.verbs import APPELLANT, actions_for
from appeals.web.sentences import next_step, outcome_sentence, overdue, state_of, timeline, turn
from appeals.web.views.decision import what_is_restored
from casework import clock
from casework.actor import Actor
from surfaces import serving
from surfaces.asks import PARTY
from surfaces.verb_pages import Step, open_steps
from surfaces.web import Errors, actor_of, page, take_files, tell_kept, wrong_number

PLACED = ("demand-human", "confirm-filing")
"""Verbs whose button has its own place on the page; the others stand at its end."""


@page("GET", "HEAD")
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows where the appeal stands, whose turn it is and by when, and what happened so far."""
    return show_detail(request, ref)


def show_detail(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the appeal's page; `typed` is the step that was refused."""
    actor, now = actor_of(request), clock.now()
    appeal = queries.appeal_for(actor, ref)
    actions = {a.name: a for a in actions_for(actor, appeal, now=now)}
    code, label = state_of(appeal)
    role = actor.role_in(appeal.party_id, appeal.matter)
    asked = appeal.open_request
    context = {
        "appeal": appeal,
        "notice": appeal.notice,
        "state": code,
        "label": label,
        "outcome": outcome_sentence(appeal),
        "remedies": what_is_restored(appeal, now=now) if appeal.state == AppealState.DECIDED else [],
        "answer": queries.answer_before(appeal) if appeal.state == AppealState.ANSWERED else None,
        "turn": turn(appeal),
        "next": next_step(appeal),
        "entries": timeline(queries.events_of(appeal), appeal=appeal, actor=actor),
        "actions": actions,
        "more": [
            a
            for a in actions.values()
            if (shown := a.verb.page_for(PARTY)) and shown.button and not shown.within and a.name not in PLACED
        ],
        "asked": asked,
        "asked_is_over": asked is not None and now > asked.due_at,
        "answered": [r for r in appeal.requests.all() if r.answered_at or r.lapsed_at],
        "steps": open_steps(APPELLANT, PARTY, actor, appeal, now, typed),
        "form": typed.form if typed else None,
        "is_overdue": overdue(appeal, now),
        "is_own": role is not None,
        "authorise_url": address_to_authorise(actor, appeal.party, appeal.notice.ref),
        "may_file": role in CAN_APPEAL,
        "reads_group": not actor.named(NOTICE) or appeal.party_id in actor.parties,
        "holders": who_holds(appeal.party_id, CAN_FILE) if role is not None and role not in CAN_APPEAL else [],
        "now": now,
    }
    return render(request, "appeals/detail.html", context, status=typed.status if typed else 200)


# — evidence —


@page("GET", "HEAD", "POST", keeps=("caption", "captions"))
def evidence(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the drafts, each with what it proves, and every version submitted so far; takes files."""
    actor, now = actor_of(request), clock.now()
    appeal = queries.appeal_for(actor, ref)
    if request.method != "POST":
        return _evidence_page(request, appeal, actor, now)
    files = request.FILES.getlist("files")

    def stage(file: Any, caption: str) -> None:
        commands.stage_evidence(actor=actor, ref=ref, file=file, name=file.name or "", caption=caption, now=now)

    errors, kept = wrong_number(files), 0
    if not errors:
        known = [item.attachment.sha256 for item in queries.evidence_shown_to(actor, appeal)]
        errors, kept = take_files(request, files, stage, known=known)
    if errors:
        return _evidence_page(request, queries.appeal_for(actor, ref), actor, now, errors=errors, kept=kept)
    tell_kept(request, kept)
    return redirect("appeals:evidence", ref=ref)


def _evidence_page(
    request: HttpRequest,
    appeal: Appeal,
    actor: Actor,
    now: Any,
    *,
    errors: Errors | None = None,
    kept: int = 0,
) -> HttpResponse:
    actions = {a.name: a for a in actions_for(actor, appeal, now=now)}
    role = actor.role_in(appeal.party_id, appeal.matter)
    items = queries.evidence_shown_to(actor, appeal)
    cards = [_card(appeal, item, may_remove="evidence" in actions) for item in items]
    context = {
        "appeal": appeal,
        "actions": actions,
        "drafts": [c for c in cards if not c["version"]],
        "versions": [
            {"row": row, "cards": [c for c in cards if c["version"] == row.version]}
            for row in reversed(appeal.submissions.all())
        ],
        "is_closed": not appeal.is_open,
        "window_closed_at": appeal.evidence_closes_at
        if "evidence" not in actions and role in CAN_DRAFT_APPEAL
        else None,
        "may_stage": role in CAN_DRAFT_APPEAL,
        "may_file": role in CAN_APPEAL,
        "is_own": role is not None,
        "holders": who_holds(appeal.party_id, CAN_FILE) if role is not None and role not in CAN_APPEAL else [],
        "errors": errors or [],
        "kept": kept,
        "caption": request.POST.get("caption", ""),
        "asked": appeal.open_request,
        "now": now,
    }
    return render(request, "appeals/evidence.html", context, status=400 if errors else 200)


def _card(appeal: Appeal, item: Any, *, may_remove: bool) -> dict[str, Any]:
    url = reverse("appeals:evidence-file", args=[appeal.ref, item.no])
    version = item.submission.version if item.submission is not None else None
    return {
        "no": item.no,
        "caption": item.caption,
        "file": item.attachment,
        "url": url,
        "thumb_url": url if item.attachment.is_picture else "",
        "version": version,
        "at": item.submission.submitted_at if item.submission is not None else item.added_at,
        "remove_url": reverse("appeals:remove-evidence", args=[appeal.ref, item.no])
        if may_remove and not version
        else "",
    }


@page("POST")
def remove_evidence(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Deletes a draft."""
    commands.remove_evidence(actor=actor_of(request), ref=ref, no=no, now=clock.now())
    messages.success(request, _("The draft was removed."))
    return redirect("appeals:evidence", ref=ref)


@page("GET", "HEAD")
def evidence_file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves the file of one piece of evidence: a picture is shown, anything else is saved."""
    return serving.send(request, queries.evidence_file(actor_of(request), ref, no), original="original" in request.GET)


@page("GET", "HEAD")
def receipt(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Serves the signed receipt of one act of the reader's side."""
    return serving.receipt_file(queries.receipt_for(actor_of(request), ref, no, now=clock.now()))


@page("GET", "HEAD")
def case_file(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Serves one archive to keep: the case, its events, letter and files, with every hash."""
    return serving.case_file(request, queries.write_case_file, actor=actor_of(request), ref=ref, now=clock.now())
