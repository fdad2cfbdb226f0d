"""How fast notices and appeals are taken in over HTTP: ours, the limit (COPY; pgbench), and the obvious build (DRF).

Run as `.venv/bin/python bench/ingest_notices.py [--batches N] [--singles N] [--rounds N]` with `DATABASE_URL` on
PostgreSQL. Each build has two web processes of its own on one database, ours one by itself as well, and the same two
(batches of 100) or sixteen (single notices; appeals, each against a notice of its own) clients. The limit of a batch is
COPY of the very same rows into the same seven tables by two clients, ready-made; the limit of a single one is `pgbench`
with three INSERTs in a transaction, sixteen clients.
"""

import argparse
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scratch import ROOT, database, spread

PROCESSES = 2
HERE = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=20, help="of 100, in each round")
    parser.add_argument("--singles", type=int, default=400, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with database() as vendor:
        if vendor != "postgresql":
            sys.exit("the limits are PostgreSQL's: name one in DATABASE_URL")
        measure(asked.batches, asked.singles, asked.rounds)


type Made = Callable[[int], tuple[str, dict[str, str], bytes]]
"""Path, headers and body of the next request, for so many rows."""


class Site:
    """Web processes on the benchmark's database, at addresses of their own."""

    def __init__(self, urls: str, processes: int = PROCESSES) -> None:
        from django.db import connection

        there = connection.settings_dict
        url = f"postgres://{there['USER']}:{there['PASSWORD']}@{there['HOST']}:{there['PORT']}/{there['NAME']}"
        self.ports = [free_port() for _process in range(processes)]
        code = (
            "import django, sys, uvicorn; django.setup(); from django.conf import settings;"
            f"settings.ROOT_URLCONF = '{urls}'; settings.ALLOWED_HOSTS = ['127.0.0.1'];"
            "uvicorn.run('config.asgi:application', port=int(sys.argv[1]), log_level='error', lifespan='off')"
        )
        env = {
            **os.environ,
            "DATABASE_URL": url.replace(":@", "@"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "API_RATE_ANONYMOUS": "1000000",
            "API_RATE_CLIENT_WRITES": "1000000",
            "API_RATE_PERSON_WRITES": "1000000",
            "LOG_LEVEL": "ERROR",
            "PYTHONPATH": f"{ROOT}:{HERE}",
        }
        self.running = [subprocess.Popen([sys.executable, "-c", code, str(port)], env=env) for port in self.ports]
        for port in self.ports:
            until = time.monotonic() + 60
            while time.monotonic() < until:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)

    def close(self) -> None:
        for process in self.running:
            process.terminate()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def measure(batches: int, singles: int, rounds: int) -> None:
    from accounts import commands as accounts
    from accounts.models import User
    from tests import factories as make
    from tests.conftest import build_world

    now = datetime.now(UTC) - timedelta(minutes=1)
    world = build_world(now)
    token, _row = accounts.issue_token(actor=make.CONSOLE, client=world.client, now=now)
    alice = User.objects.get(pk=world.alice.user_id)
    person, _row = accounts.issue_token(actor=make.CONSOLE, user=alice, now=now)
    ours, alone, plain = Site("config.urls"), Site("config.urls", processes=1), Site("plain_drf")
    try:
        bodies = Bodies(world, token, person)
        builds: dict[str, Callable[[], tuple[float, list[float]]]] = {
            "batch: the limit, COPY": lambda: copied(bodies, batches),
            "batch: ours": lambda: posted(ours, bodies.ours, batches, clients=2, size=100),
            "batch: plain DRF": lambda: posted(plain, bodies.plain, max(2, batches // 10), clients=2, size=100),
            "single: the limit, pgbench": pgbench,
            "single: ours": lambda: posted(ours, bodies.ours, singles, clients=16, size=1),
            "single: ours, one process": lambda: posted(alone, bodies.ours, singles, clients=16, size=1),
            "single: plain DRF": lambda: posted(plain, bodies.plain, singles // 2, clients=16, size=1),
            "appeal: the limit, pgbench": pgbench,
            "appeal: ours": lambda: posted(ours, bodies.appeals(singles), singles, clients=16, size=1),
            "appeal: plain DRF": lambda: posted(
                plain, bodies.plain_appeals(singles // 2), singles // 2, clients=16, size=1
            ),
        }
        for site, made in ((ours, bodies.ours), (alone, bodies.ours), (plain, bodies.plain)):
            posted(site, made, 8, clients=2, size=1)
        rates: dict[str, list[float]] = {name: [] for name in builds}
        waits: dict[str, list[float]] = {name: [] for name in builds}
        for _round in range(rounds):
            for name, build in builds.items():
                rate, waited = build()
                rates[name].append(rate)
                waits[name] += waited
    finally:
        for site in (ours, alone, plain):
            site.close()
    print(f"{batches} batches of 100 and {singles} single notices a round, {rounds} rounds; notices a second")
    for name, values in rates.items():
        waited = sorted(waits[name])
        spent = f"p50 {at(waited, 0.5):.0f} ms, p99 {at(waited, 0.99):.0f} ms" if waited else ""
        print(f"  {name:<28}{spread(values)}   {spent}")
    for kind in ("batch", "single", "appeal"):
        found = {name.removeprefix(f"{kind}: "): statistics.median(v) for name, v in rates.items() if kind in name}
        limit = next(value for name, value in found.items() if "limit" in name)
        ours = found["ours"]
        print(f"  {kind}: ours / the limit {ours / limit:.3f}, ours / plain DRF {ours / found['plain DRF']:.1f}")
        if one := found.get("ours, one process"):
            print(f"  {kind}: two web processes / one {ours / one:.2f}")


def at(values: list[float], share: float) -> float:
    return 1000 * values[min(len(values) - 1, int(share * len(values)))]


class Bodies:
    """Requests of each build: what is said in them is the same."""

    def __init__(self, world: Any, token: str, person: str) -> None:
        from notices.inputs import IssueNoticeInput
        from notices.models import Basis
        from tests import factories as make

        self.world, self.token, self.person, self.number = world, token, person, make.number
        example = dict(IssueNoticeInput.example)
        self.body = example | {
            "party": world.merchant.ref,
            "facts": example["facts"] * 4,
            "reasons": example["reasons"] * 4,
            "measures": [example["measures"][0] | {"type": "delist"}],
            "basis": [{"kind": "CLAUSE", "rule": world.rule, "clause": "8"}],
            "decision": example["decision"] | {"officer": world.otto.code},
        }
        first = make.draft(world.merchant, world.rule, now=world.now, officer=world.otto.code)
        self.first = make.issue(world.platform, first, now=world.now)
        self.basis = Basis.objects.get(notice=self.first)

    def ours(self, size: int) -> tuple[str, dict[str, str], bytes]:
        rows = [self.body | {"external_ref": f"bench-{self.number()}"} for _row in range(size)]
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid.uuid4())}
        if size == 1:
            return "/api/v1/notices", headers, json.dumps(rows[0]).encode()
        return "/api/v1/notices/batch", headers, json.dumps({"notices": rows}).encode()

    def plain(self, size: int) -> tuple[str, dict[str, str], bytes]:
        said = self.body
        row = {
            "client": self.world.client.pk, "party": self.world.merchant.pk, "facts": said["facts"],
            "reasons": said["reasons"], "conduct_at": said["conduct_at"], "decided_at": said["conduct_at"],
            "breach_kind": "RULE", "detection_source": "MACHINE", "detection_tool": "keyword-scan 3.2",
            "decision_tool": "keyword-scan 3.2", "decided_by": self.world.otto.user_id, "evidence_was_opened": True,
            "text_hash": "0" * 64, "measures": said["measures"],
            "bases": [{"kind": "CLAUSE", "clause": self.basis.clause_id, "name_zh": self.basis.name_zh,
                       "clause_number": "8", "text_zh": self.basis.text_zh, "text_hash": self.basis.text_hash}],
            "exhibits": [e | {"sha256": "0" * 64} for e in said["evidence"]],
        }  # fmt: skip
        rows = [row | {"external_ref": f"bench-{self.number()}"} for _row in range(size)]
        return "/plain/notices", {}, json.dumps(rows[0] if size == 1 else rows).encode()

    def notices(self, count: int) -> list[Any]:
        """So many notices, to be appealed against."""
        from notices import commands as notices
        from tests import factories as make

        world, code = self.world, self.world.otto.code
        found: list[Any] = []
        while len(found) < count:
            size = min(100, count - len(found))
            drafts = [make.draft(world.merchant, world.rule, now=world.now, officer=code) for _row in range(size)]
            issued = notices.issue_notices(actor=world.platform, drafts=drafts, now=world.now)
            found += [row.notice for row in issued]
        return found

    def appeals(self, count: int) -> Made:
        from appeals.inputs import FileAppealInput

        waiting, body = self.notices(count), json.dumps(dict(FileAppealInput.example)).encode()

        def made(_size: int) -> tuple[str, dict[str, str], bytes]:
            headers = {"Authorization": f"Bearer {self.person}", "Idempotency-Key": str(uuid.uuid4())}
            return f"/api/v1/notices/{waiting.pop().ref}/appeals", headers, body

        return made

    def plain_appeals(self, count: int) -> Made:
        from appeals.inputs import FileAppealInput

        waiting, said = self.notices(count), FileAppealInput.example

        def made(_size: int) -> tuple[str, dict[str, str], bytes]:
            notice = waiting.pop()
            row = {
                "notice": notice.pk, "filed_by": self.world.alice.user_id, "ground": said["ground"],
                "statement": said["statement"],
                "items": [{"measure": m.pk, "ground": said["ground"]} for m in notice.measures.all()],
            }  # fmt: skip
            return "/plain/appeals", {}, json.dumps(row).encode()

        return made


def posted(site: Site, made: Made, count: int, *, clients: int, size: int) -> tuple[float, list[float]]:
    """So many requests by so many clients at once: notices a second, and how long each request took."""
    waiting = [made(size) for _request in range(count)]
    waited: list[float] = []
    failed: list[str] = []

    def work(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", site.ports[number % len(site.ports)])
        while waiting:
            try:
                path, headers, body = waiting.pop()
            except IndexError:
                break
            began = time.perf_counter()
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            said = answer.read()
            waited.append(time.perf_counter() - began)
            if answer.status not in (200, 201) or b'"status":4' in said:
                failed.append(said[:500].decode())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    if failed:
        raise RuntimeError(f"{len(failed)} of {count} requests failed: {failed[0]}")
    return count * size / spent, waited


def copied(bodies: Bodies, batches: int) -> tuple[float, list[float]]:
    """The rows of so many batches, ready-made, by COPY in transactions of 100 notices, two clients."""
    import psycopg
    from django.db import connection

    templates = templates_of(bodies.first)
    ready = [[ready_made(templates, bodies.number()) for _notice in range(100)] for _batch in range(batches)]
    there = connection.settings_dict
    where = {"host": there["HOST"], "port": there["PORT"], "user": there["USER"], "dbname": there["NAME"]}

    def work() -> None:
        with psycopg.connect(**where, password=there["PASSWORD"] or None) as client:
            while ready:
                try:
                    batch = ready.pop()
                except IndexError:
                    break
                with client.cursor() as cursor:
                    for place, (table, columns, _values) in enumerate(templates):
                        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                            for notice in batch:
                                for row in notice[place]:
                                    copy.write_row(row)
                client.commit()

    threads = [threading.Thread(target=work) for _client in range(2)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return batches * 100 / (time.perf_counter() - began), []


def templates_of(notice: Any) -> list[tuple[str, list[str], list[dict[str, Any]]]]:
    """The rows that one notice of ours left behind, to be written again."""
    from django.db import connection

    from casework.models import Deadline, Event, OutboxMessage
    from notices.models import Basis, Exhibit, Measure, Notice

    event = Event.objects.get(case_kind="notice", case_id=notice.pk)
    of_notice = {"notice_id": notice.pk}
    parts: list[tuple[Any, dict[str, Any]]] = [
        (Notice, {"pk": notice.pk}), (Measure, of_notice), (Basis, of_notice), (Exhibit, of_notice),
        (Event, {"pk": event.pk}), (Deadline, {"case_kind": "notice", "case_id": notice.pk}),
        (OutboxMessage, {"event_id": event.pk}),
    ]  # fmt: skip
    found = []
    for model, where in parts:
        fields = [f for f in model._meta.concrete_fields if not f.generated]
        values = [
            {f.column: f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields}
            for row in model._default_manager.filter(**where)
        ]
        found.append((model._meta.db_table, [f.column for f in fields], values))
    return found


def ready_made(templates: list[Any], number: int) -> list[list[list[Any]]]:
    own, following = 10_000_000 + number, 10_000_000 + number * 10
    made = []
    for table, columns, values in templates:
        rows = []
        for place, row in enumerate(values):
            copy = dict(row)
            copy["id"] = own if table in ("notices_notice", "casework_event") else following + place
            for column in ("notice_id", "case_id", "event_id"):
                if column in copy:
                    copy[column] = own
            for column in ("ref", "number", "external_ref", "case_ref"):
                if column in copy and table in ("notices_notice", "casework_event"):
                    copy[column] = f"{column}-{number}"
            rows.append([copy[column] for column in columns])
        made.append(rows)
    return made


def pgbench() -> tuple[float, list[float]]:
    """Transactions a second of three INSERTs into tables with one key each, sixteen clients."""
    from django.db import connection

    there = connection.settings_dict
    tables = [f"bench_{no}" for no in range(3)]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} (id bigserial PRIMARY KEY, said text, at timestamptz)")
    script = HERE / ".three_inserts.sql"
    inserts = "".join(f"INSERT INTO {table} (said, at) VALUES (repeat('字', 200), now());\n" for table in tables)
    script.write_text(f"BEGIN;\n{inserts}COMMIT;\n")
    try:
        done = subprocess.run(
            [shutil.which("pgbench") or "pgbench", "-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", "5",
             "-h", there["HOST"], "-p", str(there["PORT"]), "-U", there["USER"], "-f", str(script), there["NAME"]],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    finally:
        script.unlink()
    return float(next(line for line in done.stdout.splitlines() if line.startswith("tps")).split()[2]), []


if __name__ == "__main__":
    sys.exit(main())
