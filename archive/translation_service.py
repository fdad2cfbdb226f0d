"""Drafts of translations by a service that the operator names; off until `TRANSLATION_URL` does.

Spoken is what LibreTranslate takes and answers: POST {"q": [texts], "source", "target", "format", "api_key"}, answered
by {"translatedText": [texts]}. What comes back is plain text for an officer to read and correct.

What does not belong here: saving anything.
"""

import json
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from archive.translations import LONGEST, Original, digest_of
from casework.languages import language_of
from casework.text import TextRefused, check_text, is_visually_blank
from operations.outgoing import CallFailed, Deadline, Host, Message, answer_to

trail = logging.getLogger("trail.translation")

TIMEOUT = 20.0
"""Seconds for the whole call. After 30 the script of the page sends the form again."""
MAX_ANSWER = 2 * 1024 * 1024
CODES = {"zh-hans": "zh", "en": "en"}
"""What the service calls our languages; LibreTranslate knows `zh` in every version."""


class NotDrafted(Exception):  # noqa: N818  named as in casework.errors
    """There is no draft that can be used; the message says why, without any word of the texts."""


def service() -> str:
    """The host to which texts go, empty where none is set."""
    return urlsplit(settings.TRANSLATION_URL).hostname or ""


def draft(originals: Sequence[Original], language: str) -> dict[str, str]:
    """The service's translation of each of these into the language, by its name. Not to be called in a transaction.

    The log says that the texts went out, by their digest. Raises `NotDrafted` where no service is set, where it fails
    or is slow, and unless it answers with a text in the language for each.
    """
    if not settings.TRANSLATION_URL:
        raise NotDrafted("no service is set")
    outcome = "answered"
    try:
        texts = _texts(_asked(originals, language), originals, language)
    except NotDrafted as error:
        outcome = str(error)
        raise
    finally:
        trail.info("texts %s went to %s to be translated: %s", digest_of(originals), service(), outcome)
    return {each.of: text for each, text in zip(originals, texts, strict=True)}


def _asked(originals: Sequence[Original], language: str) -> bytes:
    """What the service answers. Raises `NotDrafted`."""
    where = urlsplit(settings.TRANSLATION_URL)
    source = next(code for each, code in CODES.items() if each != language)
    asked = {"q": [each.text for each in originals], "source": source, "target": CODES[language], "format": "text"}
    if settings.TRANSLATION_KEY:
        asked["api_key"] = settings.TRANSLATION_KEY
    host = Host(where.scheme, where.hostname or "", where.port or {"http": 80, "https": 443}[where.scheme])
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    message = Message("POST", where.path or "/", headers, json.dumps(asked).encode())
    try:
        with answer_to(message, host, Deadline(TIMEOUT)) as answer:
            if answer.status != 200:
                raise NotDrafted(f"it answers {answer.status}")
            body: bytes = answer.read(MAX_ANSWER + 1)
    except CallFailed as error:
        raise NotDrafted(f"it cannot be reached ({error.reason})") from None
    if len(body) > MAX_ANSWER:
        raise NotDrafted("its answer is too long")
    return body


def _texts(body: bytes, originals: Sequence[Original], language: str) -> list[str]:
    """The texts of the answer, one for each original. Raises `NotDrafted`."""
    try:
        answer: Any = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise NotDrafted("its answer is no JSON") from None
    texts = answer.get("translatedText") if isinstance(answer, dict) else None
    if not isinstance(texts, list) or len(texts) != len(originals):
        raise NotDrafted("its answer is not one text for each")
    for text in texts:
        try:
            check_text(text, max_length=LONGEST)
        except TextRefused as refused:
            raise NotDrafted(f"a text of it cannot be used ({refused.code})") from None
        if is_visually_blank(text) or language_of(text) != language:
            raise NotDrafted("a text of it is empty or in another language")
    return texts
