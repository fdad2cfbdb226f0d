"""Renders a platform record as lines: names in words, sums as money, moments in Beijing time.

A platform may hold more than is named here; such a name is shown as it came. The sealed content is never changed.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from casework.formats import moment_text, money
from casework.toml import read_sentences

NAMES: Mapping[str, str | Promise] = read_sentences(Path(__file__).with_name("record_names.toml"))["names"]
MINOR = "_minor"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")


def record_lines(content: Any, currency: str) -> list[tuple[str, str]]:
    """Each value of the record with the way to it, in the record's own order."""
    return list(_lines(content, "", "", currency))


def _lines(value: Any, way: str, key: str, currency: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines(inner, f"{way} · {_name(name)}" if way else _name(name), str(name), currency)
    elif isinstance(value, list):
        for no, inner in enumerate(value, start=1):
            yield from _lines(inner, f"{way} {no}".strip(), key, currency)
    else:
        yield way, _value(value, key, currency)


def _name(key: object) -> str:
    plain = str(key).removesuffix(MINOR)
    return str(NAMES.get(plain, plain.replace("_", " ")))


def _value(value: Any, key: str, currency: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int) and key.endswith(MINOR):
        return money(value, currency)
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return moment_text(datetime.fromisoformat(value))
    return str(value)
