"""A letter as plain words: numbered parts in a fixed order, the same on screen, as PDF and over the API."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive import checkpoints
from archive.translations import Translated
from casework.canonical import digest
from casework.languages import LANGUAGES


def language_for(asked: str = "") -> str:
    """The language of a letter: the one asked for where letters have it, else the reader's."""
    if asked in LANGUAGES:
        return asked
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


type Lines = Iterable[str]


@dataclass(frozen=True, slots=True)
class LetterPart:
    """A heading and the sentences under it, in order."""

    no: int
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in one language; `hash` covers its words, `check_code` lets a holder have it verified.

    `checkpoint` is the newest signed root over all cases of its time, as number and short code; "" before the first.
    Whoever holds a letter can so show whether records older than it were rewritten since.
    """

    number: str
    language: str
    decided_at: datetime
    parts: tuple[LetterPart, ...]
    check_code: str
    hash: str
    checkpoint: str
    translations: tuple[Translated, ...] = ()
    """Added later, for information: no words of the letter, and not covered by its hash."""


@dataclass(frozen=True, slots=True)
class SentLetter:
    """What a check code proves about a letter, and nothing about anybody."""

    number: str
    decided_at: datetime
    outcome: str

    @property
    def checkpoint(self) -> str:
        """What the letter must name; see `Letter.checkpoint`."""
        return checkpoint_of(self.decided_at)


SENDERS: list[Callable[[str], SentLetter | None]] = []
"""Each app that sends letters puts in how it knows its own check codes."""


def sent_with(check_code: str) -> SentLetter | None:
    """The letter that a check code belongs to, whichever app sent it; None when no letter has it."""
    found = (sender(check_code) for sender in SENDERS) if check_code else ()
    return next((letter for letter in found if letter is not None), None)


def write_letter(
    *parts: tuple[str, Lines],
    number: str,
    language: str,
    decided_at: datetime,
    check_code: str,
    translations: "tuple[Translated, ...]" = (),
) -> Letter:
    """The letter of these parts, written in the active language, which `language` names; how to get help ends it."""
    everything = (*parts, (_("Help"), _help(number, check_code)))
    numbered = tuple(LetterPart(no, title, tuple(lines)) for no, (title, lines) in enumerate(everything, start=1))
    words = digest([[part.no, part.title, list(part.lines)] for part in numbered])
    checkpoint = checkpoint_of(decided_at)
    return Letter(number, language, decided_at, numbered, check_code, words, checkpoint, translations)


def checkpoint_of(at: datetime) -> str:
    """Number and short code of the checkpoint that a letter of this time names; "" before the first."""
    row = checkpoints.named_in_letters(at)
    return "" if row is None else f"{row.no} · {checkpoints.code_of(row)}"


def _help(number: str, check_code: str) -> Iterator[str]:
    yield _("Speak to a person: %(line)s. Case number: %(number)s.") % {"line": settings.HELP_LINE, "number": number}
    if check_code:
        yield _("Check code of this letter: %(code)s.") % {"code": check_code}
    else:
        yield _("The check code of this letter is given when it is sent.")


# — sentences that letters of all apps share —


def found(no: int, text: str, *, finding: str, sentence: str, evidence: Sequence[int]) -> str:
    """The sentences about what was found on one point, and on which evidence."""
    cited = _(" (evidence %(numbers)s)") % {"numbers": joined(evidence)} if evidence else ""
    return _("%(no)s. %(text)s — %(finding)s. %(sentence)s%(cited)s") % {
        "no": no, "text": text, "finding": finding, "sentence": sentence, "cited": cited,
    }  # fmt: skip


def not_relied_on(numbers: Iterable[int]) -> str:
    return _("Not relied on: evidence %(numbers)s.") % {"numbers": joined(numbers)}


def elsewhere(*, consumer: bool | None, about_rights: bool = False) -> str:
    """The sentences about where else one can turn; None where a consumer and a merchant read the same letter.

    A complaint to 12315 is for what was bought to live with; a merchant reports instead (投诉举报处理暂行办法 3, 15).
    Whether a right is infringed is for an authority of its own (电商法 43).
    """
    if about_rights:
        return _(
            "You can also complain to the authority for intellectual property, or turn to mediation, arbitration where "
            "it was agreed, or a court; this letter does not stand in the way."
        )
    if consumer is None:
        return _(
            "You can also turn to mediation, arbitration where it was agreed, or a court; a consumer can complain to "
            "12315, a merchant can report to the market regulator. This letter does not stand in the way."
        )
    if consumer:
        return _(
            "You can also complain to 12315, or turn to mediation, arbitration where it was agreed, or a court; this "
            "letter does not stand in the way."
        )
    return _(
        "You can also report to the market regulator, or turn to mediation, arbitration where it was agreed, or a "
        "court; this letter does not stand in the way."
    )


def joined(numbers: Iterable[int]) -> str:
    """Numbers in a row, as the language writes them."""
    return _(", ").join(map(str, numbers))
