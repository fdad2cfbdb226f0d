"""Drafts of translations by the operator's service: a real one on this machine, told what to answer."""

import io
import json
import re
import zipfile
from html import unescape

import pikepdf
import pytest
from django.db import connection

from accounts.models import User
from appeals.claims import originals_of
from appeals.models import Appeal
from appeals.queries import write_case_file
from archive import translation_service
from archive.models import Translation
from archive.translations import LONGEST, claim
from casework import ledger
from casework.models import Event
from notices import commands as notices
from tests import factories as make
from tests.appeals.test_letter import drawn
from tests.appeals.test_workbench import browser
from tests.disputes.building import argued, build_court
from tests.surfaces.test_party_pages import text
from tests.webhooks.receiving import receiver

pytestmark = pytest.mark.once
HOSTILE = "A <script>alert(1)</script> & <b>bold</b> sentence of a machine."
NAMES = ["reasons", "rule-application", "point-1", "point-2"]
TYPED = "Words of the officer, begun by hand."


@pytest.fixture
def decided(world, now) -> Appeal:
    appeal = make.file(world.alice, world.notice(), now=now)
    return make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now)


@pytest.fixture
def service(settings):
    """Answers each text with `HOSTILE` and its place, until it is told otherwise."""
    with receiver(answered(f"{HOSTILE} {no}" for no in range(4))) as found:
        settings.TRANSLATION_URL, settings.TRANSLATION_KEY = f"{found.url}/translate", "word-of-ours"
        yield found


def answered(texts) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps({"translatedText": list(texts)}).encode()


def address(decided) -> str:
    return f"/workbench/case/{decided.ref}/translation/"


def fields(page: str) -> dict[str, str]:
    """What stands in the fields of the page, with what it carries unseen."""
    found = dict(re.findall(r'<textarea name="([\w-]+)"[^>]*>\n?([^<]*)</textarea>', page))
    hidden = dict(re.findall(r'<input type="hidden" name="(language|drafted|form_key)" value="([^"]*)"', page))
    return {name: unescape(value) for name, value in (found | hidden).items()}


def test_a_draft_fills_the_form_and_what_is_saved_says_so_everywhere(world, decided, service, now):
    client = browser(world.rita)
    plain = text(client.get(address(decided)))
    assert "127.0.0.1" in plain, "the page says where the texts go before they do"
    response = client.post(address(decided), fields(plain) | {"draft": "1"})
    page = text(response)
    assert (response.status_code, 'data-testid="drafted"' in page) == (200, True)
    (asked,) = service.got
    assert json.loads(asked.body) == {
        "q": [each.text for each in originals_of(decided.decision) if each.text],
        "source": "zh",
        "target": "en",
        "format": "text",
        "api_key": "word-of-ours",
    }
    assert "<script>alert" not in page
    assert "<b>bold" not in page
    drafted = fields(page)
    assert [drafted[name] for name in NAMES] == [f"{HOSTILE} {no}" for no in range(4)]
    assert not Translation.objects.exists(), "nothing is saved until the officer does"

    unread = client.post(address(decided), drafted)
    assert (unread.status_code, Translation.objects.exists()) == (400, False)
    assert fields(text(unread))["drafted"], "the form that comes back is still one of a draft"
    assert client.post(address(decided), drafted | {"reasons": "Corrected by hand.", "read": "on"}).status_code == 302
    row = Translation.objects.get()
    assert (row.drafted_by, row.texts["reasons"]) == ("127.0.0.1", "Corrected by hand.")
    event = Event.objects.get(type="appeal.translated")
    assert (event.facts["drafted_by"], event.facts["original"]) == ("127.0.0.1", row.original_hash)
    assert HOSTILE not in json.dumps(event.facts)
    assert not list(ledger.verify())

    code = world.rita.code
    by_machine = f"译文由机器起草，经专员 {code} 核对"
    party = browser(world.alice)
    assert by_machine in text(party.get(f"/appeals/{decided.ref}/decision/?language=zh-hans"))
    (shown,) = party.get(f"/api/v1/appeals/{decided.ref}/letter").json()["translations"]
    assert shown["drafted_by"] == "127.0.0.1"
    assert shown["by"].startswith(f"Drafted by a machine; checked and added by officer {code}")
    letter = b"".join(party.get(f"/appeals/{decided.ref}/decision.pdf?language=zh-hans"))
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        words = re.sub(r"\s", "", "".join(piece for page in pdf.pages for piece in drawn(page)))
        assert re.sub(r"\s", "", by_machine) in words
    archive = io.BytesIO()
    write_case_file(archive, actor=world.alice, ref=decided.ref, now=now)
    with zipfile.ZipFile(archive) as packed:
        assert json.loads(packed.read("letter.json"))[0]["translations"][0]["drafted_by"] == "127.0.0.1"
        assert by_machine in packed.read("case.html").decode()
    again = fields(text(client.get(address(decided))))
    assert (again["reasons"], bool(again["drafted"])) == ("Corrected by hand.", True), "what begins with it is drafted"


