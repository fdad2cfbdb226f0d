"""By which rules appeals stand first for a team or a skill, and are kept for it for a time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Language
from appeals.models.appeal import Appeal, Ground
from casework.actor import Actor
from casework.constraints import check
from casework.triggers import kept, sealed

SHARED_HOURS = {4: _("4 hours"), 8: _("8 hours"), 24: _("24 hours"), 48: _("48 hours")}
"""How long before the decision is due a case is everybody's at the latest."""
IN_FORCE = Q(enforced_at__isnull=False, ended_at=None)


class RoutingRule(models.Model):
    """A draft, which changes nothing; in force from `enforced_at` until `ended_at`. What it says never changes.

    An appeal goes by the first rule in force that fits it, in the order of `place`; what a rule leaves empty fits all.
    """

    place = models.PositiveSmallIntegerField(_("place in the order"))
    ground = models.CharField(_("ground"), max_length=24, choices=Ground, blank=True, default="")
    language = models.CharField(_("language"), max_length=10, choices=Language, blank=True, default="")
    amount_over = models.PositiveBigIntegerField(_("more money at stake than"), null=True, blank=True)
    team = models.ForeignKey("accounts.Team", models.PROTECT, null=True, blank=True, related_name="+")
    skill = models.CharField(_("skill"), max_length=20, blank=True, default="")
    shared_hours = models.PositiveSmallIntegerField(_("everybody’s before it is due"), choices=SHARED_HOURS, default=8)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(_("drafted"))
    enforced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    enforced_at = models.DateTimeField(pgettext_lazy("rule of routing", "in force since"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("rule of routing")
        verbose_name_plural = _("rules of routing")
        ordering = ("place", "id")
        constraints = (
            models.UniqueConstraint(fields=("place",), condition=IN_FORCE, name="routing_rule_has_a_place_of_its_own"),
            check("routing_rule_keeps_cases_for_somebody", Q(team__isnull=False) | ~Q(skill="")),
            check("routing_rule_lets_every_case_go_in_time", Q(shared_hours__in=SHARED_HOURS)),
            check("routing_rule_ends_after_it_began", Q(ended_at=None) | Q(ended_at__gte=F("drafted_at"))),
            check("routing_rule_in_force_says_by_whom", Q(enforced_at=None) | Q(enforced_by__isnull=False)),
        )

    @property
    def is_in_force(self) -> bool:
        return self.enforced_at is not None and self.ended_at is None

    def serves(self, actor: Actor) -> bool:
        """As `appeals.routing.serves`, of this rule."""
        return self.team_id in (None, actor.team_id) and self.skill in {"", *actor.skills}

    def kept_until(self, appeal: Appeal) -> datetime:
        """Until when it keeps the appeal for whom it is for, at the longest."""
        return appeal.decide_due_at - timedelta(hours=self.shared_hours)

    @property
    def whom(self) -> str:
        """For whom it keeps cases, in words."""
        skill = _("whoever has “%(skill)s”") % {"skill": self.skill} if self.skill else ""
        return " · ".join(filter(None, (self.team.name if self.team else "", str(skill))))


ROUTING_TRIGGERS = [
    kept("appeals_routingrule", "routing_rule_is_kept"),
    sealed(
        "appeals_routingrule",
        "routing_rule_stays_what_was_tried",
        "place ground language amount_over team_id skill shared_hours drafted_by_id drafted_at",
        once=["enforced_at enforced_by_id", "ended_at ended_by_id"],
    ),
]
