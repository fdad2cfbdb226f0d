"""How much of what a day allows a party has used; of each quota the last day alone."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check


class PartyUse(models.Model):
    """What a party used of one quota (`rules.quotas`) on the last day (in Beijing) that it used any, and the most that
    the day allows.
    """

    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, db_index=False, related_name="+")
    key = models.CharField(max_length=40)
    day = models.DateField()
    used = models.PositiveBigIntegerField(default=0)
    most = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("use of a day")
        ordering = ("party_id", "key")
        constraints = (
            models.UniqueConstraint(fields=("party", "key"), name="use_of_a_day_is_counted_in_one_row"),
            check("party_uses_no_more_than_a_day_allows", Q(used__lte=F("most"))),
        )
