"""Notices, their measures, their basis as it read that day, their evidence, and the ledger of remedies."""

from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Case as SqlCase
from django.db.models import F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient
from casework.canonical import digest
from casework.constraints import check
from casework.external_refs import UnderExternalRef
from casework.formats import moment_text
from casework.models import Case
from notices.arithmetic import excess_over_loss
from notices.machine import NoticeMachine, NoticeState
from rules.terms import Terms, terms_at


class Axis(models.TextChoices):
    """The four axes on which a measure bites."""

    VISIBILITY = "VISIBILITY", _("visibility")
    MONETARY = "MONETARY", _("money")
    SERVICE = "SERVICE", _("provision of service")
    ACCOUNT = "ACCOUNT", _("account")


class BreachKind(models.TextChoices):
    RULE = "RULE", _("breach of a platform rule")
    LAW = "LAW", _("illegal act")
    SUSPICION = "SUSPICION", _("suspicion only, nothing established")


class Automation(models.TextChoices):
    """How far a machine decided, the same three levels as in the EU's statement-of-reasons database."""

    NONE = "NONE", _("decided by a person")
    PARTIAL = "PARTIAL", _("a machine suggested, a person decided")
    FULL = "FULL", _("decided by a machine alone")


class DetectionSource(models.TextChoices):
    MACHINE = "MACHINE", _("automatic detection")
    REPORT = "REPORT", _("a report by someone")
    STAFF = "STAFF", _("found by staff")
    AUTHORITY = "AUTHORITY", _("asked for by an authority")


class Disclosure(models.TextChoices):
    """How far it is known who decided. Nobody types it: what a caller says is stated, whatever it says."""

    RECORDED = "RECORDED", _("recorded here")
    STATED = "STATED", _("stated by the platform, not recorded")


