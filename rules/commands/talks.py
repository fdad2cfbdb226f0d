"""Announces meetings, talks and surveys about a rule and puts them on record: the only writer of them (办法 17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import BinaryIO

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.clock import BEIJING
from casework.errors import FieldError, Invalid, errors_in, or_not_found, require, require_choice, require_text
from casework.firing import DeadlineSpec, command, fire, locked
from casework.text import is_visually_blank
from files import attachments
from rules.claims import plan_hash, talk_hash
from rules.clearances import wording_errors
from rules.models import Disposition, PlannedTalk, Rulemaking, RuleTalk, TalkKind, TalkPoint, TalkSide
from rules.policies import may_make_rule


@dataclass(frozen=True, slots=True)
class PointDraft:
    """What one kind of participant said, what became of it, and why."""

    side: str
    text: str
    disposition: str
    reason: str


@command
def record_talk(
    *,
    actor: Actor,
    ref: str,
    kind: str,
    held_on: date,
    subject_zh: str,
    participants: Mapping[str, int],
    points: Sequence[PointDraft],
    minutes: BinaryIO,
    minutes_name: str,
    now: datetime,
    subject_en: str = "",
    planned: int | None = None,
) -> RuleTalk:
    """It is on record with its minutes, sealed as received; the public reads all but the minutes. `planned` is the
    number of the announced one that was held.

    Raises `NotAllowed`, `NotYourTurn` for a version that is over, `NotFound` for a `planned` that does not wait,
    `FileRefused`, and `Invalid` for a day to come, nobody who took part, and what was said without a disposition and
    a reason.
    """
    making = locked(Rulemaking, Q(), ref)
    require(may_make_rule(actor))
    announced = _waiting(making, planned) if planned is not None else None
    _require_in_full(kind, held_on, subject_zh, subject_en, participants, points, now)
    last = making.talks.aggregate(last=Max("no"))["last"] or 0
    talk = RuleTalk(
        making=making,
        no=last + 1,
        kind=kind,
        held_on=held_on,
        subject_zh=subject_zh,
        subject_en=subject_en,
        participants=dict(participants),
        recorded_by_id=actor.person,
        recorded_at=now,
    )
    rows = [
        TalkPoint(no=no, side=each.side, text=each.text, disposition=each.disposition, reason=each.reason)
        for no, each in enumerate(points, start=1)
    ]
    talk.minutes = attachments.seal(minutes, name=minutes_name, actor=actor, now=now)
    facts = {"no": talk.no, "talk": talk_hash(talk, rows), "minutes": talk.minutes.sha256}
    if announced is not None:
        facts["planned"] = announced.no
    fire(making, "record_talk", actor=actor, now=now, facts=facts)
    talk.save(force_insert=True)
    if announced is not None:
        announced.held_as = talk
        announced.save(update_fields=["held_as"])
    for row in rows:
        row.talk = talk
    TalkPoint.objects.bulk_create(rows)
    return talk


def _require_in_full(
    kind: str,
    held_on: date,
    subject_zh: str,
    subject_en: str,
    participants: Mapping[str, int],
    points: Sequence[PointDraft],
    now: datetime,
) -> None:
    require_choice("/kind", kind, TalkKind)
    require_text("/subject_zh", subject_zh, _("Say what it was about."))
    is_to_come = held_on > timezone.localtime(now, BEIJING).date()
    errors = errors_in(
        (is_to_come, "/held_on", "not-yet", _("Only what was held is put on record.")),
        (not _are_known(participants), "/participants", "required", _("Say how many took part.")),
        (not points, "/points", "required", _("Say what was said, and what became of it.")),
    )
    for i, point in enumerate(points):
        errors += _errors_of(point, f"/points/{i}")
    texts = {"/subject_zh": subject_zh, "/subject_en": subject_en}
    errors += list(wording_errors(texts | {f"/points/{i}/reason": each.reason for i, each in enumerate(points)}))
    if errors:
        raise Invalid(errors=errors)


@command
def plan_talk(
    *,
    actor: Actor,
    ref: str,
    kind: str,
    planned_for: date,
    subject_zh: str,
    participants: Mapping[str, int],
    how: str,
    now: datetime,
    subject_en: str = "",
) -> PlannedTalk:
    """Everybody reads when it is held, about what, and how to take part; the version is not adopted before it is held
    or called off. `participants` is how many of each side are invited.

    Raises `NotAllowed`, `NotYourTurn` for a version that is over, and `Invalid` for a day that is past, nobody who is
    invited, and forbidden wording.
    """
    making = locked(Rulemaking, Q(), ref)
    require(may_make_rule(actor))
    require_choice("/kind", kind, TalkKind)
    require_text("/subject_zh", subject_zh, _("Say what it is about."))
    require_text("/how", how, _("Say how to take part: where, when, or at which address."))
    is_past = planned_for < timezone.localtime(now, BEIJING).date()
    errors = errors_in(
        (is_past, "/planned_for", "in-the-past", _("Choose today or a day to come.")),
        (not _are_known(participants), "/participants", "required", _("Say who is invited.")),
    )
    errors += list(wording_errors({"/subject_zh": subject_zh, "/subject_en": subject_en, "/how": how}))
    if errors:
        raise Invalid(errors=errors)
    plan = PlannedTalk(
        making=making,
        no=(making.planned_talks.aggregate(last=Max("no"))["last"] or 0) + 1,
        kind=kind,
        planned_for=planned_for,
        subject_zh=subject_zh,
        subject_en=subject_en,
        how=how,
        participants=dict(participants),
        planned_by_id=actor.person,
        planned_at=now,
    )
    day = datetime.combine(planned_for, time(), BEIJING)
    reminders = [DeadlineSpec("rule.talk_day", day, key=str(plan.no))]
    facts = {"no": plan.no, "plan": plan_hash(plan)}
    fire(making, "plan_talk", actor=actor, now=now, facts=facts, deadlines=reminders)
    plan.save(force_insert=True)
    return plan


@command
def call_off_talk(*, actor: Actor, ref: str, planned: int, reason: str, now: datetime) -> PlannedTalk:
    """It is not held, and everybody reads why.

    Raises `NotAllowed`, `NotYourTurn`, `NotFound` for one that does not wait, and `Invalid` without a reason.
    """
    making = locked(Rulemaking, Q(), ref)
    require(may_make_rule(actor))
    plan = _waiting(making, planned)
    require_text("/reason", reason, _("Say why it is not held."))
    if errors := list(wording_errors({"/reason": reason})):
        raise Invalid(errors=errors)
    fire(making, "call_off_talk", actor=actor, now=now, facts={"no": plan.no, "reason": digest(reason)})
    plan.called_off_at, plan.called_off_reason = now, reason
    plan.save(update_fields=["called_off_at", "called_off_reason"])
    return plan


@command
def remind_of_talk(*, making_id: int, planned: int, effective_at: datetime, now: datetime) -> None:
    """Compliance learns that the day of an announced one has come. Does nothing where it was held or called off."""
    making = Rulemaking.lock(pk=making_id)
    if making.is_open and making.planned_talks.waiting().filter(no=planned).exists():
        actor = Actor.system("deadline")
        fire(making, "remind_of_talk", actor=actor, now=now, effective_at=effective_at, facts={"no": planned})


def _waiting(making: Rulemaking, planned: int) -> PlannedTalk:
    return or_not_found(making.planned_talks.waiting().filter(no=planned).first())


def _are_known(participants: Mapping[str, int]) -> bool:
    """Whether some are named, each kind of them is known, and there is one at least."""
    return bool(participants) and all(side in TalkSide.values and n > 0 for side, n in participants.items())


def _errors_of(point: PointDraft, at: str) -> list[FieldError]:
    said = is_visually_blank(point.text) or is_visually_blank(point.reason)
    return errors_in(
        (point.side not in TalkSide.values, f"{at}/side", "unknown", _("Say which kind of participant said it.")),
        (point.disposition not in Disposition.values, f"{at}/disposition", "unknown", _("Say what became of it.")),
        (said, f"{at}/reason", "required", _("Write what was said, and why it was taken up or not.")),
    )
