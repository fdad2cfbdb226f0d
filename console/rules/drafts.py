"""The forms of a rule version in the making. Clauses are headings of one Markdown text in each language."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.clock import BEIJING
from casework.errors import CaseError, Invalid
from rules.choices import PROMISES, phrase
from rules.commands import ClauseText, PointDraft, RequiredDraft, TermDraft
from rules.commands.publish import Assessment
from rules.models import Binds, Clause, Consent, Disposition, Impact, LawArticle, Rulemaking, TalkKind, TalkSide
from rules.queries import law_library
from rules.required import BY_KEY, REQUIREMENTS, Requirement
from surfaces.forms import LINE, CommandForm, PlainText

MAX_TEXT = 100_000
HEADING = re.compile(r"^##[ \t]+(?P<number>\S+)(?P<title>[^\n]*)$", re.MULTILINE)
VALUE = re.compile(r"^(?P<clause>\S+)\s+(?P<key>[a-z_]+)\s*=\s*(?P<amount>\d{1,6})\s+(?P<unit>[a-z_]+)$")
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
    """A whole version: its rule, its clauses with their values, what its times depend on (办法 12(2), 13), and the
    check list of what the law wants clauses to say.
    """

    places = {
        "/assessment/reason": "reason",
        "/assessment/old_until": "old_until",
        "/assessment/consent": "consent",
        "/assessment/neutral_reason": "neutral_reason",
        "/effective_from": "effective_from",
        "/clauses": "values",
    }

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
    values = PlainText(
        label=_("Values of clauses"),
        help_text=_("One in a line: “clause promise = number unit”. The text says {promise} where the value belongs."),
        max_length=4000,
        rows=4,
        required=False,
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

    old_for = forms.ChoiceField(
        label=_("For whom of those who are here does the version before go on meanwhile?"),
        choices=[("", _("for nobody")), *Binds.choices],
        required=False,
    )
    old_until = Moment(label=_("until when it goes on for them"), required=False)

    consent = forms.ChoiceField(
        label=_("What does it mean that those who are here say nothing? (article 16)"),
        choices=Consent.choices,
        widget=forms.RadioSelect,
    )
    neutral_reason = PlainText(
        label=_("Why it adds no duty and cuts no right, where nobody is asked to agree"),
        max_length=2000,
        rows=2,
        required=False,
    )

    def __init__(self, making: Rulemaking | None, data: Any = None, **imported: str) -> None:
        super().__init__(data, initial=(values_of(making) if making else {}) | imported)
        if making is not None:  # rule and number of a draft stay
            for name in NAMED:
                del self.fields[name]
        for each in REQUIREMENTS:
            self.fields[f"required_{each.key}"] = PlainText(
                label=_("The clause that says it"), max_length=20, required=False
            )
            self.fields[f"why_not_{each.key}"] = PlainText(
                label=_("or why none does"), max_length=1000, rows=2, required=False
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if {"text_zh", "text_en", "values"} <= values.keys():
            try:
                values["clauses"] = clauses_of(values["text_zh"], values["text_en"], values["values"])
            except ValueError as fault:
                self.add_error(*fault.args)
        return values

    def add_refusal(self, error: CaseError) -> None:
        """A refusal of a clause names the clause, and stands beside the field in which it is written."""
        for each in error.errors:
            place = OF_A_CLAUSE.fullmatch(each.pointer)
            if place is None:
                super().add_refusal(Invalid(errors=[each]))
                continue
            clause = self.cleaned_data["clauses"][int(place["at"])]
            name = {"terms": "values", "text_en": "text_en", "title_en": "text_en"}.get(place["what"], "text_zh")
            said = _("Clause %(number)s: %(what)s") % {"number": clause.number, "what": each.message}
            self.add_error(name, str(said))
        if not error.errors:
            super().add_refusal(error)

    @property
    def written(self) -> list[forms.BoundField]:
        """The fields before the check list."""
        return [self[name] for name in self.base_fields if name in self.fields]

    @property
    def check_list(self) -> list[tuple[Requirement, forms.BoundField, forms.BoundField]]:
        return [(each, self[f"required_{each.key}"], self[f"why_not_{each.key}"]) for each in REQUIREMENTS]


CHECK_LIST = tuple(f"{stem}_{key}" for key in BY_KEY for stem in ("required", "why_not"))
OF_A_CLAUSE = re.compile(r"/clauses/(?P<at>\d+)/(?P<what>\w+)(?:/.*)?")


class ConsultForm(CommandForm):
    closes_at = Moment(label=_("Comments are taken until"))


class AdoptForm(CommandForm):
    places = {"/consultation/summary_zh": "summary_zh", "/consultation/summary_en": "summary_en"}

    summary_zh = PlainText(label=_("what the consultation said (Chinese)"), max_length=4000, rows=4)
    summary_en = PlainText(label=_("what the consultation said (English)"), max_length=4000, rows=4, required=False)

    signs_neutral = forms.BooleanField(
        label=_("I sign that this version adds no duty and cuts no right (only where silence is to be consent)"),
        required=False,
    )


class PubliciseForm(CommandForm):
    """When it takes effect; earlier than the time of publicity allows only where an article of a law forces it."""

    effective_from = Moment(label=_("In force from"))
    forced_by = forms.ChoiceField(
        label=_("The article that forces an earlier start"),
        help_text=_("Signed by whoever adopted the version, and shown to everybody with the reason."),
        required=False,
    )
    forced_reason = PlainText(label=_("Why it must start early"), max_length=2000, rows=3, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        articles = [(f"{each.instrument} {each.article}", _cited(each)) for each in law_library()]
        self.fields["forced_by"].choices = [("", _("None")), *articles]  # type: ignore[attr-defined]

    def clean_forced_by(self) -> tuple[str, str] | None:
        instrument, _space, article = str(self.cleaned_data["forced_by"]).partition(" ")
        return (instrument, article) if article else None


class TalkForm(CommandForm):
    """A meeting, talk or survey about the rule, with its minutes (办法 17)."""

    kind = forms.ChoiceField(label=_("What was it?"), choices=TalkKind.choices, widget=forms.RadioSelect)
    held_on = forms.DateField(label=_("When was it held?"), widget=forms.DateInput(attrs={"type": "date"}))
    subject_zh = PlainText(label=_("What was it about? (Chinese)"), max_length=LINE)
    subject_en = PlainText(label=_("What was it about? (English)"), max_length=LINE, required=False)
    participants = PlainText(
        label=_("Who took part"),
        help_text=_(
            "One kind a line with how many, no names: MERCHANTS 12. Also CONSUMERS, ASSOCIATIONS, EXPERTS, OTHERS."
        ),
        max_length=400,
        rows=3,
    )
    points = PlainText(
        label=_("What was said, and what became of it"),
        help_text=_("One a line: kind; what was said; ADOPTED, PARTLY or REJECTED; why. The public reads it."),
        max_length=20_000,
        rows=5,
    )
    minutes = forms.FileField(label=_("Minutes (a file that staff alone read)"), allow_empty_file=False)

    def clean_participants(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in filter(str.strip, self.cleaned_data["participants"].splitlines()):
            side, _space, count = line.strip().rpartition(" ")
            if side.strip() not in TalkSide.values or not (count.isascii() and count.isdecimal()) or len(count) > 6:
                raise forms.ValidationError(_("This line is not a kind with a number: %(line)s") % {"line": line[:60]})
            found[side.strip()] = int(count)
        return found

    def clean_points(self) -> list[PointDraft]:
        found = []
        for line in filter(str.strip, self.cleaned_data["points"].splitlines()):
            parts = [part.strip() for part in line.replace("；", ";").split(";")]
            if len(parts) != 4:
                raise forms.ValidationError(_("This line has not the four values: %(line)s") % {"line": line[:60]})
            found.append(PointDraft(*parts))
        return found


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


def clauses_of(text_zh: str, text_en: str, values: str = "") -> list[ClauseText]:
    """The clauses of the two texts. Raises `ValueError(field, sentence)` where they and the values do not fit each
    other.
    """
    zh, en = _headed(text_zh), _headed(text_en)
    if not zh:
        raise ValueError("text_zh", _("There is no clause: begin each with “## number title”."))
    if list(zh) != list(en):
        raise ValueError("text_en", _("The clauses of both languages have the same numbers in the same order."))
    terms = _valued(values)
    if unknown := terms.keys() - zh.keys():
        raise ValueError("values", _("The draft has no clause %(number)s.") % {"number": min(unknown)})
    return [
        ClauseText(
            number=number,
            text_zh=text,
            text_en=en[number][1],
            title_zh=title.replace(MAJOR, "").strip(),
            title_en=en[number][0].replace(MAJOR, "").strip(),
            is_major_interest=MAJOR in title,
            terms=terms.get(number, ()),
        )
        for number, (title, text) in zh.items()
    ]


def _headed(text: str) -> dict[str, tuple[str, str]]:
    """Title and text by number, in order; a number that comes twice stands for its last."""
    found = list(HEADING.finditer(text))
    ends = [*(each.start() for each in found[1:]), len(text)][: len(found)]
    return {
        each["number"]: (each["title"].strip(), text[each.end() : end].strip())
        for each, end in zip(found, ends, strict=True)
    }


def _valued(text: str) -> dict[str, list[TermDraft]]:
    """The values by the number of their clause. Raises `ValueError(field, sentence)` for a line that is none."""
    found: dict[str, list[TermDraft]] = {}
    for line in filter(str.strip, text.split("\n")):
        value = VALUE.fullmatch(line.strip())
        if value is None:
            raise ValueError("values", _("This line is no value: “%(line)s”") % {"line": line.strip()})
        found.setdefault(value["clause"], []).append(TermDraft(value["key"], int(value["amount"]), value["unit"]))
    return found


def _with_places(clause: Clause, language: str) -> str:
    """The text with `{key}` where it says a value, so that both change together; two values that read the same stay."""
    text: str = getattr(clause, f"text_{language}")
    said = [(term.key, phrase(term.amount, term.unit, language)) for term in clause.terms.all()]
    for key, words in said:
        if [other for _key, other in said].count(words) == 1:
            text = re.sub(rf"(?<!\d){re.escape(words)}", f"{{{key}}}", text)
    return text


def values_of(making: Rulemaking) -> dict[str, Any]:
    """What the form shows of a draft that is there."""
    version = making.rule_version
    names = "summary_zh summary_en effective_from binds impact transition_zh transition_en old_for old_until"
    names += " consent neutral_reason"
    values = {name: getattr(version, name) or "" for name in names.split()}
    values |= {"reason": version.assessment, "features": [name for name in FEATURES if getattr(version, name)]}
    clauses = list(version.clauses.order_by("position").prefetch_related("terms"))
    for language in ("zh", "en"):
        values[f"text_{language}"] = "\n\n".join(
            f"## {each.number} {getattr(each, f'title_{language}')}{f' {MAJOR}' if each.is_major_interest else ''}\n\n"
            f"{_with_places(each, language)}"
            for each in clauses
        )
    values["values"] = "\n".join(
        f"{each.number} {term.key} = {term.amount} {term.unit}" for each in clauses for term in each.terms.all()
    )
    for answer in version.required_answers.all():
        values |= {f"required_{answer.key}": answer.clause_number, f"why_not_{answer.key}": answer.reason}
    return values


def _cited(article: LawArticle) -> str:
    """The article as staff choose it, with what about it is not certain."""
    words = _("%(law)s, article %(article)s") % {"law": article.name, "article": article.article}
    return _("%(article)s (doubtful: %(why)s)") % {"article": words, "why": article.doubt} if article.doubt else words


def promises() -> list[tuple[str, Any, str]]:
    """What a clause can promise: key, label, and the units with the least and the most of each."""
    return [
        (key, each.label, "; ".join(f"{unit}: {least}–{most}" for unit, (least, most) in each.bounds.items()))
        for key, each in PROMISES.items()
    ]


def draft_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values as the commands take them. Raises `Invalid` as they do."""
    if not values["reason"].strip():
        raise Invalid.field("/reason", "required", _("Say why these features are there or not."))
    return {
        **{name: values[name] for name in ("effective_from", "clauses", "summary_zh", "summary_en")},
        "required": [
            RequiredDraft(key, clause, reason)
            for key in BY_KEY
            if (clause := values[f"required_{key}"].strip()) + (reason := values[f"why_not_{key}"].strip())
        ],
        "assessment": Assessment(
            reason=values["reason"],
            binds=values["binds"],
            impact=values["impact"],
            transition_zh=values["transition_zh"],
            transition_en=values["transition_en"],
            old_for=values["old_for"],
            old_until=values["old_until"],
            consent=values["consent"],
            neutral_reason=values["neutral_reason"],
            **{name: name in values["features"] for name in FEATURES},
        ),
    }
