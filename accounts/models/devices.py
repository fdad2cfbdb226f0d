"""Devices from which people sign in, so that a sign-in from another one is told."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check


class Door(models.TextChoices):
    WEB = "WEB", _("website")
    API = "API", _("app")


class PushKind(models.TextChoices):
    WEBPUSH = "webpush", "Web Push"
    APNS = "apns", "APNs"
    FCM = "fcm", "FCM"


class Device(models.Model):
    """A device from which somebody signed in: it keeps a secret, of which the digest is here, and shows it next time.

    `session_key` and `token` are what its last sign-in opened. One with `disowned_at` is new whenever it comes again.
    With a `push_kind` its person is woken there, until that ends: the platform sends, so the token's digest is enough.
    """

    ref = models.CharField(max_length=40, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="devices",
        verbose_name=_("person"),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    door = models.CharField(_("signed in on"), max_length=3, choices=Door)
    network = models.CharField(_("network"), max_length=45, blank=True, default="")
    browser = models.CharField(_("browser"), max_length=60, blank=True, default="")
    first_at = models.DateTimeField(_("first signed in at"), editable=False)
    last_at = models.DateTimeField(_("last signed in at"), editable=False)
    disowned_at = models.DateTimeField(_("not theirs, they said at"), null=True, blank=True, editable=False)
    mail_due = models.BooleanField(default=False, editable=False)
    session_key = models.CharField(max_length=40, blank=True, default="", editable=False)
    token = models.ForeignKey(
        "accounts.ApiToken", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    push_kind = models.CharField(max_length=8, choices=PushKind, blank=True, default="", db_default="", editable=False)
    push_digest = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    push_app = models.CharField(max_length=60, blank=True, default="", db_default="", editable=False)
    push_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("device")
        ordering = ("-first_at", "-id")
        indexes = (
            models.Index(fields=("user", "-first_at", "-id"), name="device_by_person"),
            models.Index(fields=("id",), condition=Q(mail_due=True), name="device_to_be_told_of"),
        )
        constraints = (
            check("device_door_is_known", Q(door__in=Door.values)),
            check("device_signs_in_first_and_then_again", Q(last_at__gte=F("first_at"))),
            check(
                "device_is_woken_by_a_token_of_a_known_kind",
                Q(push_kind="", push_digest="", push_app="", push_at__isnull=True)
                | Q(push_kind__in=PushKind.values, push_at__isnull=False) & ~Q(push_digest=""),
            ),
            models.UniqueConstraint(
                fields=("push_digest",), condition=~Q(push_digest=""), name="token_of_a_device_wakes_one_person"
            ),
        )
