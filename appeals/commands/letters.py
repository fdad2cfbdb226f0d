"""Letter templates of decisions, by ground and what is found of it: entered by one person, signed by another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appeals.models import Finding, Ground
from casework.actor import Actor
from casework.clock import BEIJING
from casework.errors import Invalid, require
from casework.firing import command
from rules.clearances import wording_errors
from rules.commands.changes import CATALOGUES, Catalogue, propose
from rules.letters import blanks_in, letter_said, signed_letters
from rules.models import CatalogueChange, Subject
from rules.policies import may_make_rule

ANSWERS = (Finding.ACCEPTED, Finding.PARTLY, Finding.REJECTED)
"""What can be found of a ground."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A template as it stands. Where `is_overdue`, its day of review has passed, and nobody signed it anew."""

    ref: str
    ground: str
    finding: str
    review_by: date
    is_overdue: bool
    text: Mapping[str, str]


@command
def propose_letter(
    *,
    actor: Actor,
    ground: str,
    finding: str,
    letter_zh: str,
    letter_en: str,
    review_by: date,
    now: datetime,
    reason: str = "",
) -> CatalogueChange:
    """A version of the template waits for its second signature.

    Raises `NotAllowed`, as `propose`, and `Invalid` for a day of review that is over, forbidden content, and blanks
    that the two languages do not share.
    """
    require(may_make_rule(actor))
    if review_by <= now.astimezone(BEIJING).date():
        raise Invalid.field("/review_by", "in-the-past", _("Choose a day to come."))
    said = {"ground": ground, "finding": finding, "letter_zh": letter_zh, "letter_en": letter_en}
    said["review_by"] = review_by.isoformat()
    return propose(actor=actor, subject=Subject.LETTER, key=_key(ground, finding), said=said, reason=reason, now=now)


def letters_on(grounds: Iterable[str] = Ground.values, *, now: datetime) -> list[Letter]:
    """The templates for these grounds; those whose review is overdue come last."""
    found = signed_letters(_key(ground, finding) for ground in grounds for finding in ANSWERS)
    today = now.astimezone(BEIJING).date()
    letters = [_letter(row, today) for _at, row in sorted(found.items())]
    return sorted(letters, key=lambda letter: letter.is_overdue)


def _letter(row: CatalogueChange, today: date) -> Letter:
    said = row.said
    day = date.fromisoformat(said["review_by"])
    text = {"zh": said["letter_zh"], "en": said["letter_en"]}
    names = str(Ground(said["ground"]).label), str(Finding(said["finding"]).label)
    return Letter(row.ref, *names, review_by=day, is_overdue=day < today, text=text)


def _key(ground: str, finding: str) -> str:
    return f"letter {ground} {finding}"


def _check(said: Mapping[str, Any]) -> None:
    texts = {f"/{name}": said[name] for name in ("letter_zh", "letter_en")}
    if errors := wording_errors(texts):
        raise Invalid(errors=errors)
    if len({len(blanks_in(text)) for text in texts.values()}) > 1:
        raise Invalid.field("/letter_en", "invalid", _("Both languages have the same number of blanks."))


def _now_says(said: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return letter_said(_key(said["ground"], said["finding"]))


CATALOGUES[Subject.LETTER] = Catalogue(check=_check, now_says=_now_says, store=lambda change, now: None, is_common=True)
