"""Between consultation and adoption only what an opinion or a correction explains may change (办法 10, 11)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import FieldError, Invalid, NotYourTurn, require
from casework.firing import command, fire, locked
from casework.text import in_digits
from rules.claims import explained_hash
from rules.consulted import Changed, changed_clauses
from rules.machine import RuleState
from rules.models import Clause, ClauseChange, ConsultedClause, Disposition, Opinion, Rulemaking
from rules.policies import may_make_rule

ALIKE = 0.8
"""How alike the texts before and after a correction are at least: it mends words and is no other clause."""
_NUMERALS = "零〇一二两三四五六七八九十百千万亿"
_FIGURE = re.compile(
    r"\d+(?:[,，]\d{3})*(?:\.\d+)?"
    rf"|(?<![{_NUMERALS}])[{_NUMERALS}]++(?=[元角分日天年月周时秒倍次件%％折个小工])"
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The number of the opinion that a change of the clause takes up, or what a correction of words mends."""

    clause: str
    opinion: int | None = None
    correction: str = ""


def put_out(making: Rulemaking, clauses: Iterable[Clause], *, round_: int) -> None:
    """Keeps the clauses as they are put out in this round of consultation."""
    names = ("number", "position", "title_zh", "title_en", "text_zh", "text_en", "is_major_interest", "text_hash")
    ConsultedClause.objects.bulk_create(
        ConsultedClause(making=making, round=round_, **{name: getattr(clause, name) for name in names})
        for clause in clauses
    )


def require_explained(making: Rulemaking) -> None:
    """Raises `NotYourTurn` naming the clauses that changed after the consultation for no reason on record."""
    numbers = [each.number for each in changed_clauses(making) if each.explained is None]
    if numbers:
        text = _(
            "Changed after the consultation without an opinion or a correction that explains it: clause %(numbers)s. "
            "Explain the change, take it back, or consult on it anew (Measures, article 10)."
        )
        raise NotYourTurn(text % {"numbers": ", ".join(numbers)})


@command
def explain_changes(
    *,
    actor: Actor,
    ref: str,
    changes: Sequence[Explanation],
    now: datetime,
    expected_version: int | None = None,
) -> Rulemaking:
    """What these clauses read now is explained: everybody reads the opinion or the correction behind it.

    An opinion explains the clause that it is about, or any if it is about the whole draft, once it was taken up; it
    is nobody's of the platform, and figures that neither the draft nor opinion and answer had are not explained. A
    correction changes no figure and most words stay. Raises `NotAllowed`, `NotYourTurn` outside the time between
    consultation and adoption, `Stale`, and `Invalid`.
    """
    making = locked(Rulemaking, Q(), ref, expected_version)
    require(may_make_rule(actor))
    if making.state != RuleState.CONSULTATION or making.consultation_closed_at is None:
        raise NotYourTurn(_("Changes are explained between the consultation and the adoption."))
    changed = {each.number: each for each in changed_clauses(making)}
    opinions = {each.no: each for each in making.opinions.select_related("author")}
    errors = [error for i, each in enumerate(changes) for error in _errors_of(each, i, changed, opinions)]
    if not changes:
        raise Invalid.field("/changes", "required", _("Name at least one clause."))
    if errors:
        raise Invalid(errors=errors)
    rows = [
        ClauseChange(
            making=making,
            round=making.consultation_round,
            number=each.clause,
            text_hash=changed[each.clause].text_hash,
            opinion=opinions.get(each.opinion) if each.opinion else None,
            correction=each.correction,
            explained_by_id=actor.person,
            explained_at=now,
        )
        for each in changes
    ]
    facts = {"explained": [explained_hash(row) for row in rows]}
    fire(making, "explain_changes", actor=actor, now=now, facts=facts)
    ClauseChange.objects.bulk_create(rows)
    return making


def _errors_of(
    said: Explanation, i: int, changed: dict[str, Changed], opinions: dict[int, Opinion]
) -> Iterator[FieldError]:
    at, clause = f"/changes/{i}", changed.get(said.clause)
    opinion = opinions.get(said.opinion) if said.opinion else None
    if clause is None:
        yield FieldError(f"{at}/clause", "unchanged", _("This clause reads as it was consulted on."))
    elif clause.explained is not None:
        yield FieldError(f"{at}/clause", "explained", _("This change is explained already."))
    elif bool(said.opinion) == bool(said.correction.strip()):
        yield FieldError(
            at, "invalid", _("Either name the opinion that was taken up, or say what the correction mends.")
        )
    elif said.opinion and opinion is None:
        yield FieldError(f"{at}/opinion", "unknown", _("There is no opinion of this number."))
    elif opinion is not None:
        yield from _errors_of_opinion(opinion, clause, at)
    elif not _is_correction(clause):
        text = _("A correction mends words: it changes no figure, and most of the clause stays. Consult on it anew.")
        yield FieldError(f"{at}/correction", "no-correction", text)


def _errors_of_opinion(opinion: Opinion, clause: Changed, at: str) -> Iterator[FieldError]:
    if opinion.disposition not in (Disposition.ADOPTED, Disposition.PARTLY):
        yield FieldError(f"{at}/opinion", "not-taken-up", _("This opinion was not taken up."))
    elif opinion.clause_number not in ("", clause.number):
        yield FieldError(f"{at}/opinion", "another-clause", _("This opinion is about another clause."))
    elif opinion.author is not None and opinion.author.is_staff:
        yield FieldError(
            f"{at}/opinion", "own-opinion", _("The platform's own people explain no change by an opinion.")
        )
    elif new := set(_figures(_text(clause.now))) - set(
        _figures(f"{_text(clause.was)}{opinion.text}\n{opinion.reason}")
    ):
        text = _("Neither the draft nor the opinion and its answer had this: %(figures)s. Consult on it anew.")
        yield FieldError(f"{at}/opinion", "new-figure", text % {"figures": ", ".join(sorted(new))})


def _is_correction(clause: Changed) -> bool:
    if clause.was is None or clause.now is None or (clause.was.is_major_interest and not clause.now.is_major_interest):
        return False
    if Counter(_figures(_text(clause.was))) != Counter(_figures(_text(clause.now))):
        return False
    return all(
        SequenceMatcher(None, was, now, autojunk=False).ratio() >= ALIKE
        for was, now in ((clause.was.text_zh, clause.now.text_zh), (clause.was.text_en, clause.now.text_en))
        if was
    )


def _text(clause: ConsultedClause | Clause | None) -> str:
    return "" if clause is None else f"{clause.title_zh}\n{clause.text_zh}\n{clause.title_en}\n{clause.text_en}\n"


def _figures(text: str) -> list[str]:
    """Every figure of a text, in digits: 三万元 as 30000."""
    return [in_digits(found) for found in _FIGURE.findall(text)]
