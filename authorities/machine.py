"""The state machines of a seat and of a matter. Declarations only."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.machine import StateField, edge
from casework.states import State, Tab, tabs

LOOKED = "authority_seat.looked"


class SeatState(models.TextChoices):
    ACTIVE = "ACTIVE", pgettext_lazy("seat", "in force")
    ENDED = "ENDED", pgettext_lazy("seat", "ended")


SEAT_STATES = {
    SeatState.ACTIVE: State.open("good", "check-circle", turn="", tab="in_force", next_step=_("It ends by itself.")),
    SeatState.ENDED: State.final("calm", "check-circle", tab="ended", next_step=_("Nobody reads by it any more.")),
}
SEAT_TABS = tabs(Tab("in_force", pgettext_lazy("seats", "In force")), Tab("ended", pgettext_lazy("seats", "Ended")))


class SeatMachine(models.Model):
    state = StateField(_("state"), choices=SeatState, default=SeatState.ACTIVE, protected=True)
    STATES, TABS = SEAT_STATES, SEAT_TABS

    class Meta:
        abstract = True

    open_case = edge(SeatState.ACTIVE, None, "authority_seat.case_opened", by=("compliance",))
    """One case can be read, for a matter, and none that was open before; or none at all."""
    look = edge(SeatState.ACTIVE, None, LOOKED, by=("authority",))
    """The person reads a page; the event says which."""
    end = edge(
        SeatState.ACTIVE, SeatState.ENDED, "authority_seat.ended", by=("compliance",), cancels=("authority_seat.ends",)
    )
    """It ended before its time, for a reason."""
    lapse = edge(SeatState.ACTIVE, SeatState.ENDED, "authority_seat.lapsed", by=("system",))
    """Its time is over."""


class MatterState(models.TextChoices):
    OPEN = "OPEN", _("to be answered")
    DRAFTED = "DRAFTED", _("answer to be sent by another person")
    SENT = "SENT", pgettext_lazy("matter", "answered")
    CLOSED = "CLOSED", pgettext_lazy("matter", "closed")


M = MatterState
MATTER_STATES = {
    M.OPEN: State.open("wait", "hourglass", turn="platform", tab="open", next_step=_("Somebody drafts the answer.")),
    M.DRAFTED: State.open(
        "wait", "pencil", turn="platform", tab="drafted", next_step=_("Another person reads the answer and sends it.")
    ),
    M.SENT: State.paused(
        "good", "check", tab="sent", next_step=_("What was done afterwards is noted, and then it is closed.")
    ),
    M.CLOSED: State.final("calm", "check-circle", tab="closed"),
}
MATTER_TABS = tabs(
    Tab("open", _("To answer")),
    Tab("drafted", _("To send")),
    Tab("sent", pgettext_lazy("matters", "Answered")),
    Tab("closed", pgettext_lazy("matters", "Closed")),
)
UNANSWERED = [M.OPEN, M.DRAFTED]


class MatterMachine(models.Model):
    state = StateField(_("state"), choices=M, default=M.OPEN, protected=True)
    STATES, TABS = MATTER_STATES, MATTER_TABS

    class Meta:
        abstract = True

    draft = edge(UNANSWERED, M.DRAFTED, "authority_matter.drafted", by=("compliance",))
    send = edge(M.DRAFTED, M.SENT, "authority_matter.sent", by=("compliance",), cancels=("authority_matter.due",))
    note_follow_up = edge(M.SENT, None, "authority_matter.followed_up", by=("compliance",))
    export = edge([M.OPEN, M.DRAFTED, M.SENT], None, "authority_matter.exported", by=("compliance",))
    """Cases or figures were handed over as one file; the event has its SHA-256."""
    close = edge(
        [M.OPEN, M.SENT], M.CLOSED, "authority_matter.closed", by=("compliance",), cancels=("authority_matter.due",)
    )
    """Nothing is left to do; of one that was not answered, the reason says why."""
    mark_late = edge(UNANSWERED, None, "authority_matter.late", by=("system",))
    """The answer was due."""
