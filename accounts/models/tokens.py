"""What opens the API and sockets: tokens of people and clients, and tickets."""

import hashlib
import secrets
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import ApiClient, User
from casework.constraints import check

TOKEN_PREFIX = "tok_"  # noqa: S105  what a token starts with


def new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def token_digest(plain: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


class ApiToken(models.Model):
    """A key to the API of one person or one client. Only its digest is kept; the key itself is shown once.

    A person's token was had for a password, and `second_factor` says whether for a code too; `password_mark` ties it
    to that password, so that a new password ends it. A restricted token of a client has `scopes` of its own, and
    `made_with` says which other token it came of.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="api_tokens", verbose_name=_("person")
    )
    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, null=True, blank=True, related_name="tokens", verbose_name=_("API client")
    )
    label = models.CharField(_("label"), max_length=120, blank=True, default="")
    scopes = models.JSONField(_("scopes"), null=True, blank=True, editable=False)
    made_with = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made with")
    )
    last_four = models.CharField(_("last four"), max_length=4, blank=True, default="", db_default="", editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)
    second_factor = models.BooleanField(_("second factor was given"), default=False)
    password_mark = models.CharField(max_length=64, blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=60, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("-id",)
        constraints = (
            check(
                "token_belongs_to_one_person_or_one_client",
                Q(user__isnull=False, client__isnull=True) | Q(user__isnull=True, client__isnull=False),
            ),
            check("token_of_a_person_is_tied_to_a_password", Q(user__isnull=True) | ~Q(password_mark="")),
            check("token_expires_after_it_is_made", Q(expires_at__gt=F("created_at"))),
            check("token_is_revoked_after_it_is_made", Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at"))),
        )

    def __str__(self) -> str:
        return f"{self.user or self.client} · {self.label or self.pk}"

    @property
    def ref(self) -> str:
        """What it goes by where it is not shown: the beginning of its digest, which opens nothing."""
        return KEY_PREFIX + self.digest[:KEY_LENGTH]

    def seen_with(self, now: datetime) -> "models.QuerySet[ApiToken]":
        """The live tokens that a client may see with this one, the newest first: all of its own, with a restricted one
        that and what was made with it.
        """
        rows = ApiToken.objects.filter(client_id=self.client_id, revoked_at=None, expires_at__gt=now)
        seen = Q(pk=self.pk) | Q(made_with=self) if self.is_restricted else Q()
        return rows.filter(seen).select_related("client", "made_with").order_by("-pk")

    @property
    def is_restricted(self) -> bool:
        return self.scopes is not None

    @property
    def allowed(self) -> list[str]:
        """What a client may do with it at this moment."""
        held = () if self.client is None else self.client.scopes
        return sorted(scope for scope in held if self.scopes is None or scope in self.scopes)


KEY_PREFIX, KEY_LENGTH = "key_", 20
TICKET_PREFIX = "wst_"


def new_ticket() -> str:
    return TICKET_PREFIX + secrets.token_urlsafe(32)


class SocketTicket(models.Model):
    """A ticket that opens one socket once, within a minute, as the person who asked, while their token or session
    lives.

    Only its digest is kept. It is for apps, which have no cookie to show when they open a socket.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="socket_tickets", verbose_name=_("person"))
    token = models.ForeignKey(
        ApiToken, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("API token")
    )
    session_key = models.CharField(max_length=40, blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    expires_at = models.DateTimeField(_("expires at"), editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("socket ticket")
        indexes = (models.Index(fields=("expires_at",), name="socket_ticket_by_end"),)
        constraints = (
            check(
                "ticket_rests_on_a_token_or_a_session",
                Q(token__isnull=False, session_key="") | Q(token__isnull=True) & ~Q(session_key=""),
            ),
            check("ticket_expires_after_it_is_made", Q(expires_at__gt=F("created_at"))),
        )
