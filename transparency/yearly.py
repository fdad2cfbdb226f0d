"""What the report of a year freezes: figures of closed days with what they rest on, and sections in both languages.

Everything follows from the year alone, so that whoever signs can have it made again and compared. The numbers of a year
are those that its quarters publish, added up, and say where a quarter withheld one: so they give nothing away.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from archive import checkpoints
from casework.canonical import canonical, digest
from casework.clock import BEIJING
from casework.errors import FieldError, Invalid, NotYourTurn
from casework.formats import moment_text, money
from casework.languages import LANGUAGES
from executors.queries import incidents_between
from operations.models import Outage
from rules.models import Disposition, Made, Rulemaking, RuleVersion
from transparency.arithmetic import Parts, Period, added, quarter_of
from transparency.catalogue import BY_CODE, METRICS, Unit
from transparency.cohorts import Text
from transparency.models import ClosedDay, Figure, digest_of
from transparency.suppressing import LEAST, WITHHELD, is_small, whole
from transparency.values import NOTHING, hours, interval, value
from triage.queries import audits_between, automation_between

GROUPS: Sequence[tuple[str, Text, Sequence[str]]] = (
    ("notices", gettext_lazy("Notices"), ("notices-served", "notices-automated")),
    (
        "appeals",
        gettext_lazy("Appeals"),
        ("appeals-filed", "appeals-decided", "appeals-changed", "appeals-in-time", "appeals-time"),
    ),
    ("disputes", gettext_lazy("Disputes"), ("disputes-opened", "disputes-settled", "disputes-upheld", "disputes-time")),
    ("heard", gettext_lazy("Heard by a person"), ("appeals-by-person", "appeals-demanded")),
    ("remedies", gettext_lazy("Late remedies"), ("remedies-late",)),
)
"""In which section each public metric stands."""
SLOTS: Mapping[str, Text] = {
    "assessment": gettext_lazy("Self-assessment"),
    "checkup": gettext_lazy("External check-up"),
    "outside": gettext_lazy("Complaints outside the platform"),
    "outlook": gettext_lazy("Outlook"),
}
"""What people write, or strike with a reason, in both languages."""
OF_CHECKUP: Mapping[str, Text] = {
    "checkup_by": gettext_lazy("Who checked"),
    "checkup_on": gettext_lazy("Day of the result"),
    "checkup_document": gettext_lazy("Document of the result"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A table with a sentence above it, in the active language."""

    code: str
    title: str
    note: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


SECTIONS: list[Callable[[Period], Section]] = []
"""Where apps above put what they have to say of a year."""


def period_of_year(year: str) -> Period | None:
    """The days of a year of four digits; None of anything else."""
    if not (len(year) == 4 and year.isascii() and year.isdigit() and 1970 < int(year) < 2200):
        return None
    return Period(date(int(year), 1, 1), date(int(year), 12, 31))


def years_closed() -> list[str]:
    """The years whose every day since the first case is closed, the newest first."""
    days = ClosedDay.objects.order_by("day").values_list("day", flat=True)
    first, last = days.first(), days.last()
    if first is None or last is None:
        return []
    through = last.year if (last.month, last.day) == (12, 31) else last.year - 1
    return [str(year) for year in range(through, first.year - 1, -1)]


def figures_of(year: str) -> dict[str, Any]:
    """The public figures of the year, and what they rest on. Raises `NotYourTurn` where a day of it is not closed, or
    has other figures than those that were closed.
    """
    period = period_of_year(year)
    if period is None or year not in years_closed():
        raise NotYourTurn(_("Not every day of this year is closed."))
    return {"figures": _figures(period), "proof": _proof(period)}


def frozen(year: str) -> dict[str, Any]:
    """All that the records say of the year, as it is read back. Raises what `figures_of` does."""
    said, sections = figures_of(year), {}
    for language in LANGUAGES:
        with translation.override(language):
            sections[language] = [
                asdict(each) for each in _sections(cast(Period, period_of_year(year)), said["figures"])
            ]
    return cast(dict[str, Any], json.loads(canonical({**said, "year": year, "sections": sections})))


