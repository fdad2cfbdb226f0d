"""What notices rest on."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from rules.counsel import signatures_under, signed_by, stood
from rules.models import CounselSignature, InBothLanguages, InLanguage, Signed


class BasisKind(models.TextChoices):
    CLAUSE = "CLAUSE", _("clause of a platform rule")
    LAW = "LAW", _("law article")
    AGREEMENT = "AGREEMENT", _("negotiated agreement")


class BasisManager(models.Manager["Basis"]):
    """Bases with their law articles, which say whether the text is a wording."""

    def get_queryset(self) -> models.QuerySet["Basis"]:
        return super().get_queryset().select_related("law_article")


class Basis(InBothLanguages):
    """What a notice rests on, quoted as it read at the time of the conduct. Sealed.

    Of a law article whose official wording two people did not compare, `text` is what it says in our own words:
    `is_gist`.
    """

    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, db_index=False, related_name="bases")
    no = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=BasisKind)
    clause = models.ForeignKey(
        "rules.Clause", on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    law_article = models.ForeignKey(
        "rules.LawArticle", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")
    clause_number = models.CharField(max_length=20)
    version_number = models.CharField(max_length=40, blank=True, default="")
    text_zh = models.TextField()
    text_en = models.TextField(blank=True, default="")
    text_hash = models.CharField(max_length=64)

    objects = BasisManager()

    class Meta:
        ordering = ("notice_id", "no")
        indexes = (models.Index(fields=("clause", "notice"), name="basis_by_clause"),)
        constraints = (
            models.UniqueConstraint(fields=("notice", "no"), name="basis_number_is_unique_in_notice"),
            check(
                "basis_is_one_specific_thing",
                Q(kind="CLAUSE", clause__isnull=False, law_article__isnull=True)
                | Q(kind="LAW", law_article__isnull=False, clause__isnull=True)
                | Q(kind="AGREEMENT", clause__isnull=True, law_article__isnull=True),
            ),
            check("basis_names_and_quotes_its_clause", ~Q(clause_number="") & ~Q(text_zh="")),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.clause_number}"

    name = InLanguage()
    text = InLanguage()

    @property
    def is_gist(self) -> bool:
        """Whether the text must not be shown as a quotation: no official wording that two people compared."""
        return self.law_article is not None and not self.law_article.is_quotable

    @cached_property
    def signatures(self) -> list[CounselSignature]:
        """Counsel's under the very wording that is quoted, withdrawn ones too; our own words have none."""
        if self.law_article is None or self.is_gist:
            return []
        key = self.law_article.key
        rows = signatures_under(Signed.LAW_ARTICLE, [key]).get(key, [])
        return [row for row in rows if row.text_sha256 == self.law_article.text_sha256]

    @property
    def is_signed_by_counsel(self) -> bool:
        """Whether counsel signed the wording of the law that it quotes."""
        return any(row.is_given for row in self.signatures)

    @property
    def signed_by(self) -> str:
        """Which counsel signed the wording of the law that it quotes, or that nobody did; empty for anything else."""
        if self.law_article is None or self.is_gist:
            return ""
        return signed_by([row for row in self.signatures if row.is_given])

    def sentence_at(self, at: datetime) -> str:
        """The sentence with who of counsel had signed the wording by then: a letter reads as it was sent."""
        then = [] if self.law_article is None else stood(self.signatures, self.law_article.text_sha256, at)
        signed = {"sentence": self.sentence, "signed": signed_by(then)}
        return _("%(sentence)s (%(signed)s)") % signed if then else self.sentence

    @property
    def sentence(self) -> str:
        """The basis with its text, for a letter: in quotation marks only where it is the wording."""
        values = {"name": self.name, "clause": self.clause_number, "text": self.text, "version": ""}
        if self.version_number:
            values["version"] = _(" (version %(number)s)") % {"number": self.version_number}
        if self.is_gist:
            return _("%(name)s, article %(clause)s, in our own words and not its wording: %(text)s") % values
        if self.law_article is not None:
            return _("%(name)s, article %(clause)s: “%(text)s”") % values
        return _("%(name)s, clause %(clause)s%(version)s: “%(text)s”") % values
