"""The forms of a rule version in the making. Clauses are headings of one Markdown text in each language."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.clock import BEIJING
from casework.errors import Invalid
from casework.forms import LINE, CommandForm, PlainText
from rules.commands import ClauseText
from rules.commands.publish import Assessment
from rules.models import Binds, Disposition, Impact, Rulemaking

MAX_TEXT = 100_000
HEADING = re.compile(r"^##[ \t]+(?P<number>\S+)(?P<title>[^\n]*)$", re.MULTILINE)
MAJOR = "★"
NAMED = ("code", "name_zh", "name_en", "number")
FEATURES = {
    "has_many_users": _("It concerns very many users"),
    "has_many_changes": _("It changes much"),
    "touches_important_rights": _("It touches important rights"),
}


class Moment(forms.DateTimeField):
    """A date and time in Beijing, as a browser's field gives it."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, error_messages={"required": _("Give a date and a time.")}, **more)

    def to_python(self, value: Any) -> datetime | None:
        read = super().to_python(value)
        return read if read is None else read.replace(tzinfo=BEIJING)


class DraftForm(CommandForm):
    """A whole version: its rule, its clauses, and what its times depend on (办法 12(2), 13)."""

    places = {"/assessment/reason": "reason", "/effective_from": "effective_from"}

    code = PlainText(label=_("Code of the rule"), max_length=60)
    name_zh = PlainText(label=_("name (Chinese)"), max_length=LINE)
    name_en = PlainText(label=_("name (English)"), max_length=LINE)
    number = PlainText(label=_("version"), max_length=40)
    effective_from = Moment(label=_("To be in force from"))
    summary_zh = PlainText(label=_("what changed (Chinese)"), max_length=4000, rows=3)
    summary_en = PlainText(label=_("what changed (English)"), max_length=4000, rows=3, required=False)
    text_zh = PlainText(
        label=_("Clauses in Chinese"),
        help_text=_("Markdown: each clause begins with “## number title”; ★ behind the title shows it prominently."),
        max_length=MAX_TEXT,
        rows=14,
    )
    text_en = PlainText(
        label=_("Clauses in English"), help_text=_("The same numbers in the same order."), max_length=MAX_TEXT, rows=14
    )
    features = forms.MultipleChoiceField(
        label=_("Is there one of these? Then 15 days instead of 7"),
        choices=list(FEATURES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    binds = forms.ChoiceField(
        label=_("Whom does it bind? They are told, and may leave on the old terms"),
        choices=Binds.choices,
        initial=Binds.EVERYBODY,
        widget=forms.RadioSelect,
    )
    impact = forms.ChoiceField(label=_("impact on existing users"), choices=Impact.choices, widget=forms.RadioSelect)
    reason = PlainText(label=_("why these features are there or not"), max_length=2000, rows=3)
    transition_zh = PlainText(label=_("transition (Chinese)"), max_length=4000, rows=3, required=False)
    transition_en = PlainText(label=_("transition (English)"), max_length=4000, rows=3, required=False)

    def __init__(self, making: Rulemaking | None, data: Any = None) -> None:
        super().__init__(data, initial=values_of(making) if making else None)
        if making is not None:  # rule and number of a draft stay
            for name in NAMED:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if {"text_zh", "text_en"} <= values.keys():
            try:
                values["clauses"] = clauses_of(values["text_zh"], values["text_en"])
            except ValueError as fault:
                self.add_error("text_en" if fault.args[0] == "en" else "text_zh", fault.args[1])
        return values


class ConsultForm(CommandForm):
    closes_at = Moment(label=_("Comments are taken until"))


class AdoptForm(CommandForm):
    summary_zh = PlainText(label=_("what the consultation said (Chinese)"), max_length=4000, rows=4)
    summary_en = PlainText(label=_("what the consultation said (English)"), max_length=4000, rows=4, required=False)


class PubliciseForm(CommandForm):
    effective_from = Moment(label=_("In force from"))


class WithdrawForm(CommandForm):
    reason = PlainText(label=_("Why it is withdrawn"), max_length=2000, rows=3)


class AnswerForm(CommandForm):
    """One answer to the opinions that are ticked; they say the same."""

    opinions = forms.TypedMultipleChoiceField(
        label=_("Opinions"), coerce=int, error_messages={"required": _("Choose at least one opinion.")}
    )
    disposition = forms.ChoiceField(
        label=_("What becomes of it"), choices=Disposition.choices, widget=forms.RadioSelect
    )
    reason = PlainText(label=_("Why"), max_length=2000, rows=3)

    def __init__(self, making: Rulemaking, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        numbers = making.opinions.order_by("no").values_list("no", flat=True)
        self.fields["opinions"].choices = [(no, str(no)) for no in numbers]  # type: ignore[attr-defined]


def clauses_of(text_zh: str, text_en: str) -> list[ClauseText]:
    """The clauses of the two texts. Raises `ValueError(language, sentence)` where they do not fit each other."""
    zh, en = _headed(text_zh), _headed(text_en)
    if not zh:
        raise ValueError("zh", _("There is no clause: begin each with “## number title”."))
    if list(zh) != list(en):
        raise ValueError("en", _("The clauses of both languages have the same numbers in the same order."))
    return [
        ClauseText(
            number=number,
            text_zh=text,
            text_en=en[number][1],
            title_zh=title.replace(MAJOR, "").strip(),
            title_en=en[number][0].replace(MAJOR, "").strip(),
            is_major_interest=MAJOR in title,
        )
        for number, (title, text) in zh.items()
    ]


def _headed(text: str) -> dict[str, tuple[str, str]]:
    """Title and text by number, in order; a number that comes twice stands for its last."""
    found = list(HEADING.finditer(text))
    ends = [*(each.start() for each in found[1:]), len(text)]
    return {
        each["number"]: (each["title"].strip(), text[each.end() : end].strip())
        for each, end in zip(found, ends, strict=True)
    }


def values_of(making: Rulemaking) -> dict[str, Any]:
    """What the form shows of a draft that is there."""
    version = making.rule_version
    names = ("summary_zh", "summary_en", "effective_from", "binds", "impact", "transition_zh", "transition_en")
    values = {name: getattr(version, name) for name in names}
    values |= {"reason": version.assessment, "features": [name for name in FEATURES if getattr(version, name)]}
    for language in ("zh", "en"):
        values[f"text_{language}"] = "\n\n".join(
            f"## {each.number} {getattr(each, f'title_{language}')}{MAJOR if each.is_major_interest else ''}\n\n"
            f"{getattr(each, f'text_{language}')}"
            for each in version.clauses.order_by("position")
        )
    return values


def draft_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values as the commands take them. Raises `Invalid` as they do."""
    if not values["reason"].strip():
        raise Invalid.field("/reason", "required", _("Say why these features are there or not."))
    return {
        **{name: values[name] for name in ("effective_from", "clauses", "summary_zh", "summary_en")},
        "assessment": Assessment(
            reason=values["reason"],
            binds=values["binds"],
            impact=values["impact"],
            transition_zh=values["transition_zh"],
            transition_en=values["transition_en"],
            **{name: name in values["features"] for name in FEATURES},
        ),
    }
