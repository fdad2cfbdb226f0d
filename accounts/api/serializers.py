"""What a body about people and parties may say, and what is answered."""

from typing import Any

from rest_framework import serializers

from accounts.devices import is_in_use
from accounts.models import OF_THE_PARTY, ApiToken, Language, Membership, MembershipRole, Party, PartyKind, PartyStatus
from accounts.models.devices import Door, PushKind
from accounts.roles import SCOPES
from casework.actor import ActorKind
from surfaces.api.inputs import Boolean, Choice, Input, Integer, Items, Line, Moment
from surfaces.api.rendering import moment
from surfaces.api.serializers import Code, Coded, ForReader, coded


class TokenInput(Input):
    username = Line(max_length=150)
    password = Line(max_length=1000, help_text="The password of the account.")
    otp = Line(max_length=20, required=False, help_text="The code of the second factor, where one is set up.")
    device = Line(max_length=120, required=False, help_text="Where the token is used, to tell it from others.")
    known_device = Line(
        max_length=120,
        required=False,
        help_text="What the last sign-in from this device answered. Without it the person is told of a new device.",
    )


class TokenOutput(serializers.Serializer[Any]):
    """The token is shown this once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    second_factor = serializers.BooleanField()
    ref = serializers.CharField(help_text="Who you are.")
    known_device = serializers.CharField(help_text="To be kept on the device and sent with its next sign-in.")


class RotateTokenInput(Input):
    overlap_hours = Integer(
        min_value=0,
        max_value=168,
        default=24,
        help_text="For so long the token that you show stays good, too.",
    )


class RotatedTokenOutput(serializers.Serializer[Any]):
    """The token is shown this once."""

    token = serializers.CharField(help_text="To be sent from now on, as `Authorization: Bearer …`.")
    expires_at = serializers.DateTimeField(help_text="When it ends: rotate it before.")
    earlier_ends_at = serializers.DateTimeField(help_text="When the token that you showed ends.")


class RestrictTokenInput(Input):
    scopes = Items(child=Choice(choices=SCOPES), min_length=1, max_length=len(SCOPES), help_text="Some of your own.")
    expires_at = Moment(required=False, help_text="When it ends; with yours unless said, and never later.")
    label = Line(max_length=120, required=False, help_text="What it is for, to tell it from others.")


class KeyOutput(serializers.Serializer[ApiToken]):
    """A token of the client, which is shown in plain when it is made and never again."""

    ref = serializers.CharField()
    last_four = serializers.CharField(help_text="Its last characters; empty of one from before they were kept.")
    label = serializers.CharField(help_text="What it is for.")
    scopes = serializers.ListField(source="allowed", child=serializers.CharField(), help_text="What it may do now.")
    is_restricted = serializers.BooleanField(help_text="Whether it has scopes of its own, some of its client's.")
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the hour; null: not yet, or long ago.")
    expires_at = serializers.DateTimeField(help_text="When it ends: rotate it before.")
    issued_by = serializers.CharField(help_text="Who made it: an administrator, or the client itself.")
    made_with = serializers.CharField(
        source="made_with.ref", allow_null=True, default=None, help_text="The token that it was made with, if one was."
    )


class RestrictedTokenOutput(KeyOutput):
    """The token is shown this once."""

    token = serializers.CharField(help_text="To be sent as `Authorization: Bearer …`.")


class SocketTicketOutput(serializers.Serializer[Any]):
    """The ticket is shown this once; it opens one socket, within a minute."""

    ticket = serializers.CharField()
    expires_at = serializers.DateTimeField()


class PushDeviceInput(Input):
    """The device on which you are signed in. Your app gives your platform the same token, with the `ref` answered here;
    of it we keep the SHA-256 alone, so that it wakes nobody else.
    """

    kind = Choice(choices=PushKind.choices)
    token = Line(max_length=1000, help_text="Of APNs or FCM; of Web Push the endpoint of the subscription.")
    app = Line(max_length=60, help_text="Which app it is, as your platform names it.")


class PushDeviceOutput(serializers.Serializer[Any]):
    """A device on which you are woken, while you are signed in there."""

    ref = serializers.CharField()
    kind = Code(PushKind, source="push_kind", help_text="Who carries the message.")
    app = serializers.CharField(source="push_app", help_text="As it was said.")
    registered_at = serializers.DateTimeField(source="push_at", help_text="When it was registered last.")


class SignInOutput(serializers.Serializer[Any]):
    """A device from which you signed in: on pages, or in an app."""

    ref = serializers.CharField()
    door = Code(Door, help_text="Pages or app.")
    network = serializers.CharField(help_text="The first part of its address.")
    browser = serializers.CharField(help_text="As it names itself.")
    first_at = serializers.DateTimeField(help_text="When you signed in there first.")
    last_at = serializers.DateTimeField(help_text="When you signed in there last.")
    disowned_at = serializers.DateTimeField(allow_null=True, help_text="When you signed it out from elsewhere.")
    is_this = ForReader(lambda row, call: is_in_use(row, call.actor), bool, help_text="Whether you act from it now.")


NAMED = "Of an agent: in how many named cases alone they act, which the lists of cases show; 0 is in all."


class MyPartyOutput(serializers.Serializer[Any]):
    """A party that I act for, and my role in it."""

    ref = serializers.CharField()
    name = serializers.CharField()
    kind = Coded()
    status = Coded()
    role = Coded()
    acts_until = serializers.DateTimeField(allow_null=True, help_text="When the mandate of an agent ends.")
    cases_named = serializers.IntegerField(help_text=NAMED)


class MeOutput(serializers.Serializer[Any]):
    """Who I am: a person who acts for parties, a member of staff, or a client."""

    ref = serializers.CharField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in ActorKind if kind is not ActorKind.SYSTEM])
    name = serializers.CharField()
    username = serializers.CharField(allow_null=True)
    officer_code = serializers.CharField(allow_null=True)
    language = serializers.CharField(allow_null=True)  # a choice of null would be missing from the schema
    large_text = serializers.BooleanField()
    parties = MyPartyOutput(many=True)
    roles = Coded(many=True)
    scopes = serializers.ListField(child=serializers.CharField(), help_text="Of a client: what it may do.")
    token_expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When the token that you show ends; null for a session of a browser."
    )


class MemberInput(Input):
    """Somebody new signs in by a password, or by an e-mail address to set one by; somebody known keeps theirs."""

    username = Line(max_length=150)
    role = Choice(choices=OF_THE_PARTY)
    display_name = Line(max_length=120, required=False)
    email = Line(max_length=254, required=False)
    password = Line(max_length=1000, required=False)
    language = Choice(choices=Language.choices, required=False)


PHONE = (
    "Mobile number under which you know the party, of mainland China or with `+` and the country's code. Codes for "
    "whoever cannot sign in go there."
)


class PartyInput(Input):
    """A party with the people who act for it."""

    external_ref = Line(
        max_length=100, help_text="The number in your own system. The same content again answers the party you have."
    )
    kind = Choice(choices=PartyKind.choices)
    name = Line(max_length=200)
    language = Choice(choices=Language.choices, required=False)
    email = Line(max_length=254, required=False)
    phone = Line(max_length=40, required=False, help_text=PHONE)
    users = MemberInput(many=True, required=False, max_length=20)


class PartyPhoneInput(Input):
    phone = Line(max_length=40, help_text=PHONE)


class PartyStatusInput(Input):
    status = Choice(choices=PartyStatus.choices)


class MemberOutput(serializers.Serializer[Membership]):
    user = serializers.CharField(source="user.ref")
    username = serializers.CharField(source="user.username")
    display_name = serializers.CharField(source="user.display_name")
    role = Coded()
    started_at = serializers.DateTimeField()
    acts_until = serializers.DateTimeField(allow_null=True, help_text="When the mandate of an agent ends.")
    cases_named = serializers.IntegerField(help_text=NAMED)

    def to_representation(self, instance: Membership) -> dict[str, Any]:
        user = instance.user
        return {
            "user": user.ref,
            "username": user.get_username(),
            "display_name": user.display_name,
            "role": coded(instance.role, MembershipRole),
            "started_at": moment(instance.started_at),
            "acts_until": None if instance.acts_until is None else moment(instance.acts_until),
            "cases_named": instance.cases_named,
        }


class PartyOutput(serializers.Serializer[Party]):
    """A party with the people who act for it. Those of an executor are known by codes alone, see `GET executors`."""

    ref = serializers.CharField()
    external_ref = serializers.CharField()
    kind = Coded()
    name = serializers.CharField()
    status = Coded()
    language = serializers.ChoiceField(choices=Language.choices)
    created_at = serializers.DateTimeField()
    users = MemberOutput(many=True)

    def to_representation(self, instance: Party) -> dict[str, Any]:
        members: list[Membership] = instance.live_members  # type: ignore[attr-defined]  # of queries.parties_for
        if instance.kind == PartyKind.EXECUTOR:
            members = []
        return {
            "ref": instance.ref,
            "external_ref": instance.external_ref,
            "kind": coded(instance.kind, PartyKind),
            "name": instance.name,
            "status": coded(instance.status, PartyStatus),
            "language": instance.language,
            "created_at": moment(instance.created_at),
            "users": [MemberOutput().to_representation(member) for member in members],
        }


class LanguageInput(Input):
    language = Choice(choices=Language.choices)


class LargeTextInput(Input):
    large_text = Boolean()
