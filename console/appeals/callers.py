"""An appeal, and a demand for a person, for somebody on the phone; and a link for whoever cannot sign in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import commands as accounts
from accounts.contacts import addresses_of_record, live_links
from appeals import commands
from appeals.models import Appeal, ReviewMode
from appeals.queries.callers import CalledAbout, called_about
from appeals.verbs import can_be_demanded
from appeals.web.forms import AppealForm, kind_of_filing
from casework.errors import DeadlinePassed, Invalid
from casework.formats import deadline_text
from console.callers import FILES, Call, CallerForm, PersonForm, answered
from console.frame import surface
from surfaces.web import errors_of


@surface("GET", "HEAD", "POST", roles=FILES, keeps=("statement", "late_reason", "new_facts"))
def phone(request: HttpRequest) -> HttpResponse:
    """Finds a notice or an appeal, takes down, reads back and files."""
    label = gettext_lazy("Number of the notice or appeal")
    return answered(request, label, called_about, lambda case: case.notice.number, _Call)


class _Call(Call[CalledAbout]):
    home = "workbench:phone"

    def __init__(self, request: HttpRequest, asked: CallerForm, case: CalledAbout) -> None:
        super().__init__(request, asked, case)
        self.kind = kind_of_filing(case.notice, case.rounds, now=self.now)
        typed, step = request.POST, self.step
        self.person = PersonForm(typed if step in ("check", "file", "edit") else None, people=case.filers)
        self.demanding = PersonForm(typed if step == "demand" else None, people=case.people, auto_id="id_demand_%s")

    def answer(self) -> HttpResponse:
        if self.step == "demand":
            return self._demanded()
        if self.step in ("link", "end-links"):
            return self._link_sent() if self.step == "link" else self._links_ended()
        if self.step not in ("check", "file"):
            return self._taking_down(self._form(self.request.POST if self.step == "edit" else None))
        form = self._form(self.request.POST)
        if not (form.is_valid() and self.person.is_valid()):
            return self._taking_down(form, status=400, errors=self.person.mistakes)
        return self._filed(form) if self.step == "file" else self._reading(form)

    def _form(self, data: Any) -> AppealForm:
        measures = list(self.case.notice.measures.all())
        initial = {"items": [str(m.no) for m in measures], "review": ReviewMode.HUMAN}
        return AppealForm(data, initial=initial, measures=measures, **self.kind)

    def _filed(self, form: AppealForm) -> HttpResponse:
        try:
            appeal = commands.file_appeal(
                actor=self.actor,
                notice_ref=self.case.notice.ref,
                filing=form.filing(),
                caller=self.caller(self.person),
                now=self.now,
            )
        except Invalid as refused:
            return self._reading(form, errors=errors_of(refused, "id_read_back"))
        except DeadlinePassed as refused:
            form.add_refusal(refused)
            return self._taking_down(form, status=refused.status)
        return self._on_file(appeal)

    def _demanded(self) -> HttpResponse:
        latest = self.case.latest
        if latest is None or not self.demanding.is_valid():
            return self._taking_down(self._form(None), status=400, errors=self.demanding.mistakes)
        caller = self.caller(self.demanding)
        try:
            appeal = commands.demand_human(actor=self.actor, ref=latest.ref, caller=caller, now=self.now)
        except Invalid as refused:
            errors = errors_of(refused, "id_demand_read_back")
            return self._taking_down(self._form(None), status=400, errors=errors)
        return self._on_file(appeal)

    def _link_sent(self) -> HttpResponse:
        party = self.case.notice.party
        addresses = accounts.send_access_link(actor=self.actor, party=party, now=self.now)
        text = _("A link is on its way to %(addresses)s. It works once, within 24 hours.")
        return self.done(text % {"addresses": " · ".join(addresses)})

    def _links_ended(self) -> HttpResponse:
        accounts.end_access_links(actor=self.actor, party=self.case.notice.party, now=self.now)
        return self.done(_("No link of this party opens anything any more."))

    def _on_file(self, appeal: Appeal) -> HttpResponse:
        about = {"number": appeal.number, "moment": deadline_text(appeal.decide_due_at, "zone")}
        text = _(
            "It is on file under %(number)s. Tell the caller the number, and that a decision is due by %(moment)s."
        )
        return self.done(text % about)

    def _taking_down(self, form: AppealForm, *, status: int = 200, errors: Any = ()) -> HttpResponse:
        latest = self.case.latest
        is_open = latest is not None and latest.is_open
        context = {
            "notice": self.case.notice,
            "person": self.person,
            "demanding": self.demanding,
            "form": form,
            "errors": errors,
            "review": form["review"].value(),
            "can_demand": latest is not None and can_be_demanded(self.actor, latest, self.now),
            "reached_at": addresses_of_record(self.case.notice.party),
            "live_links": live_links(self.case.notice.party, now=self.now).count(),
            "can_file": not is_open and (latest is None or self.kind["is_second"] or self.kind["is_anew"]),
        }
        return self.shown("appeals/phone_case.html", status, **self.kind, **context)

    def _reading(self, form: AppealForm, *, errors: Any = ()) -> HttpResponse:
        shown = [{"key": key, "value": value} for _name, key, value in form.shown(is_second=self.kind["is_second"])]
        hidden = [*form.hidden(), {"name": "caller", "value": self.request.POST.get("caller", "")}]
        return self.read_back(self.case.notice.number, shown, hidden, errors=errors)
