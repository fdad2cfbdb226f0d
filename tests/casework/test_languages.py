"""What people wrote says in which language it is, in pages and files, so that it is read aloud and translated right."""

import io

import pikepdf
import pytest
from django.template import Context, Template

from casework.languages import language_of, passages
from tests import factories as make
from tests.surfaces.test_party_pages import browser

ENGLISH = "The screenshot shows <b>GB</b>, the national standard, and nothing else."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("页面写的是“国标级”,不是“国家级”。", "zh-hans"),
        ("Sony WH-1000XM5 耳机右耳无声", "zh-hans"),
        (ENGLISH, "en"),
        ("The page says “国标级”, not “国家级”.", "en"),
        ("¥299.00 · 2026-03-01", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text_is_that_of_most_of_it(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language", "other"),
    [
        ("You said: 页面是“国标级”，共2处。 It stands.", "en", ["页面是“国标级”，共2处。"]),
        ("1. 页面写有Sony字样 — established. 截图可见。", "en", ["页面写有", "字样", "截图可见。"]),
        ("您的陈述：I sold the phones as new. 决定如下。", "zh-hans", ["I sold the phones as new."]),
        ("Apple iPhone 手机壳", "zh-hans", []),
        ("2026-03-01", "en", []),
        ("关于处置通知 N-20261125-6BNP3B7 (a b)。", "zh-hans", []),
        ("附言：Sold 2 of 3, “as new” again. 见附件", "zh-hans", ["Sold 2 of 3, “as new” again."]),
    ],
)
def test_passages_in_the_other_language_stand_out_and_nothing_is_lost(text, language, other):
    pieces = passages(text, language)
    assert [piece for piece, its in pieces if its != language] == other
    assert "".join(piece for piece, _its in pieces) == text


def test_what_a_person_wrote_is_escaped_where_its_language_is_marked():
    page = Template("{% load surface_tags %}<p{{ text|lang }}>{{ text|in_languages:'zh-hans' }}</p>")
    text = ENGLISH + "<script>"
    shown = page.render(Context({"text": text}))
    assert shown.startswith('<p lang="en"><span lang="en">')
    assert "<script>" not in shown
    assert "<b>" not in shown


@pytest.mark.once
def test_an_english_letter_marks_what_was_written_in_chinese_and_a_notice_what_was_written_in_english(world, now):
    notice = world.notice(facts=ENGLISH)
    appeal = make.file(world.alice, notice, now=now)
    reasons = "存档截图显示的文字与处置通知记载不一致，不能成立。\n" * 80  # more than a page
    make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now, reasons=reasons)
    client = browser(world.alice)
    letter = client.get(f"/appeals/{appeal.ref}/decision/?language=en").content.decode()
    assert f'<p><span lang="zh-Hans">{appeal.statement}</span></p>' in letter
    assert 'lang="en">Your appeal' not in letter
    assert '<div lang="en"><p>The screenshot' in client.get(f"/notices/{notice.ref}/").content.decode()
    file = client.get(f"/appeals/{appeal.ref}/decision.pdf?language=en")
    with pikepdf.open(io.BytesIO(b"".join(file))) as pdf:
        marks = [page.Contents.read_bytes() for page in pdf.pages]
    assert len(marks) > 1
    for content in marks:
        assert content.count(b"/Span <</Lang (zh-Hans)>> BDC") == content.count(b"EMC"), "closed on its own page"
    assert sum(content.count(b"/Lang (zh-Hans)") for content in marks) > 80
