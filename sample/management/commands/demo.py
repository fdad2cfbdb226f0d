"""`manage.py demo`: everything a newcomer needs, on a database that this command made."""

import json
import logging
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from accounts.commands import mark_sample
from accounts.models import User
from accounts.queries import is_sample_database
from casework import clock
from operations import worker
from operations.tables import make_tables
from sample import progress
from sample.content.people import sample_actors
from sample.loading.base import CONSOLE, Loaded, react_to_visitors
from sample.loading.people import described, password
from sample.web.listener import listen

logger = logging.getLogger(__name__)

LABELS = {
    "people": "people 人员",
    "rules": "rules 规则",
    "model": "triage model 分诊模型",
    "stories": "first cases 首批案件",
    "notices": "notices and appeals 通知与申诉",
    "executors": "executors 受托执行方",
    "disputes": "disputes 争议",
}
REACT_EVERY = 1.0  # seconds, to what visitors do while the rest is loaded
SHARES = {"notices": (0, 40), "executors": (40, 72), "disputes": (72, 99)}
"""Per cent of the rest before and after each part, by how long it takes."""


def refuse_a_taken_port(host: str, port: int) -> None:
    """Nothing is loaded for a server that could not listen. Raises CommandError."""
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does, after one that just ended
        try:
            listener.bind((host, port))
        except OSError as error:
            reason = f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with --port."
            raise CommandError(reason) from error


