"""Endpoints and deliveries in the admin, read only, for oversight. Changes are made in the console, by commands."""

from django.contrib import admin

from surfaces.admin import EventTypeFilter, ReadOnlyAdmin
from webhooks.models import WebhookDelivery, WebhookEndpoint


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    list_display = ("number", "client", "url", "state", "disabled_reason", "failing_since", "succeeded_at")
    list_filter = ("state", "disabled_reason")
    search_fields = ("number", "ref", "url")
    list_select_related = ("client",)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("ref", "endpoint", "type", "state", "attempts", "last_status", "last_error", "next_attempt_at")
    list_filter = ("state", EventTypeFilter)
    search_fields = ("ref__exact",)
    list_select_related = ("endpoint",)
    ordering = ("-id",)
