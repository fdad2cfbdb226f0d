"""What a person was told, and where it stands."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from casework.models import Event


class Notification(models.Model):
    """One notification of one person: what happened in general words, which case, by when, and its delivery.

    It is never the only place where something stands: it points at the page that is. One without an event is about the
    person's own account.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=40, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="notifications"
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, related_name="+")
    what_zh = models.CharField(max_length=200)
    what_en = models.CharField(max_length=200)
    number = models.CharField(max_length=40)
    path = models.CharField(max_length=200)
    due_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(_("shown in the program from"))
    mailed_at = models.DateTimeField(_("handed to the mail server at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        ordering = ("-told_at", "-id")
        indexes = (
            models.Index(fields=("user", "-told_at", "-id"), name="notification_by_person"),
            models.Index(fields=("user",), condition=Q(opened_at__isnull=True), name="notification_unopened"),
        )
        constraints = (
            models.UniqueConstraint(fields=("user", "event"), name="notification_is_one_per_person_and_event"),
        )

    @property
    def what(self) -> str:
        return self.what_en if (get_language() or "").startswith("en") else self.what_zh
