"""The product on a narrow screen, with large text, and without JavaScript: the same pages, the same job."""

import re

import pytest

from tests.disputes.building import PDF
from tests.e2e.walking import DESK, NARROW, PHONE, Walk, fresh_notice, in_turn

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]


@pytest.mark.parametrize("language", in_turn("en"))
def test_no_page_scrolls_sideways_at_320_pixels_nor_with_large_text(program, browser, language):
    notice = fresh_notice(program, program.actors["other_merchant"]["party"], language)
    pages = ["/", "/notices/", f"/notices/{notice}/", f"/notices/{notice}/appeal/", "/appeals/", "/account-health/"]
    pages += [
        "/rules/",
        "/help/human/",
        "/help/times/",
        "/letters/verify/",
        "/case-files/check/",
        "/account/",
        f"/account/parties/{program.actors['other_merchant']['party']}/agents/",
        f"/account/parties/{program.actors['other_merchant']['party']}/fast-refunds/",
        "/sample/",
    ]

    with Walk(browser, program, size=NARROW, language=language) as merchant:
        merchant.sign_in("other_merchant")
        for path in pages:
            merchant.visit(path)

        merchant.tid("large-text-switch").locator("button").click()
        for path in pages:
            merchant.page.goto(path)
            merchant.settle()
            merchant.fits(NARROW)
            assert "large-text" in merchant.page.locator("html").get_attribute("class")
        size = merchant.page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
        assert size >= 22
        merchant.tid("large-text-switch").locator("button").click()
        merchant.settle()
        assert "large-text" not in (merchant.page.locator("html").get_attribute("class") or "")


def test_large_text_is_the_same_notice_with_larger_targets(program, browser):
    notice = fresh_notice(program, program.actors["other_merchant"]["party"], "zh-hans")

    with Walk(browser, program, size=PHONE) as merchant:
        merchant.sign_in("other_merchant")
        merchant.visit(f"/notices/{notice}/")
        before = merchant.page.locator("main [data-testid]").evaluate_all("all => all.map(e => e.dataset.testid)")
        merchant.tid("large-text-switch").locator("button").click()
        merchant.visit(f"/notices/{notice}/", shoot="notice-large-text")
        after = merchant.page.locator("main [data-testid]").evaluate_all("all => all.map(e => e.dataset.testid)")
        assert after == before
        assert merchant.tid("act").bounding_box()["height"] >= 60
        merchant.tid("large-text-switch").locator("button").click()


def test_targets_are_large_enough_for_a_thumb(program, browser):
    notice = fresh_notice(program, program.actors["other_merchant"]["party"], "zh-hans")

    with Walk(browser, program, size=PHONE) as merchant:
        merchant.sign_in("other_merchant")
        for path in ("/", f"/notices/{notice}/", f"/notices/{notice}/appeal/"):
            merchant.visit(path)
            small = merchant.page.evaluate(
                """() => [...document.querySelectorAll("a[role=button], button, .choice label, .places a, .masthead a")]
                  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44)
                  .map(e => `${e.textContent.trim()}: ${e.getBoundingClientRect().height}`)"""
            )
            assert small == [], path


@pytest.mark.parametrize("language", in_turn("en"))
def test_several_notices_are_appealed_in_one_filing_on_a_phone(program, browser, language):
    party = program.actors["other_merchant"]["party"]
    chosen = [fresh_notice(program, party, language) for _each in range(2)]

    with Walk(browser, program, size=PHONE, language=language) as merchant:
        merchant.sign_in("other_merchant")
        merchant.visit("/appeals/together/")
        for ref in chosen:
            merchant.page.locator(f"input[name=n][value={ref}]").check()
        merchant.tid("pick-ticked").tap()
        merchant.tid("together-form").wait_for()
        merchant.look()
        merchant.page.locator("label:has(input[name=ground])").first.tap()
        merchant.tid("submit-group").tap()
        merchant.tid("member-line").first.wait_for()
        merchant.look()
        assert merchant.tid("member-line").count() == 2


