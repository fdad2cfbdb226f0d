"""Signed roots over all heads: who has the database, and neither the key nor the witness, can rewrite no chain."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from casework import checkpoints, ledger, offline, signing, worker
from casework.merkle import Tree
from casework.models import Checkpoint, CheckpointLeaf, Event
from tests import factories as make
from tests.casework.test_forgeries import forge
from tests.conftest import World

# The leaves and roots of the published test vectors of RFC 6962 trees (Certificate Transparency).
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def test_the_root_is_the_published_one_at_every_size_also_when_it_goes_on_from_peaks() -> None:
    tree = Tree()
    for size, root in enumerate(ROOTS):
        assert (tree.size, tree.root.hex()) == (size, root)
        tree = Tree(tree.size, tree.peaks)
        if size < len(LEAVES):
            tree.add(bytes.fromhex(LEAVES[size]))
    with pytest.raises(ValueError, match="whole subtree"):
        Tree(3, [b""])


@pytest.fixture
def witness(tmp_path: Path, settings: Any) -> Path:
    settings.CHECKPOINT_WITNESS_FILE = str(tmp_path / "witness.jsonl")
    return tmp_path / "witness.jsonl"


@pytest.fixture
def history(world: World, now: Any, witness: Path) -> Any:
    """Three checkpoints: after a notice and an appeal, after a decision, and one in which nothing changed."""
    world.notice()
    appeal = make.file(world.alice, world.notice(), now=now)
    assert checkpoints.make_if_due(now=now + timedelta(minutes=1)) == 1
    assert checkpoints.make_if_due(now=now + timedelta(minutes=2)) == 0
    make.ready_to_decide(world.rita, appeal, now=now + timedelta(minutes=3))
    make.decide(world.rita, appeal, now=now + timedelta(minutes=4))
    for hour in (2, 4):
        assert checkpoints.make_if_due(now=now + timedelta(hours=hour)) == 1
    assert list(checkpoints.faults(witness)) == []
    return appeal


def test_each_holds_what_changed_and_follows_the_one_before(history: Any, witness: Path) -> None:
    first, second, third = Checkpoint.objects.order_by("no")

    assert first.size == 4  # two notices, the appeal, and the rule
    assert second.size == third.size == 6  # the appeal and its notice anew
    assert second.note["previous"] == ledger.digest(first.note)
    assert third.note["root"] == second.note["root"] != first.note["root"]
    given = [json.loads(line) for line in witness.read_text().splitlines()]
    assert [note["checkpoint"]["no"] for note in given] == [1, 2, 3]
    assert all(offline.is_signed_checkpoint(note, signing.public_keys()) for note in given)
    assert json.loads(Client().get("/.well-known/appeals-checkpoint.json").content) == given[-1]


def test_before_the_first_there_is_none(db: None) -> None:
    assert Client().get("/.well-known/appeals-checkpoint.json").status_code == 404
    assert list(checkpoints.faults()) == []


def test_the_worker_makes_them_and_a_failing_one_stops_nothing(
    db: None, witness: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.tick()
    assert Checkpoint.objects.count() == 1

    def broken(**_arguments: Any) -> int:
        raise OSError("the witness is away")

    monkeypatch.setattr(checkpoints, "make_if_due", broken)
    worker.tick()


def chains_of(kind: str) -> list[list[Event]]:
    cases = Event.objects.filter(case_kind=kind).order_by("case_id").values_list("case_id", flat=True).distinct()
    return [list(Event.objects.filter(case_kind=kind, case_id=case).order_by("sequence")) for case in cases]


TABLES = {"appeal": "appeals_appeal", "notice": "notices_notice"}


def rechain(kind: str) -> None:
    """Rewrites the chains of a kind with an owner's care: events, hashes, links and heads."""
    for events in chains_of(kind):
        previous = ""
        for event in events:
            event.at, event.previous = event.at - timedelta(days=1), previous
            previous = ledger.hash_of(event)
            at = event.at.isoformat(sep=" ")
            changes = f"at = '{at}', previous = '{event.previous}', hash = '{previous}'"
            forge(f"UPDATE casework_event SET {changes} WHERE id = {event.pk}")
        forge(f"UPDATE {TABLES[kind]} SET head = '{previous}' WHERE id = {events[0].case_id}")


