"""Automation: what the system may do alone, what proves that it may, and which of its closings are looked at again.

A certificate and all that happens to it are rows that are added and never changed.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from accounts.roles import ADMINISTRATOR, COMPLIANCE
from appeals.models import Decision, Ground
from casework.constraints import check
from classifier.budget import ATTACKERS_PERMILLE, DAYS, MOST_WRONG
from classifier.certificate import SPENT_PERMILLE

AUDIT_PERMILLE = 250
"""The least share of automatic closings that a person looks at again, in thousandths."""


class AutomationMode(models.TextChoices):
    OFF = "off", _("off")
    ASSIST = "assist", _("suggest only")
    RESTORE = "restore", _("may close, only in the appellant's favour")


class AutomationPolicy(models.Model):
    """What the system may do for one kind of measure appealed on one ground. No row means off."""

    measure_type = models.ForeignKey(
        "notices.MeasureType", on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of measure")
    )
    ground = models.CharField(_("ground"), max_length=24, choices=Ground)
    mode = models.CharField(
        _("what the system may do"), max_length=8, choices=AutomationMode, default=AutomationMode.OFF
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("automation policy")
        verbose_name_plural = _("automation policies")
        ordering = ("measure_type", "ground")
        constraints = (
            models.UniqueConstraint(fields=("measure_type", "ground"), name="automation_has_one_policy_per_ground"),
            check("automation_mode_is_known", Q(mode__in=AutomationMode.values)),
            check("automation_ground_is_known", Q(ground__in=Ground.values)),
        )

    def __str__(self) -> str:
        return f"{self.measure_type_id} {self.ground} {self.mode}"


class AutomationPolicyRecord(models.Model):
    """A change of a policy: what, by whom and when. Append-only; the newest of its kind is what the policy says."""

    measure_type = models.ForeignKey("notices.MeasureType", on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("ground"), max_length=24, choices=Ground)
    mode = models.CharField(_("what the system may do"), max_length=8, choices=AutomationMode)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("record of a policy")
        verbose_name_plural = _("records of policies")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.measure_type_id} {self.ground} {self.mode} {self.set_at:%Y-%m-%d %H:%M}"


class Certificate(models.Model):
    """A proved promise: of such cases at or above the threshold, at most a share alpha is closed wrongly. Append-only.

    In force with two signatures, until it expires or is revoked. Shares and probabilities are in thousandths; what its
    attempt spends of delta in millionths. One of attempt 0 was proved before attempts shared delta: it proves nothing.
    `reachable` errors are the most that any words could have brought to a closing. It closes `most_closings` cases at
    most, so that few are wrong even if a share `attackers_permille` of them was written to deceive; one that says none
    was proved before attackers were counted, and closes nothing.
    """

    ref = models.CharField(max_length=40, unique=True)
    measure_type = models.ForeignKey(
        "notices.MeasureType", on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of measure")
    )
    ground = models.CharField(_("ground"), max_length=24, choices=Ground)
    languages = models.JSONField()
    clauses = models.JSONField()
    model_version = models.CharField(_("model"), max_length=60)
    model_hash = models.CharField(max_length=64)
    data_from = models.DateTimeField(_("oldest case"))
    data_to = models.DateTimeField(_("newest case"))
    data_hash = models.CharField(max_length=64)
    pool = models.PositiveIntegerField(_("cases"))
    n = models.PositiveIntegerField(_("cases at or above the threshold"))
    k = models.PositiveIntegerField(_("errors among them"))
    reachable = models.PositiveIntegerField(_("errors that any words could have brought there"), default=0)
    alpha_permille = models.PositiveSmallIntegerField(_("highest error share"))
    delta_permille = models.PositiveSmallIntegerField(_("risk that the promise is wrong"))
    attempt_no = models.PositiveIntegerField(_("number of the attempt"), default=0)
    spent_ppm = models.PositiveIntegerField(_("what this attempt had of that risk"), default=0)
    threshold_permille = models.PositiveSmallIntegerField(_("threshold"))
    bound_permille = models.PositiveSmallIntegerField(_("proved bound of the error share"))
    attackers_permille = models.PositiveSmallIntegerField(
        _("assumed share that is written to deceive"), default=ATTACKERS_PERMILLE
    )
    most_closings = models.PositiveIntegerField(_("most closings"), default=0)
    most_a_day = models.PositiveIntegerField(_("most closings on one day"), default=0)
    reference = models.JSONField()
    issued_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("certificate")
        ordering = ("-issued_at", "-id")
        constraints = (
            check("certificate_ground_is_known", Q(ground__in=Ground.values)),
            check("certificate_threshold_is_a_majority", Q(threshold_permille__gte=500, threshold_permille__lte=1000)),
            check(
                "certificate_promises_something",
                Q(alpha_permille__gte=1, alpha_permille__lte=200, delta_permille__gte=1)
                & Q(delta_permille__lte=100, bound_permille__lte=F("alpha_permille")),
            ),
            check("certificate_counts_its_cases", Q(k__lte=F("n"), n__lte=F("pool"), n__gte=1)),
            check(
                "certificate_spends_its_share_of_delta",
                LessThanOrEqual(
                    F("spent_ppm") * F("attempt_no") * F("attempt_no"), F("delta_permille") * SPENT_PERMILLE
                ),
            ),
            check("certificate_withstands_any_words", Q(reachable__lte=2) | Q(reachable__lte=F("k") * 2)),
            check(
                "certificate_budget_counts_attackers",
                LessThanOrEqual(
                    F("most_closings")
                    * (F("attackers_permille") * 1000 + F("alpha_permille") * (1000 - F("attackers_permille"))),
                    Value(MOST_WRONG * 1_000_000),
                )
                & Q(attackers_permille__gte=ATTACKERS_PERMILLE),
            ),
            check("certificate_budget_takes_days", LessThanOrEqual(F("most_a_day") * DAYS, F("most_closings"))),
            check(
                "certificate_follows_its_cases",
                Q(data_from__lte=F("data_to"), data_to__lte=F("issued_at"), expires_at__gt=F("issued_at")),
            ),
        )


class CertificateSignature(models.Model):
    """A person's signature under a certificate; two different people make it valid. Append-only."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="signatures")
    no = models.PositiveSmallIntegerField()
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    session_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signature")
        ordering = ("certificate_id", "no")
        constraints = (
            models.UniqueConstraint(
                fields=("certificate", "signer"),
                name="certificate_is_signed_by_different_people",
                violation_error_code="not-your-turn",
            ),
            models.UniqueConstraint(
                fields=("certificate", "no"),
                name="certificate_signature_number_is_unique",
                violation_error_code="not-your-turn",
            ),
            check("certificate_has_two_signatures", Q(no__in=[1, 2])),
            check("certificate_is_signed_by_who_may", Q(role__in=[COMPLIANCE, ADMINISTRATOR]) & ~Q(session_hash="")),
        )


