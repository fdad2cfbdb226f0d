"""`manage.py load_notices FILE --client REF`: notices from a file, one body as for `POST /api/v1/notices` a line."""

import json
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import ApiClient
from accounts.queries import actor_of_client
from casework import clock
from casework.actor import Actor, Via
from casework.errors import CaseError, Invalid, require
from casework.text import MAX_BODY, TextRefused, parse_json_strict
from notices.inputs import issue_rows
from notices.policies import may_issue_notices


class Command(BaseCommand):
    help = (
        "Issue notices from a file of JSON Lines for an API client, checked as over REST, some hundred in a "
        "transaction. Lines that are refused are written to a file beside it, with the reasons. When it is broken off, "
        "run it again: it goes on where it was, and a notice that exists is not issued twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="one notice a line, as the body of POST /api/v1/notices")
        parser.add_argument("--client", required=True, metavar="REF", help="for whom they are issued, such as cli_…")
        parser.add_argument("--rejects", type=Path, help="where refused lines go; by default FILE.rejects")
        parser.add_argument("--batch", type=int, default=settings.NOTICE_BATCH_LIMIT, help="lines in one transaction")
        parser.add_argument("--afresh", action="store_true", help="begin with the first line, whatever was done before")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["file"]
        client = ApiClient.objects.filter(ref=options["client"], is_active=True).first()
        if client is None:
            raise CommandError(f"there is no active API client {options['client']}")
        if not source.is_file():
            raise CommandError(f"there is no file {source}")
        if not 1 <= options["batch"] <= settings.NOTICE_BATCH_LIMIT:
            raise CommandError(f"--batch is a number from 1 to {settings.NOTICE_BATCH_LIMIT}")
        actor = actor_of_client(client, via=Via.CONSOLE)
        try:
            require(may_issue_notices(actor))
        except CaseError:
            raise CommandError(f"{client.ref} lacks the scope notices:write") from None
        load = _Load(source, options["rejects"] or source.with_name(f"{source.name}.rejects"), actor)
        if not options["afresh"]:
            load.go_on()
        load.run(options["batch"], tell=self._tell)
        self.stdout.write(load.summary())

    def _tell(self, text: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{text}", ending="")
        else:
            self.stderr.write(text)


class _Load:
    """One file on its way in. How far it is stands in a file beside it, written after each committed transaction."""

    def __init__(self, source: Path, rejects: Path, actor: Actor) -> None:
        self.source, self.rejects, self.actor = source, rejects, actor
        self.mark = source.with_name(f"{source.name}.position")
        self.at = {"offset": 0, "line": 0, "rejects": 0, "issued": 0, "existed": 0, "refused": 0}

    def go_on(self) -> None:
        """Takes up what an earlier run left."""
        if self.mark.is_file():
            found = json.loads(self.mark.read_text())
            if found["offset"] > self.source.stat().st_size:
                raise CommandError(f"{self.source} is shorter than what was loaded of it; begin --afresh")
            self.at = found

    def run(self, batch: int, *, tell: Any) -> None:
        started, before, size = time.monotonic(), self.at["line"], self.source.stat().st_size
        self.rejects.touch()
        with self.source.open("rb") as lines, self.rejects.open("r+b") as rejects:
            lines.seek(self.at["offset"])
            rejects.truncate(self.at["rejects"])  # a run that was killed may have written more than it committed
            rejects.seek(self.at["rejects"])
            while raw := [line for _no in range(batch) if (line := lines.readline(MAX_BODY + 2))]:
                self._batch(raw, rejects)
                self.at |= {"offset": lines.tell(), "line": self.at["line"] + len(raw), "rejects": rejects.tell()}
                self._keep()
                rate = (self.at["line"] - before) / (time.monotonic() - started)
                tell(f"{self.at['offset'] / size:.0%}: {self.summary()}, {rate:,.0f} lines a second")
        self.mark.unlink(missing_ok=True)

    def summary(self) -> str:
        return "{line:,} lines: {issued:,} issued, {existed:,} existed, {refused:,} refused".format(**self.at)

    def _batch(self, raw: list[bytes], rejects: BinaryIO) -> None:
        rows: dict[int, Any] = {}
        refused: dict[int, CaseError] = {}
        for place, line in enumerate(raw):
            if line.strip():
                try:
                    rows[place] = parse_json_strict(line)
                except TextRefused as error:
                    refused[place] = Invalid.field(error.pointer, error.code, error.message)
        for place, row in zip(rows, issue_rows(list(rows.values()), actor=self.actor, now=clock.now()), strict=True):
            if row.refusal is not None:
                refused[place] = row.refusal
            else:
                self.at["existed" if row.existed else "issued"] += 1
        self.at["refused"] += len(refused)
        for place, refusal in sorted(refused.items()):
            said = {
                "line": self.at["line"] + place + 1,
                "code": refusal.code,
                "errors": [{"pointer": e.pointer, "code": e.code, "message": str(e.message)} for e in refusal.errors],
                "text": raw[place].decode("utf-8", "replace").strip(),
            }
            rejects.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
        rejects.flush()

    def _keep(self) -> None:
        """Replaces the mark whole: a run that is killed finds this one or the one before."""
        fresh = self.mark.with_name(f"{self.mark.name}.new")
        fresh.write_text(json.dumps(self.at))
        fresh.replace(self.mark)
