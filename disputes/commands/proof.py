"""What a side does to prove: stage, submit, answer, object, concede, and bring in the platform's own records."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import (
    DeadlinePassed,
    Invalid,
    NotAllowed,
    NotYourTurn,
    or_not_found,
    require,
    require_choice,
    require_text,
)
from casework.firing import command
from casework.text import is_visually_blank
from disputes.choices import Lane, ObjectionGround, Side
from disputes.claims import manifest_hash
from disputes.commands.ladder import (
    answered_by,
    answering_clock,
    close_if_ready,
    discharge,
    end_adding,
    production_cancels,
    settle_fact,
)
from disputes.commands.locking import fact_of, lock_dispute, move, require_unsettled
from disputes.machine import BEFORE_MEDIATOR, DisputeState
from disputes.models import Dispute, EntryKind, EvidenceItem, EvidenceKind, FactAtIssue, Message, Objection, Submission
from disputes.policies import may_admit, may_end_proof, may_prove, may_stage, side_of
from disputes.windows import adding_closes, open_until, window_closes
from files import attachments
from files.models import Attachment
from rules import quotas

MAX_PIECES = 200
MAX_VERSIONS = 30


def acting_side(actor: Actor, dispute: Dispute) -> Side:
    """Returns the side for which somebody acts whom a policy let act. Raises `NotAllowed`."""
    side = side_of(actor, dispute)
    if side is None:
        raise NotAllowed()
    return side


def require_may_produce(dispute: Dispute, fact: FactAtIssue, side: str, now: datetime) -> None:
    """Raises unless this side may add evidence about this fact now.

    The bearer has its window; the other side may add while that window is open, and may always answer, in the time
    that it has for it, what was submitted against it. Who submitted in that time may add until it is over.
    """
    if dispute.state in BEFORE_MEDIATOR:
        require_unsettled(fact)
        return
    if dispute.state != DisputeState.EVIDENCE:
        raise NotYourTurn(_("Evidence is closed."))
    if open_until(fact, side, now) is not None:
        return
    require_unsettled(fact)
    if window_closes(fact) is None and adding_closes(fact, side) is None:
        raise NotYourTurn(_("This fact waits for the mediator's ruling."))
    raise DeadlinePassed(_("The time to show this has passed."))


def next_no(dispute: Dispute) -> int:
    last = dispute.evidence.aggregate(last=Max("no"))["last"] or 0
    if last >= MAX_PIECES:
        raise Invalid.field("/file", "too-many", _("No more pieces of evidence fit this dispute."))
    return int(last) + 1


def _stage(actor: Actor, ref: str, fact_no: int, caption: str, now: datetime) -> tuple[Dispute, FactAtIssue, Side]:
    dispute = lock_dispute(actor, ref)
    require(may_stage(actor, dispute))
    fact = fact_of(dispute, fact_no)
    side = acting_side(actor, dispute)
    require_may_produce(dispute, fact, side, now)
    require_text("/caption", caption, _("Say what this proves."))
    return dispute, fact, side


def _draft(
    dispute: Dispute, fact: FactAtIssue, side: Side, kind: EvidenceKind, *, actor: Actor, now: datetime, **about: Any
) -> EvidenceItem:
    return EvidenceItem.objects.create(
        dispute=dispute,
        no=next_no(dispute),
        fact=fact,
        side=side,
        kind=kind,
        added_by_ref=actor.ref,
        added_at=now,
        **about,
    )


@command
def stage_file(
    *,
    actor: Actor,
    ref: str,
    fact_no: int,
    file: BinaryIO,
    name: str,
    caption: str,
    withheld_reason: str = "",
    now: datetime,
) -> EvidenceItem:
    """Keeps a file as a draft that only this side sees; with a reason it will be for the platform's eyes only.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `DeadlinePassed`, `Invalid`, `FileRefused`, `TooLarge`.
    """
    dispute, fact, side = _stage(actor, ref, fact_no, caption, now)
    size = attachments.require_room(file, dispute.evidence.filter(side=side))
    if (party_id := dispute.party_id_of(side)) is not None:  # the platform as a side is bound by the case alone
        quotas.use(party_id, quotas.FILES, size, now=now)
    attachment: Attachment = attachments.seal(file, name=name, actor=actor, now=now)
    withheld = not is_visually_blank(withheld_reason)
    reason = withheld_reason if withheld else ""
    said = {"caption": caption, "sha256": attachment.sha256, "is_withheld": withheld, "withheld_reason": reason}
    return _draft(dispute, fact, side, EvidenceKind.FILE, actor=actor, now=now, attachment=attachment, **said)


@command
def stage_message(
    *, actor: Actor, ref: str, fact_no: int, sequence: int, caption: str, lane: str = Lane.BOTH, now: datetime
) -> EvidenceItem:
    """Makes a message of the common room a draft piece of evidence, with its hash; it cannot be recalled now.

    Raises as `stage_file`, and `NotYourTurn` for a message that was taken back.
    """
    dispute, fact, side = _stage(actor, ref, fact_no, caption, now)
    if lane != Lane.BOTH:
        raise Invalid.field("/lane", "private", _("Only what both sides read can become evidence."))
    message = or_not_found(
        Message.objects.filter(
            room__dispute=dispute, room__lane=Lane.BOTH, sequence=sequence, kind=EntryKind.TEXT
        ).first()
    )
    if Message.objects.filter(recalls=message).exists():
        raise NotYourTurn(_("This message was taken back."))
    said = {"caption": caption, "message": message, "sha256": message.sha256}
    return _draft(dispute, fact, side, EvidenceKind.MESSAGE, actor=actor, now=now, **said)


@command
def remove_evidence(*, actor: Actor, ref: str, no: int, now: datetime) -> None:
    """Deletes a draft of this side; what was submitted stays. Raises `NotFound`, `NotAllowed`, `NotYourTurn`."""
    del now
    dispute = lock_dispute(actor, ref)
    require(may_stage(actor, dispute))
    item = or_not_found(dispute.evidence.filter(no=no, side=acting_side(actor, dispute)).first())
    if item.submission_id is not None:
        raise NotYourTurn(_("This was submitted and stays on file."))
    item.delete()


@command
def submit_evidence(*, actor: Actor, ref: str, fact_no: int, now: datetime) -> Submission:
    """Submits this side's drafts about the fact as its next version; the burden moves on where the table says so.

    What is withheld from the other side moves no burden. Raises `NotFound`, `NotAllowed`, `NotYourTurn`,
    `DeadlinePassed`, `Invalid`.
    """
    dispute = lock_dispute(actor, ref)
    require(may_prove(actor, dispute))
    fact = fact_of(dispute, fact_no)
    side = acting_side(actor, dispute)
    require_may_produce(dispute, fact, side, now)
    drafts = list(fact.evidence.filter(side=side, submission__isnull=True).order_by("no"))
    if not drafts:
        raise Invalid.field("/evidence", "required", _("There is nothing new to submit."))
    if Submission.objects.filter(fact=fact, side=side).count() >= MAX_VERSIONS:
        raise NotYourTurn(_("No more versions about this fact; ask the mediator."))
    submission = freeze(dispute, fact, side, drafts, actor=actor, at=now)
    answered_by(fact, side, now=now)
    move(
        dispute,
        "submit_evidence",
        actor=actor,
        now=now,
        facts={
            "fact": fact.no,
            "side": side,
            "version": submission.version,
            "items": [d.no for d in drafts],
            "withheld": [d.no for d in drafts if d.is_withheld],
            "manifest": submission.manifest_hash,
        },
        deadlines=answering_clock(dispute, now=now),
    )
    shown = any(not d.is_withheld for d in drafts)
    follow_production(dispute, fact, side, shown=shown, at=now, actor=actor, now=now)
    return submission


def freeze(
    dispute: Dispute, fact: FactAtIssue, side: str, drafts: Sequence[EvidenceItem], *, actor: Actor, at: datetime
) -> Submission:
    """Puts the drafts into a new sealed version, which the other side can answer for a stated time.

    Its own side can add to it for as long as it could have submitted it.

    It answers nothing by itself: records may come long after they were asked for, when their side has not seen what
    was submitted against it meanwhile.
    """
    version = Submission.objects.filter(fact=fact, side=side).count() + 1
    until = dispute.promised["dispute_reply_time"].ends(at)
    submission = Submission.objects.create(
        fact=fact,
        side=side,
        version=version,
        submitted_at=at,
        submitted_by_ref=actor.ref,
        answerable_base_until=until,
        answerable_until=until,
        more_until=open_until(fact, side, at) if dispute.state == DisputeState.EVIDENCE else None,
        manifest_hash=manifest_hash(drafts),
    )
    EvidenceItem.objects.filter(pk__in=[d.pk for d in drafts]).update(submission=submission)
    return submission


def follow_production(
    dispute: Dispute, fact: FactAtIssue, side: str, *, shown: bool, at: datetime, actor: Actor, now: datetime
) -> None:
    """Moves the burden according to a version produced at `at`: discharge when the bearer produced in its window.

    What comes later, as an answer to the other side, is evidence and moves no burden.
    """
    if dispute.state != DisputeState.EVIDENCE:
        return
    closes = window_closes(fact)
    in_window = closes is not None and at <= closes
    if shown and in_window and not fact.is_settled and not fact.awaits_ruling and fact.bearer == side:
        discharge(dispute, fact, actor=actor, now=now)
    close_if_ready(dispute, now=now)


@command
def answer_evidence(*, actor: Actor, ref: str, fact_no: int, now: datetime) -> None:
    """Records that this side has nothing more about the fact: neither an answer, nor anything to add to its own.

    Nobody waits for it any more. Raises `NotFound`, `NotAllowed`, and `NotYourTurn` where nothing waits for either.
    """
    dispute = lock_dispute(actor, ref)
    require(may_end_proof(actor, dispute))
    fact = fact_of(dispute, fact_no)
    side = acting_side(actor, dispute)
    added, answered = end_adding(fact, side, now=now), answered_by(fact, side, now=now)
    if not (added or answered):
        raise NotYourTurn(_("Nothing waits for your answer."))
    clock = answering_clock(dispute, now=now)
    move(dispute, "answer_evidence", actor=actor, now=now, facts={"fact": fact.no, "side": side}, deadlines=clock)
    close_if_ready(dispute, now=now)


@command
def object_to_evidence(*, actor: Actor, ref: str, no: int, ground: str, text: str, now: datetime) -> Objection:
    """Records an objection to the piece of evidence, for good. Raises `NotFound`, `NotAllowed`, `NotYourTurn`."""
    dispute = lock_dispute(actor, ref)
    require(may_prove(actor, dispute))
    side = acting_side(actor, dispute)
    require_choice("/ground", ground, ObjectionGround)
    require_text("/text", text, _("Say what is wrong with it."))
    item = or_not_found(dispute.evidence.filter(no=no, submission__isnull=False).first())
    if item.side == side and item.kind != EvidenceKind.RECORD:
        raise NotYourTurn(_("This is your own evidence."))
    if item.objections.filter(side=side, ground=ground).exists():
        raise NotYourTurn(_("You have made this objection already."))
    objection = Objection.objects.create(
        item=item, side=side, ground=ground, text=text, made_by_ref=actor.ref, made_at=now
    )
    move(
        dispute,
        "object_to_evidence",
        actor=actor,
        now=now,
        facts={"item": item.no, "fact": item.fact.no, "side": side, "ground": ground, "text": digest(text)},
    )
    return objection


def counts_if_admitted(fact: FactAtIssue, side: Side) -> bool:
    """Whether the fact counts as true once this side admits it: it speaks for the other side."""
    against = Side.RESPONDENT if side is Side.PLATFORM else side
    favours = Side.RESPONDENT if fact.favours == Side.PLATFORM else Side(fact.favours)
    return favours is not against


@command
def admit_fact(*, actor: Actor, ref: str, fact_no: int, now: datetime) -> None:
    """Admits a fact: it counts as true when it speaks for the other side, as untrue when for this one.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`.
    """
    dispute = lock_dispute(actor, ref)
    require(may_admit(actor, dispute))
    fact = fact_of(dispute, fact_no)
    require_unsettled(fact)
    side = acting_side(actor, dispute)
    settle_fact(
        fact,
        "admit",
        actor=actor,
        now=now,
        established=counts_if_admitted(fact, side),
        facts={"side": side},
        admitted_by=side,
    )
    move(
        dispute,
        "admit_fact",
        actor=actor,
        now=now,
        facts={"fact": fact.no, "side": side, "established": fact.established},
        cancels=production_cancels(fact.no),
    )
    close_if_ready(dispute, now=now)
