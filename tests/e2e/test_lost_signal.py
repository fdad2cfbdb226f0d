"""A phone that loses its signal at random moments while somebody files, writes and uploads: nothing is lost, nothing
is there twice; and nothing stays on a phone that others use, once they have signed out.
"""

import contextlib
import random
import re

import pytest
from django.templatetags.static import static

from config.installing import DRAWN_WITH
from tests.e2e.walking import PHONE, Walk, certificate, fresh_notice, in_turn
from tests.extent import extent

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]

ORDER = "O-2026-1001"  # nobody else argues about it
ROUNDS = extent("rounds of a phone that loses its signal", everyday=3, ci=3, full=5)
"""Each loses the signal four times: while the form is filled in, when it is filed, in the room, with the upload."""
SEED = 48
"""From here on three rounds lose it at each place in each of its ways."""
WAYS = {
    "fill in": {"page", "before"},
    "file": {"before", "after"},
    "upload": {"page", "before", "after"},
    "write": {"page", "before", "after"},
}


class Phone(Walk):
    """A phone on which the network comes and goes; failed requests are part of the story."""

    def _failed(self, request):
        if "ERR_INTERNET_DISCONNECTED" not in (request.failure or ""):
            super()._failed(request)

    def _hear(self, said):
        expected = ("ERR_INTERNET_DISCONNECTED", "a status of 401")
        if not any(each in said.text for each in expected):
            super()._hear(said)

    def loses_signal(self):
        self.context.set_offline(True)

    def has_signal(self):
        self.context.set_offline(False)

    def press(self, button, kind, chance):
        """Presses with the signal gone before the request leaves, or before its answer comes; then it is back."""
        page, address = self.page, "**/*"
        if kind == "before":
            self.loses_signal()
            button.tap()
            page.locator("#kept-bar button").wait_for()
            page.wait_for_timeout(chance.randint(0, 1500))
            self.has_signal()
            return
        lost = []

        def answer_is_lost(route):
            if route.request.method == "POST" and not lost:
                lost.append(route.fetch(max_redirects=0))  # the server has done it
                return route.abort("internetdisconnected")
            return route.fallback()

        page.route(address, answer_is_lost)
        button.tap()
        page.locator("#kept-bar button").wait_for()
        page.unroute(address, answer_is_lost)
        assert lost

    def page_is_lost(self):
        """The signal goes, the page is loaded again and is not there, and the signal comes back."""
        here = self.page.url
        self.loses_signal()
        with contextlib.suppress(Exception):
            self.page.reload()
        self.has_signal()
        self.page.goto(here)


def test_a_phone_loses_its_signal_at_random_moments(program, browser):
    dispute = program.call(
        "consumer",
        "POST",
        "disputes",
        {"order_ref": ORDER, "ground": "not_received", "claim": {"remedy": "REFUND", "amount_minor": 100}},
    )["ref"]
    said, moments = [], []
    for number in range(ROUNDS):
        chance = random.Random(SEED + number)
        notice = fresh_notice(program, program.actors["consumer"]["party"], "zh-hans")
        with Phone(browser, program, size=PHONE) as phone:
            phone.sign_in("consumer")
            moments.append(fill_in(phone, notice, f"第{number}次申诉：页面存档不完整。", chance))
            moments.append(file(phone, chance))
            appeal = re.search(r"apl_\w+", phone.page.url)[0]
            moments.append(upload(phone, appeal, f"第{number}份授权书", chance))
            said.append(f"第{number}条：包裹还没有到。")
            moments.append(write(phone, dispute, said[-1], chance))
            kept = phone.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kept:'))")
            assert kept == [], "what has arrived is kept no longer"
        filed = program.call("consumer", "GET", f"appeals/{appeal}")
        assert filed["statement"] == f"第{number}次申诉：页面存档不完整。"
        evidence = [each["caption"] for each in filed["evidence"]]
        assert evidence == [f"第{number}份授权书"]
        listed = program.call("consumer", "GET", "appeals?limit=100")["items"]
        assert len([each for each in listed if each["notice"] == notice]) == 1
    sent = program.call("consumer", "GET", f"disputes/{dispute}/messages?after=0")["items"]
    assert [each["text"] for each in sent if each["type"] == "message"] == said
    assert len(moments) == 4 * ROUNDS
    assert {place: {kind for at, kind in moments if at == place} for place in WAYS} == WAYS


def fill_in(phone, notice, text, chance):
    kind = chance.choice(["page", "before"])
    page = phone.page
    page.goto(f"/notices/{notice}/appeal/")
    cut = chance.randint(1, len(text) - 1)
    page.locator("label:has(input[name=ground])").nth(2).tap()
    area = page.locator("[name=statement]")
    area.press_sequentially(text[:cut])
    if kind == "page":
        phone.loses_signal()
        area.press_sequentially(text[cut:])
        phone.page_is_lost()
        assert area.input_value() == text
        assert page.locator("input[name=ground]").nth(2).is_checked()
        phone.tid("check-first").tap()
    else:
        area.press_sequentially(text[cut:])
        phone.press(phone.tid("check-first"), kind, chance)
    phone.tid("submit-appeal").wait_for()
    return "fill in", kind


def file(phone, chance):
    kind = chance.choice(["before", "after"])
    phone.press(phone.tid("submit-appeal").locator("button[type=submit]"), kind, chance)
    phone.tid("submitted").wait_for()
    return "file", kind


