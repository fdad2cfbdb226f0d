"""The room: per dispute three streams (lanes), each numbered 1…n without a gap; chat never moves the version."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from disputes.choices import Lane, Side
from disputes.models.cases import Dispute


class Room(models.Model):
    """One lane of one dispute; `head` is the number of its newest entry, and its row is the lock of the stream."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="rooms")
    lane = models.CharField(max_length=10, choices=Lane, default=Lane.BOTH)
    head = models.PositiveIntegerField(default=0)
    is_sealed = models.BooleanField(_("closed for new messages"), default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("dispute", "lane"), name="room_is_one_per_dispute_and_lane"),
            check("room_lane_is_known", Q(lane__in=Lane.values)),
        )


class EntryKind(models.TextChoices):
    TEXT = "text", _("message")
    EVENT = "event", _("event")
    RECALL = "recall", _("message taken back")


class Message(models.Model):
    """One entry of a lane: what somebody wrote, what happened to the case, or that an entry was taken back.

    Append-only. `text` is byte for byte what was typed; `shown` the same with telephone and identity numbers masked.
    Sender, role and kind are the server's. An event entry holds type and codes, put into words when it is read.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="messages")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=EntryKind, default=EntryKind.TEXT)
    client_id = models.CharField(max_length=64, blank=True, default="")
    side = models.CharField(max_length=10, choices=Side)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender_ref = models.CharField(max_length=60)
    sender_label = models.CharField(max_length=60, blank=True, default="")
    text = models.TextField(max_length=4096, blank=True, default="")
    shown = models.TextField(max_length=4200, blank=True, default="")
    event_type = models.CharField(max_length=60, blank=True, default="")
    facts = models.JSONField(default=dict)
    recalls = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="recall")
    sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        ordering = ("room_id", "sequence")
        constraints = (
            models.UniqueConstraint(fields=("room", "sequence"), name="message_sequence_is_unique_in_room"),
            models.UniqueConstraint(
                fields=("room", "sender", "client_id"),
                condition=~Q(client_id=""),
                name="message_is_sent_once_per_client_id",
            ),
            check(
                "message_is_what_its_kind_says",
                Q(kind="text", sender__isnull=False) & ~Q(text="")
                | Q(kind="event", text="") & ~Q(event_type="")
                | Q(kind="recall", text="", sender__isnull=False, recalls__isnull=False),
            ),
        )


class ReadMark(models.Model):
    """How far one person has read one lane; it only moves forward."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    sequence = models.PositiveIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("read mark")
        constraints = (models.UniqueConstraint(fields=("room", "user"), name="read_mark_is_one_per_person_and_room"),)


class AbuseReport(models.Model):
    """A report of a message as abusive; staff see it. Append-only."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="reports")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reported message")
        constraints = (
            models.UniqueConstraint(fields=("message", "reported_by"), name="message_is_reported_once_per_person"),
        )
