"""Clients that generators make of the API document are sound, and do the main job against a running server.

Nothing of them is written by hand but the two stories in `clients/`.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

CLIENTS = Path(__file__).parent / "clients"
DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
SCRIPTS = Path(sys.executable).parent
ACTORS = ("platform", "merchant_owner", "reviewer")

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]


def run(*command, cwd, told=None):
    env = os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=env, input=told, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture
def told(program):
    """What a story is told: where the server is, the tokens, and the body that the document offers per operation."""
    examples = {}
    for methods in json.loads(DOCUMENT.read_text())["paths"].values():
        for operation in methods.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                for example in media.get("examples", {}).values():
                    examples.setdefault(operation["operationId"], example["value"])
    tokens = {name: program.actors[name]["token"] for name in ACTORS}
    return json.dumps({"base_url": program.base_url, "tokens": tokens, "examples": examples})


def test_python(told, tmp_path):
    run(
        SCRIPTS / "openapi-python-client", "generate", "--fail-on-warning", "--path", DOCUMENT,
        "--config", CLIENTS / "python.yaml", "--output-path", tmp_path / "made",
        cwd=tmp_path,
    )  # fmt: skip
    shutil.copy(CLIENTS / "story.py", tmp_path / "made")

    run(SCRIPTS / "mypy", "--config-file", os.devnull, "--strict-equality", "story.py", cwd=tmp_path / "made")
    state = run(sys.executable, "story.py", cwd=tmp_path / "made", told=told)

    assert state == "REVOKED"


def test_typescript(told, tmp_path):
    if shutil.which("npm") is None and not os.environ.get("CI"):
        pytest.skip("needs npm")
    made = shutil.copytree(CLIENTS / "typescript", tmp_path / "made")
    run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=made)
    run("npx", "openapi-typescript", DOCUMENT, "--output", "api.d.ts", cwd=made)

    run("npx", "tsc", cwd=made)
    state = run("node", "story.js", cwd=made, told=told)

    assert state == "REVOKED"


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
