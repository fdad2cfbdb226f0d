"""How fast a worker catches up: overdue deadlines, and waiting messages of the outbox.

Run as `.venv/bin/python bench/catching_up.py [--cases N] [--rounds N]`; `DATABASE_URL` names the server. Ours fires the
deadlines (row, event with its hash, messages) and carries the messages out, with nobody to tell. The limit writes the
same rows by one SQL statement for 500 deadlines, or marks 500 messages, and looks at nothing; the obvious build takes
one row after the other through the ORM. All run in this process, one after the other, each on rows of its own.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from scratch import database, seconds, spread

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
LIMIT_OF_MESSAGES = """
    UPDATE casework_outboxmessage SET state = 'DONE', done_at = %(now)s, attempts = 1 WHERE id IN (
        SELECT id FROM casework_outboxmessage WHERE state = 'PENDING' ORDER BY priority, next_attempt_at, id LIMIT 500
        FOR UPDATE SKIP LOCKED)"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with database() as vendor:
        measure(vendor, asked.cases, asked.rounds)


def measure(vendor: str, cases: int, rounds: int) -> None:
    from django.db import connection, transaction

    from casework import deadlines, outbox
    from casework.models import Deadline, Event, OutboxMessage
    from notices import commands as notices
    from notices.models import Notice
    from tests import factories as make
    from tests.conftest import build_world

    now = datetime.now(UTC) - timedelta(days=400)
    late = datetime.now(UTC)
    world = build_world(now)

    def issue(count: int) -> None:
        for start in range(0, count, 500):
            drafts = [
                make.draft(world.merchant, world.rule, now=now, measures=[make.measure(now, ends_at=None)])
                for _ in range(min(500, count - start))
            ]
            notices.issue_notices(actor=world.platform, drafts=drafts, now=now)
        if vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def by_statement(sql: str, rows: Any, count: int) -> None:
        for _start in range(0, count, 500):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, {"now": late})
        assert not rows.exists()

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
        waiting = OutboxMessage.objects.filter(state="PENDING").order_by("next_attempt_at")
        while (message := waiting.first()) is not None:
            notice = Notice.objects.get(pk=message.event.case_id)
            assert notice.party.memberships.count() >= 0
            message.state, message.done_at, message.attempts = "DONE", late, 1
            message.save()

    def ours_deadlines() -> None:
        while deadlines.fire_due(now=late):
            pass

    def ours_messages() -> None:
        while outbox.sweep(now=late, limit=500):
            pass

    due = Deadline.objects.filter(state="OPEN", due_at__lte=late)
    waiting = OutboxMessage.objects.filter(state="PENDING")
    few = max(100, cases // 10)
    builds: dict[str, tuple[int, Any, Callable[[], None]]] = {
        "deadlines: ours": (cases, due, ours_deadlines),
        "deadlines: the obvious build": (few, due, obvious_deadlines),
        "messages: ours": (cases, waiting, ours_messages),
        "messages: the obvious build": (few, waiting, obvious_messages),
    }
    if vendor == "postgresql":
        builds["deadlines: the limit"] = (cases, due, lambda: by_statement(LIMIT_OF_DEADLINES, due, cases))
        builds["messages: the limit"] = (cases, waiting, lambda: by_statement(LIMIT_OF_MESSAGES, waiting, 2 * cases))
    rates: dict[str, list[float]] = {name: [] for name in builds}
    per_core: dict[str, list[float]] = {name: [] for name in builds}
    for _round in range(rounds):
        for name, (count, rows, work) in builds.items():
            due.update(state="CANCELLED")
            waiting.update(state="DONE")
            issue(count)
            if name.startswith("deadlines"):
                waiting.update(state="DONE")
            how_many = rows.count()
            began = time.process_time()
            rates[name].append(how_many / seconds(work))
            per_core[name].append(how_many / (time.process_time() - began))
    print(f"{vendor}, {cases} cases a round, {rounds} rounds; a second, and per CPU-second of this process")
    for name, values in sorted(rates.items()):
        print(f"  {name:<30}{spread(values)}   {spread(per_core[name])}")
    middle = {name: statistics.median(values) for name, values in rates.items()}
    for kind in ("deadlines", "messages"):
        for other in ("the limit", "the obvious build"):
            if f"{kind}: {other}" in middle:
                print(f"  {kind}: ours / {other}   {middle[f'{kind}: ours'] / middle[f'{kind}: {other}']:.2f}")


if __name__ == "__main__":
    sys.exit(main())
