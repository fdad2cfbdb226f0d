"""What the API has now that it had not in the last release, for those who build against it; and that nothing is gone.

`docs/api-released.txt` names what the released document holds, a line each; it is written once, when a version is
released (`python manage.py shell -c "from config.api import changes; changes.release()"`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from config.api.documents import document

RELEASED = Path(__file__).parents[2] / "docs" / "api-released.txt"
PAGE = RELEASED.with_name("api-changes.md")
HEAD = """# What is new in the API

Written by `./run ready`: what the API document names and `api-released.txt` does not, the names of the version before
(the first was noted on 2026-12-01). Everything here is an addition; a test fails where a name is gone. Why and for
what: [CHANGELOG](../CHANGELOG.md).
"""
KINDS: Mapping[str, str] = {
    "operation": "Operations",
    "parameter": "Parameters",
    "member": "Members of bodies and answers",
    "code": "Codes",
    "webhook": "Webhooks",
}


def names_in(of: Mapping[str, Any]) -> set[str]:
    """What a client can hold on to, a line each: kind, what it belongs to, name."""
    return set(_names(of))


def _names(of: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in of["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"]
            yield f"operation {name} {method.upper()} {path}"
            for each in operation.get("parameters", ()):
                found = of["components"]["parameters"][each["$ref"].split("/")[-1]] if "$ref" in each else each
                if found["in"] == "query":
                    yield f"parameter {name} {found['name']}"
            for status, answer in operation["responses"].items():
                for media in answer.get("content", {}).values():
                    for member in media["schema"].get("properties", ()):
                        yield f"member {name}.{status} {member}"
    for name, schema in of["components"]["schemas"].items():
        yield from (f"code {name} {code}" for code in schema.get("enum", ()))
        for member, shape in schema.get("properties", {}).items():
            yield f"member {name} {member}"
            codes = shape.get("enum") or shape.get("properties", {}).get("code", {}).get("enum") or ()
            yield from (f"code {name}.{member} {code}" for code in codes)
    yield from (f"webhook type {name}" for name in of.get("webhooks", {}))


def gone() -> list[str]:
    """What was released and is no more: a new version of the API would have to say so."""
    return sorted(set(RELEASED.read_text().splitlines()) - names_in(document("en")))


def page() -> str:
    """The page, each addition by its name and what has it."""
    new = names_in(document("en")) - set(RELEASED.read_text().splitlines())
    found: dict[str, dict[str, list[str]]] = {kind: defaultdict(list) for kind in KINDS}
    for line in sorted(new):
        kind, what, name = line.split(" ", 2)
        by, each = (name, what) if kind == "parameter" else (what, name)
        found[kind][by].append(each)
    lines = [HEAD]
    for kind, title in KINDS.items():
        if found[kind]:
            lines += [f"## {title}\n", *_rows(found[kind]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _rows(of: Mapping[str, list[str]]) -> Iterator[str]:
    yield from (f"- `{what}`: {', '.join(f'`{name}`' for name in names)}" for what, names in sorted(of.items()))


def release() -> None:
    """Notes what the document holds now as released."""
    RELEASED.write_text("".join(f"{line}\n" for line in sorted(names_in(document("en")))))
