"""What matters stands on a phone's first screen, covered by nothing: measured in both languages and in large text."""

import pytest

from tests.e2e.walking import DESK, Walk, fresh_notice

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]

SIZES = [(360, 640), pytest.param((360, 800), marks=pytest.mark.nightly)]  # the shorter one has less room
WHAT_IS_SEEN = """selector => {
  const element = [...document.querySelectorAll(selector)].find(each => each.getClientRects().length);
  const box = element.getBoundingClientRect();
  const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]];
  const isOnTop = ([x, y]) => {
    const top = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
    return Boolean(top) && (element.contains(top) || top.contains(element) && !top.matches("body, html"));
  };
  return { top: box.top, bottom: box.bottom, right: box.right, onTop: points.every(isOnTop) };
}"""


def is_covered(walk, selector):
    return not walk.page.evaluate(WHAT_IS_SEEN, selector)["onTop"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_having_a_person_decide_is_covered_by_nothing(program, browser, size, language):
    notice = fresh_notice(program, program.actors["other_merchant"]["party"], language, by_system=True)
    with Walk(browser, program, size=size, language=language) as merchant:
        merchant.sign_in("other_merchant")
        merchant.visit(f"/notices/{notice}/")
        assert not is_covered(merchant, "[data-testid=ask-human]")
        for share in (0.3, 0.6, 1):  # wherever the page is scrolled to
            merchant.page.evaluate("share => scrollTo(0, document.documentElement.scrollHeight * share)", share)
            assert not is_covered(merchant, "[data-testid=ask-human]")
        assert not is_covered(merchant, ".colophon .sign-out button"), "the end of the page is above the bar"

        merchant.tid("large-text-switch").locator("button").click()
        merchant.visit(f"/notices/{notice}/")
        merchant.tid("ask-human").evaluate("button => button.scrollIntoView({ block: 'center' })")
        assert not is_covered(merchant, "[data-testid=ask-human]")
        merchant.visit(f"/notices/{notice}/appeal/")
        second = merchant.page.locator("label:has(input[value=system_first])")
        second.evaluate("label => label.scrollIntoView({ block: 'nearest' })")
        assert not is_covered(merchant, "label:has(input[value=system_first])")
        merchant.tid("large-text-switch").locator("button").click()
        merchant.settle()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_header_is_one_row_on_a_phone(program, browser, language):
    with Walk(browser, program, size=(360, 640), language=language) as merchant:
        merchant.sign_in("other_merchant")
        for most in (52, 68):  # ordinary text, then large text with targets of 60 px
            seen = merchant.page.evaluate(WHAT_IS_SEEN, ".masthead")
            assert seen["bottom"] <= most
            for part in (".call", ".masthead .told", "[data-testid=large-text-switch] button", "[data-testid=menu]"):
                box = merchant.page.evaluate(WHAT_IS_SEEN, part)
                assert box["bottom"] <= most
                assert box["right"] <= 360, part
            merchant.tid("menu").click()
            assert merchant.page.locator("#menu .places a").count() == 5
            merchant.look()  # the menu, open
            merchant.page.locator("#menu .places a").nth(1).click()
            merchant.page.wait_for_url("**/notices/")
            merchant.tid("large-text-switch").locator("button").click()
            merchant.settle()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_first_ground_and_the_last_button_are_on_the_first_screen(program, browser, size):
    notice = fresh_notice(program, program.actors["other_merchant"]["party"], "zh-hans")
    with Walk(browser, program, size=size) as merchant:
        merchant.sign_in("other_merchant")
        merchant.visit(f"/notices/{notice}/appeal/")
        for selector in ("label:has(input[value=human])", "label:has(input[name=ground])", "[data-testid=submit-now]"):
            assert not is_covered(merchant, selector), selector
            assert merchant.page.evaluate(WHAT_IS_SEEN, selector)["bottom"] <= size[1]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_offer_that_waits_and_the_field_to_write_in_are_a_tap_away(program, browser, language):
    todo = program.call("merchant_owner", "GET", "todo")["items"]
    offered = next(each["ref"] for each in todo if each["kind"] == "offer")
    with Walk(browser, program, size=(360, 640), language=language) as seller:
        seller.sign_in("merchant_owner")
        seller.visit(f"/disputes/{offered}/", shoot="dispute-waiting")
        assert "¥" in seller.tid("waiting-offer").first.inner_text()
        assert not is_covered(seller, "[data-testid=waiting-accept]")
        seller.page.locator(".room-parts a[href='#talk']").tap()
        seller.page.wait_for_timeout(300)
        assert not is_covered(seller, "[data-testid=composer-text]")
        assert not is_covered(seller, ".room-parts a[href='#offers']")
        seller.page.locator(".room-parts a[href='#offers']").tap()
        seller.page.wait_for_timeout(300)
        assert not is_covered(seller, "#offers h2")


def test_a_seller_agrees_with_one_tap_and_one_page(program, browser):
    claim = {"remedy": "REFUND", "amount_minor": 12_800}
    body = {"order_ref": "O-2026-1047", "ground": "not_received", "claim": claim}
    ref = program.call("consumer", "POST", "disputes", body)["ref"]
    with Walk(browser, program, size=(360, 640)) as seller:
        seller.sign_in("merchant_owner")
        seller.visit(f"/disputes/{ref}/")
        assert not is_covered(seller, "[data-testid=agree]")
        assert "同意退款 ¥128.00" in seller.tid("agree").inner_text()
        seller.tid("agree").tap()
        seller.tid("effects").wait_for()
        seller.look(shoot="dispute-agree")
        assert not is_covered(seller, "[data-testid=agree]")
        seller.tid("agree").tap()
        seller.tid("owed").wait_for()
        seller.look()
    settled = program.call("consumer", "GET", f"disputes/{ref}")
    assert settled["state"]["code"] == "CARRYING_OUT"


@pytest.mark.parametrize("size", [DESK, pytest.param((1024, 768), marks=pytest.mark.nightly), (390, 844)], ids=str)
def test_the_search_is_reached_by_its_keys_while_they_are_on(program, browser, size):
    notice = fresh_notice(program, program.actors["other_merchant"]["party"], "zh-hans")
    number = program.call("reviewer", "GET", f"notices/{notice}")["number"]
    with Walk(browser, program, size=size) as officer:
        officer.sign_in("reviewer")
        keys, box = officer.page.keyboard, officer.page.locator("[data-find]")
        keys.press("/")
        keys.type(number)
        with officer.page.expect_navigation():
            keys.press("Enter")
        assert officer.tid("found-notices").locator("[data-open]").all_inner_texts() == [number]
        officer.look()
        keys.press("Control+k")
        assert box.evaluate("box => box === document.activeElement && box.selectionEnd === box.value.length")
        officer.page.context.add_cookies([{"name": "workbench_shortcuts", "value": "off", "url": program.base_url}])
        officer.visit("/workbench/me/")
        for key in ("/", "Control+k"):
            keys.press(key)
            assert not box.evaluate("box => box === document.activeElement"), key
