"""Whom a party authorised to act for it: the page of its mandates, their documents and their end."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts import commands
from accounts.contacts import invitation_address
from accounts.mandates import Matter, mandate_with_document, mandates_held, mandates_of
from accounts.models import MANDATE_FOR, Invitation, Party
from accounts.policies import may_authorise
from accounts.roles import AGENT, SPECIAL_AGENT
from casework import clock
from casework.clock import BEIJING
from casework.errors import FileRefused, Invalid, NotFound, TooLarge, or_not_found
from casework.refs import is_ref
from surfaces.forms import CommandForm, PlainText
from surfaces.serving import send
from surfaces.web import actor_of, page

GENERAL = gettext_lazy(
    "May read every case, file appeals, open and answer disputes, submit evidence, talk, and refuse offers."
)
SPECIAL = gettext_lazy(
    "May also settle and pay, admit facts, withdraw, confirm what was paid or done, and ask for a review or waive it."
)
IN_NAMED_CASES = gettext_lazy(
    "May read the cases that the mandate names and nothing else, and in them file appeals, answer, submit evidence,"
    " talk, and refuse offers."
)
ALL, SOME = "all", "some"
MOST_PICKED = 50

type Matters = Callable[[int, Collection[tuple[str, int]], Collection[str]], list[Matter]]
"""The cases of a party that a mandate can name: those with these keys and refs, and the newest of them."""


def may_of(mandate: Invitation) -> list[Promise]:
    """What an agent with this mandate may do."""
    first = IN_NAMED_CASES if mandate.cases_named else GENERAL
    return [first, SPECIAL] if mandate.role == SPECIAL_AGENT else [first]


class MandateForm(CommandForm):
    """In which matters and to do what somebody is authorised, until the end of which day, with which document."""

    retry = (Invalid, FileRefused, TooLarge)
    matters = forms.ChoiceField(
        label=gettext_lazy("In which matters?"),
        choices=[
            (ALL, gettext_lazy("In all: every notice, appeal and dispute of yours, also later ones")),
            (SOME, gettext_lazy("Only in the cases that you pick")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose in which matters.")},
    )
    cases = forms.MultipleChoiceField(
        label=gettext_lazy("Your cases"),
        help_text=gettext_lazy("Your newest ones. An older one has the link “Let somebody act for you in this case”."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    authority = forms.ChoiceField(
        label=gettext_lazy("What may they do?"),
        choices=[
            (AGENT, gettext_lazy("General authority: file, answer, submit evidence and talk for you")),
            (SPECIAL_AGENT, gettext_lazy("Special authority: also settle, pay, admit and withdraw for you")),
        ],
        initial=AGENT,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what they may do.")},
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("At most 365 days from now. After it they see nothing; you can authorise them again."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Choose the last day."),
            "invalid": gettext_lazy("Choose a day within the next 365 days."),
        },
    )
    file = forms.FileField(
        label=gettext_lazy("Signed power of attorney"),
        help_text=gettext_lazy("JPG, PNG, WEBP or PDF. You and your agent can read it here."),
        required=False,
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.pdf"}),
    )
    email = PlainText(label=gettext_lazy("E-mail address, to send the link"), max_length=254, required=False)

    def __init__(
        self, now: datetime, data: Any = None, files: Any = None, *, offered: Sequence[Matter] = (), picked: str = ""
    ) -> None:
        super().__init__(data, files, initial={"matters": SOME, "cases": [picked]} if picked else None)
        self.fields["cases"].choices = [(each.ref, each.text) for each in offered]  # type: ignore[attr-defined]
        first, last = now.astimezone(BEIJING).date(), (now + MANDATE_FOR).astimezone(BEIJING).date() - timedelta(days=1)
        self.fields["until"].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
        self.fields["email"].widget.attrs |= {"type": "email", "autocomplete": "off", "inputmode": "email"}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        is_some, cases = values.get("matters") == SOME, values.get("cases")
        if is_some and not cases and "cases" not in self.errors:
            self.add_error("cases", _("Pick one case at least."))
        if values.get("matters") == ALL and cases:  # which of the two was meant is not for us to say
            self.add_error("matters", _("You picked cases. Choose “only in the cases”, or pick none."))
        return values


@never_cache
@page("GET", "HEAD", "POST")
def agents(request: HttpRequest, ref: str, matters: Sequence[Matters] = ()) -> HttpResponse:
    """Shows whom the party authorised; an owner authorises somebody, and sees the new link this once.

    With `case` in the address the form begins with that case alone.
    """
    actor, now = actor_of(request), clock.now()
    party, rows = mandates_of(actor, ref, now=now)
    picked = request.GET.get("case", "")
    refs = [each for each in (*request.POST.getlist("cases")[:MOST_PICKED], picked) if is_ref(each)]
    named = {(each.case_kind, each.case_id) for row in rows for each in row.cases.all()}
    known = [each for source in matters for each in source(party.pk, named, refs)]
    first = sorted(known, key=lambda each: each.ref not in refs)
    picked = picked if any(each.ref == picked for each in known) else ""
    form, made = MandateForm(now, request.POST or None, request.FILES or None, offered=first, picked=picked), []
    if request.method == "POST":

        def authorise(values: dict[str, Any]) -> None:
            file = values["file"]
            mandate = commands.authorise_agent(
                actor=actor,
                party=party,
                special=values["authority"] == SPECIAL_AGENT,
                until=datetime.combine(values["until"], time(23, 59, 59), BEIJING),
                address=values["email"],
                file=None if file is None else file.file,
                name="" if file is None else file.name,
                cases=[each.key for each in known if each.ref in values["cases"]],
                now=now,
            )
            made.append(mandate)

        if form.carried_out(authorise):
            form = MandateForm(now, offered=first)
    return _agents_page(request, party, form, made[0] if made else None, known, now)


def _agents_page(
    request: HttpRequest,
    party: Party,
    form: MandateForm,
    made: Invitation | None,
    known: Sequence[Matter],
    now: datetime,
) -> HttpResponse:
    actor = actor_of(request)
    rows = mandates_of(actor, party.ref, now=now)[1]
    by_key = {each.key: each for each in known}
    context = {
        "party": party,
        "mandates": [
            (row, may_of(row), [by_key.get((each.case_kind, each.case_id)) for each in row.cases.all()])
            for row in rows
            if not row.is_over(now)
        ],
        "over": [row for row in rows if row.is_over(now)],
        "may_authorise": may_authorise(actor, party) is None,
        "form": form,
        "made": made,
        "address": invitation_address(made) if made else "",
        "now": now,
    }
    return render(request, "account/agents.html", context, status=400 if form.errors else 200)


@page("GET", "HEAD", "POST")
def end_mandate(request: HttpRequest, ref: str, mandate_ref: str) -> HttpResponse:
    """Asks once more, then ends a mandate, whether or not somebody took it up."""
    actor, now = actor_of(request), clock.now()
    party, rows = mandates_of(actor, ref, now=now)
    mandate = or_not_found(next((row for row in rows if row.ref == mandate_ref and not row.is_over(now)), None))
    member = mandate.membership
    if request.method == "POST":
        if member is None:
            commands.end_invitation(actor=actor, party=party, ref=mandate.ref, now=now)
        else:
            commands.remove_member(actor=actor, party=party, user_ref=member.user.ref, now=now)
        messages.success(request, _("The mandate is ended."))
        return redirect("accounts:agents", ref=ref)
    name = _("nobody has taken it up yet") if member is None else str(member.user)
    context = {
        "heading": _("End the mandate? (%(name)s)") % {"name": name},
        "effects": [_("They see nothing of you from their next page on."), _("What they did for you still counts.")],
        "button": _("End the mandate"),
        "danger": True,
        "back_url": reverse("accounts:agents", args=[ref]),
    }
    return render(request, "components/confirm.html", context)


@page("GET", "HEAD")
def document(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Serves the power of attorney to the party's owners and to the agent."""
    mandate = mandate_with_document(actor_of(request), ref)
    if mandate.document is None:
        raise NotFound()
    return send(request, mandate.document)


@page("GET", "HEAD", "POST")
def give_up(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks once more, then the agent acts for the party no more."""
    actor = actor_of(request)
    held = or_not_found(next((each for each in mandates_held(actor) if each.party.ref == ref), None))
    if request.method == "POST":
        commands.give_up_mandate(actor=actor, party_ref=ref, now=clock.now())
        messages.success(request, _("You act for %(party)s no more.") % {"party": held.party.name})
        return redirect("home")
    context = {
        "heading": _("Stop acting for %(party)s?") % {"party": held.party.name},
        "effects": [_("You see nothing of them from your next page on."), _("Tell them, so that no time is missed.")],
        "button": _("Stop acting for them"),
        "danger": True,
        "back_url": reverse("accounts:profile"),
    }
    return render(request, "components/confirm.html", context)