def test_a_service_that_fails_or_lies_leaves_the_form_as_it_was(world, decided, service, settings, monkeypatch):
    good = [f"{HOSTILE} {no}" for no in range(4)]
    monkeypatch.setattr(translation_service, "MAX_ANSWER", 100_000)
    monkeypatch.setattr(translation_service, "TIMEOUT", 0.5)
    client, wrong = browser(world.rita), []
    typed = fields(text(client.get(address(decided)))) | {"reasons": TYPED, "draft": "1"}
    said = {
        "zh-hans": ("翻译服务没有给出可用的初稿。", "您填写的内容没有变动"),
        "en": ("The translation service gave no draft that can be used.", "What you typed is as it was."),
    }
    answers = {
        "an error": (500, {}, answered(good)[2]),
        "too many requests": 429,
        "elsewhere": (302, {"Location": service.url}, answered(good)[2]),
        "HTML": (200, {"Content-Type": "text/html"}, b"<html><h1>Welcome</h1></html>"),
        "nothing": (200, {}, b""),
        "no UTF-8": (200, {}, '{"translatedText": ["é"]}'.encode("latin-1")),
        "a list": (200, {}, b"[]"),
        "one text": (200, {}, json.dumps({"translatedText": good[0]}).encode()),
        "nested too deep": (200, {}, b"[" * 90_000),
        "cut short": (200, {"Content-Length": "9000"}, b'{"translatedText": ["'),
        "one missing": answered(good[:3]),
        "no text": answered([*good[:3], 7]),
        "one empty": answered([*good[:3], " \u200b"]),
        "one as it was": answered([*good[:3], "国家标准的名称，说得没有错。"]),
        "one with a NUL": answered([*good[:3], "A text\0"]),
        "one with half a character": answered([*good[:3], "A text \ud83d"]),
        "one too long": answered([*good[:3], "a" * (LONGEST + 1)]),
        "too much": (200, {}, answered(good)[2] + b" " * 200_000),
    }
    for number, (name, answer) in enumerate([*answers.items(), ("too slow", 200), ("off", 200), ("nobody there", 200)]):
        service.answers, language = [answer], ("zh-hans", "en")[number % 2]
        if name == "too slow":
            service.hold.clear()
        if name == "off":
            settings.TRANSLATION_URL = ""
        if name == "nobody there":
            settings.TRANSLATION_URL = "http://127.0.0.1:9/translate"
        User.objects.filter(pk=world.rita.user_id).update(language=language)
        response = client.post(address(decided), typed)
        page = text(response)
        came = {each: value for each, value in fields(page).items() if each != "form_key"}
        expected = {each: value for each, value in typed.items() if each not in ("form_key", "draft")}
        if response.status_code != 200 or came != expected or not all(each in page for each in said[language]):
            wrong.append(name)
    assert wrong == []
    assert len(service.got) == len(answers) + 1, "each was asked once, and no redirect was followed"
    assert not Translation.objects.exists()


