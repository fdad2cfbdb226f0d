"""A case file holds what its reader may see and nothing else, and tells when anything in it was changed."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from appeals import commands as appeals
from appeals.queries import write_case_file
from archive import offline, signing
from casework.errors import ConflictOfInterest, NotFound
from files import attachments
from notices.commands import ExhibitDraft
from tests import factories as make
from tests.case_files import against_the_api, contents, flaws, keys_of, merge, packed, rewritten, written
from tests.surfaces.appealing import PNG, appeal_in, stage_file
from tests.surfaces.people import Http, token_of, user_of

pytestmark = pytest.mark.once
KEYS = {
    "": "appeal decision notice",
    "appeal": "assisted decide_due_at evidence filed_at ground group human_demanded is_late items late_answer"
    " late_reason level new_facts number officer ref requests review round state statement submissions version",
    "appeal.evidence[]": "added_at caption file no sha256 version",
    "appeal.items[]": "ground measure statement",
    "appeal.requests[]": "answer answered_at asked_at due_at fact item lapsed_at no",
    "appeal.submissions[]": "manifest_hash submitted_at version",
    "decision": "by check_code decided_at officer outcome points reasons rule_application rulings system_view",
    "decision.points[]": "burden_on evidence finding kind no sentence text",
    "decision.rulings[]": "amount_minor ends_at measure outcome",
    "notice": "appeal_closes_at automated_decision automated_detection basis breach_kind conduct_at decided_at"
    " decided_by detection disclosure evidence external_ref facts is_precautionary measures number read_at reasons ref"
    " remedies served_at state text_hash third_party translations version withdrawn_reason",
    "notice.basis[]": "clause is_gist kind name_en name_zh no text_en text_hash text_zh version",
    "notice.decided_by": "officer tool",
    "notice.detection": "source tool",
    "notice.disclosure": "confirmed_at grade said",
    "notice.evidence[]": "as_received caption captured_at excerpt file no sha256",
    "notice.measures[]": "amount_minor axis calculation currency ends_at no object scope starts_at state type",
    "notice.measures[].object": "kind label ref",
    "notice.remedies[]": "amount_minor due_at kind measure note ref settled_at state",
    "notice.third_party": "name person",
}


def filed_with_evidence(world, now):
    """An appeal, with one piece of evidence, against a notice that shows a picture."""
    picture = attachments.seal(io.BytesIO(PNG), name="shot.png", actor=world.platform, now=now)
    exhibit = ExhibitDraft(caption="详情页截图", captured_at=now, attachment=picture.ref)
    notice = make.draft(world.merchant, world.rule, now=now, officer=world.otto.code, evidence=[exhibit])
    appeal = make.file(world.alice, make.issue(world.platform, notice, now=now), now=now)
    stage_file(world, appeal, now=now)
    appeals.submit_evidence(actor=world.alice, ref=appeal.ref, now=now)
    return appeal


@pytest.fixture
def appeal(world, now):
    appeal = filed_with_evidence(world, now)
    make.ready_to_decide(world.rita, appeal, now=now)
    return make.decide(world.rita, appeal, now=now)


@pytest.fixture
def archive(world, appeal, now):
    return file_of(world.alice, appeal, now)


def file_of(actor, appeal, now):
    return written(write_case_file, actor=actor, ref=appeal.ref, now=now)


def test_it_holds_the_case_its_letter_events_and_files(archive, appeal):
    files = contents(archive)
    case = json.loads(files["case.json"])

    assert set(files) == {
        "case.html", "case.json", "events.json", "letter.json", "manifest.json", "signature.json", "receipts.json",
        "evidence/1-a.png", "notice/1-shot.webp",
    }  # fmt: skip
    assert files["evidence/1-a.png"] == PNG
    assert files["notice/1-shot.webp"].startswith(b"RIFF")
    assert case["notice"]["evidence"][0]["file"] == "notice/1-shot.webp"
    listed = json.loads(files["manifest.json"])["files"]
    assert {name: said["size"] for name, said in listed.items()} == {
        name: len(raw) for name, raw in files.items() if name not in ("manifest.json", "signature.json")
    }
    assert case["appeal"]["statement"] == appeal.statement
    assert case["decision"]["outcome"] == "OVERTURNED"
    assert [letter["language"] for letter in json.loads(files["letter.json"])] == ["zh-hans", "en"]
    page = files["case.html"].decode()
    assert 'lang="zh-Hans"' in page
    assert 'lang="en"' in page
    assert appeal.statement in page
    assert "http" not in page


def test_its_json_says_this_of_a_case_and_nothing_else(world, archive, now):
    asked = appeal_in(world, "asked", now=now)
    found = keys_of(json.loads(contents(archive)["case.json"]))
    merge(found, keys_of(json.loads(contents(file_of(world.alice, asked, now))["case.json"])))

    assert found == {at: set(names.split()) for at, names in KEYS.items()}


def test_it_and_the_api_say_the_same(world, appeal, now):
    http = Http(token_of(user_of(world.alice), now=now))
    answers = {
        "appeal": (f"appeals/{appeal.ref}", ""),
        "decision": (f"appeals/{appeal.ref}", "decision"),
        "notice": (f"notices/{appeal.notice.ref}", ""),
    }
    http("GET", f"/api/v1/notices/{appeal.notice.ref}")  # it counts as read from now on

    differing, compared = against_the_api(file_of(world.alice, appeal, now), http, answers)

    assert differing == {"appeal.evidence[].file", "notice.evidence[].file"}  # a name here, an address there
    assert compared > 60


def test_it_verifies_without_a_database(archive, appeal, tmp_path):
    file = tmp_path / "case.zip"
    file.write_bytes(archive)
    out = io.StringIO()

    call_command("verify_case_file", str(file), stdout=out)

    found = offline.verify(file, signing.public_keys())
    assert found.heads[appeal.ref] == appeal.head
    assert (found.number, found.flaws) == (appeal.number, [])
    assert f"{appeal.number}: 7 files and " in out.getvalue()
    assert appeal.head in out.getvalue()


def test_a_changed_file_is_found(archive):
    files = contents(archive)
    for name in sorted(set(files) - {"manifest.json", "signature.json", "events.json"}):
        assert flaws(packed(files | {name: files[name] + b" "})) == [(name, "altered")]
        assert flaws(packed({k: v for k, v in files.items() if k != name})) == [(name, "missing")]
    assert flaws(packed(files | {"extra.txt": b"x"})) == [("extra.txt", "not in the manifest")]


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

    keys = tmp_path / "keys.json"
    keys.write_text('{"keys": []}')

    with pytest.raises(ValueError, match=r".+"):
        offline.verify(file, {})
    with pytest.raises(CommandError):
        call_command("verify_case_file", str(file), keys=keys)


def test_damaged_bytes_are_found(archive):
    for at in range(60, len(archive) - 400, len(archive) // 40):
        damaged = bytearray(archive)
        damaged[at] ^= 0xFF
        try:
            found = offline.verify(io.BytesIO(bytes(damaged)), signing.public_keys())
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
        call_command("verify_case_file", str(file), stdout=said)
    assert "case.html: altered" in said.getvalue()


def test_who_may_not_read_the_case_gets_no_file(world, appeal, now):
    for actor in (world.eve, world.bob):
        with pytest.raises(NotFound):
            file_of(actor, appeal, now)
    open_one = appeal_in(world, "new", now=now)
    with pytest.raises(ConflictOfInterest):
        file_of(world.otto, open_one, now)


def test_an_open_case_has_a_file_without_letter_and_drafts(world, now):
    raw = file_of(world.alice, appeal_in(world, "staged", now=now), now)

    names = {"case.html", "case.json", "events.json", "manifest.json", "signature.json", "receipts.json"}
    assert set(contents(raw)) == names
    assert flaws(raw) == []
