"""Pages as people see them: in Chinese no English word is left over, in English no sentence of the Chinese catalogue.

What does not belong here: whether the catalogue is complete (`test_translations`); that says nothing of a sentence that
nobody marked, or that was translated when its module was read.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from accounts.mail import send_messages
from appeals import commands as appeals
from appeals.models import Appeal
from casework import clock
from casework.actor import Actor
from notices import commands as notices
from tests import factories as make
from tests.appeals.test_workbench import suggestion
from tests.conftest import World
from tests.pages import browser
from tests.surfaces.people import user_of

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
SHOWN = {"title", "alt", "placeholder", "aria-label", "aria-description", "label"}
WITHOUT_END = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NOT_PROSE = {"script", "style", "svg", "code", "pre", "kbd", "samp"}

# What is the same in every language: formats, units, names of things; and what the world of these tests is filled with.
ALLOWED = {
    "AI",
    "API",
    "CSV",
    "HTML",
    "JPG",
    "JSON",
    "KB",
    "MB",
    "MP",
    "PDF",
    "PNG",
    "SHA",
    "TXT",
    "WEBP",
    "XLSX",
    "ZIP",
}
FILLED_WITH = {"deduct", "delist", "keyword-scan", "policy-engine", "proof"}
CODE = re.compile(
    r"\b[a-z]{3}_\w+|\b[ANR]-[A-Z0-9-]+\b|\b[0-9a-f]{8,}[0-9a-f-]*\b|\b[A-Z0-9]{12}\b"
    r"|https?://\S+|\{\w+\}|\b\w+\.(?:png|pdf|json|txt)\b|\b[a-z]+-\d+\b|\bper_breach\w*|\bbreaches\b|canary\w*|\w+-canary\w*"
)
WORD = re.compile(r"[A-Za-z]{2,}(?:[’'-][A-Za-z]+)*")


class Shown(HTMLParser):
    """Everything that a page says, to the eye and to a screen reader, except what is marked as another language."""

    def __init__(self, page: str, *, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language, self.texts = language, list[str]()
        self._open = list[tuple[str, bool]]()
        self.feed(page)

    def _is_hidden(self) -> bool:
        return any(hidden for _tag, hidden in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        elsewhere = not given.get("lang", self.language).lower().startswith(self.language)
        icon = "material-symbols" in given.get("class", "")
        hidden = tag in NOT_PROSE or elsewhere or icon or self._is_hidden()
        if not hidden:
            button = tag == "input" and given.get("type") in {"submit", "button", "reset"}
            said = [
                v for k, v in given.items() if k in SHOWN or (button and k == "value") or k.startswith("data-file-")
            ]
            self.texts += [" ".join(text.split()) for text in said]
        if tag not in WITHOUT_END:
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._is_hidden():
            self.texts.append(" ".join(data.split()))


def english_in(text: str) -> list[str]:
    return [w for w in WORD.findall(CODE.sub(" ", text)) if w not in ALLOWED and w not in FILLED_WITH]


@pytest.fixture
def today(db: None) -> datetime:
    return clock.now()


@pytest.fixture(autouse=True)
def _files_apart(settings: Any, tmp_path: Path) -> None:
    settings.ATTACHMENT_ROOT = tmp_path


@pytest.fixture(scope="module")
def now(module_database: Any) -> datetime:
    """The pages read the clock themselves, so this world lives now."""
    with module_database():
        return clock.now() - timedelta(hours=3)


@pytest.fixture
def people(world: World) -> World:
    return world


class Visitor:
    """Somebody who looks at pages in one language and remembers what each one said."""

    def __init__(self, actor: Actor | None, *, language: str) -> None:
        self.language = language
        self.client = Client(headers={"accept-language": language}) if actor is None else browser(actor, language)
        self.name = "\0" if actor is None else user_of(actor).username
        self.said: dict[str, list[str]] = {}

    def reads(self, path: str, *, status: int = 200) -> str:
        return self._keep(path, self.client.get(path), status)

    def sends(self, path: str, data: dict[str, Any] | None = None, *, status: int = 200) -> str:
        return self._keep(f"{path} ({status})", self.client.post(path, data or {}, follow=True), status)

    def _keep(self, name: str, answer: HttpResponse, status: int) -> str:
        page = answer.content.decode()
        assert answer.status_code == status, f"{name}: {answer.status_code}"
        assert answer.headers["Content-Type"].startswith("text/html"), name
        self.said[name] = Shown(page, language="zh" if self.language == "zh-hans" else self.language).texts
        assert self.said[name]
        return page


# — the walks —


def stranger(people: World, today: datetime, language: str) -> Visitor:
    visitor = Visitor(None, language=language)
    for path in ("/account/login/", "/rules/", f"/rules/{people.rule}/", f"/rules/{people.rule}/2026-01/"):
        visitor.reads(path)
    for path in ("/help/human/", "/help/times/", "/letters/verify/", "/letters/verify/?code=ABCDEFGHJKMN"):
        visitor.reads(path)
    visitor.reads("/nowhere/", status=404)
    visitor.sends("/account/login/", {"login": "nobody-1", "password": "wrong"})
    return visitor


def merchant(people: World, today: datetime, language: str) -> Visitor:
    visitor = Visitor(people.alice, language=language)
    for path in ("/", "/notices/", "/appeals/", "/account-health/", "/account/"):
        visitor.reads(path)  # with nothing in them
    several = people.notice(measures=[make.measure(people.now), make.deduction(people.now)])
    visitor.reads("/notices/")
    visitor.reads("/")
    visitor.reads(f"/notices/{several.ref}/")
    visitor.reads(f"/notices/{several.ref}/appeal/")
    visitor.sends(f"/notices/{several.ref}/appeal/", {"review": "human"}, status=400)
    filing = {"review": "human", "ground": "facts_wrong", "statement": "页面写的是“国标级”。", "items": ["1", "2"]}
    visitor.sends(f"/notices/{several.ref}/appeal/", filing)
    visitor.sends(f"/notices/{several.ref}/appeal/check/", filing)
    appeal = Appeal.objects.get(notice=several)
    page = f"/appeals/{appeal.ref}/"
    for path in ("", "submitted/", "evidence/", "withdraw/"):
        visitor.reads(page + path)
    visitor.sends(f"{page}evidence/", {"files": _picture(), "captions": "授权书"})
    visitor.sends(f"{page}evidence/", {"files": SimpleUploadedFile("proof.png", b""), "captions": ""}, status=400)
    visitor.sends(f"{page}evidence/submit/")
    visitor.sends(f"{page}demand-human/")
    _ask_for_more(people, appeal, today)
    visitor.reads(page)
    visitor.reads("/")
    visitor.sends(f"{page}respond/", {"answer": "已上传。"})
    for outcome in ("OVERTURNED", "UPHELD", "VARIED"):
        decided = _decided(people, today, outcome)
        visitor.reads(f"/appeals/{decided.ref}/")
        visitor.reads(f"/appeals/{decided.ref}/decision/")
        visitor.reads(f"/notices/{decided.notice.ref}/")
        visitor.reads(f"/notices/{decided.notice.ref}/appeal/")
    visitor.reads(f"/letters/verify/?code={decided.decision.check_code}")
    for path in ("/", "/notices/", "/appeals/", "/account-health/"):
        visitor.reads(path)
    visitor.reads("/appeals/apl_missing/", status=404)
    visitor.reads("/account/2fa/")
    return visitor


def shop_staff(people: World, today: datetime, language: str) -> Visitor:
    visitor = Visitor(people.alice_staff, language=language)
    notice = people.notice()
    visitor.reads(f"/notices/{notice.ref}/")
    visitor.reads(f"/notices/{notice.ref}/appeal/")
    appeal = make.file(people.alice, notice, now=today - timedelta(hours=1))
    visitor.reads(f"/appeals/{appeal.ref}/")
    visitor.reads(f"/appeals/{appeal.ref}/evidence/")
    return visitor


def consumer(people: World, today: datetime, language: str) -> Visitor:
    visitor = Visitor(people.bob, language=language)
    notice = people.notice(party=people.consumer, decision=notices.Decision(officer="", tool="policy-engine 5.1"))
    visitor.reads(f"/notices/{notice.ref}/")
    visitor.reads(f"/notices/{notice.ref}/appeal/")
    appeal = make.file(people.bob, notice, now=today - timedelta(hours=1), review="system_first")
    visitor.reads(f"/appeals/{appeal.ref}/")
    visitor.sends(f"/appeals/{appeal.ref}/demand-human/")
    visitor.sends(f"/appeals/{appeal.ref}/withdraw/")
    visitor.reads(f"/notices/{notice.ref}/")
    return visitor


def reviewer(people: World, today: datetime, language: str) -> Visitor:
    visitor = Visitor(people.rita, language=language)
    for path in ("/workbench/queue/", "/workbench/me/"):
        visitor.reads(path)  # with nothing in them
    notice = people.notice(measures=[make.measure(people.now), make.deduction(people.now)])
    appeal = make.file(people.alice, notice, now=today - timedelta(hours=1))
    appeals.record_triage(appeal_id=appeal.pk, suggestion=suggestion(), now=today)
    case = f"/workbench/case/{appeal.ref}/"
    for path in ("/workbench/queue/", "/workbench/queue/?tab=mine", case):
        visitor.reads(path)
    visitor.sends(f"{case}claim/")
    visitor.sends(f"{case}open/", {"subject": "exhibit:1"})
    visitor.sends(f"{case}first-view/", {"version": _version(appeal)}, status=400)
    visitor.sends(f"{case}open/", {"subject": "statement"})
    visitor.sends(f"{case}first-view/", {"version": _version(appeal), "first_outcome": "UPHELD", "confidence": "low"})
    visitor.sends(f"{case}reveal/")
    visitor.sends(f"{case}check/", {"version": _version(appeal)}, status=400)
    visitor.sends(f"{case}check/", _decision_sent(appeal))
    visitor.reads(f"{case}ask/")
    visitor.sends(f"{case}ask/", {"version": _version(appeal)}, status=400)
    closed = _decided(people, today, "OVERTURNED", by=people.rita)
    visitor.reads(f"/workbench/case/{closed.ref}/")
    for path in ("/workbench/queue/", "/workbench/queue/?tab=mine", "/workbench/me/"):
        visitor.reads(path)
    own = Visitor(people.otto, language=language)
    own.reads(case, status=403)
    visitor.said |= {f"{name} as the original decider": texts for name, texts in own.said.items()}
    return visitor


WALKS = (stranger, merchant, shop_staff, consumer, reviewer)


def _picture() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (40, 40), "red").save(content, "PNG")
    return SimpleUploadedFile("proof.png", content.getvalue(), "image/png")


def _version(appeal: Appeal) -> int:
    appeal.refresh_from_db()
    return appeal.version


def _ask_for_more(people: World, appeal: Appeal, today: datetime) -> None:
    make.ready_to_decide(people.rita, appeal, now=today)
    appeals.request_information(
        actor=people.rita,
        ref=appeal.ref,
        item="标签照片",
        fact="标签写有标准号",
        due_at=today + timedelta(hours=72),
        expected_version=appeal.version,
        now=today,
    )


def _decided(people: World, today: datetime, outcome: str, *, by: Actor | None = None) -> Appeal:
    by = by or people.rosa
    notice = people.notice()
    appeal = make.file(people.alice, notice, now=today - timedelta(hours=1))
    make.ready_to_decide(by, appeal, now=today - timedelta(minutes=30))
    more: dict[str, Any] = {}
    if outcome == "VARIED":
        more["rulings"] = [appeals.RulingDraft(1, "VARIED", ends_at=today + timedelta(days=1))]
    return make.decide(by, appeal, now=today - timedelta(minutes=20), outcome=outcome, **more)


def _decision_sent(appeal: Appeal) -> dict[str, Any]:
    return {
        "version": _version(appeal),
        "outcome-1": "OVERTURNED",
        "outcome-2": "UPHELD",
        "difference_reason": "evidence",
        "facts": 1,
        "fact-0-text": "页面是否写有“国家级”",
        "fact-0-finding": "not_established",
        "fact-0-sentence": "截图文字为“国标级”。",
        "fact-0-burden_on": "platform",
        "arguments": 1,
        "argument-0-text": "事实不对",
        "argument-0-finding": "accepted",
        "argument-0-sentence": "与存档一致。",
        "reasons": "存档截图显示的文字与通知所述不一致。",
        "rule_application": "第8条禁止绝对化用语,本案用语不在其列。",
        "departure_reason": "扣款所依据的事实另见前一决定。",
    }


# — what must hold —


def by_page(visitor: Visitor) -> Iterator[tuple[str, str]]:
    for name, texts in visitor.said.items():
        for text in texts:
            yield name, text.replace(visitor.name, "")


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_no_english_is_left_on_a_chinese_page(people: World, today: datetime, walk: Any) -> None:
    visitor = walk(people, today, "zh-hans")

    assert {text: name for name, text in by_page(visitor) if english_in(text)} == {}


@pytest.fixture(scope="module")
def chinese_sentences() -> set[str]:
    po = polib.pofile(str(ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"))
    texts = {entry.msgstr for entry in po if re.search(r"[\u4e00-\u9fff]", entry.msgstr) and "%" not in entry.msgstr}
    # What the decision of this world says in its own words; the switch names each language in that language.
    return texts - {"事实不对", "中文"}


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_no_chinese_sentence_is_left_on_an_english_page(
    people: World, today: datetime, walk: Any, chinese_sentences: set[str]
) -> None:
    visitor = walk(people, today, "en")

    assert {text: name for name, text in by_page(visitor) if text in chinese_sentences} == {}


@pytest.mark.parametrize(
    ("language", "form"), [("zh-hans", r"\d{4}年\d{1,2}月\d{1,2}日"), ("en", r"\d{1,2} [A-Z][a-z]+ \d{4}")]
)
def test_a_date_has_the_form_of_its_language(people: World, today: datetime, language: str, form: str) -> None:
    appeal = _decided(people, today, "UPHELD")
    visitor = Visitor(people.alice, language=language)

    for path in (f"/rules/{people.rule}/", f"/notices/{appeal.notice.ref}/", f"/appeals/{appeal.ref}/decision/"):
        visitor.reads(path)
        assert re.search(form, " ".join(visitor.said[path])), path


def test_a_message_is_in_the_language_of_who_gets_it(people: World) -> None:
    from appeals.events import EVENTS

    for what in filter(None, (row.message for row in EVENTS.values())):
        send_messages(
            [("a@example.com", "zh-hans"), ("b@example.com", "en")], what=what, number="A-20261125-ABCDEFG", path="/"
        )

    for message in mail.outbox:
        is_chinese = message.to == ["a@example.com"]
        assert bool(re.search(r"[\u4e00-\u9fff]", f"{message.subject}{message.body}")) is is_chinese
        assert not (is_chinese and english_in(f"{message.subject} {message.body}"))
