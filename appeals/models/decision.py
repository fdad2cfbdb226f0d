"""What a reviewer opened and first thought of an appeal, what was decided, and what a second look found."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appeals.models.appeal import Appeal, DecidedBy, Outcome
from casework.canonical import digest
from casework.constraints import check


class Opening(models.Model):
    """The opening of one piece by a reviewer: notice, statement, exhibit, evidence, or suggestion. Append-only."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="openings")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("opened piece")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "reviewer", "subject"), name="opening_is_recorded_once"),
        )


class Confidence(models.TextChoices):
    LOW = "low", _("low")
    MEDIUM = "medium", _("medium")
    HIGH = "high", _("high")


class FirstView(models.Model):
    """A reviewer's own view, locked before the system's is shown. Append-only."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="first_views")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome)
    confidence = models.CharField(max_length=8, choices=Confidence)
    note = models.TextField(max_length=2000, blank=True, default="")
    unread_reason = models.TextField(
        _("why pieces of the file stayed unopened"), max_length=2000, blank=True, default="", db_default=""
    )
    seal = models.CharField(max_length=32)
    locked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("first view")
        constraints = (
            models.UniqueConstraint(
                fields=("appeal", "reviewer"), name="first_view_is_locked_once", violation_error_code="not-your-turn"
            ),
            check("first_view_outcome_is_known", Q(outcome__in=Outcome.values)),
        )

    @property
    def fingerprint(self) -> str:
        """What the ledger holds of it: provable later, and not to be guessed by a party who reads the ledger."""
        said = {"outcome": self.outcome, "confidence": self.confidence, "note": self.note, "seal": self.seal}
        return digest(said | ({"unread_reason": self.unread_reason} if self.unread_reason else {}))


class SystemView(models.TextChoices):
    NOT_USED = "not_used", _("not used")
    AGREED = "agreed", _("seen, agreed with the decision")
    DIFFERED = "differed", _("seen, differed from the decision")


class Decision(models.Model):
    """The final decision of one appeal. Insert-only; a decision that calls itself human carries a person.

    `is_drawn` says that chance drew it for a second look; nobody is shown that before the look is given.

    `certificate_ref` names what the system may decide by; the app that lets it decide holds the law of it.
    """

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="decision")
    by_kind = models.CharField(max_length=8, choices=DecidedBy)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    session_hash = models.CharField(max_length=64, blank=True, default="")
    outcome = models.CharField(max_length=12, choices=Outcome)
    reasons = models.TextField(max_length=8000)
    rule_application = models.TextField(max_length=4000)
    system_view = models.CharField(max_length=10, choices=SystemView)
    difference_reason = models.CharField(max_length=40, blank=True, default="")
    departure_reason = models.TextField(
        _("why the measure stands although no fact was established"), max_length=2000, blank=True, default=""
    )
    unread_reason = models.TextField(
        _("why pieces of the file stayed unopened"), max_length=2000, blank=True, default="", db_default=""
    )
    model_version = models.CharField(max_length=60, blank=True, default="")
    certificate_ref = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField()
    check_code = models.CharField(max_length=12)
    is_drawn = models.BooleanField(_("drawn for a second look"), default=False, db_default=False)

    class Meta:
        verbose_name = _("decision")
        indexes = (
            models.Index(fields=("-decided_at", "-id"), name="decision_newest"),
            models.Index(fields=("decided_at", "id"), condition=Q(is_drawn=True), name="decision_drawn"),
        )
        constraints = (
            check("decision_outcome_is_known", Q(outcome__in=Outcome.values)),
            check("certificate_is_of_an_automated_decision", Q(by_kind="SYSTEM") | Q(certificate_ref="")),
            check(
                "decision_by_a_person_carries_a_person",
                Q(by_kind="HUMAN", reviewer__isnull=False)
                & ~Q(session_hash="")
                & ~Q(reasons="")
                & ~Q(rule_application="")
                | Q(by_kind="SYSTEM", reviewer__isnull=True, outcome="OVERTURNED") & ~Q(reasons=""),
            ),
        )


class PointKind(models.TextChoices):
    FACT = "fact", _("fact")
    ARGUMENT = "argument", _("argument")


class Finding(models.TextChoices):
    ESTABLISHED = "established", _("established")
    NOT_ESTABLISHED = "not_established", _("not established")
    ACCEPTED = "accepted", _("accepted")
    PARTLY = "partly", _("accepted in part")
    REJECTED = "rejected", _("not accepted")


class DecisionPoint(models.Model):
    """One finding with its sentence, about one fact or one argument, citing evidence numbers. Append-only."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="points")
    no = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=PointKind)
    text = models.CharField(max_length=1000)
    finding = models.CharField(max_length=16, choices=Finding)
    sentence = models.CharField(max_length=2000)
    burden_on = models.CharField(max_length=10, blank=True, default="")
    evidence = models.JSONField(default=list)

    class Meta:
        ordering = ("decision_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("decision", "no"), name="finding_number_is_unique_in_decision"),
            check("finding_is_a_sentence", ~Q(sentence="") & ~Q(text="")),
            check(
                "finding_fits_its_kind",
                Q(kind="fact", finding__in=["established", "not_established"])
                | Q(kind="argument", finding__in=["accepted", "partly", "rejected"]),
            ),
        )


