"""Who the merchant is: a consumer's request for true name, address and contact, and what the platform answered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import changed, kept, on_insert, on_write, sealed
from disputes.choices import Side
from disputes.models.cases import Dispute


class IdentityState(models.TextChoices):
    ASKED = "ASKED", _("asked for")
    GIVEN = "GIVEN", _("given")
    REFUSED = "REFUSED", _("not given")


class IdentityRefusal(models.TextChoices):
    """The only reasons for which the platform does not give a merchant's identity."""

    NOT_HELD = "NOT_HELD", _("the platform does not have a true name, address and contact of the merchant")
    GIVEN_BEFORE = "GIVEN_BEFORE", _("it was given in this dispute and has not changed since")
    AUTHORITY = "AUTHORITY", _("an authority ordered in writing that it is not given now")


CARD = "name licence address contact"


class IdentityRequest(models.Model):
    """A consumer's request to know who the merchant of the dispute is (七日办法 24; 消保法 44), and its answer.

    The card (`name`, `licence`, `address`, `contact`) is personal data where the merchant is a natural person: it is
    sealed once given, and can only be emptied, as a whole and with `purged_at`. `licence` is empty for a merchant whom
    the law exempts from registration (电商法 10).
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="identity_requests")
    no = models.PositiveSmallIntegerField()
    side = models.CharField(_("asked by"), max_length=10, choices=Side)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"))
    is_late = models.BooleanField(_("late"), default=False)
    state = models.CharField(max_length=10, choices=IdentityState, default=IdentityState.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_ref = models.CharField(max_length=60, blank=True, default="")
    name = models.CharField(_("true name of the business"), max_length=200, blank=True, default="")
    licence = models.CharField(_("number of the business licence"), max_length=60, blank=True, default="")
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    contact = models.CharField(_("valid contact"), max_length=200, blank=True, default="")
    refusal = models.CharField(_("reason"), max_length=12, choices=IdentityRefusal, blank=True, default="")
    order_no = models.CharField(_("the authority's order, with its number"), max_length=200, blank=True, default="")
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("request for a merchant's identity")
        ordering = ("dispute_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("dispute", "no"), name="identity_request_number_is_unique_in_dispute"),
            models.UniqueConstraint(
                fields=("dispute",), condition=Q(state=IdentityState.ASKED), name="identity_is_asked_for_once_at_a_time"
            ),
            check(
                "identity_given_has_name_address_and_contact",
                Q(state=IdentityState.GIVEN, purged_at__isnull=True) & ~Q(name="") & ~Q(address="") & ~Q(contact="")
                | Q(name="", licence="", address="", contact="")
                & (
                    ~Q(state=IdentityState.GIVEN) & Q(purged_at__isnull=True)
                    | Q(state=IdentityState.GIVEN, purged_at__isnull=False)
                ),
            ),
            check(
                "identity_is_refused_for_a_listed_reason_only",
                Q(state=IdentityState.REFUSED, refusal="AUTHORITY") & ~Q(order_no="")
                | Q(state=IdentityState.REFUSED, refusal__in=["NOT_HELD", "GIVEN_BEFORE"], order_no="")
                | Q(state__in=[IdentityState.ASKED, IdentityState.GIVEN], refusal="", order_no=""),
            ),
            check(
                "identity_answer_says_when_and_by_whom",
                Q(state=IdentityState.ASKED, answered_at__isnull=True, answered_by_ref="")
                | Q(state__in=[IdentityState.GIVEN, IdentityState.REFUSED], answered_at__gte=F("asked_at"))
                & ~Q(answered_by_ref=""),
            ),
            check("identity_request_is_due_after_it_is_made", Q(due_at__gt=F("asked_at"))),
        )


_BETWEEN = """EXISTS (SELECT 1 FROM disputes_dispute d JOIN accounts_party c ON c.id = d.claimant_id
    JOIN accounts_party r ON r.id = d.respondent_id WHERE d.id = NEW.dispute_id
    AND (NEW.side = 'CLAIMANT' AND c.kind = 'CONSUMER' AND r.kind = 'MERCHANT'
        OR NEW.side = 'RESPONDENT' AND r.kind = 'CONSUMER' AND c.kind = 'MERCHANT'))"""

IDENTITY_TRIGGERS = [
    on_insert(
        "disputes_identityrequest",
        "identity_of_a_merchant_is_asked_for_by_a_consumer",
        f"NOT {_BETWEEN}",
        problem="not-allowed",
    ),
    sealed(
        "disputes_identityrequest",
        "identity_request_stands_as_it_was_made",
        "dispute_id no side asked_by_id asked_at due_at",
    ),
    sealed(
        "disputes_identityrequest",
        "identity_answer_stands_as_it_was_given",
        once=("answered_at state answered_by_ref refusal order_no", f"purged_at {CARD}"),
        also=f"OLD.answered_at IS NOT NULL AND NEW.purged_at IS NULL AND {changed(CARD)}",
    ),
    kept("disputes_identityrequest", "identity_request_is_kept"),
    on_write(
        "disputes_identityrequest",
        "identity_given_before_is_on_file",
        """NEW.refusal = 'GIVEN_BEFORE' AND NOT EXISTS (
            SELECT 1 FROM disputes_identityrequest r
            WHERE r.dispute_id = NEW.dispute_id AND r.no < NEW.no AND r.state = 'GIVEN' AND r.purged_at IS NULL)""",
    ),
]
