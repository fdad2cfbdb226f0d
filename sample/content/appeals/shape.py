"""The shape of a sample appeal: what was said, in which language, and how a person decided it, point by point.

What does not belong here: the texts themselves, and who appealed when (stories.py and the loader).
"""

from dataclasses import dataclass

from sample.content.bilingual import Both

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

    `original` is what the appellant typed, typing errors included; `statement` says the same in both languages.
    Varied means: the measure number `varied_measure` keeps `keep_percent` of its money or of its days (0: it is
    revoked), the other measures stand.
    """

    scenario: str
    ground: str
    outcome: str
    written_in: str
    original: str
    statement: Both
    exhibit: Both | None
    reasons: Both
    rule_application: Both
    points: tuple[PointText, ...]
    keep_percent: int | None = None
    varied_measure: int = 1


def appeal(
    scenario: str,
    ground: str,
    outcome: str,
    *,
    said: tuple[str, str],
    reasons: tuple[str, str],
    rule: tuple[str, str],
    fact: tuple[str, str, str, str, str],
    argument: tuple[str, str, str, str, str],
    exhibit: tuple[str, str] | None = None,
    typed: str = "",
    written_in: str = "zh",
    keep: int | None = None,
    on: int = 1,
) -> AppealText:
    """An appeal; `fact` and `argument` are text zh, text en, finding, sentence zh, sentence en."""
    statement = Both(*said)

    def point(kind: str, words: tuple[str, str, str, str, str]) -> PointText:
        text_zh, text_en, finding, sentence_zh, sentence_en = words
        return PointText(kind, Both(text_zh, text_en), finding, Both(sentence_zh, sentence_en))

    return AppealText(
        scenario=scenario,
        ground=ground,
        outcome=outcome,
        written_in=written_in,
        original=typed or statement.of(written_in),
        statement=statement,
        exhibit=None if exhibit is None else Both(*exhibit),
        reasons=Both(*reasons),
        rule_application=Both(*rule),
        points=(point("fact", fact), point("argument", argument)),
        keep_percent=keep,
        varied_measure=on,
    )
