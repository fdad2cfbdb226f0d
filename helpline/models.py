"""People who ask to be called back, until they were; then only that they were.

What does not belong here: what is said on the phone. A request is no case: what a ledger says stays for good, and of a
request the number and the words must go.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import leaves_nothing, taken_by_somebody_active
from casework.constraints import check
from casework.cover import operational
from casework.triggers import SEALED, Trigger, kept, on_update, sealed
from operations.limits import mark_of_number


class CallBackState(models.TextChoices):
    WAITING = "WAITING", _("waiting for the call")
    CLAIMED = "CLAIMED", _("an officer is calling")
    REACHED = "REACHED", _("called")
    NOT_REACHED = "NOT_REACHED", _("not reached")
    CANCELLED = "CANCELLED", _("called off")


OPEN = (CallBackState.WAITING, CallBackState.CLAIMED)
HELD_FOR = timedelta(minutes=30)
"""How long a request is held for whoever claimed it; then a colleague may take it."""
MOST_TRIES = 3
"""Calls that nobody answered, after which a request ends."""


def number_mark_of(phone: str) -> str:
    """`CallBack.number_mark` of requests that name this number, however it is written."""
    return mark_of_number("helpline.number", phone)


class CallBack(models.Model):
    """A request to be called back. Whoever has its address sees its state, since `ref` is no guess.

    `phone` and `about` are emptied by whatever ends the request. `source` is a keyed digest of where it came from,
    `number_mark` of the number that is dialled, however it was written.
    """

    ref = models.CharField(max_length=40, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    language = models.CharField(max_length=10, default="zh-hans")
    phone = models.CharField(_("phone number"), max_length=40, blank=True, default="")
    number_mark = models.CharField(max_length=64, blank=True, default="", db_default="")
    about = models.CharField(_("what it is about"), max_length=500, blank=True, default="")
    case_number = models.CharField(_("case number"), max_length=40, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField(_("asked at"))
    call_from = models.DateTimeField(_("call from"))
    due_at = models.DateTimeField(_("call promised by"))
    state = models.CharField(_("state"), max_length=12, choices=CallBackState, default=CallBackState.WAITING)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("calls that nobody answered"), default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("call back")
        ordering = ("due_at", "id")
        indexes = (
            models.Index(fields=("due_at", "id"), condition=Q(state__in=OPEN), name="call_back_open"),
            models.Index(fields=("-ended_at", "id"), name="call_back_ended"),
            models.Index(fields=("source", "asked_at"), name="call_back_by_source"),
        )
        constraints = (
            check("call_back_state_is_known", Q(state__in=CallBackState.values)),
            check(
                "call_back_keeps_no_number_and_no_words_once_it_ended",
                Q(state__in=OPEN, ended_at__isnull=True) & ~Q(phone="")
                | Q(ended_at__isnull=False, phone="", about="") & ~Q(state__in=OPEN),
            ),
            check(
                "call_back_is_held_by_whoever_calls",
                Q(state=CallBackState.WAITING, officer__isnull=True)
                | Q(state=CallBackState.CANCELLED)
                | Q(officer__isnull=False, claimed_at__isnull=False),
            ),
            check("call_back_is_promised_for_later", Q(due_at__gt=F("asked_at")) & Q(due_at__gt=F("call_from"))),
            check("call_back_is_tried_a_few_times", Q(tries__lte=MOST_TRIES)),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def masked_phone(self) -> str:
        """Its last two digits, for whoever asked: the address of a page is passed on more easily than a number."""
        return f"•••• {self.phone[-2:]}" if self.phone else ""

    def is_free(self, at: datetime) -> bool:
        """Whether somebody else than its holder can take it."""
        is_over_time = self.claimed_at is None or self.claimed_at <= at - HELD_FOR
        return self.state == CallBackState.WAITING or (self.state == CallBackState.CLAIMED and is_over_time)

    def is_late(self, at: datetime) -> bool:
        return self.is_open and at > self.due_at


TRIGGERS: list[Trigger] = [
    leaves_nothing(
        "user_who_leaves_holds_no_call_back",
        "helpline_callback c WHERE c.officer_id = NEW.id AND c.state = 'CLAIMED'",
    ),
    taken_by_somebody_active("call_back_officer_works_here", "helpline_callback", "officer_id"),
    sealed("helpline_callback", "call_back_stays_whose_it_is", "ref number language asked_by_id asked_at case_number"),
    on_update("helpline_callback", "call_back_that_ended_is_over", "OLD.ended_at IS NOT NULL", problem=SEALED),
    kept("helpline_callback", "call_back_is_kept"),
]

COVER = operational(helpline_callback="who asked to be called back; the row goes with the call")
