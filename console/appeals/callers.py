"""Filing for somebody on the phone: find the case by its number, take down what they say, read it back, file it."""

import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import commands as accounts
from accounts.contacts import addresses_of_record, live_links
from accounts.roles import HELP_LINE
from appeals import commands
from appeals.models import Appeal, IdentifiedBy, ReviewMode
from appeals.queries.callers import CalledAbout, called_about
from appeals.verbs import can_be_demanded
from appeals.web.forms import AppealForm, kind_of_filing
from casework import clock
from casework.errors import DeadlinePassed, Invalid
from casework.forms import CommandForm, PlainText
from casework.templatetags.casework_tags import moment_text
from casework.web import errors_of
from console.frame import show, staff, surface

logger = logging.getLogger(__name__)
FILES = (HELP_LINE,)
NOBODY = "none"
"""What stands for a caller without an account."""


class CallerForm(CommandForm):
    """The number that the caller says, and how the officer made sure who it is."""

    number = PlainText(
        label=gettext_lazy("Number of the notice or appeal"),
        max_length=40,
        error_messages={"required": gettext_lazy("Type the number that the caller says.")},
    )
    identified_by = forms.ChoiceField(
        label=gettext_lazy("How did you make sure who is calling?"),
        choices=[(code, capfirst(label)) for code, label in IdentifiedBy.choices],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say how you made sure who is calling.")},
    )


class PersonForm(forms.Form):
    """Who of the party is calling; nobody is chosen beforehand."""

    caller = forms.ChoiceField(
        label=gettext_lazy("Who is calling?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say who is calling.")},
    )

    def __init__(self, data: Any, *, case: CalledAbout, auto_id: str = "id_%s") -> None:
        super().__init__(data, auto_id=auto_id)
        people = [(user.ref, str(user)) for user in case.people]
        self.fields["caller"].choices = [*people, (NOBODY, _("Somebody without an account here"))]  # type: ignore[attr-defined]


@surface("GET", "HEAD", "POST", roles=FILES, keeps=("statement", "late_reason", "new_facts"))
def phone(request: HttpRequest) -> HttpResponse:
    """Three steps on one address, each a form that carries the one before: find, take down, read back."""
    actor, now = staff(request, *FILES), clock.now()
    asked = CallerForm(request.POST or None)
    if request.method != "POST" or not asked.is_valid():
        return show(request, "appeals/phone.html", 400 if asked.errors else 200, form=asked, now=now)
    try:
        case = called_about(actor, asked.cleaned_data["number"])
    except Invalid as refused:
        logger.info("officer %s looked up a number that no case has", actor.code)
        asked.add_refusal(refused)
        return show(request, "appeals/phone.html", 400, form=asked, now=now)
    logger.info("officer %s opened %s for a caller", actor.code, case.notice.number)
    return _Call(request, asked, case).answer()


