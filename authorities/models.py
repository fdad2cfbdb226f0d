"""Seats by which people of an authority read, and what authorities ask (办法 33(2), 36, 38)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from authorities.machine import LOOKED, MatterMachine, MatterState, SeatMachine, SeatState
from casework.constraints import check
from casework.cover import digested
from casework.models import Case, Event
from casework.triggers import Trigger, changed, kept, on_insert, on_update, on_write, sealed


class MatterKind(models.TextChoices):
    DATA = "DATA", _("request for data")
    OPINION = "OPINION", _("opinion of an authority")
    TALK = "TALK", _("regulatory talk")
    RECTIFY = "RECTIFY", _("order to rectify")
    LEADS = "LEADS", _("hand-over of leads")
    INSPECTION = "INSPECTION", _("inspection result")


ANSWERED_BY = (MatterKind.DATA, MatterKind.TALK, MatterKind.RECTIFY)
"""What has a time by which the platform answers."""


class Matter(MatterMachine, Case):
    """What an authority asks, orders or hands over, under the number of its document, and what the platform did.

    The answer is drafted by one person and sent by another. `follow_up` grows by dated entries.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "authority_matter", "mat_", "M"
    OPENS_IN = (MatterState.OPEN,)

    kind = models.CharField(_("kind"), max_length=10, choices=MatterKind)
    office = models.CharField(_("office"), max_length=120)
    document_no = models.CharField(_("number of the document"), max_length=80)
    received_at = models.DateTimeField(_("received on"))
    due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    asked = models.TextField(_("what the authority asks"))
    answer = models.TextField(_("answer"), blank=True, default="")
    follow_up = models.TextField(_("follow-up"), blank=True, default="")
    closed_reason = models.TextField(_("how it ended"), blank=True, default="")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)

    class Meta:
        verbose_name = _("matter of an authority")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="authority_matter_newest"),
            models.Index(fields=("due_at", "id"), name="authority_matter_by_due"),
        )
        constraints = (
            check("matter_state_is_known", Q(state__in=MatterState.values)),
            check("matter_kind_is_known", Q(kind__in=MatterKind.values)),
            check("matter_names_its_document", ~Q(office="") & ~Q(document_no="") & ~Q(asked="")),
            check("matter_that_asks_has_a_due_time", Q(due_at__isnull=False) | ~Q(kind__in=ANSWERED_BY)),
            check("matter_is_due_after_it_came", Q(due_at__isnull=True) | Q(due_at__gt=F("received_at"))),
            check(
                "matter_is_answered_by_two_people",
                Q(sent_by=None, sent_at=None)
                | Q(sent_at__isnull=False, drafted_by__isnull=False) & ~Q(answer="") & ~Q(sent_by=F("drafted_by")),
                code="conflict-of-interest",
            ),
            check(
                "matter_in_a_later_state_has_its_answer",
                ~Q(state__in=[MatterState.DRAFTED, MatterState.SENT]) | Q(drafted_by__isnull=False) & ~Q(answer=""),
            ),
            check("matter_is_closed_in_words", ~Q(state=MatterState.CLOSED) | ~Q(closed_reason="")),
            models.UniqueConstraint(fields=("office", "document_no"), name="matter_is_registered_once"),
        )

    @property
    def state_note(self) -> str:
        return self.closed_reason

    @property
    def handed_over(self) -> models.QuerySet[Event]:
        """The events of what was handed over, the newest first; each has SHA-256, cases, quarter and holds."""
        rows = Event.objects.filter(case_kind=self.KIND, case_id=self.pk, type="authority_matter.exported")
        return rows.order_by("-sequence")


class SeatQuerySet(models.QuerySet["Seat"]):
    def at(self, moment: datetime) -> "SeatQuerySet":
        """Those in force at that moment."""
        return self.filter(state=SeatState.ACTIVE, until__gt=moment)


