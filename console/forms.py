"""What was typed on a page of the console whose whole form is kept over every step: text, and mistakes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BooleanField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from archive.translations import LONGEST, Original
from casework.text import TextRefused, check_text
from surfaces.forms import CommandForm, PlainText


class TranslationForm(CommandForm):
    """A translation of each of these texts, by its name; `start` has what stands in the fields.

    One that began as a machine's draft asks whether it was read and corrected.
    """

    def __init__(self, originals: Sequence[Original], data: Any, start: Mapping[str, str], *, is_drafted: bool) -> None:
        super().__init__(data, initial=dict(start))
        for each in originals:
            self.fields[each.of] = PlainText(
                max_length=LONGEST, rows=5, label=each.title, error_messages={"required": _("Please fill this in.")}
            )
        if is_drafted:
            self.fields["read"] = BooleanField(
                label=_("I have read each text beside its original and corrected what was wrong."),
                error_messages={"required": _("A machine's draft is added once you have read and corrected it.")},
            )
        self.places = {f"/texts/{place}/text": each.of for place, each in enumerate(originals)}  # type: ignore[misc]  # these ones


@dataclass(frozen=True, slots=True)
class Mistake:
    """One sentence to show, and the element it is about."""

    text: str | Promise
    id: str = ""


def typed_text(post: QueryDict, name: str, most: int, mistakes: list[Mistake], id_: str = "") -> str:
    """The text of a field; one that cannot be stored is a mistake, and comes back without what makes it so."""
    raw = post.get(name, "").replace("\r\n", "\n")  # a browser sends a typed line break as two characters
    try:
        return check_text(raw, max_length=most)
    except TextRefused as refused:
        mistakes.append(Mistake(refused.message, id_ or name))
        return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", raw)
