"""What the pages show of one dispute to one reader: the case, its facts and evidence, offers, what is owed, the talk.

Values for templates, made from queries. What does not belong here: requests, and any write.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.queries import people_of, who_holds
from accounts.roles import CAN_FILE, CAN_STAGE, FINANCE, OWNER
from casework.actor import Actor
from casework.errors import NotFound
from casework.templatetags.casework_tags import moment_text, money, officer
from disputes import queries
from disputes.lanes import lane_read_by
from disputes.machine import BEFORE_DECISION
from disputes.models import Dispute, EvidenceKind, NoReturnConsent, OfferState, PullState, Room
from disputes.policies import is_mediator, pays, role_on_side, sees_offers, side_of
from disputes.queries import Action, EvidenceView, FactView
from disputes.records import GapReason
from disputes.web import words
from disputes.words import BasisKind, Lane, Remedy, Side, Standard

ENTRIES_SHOWN = 100
MANAGES, STAGES = frozenset(CAN_FILE), frozenset(CAN_STAGE)
PAYS = frozenset({OWNER, FINANCE})


def case_part(actor: Actor, ref: str, now: datetime) -> dict[str, Any]:
    """Everything of the case itself, without the talk; made anew whenever something happened. Raises `NotFound`."""
    dispute = queries.dispute_for(actor, ref)
    side = side_of(actor, dispute)
    views = queries.facts_of(actor, dispute)
    actions = queries.actions_for(actor, dispute, now=now)
    shown = queries.evidence_shown_to(actor, dispute)
    code, label = words.state_of(dispute)
    cards = [fact_card(dispute, view, side, actions, shown, now) for view in views]
    return {
        "dispute": dispute,
        "side": side,
        "is_side": side in (Side.CLAIMANT, Side.RESPONDENT),
        "reads_as_mediator": is_mediator(actor, dispute),
        "state": code,
        "label": label,
        "state_line": words.state_line(dispute),
        "claim": claim_words(dispute),
        "sides": [
            {"name": words.who(dispute, Side.CLAIMANT, side), "party": dispute.claimant.name},
            {
                "name": words.who(dispute, _opposite(dispute), side),
                "party": dispute.respondent.name if dispute.respondent else "",
            },
        ],
        "turn": turn(dispute, side, views, actions, now),
        "reply": reply(dispute, side, views, now),
        "cards": cards,
        "acts": {action.name: action for action in actions},
        "escalate_from": dispute.escalate_from if _may_escalate_later(dispute, actor, now) else None,
        "records": record_items(dispute, shown),
        "pulls": [pull_words(dispute, view, pull, side) for view in views for pull in view.pulls],
        "columns": offer_columns(actor, dispute, side, actions, now),
        "past_offers": past_offers(actor, dispute, side),
        "owed": owed(dispute, side, actions),
        "advances": [advance_words(dispute, row) for row in sorted(dispute.advances.all(), key=lambda a: a.no)],
        "result": result_words(dispute),
        "missing": missing_roles(actor, dispute, side),
        "left": gone_side(dispute, side),
        "consent": no_return_consent(actor, dispute, side),
        "now": now,
    }


def _opposite(dispute: Dispute) -> Side:
    return Side.PLATFORM if dispute.respondent_id is None else Side.RESPONDENT


def claim_words(dispute: Dispute) -> str:
    """What is wanted, in one line."""
    text = str(capfirst(Remedy(dispute.claim_remedy).label))
    amount = money(dispute.claim_amount_minor, dispute.currency)
    return f"{text} {amount}".strip()


def _may_escalate_later(dispute: Dispute, actor: Actor, now: datetime) -> bool:
    return (
        dispute.state == "NEGOTIATING"
        and dispute.answered_at is None
        and now < dispute.escalate_from
        and role_on_side(actor, dispute) in MANAGES
    )


# — whose turn it is —


def turn(
    dispute: Dispute, side: Side | None, views: Sequence[FactView], actions: Sequence[Action], now: datetime
) -> dict[str, Any] | None:
    """Whose turn it is, what they are to do, by when, and where; None where nothing is waited for."""
    state = str(dispute.state)
    if state in ("CLOSED", "WITHDRAWN", "SETTLED", "PAUSED", "DETERMINED"):
        return None
    turns = queries.turn_of(dispute)
    at = queries.due_at_of(dispute)
    whose = "you" if side in turns else "platform" if turns == [Side.PLATFORM] else "other" if turns else "nobody"
    made: dict[str, Any] = {"turn": whose, "text": "", "at": at, "action_url": "", "action": ""}
    if state == "NEGOTIATING":
        return made | _talking_turn(dispute, side, actions, whose)
    if state == "EVIDENCE":
        return made | _proof_turn(dispute, side, views, whose)
    if state == "CARRYING_OUT":
        return made | _owing_turn(dispute, side, whose)
    made["text"] = {
        "ESCALATED": _("A mediator, who is a person, will join."),
        "REVIEW_REQUESTED": _("Somebody else, who had no part before, will review the determination."),
        "DELIBERATING": _("Evidence is closed. A mediator decides on what is on file. You can still write."),
    }.get(state, "")
    return made


def _talking_turn(dispute: Dispute, side: Side | None, actions: Sequence[Action], whose: str) -> dict[str, Any]:
    if dispute.answered_at is not None:
        if dispute.refused_at is not None:
            return {"text": _("The claim was refused. You can make an offer, or call the platform in at once.")}
        return {"text": _("Talk to each other, make an offer, or call the platform in.")}
    if whose == "you" and any(a.name == "answer" for a in actions):
        return {
            "text": _("Please answer the claim. If no answer comes in time, the platform joins by itself."),
            "action_url": reverse("disputes:answer", args=[dispute.ref]),
            "action": _("Answer"),
        }
    if whose == "you":
        return {"text": _("Somebody who may answer for your side has to answer the claim.")}
    return {"text": _("If no answer comes in time, the platform joins by itself and goes on with what is on file.")}


def _proof_turn(dispute: Dispute, side: Side | None, views: Sequence[FactView], whose: str) -> dict[str, Any]:
    if whose == "you":
        mine = [v for v in views if v.yours and v.closes_at is not None] or [v for v in views if v.yours]
        first = min(mine, key=lambda v: (v.closes_at is None, v.closes_at or dispute.created_at))
        return {
            "text": _("Please show something about fact %(no)d: “%(fact)s”.")
            % {"no": first.no, "fact": words.clean_end(first.statement)},
            "at": first.closes_at,
            "action_url": reverse("disputes:fact", args=[dispute.ref, first.no]),
            "action": _("Submit evidence"),
        }
    if whose == "platform":
        return {"text": _("Everything is in, or waits only for its answer. Then the mediator rules.")}
    return {"text": _("If nothing comes in time, we go on with what is on file.")}


def _owing_turn(dispute: Dispute, side: Side | None, whose: str) -> dict[str, Any]:
    rows = [o for o in dispute.obligations.all() if o.due_at is not None]
    owed = [o for o in rows if o.state == "OWED" and o.debtor == side]
    said = [o for o in rows if o.state == "REPORTED" and o.creditor == side]
    if whose == "you" and owed:
        first = min(owed, key=lambda o: o.due_at or dispute.created_at)
        return {
            "text": words.owed_words(dispute, first) + _("."),
            "at": first.due_at,
            "action_url": reverse("disputes:report", args=[dispute.ref, first.no]),
            "action": _("Say that it is done"),
        }
    if whose == "you" and said:
        return {
            "text": _("The other side says that it is done: %(what)s. Please confirm once it arrived.")
            % {"what": words.owed_words(dispute, said[0])},
            "at": None,
            "action_url": "#owed",
            "action": _("See what is owed"),
        }
    return {"text": _("What was agreed or determined is being carried out.")}


def reply(dispute: Dispute, side: Side | None, views: Sequence[FactView], now: datetime) -> dict[str, Any] | None:
    """Until when this side can answer what was submitted against it, and about which facts."""
    if side is None or dispute.state not in ("NEGOTIATING", "ESCALATED", "EVIDENCE"):
        return None
    open_now = [
        (s.answerable_until, view)
        for view in views
        for s in view.submissions
        if s.side != side and s.answered_at is None and s.answerable_until >= now
    ]
    if not open_now:
        return None
    facts = sorted({view.no for _at, view in open_now})
    return {
        "until": max(at for at, _view in open_now),
        "facts": [{"no": no, "url": reverse("disputes:fact", args=[dispute.ref, no])} for no in facts],
    }


# — the facts —


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
    is_open = not fact.is_settled and not fact.awaits_ruling
    status = "settled" if fact.is_settled else "waits" if fact.awaits_ruling else "yours" if view.yours else "theirs"
    return {
        "no": view.no,
        "statement": view.statement,
        "status": status,
        "state": str(fact.state),
        "state_label": fact.get_state_display(),
        "who": words.who(dispute, view.bearer or step.bearer, side),
        "due": view.closes_at if is_open else None,
        "sentence": _fact_sentence(dispute, view, side),
        "shows": step.in_language("shows"),
        "accepts": step.in_language("accepts"),
        "silence": step.in_language("silence"),
        "standard": Standard(step.standard).label,
        "basis": step.in_language("basis"),
        "basis_kind": BasisKind(step.basis_kind).label,
        "presumption": step.in_language("presumption") if step.presumption_zh else "",
        "shift_basis": fact.shift_basis,
        "is_open": is_open,
        "eased": [eased_words(dispute, relief, side) for relief in view.reliefs],
        "rungs": [
            {
                "no": rung.no,
                "status": rung.status,
                "who": words.who(dispute, rung.bearer, side),
                "shows": rung.row.in_language("shows"),
            }
            for rung in view.rungs
        ],
        "in": [_version_words(dispute, s, shown, side) for s in view.submissions],
        "pulls": [pull_words(dispute, view, pull, side) for pull in view.pulls if pull.state == PullState.ASKED],
        "drafts": sum(1 for e in shown if e.item.fact_id == fact.pk and e.is_draft),
        "rulings": [
            {
                "reasons": ruling.reasons,
                "officer": officer(ruling.mediator.officer_code),
                "at": ruling.ruled_at,
                "evidence": [r.item.no for r in ruling.reliance.all()],
            }
            for ruling in view.rulings
        ],
        "actions": mine,
        "url": reverse("disputes:fact", args=[dispute.ref, view.no]),
    }


def _fact_sentence(dispute: Dispute, view: FactView, side: Side | None) -> str:
    fact, step = view.fact, view.fact.step
    if fact.is_settled:
        return settled_words(dispute, view, side)
    if fact.awaits_ruling:
        return _("What was asked is in. The mediator will rule on this fact.")
    names = {
        "fact": words.clean_end(view.statement),
        "items": words.clean_end(step.in_language("accepts")),
        "result": words.clean_end(step.in_language("silence")),
        "time": moment_text(view.closes_at, "zone"),
        "bearer": words.role_label(dispute, view.bearer),
    }
    if view.yours:
        if step.rebuts:
            return (
                _(
                    "Your turn: please show what speaks against “%(fact)s”. You can use: %(items)s. "
                    "If nothing comes, we may find: “%(result)s”."
                )
                % names
            )
        return (
            _(
                "Your turn: please show that “%(fact)s”. You can use: %(items)s. "
                "If nothing comes, we may find: “%(result)s”."
            )
            % names
        )
    if side is None:
        return _("It is for the %(bearer)s to show something about this now.") % names
    if view.closes_at is None:
        return _("It is for the other side to show this first. You need do nothing.")
    if step.rebuts:
        return (
            _("It is the other side's turn to show what speaks against “%(fact)s” by %(time)s. You need do nothing.")
            % names
        )
    return _("It is the other side's turn to show “%(fact)s” by %(time)s. You need do nothing.") % names


def settled_words(dispute: Dispute, view: FactView, side: Side | None) -> str:
    """How a settled fact was settled and for whom it speaks."""
    fact, step = view.fact, view.fact.step
    state = str(fact.state)
    parts = []
    if state == "ADMITTED":
        parts.append(_("The %(side)s gave this point up.") % {"side": words.role_label(dispute, fact.admitted_by)})
    elif view.rulings:
        newest = view.rulings[-1]
        parts.append(
            _("The mediator found this proved.") if newest.proved else _("The mediator found this not proved.")
        )
    else:
        parts.append(
            _("The %(side)s showed nothing in time. The table says: %(silence)s")
            % {"side": words.role_label(dispute, step.bearer), "silence": step.in_language("silence")}
        )
    if view.found_for:
        parts.append(_("This speaks for the %(side)s.") % {"side": words.role_label(dispute, view.found_for)})
    return _(" ").join(parts)


def eased_words(dispute: Dispute, relief: Any, side: Side | None) -> dict[str, Any]:
    """A relief from proof as the reader has to take it, with what guards against its abuse."""
    reason = words.clean_end(relief.in_language("reason"))
    if side is not None and relief.relieved == side:
        text = _("You do not need to prove this: %(reason)s.") % {"reason": reason}
    else:
        text = _("The %(side)s does not need to prove this: %(reason)s.") % {
            "side": words.role_label(dispute, relief.relieved),
            "reason": reason,
        }
    controls = [{"kind": c.get_kind_display(), "text": c.in_language("text")} for c in relief.controls.all()]
    return {"text": text, "controls": controls}


def _version_words(
    dispute: Dispute, submission: Any, shown: Sequence[EvidenceView], side: Side | None
) -> dict[str, Any]:
    items = [e for e in shown if e.item.submission_id == submission.pk]
    count, hidden = len(items), sum(1 for e in items if e.item.is_withheld)
    text = ngettext("%(who)s: %(n)d piece, version %(v)d", "%(who)s: %(n)d pieces, version %(v)d", count) % {
        "who": words.who(dispute, submission.side, side),
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


def pull_words(dispute: Dispute, view: FactView, pull: Any, side: Side | None) -> dict[str, Any]:
    """A one-click request for the platform's records: where it is, and which records cannot be given, in words."""
    return {
        "who": words.who(dispute, pull.side, side),
        "fact": view.no,
        "state": pull.state,
        "at": pull.asked_at,
        "kinds": words.records_words(pull.kinds),
        "gaps": [
            {
                "kind": words.record_label(gap["kind"]),
                "reason": GapReason(gap["reason"]).label if gap["reason"] in GapReason.values else gap["reason"],
                "detail": gap.get("detail", ""),
            }
            for gap in pull.gaps
        ],
    }


