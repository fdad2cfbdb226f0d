"""Webhooks over REST. Each view parses, calls one command, and renders through a query."""

import json
from collections.abc import Callable
from typing import ClassVar

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from surfaces.api.callers import actor_of
from surfaces.api.narrowing import exactly, exactly_coded
from surfaces.api.pagination import cursor_of, limit_of, moment_of, position_in
from surfaces.api.rendering import to_bytes
from surfaces.api.views import Call, CommandView, ListView, Output, ReadView, Reply
from surfaces.lists.api import DeclaredListView
from surfaces.pages import beyond
from webhooks import commands, queries
from webhooks.api import serializers
from webhooks.commands.deliveries import KEPT_FOR
from webhooks.lists import DELIVERIES
from webhooks.machine import EndpointState
from webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookSecret

FEED_ORDER = ("at", "id")
SINCE = _("since must be a time with its offset, such as 2026-03-01T09:30:00+08:00.")


class TellsSecret(CommandView):
    """An answer with a new secret. The one that is stored for a repetition holds its name alone; it is put in here."""

    def post(self, request: Request, **path: str) -> HttpResponse:
        response = super().post(request, **path)
        actor = actor_of(request)
        if actor is None or response.status_code >= 400:
            return response
        told = json.loads(response.content)
        told["secret"] = queries.shown_secret(actor, told["ref"], told["secret_ref"], now=self.now)
        response.content = to_bytes(told)
        return response

    def with_secret(self, call: Call, endpoint: WebhookEndpoint, secret: WebhookSecret) -> Reply:
        """The endpoint as it is now, and the name of its new secret."""
        row = queries.endpoint_for(call.actor, endpoint.ref)
        context = {"call": call, "secret_ref": secret.ref}
        return Reply(serializers.WebhookEndpointWithSecretOutput(row, context=context).data, status=self.status)


class EndpointsView(ListView, TellsSecret):
    """Webhook endpoints."""

    shows, gives, takes, status = (
        serializers.WebhookEndpointOutput,
        serializers.WebhookEndpointWithSecretOutput,
        serializers.CreateWebhookEndpointInput,
        201,
    )
    narrows = {"state": exactly_coded("state", EndpointState)}
    operation = {"GET": "listWebhookEndpoints", "POST": "createWebhookEndpoint"}

    def rows(self, call: Call) -> QuerySet[WebhookEndpoint]:
        """The endpoints that you may see."""
        return queries.endpoints_for(call.actor)

    def perform(self, call: Call) -> Reply:
        """Set an endpoint up. Its secret is in this answer and in no other."""
        endpoint, secret = commands.create_endpoint(actor=call.actor, now=call.now, **call.values)
        return self.with_secret(call, endpoint, secret)


class EndpointView(ReadView):
    """One endpoint, with how it does."""

    shows, finds = serializers.WebhookEndpointOutput, queries.endpoint_for
    operation = {"GET": "readWebhookEndpoint"}


class EndpointCommandView(CommandView):
    """A verb on one endpoint; answers the endpoint as it is afterwards."""

    gives: ClassVar[Output | None] = serializers.WebhookEndpointOutput
    does: ClassVar[Callable[..., WebhookEndpoint]]

    def authorise(self, call: Call) -> None:
        queries.endpoint_for(call.actor, call.path["ref"])

    def perform(self, call: Call) -> Reply:
        type(self).does(actor=call.actor, ref=call.path["ref"], now=call.now)
        return self.reply(queries.endpoint_for(call.actor, call.path["ref"]), call)


class DisableEndpointView(EndpointCommandView):
    """Nothing is sent there any more; what happens meanwhile waits for thirty days."""

    operation, does = {"POST": "disableWebhookEndpoint"}, commands.disable_endpoint


class EnableEndpointView(EndpointCommandView):
    """It is called again, and what waited is sent."""

    operation, does = {"POST": "enableWebhookEndpoint"}, commands.enable_endpoint


class RotateSecretView(TellsSecret, EndpointCommandView):
    """A new secret, told in this answer and in no other; the one before signs beside it for a day more."""

    gives = serializers.WebhookEndpointWithSecretOutput
    operation = {"POST": "rotateWebhookSecret"}

    def perform(self, call: Call) -> Reply:
        endpoint, secret = commands.rotate_secret(actor=call.actor, ref=call.path["ref"], now=call.now)
        return self.with_secret(call, endpoint, secret)


