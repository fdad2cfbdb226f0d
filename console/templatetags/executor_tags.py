"""Tags and filters for pages about executors: certificates, mandates, terms and shares, in the executors' words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _

from casework.formats import deadline_text, moment_text, officer
from executors import texts
from executors.queries import figures, in_force

register = template.Library()

register.filter("percent", figures.percent)
register.filter("range_text", figures.range_text)
register.filter("decided_text", figures.decided_text)


@register.filter
def span(start: datetime, end: datetime | None) -> str:
    """From one day to another, or without an end."""
    return f"{moment_text(start, 'day')} – {deadline_text(end, 'day') if end is not None else _('open end')}"


@register.filter
def instruction_title(row: Any, labels: Mapping[str, str]) -> str:
    """What is to be done about what. `labels`: of kinds of measure, by code."""
    return _("%(measure)s: %(subject)s") % {
        "measure": labels.get(row.measure_type, row.measure_type),
        "subject": row.subject_number,
    }


@register.filter
def covered(measures: Iterable[Any], labels: Mapping[str, str]) -> str:
    """The kinds of measure of a mandate, each with its level. `labels`: of kinds of measure, by code."""
    return _(", ").join(
        _("%(measure)s (level %(level)s)")
        % {"measure": labels.get(each.measure_type, each.measure_type), "level": each.level}
        for each in measures
    )


@register.filter
def granted_by(row: Any) -> str:
    """Who granted a mandate, by code."""
    return officer(row.granted_by.officer_code) if row.granted_by is not None else _("the platform's back end")


@register.filter
def certificate_text(row: Any) -> str:
    """What a certificate is for, and until when."""
    return _("%(rule)s %(number)s, level %(level)s, until %(until)s") % {
        "rule": row.rule_version.rule.name,
        "number": row.rule_version.number,
        "level": row.level,
        "until": deadline_text(row.expires_at, "day"),
    }


@register.filter
def certificate_state(row: Any, now: datetime) -> str:
    """Where a certificate stands at this moment, a code of `texts.CERTIFICATE`."""
    return in_force.certificate_state(row, now=now)


@register.inclusion_tag("components/status_tag.html")
def certificate_status(row: Any, now: datetime) -> dict[str, Any]:
    state = in_force.certificate_state(row, now=now)
    return {"state": state, "label": texts.CERTIFICATE[state]}


@register.inclusion_tag("components/status_tag.html")
def mandate_status(row: Any, now: datetime) -> dict[str, Any]:
    state = in_force.mandate_state(row, now=now)
    return {"state": state, "label": texts.MANDATE[state]}


@register.inclusion_tag("components/status_tag.html")
def terms_status(row: Any, now: datetime) -> dict[str, Any]:
    state = "VALID" if row.cover(now) else "NOT_YET" if row.effective_from > now else "ENDED"
    return {"state": state, "label": texts.MANDATE[state]}
