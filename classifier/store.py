"""Model files: a skops archive of arrays and one JSON text, and beside it a manifest that seals it.

Nothing here unpickles, imports a name found in a file, or writes in place. An archive may hold five kinds of node,
listed below; everything else is refused before skops sees it. What does not belong here: caching, scoring, training.
"""

import hashlib
import hmac
import io
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import skops.io

from classifier.model import TriageModel

MAX_FILE = 64 * 1024 * 1024
MAX_UNPACKED = 128 * 1024 * 1024
MAX_SCHEMA = 64 * 1024
MAX_MANIFEST = 256 * 1024
CURRENT = "current.json"
ALLOWED_NODES = frozenset(
    {
        ("DictNode", "builtins.dict"),
        ("ListNode", "builtins.list"),
        ("JsonNode", "builtins.str"),
        ("TypeNode", "builtins.str"),
        ("NdArrayNode", "numpy.ndarray"),
    }
)
_MEMBER = re.compile(r"[0-9]{1,20}\.npy\Z")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.skops\Z")


class NoModel(Exception):  # noqa: N818  the cold start is a state, not a defect
    """There is no current model in the folder."""


class BadModel(Exception):  # noqa: N818  said of the file
    """The file is not one that `save` wrote, or it was altered since."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a model file without opening it; `mac` seals all the rest when a key was given."""

    file: str
    sha256: str
    size: int
    version: str
    model_hash: str
    report: Mapping[str, Any]
    mac: str = ""

    def sealed_text(self) -> bytes:
        plain = {
            "file": self.file,
            "sha256": self.sha256,
            "size": self.size,
            "version": self.version,
            "model_hash": self.model_hash,
            "report": self.report,
        }
        return json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()

    def to_json(self) -> bytes:
        return json.dumps({**json.loads(self.sealed_text()), "mac": self.mac}, indent=1, sort_keys=True).encode()


def save(
    model: TriageModel,
    model_dir: Path,
    *,
    key: bytes | None = None,
    report: Mapping[str, Any] | None = None,
    make_current: bool = True,
) -> Manifest:
    """The folder holds the model and its manifest, whole or not at all; with `make_current` it is the one in use."""
    model_dir.mkdir(parents=True, exist_ok=True)
    content = dumps(model)
    if len(content) > MAX_FILE:
        raise BadModel(f"{len(content)} bytes are more than a model may have")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", model.version).strip("-._")[:60] or "model"
    manifest = Manifest(
        file=f"{name}-{model.hash[:12]}.skops",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        version=model.version,
        model_hash=model.hash,
        report=json.loads(json.dumps(report or {})),
    )
    if key is not None:
        manifest = Manifest(**{**_fields(manifest), "mac": _mac(manifest, key)})
    sealed = manifest.to_json()
    if len(sealed) > MAX_MANIFEST:
        raise BadModel("the report is too long for a manifest")
    _write(model_dir / manifest.file, content)
    _write(model_dir / f"{manifest.file}.json", sealed)
    if make_current:
        _write(model_dir / CURRENT, sealed)
    return manifest


def use(model_dir: Path, file: str, *, key: bytes | None = None) -> Manifest:
    """The stored model `file` is the current one; it was opened and checked first."""
    if not _FILE.match(file):
        raise BadModel("not the name of a model file")
    sealed = _read(model_dir / f"{file}.json", MAX_MANIFEST)
    manifest = _manifest(sealed, key=key)
    load(model_dir, manifest)
    _write(model_dir / CURRENT, sealed)
    return manifest


def read_current(model_dir: Path, *, key: bytes | None = None) -> Manifest:
    """The manifest of the current model; its seal holds if a key is given."""
    return _manifest(_read(model_dir / CURRENT, MAX_MANIFEST), key=key)


def load_current(model_dir: Path, *, key: bytes | None = None) -> TriageModel:
    """The current model, checked from the manifest's seal down to every weight."""
    return load(model_dir, read_current(model_dir, key=key))


def mark(model_dir: Path) -> object:
    """Equal while the current model's files are untouched. Cheap: nothing is hashed."""
    sealed = _read(model_dir / CURRENT, MAX_MANIFEST)
    try:
        state = (model_dir / _manifest(sealed, key=None).file).stat(follow_symlinks=False)
    except OSError as error:
        raise BadModel(f"the model file cannot be read: {error.strerror}") from error
    return sealed, state.st_mtime_ns, state.st_size, state.st_ino, state.st_ctime_ns


def load(model_dir: Path, manifest: Manifest) -> TriageModel:
    """The model a manifest names, or `BadModel` when one byte differs."""
    try:
        content = _read(model_dir / manifest.file, MAX_FILE)
    except NoModel as error:
        raise BadModel(f"{manifest.file} is gone") from error
    if len(content) != manifest.size:
        raise BadModel("the file's size is not the manifest's")
    if not hmac.compare_digest(hashlib.sha256(content).hexdigest(), manifest.sha256):
        raise BadModel("the file's sha256 is not the manifest's")
    model = loads(content)
    if not hmac.compare_digest(model.hash, manifest.model_hash) or model.version != manifest.version:
        raise BadModel("the weights are not those of the manifest")
    return model


