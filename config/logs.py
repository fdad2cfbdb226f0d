"""Log lines: without personal data and secrets, with the id of the request, as text or as JSON."""

import json
import logging
import re
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from casework import requests
from operations import tracing

PATTERNS = (
    # PostgreSQL adds the values of the row that it refused; up to the next exception of a chain they may span lines.
    (re.compile(r"(?ms)^DETAIL:.*?(?=^(?:The above exception|During handling|Traceback )|\Z)"), "DETAIL: <row>\n"),
    # Begins where such a word begins, so that a long one without @ is read once.
    (re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.-]+"), "<email>"),
    (re.compile(r"(?<![\w-])(?:\+?86[- ]?)?1[3-9]\d{9}(?![\w-])"), "<phone>"),
    (re.compile(r"(?<!\w)\d{17}[\dXx](?!\w)"), "<id-number>"),
    (re.compile(r"\b(tok|tkt|whsec|lnk)_[\w-]+"), r"\1_<secret>"),
    (re.compile(r"(?i)\b(bearer\s+|(?:ticket|token|password|key|session)=)[^\s&'\"]+"), r"\1<secret>"),
)
FIELDS = (
    *("method", "operation", "status", "milliseconds", "subscriber", "event", "delivery", "attempt"),
    *("trace_id", "span_id"),
)
"""What a line may say beside its message (`extra`, and where traces are made, the span)."""

type Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def cleaned(text: str) -> str:
    """The text with addresses, phone and identity numbers, rows and secrets replaced by what kind of thing it was."""
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class NoPersonalData(logging.Filter):
    """Cleans the message, and adds the id of the request or, where there is none, a dash; and those of the trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = cleaned(record.getMessage()), None
        record.request_id = requests.current() or "-"
        record.__dict__ |= tracing.ids()
        return True


class Line(logging.Formatter):
    """A line of text. What an exception says is cleaned like a message."""

    def formatException(self, ei: Raised) -> str:  # noqa: N802  the name is logging's
        return cleaned(super().formatException(ei))


class Json(Line):
    """A line of JSON: `at` (UTC), `level`, `logger`, `message`, `request_id`, `FIELDS` `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name}
        line |= {"message": record.getMessage(), "request_id": getattr(record, "request_id", "-")}
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
