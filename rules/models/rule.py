"""Rules, their versions and clauses.

A published version is immutable, held by triggers; only its end may be set once, when the next version follows, and
taken back where that one is withdrawn before its force. Which versions may be published at all is held by constraints:
办法 10 (consultation), 12 (publicity), 13 (transition).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from casework.constraints import check
from casework.names import name_triggers, validate_name
from casework.triggers import append_only, changed, kept, on_insert, on_update, on_write, sealed
from rules.models.languages import InBothLanguages, InLanguage


class PlatformRule(InBothLanguages):
    """`client` is whose rule it is, where a client proposed it first; else people alone change it."""

    ref = models.CharField(max_length=40, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=60, unique=True, validators=[validate_name])
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    client = models.ForeignKey("accounts.ApiClient", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("platform rule")
        verbose_name_plural = _("platform rules")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    name = InLanguage()


class Made(models.TextChoices):
    """How a version came about."""

    HERE = "HERE", _("drafted, consulted on and adopted here")
    ELSEWHERE = "ELSEWHERE", _("consulted on by the platform elsewhere, publicised here")
    TAKEN_OVER = "TAKEN_OVER", _("in force before this system, taken over by a named person")


class Impact(models.TextChoices):
    """What a version means for those who use the platform already."""

    NONE = "NONE", _("none")
    SOME = "SOME", _("some")
    MAJOR = "MAJOR", _("major")


class Binds(models.TextChoices):
    """Whom a version binds: who is told of it, and who may leave rather than accept it."""

    EVERYBODY = "EVERYBODY", _("everybody")
    MERCHANT = "MERCHANT", _("merchants")
    CONSUMER = "CONSUMER", _("consumers")


class Consent(models.TextChoices):
    """What the silence of those who were here when a version was published means (办法 16; 民法典 140)."""

    PUBLICITY = "PUBLICITY", _("nothing: it applies by its publication, and nobody counts as having agreed")
    ASKED = "ASKED", _("no: it applies to them once they agree, and the version before goes on until then")
    NEUTRAL = "NEUTRAL", _("yes: it adds no duty and cuts no right, which a named person signs")


DAYS, MAJOR_DAYS = 7, 15
"""办法 12: floors that nothing goes below, in days; settings may lengthen them. Art. 10 names no days for consultation:
there they are ours, after 网络零售第三方平台交易规则制定程序规定 7.
"""
SHORT = Q(
    has_many_users=False, has_many_changes=False, touches_important_rights=False, impact__in=["NONE", "SOME"]
) & ~Q(assessment="")
"""Where the shorter floor is enough: somebody said, with a reason, that none of the features is there."""


def _at_least(later: str, earlier: str) -> Q:
    """That the floor lies between two times."""

    def after(days: int) -> Q:
        return Q(**{f"{later}__gte": F(earlier) + Value(timedelta(days=days))})

    return after(MAJOR_DAYS) | (SHORT & after(DAYS))


class RuleVersion(InBothLanguages):
    """One version of a rule, in force from `effective_from` to `effective_to` (exclusive; open when None).

    Of a draft, which has no `published_at`, `effective_from` is what is intended. One withdrawn before its force ends
    where it would have started.
    """

    rule = models.ForeignKey(PlatformRule, on_delete=models.PROTECT, related_name="versions")
    number = models.CharField(_("version"), max_length=40, validators=[validate_name])
    effective_from = models.DateTimeField(_("in force from"))
    effective_to = models.DateTimeField(_("in force until"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    summary_zh = models.TextField(_("what changed (Chinese)"), blank=True)
    summary_en = models.TextField(_("what changed (English)"), blank=True)
    text_hash = models.CharField(max_length=64, blank=True)

    made = models.CharField(_("how it came about"), max_length=10, choices=Made, default=Made.HERE)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_over_at = models.DateTimeField(_("taken over at"), null=True, blank=True)
    taken_over_reason = models.TextField(blank=True, default="")

    consulted_from = models.DateTimeField(_("consultation from"), null=True, blank=True)
    consulted_until = models.DateTimeField(_("consultation until"), null=True, blank=True)
    consulted_where = models.CharField(_("where the consultation was held"), max_length=300, blank=True, default="")
    consultation_record = models.CharField(
        _("record of the consultation"), max_length=200, blank=True, default="", db_default=""
    )
    consultation_summary_zh = models.TextField(_("what the consultation said (Chinese)"), blank=True, default="")
    consultation_summary_en = models.TextField(_("what the consultation said (English)"), blank=True, default="")

    has_many_users = models.BooleanField(_("concerns very many users"), default=False)
    has_many_changes = models.BooleanField(_("changes much"), default=False)
    touches_important_rights = models.BooleanField(_("touches important rights"), default=False)
    binds = models.CharField(_("whom it binds"), max_length=10, choices=Binds, default=Binds.EVERYBODY)
    impact = models.CharField(_("impact on existing users"), max_length=5, choices=Impact, blank=True, default="")
    assessment = models.TextField(_("why these features are there or not"), blank=True, default="")
    transition_zh = models.TextField(_("transition (Chinese)"), blank=True, default="")
    transition_en = models.TextField(_("transition (English)"), blank=True, default="")

    old_for = models.CharField(
        _("for whom the version before goes on"), max_length=10, choices=Binds, blank=True, default=""
    )
    old_until = models.DateTimeField(_("until when it goes on for them"), null=True, blank=True)

    consent = models.CharField(
        _("what silence means"), max_length=9, choices=Consent, default=Consent.PUBLICITY, db_default=Consent.PUBLICITY
    )
    neutral_reason = models.TextField(_("why it burdens nobody"), blank=True, default="", db_default="")

    forced_by = models.ForeignKey("rules.LawArticle", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    forced_reason = models.TextField(_("why it must start earlier"), blank=True, default="")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule version")
        verbose_name_plural = _("rule versions")
        ordering = ("rule", "-effective_from")
        constraints = (
            models.UniqueConstraint(fields=("rule", "number"), name="rule_version_number_is_unique"),
            check("rule_version_binds_somebody_known", Q(binds__in=Binds.values)),
            models.UniqueConstraint(
                fields=("rule", "effective_from"), condition=Q(withdrawn_at=None), name="rule_version_starts_once"
            ),
            check(
                "rule_version_ends_after_it_starts",
                Q(effective_to__isnull=True)
                | Q(effective_to__gt=F("effective_from"))
                | Q(withdrawn_at__isnull=False, effective_to=F("effective_from")),
            ),
            check(
                "rule_version_is_consulted_on_before_it_is_publicised",
                Q(published_at=None)
                | Q(made="TAKEN_OVER")
                | (
                    Q(consulted_from__isnull=False, consulted_until__isnull=False)
                    & Q(consulted_until__lte=F("published_at"))
                    & _at_least("consulted_until", "consulted_from")
                ),
                code="validation",
                message=_("It is published after a consultation that was long enough (Measures, article 10)."),
            ),
            check(
                "rule_version_is_publicised_before_its_start",
                Q(published_at=None)
                | Q(made="TAKEN_OVER")
                | Q(forced_by__isnull=False, effective_from__gte=F("published_at"))
                | _at_least("effective_from", "published_at"),
                code="validation",
                message=_("It is publicised for 7 full days, or 15, before it takes effect (Measures, article 12)."),
            ),
            check(
                "rule_version_is_approved_by_another_person",
                (Q(drafted_by=None) | Q(approved_by=None) | ~Q(approved_by=F("drafted_by")))
                & (~Q(made="HERE") | Q(published_at=None) | Q(drafted_by__isnull=False, approved_by__isnull=False)),
            ),
            check(
                "rule_version_forced_early_names_law_reason_and_approver",
                Q(forced_by=None) | (Q(approved_by__isnull=False, made="HERE") & ~Q(forced_reason="")),
            ),
            check(
                "rule_version_with_major_impact_has_a_transition",
                Q(published_at=None) | ~Q(impact="MAJOR") | ~Q(transition_zh=""),
                code="validation",
                message=_("A version with a major impact says how the transition is made (Measures, article 13)."),
            ),
            check(
                "rule_version_runs_beside_the_one_before_until_a_time",
                Q(old_for="", old_until__isnull=True)
                | Q(old_for__in=Binds.values, old_until__isnull=False, old_until__gt=F("effective_from")),
                code="validation",
                message=_("A transition names for whom the version before goes on, and a time after the start."),
            ),
            check("rule_version_says_what_silence_means", Q(consent__in=Consent.values)),
            check(
                "rule_version_is_agreed_to_by_silence_only_if_it_burdens_nobody",
                ~Q(consent="NEUTRAL")
                | (
                    Q(made="HERE", impact="NONE", touches_important_rights=False)
                    & ~Q(neutral_reason="")
                    & (Q(published_at=None) | Q(approved_by__isnull=False))
                ),
                code="validation",
                message=_("Saying nothing counts only for what burdens nobody, as a named person signed (article 16)."),
            ),
            check(
                "rule_version_is_taken_over_by_a_named_person",
                ~Q(made="TAKEN_OVER")
                | (
                    Q(approved_by__isnull=False, taken_over_at__isnull=False, published_at__lte=F("effective_from"))
                    & Q(effective_from__lte=F("taken_over_at"))
                    & ~Q(taken_over_reason="")
                ),
            ),
            check(
                "rule_version_is_withdrawn_before_force",
                Q(withdrawn_at=None)
                | Q(published_at=None)
                | Q(withdrawn_at__lt=F("effective_from"), effective_to__isnull=False, effective_to=F("effective_from")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} {self.number}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    summary = InLanguage()
    consultation_summary = InLanguage()

    @property
    def held(self) -> "RuleVersion | None":
        """Itself where its consultation is on record."""
        return self if self.consulted_from is not None else None

    transition = InLanguage()

    @property
    def is_major(self) -> bool:
        """Whether the longer floors hold (办法 12(2)): one feature is enough, and so is that nobody said why none."""
        features = (self.has_many_users, self.has_many_changes, self.touches_important_rights)
        return any(features) or self.impact not in (Impact.NONE, Impact.SOME) or not self.assessment

    @property
    def publicity_days(self) -> int:
        return settings.RULE_PUBLICITY_DAYS_MAJOR if self.is_major else settings.RULE_PUBLICITY_DAYS

    @property
    def consultation_days(self) -> int:
        return settings.RULE_CONSULTATION_DAYS_MAJOR if self.is_major else settings.RULE_CONSULTATION_DAYS

    @property
    def before(self) -> "RuleVersion | None":
        """The version of the same rule that it replaces, or replaced."""
        earlier = RuleVersion.objects.filter(
            rule=self.rule_id,
            published_at__isnull=False,
            withdrawn_at__isnull=True,
            effective_from__lt=self.effective_from,
        )
        return earlier.order_by("-effective_from").first()

    def leaves_time_to(self, party: Party, at: datetime) -> bool:
        """Whether the version before goes on beside this one for the party: it was here when this one was published."""
        if self.old_until is None or self.published_at is None or self.withdrawn_at is not None:
            return False
        is_named = self.old_for in (Binds.EVERYBODY, party.kind) and party.created_at <= self.published_at
        return is_named and at < self.old_until

    def asks(self, party: Party) -> bool:
        """Whether it applies to the party only once it agrees: it asks those whom it binds and who were here before."""
        if self.consent != Consent.ASKED or self.published_at is None or self.withdrawn_at is not None:
            return False
        return self.binds_party(party.kind) and party.created_at <= self.published_at

    def binds_party(self, kind: str) -> bool:
        """Whether it binds parties of this kind."""
        return self.binds in (Binds.EVERYBODY, kind)

    def is_in_force(self, at: datetime) -> bool:
        """Whether conduct at that moment is judged by this version."""
        return self.is_published and self.effective_from <= at and (self.effective_to is None or at < self.effective_to)


class Clause(InBothLanguages):
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(_("clause"), max_length=20)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    text_zh = models.TextField(_("text (Chinese)"))
    text_en = models.TextField(_("text (English)"))
    is_major_interest = models.BooleanField(_("shown prominently"), default=False)
    text_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ("version", "position")
        constraints = (
            models.UniqueConstraint(fields=("version", "number"), name="clause_number_is_unique_in_version"),
            check("clause_has_chinese_text", ~Q(text_zh="")),
        )

    def __str__(self) -> str:
        return f"{self.version} {self.number}"

    title = InLanguage()
    text = InLanguage()


OVERLAPS = """EXISTS (SELECT 1 FROM rules_ruleversion o
    WHERE o.rule_id = NEW.rule_id AND o.id <> NEW.id AND o.published_at IS NOT NULL AND o.withdrawn_at IS NULL
    AND (o.effective_to IS NULL OR o.effective_to > NEW.effective_from)
    AND (NEW.effective_to IS NULL OR NEW.effective_to > o.effective_from))"""
ON_RECORD = """(EXISTS (SELECT 1 FROM rules_ruleversion v WHERE v.id = {version} AND v.published_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM rules_rulemaking m WHERE m.rule_version_id = {version}
        AND m.state NOT IN ('DRAFT', 'CONSULTATION')))"""
_END_IS_FREE = """(NEW.effective_to IS NULL AND EXISTS (SELECT 1 FROM rules_ruleversion n WHERE n.rule_id = OLD.rule_id
    AND n.effective_from = OLD.effective_to AND n.withdrawn_at IS NOT NULL))
    OR (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL)"""
_MADE_HERE = """EXISTS (SELECT 1 FROM rules_ruleversion o WHERE o.rule_id = NEW.rule_id AND o.id <> NEW.id
    AND o.made IN ('HERE', 'ELSEWHERE') AND o.published_at IS NOT NULL)"""
_IS_PUBLISHED_ALREADY = """EXISTS (SELECT 1 FROM rules_ruleversion o
    WHERE o.id = NEW.id AND o.published_at IS NOT NULL)"""
_IS_TAKEN_OVER_ALREADY = """EXISTS (SELECT 1 FROM rules_ruleversion o
    WHERE o.id = NEW.id AND o.made = 'TAKEN_OVER' AND o.published_at IS NOT NULL)"""
_FIXED = """published_at rule_id number effective_from text_hash summary_zh summary_en drafted_by_id
    consulted_from consulted_until consulted_where consultation_record consultation_summary_zh consultation_summary_en
    has_many_users has_many_changes touches_important_rights binds impact assessment transition_zh transition_en
    old_for old_until consent neutral_reason forced_by_id forced_reason
    made approved_by_id taken_over_at taken_over_reason"""

RULE_TRIGGERS = [
    *name_triggers("rules_platformrule", "code", "rule_code_fits_an_address"),
    *name_triggers("rules_ruleversion", "number", "rule_version_number_fits_an_address"),
    on_write(
        "rules_ruleversion",
        "rule_versions_do_not_overlap",
        f"NEW.published_at IS NOT NULL AND NEW.withdrawn_at IS NULL AND {OVERLAPS}",
        lock="PERFORM 1 FROM rules_platformrule WHERE id = NEW.rule_id FOR UPDATE;",
        problem="validation",
    ),
    sealed(
        "rules_ruleversion",
        "rule_version_is_immutable_once_published",
        once=(_FIXED, "withdrawn_at"),
        also=f"""(OLD.published_at IS NOT NULL AND OLD.effective_to IS NOT NULL AND {changed("effective_to")}
            AND NOT ({_END_IS_FREE}))""",
    ),
    on_write(
        "rules_ruleversion",
        "rule_is_taken_over_before_a_version_is_made_here",
        f"NEW.made = 'TAKEN_OVER' AND {_MADE_HERE} AND NOT {_IS_TAKEN_OVER_ALREADY}",
        problem="validation",
    ),
    on_write(
        "rules_ruleversion",
        "rule_version_made_elsewhere_is_signed_by_two_people",
        f"""(NEW.drafted_by_id IS NULL OR NEW.approved_by_id IS NULL OR NEW.consultation_record = '')
            AND NOT {_IS_PUBLISHED_ALREADY}""",
        only="NEW.made = 'ELSEWHERE' AND NEW.published_at IS NOT NULL",
        problem="conflict-of-interest",
    ),
    on_update(
        "rules_ruleversion",
        "rule_consultation_is_not_shortened",
        """OLD.consulted_from IS NOT NULL AND (NEW.consulted_from IS NULL OR NEW.consulted_until IS NULL
            OR NEW.consulted_until < OLD.consulted_until
            OR (NEW.consulted_from <> OLD.consulted_from AND NEW.consulted_from < OLD.consulted_until))""",
        problem="sealed",
    ),
    kept("rules_ruleversion", "rule_version_is_kept_once_published", "OLD.published_at IS NOT NULL"),
    append_only("rules_clause", "clause_is_immutable_once_published", ON_RECORD.format(version="OLD.version_id")),
    on_insert(
        "rules_clause",
        "clause_is_not_added_after_publication",
        ON_RECORD.format(version="NEW.version_id"),
        problem="sealed",
    ),
]
