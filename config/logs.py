"""Removes personal data and secrets from log lines."""

import logging
import re

PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "<email>"),
    (re.compile(r"(?<![\w-])(?:\+?86[- ]?)?1[3-9]\d{9}(?![\w-])"), "<phone>"),
    (re.compile(r"(?<!\w)\d{17}[\dXx](?!\w)"), "<id-number>"),
    (re.compile(r"\b(tok|tkt|whsec)_[\w-]+"), r"\1_<secret>"),
    (re.compile(r"(?i)\b(bearer\s+|(?:ticket|token|password|key|session)=)[^\s&'\"]+"), r"\1<secret>"),
)


class NoPersonalData(logging.Filter):
    """Replaces addresses, phone and identity numbers and secrets in a message by what kind of thing they were."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        for pattern, replacement in PATTERNS:
            message = pattern.sub(replacement, message)
        record.msg, record.args = message, None
        return True
