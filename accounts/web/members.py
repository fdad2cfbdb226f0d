"""Who belongs to a shop: the page of its people, invitations, roles, and the page on which somebody joins."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import commands
from accounts.contacts import invitation_address, live_links, open_invitation
from accounts.mandates import invitations_of, members_of, names_in
from accounts.models import OF_THE_PARTY, Invitation, Membership, MembershipRole, Party
from accounts.policies import may_manage_members
from accounts.queries import Act
from accounts.roles import AGENTS
from accounts.web.agents import may_of
from casework import clock
from surfaces.forms import CommandForm, PlainText
from surfaces.web import actor_of, page

type Acts = Callable[[int, Collection[str]], list[Act]]

ACTS_SHOWN = 30


class InvitationForm(CommandForm):
    """A role, and where the link is to be mailed, if anywhere."""

    role = forms.ChoiceField(
        label=gettext_lazy("What may they do?"),
        choices=[
            (MembershipRole.MANAGER, gettext_lazy("Manager: file, answer, submit evidence")),
            (MembershipRole.STAFF, gettext_lazy("Shop staff: draft and upload")),
            (MembershipRole.FINANCE, gettext_lazy("Finance: accept what costs money")),
            (MembershipRole.OWNER, gettext_lazy("Owner: everything, and who belongs to the shop")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a role.")},
    )
    email = PlainText(label=gettext_lazy("E-mail address, to send the link"), max_length=254, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["email"].widget.attrs |= {"type": "email", "autocomplete": "off", "inputmode": "email"}


class NewPersonForm(CommandForm):
    """An account for somebody who was invited and has none."""

    display_name = PlainText(label=gettext_lazy("Your name"), max_length=120, required=False)
    username = PlainText(label=gettext_lazy("User name, to sign in with"), max_length=150)
    password = forms.CharField(label=gettext_lazy("Password"), strip=False, max_length=128, widget=forms.PasswordInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "spellcheck": "false"}
        self.fields["password"].widget.attrs |= {"autocomplete": "new-password"}
        self.fields["password"].help_text = " ".join(map(str, password_validators_help_texts()))


@never_cache
@page("GET", "HEAD", "POST")
def people(request: HttpRequest, ref: str, acts: Sequence[Acts] = ()) -> HttpResponse:
    """Shows who belongs to the shop and what they did; an owner invites, and sees the new link this once."""
    actor, now = actor_of(request), clock.now()
    party, rows = members_of(actor, ref)
    form, made = InvitationForm(request.POST or None), []
    if request.method == "POST":

        def invite(values: dict[str, Any]) -> None:
            invitation = commands.invite_member(
                actor=actor, party=party, role=values["role"], address=values["email"], now=now
            )
            made.append(invitation)

        if form.carried_out(invite):
            form = InvitationForm()
    return _people_page(request, party, rows, form, acts, made[0] if made else None)


def _people_page(
    request: HttpRequest,
    party: Party,
    rows: Sequence[Membership],
    form: InvitationForm,
    acts: Sequence[Acts],
    made: Invitation | None,
) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    refs = {row.user.ref for row in rows}
    done = sorted((act for one in acts for act in one(party.pk, refs)), key=lambda act: act.at, reverse=True)
    names = {row.user.ref: str(row.user) for row in rows}
    names |= names_in(party, {row.ended_by for row in rows} - set(names))
    context = {
        "party": party,
        "members": [row for row in rows if row.ended_at is None and row.role not in AGENTS],
        "agents": sum(row.ended_at is None and row.role in AGENTS for row in rows),
        "former": [(row, names.get(row.ended_by, "")) for row in rows if row.ended_at is not None],
        "roles": OF_THE_PARTY,
        "is_owner": may_manage_members(actor, party) is None,
        "form": form,
        "invitations": invitations_of(party, now=now),
        "made": made,
        "address": invitation_address(made) if made else "",
        "links": live_links(party, now=now).count(),
        "acts": [(act, names.get(act.who, "")) for act in done[:ACTS_SHOWN]],
        "now": now,
    }
    return render(request, "account/people.html", context, status=400 if form.errors else 200)


@page("POST")
def change(request: HttpRequest, ref: str, user_ref: str) -> HttpResponse:
    """Gives a colleague another role."""
    actor = actor_of(request)
    party, _rows = members_of(actor, ref)
    role = request.POST.get("role", "")
    commands.change_role(actor=actor, party=party, user_ref=user_ref, role=role, now=clock.now())
    messages.success(request, _("The role is changed, from the next page on."))
    return redirect("accounts:people", ref=ref)


@page("GET", "HEAD", "POST")
def remove(request: HttpRequest, ref: str, user_ref: str) -> HttpResponse:
    """Asks once more, then ends a membership."""
    actor = actor_of(request)
    party, rows = members_of(actor, ref)
    if request.method == "POST":
        commands.remove_member(actor=actor, party=party, user_ref=user_ref, now=clock.now())
        messages.success(request, _("They no longer act for the shop."))
        return redirect("home") if actor.ref == user_ref else redirect("accounts:people", ref=ref)
    name = next((str(row.user) for row in rows if row.user.ref == user_ref and row.ended_at is None), "")
    context = {
        "heading": _("End the membership of %(name)s?") % {"name": name},
        "effects": [_("They see nothing of the shop from their next page on."), _("What they did stays on record.")],
        "button": _("End the membership"),
        "danger": True,
        "back_url": reverse("accounts:people", args=[ref]),
    }
    return render(request, "components/confirm.html", context)


@page("POST")
def end_invitation(request: HttpRequest, ref: str, invitation_ref: str) -> HttpResponse:
    """The invitation opens nothing any more."""
    actor = actor_of(request)
    party, _rows = members_of(actor, ref)
    commands.end_invitation(actor=actor, party=party, ref=invitation_ref, now=clock.now())
    messages.success(request, _("The invitation opens nothing any more."))
    return redirect("accounts:people", ref=ref)


@page("POST")
def end_links(request: HttpRequest, ref: str) -> HttpResponse:
    """No link to the contact of record opens anything any more."""
    actor = actor_of(request)
    party, _rows = members_of(actor, ref)
    commands.end_access_links(actor=actor, party=party, now=clock.now())
    messages.success(request, _("No link opens anything any more."))
    return redirect("accounts:people", ref=ref)


@never_cache
@page("GET", "HEAD", "POST", keeps=("display_name", "username"))
def join(request: HttpRequest, ref: str) -> HttpResponse:
    """Says who invites and as what; somebody signed in joins, somebody without an account makes one."""
    now, user = clock.now(), request.user
    invitation = open_invitation(ref, now=now)
    if invitation is None:
        return render(request, "account/join_over.html", status=404)
    form = NewPersonForm(request.POST or None)
    if request.method == "POST":
        if user.is_authenticated:
            commands.join_party(signed=ref, user=user, now=now)
            messages.success(request, _("You act for %(party)s now.") % {"party": invitation.party.name})
            return redirect("home")
        language = "en" if (get_language() or "").startswith("en") else "zh-hans"
        if form.carried_out(lambda values: commands.join_as_new(signed=ref, language=language, now=now, **values)):
            messages.success(request, _("Your account is made. Sign in with it."))
            return redirect("account_login")
    context = {
        "invitation": invitation,
        "may": may_of(invitation) if invitation.role in AGENTS else (),
        "form": form,
        "sign_in": f"{reverse('account_login')}?next={request.path}",
    }
    return render(request, "account/join.html", context, status=400 if form.errors else 200)
