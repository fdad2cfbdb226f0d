"""Corrects a notice: the platform withdraws or amends its own notice without waiting for an appeal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor, ActorKind
from casework.canonical import digest
from casework.errors import Invalid, NotFound, NotYourTurn, SettledBefore, require, require_text
from casework.firing import DeadlineSpec, Move, command, expect_version, fire, fire_many
from casework.searching import keep
from notices.claims import text_hash
from notices.commands.checks import holes_in
from notices.commands.publication import follow_revocation
from notices.commands.remedies import owe_remedies
from notices.commands.repeats import contradicted_by_words
from notices.commands.settle import settle_findings
from notices.machine import NoticeState
from notices.models import Edition, MeasureState, Notice
from notices.policies import may_correct_notice, visible_to
from notices.searching import NOTICES, document_of
from rules.clearances import wording_errors


@dataclass(frozen=True, slots=True)
class Amendment:
    """New words for facts or reasons; measures and basis cannot be changed, only withdrawn and issued anew."""

    why: str
    facts: str = ""
    reasons: str = ""


def _lock_notice(actor: Actor, ref: str, expected_version: int | None) -> Notice:
    try:
        notice = Notice.lock(visible_to(actor), ref=ref)
    except Notice.DoesNotExist:
        raise NotFound() from None
    require(may_correct_notice(actor, notice))
    expect_version(notice, expected_version)
    return notice


@command
def withdraw_notice(
    *, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None
) -> Notice:
    """Revokes the notice by the platform itself; each effect is an owed remedy.

    Raises `NotFound`, `NotAllowed`, `Stale`, `Invalid` without a reason, `NotYourTurn` when it was revoked before.
    """
    notice = _lock_notice(actor, ref, expected_version)
    require_text("/reason", reason, _("Tell the party why the notice is withdrawn."))
    if errors := wording_errors({"/reason": reason}):
        raise Invalid(errors=errors)
    if notice.state == NoticeState.REVOKED:
        raise NotYourTurn(_("This notice was already revoked."))
    revoke_whole(notice, actor=actor, reason=reason, cause=f"withdrawal-{notice.version + 1}", now=now)
    return notice


def revoke_whole(
    notice: Notice,
    *,
    actor: Actor,
    reason: str,
    cause: str,
    now: datetime,
    number: str = "",
    facts: Mapping[str, Any] | None = None,
    settles: bool = True,
) -> None:
    """Revokes every measure of the locked notice without an appeal that decided so; each effect is an owed remedy.

    What a person of staff or a dispute so overturned is settled, unless the caller says that nothing was found; a
    client that takes back its own notice settles nothing, since it may have to say it right.
    """
    undone = []
    for measure in notice.measures.select_for_update():
        if measure.state != MeasureState.REVOKED:
            measure.state = MeasureState.REVOKED
            measure.save(update_fields=["state"])
            undone.append((measure, measure.amount_minor))
    remedies, deadlines = owe_remedies(notice, undone, cause=cause, now=now)
    fire(
        notice,
        "revoke",
        actor=actor,
        now=now,
        facts={"withdrawn": True, "reason": digest(reason), "remedies": [r.ref for r in remedies], **(facts or {})},
        deadlines=deadlines,
        withdrawn_reason=reason,
    )
    if settles and actor.kind is not ActorKind.CLIENT:
        settle_findings(notice, [m for m, _refund in undone], cause=cause, number=number, reasons=reason, now=now)
    follow_revocation(notice, now=now)


@command
def amend_notice(
    *, actor: Actor, ref: str, amendment: Amendment, now: datetime, expected_version: int | None = None
) -> Notice:
    """Amends facts or reasons: the earlier text is kept, and the time to appeal runs afresh from this service.

    Raises `NotFound`, `NotAllowed`, `Stale`, `Invalid`, `NotYourTurn` while an appeal is open, and `SettledBefore`
    where it would then say what was overturned.
    """
    notice = _lock_notice(actor, ref, expected_version)
    facts, reasons = amendment.facts or notice.facts, amendment.reasons or notice.reasons
    require_text("/why", amendment.why, _("Tell the party why the text was changed."))
    if (facts, reasons) == (notice.facts, notice.reasons):
        raise Invalid.field("/facts", "changes-nothing", _("Nothing in the text was changed."))
    texts = {"/facts": facts, "/reasons": reasons, "/why": amendment.why}
    if errors := [*holes_in(facts, reasons), *wording_errors(texts)]:
        raise Invalid(errors=errors)
    if contradicted_by_words(notice, facts) is not None:
        raise SettledBefore()
    Edition.objects.create(
        notice=notice,
        no=notice.edition,
        facts=notice.facts,
        reasons=notice.reasons,
        text_hash=notice.text_hash,
        replaced_at=now,
        why=amendment.why,
    )
    text = text_hash(facts, reasons)
    closes = max(notice.appeal_closes_at, notice.promised["appeal_window"].ends(now))
    move = Move(
        case=notice,
        changes={
            "facts": facts,
            "reasons": reasons,
            "edition": notice.edition + 1,
            "text_hash": text,
            "appeal_closes_at": closes,
        },
        facts={"text": text, "before": notice.text_hash, "why": digest(amendment.why)},
        deadlines=[DeadlineSpec("notice.appeal_window", closes)],
    )
    fire_many([move], "amend", actor=actor, now=now)
    keep(NOTICES, {notice.pk: document_of(notice, notice.measures.all())})
    return notice
