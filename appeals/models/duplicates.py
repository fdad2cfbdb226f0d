"""What earlier appeals an appeal's words repeat, and the sketches by which that is found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appeals.models.appeal import Appeal
from casework.constraints import check
from casework.repeats import SHARES_ARE_SHARES, Repeat, Sketch
from casework.triggers import Trigger, append_only


class TextSketch(Sketch):
    """The sketch of what an appellant wrote."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="sketch")

    class Meta:
        verbose_name = _("sketch of a text")
        verbose_name_plural = _("sketches of texts")
        constraints = (check("sketch_is_of_some_text", Q(runs__gte=1)),)

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.runs}"


class SketchBand(models.Model):
    """One name under which a sketch is found: texts that share many runs share at least one of these."""

    sketch = models.ForeignKey(TextSketch, on_delete=models.CASCADE, related_name="bands")
    name = models.BigIntegerField()

    class Meta:
        verbose_name = _("band of a sketch")
        verbose_name_plural = _("bands of sketches")
        constraints = (models.UniqueConstraint(fields=("name", "sketch"), name="sketch_has_each_band_once"),)

    def __str__(self) -> str:
        return f"{self.sketch_id} {self.name}"


class LikelyDuplicate(Repeat):
    """The likeness of an appeal to an earlier one that says nearly the same; counted when it was filed."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="repeats")
    earlier = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="repeated_by")

    class Meta:
        verbose_name = _("likely duplicate")
        verbose_name_plural = _("likely duplicates")
        ordering = ("appeal_id", "-overlap_permille", "-jaccard_permille", "id")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "earlier"), name="duplicate_is_named_once"),
            check("duplicate_shares_are_shares", SHARES_ARE_SHARES),
        )

    def __str__(self) -> str:
        return f"{self.appeal_id} ≈ {self.earlier_id}"


DUPLICATE_TRIGGERS = [
    Trigger(
        name="duplicate_is_of_an_earlier_appeal",
        table="appeals_likelyduplicate",
        events=("INSERT",),
        when="""NOT EXISTS (SELECT 1 FROM appeals_appeal a JOIN appeals_appeal e ON e.id = NEW.earlier_id
            WHERE a.id = NEW.appeal_id AND a.id <> e.id AND e.filed_at <= a.filed_at)""",
    ),
    append_only("appeals_likelyduplicate", "likely_duplicate_is_append_only"),
]
