"""Whoever owns the database changes what is on record, or whoever holds a case file: each is found, and said where.

For rows the triggers are down; changed events are in test_ledger.py.
"""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test import Client

from appeals import commands as appeals
from appeals.queries import write_case_file as write_appeal
from archive import case_file, offline, signing
from casework import ledger
from disputes.queries import write_case_file as write_dispute
from notices import commands as notices
from tests import factories as make
from tests.appeals.test_case_file import filed_with_evidence
from tests.case_files import contents, flaws, packed, written
from tests.conftest import build_world
from tests.databases import without_triggers
from tests.disputes.building import argued, build_court

pytestmark = pytest.mark.once  # what the ledger, case files and their verifier find is read by Python


@pytest.fixture(scope="module")
def module_cases(module_database: Callable[[], Any], now: Any) -> Any:
    """An appeal decided after a question, an amended notice, one withdrawn, and a determined dispute."""
    with module_database():
        world, later = build_world(now), now + timedelta(minutes=1)
        appeal = filed_with_evidence(world, now)
        appeals.demand_human(actor=world.alice, ref=appeal.ref, now=now)
        make.ready_to_decide(world.rita, appeal, now=later)
        ask = {"item": "发货单", "fact": "已发货", "due_at": None, "now": later}
        appeals.request_information(actor=world.rita, ref=appeal.ref, **ask)
        appeals.respond_to_request(actor=world.alice, ref=appeal.ref, answer="见附件。", now=later)
        appeal.refresh_from_db()
        make.decide(world.rita, appeal, now=later)
        amended, withdrawn = world.notice(), world.notice()
        amendment = notices.Amendment(
            facts="2026年3月2日巡查发现，该商品详情页第三屏写有“国家级”字样。", why="日期写错了，已更正。"
        )
        notices.amend_notice(actor=world.platform, ref=amended.ref, amendment=amendment, now=later)
        notices.withdraw_notice(actor=world.platform, ref=withdrawn.ref, reason="复查发现有误。", now=later)
        court = build_court(now)
        dispute = argued(court, now)
        assert list(ledger.verify()) == []
        return SimpleNamespace(
            court=court,
            world=world,
            appeal=appeal,
            of_appeal=appeal.notice,
            amended=amended,
            withdrawn=withdrawn,
            dispute=dispute,
        )


