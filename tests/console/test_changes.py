"""The console's pages of changes that two people sign: entering one, reading it beside what stands, signing it."""

import pytest

from casework import clock
from notices.models import MeasureTypeVersion
from rules.models import CatalogueChange, LawArticle
from tests import factories as make
from tests.pages import Visitor

pytestmark = pytest.mark.once

CHANGES = "/workbench/changes/"
ARTICLE = {
    "instrument": "CN-ECL-2018",
    "article": "38",
    "name_zh": "电子商务法",
    "name_en": "E-Commerce Law",
    "gist_zh": "平台知道侵害的，应当采取必要措施。",
    "gist_en": "A platform that knows of harm must take the necessary measures.",
    "in_force_from": "2019-01-01",
    "reason": "大意更准确。",
}


@pytest.fixture
def people(world):
    return [Visitor(make.staff("compliance", now=clock.now(), name=name)) for name in ("enters", "signs")]


def test_one_enters_and_another_signs(people):
    one, two = people
    assert one.client.post(f"{CHANGES}law/", ARTICLE).status_code == 302
    change = CatalogueChange.objects.get(state="ENTERED")
    page = two.sees(f"{CHANGES}{change.ref}/")
    assert "<ins>" in page
    assert change.number in two.sees(CHANGES)
    sent = {"version": change.version, "source_text": ""}
    assert one.client.post(f"{CHANGES}{change.ref}/sign/", sent).status_code == 403
    assert two.client.post(f"{CHANGES}{change.ref}/sign/", sent).status_code == 302
    assert LawArticle.objects.get(change=change).gist_zh == ARTICLE["gist_zh"]
    assert ARTICLE["gist_en"] in two.sees("/workbench/rules/laws/")


def test_what_a_program_proposed_is_entered_signed_or_refused(world, people):
    one, two = people
    said = {
        "label_zh": "暂停拼团",
        "label_en": "Paused",
        "restores_zh": "恢复",
        "restores_en": "Open",
        "axis": "SERVICE",
    }
    for code in ("first", "second"):
        make.notices.propose_measure_type(actor=world.platform, code=code, now=clock.now(), **said)
    first, second = CatalogueChange.objects.filter(state="TO_ENTER").order_by("key")
    assert "暂停拼团" in one.sees(f"{CHANGES}{first.ref}/")
    assert one.client.post(f"{CHANGES}{first.ref}/enter/", {"version": 1}).status_code == 302
    assert two.client.post(f"{CHANGES}{first.ref}/sign/", {"version": 2, "source_text": ""}).status_code == 302
    assert two.client.post(f"{CHANGES}{second.ref}/refuse/", {"version": 1, "reason": "重复。"}).status_code == 302
    assert list(MeasureTypeVersion.objects.filter(code__in=["first", "second"]).values_list("code", flat=True)) == [
        "first"
    ]
    assert "重复。" in one.sees(f"{CHANGES}{second.ref}/")
