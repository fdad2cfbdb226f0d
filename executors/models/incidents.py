"""Incidents, that is overturned acts: what the executor says, what compliance finds, what the harmed party gets."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.machine import OnTabs
from casework.models import Case
from executors.machine import (
    AFTER_FINDING,
    AWAITS_FINDING,
    BEFORE_FINDING,
    CONTESTABLE,
    OWED_MONEY,
    IncidentMachine,
    IncidentState,
)
from executors.models.acts import Act
from executors.models.outcomes import ActOutcome, ErrorClass
from executors.models.registry import ExecutorPerson


class FindingOutcome(models.TextChoices):
    """Whose fault it was that the act was wrong."""

    IMPROPER = "IMPROPER", _("improper")
    NOT_IMPROPER = "NOT_IMPROPER", _("not improper")
    SHARED = "SHARED", _("shared between executor and platform")
    TOOL = "TOOL", _("the tool was at fault")
    RULE = "RULE", _("the rule was at fault")


ANSWERED_FOR = (FindingOutcome.IMPROPER, FindingOutcome.SHARED)
"""The findings for which the executor answers to the platform."""


OWED_BY = Least(Coalesce("find_by", "compensate_by"), Coalesce("compensate_by", "find_by"))
"""By when the platform owes something: a finding, or money, whichever is first. Where it paid before a finding was
contested, the time for the money counts still.
"""


IS_HEARD = IsNull(Coalesce("explained_at", "contest_by"), False)
"""Whether the executor explained or the incident was found without."""


class Incident(IncidentMachine, OnTabs, Case):
    """One act that a decision overturned. The platform makes the harmed party whole, whatever is found."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "incident", "inc_", "E"
    OPENS_IN = (IncidentState.OPENED,)

    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="incident", verbose_name=_("act"))
    outcome = models.OneToOneField(ActOutcome, on_delete=models.PROTECT, related_name="incident")
    cause_event = models.ForeignKey("casework.Event", on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="+", verbose_name=_("harmed party")
    )
    subject_number = models.CharField(_("number of the notice"), max_length=60)
    subject_ref = models.CharField(max_length=60)
    explain_by = models.DateTimeField(_("to be explained by"))
    explanation = models.TextField(_("explanation"), max_length=8000, blank=True, default="")
    explained_at = models.DateTimeField(_("explained at"), null=True, blank=True)
    explained_by = models.ForeignKey(ExecutorPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    finding = models.CharField(_("finding"), max_length=12, choices=FindingOutcome, blank=True, default="")
    contest_by = models.DateTimeField(_("to be contested by"), null=True, blank=True)
    find_by = models.DateTimeField(_("to be found by"), null=True, blank=True)
    compensate_by = models.DateTimeField(_("to be made whole by"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    contested_at = models.DateTimeField(_("contested at"), null=True, blank=True)
    contested_by = models.ForeignKey(ExecutorPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    contest_reasons = models.TextField(_("why the finding is contested"), max_length=8000, blank=True, default="")

    class Meta:
        verbose_name = _("incident")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("state", "explain_by"), name="incident_by_state"),
            models.Index(fields=("-created_at", "-id"), name="incident_by_age"),
            models.Index(IS_HEARD, F("created_at").desc(), F("id").desc(), name="incident_unheard_first"),
            models.Index(OWED_BY, "id", condition=Q(waits_on="find"), name="incident_to_find"),
            models.Index(
                fields=("-state", "compensate_by", "id"),
                condition=Q(waits_on="pay"),
                name="incident_to_make_whole",
            ),
            models.Index(fields=("-closed_at", "-id"), condition=Q(state=IncidentState.CLOSED), name="incident_closed"),
        )
        constraints = (
            check("incident_state_is_known", Q(state__in=IncidentState.values)),
            check("incident_leaves_time_to_explain", Q(explain_by__gt=F("created_at"))),
            check(
                "incident_explanation_is_somebody_s",
                Q(explanation="", explained_at__isnull=True, explained_by__isnull=True)
                | ~Q(explanation="") & Q(explained_at__isnull=False, explained_by__isnull=False),
            ),
            check(
                "incident_is_contested_once_by_somebody",
                Q(contest_reasons="", contested_at__isnull=True, contested_by__isnull=True, round=1)
                | ~Q(contest_reasons="") & Q(contested_at__isnull=False, contested_by__isnull=False, round=2),
            ),
            check(
                "incident_is_found_before_it_goes_on",
                Q(state__in=[str(s) for s in BEFORE_FINDING], finding="")
                | Q(state__in=[str(s) for s in AFTER_FINDING], finding__in=FindingOutcome.values)
                | ~Q(state__in=IncidentState.values),
            ),
            check(
                "incident_closes_at_a_time",
                Q(state=IncidentState.CLOSED, closed_at__isnull=False)
                | ~Q(state=IncidentState.CLOSED) & Q(closed_at__isnull=True)
                | ~Q(state__in=IncidentState.values),
            ),
        )

    @property
    def is_answered_for(self) -> bool:
        return self.finding in ANSWERED_FOR

    def may_still_be_contested(self, at: datetime) -> bool:
        return self.round == 1 and self.contest_by is not None and at <= self.contest_by

    def finding_is_final(self, at: datetime) -> bool:
        """Whether the finding can change no more: nobody contests it, and nobody can any more."""
        is_found = self.finding != "" and self.state != IncidentState.CONTESTED
        return is_found and not self.may_still_be_contested(at)

    @property
    def owes_money(self) -> bool:
        """Whether the platform still has to make the harmed party whole."""
        is_owed = self.compensate_by is not None and self.state in OWED_MONEY
        return is_owed and not self.compensations.all()

    @property
    def owes_finding(self) -> bool:
        """Whether the platform still has to find, by a time."""
        return self.find_by is not None and self.state in AWAITS_FINDING

    @property
    def next_due_at(self) -> datetime | None:
        """When the next thing is due: what the platform owes, else the executor's explanation or its contesting."""
        owed = [self.compensate_by if self.owes_money else None, self.find_by if self.owes_finding else None]
        if due := [at for at in owed if at is not None]:
            return min(due)
        if self.state == IncidentState.OPENED:
            return self.explain_by
        is_found = self.state in CONTESTABLE
        return self.contest_by if is_found and self.round == 1 else None

    def late_since(self, at: datetime) -> datetime | None:
        """Since when the platform is late with what it owes: with making the party whole, or with finding."""
        if self.owes_money and self.compensate_by < at:  # type: ignore[operator]
            return self.compensate_by
        return self.find_by if self.owes_finding and self.find_by < at else None  # type: ignore[operator]


class IncidentFile(models.Model):
    """A file that the executor put beside its explanation. Append-only."""

    ref = models.CharField(max_length=40, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="files")
    no = models.PositiveSmallIntegerField()
    attachment = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(_("caption"), max_length=200)
    added_by = models.ForeignKey(ExecutorPerson, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("incident_id", "no")
        constraints = (models.UniqueConstraint(fields=("incident", "no"), name="incident_file_number_is_unique"),)


class IncidentFinding(models.Model):
    """What a person of compliance found, with reasons and what is to be done better; once per round. Append-only."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="findings")
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(_("finding"), max_length=12, choices=FindingOutcome)
    error_class = models.CharField(_("in what it was wrong"), max_length=16, choices=ErrorClass)
    reasons = models.TextField(_("reasons"), max_length=8000)
    corrective_step = models.CharField(_("what is to be done better"), max_length=2000)
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    session_hash = models.CharField(max_length=64)
    found_at = models.DateTimeField(_("found at"))

    class Meta:
        verbose_name = _("finding on an incident")
        ordering = ("incident_id", "round")
        constraints = (
            models.UniqueConstraint(fields=("incident", "round"), name="incident_is_found_once_per_round"),
            check("incident_finding_is_known", Q(outcome__in=FindingOutcome.values, error_class__in=ErrorClass.values)),
            check("incident_finding_gives_reasons", ~Q(reasons="") & ~Q(corrective_step="") & ~Q(session_hash="")),
        )


class Compensation(models.Model):
    """What the platform paid the harmed party in its own name, or why nothing is owed. Append-only."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="compensations")
    no = models.PositiveSmallIntegerField()
    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField(_("amount in fen"))
    currency = models.CharField(max_length=3)
    reference = models.CharField(_("payment"), max_length=100, blank=True, default="")
    words = models.CharField(_("what for, or why nothing is owed"), max_length=1000, blank=True, default="")
    paid_at = models.DateTimeField(_("paid at"))
    recorded_by_ref = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("compensation")
        ordering = ("incident_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("incident", "no"), name="compensation_number_is_unique"),
            models.UniqueConstraint(
                fields=("incident", "reference"),
                condition=~Q(reference=""),
                name="compensation_payment_is_recorded_once",
                violation_error_message=_("This payment is on record already."),
            ),
            check(
                "compensation_is_paid_or_says_why_not",
                Q(amount_minor=0) & ~Q(words="") | Q(amount_minor__gt=0) & ~Q(reference=""),
            ),
            check("compensation_names_its_currency", ~Q(currency="")),
        )