AT = "2026-01-01 00:00:00+00:00"
FORGERIES: dict[str, tuple[str, str, str]] = {
    # what somebody changes: the SQL, whose case, what of it is said to differ
    "the outcome of an appeal": ("UPDATE appeals_appeal SET outcome = 'UPHELD'", "appeal", "outcome"),
    "the outcome of its decision": ("UPDATE appeals_decision SET outcome = 'UPHELD'", "appeal", "outcome"),
    "the reasons": ("UPDATE appeals_decision SET reasons = reasons || '！'", "appeal", "reasons"),
    "the application of the rule": ("UPDATE appeals_decision SET rule_application = '另一条。'", "appeal", "content"),
    "the check code of the letter": ("UPDATE appeals_decision SET check_code = 'AAAABBBBCCCC'", "appeal", "content"),
    "when it was decided": ("UPDATE appeals_decision SET decided_at = 'AT'", "appeal", "decided_at"),
    "who decided": (
        "UPDATE appeals_decision SET reviewer_id = (SELECT id FROM accounts_user WHERE username LIKE 'rosa%%')",
        "appeal",
        "decision.reviewer",
    ),
    "who holds the appeal": (
        "UPDATE appeals_appeal SET reviewer_id = (SELECT id FROM accounts_user WHERE username LIKE 'rosa%%')",
        "appeal",
        "reviewer",
    ),
    "that a person was demanded": ("UPDATE appeals_appeal SET human_demanded = false", "appeal", "human_demanded"),
    "a finding": ("UPDATE appeals_decisionpoint SET finding = 'established' WHERE kind = 'fact'", "appeal", "points"),
    "the sentence of a point": ("UPDATE appeals_decisionpoint SET sentence = sentence || '！'", "appeal", "content"),
    "the evidence a point cites": ("UPDATE appeals_decisionpoint SET evidence = '[7]'", "appeal", "content"),
    "a point that is gone": ("DELETE FROM appeals_decisionpoint WHERE kind = 'fact'", "appeal", "points"),
    "a ruling on a measure": ("UPDATE appeals_ruling SET outcome = 'UPHELD'", "appeal", "content"),
    "the statement": ("UPDATE appeals_appeal SET statement = '我认错。'", "appeal", "statement"),
    "the ground": ("UPDATE appeals_appeal SET ground = 'other'", "appeal", "ground"),
    "when it was filed": ("UPDATE appeals_appeal SET filed_at = 'AT'", "appeal", "filed_at"),
    "what was said of one measure": ("UPDATE appeals_appealitem SET statement = '认错。'", "appeal", "filing"),
    "the caption of evidence": ("UPDATE appeals_evidenceitem SET caption = '伪造'", "appeal", "manifest"),
    "the file of evidence": ("UPDATE files_attachment SET sha256 = A_HASH", "appeal", "manifest"),
    "evidence that is gone": ("DELETE FROM appeals_evidenceitem", "appeal", "manifest"),
    "a first view": ("UPDATE appeals_firstview SET outcome = 'UPHELD', note = '改'", "appeal", "view"),
    "a question": ("UPDATE appeals_informationrequest SET item = '别的'", "appeal", "item"),
    "an answer": ("UPDATE appeals_informationrequest SET answer = '没有。'", "appeal", "answer"),
    "a demand that is gone": ("DELETE FROM appeals_humandemand", "appeal", "a row is gone"),
    "the facts of a notice": ("UPDATE notices_notice SET facts = '别的事实。'", "of_appeal", "text"),
    "its reasons with their hash": (
        "UPDATE notices_notice SET reasons = '别的理由。', text_hash = A_HASH",
        "of_appeal",
        "text_hash",
    ),
    "when it happened": ("UPDATE notices_notice SET conduct_at = 'AT'", "of_appeal", "content"),
    "how it was found": (
        "UPDATE notices_notice SET detection_source = 'AUTHORITY'", "of_appeal", "detection",
    ),
    "who decided the measure": (
        "UPDATE notices_notice SET decided_by_id = (SELECT id FROM accounts_user WHERE username LIKE 'odile%%')",
        "of_appeal",
        "content",
    ),
    "the scope of a measure": ("UPDATE notices_measure SET scope = '全店'", "of_appeal", "content"),
    "the words of a clause": ("UPDATE notices_basis SET text_zh = '新的条文'", "of_appeal", "basis 1"),
    "the excerpt of an exhibit": ("UPDATE notices_exhibit SET caption = '别的图'", "of_appeal", "content"),
    "an earlier text": ("UPDATE notices_edition SET facts = '从来如此。'", "amended", "text"),
    "why a text was changed": ("UPDATE notices_edition SET why = '无'", "amended", "why"),
    "why a notice was withdrawn": ("UPDATE notices_notice SET withdrawn_reason = '其他'", "withdrawn", "reason"),
    "the statement of a dispute": ("UPDATE disputes_dispute SET statement = '没有问题。'", "dispute", "statement"),
    "the sum that is claimed": ("UPDATE disputes_dispute SET claim_amount_minor = 1", "dispute", "amount_minor"),
    "the first answer": ("UPDATE disputes_dispute SET first_answer = '同意。'", "dispute", "answer"),
    "the mediator": (
        "UPDATE disputes_dispute SET mediator_id = (SELECT id FROM accounts_user WHERE username LIKE 'max%%')",
        "dispute",
        "mediator",
    ),
    "the sum of a determination": ("UPDATE disputes_determination SET amount_minor = 1", "dispute", "content"),
    "the reasons of a determination": ("UPDATE disputes_determination SET reasons = '改'", "dispute", "reasons"),
    "the sentence of a finding": ("UPDATE disputes_finding SET sentence = '门卫签收算交付。'", "dispute", "content"),
    "the sum of an offer": ("UPDATE disputes_offer SET amount_minor = 1", "dispute", "terms"),
    "an objection": ("UPDATE disputes_objection SET text = '无异议。'", "dispute", "text"),
    "that a piece was withheld": (
        "UPDATE disputes_evidenceitem SET is_withheld = false, withheld_reason = ''", "dispute", "manifest",
    ),
    "a platform record": ("UPDATE disputes_platformrecord SET content = '[1]'", "dispute", "records"),
    "who collected a record": ("UPDATE disputes_platformrecord SET collector = '本人'", "dispute", "origins"),
    "the reasons of a ruling on a fact": ("UPDATE disputes_factruling SET reasons = '改'", "fact", "reasons"),
    "what was ruled of a fact": ("UPDATE disputes_factruling SET proved = true", "fact", "ruling.proved"),
    "whether a fact is established": (
        "UPDATE disputes_factatissue SET state = 'PROVED', established = true", "fact", "established",
    ),
}  # fmt: skip


