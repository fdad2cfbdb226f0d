"""The sentences about each event of a notice to its party, and which are public."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from casework.events import ON_RECORD_ONLY, EventText

EVENTS: Mapping[str, EventText] = {
    "notice.issued": EventText(message=_("There is a new notice for you. You can appeal."), public=True),
    "notice.amended": EventText(message=_("The platform corrected the text of a notice to you."), public=True),
    "notice.revoked": EventText(message=_("A measure against you was revoked."), public=True),
    "notice.reduced": EventText(message=_("A measure against you was reduced."), public=True),
    "notice.upheld": EventText(public=True),
    "notice.ended": EventText(message=_("A measure against you has ended."), public=True),
    "notice.measures_ended": EventText(public=True),
    "notice.appealed": EventText(public=True),
    "notice.appeal_window_closed": EventText(public=True),
    "notice.remedy_confirmed": EventText(
        message=_("Something that a measure took from you was restored."), public=True
    ),
    "notice.remedy_failed": EventText(
        message=_("Something could not be restored. Please read what the platform says."), public=True
    ),
    "notice.remedy_late": EventText(
        message=_("A restoration is late, and we are sorry. We follow it up."), public=True
    ),
    "notice.translated": EventText(message=_("There is a translation of a notice to you.")),
    "notice.decision_confirmed": ON_RECORD_ONLY,
    "notice.read": ON_RECORD_ONLY,
    "notice.dispute_determined": ON_RECORD_ONLY,
    "publication.opened": ON_RECORD_ONLY,
    "publication.published": ON_RECORD_ONLY,
    "publication.late": ON_RECORD_ONLY,
    "publication.reported": ON_RECORD_ONLY,
    "publication.ended": ON_RECORD_ONLY,
    "publication.corrected": ON_RECORD_ONLY,
    "publication.dropped": ON_RECORD_ONLY,
    "sibling.opened": ON_RECORD_ONLY,
    "sibling.kept": ON_RECORD_ONLY,
    "sibling.corrected": ON_RECORD_ONLY,
    "sibling.overtaken": ON_RECORD_ONLY,
}
