"""`manage.py serve`: one process with the web server and the worker, for one host."""

import threading
from typing import Any

import uvicorn
from django.conf import settings
from django.core import checks
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from casework import triggers
from config import heads
from config.slow_clients import SlowClientProtocol
from operations import processes, slow_statements, worker
from sample.web.listener import listen
from sample.web.platform import stand_in


class Command(BaseCommand):
    help = "Serve pages, REST and sockets and do the background work, in one process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-worker", action="store_true", help="serve only; a worker runs elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        self.check(databases=["default"], fail_level=checks.ERROR)
        processes.require_alone_without_redis()
        triggers.require(connection)
        slow_statements.limit(slow_statements.WEB)
        stand_in(host=options["host"], port=options["port"])
        listen(host=options["host"], port=options["port"])
        stop = threading.Event()
        if not options["no_worker"]:
            threading.Thread(target=worker.run, args=(stop,), name="worker", daemon=True).start()
        try:
            uvicorn.run(
                settings.ASGI_APPLICATION.rsplit(".", 1)[0] + ":application",
                host=options["host"],
                port=options["port"],
                http=SlowClientProtocol,
                log_level="warning",
                proxy_headers=settings.IS_DEPLOYED,  # the TLS proxy is believed at the addresses in FORWARDED_ALLOW_IPS
                server_header=False,
                lifespan="off",
                ws_max_size=64 * 1024,
                ws_per_message_deflate=False,  # short texts: no gain, and memory for each socket
                ws_ping_timeout=90,  # a reader that stalls this long is told that it was too slow, and can resume
                timeout_graceful_shutdown=10,
                h11_max_incomplete_event_size=heads.MOST_HEADERS,
            )
        finally:
            stop.set()
