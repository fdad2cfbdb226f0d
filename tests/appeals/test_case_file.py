"""A case file holds what its reader may see and nothing else, and tells when anything in it was changed."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from appeals import commands as appeals
from appeals.queries import write_case_file
from casework import case_file
from casework.errors import ConflictOfInterest, NotFound
from tests import factories as make
from tests.surfaces.people import PNG, appeal_in, stage_file


@pytest.fixture
def appeal(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    stage_file(world, appeal, now=now)
    appeals.submit_evidence(actor=world.alice, ref=appeal.ref, now=now)
    make.ready_to_decide(world.rita, appeal, now=now)
    return make.decide(world.rita, appeal, now=now)


@pytest.fixture
def archive(world, appeal, now):
    out = io.BytesIO()
    write_case_file(out, actor=world.alice, ref=appeal.ref, now=now)
    return out.getvalue()


def contents(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, raw in files.items():
            made.writestr(name, raw)
    return out.getvalue()


def flaws(raw):
    return [(flaw.where, flaw.what) for flaw in case_file.verify(io.BytesIO(raw)).flaws]


def test_it_holds_the_case_its_letter_events_and_files(archive, appeal):
    files = contents(archive)
    case = json.loads(files["case.json"])

    assert set(files) == {
        "case.html", "case.json", "events.json", "letter.json", "manifest.json", "evidence/1-a.png",
    }  # fmt: skip
    assert files["evidence/1-a.png"] == PNG
    assert case["appeal"]["statement"] == appeal.statement
    assert case["decision"]["outcome"] == "OVERTURNED"
    assert [letter["language"] for letter in json.loads(files["letter.json"])] == ["zh-hans", "en"]
    page = files["case.html"].decode()
    assert 'lang="zh-Hans"' in page
    assert 'lang="en"' in page
    assert appeal.statement in page
    assert "http" not in page


def test_it_verifies_without_a_database(archive, appeal, tmp_path):
    file = tmp_path / "case.zip"
    file.write_bytes(archive)
    out = io.StringIO()

    call_command("verify_case_file", str(file), stdout=out)

    found = case_file.verify(file)
    assert found.heads[appeal.ref] == appeal.head
    assert (found.number, found.flaws) == (appeal.number, [])
    assert f"{appeal.number}: 5 files and " in out.getvalue()
    assert appeal.head in out.getvalue()


def test_a_changed_file_is_found(archive):
    files = contents(archive)
    for name in sorted(set(files) - {"manifest.json", "events.json"}):
        assert flaws(packed(files | {name: files[name] + b" "})) == [(name, "altered")]
        assert flaws(packed({k: v for k, v in files.items() if k != name})) == [(name, "missing")]
    assert flaws(packed(files | {"extra.txt": b"x"})) == [("extra.txt", "not in the manifest")]


def rewritten(archive, change):
    """The archive after somebody changed its events and wrote a manifest that fits them."""
    import hashlib

    files = contents(archive)
    chains = json.loads(files["events.json"])
    change(chains)
    raw = case_file.as_json(chains)
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["events.json"] = {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw)}
    return packed(files | {"events.json": raw, "manifest.json": case_file.as_json(manifest)})


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda chains: chains[0]["events"][2]["facts"].update(view="0" * 64), "altered"),
        (lambda chains: chains[0]["events"][1].update(at="2020-01-01T00:00:00.000000Z"), "altered"),
        (lambda chains: chains[0]["events"].pop(1), "missing"),
        (lambda chains: chains[0]["events"].pop(), "missing"),
        (lambda chains: chains[0]["events"].insert(1, dict(chains[0]["events"][1])), "missing"),
        (lambda chains: chains[0]["events"][3].update(previous="0" * 64), "broken link"),
        (lambda chains: chains[0].update(head="0" * 64), "head differs"),
        (lambda chains: chains[0]["events"][1]["facts"].update(weight=0.5), "altered"),
        (lambda chains: chains.pop(), "not the chains that the manifest names"),
        (lambda chains: chains[0].update(events=[]), "missing"),
    ],
    ids=["fact", "time", "middle", "tail", "twice", "link", "head", "float", "chain", "all"],
)
def test_a_changed_event_is_found_even_where_the_manifest_was_made_to_fit(archive, change, what):
    assert what in [said for _where, said in flaws(rewritten(archive, change))]


@pytest.mark.parametrize(
    "raw", [b"", b"not a zip", packed({}), packed({"manifest.json": b"{}"}), packed({"manifest.json": b"[" * 9999})]
)
def test_what_is_no_case_file_is_said_so(raw, tmp_path):
    file = tmp_path / "case.zip"
    file.write_bytes(raw)

    with pytest.raises(ValueError, match=r".+"):
        case_file.verify(file)
    with pytest.raises(CommandError):
        call_command("verify_case_file", str(file))


def test_damaged_bytes_are_found(archive):
    for at in range(60, len(archive) - 400, len(archive) // 40):
        damaged = bytearray(archive)
        damaged[at] ^= 0xFF
        try:
            found = case_file.verify(io.BytesIO(bytes(damaged)))
        except ValueError:
            continue
        same = contents_or_none(bytes(damaged)) == contents(archive)
        assert found.flaws or same, f"byte {at} was changed and nothing was found"


def contents_or_none(raw):
    try:
        return contents(raw)
    except Exception:  # noqa: BLE001  damaged, however zlib puts it
        return None


def test_a_faulty_archive_ends_the_command_with_an_error(archive, tmp_path):
    file = tmp_path / "case.zip"
    files = contents(archive)
    file.write_bytes(packed(files | {"case.html": b"forged"}))
    said = io.StringIO()

    with pytest.raises(CommandError, match="1 flaws"):
        call_command("verify_case_file", str(file), stderr=said)
    assert "case.html: altered" in said.getvalue()


def test_who_may_not_read_the_case_gets_no_file(world, appeal, now):
    for actor in (world.eve, world.bob):
        with pytest.raises(NotFound):
            write_case_file(io.BytesIO(), actor=actor, ref=appeal.ref, now=now)
    open_one = appeal_in(world, "new", now=now)
    with pytest.raises(ConflictOfInterest):
        write_case_file(io.BytesIO(), actor=world.otto, ref=open_one.ref, now=now)


def test_an_open_case_has_a_file_without_letter_and_drafts(world, now):
    staged = appeal_in(world, "staged", now=now)
    out = io.BytesIO()
    write_case_file(out, actor=world.alice, ref=staged.ref, now=now)

    assert set(contents(out.getvalue())) == {"case.html", "case.json", "events.json", "manifest.json"}
    assert flaws(out.getvalue()) == []
