"""Forms of compliance about executors. Whether something may be done is the command's to decide."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from casework.clock import BEIJING
from casework.errors import (
    ConflictOfInterest,
    ExecutorNotCertified,
    Invalid,
    NotYourTurn,
    OutsideMandate,
    Stale,
)
from casework.text import is_visually_blank
from executors.commands import MandateDraft
from executors.models import ErrorClass, ExecutorKind, FindingOutcome, OnEnd, PayMetric
from surfaces.forms import Amount, CommandForm, PlainText

REQUIRED = _("Please fill this in.")


class Text(PlainText):
    """Text that must say something, unless it may be left out."""

    def __init__(self, *, max_length: int, **more: Any) -> None:
        super().__init__(max_length=max_length, error_messages={"required": REQUIRED}, **more)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if self.required and is_visually_blank(text):
            raise forms.ValidationError(REQUIRED, code="required")
        return text


class Moment(forms.DateTimeField):
    """A date and a time of day in Beijing, as a browser's own field gives it."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        wrong = _("Give the time as a date and a time.")
        super().__init__(
            widget=widget,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            error_messages={"required": wrong, "invalid": wrong},
            **more,
        )

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(BEIJING).replace(tzinfo=None) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> Any:
        read = super().to_python(value)
        return read if read is None else read.replace(tzinfo=BEIJING)