class MeasureWords(models.Model):
    """What is said of a kind of measure, and how fast appeals against it are decided."""

    axis = models.CharField(_("axis"), max_length=12, choices=Axis)
    label_zh = models.CharField(_("name (Chinese)"), max_length=80)
    label_en = models.CharField(_("name (English)"), max_length=80)
    restores_zh = models.CharField(_("what is restored (Chinese)"), max_length=200)
    restores_en = models.CharField(_("what is restored (English)"), max_length=200)
    is_high_stakes = models.BooleanField(_("decided within the short time limit"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return _by_language(self.label_zh, self.label_en)

    @property
    def restores(self) -> str:
        return _by_language(self.restores_zh, self.restores_en)


class MeasureTypeVersion(MeasureWords):
    """A kind of measure as it read from one signature to the next; never changed. Measures keep theirs.

    `change` is the proposal that two people signed; None of what was registered before two people had to.
    """

    code = models.SlugField(max_length=60)
    no = models.PositiveIntegerField(_("version"))
    change = models.OneToOneField(
        "rules.CatalogueChange", on_delete=models.PROTECT, null=True, blank=True, related_name="measure_type"
    )

    class Meta:
        ordering = ("code", "no")
        constraints = (
            models.UniqueConstraint(fields=("code", "no"), name="measure_type_version_is_one_per_number"),
            check("measure_type_version_axis_is_known", Q(axis__in=Axis.values)),
        )

    @cached_property
    def words_hash(self) -> str:
        """Of everything that a measure of this kind says and means."""
        names = ("axis", "label_zh", "label_en", "restores_zh", "restores_en", "is_high_stakes")
        return digest({"code": self.code, **{name: getattr(self, name) for name in names}})


class MeasureType(MeasureWords):
    """The open catalogue of measures: any negative effect is one; a closed list would miss some (办法 art. 19).

    It says what its newest version says, `newest`. `client` is whose entry it is: the client that proposed it first.
    """

    code = models.SlugField(max_length=60, primary_key=True)
    newest = models.ForeignKey(MeasureTypeVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("measure type")
        verbose_name_plural = _("measure types")
        ordering = ("axis", "code")


def _by_language(zh: str, en: str) -> str:
    from django.utils.translation import get_language  # the active language is known only while a request is served

    return en if (get_language() or "").startswith("en") and en else zh


class Notice(NoticeMachine, UnderExternalRef, Case):
    """One served notice: facts, reasons and basis as three separate things, and who and what decided."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "notice", "ntc_", "N"
    OPENS_IN = (NoticeState.IN_FORCE,)
    PARTIES = ("party_id",)
    QUIET = frozenset({"notice.translated", "notice.decision_confirmed"})  # changes nothing that a reader saw

    client = models.ForeignKey(
        "accounts.ApiClient", on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("issued by")
    )  # indexed with what follows it, as each foreign key below that says so
    external_ref = models.CharField(_("platform's own number"), max_length=100)
    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, db_index=False, related_name="notices", verbose_name=_("addressee")
    )
    language = models.CharField(max_length=10, default="zh-hans")
    facts = models.TextField(_("facts"), max_length=8000)
    reasons = models.TextField(_("reasons"), max_length=8000)
    conduct_at = models.DateTimeField(_("when it happened"))
    decided_at = models.DateTimeField(_("when the platform says it decided"))
    breach_kind = models.CharField(_("kind of breach"), max_length=10, choices=BreachKind)
    is_precautionary = models.BooleanField(_("precautionary hold"), default=False)
    continues_during_appeal = models.BooleanField(_("continues during an appeal"), default=True)
    pauses = models.PositiveSmallIntegerField(_("times that an appeal paused it"), default=0, db_default=0)
    is_pause_refused = models.BooleanField(_("the open appeal pauses nothing"), default=False, db_default=False)

    detection_source = models.CharField(_("how it was found"), max_length=10, choices=DetectionSource)
    detection_tool = models.CharField(_("tool that found it"), max_length=120, blank=True, default="")
    ordered_by = models.CharField(
        _("authority that asked for it"), max_length=120, blank=True, default="", db_default=""
    )
    order_no = models.CharField(_("number of its document"), max_length=80, blank=True, default="", db_default="")
    decision_tool = models.CharField(_("tool that took part in deciding"), max_length=120, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person who decided"),
    )
    decided_by_team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("their team")
    )
    evidence_was_opened = models.BooleanField(_("that person opened the evidence"), default=False)
    opened_exhibits = models.JSONField(
        _("exhibits that this person opened"), null=True, blank=True, editable=False
    )  # as the platform stated it; None: it stated whether, and not which
    disclosure = models.CharField(
        _("how far it is known who decided"),
        max_length=10,
        choices=Disclosure,
        default=Disclosure.STATED,
        db_default=Disclosure.STATED,
        editable=False,
    )
    confirmed_at = models.DateTimeField(_("when who decided confirmed it here"), null=True, blank=True, editable=False)
    automated_detection = models.GeneratedField(
        expression=SqlCase(When(detection_source="MACHINE", then=Value(True)), default=Value(False)),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    automated_decision = models.GeneratedField(
        expression=SqlCase(
            When(Q(decided_by__isnull=True) | Q(evidence_was_opened=False), then=Value("FULL")),
            When(~Q(decision_tool=""), then=Value("PARTIAL")),
            default=Value("NONE"),
        ),
        output_field=models.CharField(max_length=10, choices=Automation),
        db_persist=True,
    )
    data_used = models.CharField(_("data the system used"), max_length=400, blank=True, default="")
    data_not_used = models.CharField(_("data the system did not use"), max_length=400, blank=True, default="")
    act = models.OneToOneField(
        "executors.Act",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notice",
        verbose_name=_("act of a third party"),
    )
    # What older notices say of a third party. No new one says it in words: it names an act.
    executor_name = models.CharField(
        _("third party that acted"), max_length=120, blank=True, default="", editable=False
    )

    contradicts = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("revoked notice about the same"),
    )
    what_is_new = models.TextField(_("what is new since"), max_length=2000, blank=True, default="", db_default="")

    served_at = models.DateTimeField(_("delivered at"))
    read_at = models.DateTimeField(_("first opened at"), null=True, blank=True)
    appeal_closes_at = models.DateTimeField(_("appeal possible until"))
    withdrawn_reason = models.TextField(_("why the platform withdrew it"), blank=True, default="")
    edition = models.PositiveSmallIntegerField(default=1)
    text_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="notice_newest"),
            models.Index(fields=("party", "-created_at", "-id"), name="notice_by_party"),
            models.Index(fields=("client", "-created_at", "-id"), name="notice_by_client"),
            models.Index(fields=("party", "appeal_closes_at"), name="notice_by_party_and_closing"),
        )
        constraints = (
            models.UniqueConstraint(fields=("client", "external_ref"), name="notice_external_ref_is_unique_per_client"),
            check("notice_state_is_known", Q(state__in=NoticeState.values)),
            check("notice_states_facts_and_reasons", ~Q(facts="") & ~Q(reasons="")),
            check("notice_breach_kind_is_known", Q(breach_kind__in=BreachKind.values)),
            check("notice_detection_source_is_known", Q(detection_source__in=DetectionSource.values)),
            check("notice_names_the_detection_tool", ~Q(detection_source="MACHINE") | ~Q(detection_tool="")),
            check("notice_names_who_or_what_decided", Q(decided_by__isnull=False) | ~Q(decision_tool="")),
            check(
                "notice_against_an_overturn_names_a_person_and_what_is_new",
                Q(contradicts__isnull=True, what_is_new="")
                | Q(contradicts__isnull=False, decided_by__isnull=False) & ~Q(what_is_new=""),
            ),
            check("notice_hold_rests_on_suspicion", Q(is_precautionary=False) | Q(breach_kind="SUSPICION")),
            check("notice_leaves_time_to_appeal", Q(appeal_closes_at__gt=F("served_at"))),
            check("notice_is_read_after_service", Q(read_at__isnull=True) | Q(read_at__gte=F("served_at"))),
        )

    @property
    def is_high_stakes(self) -> bool:
        """Whether one of its measures closes a store or freezes money: then an appeal is decided sooner."""
        return any(measure.kind.is_high_stakes for measure in self.measures.all())

    @cached_property
    def promised(self) -> Terms:
        """What the procedure promised this party when the notice was served: it holds for its appeals and remedies as
        well.
        """
        return terms_at(self.served_at, [self.party_id])

    @property
    def is_paused(self) -> bool:
        """Whether the open appeal pauses the measures."""
        is_open = self.state == NoticeState.UNDER_APPEAL
        return bool(is_open and not self.continues_during_appeal and not self.is_pause_refused)

    @property
    def has_pauses_left(self) -> bool:
        """Whether another appeal can pause the measures, where appeals do."""
        return bool(self.pauses < self.promised["appeal_pauses"].amount)

    @property
    def is_in_effect(self) -> bool:
        return bool(self.state != NoticeState.REVOKED)

    @property
    def tool(self) -> str:
        """The tool with its version that the notice comes from: the one that found it; where none did, the one that
        took part in deciding. Empty where neither.
        """
        return self.detection_tool if self.detection_source == DetectionSource.MACHINE else self.decision_tool

    @property
    def third_party(self) -> str:
        """The name of the third party that acted, as outsiders may know it; empty when the platform did."""
        return self.act.outward_name if self.act is not None else self.executor_name

    @property
    def third_party_key(self) -> str:
        """What tells one third party from another, through every change of its name; empty when the platform acted."""
        return self.act.executor.ref if self.act is not None else self.executor_name

    @property
    def decider_code(self) -> str:
        """The outward code of the person who decided, empty when none did. A third party's people have their own."""
        if self.decided_by is None:
            return ""
        if self.act is not None and self.act.person.user_id == self.decided_by_id:
            return self.act.person.code
        return self.decided_by.officer_code

    def content_on_record(self) -> dict[str, object]:
        said = self.editions.order_by("no").first() or self
        return {"facts": said.facts, "reasons": said.reasons, "party": self.party.ref, "conduct_at": self.conduct_at}

    @property
    def disclosed(self) -> str:
        """The sentence that says how far it is known who decided and what this person opened."""
        return self.disclosed_at(self.confirmed_at)

    def disclosed_at(self, at: datetime | None) -> str:
        """The same as it read at that moment; a letter keeps its words."""
        if self.confirmed_at is not None and at is not None and self.confirmed_at <= at:
            return _("Recorded here: %(officer)s signed in, opened every exhibit and confirmed this on %(moment)s.") % {
                "officer": self.decider_code,
                "moment": moment_text(self.confirmed_at),
            }
        if self.decided_by_id is None:
            return str(_("Stated by the platform, not recorded here: that no person took part."))
        if self.opened_exhibits:
            numbers = ", ".join(map(str, self.opened_exhibits))
            return _("Stated by the platform, not recorded here: that this person opened exhibit %(numbers)s.") % {
                "numbers": numbers
            }
        if self.evidence_was_opened:
            return str(_("Stated by the platform, not recorded here: that this person opened the evidence."))
        return str(_("Stated by the platform, not recorded here: who decided, and that nothing was opened."))

    def window_is_open(self, at: datetime) -> bool:
        """Whether an appeal received at that moment is in time; the last instant counts."""
        return at <= self.appeal_closes_at


class MeasureState(models.TextChoices):
    IN_FORCE = "IN_FORCE", _("in force")
    REDUCED = "REDUCED", _("reduced")
    REVOKED = "REVOKED", _("revoked")
    ENDED = "ENDED", _("ended")


class Measure(models.Model):
    """One restriction with its object, scope, time and money. `no` is its place in the notice, from 1."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, db_index=False, related_name="measures")
    no = models.PositiveSmallIntegerField()
    type = models.ForeignKey(MeasureType, on_delete=models.PROTECT, related_name="+")
    type_version = models.ForeignKey(
        MeasureTypeVersion, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    object_kind = models.CharField(_("kind of object"), max_length=40)
    object_ref = models.CharField(_("object number"), max_length=100)
    object_label = models.CharField(_("object"), max_length=200)
    scope = models.CharField(_("what it does"), max_length=500)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    amount_minor = models.BigIntegerField(_("amount in fen"), null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    calculation = models.JSONField(_("calculation"), null=True, blank=True)
    points = models.ForeignKey("rules.ClauseTerm", models.PROTECT, null=True, db_index=False, related_name="+")
    state = models.CharField(max_length=10, choices=MeasureState, default=MeasureState.IN_FORCE)
    original_ends_at = models.DateTimeField(null=True, blank=True)
    original_amount_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ("notice_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("notice", "no"), name="measure_number_is_unique_in_notice"),
            check("measure_state_is_known", Q(state__in=MeasureState.values)),
            check("measure_ends_after_it_starts", Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at"))),
            check(
                "measure_shows_its_calculation",
                Q(amount_minor__isnull=True)
                | (Q(amount_minor__gte=0) & ~Q(currency="") & Q(calculation__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.notice} #{self.no}"

    @property
    def kind(self) -> MeasureWords:
        """What its kind meant when it was served; of what a process before versions wrote, what it means now."""
        return self.type_version or self.type

    @property
    def is_revoked(self) -> bool:
        return self.state == MeasureState.REVOKED

    @property
    def warning(self) -> str:
        """What staff and the issuing platform read where the amount lies far above the recorded loss, or nothing."""
        percent = excess_over_loss(self.amount_minor, self.calculation)
        if percent is None:
            return ""
        return _(
            "The amount lies %(percent)s %% above the recorded loss. 30 %% above the loss is normally excessive "
            "(Supreme People's Court, interpretation on contracts, art. 65)."
        ) % {"percent": percent}


class Exhibit(models.Model):
    """One piece of what was judged, as it was: a caption, what it read, the time it was captured, its hash. Sealed."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, db_index=False, related_name="exhibits")
    no = models.PositiveSmallIntegerField()
    caption = models.CharField(max_length=200)
    excerpt = models.TextField(blank=True, default="")
    captured_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    attachment = models.ForeignKey("files.Attachment", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("exhibit")
        ordering = ("notice_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("notice", "no"), name="exhibit_number_is_unique_in_notice"),
            check("exhibit_shows_something", ~Q(excerpt="") | Q(attachment__isnull=False)),
        )

    def __str__(self) -> str:
        return self.caption


class Edition(models.Model):
    """The text of a notice before an amendment, kept word for word. Append-only."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, db_index=False, related_name="editions")
    no = models.PositiveSmallIntegerField()
    facts = models.TextField()
    reasons = models.TextField()
    text_hash = models.CharField(max_length=64)
    replaced_at = models.DateTimeField()
    why = models.TextField()

    class Meta:
        ordering = ("notice_id", "no")
        constraints = (models.UniqueConstraint(fields=("notice", "no"), name="edition_number_is_unique_in_notice"),)
