"""What the verbs of webhooks take and give, as JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from surfaces.api.described import Output, Shown, columns
from surfaces.api.inputs import Boolean, Choice, Input, Items, Line, Moment
from surfaces.api.serializers import Action, action
from surfaces.api.views import Call
from webhooks.commands.endpoints import MAX_URL
from webhooks.event_types import ASKABLE, TYPES
from webhooks.machine import EndpointState
from webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookSecret
from webhooks.policies import may_rotate_secret, may_steer

OPERATIONS = {
    "disable": "disable_webhook_endpoint",
    "enable": "enable_webhook_endpoint",
    "replay": "replay_webhook_delivery",
    "rotate-secret": "rotate_webhook_secret",
    "test": "test_webhook_endpoint",
}
"""What can be done with endpoints and deliveries: no case has them as verbs."""


class CreateWebhookEndpointInput(Input):
    """No types, or an empty list: all that happens in cases. `checkpoint.made` and `person.todo_changed` come only
    where they are named.
    """

    url = Line(max_length=MAX_URL, help_text=_("https://, by a public name"))
    event_types = Items(child=Choice(choices=[(each, each) for each in ASKABLE]), max_length=len(ASKABLE), default=list)

    example: ClassVar[Mapping[str, Any]] = {
        "url": "https://hooks.example.com/appeals",
        "event_types": ["appeal.filed", "appeal.decided", "notice.reduced", "notice.revoked"],
    }


class HappenedInOutput(serializers.Serializer[Any]):
    """The case, which is read over REST."""

    ref = serializers.CharField(help_text="Of the case.")
    kind = serializers.CharField(help_text="Of the case, such as `appeal`.")
    number = serializers.CharField(help_text="Of the case, for people.")
    version = serializers.IntegerField(help_text="The event's sequence in its case.")
    external_ref = serializers.CharField(required=False, help_text="Of a notice, as you sent it.")


class HappenedOutput(serializers.Serializer[Any]):
    """One event, as its webhook says it."""

    type = serializers.ChoiceField(choices=[(each, each) for each in TYPES], help_text="What happened.")
    timestamp = serializers.DateTimeField(help_text="When it happened, in UTC.")
    data = HappenedInOutput()


class EventsFeedOutput(serializers.Serializer[Any]):
    """A part of what happened, oldest first."""

    items = HappenedOutput(many=True)
    after = serializers.CharField(allow_null=True, help_text="Where to go on; null before anything has happened.")
    has_more = serializers.BooleanField(help_text="Whether the next part can be asked for at once.")


class WebhookSecretOutput(Output):
    """A secret that signs, without itself."""

    shown = columns(WebhookSecret, lambda w: (w.ref, w.created_at, w.ends_at))


class WebhookEndpointOutput(Output):
    """`failing_since` is when the first of the failures in a row was; null while all is well."""

    client = serializers.CharField(source="client.ref")
    shown = columns(
        WebhookEndpoint,
        lambda w: (
            *(w.ref, w.number, w.version, w.url, w.state, w.disabled_reason, w.disabled_at, w.failing_since),
            *(w.succeeded_at, w.created_at, w.updated_at),
        ),
    )
    event_types = serializers.ListField(child=serializers.CharField())
    secrets = Shown(
        WebhookSecretOutput,
        lambda row, call: [each for each in row.secrets.all() if each.signs_at(call.now)],
        many=True,
    )
    actions = serializers.SerializerMethodField()

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: WebhookEndpoint) -> list[dict[str, Any]]:
        actor = self.context["call"].actor
        names = []
        if may_steer(actor, row) is None:
            names += ["disable", "test"] if row.state == EndpointState.ACTIVE else ["enable"]
        if may_rotate_secret(actor, row) is None:
            names.append("rotate-secret")
        return [action(name, f"webhook-endpoints/{row.ref}/{name}", operation=OPERATIONS[name]) for name in names]


class WebhookEndpointWithSecretOutput(WebhookEndpointOutput):
    """`secret` is told in this answer, and in a repetition of it while it signs; nowhere else."""

    secret_ref = serializers.SerializerMethodField()
    secret = serializers.SerializerMethodField()

    def get_secret_ref(self, row: WebhookEndpoint) -> str:
        return str(self.context["secret_ref"])

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_secret(self, row: WebhookEndpoint) -> None:
        """What is stored with the answer does not hold it; the view puts it in as the answer goes out."""


class ReplayPeriodInput(Input):
    since = Moment(help_text=_("Of the first to be sent again, by when it was queued."))
    until = Moment(help_text=_("Before this time."))
    dry_run = Boolean(default=False, help_text=_("Only count: nothing is sent."))

    example: ClassVar[Mapping[str, Any]] = {
        "since": "2026-03-01T00:00:00+08:00",
        "until": "2026-03-02T00:00:00+08:00",
        "dry_run": True,
    }


class ReplayedPeriodOutput(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="How many are sent again, with `dry_run` how many would be.")
    dry_run = serializers.BooleanField(help_text="Whether they were only counted.")


class WebhookAttemptOutput(serializers.Serializer[Any]):
    """How one attempt ended; one whose end nobody saw is not here."""

    no = serializers.IntegerField(help_text="Of the attempt; begins again at 1 when the delivery is sent again.")
    at = serializers.DateTimeField(help_text="When it began.")
    status = serializers.IntegerField(allow_null=True, help_text="Of the answer; null where there was none.")
    error = serializers.CharField(help_text="As `last_error`; empty where it arrived.")
    duration_ms = serializers.IntegerField(help_text="How long it took, in milliseconds.")
    answer = serializers.CharField(
        help_text="The first 2,048 bytes of its body as text, what cannot be shown as U+FFFD. Never render it as HTML."
    )


class WebhookDeliveryOutput(Output):
    """`ref` is the `webhook-id`. `last_error` is a stable word, such as `timeout`, `address` or `http-500`."""

    shown = columns(
        WebhookDelivery,
        lambda w: (
            *(w.ref, w.type, w.state, w.attempts, w.replays, w.attempted_at, w.last_status, w.last_error),
            *(w.delivered_at, w.created_at, w.body),
        ),
    )
    endpoint = serializers.CharField(source="endpoint.ref")
    tried = Shown(
        WebhookAttemptOutput,
        lambda row, _call: [{**each, "at": datetime.fromisoformat(each["at"])} for each in row.tried or ()],
        many=True,
        help_text="How its newest attempts ended, ten at most, oldest first; forgotten thirty days after the last one.",
    )
    subject = serializers.CharField(source="event.case_ref", default=None, allow_null=True)
    version = serializers.IntegerField(source="event.sequence", default=None, allow_null=True)
    next_attempt_at = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_attempt_at(self, row: WebhookDelivery) -> Any:
        if row.state != DeliveryState.PENDING or row.endpoint.state != EndpointState.ACTIVE:
            return None
        return serializers.DateTimeField().to_representation(row.next_attempt_at)

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: WebhookDelivery) -> list[dict[str, Any]]:
        call: Call = self.context["call"]
        can = row.endpoint.state == EndpointState.ACTIVE and row.can_go_now(call.now)
        if not can or may_steer(call.actor, row.endpoint) is not None:
            return []
        return [action("replay", f"webhook-deliveries/{row.ref}/replay", operation=OPERATIONS["replay"])]
