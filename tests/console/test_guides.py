"""The guides: one for each role, in both languages, about every place that the role has, in the words of its pages."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from casework import clock
from console.navigation import GUIDES, PLACES, section
from tests import factories as make
from tests.pages import Visitor

pytestmark = pytest.mark.once

OF_EXECUTORS = "executor"
SECTION, PICTURE = re.compile(r'<section id="([^"]+)"'), re.compile(r'<img src="([^"]+)"')
LABEL = re.compile(r"<b>(.*?)</b>", re.DOTALL)
OF_A_CASE = {
    "workbench-case": "workbench:case",
    "mediation-case": "mediation:case",
    "people-leave": "people:leave",
}
"""The sections about pages that are no places of the navigation."""


def text_of(role: str, language: str) -> str:
    with translation.override(language):
        return render_to_string(f"guides/{language}/{role}.html")


@pytest.fixture(scope="module")
def said() -> dict[str, set[str]]:
    """Every sentence of the pages in each language."""
    with translation.override("zh-hans"):
        catalogue = translation.trans_real.catalog()._catalog
        rows = [(key if isinstance(key, str) else key[0], value) for key, value in catalogue.items()]
        zh = {value for _key, value in rows}
        en = {key.rpartition("\x04")[2] for key, _value in rows}
    return {"zh-hans": zh, "en": en}


@pytest.mark.parametrize("role", [*GUIDES, OF_EXECUTORS])
def test_a_guide_has_the_same_sections_in_both_languages_and_speaks_as_the_pages_do(role, said):
    sections = {}
    for language in ("zh-hans", "en"):
        text = text_of(role, language)
        sections[language] = SECTION.findall(text)
        labels = {" ".join(unescape(each).split()) for each in LABEL.findall(text)}
        assert labels - said[language] == set(), f"{language}: no page says so"
        for picture in PICTURE.findall(text):
            assert (Path(settings.BASE_DIR) / picture.lstrip("/")).exists(), picture

    assert sections["en"] == sections["zh-hans"]
    assert len(sections["en"]) == len(set(sections["en"]))


@pytest.mark.parametrize("role", GUIDES)
def test_each_place_of_a_role_leads_to_its_section_of_the_guide(db, role):
    visitor = Visitor(make.staff(role, now=clock.now(), name=role))
    sections = SECTION.findall(text_of(role, "en"))
    places = [each for each in PLACES if role in each.roles]

    known = {section(each.address) for each in places}
    assert known <= set(sections)
    for name in set(sections) - known:
        assert reverse(OF_A_CASE[name], args=["none"])
        assert section(OF_A_CASE[name]) == name
    for each in places:
        link = f"{reverse('guides:page', args=[role])}#{section(each.address)}"
        assert f'href="{link}"' in visitor.sees(reverse(each.address)), each.address
    guide = visitor.sees(reverse("guides:page", args=[role]))
    assert f'id="{sections[0]}"' in guide
    assert "Guide to this page" not in guide


def test_a_guide_is_for_its_role(db):
    visitor = Visitor(make.staff("mediator", now=clock.now(), name="mia"))

    for role in GUIDES:
        status = visitor.client.get(reverse("guides:page", args=[role])).status_code
        assert status == (200 if role == "mediator" else 403), role
    assert visitor.client.get("/workbench/guide/none/").status_code == 403


def test_somebody_of_two_roles_is_led_to_the_guide_that_speaks_of_the_page(db):
    visitor = Visitor(make.staff("reviewer", "mediator", now=clock.now(), name="both"))

    assert "/workbench/guide/mediator/#mediation-queue" in visitor.sees("/workbench/disputes/")
    page = visitor.sees("/workbench/queue/")
    assert "/workbench/guide/reviewer/#workbench-queue" in page
    assert "/workbench/guide/mediator/" in visitor.sees("/workbench/guide/reviewer/")
