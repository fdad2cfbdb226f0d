"""`manage.py worker`: the worker alone. Start as many as wanted, on PostgreSQL."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from casework import worker


class Command(BaseCommand):
    help = "Carry out queued tasks, the outbox and deadlines until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_signal: stop.set())
        worker.run(stop)
