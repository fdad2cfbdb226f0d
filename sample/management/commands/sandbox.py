"""`manage.py sandbox`: an installation for those who try the API out, on a database that this command made."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from accounts import commands as accounts
from accounts.queries import is_sandbox_database
from casework import clock
from operations.tables import make_tables
from sample import progress
from sample.content.people import PLATFORM_SCOPES
from sample.loading.base import CONSOLE, Loaded
from sample.loading.executors import load_executors
from sample.loading.model import load_model
from sample.loading.people import load_people
from sample.loading.rules import load_rules
from sample.management.commands import demo


class Command(demo.Command):
    help = "Make a sandbox, whose clock can be moved and in which nothing is real, and serve it. Needs SANDBOX=1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--reset", action="store_true", help="throw everything away and make it anew")
        parser.add_argument("--no-serve", action="store_true", help="make it, serve nothing")
        parser.add_argument("--client", metavar="NAME", help="another API client, whose token is printed this once")
        parser.add_argument("--json", metavar="FILE", help="write the people, their password and new tokens to FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("Set SANDBOX=1: database, files and keys are then a sandbox's (./run sandbox).")
        if not options["no_serve"]:
            demo.refuse_a_taken_port(options["host"], options["port"])
        here = f"http://{options['host']}:{options['port']}"
        self.base_url = settings.PUBLIC_URL if settings.IS_DEPLOYED else here
        if self._is_made(reset=options["reset"]):
            call_command("migrate", verbosity=0)
        else:
            self._make()
        if options["json"]:
            self._describe(Path(options["json"]))
        if options["client"]:
            self._add_client(options["client"])
        self.stdout.write(f"Sandbox 沙箱: {self.base_url}/ · {self.base_url}/api/v1/docs/")
        if not options["no_serve"]:
            call_command("serve", host=options["host"], port=options["port"])

    def _is_made(self, *, reset: bool) -> bool:
        """Whether a whole sandbox is there. Raises `CommandError` where the database is anything else."""
        tables, standing = connection.introspection.table_names(), progress.told()
        if not tables:
            return False
        if "accounts_installation" not in tables or not is_sandbox_database():
            raise CommandError("This database is no sandbox, so it is not touched. Give the sandbox another one.")
        if not reset and standing is not None and standing.is_complete:
            return True
        self._throw_away()
        return False

    def _make(self) -> None:
        self.stdout.write("Making the sandbox 正在准备沙箱 …")
        progress.tell(0)
        with self._unhurried():
            make_tables()
            made = Loaded(clock.now())
            accounts.mark_sandbox(actor=CONSOLE, now=made.now)
            for load in (load_people, load_rules, load_model, load_executors):
                load(made, progress=self._show)
        progress.tell(progress.COMPLETE)

    def _add_client(self, name: str) -> None:
        scopes = [*PLATFORM_SCOPES, "appeals:read", "figures:read", "parties:read"]
        client = accounts.create_client(actor=CONSOLE, name=name, scopes=scopes, now=clock.now())
        token, _row = accounts.issue_token(actor=CONSOLE, client=client, label="sandbox", now=clock.now())
        self.stdout.write(f"{name}: {token}")