# — evidence —


def evidence_cards(
    dispute: Dispute, shown: Iterable[EvidenceView], side: Side | None, *, may_remove: bool, may_object: bool
) -> list[dict[str, Any]]:
    return [evidence_card(dispute, each, side, may_remove=may_remove, may_object=may_object) for each in shown]


def evidence_card(
    dispute: Dispute, view: EvidenceView, side: Side | None, *, may_remove: bool, may_object: bool
) -> dict[str, Any]:
    """One piece: number, version, who, when, what it is said to prove, its hash, and what was said against it."""
    item = view.item
    url = ""
    if item.attachment is not None and not view.is_hidden:
        url = reverse("disputes:evidence-file", args=[dispute.ref, item.no])
    is_record = item.kind == EvidenceKind.RECORD
    submitted = item.submission
    can_object = may_object and submitted is not None and not view.is_hidden and (not view.is_own or is_record)
    return {
        "no": item.no,
        "kind": item.kind,
        "caption": words.record_label(item.caption) if is_record else item.caption,
        "who": words.who(dispute, item.side, side),
        "is_hidden": view.is_hidden,
        "is_withheld": item.is_withheld,
        "withheld_reason": item.withheld_reason,
        "file": item.attachment if not view.is_hidden else None,
        "url": url,
        "thumb_url": url if item.attachment is not None and item.attachment.rendition_sha256 else "",
        "text": item.message.shown if item.message is not None else "",
        "record": record_words(item.record) if item.record is not None and not view.is_hidden else None,
        "version": submitted.version if submitted is not None else None,
        "at": submitted.submitted_at if submitted is not None else item.added_at,
        "sha256": item.sha256 if not view.is_hidden else "",
        "objections": [
            {
                "who": words.who(dispute, o.side, side),
                "ground": o.get_ground_display(),
                "text": o.text,
                "at": o.made_at,
            }
            for o in item.objections.all()
        ],
        "remove_url": reverse("disputes:remove-evidence", args=[dispute.ref, item.no])
        if may_remove and view.is_draft and view.is_own
        else "",
        "object_url": reverse("disputes:object", args=[dispute.ref, item.no]) if can_object else "",
        "fact": item.fact.no,
    }


