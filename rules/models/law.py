"""Articles of laws and ministry rules, which a measure may also rest on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import append_only
from rules.models.languages import InBothLanguages


class ReadFrom(models.TextChoices):
    """Where the wording of a law article was read."""

    OFFICIAL = "OFFICIAL", _("an official publication")
    COPY = "COPY", _("a copy published by others")


class LawArticle(InBothLanguages):
    """An article of a law or ministry rule as recorded once; a row is never changed, a later one takes its place.

    `gist` says in our own words what the article says. `text` is its wording, with where and when it was read; it is
    empty where nobody has read it. `doubt` says to staff what about it is not certain: number, wording, force.
    `instrument` is a stable code, such as CN-PRM-2025.
    """

    instrument = models.CharField(_("instrument code"), max_length=40)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    article = models.CharField(_("article"), max_length=20)
    gist_zh = models.TextField(_("gist (Chinese)"))
    gist_en = models.TextField(_("gist (English)"))
    text_zh = models.TextField(_("wording"), blank=True, default="")
    text_en = models.TextField(_("wording in English"), blank=True, default="")
    source = models.CharField(_("where the wording was read"), max_length=300, blank=True, default="")
    read_from = models.CharField(_("kind of source"), max_length=10, choices=ReadFrom, blank=True, default="")
    read_on = models.DateField(_("when the wording was read"), null=True, blank=True)
    in_force_from = models.DateField(_("in force from"))
    doubt_zh = models.TextField(_("what is doubtful about it (Chinese)"), blank=True, default="")
    doubt_en = models.TextField(_("what is doubtful about it (English)"), blank=True, default="")

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
        )
        indexes = (models.Index(fields=("instrument", "article", "in_force_from"), name="law_article_by_name"),)

    def __str__(self) -> str:
        return f"{self.name} {self.article}"

    @property
    def name(self) -> str:
        return self.in_language("name")

    @property
    def gist(self) -> str:
        return self.in_language("gist")

    @property
    def doubt(self) -> str:
        return self.in_language("doubt")

    @property
    def text(self) -> str:
        return self.in_language("text")


LAW_TRIGGERS = [append_only("rules_lawarticle", "law_article_is_immutable")]
