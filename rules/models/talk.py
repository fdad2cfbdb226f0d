"""Meetings, talks and surveys about a rule, when it is made and while it is carried out (办法 17)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import append_only
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
        verbose_name_plural = _("meetings and surveys about rules")
        ordering = ("making_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("making", "no"), name="talk_number_is_unique_in_making"),
            check("talk_kind_is_known", Q(kind__in=TalkKind.values)),
            check("talk_says_what_it_was_about", ~Q(subject_zh="")),
        )

    def __str__(self) -> str:
        return f"{self.making} {self.no}"

    subject = InLanguage()

    @property
    def who(self) -> list[tuple[str, int]]:
        """How many of each kind took part: (label, count)."""
        return [(str(side.label), self.participants[side]) for side in TalkSide if side in self.participants]


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
        verbose_name = _("what was said at a meeting")
        verbose_name_plural = _("what was said at meetings")
        ordering = ("talk_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("talk", "no"), name="talk_point_number_is_unique"),
            check("talk_point_is_of_a_known_side", Q(side__in=TalkSide.values)),
            check(
                "talk_point_has_a_disposition_with_a_reason",
                Q(disposition__in=Disposition.values) & ~Q(text="") & ~Q(reason=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.talk} {self.no}"


TALK_TRIGGERS = [
    append_only("rules_ruletalk", "talk_is_kept_as_it_was_recorded"),
    append_only("rules_talkpoint", "talk_point_is_kept_as_it_was_recorded"),
]
