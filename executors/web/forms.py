"""Parses what somebody of an executor typed. Whether it may be done is the command's to decide."""

from django.utils.translation import gettext_lazy as _

from surfaces.forms import CommandForm, PlainText

STATEMENT, CONTEST, EVIDENCE = 8000, 8000, 2000


class ExplainForm(CommandForm):
    """What happened, from the executor's side."""

    places = {"explanation": "text"}
    text = PlainText(
        label=_("What happened, as you saw it"),
        help_text=_("What you looked at, which clause you applied, and why. Name nobody."),
        max_length=STATEMENT,
        rows=8,
        counter="id_text_counter",
        error_messages={"required": _("Say what happened.")},
    )


class ContestForm(CommandForm):
    """Why the finding is wrong."""

    reasons = PlainText(
        label=_("Why the finding is wrong"),
        max_length=CONTEST,
        rows=6,
        counter="id_reasons_counter",
        error_messages={"required": _("Say why the finding is wrong.")},
    )


class CompleteForm(CommandForm):
    """What shows that it was done."""

    evidence = PlainText(
        label=_("What shows that it is done"),
        help_text=_("For example the time of the change and its number in your system."),
        max_length=EVIDENCE,
        rows=4,
        counter="id_evidence_counter",
        error_messages={"required": _("Say what shows that it is done.")},
    )


class DisputeForm(CommandForm):
    """Why the claim is not owed, or not in full."""

    places = {"reasons": "text"}
    text = PlainText(
        label=_("Why it is not owed, or not in full"),
        max_length=STATEMENT,
        rows=6,
        counter="id_text_counter",
        error_messages={"required": _("Say why it is not owed.")},
    )
