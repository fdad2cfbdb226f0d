"""How a person walks through the product in a browser, and what is checked on every page they come to.

What does not belong here: the story of a test.
"""

import io
import itertools
import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.extent import extent

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "screenshots"
IN_GUIDES = {"queue": (1440, 900), "case": (1440, 900), "dispute-workbench": (1440, 900), "executor-home": (360, 640)}
"""The pictures that stand in the guides of the console, of pages at these sizes."""
MAX_BYTES = 150_000
PHONE, DESK, NARROW = (360, 640), (1440, 900), (320, 640)
LANGUAGES = {"zh-hans": ("zh-CN", "zh-Hans"), "en": ("en-GB", "en")}  # our code: browser's, the page's `lang`


def in_turn(first: str) -> list[Any]:
    """Both languages: CI walks in the first, the nightly run in the other as well."""
    return [first, *(pytest.param(other, marks=pytest.mark.nightly) for other in LANGUAGES if other != first)]


WORDS = {
    "zh-hans": {
        "facts": "商品“手工紫砂壶”（编号 88120）的详情页写有“国家级工艺”字样，页面存档见附件 1。",
        "reasons": "“国家级工艺”属于规则禁止使用的绝对化用语，会使消费者误以为商品得到官方认定。",
        "object": "手工紫砂壶",
        "scope": "商品不可搜索、不可购买",
        "caption": "详情页文字存档",
        "excerpt": "国家级工艺，匠心制造",
        "statement": "截图不完整，证书编号就在同一张图的右下角，我们有完整的页面存档和检测报告。",
        "proves": "国家级非遗传承人证书，说明该名称属实",
        "fact": "详情页的“国家级工艺”是否为夸大宣传",
        "found": "证据 1 的证书显示，该工艺确为国家级非遗项目，用语属实。",
        "accepted": "证书可以证明用语有依据，主张成立。",
        "why": "商家使用的是非遗项目的正式名称，并提供了有效证书。该用语有事实依据，不会使消费者误解，处置应当撤销。",
        "rule": "本条禁止没有依据的绝对化用语。本案用语有依据，不适用本条。",
    },
    "en": {
        "facts": "The page of the listing “handmade teapot” (88120) said “national-level craft”; see exhibit 1.",
        "reasons": "“National-level” is a superlative that the rule forbids; buyers may take it for an official award.",
        "object": "handmade teapot",
        "scope": "The listing cannot be found or bought",
        "caption": "The text of the page as it was kept",
        "excerpt": "National-level craft, made with care",
        "statement": "“National-level” is part of the craft's official name. We hold the certificate of its master.",
        "proves": "The master's certificate: the name is the official one",
        "fact": "Whether “national-level craft” on the page was an exaggeration",
        "found": "The certificate in evidence 1 shows that the craft is on the national list, so the words are true.",
        "accepted": "The certificate gives the words a basis, so the argument holds.",
        "why": "The merchant used the official name of a listed craft and showed a valid certificate. The words have a "
        "basis in fact and do not mislead a buyer, so the measure is revoked.",
        "rule": "The clause forbids superlatives without a basis. These words have one, so it does not apply.",
    },
}


LISTINGS = itertools.count(88_120)


def fresh_notice(program: Any, party: str, language: str, *, by_system: bool = False) -> str:
    """A notice that nobody has seen yet, served to that party by the platform's own back end; returns its ref."""
    said, now, listing = WORDS[language], datetime.now(UTC), str(next(LISTINGS))  # none that was revoked before
    earlier = (now - timedelta(hours=1)).isoformat()
    body = {
        "external_ref": f"e2e-{uuid.uuid4()}",
        "party": party,
        "language": language,
        "facts": said["facts"].replace("88120", listing),
        "reasons": said["reasons"],
        "conduct_at": earlier,
        "measures": [
            {
                "type": "listing-removed",
                "object_kind": "listing",
                "object_ref": listing,
                "object_label": said["object"],
                "scope": said["scope"],
                "starts_at": now.isoformat(),
                "ends_at": (now + timedelta(days=7)).isoformat(),
            }
        ],
        "basis": [{"kind": "CLAUSE", "rule": "advertising", "clause": "8"}],
        "evidence": [{"caption": said["caption"], "captured_at": earlier, "excerpt": said["excerpt"]}],
        "detection": {"source": "MACHINE", "tool": "keyword-scan 3.2"},
        "decision": {"tool": "keyword-scan 3.2"}
        if by_system
        else {"officer": "E-031", "tool": "keyword-scan 3.2", "evidence_was_opened": True},
    }
    return str(program.call("platform", "POST", "notices", body)["ref"])


