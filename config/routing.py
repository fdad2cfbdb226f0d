"""Every socket address. What does not belong here: consumers."""

from typing import Any

websocket_urlpatterns: list[Any] = []
