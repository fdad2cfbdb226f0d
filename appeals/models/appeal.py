"""Appeals and everything filed in them; the guarantee that a demand for a person is honoured, held by the tables."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appeals.machine import FINAL, IN_QUEUE, OPEN, AppealMachine, AppealState
from casework.ledger import digest
from casework.machine import sql_list
from casework.models import Case
from casework.triggers import Trigger, append_only, changed, kept, sealed
from casework.working_days import add_days


class Ground(models.TextChoices):
    """The appellant's reasons why the measure is wrong; one is enough to file."""

    FACTS_WRONG = "facts_wrong", _("the facts are wrong")
    RULE_NOT_APPLICABLE = "rule_not_applicable", _("the rule does not apply")
    AUTHORISED = "authorised", _("I hold the authorisation or qualification")
    DISPROPORTIONATE = "disproportionate", _("the measure is too heavy")
    EVIDENCE_WRONG = "evidence_wrong", _("the evidence is wrong")
    OTHER = "other", _("another reason")


class ReviewMode(models.TextChoices):
    HUMAN = "human", _("a person decides")
    SYSTEM_FIRST = "system_first", _("the system looks first")


class Level(models.TextChoices):
    FIRST = "FIRST", _("first review")
    SECOND = "SECOND", _("second review by a senior reviewer")


class Outcome(models.TextChoices):
    """The outcome for a measure, never for the appeal."""

    UPHELD = "UPHELD", _("measure upheld")
    OVERTURNED = "OVERTURNED", _("measure revoked")
    VARIED = "VARIED", _("measure reduced")


class DecidedBy(models.TextChoices):
    HUMAN = "HUMAN", _("a person")
    SYSTEM = "SYSTEM", _("the system")