def record_words(record: Any) -> dict[str, Any]:
    """A platform record with its source and every line of it."""
    return {
        "label": words.record_label(record.kind),
        "source": record.source,
        "collector": record.collector,
        "method": record.method,
        "recorded_at": record.recorded_at,
        "collected_at": record.collected_at,
        "lines": list(record_lines(record.content)),
    }


def record_lines(content: Any, path: str = "") -> Iterable[tuple[str, str]]:
    """Each value of a record's content with the way to it, in order."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from record_lines(value, f"{path} · {key}" if path else str(key))
    elif isinstance(content, list):
        for number, value in enumerate(content, start=1):
            yield from record_lines(value, f"{path} {number}".strip())
    elif isinstance(content, bool):
        yield path, _("yes") if content else _("no")
    else:
        yield path, "—" if content is None else str(content)


def record_items(dispute: Dispute, shown: Sequence[EvidenceView]) -> list[dict[str, Any]]:
    """The platform's records that are on file, each with its link."""
    items = [e.item for e in shown if e.item.kind == EvidenceKind.RECORD and not e.is_hidden]
    return [
        {
            "no": item.no,
            "label": words.record_label(item.caption),
            "source": item.record.source if item.record is not None else "",
            "at": item.record.collected_at if item.record is not None else item.added_at,
            "url": reverse("disputes:fact", args=[dispute.ref, item.fact.no]) + f"#evidence-{item.no}",
            "object_url": reverse("disputes:object", args=[dispute.ref, item.no]),
            "objections": len(item.objections.all()),
        }
        for item in items
    ]


