"""Proof, one fact at a time: drafts, versions, the platform's own records, objections, conceding."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from casework.actor import Actor
from casework.errors import NotFound, NotYourTurn, or_not_found
from disputes import commands, queries
from disputes.choices import Side
from disputes.inputs import ObjectInput
from disputes.models import Dispute, EvidenceItem, EvidenceKind
from disputes.policies import side_of
from disputes.queries import EvidenceView, FactView
from disputes.verbs import actions_for
from disputes.web import sentences
from disputes.web.context import evidence_card, evidence_cards, fact_card, missing_roles, pull_card
from disputes.web.forms import WithheldField
from disputes.windows import adding_closes
from surfaces.input_forms import InputForm
from surfaces.serving import send
from surfaces.web import Errors, actor_of, page, take_files, tell_kept, wrong_number


@page("GET", "HEAD")
def evidence(request: HttpRequest, ref: str) -> HttpResponse:
    """Redirects to the fact that waits for this reader, else to the first that is open, else to the first."""
    actor = actor_of(request)
    views = queries.facts_of(actor, queries.dispute_for(actor, ref))
    mine = [v for v in views if v.yours] or [v for v in views if not v.fact.is_settled] or views
    return redirect("disputes:fact", ref=ref, no=mine[0].no)


@page("GET", "HEAD", "POST", keeps=("caption", "captions", "withheld_reason"))
def fact(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Shows one fact with everything that was handed in about it; sent files are kept as drafts."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    if request.method != "POST":
        return _fact_page(request, dispute, no, actor, now)
    errors, kept = _stage(request, actor, ref, no, now)
    if errors:
        return _fact_page(request, queries.dispute_for(actor, ref), no, actor, now, errors=errors, kept=kept)
    tell_kept(request, kept)
    return redirect(reverse("disputes:fact", args=[ref, no]) + "#drafts")


def _stage(request: HttpRequest, actor: Actor, ref: str, no: int, now: datetime) -> tuple[Errors, int]:
    """Keeps every file that can be used as a draft; returns the errors and how many were kept."""
    files: list[Any] = request.FILES.getlist("files")
    if wrong := wrong_number(files):
        return wrong, 0
    reason = ""
    if request.POST.get("withheld"):
        try:
            reason = WithheldField().clean(request.POST.get("withheld_reason", ""))
        except ValidationError as refused:
            return [{"text": text, "id": "id_withheld_reason"} for text in refused.messages], 0

    def stage(file: Any, caption: str) -> None:
        commands.stage_file(
            actor=actor,
            ref=ref,
            fact_no=no,
            file=file,
            name=file.name or "",
            caption=caption,
            withheld_reason=reason,
            now=now,
        )

    there = queries.evidence_shown_to(actor, queries.dispute_for(actor, ref))
    known = [each.item.sha256 for each in there if each.is_own and each.item.fact.no == no]
    return take_files(request, files, stage, known=known)


def _fact_page(
    request: HttpRequest,
    dispute: Dispute,
    no: int,
    actor: Actor,
    now: datetime,
    *,
    errors: Errors | None = None,
    kept: int = 0,
    status: int | None = None,
) -> HttpResponse:
    views = queries.facts_of(actor, dispute)
    view = or_not_found(next((v for v in views if v.no == no), None))
    side = side_of(actor, dispute)
    actions = actions_for(actor, dispute, now=now)
    shown = queries.evidence_shown_to(actor, dispute)
    own = {a.name: a for a in actions if a.fact == no}
    of_fact = [e for e in shown if e.item.fact_id == view.fact.pk]
    cards = evidence_cards(
        dispute,
        of_fact,
        side,
        may_remove="evidence" in own,
        may_object=any(a.name == "object" for a in actions),
    )
    drafts = [card for card in cards if card["version"] is None]
    context = {
        "dispute": dispute,
        "side": side,
        "card": fact_card(dispute, view, side, actions, shown, now),
        "others": [{"no": v.no, "statement": v.statement, "is_here": v.no == no} for v in views],
        "drafts": drafts,
        "versions": _versions(dispute, view, side, list(zip(of_fact, cards, strict=True)), now),
        "next_version": 1 + sum(1 for s in view.submissions if s.side == side),
        "pulls": [pull_card(dispute, view, pull, side) for pull in view.pulls],
        "holds": sentences.records_text(sorted({k for r in view.rungs for k in r.row.holds})),
        "can": own,
        "adding_until": adding_closes(view.fact, side) if "nothing-to-add" in own else None,
        "due_at": next((a.due_at for a in actions if a.fact == no and a.name == "evidence"), None),
        "closed_at": _closed_at(dispute, view, now) if side is not None else None,
        "missing": missing_roles(actor, dispute, side),
        "errors": errors or [],
        "kept": kept,
        "caption": request.POST.get("caption", ""),
        "withheld": bool(request.POST.get("withheld")),
        "withheld_reason": request.POST.get("withheld_reason", ""),
        "now": now,
    }
    return render(request, "disputes/fact.html", context, status=status or (400 if errors else 200))


def _name(item: EvidenceItem) -> str:
    return sentences.record_label(item.caption) if item.kind == EvidenceKind.RECORD else item.caption


def nothing_more(actor: Actor, dispute: Dispute, _now: datetime, no: int) -> dict[str, Any]:
    """What the page shows that asks once more before a side says that it has nothing more about a fact."""
    views = queries.facts_of(actor, dispute)
    view = or_not_found(next((v for v in views if v.no == no), None))
    side = side_of(actor, dispute)
    own = [each.item for each in queries.evidence_shown_to(actor, dispute) if each.is_own and each.item.fact.no == no]
    rungs = [rung.row for rung in view.rungs if rung.bearer == side]
    brought = {kind for pull in view.pulls if pull.side == side for kind in pull.kinds}
    held = sorted({kind for rung in rungs for kind in rung.holds} - brought)
    return {
        "dispute": dispute,
        "no": no,
        "statement": view.statement,
        "shown": [{"shows": rung.in_language("shows"), "accepts": rung.in_language("accepts")} for rung in rungs],
        "drafts": [_name(item) for item in own if item.submission_id is None],
        "submitted": [_name(item) for item in own if item.submission_id is not None],
        "held": sentences.records_text(held) if held else "",
    }


def _versions(
    dispute: Dispute,
    view: FactView,
    side: Side | None,
    shown: Sequence[tuple[EvidenceView, dict[str, Any]]],
    now: datetime,
) -> list[dict[str, Any]]:
    """Every version that was submitted about the fact, newest first, with its pieces."""
    return [
        {
            "who": sentences.who(dispute, s.side, side),
            "is_own": s.side == side,
            "row": s,
            "open_until": s.answerable_until if s.answered_at is None and s.answerable_until >= now else None,
            "cards": [card for each, card in shown if each.item.submission_id == s.pk],
        }
        for s in reversed(view.submissions)
    ]


def _closed_at(dispute: Dispute, view: Any, now: datetime) -> datetime | None:
    """When the time to hand something in about this fact ended; None while it runs, or where it never ran."""
    if not dispute.state_row.is_paused and view.closes_at is not None and now > view.closes_at:
        return view.closes_at  # type: ignore[no-any-return]
    return None


@page("POST")
def remove(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Deletes a draft."""
    actor = actor_of(request)
    dispute = queries.dispute_for(actor, ref)
    fact_no = next((e.item.fact.no for e in queries.evidence_shown_to(actor, dispute) if e.item.no == no), 1)
    commands.remove_evidence(actor=actor, ref=ref, no=no, now=clock.now())
    messages.success(request, _("The draft was removed."))
    return redirect("disputes:fact", ref=ref, no=fact_no)