class Appeal(AppealMachine, Case):
    """One appeal against one notice in one round. Facts about people stay here, the ledger holds references."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "appeal", "apl_", "A"
    OPENS_IN = (AppealState.SUBMITTED, AppealState.SYSTEM_REVIEW, AppealState.LATE_REQUESTED)
    QUIET = frozenset({"appeal.triaged"})  # triage changes nothing that a reader saw

    notice = models.ForeignKey(
        "notices.Notice", on_delete=models.PROTECT, related_name="appeals", verbose_name=_("notice")
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    level = models.CharField(_("level"), max_length=6, choices=Level, default=Level.FIRST)
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="next")
    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="appeals", verbose_name=_("appellant")
    )
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("filed at"))
    language = models.CharField(max_length=10, default="zh-hans")
    ground = models.CharField(_("ground"), max_length=24, choices=Ground)
    statement = models.TextField(_("statement"), max_length=2000, blank=True, default="")
    review = models.CharField(_("who reviews"), max_length=12, choices=ReviewMode, default=ReviewMode.HUMAN)
    human_demanded = models.BooleanField(_("a person was demanded"), default=False)
    is_late = models.BooleanField(_("filed late"), default=False)
    late_reason = models.TextField(_("why it is late"), max_length=2000, blank=True, default="")
    late_answer = models.TextField(_("answer to the late request"), max_length=2000, blank=True, default="")
    evidence_version = models.PositiveSmallIntegerField(default=0)
    evidence_closes_at = models.DateTimeField(_("evidence possible until"))

    priority = models.PositiveSmallIntegerField(_("priority"), default=3)
    queue = models.CharField(_("queue"), max_length=40, blank=True, default="")
    decide_due_at = models.DateTimeField(_("decision due"))
    decide_due_is_provisional = models.BooleanField(default=False)
    urgent_at = models.DateTimeField(_("order in the queue"))

    original_decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    original_team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    reviewer_team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewer_is_senior = models.BooleanField(default=False)
    lease_expires_at = models.DateTimeField(_("held until"), null=True, blank=True)

    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, null=True, blank=True)
    decided_by_kind = models.CharField(_("decided by"), max_length=8, choices=DecidedBy, null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(
                fields=("urgent_at", "id"),
                condition=Q(state__in=[str(s) for s in IN_QUEUE]),
                name="appeal_queue",
            ),
            models.Index(fields=("party", "-created_at", "-id"), name="appeal_by_party"),
            models.Index(fields=("reviewer", "state"), name="appeal_by_reviewer"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("notice", "round"),
                name="appeal_is_one_per_notice_and_round",
                violation_error_code="already-appealed",
            ),
            models.UniqueConstraint(
                fields=("notice",),
                condition=~Q(state__in=[str(s) for s in FINAL]),
                name="appeal_is_open_once_per_notice",
                violation_error_code="already-appealed",
            ),
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state_is_known"),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="appeal_ground_is_known"),
            models.CheckConstraint(condition=Q(review__in=ReviewMode.values), name="appeal_review_is_known"),
            models.CheckConstraint(
                condition=~Q(human_demanded=True) | Q(decided_by_kind__isnull=True) | Q(decided_by_kind="HUMAN"),
                name="appeal_human_demand_is_honoured",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="DECIDED", decided_by_kind__isnull=False, outcome__isnull=False, decided_at__isnull=False
                )
                | (
                    ~Q(state="DECIDED") & Q(decided_by_kind__isnull=True, outcome__isnull=True, decided_at__isnull=True)
                ),
                name="appeal_is_decided_by_someone_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(decided_by_kind__isnull=True)
                | Q(decided_by_kind="HUMAN", reviewer__isnull=False)
                | Q(decided_by_kind="SYSTEM"),
                name="appeal_decided_by_a_person_names_the_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by_kind__isnull=True) | ~Q(decided_by_kind="SYSTEM") | Q(outcome="OVERTURNED"),
                name="appeal_automation_only_favours_the_appellant",
            ),
            models.CheckConstraint(
                condition=~Q(state="SYSTEM_REVIEW") | Q(review="system_first", human_demanded=False),
                name="appeal_system_looks_only_where_chosen",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True)
                | (
                    (Q(original_decider__isnull=True) | ~Q(reviewer=F("original_decider")))
                    & (
                        Q(original_team__isnull=True)
                        | Q(reviewer_team__isnull=True)
                        | ~Q(reviewer_team=F("original_team"))
                    )
                    & (Q(first_reviewer__isnull=True) | ~Q(reviewer=F("first_reviewer")))
                ),
                name="appeal_reviewer_is_independent",
                violation_error_code="conflict-of-interest",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(level="SECOND") | Q(reviewer_is_senior=True),
                name="appeal_second_review_is_by_a_senior",
                violation_error_code="not-allowed",
            ),
            models.CheckConstraint(
                condition=Q(round=1, previous__isnull=True) | Q(round__gt=1, previous__isnull=False),
                name="appeal_later_round_names_the_earlier",
            ),
            models.CheckConstraint(
                condition=~Q(state="HUMAN_REVIEW") | Q(reviewer__isnull=False),
                name="appeal_under_review_has_a_reviewer",
            ),
            models.CheckConstraint(condition=Q(is_late=False) | ~Q(late_reason=""), name="appeal_filed_late_says_why"),
        )

    def lease_is_free(self, at: datetime) -> bool:
        return self.lease_expires_at is None or self.lease_expires_at < at

    @property
    def second_round_closes_at(self) -> datetime:
        """Until when a second review may be asked for; only of a decided appeal."""
        assert self.decided_at is not None
        return add_days(self.decided_at, settings.SECOND_ROUND_DAYS)

    @property
    def money_at_stake(self) -> int | None:
        """The money under appeal, in fen; None when no appealed measure takes any."""
        amounts = [i.measure.amount_minor for i in self.items.all() if i.measure.amount_minor is not None]
        return sum(amounts) if amounts else None

    @property
    def next_due_at(self) -> datetime:
        """When the appellant's answer is due while one is waited for, else the decision."""
        if self.state != AppealState.MORE_NEEDED:
            return self.decide_due_at
        asked = (r.due_at for r in self.requests.all() if r.answered_at is None and r.lapsed_at is None)
        return next(asked, self.decide_due_at)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class AppealItem(models.Model):
    """One measure that is appealed, with its own ground where it differs. Sealed with the filing."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="items")
    no = models.PositiveSmallIntegerField()
    measure = models.ForeignKey("notices.Measure", on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=24, choices=Ground)
    statement = models.TextField(max_length=2000, blank=True, default="")

    class Meta:
        verbose_name = _("appealed measure")
        verbose_name_plural = _("appealed measures")
        ordering = ("appeal", "no")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "measure"), name="appeal_item_is_one_per_measure"),
            models.UniqueConstraint(fields=("appeal", "no"), name="appeal_item_number_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.appeal} #{self.no}"


class HumanDemand(models.Model):
    """The appellant's demand for a person. A row, not a flag: inserted once, never changed, never deleted."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="demand")
    demanded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=10)
    demanded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("demand for a person")
        verbose_name_plural = _("demands for a person")

    def __str__(self) -> str:
        return f"{self.appeal} {self.demanded_at:%Y-%m-%d %H:%M}"


