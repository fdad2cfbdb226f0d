"""A dispute about an order, and a demand for a person in one, for somebody on the phone."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.errors import Invalid
from casework.formats import deadline_text
from casework.machine import step_for
from console.callers import FILES, Call, CallerForm, PersonForm, answered
from console.frame import surface
from disputes import commands
from disputes.ceilings import Ceiling, ceiling_of_claim
from disputes.fast_refund import fast_refund_of
from disputes.models import GroundRow
from disputes.queries import CalledAbout, called_about
from disputes.web.forms import GroundForm, RemedyForm
from disputes.web.grounds import claim_rows, families_of, grounds_for
from surfaces.web import errors_of

WANT = ("remedy", "amount", "statement")
TYPED = ("party", "caller", "ground", *WANT)
CHOSEN = ("want", "edit", "check", "file")
"""The steps once it was said who calls and what happened."""


@surface("GET", "HEAD", "POST", roles=FILES, keeps=("statement",))
def phone(request: HttpRequest) -> HttpResponse:
    """Finds an order or a dispute, takes down, reads back and files."""
    label = gettext_lazy("Number of the order or dispute")
    return answered(request, label, called_about, lambda case: case.number, _Call)


class _Call(Call[CalledAbout]):
    home = "mediation:phone"

    def __init__(self, request: HttpRequest, asked: CallerForm, case: CalledAbout) -> None:
        super().__init__(request, asked, case)
        self.party = case.party(request.POST.get("party", ""))
        typed = request.POST if self.step in ("what", *CHOSEN, "demand") else None
        self.person = PersonForm(typed, people=() if self.party is None else case.people(self.party))

    def answer(self) -> HttpResponse:
        if self.party is None:
            return self._shown("who")
        if self.case.dispute is not None:
            return self._demanded() if self.step == "demand" else self._shown("demand")
        grounds = self._grounds()
        what = GroundForm(self.request.POST if self.step in CHOSEN else None, grounds=grounds)
        if self.step not in CHOSEN or not (what.is_valid() and self.person.is_valid()):
            return self._asks_what(what, grounds)
        ground = next(g for g in grounds if g.slug == what.cleaned_data["ground"])
        typed = None if self.step == "want" else self.request.POST
        want = RemedyForm(
            typed,
            remedies=ground.remedies,
            initial=self._typed(*WANT),
            ceiling=lambda remedy: self._ceiling(ground, remedy),
        )
        if self.step in ("want", "edit") or not want.is_valid():
            return self._asks_want(ground, want)
        return self._filed(ground, want) if self.step == "file" else self._reading(ground, want)

    def _ceiling(self, ground: GroundRow, remedy: str) -> Ceiling:
        assert self.case.order is not None
        assert self.party is not None
        return ceiling_of_claim(self.party.pk, self.case.order, ground, remedy)

    def _grounds(self) -> list[GroundRow]:
        assert self.case.order is not None
        both = [party.pk for party in self.case.parties.values()]
        sides = {"is_buyer": self._called("buyer"), "is_seller": self._called("seller")}
        return grounds_for(self.case.order, both, **sides, now=self.now)

    def _called(self, side: str) -> bool:
        """Whether it is this side of the order that called."""
        assert self.party is not None
        return side in self.case.parties and self.case.parties[side].pk == self.party.pk

    def _asks_what(self, what: GroundForm, grounds: Sequence[GroundRow]) -> HttpResponse:
        chosen = self.request.POST.get("ground", "")
        errors = self.person.mistakes if self.step in CHOSEN else []
        status = 400 if errors or what.errors else 200
        assert self.case.order is not None
        families = families_of(grounds, chosen, self.case.order, is_buyer=self._called("buyer"))
        return self._shown("what", status, form=what, errors=errors, chosen=chosen, families=families)

    def _asks_want(self, ground: GroundRow, want: RemedyForm) -> HttpResponse:
        return self._shown("want", 400 if want.errors else 200, form=want, ground=ground)

    def _reading(self, ground: GroundRow, want: RemedyForm, *, errors: Sequence[Any] = ()) -> HttpResponse:
        order = {"key": _("Order"), "value": self.case.number}
        caller = {"key": _("Calls for"), "value": self.party.name if self.party else ""}
        hidden = [{"name": name, "value": value} for name, value in self._typed(*TYPED).items()]
        assert self.case.order is not None
        rows = [order, caller, *claim_rows(ground, want.filing(ground.slug), self.case.order.currency)]
        return self.read_back(self.case.number, rows, hidden, errors=errors)

    def _filed(self, ground: GroundRow, want: RemedyForm) -> HttpResponse:
        assert self.case.order is not None
        assert self.party is not None
        try:
            dispute = commands.open_dispute(
                actor=self.actor,
                order=self.case.order,
                filing=want.filing(ground.slug),
                caller=self.caller(self.person, self.party.ref),
                now=self.now,
            )
        except Invalid as refused:
            return self._reading(ground, want, errors=errors_of(refused, "id_read_back"))
        about = {"number": dispute.number, "moment": deadline_text(dispute.answer_due_at, "zone")}
        text = _(
            "It is on file under %(number)s. Tell the caller the number, and that the other side answers by %(moment)s."
        )
        said = text % about
        if fast_refund_of(dispute) is not None:
            more = _(
                "%(text)s It comes with a fast refund, which the caller can take on the page of the dispute until a "
                "mediator joins."
            )
            said = more % {"text": said}
        return self.done(said)

    def _demanded(self) -> HttpResponse:
        assert self.case.dispute is not None
        assert self.party is not None
        if not self.person.is_valid():
            return self._shown("demand", 400, errors=self.person.mistakes)
        caller = self.caller(self.person, self.party.ref)
        try:
            commands.demand_human(actor=self.actor, ref=self.case.dispute.ref, caller=caller, now=self.now)
        except Invalid as refused:
            return self._shown("demand", 400, errors=errors_of(refused, "id_read_back"))
        text = _("It is on file under %(number)s. Tell the caller that only a person decides now.")
        return self.done(text % {"number": self.case.number})

    def _shown(self, at: str, status: int = 200, **context: Any) -> HttpResponse:
        dispute = self.case.dispute
        can_demand = (
            dispute is not None and not dispute.human_demanded and step_for(dispute, "demand_human") is not None
        )
        more = {"at": at, "party": self.party, "person": self.person, "can_demand": can_demand}
        names = {"what": WANT, "want": ("caller", "ground")}.get(at, ())
        return self.shown("disputes/phone_case.html", status, **more, typed=self._typed(*names), **context)

    def _typed(self, *names: str) -> dict[str, str]:
        """What was typed on another step, to be sent along."""
        return {name: self.request.POST.get(name, "") for name in names}
