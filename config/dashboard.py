"""How the system runs, on the first page of the admin: the figures of `/metrics`, the limits of `deploy/alerts.yml`."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.formats import duration
from config.api.health import is_operator
from config.figures import OF_THE_SYSTEM

MINUTE, HOUR = 60, 3600
LINK = '<a class="text-primary-600 dark:text-primary-500" href="{}{}">{}</a>'


class Watched(NamedTuple):
    """A sample of a metric and the most that is in order, or a metric of which twice as much is the least; where
    somebody finds out more.
    """

    label: Promise
    metric: str
    sample: str = ""
    most: float = 0
    twice: str = ""
    page: str = ""
    query: str = ""


OUTBOX, DEADLINES, HOOKS = "admin:casework_outboxmessage_changelist", "admin:casework_deadline_changelist", "hooks:list"
WATCHED = (
    Watched(gettext_lazy("Silence of the worker"), "appeals_worker_silent_seconds", most=MINUTE),
    Watched(
        gettext_lazy("Appeals: longest overdue"), "appeals_queue_overdue_seconds", "appeals", page="workbench:queue"
    ),
    Watched(
        gettext_lazy("Disputes: longest overdue"), "appeals_queue_overdue_seconds", "disputes", page="mediation:queue"
    ),
    Watched(gettext_lazy("Delay of deadlines"), "appeals_deadlines_lag_seconds", most=5 * MINUTE, page=DEADLINES),
    Watched(gettext_lazy("Deadlines that fail"), "appeals_deadlines_failing", page=DEADLINES),
    Watched(gettext_lazy("Delay of messages"), "appeals_outbox_lag_seconds", "people", most=MINUTE, page=OUTBOX),
    Watched(gettext_lazy("Messages given up"), "appeals_outbox_dead", page=OUTBOX, query="?state__exact=DEAD"),
    Watched(gettext_lazy("Delay of webhooks"), "appeals_webhook_lag_seconds", most=10 * MINUTE, page=HOOKS),
    Watched(gettext_lazy("Endpoints that fail"), "appeals_webhook_endpoints", "failing", page=HOOKS),
    Watched(gettext_lazy("Age of the last backup"), "appeals_last_seconds", "backup", most=26 * HOUR),
    Watched(gettext_lazy("Age of the last check without a fault"), "appeals_last_seconds", "verified", most=192 * HOUR),
    Watched(gettext_lazy("Age of the last checkpoint"), "appeals_last_seconds", "checkpoint", most=3 * HOUR),
    Watched(gettext_lazy("Free on the fullest disk"), "appeals_disk_free_bytes", twice="appeals_disk_reserve_bytes"),
    Watched(gettext_lazy("Difference of the clocks"), "appeals_clock_ahead_seconds", most=2),
)


def add_system(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds `system`, the table of what an operator watches, for whoever oversees; nobody else sees it."""
    if is_operator(getattr(request, "actor", None)):
        families = OF_THE_SYSTEM.collect()
        figures = {(at.name, *at.labels.values()): at.value for family in families for at in family.samples}
        headers = [_("What is watched"), _("State"), _("Now"), _("In order")]  # a phone shows the first two
        context["system"] = {"headers": headers, "rows": [_row(each, figures) for each in WATCHED]}
    return context


def _row(each: Watched, figures: dict[tuple[str, ...], float]) -> list[Any]:
    value = figures[(each.metric, each.sample) if each.sample else (each.metric,)]
    limit = 2 * figures[(each.twice,)] if each.twice else each.most
    is_well = value >= limit if each.twice else abs(value) <= limit and not _never(each, value)
    bound = _("at least %(limit)s") if each.twice else _("at most %(limit)s")
    said = _("never") if _never(each, value) else _said(each, value)
    label = format_html(LINK, reverse(each.page), each.query, each.label) if each.page else each.label
    state = _("in order") if is_well else format_html('<b class="text-red-700 dark:text-red-400">{}</b>', _("act now"))
    return [label, state, said, bound % {"limit": _said(each, limit)}]


def _never(each: Watched, value: float) -> bool:
    return value < 0 and each.metric != "appeals_clock_ahead_seconds"


def _said(each: Watched, value: float) -> str:
    if each.metric.endswith("_bytes"):
        return filesizeformat(value)
    if not each.metric.endswith("_seconds"):
        return str(int(value))
    return duration(timedelta(seconds=value)) if value >= MINUTE else _("%(n)s seconds") % {"n": f"{round(value, 1):g}"}
