"""How fast a worker catches up: overdue deadlines, and the messages of the outbox that follow from them.

Run as `.venv/bin/python bench/catching_up.py [--cases N] [--rounds N]`; `DATABASE_URL` names the server. Ours fires the
deadlines (row, event with its hash, messages) and carries the messages out, with nobody to tell. The limit writes the
same rows by one SQL statement for 500 deadlines, or marks 500 messages, and looks at nothing; the obvious build takes
one row after the other through the ORM, five hundred of them at most. All run one after the other, each on rows of its
own: ours, the obvious build and the limit in this process, then ours in two processes at once. Of what ours did is
asserted that each deadline fired once, in an event of its own, and that each message was carried out at its first
attempt; it is printed how far out of due order events were written.
"""

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from scratch import copy_notices, database, set_up, spread

LIMIT_OF_DEADLINES = """
    WITH due AS (SELECT id, case_id, due_at FROM casework_deadline WHERE state = 'OPEN' AND due_at <= %(now)s
            ORDER BY due_at, id LIMIT 500 FOR UPDATE SKIP LOCKED),
        fired AS (UPDATE casework_deadline d SET state = 'FIRED', fired_at = %(now)s FROM due WHERE d.id = due.id),
        moved AS (UPDATE notices_notice n SET version = n.version + 1, updated_at = %(now)s FROM due
            WHERE n.id = due.case_id RETURNING n.id, n.ref, n.version, due.due_at),
        told AS (INSERT INTO casework_event (case_kind, case_id, case_ref, sequence, type, verb, source, target,
                actor_kind, actor_ref, via, at, effective_at, facts, previous, hash)
            SELECT 'notice', id, ref, version, 'notice.appeal_window_closed', 'close_appeal_window', '', 'IN_FORCE',
                'system', 'system:deadline', 'worker', %(now)s, due_at, '{}', '', repeat('0', 64) FROM moved
            RETURNING id)
    INSERT INTO casework_outboxmessage (event_id, subscriber, priority, state, attempts, next_attempt_at, last_error)
    SELECT id, 'webhooks.subscribers.announce_to_endpoints', 1, 'PENDING', 0, %(now)s, '' FROM told"""
