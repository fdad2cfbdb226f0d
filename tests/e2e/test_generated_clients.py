"""Clients that generators make of the API document are sound, and do the main jobs against a running server.

Written by hand are the stories and rooms in `clients/` alone. Python and TypeScript are made in every CI, Kotlin and
Swift at night, where there is what compiles them.
"""

import copy
import hashlib
import json
import os
import queue
import random
import shutil
import string
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "clients"
DOCUMENT = ROOT / "docs" / "openapi.json"
SCRIPTS = Path(sys.executable).parent
ACTORS = ("platform", "merchant_owner", "reviewer", "consumer")
LISTING = "88120"  # in the document's example

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]


def run(*command, cwd, told=None, **more):
    env = os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"} | more
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=env, input=told, capture_output=True, text=True, timeout=1800
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture
def told(program, tmp_path):
    """What a story is told, made when it is called: a signature is good for five minutes."""
    photo = tmp_path / "photo.jpg"
    Image.effect_noise((80, 60), 40).convert("RGB").save(photo)
    return lambda: json.dumps(
        {
            "base_url": program.base_url,
            "tokens": {name: program.actors[name]["token"] for name in ACTORS},
            "examples": examples(listing=str(random.randrange(10_000, 100_000))),
            "photo": str(photo),
            "dispute": dispute_of_both(program),
            # Letters alone: digits in a row may be a telephone number, which the room masks.
            "word": "".join(random.choices(string.ascii_lowercase, k=12)),
            "webhook": signed_webhook(program),
        }
    )


def examples(listing):
    """The body that the document offers per operation; the notice is about that listing, as no notice was before."""
    found = {}
    for methods in json.loads(DOCUMENT.read_text())["paths"].values():
        for operation in methods.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                for example in media.get("examples", {}).values():
                    found.setdefault(operation["operationId"], copy.deepcopy(example["value"]))
    notice = found["issue_notice"]
    notice["facts"] = notice["facts"].replace(LISTING, listing)
    for measure in notice["measures"]:
        measure["object_ref"] = listing
    return found


def dispute_of_both(program):
    """A dispute between consumer and merchant in which both can talk."""
    listed = [
        {each["ref"] for each in program.call(who, "GET", "disputes?limit=100")["items"]}
        for who in ("consumer", "merchant_owner")
    ]
    for ref in sorted(set.intersection(*listed)):
        if "message" in {action["name"] for action in program.call("consumer", "GET", f"disputes/{ref}")["actions"]}:
            return ref
    pytest.fail("the sample has no dispute in which both can talk")


def signed_webhook(program):
    """A webhook as the platform sent it to a receiver of ours."""
    came = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            came.put({"headers": {name.lower(): value for name, value in self.headers.items()}, "body": body})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words):
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        body = {"url": f"http://127.0.0.1:{server.server_port}/webhooks", "event_types": ["notice.ended"]}
        endpoint = program.call("platform", "POST", "webhook-endpoints", body)
        program.call("platform", "POST", f"webhook-endpoints/{endpoint['ref']}/test", {})
        try:
            return {"secret": endpoint["secret"], **came.get(timeout=120)}
        finally:
            program.call("platform", "POST", f"webhook-endpoints/{endpoint['ref']}/disable", {})
            server.shutdown()


def made(language, place):
    """A copy of that client's folder with what is generated."""
    left = shutil.ignore_patterns("generated", "node_modules", ".build", "out")
    copied = shutil.copytree(CLIENTS / language, place / language, ignore=left)
    run(CLIENTS / "generate", "--into", place, language, cwd=ROOT)
    return copied


def needs(*commands):
    for command in commands:
        if shutil.which(command) is None:
            pytest.skip(f"needs {command} (docs/decisions/0082-clients-in-four-languages.md)")


def test_python(told, tmp_path):
    client = made("python", tmp_path)
    checked = {"MYPYPATH": "generated"}

    run(SCRIPTS / "mypy", "--config-file", os.devnull, "--strict-equality", "story.py", cwd=client, **checked)
    state = run(sys.executable, "story.py", cwd=client, told=told(), PYTHONPATH="generated")

    assert state == "REVOKED"


def test_typescript(told, tmp_path):
    if shutil.which("npm") is None and not os.environ.get("CI"):
        pytest.skip("needs npm")
    client = made("typescript", tmp_path)

    run("npx", "tsc", cwd=client)
    state = run("node", "--experimental-websocket", "story.js", cwd=client, told=told())

    assert state == "REVOKED"


@pytest.mark.nightly
def test_kotlin(told, tmp_path):
    needs("java", "npm")
    client = made("kotlin", tmp_path)
    fetched = subprocess.run(["./build", "tools"], cwd=client, env=os.environ | {"PYTHON": sys.executable}, check=False)
    if fetched.returncode:
        pytest.skip("the Kotlin compiler cannot be fetched from npm and PyPI")

    run("./build", cwd=client, PYTHON=sys.executable)
    state = run("java", "-cp", (client / "out" / "classpath").read_text().strip(), "StoryKt", cwd=client, told=told())

    assert state == "REVOKED"


@pytest.mark.nightly
def test_swift(tmp_path):
    """It compiles, and so does what is written by hand: neither is run."""
    needs("java", "swift")
    client = made("swift", tmp_path)
    # As one module, which a compiler reads once and not once for every few files.
    whole = ["--disable-index-store", "-Xswiftc", "-whole-module-optimization"]

    run("swift", "build", "--package-path", "generated", "--scratch-path", ".build", *whole, cwd=client)
    [modules] = {each.parent for each in (client / ".build").rglob("AppealsClient.swiftmodule")}
    written = sorted((client / "Sources" / "Story").glob("*.swift"))
    run("swiftc", "-typecheck", "-swift-version", "6", "-parse-as-library", "-I", modules, *written, cwd=client)


def test_quick_start(program, tmp_path):
    consumer, picture = program.actors["consumer"], tmp_path / "how-it-came.jpg"
    Image.effect_noise((80, 60), 40).convert("RGB").save(picture)

    said = run(
        sys.executable, DOCUMENT.with_name("quick_start.py"),
        program.base_url, consumer["username"], consumer["password"], picture,
        cwd=tmp_path,
    )  # fmt: skip

    assert hashlib.sha256(picture.read_bytes()).hexdigest() in said
    assert said.rstrip().endswith("你好")
