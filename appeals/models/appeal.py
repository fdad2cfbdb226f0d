"""Appeals and everything filed in them; the guarantee that a demand for a person is honoured, held by the tables."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import NOTICE, SENIOR_REVIEWER
from appeals.machine import AppealMachine, AppealState
from casework.constraints import check
from casework.machine import OnTabs
from casework.models import Case


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


WAITS = Q(waits_on__isnull=False)


class Appeal(AppealMachine, OnTabs, Case):
    """One appeal against one notice in one round. Facts about people stay here, the ledger holds references."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "appeal", "apl_", "A"
    OPENS_IN = (AppealState.SUBMITTED, AppealState.SYSTEM_REVIEW, AppealState.LATE_REQUESTED)
    PARTIES = ("party_id",)
    QUIET = frozenset({"appeal.triaged", "appeal.translated", "appeal.escalated"})  # change nothing that a reader saw
    HOLDER = {
        "reviewer_id": lambda actor: actor.user_id,
        "reviewer_team_id": lambda actor: actor.team_id,
        "reviewer_is_senior": lambda actor: actor.has_role(SENIOR_REVIEWER),
    }
    LEASE = "lease_expires_at"

    notice = models.ForeignKey("notices.Notice", models.PROTECT, related_name="appeals", verbose_name=_("notice"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    level = models.CharField(_("level"), max_length=6, choices=Level, default=Level.FIRST)
    previous = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="next")
    party = models.ForeignKey(
        "accounts.Party", models.PROTECT, related_name="appeals", verbose_name=_("appellant"), db_index=False
    )
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("filed at"))
    language = models.CharField(max_length=10, default="zh-hans")
    ground = models.CharField(_("ground"), max_length=24, choices=Ground)
    statement = models.TextField(_("statement"), max_length=2000, blank=True, default="")
    review = models.CharField(_("who reviews"), max_length=12, choices=ReviewMode, default=ReviewMode.HUMAN)
    human_demanded = models.BooleanField(_("a person was demanded"), default=False)
    is_late = models.BooleanField(_("filed late"), default=False)
    late_reason = models.TextField(_("why it is late"), max_length=2000, blank=True, default="")
    new_facts = models.TextField(_("what is new"), max_length=2000, blank=True, default="")
    late_answer = models.TextField(_("answer to the late request"), max_length=2000, blank=True, default="")
    evidence_version = models.PositiveSmallIntegerField(default=0)
    evidence_closes_at = models.DateTimeField(_("evidence possible until"))

    priority = models.PositiveSmallIntegerField(_("priority"), default=3)
    queue = models.CharField(_("queue"), max_length=40, blank=True, default="")
    decide_due_at = models.DateTimeField(_("decision due"))
    decide_due_is_provisional = models.BooleanField(default=False)
    urgent_at = models.DateTimeField(_("order in the queue"))

    original_decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    original_team = models.ForeignKey("accounts.Team", models.PROTECT, null=True, blank=True, related_name="+")
    first_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # `appeal_by_reviewer`
        verbose_name=_("reviewer"),
    )
    reviewer_team = models.ForeignKey("accounts.Team", models.PROTECT, null=True, blank=True, related_name="+")
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
            models.Index(fields=("waits_on", "urgent_at", "id"), condition=WAITS, name="appeal_queue"),
            models.Index(fields=("waits_on", "decide_due_at", "id"), condition=WAITS, name="appeal_queue_by_due"),
            models.Index(fields=("-updated_at",), condition=Q(is_ended=False), name="appeal_open_by_change"),
            models.Index(fields=("decide_due_at", "id"), condition=Q(is_ended=False), name="appeal_open_by_due"),
            models.Index(
                fields=("-lease_expires_at",), condition=Q(lease_expires_at__isnull=False), name="appeal_held_by_lease"
            ),
            models.Index(fields=("-created_at", "-id"), name="appeal_newest"),
            models.Index(
                fields=("-created_at", "-id"),
                condition=Q(is_ended=True, decided_at__isnull=True),
                name="appeal_newest_closed",
            ),
            models.Index(fields=("party", "-created_at", "-id"), name="appeal_by_party"),
            models.Index(fields=("party", "state", "decided_at"), name="appeal_by_party_and_state"),
            models.Index(fields=("reviewer", "state"), name="appeal_by_reviewer"),
            models.Index(
                fields=("ground",), condition=Q(review="system_first", human_demanded=False), name="appeal_to_system"
            ),
            models.Index(
                fields=("decided_at", "id"), condition=Q(state=AppealState.DECIDED), name="appeal_by_decision"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("notice", "round"),
                name="appeal_is_one_per_notice_and_round",
                violation_error_code="already-appealed",
            ),
            models.UniqueConstraint(
                fields=("notice",),
                condition=Q(is_ended=False),
                name="appeal_is_open_once_per_notice",
                violation_error_code="already-appealed",
            ),
            check("appeal_state_is_known", Q(state__in=AppealState.values)),
            check("appeal_ground_is_known", Q(ground__in=Ground.values)),
            check("appeal_review_is_known", Q(review__in=ReviewMode.values)),
            check(
                "appeal_human_demand_is_honoured",
                ~Q(human_demanded=True) | Q(decided_by_kind__isnull=True) | Q(decided_by_kind="HUMAN"),
            ),
            check(
                "appeal_is_decided_by_someone_with_an_outcome",
                Q(
                    state=AppealState.DECIDED,
                    decided_by_kind__isnull=False,
                    outcome__isnull=False,
                    decided_at__isnull=False,
                )
                | (
                    ~Q(state=AppealState.DECIDED)
                    & Q(decided_by_kind__isnull=True, outcome__isnull=True, decided_at__isnull=True)
                ),
            ),
            check(
                "appeal_decided_by_a_person_names_the_person",
                Q(decided_by_kind__isnull=True)
                | Q(decided_by_kind="HUMAN", reviewer__isnull=False)
                | Q(decided_by_kind="SYSTEM"),
            ),
            check(
                "appeal_automation_only_favours_the_appellant",
                Q(decided_by_kind__isnull=True) | ~Q(decided_by_kind="SYSTEM") | Q(outcome="OVERTURNED"),
            ),
            check(
                "appeal_system_looks_only_where_chosen",
                ~Q(state=AppealState.SYSTEM_REVIEW) | Q(review="system_first", human_demanded=False),
            ),
            check(
                "appeal_reviewer_is_independent",
                Q(reviewer__isnull=True)
                | (
                    (Q(original_decider__isnull=True) | ~Q(reviewer=F("original_decider")))
                    & (
                        Q(original_team__isnull=True)
                        | Q(reviewer_team__isnull=True)
                        | ~Q(reviewer_team=F("original_team"))
                    )
                    & (Q(first_reviewer__isnull=True) | ~Q(reviewer=F("first_reviewer")))
                ),
                code="conflict-of-interest",
            ),
            check(
                "appeal_second_review_is_by_a_senior",
                Q(reviewer__isnull=True) | ~Q(level="SECOND") | Q(reviewer_is_senior=True),
                code="not-allowed",
            ),
            check(
                "appeal_later_round_names_the_earlier",
                Q(round=1, previous__isnull=True) | Q(round__gt=1, previous__isnull=False),
            ),
            check("appeal_under_review_has_a_reviewer", ~Q(state=AppealState.HUMAN_REVIEW) | Q(reviewer__isnull=False)),
            check(
                "appeal_with_new_facts_is_reviewed",
                ~Q(state=AppealState.ANSWERED) | Q(new_facts="", human_demanded=False, reviewer__isnull=True),
            ),
            check("appeal_filed_late_says_why", Q(is_late=False) | ~Q(late_reason="")),
        )

    def lease_is_free(self, at: datetime) -> bool:
        return self.lease_expires_at is None or self.lease_expires_at < at

    @property
    def matter(self) -> tuple[str, int]:
        return NOTICE, self.notice_id

    @property
    def second_round_closes_at(self) -> datetime:
        """Until when a second review may be asked for; only of a decided appeal."""
        assert self.decided_at is not None
        return self.notice.promised["second_review_window"].ends(self.decided_at)

    @property
    def was_closed_without_a_person(self) -> bool:
        """Whether it ended and no person looked at it: then the demand for one opens the next round."""
        return self.decided_by_kind == DecidedBy.SYSTEM or self.state == AppealState.ANSWERED

    @property
    def money_at_stake(self) -> int | None:
        """The money under appeal, in fen; None when no appealed measure takes any."""
        amounts = [i.measure.amount_minor for i in self.items.all() if i.measure.amount_minor is not None]
        return sum(amounts) if amounts else None

    @property
    def state_note(self) -> str:
        return self.late_answer if self.state == AppealState.LATE_REFUSED else ""

    @property
    def open_request(self) -> "InformationRequest | None":
        """What is waited for while it is the appellant's turn."""
        if self.state_row.turn != "appellant":
            return None
        return next((r for r in self.requests.all() if r.answered_at is None and r.lapsed_at is None), None)

    @property
    def decision_due_at(self) -> datetime | None:
        """When the decision is due; None where no time runs."""
        return self.decide_due_at if self.state_row.time_runs else None

    @property
    def due_at(self) -> datetime | None:
        """When the next step is due: the answer that is waited for, else the decision; None where no time runs."""
        request = self.open_request
        return request.due_at if request is not None else self.decision_due_at


