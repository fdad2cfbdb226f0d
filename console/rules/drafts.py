"""The form in which a version of a rule is written. Clauses are headings of one Markdown text in each language."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.errors import CaseError, Invalid
from rules.choices import VALUES, phrase
from rules.commands import ClauseText, RequiredDraft, TermDraft
from rules.commands.publish import Assessment
from rules.inputs import ValueInput
from rules.models import Binds, Clause, Consent, Impact, LawArticle, Rulemaking
from rules.queries import law_library
from rules.required import BY_KEY, REQUIREMENTS, Requirement
from surfaces.asks import Ask
from surfaces.forms import LINE, CommandForm, Moment, PlainText
from surfaces.input_forms import CheckedRows

MAX_TEXT, MAX_VALUES = 100_000, 200
HEADING = re.compile(r"^##[ \t]+(?P<number>\S+)(?P<title>[^\n]*)$", re.MULTILINE)
MAJOR = "★"
NAMED = ("code", "name_zh", "name_en", "number")
FEATURES = {
    "has_many_users": _("It concerns very many users"),
    "has_many_changes": _("It changes much"),
    "touches_important_rights": _("It touches important rights"),
}


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
    values = CheckedRows(
        ValueInput,
        Ask(_("Values of clauses"), _("The text says {promise} where the value belongs.")),
        most=MAX_VALUES,
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
        label=_("What does it mean that those who are here say nothing? (Measures, article 16)"),
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


def clauses_of(text_zh: str, text_en: str, values: Sequence[Mapping[str, Any]] = ()) -> list[ClauseText]:
    """The clauses of the two texts. Raises `ValueError(field, sentence)` where they and the values do not fit each
    other.
    """
    zh, en = _headed(text_zh), _headed(text_en)
    if not zh:
        raise ValueError("text_zh", _("There is no clause: begin each with “## number title”."))
    if list(zh) != list(en):
        raise ValueError("text_en", _("The clauses of both languages have the same numbers in the same order."))
    terms: dict[str, list[TermDraft]] = {}
    for each in values:
        if each["clause"] not in zh:
            raise ValueError("values", _("The draft has no clause %(number)s.") % {"number": each["clause"]})
        terms.setdefault(each["clause"], []).append(TermDraft(each["key"], each["amount"], each["unit"]))
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
    values["values"] = [
        {"clause": each.number, "key": term.key, "amount": term.amount, "unit": term.unit}
        for each in clauses
        for term in each.terms.all()
    ]
    for answer in version.required_answers.all():
        values |= {f"required_{answer.key}": answer.clause_number, f"why_not_{answer.key}": answer.reason}
    return values


def articles() -> list[tuple[str, str]]:
    """The articles of laws that can force an earlier start, as staff choose them."""
    return [(f"{each.instrument} {each.article}", _cited(each)) for each in law_library()]


def _cited(article: LawArticle) -> str:
    """The article as staff choose it, with what about it is not certain."""
    words = _("%(law)s, article %(article)s") % {"law": article.name, "article": article.article}
    return _("%(article)s (doubtful: %(why)s)") % {"article": words, "why": article.doubt} if article.doubt else words


def promises() -> list[tuple[str, Any, str]]:
    """What a clause can promise: key, label, and the units with the least and the most of each."""
    return [
        (key, each.label, "; ".join(f"{unit}: {least}–{most}" for unit, (least, most) in each.bounds.items()))
        for key, each in VALUES.items()
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
