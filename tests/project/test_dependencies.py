"""What is installed is what was pinned and argued for."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    "requirements.txt",
    "requirements-server.txt",
    "requirements-tracing.txt",
    "requirements-dev.txt",
    "requirements-fuzz.txt",
]


def pins(file: str) -> dict[str, tuple[str, int]]:
    """Name → version and number of hashes."""
    found = {}
    for block in re.split(r"\n(?=\S)", (ROOT / file).read_text(encoding="utf-8")):
        if match := re.match(r"([a-z0-9.-]+)==(\S+)", block):
            found[match[1]] = (match[2], block.count("--hash=sha256:"))
    return found


def test_django_fsm_means_django_fsm_2() -> None:
    # Both own the folder django_fsm/: the later one wins without a word, and removing either breaks the other.
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version("django-fsm")

    assert importlib.metadata.version("django-fsm-2").startswith("4.")


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_a_hash(file: str) -> None:
    assert pins(file)
    assert [name for name, (_version, hashes) in pins(file).items() if not hashes] == []


def test_the_files_pin_the_same_versions() -> None:
    runtime = pins("requirements.txt")

    for file in FILES[1:4]:
        other = pins(file)
        assert {name: other[name] for name in runtime.keys() & other.keys()} == {
            name: runtime[name] for name in runtime.keys() & other.keys()
        }


def test_every_declared_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-server.txt": project["project"]["optional-dependencies"]["server"],
        "requirements-tracing.txt": project["project"]["optional-dependencies"]["tracing"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
        "requirements-fuzz.txt": project["dependency-groups"]["fuzz"],
    }

    for file, requirements in declared.items():
        names = {re.split(r"[\[<>=; ]", requirement)[0].lower() for requirement in requirements}
        assert names - pins(file).keys() == set()


def test_every_declared_dependency_is_argued_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    argued = (ROOT / "docs/decisions/0001-dependencies.md").read_text(encoding="utf-8").lower()
    extras = project["project"]["optional-dependencies"].values()
    requirements = [*project["project"]["dependencies"], *(name for extra in extras for name in extra)]

    names = {re.split(r"[\[<>=; ]", requirement)[0].lower() for requirement in requirements}

    assert {name for name in names if f"`{name}" not in argued} == set()
