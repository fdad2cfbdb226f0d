"""What a page says when it asks: the words beside a field of an input, and the page of a verb.

    reason = Line(max_length=500, asks=Ask(_("Why"), _("Its people read it.")))
    Verb("suspend", …, takes=SuspendInput, page=Page(_("Suspend %(name)s?"), button=…, done=…))

Kind, length and codes stand on the field itself (`surfaces.input_forms`). Of a field that says nothing else, the
label is its description in the API document.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Words = Promise | str

PARTY, STAFF = "party", "staff"
FILL_IN, CHOOSE, YES, NO = _("Please fill this in."), _("Choose"), _("Yes"), _("No")


@dataclass(frozen=True, slots=True)
class Ask:
    """How a page asks for one field of an input. A field without one is not asked for.

    `missing` is said where nothing was given. `lines` makes the field so high (0: one line), `radio` shows codes side
    by side, each with what it `means`, instead of in a list whose first entry is `nothing`; `yes` and `no` are the
    answers of a required boolean.
    With `counts` the page shows the length of the text. `blanks` empty rows follow the filled ones of a list. Of
    files, `needed` says that there has to be one.
    """

    label: Words
    hint: Words = ""
    _: KW_ONLY
    missing: Words = FILL_IN
    lines: int | None = None
    radio: bool | None = None
    nothing: Words = CHOOSE
    means: Mapping[str, Words] = field(default_factory=dict)
    yes: Words = YES
    no: Words = NO
    counts: bool = False
    blanks: int = 3
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a verb for one audience (`by`): heading, what follows from a yes, button, and what is said when done.

    `done` may be a function of what was said and of what the command gave. Without a heading nothing is asked: a button
    sends it at once. `within` is for a verb that is asked for on the case's own page, `place` for the place there that
    it leads back to.

    What follows stands in the verb's row (`Verb.follows`), which a party's page shows first; `effects` is what else
    it says, and all that a page of the console says.
    Heading and effects may name `%(number)s`, `%(name)s` (the case's) and what `words(case, **address)` gives, which
    raises `NotFound` for a part of the case that is not there. It asks for the fields of `takes` that have an `Ask`;
    `asks` has other ones for this page, None takes a field away. `stands(case, now)` are the current values of what is
    changed here, `starts(case, now)` values that are proposed; `choices(actor, case, now)` offers what only the case
    knows, by field (`measures.level` inside rows; None takes it away), `given(case, **address)` is sent without being
    asked. `seen(case)` are numbers that the page carries and the command compares, as it does a version. `files` asks
    for files beside it, which the command takes as `files`, each with its name.
    """

    heading: Words = ""
    effects: Sequence[Words] = ()
    _: KW_ONLY
    button: Words = ""
    done: Words | Callable[[Mapping[str, Any], Any], Words] = ""
    by: str = PARTY
    is_loss: bool = False
    within: bool = False
    place: str = ""
    asks: Mapping[str, Ask | None] = field(default_factory=dict)
    words: Callable[..., Mapping[str, Any]] | None = None
    stands: Callable[..., Mapping[str, Any]] | None = None
    starts: Callable[..., Mapping[str, Any]] | None = None
    choices: Callable[..., Mapping[str, Any]] | None = None
    given: Callable[..., Mapping[str, Any]] | None = None
    seen: Callable[[Any], Mapping[str, int]] | None = None
    files: Ask | None = None

    @property
    def is_asked(self) -> bool:
        return bool(self.heading) or self.within

    def effects_for(self, words: Mapping[str, Any]) -> list[str]:
        return [str(each) % words if self.words else str(each) for each in self.effects]


StaffPage = functools.partial(Page, by=STAFF)
"""The page of a verb in the console."""
