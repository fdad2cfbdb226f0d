"""Evidence: staged, frozen as versions per fact and side, objected to; records pulled from the platform."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from disputes.choices import ObjectionGround, Record, Side
from disputes.models.cases import Dispute, FactAtIssue


class EvidenceKind(models.TextChoices):
    FILE = "file", _("file")
    MESSAGE = "message", _("message from the room")
    RECORD = "record", _("platform record")


class Submission(models.Model):
    """A frozen version of one side's evidence about one fact. The other side can answer it until `answerable_until`.

    Append-only but for `answered_at`, set once when the other side says that it has nothing to add, and `more_until`:
    until then its own side can add versions to it, as long as it does not say that it has nothing more.
    """

    fact = models.ForeignKey(FactAtIssue, on_delete=models.PROTECT, related_name="submissions")
    side = models.CharField(max_length=10, choices=Side)
    version = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField()
    submitted_by_ref = models.CharField(max_length=60)
    answerable_base_until = models.DateTimeField()
    answerable_until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    more_until = models.DateTimeField(null=True, blank=True)
    manifest_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("fact_id", "submitted_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("fact", "side", "version"), name="dispute_evidence_version_is_unique"),
        )


class EvidenceItem(models.Model):
    """One piece of evidence: a file, a message of the room, or a platform record. A draft until it is submitted.

    `sha256` is of the file's bytes, the message's text or the record's canonical content. A withheld piece is shown to
    the mediator alone, and the other side sees that something was withheld and why.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="evidence")
    no = models.PositiveSmallIntegerField()
    fact = models.ForeignKey(FactAtIssue, on_delete=models.PROTECT, related_name="evidence")
    side = models.CharField(max_length=10, choices=Side)
    kind = models.CharField(max_length=10, choices=EvidenceKind)
    caption = models.CharField(_("what it is said to prove"), max_length=200)
    attachment = models.ForeignKey(
        "files.Attachment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.ForeignKey("disputes.Message", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    record = models.ForeignKey(
        "disputes.PlatformRecord", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    is_withheld = models.BooleanField(_("for the platform only"), default=False)
    withheld_reason = models.CharField(max_length=500, blank=True, default="")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    added_by_ref = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence")
        ordering = ("dispute_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("dispute", "no"), name="evidence_number_is_unique_in_dispute"),
            check(
                "evidence_is_one_thing",
                Q(kind="file", attachment__isnull=False, message__isnull=True, record__isnull=True)
                | Q(kind="message", attachment__isnull=True, message__isnull=False, record__isnull=True)
                | Q(kind="record", attachment__isnull=True, message__isnull=True, record__isnull=False),
            ),
            check("evidence_withheld_says_why", Q(is_withheld=False) | ~Q(withheld_reason="")),
        )

    def __str__(self) -> str:
        return f"{self.no} {self.caption}"


class Objection(models.Model):
    """A side's objection to one piece of evidence. Append-only."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="objections")
    side = models.CharField(max_length=10, choices=Side)
    ground = models.CharField(max_length=14, choices=ObjectionGround)
    text = models.CharField(max_length=1000)
    made_by_ref = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("objection")
        ordering = ("item_id", "id")
        constraints = (
            models.UniqueConstraint(fields=("item", "side", "ground"), name="objection_is_made_once_per_ground"),
            check("objection_says_why", ~Q(text="")),
        )


class PullState(models.TextChoices):
    ASKED = "ASKED", _("being fetched")
    SEALED = "SEALED", _("on file")
    FAILED = "FAILED", _("could not be fetched")


class RecordPull(models.Model):
    """A side's request for the platform's own records about one fact. In time by when it was made."""

    ref = models.CharField(max_length=40, unique=True)
    fact = models.ForeignKey(FactAtIssue, on_delete=models.PROTECT, related_name="pulls")
    side = models.CharField(max_length=10, choices=Side)
    kinds = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=PullState, default=PullState.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_by_ref = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="pull")
    gaps = models.JSONField(default=list)

    class Meta:
        verbose_name = _("request for platform records")
        constraints = (
            models.UniqueConstraint(
                fields=("fact", "side"), condition=Q(state=PullState.ASKED), name="records_are_asked_for_once_at_a_time"
            ),
        )


class PlatformRecord(models.Model):
    """One record as the platform's system gave it: content, source, collector, method, time, hash. Append-only."""

    pull = models.ForeignKey(RecordPull, on_delete=models.PROTECT, related_name="records")
    kind = models.CharField(max_length=12, choices=Record)
    content = models.JSONField()
    source = models.CharField(max_length=120)
    collector = models.CharField(max_length=120)
    method = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(_("recorded by the source at"), null=True, blank=True)
    collected_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("pull_id", "id")
