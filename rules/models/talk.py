"""Meetings, talks and surveys about a rule, planned and held, when it is made and while it is carried out (办法 17)."""

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import append_only, kept, on_update, sealed
from files.models import Attachment
from rules.models.languages import InBothLanguages, InLanguage
from rules.models.making import Disposition, Rulemaking


class TalkKind(models.TextChoices):
    MEETING = "MEETING", _("meeting")
    TALK = "TALK", _("talk with one side")
    SURVEY = "SURVEY", _("survey")


class TalkSide(models.TextChoices):
    """Who took part, by kind: the public reads how many of each, and never who."""

    MERCHANTS = "MERCHANTS", _("merchants")
    CONSUMERS = "CONSUMERS", _("consumers")
    ASSOCIATIONS = "ASSOCIATIONS", _("associations")
    EXPERTS = "EXPERTS", _("experts")
    OTHERS = "OTHERS", _("others")


class RuleTalk(InBothLanguages):
    """One of them, with its minutes as a sealed file that staff read; kept as it was recorded.

    `participants` is how many of each `TalkSide` took part.
    """

    id = models.BigAutoField(primary_key=True)
    making = models.ForeignKey(Rulemaking, on_delete=models.PROTECT, related_name="talks")
    no = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=7, choices=TalkKind)
    held_on = models.DateField(_("held on"))
    subject_zh = models.CharField(_("subject (Chinese)"), max_length=200)
    subject_en = models.CharField(_("subject (English)"), max_length=200, blank=True, default="")
    participants = models.JSONField(_("participants"))
    minutes = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+", verbose_name=_("minutes"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("meeting or survey about a rule")
        ordering = ("making_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("making", "no"), name="talk_number_is_unique_in_making"),
            check("talk_kind_is_known", Q(kind__in=TalkKind.values)),
            check("talk_says_what_it_was_about", ~Q(subject_zh="")),
        )

    subject = InLanguage()

    @property
    def who(self) -> list[tuple[str, int]]:
        """How many of each kind took part: (label, count)."""
        return by_side(self.participants)

    @property
    def invited(self) -> list[tuple[str, int]]:
        """How many of each kind were invited; empty where it was not planned here."""
        planned = getattr(self, "planned", None)
        return by_side(planned.participants) if planned is not None else []


def by_side(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(str(side.label), counts[side]) for side in TalkSide if side in counts]


class PlannedTalks(models.QuerySet["PlannedTalk"]):
    def waiting(self) -> "PlannedTalks":
        """Those neither held nor called off, by day."""
        return self.filter(held_as=None, called_off_at=None).order_by("planned_for", "id")


class PlannedTalk(InBothLanguages):
    """A meeting, talk or survey that was announced: until it is held or called off with a reason, the version is not
    adopted. `participants` is how many of each `TalkSide` are invited, `how` what the public reads of how to take part.
    """

    id = models.BigAutoField(primary_key=True)
    making = models.ForeignKey(Rulemaking, on_delete=models.PROTECT, related_name="planned_talks")
    no = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=7, choices=TalkKind)
    planned_for = models.DateField(_("planned for"))
    subject_zh = models.CharField(_("subject (Chinese)"), max_length=200)
    subject_en = models.CharField(_("subject (English)"), max_length=200, blank=True, default="")
    how = models.CharField(_("how to take part"), max_length=500)
    participants = models.JSONField(_("who is invited"))
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    held_as = models.OneToOneField(RuleTalk, on_delete=models.PROTECT, null=True, blank=True, related_name="planned")
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_reason = models.CharField(max_length=500, blank=True, default="")
    objects = PlannedTalks.as_manager()

    class Meta:
        verbose_name = _("planned meeting or survey about a rule")
        ordering = ("planned_for", "id")
        constraints = (
            models.UniqueConstraint(fields=("making", "no"), name="planned_talk_number_is_unique_in_making"),
            check("planned_talk_kind_is_known", Q(kind__in=TalkKind.values)),
            check("planned_talk_says_what_it_is_about_and_how_to_take_part", ~Q(subject_zh="") & ~Q(how="")),
            check(
                "planned_talk_is_held_or_called_off_with_a_reason",
                Q(called_off_at=None, called_off_reason="")
                | (Q(called_off_at__isnull=False, held_as=None) & ~Q(called_off_reason="")),
            ),
        )

    subject = InLanguage()

    @property
    def who(self) -> list[tuple[str, int]]:
        """How many of each kind are invited: (label, count)."""
        return by_side(self.participants)


class TalkPoint(models.Model):
    """What one kind of participant said, and what became of it with the reason. Kept as it was recorded."""

    id = models.BigAutoField(primary_key=True)
    talk = models.ForeignKey(RuleTalk, on_delete=models.PROTECT, related_name="points")
    no = models.PositiveIntegerField()
    side = models.CharField(_("who said it"), max_length=12, choices=TalkSide)
    text = models.TextField(_("what was said"))
    disposition = models.CharField(max_length=10, choices=Disposition)
    reason = models.TextField()

    class Meta:
        ordering = ("talk_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("talk", "no"), name="talk_point_number_is_unique"),
            check("talk_point_is_of_a_known_side", Q(side__in=TalkSide.values)),
            check(
                "talk_point_has_a_disposition_with_a_reason",
                Q(disposition__in=Disposition.values) & ~Q(text="") & ~Q(reason=""),
            ),
        )


TALK_TRIGGERS = [
    append_only("rules_ruletalk", "talk_is_kept_as_it_was_recorded"),
    append_only("rules_talkpoint", "talk_point_is_kept_as_it_was_recorded"),
    kept("rules_plannedtalk", "planned_talk_is_kept"),
    sealed(
        "rules_plannedtalk",
        "planned_talk_stays_as_it_was_announced",
        "making_id no kind planned_for subject_zh subject_en how participants planned_by_id planned_at",
        once=("held_as_id", "called_off_at called_off_reason"),
    ),
    on_update(
        "rules_plannedtalk",
        "planned_talk_is_held_about_its_rule",
        """NEW.held_as_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM rules_ruletalk t WHERE t.id = NEW.held_as_id AND t.making_id = NEW.making_id)""",
    ),
    on_update(
        "rules_rulemaking",
        "rule_is_adopted_after_the_talks_that_were_announced",
        """NEW.state = 'ADOPTED' AND OLD.state <> 'ADOPTED' AND EXISTS (
            SELECT 1 FROM rules_plannedtalk t
            WHERE t.making_id = NEW.id AND t.held_as_id IS NULL AND t.called_off_at IS NULL)""",
    ),
]
