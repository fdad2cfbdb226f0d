"""Appraisals: proposed to both sides, agreed or designated, the goods handed on, reported. No clock runs meanwhile."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import NotYourTurn, or_not_found, require, require_choice, require_text
from casework.firing import command
from disputes.choices import Side
from disputes.claims import content_of_appraisal, content_of_custody
from disputes.commands.locking import lock_dispute, move
from disputes.commands.pause import go_on, stop
from disputes.machine import DisputeState
from disputes.models import Appraisal, AppraisalState, CustodyStep, Dispute
from disputes.policies import may_act_as_party, may_mediate, side_of

APPRAISAL = Actor.system("appraisal")


@command
def propose_appraisal(
    *,
    actor: Actor,
    ref: str,
    body: str,
    item: str,
    question: str,
    pays_first: str,
    authority: str = "",
    now: datetime,
) -> Dispute:
    """Puts an appraisal before both sides; it begins once both agreed.

    Where an `authority` designated the body, it begins at once. It takes the place of a proposal that is open. The
    platform designates nobody itself: where the sides do not agree, that is for the authority that accepted the
    complaint (实施条例 47). Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `Invalid`.
    """
    dispute = lock_dispute(actor, ref)
    require(may_mediate(actor, dispute))
    if dispute.state != DisputeState.EVIDENCE:
        raise NotYourTurn()
    said = {"body": body, "item": item, "question": question}
    for name, text in said.items():
        require_text(f"/{name}", text, _("Say who tests what, and to answer which question."))
    require_choice("/pays_first", pays_first, Side)
    dispute.appraisals.filter(state=AppraisalState.PROPOSED).update(state=AppraisalState.REPLACED, ended_at=now)
    last = dispute.appraisals.aggregate(last=Max("no"))["last"] or 0
    row = Appraisal.objects.create(
        dispute=dispute,
        no=last + 1,
        proposed_by_id=actor.person,
        proposed_at=now,
        pays_first=pays_first,
        authority=authority,
        **said,
    )
    facts = {"appraisal": row.no, "pays_first": str(row.pays_first), "content": digest(content_of_appraisal(row))}
    move(dispute, "propose_appraisal", actor=actor, now=now, facts=facts)
    if row.authority:
        _begin(dispute, row, now=now)
    return dispute


@command
def agree_to_appraisal(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Records that this side agrees; once both do, the appraisal begins and every clock stands still.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`.
    """
    dispute, row, side = _proposed_to(actor, ref)
    agreed = "claimant_agreed_at" if side is Side.CLAIMANT else "respondent_agreed_at"
    if getattr(row, agreed) is not None:
        raise NotYourTurn()
    setattr(row, agreed, now)
    row.save(update_fields=[agreed])
    facts = {"appraisal": row.no, "side": str(side), "agrees": True}
    move(dispute, "answer_appraisal", actor=actor, now=now, facts=facts)
    if row.claimant_agreed_at is not None and row.respondent_agreed_at is not None:
        _begin(dispute, row, now=now)
    return dispute


@command
def refuse_appraisal(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Ends the proposal; nothing else follows from it. Raises `NotFound`, `NotAllowed`, `NotYourTurn`."""
    dispute, row, side = _proposed_to(actor, ref)
    row.state, row.ended_at = AppraisalState.REFUSED, now
    row.save(update_fields=["state", "ended_at"])
    facts = {"appraisal": row.no, "side": str(side), "agrees": False}
    move(dispute, "answer_appraisal", actor=actor, now=now, facts=facts)
    return dispute


def _proposed_to(actor: Actor, ref: str) -> tuple[Dispute, Appraisal, Side]:
    dispute = lock_dispute(actor, ref)
    require(may_act_as_party(actor, dispute))
    side = side_of(actor, dispute)
    row = dispute.appraisals.filter(state=AppraisalState.PROPOSED).first()
    if dispute.state != DisputeState.EVIDENCE or row is None or side is None:
        raise NotYourTurn()
    return dispute, row, side


def _begin(dispute: Dispute, row: Appraisal, *, now: datetime) -> None:
    row.state, row.begun_at = AppraisalState.UNDER_WAY, now
    row.save(update_fields=["state", "begun_at"])
    stop(
        dispute,
        "begin_appraisal",
        actor=APPRAISAL,
        now=now,
        facts={"appraisal": row.no, "designated": bool(row.authority)},
        reason=row.question,
        authority=row.body,
    )


@command
def record_custody(
    *, actor: Actor, ref: str, from_holder: str, to_holder: str, condition: str, now: datetime
) -> Dispute:
    """Adds a step to the chain of custody of the goods under appraisal, for good.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `Invalid`.
    """
    dispute, row = _under_way(actor, ref)
    said = {"from_holder": from_holder, "to_holder": to_holder, "condition": condition}
    for name, text in said.items():
        require_text(f"/{name}", text, _("Say from whom to whom, when, in what condition and under which seal."))
    no = row.custody.count() + 1
    step = CustodyStep.objects.create(appraisal=row, no=no, recorded_by_ref=actor.ref, recorded_at=now, **said)
    facts = {"appraisal": row.no, "step": step.no, "content": digest(content_of_custody(step))}
    move(dispute, "record_custody", actor=actor, now=now, facts=facts)
    return dispute


@command
def end_appraisal(*, actor: Actor, ref: str, findings: str, report: str = "", now: datetime) -> Dispute:
    """Ends the appraisal with its report, or without one as called off; every clock goes on, later by its length.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `Invalid`.
    """
    dispute, row = _under_way(actor, ref)
    require_text("/findings", findings, _("Say what it found, or why it was called off."))
    row.state = AppraisalState.REPORTED if report.strip() else AppraisalState.CALLED_OFF
    row.report, row.findings, row.ended_at = report, findings, now
    row.save(update_fields=["state", "report", "findings", "ended_at"])
    facts = {"appraisal": row.no, "result": str(row.state), "report": digest(report), "findings": digest(findings)}
    go_on(dispute, "end_appraisal", actor=actor, now=now, facts=facts)
    return dispute


def _under_way(actor: Actor, ref: str) -> tuple[Dispute, Appraisal]:
    dispute = lock_dispute(actor, ref)
    require(may_mediate(actor, dispute))
    if dispute.state != DisputeState.APPRAISING:
        raise NotYourTurn()
    return dispute, or_not_found(dispute.appraisals.filter(state=AppraisalState.UNDER_WAY).first())
