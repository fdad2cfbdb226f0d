"""Publishes the procedure: its time limits, and how to reach a person. Open to everybody."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from casework import clock


def _days(n: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def _hours(n: int) -> str:
    return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}


def _working_days(n: int) -> str:
    return ngettext("%(n)d working day", "%(n)d working days", n) % {"n": n}


@require_safe
def times(request: HttpRequest) -> HttpResponse:
    """Shows how long each stage may take, as this platform has set it."""
    by_us = _("Us, from filing")
    system_hours = max(1, round(settings.SYSTEM_REVIEW_MINUTES / 60))
    rows = [
        (
            _("Appeal against a notice"),
            _days(settings.APPEAL_WINDOW_DAYS),
            _("You, from the day the notice was delivered"),
        ),
        (_("Add evidence"), _days(settings.EVIDENCE_DAYS), _("You, from filing; longer while we ask for more")),
        (
            _("Answer a question of the reviewer"),
            _hours(settings.INFORMATION_HOURS),
            _("You; never less than 24 hours"),
        ),
        (
            _("System review, where you chose it"),
            _hours(system_hours),
            _("Us; then it goes to a person by itself"),
        ),
        (_("Decision by a person"), _working_days(settings.DECIDE_WORKING_DAYS), by_us),
        (
            _("Decision where a store is closed or money is frozen"),
            _hours(settings.DECIDE_HOURS_HIGH_STAKES),
            by_us,
        ),
        (_("Undo a measure that fell"), _hours(settings.REMEDY_HOURS), _("The platform, from the decision")),
        (_("Ask for a second review"), _days(settings.SECOND_ROUND_DAYS), _("You, from the decision")),
        (_("Precautionary hold"), _hours(settings.PRECAUTIONARY_HOLD_HOURS), _("At most, from its start")),
    ]
    return render(request, "appeals/help_times.html", {"rows": rows, "now": clock.now()})


@require_safe
def human(request: HttpRequest) -> HttpResponse:
    """Shows how to speak to a person, and what they can do."""
    return render(request, "appeals/help_human.html", {"now": clock.now()})
