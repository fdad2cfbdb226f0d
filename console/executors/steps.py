"""What compliance does with one executor: terms, people, mandates, where it stands. One form, one command, one page.

Whatever takes something away is asked once more on a page that says what follows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from casework.actor import Actor
from casework.errors import ExecutorNotCertified, Invalid, NotFound, NotYourTurn, OutsideMandate, Stale, Text
from casework.machine import step_for
from console.executors.forms import (
    ContractForm,
    Form,
    MandateForm,
    PayForm,
    PersonForm,
    ReasonForm,
    SubProcessorForm,
    TermsForm,
)
from console.executors.frame import staff, surface
from console.frame import show
from executors import commands, queries
from executors.models import Executor
from executors.queries.measures import measure_kinds
from rules.queries import rules_with_history

RETRY = (Invalid, NotYourTurn, Stale, ExecutorNotCertified, OutsideMandate)
"""Refusals after which the form comes back with what was typed."""


def to_executor(ref: str, anchor: str = "") -> HttpResponse:
    return redirect(reverse("executing:executor", args=[ref]) + (f"#{anchor}" if anchor else ""))


def _asked(
    request: HttpRequest,
    ref: str,
    form: Form,
    act: Callable[[Actor, Form], Any],
    *,
    done: str,
    anchor: str = "",
    template: str = "executors/form.html",
    **shown: Any,
) -> HttpResponse:
    """The form; sent and accepted, its act; refused, the form again with the refusal beside its field."""
    actor = staff(request)
    if request.method == "POST" and form.is_valid():
        try:
            act(actor, form)
        except RETRY as refused:
            form.take(refused)
        else:
            messages.success(request, done)
            return to_executor(ref, anchor)
    context = {
        "form": form,
        "groups": [{"fields": form.visible_fields()}],
        "back_url": reverse("executing:executor", args=[ref]),
    }
    return show(request, template, status=400 if form.errors else 200, **{**context, **shown})


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


# — terms and people —


@surface("GET", "HEAD", "POST")
def record_terms(request: HttpRequest, ref: str) -> HttpResponse:
    """What it may do with personal data is on file."""
    executor = queries.executor_for(staff(request), ref)
    form = TermsForm(
        _given(request), initial={"effective_from": executor.contract_from, "until": executor.contract_until}
    )
    return _asked(
        request,
        ref,
        form,
        lambda actor, form: commands.record_processing_terms(
            actor=actor, ref=ref, terms=commands.TermsDraft(**form.cleaned_data), now=clock.now()
        ),
        done=_("The terms are on file."),
        anchor="terms",
        heading=_("Terms for personal data: %(name)s") % {"name": executor.party.name},
        lede=_("Without terms in force it may see no personal data and cannot act (PIPL, article 21)."),
        button=_("Put the terms on file"),
    )


@surface("GET", "HEAD", "POST")
def extend_contract(request: HttpRequest, ref: str) -> HttpResponse:
    """The contract runs longer."""
    executor = queries.executor_for(staff(request), ref)
    form = ContractForm(
        _given(request),
        initial={"contract_number": executor.contract_number, "contract_until": executor.contract_until},
    )
    return _asked(
        request,
        ref,
        form,
        lambda actor, form: commands.extend_contract(
            actor=actor,
            ref=ref,
            contract_number=form.cleaned_data["contract_number"],
            until=form.cleaned_data["contract_until"],
            now=clock.now(),
        ),
        done=_("The contract was extended."),
        heading=_("Extend the contract: %(name)s") % {"name": executor.party.name},
        button=_("Extend the contract"),
    )


@surface("GET", "HEAD", "POST")
def propose_sub(request: HttpRequest, ref: str) -> HttpResponse:
    """A firm that it would pass data on to is on file; it waits for a decision."""
    executor = queries.executor_for(staff(request), ref)
    return _asked(
        request,
        ref,
        SubProcessorForm(_given(request)),
        lambda actor, form: commands.propose_sub_processor(actor=actor, ref=ref, now=clock.now(), **form.cleaned_data),
        done=_("It is on file and waits for your decision."),
        anchor="terms",
        heading=_("A firm that %(name)s would pass data on to") % {"name": executor.party.name},
        button=_("Enter it"),
    )


@surface("POST")
def decide_sub(request: HttpRequest, ref: str, sub: str) -> HttpResponse:
    """That part may be passed on, or not; said once."""
    answer = request.POST.get("approved", "")
    if answer not in ("yes", "no"):
        raise Invalid.field("/approved", "unknown", _("Choose one of the listed values."))
    commands.decide_sub_processor(
        actor=staff(request), ref=ref, sub_processor=sub, approved=answer == "yes", now=clock.now()
    )
    messages.success(request, _("Approved.") if answer == "yes" else _("Refused."))
    return to_executor(ref, "terms")


@surface("GET", "HEAD", "POST")
def add_pay(request: HttpRequest, ref: str) -> HttpResponse:
    """What it is paid for is on file; pay by rejections is refused with the reason."""
    executor = queries.executor_for(staff(request), ref)
    form = PayForm(_given(request), initial={"starts_at": clock.now()})
    return _asked(
        request,
        ref,
        form,
        lambda actor, form: commands.add_pay_term(actor=actor, ref=ref, now=clock.now(), **form.cleaned_data),
        done=_("The term is on file."),
        anchor="terms",
        heading=_("What %(name)s is paid for") % {"name": executor.party.name},
        lede=_("Pay must not depend on how many it rejects: whoever is paid for rejections finds some."),
        button=_("Put it on file"),
    )


@surface("GET", "HEAD", "POST")
def add_person(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody works for it from now on, known outside by a code."""
    executor = queries.executor_for(staff(request), ref)

    def act(actor: Actor, form: Form) -> None:
        said = form.cleaned_data
        commands.add_person(
            actor=actor,
            ref=ref,
            username=said["username"],
            display_name=said["display_name"],
            password=said["password"] or None,
            is_lead=said["is_lead"],
            sub_processor=said.get("sub_processor", ""),
            now=clock.now(),
        )

    return _asked(
        request,
        ref,
        PersonForm(_given(request), subs=[(s.ref, s.name) for s in executor.sub_processors.all() if s.approved]),
        act,
        done=_("Added. Outside, the person is known only by a code."),
        anchor="people",
        heading=_("Somebody new at %(name)s") % {"name": executor.party.name},
        button=_("Add the person"),
    )


