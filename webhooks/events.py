"""The sentences about each event of a webhook endpoint."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from casework.events import ON_RECORD_ONLY, EventText

EVENTS: Mapping[str, EventText] = {
    "webhook.created": ON_RECORD_ONLY,
    "webhook.enabled": ON_RECORD_ONLY,
    "webhook.disabled": EventText(staff_message=_("A webhook endpoint does not answer and was switched off.")),
    "webhook.rotated": ON_RECORD_ONLY,
}
