"""A closed shop whose account is blocked answers its dispute on a phone, by a code that the sample shows."""

import re

import pytest

from tests.e2e.walking import PHONE, Walk, certificate

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]


@pytest.mark.parametrize(("language", "script"), [("zh-hans", True), ("en", False)], ids=["zh", "en without scripts"])
def test_a_locked_out_shop_answers_a_dispute_by_a_code(program, browser, language, script):
    with Walk(browser, program, size=PHONE, language=language, script=script) as shop:
        page = shop.page
        shop.visit("/sample/")
        phone = re.search(r"\d{3} \d{4} \d{4}", shop.tid("closed-shop").inner_text())[0]
        shop.tid("closed-shop").tap()
        shop.look()
        page.fill("[name=email]", phone)
        page.locator("[data-testid=access-form] button").tap()
        page.wait_for_url("**/access/code/**")
        if not script:
            while not shop.tid("message").count():
                page.reload()
        code = re.search(r"(?<!\d)\d{6}(?!\d)", shop.tid("message").inner_text())[0]
        shop.look()
        page.fill("[name=code]", code)
        page.locator("[data-testid=code-form] button").tap()
        page.wait_for_url("**/notices/")
        page.locator("[data-testid=by-link] a[href='/disputes/']").tap()
        shop.look()
        page.locator("a[href^='/disputes/dsp_']").first.tap()
        shop.look()
        room = page.url
        if page.locator("a[href$='/answer/']").count():  # the first of the two walks answers
            page.locator("a[href$='/answer/']").first.tap()
            shop.look()
            page.locator("[name=refuses]").last.check()
            page.fill("[name=text]", "揽收凭证见附件。" if language == "zh-hans" else "The slip is attached.")
            page.locator("form:has([name=text]) button[type=submit]").first.tap()
            shop.settle()
            assert page.url.split("#")[0] == room
        page.fill("#id_text", "请看凭证。" if language == "zh-hans" else "Please look at the slip.")
        shop.tid("send").tap()
        shop.settle()
        page.goto(f"{room}facts/1/")
        page.set_input_files("[name=files]", [certificate()])
        page.locator("[name=caption], [name=captions]").first.fill("揽收凭证" if language == "zh-hans" else "The slip")
        page.locator("form:has([name=files]) button[type=submit]").first.tap()
        shop.settle()
        shop.look()
        page.goto(room)
        page.locator("[data-testid=by-link] button").tap()
        shop.settle()
        assert page.goto(room).url.startswith(f"{program.base_url}/account/login/")
