"""Signed roots over all heads: who has the database, and neither the key nor the witness, can rewrite no chain."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse

from appeals.queries import appeal_for, letter_of, write_case_file
from archive import case_file, checkpoints, letters, offline, signing
from archive.merkle import Tree, leaf_hash, path
from archive.models import Checkpoint, CheckpointLeaf
from casework import canonical, ledger
from casework.models import Event
from operations import worker
from rules.models import CatalogueChange
from tests import factories as make
from tests.archive.test_forgeries import forge
from tests.case_files import contents, packed, written
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


@pytest.fixture(scope="module")
def module_history(
    module_database: Callable[[], Any], module_world: World, now: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, str]:
    """Three checkpoints: after a notice and an appeal, after a decision, and one in which nothing changed; what was
    given to a witness.
    """
    witness, world = tmp_path_factory.mktemp("history") / "witness.jsonl", module_world
    with module_database(), override_settings(CHECKPOINT_WITNESS_FILE=str(witness)):
        world.notice()
        appeal = make.file(world.alice, world.notice(), now=now)
        assert checkpoints.make_if_due(now=now + timedelta(minutes=1)) == 1
        assert checkpoints.make_if_due(now=now + timedelta(minutes=2)) == 0
        make.ready_to_decide(world.rita, appeal, now=now + timedelta(minutes=3))
        make.decide(world.rita, appeal, now=now + timedelta(minutes=4))
        for hour in (2, 4):
            assert checkpoints.make_if_due(now=now + timedelta(hours=hour)) == 1
        assert list(checkpoints.faults(witness)) == []
        appeal = appeal_for(world.alice, appeal.ref)
        appeal.world = world
    return appeal, witness.read_text()


@pytest.fixture
def history(module_history: tuple[Any, str], copy_of: Callable[[Any], Any], witness: Path) -> Any:
    appeal, given = module_history
    witness.write_text(given)
    return copy_of(appeal)


def test_each_holds_what_changed_and_follows_the_one_before(history: Any, witness: Path) -> None:
    first, second, third = Checkpoint.objects.order_by("no")

    entries = CatalogueChange.objects.count()
    assert entries > 0
    assert first.size == 4 + entries  # two notices, the appeal, the rule, and what stands in catalogues
    assert second.size == third.size == first.size + 2  # the appeal and its notice anew
    assert second.note["previous"] == canonical.digest(first.note)
    assert third.note["root"] == second.note["root"] != first.note["root"]
    given = [json.loads(line) for line in witness.read_text().splitlines()]
    assert [note["checkpoint"]["no"] for note in given] == [1, 2, 3]
    assert all(offline.is_signed_checkpoint(note, signing.public_keys()) for note in given)
    assert json.loads(Client().get("/.well-known/appeals-checkpoint.json").content) == given[-1]
    assert json.loads(Client().get("/.well-known/appeals-checkpoint/2.json").content) == given[1]


def test_before_the_first_there_is_none(db: None) -> None:
    assert Client().get("/.well-known/appeals-checkpoint.json").status_code == 404
    assert Client().get("/.well-known/appeals-checkpoint/1.json").status_code == 404
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


def test_the_path_from_any_place_leads_to_the_root_at_any_size() -> None:
    leaves = [bytes([n]) for n in range(40)]
    for size in range(1, len(leaves) + 1):
        tree = Tree()
        completed = [[leaf_hash(leaf), *tree.add(leaf)] for leaf in leaves[:size]]
        for place in range(size):
            proof = path(place, size, completed.__getitem__)
            assert offline.root_from(leaves[place], place, size, proof) == tree.root
            assert offline.root_from(leaves[place], (place + 1) % size, size, proof) != tree.root or size == 1
            assert offline.root_from(b"another", place, size, proof) != tree.root
            assert offline.root_from(leaves[place], place, size, [*proof, tree.root]) != tree.root
    assert offline.root_from(leaves[0], 40, 40, []) is None


def test_the_first_of_each_day_is_mailed_to_witnesses(world: World, now: Any, settings: Any, mailoutbox: Any) -> None:
    settings.CHECKPOINT_WITNESS_MAIL = ["notary@example.org", "audit@example.com"]
    for hours in (0, 1, 13, 14, 15, 38):  # 10:00 in Beijing at first
        assert checkpoints.make_if_due(now=now + timedelta(hours=hours)) == 1

    assert [(m.to, json.loads(m.body)["checkpoint"]["no"]) for m in mailoutbox] == [
        (["notary@example.org", "audit@example.com"], no) for no in (1, 4, 6)
    ]
    assert checkpoints.code_of(Checkpoint.objects.get(no=4)) in mailoutbox[1].subject


# — what people hold —


def test_a_letter_names_the_checkpoint_of_its_time_and_the_check_says_which(history: Any, now: Any) -> None:
    first = Checkpoint.objects.get(no=1)
    decided = history.decision.decided_at
    assert checkpoints.named_in_letters(decided) is None  # three minutes old: not surely complete everywhere
    assert letter_of(history, language="en").checkpoint == ""
    named = letters.checkpoint_of(now + timedelta(minutes=11))
    assert named == f"1 · {offline.short_code(first.note)}"
    assert re.fullmatch(r"1 · [0-9A-F]{4}(-[0-9A-F]{4}){3}", named)
    forge(f"UPDATE appeals_decision SET decided_at = '{now + timedelta(minutes=11)}' WHERE id = {history.decision.pk}")

    appeal = appeal_for(history.world.alice, history.ref)
    assert letter_of(appeal, language="zh-hans").checkpoint == named
    page = Client().get(reverse("appeals:verify"), {"code": appeal.decision.check_code}).content.decode()
    assert named in page


def test_a_case_file_proves_that_the_list_has_its_chains(history: Any, witness: Path, tmp_path: Path) -> None:
    raw = written(write_case_file, actor=history.world.alice, ref=history.ref, now=history.decision.decided_at)
    proof = json.loads(contents(raw)["checkpoint.json"])

    assert [(p["case"], p["version"]) for p in proof["places"]] == [
        (case.ref, Event.objects.filter(case_ref=case.ref).count()) for case in (history, history.notice)
    ]
    keys = signing.public_keys()
    kept = offline.read_checkpoints(witness.read_text(), keys)
    found = offline.verify(io.BytesIO(raw), keys, kept)
    assert (found.flaws, found.checkpoint["no"]) == ([], 3)
    others = {no: note for no, note in kept.items() if no != 3}
    assert said(raw, others) == [("checkpoint.json", "checkpoint 3 is not among those that were kept")]
    assert said(raw, {3: kept[2]}) == [("checkpoint.json", "checkpoint 3 is not the one that was kept")]
    with pytest.raises(ValueError, match="not signed"):
        offline.read_checkpoints(witness.read_text().replace('"no":2', '"no":9'), keys)


def said(raw: bytes, kept: Any = None) -> list[tuple[str, str]]:
    found = offline.verify(io.BytesIO(raw), signing.public_keys(), kept)
    return [(flaw.where, flaw.what) for flaw in found.flaws]


def another_history(archive: dict[str, Any]) -> None:
    """As the platform could write it with a key and without the witnesses: other events, manifest, signature."""
    chain = archive["events.json"][0]
    previous = ""
    for event in chain["events"]:
        event["at"], event["previous"] = event["at"].replace("2026", "2025"), previous
        event["hash"] = previous = offline.digest({k: v for k, v in event.items() if k != "hash"})
    chain["head"] = previous


def other_heads(archive: dict[str, Any]) -> None:
    another_history(archive)
    last = archive["events.json"][0]["events"][-1]
    archive["checkpoint.json"]["places"][0] |= {"version": last["sequence"], "head": last["hash"]}


def another_place(archive: dict[str, Any]) -> None:
    archive["checkpoint.json"]["places"][0]["place"] += 1


def another_root(archive: dict[str, Any]) -> None:
    archive["checkpoint.json"]["checkpoint"]["root"] = "0" * 64


def another_history_and_no_places(archive: dict[str, Any]) -> None:
    another_history(archive)
    archive["checkpoint.json"]["places"] = []


def only_the_first_event_is_proved(archive: dict[str, Any]) -> None:
    """A true path, to a head that was the newest long before the checkpoint in the file."""
    place = archive["checkpoint.json"]["places"][0]
    event = archive["events.json"][0]["events"][0]
    first = CheckpointLeaf.objects.get(event__hash=event["hash"])
    size = archive["checkpoint.json"]["checkpoint"]["size"]
    place |= {"version": 1, "head": event["hash"], "place": first.place}
    place["path"] = [node.hex() for node in path(first.place, size, checkpoints._nodes)]


def no_checkpoint(archive: dict[str, Any]) -> None:
    del archive["checkpoint.json"]


REWRITTEN: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a chain": (another_history, "not of the chain in this file"),
    "a chain and its place": (other_heads, "not in the list that the checkpoint signs"),
    "the place alone": (another_place, "not in the list that the checkpoint signs"),
    "the root": (another_root, "without a checkpoint that the platform signed"),
    "a chain, and no places": (another_history_and_no_places, "older than the checkpoint, and not in its list"),
    "no place but its first": (only_the_first_event_is_proved, "older than the checkpoint, and not in its list"),
    "no checkpoint at all": (no_checkpoint, "without a checkpoint that the platform signed"),
}


@pytest.mark.parametrize(("change", "what"), REWRITTEN.values(), ids=REWRITTEN)
def test_a_case_file_that_the_platform_itself_rewrote_is_found_by_what_was_kept(
    history: Any, witness: Path, change: Callable[[dict[str, Any]], None], what: str
) -> None:
    raw = written(write_case_file, actor=history.world.alice, ref=history.ref, now=history.decision.decided_at)
    files = contents(raw)
    archive = {name: json.loads(files[name]) for name in ("events.json", "checkpoint.json", "manifest.json")}
    change(archive)
    manifest = archive.pop("manifest.json")
    for name in ("events.json", "checkpoint.json"):
        if name in archive:
            files[name] = case_file.as_json(archive[name])
            manifest["files"][name] = {"sha256": hashlib.sha256(files[name]).hexdigest(), "size": len(files[name])}
        else:
            del files[name], manifest["files"][name]
    for chain in manifest["chains"]:
        chain["head"] = next(each["head"] for each in archive["events.json"] if each["case"] == chain["case"])
    files["manifest.json"] = case_file.as_json(manifest)
    signature = signing.sign(offline.PURPOSE, files["manifest.json"], now=history.decision.decided_at)
    files["signature.json"] = case_file.as_json(signature)

    kept = offline.read_checkpoints(witness.read_text(), signing.public_keys())
    assert any(what in flaw for _where, flaw in said(packed(files), kept))


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


def add_backdated(kind: str) -> None:
    """Another event at the end of a chain, dated as the last one, and the row made to fit."""
    event = chains_of(kind)[0][-1]
    event.pk, event.sequence, event.previous = None, event.sequence + 1, event.hash
    event.hash = ledger.hash_of(event)
    event.save(force_insert=True)
    end = f"head = '{event.hash}', version = {event.sequence}"
    forge(f"UPDATE {TABLES[kind]} SET {end} WHERE id = {event.case_id}")


def forged_list() -> None:
    """The heads of the list made to fit what the ledger holds now."""
    for leaf in CheckpointLeaf.objects.select_related("event"):
        forge(f"UPDATE archive_checkpointleaf SET head = '{leaf.event.hash}' WHERE place = {leaf.place}")


def forged_root() -> None:
    """The roots made to fit the list, in notes that keep their signatures."""
    forged_list()
    tree, leaves = Tree(), iter(CheckpointLeaf.objects.select_related("event").order_by("place"))
    for row in Checkpoint.objects.order_by("no"):
        while tree.size < row.size:
            tree.add(checkpoints.leaf_of(next(leaves)))
        note = json.dumps(row.note | {"root": tree.root.hex()})
        forge(f"UPDATE archive_checkpoint SET note = '{note}' WHERE no = {row.no}")


FORGERIES: dict[str, tuple[Callable[[], Any], str]] = {
    "a chain from its beginning": (lambda: rechain("appeal"), "event 1: not the one that checkpoint 1 holds"),
    "every chain of notices": (lambda: rechain("notice"), "event 1: not the one that checkpoint 1 holds"),
    "a chain without its end": (lambda: cut("appeal", 2), "another root than was signed"),
    "a backdated event": (
        lambda: add_backdated("appeal"), "older than checkpoint 3, and not in its list",
    ),
    "a backdated event that the next checkpoint has": (
        lambda: (
            add_backdated("appeal"),
            forge(f"UPDATE appeals_appeal SET updated_at = '{Checkpoint.objects.latest('no').at.isoformat(sep=' ')}'"),
            checkpoints.make_if_due(now=Checkpoint.objects.latest("no").at + timedelta(hours=2)),
        ),
        "older than checkpoint 3, and not in its list",
    ),
    "a chain and the list": (lambda: (rechain("appeal"), forged_list()), "another root than was signed"),
    "a chain, list and roots": (lambda: (rechain("appeal"), forged_root()), "checkpoint 1: not what was signed"),
    "a place of the list": (
        lambda: forge("DELETE FROM archive_checkpointleaf WHERE place = 1"), "another root than was signed",
    ),
    "a checkpoint between": (lambda: forge("DELETE FROM archive_checkpoint WHERE no = 2"), "checkpoint 2: missing"),
    "the newest checkpoints": (
        lambda: (
            forge("DELETE FROM archive_checkpoint WHERE no > 1"),
            forge("DELETE FROM archive_checkpointleaf WHERE place > 2"),
        ),
        "checkpoint 2: not the one that the witness was given",
    ),
    "every checkpoint": (
        lambda: (forge("DELETE FROM archive_checkpoint"), forge("DELETE FROM archive_checkpointleaf")),
        "checkpoint 1: not the one that the witness was given",
    ),
    "when one was made": (
        lambda: forge("UPDATE archive_checkpoint SET at = '2026-01-01 00:00:00+00:00' WHERE no = 1"),
        "checkpoint 1: does not follow the one before",
    ),
    "a signature": (
        lambda: forge("""UPDATE archive_checkpoint SET signature = '{"key_id": "x"}' WHERE no = 3"""),
        "checkpoint 3: not what was signed",
    ),
}  # fmt: skip


@pytest.mark.exhaustive
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