def forge(sql: str) -> None:
    """Runs the SQL as somebody who owns the database, without triggers; what is forged still looks right to a CHECK."""
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(sql.replace("A_HASH", f"'{'a' * 64}'").replace("'AT'", f"'{AT}'"), [])
        assert cursor.rowcount > 0


@pytest.mark.exhaustive
@pytest.mark.parametrize(("sql", "case", "what"), FORGERIES.values(), ids=FORGERIES)
def test_a_changed_row_is_found_and_said_where(db: None, module_cases: Any, sql: str, case: str, what: str) -> None:
    forge(sql)

    faults = {(fault.case, fault.what) for fault in ledger.verify()}
    ref = module_cases.dispute.facts.get(no=1).ref if case == "fact" else getattr(module_cases, case).ref
    assert (ref, f"row-differs: {what}") in faults


# — case files —


@pytest.fixture(scope="module")
def archives(module_database: Callable[[], Any], module_cases: Any, now: Any) -> dict[str, bytes]:
    """The case file of the appeal and of the dispute; nothing is found in them."""
    with module_database():
        world, dispute = module_cases.world, module_cases.dispute
        made = {
            "appeal": written(write_appeal, actor=world.alice, ref=module_cases.appeal.ref, now=now),
            "dispute": written(write_dispute, actor=module_cases.court.bob, ref=dispute.ref, now=now),
        }
        assert [flaws(raw) for raw in made.values()] == [[], []]
        return made


def set_at(path: str, value: Any) -> Callable[[Any], None]:
    """Sets a value deep in JSON: `set_at("decision.points.0.sentence", "…")`."""

    def change(whole: Any) -> None:
        *steps, last = path.split(".")
        for step in steps:
            whole = whole[int(step)] if isinstance(whole, list) else whole[step]
        assert whole[int(last) if isinstance(whole, list) else last] != value
        whole[int(last) if isinstance(whole, list) else last] = value

    return change


TEXTS = {
    # what somebody changes who makes the platform sign it: the file, how, and where the verifier says so
    "the statement": ("appeal", "case.json", set_at("appeal.statement", "我认错。"), "case.json appeal.statement"),
    "the ground": ("appeal", "case.json", set_at("appeal.ground", "other"), "case.json appeal.ground"),
    "the outcome": ("appeal", "case.json", set_at("decision.outcome", "UPHELD"), "case.json decision.outcome"),
    "the reasons": ("appeal", "case.json", set_at("decision.reasons", "改"), "case.json decision"),
    "a sentence": ("appeal", "case.json", set_at("decision.points.0.sentence", "改"), "case.json decision"),
    "a ruling": ("appeal", "case.json", set_at("decision.rulings.0.outcome", "UPHELD"), "case.json decision"),
    "the check code": ("appeal", "case.json", set_at("decision.check_code", "A" * 12), "case.json decision"),
    "the decision gone": ("appeal", "case.json", set_at("decision", None), "case.json decision"),
    "a caption": (
        "appeal", "case.json", set_at("appeal.evidence.0.caption", "改"), "case.json appeal.evidence version 1",
    ),
    "a question": ("appeal", "case.json", set_at("appeal.requests.0.item", "改"), "case.json appeal.requests item"),
    "an answer": ("appeal", "case.json", set_at("appeal.requests.0.answer", "改"), "case.json appeal.requests answer"),
    "the facts of the notice": (
        "appeal", "case.json", set_at("notice.facts", "改"), "case.json notice facts and reasons",
    ),
    "a clause": ("appeal", "case.json", set_at("notice.basis.0.text_zh", "改"), "case.json notice.basis"),
    "a kind of measure": ("appeal", "case.json", set_at("notice.measures.0.type", "x"), "case.json notice.measures"),
    "the hash of an exhibit": (
        "appeal", "case.json", set_at("notice.evidence.0.sha256", "a" * 64), "case.json notice.evidence",
    ),
    "a file of evidence": ("appeal", "evidence/1-a.png", None, "case.json evidence/1-a.png"),
    "the words of the letter": ("appeal", "letter.json", set_at("0.parts.0.lines.0", "改"), "letter.json zh-hans"),
    "the statement of a dispute": (
        "dispute", "case.json", set_at("dispute.statement", "改"), "case.json dispute.statement",
    ),
    "the first answer": ("dispute", "case.json", set_at("dispute.answer", "改"), "case.json dispute.answer"),
    "the sum": ("dispute", "case.json", set_at("determinations.0.amount_minor", 1), "case.json determinations"),
    "a finding": (
        "dispute", "case.json", set_at("determinations.0.findings.0.sentence", "改"), "case.json determinations",
    ),
    "a platform record": ("dispute", "records/2-logistics.json", None, "case.json records/2-logistics.json"),
}  # fmt: skip


