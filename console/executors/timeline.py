"""The timeline of an executor or of a case about it, as `components/timeline.html` shows it. People appear by code."""

from typing import Any

from django.utils.translation import gettext as _

from casework.models import Case
from executors.events import EVENTS
from executors.queries.pages import codes_of, events_of


def timeline_of(row: Case) -> list[dict[str, Any]]:
    """What happened, newest first."""
    events = list(events_of(row))
    codes = codes_of(event.actor_ref for event in events)
    found = []
    for event in reversed(events):
        code, by_staff = codes.get(event.actor_ref, ""), event.actor_kind == "staff"
        kind = {"system": "system", "client": "platform", "staff": "officer"}.get(event.actor_kind, "other")
        found.append(
            {
                "at": event.at,
                "text": EVENTS[event.type].party,
                "actor": kind,
                "officer": code if by_staff else "",
                "who": code or _("Executor") if kind == "other" else "",
            }
        )
    return found
