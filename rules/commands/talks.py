"""Puts meetings, talks and surveys about a rule on record: the only writer of them (办法 17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.clock import BEIJING
from casework.errors import FieldError, Invalid, errors_in, require, require_choice, require_text
from casework.firing import command, fire, locked
from casework.text import is_visually_blank
from files import attachments
from rules.claims import talk_hash
from rules.clearances import wording_errors
from rules.models import Disposition, Rulemaking, RuleTalk, TalkKind, TalkPoint, TalkSide
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
) -> RuleTalk:
    """It is on record with its minutes, sealed as received; the public reads all but the minutes.

    Raises `NotAllowed`, `NotYourTurn` for a version that is over, `FileRefused`, and `Invalid` for a day to come,
    nobody who took part, and what was said without a disposition and a reason.
    """
    making = locked(Rulemaking, Q(), ref)
    require(may_make_rule(actor))
    require_choice("/kind", kind, TalkKind)
    require_text("/subject_zh", subject_zh, _("Say what it was about."))
    counted = {side: count for side, count in participants.items() if side in TalkSide.values and count > 0}
    is_to_come = held_on > timezone.localtime(now, BEIJING).date()
    errors = errors_in(
        (is_to_come, "/held_on", "not-yet", _("Only what was held is put on record.")),
        (not counted or counted != dict(participants), "/participants", "required", _("Say how many took part.")),
        (not points, "/points", "required", _("Say what was said, and what became of it.")),
    )
    for i, point in enumerate(points):
        errors += _errors_of(point, f"/points/{i}")
    texts = {"/subject_zh": subject_zh, "/subject_en": subject_en}
    errors += list(wording_errors(texts | {f"/points/{i}/reason": each.reason for i, each in enumerate(points)}))
    if errors:
        raise Invalid(errors=errors)
    last = making.talks.aggregate(last=Max("no"))["last"] or 0
    talk = RuleTalk(
        making=making,
        no=last + 1,
        kind=kind,
        held_on=held_on,
        subject_zh=subject_zh,
        subject_en=subject_en,
        participants=counted,
        recorded_by_id=actor.person,
        recorded_at=now,
    )
    rows = [
        TalkPoint(no=no, side=each.side, text=each.text, disposition=each.disposition, reason=each.reason)
        for no, each in enumerate(points, start=1)
    ]
    talk.minutes = attachments.seal(minutes, name=minutes_name, actor=actor, now=now)
    facts = {"no": talk.no, "talk": talk_hash(talk, rows), "minutes": talk.minutes.sha256}
    fire(making, "record_talk", actor=actor, now=now, facts=facts)
    talk.save(force_insert=True)
    for row in rows:
        row.talk = talk
    TalkPoint.objects.bulk_create(rows)
    return talk


def _errors_of(point: PointDraft, at: str) -> list[FieldError]:
    said = is_visually_blank(point.text) or is_visually_blank(point.reason)
    return errors_in(
        (point.side not in TalkSide.values, f"{at}/side", "unknown", _("Say which kind of participant said it.")),
        (point.disposition not in Disposition.values, f"{at}/disposition", "unknown", _("Say what became of it.")),
        (said, f"{at}/reason", "required", _("Write what was said, and why it was taken up or not.")),
    )
