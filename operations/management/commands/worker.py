"""`manage.py worker`: the worker alone. Start as many as wanted, on PostgreSQL."""

import signal
import threading
from typing import Any

from django.core import checks
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations import metrics, processes, slow_statements, tracing, worker


class Command(BaseCommand):
    help = "Carry out queued tasks, the outbox and deadlines until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--listen", metavar="HOST:PORT", help="answer /healthz, and /metrics for whoever has METRICS_TOKEN"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, _colon, port = (options["listen"] or "").rpartition(":")
        if options["listen"] and not (host and port.isdecimal()):
            raise CommandError("--listen takes HOST:PORT, such as 127.0.0.1:9100")
        self.check(databases=["default"], fail_level=checks.ERROR)
        processes.require_alone_without_redis()
        slow_statements.limit(slow_statements.WORKER)
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_signal: stop.set())
        if host:
            metrics.listen(host, int(port), is_well=worker.makes_rounds)
        tracing.start()
        threading.Thread(target=worker.leave_in_time, args=(stop,), name="leave in time", daemon=True).start()
        worker.run(stop)
