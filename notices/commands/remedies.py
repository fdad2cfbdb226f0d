"""Remedies: what is owed after a measure fell, and the platform's report that it was done or could not be."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import NotFound, NotYourTurn, require, require_text
from casework.firing import DeadlineSpec, command, expect_version, fire
from casework.refs import new_ref
from notices.models import Measure, MeasureState, Notice, Remedy, RemedyKind, RemedyState
from notices.policies import may_settle_remedy, visible_to


def owe_remedies(
    notice: Notice, measures: Sequence[tuple[Measure, int | None]], *, cause: str, now: datetime
) -> tuple[list[Remedy], list[DeadlineSpec]]:
    """Creates one row per effect to restore; returns them and the deadlines to set with them.

    Each measure comes with the money to give back in minor units, None where no money moved.
    """
    due = notice.promised["remedy_time"].ends(now)
    rows = []
    for measure, refund in measures:
        kind = RemedyKind.REFUND if refund else RemedyKind.RESTORE
        rows.append((measure, kind, refund or None))
        if measure.state == MeasureState.REVOKED:
            rows.append((measure, RemedyKind.CORRECT_RECORD, None))
    remedies = Remedy.objects.bulk_create(
        Remedy(
            ref=new_ref("rem_"),
            notice=notice,
            measure=measure,
            kind=kind,
            amount_minor=amount,
            currency=measure.currency if amount else "",
            cause=cause,
            due_at=due,
            created_at=now,
        )
        for measure, kind, amount in rows
    )
    return remedies, [DeadlineSpec("notice.remedy", due, key=remedy.ref) for remedy in remedies]


@command
def confirm_remedy(
    *, actor: Actor, ref: str, now: datetime, note: str = "", expected_version: int | None = None
) -> Remedy:
    """Confirms that the effect is restored since `now`. Confirming twice changes nothing.

    Raises `NotFound`, `NotAllowed`, `Stale`.
    """
    notice, remedy = _lock_remedy(actor, ref, expected_version)
    if remedy.state == RemedyState.CONFIRMED:
        return remedy
    remedy.state, remedy.settled_at, remedy.note = RemedyState.CONFIRMED, now, note
    remedy.save(update_fields=["state", "settled_at", "note"])
    fire(
        notice,
        "confirm_remedy",
        actor=actor,
        now=now,
        facts={"remedy": remedy.ref, "kind": remedy.kind, "late": now > remedy.due_at},
        cancels=(f"notice.remedy:{remedy.ref}",),
    )
    return remedy


@command
def fail_remedy(*, actor: Actor, ref: str, now: datetime, note: str, expected_version: int | None = None) -> Remedy:
    """Records why the effect could not be restored. It stays owed and visibly late.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn` when it was confirmed before, `Invalid` without a reason.
    """
    notice, remedy = _lock_remedy(actor, ref, expected_version)
    if remedy.state == RemedyState.CONFIRMED:
        raise NotYourTurn(_("This effect was already confirmed as restored."))
    require_text("/note", note, _("Say why it could not be restored."))
    if remedy.state == RemedyState.FAILED:
        return remedy
    remedy.state, remedy.settled_at, remedy.note = RemedyState.FAILED, now, note
    remedy.save(update_fields=["state", "settled_at", "note"])
    fire(notice, "fail_remedy", actor=actor, now=now, facts={"remedy": remedy.ref, "kind": remedy.kind})
    return remedy


def _lock_remedy(actor: Actor, ref: str, expected_version: int | None) -> tuple[Notice, Remedy]:
    try:
        remedy = Remedy.objects.get(ref=ref)
        notice = Notice.lock(visible_to(actor), pk=remedy.notice_id)
    except (Remedy.DoesNotExist, Notice.DoesNotExist):
        raise NotFound() from None
    require(may_settle_remedy(actor, notice))
    expect_version(notice, expected_version)
    remedy.refresh_from_db()
    return notice, remedy
