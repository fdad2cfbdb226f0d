"""Figures of an overturn rate as a page shows it: one sentence, a range to draw, and nothing below thirty decisions."""

import math
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from executors.measurement import SHOWN_FROM, Share

WIDTH, MARGIN = 400, 10


def percent(rate: float) -> str:
    """A rate as read: one decimal, none where it says nothing."""
    return f"{rate * 100:.1f}".removesuffix(".0") + "%"


def range_text(share: Share) -> str:
    """The rate with its 95% range, or that it is not shown."""
    value, interval = share.value, share.interval
    if value is None or interval is None:
        return _("not shown under %(n)s") % {"n": SHOWN_FROM}
    return _("%(rate)s (%(low)s–%(high)s)") % {
        "rate": percent(value),
        "low": percent(interval[0]).removesuffix("%"),
        "high": percent(interval[1]),
    }


def decided_text(share: Share) -> str:
    """Of how many."""
    return ngettext("of %(n)s decision", "of %(n)s decisions", share.of) % {"n": share.of}


def kind_rows(by_class: Iterable[tuple[Any, Share]]) -> list[dict[str, Any]]:
    """The kinds of error that occurred, each with its share of all decisions."""
    return [
        {"label": kind.label, "k": share.found, "share": range_text(share)} for kind, share in by_class if share.found
    ]


def figure(share: Share, pool: Share | None = None, *, is_own: bool = True) -> dict[str, Any]:
    """The values of `executors/_figure.html`. `pool`: everybody's, beside which the share stands."""
    value, interval = share.value, share.interval
    if value is None or interval is None:
        text = ngettext(
            "There is %(n)s decision. From %(least)s on, a rate is shown: below, it would say more about chance than "
            "about work.",
            "There are %(n)s decisions. From %(least)s on, a rate is shown: below, it would say more about chance "
            "than about work.",
            share.of,
        )
        return {"n": share.of, "is_shown": False, "text": text % {"n": share.of, "least": SHOWN_FROM}}
    low, high = interval
    everybody = pool.value if pool is not None else None
    top = _scale(max(high, everybody or 0.0))
    said = {"n": share.of, "rate": percent(value), "low": percent(low).removesuffix("%"), "high": percent(high)}
    text = _("Of %(n)s decisions %(rate)s overturned what was done (95%% range %(low)s–%(high)s).") % said
    pool_text = _("everybody: %(rate)s") % {"rate": percent(everybody)} if everybody is not None else ""
    return {
        "n": share.of,
        "is_shown": True,
        "text": text,
        "alt": f"{text} {pool_text}".strip(),
        "whose": _("you, with the 95-percent range") if is_own else _("this executor, with the 95-percent range"),
        "pool_text": pool_text,
        "top": percent(top),
        "low_x": _at(low, top),
        "rate_x": _at(value, top),
        "span_x": max(2, _at(high, top) - _at(low, top)),
        "pool_x": _at(everybody, top) if everybody is not None else None,
    }


def _scale(largest: float) -> float:
    """The right end of the axis: the next step of five points above what is drawn."""
    return min(1.0, max(0.05, math.ceil(largest * 20 + 0.2) / 20))


def _at(rate: float, top: float) -> int:
    return MARGIN + round(rate / top * (WIDTH - 2 * MARGIN))