# — offers —


def offer_columns(
    actor: Actor, dispute: Dispute, side: Side | None, actions: Sequence[Action], now: datetime
) -> list[dict[str, Any]]:
    """One column per side and the platform with its open offer; empty for who may not see offers."""
    if not sees_offers(actor, dispute):
        return []
    open_now = {o.side: o for o in queries.offers_shown_to(actor, dispute) if o.state == OfferState.OPEN}
    sides = [Side.CLAIMANT] + ([Side.RESPONDENT] if dispute.respondent_id is not None else []) + [Side.PLATFORM]
    return [
        {
            "side": each,
            "who": words.who(dispute, each, side),
            "is_own": each == side,
            "offer": offer_card(actor, dispute, open_now[each], side, actions, now) if each in open_now else None,
        }
        for each in sides
    ]


def offer_card(
    actor: Actor, dispute: Dispute, offer: Any, side: Side | None, actions: Sequence[Action], now: datetime
) -> dict[str, Any]:
    mine = {a.name: a for a in actions if a.offer == offer.ref}
    answered = {a.side: a.accepted for a in offer.answers.all()}
    accepting = PAYS if side is not None and pays(dispute, offer.remedy, side) else MANAGES
    may_accept = "accept-offer" in mine and role_on_side(actor, dispute) in accepting
    waits = side is not None and offer.side != side and side not in answered and now <= offer.expires_at
    party = None if side is None else dispute.party_id_of(side)
    return {
        "ref": offer.ref,
        "no": offer.no,
        "remedy": capfirst(Remedy(offer.remedy).label),
        "amount": money(offer.amount_minor, dispute.currency) if offer.amount_minor is not None else "",
        "goods": _("go back") if offer.goods_back else _("stay"),
        "freight": words.payer_label(dispute, offer.freight_payer),
        "note": offer.note,
        "until": offer.expires_at,
        "by_system": offer.by_system,
        "accepted_by": [words.who(dispute, s, side) for s, yes in answered.items() if yes],
        "you_accepted": side is not None and answered.get(side) is True,
        "accept_url": reverse("disputes:accept-offer", args=[dispute.ref, offer.ref]) if may_accept else "",
        "refuse_url": reverse("disputes:refuse-offer", args=[dispute.ref, offer.ref]) if "refuse-offer" in mine else "",
        "withdraw_url": reverse("disputes:withdraw-offer", args=[dispute.ref, offer.ref])
        if "withdraw-offer" in mine
        else "",
        "accept_holders": who_holds(party, accepting) if waits and not may_accept and party is not None else [],
        "accept_roles": _("an owner or finance") if accepting == PAYS else _("an owner or a manager"),
        "accept_is_anothers": waits and not may_accept and party is not None,
    }


