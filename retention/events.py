"""What is said of the events of retention runs and legal holds. None of it is public."""

from django.utils.translation import gettext_lazy as _

from casework.events import EventText

EVENTS = {
    "retention_run.signed": EventText(staff=_("Two people signed it")),
    "retention_run.ended_some": EventText(staff=_("Records ended for good")),
    "retention_run.finished": EventText(staff=_("All that was due and not held has ended")),
    "legal_hold.put": EventText(staff=_("The hold was put")),
    "legal_hold.lifted": EventText(staff=_("The hold was lifted")),
}