def test_the_service_is_waited_for_in_no_transaction(world, decided, service, monkeypatch):
    client, blocks, ask = browser(world.rita), [], translation_service.answer_to

    def asked(*args, **options):
        blocks.append(len(connection.atomic_blocks))
        return ask(*args, **options)

    monkeypatch.setattr(translation_service, "answer_to", asked)
    before = len(connection.atomic_blocks)
    form = fields(text(client.get(address(decided))))
    assert form["form_key"], "a form that is carried out once, in a transaction"
    client.post(address(decided), form | {"draft": "1"})
    assert blocks == [before]


def test_what_an_officer_wrote_alone_is_no_draft(world, decided, service):
    client = browser(world.rita)
    form = fields(text(client.get(address(decided))))
    assert client.post(address(decided), form | dict.fromkeys(NAMES, TYPED)).status_code == 302
    assert Translation.objects.get().drafted_by == ""
    page = text(browser(world.alice).get(f"/appeals/{decided.ref}/decision/?language=en"))
    assert f"Added by officer {world.rita.code}" in page
    assert "machine" not in page
    event = Event.objects.get(type="appeal.translated")
    assert all(said == found for _what, said, found in claim(decided, event))
    event.facts = event.facts | {"drafted_by": "elsewhere"}
    assert any(said != found for _what, said, found in claim(decided, event)), "a row that hides it is found"


def test_who_may_not_translate_sends_nothing_out(world, decided, service, now):
    court = build_court(now)
    dispute = argued(court, now)
    of_notice, of_dispute = f"/workbench/notices/{decided.notice.ref}/", f"/workbench/disputes/{dispute.ref}/"
    strangers = [
        *((each, address(decided)) for each in (world.alice, world.otto, world.carl, world.rosa)),
        *((each, f"{of_notice}translation/") for each in (world.alice, world.rita, world.sara)),
        *((each, f"{of_dispute}translation/") for each in (court.alice, court.max, court.carl)),
    ]
    for actor, where in strangers:
        response = browser(actor).post(where, {"language": "en", "draft": "1"})
        assert response.status_code in (403, 404), (actor.ref, where)
    assert service.got == []


def test_notices_and_determinations_say_so_too_and_a_draft_of_other_words_is_not_saved(world, service, now):
    notice, court = world.notice(), build_court(now)
    dispute = argued(court, now)
    for actor, where in (
        (world.otto, f"/workbench/notices/{notice.ref}/translation/"),
        (court.mia, f"/workbench/disputes/{dispute.ref}/translation/"),
    ):
        client = browser(actor)
        asked = fields(text(client.get(where)))
        service.answers = [answered(HOSTILE for each in asked if each not in ("language", "form_key"))]
        drafted = fields(text(client.post(where, asked | {"draft": "1"})))
        assert client.post(where, drafted | {"read": "on"}).status_code == 302
    (shown,) = browser(world.alice).get(f"/api/v1/notices/{notice.ref}/translations").json()["items"]
    assert shown["drafted_by"] == "127.0.0.1"
    pages = (
        (browser(world.alice), f"/notices/{notice.ref}/"),
        (browser(court.bob), f"/disputes/{dispute.ref}/decision/"),
    )
    for party, where in pages:
        assert "Drafted by a machine; checked and added by officer" in text(party.get(where))
    assert not list(ledger.verify())
    other = world.notice()
    where, client = f"/workbench/notices/{other.ref}/translation/", browser(world.otto)
    service.answers = [answered([HOSTILE, HOSTILE])]
    drafted = fields(text(client.post(where, {"language": "en", "draft": "1"})))
    amendment = notices.Amendment(facts="更正后的事实：商品详情页第三屏写有“国家级”字样。", why="写错了。")
    notices.amend_notice(actor=world.platform, ref=other.ref, amendment=amendment, now=now)
    refused = client.post(where, drafted | {"read": "on", "facts": TYPED})
    assert (refused.status_code, TYPED in text(refused)) == (412, True)
    assert Translation.objects.count() == 2