def days_of(period: Period) -> list[dict[str, Any]]:
    """Of each closed day its digest and the number of the checkpoint whose heads it rests on."""
    rows = ClosedDay.objects.filter(day__gte=period.since, day__lte=period.until).order_by("day")
    return [{"day": row.day.isoformat(), "digest": row.digest, "checkpoint": row.checkpoint_id} for row in rows]


def _proof(period: Period) -> dict[str, Any]:
    for closed in ClosedDay.objects.filter(day__gte=period.since, day__lte=period.until):
        if digest_of(Figure.objects.filter(day=closed)) != closed.digest:
            text = _("The figures of %(day)s are not those that were closed: nothing that rests on them is signed.")
            raise NotYourTurn(text % {"day": closed.day.isoformat()})
    days = days_of(period)
    newest = ClosedDay.objects.select_related("checkpoint").get(day=period.until).checkpoint
    said = {"since": days[0]["day"], "until": days[-1]["day"], "days": len(days), "digest": digest(days)}
    return said | {"checkpoint": newest.no, "code": checkpoints.code_of(newest)}


def _figures(period: Period) -> list[dict[str, Any]]:
    public = [metric for metric in METRICS if metric.is_public]
    rows = Figure.objects.filter(day__gte=period.since, day__lte=period.until, cut="")
    by_quarter: dict[str, dict[Period, list[Parts]]] = {metric.code: {} for metric in public}
    definitions: dict[str, set[int]] = {metric.code: set() for metric in public}
    for row in rows.filter(metric__in=by_quarter):
        by_quarter[row.metric].setdefault(quarter_of(row.day_id), []).append(row.parts)
        definitions[row.metric].add(row.version)
    found = []
    for metric in public:
        quarters = [added(parts) for parts in by_quarter[metric.code].values()]
        is_rate, total = metric.unit is Unit.RATE, added(quarters)
        cells = [whole(parts, is_rate=is_rate) for parts in quarters]
        said = [cell for cell in cells if cell.is_whole] if is_rate else [cell for cell in cells if cell.n is not None]
        is_timed = total.is_enough and metric.unit is Unit.HOURS
        found.append(
            {
                "metric": metric.code,
                "definitions": sorted(definitions[metric.code]),
                "n": sum(cell.n or 0 for cell in said) if said or not cells else None,
                "k": sum(cell.k or 0 for cell in said) if is_rate and (said or not cells) else None,
                "more_is_withheld": len(said) < len(cells),
                "median_hours": total.median if is_timed else None,
                "p90_hours": total.p90 if is_timed else None,
            }
        )
    return found


# — sections, in the active language —


def counted(n: int) -> str:
    """A number of a report: from 1 to 4 as `<5`. It stands in one table alone, without a total to subtract from."""
    return f"<{LEAST}" if is_small(n) else f"{n:,}"


def _day(at: Any) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d}"


def _sections(period: Period, figures: Sequence[Mapping[str, Any]]) -> Iterator[Section]:
    yield _rules(period)
    by_code = {figure["metric"]: figure for figure in figures}
    for code, title, metrics in GROUPS:
        yield _measured(code, str(title), [by_code[metric] for metric in metrics])
    for section in (_automation, _executors, _outages, *SECTIONS):
        yield section(period)


def _measured(code: str, title: str, figures: Sequence[Mapping[str, Any]]) -> Section:
    rows = []
    for figure in figures:
        metric, k, n = BY_CODE[figure["metric"]], *(_number(figure, name) for name in ("k", "n"))
        said, sure = n, ""
        if metric.unit is Unit.RATE:
            parts = Parts(figure["n"] or 0, figure["k"] or 0)
            said, sure = (value(metric, parts), interval(metric, parts)) if parts.is_enough else (NOTHING, "")
        elif metric.unit is Unit.HOURS:
            said = hours(figure["median_hours"])
            sure = _("nine of ten: %(time)s") % {"time": hours(figure["p90_hours"])} if figure["p90_hours"] else ""
        rows.append((str(metric.name), said, sure, k if metric.unit is Unit.RATE else "", n, str(metric.sentence)))
    head = (_("Metric"), _("Value"), _("95% range"), _("Of them (k)"), _("Cases (n)"), _("What is counted"))
    return Section(code, title, "", head, rows)