@pytest.mark.parametrize(("which", "name", "change", "where"), TEXTS.values(), ids=TEXTS)
def test_a_case_file_that_the_platform_was_made_to_sign_differs_from_its_events(
    db: None, archives: dict[str, bytes], now: Any, which: str, name: str, change: Any, where: str
) -> None:
    files = contents(archives[which])
    files[name] = changed_json(files[name], change) if change else files[name] + b" "
    manifest = fitting(files)
    signature = signing.sign(offline.PURPOSE, manifest, now=now)

    raw = packed(files | {"manifest.json": manifest, "signature.json": case_file.as_json(signature)})

    assert where in [place for place, _what in flaws(raw)]
    assert not {"manifest.json", "signature.json"} & {place for place, _what in flaws(raw)}


def changed_json(raw: bytes, change: Callable[[Any], None]) -> bytes:
    value = json.loads(raw)
    change(value)
    return case_file.as_json(value)


def fitting(files: dict[str, bytes]) -> bytes:
    """The manifest, changed to fit the files."""
    manifest = json.loads(files["manifest.json"])
    for name in manifest["files"]:
        listed = {"sha256": hashlib.sha256(files[name]).hexdigest(), "size": len(files[name])}
        manifest["files"][name] = manifest["files"][name] | listed
    return case_file.as_json(manifest)


def overturned(files: dict[str, bytes]) -> dict[str, bytes]:
    """The outcome turned round wherever it stands, and a manifest that fits."""
    files = {
        name: raw.replace(b"OVERTURNED", b"UPHELD") if name != "events.json" else raw for name, raw in files.items()
    }
    return files | {"manifest.json": fitting(files)}


def with_foreign_key(files: dict[str, bytes], *, key_id: str = "") -> dict[str, bytes]:
    key = Ed25519PrivateKey.generate()
    signature = key.sign(offline.PURPOSE + files["manifest.json"]).hex()
    named = key_id or offline.key_id(key.public_key().public_bytes_raw())
    return files | {"signature.json": case_file.as_json({"key_id": named, "signature": signature})}


def hidden_event(files: dict[str, bytes]) -> dict[str, bytes]:
    chains = json.loads(files["events.json"])
    event = chains[0]["events"][1]
    chains[0]["events"][1] = {n: event[n] for n in ("case", "sequence", "previous", "hash")} | {"hidden": True}
    files = files | {"events.json": case_file.as_json(chains)}
    return files | {"manifest.json": fitting(files)}


def rechained(files: dict[str, bytes]) -> dict[str, bytes]:
    """An event changed and every hash after it made anew, heads and manifest included."""
    chains, manifest = json.loads(files["events.json"]), json.loads(files["manifest.json"])
    previous = ""
    for event in chains[0]["events"]:
        event.pop("hash")
        event |= {"at": event["at"].replace("2026", "2025"), "previous": previous}
        event["hash"] = previous = offline.digest(event)
    chains[0]["head"] = manifest["chains"][0]["head"] = previous
    files = files | {"events.json": case_file.as_json(chains), "manifest.json": case_file.as_json(manifest)}
    return files | {"manifest.json": fitting(files)}


