"""The platform rules of the invented marketplace, with their versions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.toml import built
from rules.choices import Unit
from sample.content.bilingual import Both
from sample.content.files import tables

DISPUTE_RULE, WITH_TABLE = "dispute-handling", "2026-02-01"
"""From this version on the burden table is a part of the rule on disputes."""


@dataclass(frozen=True, slots=True)
class TermPlan:
    """A value of a clause, whose text names it as `{key}`."""

    key: str
    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class ClausePlan:
    number: str
    title: Both
    text: Both
    is_major_interest: bool = False
    terms: tuple[TermPlan, ...] = ()


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


def _rule(row: dict[str, Any]) -> RulePlan:
    """A version in the file holds only the clauses that are new or changed in it."""
    clauses: dict[str, ClausePlan] = {}
    versions = []
    for version in row["versions"]:
        clauses |= {clause["number"]: built(ClausePlan, clause) for clause in version["clauses"]}
        in_order = tuple(sorted(clauses.values(), key=lambda clause: int(clause.number)))
        versions.append(VersionPlan(version["effective_from"], built(Both, version["summary"]), in_order))
    return RulePlan(row["code"], built(Both, row["name"]), tuple(versions))


RULES: tuple[RulePlan, ...] = tuple(
    _rule(row)
    for name in ("goods", "trade", "community", "process", "disputes")
    for row in tables(f"rules/{name}")["rules"]
)
RULE_BY_CODE: dict[str, RulePlan] = {rule.code: rule for rule in RULES}
