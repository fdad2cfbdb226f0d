"""A rule from its draft to the notice that rests on it, on the pages alone; its weeks pass by the server's clock."""

import json
import sys
import urllib.error
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from casework.clock import BEIJING
from tests.e2e.conftest import Program, served
from tests.e2e.newcomer import free_port
from tests.e2e.walking import DESK, PHONE, Walk

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]
CLEARED = "本规则的最终解释权不归平台所有，有不同理解的，作不利于平台的解释。"
REFUSED = "包装应当完好。平台可随时修改本规则，无需另行通知。"
REWRITTEN = "包装应当完好，易碎品应当有缓冲材料。"
ENGLISH = "## 1 Meaning\n\nIn doubt this rule is read against the platform.\n\n## 2 Packing ★\n\nParcels arrive intact."
STATEMENT = "请写明易碎品怎样包装。"


def in_chinese(second: str) -> str:
    return f"## 1 解释\n\n{CLEARED}\n\n## 2 包装 ★\n\n{second}"


class Later:
    """The clock of a server of its own, over a copy of the sample."""

    def __init__(self, ahead: Path) -> None:
        self.ahead = ahead
        self.ahead.write_text("0")

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self.ahead.read_text()))

    def be(self, at: datetime) -> None:
        self.ahead.write_text(str((at - datetime.now(UTC)).total_seconds()))


@pytest.fixture
def later(tmp_path) -> Later:
    return Later(tmp_path / "ahead")


@pytest.fixture
def ahead(program, later, tmp_path) -> Iterator[Program]:
    """The same program again, with rows of its own and on that clock."""
    database, port = program.database.copy(tmp_path), free_port()
    base_url = f"http://127.0.0.1:{port}"
    env = program.env | {"DATABASE_URL": database.url, "PUBLIC_URL": base_url, "AHEAD": str(later.ahead)}
    command = [sys.executable, str(Path(__file__).with_name("later.py")), "serve", "--port", str(port)]
    with served(command, env, f"{base_url}/readyz", tmp_path / "later.log"):
        yield replace(program, base_url=base_url, env=env, database=database)


def typed(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%dT%H:%M}"


def wrong(walk: Walk) -> str:
    """What the page says against the form that was sent; the page itself is looked at, too."""
    walk.page.locator(".error-summary").wait_for()
    walk.look()
    return str(walk.page.locator(".error-summary").inner_text())


def take(walk: Walk, name: str, **values: str) -> None:
    """Carries out the step of that name on the page of the version."""
    step = walk.tid(f"step-{name}")
    for field, value in values.items():
        step.locator(f"[name={field}]").fill(value)
    step.locator("[type=submit]:not([name=more_rows])").click()


def told(walk: Walk) -> None:
    walk.page.get_by_text("已办理，并以您的名义记录在案。").wait_for()
    walk.look()


def comes_to(walk: Walk, path: str, sign: str) -> None:
    """The worker has done what that page then shows."""
    for _attempt in range(60):
        walk.page.goto(path)
        if walk.page.locator(sign).count():
            return
        walk.page.wait_for_timeout(500)
    pytest.fail(f"{path} does not come to show {sign}")


def notice_of(conduct_at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "external_ref": f"packing-{conduct_at:%s}-{now:%s}",
        "party": "",
        "language": "zh-hans",
        "facts": "2 件易碎品寄出时没有缓冲材料，签收时已经破损，照片见附件 1。",
        "reasons": "包装没有保护商品，违反第二条。",
        "conduct_at": conduct_at.isoformat(),
        "measures": [
            {
                "type": "listing-removed",
                "object_kind": "listing",
                "object_ref": "88120",
                "object_label": "手工紫砂壶",
                "scope": "商品不可搜索、不可购买",
                "starts_at": now.isoformat(),
                "ends_at": (now + timedelta(days=1)).isoformat(),
            }
        ],
        "basis": [{"kind": "CLAUSE", "rule": "parcels", "clause": "2"}],
        "evidence": [{"caption": "包裹照片", "captured_at": conduct_at.isoformat(), "excerpt": "没有缓冲材料"}],
        "detection": {"source": "REPORT"},
        "decision": {"officer": "E-031", "evidence_was_opened": True},
    }


