"""`docs/regulation.md` has every article of the regulation once, and each of its links leads somewhere."""

import json
import re
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import is_valid_path

from casework import triggers
from rules.laws.citing import chinese_number

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs/regulation.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^## 第(\w+)条 · Article (\d+) · .*[\u4e00-\u9fff].* · [A-Z].*$", re.MULTILINE)
LAWS = {law.name for model in apps.get_models() for law in model._meta.constraints}
LAWS |= {trigger.name for trigger in triggers.declared()}
ANCHORED = ["tests/notices/test_arithmetic.py::test_a_reader_can_follow_it", "law.md#livestreams"]
OPERATIONS = json.loads((ROOT / "docs/openapi.json").read_text())["paths"]


@pytest.fixture(scope="module")
def verbs():
    loader = SourceFileLoader("why", str(ROOT / ".ci/why"))
    module = module_from_spec(spec_from_loader("why", loader))
    loader.exec_module(module)
    return {f"{app}.{name}" for app, name in module.declared()}


@cache
def names_in(path):
    """The tests of a file, or the headings of a document as links name them."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return ["", *(re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles)]


def leads_somewhere(link, verbs):
    if link.startswith("tests/"):
        path, name = link.split("::")
        return name in names_in(ROOT / path)
    if operation := re.fullmatch(r"([A-Z]+) (/\S+)", link):
        return operation[1].lower() in OPERATIONS.get(operation[2], ())
    if link.startswith("/"):
        return is_valid_path(re.sub(r"\{\w+\}", "1", link))
    if ".md" in link:
        path, _, heading = link.partition("#")
        return heading in names_in(ROOT / "docs" / path)
    return link in (verbs if "." in link else LAWS)


def broken(text, verbs):
    places = "".join(re.findall(r"^\*\*Where\.\*\* (?:.+\n)+", text, re.MULTILINE))
    links = [*re.findall(r"`([^`]+)`", places), *re.findall(r"\]\(([^)]+)\)", text)]
    return [link for link in links if not leads_somewhere(link, verbs)]


def test_every_article_has_its_place_once_in_order():
    assert HEADING.findall(DOCUMENT) == [(chinese_number(each), str(each)) for each in range(1, 48)]
    for part in ("Asks", "Here", "The platform"):
        assert DOCUMENT.count(f"\n**{part}.** ") == 47, part


def test_every_link_leads_somewhere(verbs):
    assert broken(DOCUMENT, verbs) == []


@pytest.mark.parametrize("link", ["rules.adopt", "/exits/{ref}/", "GET /api/v1/rules", "opinion_is_kept", *ANCHORED])
def test_a_link_that_leads_nowhere_is_found(verbs, link):
    assert broken(DOCUMENT.replace(link, f"{link}z", 1), verbs) == [f"{link}z"]
