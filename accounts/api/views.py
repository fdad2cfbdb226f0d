"""Tokens, who I am, and the platform's provisioning of parties over REST."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import commands, queries
from accounts.api import schema  # noqa: F401  registers how the schema names our authentication
from accounts.api.credentials import person_of
from accounts.api.serializers import (
    KeyOutput,
    LanguageInput,
    LargeTextInput,
    MemberInput,
    MemberOutput,
    MeOutput,
    PartyInput,
    PartyOutput,
    PartyPhoneInput,
    PartyStatusInput,
    PushDeviceInput,
    PushDeviceOutput,
    RestrictedTokenOutput,
    RestrictTokenInput,
    RotatedTokenOutput,
    RotateTokenInput,
    SignInOutput,
    SocketTicketOutput,
    TokenInput,
    TokenOutput,
)
from accounts.devices import devices_of, seen_in
from accounts.mandates import mandates_held
from accounts.models import ApiToken, MembershipRole, Party, PartyKind, PartyStatus, StaffRoleName
from accounts.policies import may_provision, may_read_parties
from casework.actor import Actor, ActorKind
from casework.errors import NotAllowed, NotSignedIn, or_not_found, require
from surfaces.api.idempotency import response_of
from surfaces.api.narrowing import exactly, exactly_coded
from surfaces.api.serializers import coded
from surfaces.api.views import ApiView, Call, CommandView, ListView, ReadView, Reply


class TokenView(CommandView):
    """Signing in and out."""

    takes, gives, status, needs_key, is_public = TokenInput, TokenOutput, 201, False, True
    operation = {"POST": "signIn", "DELETE": "signOut"}
    rate: ClassVar = "sign_in"

    def get_authenticators(self) -> list[BaseAuthentication]:
        """A stale token in the header is no reason to refuse somebody who is signing in."""
        request: HttpRequest | None = getattr(self, "request", None)
        return [] if request is not None and request.method == "POST" else super().get_authenticators()

    def perform(self, call: Call) -> Reply:
        """Get a token for user name and password, with `otp` where a second factor is set up."""
        values = call.values
        kept = values.get("known_device", "")
        user, actor, has_shown = person_of(
            self.request._request,
            username=values["username"],
            password=values["password"],
            otp=values.get("otp", ""),
            kept=kept,
        )
        plain, token = commands.issue_token(
            actor=actor, user=user, now=call.now, label=values.get("device", ""), second_factor=has_shown
        )
        seen = seen_in(self.request.META, user, kept=kept)
        answer = {
            "token": plain,
            "expires_at": token.expires_at,
            "second_factor": token.second_factor,
            "ref": user.ref,
            "known_device": commands.note_device(actor=actor, user=user, seen=seen, token=token, now=call.now),
        }
        return Reply(self.rendered(TokenOutput, answer, call), status=self.status)

    def delete(self, request: Request) -> HttpResponse:
        """End this token."""
        call = self.call(request, {})
        if call.actor is None or not isinstance(request.auth, str):
            raise NotSignedIn()
        commands.revoke_token(actor=call.actor, plain=request.auth, now=call.now)
        return response_of(self.encoded(Reply(status=204)), is_replay=False)


class RotateTokenView(CommandView):
    """The next token of this client, in this answer alone. The one that you show ends after the overlap: both are good
    until then. Where the answer was lost, rotate again.
    """

    takes, gives, status, needs_key = RotateTokenInput, RotatedTokenOutput, 201, False
    operation: ClassVar = {"POST": "rotateToken"}

    def perform(self, call: Call) -> Reply:
        overlap, held = timedelta(hours=call.values["overlap_hours"]), _client_token(call, self.request)
        plain, token = commands.rotate_token(actor=call.actor, held=held, overlap=overlap, now=call.now)
        answer = {
            "token": plain,
            "expires_at": token.expires_at,
            "earlier_ends_at": min(held.expires_at, call.now + overlap),
        }
        return Reply(self.rendered(RotatedTokenOutput, answer, call), status=self.status)


class TokensView(ReadView, CommandView):
    """The tokens of a client."""

    shows, gives, takes, status = KeyOutput, RestrictedTokenOutput, RestrictTokenInput, 201
    is_list, needs_key = True, False
    operation: ClassVar = {"GET": "listTokens", "POST": "restrictToken"}

    def read(self, call: Call) -> Reply:
        """The tokens of this client that are good now, the newest first, none in plain. With a restricted token: that
        one, and what was made with it.
        """
        rows = _client_token(call, self.request).seen_with(call.now)
        return Reply({"items": self.rendered(self.shows, rows, call, many=True)})

    def perform(self, call: Call) -> Reply:
        """Another token, in this answer alone, that may some of what yours may and lasts no longer."""
        held = _client_token(call, self.request)
        said = {"expires_at": None, "label": ""} | call.values
        plain, token = commands.restrict_token(actor=call.actor, held=held, now=call.now, **said)
        token.token = plain  # type: ignore[attr-defined]  # shown this once, kept nowhere
        return self.reply(token, call)


class EndTokenView(ApiView):
    """The token opens nothing from now on. Those made with it are ended by themselves."""

    operation: ClassVar = {"DELETE": "endToken"}

    def delete(self, request: Request, **path: str) -> HttpResponse:
        call = self.call(request, path)
        seen = _client_token(call, request).seen_with(call.now)
        token = or_not_found(next((each for each in seen if each.ref == path["ref"]), None))
        commands.end_token(actor=call.actor, token=token, now=call.now)
        return response_of(self.encoded(Reply(status=204)), is_replay=False)


class SocketTicketsView(CommandView):
    """A ticket for one socket: open `/ws/v1/…?ticket=` with it within a minute. It ends with your token or session."""

    gives, status, needs_key = SocketTicketOutput, 201, False
    operation: ClassVar = {"POST": "createSocketTicket"}

    def perform(self, call: Call) -> Reply:
        plain, ticket = commands.issue_socket_ticket(
            actor=call.actor, now=call.now, **_signed_in_with(self.request, call.now)
        )
        answer = {"ticket": plain, "expires_at": ticket.expires_at}
        return Reply(self.rendered(SocketTicketOutput, answer, call), status=self.status)


class MeView(ReadView):
    """Who you are here, and for whom you act."""

    shows = MeOutput
    operation: ClassVar = {"GET": "me"}

    def read(self, call: Call) -> Reply:
        return Reply(self.rendered(MeOutput, _me(call.actor, self.request, call.now), call))


class PushDevicesView(ReadView, CommandView):
    """Devices on which you are woken."""

    shows, gives, takes, status, is_list = PushDeviceOutput, PushDeviceOutput, PushDeviceInput, 201, True
    operation: ClassVar = {"GET": "listPushDevices", "POST": "registerPushDevice"}

    def read(self, call: Call) -> Reply:
        """The devices on which you are woken, the newest first."""
        rows = queries.devices_woken(_person(self.request).pk, now=call.now)
        return Reply({"items": self.rendered(self.shows, rows, call, many=True)})

    def perform(self, call: Call) -> Reply:
        """You are woken on this device by your platform, until you sign out there or end it; on ten at most, of which
        the oldest gives way. `person.todo_changed` names it to your platform.
        """
        said = call.values | _signed_in_with(self.request, call.now)
        user = _person(self.request)
        return self.reply(commands.wake_device(actor=call.actor, user=user, now=call.now, **said), call)


class PushDeviceView(ApiView):
    """You are no longer woken on this device."""

    operation: ClassVar = {"DELETE": "endPushDevice"}

    def delete(self, request: Request, **path: str) -> HttpResponse:
        call = self.call(request, path)
        _person(request)
        commands.let_device_sleep(actor=call.actor, ref=path["ref"], now=call.now)
        return response_of(self.encoded(Reply(status=204)), is_replay=False)


class SignInsView(ReadView):
    """The newest ten devices from which you signed in."""

    shows, is_list = SignInOutput, True
    operation: ClassVar = {"GET": "listSignIns"}

    def read(self, call: Call) -> Reply:
        return Reply({"items": self.rendered(self.shows, devices_of(_person(self.request).pk), call, many=True)})


class EndSignInView(ApiView):
    """You are signed out on that device, which is new whenever it comes again. On the one that you use, sign out."""

    operation: ClassVar = {"DELETE": "endSignIn"}

    def delete(self, request: Request, **path: str) -> HttpResponse:
        call = self.call(request, path)
        _person(request)
        commands.disown_device(actor=call.actor, ref=path["ref"], now=call.now)
        return response_of(self.encoded(Reply(status=204)), is_replay=False)


class SetLanguageView(CommandView):
    """You read this language from now on, on every device."""

    takes, gives = LanguageInput, MeOutput

    def perform(self, call: Call) -> Reply:
        user = _person(self.request)
        commands.set_language(actor=call.actor, user=user, language=call.values["language"])
        user.refresh_from_db()
        return Reply(self.rendered(MeOutput, _me(call.actor, self.request, call.now), call))


class SetLargeTextView(CommandView):
    """You see large text, or no longer, on every device."""

    takes, gives = LargeTextInput, MeOutput

    def perform(self, call: Call) -> Reply:
        user = _person(self.request)
        commands.set_large_text(actor=call.actor, user=user, on=call.values["large_text"])
        user.refresh_from_db()
        return Reply(self.rendered(MeOutput, _me(call.actor, self.request, call.now), call))


class PartiesView(ListView, CommandView):
    """The parties of a platform."""

    shows, gives, takes, status = PartyOutput, PartyOutput, PartyInput, 201
    also: ClassVar = {200: PartyOutput}
    synced_by = None
    operation: ClassVar = {"GET": "listParties", "POST": "createParty"}
    narrows = {
        "external_ref": exactly("external_ref", "The one with this number in your own system."),
        "kind": exactly_coded("kind", PartyKind),
        "status": exactly_coded("status", PartyStatus),
    }

    def rows(self, call: Call) -> QuerySet[Party]:
        """The parties that you may see."""
        require(may_read_parties(call.actor))
        return queries.parties_for(call.actor)

    def perform(self, call: Call) -> Reply:
        """Provide a party with its users. The same under your own number answers what exists, with 200; other content
        is refused.
        """
        party, is_new = commands.create_party(actor=call.actor, now=call.now, **call.values)
        return self.reply(queries.party_for(call.actor, party.ref), call, status=201 if is_new else 200)


class PartyView(ReadView):
    """One party with the people who act for it."""

    shows, finds = PartyOutput, queries.party_for


class PartyCommandView(CommandView):
    def authorise(self, call: Call) -> None:
        party = queries.party_for(call.actor, call.path["ref"])
        require(may_provision(call.actor, party=party))


class AddMemberView(PartyCommandView):
    """A person acts for the party in this role, and in no other any more."""

    takes, gives, status = MemberInput, MemberOutput, 201

    def perform(self, call: Call) -> Reply:
        party = queries.party_for(call.actor, call.path["ref"])
        member = commands.provide_member(actor=call.actor, party=party, now=call.now, **call.values)
        return Reply(self.rendered(MemberOutput, member, call), status=self.status)


class EndMembershipView(PartyCommandView):
    """The person no longer acts for the party: their next request finds nothing of it."""

    def perform(self, call: Call) -> Reply:
        member = queries.member_for(call.actor, call.path["ref"], call.path["user"])
        commands.end_membership(actor=call.actor, membership=member, now=call.now)
        return Reply(status=204)


class SetPartyStatusView(PartyCommandView):
    """The party's standing in trade. Whatever it is, its notices and appeals stay open to it."""

    takes, gives = PartyStatusInput, PartyOutput

    def perform(self, call: Call) -> Reply:
        party = queries.party_for(call.actor, call.path["ref"])
        commands.set_party_status(actor=call.actor, party=party, status=call.values["status"])
        return self.reply(queries.party_for(call.actor, party.ref), call)


