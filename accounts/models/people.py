"""People, the parties they act for, roles and API clients.

What may be done is never stored on a person: it follows from live rows here, read anew for every request.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import roles
from casework.constraints import check
from casework.external_refs import UnderExternalRef
from casework.refs import new_ref
from casework.row_digests import recording
from operations.limits import mobile_number


def new_user_ref() -> str:
    return new_ref("usr_")


def new_party_ref() -> str:
    return new_ref("pty_")


def new_client_ref() -> str:
    return new_ref("cli_")


class Language(models.TextChoices):
    ZH_HANS = "zh-hans", _("Simplified Chinese")
    EN = "en", _("English")


class Team(models.Model):
    """A team of people who work together, so that none of them reviews what another of them decided."""

    name = models.CharField(_("name"), max_length=120)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    is_external = models.BooleanField(_("belongs to an entrusted firm"), default=False)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ("organisation", "name")
        constraints = (models.UniqueConstraint(fields=("organisation", "name"), name="team_name_is_unique_in_firm"),)

    def __str__(self) -> str:
        return f"{self.organisation} · {self.name}" if self.organisation else self.name


class AtWork(models.Model):
    """What is said of a person as staff: each attribute is declared here alone.

    Commands, admin, sample and `Actor.at_work` take it from here; a `casework.states.Relation` can name it.
    """

    officer_code = models.CharField(
        _("officer code"), max_length=20, blank=True, help_text=_("The name under which outsiders know this person.")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("team")
    )
    skills = models.CharField(_("skills"), max_length=200, blank=True, default="", db_default="", editable=False)
    """Words with a space between them, which rules of routing ask for."""
    capacity = models.PositiveSmallIntegerField(_("open cases at most"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


AT_WORK: tuple[models.Field[Any, Any], ...] = AtWork._meta.fields


SIGNING_IN = {"last_login", "password"}
"""The columns of a person that change as somebody signs in; nothing compares them."""


class User(AtWork, AbstractUser):
    """A person who signs in. `is_staff` follows the live staff roles; `officer_code` is the name that outsiders see.

    One with `contact_of` is whoever holds a link that was sent to that party's contact of record (`AccessLink`): it has
    neither password nor address, and belongs to nobody else.
    """

    first_name = None  # type: ignore[assignment]  # a Chinese name has no two parts; `display_name` is the name
    last_name = None  # type: ignore[assignment]
    ref = models.CharField(_("reference"), max_length=40, unique=True, editable=False, default=new_user_ref)
    display_name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.ZH_HANS)
    large_text = models.BooleanField(_("large text"), default=False)
    contact_of = models.OneToOneField(
        "Party", on_delete=models.PROTECT, null=True, blank=True, related_name="contact", editable=False
    )

    left_at = models.DateTimeField(_("deactivated at"), null=True, blank=True, editable=False)
    left_by = models.CharField(
        _("deactivated by"), max_length=60, blank=True, default="", db_default="", editable=False
    )
    absent_until = models.DateTimeField(_("absent until"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            check(
                "contact_of_record_enters_by_link_alone",
                Q(contact_of__isnull=True) | Q(password__startswith="!", email="", is_superuser=False),  # noqa: S106  unusable
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="username_is_unique_whatever_its_case",
                violation_error_message=_("Somebody already signs in with this name."),
            ),
            models.UniqueConstraint(
                fields=("officer_code",),
                condition=~Q(officer_code=""),
                name="officer_code_names_one_person",
                violation_error_message=_("Another officer has this code."),
            ),
            check("user_language_is_known", Q(language__in=Language.values)),
            check("user_who_left_is_not_active", Q(left_at__isnull=True) | Q(is_active=False)),
        )

    def __str__(self) -> str:
        return self.get_full_name()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores the row, whoever does: a command, the admin, or a package with which people sign in."""
        if set(kwargs.get("update_fields") or ("ref",)) <= SIGNING_IN:
            super().save(*args, **kwargs)
        else:
            with transaction.atomic(), recording():
                super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def is_absent(self, at: datetime) -> bool:
        return self.absent_until is not None and self.absent_until > at


class ApiClient(models.Model):
    """A back end that acts by scopes: the platform's, or another system's."""

    ref = models.CharField(_("reference"), max_length=40, unique=True, editable=False, default=new_client_ref)
    name = models.CharField(_("name"), max_length=120, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), editable=False)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PartyKind(models.TextChoices):
    MERCHANT = "MERCHANT", _("merchant")
    CONSUMER = "CONSUMER", _("consumer")
    EXECUTOR = "EXECUTOR", _("entrusted executor")


class PartyStatus(models.TextChoices):
    ACTIVE = "ACTIVE", _("active")
    SUSPENDED = "SUSPENDED", _("suspended")
    CLOSED = "CLOSED", _("closed")


