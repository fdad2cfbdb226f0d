"""Where an executor stands, and the steps from there, each after a page that says what follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from casework import clock
from casework.actor import Actor
from casework.errors import NotFound, NotYourTurn, Text
from console.executors.forms import Form, ReasonForm
from console.executors.frame import form_page, given, staff, surface
from executors import commands, queries
from executors.models import Executor
from executors.verbs import actions_for


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an executor's life, as it is asked about and said."""

    command: Callable[..., object]
    heading: Text
    effects: tuple[Text, ...]
    button: Text
    done: Text
    danger: bool = False
    needs_reason: bool = True


STEPS: Mapping[str, Step] = {
    "begin-training": Step(
        commands.begin_training,
        _("Let %(name)s train?"),
        (_("Its people may read the material and sit tests. Nothing may be carried out yet."),),
        _("Begin training"),
        _("Its people may train now."),
        needs_reason=False,
    ),
    "certify": Step(
        commands.certify_executor,
        _("Say that %(name)s is certified?"),
        (
            _("At least one of its people must hold a certificate in force."),
            _("Nothing may be carried out before it is activated."),
        ),
        _("Certify it"),
        _("It is certified."),
        needs_reason=False,
    ),
    "activate": Step(
        commands.activate_executor,
        _("Let %(name)s act?"),
        (
            _("Notices can be issued in its name within its mandate, by certified people."),
            _("The platform answers for everything that it does."),
        ),
        _("Activate it"),
        _("It may act now."),
        needs_reason=False,
    ),
    "suspend": Step(
        commands.suspend_executor,
        _("Suspend %(name)s?"),
        (
            _("From now on no notice can be issued in its name. What was issued before stands."),
            _("Its open instructions are withdrawn and given to somebody else."),
            _("The measures that it took and that are still open are listed to be looked at again."),
            _("Only a person can reinstate it."),
        ),
        _("Suspend it"),
        _("It is suspended."),
        danger=True,
    ),
    "reinstate": Step(
        commands.reinstate_executor,
        _("Reinstate %(name)s?"),
        (
            _("Notices can be issued in its name again, within its mandate, by certified people."),
            _("The test that suspends begins anew."),
        ),
        _("Reinstate it"),
        _("It may act again."),
    ),
    "end": Step(
        commands.end_executor,
        _("End the work of %(name)s?"),
        (
            _("It works for the platform no more. This cannot be undone."),
            _("What it did stays on record. Its data must be given back or deleted as its terms say."),
        ),
        _("End it"),
        _("It works for the platform no more."),
        danger=True,
    ),
}


@surface("GET", "HEAD", "POST")
def take_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """The executor goes on to where the step leads, after a page that says what follows."""
    asked = STEPS.get(step)
    if asked is None:
        raise NotFound()
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    if step not in steps_open(actor, executor, now=clock.now()):
        raise NotYourTurn()
    sent = given(request)
    form = ReasonForm(sent, hint=_("Its people read it.")) if asked.needs_reason else Form(sent)
    return form_page(
        request,
        ref,
        form,
        lambda said: asked.command(actor=actor, ref=ref, now=clock.now(), **said),
        done=str(asked.done),
        template="executors/confirm.html",
        heading=str(asked.heading) % {"name": executor.party.name},
        effects=asked.effects,
        button=asked.button,
        danger=asked.danger,
    )


def steps_open(actor: Actor, executor: Executor, *, now: datetime) -> list[str]:
    """The steps that are open to this person now, as the API's actions say."""
    return [action.name for action in actions_for(actor, executor, now=now) if action.name in STEPS]
