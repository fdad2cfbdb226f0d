"""Names of files that people send: what is kept of them, and how a download is named."""

import re
from urllib.parse import quote

from casework.text import is_visually_blank

# Bidirectional controls can show an .exe as a .pdf; tags, separators, controls and halves of characters name nothing.
_NOT_IN_NAMES = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    r"\ufff0-\uffff\U000e0000-\U000e0fff"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
    + "]"
)
_DEVICES = re.compile(r"(?i:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)")


def safe_name(name: str) -> str:
    """A name to keep, show and send: one path step with its extension, at most 255 bytes, that no system trips over.

    It is never used as a path here; whoever downloads the file will use it as one.
    """
    base = _NOT_IN_NAMES.sub("", re.split(r"[/\\]", name)[-1])
    base = re.sub(r'[<>:"|?*]', "_", base).strip(" .\u3000")
    stem, dot, extension = base.rpartition(".")
    if not dot or len(extension) > 16:
        stem, extension = base, ""
    if is_visually_blank(stem):
        stem = "file"
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    ending = f".{extension}" if extension else ""
    room = 255 - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore") + ending


def header_filename(name: str) -> str:
    """A Content-Disposition value that saves the file under this name and never shows it in place (RFC 6266, 8187)."""
    safe = safe_name(name)
    plain = re.sub(r"[^\x20-\x7e]|[%;]", "_", safe)  # some browsers decode %, some split at ; — quotes are gone
    value = f'attachment; filename="{plain}"'
    if plain != safe:
        value += "; filename*=UTF-8''" + quote(safe, safe="!#$&+-.^_`|~")
    return value
