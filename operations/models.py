"""What is kept of how the platform runs: outages, signs of life, and how soon people answered."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.cover import digested, operational
from casework.triggers import append_only, kept, sealed


class Outage(models.Model):
    """A time in which the platform could not be used. One that was not announced lengthens the windows it fell into.

    One person records it, another confirms it; until then it changes nothing and nobody outside sees it. Confirmed it
    is public, and stays for good: whoever lost time can see that it was given back.
    """

    id = models.BigAutoField(primary_key=True)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"))
    is_announced = models.BooleanField(_("announced before"), default=False)
    cause = models.CharField(_("cause"), max_length=300)
    recorded_by_ref = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    is_proposed = models.BooleanField(default=False, db_default=False)
    confirmed_by_ref = models.CharField(max_length=60, blank=True, default="", db_default="")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            check("outage_ends_after_it_starts", Q(ended_at__gt=models.F("started_at"))),
            check("outage_has_a_cause", ~Q(cause="")),
            check(
                "outage_is_confirmed_by_somebody_else",
                Q(confirmed_at=None, confirmed_by_ref="")
                | Q(confirmed_at__isnull=False, is_proposed=False) & ~Q(confirmed_by_ref=models.F("recorded_by_ref")),
            ),
            check("outage_in_force_is_not_dropped", Q(is_proposed=True) | Q(dropped_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} – {self.ended_at:%Y-%m-%d %H:%M}"


class Tick(models.Model):
    """When something was last done: a sign of life of any worker, a whole backup, a verification without a fault."""

    WORKER, BACKUP, VERIFIED = "worker", "backup", "verified"

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    @classmethod
    def mark(cls, name: str, at: datetime) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": at})


class FirstAnswers(models.Model):
    """Of the cases of one kind that began on one day, how many a person answered within 24 hours. Append-only.

    Written once those 24 hours are over for all of them, from the ledger: nothing that happens later changes a count.
    """

    HOURS = 24

    kind = models.CharField(max_length=20)
    day = models.DateField()
    """In Beijing."""
    began = models.PositiveIntegerField()
    ended = models.PositiveIntegerField()
    """Those that ended within the 24 hours without a person."""
    in_time = models.PositiveIntegerField()
    by_hour = models.JSONField()
    """Of those answered in time: how many in the first hour, in the second, and so on."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "day"), name="first_answers_are_counted_once_a_day"),
            check(
                "first_answers_are_of_cases_that_began",
                Q(began__gte=models.F("in_time") + models.F("ended")),
            ),
        )


TRIGGERS = [
    kept("operations_outage", "outage_ledger_is_append_only"),
    sealed(
        "operations_outage",
        "outage_in_force_is_sealed",
        "started_at ended_at is_announced cause recorded_by_ref recorded_at",
        once=["confirmed_at confirmed_by_ref is_proposed dropped_at", "dropped_at is_proposed confirmed_at"],
    ),
    append_only("operations_firstanswers", "first_answers_are_append_only"),
]

COVER = {
    **digested("operations_outage operations_firstanswers"),
    **operational(operations_tick="when a routine last ran"),
}
