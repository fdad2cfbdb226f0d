"""Changes of the catalogues that notices rely on, of laws and of measures alike: proposing one, and signing it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import ADMINISTRATOR
from appeals.commands import letters_on, propose_letter
from appeals.inputs import ProposeLetterInput
from archive.letters import language_for
from authorities.commands import propose_seat
from authorities.inputs import ProposeSeatInput
from casework import clock
from casework.formats import moment_text
from console.frame import OVERSEES, show, staff, surface, verb_pages
from console.rules import lists
from notices.commands import propose_measure_type
from notices.inputs import RegisterMeasureTypeInput
from notices.queries import measure_type_said
from retention.due import class_of
from rules.commands import propose_law_article, propose_second_factor_removal
from rules.comparing import Passage, compare_texts
from rules.inputs import ProposeLawArticleInput, RemoveSecondFactorInput
from rules.letters import letter_said
from rules.models import CatalogueChange, Subject
from rules.queries import change_for, law_article_said
from rules.verbs import CHANGE, actions_for
from surfaces.asks import STAFF
from surfaces.input_forms import InputForm
from transparency.inputs import DraftErratumInput, DraftReportInput
from transparency.queries import drafted

INPUTS: Mapping[str, type[Any]] = {
    Subject.LAW_ARTICLE: ProposeLawArticleInput,
    Subject.MEASURE_TYPE: RegisterMeasureTypeInput,
    Subject.SEAT: ProposeSeatInput,
    Subject.REPORT: DraftReportInput,
    Subject.ERRATUM: DraftErratumInput,
    Subject.LETTER: ProposeLetterInput,
}
LABELS: Mapping[str, Mapping[str, Any]] = {
    Subject.PARTY_OWNER: {"name": gettext_lazy("Party"), "person": gettext_lazy("Becomes an owner")},
    Subject.RETENTION: {
        "record_class": gettext_lazy("Records"),
        "through": gettext_lazy("Time over at"),
        "due": gettext_lazy("Records to delete for good"),
        "held": gettext_lazy("Held"),
        "keys": gettext_lazy("SHA-256 of their keys"),
    },
    Subject.SECOND_FACTOR: {"person": gettext_lazy("Person"), "username": gettext_lazy("User name")},
    Subject.GUIDANCE: {"clause": gettext_lazy("Clause"), "guidance": gettext_lazy("Guidance beside the clause")},
}
"""What is shown of a change without an input of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """One value of a proposal, as it differs from what the entry said before."""

    label: str
    passages: tuple[Passage, ...]
    is_changed: bool


def said_of(change: CatalogueChange, before: Mapping[str, Any] | None) -> Iterator[Said]:
    """What was proposed, value by value, in the order in which it is asked for; what is empty before and after stays
    away.
    """
    if change.subject in LABELS:
        said = dict(change.said)
        if change.subject == Subject.RETENTION:
            said["record_class"] = class_of(change.key).name
            said["through"] = moment_text(datetime.fromisoformat(said["through"]), "zone")
        for name, label in LABELS[change.subject].items():
            yield Said(str(label), compare_texts(str(said[name]), str(said[name])), False)
        return
    said = change.said.get("slots", change.said)
    for name, field in INPUTS[change.subject]().fields.items():
        if name not in said:
            continue
        was, now = _words((before or {}).get(name), field), _words(said[name], field)
        if was or now:
            passages = compare_texts(was, now) if before else compare_texts(now, now)
            yield Said(str(field.style["asks"].label), passages, bool(before) and was != now)


def _words(value: Any, field: Any) -> str:
    if field.kind == "moment":
        return moment_text(datetime.fromisoformat(value), "zone") if value else ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return "" if value is None else str(getattr(field, "choices", {}).get(value, value))


