"""The values of clauses at publication: put into the text, checked against their bounds, stored with the version."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from casework.errors import FieldError, Invalid
from rules.choices import OF_A_CLAUSE, POINTS, POINTS_LAST, VALUES, Unit, phrase
from rules.models import Clause, ClauseTerm, RuleVersion

PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class TermDraft:
    key: str
    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause as it is written: where its text says `{key}`, the value of that key in `terms` is printed."""

    number: str
    text_zh: str
    text_en: str
    title_zh: str = ""
    title_en: str = ""
    is_major_interest: bool = False
    terms: Sequence[TermDraft] = ()


def rendered[Text: ClauseText](clause: Text) -> Text:
    """The clause with its values in words where its text names them: what is published, hashed and quoted."""
    if not clause.terms:
        return clause
    return replace(
        clause,
        text_zh=_filled(clause.text_zh, clause.terms, "zh"),
        text_en=_filled(clause.text_en, clause.terms, "en"),
    )


def _filled(text: str, terms: Sequence[TermDraft], language: str) -> str:
    said = {each.key: phrase(each.amount, each.unit, language) for each in terms}
    return PLACE.sub(lambda found: said.get(found[1], found[0]), text)


def term_errors(clauses: Sequence[ClauseText]) -> list[FieldError]:
    """What is wrong with the values of these clauses: `unknown`, `repeated`, `unit`, `out-of-bounds`, `not-said`."""
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, clause in enumerate(clauses):
        for j, each in enumerate(clause.terms):
            errors += _errors_of(
                each, f"/clauses/{i}/terms/{j}", is_repeated=not {each.key, f"{i} {each.key}"}.isdisjoint(seen)
            )
            seen.add(each.key if each.key not in OF_A_CLAUSE else f"{i} {each.key}")
        keys = {each.key for each in clause.terms}
        if (POINTS in keys) != (POINTS_LAST in keys):
            words = _("Points and when they end stand in the same clause.")
            errors.append(FieldError(f"/clauses/{i}/terms", "points-without-end", words))
        if not errors:
            errors += _unsaid(clause, f"/clauses/{i}")
    return errors


def _errors_of(each: TermDraft, at: str, *, is_repeated: bool) -> Iterator[FieldError]:
    promise = VALUES.get(each.key)
    if promise is None:
        yield FieldError(f"{at}/key", "unknown", _("We know no such promise."))
        return
    if is_repeated:
        yield FieldError(f"{at}/key", "repeated", _("A version makes each promise once."))
    bounds = promise.bounds.get(Unit(each.unit)) if each.unit in Unit.values else None
    if bounds is None:
        units = ", ".join(str(unit) for unit in promise.bounds)
        yield FieldError(f"{at}/unit", "unit", _("This promise is counted in: %(units)s.") % {"units": units})
    elif not bounds[0] <= each.amount <= bounds[1]:
        words = _("This value lies between %(least)s and %(most)s: a platform may promise more, never less.")
        yield FieldError(f"{at}/amount", "out-of-bounds", words % {"least": bounds[0], "most": bounds[1]})


def _unsaid(clause: ClauseText, at: str) -> Iterator[FieldError]:
    """A text that names a value which it does not have, or keeps quiet about one that it has."""
    for language in ("zh", "en"):
        text = getattr(rendered(clause), f"text_{language}")
        for name in PLACE.findall(text):
            words = _("The text names {%(name)s}, and the clause sets no such value.") % {"name": name}
            yield FieldError(f"{at}/text_{language}", "unknown-value", words)
        for each in clause.terms if text else ():
            if re.search(rf"(?<!\d){phrase(each.amount, each.unit, language)}", text) is None:
                words = _("The text does not say this value: write {%(name)s} where it belongs.") % {"name": each.key}
                yield FieldError(f"{at}/text_{language}", "not-said", words)


def store_terms(version: RuleVersion, rows: Sequence[Clause], clauses: Sequence[ClauseText]) -> None:
    """The values belong to the clauses of the version. Raises `Invalid` where another rule promises one meanwhile."""
    drafts = [(row, each) for row, clause in zip(rows, clauses, strict=True) for each in clause.terms]
    ours = {each.key for _row, each in drafts}.difference(OF_A_CLAUSE)
    others = ClauseTerm.objects.filter(key__in=ours, version__published_at__isnull=False)
    others = others.exclude(version__rule=version.rule_id).exclude(version__effective_to__lte=version.effective_from)
    if version.effective_to is not None:
        others = others.filter(version__effective_from__lt=version.effective_to)
    if taken := others.values_list("key", "version__rule__code").first() if drafts else None:
        words = _("%(key)s is promised by the rule %(rule)s already.") % {"key": taken[0], "rule": taken[1]}
        raise Invalid.field("/clauses", "promised-elsewhere", words)
    ClauseTerm.objects.bulk_create(
        ClauseTerm(version=version, clause=row, key=each.key, amount=each.amount, unit=each.unit)
        for row, each in drafts
    )
