"""Whether `verify` is silent about rows that nobody touched, and what that takes: `python bench/control.py [--rows N]`.

Makes cases by the product's own commands (notices by the batch; appeals and disputes in every state), closes windows,
makes checkpoints and their witness, and runs `manage.py verify --witness` in a process of its own until the tables that
it compares have so many rows. Beside it the bare read: every row of every table fetched by a cursor of the server and
looked at by nobody. Then one value of one row is altered past the triggers, which `verify` must say. A million rows
take some twenty minutes and two gigabytes: `--rows 1000000`. Without PostgreSQL in `DATABASE_URL` it starts one.
"""

import argparse
import itertools
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scratch import ROOT, database, seconds, server

APPEALS_EVERY = 4  # batches of 500 notices
DISPUTES = ("open", "answered", "escalated", "offered", "settled", "determined", "reviewing", "paused")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1, help="which row is altered at the end")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "SECRET_KEY": "made for one benchmark",
            "ATTACHMENT_ROOT": f"{folder}/sealed",
            "TRIAGE_MODEL_DIR": f"{folder}/no-model",
            "CHECKPOINT_WITNESS_FILE": f"{folder}/witness.jsonl",
        }
        with server(), database():
            sys.exit(measure(asked.rows, asked.seed))


def measure(wanted: int, seed: int) -> int:
    from django.db import connection

    took = seconds(lambda: fill(wanted))
    rows = counted()
    print(f"{sum(rows.values()):,} rows in {len(rows)} tables, made in {took:.0f} s: ", end="")
    print(", ".join(f"{name} {n:,}" for name, n in sorted(rows.items(), key=lambda one: -one[1])[:8]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    reads = [seconds(bare_read) for _ in range(2)]
    bare = min(reads)
    said, took, memory, failed = verified()
    print(f"bare read {bare:.1f} s; verify {took:.1f} s ({took / bare:.1f} times), {memory:.0f} MB at most: {said[-1]}")
    if failed:
        print("\n".join(said[:20]))
    where = alter_one(seed)
    found, took, _memory, _failed = verified()
    is_red = where.split()[0] in found[0]
    print(f"seed {seed}, altered {where}: {'found' if is_red else 'MISSED'}, {took:.1f} s: {found[0]}")
    return int(failed or not is_red)


def fill(wanted: int) -> None:
    import disputes.records
    from archive import checkpoints
    from casework import clock, deadlines, outbox
    from notices import commands as notices
    from tests import factories as make
    from tests.conftest import build_world
    from tests.surfaces import disputing
    from tests.surfaces.appealing import STAGES, appeal_in

    disputes.records.current = disputing.Marketplace
    start = datetime.now(UTC) - timedelta(days=400)
    world = build_world(start)
    disputing.prepare(world, now=start)
    stages = itertools.chain(["late"], itertools.cycle(sorted(STAGES.keys() - {"late"})))
    for turn in itertools.count():
        at = start + timedelta(minutes=turn)
        drafts = [
            make.draft(world.merchant, world.rule, now=at, measures=[make.measure(at, ends_at=None)])
            for _notice in range(500)
        ]
        if turn % APPEALS_EVERY == 0:  # the late one first: its notice is dated before any checkpoint
            appeal_in(replace(world, now=at), next(stages), now=at)  # whose notices are of the same moment
            disputing.dispute_in(world, DISPUTES[turn // APPEALS_EVERY % len(DISPUTES)], now=at)
        notices.issue_notices(actor=world.platform, drafts=drafts, now=at)
        checkpoints.make_if_due(now=at + timedelta(seconds=59))
        if turn % 20 == 0 and sum(counted().values()) * 1.15 >= wanted:
            break
    now = clock.now()
    half = wanted // 10
    while half > 0 and (done := deadlines.fire_due(now=now, limit=500)):
        half -= done
    for _sweep in range(20):
        outbox.sweep(now=now, limit=500)
    checkpoints.make_if_due(now=now + timedelta(minutes=1))


def counted() -> dict[str, int]:
    """How many rows has each table that `verify` reads."""
    from casework.cover import digested_models
    from casework.models import Event

    models = [Event, *(model for model, _cover in digested_models().values())]
    return {each._meta.db_table: each._base_manager.count() for each in models}


def bare_read() -> None:
    from django.db import connection, transaction

    for table in counted():
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            while cursor.fetchmany(2000):
                pass


def verified() -> tuple[list[str], float, float, bool]:
    """What `verify` says, how long it took, the most megabytes that a child of ours ever had, and whether it failed."""
    from django.db import connection

    there: dict[str, Any] = connection.settings_dict
    address = f"postgres://{there['USER']}@{there['HOST']}:{there['PORT']}/{there['NAME']}"
    order = [sys.executable, "manage.py", "verify", "--witness", os.environ["CHECKPOINT_WITNESS_FILE"]]
    began = time.perf_counter()
    done = subprocess.run(
        order, cwd=ROOT, env=os.environ | {"DATABASE_URL": address}, capture_output=True, text=True, check=False
    )
    took = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line]
    return lines or ["nothing was said"], took, memory, done.returncode != 0


def alter_one(seed: int) -> str:
    """A letter of what one notice says is another."""
    from django.db import connection, transaction

    from notices.models import Notice

    key = random.Random(seed).choice(Notice.objects.values_list("pk", flat=True)[:10_000])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE notices_notice SET facts = facts || '。' WHERE id = %s", [key])
    return f"{Notice.objects.get(pk=key).ref} facts"


if __name__ == "__main__":
    main()
