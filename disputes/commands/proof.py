"""What a side does to prove: stage, submit, answer, object, concede, and bring in the platform's own records."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from casework import attachments
from casework.actor import Actor
from casework.errors import DeadlinePassed, Invalid, NotAllowed, NotFound, NotYourTurn
from casework.firing import DeadlineSpec, command, fire
from casework.ledger import digest, moment
from casework.models import Attachment
from casework.refs import new_ref
from casework.text import is_visually_blank
from disputes.commands.held import fact_of, held, held_by_id, move, require_text, require_unsettled
from disputes.commands.ladder import (
    SYSTEM,
    answered_by,
    close_if_ready,
    discharge,
    production_cancels,
    production_clocks,
    settle_fact,
    window_closes,
)
from disputes.models import (
    Dispute,
    EntryKind,
    EvidenceItem,
    EvidenceKind,
    FactAtIssue,
    Message,
    Objection,
    PlatformRecord,
    PullState,
    RecordPull,
    Submission,
)
from disputes.policies import may_act_for_side, may_stage, side_of
from disputes.records import FetchedRecord, Gap
from disputes.words import Lane, ObjectionGround, Side

PIECES_MOST = 200
VERSIONS_MOST = 6
EARLY = ("NEGOTIATING", "ESCALATED")


def _side(actor: Actor, dispute: Dispute) -> Side:
    side = side_of(actor, dispute)
    if side is None or (side is Side.PLATFORM and actor.kind.value == "client"):
        raise NotAllowed()
    return side


def require_may_produce(dispute: Dispute, fact: FactAtIssue, side: str, now: datetime) -> None:
    """Raises unless this side may add evidence about this fact now.

    The bearer has its window; the other side may add while that window is open, and may always answer, in the time
    that it has for it, what was submitted against it.
    """
    if dispute.state in EARLY:
        require_unsettled(fact)
        return
    if dispute.state != "EVIDENCE":
        raise NotYourTurn(_("Evidence is closed."))
    answering = (
        Submission.objects.filter(fact=fact, answered_at__isnull=True, answerable_until__gte=now)
        .exclude(side=side)
        .exists()
    )
    if answering:
        return
    require_unsettled(fact)
    closes = window_closes(fact)
    if closes is None:
        raise NotYourTurn(_("This fact waits for the mediator's ruling."))
    if now > closes:
        raise DeadlinePassed(_("The time to show this has passed."))


def _next_no(dispute: Dispute) -> int:
    last = dispute.evidence.aggregate(last=Max("no"))["last"] or 0
    if last >= PIECES_MOST:
        raise Invalid.field("/file", "too-many", _("No more pieces of evidence fit this dispute."))
    return int(last) + 1


def _stage(actor: Actor, ref: str, fact_no: int, caption: str, now: datetime) -> tuple[Dispute, FactAtIssue, Side]:
    dispute = held(actor, ref)
    if denial := may_stage(actor, dispute):
        raise denial
    fact = fact_of(dispute, fact_no)
    side = _side(actor, dispute)
    require_may_produce(dispute, fact, side, now)
    require_text("/caption", caption, _("Say what this proves."))
    return dispute, fact, side


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
    """The file is kept as a draft that only this side sees; with a reason it will be for the platform's eyes only.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `DeadlinePassed`, `Invalid`, `FileRefused`, `TooLarge`.
    """
    dispute, fact, side = _stage(actor, ref, fact_no, caption, now)
    attachment: Attachment = attachments.seal(file, name=name, actor=actor, now=now)
    withheld = not is_visually_blank(withheld_reason)
    return EvidenceItem.objects.create(
        dispute=dispute,
        no=_next_no(dispute),
        fact=fact,
        side=side,
        kind=EvidenceKind.FILE,
        caption=caption,
        attachment=attachment,
        sha256=attachment.sha256,
        is_withheld=withheld,
        withheld_reason=withheld_reason if withheld else "",
        added_by_ref=actor.ref,
        added_at=now,
    )


@command
def stage_message(
    *, actor: Actor, ref: str, fact_no: int, sequence: int, caption: str, lane: str = Lane.BOTH, now: datetime
) -> EvidenceItem:
    """A message of the common room is a draft piece of evidence, stamped with its hash; it cannot be taken back now.

    Raises as `stage_file`, and `NotYourTurn` for a message that was taken back.
    """
    dispute, fact, side = _stage(actor, ref, fact_no, caption, now)
    if lane != Lane.BOTH:
        raise Invalid.field("/lane", "private", _("Only what both sides read can become evidence."))
    message = Message.objects.filter(
        room__dispute=dispute, room__lane=Lane.BOTH, sequence=sequence, kind=EntryKind.TEXT
    ).first()
    if message is None:
        raise NotFound()
    if Message.objects.filter(recalls=message).exists():
        raise NotYourTurn(_("This message was taken back."))
    return EvidenceItem.objects.create(
        dispute=dispute,
        no=_next_no(dispute),
        fact=fact,
        side=side,
        kind=EvidenceKind.MESSAGE,
        caption=caption,
        message=message,
        sha256=message.sha256,
        added_by_ref=actor.ref,
        added_at=now,
    )


@command
def remove_evidence(*, actor: Actor, ref: str, no: int, now: datetime) -> None:
    """A draft of this side is gone; what was submitted stays. Raises `NotFound`, `NotAllowed`, `NotYourTurn`."""
    del now
    dispute = held(actor, ref)
    if denial := may_stage(actor, dispute):
        raise denial
    item = dispute.evidence.filter(no=no, side=_side(actor, dispute)).first()
    if item is None:
        raise NotFound()
    if item.submission_id is not None:
        raise NotYourTurn(_("This was submitted and stays on file."))
    item.delete()


@command
def submit_evidence(*, actor: Actor, ref: str, fact_no: int, now: datetime) -> Submission:
    """This side's drafts about the fact are frozen as its next version; the burden moves on where the table says so.

    What is withheld from the other side moves no burden. Raises `NotFound`, `NotAllowed`, `NotYourTurn`,
    `DeadlinePassed`, `Invalid`.
    """
    dispute = held(actor, ref)
    if denial := may_act_for_side(actor, dispute):
        raise denial
    fact = fact_of(dispute, fact_no)
    side = _side(actor, dispute)
    require_may_produce(dispute, fact, side, now)
    drafts = list(fact.evidence.filter(side=side, submission__isnull=True).order_by("no"))
    if not drafts:
        raise Invalid.field("/evidence", "required", _("There is nothing new to submit."))
    if Submission.objects.filter(fact=fact, side=side).count() >= VERSIONS_MOST:
        raise NotYourTurn(_("No more versions about this fact; ask the mediator."))
    submission = freeze(dispute, fact, side, drafts, actor=actor, at=now)
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
        deadlines=[DeadlineSpec("dispute.answerable", submission.answerable_until)],
    )
    follow_production(dispute, fact, side, shown=any(not d.is_withheld for d in drafts), actor=actor, now=now)
    return submission


def freeze(
    dispute: Dispute, fact: FactAtIssue, side: str, drafts: Sequence[EvidenceItem], *, actor: Actor, at: datetime
) -> Submission:
    """The drafts belong to a new version that is sealed, and that the other side can answer for a stated time."""
    version = Submission.objects.filter(fact=fact, side=side).count() + 1
    manifest = [
        {"no": d.no, "caption": digest(d.caption), "sha256": d.sha256, "withheld": d.is_withheld} for d in drafts
    ]
    submission = Submission.objects.create(
        fact=fact,
        side=side,
        version=version,
        submitted_at=at,
        submitted_by_ref=actor.ref,
        answerable_until=at + timedelta(hours=settings.ANSWERABLE_HOURS),
        manifest_hash=digest(manifest),
    )
    EvidenceItem.objects.filter(pk__in=[d.pk for d in drafts]).update(submission=submission)
    answered_by(fact, side, now=at)
    return submission


def follow_production(
    dispute: Dispute, fact: FactAtIssue, side: str, *, shown: bool, actor: Actor, now: datetime
) -> None:
    """What a new version means for the burden, in the evidence phase: discharge when the bearer showed something."""
    if dispute.state != "EVIDENCE":
        return
    if shown and not fact.is_settled and not fact.awaits_ruling and fact.bearer == side:
        discharge(dispute, fact, actor=actor, now=now)
    close_if_ready(dispute, now=now)


@command
def answer_evidence(*, actor: Actor, ref: str, fact_no: int, now: datetime) -> None:
    """This side has nothing to add to what was submitted against it about the fact; nobody waits for it any more.

    Raises `NotFound`, `NotAllowed`, and `NotYourTurn` when nothing waits for its answer.
    """
    dispute = held(actor, ref)
    if denial := may_act_for_side(actor, dispute):
        raise denial
    fact = fact_of(dispute, fact_no)
    side = _side(actor, dispute)
    if not answered_by(fact, side, now=now):
        raise NotYourTurn(_("Nothing waits for your answer."))
    move(dispute, "answer_evidence", actor=actor, now=now, facts={"fact": fact.no, "side": side})
    close_if_ready(dispute, now=now)


@command
def object_to_evidence(*, actor: Actor, ref: str, no: int, ground: str, text: str, now: datetime) -> Objection:
    """The objection stands beside the piece of evidence for good. Raises `NotFound`, `NotAllowed`, `NotYourTurn`."""
    dispute = held(actor, ref)
    if denial := may_act_for_side(actor, dispute):
        raise denial
    side = _side(actor, dispute)
    if ground not in ObjectionGround.values:
        raise Invalid.field("/ground", "unknown", _("Choose one of the listed values."))
    require_text("/text", text, _("Say what is wrong with it."))
    item = dispute.evidence.filter(no=no, submission__isnull=False).first()
    if item is None:
        raise NotFound()
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


@command
def admit_fact(*, actor: Actor, ref: str, fact_no: int, now: datetime) -> None:
    """This side gave the fact up: it counts as true when it speaks for the other side, as untrue when for this one.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`.
    """
    dispute = held(actor, ref)
    if denial := may_act_for_side(actor, dispute):
        raise denial
    fact = fact_of(dispute, fact_no)
    require_unsettled(fact)
    side = _side(actor, dispute)
    if side is Side.PLATFORM and dispute.respondent_id is not None:
        raise NotAllowed()
    against = Side.RESPONDENT if side is Side.PLATFORM else side
    favours = Side.RESPONDENT if fact.favours == Side.PLATFORM else Side(fact.favours)
    settle_fact(
        fact,
        "admit",
        actor=actor,
        now=now,
        established=favours is not against,
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


@command
def ask_for_records(*, actor: Actor, ref: str, fact_no: int, now: datetime) -> RecordPull:
    """The platform's own records about this fact are being fetched; the request counts as made now.

    While they are fetched the bearer's clock stands still. Raises `NotFound`, `NotAllowed`, `NotYourTurn`,
    `DeadlinePassed`.
    """
    dispute = held(actor, ref)
    if denial := may_act_for_side(actor, dispute):
        raise denial
    fact = fact_of(dispute, fact_no)
    side = _side(actor, dispute)
    require_may_produce(dispute, fact, side, now)
    steps = fact.row.steps.all()
    kinds = sorted({kind for step in steps for kind in step.holds})
    if not kinds:
        raise NotYourTurn(_("The platform holds no records about this fact."))
    if RecordPull.objects.filter(fact=fact, side=side, state=PullState.ASKED).exists():
        raise NotYourTurn(_("The records are being fetched already."))
    if RecordPull.objects.filter(fact=fact, side=side, state=PullState.SEALED).count() >= VERSIONS_MOST:
        raise NotYourTurn(_("The records about this fact are on file already."))
    pull = RecordPull.objects.create(
        ref=new_ref("rec_"),
        fact=fact,
        side=side,
        kinds=kinds,
        asked_by_id=actor.user_id,
        asked_by_ref=actor.ref,
        asked_at=now,
    )
    stops = dispute.state == "EVIDENCE" and fact.bearer == side and not fact.awaits_ruling
    move(
        dispute,
        "ask_for_records",
        actor=actor,
        now=now,
        facts={"fact": fact.no, "side": side, "pull": pull.ref, "kinds": kinds},
        deadlines=[DeadlineSpec("dispute.records", now + timedelta(hours=settings.RECORDS_HOURS), key=str(pull.pk))],
        cancels=production_cancels(fact.no) if stops else (),
    )
    return pull


@command
def seal_records(*, pull_ref: str, records: Sequence[FetchedRecord], gaps: Sequence[Gap], now: datetime) -> None:
    """What the platform's systems gave is on file as a version of the side that asked, dated when it asked; gaps too.

    Nothing when the request was finished before.
    """
    pull, dispute, fact = _held_pull(pull_ref)
    if pull.state != PullState.ASKED:
        return
    rows = PlatformRecord.objects.bulk_create(
        PlatformRecord(
            pull=pull,
            kind=record.kind,
            content=record.content,
            source=record.source,
            collector=record.collector,
            method=record.method,
            recorded_at=record.recorded_at,
            collected_at=record.collected_at,
            sha256=digest(record.content),
        )
        for record in records
    )
    submission = None
    if rows:
        first = _next_no(dispute)
        items = EvidenceItem.objects.bulk_create(
            EvidenceItem(
                dispute=dispute,
                no=first + offset,
                fact=fact,
                side=pull.side,
                kind=EvidenceKind.RECORD,
                caption=f"{row.kind}",
                record=row,
                sha256=row.sha256,
                added_by_ref=pull.asked_by_ref,
                added_at=now,
            )
            for offset, row in enumerate(rows)
        )
        submission = freeze(dispute, fact, pull.side, items, actor=SYSTEM, at=now)
    declared = [{"kind": str(gap.kind), "reason": gap.reason} for gap in gaps]
    _finish(pull, PullState.SEALED, submission, declared, now)
    move(
        dispute,
        "seal_records",
        actor=Actor.system("records"),
        now=now,
        facts={
            "fact": fact.no,
            "side": pull.side,
            "pull": pull.ref,
            "records": [row.sha256 for row in rows],
            "gaps": declared,
        },
        cancels=(f"dispute.records:{pull.pk}",),
        deadlines=(
            _clock_goes_on(dispute, fact, pull, now)
            if submission is None
            else [DeadlineSpec("dispute.answerable", submission.answerable_until)]
        ),
    )
    if rows:
        follow_production(dispute, fact, pull.side, shown=True, actor=SYSTEM, now=now)
    else:
        close_if_ready(dispute, now=now)


@command
def fail_records(*, pull_ref: str, effective_at: datetime, now: datetime) -> None:
    """The records could not be had: said so on file, and the bearer's clock goes on with at least a day left."""
    pull, dispute, fact = _held_pull(pull_ref)
    if pull.state != PullState.ASKED:
        return
    declared = [{"kind": kind, "reason": "unreachable"} for kind in pull.kinds]
    _finish(pull, PullState.FAILED, None, declared, now)
    move(
        dispute,
        "seal_records",
        actor=Actor.system("records"),
        now=now,
        effective_at=effective_at,
        facts={"fact": fact.no, "side": pull.side, "pull": pull.ref, "records": [], "gaps": declared},
        cancels=(f"dispute.records:{pull.pk}",),
        deadlines=_clock_goes_on(dispute, fact, pull, now),
    )
    close_if_ready(dispute, now=now)


def _held_pull(pull_ref: str) -> tuple[RecordPull, Dispute, FactAtIssue]:
    keys = RecordPull.objects.filter(ref=pull_ref).values_list("fact__dispute_id", "fact__no").first()
    if keys is None:
        raise NotFound()
    dispute = held_by_id(keys[0])
    return RecordPull.objects.get(ref=pull_ref), dispute, fact_of(dispute, keys[1])


def _finish(
    pull: RecordPull, state: PullState, submission: Submission | None, gaps: list[dict[str, Any]], now: datetime
) -> None:
    pull.state, pull.submission, pull.gaps, pull.finished_at = state, submission, gaps, now
    pull.save(update_fields=["state", "submission", "gaps", "finished_at"])


def _clock_goes_on(dispute: Dispute, fact: FactAtIssue, pull: RecordPull, now: datetime) -> Sequence[DeadlineSpec]:
    """The bearer's clock, which stood still while records were fetched, runs again: what was left, a day at least."""
    if dispute.state != "EVIDENCE" or fact.is_settled or fact.awaits_ruling or fact.bearer != pull.side:
        return ()
    left = timedelta(0) if fact.due_at is None else fact.due_at - pull.asked_at
    due = now + max(left, timedelta(hours=24))
    fire(
        fact,
        "extend_window",
        actor=SYSTEM,
        now=now,
        facts={"why": "records", "due": moment(due)},
        window_opened_at=now,
        base_due_at=due,
        due_at=due,
    )
    return production_clocks(fact.no, now, due)
