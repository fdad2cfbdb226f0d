"""The shape of a sample rule: versions with a start date, clauses in both languages, and how a revision is written.

What does not belong here: the texts themselves.
"""

from dataclasses import dataclass
from datetime import date

from sample.content.bilingual import Both


@dataclass(frozen=True, slots=True)
class ClausePlan:
    number: str
    title: Both
    text: Both
    is_major_interest: bool = False


@dataclass(frozen=True, slots=True)
class VersionPlan:
    """One version; it ends where the next one starts. Its number is its date of effect."""

    effective_from: date
    summary: Both
    clauses: tuple[ClausePlan, ...]

    @property
    def number(self) -> str:
        return self.effective_from.isoformat()

    def clause(self, number: str) -> ClausePlan | None:
        return next((clause for clause in self.clauses if clause.number == number), None)


@dataclass(frozen=True, slots=True)
class RulePlan:
    code: str
    name: Both
    versions: tuple[VersionPlan, ...]

    def in_force(self, on: date) -> VersionPlan | None:
        """The version in force on that day."""
        started = [version for version in self.versions if version.effective_from <= on]
        return max(started, key=lambda version: version.effective_from) if started else None


def clause(number: int, title_zh: str, title_en: str, zh: str, en: str, *, major: bool = False) -> ClausePlan:
    return ClausePlan(str(number), Both(title_zh, title_en), Both(zh, en), major)


def revised(before: tuple[ClausePlan, ...], *changed: ClausePlan) -> tuple[ClausePlan, ...]:
    """The earlier clauses with the changed ones in their place and new ones added, in order of number."""
    merged = {c.number: c for c in before} | {c.number: c for c in changed}
    return tuple(sorted(merged.values(), key=lambda c: int(c.number)))
