"""What a reviewer types is there again: after closing the page, without a signal, after the session ended; not once it
was sent.
"""

import contextlib
import re
import time

import pytest

from tests.e2e.test_live_queue import appeal_comes
from tests.e2e.test_lost_signal import Phone
from tests.e2e.walking import DESK

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]

KEPT = "Object.keys(localStorage).filter(key => key.startsWith('kept:'))"


def overtaken(reviewer, here):
    """Asks for the page while a draft is on its way: the page is drawn without it and comes after it was saved."""
    page, drafts = reviewer.page, []
    reviewer.loses_signal()
    page.locator("[name=note]").fill("第三张也看")
    reviewer.tid("lock").click()  # held back, but the form has been given the name of an answer
    page.locator("#kept-bar").wait_for()
    page.route("**/draft/", lambda route: drafts.append(route))
    reviewer.has_signal()
    page.locator("[name=confidence]").first.focus()

    def drawn_before(route):
        answer = route.fetch()
        with page.expect_event("requestfinished", lambda request: request.url.endswith("/draft/")):
            drafts.pop().continue_()
        time.sleep(0.3)  # the page that is left hears of it
        page.unroute("**/draft/")
        route.fulfill(response=answer)

    page.route(f"**{here}", drawn_before)
    page.goto(here)
    page.unroute(f"**{here}")


def test_words_of_a_reviewer_outlast_a_closed_page_a_lost_signal_and_an_ended_session(program, browser):
    appeal = appeal_comes(program, "zh-hans")
    program.call("reviewer", "POST", "review-queue/claim", {"appeal": appeal})
    with Phone(browser, program, size=DESK) as reviewer:
        reviewer.sign_in("reviewer")
        page, here = reviewer.page, f"/workbench/case/{appeal}/"
        note = page.locator("[name=note]")
        page.goto(here)
        note.fill("先看截图")
        with page.expect_response(re.compile("/draft/$")) as saved:
            page.locator("[name=confidence]").first.focus()
        assert saved.value.ok
        page.wait_for_function(f"{KEPT}.length === 0")
        page.goto("/workbench/queue/")  # without a question: it is saved
        page.goto(here)
        assert note.input_value() == "先看截图"
        reviewer.tid("draft-restored").wait_for()

        reviewer.loses_signal()
        note.fill("先看截图，再看证书")
        reviewer.tid("lock").click()
        page.locator("#kept-bar").wait_for()
        assert note.input_value() == "先看截图，再看证书", "it is not sent into nowhere"
        with contextlib.suppress(Exception):
            page.reload()
        reviewer.has_signal()
        page.goto(here)
        assert note.input_value() == "先看截图，再看证书"

        overtaken(reviewer, here)
        assert note.input_value() == "第三张也看", "the draft came after the page was drawn"

        cookies = reviewer.context.cookies()
        reviewer.context.clear_cookies(name="sessionid")
        note.fill("会话过期时写的话")
        with page.expect_navigation():
            reviewer.tid("lock").click()
        reviewer.context.add_cookies(cookies)
        page.goto(here)
        assert note.input_value() == "会话过期时写的话"

        for piece in page.locator(".piece-button").all():
            piece.click()
            page.wait_for_timeout(300)
        page.locator("input[name=first_outcome]").first.check(force=True)
        page.locator("input[name=confidence]").first.check(force=True)
        with page.expect_navigation():
            reviewer.tid("lock").click()
        reviewer.tid("first-view").wait_for()
        assert page.evaluate(KEPT) == [], "what has arrived is kept no longer"
        assert reviewer.tid("draft-restored").count() == 0
