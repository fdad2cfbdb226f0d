"""The forms by which a reader asks what a clause means, and comments on a draft."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.errors import Invalid, TooManyRequests
from surfaces.forms import LINE, CommandForm, PlainText


class ExplanationForm(forms.Form):
    question = PlainText(
        label=_("What would you like explained?"),
        max_length=1000,
        rows=5,
        counter="id_question_counter",
        error_messages={"required": _("Write what you want explained.")},
    )
    contact = PlainText(
        label=_("How can we reach you?"),
        help_text=_("An e-mail address or a phone number; used for this answer only."),
        max_length=LINE,
        error_messages={"required": _("Say how we can reach you: an e-mail address or a phone number.")},
    )

    def __init__(self, *args: object, is_known: bool, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        if is_known:
            del self.fields["contact"]


class OpinionForm(CommandForm):
    """What somebody thinks of a draft (办法 10); without an account with a contact and the consent to keep it."""

    retry = (Invalid, TooManyRequests)

    clause = forms.ChoiceField(label=_("What is it about?"), required=False)
    text = PlainText(
        label=_("What do you think of it?"),
        help_text=_("It is kept as you write it. Every opinion gets an answer with a reason."),
        max_length=4000,
        rows=6,
        counter="id_text_counter",
        error_messages={"required": _("Write what you think of the draft.")},
    )
    contact = PlainText(
        label=_("How can we reach you?"),
        help_text=_("An e-mail address or a phone number."),
        max_length=LINE,
        error_messages={"required": _("Say how we can reach you: an e-mail address or a phone number.")},
    )
    has_consented = forms.BooleanField(
        label=_("You may keep this contact with my opinion for three years."),
        error_messages={"required": _("Agree that we keep your contact with your opinion.")},
    )

    def __init__(self, *args: object, clauses: Sequence[str], is_known: bool, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        numbers = [(number, _("Clause %(number)s") % {"number": number}) for number in clauses]
        self.fields["clause"].choices = [("", _("The whole draft")), *numbers]  # type: ignore[attr-defined]
        if is_known:
            del self.fields["contact"], self.fields["has_consented"]
