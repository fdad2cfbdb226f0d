"""Files people send: what is accepted, how it is kept, how it is shown and named.

A file is accepted only if content *and* name say the same allowed type. It is kept as received, under its SHA-256, and
never served from our origin in a way that can run. The copy that others are shown is made by `files.cleaning`.
"""

import errno
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

import puremagic
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from casework.errors import CaseError, FieldError, FileRefused, TooLarge
from files.filenames import safe_name


class FileKind(StrEnum):
    IMAGE = "image"
    PDF = "pdf"
    FILM = "film"


MEGABYTE = 1024 * 1024
LIMITS: Mapping[str, int] = {
    FileKind.IMAGE: 10 * MEGABYTE,
    FileKind.PDF: 20 * MEGABYTE,
    FileKind.FILM: 200 * MEGABYTE,
}

KINDS: Mapping[str, FileKind] = {
    "image/jpeg": FileKind.IMAGE,
    "image/png": FileKind.IMAGE,
    "image/webp": FileKind.IMAGE,
    "application/pdf": FileKind.PDF,
    "video/mp4": FileKind.FILM,
}
EXTENSIONS: Mapping[str, str] = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".mp4": "video/mp4",
}

FULL = (errno.ENOSPC, errno.EDQUOT)
_CHUNK = 64 * 1024
_FILM_BRANDS = frozenset(
    {b"isom", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VH", b"M4VP", b"dash", b"MSNV"}
    | {b"iso%d" % generation for generation in range(2, 10)}
)
_PHOTOS_OF_IPHONES = frozenset(b"ftyp" + brand for brand in (b"heic", b"heix", b"heim", b"heis", b"mif1"))
_NOT_ACCEPTED = _("Only JPG, PNG, WEBP, PDF and MP4 files can be accepted.")
_HEIC = _("A HEIC photo cannot be accepted. Send a screenshot of it, or set the iPhone’s camera to “Most Compatible”.")
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R\b|<<)")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """What was found out about a file that may be kept."""

    kind: FileKind
    media_type: str
    size: int
    sha256: str
    safe_name: str


class FilesAway(CaseError):  # noqa: N818  named as in casework.errors
    """The folder is gone or the object store gave no usable answer; nothing was stored."""

    code, status = "unavailable", 503
    title = _("Files cannot be reached right now. Nothing was changed; please try again shortly.")

    def __init__(self) -> None:
        super().__init__(retry_after=60)


class ContentDamaged(Exception):  # noqa: N818  named as in casework.errors
    """The content stored under a hash no longer has that hash, or is no plain file."""


def inspect(stream: BinaryIO, *, name: str, limits: Mapping[str, int] | None = None) -> InspectedFile:
    """Reads a file once to the end and checks it: allowed by content and by name, whole, unlocked, not too large.

    `stream` is seekable and is read from its beginning. Raises `FileRefused` or `TooLarge`; the reason is the code of
    its one field error.
    """
    limits = limits if limits is not None else getattr(settings, "ATTACHMENT_LIMITS", LIMITS)
    safe = safe_name(name)
    stream.seek(0)
    head = _read_full(stream, _CHUNK)
    if not head:
        raise _refused("empty", _("The file is empty."))
    media_type = _media_type(head)
    if media_type is None:
        raise _refused("wrong-type", _HEIC if head[4:12] in _PHOTOS_OF_IPHONES else _NOT_ACCEPTED)
    if EXTENSIONS.get(Path(safe).suffix.lower()) != media_type:
        raise _refused(
            "extension-mismatch", _("The file’s name does not fit its content. Please send the original file.")
        )
    kind = KINDS[media_type]

    digest = hashlib.sha256()
    size, chunk, tail, is_encrypted = 0, head, b"", False
    while chunk:
        size += len(chunk)
        if size > limits[kind]:
            raise _too_large(limits[kind])
        digest.update(chunk)
        if kind is FileKind.PDF:
            window = tail + chunk
            is_encrypted = is_encrypted or _ENCRYPTED.search(window) is not None
            tail = window[-1024:]
        chunk = stream.read(_CHUNK)

    if is_encrypted:
        raise _refused("encrypted", _("The file has a password. Remove the password and send it again."))
    if (kind is FileKind.PDF and b"%%EOF" not in tail) or (kind is FileKind.FILM and not _is_whole_film(stream, size)):
        raise damaged()
    return InspectedFile(kind, media_type, size, digest.hexdigest(), safe)


def place_of(sha256: str) -> str:
    """Where in a store the bytes with this hash lie. Raises `ValueError` for what is no hash: never a path."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hex")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


class Store(Protocol):
    """Files by the SHA-256 of their bytes: written once, checked against their name whenever opened, and removed where
    no row names them any more (`files.attachments.remove_unnamed`).
    """

    def put(self, stream: BinaryIO) -> str:
        """Writes the bytes from here to the end of `stream`, whole or not at all; returns their SHA-256."""

    def open(self, sha256: str) -> BinaryIO:
        """Opens the bytes with this hash, verified, from their beginning.

        Raises `FileNotFoundError` when there are none and `ContentDamaged` when they have changed.
        """

    def require(self) -> None:
        """Raises `FilesAway` where files can be neither opened nor put at present, as every other method does then."""

    def is_empty(self) -> bool:
        """Whether nothing lies here."""

    def has(self, sha256: str) -> bool:
        """Whether a file lies here under this hash, without reading it."""

    def remove(self, sha256: str) -> None:
        """Nothing lies here under this hash any more, if something did."""


