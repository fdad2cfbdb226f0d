"""The appellant's evidence: staged as drafts, then submitted as version n until the time for evidence is over."""

from datetime import datetime
from typing import BinaryIO

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from appeals.claims import manifest_hash
from appeals.commands.locking import lock_appeal
from appeals.models import Appeal, EvidenceItem, EvidenceSubmission
from appeals.policies import may_stage_evidence, may_submit_evidence
from casework.actor import Actor
from casework.errors import DeadlinePassed, Invalid, NotYourTurn, or_not_found, require, require_text
from casework.firing import command, fire
from files import attachments
from rules import quotas

MOST_PIECES = 100


def _require_open(appeal: Appeal, now: datetime) -> None:
    if not appeal.is_open:
        raise NotYourTurn(_("This appeal is closed, so nothing can be added."))
    if now > evidence_until(appeal):
        raise DeadlinePassed(_("The time for evidence has passed."))


def evidence_until(appeal: Appeal) -> datetime:
    """The last moment at which evidence is taken: while a question is open, at the earliest when its answer is due."""
    asked = [each.due_at for each in appeal.requests.all() if each.answered_at is None and each.lapsed_at is None]
    return max([appeal.evidence_closes_at, *asked])


@command
def stage_evidence(*, actor: Actor, ref: str, file: BinaryIO, name: str, caption: str, now: datetime) -> EvidenceItem:
    """Keeps a file as a draft that only the appellant sees. `now` is when the request was received.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `DeadlinePassed`, `Invalid`, `FileRefused`, `TooLarge`.
    """
    appeal = lock_appeal(actor, ref)
    require(may_stage_evidence(actor, appeal))
    _require_open(appeal, now)
    require_text("/caption", caption, _("Say what this proves."))
    last = appeal.evidence.aggregate(last=Max("no"))["last"] or 0
    if last >= MOST_PIECES:
        raise Invalid.field("/file", "too-many", _("At most 100 pieces of evidence fit one appeal."))
    size = attachments.require_room(file, appeal.evidence.all())
    quotas.use(appeal.party_id, quotas.FILES, size, now=now)
    attachment = attachments.seal(file, name=name, actor=actor, now=now)
    return EvidenceItem.objects.create(appeal=appeal, no=last + 1, caption=caption, attachment=attachment, added_at=now)


@command
def remove_evidence(*, actor: Actor, ref: str, no: int, now: datetime) -> None:
    """Deletes a draft; what was submitted stays. Raises `NotFound`, `NotAllowed`, `NotYourTurn`."""
    appeal = lock_appeal(actor, ref)
    require(may_stage_evidence(actor, appeal))
    item = or_not_found(appeal.evidence.filter(no=no).first())
    if item.submission_id is not None:
        raise NotYourTurn(_("This was submitted and stays on file."))
    item.delete()


@command
def submit_evidence(*, actor: Actor, ref: str, now: datetime) -> EvidenceSubmission:
    """Submits all drafts as the next version, with one hash over them; they can no longer be changed.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `DeadlinePassed`, and `Invalid` when there is no draft.
    """
    appeal = lock_appeal(actor, ref)
    require(may_submit_evidence(actor, appeal))
    _require_open(appeal, now)
    drafts = list(appeal.evidence.filter(submission__isnull=True).select_related("attachment"))
    if not drafts:
        raise Invalid.field("/evidence", "required", _("There is nothing new to submit."))
    version = appeal.evidence_version + 1
    submission = EvidenceSubmission.objects.create(
        appeal=appeal, version=version, submitted_at=now, manifest_hash=manifest_hash(drafts)
    )
    EvidenceItem.objects.filter(pk__in=[d.pk for d in drafts]).update(submission=submission)
    fire(
        appeal,
        "submit_evidence",
        actor=actor,
        now=now,
        facts={"version": version, "manifest": submission.manifest_hash, "items": [d.no for d in drafts]},
        evidence_version=version,
    )
    return submission