NUMBERS = itertools.count(427)


def certificate() -> dict[str, Any]:
    """A picture as a person would choose it; no two are the same, since the same file is not taken twice."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (640, 420), "#fbf7ea")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((14, 14, 625, 405), outline="#8c6d1f", width=4)
    words = f"CERTIFICATE  No. 2019-{next(NUMBERS):04}\n\nIntangible cultural heritage\n"
    words += "National list, item 342\n\nHolder: Lin Xiaoyan"
    draw.multiline_text((56, 70), words, fill="#333333", font=ImageFont.load_default(28), spacing=12)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return {"name": "certificate.png", "mimeType": "image/png", "buffer": content.getvalue()}


ELEMENTS = """() => {
  const says = /^(aria-(current|expanded|hidden|pressed|selected)|role|type|hidden|scope)$/;
  const kind = each => [
    each.tagName, each.parentElement?.tagName, each.className, each.dataset.testid, /\\S/.test(each.textContent),
    ...[...each.attributes].map(({name, value}) => says.test(name) ? name + value : name),
  ].join();
  return [...new Set([...document.querySelectorAll("*")].map(kind))].sort().join("|");
}"""
"""What elements a page has: each kind once, whatever the words in it, its number and its place."""


class Walk:
    """One person in one browser window. Every page they come to is looked at: axe, width, console.

    A page with the elements of one that had no barrier is not asked about barriers again: axe is most of a walk's time.
    Where a walk is also at another size, CI asks there for the width alone, and the nightly run for barriers as well.
    """

    found_without_barrier: set[tuple[tuple[int, int], int]] = set()

    def __init__(
        self,
        browser: Any,
        program: Any,
        *,
        size: tuple[int, int],
        language: str = "zh-hans",
        script: bool = True,
        also_at: tuple[int, int] | None = None,
    ) -> None:
        self.program, self.language, self.size, self.script = program, language, size, script
        self.also_at = also_at  # another size at which every page is looked at, too
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=LANGUAGES[language][0],
            java_script_enabled=script,
            base_url=program.base_url,
            has_touch=size[0] < 600,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.heard: list[Any] = []  # what came, and what was sent, over the page's sockets
        self.sent: list[Any] = []
        self.page.on("websocket", lambda socket: self._listen(socket))
        self.page.on("console", lambda said: self._hear(said))
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("requestfailed", lambda request: self._failed(request))
        self.page.on("request", lambda request: self._asked(request.url))

    def __enter__(self) -> "Walk":
        return self

    def __exit__(self, *error: object) -> None:
        self.context.close()
        if error[0] is None:
            assert self.complaints == [], "\n".join(self.complaints)

    def _hear(self, said: Any) -> None:
        refused_form = "the server responded with a status of 400" in said.text  # the page says beside the field why
        if said.type in ("error", "warning") and not refused_form:
            self.complaints.append(f"{self.page.url}: {said.text}")

    def _failed(self, request: Any) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # a page that is left gives up what it still loads
            self.complaints.append(f"{request.url}: {request.failure}")

    def _listen(self, socket: Any) -> None:
        socket.on("framereceived", lambda frame: self.heard.append(frame))
        socket.on("framesent", lambda frame: self.sent.append(frame))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.program.base_url, "data:", "blob:")):
            self.complaints.append(f"asked another host: {url}")

    # — looking —

    def settle(self) -> None:
        """A form that was sent has led to its page: the script sends it and goes there once the answer has come."""
        self.page.locator("form[data-sent]").first.wait_for(state="detached")
        self.page.wait_for_load_state()

    def look(self, *, shoot: str = "") -> None:
        """This page has no barrier that axe knows, does not scroll sideways, and speaks the language it says."""
        page = self.page
        self.settle()
        assert page.locator("html").get_attribute("lang") == LANGUAGES[self.language][1], page.url
        assert page.locator("h1").count() == 1, page.url
        if self.script:
            self.fits(self.size)
            self._has_no_barrier(self.size)
            if self.also_at:
                page.set_viewport_size({"width": self.also_at[0], "height": self.also_at[1]})
                self.fits(self.also_at)
                if extent("sizes at which a page is asked for barriers", everyday=1, ci=1, full=2) == 2:
                    self._has_no_barrier(self.also_at)
                page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        if shoot:
            self.shoot(shoot)

    def fits(self, size: tuple[int, int]) -> None:
        """The page does not scroll sideways."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide at {size[0]} px"

    def _has_no_barrier(self, size: tuple[int, int]) -> None:
        from axe_playwright_python.base import AXE_SCRIPT, AxeResults

        page = self.page
        elements = size, hash(page.evaluate(ELEMENTS))
        if elements in Walk.found_without_barrier:
            return
        if not page.evaluate("'axe' in window"):  # half a megabyte: once a page, not once a size
            page.evaluate(AXE_SCRIPT)
        # Colours do not depend on the width, and are two fifths of the work: they are measured at the walk's own size.
        rules = {"color-contrast": {"enabled": size == self.size}}
        asked = "rules => axe.run({resultTypes: ['violations'], rules}).then(({violations}) => ({violations}))"
        found = page.evaluate(asked, rules)
        seen = AxeResults(found)
        assert seen.violations_count == 0, f"{page.url} at {size[0]} px\n{seen.generate_report()}"
        Walk.found_without_barrier.add(elements)

    def shoot(self, name: str, *, at: str = "") -> None:
        """A picture of the page for docs/screenshots, where that was asked for: its top, or what stands at `at`."""
        if os.environ.get("UPDATE_SCREENSHOTS") != "1":
            return
        from PIL import Image

        if at:
            self.page.locator(at).first.evaluate("place => scrollBy(0, place.getBoundingClientRect().top - 16)")
        else:
            self.page.evaluate("scrollTo(0, 0)")
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB").quantize(96, dither=Image.Dither.NONE)
        language = "zh" if self.language == "zh-hans" else "en"
        path = PICTURES / f"{language}-{self.size[0]}-{name}.png"
        if IN_GUIDES.get(name) == self.size:
            path = ROOT / "static" / "guides" / f"{language}-{name}.png"
        picture.save(path, optimize=True)
        assert path.stat().st_size < MAX_BYTES, path

    def visit(self, path: str, *, shoot: str = "") -> None:
        answer = self.page.goto(path)
        assert answer.status == 200, (path, answer.status)
        self.look(shoot=shoot)

    def tid(self, name: str) -> Any:
        return self.page.get_by_test_id(name)

    # — signing in and choosing a language, with the pointer —

    def sign_in(self, actor: str) -> None:
        self.page.goto("/sample/")
        self.tid(f"sign-in-{actor}").click()
        self.page.wait_for_url(lambda url: "/sample/" not in url)
        if self.page.locator("html").get_attribute("lang") != LANGUAGES[self.language][1]:
            self.press_language()

    def press_language(self) -> None:
        """The other language; on a phone it is in the menu."""
        if self.tid("menu").is_visible():
            self.tid("menu").click()
        self.tid("language-switch").locator("button").click()
        self.settle()