def is_intact(store: Store, sha256: str) -> bool:
    """Whether these bytes lie in the store, unchanged."""
    try:
        store.open(sha256).close()
    except (FileNotFoundError, ContentDamaged):
        return False
    return True


class ContentStore:
    """A store in a folder of this host. Its files are read-only.

    `has_files` says whether any were ever put there. A folder that is empty then is no new one: its disk is gone, and
    what is put into it would lie beside the others.
    """

    def __init__(self, root: str | os.PathLike[str], *, has_files: Callable[[], bool] = lambda: False) -> None:
        self.root, self._has_files = Path(root), has_files

    def require(self) -> None:
        try:
            if self.is_empty() and self._has_files():
                raise FilesAway()
        except OSError as error:
            raise FilesAway() from error

    def is_empty(self) -> bool:
        return not self.root.exists() or not any(self.root.iterdir())

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def remove(self, sha256: str) -> None:
        self.require()
        path = self.path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            sync_folder(path.parent)

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash lie. Raises `ValueError` as `place_of`."""
        return self.root / place_of(sha256)

    def put(self, stream: BinaryIO) -> str:
        """Writes the bytes from here to the end of `stream` to disk, whole or not at all; returns their SHA-256."""
        self.require()
        try:
            return self._put(stream)
        except OSError as error:
            if isinstance(error, ConnectionError) or error.errno in FULL:  # of who sends it; 507
                raise
            raise FilesAway() from error

    def _put(self, stream: BinaryIO) -> str:
        incoming = self.root / "incoming"
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256()
        handle, temporary = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(handle, "wb") as file:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fchmod(file.fileno(), 0o440)
                os.fsync(file.fileno())
            sha256 = digest.hexdigest()
            if not is_intact(self, sha256):
                target = self.path(sha256)
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                Path(temporary).replace(target)
                for folder in (target.parent, target.parent.parent, self.root):
                    sync_folder(folder)
        finally:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        """Opens the bytes with this hash, verified, from their beginning.

        Raises `FileNotFoundError` when there are none and `ContentDamaged` when they have changed.
        """
        path = self.path(sha256)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            self.require()
            if isinstance(error, FileNotFoundError):
                raise
            raise ContentDamaged(sha256) from error
        file = os.fdopen(handle, "rb")
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode) or hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise ContentDamaged(sha256)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file


def _media_type(head: bytes) -> str | None:
    """The allowed type whose signature the content has, if puremagic is not sure of another; None otherwise."""
    found = next((media_type for media_type, has in _SIGNATURES.items() if has(head)), None)
    if found is None:
        return None
    if found == "video/mp4":
        return found  # by its brand: puremagic knows few of those that cameras write
    try:
        seen = puremagic.magic_string(head[:8192])
    except puremagic.PureError:
        return None
    strong = {match.mime_type for match in seen if match.confidence >= 0.5 and match.mime_type}
    return found if strong <= {found} else None


def _is_film(head: bytes) -> bool:
    size = int.from_bytes(head[:4])
    if head[4:8] != b"ftyp" or not 16 <= size <= 1024 or size % 4 or len(head) < size:
        return False
    return head[8:12] in _FILM_BRANDS


_SIGNATURES = {
    "image/jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "image/png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "application/pdf": lambda head: head.startswith(b"%PDF-"),
    "video/mp4": _is_film,
}


def _is_whole_film(stream: BinaryIO, size: int) -> bool:
    """Whether the boxes of an MP4 fill the file exactly and tell how to play it."""
    at, has_index = 0, False
    for _step in range(100_000):
        if at == size:
            return has_index
        stream.seek(at)
        header = _read_full(stream, 16)
        length = int.from_bytes(header[:4])
        if length == 1:
            length = int.from_bytes(header[8:16]) if len(header) == 16 else 0
        elif length == 0:
            length = size - at
        if len(header) < 8 or length < 8 or at + length > size:
            return False
        has_index = has_index or header[4:8] == b"moov"
        at += length
    return False


def _read_full(stream: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end: a stream may hand out less than asked for."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def sync_folder(folder: Path) -> None:
    """What the folder names stays named if the power fails now."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(reason: str, message: str | Promise) -> FileRefused:
    return FileRefused(message, errors=[FieldError("/file", reason, message)])


def damaged() -> FileRefused:
    """The refusal of a file that cannot be read to its end."""
    return _refused("damaged", _("The file is damaged or did not arrive whole. Please try again."))


def too_many_pixels() -> FileRefused:
    """The refusal of a picture that would take more memory than one may."""
    return _refused("too-many-pixels", _("The picture has too many pixels. Please send a smaller one."))


def _too_large(limit: int) -> TooLarge:
    message = format_lazy(
        _("The file is larger than {limit} MB. Please make it smaller and send it again."),
        limit=f"{limit / MEGABYTE:g}",
    )
    return TooLarge(message, errors=[FieldError("/file", "too-large", message)])
