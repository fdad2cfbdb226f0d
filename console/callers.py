"""Filing for somebody on the phone, as every kind of case has it: find it by its number, take down, read back, file.

Each step is a form on one address that carries the ones before it.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import HELP_LINE
from casework import clock
from casework.actor import Actor
from casework.errors import Invalid
from console.frame import show, staff
from helpline.callers import Caller, IdentifiedBy
from surfaces.forms import CommandForm, PlainText

logger = logging.getLogger(__name__)
FILES = (HELP_LINE,)
NOBODY = "none"
"""What stands for a caller without an account."""


class CallerForm(CommandForm):
    """The number that the caller says, and how the officer made sure who it is."""

    number = PlainText(
        max_length=100,
        error_messages={"required": gettext_lazy("Type the number that the caller says.")},
    )
    identified_by = forms.ChoiceField(
        label=gettext_lazy("How did you make sure who is calling?"),
        choices=[(code, capfirst(label)) for code, label in IdentifiedBy.choices],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say how you made sure who is calling.")},
    )

    def __init__(self, data: Any, number: Promise) -> None:
        super().__init__(data)
        self.fields["number"].label = number  # type: ignore[assignment]  # lazy, as declared fields have it


class PersonForm(forms.Form):
    """Who of the party is calling; nobody is chosen beforehand."""

    caller = forms.ChoiceField(
        label=gettext_lazy("Who is calling?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say who is calling.")},
    )

    def __init__(self, data: Any, *, people: Iterable[User], auto_id: str = "id_%s") -> None:
        super().__init__(data, auto_id=auto_id)
        known = [(user.ref, str(user)) for user in people]
        self.fields["caller"].choices = [*known, (NOBODY, _("Somebody without an account here"))]  # type: ignore[attr-defined]

    @property
    def mistakes(self) -> list[dict[str, str]]:
        """Its errors, for the summary on top of the page."""
        at = self["caller"].auto_id
        return [{"text": str(text), "id": f"{at}_0"} for texts in self.errors.values() for text in texts]


class Call[T]:
    """One call about one case: what the officer sees of it, and what the caller wants."""

    home = ""
    """The name of the page that asks for the number."""

    def __init__(self, request: HttpRequest, asked: CallerForm, case: T) -> None:
        self.request, self.asked, self.case = request, asked, case
        self.actor, self.now = staff(request, *FILES), clock.now()
        self.step = request.POST.get("step", "")

    def answer(self) -> HttpResponse:
        raise NotImplementedError

    def caller(self, person: PersonForm, party: str = "") -> Caller:
        chosen = person.cleaned_data["caller"]
        return Caller(
            identified_by=self.asked.cleaned_data["identified_by"],
            person="" if chosen == NOBODY else chosen,
            was_read_back=self.request.POST.get("read_back") == "1",
            party=party,
        )

    def read_back(
        self,
        number: str,
        rows: Sequence[Mapping[str, Any]],
        hidden: Sequence[Mapping[str, Any]],
        *,
        errors: Sequence[Any] = (),
    ) -> HttpResponse:
        """Shows what was taken down, to be read to the caller before it is filed; `hidden` is sent along."""
        context = {"number": number, "rows": rows, "hidden": hidden, "errors": errors}
        return self.shown("phone_check.html", 400 if errors else 200, **context)

    def shown(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        carried = [{"name": name, "value": self.asked.cleaned_data[name]} for name in ("number", "identified_by")]
        return show(self.request, template, status, case=self.case, carried=carried, now=self.now, **context)

    def done(self, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return redirect(self.home)


class LookUp[T](Protocol):
    def __call__(self, actor: Actor, number: str, /) -> T: ...


def answered[T](
    request: HttpRequest, number: Promise, look_up: LookUp[T], shown_number: Callable[[T], str], call: type[Call[T]]
) -> HttpResponse:
    """Asks for the number, under this label, and answers each later step of the call. Every opening is logged."""
    actor = staff(request, *FILES)
    asked = CallerForm(request.POST or None, number)
    if request.method != "POST" or not asked.is_valid():
        return show(request, "phone.html", 400 if asked.errors else 200, form=asked)
    try:
        case = look_up(actor, asked.cleaned_data["number"])
    except Invalid as refused:
        logger.info("officer %s looked up a number that no case has", actor.code)
        asked.add_refusal(refused)
        return show(request, "phone.html", 400, form=asked)
    logger.info("officer %s opened %s for a caller", actor.code, shown_number(case))
    return call(request, asked, case).answer()
