"""What somebody of an executor typed, parsed. Whether it may be done is the command's to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.errors import CaseError
from casework.forms import PlainText
from casework.text import is_visually_blank

STATEMENT, CONTEST, EVIDENCE = 8000, 8000, 2000


class _Form(forms.Form):
    """One text that must say something; a command's refusal stands beside it."""

    text_field: str

    def take(self, error: CaseError) -> None:
        for each in error.errors:
            self.add_error(self.text_field, str(each.message))
        if not error.errors:
            self.add_error(None, str(error.detail))

    def _said(self, sentence: Any) -> str:
        text: str = self.cleaned_data[self.text_field]
        if is_visually_blank(text):
            raise forms.ValidationError(sentence, code="required")
        return text


class ExplainForm(_Form):
    """What happened, from the executor's side."""

    text_field = "text"
    text = PlainText(
        label=_("What happened, as you saw it"),
        help_text=_("What you looked at, which clause you applied, and why. Name nobody."),
        max_length=STATEMENT,
        rows=8,
        counter="id_text_counter",
        error_messages={"required": _("Say what happened.")},
    )

    def clean_text(self) -> str:
        return self._said(_("Say what happened."))


class ContestForm(_Form):
    """Why the finding is wrong."""

    text_field = "text"
    text = PlainText(
        label=_("Why the finding is wrong"),
        max_length=CONTEST,
        rows=6,
        counter="id_text_counter",
        error_messages={"required": _("Say why the finding is wrong.")},
    )

    def clean_text(self) -> str:
        return self._said(_("Say why the finding is wrong."))


class CompleteForm(_Form):
    """What shows that it was done."""

    text_field = "evidence"
    evidence = PlainText(
        label=_("What shows that it is done"),
        help_text=_("For example the time of the change and its number in your system."),
        max_length=EVIDENCE,
        rows=4,
        counter="id_evidence_counter",
        error_messages={"required": _("Say what shows that it is done.")},
    )

    def clean_evidence(self) -> str:
        return self._said(_("Say what shows that it is done."))


class DisputeForm(_Form):
    """Why the claim is not owed, or not in full."""

    text_field = "text"
    text = PlainText(
        label=_("Why it is not owed, or not in full"),
        max_length=STATEMENT,
        rows=6,
        counter="id_text_counter",
        error_messages={"required": _("Say why it is not owed.")},
    )

    def clean_text(self) -> str:
        return self._said(_("Say why it is not owed."))
