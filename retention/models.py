"""Runs that end records whose time is over, and legal holds that stop them."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.cover import digested
from casework.models import Case
from casework.triggers import Trigger, changed, kept, on_insert, sealed
from retention.classes import BY_CODE, RUNS, RecordClass
from retention.machine import HoldMachine, HoldState, RunMachine, RunState


class RetentionRun(RunMachine, Case):
    """The records of one class whose time was over at `through`, ended for good after two people signed `change`.

    Its events are the certificate of what was destroyed: how many records each time, and the digest of their keys.
    `contents` are files that no row names any more, until they are removed.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "retention_run", "rtn_", "T"
    OPENS_IN = (RunState.ENDING,)

    record_class = models.CharField(_("class of records"), max_length=40)
    change = models.OneToOneField("rules.CatalogueChange", on_delete=models.PROTECT, related_name="retention_run")
    through = models.DateTimeField(_("whose time was over at"))
    due = models.PositiveIntegerField(_("records signed for"))
    ended = models.PositiveIntegerField(_("records ended"), default=0)
    contents = models.JSONField(default=list)

    class Meta:
        verbose_name = _("retention run")
        ordering = ("-created_at", "-id")
        indexes = (models.Index(fields=("-created_at", "-id"), name="retention_run_newest"),)
        constraints = (
            check("retention_run_state_is_known", Q(state__in=RunState.values)),
            check("retention_run_ends_what_was_signed_for", Q(ended__lte=F("due"))),
            check("retention_run_is_done_once_its_files_are_gone", ~Q(state=RunState.CARRIED_OUT) | Q(contents=[])),
            models.UniqueConstraint(
                fields=("record_class",),
                condition=Q(state=RunState.ENDING),
                name="retention_run_is_one_at_a_time_of_a_class",
            ),
        )

    @property
    def of(self) -> RecordClass:
        return BY_CODE[self.record_class]


class HoldQuerySet(models.QuerySet["LegalHold"]):
    def at(self, moment: datetime) -> "HoldQuerySet":
        """Those in force at that moment."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=moment), state=HoldState.IN_FORCE)


class LegalHold(HoldMachine, Case):
    """Nothing of one party, or of one case, ends while this is in force: until it is lifted, or `until`."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "legal_hold", "hld_", "H"
    OPENS_IN = (HoldState.IN_FORCE,)

    party = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party")
    )
    case_kind = models.CharField(max_length=20, blank=True, default="")
    case_id = models.BigIntegerField(null=True, blank=True)
    about = models.CharField(_("held"), max_length=40)
    reason = models.TextField(_("why it is held"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_reason = models.TextField(_("why it was lifted"), blank=True, default="")

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="legal_hold_newest"),
            models.Index(fields=("case_kind", "case_id"), name="legal_hold_by_case"),
        )
        constraints = (
            check("legal_hold_state_is_known", Q(state__in=HoldState.values)),
            check(
                "legal_hold_is_of_one_party_or_one_case",
                Q(party__isnull=False, case_kind="", case_id__isnull=True)
                | Q(party__isnull=True, case_id__isnull=False) & ~Q(case_kind=""),
            ),
            check("legal_hold_has_a_reason", ~Q(reason="")),
            check("legal_hold_ends_after_it_begins", Q(until__isnull=True) | Q(until__gt=F("created_at"))),
            check(
                "legal_hold_is_lifted_by_somebody_in_words",
                Q(state=HoldState.LIFTED, lifted_by__isnull=False) & ~Q(lifted_reason="")
                | ~Q(state=HoldState.LIFTED) & Q(lifted_by=None, lifted_reason=""),
            ),
        )

    @property
    def state_note(self) -> str:
        return self.lifted_reason


# — laws —


def _runs(row: RecordClass) -> str:
    """SQL that is true for `OLD` where a signed run of the class ends it now, and nothing holds it."""
    held = [f"h.case_kind = '{kind}' AND h.case_id = OLD.{path}_id" for kind, path in row.cases.items()]
    held += [f"h.party_id IN ({row.party_sql})"] if row.party_sql else []
    holds = (
        f" AND NOT EXISTS (SELECT 1 FROM retention_legalhold h WHERE h.state = 'IN_FORCE'"  # noqa: S608  our own names
        f" AND (h.until IS NULL OR h.until > r.through) AND ({' OR '.join(held)}))"
    )
    return (
        f"EXISTS (SELECT 1 FROM retention_retentionrun r WHERE r.record_class = '{row.code}'"  # noqa: S608
        f" AND r.state = 'ENDING'{holds if held else ''})"
    )


DELETED_BY_RUNS = ("files.Attachment", "rules.PriceObservation")


def _ends_by_a_run(row: RecordClass) -> Trigger:
    emptied = " OR ".join(f"OLD.{column} <> '' AND NEW.{column} = ''" for column in row.empties)
    return Trigger(
        name=f"{row.code.replace('-', '_')}_end_by_a_signed_run_alone",
        table=row.table,
        events=("UPDATE",) if row.empties else ("DELETE",),
        only=f"({emptied})" if emptied else "",
        when=f"NOT {_runs(row)}",
        problem="sealed",
    )


TRIGGERS = [
    kept("retention_retentionrun", "retention_run_is_kept"),
    sealed(
        "retention_retentionrun",
        "retention_run_stays_what_was_signed",
        "record_class change_id through due",
        also=f"NEW.ended < OLD.ended OR OLD.state = 'CARRIED_OUT' AND {changed('state ended contents')}",
    ),
    on_insert(
        "retention_retentionrun",
        "retention_run_follows_its_signature",
        """NOT EXISTS (SELECT 1 FROM rules_cataloguechange c WHERE c.id = NEW.change_id AND c.state = 'SIGNED'
            AND c.subject = 'RETENTION' AND c.key = NEW.record_class)""",
        problem="not-allowed",
    ),
    kept("retention_legalhold", "legal_hold_is_kept"),
    sealed(
        "retention_legalhold",
        "legal_hold_stays_as_it_was_put",
        "party_id case_kind case_id about reason until put_by_id",
        once=("lifted_by_id lifted_reason state",),
    ),
    *(_ends_by_a_run(row) for row in RUNS if row.empties or row.model in DELETED_BY_RUNS),
]

COVER = digested("retention_retentionrun retention_legalhold")
