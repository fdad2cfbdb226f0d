"""Two versions of a rule beside each other, as a page shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from rules.comparing import Kind, Passage, compare_texts, pair_clauses
from rules.consulted import Changed
from rules.models import Clause, ClauseChange, ConsultedClause, RuleVersion


@dataclass(frozen=True, slots=True)
class InLanguage:
    """What differs in one language; `is_own` where it is the reader's."""

    language: str
    is_own: bool
    title: tuple[Passage, ...]
    text: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One clause: what it was, what it is, and what differs, the reader's language first."""

    was: Clause | ConsultedClause | None
    now: Clause | None
    languages: tuple[InLanguage, ...]
    explained: ClauseChange | None = None

    @property
    def kind(self) -> str:
        if self.was is None:
            return "added"
        if self.now is None:
            return "dropped"
        if self.languages or self.was.is_major_interest != self.now.is_major_interest:
            return "changed"
        return "same" if self.was.number == self.now.number else "moved"

    @property
    def clause(self) -> Clause | ConsultedClause:
        clause = self.now or self.was
        assert clause is not None
        return clause

    @property
    def is_renumbered(self) -> bool:
        return self.was is not None and self.now is not None and self.was.number != self.now.number

    @property
    def became_major(self) -> bool:
        return self.was is not None and self.clause.is_major_interest and not self.was.is_major_interest

    @property
    def ceased_major(self) -> bool:
        return self.now is not None and self.was is not None and not self.became_major and (
            self.was.is_major_interest != self.now.is_major_interest
        )  # fmt: skip


def compare_versions(older: RuleVersion, newer: RuleVersion) -> Sequence[Change]:
    """Every clause of both versions once, in the order of the newer one."""
    pairs = pair_clauses(list(older.clauses.all()), list(newer.clauses.all()))
    return [Change(was, now, tuple(_languages(was, now))) for was, now in pairs]


def clause_changes(changed: Iterable[Changed]) -> list[Change]:
    """Every clause that reads otherwise than it was consulted on, with the opinion or correction behind it."""
    return [Change(each.was, each.now, tuple(_languages(each.was, each.now)), each.explained) for each in changed]


def _languages(was: Clause | ConsultedClause | None, now: Clause | None) -> list[InLanguage]:
    own = "en" if (get_language() or "").startswith("en") else "zh"
    found = []
    for each in (own, "zh" if own == "en" else "en"):
        title, text = (
            compare_texts(getattr(was, f"{name}_{each}", ""), getattr(now, f"{name}_{each}", ""))
            for name in ("title", "text")
        )
        if _differs(title) or _differs(text):
            title = title if was and now and _differs(title) else ()  # the heading says it otherwise
            found.append(InLanguage("en" if each == "en" else "zh-Hans", each == own, title, text))
    return found


def _differs(passages: tuple[Passage, ...]) -> bool:
    return any(passage.kind is not Kind.SAME for passage in passages)
