"""What several verbs share: locking, files, and the end of measures."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from casework.actor import Actor
from casework.errors import Invalid
from casework.firing import locked
from files import attachments
from infringements.models import PART_OF, Infringement, InfringementFile
from infringements.policies import visible_to
from notices.commands import end_measures

SYSTEM = Actor.system("infringements")
"""By whom measures end that rested on a notice; a law of the database knows it by this name."""
MAX_FILES = 20
Files = Sequence[tuple[BinaryIO, str]]


def locked_case(actor: Actor, ref: str, expected_version: int | None) -> Infringement:
    """Locks and returns the case, as `casework.firing.locked`."""
    return locked(Infringement, visible_to(actor), ref, expected_version)


def seal_files(case: Infringement, files: Files, *, actor: Actor, now: datetime) -> list[InfringementFile]:
    """Seals files as received, beside what is said next. Raises `FileRefused`, `TooLarge`, `Invalid` beyond twenty."""
    rows = []
    last: int = case.files.aggregate(last=Max("no"))["last"] or 0
    if last + len(files) > MAX_FILES:
        raise Invalid.field("/files", "too-many", _("There are enough files already."))
    for no, (file, name) in enumerate(files, start=last + 1):
        sealed = attachments.seal(file, name=name, actor=actor, now=now)
        part = PART_OF[case.state]
        rows.append(
            InfringementFile.objects.create(
                infringement=case, no=no, part=part, attachment=sealed, by_ref=actor.ref, added_at=now
            )
        )
    return rows


def require_file(case: Infringement, words: str | Promise) -> None:
    """Raises `Invalid` where no file stands beside what is said now."""
    if not case.files.filter(part=PART_OF[case.state]).exists():
        raise Invalid.field("/files", "required", words)


def end_measure(case: Infringement, reason: str, *, now: datetime, settles: bool = False) -> None:
    """Ends the measure that rests on the case, which has ended. `reason` has a blank for its number."""
    assert case.notice_id is not None
    with override(case.merchant.language if case.merchant else None):
        words = str(_(reason)) % {"number": case.number}
    end_measures(
        notice_id=case.notice_id,
        actor=SYSTEM,
        reason=words,
        cause=case.ref,
        number=case.number,
        settles=settles,
        now=now,
    )