COPIED = {
    "casework.Event": (
        "r.case_kind = 'notice' AND r.case_id = n.id",
        {"case_id": "{notice}", "case_ref": "'ntc_' || {name}", "hash": "{name} || {name}"},
    ),
    "casework.Deadline": (
        "r.case_kind = 'notice' AND r.case_id = n.id",
        {"case_id": "{notice}", "due_at": "r.due_at + s * interval '1 second'"},
    ),
}
LIMIT_OF_MESSAGES = """
    DELETE FROM casework_outboxmessage WHERE id = ANY (ARRAY(
        SELECT id FROM casework_outboxmessage WHERE state = 'PENDING' ORDER BY priority, next_attempt_at, id LIMIT 500
        FOR UPDATE SKIP LOCKED))"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--worker", choices=WORK, help=argparse.SUPPRESS)  # what the two processes run
    asked = parser.parse_args()
    if asked.worker:
        worker(asked.worker)
        return
    with database() as vendor:
        measure(vendor, asked.cases, asked.rounds)


WORK = ("deadlines", "messages")


def worker(kind: str) -> None:
    """Carries out what is due in the database that `DATABASE_URL` names, once told to begin, until nothing is left."""
    set_up()
    from django.db import connection

    from casework import outbox

    connection.ensure_connection()
    for attribute in ("DEADLINES", "SUBSCRIPTIONS"):
        outbox.listed(attribute)  # imports what a worker has imported
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.process_time()
    print(carry_out(kind), time.process_time() - began, flush=True)


def carry_out(kind: str) -> int:
    from casework import deadlines, outbox

    late, done = datetime.now(UTC), 0
    step = deadlines.fire_due if kind == "deadlines" else outbox.sweep
    while some := step(now=late, limit=500):
        done += some
    return done


def side_by_side(kind: str) -> tuple[list[int], float, float]:
    """Two processes at once; returns how much each did, how long they took once both were ready, and their CPU time."""
    from django.db import connection

    found = connection.settings_dict
    address = f"postgres://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
    order = [sys.executable, __file__, "--worker", kind]
    both = [
        subprocess.Popen(
            order, env=os.environ | {"DATABASE_URL": address}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for process in both:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate()[0].split() for process in both]
    assert all(process.returncode == 0 for process in both)
    print(f"  {kind} by two at once: {' and '.join(one[0] for one in said)}")
    return [int(one[0]) for one in said], time.perf_counter() - began, sum(float(one[1]) for one in said)


def measure(vendor: str, cases: int, rounds: int) -> None:
    from django.db import connection, transaction
    from django.db.models import Max

    from casework.models import Deadline, Event, OutboxMessage
    from notices import commands as notices
    from notices.models import Notice
    from tests import factories as make
    from tests.conftest import build_world

    now = datetime.now(UTC) - timedelta(days=400)
    late = datetime.now(UTC)
    world = build_world(now)
    due = Deadline.objects.filter(state="OPEN", due_at__lte=late)
    waiting = OutboxMessage.objects.filter(state="PENDING")

    def issue(count: int) -> None:
        """Notices whose windows closed long ago, every five hundred of them a second later, with nothing else to do.

        On PostgreSQL the first five hundred are copied by SQL, row, event and deadline: so many take half an hour else.
        """
        before = Notice.objects.aggregate(last=Max("pk"))["last"] or 0
        for batch, start in enumerate(range(0, min(count, 500) if vendor == "postgresql" else count, 500)):
            at = now + timedelta(seconds=batch)
            drafts = [
                make.draft(world.merchant, world.rule, now=at, measures=[make.measure(at, ends_at=None)])
                for _ in range(min(500, count - start))
            ]
            notices.issue_notices(actor=world.platform, drafts=drafts, now=at)
        if vendor == "postgresql" and count > 500:
            copy_notices(before, times=count // 500 - 1, rows=COPIED)
        waiting.delete()
        if vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def by_statement(sql: str, rows: Any) -> None:
        while rows.exists():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, {"now": late})

    def obvious_deadlines() -> None:
        while (deadline := due.order_by("due_at").first()) is not None:
            with transaction.atomic():
                notice = Notice.objects.select_for_update().get(pk=deadline.case_id)
                notice.version += 1
                notice.save()
                deadline.state, deadline.fired_at = "FIRED", late
                deadline.save()
                event = Event.objects.create(
                    case_kind="notice", case_id=notice.pk, case_ref=notice.ref, sequence=notice.version,
                    type="notice.appeal_window_closed", verb="close_appeal_window", target="IN_FORCE",
                    actor_kind="system", actor_ref="system:deadline", via="worker", at=late,
                    effective_at=deadline.due_at, hash="0" * 64,
                )  # fmt: skip
                name = "webhooks.subscribers.announce_to_endpoints"
                OutboxMessage.objects.create(event=event, subscriber=name, next_attempt_at=late)

    def obvious_messages() -> None:
        ordered = waiting.order_by("next_attempt_at")
        while (message := ordered.first()) is not None:
            notice = Notice.objects.get(pk=message.event.case_id)
            assert notice.party.memberships.count() >= 0
            message.delete()

    def assert_each_once(after: int, count: int) -> None:
        told = Event.objects.filter(pk__gt=after, type="notice.appeal_window_closed").order_by("pk")
        cases_told = told.values_list("case_id").distinct().count()
        assert (told.count(), cases_told) == (count, count), "each deadline fires once"
        places = [place for place, _pk in sorted(enumerate(told.values_list("effective_at", "pk")), key=lambda e: e[1])]
        latest = itertools.accumulate(told.values_list("effective_at", flat=True), max)
        early = [at < most for at, most in zip(told.values_list("effective_at", flat=True), latest, strict=True)]
        moved = max(abs(place - was) for place, was in enumerate(places))
        print(f"  each once: {count}; after a later one {sum(early)}, at most {moved} places from the order of due_at")

    few = min(500, cases)
    builds: dict[str, tuple[int, Callable[[], Any], Callable[[], Any]]] = {
        "ours": (cases, lambda: carry_out("deadlines"), lambda: carry_out("messages")),
        "the obvious build": (few, obvious_deadlines, obvious_messages),
    }
    if vendor == "postgresql":
        builds["the limit"] = (
            cases, lambda: by_statement(LIMIT_OF_DEADLINES, due), lambda: by_statement(LIMIT_OF_MESSAGES, waiting)
        )  # fmt: skip
        builds["ours, two at once"] = (
            cases, lambda: side_by_side("deadlines"), lambda: side_by_side("messages")
        )  # fmt: skip
    rates: dict[str, list[float]] = {}
    per_core: dict[str, list[float]] = {}

    def timed(name: str, count: int, work: Callable[[], Any]) -> float:
        cpu, wall = time.process_time(), time.perf_counter()
        said = work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if isinstance(said, tuple):
            done, wall, cpu = said
            assert sum(done) == count, "the two did it all, and nothing twice"
        rates.setdefault(name, []).append(count / wall)
        per_core.setdefault(name, []).append(count / cpu)
        return wall

    for _round in range(rounds):
        for name, (count, fire, tell) in builds.items():
            issue(count)
            event = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
            assert due.count() == count
            took = timed(f"deadlines: {name}", count, fire)
            made = waiting.count()
            took += timed(f"messages: {name}", made, tell)
            assert not due.exists()
            assert not OutboxMessage.objects.exists(), "each message is carried out, at its first attempt"
            rates.setdefault(f"both: {name}", []).append(count / took)
            last = ", ".join(f"{kind} {rates[f'{kind}: {name}'][-1]:.0f}" for kind in ("deadlines", "messages", "both"))
            print(f"{name}: {count} deadlines, {made} messages; a second: {last}", flush=True)
            if name.startswith("ours"):
                assert_each_once(event, count)
    print(f"{vendor}, {cases} cases a round, {rounds} rounds; a second, and per CPU-second of the processes")
    for name, values in sorted(rates.items()):
        print(f"  {name:<32}{spread(values)}   {spread(per_core[name]) if name in per_core else ''}")
    middle = {name: statistics.median(values) for name, values in rates.items()}
    for kind in ("deadlines", "messages", "both"):
        for other in ("the limit", "the obvious build"):
            if f"{kind}: {other}" in middle:
                print(f"  {kind}: ours / {other}   {middle[f'{kind}: ours'] / middle[f'{kind}: {other}']:.2f}")


if __name__ == "__main__":
    sys.exit(main())