def serve(program: Program, conduct_at: datetime, now: datetime) -> dict[str, Any]:
    """The notice, or the problem for which it is refused."""
    body = notice_of(conduct_at, now) | {"party": program.actors["merchant_owner"]["party"]}
    try:
        return dict(program.call("platform", "POST", "notices", body))
    except urllib.error.HTTPError as refusal:
        return dict(json.load(refusal))


def rests_on_nothing(answer: dict[str, Any]) -> bool:
    """Whether the notice is refused because its clause was not in force, and for nothing else."""
    return [error["pointer"] for error in answer.get("errors", [])] == ["/basis/0/clause"]


def test_a_rule_from_its_draft_to_the_notice_that_rests_on_it(ahead, browser, later):
    program = ahead
    with (
        Walk(browser, program, size=DESK, also_at=PHONE) as drafter,
        Walk(browser, program, size=DESK) as approver,
        Walk(browser, program, size=PHONE, language="en", also_at=DESK) as visitor,
    ):
        # a draft with two findings: one wrong, one right
        drafter.sign_in("compliance")
        drafter.visit("/workbench/rules/")
        drafter.tid("new-draft").click()
        values = {
            "code": "parcels",
            "name_zh": "包装规则",
            "name_en": "Packing Rule",
            "number": "1.0",
            "effective_from": typed(later.now() + timedelta(days=30)),
            "summary_zh": "首次制定：商品怎样包装。",
            "summary_en": "New: how goods are packed.",
            "text_zh": in_chinese(REFUSED),
            "text_en": ENGLISH,
            "reason": "只涉及包装，影响的用户少。",
        }
        for name, value in values.items():
            drafter.page.fill(f"#id_{name}", value)
        drafter.page.check("[name=impact][value=NONE]")
        drafter.page.check("[name=consent][value=PUBLICITY]")
        for item in drafter.tid("required").all()[:-1]:  # the last one is forgotten
            item.locator("textarea").fill("见《平台服务协议》。")
        drafter.look()
        drafter.tid("draft-form").locator("[type=submit]:not([name=more_rows])").click()
        drafter.page.wait_for_url(lambda url: "/new/" not in url)
        drafter.look()
        page = drafter.page.url.removeprefix(program.base_url)
        making = page.strip("/").split("/")[-1]

        # everybody is asked, and somebody answers without an account
        closes = later.now() + timedelta(days=7, minutes=2)
        take(drafter, "consult", closes_at=typed(closes))
        told(drafter)
        visitor.visit("/")
        visitor.tid("open-consultation").filter(has_text="Packing").locator("a").click()
        visitor.look()
        visitor.page.select_option("#id_clause", "2")
        visitor.page.fill("#id_text", STATEMENT)
        visitor.page.fill("#id_contact", "reader@example.com")
        visitor.page.check("[name=has_consented]")
        visitor.tid("opinion-form").locator("[type=submit]").click()
        visitor.page.locator(".messages").get_by_text("opinion", exact=False).first.wait_for()
        visitor.look()

        for no in range(2, 21):
            said = {"clause": "2", "text": f"第 {no} 条意见：包装费用由谁承担？"}
            program.call("merchant_owner", "POST", f"rule-consultations/{making}/opinions", said)

        # its time is over: the opinions are answered, and nothing forbidden is adopted
        later.be(closes + timedelta(minutes=2))
        adopt = {"summary_zh": "共二十条意见，采纳一条。", "summary_en": "Twenty opinions; one was followed."}
        approver.sign_in("administrator")
        comes_to(approver, page, "[data-testid=step-adopt]")
        take(approver, "adopt", **adopt)
        assert "意见没有处理" in wrong(approver)
        drafter.visit(page)
        drafter.page.check("[name=opinions][value='1']")
        drafter.page.check("[name=disposition][value=ADOPTED]")
        drafter.tid("answer-form").locator("[name=reason]").fill("已在第 2 条写明。")
        drafter.tid("answer-form").locator("[type=submit]").click()
        told(drafter)
        drafter.visit(f"{page}?answered=no")
        for box in drafter.page.locator("[name=opinions]").all():
            box.check()
        drafter.page.check("[name=disposition][value=REJECTED]")
        drafter.tid("answer-form").locator("[name=reason]").fill("费用由双方约定。")
        drafter.tid("answer-form").locator("[type=submit]").click()
        told(drafter)
        approver.page.goto(page)
        assert approver.tid("in-the-way").locator("a[href='#clause-2']").count() == 1
        take(approver, "adopt", **adopt)
        found = wrong(approver)
        assert "最终解释权" in found
        assert "随时修改" in found
        assert "七日无理由退货规则" in found

        # compliance clears the one under its name; the other is written anew
        drafter.visit("/workbench/wording/")
        drafter.page.fill("#text", CLEARED)
        drafter.tid("wording-check").locator("[type=submit]").click()
        drafter.tid("wording-finding").first.wait_for()
        drafter.look()
        for reason in drafter.tid("wording-findings").locator("textarea").all():
            reason.fill("本条排除平台的最终解释权，没有保留它。")
        drafter.tid("wording-findings").locator("[name=clear]").click()
        drafter.tid("clearance").first.wait_for()
        drafter.look()
        drafter.visit(f"{page}edit/")
        drafter.page.fill("#id_text_zh", in_chinese(REWRITTEN))
        drafter.page.fill("#id_why_not_returns", "见《七日无理由退货规则》。")
        drafter.tid("draft-form").locator("[type=submit]:not([name=more_rows])").click()
        drafter.page.wait_for_url(lambda url: "/edit/" not in url)

        # what changed after the consultation is explained, by the opinion that was taken up
        drafter.page.goto(page)
        assert drafter.tid("unexplained").count() == 1
        take(drafter, "explain", **{"changes-0-clause": "2", "changes-0-opinion": "1"})
        told(drafter)
        assert drafter.tid("explained").count() == 1

        # adopted by another person, publicised, and in force at its time
        approver.page.goto(page)
        take(approver, "adopt", **adopt)
        told(approver)
        start = (later.now() + timedelta(days=7, minutes=2)).replace(second=0, microsecond=0)
        drafter.page.goto(page)
        take(drafter, "publicise", effective_from=typed(start))
        told(drafter)
        assert rests_on_nothing(serve(program, later.now() - timedelta(minutes=1), later.now()))
        visitor.visit(f"/consultations/{making}/")
        visitor.visit("/rules/parcels/1.0/")
        later.be(start + timedelta(seconds=1))
        comes_to(drafter, page, ".case-name .status:has-text('生效中')")
        drafter.look()

        # a notice rests on it from that second and not before
        assert rests_on_nothing(serve(program, start - timedelta(seconds=1), later.now()))
        assert "ref" in serve(program, start, later.now())
        visitor.visit("/rules/parcels/1.0/")
        assert "In force now" in visitor.page.locator("main").inner_text()

        # the merchant leaves rather than accept it, and it applies to them no more
        with Walk(browser, program, size=PHONE, also_at=DESK) as merchant:
            merchant.sign_in("merchant_owner")
            merchant.visit("/rules/parcels/1.0/")
            merchant.tid("leave-link").click()
            merchant.look()
            merchant.tid("leave-form").locator("[type=submit]").click()
            merchant.tid("summary").wait_for()
            merchant.look()
            merchant.visit("/")
            assert merchant.tid("exits").locator("a").count() == 1
        assert rests_on_nothing(serve(program, start, later.now() + timedelta(minutes=1)))
