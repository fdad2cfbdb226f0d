"""What proves and explains the records: signing keys, checkpoints and their time stamps, translations."""

from django.db import models
from django.db.models import Q

from casework.constraints import check
from casework.cover import derived, digested
from casework.models import Event
from casework.triggers import append_only


class SigningKey(models.Model):
    """A public key with which the platform signed, and the one it replaced, which it signed as well. Append-only."""

    key_id = models.CharField(max_length=16, primary_key=True)
    public_key = models.CharField(max_length=64)
    first_used_at = models.DateTimeField()
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    succession = models.CharField(max_length=128, blank=True, default="")


class Checkpoint(models.Model):
    """A signed root over the list of all heads at one time: what was signed, and what it takes to add to the list."""

    no = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    peaks = models.JSONField(default=list)
    note = models.JSONField()
    signature = models.JSONField()


class CheckpointStamp(models.Model):
    """What a time-stamp service answered about a checkpoint (RFC 3161), and the time that it says. Append-only."""

    checkpoint = models.OneToOneField(Checkpoint, on_delete=models.PROTECT, primary_key=True, related_name="stamp")
    at = models.DateTimeField()
    response = models.BinaryField()


class CheckpointLeaf(models.Model):
    """One place of the list of heads: the event that was a case's newest, and its hash then. Append-only."""

    place = models.PositiveBigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="leaf")
    head = models.CharField(max_length=64)
    nodes = models.JSONField(default=list)
    """The roots (hex) of the whole subtrees that this leaf completes, from pairs upwards; one in the mean."""


class RecordedBackup(models.Model):
    """A backup that was made, by the SHA-256 of its manifest, which the next checkpoint signs. Append-only."""

    id = models.BigAutoField(primary_key=True)
    manifest_sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(db_index=True)


class Translation(models.Model):
    """A translation that an officer added of what was decided or stated in a case; the original counts. Append-only.

    `subject` is the number of what it translates: the edition of a notice, the round of a determination, 1 where a case
    has one decision. `drafted_by` is the host of the service whose draft the officer began with, empty without one.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=40, unique=True, editable=False)
    case_kind = models.CharField(max_length=20)
    case_id = models.BigIntegerField()
    subject = models.PositiveSmallIntegerField()
    original_language = models.CharField(max_length=10)
    original_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    texts = models.JSONField()
    drafted_by = models.CharField(max_length=255, blank=True, db_default="", default="")
    officer = models.CharField(max_length=40)
    added_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("case_kind", "case_id", "subject"), name="translation_by_case"),)
        constraints = (
            check("translation_is_into_another_language", ~Q(language=models.F("original_language"))),
            check("translation_is_of_what_was_decided", Q(case_kind__in=("notice", "appeal", "dispute"))),
            check("translation_says_who_added_it", ~Q(officer="") & ~Q(texts={})),
        )


TRIGGERS = [
    append_only("archive_checkpoint", "checkpoint_is_append_only"),
    append_only("archive_checkpointstamp", "time_stamp_is_append_only"),
    append_only("archive_checkpointleaf", "list_of_heads_only_grows"),
    append_only("archive_recordedbackup", "recorded_backup_is_append_only"),
    append_only("archive_signingkey", "signing_key_is_append_only"),
    append_only("archive_translation", "translation_is_append_only"),
]

COVER = {
    **digested("archive_recordedbackup archive_signingkey archive_translation"),
    **derived(
        archive_checkpoint="its signature, and the list under its root",
        archive_checkpointstamp="the signature of the time-stamp service",
        archive_checkpointleaf="the roots of the list, and the ledger",
    ),
}