@surface("GET", "HEAD", roles=OVERSEES)
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one proposal beside what the entry says now, and what is to be done."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = change_for(actor, ref)
    reads: Mapping[str, Callable[[CatalogueChange], Mapping[str, Any] | None]] = {
        Subject.LAW_ARTICLE: law_article_said,
        Subject.MEASURE_TYPE: measure_type_said,
        Subject.LETTER: lambda change: letter_said(change.key, before=change.pk),
    }
    before = reads[row.subject](row) if row.subject in reads else None
    actions = [action for action in actions_for(actor, row, now=now) if action.verb.page_for(STAFF)]
    context: dict[str, Any] = {"actions": actions, "said": list(said_of(row, before)), "is_new": before is None}
    if row.subject == Subject.REPORT:
        context["report"] = replace(drafted(row.said, language_for()), slots=())  # which stand in both languages above
    return show(request, "rules/change.html", row=row, **context)


def proposing(
    takes: type[Any],
    command: Callable[..., CatalogueChange],
    *,
    heading: Promise,
    lede: Promise,
    stands: Callable[[datetime], Any] = lambda now: (),
    roles: Sequence[str] = OVERSEES,
) -> Callable[[HttpRequest], HttpResponseBase]:
    """The page on which a person enters a version, begun from the change `?like` names; another person signs it.

    `stands` are the letter templates that are shown above the form, `about` what the address says.
    """

    @surface("GET", "HEAD", "POST", roles=roles, keeps=tuple(takes().fields))
    def propose(request: HttpRequest, /, **about: str) -> HttpResponse:
        actor, now = staff(request, *roles), clock.now()
        like = change_for(actor, request.GET["like"]).said if "like" in request.GET else {}
        form = InputForm(takes, request.POST or None, initial=like)
        made: list[CatalogueChange] = []
        if form.carried_out(lambda said: made.append(command(actor=actor, now=now, **about, **said))):
            messages.success(request, _("Entered under your name. Another person signs it."))
            return redirect("catalogues:change", ref=made[0].ref)
        status = 400 if form.errors else 200
        words = {"heading": heading, "lede": lede, "letters": stands(now)}
        return show(request, "rules/propose.html", status=status, form=form, **words)

    return propose


propose_law = proposing(
    ProposeLawArticleInput,
    propose_law_article,
    heading=gettext_lazy("Enter a law article"),
    lede=gettext_lazy("Another person compares it with its official source and signs it. Then notices can cite it."),
)
propose_measure = proposing(
    RegisterMeasureTypeInput,
    propose_measure_type,
    heading=gettext_lazy("Enter a kind of measure"),
    lede=gettext_lazy("Another person signs it. Served notices keep the words under which they were served."),
)
propose_a_seat = proposing(
    ProposeSeatInput,
    propose_seat,
    heading=gettext_lazy("Propose a seat"),
    lede=gettext_lazy(
        "Another person signs it. The person reads figures, rules and one case at a time, and changes nothing."
    ),
)
propose_a_letter = proposing(
    ProposeLetterInput,
    propose_letter,
    heading=gettext_lazy("Letter templates"),
    lede=gettext_lazy(
        "Another person signs a template. Then reviewers can begin their reasons with it; a letter with an empty blank "
        "cannot be sent."
    ),
    stands=lambda now: letters_on(now=now),
)
propose_second_factor = proposing(
    RemoveSecondFactorInput,
    propose_second_factor_removal,
    heading=gettext_lazy("Remove a lost second factor"),
    lede=gettext_lazy(
        "The person is told now. Another administrator signs it: then they are signed out everywhere, and set up "
        "another factor when they sign in with their password."
    ),
    roles=(ADMINISTRATOR,),
)

addresses = [
    path("", lists.changes, name="list"),
    path("law/", propose_law, name="law"),
    path("measure/", propose_measure, name="measure"),
    path("letters/", propose_a_letter, name="letters"),
    path("seat/", propose_a_seat, name="seat"),
    path("second-factor/<slug:user>/", propose_second_factor, name="second-factor"),
    path("<slug:ref>/", one, name="change"),
    *verb_pages("<slug:ref>/", CHANGE, change_for, "catalogues:change", roles=OVERSEES),
]
