"""Lists come from a replica that streams from the primary: old by seconds, never older than what their reader wrote."""

import os
import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from django.db import connection

from operations.replica import MOST_BEHIND, REST
from surfaces.api.pagination import SYNC_OVERLAP
from tests.faults.test_kill import PATIENCE, Postgres, Site, free_port

pytestmark = [pytest.mark.exhaustive, pytest.mark.database]
METRICS_TOKEN = "of-this-test-and-no-other"


class Standby(Postgres):
    """A copy of the primary that replays what that writes."""

    def __init__(self, primary: Postgres, folder: Path) -> None:
        self.programs, self.port, self.data, self.serving = primary.programs, free_port(), folder / "data", None
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        source = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres"]
        self._do("pg_basebackup", *source, "-D", str(self.data), "-R", "--checkpoint=fast")

    def replays(self, *, on: bool) -> None:
        with psycopg.connect(self.url, autocommit=True) as there:
            there.execute("SELECT pg_wal_replay_resume()" if on else "SELECT pg_wal_replay_pause()")


class Reader:
    """Somebody with a token, and where their lists were read."""

    def __init__(self, site: Site, token: str) -> None:
        self.url, self.headers = site.url, {"Authorization": f"Bearer {token}"}

    def appeals(self) -> tuple[list[str], str]:
        """The refs of the list, and which of the two was read for it."""
        before = self.reads()
        answer = httpx.get(f"{self.url}/api/v1/appeals", headers=self.headers, timeout=30)
        assert answer.status_code == 200, answer.text
        [source] = {name for name, n in self.reads().items() if n != before[name]}
        return [row["ref"] for row in answer.json()["items"]], source

    def appeal(self, notice: str) -> str:
        answer = httpx.post(
            f"{self.url}/api/v1/notices/{notice}/appeals",
            json={"ground": "facts_wrong", "statement": "事实不对。"},
            headers=self.headers | {"Idempotency-Key": str(uuid.uuid4())},
            timeout=30,
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["ref"])

    def reads(self) -> dict[str, float]:
        told = httpx.get(f"{self.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}, timeout=30).text
        found = dict(re.findall(r'appeals_replica_reads_total{source="(\w+)"} (\S+)', told))
        return {name: float(found.get(name, 0)) for name in ("replica", "primary")}


@pytest.fixture
def folders() -> Iterator[list[Path]]:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        yield [Path(one), Path(other)]


def until_read_from(reader: Reader, source: str) -> list[str]:
    """What the list says once it is read there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        rows, read = reader.appeals()
        if read == source:
            return rows
        time.sleep(0.2)
    raise AssertionError(f"lists are not read from the {source}")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no replicas")
@pytest.mark.skipif(
    not (shutil.which("redis-server") or shutil.which("valkey-server")), reason="neither Redis nor Valkey is installed"
)
def test_lists_come_from_a_replica_and_hold_what_their_reader_wrote(tmp_path, folders):
    primary = Postgres(folders[0])
    site = Site(tmp_path, primary)
    site.env["METRICS_TOKEN"] = METRICS_TOKEN
    standby = None
    try:
        for who in ("postgresql", "redis"):
            site.start(who)
        seeded = site.run("fill", "3")
        standby = Standby(primary, folders[1])
        standby.start()
        site.env["DATABASE_REPLICA_URL"] = standby.url
        for who in ("server", "worker"):
            site.start(who)
        site.wait_until_it_answers()
        alice, colleague = (Reader(site, seeded[name]) for name in ("token", "colleague"))
        first = alice.appeal(seeded["notices"][0])
        assert [until_read_from(who, "replica") for who in (alice, colleague)] == [[first]] * 2

        standby.replays(on=False)
        filed = alice.appeal(seeded["notices"][1])
        assert alice.appeals() == ([filed, first], "primary")
        assert colleague.appeals() == ([first], "replica")
        assert until_read_from(colleague, "primary") == [filed, first]  # it is too far behind for anybody

        standby.replays(on=True)
        assert [until_read_from(who, "replica") for who in (alice, colleague)] == [[filed, first]] * 2

        assert standby.serving
        standby.serving.kill()
        standby.serving.wait()
        every = [alice.appeal(seeded["notices"][2]), filed, first]
        assert [who.appeals() for who in (alice, colleague)] == [(every, "primary")] * 2
        time.sleep(REST)
        assert colleague.appeals() == (every, "primary")
        standby.start()
        assert until_read_from(colleague, "replica") == every
    finally:
        site.close()
        if standby is not None and standby.serving is not None:
            standby.serving.kill()
            standby.serving.wait()


def test_who_synchronises_by_time_of_change_misses_nothing_that_a_replica_does_not_have_yet():
    assert SYNC_OVERLAP.total_seconds() >= 5 * MOST_BEHIND
