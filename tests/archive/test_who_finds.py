"""Who finds a forgery: the table in docs/resilience.md is what was tried here, one forgery of each kind.

Many more of each kind: test_forgeries.py, test_checkpoints.py, test_every_row.py.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction

from appeals import commands as appeals
from appeals.queries import receipt_for, write_case_file
from archive import checkpoints, offline, signing, verification
from archive.models import Checkpoint
from casework import ledger, row_digests
from casework.canonical import digest
from casework.errors import CaseError
from tests import factories as make
from tests.appeals.test_case_file import filed_with_evidence
from tests.archive.test_checkpoints import TABLES, add_backdated, chains_of, forged_root, rechain, said
from tests.archive.test_forgeries import forge
from tests.case_files import written

pytestmark = pytest.mark.once

DOCUMENT = Path(conf.BASE_DIR) / "docs" / "resilience.md"


def sql(*statements: str) -> Callable[[], None]:
    def run() -> None:
        for each in statements:
            forge(each)

    run.statements = statements  # type: ignore[attr-defined]
    return run


def relink(kind: str) -> None:
    """Hashes, links and heads made to fit what the events say now."""
    for events in chains_of(kind):
        previous = ""
        for event in events:
            event.previous = previous
            previous = ledger.hash_of(event)
            forge(f"UPDATE casework_event SET previous = '{event.previous}', hash = '{previous}' WHERE id = {event.pk}")
        forge(f"UPDATE {TABLES[kind]} SET head = '{previous}' WHERE id = {events[0].case_id}")


def all_anew() -> None:
    """As somebody who holds database and key: row, event, chain, digests of rows, list and signed checkpoints fit."""
    forge("UPDATE appeals_appeal SET statement = '我认错。'")
    event = chains_of("appeal")[0][0]
    facts = json.dumps(event.facts | {"statement": digest("我认错。")})
    forge(f"UPDATE casework_event SET facts = '{facts}' WHERE id = {event.pk}")
    relink("appeal")
    times = list(Checkpoint.objects.order_by("no").values_list("at", flat=True))
    for table in ("archive_checkpointleaf", "archive_checkpoint", "casework_rowdigests"):
        forge(f"DELETE FROM {table}")
    row_digests.begin()
    last = None
    for at in times:
        last = checkpoints._make(last, now=at)


NEWEST_CUT = ("DELETE FROM archive_checkpointleaf WHERE place >= (SELECT size FROM archive_checkpoint WHERE no = 1)",)
REWRITES = ("UPDATE casework_event SET previous = 'x'",)
"""What every remaking of a chain does first."""
BACKDATED = lambda: add_backdated("appeal")  # noqa: E731
KINDS: dict[str, Callable[[], Any]] = {
    "a row of a case changed": sql("UPDATE appeals_appeal SET statement = '我认错。'"),
    "a row that no event speaks of changed": sql("UPDATE accounts_party SET language = 'en'"),
    "a row of a case deleted": sql("DELETE FROM appeals_humandemand"),
    "the last event of a chain deleted": sql(
        "DELETE FROM casework_event WHERE id = (SELECT MAX(id) FROM casework_event WHERE case_kind = 'appeal')"
    ),
    "an event changed": sql("UPDATE casework_event SET facts = '{}' WHERE type = 'appeal.filed'"),
    "a chain remade, with its heads": lambda: rechain("appeal"),
    "an event added and dated back": BACKDATED,
    "a chain remade, list and roots as well, without the key": lambda: (rechain("appeal"), forged_root()),
    "a place of the list deleted": sql("DELETE FROM archive_checkpointleaf WHERE place = 1"),
    "a checkpoint between others deleted": sql("DELETE FROM archive_checkpoint WHERE no = 2"),
    "digests of rows deleted": sql(
        "DELETE FROM casework_rowdigests WHERE id = (SELECT MAX(id) FROM casework_rowdigests WHERE rows <> '{}')"
    ),
    "the newest checkpoints cut off with their part of the list": sql(
        *NEWEST_CUT, "DELETE FROM archive_checkpoint WHERE no > 1"
    ),
    "rows, chains, digests, list and checkpoints remade, with the key": all_anew,
}


@dataclass
class Held:
    """What somebody kept before: the merchant's receipt, and every checkpoint that was given away."""

    appeal: Any
    owner: Any
    now: Any
    witness: Path
    receipt: dict[str, Any]

    def refused(self, change: Callable[[], Any]) -> bool:
        with transaction.atomic():
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    for each in getattr(change, "statements", () if change is BACKDATED else REWRITES):
                        cursor.execute(each)
            except IntegrityError:
                return True
            transaction.set_rollback(True)
        return False

    def finders(self, change: Callable[[], Any]) -> list[bool]:
        """Trigger, `verify`, `verify --witness`, the check of a case file against kept checkpoints, the receipt."""
        refused = self.refused(change)
        change()
        return [
            refused,
            any(not each.startswith("the law ") for each in verification.faults()),
            any(not each.startswith("the law ") for each in verification.faults(self.witness)),
            self.in_case_file(),
            self.in_receipt(),
        ]

    def in_case_file(self) -> bool:
        kept = offline.read_checkpoints(self.witness.read_text(), signing.public_keys())
        try:
            raw = written(write_case_file, actor=self.owner, ref=self.appeal.ref, now=self.now)
        except ObjectDoesNotExist:  # its proof leads nowhere
            return True
        return said(raw, kept) != []

    def in_receipt(self) -> bool:
        """Against what the platform publishes now, and what it says of the same act."""
        published = {row.no: row.note for row in Checkpoint.objects.all()}
        if list(offline.flaws_in_receipt(self.receipt, signing.public_keys(), published)):
            return True
        try:
            now_said = receipt_for(self.owner, self.appeal.ref, 1, now=self.now)
        except CaseError:
            return True
        return bool(now_said["receipt"] != self.receipt["receipt"])