class TestEndpointView(EndpointCommandView):
    """An event of type `webhook.test` is on its way; answers its delivery."""

    gives, status = serializers.WebhookDeliveryOutput, 201
    operation = {"POST": "testWebhookEndpoint"}

    def perform(self, call: Call) -> Reply:
        delivery = commands.send_test(actor=call.actor, ref=call.path["ref"], now=call.now)
        return self.reply(queries.delivery_for(call.actor, delivery.ref), call)


class ReplayPeriodView(CommandView):
    """What the endpoint was owed in a period, delivered or given up, is sent once more under the same `webhook-id`s, at
    most 10,000 at once; with `dry_run` it is counted and nothing is sent.
    """

    takes, gives = serializers.ReplayPeriodInput, serializers.ReplayedPeriodOutput
    operation = {"POST": "replayWebhookPeriod"}

    def authorise(self, call: Call) -> None:
        queries.endpoint_for(call.actor, call.path["ref"])

    def perform(self, call: Call) -> Reply:
        count = commands.replay_period(actor=call.actor, ref=call.path["ref"], now=call.now, **call.values)
        return self.reply({"count": count, "dry_run": call.values["dry_run"]}, call)


class DeliveriesView(DeclaredListView):
    """What was sent or is to be, newest first."""

    listing, first, shows, synced_by = DELIVERIES, "newest", serializers.WebhookDeliveryOutput, "changed_at"
    operation = {"GET": "listWebhookDeliveries"}
    narrows = {
        "endpoint": exactly("endpoint__ref", "To this endpoint, by its `ref`."),
        "type": exactly("type", "Of this type of event, such as `appeal.decided`."),
        "subject": exactly("event__case_ref", "About this case, by its `ref`."),
    }

    def rows(self, call: Call) -> QuerySet[WebhookDelivery]:
        """What was sent or is to be, newest first."""
        rows: QuerySet[WebhookDelivery] = self.listed(call).annotate(
            changed_at=Coalesce("delivered_at", "attempted_at", "created_at")
        )
        return rows


class EventsFeedView(ReadView):
    """Everything that happened in the cases that you may see, oldest first, each as its webhook says it: for whoever
    has no webhooks, and for what an outage of any length missed. Ask again with `after` until `has_more` is false, keep
    the last `after`, and go on from there the next time. An event comes a minute after it happened.
    """

    shows = serializers.EventsFeedOutput
    operation = {"GET": "listEvents"}
    filters = {
        "after": "`after` of the answer before; without it, from `since`.",
        "since": "An RFC 3339 time with its offset; thirty days ago where neither is said.",
        "limit": "How many at most, 1 to 100 (50).",
    }

    def read(self, call: Call) -> Reply:
        owner = f"events {call.actor.ref}"
        rows = queries.happened(now=call.now)
        if "after" in call.query:
            rows = rows.filter(beyond(FEED_ORDER, position_in(str(call.query["after"]), rows, FEED_ORDER, owner=owner)))
        else:
            since = call.now - KEPT_FOR
            if "since" in call.query:
                since = moment_of(str(call.query["since"]), pointer="/since", message=SINCE)
            rows = rows.filter(at__gte=since)
        feed = queries.feed_for(call.actor, rows, limit=limit_of(call.query.dict()))
        after = call.query.get("after") if feed.last is None else cursor_of(feed.last, FEED_ORDER, owner=owner)
        return Reply({"items": list(feed.bodies), "after": after, "has_more": feed.has_more})


class DeliveryView(ReadView):
    """One delivery, with the very body that is sent."""

    shows, finds = serializers.WebhookDeliveryOutput, queries.delivery_for
    operation = {"GET": "readWebhookDelivery"}


class ReplayDeliveryView(CommandView):
    """It is sent now under the same `webhook-id`, with a full set of attempts: again, or before its next attempt is
    due.
    """

    gives = serializers.WebhookDeliveryOutput
    operation = {"POST": "replayWebhookDelivery"}

    def authorise(self, call: Call) -> None:
        queries.delivery_for(call.actor, call.path["ref"])

    def perform(self, call: Call) -> Reply:
        delivery = commands.replay_delivery(actor=call.actor, ref=call.path["ref"], now=call.now)
        return self.reply(queries.delivery_for(call.actor, delivery.ref), call)
