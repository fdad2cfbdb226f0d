"""Which deliveries are listed, by what they are narrowed and in which order: for pages and the API alike."""

from django.utils.translation import gettext_lazy

from surfaces.lists import Choice, Listing, Order
from webhooks import queries
from webhooks.models import DeliveryState, WebhookDelivery

DELIVERIES = Listing[WebhookDelivery](
    rows=lambda asked: queries.deliveries_for(asked.actor, endpoint=asked.path.get("ref", "")),
    orders={"newest": Order(("-created_at", "-id"), ("webhook_delivery_by_endpoint",))},
    filters=[Choice("state", gettext_lazy("State"), dict(DeliveryState.choices))],
)
