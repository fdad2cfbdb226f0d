"""Versions of rules in the making: written, put out for comments, answered, adopted, publicised (办法 10 to 13)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from casework.counts import capped_count
from casework.errors import (
    ConflictOfInterest,
    DeadlinePassed,
    FileRefused,
    Invalid,
    NotYourTurn,
    TooLarge,
    or_not_found,
)
from casework.formats import day_text
from console.frame import OVERSEES, show, staff, surface, version_of
from console.rules import drafts, importing
from console.rules.lists import OPINIONS
from rules import commands, inputs, queries
from rules.commands.checks import wording_of
from rules.consulted import changed_clauses
from rules.machine import BEFORE_FORCE, RuleState
from rules.memberships import members_kept_from
from rules.models import Rulemaking
from rules.web.comparison import clause_changes
from surfaces.input_forms import MORE_ROWS, InputForm
from surfaces.lists import context_of
from surfaces.lists.files import TYPES, list_file
from surfaces.serving import send

S, LISTED = RuleState, 20
UNVERSIONED = ("answer", "talk", "plan", "call-off")
"""Steps that add to a version and change nothing of what somebody else may have written meanwhile."""
RETRIED = (Invalid, NotYourTurn, DeadlinePassed, ConflictOfInterest, FileRefused, TooLarge)


STEPS: dict[str, tuple[Any, Callable[..., object], frozenset[str], Any]] = {
    "consult": (
        inputs.ConsultInput,
        commands.open_rule_consultation,
        frozenset({S.DRAFT, S.CONSULTATION}),
        gettext_lazy("Put it out for comments"),
    ),
    "enter": (inputs.EnterInput, commands.enter_rule_version, frozenset({S.CONSULTATION}), gettext_lazy("Enter it")),
    "explain": (
        inputs.ExplainInput,
        commands.explain_changes,
        frozenset({S.CONSULTATION}),
        gettext_lazy("Put the explanation on record"),
    ),
    "adopt": (inputs.AdoptInput, commands.adopt_rule_version, frozenset({S.CONSULTATION}), gettext_lazy("Adopt it")),
    "publicise": (
        inputs.PubliciseInput,
        commands.publicise_rule_version,
        frozenset({S.ADOPTED}),
        gettext_lazy("Publicise it"),
    ),
    "withdraw": (
        inputs.WithdrawVersionInput,
        commands.withdraw_rule_version,
        frozenset({S.DRAFT, S.CONSULTATION, S.ADOPTED, S.PUBLICISED}),
        gettext_lazy("Withdraw it"),
    ),
    "talk": (
        inputs.TalkInput,
        commands.record_talk,
        frozenset({*BEFORE_FORCE, S.IN_FORCE}),
        gettext_lazy("Put it on record"),
    ),
    "plan": (
        inputs.PlanTalkInput,
        commands.plan_talk,
        frozenset({*BEFORE_FORCE, S.IN_FORCE}),
        gettext_lazy("Announce it"),
    ),
    "call-off": (
        inputs.CallOffTalkInput,
        commands.call_off_talk,
        frozenset({*BEFORE_FORCE, S.IN_FORCE}),
        gettext_lazy("Call it off"),
    ),
}
"""What can be done with a version besides writing and answering: form, command, states in which, and the button."""


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=(*drafts.DraftForm.base_fields, *drafts.CHECK_LIST))
def draft(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Writes a new version, or writes a draft anew."""
    actor = staff(request, *OVERSEES)
    making = queries.making_for(actor, ref) if ref else None
    imported = {name: request.POST[name] for name in ("text_zh", "text_en")} if "imported" in request.POST else None
    form = drafts.DraftForm(making, **imported) if imported else drafts.DraftForm(making, request.POST or None)
    saved = [making]

    def save(values: dict[str, Any]) -> None:
        what = drafts.draft_of(values) | {"actor": actor, "now": clock.now()}
        if making is None:
            named = {name: values[name] for name in drafts.NAMED}
            saved[0] = commands.draft_rule_version(**named, **what)
        else:
            commands.edit_rule_version(ref=ref, expected_version=version_of(request), **what)

    if MORE_ROWS in request.POST:
        form.ask_again()
    elif form.is_bound and form.carried_out(save) and saved[0] is not None:
        messages.success(request, _("The draft is stored."))
        return redirect("making:version", ref=saved[0].ref)
    return show(
        request,
        "rules/draft.html",
        400 if form.errors else 200,
        making=making,
        form=form,
        promises=drafts.promises(),
    )


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=("text_zh", "text_en"))
def import_draft(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Shows the clauses of a text that was written elsewhere. Nothing is stored: the draft's form takes them over."""
    actor = staff(request, *OVERSEES)
    making = queries.making_for(actor, ref) if ref else None
    form = importing.ImportForm(request.POST, request.FILES) if request.method == "POST" else importing.ImportForm()
    preview = importing.Preview(form.cleaned_data["zh"], form.cleaned_data["en"]) if form.is_valid() else None
    return show(request, "rules/import.html", 400 if form.errors else 200, making=making, form=form, preview=preview)


def in_the_way(making: Rulemaking) -> list[tuple[str, str]]:
    """What an adoption would be refused for, each with the address at which it stands on the page."""
    version = making.rule_version
    clauses = list(version.clauses.order_by("position").values_list("number", flat=True))
    opinions = making.opinions.filter(disposition="").order_by("no").values_list("no", flat=True)[:LISTED]
    found = [(_("Opinion %(no)s has no answer.") % {"no": no}, f"?answered=no#opinion-{no}") for no in opinions]
    if version.drafted_by_id is None:
        found.append((str(_("Nobody checked the record of its consultation and entered it.")), "#step-enter"))
    found += [(_("Announced and not held: %(what)s") % {"what": said}, "#talks") for _no, said in _announced(making)]
    found += [
        (_("Clause %(number)s changed after the consultation, unexplained.") % {"number": each.number}, "#changed")
        for each in changed_clauses(making)
        if each.explained is None
    ]
    for item, answer in queries.check_list_of(version):
        if answer is None:
            said = _("No clause is named, and no reason: %(what)s (%(article)s)")
            found.append((said % {"what": item.says, "article": item.article}, f"#required-{item.key}"))
    for error in wording_of(version):
        place = drafts.OF_A_CLAUSE.fullmatch(error.pointer)
        if place is None:
            found.append((str(error.message), "#summary"))
        else:
            number = clauses[int(place["at"])]
            said = _("Clause %(number)s: %(what)s") % {"number": number, "what": error.message}
            found.append((said, f"#clause-{number}"))
    return found


def _announced(making: Rulemaking) -> list[tuple[int, str]]:
    """The announced meetings and surveys that wait: number, and day with subject."""
    plans = making.planned_talks.waiting()
    return [(each.no, f"{day_text(each.planned_for)} {each.subject}") for each in plans[:LISTED]]


def _steps(request: HttpRequest, making: Rulemaking, sent: str, closed: set[str]) -> dict[str, tuple[InputForm, Any]]:
    """The form and button of each step that is open in this state, the sent one with what was sent."""
    announced = _announced(making)
    if not announced:
        closed = closed | {"call-off"}
    among: dict[str, dict[str, Any]] = {"talk": {"planned": announced or None}, "call-off": {"planned": announced}}
    if making.state == S.ADOPTED:
        among["publicise"] = {"forced_by": drafts.articles()}
    return {
        name: (
            InputForm(
                takes,
                *((request.POST, request.FILES) if sent == name else (None, None)),
                choices=among.get(name, {}),
                auto_id=f"id_{name}_%s",
            ),
            label,
        )
        for name, (takes, _command, states, label) in STEPS.items()
        if making.state in states and name not in closed
    }


@surface("GET", "HEAD", roles=OVERSEES)
def minutes(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """The minutes of one meeting or survey, as they were received."""
    talk = or_not_found(queries.making_for(staff(request, *OVERSEES), ref).talks.filter(no=no).first())
    return send(request, talk.minutes, original=True)


@surface(
    *("GET", "HEAD", "POST"),
    roles=OVERSEES,
    keeps=("reason", "summary_zh", "summary_en", "participants-", "points-"),
    asks=(MORE_ROWS,),
)
def version(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Shows one version with its opinions, and carries out the step that was chosen."""
    actor, now = staff(request, *OVERSEES), clock.now()
    making = queries.making_for(actor, ref)
    step = request.POST.get("step", "")
    numbers = [(no, str(no)) for no in making.opinions.order_by("no").values_list("no", flat=True)]
    sent = request.POST if step == "answer" else None
    changed = list(changed_clauses(making)) if making.consultation_closed_at is not None else []
    unexplained = [each.number for each in changed if each.explained is None]
    closed = set() if making.consultation_closed_at is not None else {"adopt"}
    if making.state == S.CONSULTATION and not unexplained:
        closed |= {"consult", "explain"}
    if making.rule_version.drafted_by_id is not None:
        closed.add("enter")
    answer = InputForm(inputs.AnswerOpinionsInput, sent, choices={"opinions": numbers})
    steps = _steps(request, making, step, closed)
    opinions = OPINIONS.asked(actor, request.GET.dict(), now, {"ref": ref})
    if request.GET.get("as") in TYPES:
        return list_file(request, opinions, request.GET["as"])
    form = answer if step == "answer" else steps[step][0] if step in steps else None
    if form is not None and MORE_ROWS in request.POST:
        form.ask_again()
    elif form is not None:
        form.retry = RETRIED  # of this one
        act: Callable[..., object] = commands.answer_opinions if step == "answer" else STEPS[step][1]
        more: dict[str, Any] = {} if step in UNVERSIONED else {"expected_version": version_of(request)}
        if form.carried_out(lambda values: act(actor=actor, ref=ref, now=now, **more, **values)):
            messages.success(request, _("Done. It is on record under your name."))
            return redirect("making:version", ref=ref)
    return show(
        request,
        "rules/making.html",
        400 if form is not None and form.errors else 200,
        making=making,
        version=making.rule_version,
        clauses=making.rule_version.clauses.order_by("position"),
        talks=making.talks.prefetch_related("points").select_related("minutes", "planned"),
        planned_talks=making.planned_talks.filter(held_as=None),
        agreed=capped_count(making.rule_version.consents.all()),
        members=members_kept_from(making.rule_version),
        check_list=queries.check_list_of(making.rule_version),
        in_the_way=in_the_way(making) if "adopt" in steps else [],
        changes=clause_changes(changed),
        **context_of(opinions),
        may_answer=making.state == S.CONSULTATION,
        may_write=making.state == S.DRAFT
        or (making.state == S.CONSULTATION and making.consultation_closed_at is not None),
        answer=answer,
        steps=steps,
        form=form,
    )