class SetPartyPhoneView(PartyCommandView):
    """The mobile number under which you know a party that has none here yet; another number is an administrator's to
    enter (`not-your-turn`).
    """

    takes, gives = PartyPhoneInput, PartyOutput

    def perform(self, call: Call) -> Reply:
        party = queries.party_for(call.actor, call.path["ref"])
        commands.set_party_phone(actor=call.actor, party=party, phone=call.values["phone"], now=call.now)
        return self.reply(queries.party_for(call.actor, party.ref), call)


def _person(request: Any) -> Any:
    """The signed-in person. Raises `NotAllowed` for a client, which reads no pages."""
    return queries.person_behind(request.user)


def _client_token(call: Call, request: Any) -> ApiToken:
    """The token that a client shows. Raises `NotAllowed` for people, whose tokens are had for a password."""
    token = queries.live_token(request.auth, now=call.now) if isinstance(request.auth, str) else None
    if token is None or call.actor.kind is not ActorKind.CLIENT:
        raise NotAllowed()
    return token


def _signed_in_with(request: Any, now: datetime) -> dict[str, Any]:
    """The token or session that this request was made with."""
    token = queries.live_token(request.auth, now=now) if isinstance(request.auth, str) else None
    return {
        "token_id": None if token is None else token.pk,
        "session_key": "" if token is not None else request._request.session.session_key or "",
    }


