"""A party keeps a signed receipt of each of its acts, and checks it without us; nobody gets one of somebody else's."""

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from appeals import commands as appeals
from appeals.queries import receipt_for, write_case_file
from archive import acts, case_file, checkpoints, offline, signing
from archive.merkle import Tree, leaf_hash, path, root_and_paths
from archive.models import Checkpoint
from casework.canonical import digest
from casework.errors import NotFound
from casework.models import Event
from disputes.queries import receipt_for as receipt_of_dispute
from disputes.queries import receipt_of_message_for
from disputes.queries import write_case_file as write_dispute
from tests import factories as make
from tests.appeals.test_case_file import filed_with_evidence
from tests.archive.test_forgeries import fitting, forge, set_at
from tests.case_files import contents, flaws, packed, written
from tests.disputes.building import argued
from tests.surfaces.people import Http, token_of, user_of

pytestmark = pytest.mark.once


def flaws_of(receipt: Any, kept: Any = None) -> list[str]:
    return [flaw.what for flaw in offline.flaws_in_receipt(receipt, signing.public_keys(), kept)]


def two_checkpoints(now: Any) -> None:
    for hour in (1, 3):
        assert checkpoints.make_if_due(now=now + timedelta(hours=hour)) == 1


@pytest.fixture
def appeal(world: Any, now: Any) -> Any:
    """Filed with evidence, and a person demanded, by the merchant; then taken up."""
    appeal = filed_with_evidence(world, now)
    appeals.demand_human(actor=world.alice, ref=appeal.ref, now=now)
    make.ready_to_decide(world.rita, appeal, now=now)
    return appeal


def test_every_leaf_has_the_path_of_rfc_6962_at_every_size() -> None:
    leaves = [bytes([n]) for n in range(40)]
    for size in range(len(leaves) + 1):
        tree = Tree()
        nodes = [[leaf_hash(leaf), *tree.add(leaf)] for leaf in leaves[:size]]
        places = range(size)
        expected = tree.root, [path(place, size, nodes.__getitem__) for place in places]
        assert root_and_paths(leaves[:size], places) == expected


def test_each_act_of_a_party_has_a_receipt_that_a_kept_checkpoint_proves(appeal: Any, world: Any, now: Any) -> None:
    own = {e.sequence: e for e in Event.objects.filter(case_ref=appeal.ref, actor_kind="party")}
    assert {e.type for e in own.values()} == {"appeal.filed", "appeal.evidence_submitted", "appeal.human_demanded"}

    before = {no: receipt_for(world.alice, appeal.ref, no, now=now) for no in own}
    assert [(receipt["proof"], flaws_of(receipt)) for receipt in before.values()] == [(None, [])] * 3
    assert flaws_of(before[1], {}) == ["no checkpoint has it yet"]
    two_checkpoints(now)
    kept = {row.no: row.note for row in Checkpoint.objects.all()}
    for no, event in own.items():
        receipt = receipt_for(world.alice, appeal.ref, no, now=now)
        assert receipt["receipt"] == before[no]["receipt"]
        assert receipt["receipt"]["hash"] == event.hash
        assert receipt["receipt"]["act"]["facts"] == event.facts
        assert flaws_of(receipt, kept) == []
    said = receipt_for(world.alice, appeal.ref, 1, now=now)["receipt"]
    assert (said["number"], said["act"]["facts"]["statement"]) == (appeal.number, digest(appeal.statement))
    assert list(checkpoints.faults()) == []


def test_over_the_api_and_as_a_file_from_the_page(appeal: Any, world: Any, now: Any, client: Any) -> None:
    two_checkpoints(now)
    user = user_of(world.alice)
    found = Http(token_of(user, now=now))("GET", f"/api/v1/appeals/{appeal.ref}/receipts/1")
    client.force_login(user)
    saved = client.get(f"/appeals/{appeal.ref}/receipts/1.json")

    assert (found.status_code, flaws_of(found.json()), flaws_of(saved.json())) == (200, [], [])
    assert found.json()["receipt"] == saved.json()["receipt"]
    assert saved["Content-Disposition"] == f'attachment; filename="{appeal.number}-appeal.filed-1.json"'
    page = client.get(f"/appeals/{appeal.ref}/").content.decode()
    assert [f"/receipts/{no}.json" in page for no in (1, 2, 3, 4)] == [True, True, True, False]
    assert f"/appeals/{appeal.ref}/receipts/1.json" in client.get(f"/appeals/{appeal.ref}/submitted/").content.decode()


