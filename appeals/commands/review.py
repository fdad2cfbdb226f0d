"""What a reviewer does before deciding: read, lock a first view, ask."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from appeals.commands.escalate import clocks
from appeals.commands.locking import lease_until, lock_appeal, release_notice, require_lease
from appeals.models import Appeal, Confidence, FirstView, InformationRequest, Opening, Outcome
from appeals.policies import (
    may_answer_late_request,
    may_respond_to_request,
    may_work_on_appeal,
    opened_by,
    past_conflict_of,
)
from casework.actor import Actor
from casework.canonical import digest
from casework.drafts import drop_work_drafts
from casework.errors import (
    DeadlinePassed,
    FieldError,
    Invalid,
    NotFound,
    NotYourTurn,
    require,
    require_choice,
    require_text,
)
from casework.firing import DeadlineSpec, command, fire
from casework.text import is_visually_blank
from casework.working_days import add_days
from notices.queries import decision_due

SUGGESTION = "suggestion"


def _returned_lease(appeal: Appeal, now: datetime) -> datetime:
    """Until when it is its reviewer's, once the appellant answered or did not; of one who left it is free at once."""
    is_here = appeal.reviewer is not None and appeal.reviewer.is_active
    return now + timedelta(hours=settings.RETURNED_LEASE_HOURS) if is_here else now


def pieces_of(appeal: Appeal) -> dict[str, datetime | None]:
    """Everything in the file that a reviewer can open, by name, and when it came in later than the appeal; the system's
    view is not part of the file.
    """
    exhibits = appeal.notice.exhibits.order_by("no").values_list("no", flat=True)
    submitted = appeal.evidence.filter(submission__isnull=False).order_by("no")
    evidence = {f"evidence:{no}": at for no, at in submitted.values_list("no", "submission__submitted_at")}
    return dict.fromkeys(["notice", "statement", *(f"exhibit:{no}" for no in exhibits)]) | evidence


def unread_of(pieces: Iterable[str], opened: Collection[str]) -> list[str]:
    """What is to be opened before one judges, and was not: the statement, the exhibits, the submitted evidence."""
    return [piece for piece in pieces if piece != "notice" and piece not in opened]


def unread_errors(unread: Sequence[str], reason: str) -> list[FieldError]:
    """Who judges opened every piece of the file, or says in words why not."""
    if not unread or not is_visually_blank(reason):
        return []
    words = _("Not opened yet: %(pieces)s. Open it, or say why you judge without it.")
    return [FieldError("/unread_reason", "unread", words % {"pieces": ", ".join(map(_name_of_piece, unread))})]


def _name_of_piece(subject: str) -> str:
    kind, _colon, no = subject.partition(":")
    names = {"statement": _("the statement"), "exhibit": _("exhibit %(no)s"), "evidence": _("evidence %(no)s")}
    return str(names[kind] % {"no": no} if no else names[kind])


@command
def record_opening(*, actor: Actor, ref: str, subject: str, now: datetime) -> bool:
    """Records that the holder opened this piece; True the first time. The version stays: nothing was changed.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `LeaseLost`.
    """
    appeal = lock_appeal(actor, ref)
    require(may_work_on_appeal(actor, appeal))
    if subject not in pieces_of(appeal):
        raise NotFound()
    _opening, created = Opening.objects.get_or_create(
        appeal=appeal, reviewer_id=actor.user_id, subject=subject, defaults={"opened_at": now}
    )
    return created


@command
def record_opening_of_suggestion(*, actor: Actor, ref: str, now: datetime) -> None:
    """Records that the holder saw the system's view; does nothing once they no longer hold the case."""
    appeal = lock_appeal(actor, ref)
    if may_work_on_appeal(actor, appeal) is None and appeal.is_open:
        Opening.objects.get_or_create(
            appeal=appeal, reviewer_id=actor.user_id, subject=SUGGESTION, defaults={"opened_at": now}
        )


@command
def record_first_view(
    *,
    actor: Actor,
    ref: str,
    outcome: str,
    confidence: str,
    now: datetime,
    note: str = "",
    unread_reason: str = "",
    expected_version: int | None = None,
) -> FirstView:
    """Locks the reviewer's own view for good; from now on they may see the system's.

    It is of the whole file: where a piece was not opened, `unread_reason` says why, and is kept with the view.

    Raises `NotFound`, `LeaseLost`, `Stale`, `Invalid`, and `NotYourTurn` when they locked one before.
    """
    appeal = lock_appeal(actor, ref, expected_version)
    require(may_work_on_appeal(actor, appeal))
    require_lease(appeal, now=now)
    require_choice("/outcome", outcome, Outcome)
    require_choice("/confidence", confidence, Confidence)
    if FirstView.objects.filter(appeal=appeal, reviewer_id=actor.user_id).exists():
        raise NotYourTurn(_("Your first view is already locked."))
    unread = unread_of(pieces_of(appeal), opened_by(actor, appeal))
    if errors := unread_errors(unread, unread_reason):
        raise Invalid(errors=errors)
    view = FirstView.objects.create(
        appeal=appeal,
        reviewer_id=actor.person,
        outcome=outcome,
        confidence=confidence,
        note=note,
        unread_reason=unread_reason if unread else "",
        seal=secrets.token_hex(16),
        locked_at=now,
    )
    fire(
        appeal,
        "record_first_view",
        actor=actor,
        now=now,
        facts={"view": view.fingerprint, **({"unread": unread} if unread else {})},
        lease_expires_at=max(lease_until(now), appeal.lease_expires_at or now),
    )
    drop_work_drafts(appeal, typed_by=actor.ref)
    return view