@pytest.mark.parametrize("language", in_turn("zh-hans"))
def test_filing_works_without_javascript(program, browser, language):
    notice = fresh_notice(program, program.actors["other_merchant"]["party"], language)

    with Walk(browser, program, size=PHONE, language=language, script=False) as merchant:
        merchant.sign_in("other_merchant")
        merchant.visit(f"/notices/{notice}/")
        merchant.tid("act").click()
        merchant.tid("check-first").click()  # nothing chosen yet
        merchant.page.locator(".error-summary").wait_for()
        merchant.look()
        merchant.page.locator("input[name=ground]").nth(1).check()
        merchant.tid("check-first").click()
        merchant.tid("submit-appeal").locator("button[type=submit]").click()
        merchant.tid("submitted").wait_for()
        merchant.look()
        appeal = re.search(r"apl_\w+", merchant.page.url)[0]

        merchant.page.goto(f"/appeals/{appeal}/evidence/")
        merchant.page.locator("input[type=file]").set_input_files(
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
        merchant.page.locator("input[name=caption]").fill("…")
        merchant.tid("stage").locator("button[type=submit]").click()
        merchant.look()

    assert program.call("other_merchant", "GET", f"appeals/{appeal}")["state"]["code"] == "SUBMITTED"


# What waits, and where it is done besides the room itself.
DONE_AT = {
    "answer": "answer/",
    "prove": "facts/1/",
    "reply": "facts/1/",
    "offer": "offers/new/",
    "determined": "decision/",
}


@pytest.mark.parametrize(
    ("actor", "language"),
    [
        ("merchant_owner", "zh-hans"),
        ("merchant_staff", "en"),
        pytest.param("merchant_finance", "zh-hans", marks=pytest.mark.nightly),  # the pages of the two before
        ("other_merchant", "en"),
        ("consumer", "zh-hans"),
        pytest.param("other_consumer", "en", marks=pytest.mark.nightly),  # those of the consumer
    ],
)
def test_every_side_of_the_demo_has_a_dispute_that_waits_and_no_barrier_before_it(program, browser, actor, language):
    todo = program.call(actor, "GET", "todo")["items"]
    waiting = {each["kind"]: each["ref"] for each in todo if each["ref"].startswith("dsp_")}
    assert waiting, f"nothing waits for {actor}"

    with Walk(browser, program, size=PHONE, language=language) as side:
        side.sign_in(actor)
        for path in ("/", "/disputes/", "/notifications/"):
            side.visit(path)
        for kind, ref in waiting.items():
            side.visit(f"/disputes/{ref}/")
            if kind in DONE_AT:
                side.visit(f"/disputes/{ref}/{DONE_AT[kind]}")


@pytest.mark.parametrize("language", in_turn("en"))
def test_mediators_and_oversight_have_disputes_that_wait_and_no_barrier_before_them(program, browser, language):
    for actor, first in (("mediator", "waiting"), ("second_mediator", "waiting"), ("compliance", "all")):
        with Walk(browser, program, size=DESK, language=language, also_at=PHONE) as officer:
            officer.sign_in(actor)
            officer.visit(f"/workbench/disputes/?tab={first}")
            assert officer.page.locator("[data-row]").count(), f"nothing waits for {actor}"
            if actor == "compliance":
                for path in ("disputes/reports/", "disputes/outages/", "disputes/team/?tab=held", "team/?tab=held"):
                    officer.visit(f"/workbench/{path}")
                officer.visit("/workbench/decisions/?tab=appeals")
                officer.visit(officer.page.locator("[data-open]").first.get_attribute("href"))
                officer.visit(officer.page.locator("a[href*='/workbench/parties/']").first.get_attribute("href"))
                officer.visit("/workbench/people/absence/")
                continue
            officer.visit("/workbench/disputes/?tab=mine")
            officer.visit(officer.page.locator("[data-open]").first.get_attribute("href"))


@pytest.mark.parametrize("language", in_turn("zh-hans"))
def test_pages_for_strangers_and_the_workbench_on_a_phone_have_no_barrier(program, browser, language):
    with Walk(browser, program, size=NARROW, language=language) as stranger:
        for path in ("/rules/", "/rules/advertising/", "/help/human/", "/account/login/", "/problems/", "/sample/"):
            stranger.visit(path)
        stranger.visit("/outages/")

    with Walk(browser, program, size=PHONE, language=language, also_at=DESK) as stranger:
        stranger.visit("/burden/#durable_defect")
        stranger.shoot("burden-table", at="#durable_defect")

    with Walk(browser, program, size=NARROW, language=language) as reviewer:
        reviewer.sign_in("second_reviewer")
        for tab in ("claimable", "mine", "waiting", "late"):
            reviewer.visit(f"/workbench/queue/?tab={tab}")
        reviewer.visit("/workbench/me/")
        reviewer.visit("/workbench/queue/")
        case = reviewer.page.locator("[data-open]").first.get_attribute("href")
        reviewer.visit(case)

    with Walk(browser, program, size=NARROW, language=language) as officer:
        officer.sign_in("help_line")
        officer.visit("/workbench/phone/")
        officer.visit("/workbench/disputes/phone/")
        officer.page.locator("[name=number]").fill("o-2026-1031")
        officer.page.locator("[name=identified_by]").first.check()
        officer.tid("phone-form").locator("button").click()
        officer.look()
        officer.tid("phone-who").locator("button").first.click()
        officer.tid("phone-what").wait_for()
        officer.look()