class RevokedBecause(models.TextChoices):
    ERRORS = "errors", _("audits found too many errors")
    BY_HAND = "by_hand", _("a person revoked it")


class CertificateRevocation(models.Model):
    """The revocation of a certificate: by its own audits, or by a person. Once, for ever."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="revocation")
    because = models.CharField(max_length=10, choices=RevokedBecause)
    note = models.CharField(_("why"), max_length=500, blank=True, default="")
    audited = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()
    bound_permille = models.PositiveSmallIntegerField()
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("revocation")
        constraints = (
            check(
                "revocation_says_who_and_why",
                Q(because="errors", revoked_by__isnull=True, errors__gte=1)
                | Q(because="by_hand", revoked_by__isnull=False) & ~Q(note=""),
            ),
        )


class CertificationResult(models.TextChoices):
    PROVED = "proved", _("proved")
    TOO_FEW = "too_few", _("too few cases")
    TOO_MANY_ERRORS = "too_many_errors", _("too many errors")
    WORDS_DECIDE = "words_decide", _("other words alone could bring too many errors to a closing")


class CertificationAttempt(models.Model):
    """An attempt to prove a promise. Kept also where it failed: whoever tries often enough proves anything.

    `no` counts the attempts for this measure and ground, whatever the model; with it falls what one may spend of delta.
    Of `pool` decided cases `usable` had a probability and a frequent language and clause; `n` of these lay at or above
    the last threshold looked at, `k` of them errors, where `least` were needed.
    """

    measure_type = models.ForeignKey("notices.MeasureType", on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=24, choices=Ground)
    no = models.PositiveIntegerField(default=0)
    spent_ppm = models.PositiveIntegerField(default=0)
    model_hash = models.CharField(max_length=64)
    pool = models.PositiveIntegerField()
    usable = models.PositiveIntegerField(default=0)
    n = models.PositiveIntegerField(default=0)
    k = models.PositiveIntegerField(default=0)
    least = models.PositiveIntegerField(default=0)
    alpha_permille = models.PositiveSmallIntegerField(default=50)
    delta_permille = models.PositiveSmallIntegerField(default=50)
    result = models.CharField(max_length=16, choices=CertificationResult)
    certificate = models.OneToOneField(
        Certificate, on_delete=models.PROTECT, null=True, blank=True, related_name="attempt"
    )
    tried_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tried_at = models.DateTimeField()

    class Meta:
        verbose_name = _("attempt to certify")
        ordering = ("-tried_at", "-id")
        constraints = (
            check(
                "attempt_has_a_certificate_when_proved",
                Q(result="proved", certificate__isnull=False)
                | Q(result__in=["too_few", "too_many_errors", "words_decide"], certificate__isnull=True),
            ),
        )


class AuditDraw(models.Model):
    """The draw whether a person reviews this automatic closing; by hash at closing, so nobody chooses.

    `day` is the day in Beijing, by which the budget is counted.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="draw")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="draws")
    lot_permille = models.PositiveSmallIntegerField()
    rate_permille = models.PositiveSmallIntegerField()
    is_drawn = models.BooleanField()
    drawn_at = models.DateTimeField()
    day = models.DateField()

    class Meta:
        constraints = (
            check(
                "audit_takes_at_least_a_quarter",
                Q(rate_permille__gte=AUDIT_PERMILLE, rate_permille__lte=1000, lot_permille__lt=1000),
            ),
            check(
                "audit_follows_the_lot",
                Q(is_drawn=True, lot_permille__lt=F("rate_permille"))
                | Q(is_drawn=False, lot_permille__gte=F("rate_permille")),
            ),
        )
