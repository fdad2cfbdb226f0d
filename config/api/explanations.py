"""Explains every problem type in words for the person who meets it, and what to do about it."""

from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise

from casework.toml import read_sentences
from surfaces.api.problems import KNOWN


@dataclass(frozen=True, slots=True)
class Explanation:
    """One problem type: its status and short title, why it is answered, and the way on."""

    status: int
    title: str | Promise
    why: Promise
    todo: Promise


TEXTS = read_sentences(Path(__file__).with_name("explanations.toml"))


def explanation_of(code: str) -> Explanation | None:
    """The explanation of a problem type; None when there is no such type."""
    if code not in TEXTS:
        return None
    return Explanation(KNOWN[code].status, KNOWN[code].title, **TEXTS[code])


def explanations() -> dict[str, Explanation]:
    """Every problem type by code."""
    return {code: found for code in TEXTS if (found := explanation_of(code)) is not None}
