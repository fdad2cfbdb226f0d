"""How fast reviewers take the next case: ours, the limit (one SQL statement), and the obvious build.

Run as `.venv/bin/python bench/claim_queue.py [--waiting N] [--claims N] [--rounds N]`; `DATABASE_URL` names the server.
Ours writes a guarded transition with its event and hash; the limit only marks the row; the obvious build reads the
first row of an unindexed order and saves the model, and gives one case to two people. All three run in this process,
in turn, on the same rows.
"""

import argparse
import statistics
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from scratch import copy_notices, database, seconds, spread

MADE = 3_000
"""So many cases are made by the program; on PostgreSQL the others are copies of them."""
COPIED = {
    "appeals.Appeal": (
        "r.notice_id = n.id",
        {
            "notice_id": "{notice}",
            "ref": "'apl_' || {name}",
            "number": "left({name}, 20)",
            "urgent_at": "r.urgent_at + s * interval '1 second'",
        },
    )
}
CLAIMERS = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=3_000)
    parser.add_argument("--claims", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with database() as vendor:
        measure(vendor, asked.waiting, asked.claims, asked.rounds)


def measure(vendor: str, waiting: int, claims: int, rounds: int) -> None:
    from django.db import connection, transaction
    from django.db.models import Max

    from appeals import commands as appeals
    from appeals.models import Appeal
    from casework.firing import Move, open_cases
    from notices import commands as notices
    from notices.models import Notice
    from tests import factories as make
    from tests.conftest import build_world

    now = datetime.now(UTC)
    world = build_world(now)
    issued = []
    before = Notice.objects.aggregate(last=Max("pk"))["last"] or 0
    made = min(waiting, MADE) if vendor == "postgresql" else waiting
    for start in range(0, made, 500):
        drafts = [
            make.draft(world.merchant, world.rule, now=now, officer=world.otto.code)
            for _ in range(min(500, made - start))
        ]
        issued += [row.notice for row in notices.issue_notices(actor=world.platform, drafts=drafts, now=now)]
    rows = [
        Appeal(
            notice=notice, party_id=notice.party_id, filed_by_id=world.alice.user_id, filed_at=now, ground="other",
            evidence_closes_at=now, decide_due_at=now + timedelta(minutes=i),
            urgent_at=now + timedelta(minutes=i * 7919 % 9973),
            original_decider_id=notice.decided_by_id, original_team_id=notice.decided_by_team_id,
        )
        for i, notice in enumerate(issued)
    ]  # fmt: skip
    with transaction.atomic():
        for start in range(0, len(rows), 500):
            moves = [Move(case=row) for row in rows[start : start + 500]]
            open_cases(moves, state="SUBMITTED", event="appeal.filed", actor=world.alice, now=now)
    if waiting > made:
        copy_notices(before, times=waiting // made - 1, rows=COPIED)
    if vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    rita = world.rita

    def ours() -> None:
        assert appeals.claim_next_appeal(actor=rita, now=now) is not None

    skip = "FOR UPDATE SKIP LOCKED" if vendor == "postgresql" else ""
    limit_sql = f"""
        UPDATE appeals_appeal SET state = 'HUMAN_REVIEW', reviewer_id = %s, version = version + 1, lease_expires_at = %s
        WHERE id = (SELECT id FROM appeals_appeal WHERE waits_on = 'claimable'
          AND (lease_expires_at IS NULL OR lease_expires_at < %s)
          AND original_decider_id <> %s AND original_team_id <> %s AND first_reviewer_id IS NULL AND level = 'FIRST'
          ORDER BY urgent_at, id LIMIT 1 {skip})"""
    until = now + timedelta(minutes=15)

    def limit() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(limit_sql, [rita.user_id, until, now, rita.user_id, rita.team_id])
            assert cursor.rowcount == 1

    def obvious() -> None:
        appeal = Appeal.objects.filter(state="SUBMITTED", reviewer=None).order_by("-priority", "decide_due_at").first()
        assert appeal is not None
        appeal.__dict__["state"] = "HUMAN_REVIEW"
        appeal.reviewer_id, appeal.lease_expires_at = rita.user_id, until
        appeal.save()

    builds: dict[str, Callable[[], None]] = {"ours": ours, "the limit": limit, "the obvious build": obvious}
    rates: dict[str, list[float]] = {name: [] for name in builds}
    for _ in range(rounds):
        for name, claim in builds.items():
            claim()
            rates[name].append(claims / seconds(lambda claim=claim: [claim() for _ in range(claims)]))
    print(f"{vendor}, {waiting} cases waiting, {claims} claims a round, {rounds} rounds; claims per second")
    for name, values in rates.items():
        print(f"  {name:<20}{spread(values)}")
    middle = {name: statistics.median(values) for name, values in rates.items()}
    print(f"  ours / the limit          {middle['ours'] / middle['the limit']:.2f}")
    print(f"  ours / the obvious build  {middle['ours'] / middle['the obvious build']:.2f}")
    if vendor == "postgresql":
        for name, claim in (("ours", ours), ("the obvious build", obvious)):
            print(f"  {name}, {CLAIMERS} at once: {at_once(claim)}")


def at_once(claim: Callable[[], None]) -> str:
    """What ten claims by each of sixteen threads took, and how many took a case that somebody else also took."""
    from django.db import connection

    from appeals.models import Appeal

    before = Appeal.objects.filter(state="HUMAN_REVIEW").count()
    start = threading.Barrier(CLAIMERS + 1)
    took: list[float] = []

    def work() -> None:
        try:
            claim()  # the connection opens
            start.wait()
            took.extend(seconds(claim) for _ in range(10))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(CLAIMERS)]
    for thread in threads:
        thread.start()
    start.wait()
    wall = seconds(lambda: [thread.join() for thread in threads])
    twice = 11 * CLAIMERS - (Appeal.objects.filter(state="HUMAN_REVIEW").count() - before)
    cut = statistics.quantiles(took, n=100)
    return (
        f"{len(took) / wall:.0f} a second, p50 {1000 * cut[49]:.0f} p99 {1000 * cut[98]:.0f} ms; "
        f"{twice} of {11 * CLAIMERS} took a case that another one took"
    )


if __name__ == "__main__":
    sys.exit(main())
