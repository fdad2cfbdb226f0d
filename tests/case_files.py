"""Taking a case file apart, changing it, and putting it together again as a forger would."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from archive import case_file, offline, signing

FREE_FORM = ("calculation", "derived", "gaps")  # stored as JSON of their own, not written field by field


def written(write: Callable[..., Any], **arguments: Any) -> bytes:
    """The archive that an app's `write_case_file` writes."""
    out = io.BytesIO()
    write(out, **arguments)
    return out.getvalue()


def contents(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, raw in files.items():
            made.writestr(name, raw)
    return out.getvalue()


def flaws(raw: bytes) -> list[tuple[str, str]]:
    return [(flaw.where, flaw.what) for flaw in offline.verify(io.BytesIO(raw), signing.public_keys()).flaws]


def rewritten(raw: bytes, change: Callable[[Any], object]) -> bytes:
    """The archive after somebody changed its events and wrote a manifest that fits them."""
    files = contents(raw)
    chains = json.loads(files["events.json"])
    change(chains)
    events = case_file.as_json(chains)
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["events.json"] = {"sha256": hashlib.sha256(events).hexdigest(), "size": len(events)}
    return packed(files | {"events.json": events, "manifest.json": case_file.as_json(manifest)})


def keys_of(value: Any, at: str = "") -> dict[str, set[str]]:
    """The keys of every object in a JSON value, by where it stands: `{"notice.measures[]": {"no", "type", …}}`."""
    found: dict[str, set[str]] = {at: set(value)} if isinstance(value, dict) else {}
    below = (
        value.items() if isinstance(value, dict) else [("", each) for each in value] if isinstance(value, list) else ()
    )
    for key, each in below:
        if key not in FREE_FORM:
            merge(found, keys_of(each, f"{at}.{key}".strip(".") if key else f"{at}[]"))
    return found


def merge(found: dict[str, set[str]], more: Mapping[str, set[str]]) -> None:
    for at, keys in more.items():
        found.setdefault(at, set()).update(keys)


def same_named(file: Any, api: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every value that the case file and an answer of the API give the same name to: where, as it says, as it says."""
    if isinstance(file, dict) and isinstance(api, dict):
        for name in file.keys() & api.keys():
            yield from same_named(file[name], api[name], f"{at}.{name}")
    elif isinstance(file, list) and isinstance(api, list) and file and isinstance(file[0], dict):
        for one, other in zip(file, api, strict=True):
            yield from same_named(one, other, f"{at}[]")
    elif not isinstance(file, dict | list) and (not isinstance(api, dict | list) or "code" in api):
        yield at, _plain(file), _plain(api)


def _plain(value: Any) -> Any:
    """A code without its label, a time as a moment, and nothing as nothing."""
    value = value["code"] if isinstance(value, dict) else value
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return datetime.fromisoformat(value)
    return None if value == "" else value


def against_the_api(
    raw: bytes, get: Callable[..., Any], answers: Mapping[str, tuple[str, str]]
) -> tuple[set[str], int]:
    """Where the file and the API differ, and how many values were compared.

    `answers` says for a part of `case.json` at which address the same is answered, and under which name there.
    """
    case = json.loads(contents(raw)["case.json"])
    pairs: list[tuple[str, Any, Any]] = []
    for part, (path, name) in answers.items():
        response = get("GET", f"/api/v1/{path}")
        assert response.status_code == 200, response.content
        answer = response.json()
        pairs += same_named(case[part], answer[name] if name else answer, part)
    return {at for at, here, there in pairs if here != there}, len(pairs)