class Seat(SeatMachine, Case):
    """Somebody of an authority reads for a purpose and until a time, which two people of the platform signed.

    What they read are figures without small numbers, rules, and the one case that is open to them, `for_matter`.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "authority_seat", "ast_", "Y"
    OPENS_IN = (SeatState.ACTIVE,)
    QUIET = frozenset({LOOKED})

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    office = models.CharField(_("office"), max_length=120)
    basis = models.TextField(_("on what it rests"))
    purpose = models.TextField(_("purpose"))
    until = models.DateTimeField(_("until"))
    change = models.OneToOneField("rules.CatalogueChange", on_delete=models.PROTECT, related_name="authority_seat")
    for_matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="seats")
    case_kind = models.CharField(max_length=20, blank=True, default="")
    case_id = models.BigIntegerField(null=True, blank=True)
    case_number = models.CharField(_("case that is open"), max_length=24, blank=True, default="")
    ended_reason = models.TextField(_("why it ended"), blank=True, default="")

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat of an authority")
        ordering = ("-created_at", "-id")
        indexes = (models.Index(fields=("-created_at", "-id"), name="authority_seat_newest"),)
        constraints = (
            check("seat_state_is_known", Q(state__in=SeatState.values)),
            check("seat_says_who_and_why", ~Q(name="") & ~Q(office="") & ~Q(basis="") & ~Q(purpose="")),
            check("seat_ends_after_it_begins", Q(until__gt=F("created_at"))),
            check(
                "seat_reads_a_case_for_a_matter",
                Q(for_matter=None, case_id=None, case_kind="", case_number="")
                | Q(for_matter__isnull=False, case_id__isnull=False, state=SeatState.ACTIVE)
                & ~Q(case_kind="")
                & ~Q(case_number=""),
            ),
            models.UniqueConstraint(
                fields=("user",), condition=Q(state=SeatState.ACTIVE), name="seat_is_one_at_a_time_of_a_person"
            ),
        )

    def __str__(self) -> str:
        return f"{self.office} · {self.name}"

    @property
    def state_note(self) -> str:
        return self.ended_reason


class Page(models.TextChoices):
    """What is read by a seat; the event of a look says it by its code."""

    FIGURES = "FIGURES", _("Figures")
    RULES = "RULES", pgettext_lazy("navigation", "Rules")
    CASE = "CASE", _("Reading room")


# — laws —

_SEATED = "EXISTS (SELECT 1 FROM authorities_seat s WHERE s.user_id = NEW.user_id AND s.state = 'ACTIVE')"
TRIGGERS: list[Trigger] = [
    kept("authorities_seat", "seat_is_kept"),
    sealed(
        "authorities_seat",
        "seat_stays_as_it_was_signed",
        "user_id name office basis purpose until change_id",
        also=f"OLD.state = 'ENDED' AND {changed('state ended_reason for_matter_id case_id')}",
    ),
    on_insert(
        "authorities_seat",
        "seat_follows_its_signature",
        """NOT EXISTS (SELECT 1 FROM rules_cataloguechange c JOIN accounts_user u ON u.username = c.key
            WHERE c.id = NEW.change_id AND c.state = 'SIGNED' AND c.subject = 'SEAT' AND u.id = NEW.user_id)""",
        problem="not-allowed",
    ),
    on_update(
        "authorities_seat",
        "seat_reads_a_case_for_an_open_matter_of_its_office",
        """NOT EXISTS (SELECT 1 FROM authorities_matter m WHERE m.id = NEW.for_matter_id AND m.state <> 'CLOSED'
            AND m.office = NEW.office)""",
        only=f"NEW.for_matter_id IS NOT NULL AND {changed('for_matter_id case_kind case_id')}",
        problem="not-allowed",
    ),
    on_insert(
        "accounts_staffrole",
        "role_of_an_authority_rests_on_a_seat",
        f"NOT {_SEATED}",
        only="NEW.role = 'authority'",
        problem="not-allowed",
    ),
    on_write(
        "accounts_staffrole",
        "person_of_an_authority_has_no_other_role",
        """EXISTS (SELECT 1 FROM accounts_staffrole r WHERE r.user_id = NEW.user_id AND r.ended_at IS NULL
            AND (r.role = 'authority') <> (NEW.role = 'authority'))""",
        only="NEW.ended_at IS NULL",
        lock="PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR UPDATE;",
        problem="conflict-of-interest",
    ),
    on_insert(
        "casework_event",
        "person_of_an_authority_changes_no_case",
        """EXISTS (SELECT 1 FROM accounts_user u JOIN accounts_staffrole r ON r.user_id = u.id
            WHERE u.ref = NEW.actor_ref AND r.role = 'authority' AND r.ended_at IS NULL
            AND NOT (NEW.case_kind = 'account_record'
                AND NEW.type IN ('account_record.opened', 'account_record.records_taken') AND EXISTS (
                SELECT 1 FROM accounts_accountrecord a WHERE a.id = NEW.case_id AND a.user_id = u.id)))""",
        # What is kept about the person is theirs to take home, as it is anybody's (个人信息保护法 45).
        only=f"NEW.actor_kind = 'staff' AND NEW.type <> '{LOOKED}'",
        problem="not-allowed",
    ),
    on_insert(
        "casework_event",
        "look_is_by_a_seat_in_force",
        """NOT EXISTS (SELECT 1 FROM authorities_seat s JOIN accounts_user u ON u.id = s.user_id
            WHERE s.id = NEW.case_id AND u.ref = NEW.actor_ref AND s.state = 'ACTIVE' AND s.until > NEW.at)""",
        only=f"NEW.type = '{LOOKED}'",
        problem="not-allowed",
    ),
    kept("authorities_matter", "matter_is_kept"),
    sealed(
        "authorities_matter",
        "matter_stays_as_it_came",
        "kind office document_no received_at due_at asked registered_by_id",
        once=("sent_at sent_by_id drafted_by_id answer",),
        also="substr(NEW.follow_up, 1, length(OLD.follow_up)) <> OLD.follow_up",
    ),
    sealed(
        "authorities_matter",
        "closed_matter_is_not_changed",
        also=f"OLD.state = 'CLOSED' AND {changed('state answer follow_up closed_reason drafted_by_id sent_by_id')}",
    ),
]

COVER = digested("authorities_seat authorities_matter")
