"""Claims of the platform on an executor after it made the harmed party whole, each with its ledger.

The harmed party never sees any of it.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.models import Case
from executors.machine import ENDED_RECOURSE, OPEN_RECOURSE, RecourseMachine, RecourseState
from executors.models.incidents import Incident
from executors.models.registry import Executor, ExecutorPerson


class EntryKind(models.TextChoices):
    CLAIM = "CLAIM", _("claimed")
    DISPUTE = "DISPUTE", _("disputed")
    PAYMENT = "PAYMENT", _("paid in part")
    SETTLEMENT = "SETTLEMENT", _("paid in settlement")
    WRITE_OFF = "WRITE_OFF", _("written off")


TAKES_MONEY = (EntryKind.PAYMENT, EntryKind.SETTLEMENT)
"""The entries by which money came in from the executor."""
ENDS_A_PART = (EntryKind.PAYMENT, EntryKind.SETTLEMENT, EntryKind.WRITE_OFF)
"""The entries that make what is open smaller."""


IS_ENDED = IsNull(F("ended_at"), False)


class Recourse(RecourseMachine, Case):
    """One claim against an executor, at most what the harmed party got. `no` of its entries counts from 1."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "recourse", "rec_", "R"
    OPENS_IN = (RecourseState.CLAIMED,)

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="recourse")
    executor = models.ForeignKey(Executor, on_delete=models.PROTECT, related_name="recourses")
    claimed_minor = models.BigIntegerField(_("claimed, in fen"))
    currency = models.CharField(max_length=3)
    words = models.CharField(_("what is claimed and why"), max_length=2000)
    dispute_reasons = models.TextField(_("why it is disputed"), max_length=8000, blank=True, default="")
    disputed_at = models.DateTimeField(_("disputed at"), null=True, blank=True)
    disputed_by = models.ForeignKey(ExecutorPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recourse")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="recourse_by_age"),
            models.Index(IS_ENDED, F("created_at").desc(), F("id").desc(), name="recourse_open_first"),
        )
        constraints = (
            check("recourse_state_is_known", Q(state__in=RecourseState.values)),
            check("recourse_claims_something", Q(claimed_minor__gt=0) & ~Q(currency="") & ~Q(words="")),
            check(
                "recourse_is_disputed_by_somebody",
                Q(dispute_reasons="", disputed_at__isnull=True, disputed_by__isnull=True)
                | ~Q(dispute_reasons="") & Q(disputed_at__isnull=False, disputed_by__isnull=False),
            ),
            check("recourse_disputed_says_why", ~Q(state=RecourseState.DISPUTED) | Q(disputed_at__isnull=False)),
            check(
                "recourse_ends_at_a_time",
                Q(state__in=[str(s) for s in OPEN_RECOURSE], ended_at__isnull=True)
                | Q(state__in=[str(s) for s in ENDED_RECOURSE], ended_at__isnull=False)
                | ~Q(state__in=RecourseState.values),
            ),
        )

    @property
    def received_minor(self) -> int:
        """What came in, of a claim whose entries are loaded."""
        return sum(entry.amount_minor for entry in self.entries.all() if entry.kind in TAKES_MONEY)

    @property
    def open_minor(self) -> int:
        """What is neither paid nor given up, of a claim whose entries are loaded."""
        return self.claimed_minor - sum(e.amount_minor for e in self.entries.all() if e.kind in ENDS_A_PART)


class RecourseEntry(models.Model):
    """One line of the ledger of a recourse. Append-only."""

    recourse = models.ForeignKey(Recourse, on_delete=models.PROTECT, related_name="entries")
    no = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind)
    amount_minor = models.BigIntegerField(_("amount in fen"))
    reference = models.CharField(_("payment"), max_length=100, blank=True, default="")
    words = models.CharField(max_length=2000, blank=True, default="")
    by_ref = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ("recourse_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("recourse", "no"), name="recourse_entry_number_is_unique"),
            models.UniqueConstraint(
                fields=("recourse", "reference"),
                condition=~Q(reference=""),
                name="recourse_payment_is_recorded_once",
                violation_error_message=_("This payment is on record already."),
            ),
            check("recourse_entry_kind_is_known", Q(kind__in=EntryKind.values)),
            check("recourse_entry_is_an_amount", Q(amount_minor__gte=0)),
            check("recourse_payment_has_a_reference", ~Q(kind="PAYMENT") | Q(amount_minor__gt=0) & ~Q(reference="")),
        )