def _me(actor: Actor, request: Any, now: datetime) -> dict[str, Any]:
    user = request.user
    token = queries.live_token(request.auth, now=now) if isinstance(request.auth, str) else None
    if actor.kind is ActorKind.CLIENT:
        name, username, language, large_text = queries.client_name(actor), None, None, False
    else:
        name, username, language, large_text = (
            user.get_full_name(),
            user.get_username(),
            user.language,
            user.large_text,
        )
    held = {each.party_id: each for each in mandates_held(actor)}
    parties = queries.parties_of(actor) + [(each.party, each.role) for each in held.values() if each.cases_named]
    return {
        "ref": actor.ref,
        "kind": actor.kind.value,
        "name": name,
        "username": username,
        "officer_code": actor.code or None,
        "language": language,
        "large_text": large_text,
        "parties": [
            {
                "ref": party.ref,
                "name": party.name,
                "kind": coded(party.kind, PartyKind),
                "status": coded(party.status, PartyStatus),
                "role": coded(role, MembershipRole),
                "acts_until": held[party.pk].acts_until if party.pk in held else None,
                "cases_named": held[party.pk].cases_named if party.pk in held else 0,
            }
            for party, role in parties
        ],
        "roles": [coded(name.value, StaffRoleName) for name in StaffRoleName if name.value in actor.roles],
        "scopes": sorted(actor.scopes),
        "token_expires_at": None if token is None else token.expires_at,
    }
