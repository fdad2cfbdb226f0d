"""People, the parties they act for, staff roles and teams, API clients and tokens.

What does not belong here: what anybody may do with a case (each app's policies).
"""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import roles
from casework.refs import new_ref


def new_user_ref() -> str:
    return new_ref("usr_")


def new_party_ref() -> str:
    return new_ref("pty_")


def new_client_ref() -> str:
    return new_ref("cli_")


class Team(models.Model):
    """Who works together, in the platform or in an outsourced organisation; colleagues do not review each other."""

    name = models.CharField(_("team"), max_length=120, unique=True)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    is_external = models.BooleanField(_("outsourced"), default=False)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person. Outward they are `ref`, and as an officer `officer_code`; a real name never leaves the console."""

    ref = models.CharField(max_length=40, unique=True, editable=False, default=new_user_ref)
    display_name = models.CharField(_("name to show"), max_length=80, blank=True)
    officer_code = models.CharField(_("officer code"), max_length=20, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    large_text = models.BooleanField(_("large text"), default=False)

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined, misc]
        constraints = (
            models.UniqueConstraint(
                fields=("officer_code",), condition=~Q(officer_code=""), name="user_officer_code_is_unique"
            ),
        )

    def __str__(self) -> str:
        return self.display_name or self.username


class ApiClient(models.Model):
    """A machine that calls us, such as the platform's back end; it can do what its scopes say and never acts for a party."""

    ref = models.CharField(max_length=40, unique=True, editable=False, default=new_client_ref)
    name = models.CharField(_("name"), max_length=120)
    scopes = models.JSONField(_("scopes"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PartyKind(models.TextChoices):
    MERCHANT = "MERCHANT", _("merchant")
    CONSUMER = "CONSUMER", _("consumer")
    EXECUTOR = "EXECUTOR", _("executor")


class PartyStatus(models.TextChoices):
    """A status limits trading, never reading one's notices or appealing."""

    ACTIVE = "ACTIVE", _("active")
    SUSPENDED = "SUSPENDED", _("suspended")
    CLOSED = "CLOSED", _("closed")


class Party(models.Model):
    """A merchant, a consumer or an executor organisation, as one platform knows it."""

    ref = models.CharField(max_length=40, unique=True, editable=False, default=new_party_ref)
    kind = models.CharField(_("kind"), max_length=10, choices=PartyKind)
    name = models.CharField(_("name"), max_length=120)
    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, null=True, blank=True, related_name="parties", verbose_name=_("registered by")
    )
    external_ref = models.CharField(_("platform's own number"), max_length=100)
    status = models.CharField(_("status"), max_length=10, choices=PartyStatus, default=PartyStatus.ACTIVE)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("client", "external_ref"), name="party_external_ref_is_unique_per_client"),
            models.CheckConstraint(condition=Q(kind__in=PartyKind.values), name="party_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=PartyStatus.values), name="party_status_is_known"),
        )

    def __str__(self) -> str:
        return self.name


class MembershipRole(models.TextChoices):
    OWNER = roles.OWNER, _("owner")
    MANAGER = roles.MANAGER, _("manager")
    STAFF = roles.STAFF, _("staff")
    FINANCE = roles.FINANCE, _("finance")


class Membership(models.Model):
    """A person acts for a party in a role, until `ended_at`; whatever they held ends with it at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=MembershipRole)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "party"), condition=Q(ended_at__isnull=True), name="membership_is_live_once"
            ),
            models.CheckConstraint(condition=Q(role__in=MembershipRole.values), name="membership_role_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.party}"


class StaffRoleName(models.TextChoices):
    REVIEWER = roles.REVIEWER, _("reviewer")
    SENIOR_REVIEWER = roles.SENIOR_REVIEWER, _("senior reviewer")
    MEDIATOR = roles.MEDIATOR, _("mediator")
    COMPLIANCE = roles.COMPLIANCE, _("compliance officer")
    ADMINISTRATOR = roles.ADMINISTRATOR, _("administrator")


class StaffRole(models.Model):
    """A person works for the platform in a role, until `ended_at`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff_roles")
    role = models.CharField(_("role"), max_length=20, choices=StaffRoleName)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("staff role")
        verbose_name_plural = _("staff roles")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role"), condition=Q(ended_at__isnull=True), name="staff_role_is_live_once"
            ),
            models.CheckConstraint(condition=Q(role__in=StaffRoleName.values), name="staff_role_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class ApiToken(models.Model):
    """A bearer token of one person or one client; only its SHA-256 is kept."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="api_tokens"
    )
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, null=True, blank=True, related_name="tokens")
    label = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=False, client__isnull=True) | Q(user__isnull=True, client__isnull=False),
                name="token_belongs_to_a_person_or_a_client",
            ),
        )

    def __str__(self) -> str:
        return self.label or self.digest[:8]


class Installation(models.Model):
    """What kind of database this is; one row. Only `manage.py demo` writes `is_sample`, on a database that it made."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="installation_is_one"),)

    def __str__(self) -> str:
        return "sample" if self.is_sample else "real"