class _Call:
    """One call about one case: what the officer sees of it, and what the caller wants."""

    def __init__(self, request: HttpRequest, asked: CallerForm, case: CalledAbout) -> None:
        self.request, self.asked, self.case = request, asked, case
        self.actor, self.now = staff(request, *FILES), clock.now()
        self.kind = kind_of_filing(case.notice, case.rounds, now=self.now)
        step = request.POST.get("step", "")
        self.person = PersonForm(request.POST if step in ("check", "file", "edit") else None, case=case)
        self.demanding = PersonForm(request.POST if step == "demand" else None, case=case, auto_id="id_demand_%s")
        self.step = step

    def answer(self) -> HttpResponse:
        if self.step == "demand":
            return self._demanded()
        if self.step in ("link", "end-links"):
            return self._link_sent() if self.step == "link" else self._links_ended()
        if self.step not in ("check", "file"):
            return self._taking_down(self._form(self.request.POST if self.step == "edit" else None))
        form = self._form(self.request.POST)
        if not (form.is_valid() and self.person.is_valid()):
            return self._taking_down(form, status=400, errors=_of_caller(self.person, "id_caller_0"))
        return self._filed(form) if self.step == "file" else self._reading(form)

    def _form(self, data: Any) -> AppealForm:
        measures = list(self.case.notice.measures.all())
        initial = {"items": [str(m.no) for m in measures], "review": ReviewMode.HUMAN}
        return AppealForm(data, initial=initial, measures=measures, **self.kind)

    def _caller(self, person: PersonForm) -> commands.Caller:
        chosen = person.cleaned_data["caller"]
        return commands.Caller(
            identified_by=self.asked.cleaned_data["identified_by"],
            person="" if chosen == NOBODY else chosen,
            was_read_back=self.request.POST.get("read_back") == "1",
        )

    def _filed(self, form: AppealForm) -> HttpResponse:
        try:
            appeal = commands.file_appeal(
                actor=self.actor,
                notice_ref=self.case.notice.ref,
                filing=form.filing(),
                caller=self._caller(self.person),
                now=self.now,
            )
        except Invalid as refused:
            return self._reading(form, errors=errors_of(refused, "id_read_back"))
        except DeadlinePassed as refused:
            form.add_refusal(refused)
            return self._taking_down(form, status=refused.status)
        return self._done(appeal)

    def _demanded(self) -> HttpResponse:
        latest = self.case.latest
        if latest is None or not self.demanding.is_valid():
            errors = _of_caller(self.demanding, "id_demand_caller_0")
            return self._taking_down(self._form(None), status=400, errors=errors)
        caller = self._caller(self.demanding)
        try:
            appeal = commands.demand_human(actor=self.actor, ref=latest.ref, caller=caller, now=self.now)
        except Invalid as refused:
            errors = errors_of(refused, "id_demand_read_back")
            return self._taking_down(self._form(None), status=400, errors=errors)
        return self._done(appeal)

    def _link_sent(self) -> HttpResponse:
        party = self.case.notice.party
        addresses = accounts.send_access_link(actor=self.actor, party=party, now=self.now)
        text = _("A link is on its way to %(addresses)s. It works once, within 24 hours.")
        messages.success(self.request, text % {"addresses": " · ".join(addresses)})
        return redirect("workbench:phone")

    def _links_ended(self) -> HttpResponse:
        accounts.end_access_links(actor=self.actor, party=self.case.notice.party, now=self.now)
        messages.success(self.request, _("No link of this party opens anything any more."))
        return redirect("workbench:phone")

    def _done(self, appeal: Appeal) -> HttpResponse:
        about = {"number": appeal.number, "moment": moment_text(appeal.decide_due_at, "zone")}
        messages.success(
            self.request,
            _("It is on file under %(number)s. Tell the caller the number, and that a decision is due by %(moment)s.")
            % about,
        )
        return redirect("workbench:phone")

    def _taking_down(self, form: AppealForm, *, status: int = 200, errors: Any = ()) -> HttpResponse:
        latest = self.case.latest
        is_open = latest is not None and latest.is_open
        context = {
            "form": form,
            "errors": errors,
            "review": form["review"].value(),
            "can_demand": latest is not None and can_be_demanded(self.actor, latest, self.now),
            "reached_at": addresses_of_record(self.case.notice.party),
            "live_links": live_links(self.case.notice.party, now=self.now).count(),
            "can_file": not is_open and (latest is None or self.kind["is_second"] or self.kind["is_anew"]),
        }
        return self._shown("phone_case.html", status, **context)

    def _reading(self, form: AppealForm, *, errors: Any = ()) -> HttpResponse:
        rows = form.shown(is_second=self.kind["is_second"])
        shown = [{"key": key, "value": value} for _name, key, value in rows]
        return self._shown("phone_check.html", 400 if errors else 200, form=form, rows=shown, errors=errors)

    def _shown(self, template: str, status: int, **context: Any) -> HttpResponse:
        carried = [{"name": name, "value": self.asked.cleaned_data[name]} for name in ("number", "identified_by")]
        return show(
            self.request,
            f"appeals/{template}",
            status,
            case=self.case,
            notice=self.case.notice,
            person=self.person,
            demanding=self.demanding,
            carried=carried,
            caller=self.request.POST.get("caller", ""),
            now=self.now,
            **self.kind,
            **context,
        )


def _of_caller(person: PersonForm, at: str) -> list[dict[str, str]]:
    """The errors of the form, for the summary on top of the page."""
    return [{"text": str(text), "id": at} for texts in person.errors.values() for text in texts]
