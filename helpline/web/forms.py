"""The form by which somebody asks to be called back."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casework.formats import moment_text
from helpline.commands import AS_SOON_AS_POSSIBLE
from helpline.windows import SOON, open_time_after, slots_from
from surfaces.forms import CommandForm, PlainText


class CallBackForm(CommandForm):
    """A number; a time; if wanted a word about it and the number of a case."""

    phone = PlainText(
        label=_("Your phone number"),
        max_length=40,
        error_messages={"required": _("Give the number that we should call.")},
    )
    when = forms.ChoiceField(
        label=_("When should we call?"),
        required=False,
        error_messages={"invalid_choice": _("This time can no longer be chosen. Choose another.")},
    )
    about = PlainText(label=_("What do you want to talk about?"), max_length=500, rows=3, required=False)
    case_number = PlainText(label=_("Number of the notice, appeal or dispute"), max_length=40, required=False)

    def __init__(self, *args: Any, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["phone"].widget.attrs |= {"type": "tel", "autocomplete": "tel", "inputmode": "tel"}
        self.fields["case_number"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        by = {"moment": moment_text(open_time_after(now, SOON))}
        self.fields["when"].help_text = gettext("As soon as possible means by %(moment)s.") % by
        times = [
            (
                slot.code,
                gettext("%(day)s, %(from)s–%(until)s")
                % {
                    "day": moment_text(slot.starts, "day"),
                    "from": moment_text(slot.starts, "clock"),
                    "until": moment_text(slot.ends, "clock"),
                },
            )
            for slot in slots_from(now)
        ]
        self.fields["when"].choices = [(AS_SOON_AS_POSSIBLE, gettext("As soon as possible")), *times]  # type: ignore[attr-defined]
