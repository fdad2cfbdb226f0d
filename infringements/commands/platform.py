"""What a person of the platform decides, and what the engine does once a time has passed."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import NotYourTurn, require, require_text
from casework.firing import command, fire
from casework.working_days import add_days
from infringements.commands.parts import SYSTEM, end_measure, locked_case
from infringements.machine import ACCEPTED, InfringementState
from infringements.models import Finding, Infringement, Outcome
from infringements.policies import may_decide_infringement
from notices.commands import BasisDraft, Decision, Detection, ExhibitDraft, MeasureDraft, NoticeDraft, issue_decided

ANSWER_DAYS = 3
"""Days that the right holder has at least to be heard. No law says how long."""
INSTRUMENT, ARTICLE = "CN-ECL-2018", "42"


@command
def accept_infringement(
    *,
    actor: Actor,
    ref: str,
    measure: str,
    object_ref: str,
    scope: str,
    facts: str,
    reasons: str,
    now: datetime,
    rule: str = "",
    clause: str = "",
    expected_version: int | None = None,
) -> Infringement:
    """Accepts the notice: takes the measure by an ordinary notice to the merchant and forwards what was notified.

    The measure rests on the clause, or on 电子商务法 42 where none is named. Raises `NotFound`, `NotAllowed`,
    `ConflictOfInterest`, `Stale`, `NotYourTurn`, and as `notices.commands.issue_notice`.
    """
    case = _to_decide(actor, ref, expected_version, InfringementState.RECEIVED)
    assert case.merchant is not None
    assert case.received_at is not None
    basis = BasisDraft("CLAUSE", rule=rule, clause=clause) if rule or clause else _of_law()
    with override(case.merchant.language):
        caption = _("Notice %(number)s of the right holder") % {"number": case.number}
    shown = "\n".join((case.right_title, case.registration_no, case.links, case.evidence))
    notice = issue_decided(
        actor=actor,
        client_id=case.client_id,
        draft=NoticeDraft(
            external_ref=case.number,
            party=case.merchant.ref,
            facts=facts,
            reasons=reasons,
            conduct_at=case.received_at,
            measures=[MeasureDraft(measure, "listing", object_ref, object_ref, scope, now)],
            basis=[basis],
            detection=Detection("REPORT"),
            decision=Decision(officer=actor.code),
            evidence=[ExhibitDraft(caption, case.received_at, excerpt=shown)],
            language=case.merchant.language,
        ),
        now=now,
    )
    said = {"reasons": digest(reasons), "measure": notice.ref}
    fire(case, "accept", actor=actor, now=now, facts=said, notice_id=notice.pk, **_decided(actor, reasons, now))
    return case


@command
def refuse_infringement(
    *, actor: Actor, ref: str, reasons: str, now: datetime, expected_version: int | None = None
) -> Infringement:
    """Does not accept the notice, with the reasons. Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`,
    `NotYourTurn`, `Invalid` without reasons.
    """
    case = _to_decide(actor, ref, expected_version, InfringementState.RECEIVED)
    require_text("/reasons", reasons, _("Say why."))
    said = {"reasons": digest(reasons)}
    fire(case, "refuse", actor=actor, now=now, facts=said, ended_at=now, **_decided(actor, reasons, now))
    return case


@command
def conclude_infringement(
    *, actor: Actor, ref: str, outcome: str, words: str, now: datetime, expected_version: int | None = None
) -> Infringement:
    """Records the outcome of the complaint or lawsuit and carries it out: unless an infringement was found, the measure
    ends. Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn`, `Invalid` without words.
    """
    case = _to_decide(actor, ref, expected_version, InfringementState.PROCEEDINGS)
    require_text("/words", words, _("Say what was decided."))
    said = {"outcome": outcome, "words": digest(words)}
    fire(case, "conclude", actor=actor, now=now, facts=said, outcome=outcome, outcome_words=words, ended_at=now)
    if outcome != Outcome.INFRINGES:
        reason = gettext_noop("The proceedings about the right holder's notice %(number)s found no infringement.")
        if outcome == Outcome.NO_FINDING:
            reason = gettext_noop("The proceedings about the right holder's notice %(number)s ended without a finding.")
        end_measure(case, reason, now=now, settles=outcome == Outcome.NO_INFRINGEMENT)
    return case


@command
def ask_infringement(
    *, actor: Actor, ref: str, question: str, now: datetime, expected_version: int | None = None
) -> Infringement:
    """Asks the right holder, once, before the notice may be found wrong. Raises `NotFound`, `NotAllowed`,
    `ConflictOfInterest`, `Stale`, `NotYourTurn`, `Invalid` without words.
    """
    case = _to_decide(actor, ref, expected_version)
    if case.answer_by is not None or case.received_at is None:
        raise NotYourTurn()
    require_text("/question", question, _("Say what you ask."))
    said = {"question": digest(question)}
    fire(case, "ask", actor=actor, now=now, facts=said, question=question, answer_by=add_days(now, ANSWER_DAYS))
    return case


@command
def find_infringement_wrong(
    *,
    actor: Actor,
    ref: str,
    finding: str,
    measure: str,
    facts: str,
    reasons: str,
    now: datetime,
    expected_version: int | None = None,
) -> Infringement:
    """Finds, after hearing the right holder, that the notice was wrong or made in bad faith. It is served to the right
    holder as an ordinary notice, which it can appeal.

    Raises as `accept_infringement`, and `NotYourTurn` before the right holder answered or its time passed.
    """
    case = _to_decide(actor, ref, expected_version)
    if case.finding or not may_be_found(case, now):
        raise NotYourTurn(_("The right holder is heard first."))
    assert case.received_at is not None
    with override(case.holder.language):
        caption = _("Notice %(number)s of the right holder") % {"number": case.number}
        scope = _("The finding is on record and shown at the right holder's next notices.")
        words = _("The notice %(number)s was %(finding)s.") % {
            "number": case.number,
            "finding": Finding(finding).label,
        }
    notice = issue_decided(
        actor=actor,
        client_id=case.client_id,
        draft=NoticeDraft(
            external_ref=f"{case.number}-F",
            party=case.holder.ref,
            facts=f"{words} {facts}",
            reasons=reasons,
            conduct_at=case.received_at,
            measures=[MeasureDraft(measure, "notice", case.number, case.number, scope, now)],
            basis=[_of_law()],
            detection=Detection("STAFF"),
            decision=Decision(officer=actor.code),
            evidence=[ExhibitDraft(caption, case.received_at, excerpt=case.evidence)],
            language=case.holder.language,
        ),
        now=now,
    )
    fire(
        case,
        "find_wrong",
        actor=actor,
        now=now,
        facts={"finding": finding, "reasons": digest(reasons), "notice": notice.ref},
        finding=finding,
        finding_reasons=reasons,
        found_at=now,
        found_by_id=actor.person,
        finding_notice_id=notice.pk,
    )
    return case


def may_be_found(case: Infringement, now: datetime) -> bool:
    """Whether the right holder was heard: it answered, or its time passed."""
    return case.answer_by is not None and (bool(case.answer) or now > case.answer_by)


# — the engine —


@command
def mark_infringement_overdue(*, infringement_id: int, effective_at: datetime, now: datetime) -> None:
    """Records that the notice was not decided in time."""
    case = Infringement.lock(Q(), pk=infringement_id)
    if case.state == InfringementState.RECEIVED:
        fire(case, "mark_overdue", actor=Actor.system("deadline"), now=now, effective_at=effective_at)


@command
def end_by_silence(*, infringement_id: int, effective_at: datetime, now: datetime) -> None:
    """Ends the measure: within the 15 days no complaint or lawsuit was shown (电子商务法 43(2))."""
    case = Infringement.lock(Q(), pk=infringement_id)
    if case.state != InfringementState.STATED or case.silence_at is None or now < case.silence_at:
        return
    fire(case, "lift", actor=SYSTEM, now=now, effective_at=effective_at, ended_at=now)
    reason = gettext_noop(
        "Within 15 days of your statement on notice %(number)s the right holder showed no complaint or lawsuit."
    )
    end_measure(case, reason, now=now)


@command
def follow_revoked_measure(*, notice_id: int, now: datetime) -> None:
    """Ends the case whose measure fell otherwise; nothing where it ended the measure itself."""
    pk = Infringement.objects.filter(notice_id=notice_id, state__in=ACCEPTED).values_list("pk", flat=True).first()
    if pk is None:
        return
    case = Infringement.lock(Q(), pk=pk)
    if case.state in ACCEPTED:
        fire(case, "follow_revocation", actor=SYSTEM, now=now, ended_at=now)


def _to_decide(actor: Actor, ref: str, version: int | None, state: InfringementState | None = None) -> Infringement:
    case = locked_case(actor, ref, version)
    require(may_decide_infringement(actor, case))
    if state is not None and case.state != state:
        raise NotYourTurn()
    return case


def _of_law() -> BasisDraft:
    return BasisDraft("LAW", instrument=INSTRUMENT, article=ARTICLE)


def _decided(actor: Actor, reasons: str, now: datetime) -> dict[str, Any]:
    session = digest(actor.session)
    return {"decided_at": now, "decided_by_id": actor.person, "session_hash": session, "reasons": reasons}