def test_of_others_nobody_gets_one(appeal: Any, world: Any, now: Any) -> None:
    staffs = Event.objects.filter(case_ref=appeal.ref, actor_kind="staff").first()
    assert staffs is not None
    for actor, no in ((world.alice, staffs.sequence), (world.alice, 99), (world.eve, 1), (world.platform, 1)):
        with pytest.raises(NotFound):
            receipt_for(actor, appeal.ref, no, now=now)


def test_each_side_of_a_dispute_has_those_of_its_own_acts_and_messages(court: Any, now: Any) -> None:
    dispute = argued(court, now)
    two_checkpoints(now)
    events = Event.objects.filter(case_ref=dispute.ref, actor_kind="party")
    sides = [(court.alice, set[int]()), (court.bob, set[int]())]
    for event in events:
        for actor, had in sides:
            try:
                receipt = receipt_of_dispute(actor, dispute.ref, event.sequence, now=now)
            except NotFound:
                continue
            had.add(event.sequence)
            assert (receipt["receipt"]["act"]["actor"]["ref"], flaws_of(receipt)) == (actor.ref, [])
            assert receipt["proof"] is not None
    for actor, had in sides:
        assert had == {event.sequence for event in events if event.actor_ref == actor.ref} != set()

    for lane, actor, other in (("private", court.bob, court.alice), ("both", court.bob, court.alice)):
        number = 1 if lane == "private" else dispute.rooms.get(lane="both").messages.get(kind="text").sequence
        receipt = receipt_of_message_for(actor, dispute.ref, lane, number, now=now)
        assert (flaws_of(receipt), receipt["proof"]["acts"]) == ([], "message")
        assert receipt["receipt"]["act"]["actor"]["ref"] == actor.ref
        if lane == "both":
            with pytest.raises(NotFound):
                receipt_of_message_for(other, dispute.ref, lane, number, now=now)
    with pytest.raises(NotFound):
        receipt_of_message_for(court.mia, dispute.ref, "both", number, now=now)


def other_act(receipt: Any) -> None:
    set_at("receipt.act.facts.ground", "other")(receipt)
    receipt["receipt"]["hash"] = offline.digest(receipt["receipt"]["act"])


def of_another_act(receipt: Any) -> None:
    """Signed by the platform, which would say that something else was filed then."""
    other_act(receipt)
    said = receipt["receipt"]
    raw = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    receipt |= signing.sign(offline.RECEIPT_PURPOSE, raw, now=Checkpoint.objects.latest("no").at)


def longer_path(receipt: Any) -> None:
    receipt["proof"]["path"].append("0" * 64)


FORGED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "the act": (set_at("receipt.act.at", "2026-01-01T00:00:00.000000Z"), "its hash is of another act"),
    "act and hash": (other_act, "not signed by this platform"),
    "act, hash and signature": (of_another_act, "not among the acts that the checkpoint signs"),
    "the number": (set_at("receipt.number", "A-1"), "not signed by this platform"),
    "the signature": (set_at("signature", "00" * 64), "not signed by this platform"),
    "the key": (set_at("key_id", "0" * 16), "not signed by this platform"),
    "the place": (set_at("proof.place", 1), "not among the acts that the checkpoint signs"),
    "the path": (longer_path, "not among the acts that the checkpoint signs"),
    "another root": (set_at("proof.acts", "message"), "not among the acts that the checkpoint signs"),
    "the checkpoint": (set_at("proof.checkpoint.no", 9), "without a checkpoint that the platform signed"),
    "no checkpoint": (set_at("proof", None), "no checkpoint has it yet"),
}


def test_what_somebody_changes_in_a_receipt_is_found(appeal: Any, world: Any, now: Any) -> None:
    two_checkpoints(now)
    whole = json.dumps(receipt_for(world.alice, appeal.ref, 1, now=now))
    kept = {row.no: row.note for row in Checkpoint.objects.all()}
    assert flaws_of(json.loads(whole), kept) == []

    for name, (change, what) in FORGED.items():
        receipt = json.loads(whole)
        change(receipt)
        assert what in flaws_of(receipt, kept), name


ODD = (None, 0, -1, 10**30, 1.5, "", "zz", "\0", [], [[]], {}, {"a": 1}, True)


def places_in(found: Any, *steps: str) -> Iterator[tuple[str, ...]]:
    """Every place of the receipt, but for the name of the algorithm: there is one."""
    for name, value in found.items():
        if name != "algorithm":
            yield (*steps, name)
            yield from places_in(value, *steps, name) if isinstance(value, dict) else ()


