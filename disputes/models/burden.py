"""The burden table as rows: it belongs to one version of a platform rule and is fixed from its publication on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from casework import clock
from casework.canonical import digest
from casework.constraints import check
from casework.triggers import on_insert
from casework.working_days import Calendar, add_days, at_law
from disputes.choices import BasisKind, Condition, Effect, Family, Remedy, Role, Side, SourceConfidence, Standard
from disputes.machine import FactState
from disputes.proof import is_same_side
from rules.counsel import is_signed, signatures_under
from rules.models import CounselSignature, InBothLanguages, InLanguage, Signed
from rules.paragraphs import Library, Paragraph


def _columns(row: models.Model) -> dict[str, Any]:
    keys = [each.attname for each in row._meta.concrete_fields if not each.primary_key and not each.is_relation]
    return {name: getattr(row, name) for name in keys}


class BurdenTable(models.Model):
    """Who must prove what, as a part of one rule version. No edit once published: a change is a new rule version."""

    version = models.OneToOneField("rules.RuleVersion", on_delete=models.PROTECT, related_name="burden_table")
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("burden table")
        verbose_name_plural = _("burden tables")

    def __str__(self) -> str:
        return str(self.version)


class GroundRow(InBothLanguages):
    """One ground of dispute in one table."""

    table = models.ForeignKey(BurdenTable, on_delete=models.PROTECT, related_name="grounds")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    slug = models.SlugField(max_length=40)
    family = models.CharField(max_length=20, choices=Family)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    claimant_role = models.CharField(max_length=20, choices=Role)
    respondent_role = models.CharField(max_length=20, choices=Role)
    remedies = models.JSONField(default=list)
    default_remedy = models.CharField(max_length=20, choices=Remedy)
    if_supported_zh = models.TextField()
    if_supported_en = models.TextField()
    if_not_supported_zh = models.TextField()
    if_not_supported_en = models.TextField()
    confidence = models.CharField(max_length=14, choices=SourceConfidence)
    stakes = models.JSONField(default=list)
    must_mediate = models.BooleanField(default=False)
    applies_if = models.CharField(max_length=10, choices=Condition, blank=True, default="", db_default="")
    digest = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("ground of dispute")
        verbose_name_plural = _("grounds of dispute")
        ordering = ("table_id", "position")
        constraints = (
            models.UniqueConstraint(fields=("table", "slug"), name="ground_is_unique_in_table"),
            check("ground_has_chinese_words", ~Q(title_zh="")),
        )

    def __str__(self) -> str:
        return self.title

    title = InLanguage()

    @property
    def text_sha256(self) -> str:
        """The SHA-256 under which counsel signs it: of every word and figure of the ground in both languages."""
        return self.digest or digest(self.content())

    @cached_property
    def signatures(self) -> Sequence[CounselSignature]:
        """Every signature of counsel under any text of its code: its public history."""
        return signatures_under(Signed.GROUND, [self.code]).get(self.code, [])

    @cached_property
    def library(self) -> Library:
        """The signed texts as they stand now, read once for all of its steps."""
        return Library(clock.now())

    @property
    def is_signed_by_counsel(self) -> bool:
        """Whether counsel signed it as it stands in its table."""
        return is_signed(self.signatures, self.text_sha256)

    def content(self) -> dict[str, Any]:
        """Every column of the ground, its facts and steps, but for keys: what its hash covers."""
        facts = [
            _columns(fact) | {"steps": [_columns(step) for step in sorted(fact.steps.all(), key=lambda s: s.no)]}
            for fact in sorted(self.facts.all(), key=lambda f: f.no)
        ]
        return {name: said for name, said in _columns(self).items() if name not in ("position", "digest")} | {
            "facts": facts
        }


class FactRow(InBothLanguages):
    """One fact at issue in a ground: whom it favours once true, who loses in doubt, what it does to the claim.

    `effect` is what follows once it is found against the claimant: for the remedies in `part`, or by laying on the
    claimant the fact of the same ground with the key `shifts_to`. `follows` says so where the claim does not just fall.
    """

    ground = models.ForeignKey(GroundRow, on_delete=models.PROTECT, related_name="facts")
    no = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    statement_zh = models.TextField()
    statement_en = models.TextField()
    favours = models.CharField(max_length=10, choices=Side)
    persuasion_on = models.CharField(max_length=10, choices=Side)
    effect = models.CharField(max_length=10, choices=Effect, default=Effect.BARS)
    part = models.JSONField(default=list)
    shifts_to = models.SlugField(max_length=40, blank=True, default="", db_index=False)
    follows_zh = models.TextField(blank=True, default="")
    follows_en = models.TextField(blank=True, default="")
    arises_unless = models.CharField(max_length=10, choices=Condition, blank=True, default="", db_default="")
    arises_if_claimed = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ("ground_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("ground", "no"), name="fact_number_is_unique_in_ground"),
            check("fact_has_one_who_loses_in_doubt", Q(persuasion_on__in=Side.values)),
            check(
                "fact_says_what_it_does_to_the_claim",
                Q(effect="BARS", part=[], shifts_to="")
                | Q(effect__in=["BARS_PART", "CAPS_PART"], shifts_to="") & ~Q(part=[]) & ~Q(follows_zh="")
                | Q(effect="SHIFTS", part=[]) & ~Q(shifts_to="") & ~Q(shifts_to=F("key")) & ~Q(follows_zh=""),
            ),
        )

    def __str__(self) -> str:
        return self.statement

    statement = InLanguage()

    @property
    def standard(self) -> str:
        """How sure whoever rules on it must be: as the side with the burden has to show it, whoever spoke last.

        A first showing is enough in the end only where the law itself says so.
        """
        theirs = [s for s in self.steps.all() if is_same_side(self.ground, s.bearer, self.persuasion_on)]
        said = [s.standard for s in theirs if s.basis_kind == BasisKind.EXPLICIT or s.standard != Standard.PRIMA_FACIE]
        order = [str(standard) for standard in Standard]
        return max(said, key=order.index, default=str(Standard.HIGH_PROBABILITY))


class StepRow(InBothLanguages):
    """One rung of a fact's ladder: who must show what by when, to which standard and basis; what silence means."""

    fact = models.ForeignKey(FactRow, on_delete=models.PROTECT, related_name="steps")
    no = models.PositiveSmallIntegerField()
    bearer = models.CharField(max_length=10, choices=Side)
    standard = models.CharField(max_length=24, choices=Standard)
    basis_kind = models.CharField(max_length=10, choices=BasisKind)
    basis_zh = models.TextField()
    basis_en = models.TextField()
    presumption_zh = models.TextField(blank=True, default="")
    presumption_en = models.TextField(blank=True, default="")
    shows_zh = models.TextField()
    shows_en = models.TextField()
    accepts_zh = models.TextField()
    accepts_en = models.TextField()
    holds = models.JSONField(default=list)
    hours = models.PositiveIntegerField()
    rebuts = models.BooleanField(default=False)
    if_silent = models.CharField(max_length=20, choices=FactState)
    silence_establishes = models.BooleanField()
    silence_zh = models.TextField()
    silence_en = models.TextField()
    silence_is_for_a_person = models.BooleanField(default=False)
    silence_if = models.CharField(max_length=10, choices=Condition, blank=True, default="", db_default="")
    days = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ("fact_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("fact", "no"), name="step_number_is_unique_in_fact"),
            check("step_of_proof_names_its_basis", ~Q(basis_zh="")),
            check("step_of_proof_has_one_bearer", Q(bearer__in=Side.values)),
            check("step_of_proof_gives_time", Q(hours__gte=1)),
            check(
                "step_of_proof_says_what_silence_means",
                Q(if_silent__in=["PRESUMED", "ADVERSE_INFERENCE"])
                | Q(if_silent="PROVED", silence_establishes=True)
                | Q(if_silent="NOT_PROVED", silence_establishes=False),
            ),
            check(
                "step_of_proof_leaves_only_an_inference_to_a_person",
                Q(silence_is_for_a_person=False) | Q(if_silent="ADVERSE_INFERENCE"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.fact} {self.no}"

    @property
    def paragraphs(self) -> list[Paragraph]:
        """What it rests on, letter by letter or in our own words, as of now."""
        return self.fact.ground.library.paragraphs(self.basis_zh)

    @property
    def is_only_allowed(self) -> bool:
        """Whether the law only allows what the table makes of silence, also where an older table let time do it."""
        return self.silence_is_for_a_person or self.if_silent == FactState.ADVERSE_INFERENCE

    @property
    def only_rebuts(self) -> bool:
        """Whether the bearer does not bear the burden: it is enough to bring into doubt what the other side showed."""
        return not is_same_side(self.fact.ground, self.bearer, self.fact.persuasion_on)

    @property
    def part_in_proof(self) -> str:
        """What is asked of the bearer, in words: to bear the burden, or only to answer."""
        if self.only_rebuts:
            return gettext("only answers: it is enough to bring into doubt, nothing has to be proved")
        return gettext("bears the burden of proof")

    @property
    def force_of_silence(self) -> str:
        """Whether what the table makes of silence must follow or only may, in words."""
        if self.is_only_allowed:
            return gettext("may be found so, and only by a person who sees the file: no time limit decides it")
        if self.silence_if:
            words = gettext(
                "must be found so when the time is over if the order says: %(condition)s; else a person decides"
            )
            return words % {"condition": self.get_silence_if_display()}
        return gettext("must be found so when the time is over")

    @property
    def time_given(self) -> str:
        """How long the bearer has, in words."""
        if self.days:
            words = ngettext(
                "%(n)s day; the day it starts on does not count, it ends at 24:00, and not on a day off",
                "%(n)s days; the day they start on does not count, they end at 24:00, and not on a day off",
                self.days,
            )
            return words % {"n": self.days}
        return ngettext("%(n)s hour", "%(n)s hours", self.hours) % {"n": self.hours}

    def ends(self, start: datetime) -> datetime:
        """When a window that opens now closes: after the table's hours, or with the last of the law's own days."""
        if self.days:
            return at_law(add_days(start, self.days), calendar=Calendar.current()).at
        return start + timedelta(hours=self.hours)


class ControlKind(models.TextChoices):
    IDENTIFY = "identify", _("how abuse is noticed")
    PREVENT = "prevent", _("how abuse is prevented")
    HANDLE = "handle", _("what follows from abuse")


class Relaxation(InBothLanguages):
    """A relief from proof for one side (办法 21): in force only with a control of each kind against its abuse.

    With `fast_refund_limit_minor` it is a rule of fast refunds: the claimant need show nothing for a claim up to that
    sum, where the merchant opted in or, with `platform_pays`, at the platform's own cost.
    """

    table = models.ForeignKey(BurdenTable, on_delete=models.PROTECT, related_name="relaxations")
    fact = models.ForeignKey(FactRow, on_delete=models.PROTECT, related_name="relaxations")
    relieved = models.CharField(max_length=10, choices=Side)
    reason_zh = models.TextField()
    reason_en = models.TextField()
    fast_refund_limit_minor = models.BigIntegerField(null=True, blank=True)
    platform_pays = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("fact", "relieved"), name="relief_is_one_per_fact_and_side"),
            check(
                "fast_refund_rule_has_a_limit",
                Q(fast_refund_limit_minor__isnull=True, platform_pays=False)
                | Q(fast_refund_limit_minor__isnull=False, fast_refund_limit_minor__gt=0),
            ),
        )


class RelaxationControl(InBothLanguages):
    relaxation = models.ForeignKey(Relaxation, on_delete=models.PROTECT, related_name="controls")
    kind = models.CharField(max_length=10, choices=ControlKind)
    text_zh = models.TextField()
    text_en = models.TextField()

    class Meta:
        constraints = (check("relief_control_kind_is_known", Q(kind__in=ControlKind.values)),)


SIGNED_GROUND = on_insert(
    "rules_counselsignature",
    "counsel_signature_of_a_ground_is_under_its_text",
    """NOT EXISTS (SELECT 1 FROM disputes_groundrow g JOIN disputes_burdentable t ON t.id = g.table_id
        WHERE g.code = NEW.key AND g.digest IN ('', NEW.text_sha256) AND t.published_at IS NOT NULL)""",
    only="NEW.subject = 'GROUND'",
)
"""A ground that was published before grounds had a hash has none in its row; the command makes it from its words."""