def retold(**changes: Any) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda files: files | {"manifest.json": case_file.as_json(json.loads(files["manifest.json"]) | changes)}


UNSIGNED = {
    # what somebody does who has an archive and no key of the platform's: where the verifier says so, and what
    "the outcome, everywhere": (overturned, "manifest.json", "not what was signed"),
    "the outcome, signed by the forger": (lambda f: with_foreign_key(overturned(f)), "signature.json", "by key"),
    "the outcome, in our name": (
        lambda f: with_foreign_key(overturned(f), key_id=json.loads(f["signature.json"])["key_id"]),
        "manifest.json",
        "not what was signed",
    ),
    "no signature": (lambda f: {n: f[n] for n in f if n != "signature.json"}, "signature.json", "missing"),
    "a signature that is none": (lambda f: f | {"signature.json": b"{}"}, "signature.json", "by key"),
    "an event hidden": (hidden_event, "events.json", "not the chains"),
    "the whole chain": (rechained, "manifest.json", "not what was signed"),
    "when it was made": (retold(made_at="2020-01-01T00:00:00.000000Z"), "manifest.json", "not what was signed"),
    "whose it is": (retold(case="apl_other"), "events.json", "without the chain"),
    "its number": (retold(number="A-1"), "manifest.json", "not what was signed"),
    "a file beside": (lambda f: f | {"extra.txt": b"x"}, "extra.txt", "not in the manifest"),
    "a hidden file": (lambda f: f | {".extra": b"x"}, ".extra", "hidden"),
    "a file that leads elsewhere": (lambda f: f | {"../extra": b"x"}, "../extra", "hidden, or a name"),
}


@pytest.mark.parametrize(("change", "where", "what"), UNSIGNED.values(), ids=UNSIGNED)
def test_a_case_file_that_somebody_changed_is_found(
    db: None, archives: dict[str, bytes], change: Any, where: str, what: str
) -> None:
    found = flaws(packed(change(contents(archives["appeal"]))))

    assert any(place == where and said.startswith(what) for place, said in found)


def with_link(raw: bytes) -> bytes:
    """`events.json` as a link to another file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in contents(raw).items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o120777 if name == "events.json" else 0o100444) << 16
            made.writestr(entry, content)
    return out.getvalue()


def with_comment(raw: bytes) -> bytes:
    out = io.BytesIO(raw)
    with zipfile.ZipFile(out, "a") as made:
        made.comment = b"see elsewhere"
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "where"),
    [(with_link, "events.json"), (with_comment, "archive"), (lambda raw: b"#!/bin/sh\n" + raw, "archive")],
    ids=["a link", "a comment", "bytes before it"],
)
def test_what_hides_in_an_archive_is_found(
    db: None, archives: dict[str, bytes], change: Callable[[bytes], bytes], where: str
) -> None:
    assert where in [place for place, _what in flaws(change(archives["appeal"]))]


def test_the_verifier_needs_nothing_but_python(db: None, archives: dict[str, bytes], tmp_path: Any) -> None:
    """As it is served, isolated from this environment's packages and with a minimal one around."""
    program, keys, file = (tmp_path / name for name in ("verify_case_file.py", "appeals-keys.json", "case.zip"))
    program.write_bytes(Client().get("/.well-known/verify_case_file.py").content)
    keys.write_bytes(Client().get("/.well-known/appeals-keys.json").content)

    def run(raw: bytes) -> tuple[int, str]:
        file.write_bytes(raw)
        order = [sys.executable, "-I", "-S", str(program), str(file), "--keys", str(keys)]
        done = subprocess.run(order, env={}, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    code, said = run(archives["appeal"])
    assert (code, "no flaw" in said) == (0, True), said
    code, said = run(packed(overturned(contents(archives["appeal"]))))
    assert (code, "manifest.json: not what was signed" in said) == (1, True), said
    assert run(b"no archive")[0] == 2
