"""What several pages of the console say in the same way: the state of a row, a due time in a table, shares."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template

from casework.templatetags.casework_tags import due

register = template.Library()


@register.inclusion_tag("components/status_tag.html")
def status(row: Any) -> dict[str, Any]:
    """The state of a case, as `components/status_tag.html` shows it."""
    return {"state": str(row.state), "label": row.get_state_display()}


@register.inclusion_tag("console/due_cell.html")
def due_cell(at: datetime, now: datetime) -> dict[str, Any]:
    """A due time in a table: the moment, and how long until then."""
    return {"seen": due(at, now)}


@register.filter
def since(now: datetime, at: datetime) -> timedelta:
    """How long ago something was."""
    return now - at


@register.filter
def lookup(values: Mapping[str, Any], key: str) -> Any:
    """What a mapping says of this key; an empty text where it says nothing."""
    return values.get(key, "")
