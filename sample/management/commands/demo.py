"""`manage.py demo`: everything a newcomer needs, on a database that this command made."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from accounts.commands import mark_sample
from accounts.queries import is_sample_database
from casework import clock
from sample.loading import CONSOLE, described, load, load_model_late, sample_actors

LABELS = {
    "people": "people 人员",
    "rules": "rules 规则",
    "model": "triage model 分诊模型",
    "notices": "notices and appeals 通知与申诉",
    "executors": "executors 受托执行方",
    "disputes": "disputes 争议",
}


class Command(BaseCommand):
    help = "Load the sample platform into a fresh database, train its triage model, and serve it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--reset", action="store_true", help="throw the sample database away and make it anew")
        parser.add_argument("--no-serve", action="store_true", help="load only")
        parser.add_argument("--json", metavar="FILE", help="write the sample users, passwords and tokens to FILE")
        parser.add_argument("--count", type=int, default=200, help="how many notices (default 200)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_DEPLOYED:
            raise CommandError("demo is for this machine only; PUBLIC_URL says that this is a deployment")
        base_url = f"http://{options['host']}:{options['port']}"
        state = self._state()
        if state == "real":
            raise CommandError("This database was not made by demo, so demo does not touch it. Choose another one.")
        if state == "sample" and (options["reset"] or options["json"] or not self._is_complete()):
            # Passwords and tokens are kept only as hashes: to write them down, they have to be made anew.
            self._throw_away()
            state = "empty"
        if state == "empty":
            self._make(base_url, options)
        else:
            call_command("migrate", verbosity=0)
            load_model_late(now=clock.now(), progress=self._progress)
        self._welcome(base_url)
        if not options["no_serve"]:
            call_command("serve", host=options["host"], port=options["port"])

    def _state(self) -> str:
        """`empty`, `sample` or `real`."""
        tables = connection.introspection.table_names()
        if not tables:
            return "empty"
        if "accounts_installation" not in tables:
            return "real"
        return "sample" if is_sample_database() else "real"

    def _is_complete(self) -> bool:
        return (self._marker()).exists()

    def _marker(self) -> Path:
        return Path(settings.TRIAGE_MODEL_DIR) / "sample-loaded"

    def _throw_away(self) -> None:
        self._marker().unlink(missing_ok=True)
        if connection.vendor == "sqlite":
            path = Path(connection.settings_dict["NAME"])
            connection.close()
            for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
                name.unlink(missing_ok=True)
        else:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
        shutil.rmtree(settings.TRIAGE_MODEL_DIR, ignore_errors=True)

    def _make(self, base_url: str, options: dict[str, Any]) -> None:
        self.stdout.write("Making the sample platform 正在准备样例平台 …")
        with self._unhurried_disk():
            call_command("migrate", verbosity=0)
            now = clock.now()
            mark_sample(actor=CONSOLE, now=now)
            made = load(now=now, count=options["count"], progress=self._progress)
        self._marker().parent.mkdir(parents=True, exist_ok=True)
        self._marker().write_text("complete\n")
        if options["json"]:
            content = described(made, base_url=base_url, database=connection.vendor)
            path = Path(options["json"])
            path.touch(mode=0o600)
            path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
        self.stdout.write(f"\nPassword of every sample user 样例用户密码: {made.password}")

    @contextmanager
    def _unhurried_disk(self) -> Iterator[None]:
        """What is written is on disk at the end, not at each of the thousands of steps: a half sample is made anew."""
        if connection.vendor != "sqlite":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _progress(self, what: str, step: int, of: int) -> None:
        if not sys.stderr.isatty():
            if step == of:
                self.stderr.write(f"{LABELS[what]} {step}/{of}")
            return
        bar = "█" * (30 * step // max(of, 1))
        self.stderr.write(f"\r{LABELS[what]:<28} {bar:<30} {step}/{of} ", ending="\n" if step == of else "")
        self.stderr.flush()

    def _welcome(self, base_url: str) -> None:
        self.stdout.write(f"\n{base_url}/  ← open this 请打开\nOne-click sign-in 一键登录: {base_url}/sample/")
        for name, username, role in sample_actors():
            self.stdout.write(f"  {name:<22} {username:<16} {role}")