@surface("GET", "HEAD", "POST")
def end_person(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """Somebody works for it no more, after a page that says what follows."""
    executor = queries.executor_for(staff(request), ref)
    if not any(p.code == code and p.is_live for p in executor.people.all()):
        raise NotFound()
    return _asked(
        request,
        ref,
        Form(_given(request)),
        lambda actor, _form: commands.end_person(actor=actor, ref=ref, code=code, now=clock.now()),
        done=_("%(code)s works for it no more.") % {"code": code},
        anchor="people",
        template="executors/confirm.html",
        heading=_("End the work of %(code)s?") % {"code": code},
        effects=[
            _("They are signed out of their work here and can carry out nothing more."),
            _("What they did stays on record under this code."),
        ],
        button=_("End it"),
        danger=True,
    )


@surface("GET", "HEAD", "POST")
def withdraw_certificate(request: HttpRequest, ref: str, certificate: str) -> HttpResponse:
    """A certificate counts no more, with the reason that its holder reads."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    row = next((c for c in queries.certifications_for(actor) if c.ref == certificate), None)
    if row is None or row.person.executor_id != executor.pk or row.withdrawn_at is not None:
        raise NotFound()
    return _asked(
        request,
        ref,
        ReasonForm(_given(request), hint=_("The person reads it.")),
        lambda actor, form: commands.withdraw_certification(
            actor=actor, ref=certificate, reason=form.cleaned_data["reason"], now=clock.now()
        ),
        done=_("The certificate counts no more."),
        anchor="people",
        template="executors/confirm.html",
        heading=_("Withdraw the certificate of %(code)s?") % {"code": row.person.code},
        effects=[
            _("%(rule)s, level %(level)s") % {"rule": row.rule_version.rule.name, "level": row.level},
            _("From now on nothing can be issued under it. What was issued before stands."),
            _("The person can train and sit the test again."),
        ],
        button=_("Withdraw it"),
        danger=True,
    )


# — mandates —


@surface("GET", "HEAD", "POST")
def grant_mandate(request: HttpRequest, ref: str) -> HttpResponse:
    """A version of the mandate is fixed; the one before ends where it starts."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    kinds = measure_kinds()
    rules = [(rule.code, rule.name) for rule in rules_with_history()]
    before = next((m for m in executor.mandates.all() if m.is_in_force(clock.now())), None)
    initial: dict[str, Any] = {}
    if before is not None:
        levels = {m.measure_type: str(m.level) for m in before.measures.all()}
        initial = {f"level_{place}": levels.get(code, "") for place, (code, _label) in enumerate(kinds)} | {
            "rules": [r.rule.code for r in before.rules.all()],
            "categories": "\n".join(c.category for c in before.categories.all()),
            "ceiling": None if before.ceiling_minor is None else f"{before.ceiling_minor / 100:.2f}",
            "effective_until": before.effective_until,
        }
    form = MandateForm(_given(request), initial=initial, kinds=kinds, rules=rules)

    return _asked(
        request,
        ref,
        form,
        lambda actor, _form: commands.grant_mandate(actor=actor, ref=ref, mandate=form.draft(), now=clock.now()),
        done=_("The mandate is granted."),
        anchor="mandate",
        heading=_("What %(name)s may do") % {"name": executor.party.name},
        lede=_("A version is fixed once granted. The one in force ends where this one starts.")
        if before is not None
        else _("A version is fixed once granted. Whatever is not named here, it may not do."),
        groups=[
            {
                "title": _("Kinds of measure"),
                "hint": _("Which may be carried out, and which level of certificate each takes."),
                "fields": form.level_fields,
                "pair": True,
            },
            {"title": _("Where"), "fields": [form["rules"], form["categories"]]},
            {"title": _("How much and how long"), "fields": [form["ceiling"]]},
            {"fields": [form["effective_from"], form["effective_until"]], "pair": True},
        ],
        button=_("Grant this mandate"),
    )


@surface("GET", "HEAD", "POST")
def revoke_mandate(request: HttpRequest, ref: str, mandate: str) -> HttpResponse:
    """A version of the mandate ends now, after a page that says what follows."""
    executor = queries.executor_for(staff(request), ref)
    row = next((m for m in executor.mandates.all() if m.ref == mandate), None)
    if row is None:
        raise NotFound()
    return _asked(
        request,
        ref,
        ReasonForm(_given(request)),
        lambda actor, form: commands.revoke_mandate(
            actor=actor, ref=ref, mandate=mandate, reason=form.cleaned_data["reason"], now=clock.now()
        ),
        done=_("The mandate is revoked."),
        anchor="mandate",
        template="executors/confirm.html",
        heading=_("Revoke version %(no)s of the mandate of %(name)s?") % {"no": row.no, "name": executor.party.name},
        effects=[
            _("From now on nothing can be done under it. What was done before stands."),
            _("To let it act again, grant a new version."),
        ],
        button=_("Revoke the mandate"),
        danger=True,
    )


# — where it stands —


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an executor's life, as it is asked about and said."""

    heading: Text
    effects: tuple[Text, ...]
    button: Text
    done: Text
    danger: bool = False
    needs_reason: bool = True


STEPS: Mapping[str, Step] = {
    "begin-training": Step(
        gettext_lazy("Let %(name)s train?"),
        (gettext_lazy("Its people may read the material and sit tests. Nothing may be carried out yet."),),
        gettext_lazy("Begin training"),
        gettext_lazy("Its people may train now."),
        needs_reason=False,
    ),
    "certify": Step(
        gettext_lazy("Say that %(name)s is certified?"),
        (
            gettext_lazy("At least one of its people must hold a certificate in force."),
            gettext_lazy("Nothing may be carried out before it is activated."),
        ),
        gettext_lazy("Certify it"),
        gettext_lazy("It is certified."),
        needs_reason=False,
    ),
    "activate": Step(
        gettext_lazy("Let %(name)s act?"),
        (
            gettext_lazy("Notices can be issued in its name within its mandate, by certified people."),
            gettext_lazy("The platform answers for everything that it does."),
        ),
        gettext_lazy("Activate it"),
        gettext_lazy("It may act now."),
        needs_reason=False,
    ),
    "suspend": Step(
        gettext_lazy("Suspend %(name)s?"),
        (
            gettext_lazy("From now on no notice can be issued in its name. What was issued before stands."),
            gettext_lazy("Its open instructions are withdrawn and given to somebody else."),
            gettext_lazy("The measures that it took and that are still open are listed to be looked at again."),
            gettext_lazy("Only a person can reinstate it."),
        ),
        gettext_lazy("Suspend it"),
        gettext_lazy("It is suspended."),
        danger=True,
    ),
    "reinstate": Step(
        gettext_lazy("Reinstate %(name)s?"),
        (
            gettext_lazy("Notices can be issued in its name again, within its mandate, by certified people."),
            gettext_lazy("The test that suspends begins anew."),
        ),
        gettext_lazy("Reinstate it"),
        gettext_lazy("It may act again."),
    ),
    "end": Step(
        gettext_lazy("End the work of %(name)s?"),
        (
            gettext_lazy("It works for the platform no more. This cannot be undone."),
            gettext_lazy("What it did stays on record. Its data must be given back or deleted as its terms say."),
        ),
        gettext_lazy("End it"),
        gettext_lazy("It works for the platform no more."),
        danger=True,
    ),
}
WITHOUT_REASON: Mapping[str, Callable[..., Any]] = {
    "begin-training": commands.begin_training,
    "certify": commands.certify_executor,
    "activate": commands.activate_executor,
}
WITH_REASON: Mapping[str, Callable[..., Any]] = {
    "suspend": commands.suspend_executor,
    "reinstate": commands.reinstate_executor,
    "end": commands.end_executor,
}


@surface("GET", "HEAD", "POST")
def take_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """The executor goes on to where the step leads, after a page that says what follows."""
    asked = STEPS.get(step)
    if asked is None:
        raise NotFound()
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    if step not in steps_open(executor):
        raise NotYourTurn()
    form = ReasonForm(_given(request), hint=_("Its people read it.")) if asked.needs_reason else Form(_given(request))

    def act(actor: Actor, form: Form) -> None:
        if step in WITHOUT_REASON:
            WITHOUT_REASON[step](actor=actor, ref=ref, now=clock.now())
        else:
            WITH_REASON[step](actor=actor, ref=ref, reason=form.cleaned_data["reason"], now=clock.now())

    return _asked(
        request,
        ref,
        form,
        act,
        done=str(asked.done),
        template="executors/confirm.html",
        heading=str(asked.heading) % {"name": executor.party.name},
        effects=asked.effects,
        button=asked.button,
        danger=asked.danger,
    )


def steps_open(executor: Executor) -> tuple[str, ...]:
    """The steps that its state leaves open."""
    steps = ("begin-training", "certify", "activate", "suspend", "reinstate", "end")
    return tuple(step for step in steps if step_for(executor, step.replace("-", "_")) is not None)
