"""What appellants say against the sample notices, and how a person decided each, point by point."""

from dataclasses import dataclass

from sample.content.bilingual import Both
from sample.content.files import rows

GROUNDS = ("facts_wrong", "rule_not_applicable", "authorised", "disproportionate", "evidence_wrong", "other")
OUTCOMES = ("UPHELD", "OVERTURNED", "VARIED")


@dataclass(frozen=True, slots=True)
class PointText:
    """One fact or argument: `kind` is fact or argument, `finding` as in a decision letter, `sentence` says why."""

    kind: str
    text: Both
    finding: str
    sentence: Both


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealText:
    """An appeal against a notice of that scenario; `{slots}` are those of the notice.

    `typed` is what the appellant typed, typing errors included, where that is not the statement. Varied means: the
    measure number `varied_measure` keeps `keep_percent` of its money or of its days (0: it is revoked), the other
    measures stand.
    """

    scenario: str
    ground: str
    outcome: str
    written_in: str
    statement: Both
    reasons: Both
    rule_application: Both
    points: tuple[PointText, ...]
    typed: str = ""
    exhibit: Both | None = None
    keep_percent: int | None = None
    varied_measure: int = 1

    @property
    def original(self) -> str:
        """What was written, in the language in which it was."""
        return self.typed or self.statement.of(self.written_in)


APPEALS: tuple[AppealText, ...] = rows(
    AppealText, "appeals", "appeals/merchants-goods", "appeals/merchants-trade", "appeals/consumers"
)


def appeals_against(scenario: str) -> list[AppealText]:
    """The appeals that fit a notice of that scenario."""
    return [text for text in APPEALS if text.scenario == scenario]
