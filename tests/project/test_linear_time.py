"""What strangers write is read in time that grows with its length, and not with the square of it."""

import asyncio
import importlib
import io
import pkgutil
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from casework.languages import language_of, passages
from casework.searching import pairs_of
from casework.text import check_text, is_visually_blank, parse_json_strict
from classifier.features import grams, normalise
from classifier.person import asks_for_a_person
from config import heads
from config.heads import BoundedHeads
from config.logs import cleaned
from files.filenames import header_filename, safe_name
from rules import docx
from rules.importing import clauses_in
from rules.wording.findings import lint
from rules.wording.patterns import PATTERNS
from tests.our_apps import OUR_APPS

pytestmark = pytest.mark.once

FEW, MANY = 2_000, 16_000
UNITS = (
    *("a", "A", "1", " ", "\n", "\t", ".", "-", "_", "/", "<", "@", "中", "%", "&", "#", "(", "'", '"', "=", "\\", "["),
    *(
        "a-",
        "a.",
        "a@",
        "1 ",
        "a\n",
        "<a",
        "## ",
        "| ",
        "%2",
        "\u0301",
        ":",
        "bearer ",
        "86",
        "第",
        "一",
        "、",
        "*",
        "<!--",
    ),
    *("</", "a b", "你 ", "不得", "https://", "\u200b", "а", "a*"),
)


def seconds(read: Callable[[str], object], text: str) -> float:
    begun = time.process_time()
    read(text)
    return time.process_time() - begun


