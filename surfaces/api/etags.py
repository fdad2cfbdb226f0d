"""Versions as HTTP validators: what a reader saw, and what a decision is made on.

A case's tag is `"<version>-<digest>"`: the version is what `If-Match` compares, and `"<version>"` alone will do; the
digest makes the tag differ when the words, the language or the open actions differ although no event happened, so that
a 304 never leaves a dead button.
"""

import hashlib
import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

from casework.errors import Invalid, PreconditionRequired

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_VERSION = re.compile(r"(\d{1,9})(?:-[0-9a-f]{1,64})?")


def tag_of(version: int, body: bytes) -> str:
    """The strong tag of a case's representation; `body` without the time of day."""
    return f'"{version}-{hashlib.sha256(body).hexdigest()[:12]}"'


def digest_tag_of(body: bytes) -> str:
    """The strong tag of what is no case and has no version: `If-Match` never takes it for one."""
    return f'"d{hashlib.sha256(body).hexdigest()[:16]}"'


def is_unchanged(request: HttpRequest, tag: str) -> bool:
    """Whether `If-None-Match` names the tag, so that 304 is the answer."""
    header = request.headers.get("If-None-Match", "").strip()
    return header == "*" or tag.strip('"') in [value for _weak, value in _TAG.findall(header)]


def expected_version(request: HttpRequest) -> int:
    """The version that the caller read, from `If-Match`.

    Raises `PreconditionRequired` when it is missing or `*`, which would decide blindly, and `Invalid` when it is no
    single tag. A tag that we never gave out reads as version -1, which no case has, and so ends as `Stale`.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        raise PreconditionRequired()
    tag = _TAG.fullmatch(header)
    if tag is None:
        raise Invalid.field("", "if-match-malformed", _('If-Match must be one entity tag such as "3".'))
    version = None if tag[1] else _VERSION.fullmatch(tag[2])
    return -1 if version is None else int(version[1])