@pytest.fixture
def held(world: Any, now: Any, tmp_path: Path, settings: Any) -> Held:
    settings.CHECKPOINT_WITNESS_FILE = str(tmp_path / "witness.jsonl")
    appeal = filed_with_evidence(world, now)
    for hour in (1, 3):
        checkpoints.make_if_due(now=now + timedelta(hours=hour))
    appeals.demand_human(actor=world.alice, ref=appeal.ref, now=now + timedelta(hours=4))
    later = now + timedelta(hours=5)
    make.ready_to_decide(world.rita, appeal, now=later)
    for hour in (6, 8, 10):
        checkpoints.make_if_due(now=now + timedelta(hours=hour))
    found = Held(
        appeal, world.alice, now + timedelta(hours=11), tmp_path / "witness.jsonl",
        receipt_for(world.alice, appeal.ref, 1, now=now + timedelta(hours=11)),
    )  # fmt: skip
    assert list(verification.faults(found.witness)) == []
    assert not found.in_case_file()
    assert not found.in_receipt()
    return found


def documented() -> dict[str, list[bool]]:
    rows = [line.strip("|").split("|") for line in DOCUMENT.read_text().splitlines() if line.startswith("|")]
    return {row[0].strip(): [cell.strip() != "–" for cell in row[1:]] for row in rows if row[0].strip() in KINDS}


def test_the_table_has_every_kind() -> None:
    assert list(documented()) == list(KINDS)
    assert all(any(found) for found in documented().values()), "each is found by somebody"


def test_each_is_found_by_whom_the_table_names(held: Held) -> None:
    found, given = {}, held.witness.read_text()
    for kind, change in KINDS.items():
        with transaction.atomic():
            found[kind] = held.finders(change)
            transaction.set_rollback(True)  # what is deleted leaves references to nothing
        held.witness.write_text(given)

    for kind, by in found.items():
        assert by == documented()[kind], f"| {kind} | " + " | ".join("finds" if each else "–" for each in by)
