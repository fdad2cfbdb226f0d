"""The page on which a reader's browser checks a case file or a receipt finds what the program for it finds."""

import io
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from typing import Any

import pytest

from archive import offline
from tests.e2e.conftest import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]


def fetched(program: Any, path: str, who: str = "") -> bytes:
    """The answer at this address; what the worker has yet to make is waited for."""
    headers = {"Authorization": f"Bearer {program.actors[who]['token']}"} if who else {}
    request = urllib.request.Request(f"{program.base_url}{path}", headers=headers)
    for _attempt in range(60):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            time.sleep(1)
    pytest.fail(f"{path} was not there within a minute")


def altered(raw: bytes, name: str, was: bytes, becomes: bytes) -> bytes:
    """The archive with one place of one entry replaced, as somebody would who has nothing but the file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in archive.infolist():
            content = archive.read(entry)
            assert entry.filename != name or was in content
            copy.writestr(entry.filename, content.replace(was, becomes, 1) if entry.filename == name else content)
    return out.getvalue()


def found_by(page: Any, raw: bytes) -> tuple[str, dict[str, str]]:
    """The verdict, and the state of each check that was made."""
    page.set_input_files("#id_file", {"name": "file", "mimeType": "application/octet-stream", "buffer": raw})
    page.wait_for_selector("#case-file-check:not([aria-busy]) [data-verdict]:not([hidden])")
    seen = page.locator("[data-check]:not([hidden]) [data-state]:not([hidden])")
    states = seen.evaluate_all("all => all.map(one => [one.parentElement.dataset.check, one.dataset.state])")
    return page.locator("[data-verdict]:not([hidden])").get_attribute("data-verdict"), dict(states)


def test_what_was_altered_is_found_in_the_browser(program, browser):
    fetched(program, "/.well-known/appeals-checkpoint.json")
    ref = program.call("merchant_owner", "GET", "appeals")["items"][-1]["ref"]
    raw = fetched(program, f"/api/v1/appeals/{ref}/case-file", who="merchant_owner")
    keys = offline.read_keys(fetched(program, "/.well-known/appeals-keys.json"))
    assert offline.verify(io.BytesIO(raw), keys).flaws == []
    root = json.loads(zipfile.ZipFile(io.BytesIO(raw)).read("checkpoint.json"))["checkpoint"]["root"].encode()
    other = bytes(reversed(root))

    page = browser.new_page()
    page.goto(f"{program.base_url}/case-files/check/")
    checks = ("signature", "files", "chains", "list", "platform")
    assert found_by(page, raw) == ("whole", dict.fromkeys(checks, "good"))
    for name, was, becomes, bad in (
        ("case.json", b"apl_", b"apI_", {"files"}),
        ("events.json", b'"type": "', b'"type": "un', {"files", "chains"}),
        ("checkpoint.json", root, other, {"files", "list", "platform"}),
        ("manifest.json", b'"made_at"', b'"made_On"', {"signature"}),
    ):
        verdict, states = found_by(page, altered(raw, name, was, becomes))
        assert (verdict, {check for check, state in states.items() if state == "bad"}) == ("altered", bad), name
    assert found_by(page, b"PK" * 40) == ("unreadable", {})
    page.close()


def test_a_receipt_is_checked_in_the_browser_without_an_account_or_a_connection(program, browser):
    fetched(program, "/.well-known/appeals-checkpoint.json")  # what it saw, the next one signs
    make = "from archive import checkpoints; from casework.clock import now; from datetime import timedelta as lasting;"
    make += "checkpoints.make_if_due(now=now() + lasting(hours=2))"
    order = [sys.executable, "manage.py", "shell", "-v", "0", "-c", make]
    subprocess.run(order, cwd=ROOT, env=program.env, check=True)
    ref = program.call("merchant_owner", "GET", "appeals")["items"][-1]["ref"]
    raw = fetched(program, f"/api/v1/appeals/{ref}/receipts/1", who="merchant_owner")
    receipt = json.loads(raw)
    keys = offline.read_keys(fetched(program, "/.well-known/appeals-keys.json"))
    assert (receipt["proof"] is None, [*offline.flaws_in_receipt(receipt, keys)]) == (False, [])

    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{program.base_url}/case-files/check/")
    assert found_by(page, raw) == ("receipt-whole", {"receipt": "good", "acts": "good", "platform": "good"})
    assert receipt["receipt"]["number"] in page.locator("[data-says]").inner_text()
    assert page.locator("[data-said=words]").inner_text() in ("Appeal filed", "提交申诉")
    root = receipt["proof"]["checkpoint"]["acts"]["event"]["root"]
    for was, becomes, bad in (
        ("appeal.filed", "appeal.withdrawn", {"receipt"}),
        (receipt["signature"], receipt["signature"][::-1], {"receipt"}),
        (root, root[::-1], {"acts", "platform"}),
    ):
        verdict, states = found_by(page, raw.replace(was.encode(), becomes.encode()))
        assert (verdict, {check for check, state in states.items() if state == "bad"}) == ("receipt-altered", bad), was
    assert found_by(page, json.dumps(receipt | {"proof": None}).encode())[0] == "receipt-partly"

    context.set_offline(True)
    assert found_by(page, raw) == ("receipt-partly", {"receipt": "good", "acts": "good", "platform": "open"})
    kept = json.dumps(receipt["proof"]).encode()
    page.set_input_files("#id_kept", {"name": "kept.jsonl", "mimeType": "application/json", "buffer": kept})
    assert found_by(page, raw) == ("receipt-whole", {"receipt": "good", "acts": "good", "kept": "good"})
    context.close()