@page("GET", "HEAD", "POST", keeps=("text",))
def object_to(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Takes an objection to one piece of evidence, or to one of the platform's records."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    shown = next((e for e in queries.evidence_shown_to(actor, dispute) if e.item.no == no), None)
    if shown is None or shown.is_hidden or shown.is_draft:
        raise NotFound()
    form = InputForm(ObjectInput, request.POST if request.method == "POST" else None, given={"item": no})
    if form.carried_out(
        lambda said: commands.object_to_evidence(
            actor=actor, ref=ref, no=no, ground=said["ground"], text=said["text"], now=now
        )
    ):
        messages.success(request, _("Your objection stands beside the evidence."))
        return redirect(reverse("disputes:fact", args=[ref, shown.item.fact.no]) + f"#evidence-{no}")
    acts = {a.name: a for a in actions_for(actor, dispute, now=now)}
    if request.method != "POST" and "object" not in acts:
        raise NotYourTurn()
    card = evidence_card(dispute, shown, side_of(actor, dispute), may_remove=False, may_object=False)
    context = {"dispute": dispute, "item": card, "form": form, "acts": acts, "now": now}
    return render(request, "disputes/object.html", context, status=400 if form.errors else 200)


@page("GET", "HEAD")
def evidence_file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves the file of one piece of evidence: a picture is shown, anything else is saved."""
    return send(request, queries.evidence_file(actor_of(request), ref, no), original="original" in request.GET)
