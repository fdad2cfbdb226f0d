"""Articles of laws and ministry rules, which a measure may also rest on."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import append_only, on_insert
from rules.models.change import CatalogueChange
from rules.models.languages import InBothLanguages, InLanguage


class ReadFrom(models.TextChoices):
    """Where the wording of a law article was read."""

    OFFICIAL = "OFFICIAL", _("an official publication")
    COPY = "COPY", _("a copy published by others")


class LawArticle(InBothLanguages):
    """One version of an article of a law or ministry rule; never changed, a later version takes its place.

    `gist` says in our own words what the article says. `text` is its wording, with where and when it was read and the
    SHA-256 of the Chinese text that was compared with the source; it is empty where nobody has read it. `reason` says
    why a version corrects the one before. `doubt` says to staff what about it is not certain: number, wording, force.
    `article` is the place as lawyers shorten it (`rules.laws.citing`): a whole article, or a paragraph such as 25(2).
    `renumbered_from` is the place that it had in the text before, where a new version of the law renumbered it.
    `instrument` is a stable code, such as CN-PRM-2025. `change` is the proposal that two people signed; None of what
    was recorded before two people had to, on which nothing new rests.
    """

    instrument = models.CharField(_("instrument code"), max_length=40)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    article = models.CharField(_("article"), max_length=20)
    renumbered_from = models.CharField(
        _("number before"), max_length=20, blank=True, default="", db_default="", db_index=False
    )
    gist_zh = models.TextField(_("gist (Chinese)"))
    gist_en = models.TextField(_("gist (English)"))
    text_zh = models.TextField(_("wording"), blank=True, default="")
    text_en = models.TextField(_("wording in English"), blank=True, default="")
    source = models.CharField(_("where the wording was read"), max_length=300, blank=True, default="")
    read_from = models.CharField(_("kind of source"), max_length=10, choices=ReadFrom, blank=True, default="")
    read_on = models.DateField(_("when the wording was read"), null=True, blank=True)
    text_sha256 = models.CharField(_("SHA-256 of the wording"), max_length=64, blank=True, default="", db_default="")
    in_force_from = models.DateField(_("in force from"))
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)
    reason = models.TextField(_("why it corrects the version before"), blank=True, default="", db_default="")
    doubt_zh = models.TextField(_("what is doubtful about it (Chinese)"), blank=True, default="")
    doubt_en = models.TextField(_("what is doubtful about it (English)"), blank=True, default="")
    change = models.OneToOneField(
        CatalogueChange, on_delete=models.PROTECT, null=True, blank=True, related_name="law_article"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("law article")
        verbose_name_plural = _("law articles")
        ordering = ("instrument", "article", "in_force_from", "pk")
        constraints = (
            check(
                "law_article_has_its_wording_with_its_source_or_none",
                Q(text_zh="", text_en="", source="", read_from="", read_on__isnull=True)
                | (~Q(text_zh="") & ~Q(source="") & Q(read_from__in=ReadFrom.values, read_on__isnull=False)),
            ),
            check("law_article_says_its_doubt_in_chinese", Q(doubt_en="") | ~Q(doubt_zh="")),
            check(
                "law_article_is_not_renumbered_from_itself", Q(renumbered_from="") | ~Q(renumbered_from=F("article"))
            ),
            check(
                "law_article_is_signed_by_another_person",
                Q(change=None, entered_by=None, signed_by=None)
                | Q(change__isnull=False, entered_by__isnull=False, signed_by__isnull=False)
                & ~Q(entered_by=F("signed_by"))
                & (Q(text_zh="") | ~Q(text_sha256="")),
                code="conflict-of-interest",
            ),
            check(
                "law_article_ends_after_it_starts",
                Q(in_force_until__isnull=True) | Q(in_force_until__gte=F("in_force_from")),
            ),
        )
        indexes = (models.Index(fields=("instrument", "article", "in_force_from"), name="law_article_by_name"),)

    def __str__(self) -> str:
        return f"{self.name} {self.article}"

    @property
    def key(self) -> str:
        return f"{self.instrument} {self.article}"

    @property
    def is_signed(self) -> bool:
        """Whether two people answer for it: only then can a notice rest on it."""
        return self.change_id is not None

    @property
    def is_quotable(self) -> bool:
        """Whether its wording was compared with an official publication: only then is it shown as the law's words."""
        return self.is_signed and self.text_zh != "" and self.read_from == ReadFrom.OFFICIAL

    def is_in_force(self, day: date) -> bool:
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)

    name = InLanguage()
    gist = InLanguage()
    doubt = InLanguage()
    text = InLanguage()


def article_in_force(recorded: Iterable[LawArticle], day: date) -> LawArticle | None:
    """The version of the article that was in force on that day, as signed last; None when none was.

    `recorded` are versions of one article in the order of the table.
    """
    begun = [row for row in recorded if row.is_signed and row.in_force_from <= day]
    return begun[-1] if begun and begun[-1].is_in_force(day) else None


LAW_TRIGGERS = [
    append_only("rules_lawarticle", "law_article_is_immutable"),
    on_insert(
        "rules_lawarticle",
        "law_article_follows_its_signature",
        """NOT EXISTS (SELECT 1 FROM rules_cataloguechange c WHERE c.id = NEW.change_id AND c.state = 'SIGNED'
            AND c.subject = 'LAW_ARTICLE' AND c.entered_by_id = NEW.entered_by_id AND c.signed_by_id = NEW.signed_by_id
            AND c.key = NEW.instrument || ' ' || NEW.article)""",
        problem="conflict-of-interest",
    ),
]
