"""What pages about executors say of certificates, mandates, terms and shares, in the words that executors read too."""

from datetime import datetime
from typing import Any

from django import template

from executors import words
from executors.queries import figures, standing

register = template.Library()

register.filter("percent", figures.percent)
register.filter("range_text", figures.range_text)
register.filter("decided_text", figures.decided_text)


@register.filter
def certificate_state(row: Any, now: datetime) -> str:
    """Where a certificate stands at this moment, a code of `words.CERTIFICATE`."""
    return standing.certificate_state(row, now=now)


@register.inclusion_tag("components/status_tag.html")
def certificate_status(row: Any, now: datetime) -> dict[str, Any]:
    state = standing.certificate_state(row, now=now)
    return {"state": state, "label": words.CERTIFICATE[state]}


@register.inclusion_tag("components/status_tag.html")
def mandate_status(row: Any, now: datetime) -> dict[str, Any]:
    state = standing.mandate_state(row, now=now)
    return {"state": state, "label": words.MANDATE[state]}


@register.inclusion_tag("components/status_tag.html")
def terms_status(row: Any, now: datetime) -> dict[str, Any]:
    state = "VALID" if row.cover(now) else "NOT_YET" if row.effective_from > now else "ENDED"
    return {"state": state, "label": words.MANDATE[state]}
