"""A reviewer leaves the queue open: what comes is counted, what is taken is marked where it stands, nothing moves."""

from typing import Any

import pytest

from tests.e2e.walking import DESK, PHONE, WORDS, Walk, fresh_notice

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]
PATIENCE = 60_000
SAID = {"zh-hans": ("有 1 件新案件", "已被领取"), "en": ("1 new case", "Taken")}


def appeal_comes(program: Any, language: str) -> str:
    notice = fresh_notice(program, program.actors["merchant_owner"]["party"], language)
    filing = {"ground": "facts_wrong", "statement": WORDS[language]["statement"]}
    return str(program.call("merchant_owner", "POST", f"notices/{notice}/appeals", filing)["ref"])


def places(walk: Walk) -> list[float]:
    """Where each row stands on the page."""
    top = "row => row.getBoundingClientRect().top + scrollY"
    return list(walk.page.eval_on_selector_all("[data-row]", f"rows => rows.map({top})"))


def order(walk: Walk) -> list[str]:
    return list(walk.page.eval_on_selector_all("[data-row]", "rows => rows.map(row => row.dataset.ref)"))


@pytest.mark.parametrize(("language", "size"), [("zh-hans", DESK), ("en", PHONE)], ids=str)
def test_an_open_queue_says_what_happened_and_moves_nothing(program, browser, language, size):
    new, taken = SAID[language]
    with Walk(browser, program, size=size, language=language) as reviewer:
        reviewer.sign_in("reviewer")
        # One to take and one to look at, whatever the sample holds and earlier walks took.
        chosen, gone = appeal_comes(program, language), appeal_comes(program, language)
        reviewer.visit("/workbench/queue/")
        before = order(reviewer)
        reviewer.page.locator(f"[data-ref={chosen}] [data-open]").focus()
        reviewer.page.locator("#queue-live[data-told]").wait_for(state="attached", timeout=PATIENCE)
        stood = places(reviewer)

        came = appeal_comes(program, language)
        reviewer.tid("queue-said").get_by_text(new, exact=True).wait_for(timeout=PATIENCE)
        program.call("second_reviewer", "POST", "review-queue/claim", {"appeal": gone})
        mark = reviewer.page.locator(f"[data-ref={gone}] [data-mark]")
        mark.wait_for(timeout=PATIENCE)
        stand = places(reviewer)
        reviewer.look(shoot="queue-live")

        assert stand == stood
        assert mark.inner_text() == taken
        assert order(reviewer) == before
        assert reviewer.page.evaluate("document.activeElement.closest('[data-row]').dataset.ref") == chosen
        assert reviewer.page.locator(f"[data-ref={gone}] [data-claim]").is_disabled()

        reviewer.tid("queue-update").click()
        reviewer.page.locator(f"[data-ref={came}]").wait_for(timeout=PATIENCE)
        after = order(reviewer)

        assert [ref for ref in after if ref in before] == [ref for ref in before if ref != gone]
        assert reviewer.tid("queue-said").inner_text() == ""
        assert not reviewer.tid("queue-update").is_visible()
        reviewer.look()
