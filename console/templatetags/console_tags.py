"""Tags and filters for the console: the state of a row, a due time in a table, shares."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.urls import reverse

from surfaces.templatetags.surface_tags import due

register = template.Library()
ORIGINS = {
    "inc_": "executing:incident",
    "exe_": "executing:executor",
    "apl_": "workbench:case",
    "dsp_": "mediation:case",
    "sib_": "siblings:sibling",
    "ntc_": "notices:detail",
}
"""The page of where an error was found, by how its ref begins."""


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


@register.filter
def origin_url(row: Any) -> str:
    """Where what made notices wrong is looked at: an incident, the executor that was suspended, the appeal or the
    dispute that was decided, or another second look.
    """
    return reverse(ORIGINS[row.origin_ref[:4]], args=[row.origin_ref])


@register.filter
def is_late(row: Any, now: datetime) -> bool:
    """Whether something with a time to be done by is late at this moment."""
    return bool(row.is_late(now))


@register.filter
def late_since(row: Any, now: datetime) -> datetime | None:
    """Since when the platform is late with what it owes in this case, at this moment."""
    found: datetime | None = row.late_since(now)
    return found


@register.filter
def per_mille(value: int) -> str:
    """Thousandths as a percentage, without a nought that says nothing."""
    return f"{value / 10:.1f}".removesuffix(".0") + "%"


@register.filter
def per_million(value: int) -> str:
    """Millionths as a percentage, as exactly as they are counted."""
    return f"{value / 10_000:.4f}".rstrip("0").removesuffix(".") + "%"


@register.filter
def share(value: float) -> str:
    """A share of one as a percentage with one decimal."""
    return f"{value:.1%}"
