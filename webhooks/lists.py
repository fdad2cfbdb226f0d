"""Which deliveries are listed, by what they are narrowed and in which order: for pages and the API alike."""

from surfaces.lists import Listing, Order, states
from webhooks import queries
from webhooks.models import DeliveryState, WebhookDelivery

DELIVERIES = Listing[WebhookDelivery](
    rows=lambda asked: queries.deliveries_for(asked.actor, endpoint=asked.path.get("ref", "")),
    orders={"newest": Order(("-created_at", "-id"), ("webhook_delivery_by_endpoint",))},
    filters=[states(DeliveryState)],
)
