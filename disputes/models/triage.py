"""How a dispute's opening was read when it was opened: language, queue, what makes it urgent, and what it repeats.

No words are kept here, and nothing says who is right.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.constraints import check
from casework.repeats import SHARES_ARE_SHARES, Repeat, Sketch
from casework.triggers import append_only, on_insert
from disputes.models.cases import Dispute


class OpeningLanguage(models.TextChoices):
    """The language that the words are in, whatever the claimant's pages are in; none where there are no words."""

    CHINESE = "zh", _("Chinese")
    ENGLISH = "en", _("English")
    MIXED = "mixed", _("Chinese and English")
    UNKNOWN = "unknown", _("another language")


class OpeningQueue(models.TextChoices):
    SAFETY = "safety", pgettext_lazy("dispute queue", "Safety")
    FRAUD = "fraud", pgettext_lazy("dispute queue", "Fraud")
    PLATFORM = "platform", pgettext_lazy("dispute queue", "Against the platform")
    STATUTORY = "statutory", pgettext_lazy("dispute queue", "Duties set by law")
    MONEY = "money", pgettext_lazy("dispute queue", "Much money, payments")
    GENERAL = "general", pgettext_lazy("dispute queue", "General")


POINTS = ("safety", "money", "consumer", "livelihood", "clock", "person", "batch")
"""What can make an opening urgent; each has a column of points, `for_…`."""


class OpeningTriage(models.Model):
    """What the tables made of one opening, once, as it stood then. Append-only."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="triage")
    language = models.CharField(_("language"), max_length=8, choices=OpeningLanguage, blank=True, default="")
    queue = models.CharField(_("queue"), max_length=12, choices=OpeningQueue)
    asks_for_a_person = models.BooleanField(_("the words ask for a person"))
    others = models.PositiveIntegerField(_("other claimants against the same shop about the same ground"))
    for_safety = models.PositiveSmallIntegerField()
    for_money = models.PositiveSmallIntegerField()
    for_consumer = models.PositiveSmallIntegerField()
    for_livelihood = models.PositiveSmallIntegerField()
    for_clock = models.PositiveSmallIntegerField()
    for_person = models.PositiveSmallIntegerField()
    for_batch = models.PositiveSmallIntegerField()
    points = models.PositiveSmallIntegerField(_("points"))
    read_at = models.DateTimeField()

    class Meta:
        constraints = (
            check("opening_language_is_known", Q(language__in=["", *OpeningLanguage.values])),
            check("opening_queue_is_known", Q(queue__in=OpeningQueue.values)),
            check(
                "opening_points_add_up",
                Q(
                    points=F("for_safety")
                    + F("for_money")
                    + F("for_consumer")
                    + F("for_livelihood")
                    + F("for_clock")
                    + F("for_person")
                    + F("for_batch")
                ),
            ),
            check(
                "opening_words_for_a_person_count",
                Q(asks_for_a_person=True, for_person__gte=1) | Q(asks_for_a_person=False, for_person=0),
            ),
            check("opening_batch_is_of_other_claimants", Q(for_batch=0) | Q(others__gte=1)),
        )


class OpeningSketch(Sketch):
    """The sketch of what a claimant wrote."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="sketch")

    class Meta:
        constraints = (check("opening_sketch_is_of_some_text", Q(runs__gte=1)),)


class OpeningBand(models.Model):
    """One name under which a sketch is found: texts that share many runs share at least one of these."""

    sketch = models.ForeignKey(OpeningSketch, on_delete=models.CASCADE, related_name="bands")
    name = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name", "sketch"), name="opening_sketch_has_each_band_once"),)


class RepeatedOpening(Repeat):
    """The likeness of a dispute's opening to an earlier one's that says nearly the same."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="repeats")
    earlier = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="repeated_by")

    class Meta:
        ordering = ("dispute_id", "-overlap_permille", "-jaccard_permille", "id")
        constraints = (
            models.UniqueConstraint(fields=("dispute", "earlier"), name="opening_repeat_is_named_once"),
            check("opening_repeat_shares_are_shares", SHARES_ARE_SHARES),
        )


TRIAGE_TRIGGERS = [
    append_only("disputes_openingtriage", "opening_triage_is_append_only"),
    on_insert(
        "disputes_repeatedopening",
        "opening_repeat_is_of_an_earlier_dispute",
        """NOT EXISTS (SELECT 1 FROM disputes_dispute d JOIN disputes_dispute e ON e.id = NEW.earlier_id
            WHERE d.id = NEW.dispute_id
            AND (e.created_at < d.created_at OR (e.created_at = d.created_at AND e.id < d.id)))""",
    ),
    append_only("disputes_repeatedopening", "opening_repeat_is_append_only"),
    on_insert(
        "disputes_offer",
        "systems_proposal_yields_to_words_for_a_person",
        """NEW.by_system AND EXISTS (SELECT 1 FROM disputes_openingtriage t
            WHERE t.dispute_id = NEW.dispute_id AND t.asks_for_a_person)""",
    ),
]
