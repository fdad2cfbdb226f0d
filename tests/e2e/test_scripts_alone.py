"""The scripts and styles of every page on a page of three lines: what a browser does with them, without the program."""

import pytest
from django.conf import settings

pytestmark = [pytest.mark.e2e]

SITE = "http://site.test"
WORDS = (
    'data-over-one="{n} too many of {most}" data-over-many="{n} too many of {most}" data-restored="It is back" '
    'data-same-for-all="The same for all"'
)


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport={"width": 360, "height": 640})
    yield opened
    opened.close()


def shown(page, body, *scripts):
    """The page with this body, at an address of its own, with the site's styles and these scripts."""
    loaded = "".join(f'<script src="/static/js/{name}" defer></script>' for name in scripts)
    styles = "".join(
        f'<link rel="stylesheet" href="/static/{name}">' for name in ("vendor/pico/pico-2.1.1.min.css", "css/site.css")
    )
    html = f"""<!doctype html><html data-account="a"><head>{styles}</head>
        <body><main class="page">{body}</main><template id="words" {WORDS}></template>{loaded}</body></html>"""

    def answer(route):
        path = route.request.url.removeprefix(SITE)
        if path.startswith("/static/"):
            return route.fulfill(path=settings.BASE_DIR / path.lstrip("/"))
        return route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page.route(f"{SITE}/**", answer)
    page.goto(f"{SITE}/page")
    return page


@pytest.mark.parametrize(("text", "over"), [("长" * 20_000, 18_000), ("😀" * 2000, 0), ("😀" * 2001, 1)])
def test_what_is_pasted_stays_and_is_not_sent_while_it_is_too_long(page, text, over):
    form = """<form method="post" action="/sent" novalidate>
        <textarea id="t" name="t" data-most="2000" data-counter="c"></textarea><small id="c"></small>
        <button>Send</button></form>"""
    shown(page, form, "site.js")
    page.locator("#t").fill(text)
    assert page.evaluate("[...document.getElementById('t').value].length") == len(text), "nothing is cut"
    assert page.locator("#c").inner_text() == f"{len(text)}/2000"
    assert page.locator(".too-long").all_inner_texts() == ([f"{over} too many of 2000"] if over else [])
    page.locator("button").click()
    page.wait_for_load_state()
    assert page.url == f"{SITE}/{'page' if over else 'sent'}"


@pytest.mark.parametrize(("kept", "is_back"), [("typed before", True), ("from the server", False)])
def test_only_what_came_back_is_said_to_be_back(page, kept, is_back):
    form = """<form method="post" action="/sent" data-keep>
        <input name="f" value="from the server"><input type="hidden" name="form_key" value="k"></form>"""
    shown(page, form, "forms.js")
    page.evaluate(
        """(text) => localStorage.setItem("kept:a:/sent#", JSON.stringify(
            {at: Date.now(), tried: true, key: "k", values: [["f", text]]}))""",
        kept,
    )
    page.reload()
    assert page.locator("[name=f]").input_value() == kept
    assert page.locator("#kept-bar").count() == is_back


def test_a_printed_room_has_all_that_was_said(page):
    entries = "".join(f'<li class="message">What was said, number {n}</li>' for n in range(60))
    shown(page, f'<div class="room"><section class="talk"><div class="log"><ol>{entries}</ol></div></section></div>')
    cut = "(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('.log'))"
    assert page.evaluate(cut) > 100
    page.emulate_media(media="print")
    assert page.evaluate(cut) <= 0
    page.set_viewport_size({"width": 1100, "height": 800})
    assert page.evaluate(cut) <= 0


def test_the_parts_of_a_room_fit_a_phone_in_large_english(page):
    parts = "".join(f"<a href='#{part}'>{part}</a>" for part in ("Progress", "Conversation", "Evidence", "Offers"))
    shown(page, f'<nav class="room-parts">{parts}</nav>')
    page.evaluate("document.documentElement.classList.add('large-text')")
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_one_caption_is_given_to_many_files_and_a_picture_is_pasted(page):
    form = """<form method="post" action="/sent"><div class="dropzone"><input type="file" name="files" multiple
        accept=".png" data-list="chosen" data-captions="captions" data-shared-caption="one"><ul id="chosen"></ul>
        <div id="one"><input name="caption"></div></div></form>"""
    shown(page, form, "site.js")
    files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": b"a picture"} for n in (1, 2)]
    page.locator("input[type=file]").set_input_files(files)
    captions = page.locator("[name=captions]")
    captions.first.fill("The parcel as it came")
    page.locator("main").evaluate(
        """(place) => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File(["another"], "image.png", {type: "image/png"}));
            place.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }"""
    )
    page.locator("main").evaluate(
        """(place) => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File(["of a table"], "image.png", {type: "image/png"}));
            clipboardData.setData("text/plain", "12 pieces");
            const pasted = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
            if (!place.dispatchEvent(pasted)) throw new Error("text was kept from its field");
        }"""
    )
    assert captions.count() == 3
    assert page.evaluate("document.querySelector('[name=files]').files.length") == 3
    page.get_by_role("button", name="The same for all").click()
    assert [each.input_value() for each in captions.all()] == ["The parcel as it came"] * 3


ROOM = """<div id="room" data-ref="d" data-lane="both" data-last="0" data-participant="CLAIMANT">
    <div id="log"><ol id="entries"></ol></div><p id="live"></p><button id="pill" hidden></button>
    <form id="composer" method="post"><textarea id="id_text" name="text"></textarea>
    <label hidden><input type="checkbox" id="enter-sends"> Enter sends</label></form>
    <div id="unsent" hidden><textarea id="id_unsent"></textarea></div>
    <template id="blank-entry"><li class="message"><b data-badge></b><i data-colleague></i><b data-sender></b>
    <i data-at></i><p data-text></p><p data-tick><span></span></p></li></template></div>"""


def test_enter_sends_where_somebody_chose_it_and_the_choice_is_kept(page):
    shown(page, ROOM, "forms.js", "room.js")
    field, said = page.locator("#id_text"), page.locator("#entries > li")
    field.fill("one")
    field.press("Enter")
    assert (field.input_value(), said.count()) == ("one\n", 0)
    page.get_by_label("Enter sends").check()
    field.press("Shift+Enter")
    assert said.count() == 0
    field.evaluate("""(field) => field.dispatchEvent(
        new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, bubbles: true, cancelable: true}))""")
    assert said.count() == 0, "a word that was being composed is none that was sent"
    field.press("Enter")
    assert (field.input_value(), said.count()) == ("", 1)
    page.reload()
    assert page.get_by_label("Enter sends").is_checked()