class AppealItem(models.Model):
    """One measure that is appealed, with its own ground where it differs. Sealed with the filing."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="items")
    no = models.PositiveSmallIntegerField()
    measure = models.ForeignKey("notices.Measure", on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=24, choices=Ground)
    statement = models.TextField(max_length=2000, blank=True, default="")

    class Meta:
        ordering = ("appeal_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "measure"), name="appeal_item_is_one_per_measure"),
            models.UniqueConstraint(fields=("appeal", "no"), name="appeal_item_number_is_unique"),
        )


class HumanDemand(models.Model):
    """The appellant's demand for a person. A row, not a flag: inserted once, never changed, never deleted."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="demand")
    demanded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=10)
    demanded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("demand for a person")


class EvidenceSubmission(models.Model):
    """A frozen version of the appellant's evidence: its number, time and the hash of all it holds. Append-only."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="submissions")
    version = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField()
    manifest_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("appeal_id", "version")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "version"), name="evidence_version_is_unique_in_appeal"),
        )


class EvidenceItem(models.Model):
    """One piece of the appellant's evidence; a draft until it belongs to a submission, sealed from then on."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="evidence")
    no = models.PositiveSmallIntegerField()
    caption = models.CharField(_("what it proves"), max_length=200)
    attachment = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey(EvidenceSubmission, models.PROTECT, null=True, blank=True, related_name="items")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence")
        ordering = ("appeal_id", "no")
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
        ordering = ("appeal_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "no"), name="request_number_is_unique_in_appeal"),
            models.UniqueConstraint(
                fields=("appeal",),
                condition=Q(answered_at__isnull=True, lapsed_at__isnull=True),
                name="request_is_open_once_per_appeal",
            ),
            check("request_is_answered_or_lapsed", Q(answered_at__isnull=True) | Q(lapsed_at__isnull=True)),
        )


class AppealDraft(models.Model):
    """An unfinished form, kept by the server; not a case, and nobody's but the party's."""

    notice = models.ForeignKey("notices.Notice", on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey("accounts.Party", on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(default=dict)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft")
        constraints = (models.UniqueConstraint(fields=("notice", "party"), name="draft_is_one_per_notice_and_party"),)
