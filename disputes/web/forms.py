"""Parses what a side typed. Whether it may be done is the command's to decide."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disputes.ceilings import Ceiling
from disputes.choices import MONEY, Remedy
from disputes.commands import DisputeFiling
from surfaces.forms import Amount, CaptionField, CommandForm, PlainText

STATEMENT, ANSWER, REASON, NOTE, OBJECTION = 2000, 2000, 500, 500, 1000
DIGITS = _("Give the amount in digits, for example 299.00.")
MONEY_CODES = frozenset(str(remedy) for remedy in MONEY)


class GroundForm(CommandForm):
    """The first step: what happened, as one ground of the table."""

    def __init__(self, *args: Any, grounds: Iterable[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        needed = _("Choose what happened.")
        self.fields["ground"] = forms.ChoiceField(
            label=_("What happened?"),
            choices=[(g.slug, g.title) for g in grounds],
            widget=forms.RadioSelect,
            error_messages={"required": needed, "invalid_choice": needed},
        )


class RemedyForm(CommandForm):
    """The second step: what is wanted, how much where it is money, and — if wanted — about which notice, and words."""

    places = {"/claim/remedy": "remedy", "/claim/amount_minor": "amount"}

    def __init__(
        self,
        *args: Any,
        remedies: Sequence[str],
        ceiling: Callable[[str], Ceiling],
        notices: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self._ceiling = ceiling
        needed = _("Choose what you want.")
        self.fields["remedy"] = forms.ChoiceField(
            label=_("What do you want?"),
            choices=[(r, capfirst(Remedy(r).label)) for r in remedies if r != Remedy.DECLARE],
            widget=forms.RadioSelect,
            error_messages={"required": needed, "invalid_choice": needed},
        )
        if MONEY_CODES & set(remedies):
            most = max((ceiling(r) for r in remedies if r in MONEY_CODES), key=lambda each: each.most_minor)
            hint = most.hint()
            if not set(remedies) <= MONEY_CODES:
                hint += gettext(" ") + gettext("Only where you want money; otherwise it is left out.")
            self.fields["amount"] = Amount(
                label=_("How much, in yuan"), help_text=hint, least=1, wrong=DIGITS, required=False
            )
        if notices:
            self.fields["notice"] = forms.ChoiceField(
                label=_("Which notice is it about?"),
                choices=[("", _("None of these")), *notices],
                required=False,
                error_messages={"invalid_choice": _("Choose one of your notices, or none of these.")},
            )
        self.fields["statement"] = PlainText(
            label=_("What happened, in your words"),
            max_length=STATEMENT,
            rows=4,
            required=False,
            counter="id_statement_counter",
        )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("remedy") in MONEY_CODES and said.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Say how much."))
        if said.get("remedy") in MONEY_CODES and said.get("amount") is not None and "statement" in said:
            found = self._ceiling(said["remedy"])
            for each in found.errors(said["amount"], at="amount", reason=said["statement"], reason_at="statement"):
                self.add_error(each.pointer, str(each.message))
        return said

    def filing(self, ground: str) -> DisputeFiling:
        """The valid form as the command takes it; without money an amount that still stands there is left out."""
        said = self.cleaned_data
        is_money = said["remedy"] in MONEY_CODES
        return DisputeFiling(
            ground=ground,
            remedy=said["remedy"],
            amount_minor=said.get("amount") if is_money else None,
            statement=said["statement"],
            notice=said.get("notice", ""),
        )


class AnswerForm(CommandForm):
    """The first answer of the other side: whether it refuses, and why."""

    refuses = forms.ChoiceField(
        label=_("What do you say to the claim?"),
        choices=[("no", _("I am ready to talk about it")), ("yes", _("I refuse the claim"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two."), "invalid_choice": _("Choose one of the two.")},
    )
    text = PlainText(
        label=_("Your answer"),
        max_length=ANSWER,
        rows=4,
        counter="id_text_counter",
        error_messages={"required": _("Write what you answer.")},
    )


class WithheldField(PlainText):
    """Why a piece is for the platform's eyes only."""

    def __init__(self) -> None:
        needed = _("Say why the other side may not see this.")
        super().__init__(max_length=REASON, error_messages={"required": needed})


class MessageEvidenceForm(CommandForm):
    """A message of the room becomes evidence: for which fact, and what it proves."""

    def __init__(self, *args: Any, facts: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        needed = _("Choose which fact this is about.")
        self.fields["fact"] = forms.ChoiceField(
            label=_("Which fact is this about?"),
            choices=[(str(no), statement) for no, statement in facts],
            widget=forms.RadioSelect,
            error_messages={"required": needed, "invalid_choice": needed},
        )
        self.fields["caption"] = CaptionField(label=_("What does this prove?"))
