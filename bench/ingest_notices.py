"""How fast notices are served: ours in batches of 100 and 500, the limit (bare inserts), and one by one.

Run as `.venv/bin/python bench/ingest_notices.py [--notices N] [--rounds N]`; `DATABASE_URL` names the server. Ours
checks every field and writes the notice, its parts, its event with hash and its deadlines; the limit writes the same
rows, ready-made, with `executemany` and checks nothing; one by one is ours with a transaction for each notice.
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from scratch import database, seconds, spread


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    with database() as vendor:
        measure(vendor, asked.notices, asked.rounds)


def measure(vendor: str, how_many: int, rounds: int) -> None:
    from django.db import connection, transaction

    from casework.models import Deadline, Event, OutboxMessage
    from notices import commands as notices
    from notices.models import Basis, Exhibit, Measure, Notice
    from tests import factories as make
    from tests.conftest import build_world

    now = datetime.now(UTC)
    world = build_world(now)

    def drafts(count: int) -> list[Any]:
        return [make.draft(world.merchant, world.rule, now=now, officer=world.otto.code) for _ in range(count)]

    def in_batches(size: int) -> Callable[[], float]:
        def run() -> float:
            waiting = drafts(how_many)

            def work() -> None:
                for start in range(0, how_many, size):
                    batch = waiting[start : start + size]
                    results = notices.issue_notices(actor=world.platform, drafts=batch, now=now)
                    assert all(row.notice is not None and not row.existed for row in results)

            return how_many / seconds(work)

        return run

    def limit() -> float:
        templates = templates_of()
        waiting = [ready_made(templates, make.number()) for _ in range(how_many)]

        def work() -> None:
            for start in range(0, how_many, 500):
                with transaction.atomic(), connection.cursor() as cursor:
                    for place, (table, columns, _values) in enumerate(templates):
                        marks = ", ".join(["%s"] * len(columns))
                        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
                        cursor.executemany(sql, [v for one in waiting[start : start + 500] for v in one[place]])

        return how_many / seconds(work)

    def templates_of() -> list[tuple[str, list[str], list[dict[str, Any]]]]:
        """The rows that one notice of ours left behind, to be written again."""
        notice = make.issue(world.platform, drafts(1)[0], now=now)
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
            if values:
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

    builds = {
        "ours, batches of 500": in_batches(500),
        "ours, batches of 100": in_batches(100),
        "the limit": limit,
        "one by one": in_batches(1),
    }
    rates: dict[str, list[float]] = {name: [] for name in builds}
    for _ in range(rounds):
        for name, build in builds.items():
            rates[name].append(build())
    print(f"{vendor}, {how_many} notices a round, {rounds} rounds; notices per second")
    for name, values in rates.items():
        print(f"  {name:<22}{spread(values)}")
    middle = {name: statistics.median(values) for name, values in rates.items()}
    for name in ("ours, batches of 500", "ours, batches of 100"):
        print(f"  {name} / the limit   {middle[name] / middle['the limit']:.2f}")
        print(f"  {name} / one by one  {middle[name] / middle['one by one']:.2f}")


if __name__ == "__main__":
    sys.exit(main())
