"""What is said of the events of seats and matters. None of it is public."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.events import EventText


def told(words: Promise | str) -> EventText:
    """Stands in the course of the matter, and is told to compliance in the same words."""
    return EventText(staff=words, staff_message=words)


EVENTS = {
    "authority_seat.given": EventText(staff=_("Two people signed the seat")),
    "authority_seat.case_opened": EventText(staff=_("Which case is open to the seat was changed")),
    "authority_seat.looked": EventText(staff=_("A page was read by the seat")),
    "authority_seat.ended": EventText(staff=_("The seat was ended")),
    "authority_seat.lapsed": EventText(staff=_("The time of the seat is over")),
    "authority_matter.received": told(_("A matter of an authority is to be answered")),
    "authority_matter.drafted": told(_("An answer to an authority waits for another person")),
    "authority_matter.sent": EventText(staff=_("The answer was sent")),
    "authority_matter.followed_up": EventText(staff=_("A follow-up was noted")),
    "authority_matter.exported": EventText(staff=_("A sealed file was handed over")),
    "authority_matter.closed": EventText(staff=_("The matter was closed")),
    "authority_matter.late": told(_("The answer to an authority is late")),
}
