"""The kinds of forbidden content: the articles that forbid it, why, and a wording that says it lawfully."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise

from casework.toml import read_sentences

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """`article` names the source, `why` says what is wrong with it, `instead` is a wording that would pass."""

    article: Text
    why: Text
    instead: Text


KINDS: Mapping[str, Kind] = {
    name: Kind(**row) for name, row in read_sentences(Path(__file__).with_name("kinds.toml")).items()
}