def choices(rows: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [(value, capfirst(label)) for value, label in rows]


class Form(CommandForm):
    """A form of one step."""

    retry = (Invalid, NotYourTurn, Stale, ConflictOfInterest, ExecutorNotCertified, OutsideMandate)


class ReasonForm(Form):
    """Why: one sentence that the executor reads."""

    def __init__(self, *args: Any, hint: Any = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reason"] = Text(label=_("Why"), help_text=hint, max_length=500, rows=4)


class InstructionForm(Form):
    """What is to be done about what, by when."""

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["measure_type"] = forms.ChoiceField(
            label=_("Kind of measure"),
            help_text=_("Those that its mandate covers."),
            choices=[("", _("Choose")), *kinds],
            error_messages={"required": REQUIRED},
        )
        self.order_fields(["measure_type", "subject_number", "words", "due_at"])

    words = Text(label=_("What to do"), max_length=2000, rows=4)
    subject_number = Text(label=_("Number of the subject"), max_length=60)
    due_at = Moment(label=_("To be done by"))


class EvidenceForm(Form):
    evidence = Text(label=_("What shows that it is done"), max_length=2000, rows=4)


class RegisterForm(Form):
    """A party that the platform provides becomes an executor."""

    def __init__(self, *args: Any, parties: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["party"] = forms.ChoiceField(
            label=_("Party"),
            help_text=_("Parties of the kind “entrusted executor” that the platform has provided."),
            choices=[("", _("Choose")), *parties],
            error_messages={"required": REQUIRED},
        )
        self.order_fields(["party", "kind", "contract_number", "contract_from", "contract_until"])

    kind = forms.ChoiceField(
        label=_("Kind"), choices=choices(ExecutorKind.choices), widget=forms.RadioSelect, initial="ORGANISATION"
    )
    contract_number = Text(label=_("Contract"), max_length=100)
    contract_from = Moment(label=_("Contract from"))
    contract_until = Moment(label=_("Contract until"))


class ContractForm(Form):
    contract_number = Text(label=_("Contract"), max_length=100)
    contract_until = Moment(label=_("Contract until"))


class TermsForm(Form):
    """What it may do with personal data."""

    purpose = Text(label=_("Purpose"), max_length=500, rows=2)
    method = Text(label=_("Method"), max_length=500, rows=2)
    data_kinds = Text(label=_("Kinds of data"), max_length=500, rows=2)
    protection = Text(label=_("How they are protected"), max_length=1000, rows=3)
    on_end = forms.ChoiceField(
        label=_("What happens to them at the end"),
        choices=choices(OnEnd.choices),
        widget=forms.RadioSelect,
        error_messages={"required": REQUIRED},
    )
    effective_from = Moment(label=_("From"))
    until = Moment(label=_("Until"))


class SubProcessorForm(Form):
    name = Text(label=_("Name"), max_length=200)
    purpose = Text(label=_("What for"), max_length=500, rows=2)


class PayForm(Form):
    """What it is paid for. What the platform refuses stands in the list, so that it is refused with a reason."""

    REFUSED = ("REJECTIONS", _("by the number of rejections or measures"))
    metric = forms.ChoiceField(
        label=_("It is paid"),
        choices=[*choices(PayMetric.choices), (REFUSED[0], capfirst(REFUSED[1]))],
        widget=forms.RadioSelect,
        error_messages={"required": REQUIRED},
    )
    words = Text(label=_("In words"), max_length=500, rows=2)
    starts_at = Moment(label=_("From"))
    ends_at = Moment(label=_("Until"), required=False)


class PersonForm(Form):
    """Somebody who signs in and works for it; outsiders know a code that is made for them."""

    def __init__(self, *args: Any, subs: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        if subs:
            self.fields["sub_processor"] = forms.ChoiceField(
                label=_("Works through"),
                help_text=_("Firms that you agreed to."),
                choices=[("", _("nobody else")), *subs],
                required=False,
            )

    username = Text(label=_("Name to sign in with"), max_length=150)
    display_name = Text(label=_("Name"), help_text=_("Never shown outside; outside only a code is."), max_length=120)
    password = forms.CharField(
        label=_("First password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        required=False,
        help_text=_("Leave it empty for somebody who signs in already."),
    )
    is_lead = forms.BooleanField(label=_("Leads the team and sees its records"), required=False)


class MandateForm(Form):
    """What it may do: kinds of measure with the level each takes, rules, categories, money, time."""

    places = {"rules": "rules", "measures": "measures", "ceiling_minor": "ceiling"}
    LEVELS = (("", _("not allowed")), ("1", _("from level 1")), ("2", _("from level 2")), ("3", _("only level 3")))

    def __init__(
        self, *args: Any, kinds: Sequence[tuple[str, str]], rules: Sequence[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.kinds = kinds
        for place, (_code, label) in enumerate(kinds):
            self.fields[f"level_{place}"] = forms.ChoiceField(label=label, choices=self.LEVELS, required=False)
        self.fields["rules"] = forms.MultipleChoiceField(
            label=_("Rules"),
            choices=rules,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one rule.")},
        )
        self.fields["categories"] = PlainText(
            label=_("Categories"),
            help_text=_("One to a line. Leave it empty for every category."),
            max_length=2000,
            rows=3,
            required=False,
        )
        self.fields["ceiling"] = Amount(
            label=_("Money of one notice at most, in yuan"),
            help_text=_("Leave it empty for no measure that moves money."),
            required=False,
        )
        self.fields["effective_from"] = Moment(label=_("From"), help_text=_("Leave it empty for now."), required=False)
        self.fields["effective_until"] = Moment(
            label=_("Until"), help_text=_("Leave it empty for an open end."), required=False
        )

    @property
    def level_fields(self) -> list[Any]:
        return [self[f"level_{place}"] for place in range(len(self.kinds))]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not self.measures():
            self.add_error(None, _("Choose at least one kind of measure."))
        return found

    def measures(self) -> list[tuple[str, int]]:
        """The kinds of measure that were chosen, with the level each takes."""
        said = self.cleaned_data
        levels = [(code, said.get(f"level_{place}")) for place, (code, _label) in enumerate(self.kinds)]
        return [(code, int(level)) for code, level in levels if level]

    def draft(self) -> MandateDraft:
        """The mandate of a valid form."""
        said = self.cleaned_data
        return MandateDraft(
            measures=dict(self.measures()),
            rules=said["rules"],
            categories=[line.strip() for line in said["categories"].splitlines() if line.strip()],
            ceiling_minor=said["ceiling"],
            effective_from=said["effective_from"],
            effective_until=said["effective_until"],
        )


class FindForm(Form):
    """Whose fault it was, in what, why, and what is to be done better."""

    places = {"outcome": "finding", "error_class": "error_kind"}
    MEANS: Mapping[str, Any] = {
        "IMPROPER": _("The executor answers for it."),
        "NOT_IMPROPER": _("It did what it should have done."),
        "SHARED": _("Executor and platform both."),
        "TOOL": _("Other measures of the same tool are listed to be looked at."),
        "RULE": _("Other measures under the same rule are listed to be looked at."),
    }
    finding = forms.ChoiceField(
        label=_("Whose fault was it?"),
        choices=choices(FindingOutcome.choices),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the findings.")},
    )
    error_kind = forms.ChoiceField(
        label=_("Kind of error"),
        choices=[("", _("Choose")), *choices(ErrorClass.choices)],
        error_messages={"required": _("Choose the kind of error.")},
    )
    reasons = Text(label=_("Reasons"), max_length=8000, rows=5)
    corrective_step = Text(label=_("What is to be done better"), max_length=2000, rows=3)


class CompensateForm(Form):
    places = {"amount_minor": "amount"}
    amount = Amount(label=_("Amount in yuan"))
    reference = Text(label=_("Number of the payment"), max_length=100, required=False)
    words = Text(label=_("What for, or why nothing is owed"), max_length=1000, rows=2, required=False)


class ClaimForm(Form):
    places = {"claimed_minor": "amount", "amount_minor": "amount"}
    amount = Amount(label=_("Amount in yuan"), least="0.01")
    words = Text(label=_("What is claimed and why"), max_length=2000, rows=3)


class PaymentForm(Form):
    places = {"amount_minor": "amount"}
    amount = Amount(label=_("Amount in yuan"), least="0.01")
    reference = Text(label=_("Number of the payment"), max_length=100)


class SettleForm(Form):
    places = {"amount_minor": "amount"}
    amount = Amount(label=_("Amount in yuan"), least="0")
    reference = Text(label=_("Number of the payment"), max_length=100, required=False)
    words = Text(label=_("In words"), max_length=2000, rows=2, required=False)


class ReasonTextForm(Form):
    places = {"reason": "words"}
    words = Text(label=_("Why"), max_length=2000, rows=3)