class Command(BaseCommand):
    help = "Make a database with the sample platform and serve it. The first page comes before all of it is loaded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--reset", action="store_true", help="throw the sample database away and make it anew")
        parser.add_argument("--no-serve", action="store_true", help="load everything, serve nothing")
        parser.add_argument("--beginning", action="store_true", help="with --no-serve: only what the first page needs")
        parser.add_argument("--json", metavar="FILE", help="write the sample users, passwords and new tokens to FILE")
        parser.add_argument("--count", type=int, default=200, help="how many notices (default 200)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_DEPLOYED:
            raise CommandError("demo is for this machine only; PUBLIC_URL says that this is a deployment")
        if not options["no_serve"]:
            refuse_a_taken_port(options["host"], options["port"])
        self.base_url = f"http://{options['host']}:{options['port']}"
        if "PUBLIC_URL" not in os.environ:
            settings.PUBLIC_URL = self.base_url  # so that links in mails and invitations lead here, whatever the port
        made = self._made_before(reset=options["reset"])
        if "LOG_LEVEL" not in os.environ:
            logging.disable(logging.WARNING)  # the address is to stay the last thing on the screen
        if made:
            call_command("migrate", verbosity=0)
        else:
            rest = self._begin(count=options["count"])
        if options["json"]:
            self._describe(Path(options["json"]))
        if not made and options["no_serve"] and not options["beginning"]:
            rest()
        self._welcome()
        if not options["no_serve"]:
            self._serve(options, rest=None if made else rest)

    # — what is there —

    def _made_before(self, *, reset: bool) -> bool:
        """Whether the whole sample is there; what is left of an interrupted load is thrown away."""
        tables = connection.introspection.table_names()
        if not tables:
            return False
        standing = progress.told()
        is_marked = "accounts_installation" in tables and is_sample_database()
        if not is_marked and not (standing and not standing.is_complete and self._is_empty(tables)):
            raise CommandError("This database was not made by demo, so demo does not touch it. Choose another one.")
        if standing is not None and standing.is_running and standing.process != os.getpid():
            raise CommandError(f"This sample is being loaded by another process ({standing.process}).")
        if not reset and standing is not None and standing.is_complete:
            return True
        self._throw_away()
        return False

    def _is_empty(self, tables: list[str]) -> bool:
        """Nobody is in it: demo was stopped while it made the tables, before it could mark the database."""
        return "accounts_user" not in tables or not User.objects.exists()

    def _throw_away(self) -> None:
        if connection.vendor == "sqlite":
            path = Path(connection.settings_dict["NAME"])
            connection.close()
            for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
                name.unlink(missing_ok=True)
        else:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
        shutil.rmtree(settings.TRIAGE_MODEL_DIR, ignore_errors=True)

    # — loading —

    def _begin(self, *, count: int) -> Callable[[], None]:
        """The beginning is loaded; returns what loads the rest."""
        from sample.loading import whole  # with all texts of the sample, which a later start need not read

        self.stdout.write("Making the sample platform 正在准备样例平台 …")
        progress.tell(0)
        with self._unhurried():
            make_tables()
            made = Loaded(clock.now())
            mark_sample(actor=CONSOLE, now=made.now)
            whole.load_beginning(made, progress=self._show)

        reacted = time.monotonic()

        def go_on(what: str, step: int, of: int) -> None:
            nonlocal reacted
            self._show_rest(what, step, of)
            if time.monotonic() > reacted + REACT_EVERY:
                react_to_visitors(since=made.now)
                reacted = time.monotonic()

        def rest() -> None:
            with self._unhurried():
                whole.load_rest(made, count=count, progress=go_on)
            progress.tell(progress.COMPLETE)

        return rest

    @contextmanager
    def _unhurried(self) -> Iterator[None]:
        """What is written is on disk at the end, not at each of the thousands of steps: a half sample is made anew.

        No task is queued for each reaction: the loader carries out most of them, and the worker sweeps up the others.
        """
        queues, settings.CASEWORK_QUEUE_DELIVERIES = settings.CASEWORK_QUEUE_DELIVERIES, False
        self._pragma("synchronous=OFF")
        try:
            yield
        finally:
            settings.CASEWORK_QUEUE_DELIVERIES = queues
            self._pragma("synchronous=FULL")
        self._pragma("wal_checkpoint(PASSIVE)")

    def _pragma(self, pragma: str) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA {pragma}")

    def _describe(self, path: Path) -> None:
        content = described(base_url=self.base_url, database=connection.vendor, now=clock.now())
        path.touch(mode=0o600)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")

    # — serving —

    def _serve(self, options: dict[str, Any], *, rest: Callable[[], None] | None) -> None:
        """Pages are served; where there is a rest, it is loaded meanwhile, and the worker begins after it.

        A worker beside the loader would carry out a past deadline before the act that was in time.
        """
        where = {"host": options["host"], "port": options["port"]}
        if rest is None:
            call_command("serve", **where)
            return
        stop = threading.Event()

        def load_then_work() -> None:
            try:
                rest()
            except Exception:
                logger.exception("the sample was not loaded to its end; the next start makes it anew")
                progress.tell(0, process=progress.STOPPED)
                return
            self._line(f"Everything is loaded 全部载入 · {self.base_url}/sample/", is_last=True)
            listen(**where)
            worker.run(stop)

        threading.Thread(target=load_then_work, name="sample", daemon=True).start()
        try:
            call_command("serve", no_worker=True, **where)
        finally:
            stop.set()

    # — the terminal —

    def _show(self, what: str, step: int, of: int) -> None:
        bar = "█" * (30 * step // max(of, 1))
        if sys.stderr.isatty():
            self._line(f"{LABELS[what]:<28} {bar:<30} {step}/{of} ", is_last=step == of)
        elif step == of:
            self._line(f"{LABELS[what]} {step}/{of}", is_last=True)

    def _show_rest(self, what: str, step: int, of: int) -> None:
        first, last = SHARES[what]
        percent = first + (last - first) * step // max(of, 1)
        standing = progress.told()
        if standing is not None and standing.percent == percent:
            return
        progress.tell(percent)
        if sys.stderr.isatty():
            self._line(f"Loading the rest 正在载入其余样例 {percent} % · {LABELS[what]}", is_last=False)

    def _line(self, text: str, *, is_last: bool) -> None:
        """On a terminal the line before is written over, until it is the last of its kind."""
        start = "\r\033[K" if sys.stderr.isatty() else ""
        self.stderr.write(start + text, style_func=str, ending="\n" if is_last else "")
        self.stderr.flush()

    def _welcome(self) -> None:
        self.stdout.write("")
        for plan in sample_actors():
            self.stdout.write(f"  {plan.actor:<22} {plan.username:<16} {plan.role}")
        self.stdout.write(f"Password of every sample user 样例用户密码: {password()}")
        self.stdout.write(f"\n{self.base_url}/  ← open this 请打开")
        self.stdout.write(f"One-click sign-in 一键登录: {self.base_url}/sample/")
