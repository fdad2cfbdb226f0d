"""Nothing is found in cases that nobody touched: neither in rows, chains and lists, nor in files that people hold."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from appeals.queries import write_case_file as write_appeal
from archive import checkpoints, offline, signing, verification
from archive.models import Checkpoint
from casework import clock
from casework.models import Event
from disputes.queries import write_case_file as write_dispute
from tests.case_files import flaws, written
from tests.conftest import build_world
from tests.extent import extent
from tests.surfaces import disputing
from tests.surfaces.appealing import STAGES, appeal_in

pytestmark = [pytest.mark.exhaustive, pytest.mark.once]

CASES = extent("cases that nobody touched", everyday=40, ci=40, full=1_000)
DISPUTES = ("open", "answered", "escalated", "offered", "settled", "determined", "reviewing", "paused")


def cases() -> int:
    return Event.objects.values("case_kind", "case_id").distinct().count()


def test_nothing_is_found_where_nobody_touched_anything(
    db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("disputes.records.current", disputing.Marketplace)
    settings.ATTACHMENT_ROOT = tmp_path / "sealed"
    settings.CHECKPOINT_WITNESS_FILE = str(tmp_path / "witness.jsonl")
    now = clock.now() - timedelta(days=2)
    world = build_world(now)
    disputing.prepare(world, now=now)
    files = []
    others = sorted(STAGES.keys() - {"late"})  # whose notice is dated long ago: no checkpoint may have been before it
    for turn, stage in enumerate(itertools.chain(["late"], itertools.cycle(others))):
        at = now + timedelta(minutes=turn)
        files.append(written(write_appeal, actor=world.alice, ref=appeal_in(world, stage, now=at).ref, now=at))
        if turn % 4 == 0:
            dispute = disputing.dispute_in(world, DISPUTES[turn // 4 % len(DISPUTES)], now=at)
            files.append(written(write_dispute, actor=world.alice, ref=dispute.ref, now=at))
        checkpoints.make_if_due(now=at + timedelta(seconds=59))
        if cases() >= CASES:
            break

    assert [found for raw in files if (found := flaws(raw))] == []
    witness = tmp_path / "witness.jsonl"
    assert list(verification.faults(witness)) == []
    kept = offline.read_checkpoints(witness.read_text(), signing.public_keys())
    assert len(kept) == Checkpoint.objects.count() >= 1
    print(f"{cases()} cases, {len(files)} case files, {len(kept)} checkpoints: no flaw and no fault")
