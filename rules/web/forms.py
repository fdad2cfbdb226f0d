"""The form by which a reader asks what a clause means."""

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.forms import LINE, PlainText


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
