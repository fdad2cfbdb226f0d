"""What earlier appeals an appeal's words repeat, and the sketches by which that is found."""

from django.db import models
from django.db.models import Q

from appeals.models import Appeal
from casework.constraints import check
from casework.repeats import SHARES_ARE_SHARES, Repeat, Sketch
from casework.triggers import append_only, on_insert


class TextSketch(Sketch):
    """The sketch of what an appellant wrote.

    `repeats` says what the words repeat, as it was found when they were sketched; null where nobody searched.
    """

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="sketch")
    repeats = models.JSONField(null=True)

    class Meta:
        constraints = (check("sketch_is_of_some_text", Q(runs__gte=1)),)


class SketchBand(models.Model):
    """One name under which a sketch is found: texts that share many runs, or one long passage, have one in common."""

    sketch = models.ForeignKey(TextSketch, on_delete=models.CASCADE, related_name="bands")
    name = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name", "sketch"), name="sketch_has_each_band_once"),)


class LikelyDuplicate(Repeat):
    """The likeness of an appeal to an earlier one that says nearly the same; counted when it was filed."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="repeats")
    earlier = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="repeated_by")

    class Meta:
        ordering = ("appeal_id", "-overlap_permille", "-jaccard_permille", "id")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "earlier"), name="duplicate_is_named_once"),
            check("duplicate_shares_are_shares", SHARES_ARE_SHARES),
        )


class ClearSearch(models.Model):
    """A search of all other appeals that found nothing that this one repeats. Without it nothing is closed alone."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="clear_search")
    input_hash = models.CharField(max_length=64)
    searched_at = models.DateTimeField()


NAMED_AS_A_REPEAT = """EXISTS (SELECT 1 FROM triage_likelyduplicate d
            WHERE d.appeal_id = NEW.appeal_id OR d.earlier_id = NEW.appeal_id)"""

DUPLICATE_TRIGGERS = [
    # What has no sketch was compared with nothing.
    on_insert(
        "triage_clearsearch",
        "clear_search_is_of_what_repeats_nothing",
        f"""{NAMED_AS_A_REPEAT}
            OR NOT EXISTS (SELECT 1 FROM triage_textsketch s WHERE s.appeal_id = NEW.appeal_id)""",  # noqa: S608  our own names
    ),
    # What the demand law and the certificate's refuse is left to them, so that the refusal names its reason.
    on_insert(
        "appeals_decision",
        "automated_decision_was_searched_for_repeats",
        f"""NEW.by_kind = 'SYSTEM' AND NEW.outcome = 'OVERTURNED'
            AND NOT EXISTS (SELECT 1 FROM appeals_humandemand h WHERE h.appeal_id = NEW.appeal_id)
            AND ({NAMED_AS_A_REPEAT} OR NOT EXISTS (SELECT 1 FROM triage_clearsearch s
              JOIN appeals_triagesuggestion t ON t.appeal_id = s.appeal_id AND t.input_hash = s.input_hash
              WHERE s.appeal_id = NEW.appeal_id AND s.searched_at <= NEW.decided_at))""",  # noqa: S608  our own names
    ),
    append_only("triage_clearsearch", "clear_search_is_append_only"),
    on_insert(
        "triage_likelyduplicate",
        "duplicate_is_of_an_earlier_appeal",
        """NOT EXISTS (SELECT 1 FROM appeals_appeal a JOIN appeals_appeal e ON e.id = NEW.earlier_id
            WHERE a.id = NEW.appeal_id AND a.id <> e.id AND e.filed_at <= a.filed_at)""",
    ),
    append_only("triage_likelyduplicate", "likely_duplicate_is_append_only"),
]