def cut(kind: str, at: int) -> None:
    """Takes the end of a chain away, to another case, and makes the row fit."""
    for events in chains_of(kind):
        last = events[at - 1]
        forge(f"UPDATE {TABLES[kind]} SET head = '{last.hash}', version = {at} WHERE id = {last.case_id}")
        for event in events[at:]:
            forge(f"UPDATE casework_event SET case_id = 0, case_ref = 'apl_gone' WHERE id = {event.pk}")


def forged_list() -> None:
    """The heads of the list made to fit what the ledger holds now."""
    for leaf in CheckpointLeaf.objects.select_related("event"):
        forge(f"UPDATE casework_checkpointleaf SET head = '{leaf.event.hash}' WHERE place = {leaf.place}")


def forged_root() -> None:
    """The roots made to fit the list, in notes that keep their signatures."""
    forged_list()
    tree, leaves = Tree(), iter(CheckpointLeaf.objects.select_related("event").order_by("place"))
    for row in Checkpoint.objects.order_by("no"):
        while tree.size < row.size:
            tree.add(checkpoints.leaf_of(next(leaves)))
        note = json.dumps(row.note | {"root": tree.root.hex()})
        forge(f"UPDATE casework_checkpoint SET note = '{note}' WHERE no = {row.no}")


FORGERIES: dict[str, tuple[Callable[[], Any], str]] = {
    "a chain from its beginning": (lambda: rechain("appeal"), "event 1: not the one that checkpoint 1 holds"),
    "every chain of notices": (lambda: rechain("notice"), "event 1: not the one that checkpoint 1 holds"),
    "a chain without its end": (lambda: cut("appeal", 2), "another root than was signed"),
    "a chain and the list": (lambda: (rechain("appeal"), forged_list()), "another root than was signed"),
    "a chain, list and roots": (lambda: (rechain("appeal"), forged_root()), "checkpoint 1: not what was signed"),
    "a place of the list": (
        lambda: forge("DELETE FROM casework_checkpointleaf WHERE place = 1"), "another root than was signed",
    ),
    "a checkpoint between": (lambda: forge("DELETE FROM casework_checkpoint WHERE no = 2"), "checkpoint 2: missing"),
    "the newest checkpoints": (
        lambda: (
            forge("DELETE FROM casework_checkpoint WHERE no > 1"),
            forge("DELETE FROM casework_checkpointleaf WHERE place > 2"),
        ),
        "checkpoint 2: not the one that the witness was given",
    ),
    "every checkpoint": (
        lambda: (forge("DELETE FROM casework_checkpoint"), forge("DELETE FROM casework_checkpointleaf")),
        "checkpoint 1: not the one that the witness was given",
    ),
    "when one was made": (
        lambda: forge("UPDATE casework_checkpoint SET at = '2026-01-01 00:00:00+00:00' WHERE no = 1"),
        "checkpoint 1: does not follow the one before",
    ),
    "a signature": (
        lambda: forge("""UPDATE casework_checkpoint SET signature = '{"key_id": "x"}' WHERE no = 3"""),
        "checkpoint 3: not what was signed",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), FORGERIES.values(), ids=FORGERIES)
def test_what_somebody_rewrites_with_the_database_alone_is_found(
    history: Any, witness: Path, change: Callable[[], Any], said: str
) -> None:
    change()

    assert any(said in fault for fault in checkpoints.faults(witness))


def test_a_witness_that_was_forged_is_said_so(history: Any, witness: Path, capsys: Any) -> None:
    lines = witness.read_text().splitlines()
    note = json.loads(lines[0])
    note["checkpoint"]["root"] = "0" * 64
    witness.write_text("\n".join([json.dumps(note), "no json", lines[2]]))

    with pytest.raises(CommandError):
        call_command("verify", witness=witness)
    said = capsys.readouterr().err
    assert "witness.jsonl line 1: not signed by this platform" in said
    assert "witness.jsonl line 2: no checkpoint" in said


def test_a_case_that_changes_again_stands_in_the_list_again(world: World, now: Any, witness: Path) -> None:
    appeal = make.file(world.alice, world.notice(), now=now)
    for hour, step in enumerate((lambda: None, lambda: make.ready_to_decide(world.rita, appeal, now=now))):
        step()
        checkpoints.make_if_due(now=now + timedelta(hours=hour))

    stands = CheckpointLeaf.objects.filter(event__case_ref=appeal.ref).order_by("place")
    assert list(stands.values_list("event__sequence", flat=True)) == [1, 3]
    assert list(checkpoints.faults(witness)) == []