def _number(figure: Mapping[str, Any], name: str) -> str:
    if figure[name] is None:
        return WITHHELD
    return f"{figure[name]:,}{'+' if figure['more_is_withheld'] else ''}"


def _rules(period: Period) -> Section:
    rows = []
    versions = RuleVersion.objects.filter(published_at__gte=period.start, published_at__lt=period.end)
    for version in versions.select_related("rule").order_by("published_at", "pk"):
        consulted = NOTHING
        if version.consulted_from and version.consulted_until:
            consulted = f"{_day(version.consulted_from)} – {_day(version.consulted_until)}"
        rows.append(
            (
                f"{version.rule.name} {version.number}",
                str(version.get_made_display()),
                consulted,
                _opinions(version),
                version.in_language("consultation_summary") or NOTHING,
                _day(version.effective_from) if version.withdrawn_at is None else _("withdrawn"),
            )
        )
    head = (_("Rule and version"), _("How it came about"), _("Consultation"), _("Opinions"), _("What came of it"))
    note = _("Every version that was published in the year.")
    return Section("rules", _("Rules changed"), note, (*head, _("In force from")), rows)


def _opinions(version: RuleVersion) -> str:
    """How many came in, and what became of them."""
    kinds = {each.value: Count("opinions", filter=Q(opinions__disposition=each)) for each in Disposition}
    making = Rulemaking.objects.filter(rule_version=version).annotate(n=Count("opinions"), **kinds).first()
    if making is None or version.made != Made.HERE:
        return NOTHING
    n = making.n
    parts = [f"{each.label} {getattr(making, each.value)}" for each in Disposition if getattr(making, each.value)]
    return f"{n} ({_(', ').join(parts)})" if parts else str(n)


def _automation(period: Period) -> Section:
    looks, wrong = audits_between(period.start, period.end)
    note = _("People looked a second time at %(n)s decisions that the system made alone. It was wrong in %(k)s.")
    rows = [(_day(at), what, about) for at, what, about in automation_between(period.start, period.end)]
    said = note % {"n": counted(looks), "k": counted(wrong)}
    return Section("automation", _("Automation and its audits"), said, (_("Day"), _("What happened"), _("About")), rows)


def _executors(period: Period) -> Section:
    numbers, sums = incidents_between(period.start, period.end)
    rows = [(label, counted(n)) for label, n in numbers]
    if sums and not is_small(numbers[-1][1]):
        rows.append((_("Paid in all"), ", ".join(money(minor, currency) for currency, minor in sums.items())))
    head = (_("What"), pgettext("how many", "Number"))
    return Section("executors", _("Executors, incidents and compensations"), "", head, rows)


def _outages(period: Period) -> Section:
    found = Outage.objects.filter(is_proposed=False, started_at__gte=period.start, started_at__lt=period.end)
    rows = [
        (
            moment_text(each.started_at),
            moment_text(each.ended_at),
            _("Yes") if each.is_announced else _("No"),
            each.cause,
        )
        for each in found.order_by("started_at", "pk")
    ]
    head = (_("From"), _("Until"), _("Announced before"), _("Cause"))
    note = _("One that was not announced lengthened every period that it fell into.")
    return Section("outages", _("Outages"), note, head, rows)


# — what people write —


def check_slots(said: Mapping[str, Any]) -> None:
    """Raises `Invalid` where something is neither written nor struck with a reason in both languages, and where an
    external check-up that there was does not say by whom, when and in which document.
    """
    wrong = [
        FieldError(f"/{slot}_{tongue}", "required", _("Write it, or strike it and give the reason."))
        for slot in SLOTS
        for tongue in ("zh", "en")
        if not said[f"{slot}_{tongue}"].strip()
    ]
    for name in OF_CHECKUP:
        if bool(said[name]) == said["checkup_struck"]:
            text = _("Leave this empty: there was none.") if said[name] else _("Please fill this in.")
            wrong.append(FieldError(f"/{name}", "invalid" if said[name] else "required", text))
    if wrong:
        raise Invalid(errors=wrong)
