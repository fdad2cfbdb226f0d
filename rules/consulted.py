"""How the clauses of a version differ from those that were consulted on, and what explains each difference."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rules.models import Clause, ClauseChange, ConsultedClause, Rulemaking


@dataclass(frozen=True, slots=True)
class Changed:
    """A clause that reads otherwise than it was consulted on: `was` None of a new one, `now` None of a dropped one."""

    number: str
    was: ConsultedClause | None
    now: Clause | None
    explained: ClauseChange | None = None

    @property
    def why(self) -> str:
        """The opinion or the correction behind it, in words."""
        if self.explained is None:
            return _("unexplained")
        if self.explained.opinion is None:
            return self.explained.correction
        about = {"no": self.explained.opinion.no, "said": self.explained.opinion.text}
        return _("opinion %(no)s was taken up: %(said)s") % about

    @property
    def text_hash(self) -> str:
        return self.now.text_hash if self.now is not None else ""


def changed_clauses(making: Rulemaking) -> Iterator[Changed]:
    """Every clause that reads otherwise than in the last round, with what explains it as it reads now."""
    was = {row.number: row for row in making.consulted_clauses.filter(round=making.consultation_round)}
    rows = making.clause_changes.filter(round=making.consultation_round).select_related("opinion")
    explained = {(row.number, row.text_hash): row for row in rows}
    now = {clause.number: clause for clause in making.rule_version.clauses.order_by("position")}
    for number in [*now, *(each for each in was if each not in now)]:
        before, after = was.get(number), now.get(number)
        if before is None or after is None or _wording(before) != _wording(after):
            text = after.text_hash if after is not None else ""
            yield Changed(number, before, after, explained.get((number, text)))


def _wording(clause: ConsultedClause | Clause) -> tuple[str, str, str, bool]:
    return clause.text_hash, clause.title_zh, clause.title_en, clause.is_major_interest