def past_offers(actor: Actor, dispute: Dispute, side: Side | None) -> list[dict[str, Any]]:
    """Every offer that is no longer open, newest first."""
    if not sees_offers(actor, dispute):
        return []
    rows = [o for o in queries.offers_shown_to(actor, dispute) if o.state != OfferState.OPEN]
    return [
        {
            "no": o.no,
            "who": words.who(dispute, o.side, side),
            "terms": words.terms_words(dispute, o),
            "state": o.state,
            "label": o.get_state_display(),
            "at": o.ended_at,
        }
        for o in reversed(rows)
    ]


# — what follows —


def owed(dispute: Dispute, side: Side | None, actions: Sequence[Action]) -> list[dict[str, Any]]:
    """Each thing that is owed, as a line of the money's way: owed, said to be done, done."""
    can = {(a.name, a.obligation) for a in actions}
    return [
        {
            "no": row.no,
            "text": words.owed_words(dispute, row),
            "state": "LATE" if row.is_late and row.state in ("OWED", "REPORTED") else row.state,
            "label": words.OWED["LATE" if row.is_late and row.state in ("OWED", "REPORTED") else row.state],
            "due": row.due_at if row.state in ("OWED", "REPORTED") else None,
            "waits": row.due_at is None and row.state == "OWED",
            "reported_at": row.reported_at,
            "done_at": row.done_at,
            "note": row.note,
            "report_url": reverse("disputes:report", args=[dispute.ref, row.no])
            if ("report-obligation", row.no) in can
            else "",
            "confirm_url": reverse("disputes:confirm", args=[dispute.ref, row.no])
            if ("confirm-obligation", row.no) in can
            else "",
        }
        for row in sorted(dispute.obligations.all(), key=lambda o: o.no)
    ]


