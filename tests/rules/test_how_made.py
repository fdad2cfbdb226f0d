"""The published page and files say how a version was made, and which law forced an earlier start."""

import json

import pytest
from django.test import Client

from accounts import commands as accounts
from accounts.models import User
from rules.models import LawArticle
from tests import factories as make
from tests.rules.building import CLAUSES, DAY, MINOR, NAMES, Making

pytestmark = pytest.mark.once

SUMMARY = "共收到一条意见，未采纳。"


@pytest.fixture
def forced(world):
    """A version consulted on here, with one opinion, that a law made start early; its approver has left since."""
    making = Making(world)
    making.consult()
    making.answer(making.say())
    making.close()
    making.adopt()
    article = LawArticle.objects.first()
    making.publicise(
        making.now + DAY, forced_by=(article.instrument, article.article), forced_reason="该法次日起禁止销售。"
    )
    dora = User.objects.get(pk=making.dora.person)
    accounts.revoke_staff_role(actor=make.CONSOLE, user=dora, role="compliance", now=making.now + DAY)
    return making, making.refresh().rule_version, article, dora


def test_page_files_and_rest_say_how_it_was_made(forced):
    making, version, article, dora = forced
    anybody = Client(headers={"accept-language": "zh-hans"})
    at = f"/rules/{version.rule.code}/{version.number}/"
    files = {ending: anybody.get(f"{at}text.{ending}") for ending in ("html", "txt", "pdf", "json")}
    assert files["pdf"].content.startswith(b"%PDF-")

    said = (
        SUMMARY,
        f"/consultations/{making.ref}/",
        "合规",
        dora.officer_code,
        article.name_zh,
        "该法次日起禁止销售。",
    )
    for shown in (anybody.get(at), files["html"], files["txt"]):
        assert [words for words in said if words not in shown.content.decode()] == []
    assert "收到的意见" in anybody.get(at).content.decode()
    data = json.loads(files["json"].content)
    assert (data["consultation"]["opinions"], data["approved_by_role"]) == (1, "compliance")
    assert data["forced_start"] == {
        "instrument": article.instrument,
        "article": article.article,
        "name_zh": article.name_zh,
        "name_en": article.name_en,
        "reason": "该法次日起禁止销售。",
    }
    rest = anybody.get(f"/api/v1/rules/{version.rule.code}/versions/{version.number}").json()["how_made"]
    assert (rest["opinions"], rest["approved_by_role"]["code"]) == (1, "compliance")
    assert rest["record"].endswith(f"/consultations/{making.ref}/")
    assert rest["forced_start"]["reason"] == "该法次日起禁止销售。"


def test_what_was_consulted_on_elsewhere_says_where_and_counts_nothing(world):
    version = make.publish_elsewhere(
        actor=world.platform,
        code="elsewhere",
        number="1",
        effective_from=world.now + 30 * DAY,
        clauses=CLAUSES,
        consultation=make.consultation(world.now),
        assessment=MINOR,
        now=world.now,
        **NAMES,
    )

    made = Client().get("/api/v1/rules/elsewhere/versions/1").json()["how_made"]

    assert made == {
        "opinions": None,
        "record": version.consulted_where,
        "approved_by_role": None,
        "approved_by": "",
        "approved_at": made["approved_at"],
        "changed": [],
        "talks": [],
        "forced_start": None,
    }
    assert version.consulted_where in Client().get("/rules/elsewhere/1/").content.decode()
