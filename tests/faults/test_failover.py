"""The primary dies and its standby is promoted: with both in `DATABASE_URL` the program goes on, and says when not.

The address is the one that docs/operations.md gives (`FORM`).
"""

import shutil
import tempfile
import time
from pathlib import Path

import httpx
import psycopg
import pytest
from django.db import connection

from tests.faults.test_kill import PATIENCE, ROOT, Postgres, Site
from tests.faults.test_replica import Reader, Standby

pytestmark = [pytest.mark.exhaustive, pytest.mark.database]
FORM = "postgres://{user}@{first},{second}/{name}?target_session_attrs=read-write&connect_timeout=2"


def test_the_form_of_the_address_is_the_documented_one() -> None:
    written = FORM.format(user="user:word", first="first:5432", second="second:5432", name="name")
    assert written in (ROOT / "docs/operations.md").read_text()


def readiness(site: Site) -> tuple[int, dict[str, bool]]:
    answer = httpx.get(f"{site.url}/readyz", timeout=5)
    return answer.status_code, answer.json()["checks"]


def until_ready(site: Site, *, is_ready: bool) -> dict[str, bool]:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        status, checks = readiness(site)
        if (status == 200) is is_ready:
            return checks
        time.sleep(0.2)
    raise AssertionError(f"/readyz does not say {is_ready}: {checks}")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no standbys")
@pytest.mark.skipif(
    not (shutil.which("redis-server") or shutil.which("valkey-server")), reason="neither Redis nor Valkey is installed"
)
def test_the_program_goes_on_at_the_standby_that_was_promoted(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        primary = Postgres(Path(one))
        site, standby = Site(tmp_path, primary), None
        try:
            for who in ("postgresql", "redis"):
                site.start(who)
            seeded = site.run("fill", "2")
            standby = Standby(primary, Path(other))
            standby.start()
            first, second = (f"127.0.0.1:{each.port}" for each in (primary, standby))
            site.env["DATABASE_URL"] = FORM.format(user="postgres", first=first, second=second, name="postgres")
            for who in ("server", "worker"):
                site.start(who)
            site.wait_until_it_answers()
            until_ready(site, is_ready=True)
            alice = Reader(site, seeded["token"])
            filed = alice.appeal(seeded["notices"][0])
            with psycopg.connect(standby.url, autocommit=True) as there:
                until = time.monotonic() + PATIENCE
                while there.execute("SELECT count(*) FROM appeals_appeal WHERE ref = %s", [filed]).fetchone() == (0,):
                    assert time.monotonic() < until, "the standby does not stream"
                    time.sleep(0.1)

                site.kill("postgresql")
                checks = until_ready(site, is_ready=False)  # what can only be read is not ready, either
                assert (checks["writing"], httpx.get(f"{site.url}/healthz", timeout=5).status_code) == (False, 200)
                there.execute("SELECT pg_promote()")

            until_ready(site, is_ready=True)
            again = alice.appeal(seeded["notices"][1])
            answer = httpx.get(f"{site.url}/api/v1/appeals", headers=alice.headers, timeout=30).json()
            assert {row["ref"] for row in answer["items"]} == {filed, again}
        finally:
            site.close()
            if standby is not None and standby.serving is not None:
                standby.serving.kill()
                standby.serving.wait()