class Ruling(models.Model):
    """What was decided of one measure: kept, fell, or became lighter; never heavier. Append-only."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="rulings")
    measure = models.ForeignKey("notices.Measure", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome)
    ends_at = models.DateTimeField(null=True, blank=True)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    ended_at_before = models.DateTimeField(null=True, blank=True)
    amount_minor_before = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("decision", "measure"), name="ruling_is_one_per_measure"),
            check(
                "ruling_is_never_longer",
                Q(ended_at_before__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__lte=F("ended_at_before")),
            ),
            check(
                "ruling_is_never_dearer",
                Q(amount_minor__isnull=True)
                | Q(amount_minor_before__isnull=False, amount_minor__lte=F("amount_minor_before")),
            ),
        )


class AuditView(models.Model):
    """What a reviewer would have decided, said before they saw what was decided, and by whom. Append-only.

    Some are of cases that people decided, so that nobody knows which is which.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="audit")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome)
    note = models.TextField(max_length=2000)
    viewed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("second look")
        ordering = ("viewed_at", "id")
        indexes = (models.Index(fields=("-viewed_at", "-id"), name="audit_view_newest"),)
        constraints = (
            check("audit_outcome_is_known", Q(outcome__in=Outcome.values)),
            check("audit_says_why", ~Q(note="")),
        )

    @property
    def is_error(self) -> bool:
        """Closing revokes the measure in full; anything less would have been right otherwise."""
        return self.outcome != Outcome.OVERTURNED

    @property
    def error_class(self) -> str:
        """How a closing by the system was wrong: `kept` or `reduced` is what should have been; empty when right."""
        return {Outcome.UPHELD: "kept", Outcome.VARIED: "reduced"}.get(Outcome(self.outcome), "")


class Contest(models.Model):
    """What the decider says, once, against a second look that differs. Append-only."""

    view = models.OneToOneField(AuditView, on_delete=models.PROTECT, related_name="contest")
    words = models.TextField(max_length=2000)
    contested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    contested_at = models.DateTimeField()

    class Meta:
        verbose_name = _("objection to a second look")
        constraints = (check("contest_says_why", ~Q(words="")),)


class Stands(models.TextChoices):
    DECISION = "DECISION", _("the decision")
    SECOND = "SECOND", _("the second look")
    BOTH = "BOTH", _("both can be held")


class Calibration(models.Model):
    """What a meeting about two judgements that differ concluded: who took part, and which of them holds. Append-only.

    `guidance_ref` is the change by which two people put guidance beside the clause; empty where none was proposed.
    """

    view = models.OneToOneField(AuditView, on_delete=models.PROTECT, related_name="calibration")
    took_part = models.CharField(max_length=500)
    concluded = models.TextField(max_length=2000)
    stands = models.CharField(max_length=8, choices=Stands)
    guidance_ref = models.CharField(max_length=40, blank=True, default="")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("calibration")
        constraints = (
            check("calibration_says_who_and_what", ~Q(took_part="") & ~Q(concluded="") & Q(stands__in=Stands.values)),
        )