def advance_words(dispute: Dispute, row: Any) -> dict[str, Any]:
    names = {"amount": money(row.amount_minor, dispute.currency), "side": words.role_label(dispute, row.to_side)}
    return {
        "text": _(
            "The platform paid %(amount)s to the %(side)s first. This does not say how the dispute is determined."
        )
        % names,
        "reason": row.reason,
        "at": row.advanced_at,
        "label": row.get_state_display(),
    }


def result_words(dispute: Dispute) -> dict[str, Any] | None:
    """How it ended or stands decided, in one card; None before that."""
    newest = max(dispute.determinations.all(), key=lambda d: d.round, default=None)
    agreed = next((o for o in dispute.offers.all() if o.state == OfferState.ACCEPTED), None)
    state = str(dispute.state)
    if state == "WITHDRAWN":
        return {"tone": "calm", "icon": "undo", "text": _("This dispute was taken back.")}
    if agreed is not None:
        terms = words.terms_words(dispute, agreed)
        return {"tone": "good", "icon": "check", "text": _("Both sides agreed: %(terms)s.") % {"terms": terms}}
    if newest is None:
        return None
    lines = str(newest.get_outcome_display())
    if newest.remedy:
        lines += _(": ") + words.terms_words(dispute, newest)
    return {
        "tone": "wait" if state in ("REVIEW_REQUESTED", "DELIBERATING") else "calm",
        "icon": "scale",
        "text": str(capfirst(lines)) + _("."),
        "letter_url": reverse("disputes:decision", args=[dispute.ref]),
        "under_review": state in ("REVIEW_REQUESTED", "DELIBERATING"),
        "officer": officer(newest.mediator.officer_code),
        "at": newest.decided_at,
    }


def missing_roles(actor: Actor, dispute: Dispute, side: Side | None) -> list[dict[str, Any]]:
    """What somebody on this side cannot do, which role can, and who holds it."""
    party = None if side is None else dispute.party_id_of(side)
    if party is None or not dispute.is_open:
        return []
    role = role_on_side(actor, dispute)
    rows = []
    if role not in MANAGES:
        rows.append(
            {
                "what": _("Answering, submitting evidence, making offers and calling the platform in"),
                "roles": _("an owner or a manager"),
                "holders": who_holds(party, MANAGES),
            }
        )
    if role not in STAGES:
        rows.append(
            {
                "what": _("Adding evidence"),
                "roles": _("an owner, a manager or shop staff"),
                "holders": who_holds(party, STAGES),
            }
        )
    return rows


def gone_side(dispute: Dispute, side: Side | None) -> str:
    """What the page says where nobody acts for the other side any more."""
    if side not in (Side.CLAIMANT, Side.RESPONDENT) or not dispute.is_open:
        return ""
    other = dispute.party_id_of(side.other)
    if other is None or people_of(other):
        return ""
    return _(
        "Nobody acts for the other side here any more. The dispute goes on without them, and the platform sees to it "
        "that the result is carried out."
    )


