"""Every socket address."""

from typing import Any

from django.urls import re_path

from accounts.consumers.authentication import not_found
from appeals.consumers import queue_socket
from disputes.consumers import room_socket

_room: Any = room_socket  # for Django's types a route leads to a view; Channels takes any ASGI application
_queue: Any = queue_socket
_nothing: Any = not_found

websocket_urlpatterns: list[Any] = [
    re_path(r"^ws/v1/disputes/(?P<ref>[A-Za-z0-9_]{1,40})/$", _room),
    re_path(r"^ws/v1/review-queue/$", _queue),
    re_path(r"", _nothing),
]