def is_linear(read: Callable[[str], object], unit: str) -> bool:
    """Eight times the text takes eight times as long; 64 times is what is looked for. What is quick is not asked."""

    def text(length: int) -> str:
        return (unit * (length // len(unit) + 1))[:length]

    if seconds(read, text(MANY)) < 0.1:
        return True
    few, many = (min(seconds(read, text(n)) for _again in range(3)) for n in (FEW, MANY))
    return many < 24 * few


def our_expressions() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Every expression that a module of ours has under a name, by itself, in a list or in a table."""
    seen = set()

    def within(value: object, depth: int = 0) -> Iterator[re.Pattern[Any]]:
        if isinstance(value, re.Pattern):
            yield value
        elif isinstance(value, tuple | list | dict) and depth < 3 and len(value) < 200:
            for each in value.values() if isinstance(value, dict) else value:
                yield from within(each, depth + 1)

    for app in {*OUR_APPS, "classifier", "config"}:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".migrations" in module.name or ".management" in module.name or module.name.endswith("child"):
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                for pattern in within(value):
                    if (pattern.pattern, pattern.flags) not in seen:
                        seen.add((pattern.pattern, pattern.flags))
                        yield f"{module.name}.{name}", pattern


@pytest.mark.exhaustive
def test_no_expression_of_ours_is_quadratic() -> None:
    slow, count = [], 0
    for name, pattern in our_expressions():
        count += 1

        def find(text: str, pattern: re.Pattern[Any] = pattern) -> None:
            subject = text.encode() if isinstance(pattern.pattern, bytes) else text
            for _found in pattern.finditer(subject):
                pass
            pattern.fullmatch(subject)

        slow += [(name, unit) for unit in UNITS if not is_linear(find, unit)]
    assert count > 80
    assert slow == []


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "log": cleaned,
    "lint": lint,
    "clauses": clauses_in,
    "language": lambda text: (language_of(text), passages(text, "zh"), passages(text, "en")),
    "pairs": pairs_of,
    "text": lambda text: (is_visually_blank(text), check_text(text, max_length=MANY) if "\u0301" not in text else ""),
    "features": lambda text: grams(normalise(text).text),
    "person": lambda text: asks_for_a_person(normalise(text)),
    "file name": lambda text: (safe_name(text), header_filename(f"{text}.pdf")),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_that_reads_what_strangers_write_is_quadratic(name: str) -> None:
    def read(text: str) -> None:
        with suppress(ValueError):
            FUNCTIONS[name](text)

    assert [unit for unit in UNITS if not is_linear(read, unit)] == []


def test_no_wording_makes_the_lint_quadratic() -> None:
    anchors = [anchor for pattern in PATTERNS for anchor in pattern.anchors]
    said = [f"{first}{last} " for first, last in zip(anchors[::12], anchors[5::12], strict=False)]
    said += ["商家说", "the seller says ", "requires you ", "以以", "不得以", "解释权 ", "must not "]
    assert [words for words in said if not is_linear(lint, words)] == []


def test_strict_json_is_linear() -> None:
    for unit in ('"a",', "[", '{"a":', "1,"):

        def read(text: str) -> None:
            with suppress(ValueError):
                parse_json_strict(f"[{text}0]".encode())

        assert is_linear(read, unit)


def packed(document: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", document)
    return out.getvalue()


@pytest.mark.parametrize(
    "filling",
    [b"<w:p/>" * 900_000, b"<w:p><w:r>" * 200_000 + b"</w:r></w:p>" * 200_000, b"<w:p " + b"a='' " * 2_000_000 + b"/>"],
    ids=["elements", "nested", "attributes"],
)
def test_a_small_docx_that_unpacks_to_millions_of_elements_is_refused_before_it_is_read(filling: bytes) -> None:
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    data = packed(b"<w:document " + space + b"><w:body>" + filling + b"</w:body></w:document>")
    assert len(data) < 20_000
    with pytest.raises(docx.NotReadableError):
        docx.text_of(data)


def test_a_docx_of_many_paragraphs_is_read_in_linear_time() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def read(text: str) -> None:
        body = "<w:p><w:r><w:t>条</w:t></w:r></w:p>" * len(text)
        docx.text_of(packed(f"<w:document {space}><w:body>{body}</w:body></w:document>".encode()))

    assert is_linear(read, "a")


def test_a_long_request_line_or_head_is_refused_before_anything_reads_it() -> None:
    reached = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def status(**scope: Any) -> int:
        asked = ApplicationCommunicator(BoundedHeads(application), {"type": "http", "headers": [], **scope})
        answer = await asked.receive_output(5)
        return answer.get("status") or answer["code"]

    assert asyncio.run(status(path="/", raw_path=b"/" + b"a" * 60_000)) == 414
    assert asyncio.run(status(path="/", query_string=b"a" * 9_000)) == 414
    assert asyncio.run(status(path="/", headers=[(b"cookie", b"a" * 40_000)])) == 431
    assert asyncio.run(status(path="/", headers=[(b"cookie", b"a" * 4_000)])) == 200
    assert len(reached) == 1


def test_a_body_longer_than_any_of_ours_is_refused_as_soon_as_it_is_known_to_be(monkeypatch: Any) -> None:
    monkeypatch.setattr(heads, "MOST_FORM", 6 * 1024 * 1024)
    kept = []

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            kept.append(len(message["body"]))
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def status(parts: int, *names: tuple[bytes, bytes]) -> int:
        asked = ApplicationCommunicator(BoundedHeads(application), {"type": "http", "path": "/", "headers": [*names]})
        for left in reversed(range(parts)):
            await asked.send_input({"type": "http.request", "body": b"a" * 1024 * 1024, "more_body": left > 0})
        answer = await asked.receive_output(5)
        return answer["status"]

    form = (b"content-type", b"Multipart/Form-Data; boundary=x")
    assert asyncio.run(status(0, (b"content-length", b"5242881"))) == 413
    assert kept == []
    assert asyncio.run(status(9, (b"transfer-encoding", b"chunked"))) == 413
    assert len(kept) == 5, "no more was taken in"
    assert asyncio.run(status(5, (b"content-length", b"5242880"))) == 200
    assert asyncio.run(status(6, form)) == 200
    assert asyncio.run(status(7, form)) == 413