@command
def request_information(
    *,
    actor: Actor,
    ref: str,
    item: str,
    fact: str,
    due_at: datetime | None,
    now: datetime,
    expected_version: int | None = None,
) -> InformationRequest:
    """Asks the appellant for something, to show a fact, by a time; after it we decide on what we have.

    Raises `NotFound`, `LeaseLost`, `Stale`, `Invalid` for a blank text or too short a time, `NotYourTurn`.
    """
    appeal = lock_appeal(actor, ref, expected_version)
    require(may_work_on_appeal(actor, appeal))
    require_lease(appeal, now=now)
    for name, text in (("item", item), ("fact", fact)):
        require_text(f"/{name}", text, _("Say what is needed and what it should show."))
    promised = appeal.notice.promised
    due = due_at or promised["information_time"].ends(now)
    if due < promised["information_least"].ends(now):
        words = _("Give at least %(least)s to answer.") % {"least": promised["information_least"]}
        raise Invalid.field("/due_at", "too-short", words)
    if due > add_days(now, settings.MAX_INFORMATION_DAYS):
        raise Invalid.field("/due_at", "too-long", _("Give at most 30 days: the measure goes on meanwhile."))
    number = (appeal.requests.aggregate(last=Max("no"))["last"] or 0) + 1
    request = InformationRequest.objects.create(
        appeal=appeal, no=number, item=item, fact=fact, asked_by_id=actor.person, asked_at=now, due_at=due
    )
    fire(
        appeal,
        "request_information",
        actor=actor,
        now=now,
        facts={"request": number, "item": digest(item), "fact": digest(fact)},
        deadlines=[DeadlineSpec("appeal.information", due)],
    )
    return request


@command
def respond_to_request(
    *, actor: Actor, ref: str, answer: str, now: datetime, expected_version: int | None = None
) -> Appeal:
    """Records the appellant's answer; the reviewer goes on. Drafts of evidence are submitted separately.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `Invalid`, and `DeadlinePassed` after the due time.
    """
    appeal = lock_appeal(actor, ref, expected_version)
    require(may_respond_to_request(actor, appeal))
    request = appeal.requests.filter(answered_at__isnull=True, lapsed_at__isnull=True).first()
    if request is None:
        raise NotYourTurn(_("Nothing is being asked of you at the moment."))
    if now > request.due_at:
        raise DeadlinePassed()
    require_text("/answer", answer, _("Write your answer, or say what you submitted."))
    request.answer, request.answered_at = answer, now
    request.save(update_fields=["answer", "answered_at"])
    fire(
        appeal,
        "respond",
        actor=actor,
        now=now,
        facts={"request": request.no, "answer": digest(answer)},
        lease_expires_at=_returned_lease(appeal, now),
    )
    return appeal


@command
def lapse_information(*, appeal_id: int, effective_at: datetime, now: datetime) -> None:
    """Ends the wait for an answer once its time has passed; dated when it passed."""
    appeal = Appeal.lock(Q(), pk=appeal_id)
    request = appeal.requests.filter(answered_at__isnull=True, lapsed_at__isnull=True).first()
    if request is None:
        return
    request.lapsed_at = effective_at
    request.save(update_fields=["lapsed_at"])
    fire(
        appeal,
        "lapse_information",
        actor=Actor.system("deadline"),
        now=now,
        effective_at=effective_at,
        facts={"request": request.no},
        lease_expires_at=_returned_lease(appeal, now),
    )


@command
def mark_overdue(*, appeal_id: int, effective_at: datetime, now: datetime) -> None:
    """Records that the time to decide has passed, tells the appellant, and moves the case to the front.

    In front of every case that is not overdue itself, however urgent: more than urgency can bring one forward.
    """
    appeal = Appeal.lock(Q(), pk=appeal_id)
    if not appeal.is_open:
        return
    fire(
        appeal,
        "mark_overdue",
        actor=Actor.system("deadline"),
        now=now,
        effective_at=effective_at,
        urgent_at=min(appeal.urgent_at, effective_at - timedelta(hours=4 * settings.PRIORITY_BOOST_HOURS)),
    )


@command
def accept_late_request(
    *, actor: Actor, ref: str, answer: str, now: datetime, expected_version: int | None = None
) -> Appeal:
    """Accepts a late appeal with a reason; its time to be decided runs from now.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `Invalid`, `NotYourTurn`.
    """
    appeal = _late(actor, ref, answer, expected_version)
    due = decision_due(appeal.notice, now, high_stakes=appeal.notice.is_high_stakes)
    fire(
        appeal,
        "accept_late",
        actor=actor,
        now=now,
        facts={"answer": digest(answer)},
        deadlines=clocks(now, due),
        late_answer=answer,
        decide_due_at=due.at,
        decide_due_is_provisional=due.provisional,
        urgent_at=due.at,
    )
    return appeal


@command
def refuse_late_request(
    *, actor: Actor, ref: str, answer: str, now: datetime, expected_version: int | None = None
) -> Appeal:
    """Refuses a late request with a reason; the measures stay, the outside ways stay open.

    Raises as `accept_late_request`.
    """
    appeal = _late(actor, ref, answer, expected_version)
    fire(
        appeal,
        "refuse_late",
        actor=actor,
        now=now,
        facts={"answer": digest(answer)},
        late_answer=answer,
    )
    release_notice(appeal, actor=actor, now=now)
    return appeal


def _late(actor: Actor, ref: str, answer: str, expected_version: int | None) -> Appeal:
    appeal = lock_appeal(actor, ref, expected_version)
    require(may_answer_late_request(actor, appeal) or past_conflict_of(actor, appeal))
    require_text("/answer", answer, _("Give your reason in a sentence."))
    return appeal
