"""The ASGI entry point: http to Django, sockets to Channels with the cookies of the page that opens them.

Who stands behind a cookie, and that a page of ours opened the socket, is each socket's own first question
(`accounts.consumers`): it asks again while it is open, and an app that shows a ticket has neither cookie nor page.
"""

import os

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)  # loads the apps, which the routes below import

from accounts.consumers.authentication import SocketsPerAddress  # noqa: E402
from config.handler import Handler  # noqa: E402
from config.heads import BoundedHeads  # noqa: E402
from config.routing import websocket_urlpatterns  # noqa: E402
from operations import tracing  # noqa: E402

tracing.start()
application = BoundedHeads(
    ProtocolTypeRouter(
        {
            "http": Handler(),
            "websocket": SocketsPerAddress(CookieMiddleware(URLRouter(websocket_urlpatterns))),
        }
    )
)