class TriageSuggestion(models.Model):
    """What the classifier suggested for one version of one appeal, with what it needs to be repeated. Append-only."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="suggestions")
    appeal_version = models.PositiveIntegerField()
    model_version = models.CharField(max_length=60)
    model_hash = models.CharField(max_length=64)
    input_hash = models.CharField(max_length=64)
    route_ground = models.CharField(max_length=40)
    queue = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    priority = models.PositiveSmallIntegerField()
    overturn_permille = models.PositiveSmallIntegerField(null=True, blank=True)
    abstained = models.BooleanField()
    asks_for_a_person = models.BooleanField(default=False)
    abstain_reasons = models.JSONField(default=list)
    phrases = models.JSONField(default=list)
    features = models.JSONField(default=list)
    suggested_at = models.DateTimeField()

    class Meta:
        verbose_name = _("triage suggestion")
        verbose_name_plural = _("triage suggestions")
        ordering = ("appeal", "appeal_version")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "appeal_version"), name="triage_is_recorded_once_per_version"),
            models.CheckConstraint(
                condition=Q(overturn_permille__isnull=True) | Q(overturn_permille__lte=1000),
                name="triage_probability_is_a_probability",
            ),
        )

    def __str__(self) -> str:
        return f"{self.appeal} {self.model_version}"


class EvidenceSubmission(models.Model):
    """A frozen version of the appellant's evidence: its number, time and the hash of all it holds. Append-only."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="submissions")
    version = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField()
    manifest_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("evidence version")
        verbose_name_plural = _("evidence versions")
        ordering = ("appeal", "version")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "version"), name="evidence_version_is_unique_in_appeal"),
        )

    def __str__(self) -> str:
        return f"{self.appeal} v{self.version}"


