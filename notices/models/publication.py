"""Public records of merchants' illegal acts: shop, act and measure (电商法 art. 36; 网络交易监督管理办法 art. 30).

A record has no words of its own. The act is the articles of law that its notice names, the measures are entries of the
catalogue, and the shop is a merchant's name; so nothing about a person can be typed into it, and a consumer's notice
cannot have one.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.models import Case
from casework.triggers import kept, on_insert, on_update, sealed
from notices.machine import PublicationMachine, PublicationState
from notices.models.notice import Notice

CORRECTION_SHOWN = timedelta(days=30)
"""For how long a correction is read where the record was. No law says how long."""


OWED = Q(state=PublicationState.DUE) | Q(
    state__in=(PublicationState.PUBLISHED, PublicationState.ENDED), reported_at__isnull=True
)
"""What compliance has still to do something about: publish it, or tell the regulator."""


class Publication(PublicationMachine, Case):
    """What is owed to the public and to the market regulator after a merchant's illegal act."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "publication", "pub_", "P"
    OPENS_IN = (PublicationState.DUE,)

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="publication")
    shop_name = models.CharField(_("shop"), max_length=120)
    due_at = models.DateTimeField(_("to be published by"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    corrected_at = models.DateTimeField(_("corrected at"), null=True, blank=True)
    regulator = models.CharField(_("regulator"), max_length=120, blank=True, default="")
    receipt = models.CharField(_("regulator's receipt"), max_length=120, blank=True, default="")
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("public record of an illegal act")
        verbose_name_plural = _("public records of illegal acts")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="publication_newest"),
            models.Index(fields=("-published_at", "-id"), name="publication_newest_public"),
            models.Index(fields=("due_at", "id"), condition=OWED, name="publication_owed_by_due"),
        )
        constraints = (
            check("publication_state_is_known", Q(state__in=PublicationState.values)),
            check(
                "publication_is_made_by_a_person",
                Q(
                    published_at__isnull=True,
                    published_by__isnull=True,
                    state__in=(PublicationState.DUE, PublicationState.ENDED, PublicationState.DROPPED),
                )
                | Q(
                    published_at__isnull=False,
                    published_by__isnull=False,
                    state__in=(PublicationState.PUBLISHED, PublicationState.ENDED, PublicationState.CORRECTED),
                )
                | ~Q(state__in=PublicationState.values),
            ),
            check(
                "publication_is_corrected_at_a_time",
                Q(state=PublicationState.CORRECTED, corrected_at__isnull=False)
                | ~Q(state=PublicationState.CORRECTED) & Q(corrected_at__isnull=True),
            ),
            check(
                "regulator_report_has_its_receipt",
                Q(reported_at__isnull=True, reported_by__isnull=True, regulator="", receipt="")
                | Q(reported_at__isnull=False, reported_by__isnull=False) & ~Q(regulator="") & ~Q(receipt=""),
            ),
        )

    def is_late(self, at: datetime) -> bool:
        """Whether it was not published within the working day."""
        return (self.published_at or at) > self.due_at and self.state != PublicationState.DROPPED


OF_ILLEGAL_ACT = """EXISTS (SELECT 1 FROM notices_notice n JOIN accounts_party p ON p.id = n.party_id
    WHERE n.id = NEW.notice_id AND n.breach_kind = 'LAW' AND p.kind = 'MERCHANT' AND p.name = NEW.shop_name
    AND EXISTS (SELECT 1 FROM notices_basis b WHERE b.notice_id = n.id AND b.kind = 'LAW'))"""

PUBLICATION_TRIGGERS = [
    kept("notices_publication", "publication_is_kept"),
    on_insert(
        "notices_publication",
        "publication_is_of_a_merchant_s_illegal_act",
        f"NOT {OF_ILLEGAL_ACT}",
        problem="validation",
    ),
    sealed(
        "notices_publication",
        "publication_stays_what_it_is",
        "notice_id shop_name due_at",
        once=("published_at published_by_id", "corrected_at", "reported_at reported_by_id regulator receipt"),
    ),
    on_update(
        "accounts_party",
        "merchant_on_public_record_stays_one",
        """EXISTS (SELECT 1 FROM notices_publication r JOIN notices_notice n ON n.id = r.notice_id
            WHERE n.party_id = NEW.id)""",
        only="NEW.kind <> OLD.kind",
        problem="sealed",
    ),
]