class Party(UnderExternalRef):
    """The party that a measure is about: a merchant, a consumer, an executor.

    `status` is what the platform says of the shop: a suspended or closed party reads its notices and appeals against
    them like any other. A number that it got later opens nothing before `phone_from`.
    """

    ON_RECORD = ("kind", "name")

    ref = models.CharField(_("reference"), max_length=40, unique=True, editable=False, default=new_party_ref)
    kind = models.CharField(_("kind"), max_length=10, choices=PartyKind)
    name = models.CharField(_("name"), max_length=200)
    client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, blank=True, related_name="parties", verbose_name=_("provided by")
    )
    external_ref = models.CharField(_("number in the platform's own system"), max_length=100, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=PartyStatus, default=PartyStatus.ACTIVE)
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.ZH_HANS)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("mobile number"), max_length=20, blank=True, default="", db_default="")
    phone_from = models.DateTimeField(_("codes go there from"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ("name", "id")
        indexes = (
            models.Index(fields=("client", "created_at", "id"), name="party_by_client"),
            models.Index(fields=("phone",), condition=~Q(phone=""), name="party_by_phone"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("client", "external_ref"),
                condition=~Q(external_ref=""),
                name="party_external_ref_is_unique_per_client",
                violation_error_message=_("A party with this number exists."),
            ),
            check("party_kind_is_known", Q(kind__in=PartyKind.values)),
            check("party_status_is_known", Q(status__in=PartyStatus.values)),
            check("party_language_is_known", Q(language__in=Language.values)),
            check("party_phone_is_dialled_from_anywhere", Q(phone="") | Q(phone__startswith="+")),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """As an administrator types it: the number, as it is dialled from anywhere."""
        if self.phone and not (number := mobile_number(self.phone)):
            raise ValidationError({"phone": _("This is no mobile number.")})
        self.phone = number if self.phone else ""


class MembershipRole(models.TextChoices):
    OWNER = roles.OWNER, _("owner")
    MANAGER = roles.MANAGER, _("manager")
    STAFF = roles.STAFF, _("shop staff")
    FINANCE = roles.FINANCE, _("finance")
    AGENT = roles.AGENT, _("agent")
    SPECIAL_AGENT = roles.SPECIAL_AGENT, _("agent with special authority")


OF_THE_PARTY = tuple(choice for choice in MembershipRole.choices if choice[0] not in roles.AGENTS)
"""The roles of a party's own people."""


class Membership(models.Model):
    """A person's role in a party from `started_at` until `ended_at`; an agent's until `acts_until` at the latest.

    With `cases_named` it is no role in the party: the agent acts in the cases that the mandate names and sees no other.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("party"))
    role = models.CharField(_("role"), max_length=10, choices=MembershipRole)
    started_at = models.DateTimeField(_("since"), editable=False)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True, editable=False)
    acts_until = models.DateTimeField(_("mandate ends"), null=True, blank=True, editable=False)
    cases_named = models.PositiveSmallIntegerField(_("cases named"), default=0, db_default=0, editable=False)
    granted_by = models.CharField(_("granted by"), max_length=60, editable=False)
    ended_by = models.CharField(_("ended by"), max_length=60, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("party_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "party"),
                condition=Q(ended_at__isnull=True),
                name="membership_is_live_once_per_person_and_party",
                violation_error_message=_("This person already acts for the party."),
            ),
            check("membership_role_is_known", Q(role__in=MembershipRole.values)),
            check("membership_ends_after_it_starts", Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at"))),
            check(
                "agent_alone_acts_until_a_date",
                Q(role__in=sorted(roles.AGENTS), acts_until__isnull=False, acts_until__gt=F("started_at"))
                | ~Q(role__in=sorted(roles.AGENTS)) & Q(acts_until__isnull=True),
            ),
            check("agent_alone_acts_in_named_cases", Q(cases_named=0) | Q(role__in=sorted(roles.AGENTS))),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.party} ({self.get_role_display()})"


class StaffRoleName(models.TextChoices):
    REVIEWER = roles.REVIEWER, _("reviewer")
    SENIOR_REVIEWER = roles.SENIOR_REVIEWER, _("senior reviewer")
    MEDIATOR = roles.MEDIATOR, _("mediator")
    COMPLIANCE = roles.COMPLIANCE, _("compliance officer")
    ADMINISTRATOR = roles.ADMINISTRATOR, _("administrator")
    HELP_LINE = roles.HELP_LINE, _("help-line officer")
    COUNSEL = roles.COUNSEL, pgettext_lazy("role", "counsel")
    AUTHORITY = roles.AUTHORITY, _("person of an authority")


class StaffRole(models.Model):
    """A person's role on the platform from `granted_at` until `ended_at`; they act for no party meanwhile."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_roles", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=StaffRoleName)
    granted_at = models.DateTimeField(_("since"), editable=False)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True, editable=False)
    granted_by = models.CharField(_("granted by"), max_length=60, editable=False)
    ended_by = models.CharField(_("ended by"), max_length=60, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("staff role")
        verbose_name_plural = _("staff roles")
        ordering = ("user_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role"),
                condition=Q(ended_at__isnull=True),
                name="staff_role_is_live_once_per_person",
                violation_error_message=_("This person already has the role."),
            ),
            check("staff_role_is_known", Q(role__in=StaffRoleName.values)),
            check("staff_role_ends_after_it_starts", Q(ended_at__isnull=True) | Q(ended_at__gte=F("granted_at"))),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
