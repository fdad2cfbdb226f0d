"""A course as a chart that the server draws: points in a box of fixed size, which `_chart.html` makes an SVG of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transparency import values as words
from transparency.arithmetic import Parts
from transparency.catalogue import Metric, Unit
from transparency.queries import Step

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 28
LABELS = 4
"""Days that the axis names at most, the first and the last among them."""


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    text: str


def chart(metric: Metric, steps: Sequence[Step], title: str, description: str) -> dict[str, Any]:
    """What `_chart.html` draws: the line with its points, the interval as a band, both axes, and a mark on each day
    from which another version of the definition counts.
    """
    shown = [(i, step) for i, step in enumerate(steps) if _height(metric, step.parts) is not None]
    tops = [_height(metric, step.parts, top=True) or 0.0 for _i, step in shown]
    top = _nice(max(tops, default=0.0), metric)
    across = (WIDTH - LEFT - RIGHT) / max(1, len(steps) - 1)

    def x(i: int) -> float:
        return round(LEFT + i * across, 1)

    def y(height: float) -> float:
        return round(HEIGHT - BOTTOM - height / top * (HEIGHT - TOP - BOTTOM), 1)

    points = [
        Point(x(i), y(_height(metric, step.parts) or 0.0), f"{words.days(step.period)}: {_said(metric, step.parts)}")
        for i, step in shown
    ]
    band = ""
    if metric.unit is Unit.RATE and shown:
        ranges = [(x(i), *(step.parts.interval or (0.0, 0.0))) for i, step in shown]
        edge = [(at, y(high)) for at, _low, high in ranges] + [(at, y(low)) for at, low, _high in reversed(ranges)]
        band = " ".join(f"{at},{height}" for at, height in edge)
    named = sorted({round(n * (len(steps) - 1) / (LABELS - 1)) for n in range(LABELS)}) if steps else []
    versions = [step.version for step in steps]
    marks = [i for i in range(1, len(steps)) if versions[i] and 0 < max(versions[:i]) < versions[i]]
    return {
        "title": title,
        "description": description,
        "points": points,
        "line": " ".join(f"{point.x},{point.y}" for point in points),
        "band": band,
        "rows": [{"y": y(top * part / 4), "text": _on_axis(metric, top * part / 4)} for part in (0, 1, 2, 3, 4)],
        "days": [
            {"x": x(i), "text": f"{steps[i].period.since:%m-%d}", "anchor": _anchor(i, len(steps))} for i in named
        ],
        "marks": [{"x": x(i), "text": f"{steps[i].period.since:%Y-%m-%d}"} for i in marks],
        "bottom": HEIGHT - BOTTOM,
    }


def _anchor(i: int, of: int) -> str:
    return "start" if i == 0 else "end" if i == of - 1 else "middle"


def _height(metric: Metric, parts: Parts, *, top: bool = False) -> float | None:
    """How high a point stands, or the upper end of its band; None where there is nothing to say."""
    match metric.unit:
        case Unit.RATE:
            if parts.rate is None:
                return None
            return parts.interval[1] if top and parts.interval is not None else float(parts.rate)
        case Unit.HOURS:
            return parts.median
        case _:
            return parts.n


def _said(metric: Metric, parts: Parts) -> str:
    if metric.unit is Unit.RATE:
        return f"{words.value(metric, parts)} ({parts.k}/{parts.n})"
    return words.value(metric, parts)


def _on_axis(metric: Metric, height: float) -> str:
    if metric.unit is Unit.RATE:
        return f"{100 * height:g}%"
    return f"{height:,.0f}" if height == int(height) else f"{height:g}"


def _nice(largest: float, metric: Metric) -> float:
    """The upper end of the axis: four steps of 1, 2, 2.5 or 5 times a power of ten, just above what is drawn."""
    if metric.unit is Unit.RATE:
        steps = (0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25)
        return 4 * next((step for step in steps if 4 * step >= largest), 0.25)
    whole = max(4.0, largest)
    power = 10.0 ** math.floor(math.log10(whole / 4))
    return 4 * next(step * power for step in (1, 2, 2.5, 5, 10) if 4 * step * power >= whole)