# — archive —


def dumps(model: TriageModel) -> bytes:
    """A skops archive of the model's arrays and one JSON text."""
    arrays = {name: np.ascontiguousarray(array) for name, array in model.arrays().items()}
    content = {"plain": json.dumps(model.facts_of_file(), sort_keys=True), "arrays": arrays}
    archive: bytes = skops.io.dumps(content, compression=zipfile.ZIP_DEFLATED, compresslevel=6)
    return archive


def loads(content: bytes) -> TriageModel:
    """The model of an archive, or `BadModel`. Nothing is built before all nodes of the archive are found allowed."""
    _check_archive(content)
    try:
        parts = skops.io.loads(content, trusted=[])
        plain = json.loads(parts["plain"])
        return TriageModel.from_parts(plain, parts["arrays"])
    except Exception as error:  # whatever is wrong in here, it is the file that is wrong
        raise BadModel(f"not a model: {type(error).__name__}: {error}") from error


def _check_archive(content: bytes) -> None:
    if not content.startswith(b"PK\x03\x04"):
        raise BadModel("not a skops archive")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = [m.filename for m in members]
            if len(set(names)) != len(names) or "schema.json" not in names:
                raise BadModel("not the members of a skops archive")
            if any(name != "schema.json" and not _MEMBER.match(name) for name in names):
                raise BadModel("an unknown member in the archive")
            if (
                sum(m.file_size for m in members) > MAX_UNPACKED
                or archive.getinfo("schema.json").file_size > MAX_SCHEMA
            ):
                raise BadModel("the archive unpacks to too much")
            schema = json.loads(archive.read("schema.json"))
            for name in names:
                # An array of objects is a pickle in disguise: numpy would refuse it later, we do now.
                if name != "schema.json":
                    with archive.open(name) as member:
                        _check_array(member.read(4096))
    except (
        zipfile.BadZipFile,
        ValueError,
        RecursionError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise BadModel(f"not a readable archive: {error}") from error
    _check_nodes(schema)


def _check_array(head: bytes) -> None:
    header = io.BytesIO(head)
    version = np.lib.format.read_magic(header)
    if version != (1, 0):
        raise BadModel("an unknown array format")
    shape, _, kind = np.lib.format.read_array_header_1_0(header, max_header_size=2_000)
    if kind.hasobject or kind.kind not in "bf":
        raise BadModel("an array holds something else than numbers")
    if np.prod(shape, dtype=object) * kind.itemsize > MAX_UNPACKED:
        raise BadModel("an array is too large")


def _check_nodes(schema: object) -> None:
    waiting: list[object] = [schema]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            if any(mark_of_node in item for mark_of_node in ("__loader__", "__class__", "__module__")):
                node = (str(item.get("__loader__")), f"{item.get('__module__')}.{item.get('__class__')}")
                if node not in ALLOWED_NODES:
                    raise BadModel(f"{node[1]} ({node[0]}) is not allowed in a model file")
                if node[0] == "NdArrayNode" and item.get("type") != "numpy":
                    raise BadModel("an array of objects is not allowed in a model file")
            waiting += item.values()


# — manifest and disk —


def _fields(manifest: Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in Manifest.__dataclass_fields__}


def _mac(manifest: Manifest, key: bytes) -> str:
    return hmac.new(key, b"triage-model\0" + manifest.sealed_text(), hashlib.sha256).hexdigest()


def _manifest(sealed: bytes, *, key: bytes | None) -> Manifest:
    try:
        plain = json.loads(sealed)
        manifest = Manifest(
            file=str(plain["file"]),
            sha256=str(plain["sha256"]),
            size=int(plain["size"]),
            version=str(plain["version"]),
            model_hash=str(plain["model_hash"]),
            report=dict(plain["report"]),
            mac=str(plain["mac"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadModel(f"not a manifest: {error}") from error
    if not _FILE.match(manifest.file):
        raise BadModel("the manifest names a file elsewhere")
    if key is not None and not hmac.compare_digest(_mac(manifest, key).encode(), manifest.mac.encode()):
        raise BadModel("the manifest's seal does not hold")
    return manifest


def _read(path: Path, limit: int) -> bytes:
    try:
        # A link could be turned to another file between check and use.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError as error:
        raise NoModel(f"{path.name} does not exist") from error
    except OSError as error:
        raise BadModel(f"{path.name} cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        try:
            content = file.read(limit + 1)
        except OSError as error:
            raise BadModel(f"{path.name} cannot be read: {error.strerror}") from error
    if content is None or len(content) > limit:
        raise BadModel(f"{path.name} is larger than {limit} bytes")
    return content


def _write(path: Path, content: bytes) -> None:
    """The path holds the whole content or what it held before, even if the power fails now."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
