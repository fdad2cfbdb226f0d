"""A draft that was written elsewhere: read from files or text, and shown before anything is stored."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.rules.drafts import MAX_TEXT
from rules import docx
from rules.importing import FoundClause, as_draft, clauses_in
from surfaces.forms import CommandForm, PlainText


class ImportForm(CommandForm):
    """A draft that was written elsewhere: in each language a file, or its text."""

    file_zh = forms.FileField(label=_("File in Chinese (DOCX, Markdown or text)"), required=False)
    text_zh = PlainText(label=_("or the Chinese text"), max_length=MAX_TEXT, rows=6, required=False)
    file_en = forms.FileField(label=_("File in English"), required=False)
    text_en = PlainText(label=_("or the English text"), max_length=MAX_TEXT, rows=6, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for language in ("zh", "en"):
            read = docx.Read(values.get(f"text_{language}", ""))
            if file := values.get(f"file_{language}"):
                try:
                    read = text_of_file(file.read(docx.MAX_FILE + 1))
                except docx.NotReadableError as refused:
                    self.add_error(f"file_{language}", str(refused.why))
            values[language] = read
        if not self.errors and not values["zh"].text.strip():
            self.add_error("file_zh", _("Choose a file, or paste the text."))
        return values


class Preview:
    """What would come into the draft, clause by clause in both languages, and what stands in the way."""

    def __init__(self, zh: docx.Read, en: docx.Read) -> None:
        self.found = {"zh": clauses_in(zh.text), "en": clauses_in(en.text)}
        self.notes = [*zh.notes, *(note for note in en.notes if note not in zh.notes)]
        english = {each.number: each for each in self.found["en"].clauses}
        self.clauses = [(each, english.get(each.number)) for each in self.found["zh"].clauses]
        self.is_in_english = bool(english)

    @property
    def left_out(self) -> list[str]:
        return [line for found in self.found.values() for line in found.left_out]

    @property
    def lacking(self) -> list[str]:
        """The clauses that only one of the two texts has, where there are two."""
        zh, en = ([each.number for each in self.found[language].clauses] for language in ("zh", "en"))
        return [number for number in dict.fromkeys([*zh, *en]) if (number in zh) != (number in en)] if en else []

    @property
    def faults(self) -> list[str]:
        """Why it cannot be taken over as it is."""
        said: list[Any] = []
        if not self.found["zh"].clauses:
            said.append(_("No clause was found. A clause begins with 第一条, “Article 1” or a numbered heading."))
        for language, found in self.found.items():
            text = _("In Chinese") if language == "zh" else _("In English")
            lists = (found.twice, _("%(text)s these numbers come more than once: %(numbers)s."))
            blank = (found.empty, _("%(text)s these clauses have no text: %(numbers)s."))
            said += [words % {"text": text, "numbers": _(", ").join(each)} for each, words in (lists, blank) if each]
        return [str(each) for each in said]

    @property
    def text_zh(self) -> str:
        return as_draft(self.found["zh"].clauses)

    @property
    def text_en(self) -> str:
        """In the order of the Chinese text; a clause that is not there in English is a heading to be filled in."""
        rows = [other or FoundClause(each.number) for each, other in self.clauses]
        extra = [each for each in self.found["en"].clauses if each.number in self.lacking]
        return as_draft([*rows, *(each for each in extra if each not in rows)])


def text_of_file(raw: bytes) -> docx.Read:
    """The text of a DOCX file, or of one that is plain text. Raises `docx.NotReadableError`."""
    if len(raw) > docx.MAX_FILE or raw.startswith(b"PK"):
        read = docx.text_of(raw)
    elif b"\x00" in raw:
        raise docx.NotReadableError(_("This is neither DOCX nor text. Save it as DOCX first."))
    else:
        read = docx.Read(_decoded(raw))
    if len(read.text) > MAX_TEXT:
        raise docx.NotReadableError(_("The text is longer than 100,000 characters."))
    return read


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise docx.NotReadableError(_("The characters of this file cannot be read. Save it as UTF-8."))
