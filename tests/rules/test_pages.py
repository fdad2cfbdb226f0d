"""The public pages about rules: history, comparison, files, feed, what is marked, and who links them."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from fpdf import FPDF

from accounts.models import User
from rules.commands import ClauseText
from rules.web.comparison import compare_versions
from tests.factories import publish_rule_version
from tests.pages import page_of

pytestmark = pytest.mark.once

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def module_pages(module_database, module_world, now):
    """Two versions of a rule whose clause 2 changed, whose clause 3 fell and whose clause 4 is new."""

    def publish(number, start, *clauses):
        return publish_rule_version(
            actor=module_world.platform,
            code="shops",
            name_zh="店铺规则",
            name_en="Shop Rule",
            number=number,
            effective_from=start,
            summary_zh=f"{number}的说明",
            summary_en=f"what {number} says",
            clauses=clauses,
            now=start - timedelta(days=20),
        )

    with module_database():
        same = ClauseText("1", "适用于全部店铺。", "For all shops.", "范围", "Scope")
        publish(
            "A",
            now - timedelta(days=1400),
            same,
            ClauseText(
                "2", "转租的，关闭店铺。", "Letting closes the shop.", "转租", "Letting", is_major_interest=True
            ),
            ClauseText("3", "每月巡查。", "Inspected monthly.", "巡查", "Inspection"),
        )
        publish(
            "B",
            now - timedelta(days=30),
            same,
            ClauseText(
                "2", "转租经提示仍不改正的，关闭店铺。", "Letting after a warning closes the shop.", "转租", "Letting",
                is_major_interest=True,
            ),
            ClauseText("4", "费用每年公布一次<b>。", "Shown yearly <b>.", "费用", "Fees", is_major_interest=True),
        )  # fmt: skip
    return module_world


@pytest.fixture
def anybody(module_pages, db):
    return Client(headers={"accept-language": "zh-hans", "host": "localhost"})


def text(response):
    assert response.status_code == 200
    return page_of(response)


def test_two_versions_are_compared_by_clause_and_character(anybody):
    shown = text(anybody.get("/rules/shops/compare"))  # the newest and the one before
    kinds = re.findall(r'data-testid="change" data-kind="(\w+)"', shown)
    assert kinds == ["changed", "dropped", "added"]
    assert '<ins><span class="visually-hidden">（新增） </span>经提示仍不改正<span' in shown
    assert "转租" in shown
    assert "&lt;b&gt;" in shown
    assert "<b>。" not in shown
    assert 'data-testid="unchanged"' in shown
    turned = text(anybody.get("/rules/shops/compare?from=B&to=A"))
    assert '<del><span class="visually-hidden">（删去） </span>经提示仍不改正<span' in turned
    assert "两个版本内容相同" in text(anybody.get("/rules/shops/compare?from=B&to=B"))
    for wrong in ("/rules/shops/compare?from=C", "/rules/shops/compare?to=%00", "/rules/none/compare"):
        assert anybody.get(wrong).status_code == 404


def test_a_change_of_the_authentic_text_shows_where_the_translation_stayed(module_pages, db, now):
    for number, words in (("1", "十日内退还。"), ("2", "三十日内退还。")):
        publish_rule_version(
            actor=module_pages.platform, code="refunds", name_zh="退还", name_en="Refunds", number=number,
            effective_from=now + timedelta(days=int(number)), clauses=[ClauseText("1", words, "Paid soon.")], now=now,
        )  # fmt: skip
    shown = text(Client(headers={"accept-language": "en"}).get("/rules/refunds/compare"))
    assert "The Chinese wording, which counts" in shown
    assert re.search(r"<details open>.*<ins>.*三十?", shown, re.DOTALL)


def test_every_version_is_offered_as_a_file_of_each_kind(anybody):
    page = text(anybody.get("/rules/shops/A/"))
    links = re.findall(r'href="(/rules/shops/A/text\.\w+)" download', page)
    assert [link.rpartition(".")[2] for link in links] == ["html", "txt", "pdf", "json"]
    found = {link.rpartition(".")[2]: anybody.get(link) for link in links}
    assert {each.status_code for each in found.values()} == {200}
    assert all(each["content-disposition"].startswith("attachment;") for each in found.values())
    assert found["pdf"].content.startswith(b"%PDF-")
    data = json.loads(found["json"].content)
    assert [(c["number"], c["is_major_interest"]) for c in data["clauses"]] == [("1", False), ("2", True), ("3", False)]
    assert data["text_hash"] in page


def test_what_touches_major_interests_stands_out_everywhere(anybody, monkeypatch):
    """On the page, in print and in every file by words and weight (办法 8(2))."""
    page = text(anybody.get("/rules/shops/B/"))
    sections = dict(re.findall(r'<section class="clause([^"]*)" id="clause-(\w)"', page))
    assert sections == {"": "1", " major": "4"}
    assert page.count("涉及您的重大利益") == 2
    saved = {ending: text(anybody.get(f"/rules/shops/B/text.{ending}")) for ending in ("html", "txt")}
    assert saved["txt"].count("【涉及您的重大利益】") == 2
    assert re.findall(r"<strong>(.*?)</strong>", saved["html"]) == [
        "转租经提示仍不改正的，关闭店铺。",
        "费用每年公布一次&lt;b&gt;。",
    ]
    drawn = []
    monkeypatch.setattr(FPDF, "multi_cell", lambda pdf, _w, _h, said, **_more: drawn.append((said, pdf.text_mode.name)))
    anybody.get("/rules/shops/B/text.pdf", headers={"accept-language": "en"})  # drawn anew: not yet kept in English
    modes = dict(drawn)
    assert modes["转租经提示仍不改正的，关闭店铺。"] == "FILL_STROKE"
    assert modes["适用于全部店铺。"] == "FILL"
    assert [said for said, _mode in drawn].count("Concerns your major interests") == 2


def test_the_feed_names_each_version_once_newest_first(anybody):
    for path, at_least in (("/rules/shops/feed.atom", 2), ("/rules/feed.atom", 3)):
        response = anybody.get(path)
        assert response["content-type"].startswith("application/atom+xml")
        entries = ElementTree.fromstring(response.content).findall(f"{ATOM}entry")
        titles = [entry.findtext(f"{ATOM}title") for entry in entries]
        updated = [entry.findtext(f"{ATOM}updated") for entry in entries]
        assert len(titles) >= at_least
        assert titles.index("店铺规则 B") < titles.index("店铺规则 A")
        assert updated == sorted(updated, reverse=True)
        assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
        assert all("/rules/" in entry.find(f"{ATOM}link").get("href") for entry in entries)
    assert anybody.get("/rules/none/feed.atom").status_code == 404


def test_the_search_shows_the_hit_in_its_sentence_with_all_its_versions(anybody):
    shown = text(anybody.get("/rules/?q=转租&rule=shops"))
    assert shown.count('data-testid="found"') == 2
    assert "<mark>转租</mark>" in shown
    closed = text(anybody.get("/rules/?q=封店"))
    assert "<mark>关闭店铺</mark>" in closed
    assert "同时搜索了" in closed
    assert "/rules/shops/B/#clause-2" in closed


def test_home_and_sign_in_link_the_rules(module_pages, db):
    """办法 7, 电商法 33: on the first page, continuously."""
    stranger, seller = Client(), Client()
    seller.force_login(
        User.objects.get(pk=module_pages.alice.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    for client, path in ((stranger, "/account/login/"), (seller, "/")):
        body = text(client.get(path)).partition("<main")[2].partition("</main>")[0]
        assert 'href="/rules/"' in body, path


def test_a_comparison_knows_clauses_that_only_moved_and_marks_that_changed(module_pages, db, now):
    older, newer = (
        publish_rule_version(
            actor=module_pages.platform, code="moves", name_zh="移动", name_en="Moves", number=number,
            effective_from=now + timedelta(days=int(number)), clauses=clauses, now=now,
        )
        for number, clauses in (
            ("1", [ClauseText("1", "保证金退还。", "a"), ClauseText("2", "费用公示。", "b")]),
            ("2", [ClauseText("1", "保证金退还。", "a", is_major_interest=True), ClauseText("3", "费用公示。", "b")]),
        )
    )  # fmt: skip
    first, second = compare_versions(older, newer)
    assert (first.kind, first.became_major, first.ceased_major) == ("changed", True, False)
    assert (second.kind, second.is_renumbered) == ("moved", True)