class EvidenceItem(models.Model):
    """One piece of the appellant's evidence; a draft until it belongs to a submission, sealed from then on."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="evidence")
    no = models.PositiveSmallIntegerField()
    caption = models.CharField(_("what it proves"), max_length=200)
    attachment = models.ForeignKey("casework.Attachment", on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey(
        EvidenceSubmission, on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("appeal", "no")
        constraints = (models.UniqueConstraint(fields=("appeal", "no"), name="evidence_number_is_unique_in_appeal"),)

    def __str__(self) -> str:
        return f"{self.no} {self.caption}"


class InformationRequest(models.Model):
    """What a reviewer asked for, to show which fact, by when, and the answer."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="requests")
    no = models.PositiveSmallIntegerField()
    item = models.CharField(_("what is needed"), max_length=500)
    fact = models.CharField(_("what it should show"), max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(max_length=2000, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("request for more")
        verbose_name_plural = _("requests for more")
        ordering = ("appeal", "no")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "no"), name="request_number_is_unique_in_appeal"),
            models.UniqueConstraint(
                fields=("appeal",),
                condition=Q(answered_at__isnull=True, lapsed_at__isnull=True),
                name="request_is_open_once_per_appeal",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(lapsed_at__isnull=True), name="request_is_answered_or_lapsed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.appeal} ?{self.no}"


class Opening(models.Model):
    """The opening of one piece by a reviewer: notice, statement, exhibit, evidence, or suggestion. Append-only."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="openings")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("opened piece")
        verbose_name_plural = _("opened pieces")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "reviewer", "subject"), name="opening_is_recorded_once"),
        )

    def __str__(self) -> str:
        return f"{self.appeal} {self.subject}"


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
    seal = models.CharField(max_length=32)
    locked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("first view")
        verbose_name_plural = _("first views")
        constraints = (
            models.UniqueConstraint(
                fields=("appeal", "reviewer"), name="first_view_is_locked_once", violation_error_code="not-your-turn"
            ),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="first_view_outcome_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.appeal} {self.outcome}"

    @property
    def fingerprint(self) -> str:
        """What the ledger holds of it: provable later, and not to be guessed by a party who reads the ledger."""
        return digest({"outcome": self.outcome, "confidence": self.confidence, "note": self.note, "seal": self.seal})


class SystemView(models.TextChoices):
    NOT_USED = "not_used", _("not used")
    AGREED = "agreed", _("seen, agreed with the decision")
    DIFFERED = "differed", _("seen, differed from the decision")


class Decision(models.Model):
    """The final decision of one appeal. Insert-only; a decision that calls itself human carries a person."""

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
    model_version = models.CharField(max_length=60, blank=True, default="")
    certificate = models.ForeignKey(
        "appeals.Certificate", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    decided_at = models.DateTimeField()
    check_code = models.CharField(max_length=12)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = (
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="decision_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(by_kind="SYSTEM") | Q(certificate__isnull=True),
                name="certificate_is_of_an_automated_decision",
            ),
            models.CheckConstraint(
                condition=Q(by_kind="HUMAN", reviewer__isnull=False)
                & ~Q(session_hash="")
                & ~Q(reasons="")
                & ~Q(rule_application="")
                | Q(by_kind="SYSTEM", reviewer__isnull=True, outcome="OVERTURNED") & ~Q(reasons=""),
                name="decision_by_a_person_carries_a_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.appeal} {self.outcome}"


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
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ("decision", "no")
        constraints = (
            models.UniqueConstraint(fields=("decision", "no"), name="finding_number_is_unique_in_decision"),
            models.CheckConstraint(condition=~Q(sentence="") & ~Q(text=""), name="finding_is_a_sentence"),
            models.CheckConstraint(
                condition=Q(kind="fact", finding__in=["established", "not_established"])
                | Q(kind="argument", finding__in=["accepted", "partly", "rejected"]),
                name="finding_fits_its_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.no} {self.finding}"


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
        verbose_name = _("ruling on a measure")
        verbose_name_plural = _("rulings on measures")
        constraints = (
            models.UniqueConstraint(fields=("decision", "measure"), name="ruling_is_one_per_measure"),
            models.CheckConstraint(
                condition=Q(ended_at_before__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__lte=F("ended_at_before")),
                name="ruling_is_never_longer",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True)
                | Q(amount_minor_before__isnull=False, amount_minor__lte=F("amount_minor_before")),
                name="ruling_is_never_dearer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure} {self.outcome}"


class AppealDraft(models.Model):
    """An unfinished form, kept by the server; not a case, and nobody's but the party's."""

    notice = models.ForeignKey("notices.Notice", on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey("accounts.Party", on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(default=dict)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = (models.UniqueConstraint(fields=("notice", "party"), name="draft_is_one_per_notice_and_party"),)

    def __str__(self) -> str:
        return f"{self.notice_id} {self.saved_at:%Y-%m-%d %H:%M}"


LOCK_APPEAL = "PERFORM 1 FROM appeals_appeal WHERE id = NEW.appeal_id FOR UPDATE;"

APPEAL_TRIGGERS = [
    # A demand and an automated decision of one appeal exclude each other, whichever commits first.
    Trigger(
        name="automated_decision_yields_to_demand",
        table="appeals_decision",
        events=("INSERT",),
        lock=LOCK_APPEAL,
        when="""NEW.by_kind <> 'HUMAN'
            AND EXISTS (SELECT 1 FROM appeals_humandemand d WHERE d.appeal_id = NEW.appeal_id)""",
    ),
    Trigger(
        name="demand_is_not_swallowed_by_automated_decision",
        table="appeals_humandemand",
        events=("INSERT",),
        lock=LOCK_APPEAL,
        when="""EXISTS (SELECT 1 FROM appeals_decision d WHERE d.appeal_id = NEW.appeal_id AND d.by_kind <> 'HUMAN')
            OR EXISTS (SELECT 1 FROM appeals_appeal a WHERE a.id = NEW.appeal_id AND a.decided_by_kind = 'SYSTEM')""",
    ),
    Trigger(
        name="automated_finalisation_yields_to_demand",
        table="appeals_appeal",
        events=("UPDATE",),
        when="""NEW.decided_by_kind = 'SYSTEM'
            AND EXISTS (SELECT 1 FROM appeals_humandemand d WHERE d.appeal_id = NEW.id)""",
    ),
    Trigger(
        name="demand_is_never_taken_back",
        table="appeals_appeal",
        events=("UPDATE",),
        when="OLD.human_demanded AND NOT NEW.human_demanded",
        problem="sealed",
    ),
    Trigger(
        name="human_decision_follows_reading",
        table="appeals_decision",
        events=("INSERT",),
        when="""NEW.by_kind = 'HUMAN' AND NOT EXISTS (
            SELECT 1 FROM appeals_opening o WHERE o.appeal_id = NEW.appeal_id AND o.reviewer_id = NEW.reviewer_id
            AND o.subject <> 'suggestion' AND o.opened_at <= NEW.decided_at)""",
    ),
    Trigger(
        name="human_decision_is_by_the_holder",
        table="appeals_decision",
        events=("INSERT",),
        when="""NEW.by_kind = 'HUMAN' AND NOT EXISTS (
            SELECT 1 FROM appeals_appeal a WHERE a.id = NEW.appeal_id AND a.reviewer_id = NEW.reviewer_id)""",
    ),
    Trigger(
        name="decided_appeal_has_its_decision",
        table="appeals_appeal",
        events=("UPDATE",),
        when="""NEW.state = 'DECIDED' AND NOT EXISTS (
            SELECT 1 FROM appeals_decision d WHERE d.appeal_id = NEW.id AND d.by_kind = NEW.decided_by_kind
            AND d.outcome = NEW.outcome)""",
    ),
    Trigger(
        name="appeal_outcome_stands",
        table="appeals_appeal",
        events=("UPDATE",),
        when=f"OLD.state IN {sql_list(FINAL)} AND {changed('state outcome reviewer_id')}",
        problem="sealed",
    ),
    sealed(
        "appeals_appeal",
        "appeal_conflicts_are_not_rewritten",
        "original_decider_id original_team_id first_reviewer_id notice_id party_id level",
    ),
    # Whoever held an earlier round to its end, locked a view in it or gave it a second look, looks at no later one.
    Trigger(
        name="appeal_reviewer_is_new_to_it",
        table="appeals_appeal",
        events=("UPDATE",),
        when="""NEW.round > 1 AND NEW.reviewer_id IS NOT NULL AND NEW.reviewer_id <> COALESCE(OLD.reviewer_id, 0)
            AND NEW.reviewer_id <> COALESCE(NEW.first_reviewer_id, 0)
            AND EXISTS (SELECT 1 FROM appeals_appeal a
            WHERE a.notice_id = NEW.notice_id AND a.round < NEW.round
            AND (a.reviewer_id = NEW.reviewer_id OR EXISTS (SELECT 1 FROM appeals_firstview v
            WHERE v.appeal_id = a.id AND v.reviewer_id = NEW.reviewer_id)
            OR EXISTS (SELECT 1 FROM appeals_auditview w JOIN appeals_decision d ON d.id = w.decision_id
            WHERE d.appeal_id = a.id AND w.reviewer_id = NEW.reviewer_id)))""",
        problem="conflict-of-interest",
    ),
    # A blind second look at the act of an executor says what its giver thinks of the measure.
    Trigger(
        name="appeal_reviewer_has_not_looked_at_the_act",
        table="appeals_appeal",
        events=("INSERT", "UPDATE"),
        when="""NEW.reviewer_id IS NOT NULL AND EXISTS (SELECT 1 FROM executors_doublereview w
            JOIN notices_notice n ON n.act_id = w.act_id
            WHERE n.id = NEW.notice_id AND w.reviewer_id = NEW.reviewer_id)""",
        problem="conflict-of-interest",
    ),
    # Who determined a dispute about the measure has said in writing what they think of it.
    Trigger(
        name="appeal_reviewer_determined_no_dispute_about_it",
        table="appeals_appeal",
        events=("UPDATE",),
        when="""COALESCE(NEW.reviewer_id, 0) <> COALESCE(OLD.reviewer_id, 0) AND EXISTS (SELECT 1 FROM casework_event e
            JOIN accounts_user u ON u.ref = e.actor_ref WHERE u.id = NEW.reviewer_id AND e.case_kind = 'notice'
            AND e.case_id = NEW.notice_id AND e.actor_kind = 'staff' AND e.type = 'notice.dispute_determined')""",
        problem="conflict-of-interest",
    ),
    sealed(
        "appeals_appeal",
        "appeal_filing_is_sealed",
        "ground statement late_reason filed_at filed_by_id previous_id",
        also="NEW.evidence_closes_at < OLD.evidence_closes_at",
    ),
    sealed(
        "appeals_informationrequest",
        "answer_to_a_request_stands",
        "item fact appeal_id",
        also="OLD.answered_at IS NOT NULL OR OLD.lapsed_at IS NOT NULL OR NEW.due_at < OLD.due_at",
    ),
    Trigger(
        name="evidence_is_sealed_once_submitted",
        table="appeals_evidenceitem",
        events=("UPDATE", "DELETE"),
        when="OLD.submission_id IS NOT NULL",
        problem="sealed",
    ),
    kept("appeals_appeal", "appeal_is_kept"),
    kept("appeals_informationrequest", "request_is_kept"),
    append_only("appeals_humandemand", "demand_is_append_only"),
    append_only("appeals_decision", "decision_is_append_only"),
    append_only("appeals_decisionpoint", "finding_is_append_only"),
    append_only("appeals_ruling", "ruling_is_append_only"),
    append_only("appeals_firstview", "first_view_is_append_only"),
    append_only("appeals_opening", "opening_is_append_only"),
    append_only("appeals_triagesuggestion", "triage_is_append_only"),
    append_only("appeals_evidencesubmission", "evidence_version_is_append_only"),
    append_only("appeals_appealitem", "appeal_item_is_sealed"),
]
