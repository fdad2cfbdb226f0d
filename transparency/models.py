"""What is kept of each closed day: its figures, and the ledger heads and digest by which they are checked; and the
yearly reports that rest on them.
"""

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from archive.models import Checkpoint
from casework.canonical import digest
from casework.constraints import check
from casework.cover import derived, digested
from casework.triggers import append_only, on_insert
from transparency.arithmetic import Parts


class ClosedDay(models.Model):
    """A day in Beijing whose figures are final. Append-only.

    `checkpoint` signs the heads of the ledger on which they rest, `digest` is of all its figures, and `versions` says
    by which version of each metric they were counted.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(_("day"), unique=True)
    closed_at = models.DateTimeField()
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, db_index=False, related_name="+")
    versions = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("-day",)


class Figure(models.Model):
    """One metric of one closed day: of the whole where `cut` is empty, else of one value of the cut. Append-only.

    `n` cases were counted, of which `k` had what is asked; `hours` says how many took so many full hours. What is 0 is
    not stored. `ref` names the row in addresses.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.ForeignKey(
        ClosedDay, on_delete=models.PROTECT, to_field="day", db_column="day", db_index=False, related_name="figures"
    )
    metric = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField(_("version of the definition"))
    cut = models.CharField(max_length=12, blank=True, default="")
    value = models.CharField(max_length=300, blank=True, default="")
    n = models.PositiveIntegerField()
    k = models.PositiveIntegerField(default=0)
    hours = models.JSONField(default=dict)

    class Meta:
        ordering = ("metric", "cut", "-day_id", "value")
        constraints = (
            models.UniqueConstraint(fields=("metric", "cut", "day", "value"), name="figure_is_counted_once_a_day"),
            check("figure_part_is_within_its_whole", Q(k__lte=F("n"))),
            check("figure_of_nothing_is_not_kept", Q(n__gt=0)),
            check("figure_of_the_whole_has_no_value", ~Q(cut="") | Q(value="")),
        )

    @property
    def parts(self) -> Parts:
        hours = self.hours if isinstance(self.hours, dict) else {}  # who changed it past the triggers is found
        return Parts(self.n, self.k, {int(hour): n for hour, n in hours.items()})


def digest_of(figures: Iterable[Figure]) -> str:
    """Of everything that the figures of one day say."""
    said = [[f.pk, f.metric, f.version, f.cut, f.value, f.n, f.k, f.hours] for f in figures]
    return digest(sorted(said, key=lambda each: each[0]))


class Report(models.Model):
    """A yearly report (合规报告, 办法 35), published when the second person signed `change`, whose `said` is all of it.

    Append-only: what turns out wrong gets an erratum.
    """

    year = models.CharField(_("year"), max_length=4, unique=True)
    change = models.OneToOneField("rules.CatalogueChange", on_delete=models.PROTECT, related_name="report")
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        ordering = ("-year",)

    def __str__(self) -> str:
        return self.year


class Erratum(models.Model):
    """What a published report says wrongly, how it reads rightly and why, signed by two people. Append-only."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="errata")
    change = models.OneToOneField("rules.CatalogueChange", on_delete=models.PROTECT, related_name="erratum")
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        ordering = ("id",)


def _signed(subject: str, year: str) -> str:
    """SQL that is true where the new row follows no signed change of this subject about this year."""
    return (
        "NOT EXISTS (SELECT 1 FROM rules_cataloguechange c WHERE c.id = NEW.change_id AND c.state = 'SIGNED'"  # noqa: S608  our own names
        f" AND c.subject = '{subject}' AND c.key = {year})"
    )


TRIGGERS = [
    append_only("transparency_closedday", "closed_day_is_append_only"),
    append_only("transparency_figure", "figure_of_a_closed_day_is_append_only"),
    append_only("transparency_report", "report_is_never_changed"),
    append_only("transparency_erratum", "erratum_is_never_changed"),
    on_insert(
        "transparency_report", "report_follows_two_signatures", _signed("REPORT", "NEW.year"), problem="not-allowed"
    ),
    on_insert(
        "transparency_erratum",
        "erratum_follows_two_signatures",
        _signed("ERRATUM", "(SELECT r.year FROM transparency_report r WHERE r.id = NEW.report_id)"),
        problem="not-allowed",
    ),
]

COVER = {
    **digested("transparency_closedday transparency_report transparency_erratum"),
    **derived(transparency_figure="the digest in its closed day, and the cases, from which they are counted anew"),
}
