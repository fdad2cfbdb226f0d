"""What the lint found in a text and nobody cleared: it stands in the way of publishing, serving or sending it."""

import hashlib
import threading
from collections.abc import Iterable, Mapping

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from casework.errors import FieldError
from rules.models import WordingClearance
from rules.wording import KINDS, Finding, lint


def text_hash(text: str) -> str:
    """SHA-256 of the text, by which a clearance knows it; not of what pages change: line ends and blanks around it."""
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode()).hexdigest()


_ONE_AT_A_TIME = threading.Lock()


def _read(text: str) -> list[Finding]:
    """The findings of one text, while no other is read by this process: a batch of the longest texts in the worst words
    takes seconds, and several at once would leave pages no turn.
    """
    with _ONE_AT_A_TIME:
        return lint(text)


def open_findings(texts: Iterable[str]) -> dict[str, list[Finding]]:
    """What the lint found in each text and nobody cleared; texts without such findings are left out.

    The database is asked only where something was found.
    """
    found = {text: findings for text in set(texts) if (findings := _read(text))}
    if not found:
        return {}
    hashes = {text: text_hash(text) for text in found}
    rows = WordingClearance.objects.filter(text_hash__in=hashes.values()).values_list("text_hash", "kind")
    cleared = set(rows)
    still = {text: [f for f in rows if (hashes[text], f.kind) not in cleared] for text, rows in found.items()}
    return {text: findings for text, findings in still.items() if findings}


def wording_errors(texts: Mapping[str, str], found: Mapping[str, list[Finding]] | None = None) -> list[FieldError]:
    """One error for each open finding in the texts, which are given by their JSON pointers.

    `found` is what `open_findings` said of these texts, where it was asked for many at once.
    """
    known = open_findings(texts.values()) if found is None else found
    return [
        FieldError(pointer, "forbidden-phrase", _finding_in_words(finding))
        for pointer, text in texts.items()
        for finding in known.get(text, ())
    ]


def _in_words(finding: Finding) -> str:
    kind = KINDS[finding.kind]
    said = {"words": finding.excerpt, "why": kind.why, "article": kind.article, "instead": kind.instead}
    return (
        _("“%(words)s”: %(why)s (%(article)s) It could read: %(instead)s Compliance can clear it, with a reason.")
        % said
    )


_finding_in_words = lazy(_in_words, str)