class Keyboard:
    """A person without a pointer: Tab, arrows, Enter, Space and letters; nothing is focused or clicked by script."""

    def __init__(self, page: Any) -> None:
        self.page, self.keys = page, page.keyboard

    def is_on(self, selector: str) -> bool:
        return bool(self.page.evaluate("s => !!document.activeElement?.matches(s)", selector))

    def to(self, selector: str, *, most: int = 160) -> None:
        """Tab until the focus is there, and it can be seen there."""
        for _step in range(most):
            if self.is_on(selector):
                break
            self.keys.press("Tab")
        else:
            pytest.fail(f"{selector} was not reached with {most} presses of Tab on {self.page.url}")
        hidden = self.page.evaluate(
            """() => {
              const box = document.activeElement.getBoundingClientRect();
              const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              const at = document.activeElement;
              return !(top && (at.contains(top) || top.contains(at) || top.closest("label")?.contains(at)));
            }"""
        )
        assert not hidden, f"the focus on {selector} is covered or out of sight on {self.page.url}"

    def choose(self, name: str, value: str) -> None:
        """The radio button of that group and value is chosen, by Tab to the group and arrows within it."""
        self.to(f"input[type=radio][name='{name}']")
        wanted = f"input[type=radio][name='{name}'][value='{value}']"
        for _step in range(10):
            if self.is_on(wanted):
                break
            self.keys.press("ArrowDown")
        if not self.page.locator(wanted).is_checked():
            self.keys.press("Space")
        assert self.page.locator(wanted).is_checked(), wanted

    def write(self, selector: str, text: str) -> None:
        self.to(selector)
        self.keys.press("Control+a")
        self.keys.insert_text(text)

    def press_on(self, selector: str) -> None:
        """Enter on that link or button, and the page that follows."""
        self.to(selector)
        with self.page.expect_navigation():
            self.keys.press("Enter")
