"""Each fact at issue as a row of the burden card, and the requests for the platform's records about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.formats import deadline_text, officer
from casework.text import clean_end
from disputes.choices import BasisKind, Side, Standard
from disputes.machine import PROOF_IS_OVER, DisputeState, FactState
from disputes.models import Dispute, PullState
from disputes.queries import EvidenceView, FactView
from disputes.records import GapReason
from disputes.verbs import Action
from disputes.web import sentences


def fact_card(
    dispute: Dispute,
    view: FactView,
    side: Side | None,
    actions: Sequence[Action],
    shown: Sequence[EvidenceView],
    now: datetime,
) -> dict[str, Any]:
    """One row of the burden card: who must show it now, what is accepted, what is in, what follows from silence."""
    fact = view.fact
    step = fact.step
    mine = {a.name: a for a in actions if a.fact == view.no}
    is_over = not fact.is_settled and dispute.state in PROOF_IS_OVER
    is_open = not (fact.is_settled or fact.awaits_ruling or is_over)
    return {
        "no": view.no,
        "statement": view.statement,
        "status": "over" if is_over else _status(dispute, view),
        "state": str(fact.state),
        "state_label": fact.get_state_display(),
        "who": sentences.who(dispute, view.bearer or step.bearer, side),
        "due": view.closes_at if is_open and not dispute.state_row.is_paused else None,
        "sentence": _fact_sentence(dispute, view, side),
        "shows": step.in_language("shows"),
        "accepts": step.in_language("accepts"),
        "silence": step.in_language("silence"),
        "force": step.force_of_silence,
        "part": step.part_in_proof,
        "time": step.time_given,
        "standard": Standard(step.standard).label,
        "basis": step.in_language("basis"),
        "basis_kind": BasisKind(step.basis_kind).label,
        "paragraphs": step.paragraphs,
        "signed": dispute.ground.is_signed_by_counsel,
        "presumption": step.in_language("presumption") if step.presumption_zh else "",
        "effect": fact.row.get_effect_display(),
        "follows": fact.row.in_language("follows") if fact.row.follows_zh else "",
        "shift_basis": fact.shift_basis,
        "is_open": is_open,
        "eased": [relief_card(dispute, relief, side) for relief in view.reliefs],
        "rungs": [
            {
                "no": rung.no,
                "status": rung.status,
                "who": sentences.who(dispute, rung.bearer, side),
                "shows": rung.row.in_language("shows"),
            }
            for rung in view.rungs
        ],
        "in": [_version_card(dispute, s, shown, side) for s in view.submissions],
        "pulls": [pull_card(dispute, view, pull, side) for pull in view.pulls if pull.state == PullState.ASKED],
        "drafts": sum(1 for e in shown if e.item.fact_id == fact.pk and e.is_draft),
        "rulings": [_ruling_words(ruling) for ruling in view.rulings],
        "actions": mine,
        "url": reverse("disputes:fact", args=[dispute.ref, view.no]),
    }


def _status(dispute: Dispute, view: FactView) -> str:
    """Where the fact stands for the reader, while the dispute goes on."""
    if view.fact.is_settled or view.fact.awaits_ruling:
        return "settled" if view.fact.is_settled else "waits"
    if view.yours:
        return "yours" if dispute.state == DisputeState.EVIDENCE else "early"
    return "theirs"


def _ruling_words(ruling: Any) -> dict[str, Any]:
    return {
        "reasons": ruling.reasons,
        "officer": officer(ruling.mediator.officer_code),
        "at": ruling.ruled_at,
        "evidence": [r.item.no for r in ruling.reliance.all()],
    }


def _fact_sentence(dispute: Dispute, view: FactView, side: Side | None) -> str:
    fact, step = view.fact, view.fact.step
    if fact.is_settled:
        return settled_sentence(dispute, view, side)
    if dispute.state in PROOF_IS_OVER:
        return _("The dispute ended before anything was found about this.")
    if fact.was_left_silent:
        words = _("The %(side)s showed nothing in time. The mediator will rule on this fact. %(silence)s")
        side_name = sentences.role_label(dispute, step.bearer)
        return words % {"side": side_name, "silence": step.in_language("silence")}
    if fact.awaits_ruling:
        return _("What was asked is in. The mediator will rule on this fact.")
    names = {
        "fact": clean_end(view.statement),
        "items": clean_end(step.in_language("accepts")),
        "silence": step.in_language("silence"),
        "time": deadline_text(view.closes_at, "zone"),
        "bearer": sentences.role_label(dispute, view.bearer),
    }
    if view.yours:
        return _own_sentence(dispute, rebuts=step.rebuts) % names
    if side is None:
        return str(fact.state_row.next_step) % names
    if view.closes_at is None or dispute.state_row.is_paused:
        return _("It is for the other side to show this first. You need do nothing.")
    if step.rebuts:
        return (
            _("It is the other side's turn to show what speaks against “%(fact)s” by %(time)s. You need do nothing.")
            % names
        )
    return _("It is the other side's turn to show “%(fact)s” by %(time)s. You need do nothing.") % names


def _own_sentence(dispute: Dispute, *, rebuts: bool) -> str:
    """What the bearer is told: before a mediator joined and in a pause no time runs, otherwise it is their turn."""
    if dispute.state_row.is_paused:
        return _(
            "This is for you to show once the dispute goes on: “%(fact)s”. You can use: %(items)s. No time runs until "
            "then."
        )
    if dispute.state != DisputeState.EVIDENCE:
        return (
            _(
                "This is for you to show: what speaks against “%(fact)s”. You can use: %(items)s. You can hand it in "
                "already; no time limit runs before a mediator has joined."
            )
            if rebuts
            else _(
                "This is for you to show: “%(fact)s”. You can use: %(items)s. You can hand it in already; no time "
                "limit runs before a mediator has joined."
            )
        )
    return (
        _("Your turn: please show what speaks against “%(fact)s”. You can use: %(items)s. %(silence)s")
        if rebuts
        else _("Your turn: please show that “%(fact)s”. You can use: %(items)s. %(silence)s")
    )


def settled_sentence(dispute: Dispute, view: FactView, side: Side | None) -> str:
    """How a settled fact was settled and for whom it speaks."""
    fact, step = view.fact, view.fact.step
    state = str(fact.state)
    parts = []
    if state == FactState.ADMITTED:
        agreed = {"side": sentences.role_label(dispute, fact.admitted_by)}
        parts.append(_("The %(side)s agreed with the other side on this point.") % agreed)
    elif view.rulings:
        newest = view.rulings[-1]
        parts.append(
            _("The mediator found this proved.") if newest.proved else _("The mediator found this not proved.")
        )
    else:
        parts.append(
            _("The %(side)s showed nothing in time. The table says: %(silence)s")
            % {"side": sentences.role_label(dispute, step.bearer), "silence": step.in_language("silence")}
        )
    if view.found_for:
        parts.append(_("This speaks for the %(side)s.") % {"side": sentences.role_label(dispute, view.found_for)})
    return _(" ").join(parts)


def relief_card(dispute: Dispute, relief: Any, side: Side | None) -> dict[str, Any]:
    """A relief from proof as the reader has to take it, with what guards against its abuse."""
    reason = clean_end(relief.in_language("reason"))
    if side is not None and relief.relieved == side:
        text = _("You do not need to prove this: %(reason)s.") % {"reason": reason}
    else:
        text = _("The %(side)s does not need to prove this: %(reason)s.") % {
            "side": sentences.role_label(dispute, relief.relieved),
            "reason": reason,
        }
    controls = [{"kind": c.get_kind_display(), "text": c.in_language("text")} for c in relief.controls.all()]
    return {"text": text, "controls": controls}


def _version_card(
    dispute: Dispute, submission: Any, shown: Sequence[EvidenceView], side: Side | None
) -> dict[str, Any]:
    items = [e for e in shown if e.item.submission_id == submission.pk]
    count, hidden = len(items), sum(1 for e in items if e.item.is_withheld)
    text = ngettext("%(who)s: %(n)d piece, version %(v)d", "%(who)s: %(n)d pieces, version %(v)d", count) % {
        "who": sentences.who(dispute, submission.side, side),
        "n": count,
        "v": submission.version,
    }
    return {
        "text": text,
        "at": submission.submitted_at,
        "withheld": hidden,
        "objections": sum(len(e.item.objections.all()) for e in items),
        "answered": submission.answered_at is not None,
    }


def pull_card(dispute: Dispute, view: FactView, pull: Any, side: Side | None) -> dict[str, Any]:
    """A one-click request for the platform's records: where it is, and which records cannot be given, in sentences."""
    return {
        "who": sentences.who(dispute, pull.side, side),
        "fact": view.no,
        "state": pull.state,
        "at": pull.asked_at,
        "kinds": sentences.records_text(pull.kinds),
        "gaps": [
            {
                "kind": sentences.record_label(gap["kind"]),
                "reason": GapReason(gap["reason"]).label if gap["reason"] in GapReason.values else gap["reason"],
                "detail": gap.get("detail", ""),
            }
            for gap in pull.gaps
        ],
    }
