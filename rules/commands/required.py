"""The check list of required clauses: answered with the draft, complete before the version is adopted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from casework.errors import FieldError, Invalid
from rules.models import Made, RequiredAnswer, RuleVersion
from rules.required import BY_KEY, REQUIREMENTS


@dataclass(frozen=True, slots=True)
class RequiredDraft:
    """The number of the clause that says what the item requires, or the reason why none does."""

    key: str
    clause: str = ""
    reason: str = ""


def store_required(version: RuleVersion, answers: Sequence[RequiredDraft]) -> None:
    """The answers take the place of those that were there.

    Raises `Invalid` for a clause that the version lacks or that is not shown prominently though it must be, an answer
    of both kinds or of none, and an unknown or repeated item.
    """
    clauses = dict(version.clauses.values_list("number", "is_major_interest"))
    if errors := [error for answer in answers for error in _errors_of(answer, clauses)]:
        raise Invalid(errors=errors)
    if len({answer.key for answer in answers}) != len(answers):
        raise Invalid.field("/required", "repeated", _("Each item is answered once."))
    version.required_answers.all().delete()
    RequiredAnswer.objects.bulk_create(
        RequiredAnswer(version=version, key=each.key, clause_number=each.clause, reason=each.reason) for each in answers
    )


def required_of(version: RuleVersion) -> Iterable[FieldError]:
    """Items without an answer (办法 5, 19 to 29). Not asked of what was adopted before the list was."""
    if version.made == Made.TAKEN_OVER or version.approved_by_id is not None:
        return []
    answered = set(version.required_answers.values_list("key", flat=True))
    return [
        FieldError(
            "/required",
            "required-clause-missing",
            _("Name the clause that says this, or say why none does: %(what)s (%(article)s).")
            % {"what": each.says, "article": each.article},
        )
        for each in REQUIREMENTS
        if each.key not in answered
    ]


def _errors_of(answer: RequiredDraft, clauses: dict[str, bool]) -> Iterable[FieldError]:
    at = f"/required_{answer.key}"
    requirement = BY_KEY.get(answer.key)
    if requirement is None:
        yield FieldError("/required", "unknown", _("The check list has no such item."))
    elif bool(answer.clause) == bool(answer.reason.strip()):
        yield FieldError(at, "invalid", _("Either name the clause that says it, or say why none does."))
    elif answer.clause and answer.clause not in clauses:
        yield FieldError(at, "unknown-clause", _("The draft has no such clause."))
    elif answer.clause and requirement.prominent and not clauses[answer.clause]:
        yield FieldError(at, "not-prominent", _("This clause is to be shown prominently: mark it with ★."))