def no_return_consent(actor: Actor, dispute: Dispute, side: Side | None) -> dict[str, Any] | None:
    """A merchant's own consent to bear a refund without return; None where none is at stake."""
    party = None if side is None else dispute.party_id_of(side)
    wanted = dispute.claim_remedy == Remedy.REFUND_NO_RETURN and dispute.state in BEFORE_DECISION
    if not wanted or party is None or side is not Side.RESPONDENT:
        return None
    given = NoReturnConsent.objects.filter(dispute=dispute, party_id=party).first()
    return {
        "given_at": None if given is None else given.given_at,
        "may": role_on_side(actor, dispute) in PAYS,
        "holders": who_holds(party, PAYS),
        "url": reverse("disputes:consent", args=[dispute.ref]),
    }


# — the talk —


def talk_part(actor: Actor, dispute: Dispute, lane: str, now: datetime, *, before: int | None = None) -> dict[str, Any]:
    """The newest entries of a lane, or those before a number. Raises `NotFound` for a lane that is not theirs."""
    room = room_of(actor, dispute, lane)
    top = room.head if before is None else max(0, min(room.head, before - 1))
    after = max(0, top - ENTRIES_SHOWN)
    shown = entries(actor, dispute, lane, after, now, limit=top - after)
    return {
        "lane": "private" if room.lane != Lane.BOTH else str(Lane.BOTH),
        "entries": shown,
        "head": room.head,
        "earlier": after + 1 if after > 0 else None,
        "is_sealed": room.is_sealed,
        "before": before,
    }


def room_of(actor: Actor, dispute: Dispute, lane: str) -> Room:
    """The lane's room as this actor may read it. Raises `NotFound`."""
    named = lane_read_by(actor, dispute, lane)
    room = None if named is None else Room.objects.filter(dispute=dispute, lane=named).first()
    if room is None:
        raise NotFound()
    return room


def entries(
    actor: Actor, dispute: Dispute, lane: str, after: int, now: datetime, *, limit: int = ENTRIES_SHOWN
) -> list[dict[str, Any]]:
    """The entries behind a number as the log shows them; a mark that one was taken back shows on that one."""
    pictures = queries.pictures_after(actor, dispute.ref, lane, after, limit) if limit else []
    codes = officer_codes(
        str(value)
        for p in pictures
        if p["type"] == "event"
        for value in (p["facts"].get("mediator"), p["facts"].get("to"))
        if value
    )
    side = side_of(actor, dispute)
    return [entry(dispute, p, side, codes, now) for p in pictures if p.get("kind") != "recall"]


def officer_codes(refs: Iterable[str]) -> dict[str, str]:
    """The outward code of each of these people who has one, by their ref."""
    wanted = {ref for ref in refs if ref not in Side.values}
    if not wanted:
        return {}
    people = get_user_model()._default_manager.filter(ref__in=wanted).exclude(officer_code="")
    return dict(people.values_list("ref", "officer_code"))


def entry(
    dispute: Dispute, picture: Mapping[str, Any], side: Side | None, codes: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    at = datetime.fromisoformat(str(picture.get("sent_at") or picture.get("at")))
    made: dict[str, Any] = {"sequence": picture["sequence"], "at": at, "lane": picture["lane"]}
    if picture["type"] == "event":
        facts = picture["facts"]
        moved = picture["event"] in ("dispute.burden_shifted", "dispute.fact_defaulted", "dispute.determined")
        return made | {
            "is_event": True,
            "event": picture["event"],
            "is_card": moved,
            "text": words.event_sentence(dispute, picture["event"], facts, codes=codes),
            "due": words.due_of_event(facts),
        }
    recalled = picture.get("recalled") is not None
    fresh = now <= at + timedelta(minutes=settings.RECALL_MINUTES)
    is_common = picture["lane"] == Lane.BOTH
    return made | {
        "is_event": False,
        "role": picture["role"],
        "badge": badge(dispute, picture["role"]),
        "sender": officer(picture["sender"]) if picture["role"] == "mediator" else picture["sender"],
        "text": picture["text"],
        "mine": picture["mine"],
        "client_id": picture["client_id"],
        "recalled": recalled,
        "can_recall": picture["mine"] and fresh and not recalled,
        "can_report": not picture["mine"] and not recalled,
        "can_use": is_common and not recalled and side is not None,
    }


def badge(dispute: Dispute, role: str) -> str:
    """Who speaks, as a word: buyer, seller, or the platform's mediator, who is a person."""
    if role == "mediator":
        return _("Mediator (a person)")
    return str(capfirst(words.role_label(dispute, role.upper())))
