"""What a webhook, and a row of `GET events`, says of an event: thin, so that each reads the rest as what it may see."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from casework.models import Event


def told(type_: str, at: datetime, about: Mapping[str, Any]) -> dict[str, Any]:
    """What happened to which object."""
    return {"type": type_, "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds"), "data": about}


def about(event: Event, seen: Mapping[str, Any]) -> dict[str, Any]:
    """The case of an event, as the client sees it."""
    named = {
        "ref": event.case_ref,
        "kind": event.case_kind,
        "number": seen["number"],
        "version": event.sequence,
    }
    if seen.get("external_ref"):
        named["external_ref"] = seen["external_ref"]
    return named