def test_whatever_stands_at_any_place_is_a_flaw_or_no_receipt(appeal: Any, world: Any, now: Any) -> None:
    two_checkpoints(now)
    whole = json.dumps(receipt_for(world.alice, appeal.ref, 1, now=now))
    kept = {row.no: row.note for row in Checkpoint.objects.all()}
    unseen = []
    for (*above, name), odd in itertools.product(list(places_in(json.loads(whole))), ODD):
        receipt = inner = json.loads(whole)
        for step in above:
            inner = inner[step]
        if inner[name] != odd or isinstance(odd, bool):
            inner[name] = odd
            try:
                unseen += [] if flaws_of(receipt, kept) else [(above, name, odd)]
            except ValueError:
                continue
    assert unseen == []


def test_the_program_that_anybody_has_checks_one(
    appeal: Any, world: Any, now: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_checkpoints(now)
    file = tmp_path / "receipt.json"
    receipt = receipt_for(world.alice, appeal.ref, 1, now=now)
    file.write_text(json.dumps(receipt))
    call_command("verify_case_file", file)
    said = capsys.readouterr().out
    assert f"{appeal.number}: receipt of appeal.filed (1) at " in said
    assert f"statement: {digest(appeal.statement)}" in said
    assert f"checkpoint {receipt['proof']['checkpoint']['no']} of " in said


def test_a_case_file_has_those_of_its_reader_and_they_are_of_its_chain(
    appeal: Any, world: Any, court: Any, now: Any
) -> None:
    two_checkpoints(now)
    raw = written(write_case_file, actor=world.alice, ref=appeal.ref, now=now)
    files = contents(raw)
    found = json.loads(files["receipts.json"])
    assert [each["receipt"]["act"]["sequence"] for each in found] == [1, 2, 3]
    assert flaws(raw) == []
    of_staff = contents(written(write_case_file, actor=world.platform, ref=appeal.ref, now=now))
    assert "receipts.json" not in of_staff

    other = found[1] | {"receipt": found[1]["receipt"] | {"number": "A-1"}}
    files["receipts.json"] = case_file.as_json([found[0], other])
    files["manifest.json"] = fitting(files)
    files["signature.json"] = case_file.as_json(signing.sign(offline.PURPOSE, files["manifest.json"], now=now))
    assert flaws(packed(files)) == [(f"receipt of {appeal.ref} 2", "not signed by this platform")]

    dispute = argued(court, now)
    raw = written(write_dispute, actor=court.bob, ref=dispute.ref, now=now)
    people = {each["receipt"]["act"]["actor"]["ref"] for each in json.loads(contents(raw)["receipts.json"])}
    assert (people, flaws(raw)) == ({court.bob.ref}, [])


FORGERIES = {
    "the text of a message": "UPDATE disputes_message SET sha256 = A_HASH WHERE kind = 'text'",
    "a message that is gone": "DELETE FROM disputes_message WHERE kind = 'text'",
    "who did something": "UPDATE casework_event SET actor_kind = 'staff' WHERE type = 'dispute.opened'",
}


def test_what_is_changed_of_signed_acts_is_found(court: Any, now: Any) -> None:
    argued(court, now)
    two_checkpoints(now)
    assert list(checkpoints.faults()) == []

    for name, sql in FORGERIES.items():
        with transaction.atomic():
            forge(sql)
            assert any("acts of parties" in fault for fault in checkpoints.faults()), name
            transaction.set_rollback(True)


def test_many_acts_before_the_first_checkpoint_are_signed_one_after_the_other(
    appeal: Any, world: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed, demanded = Event.objects.filter(case_ref=appeal.ref, type__in=("appeal.filed", "appeal.human_demanded"))
    assert filed.pk < demanded.pk
    monkeypatch.setattr(acts, "AT_MOST", filed.pk)  # of all keys, also of rows that were rolled back
    for hour in (1, 3, 5):
        checkpoints.make_if_due(now=now + timedelta(hours=hour))
    receipts = [receipt_for(world.alice, appeal.ref, each.sequence, now=now) for each in (filed, demanded)]
    first, second = (each["proof"]["checkpoint"]["acts"]["event"] for each in receipts)
    assert (first["through"], second["after"]) == (filed.pk, filed.pk)
    assert [flaws_of(each) for each in receipts] == [[], []]
    assert list(checkpoints.faults()) == []