def upload(phone, appeal, caption, chance):
    kind = chance.choice(["before", "after", "page"])
    page = phone.page
    page.goto(f"/appeals/{appeal}/evidence/")
    page.locator("input[type=file]").set_input_files(certificate())
    page.locator("input[name=captions]").fill(caption)
    button = phone.tid("stage").locator("button[type=submit]")
    if kind == "page":  # the file is not kept on the phone; the words about it are
        phone.page_is_lost()
        page.locator("input[type=file]").set_input_files(certificate())
        assert page.locator("input[name=captions]").input_value() == caption
        button.tap()
    else:
        phone.press(button, kind, chance)
    phone.tid("drafts").wait_for()
    phone.tid("submit-evidence").tap()
    phone.tid("version").wait_for()
    return "upload", kind


def write(phone, dispute, text, chance):
    kind = chance.choice(["page", "before", "after"])
    page = phone.page
    if chance.random() < 0.5:  # a network that lets no socket through: messages go by themselves
        page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    page.goto(f"/disputes/{dispute}/")
    field = phone.tid("composer-text")
    field.fill(text)
    if kind == "page":
        phone.page_is_lost()
        assert field.input_value() == text
        phone.tid("send").tap()
    elif kind == "before":
        phone.loses_signal()
        phone.tid("send").tap()
        page.wait_for_timeout(chance.randint(0, 1500))
        phone.has_signal()
    else:
        phone.tid("send").tap()
        phone.page_is_lost()  # whether it had arrived or not
    page.locator("#entries .mine:not(.sending)", has_text=text).wait_for()
    return "write", kind


def test_a_held_form_can_be_given_up_and_says_what_it_waits_for(program, browser):
    notice = fresh_notice(program, program.actors["other_merchant"]["party"], "zh-hans")
    with Phone(browser, program, size=PHONE) as phone:
        phone.sign_in("other_merchant")
        phone.page.goto(f"/notices/{notice}/appeal/")
        phone.page.locator("[name=statement]").fill("先写一半")
        phone.loses_signal()
        phone.tid("check-first").tap()
        bar = phone.page.locator("#kept-bar")
        bar.locator("button").wait_for()
        assert "网络已断开，还没有提交" in bar.inner_text()
        phone.shoot("no-signal")
        bar.locator("button").tap()
        phone.has_signal()
        phone.page.wait_for_timeout(6000)
        assert phone.page.url.endswith("/appeal/"), "what was given up is not sent"
        assert phone.page.locator("[name=statement]").input_value() == "先写一半"
        assert phone.tid("check-first").is_enabled()


def test_words_survive_signing_in_again_and_nothing_stays_after_signing_out(program, browser):
    notice = fresh_notice(program, program.actors["other_merchant"]["party"], "zh-hans")
    with Phone(browser, program, size=PHONE) as phone:
        phone.sign_in("other_merchant")
        page = phone.page
        page.goto(f"/notices/{notice}/appeal/")
        cookies = phone.context.cookies()
        phone.context.clear_cookies(name="sessionid")
        page.locator("[name=statement]").fill("会话过期时写的话")
        phone.tid("check-first").tap()
        page.locator("#kept-bar a").tap()
        page.wait_for_url(re.compile("/account/login/"))
        assert page.evaluate("Object.values(localStorage).join().includes('会话过期时写的话')")
        phone.context.add_cookies(cookies)
        page.goto(f"/notices/{notice}/appeal/")
        assert page.locator("[name=statement]").input_value() == "会话过期时写的话"

        with page.expect_navigation():
            page.locator(".sign-out button").tap()
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        phone.sign_in("consumer")
        assert page.evaluate("Object.keys(localStorage).length") == 0


KEPT_AS_AN_APP = """
  const match = window.matchMedia.bind(window);
  window.matchMedia = (query) => (query.includes("standalone") ? { matches: true } : match(query));
"""


@pytest.mark.parametrize("language", in_turn("zh-hans"))
def test_a_page_that_cannot_be_reached_is_one_of_ours_and_nothing_of_a_case_is_kept(program, browser, language):
    with Phone(browser, program, size=PHONE, language=language) as consumer:
        consumer.page.add_init_script(KEPT_AS_AN_APP)
        consumer.sign_in("consumer")
        consumer.visit("/")
        consumer.page.wait_for_function(
            """async (language) => {
              const worker = (await navigator.serviceWorker.getRegistration())?.active;
              return worker?.state === "activated" && worker.scriptURL.endsWith(language);
            }""",
            arg=language,
        )
        kept = consumer.page.evaluate(
            """async () => {
              const paths = [];
              for (const name of await caches.keys())
                for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
              return paths;
            }"""
        )
        assert set(kept) == {"/offline/", *map(static, DRAWN_WITH)}
        consumer.context.set_offline(True)
        consumer.page.goto("/notices/")
        consumer.look(shoot="offline")
        assert consumer.page.locator("h1").inner_text() == {"zh-hans": "网络已断开", "en": "No connection"}[language]
        consumer.context.set_offline(False)
        consumer.page.locator("main a[role=button]").click()
        consumer.page.locator("[data-testid=notice-row], main form").first.wait_for()
        assert consumer.page.url.endswith("/notices/")
