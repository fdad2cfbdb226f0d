"""A draft that was written elsewhere: which clauses a text has, and that a file can do no harm and lose no word."""

import io
import time
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework import clock
from console.rules.drafts import clauses_of
from console.rules.importing import Preview
from rules import docx
from rules.importing import as_draft, clauses_in
from rules.models import Rulemaking
from tests import factories as make
from tests.appeals.test_workbench import browser

pytestmark = pytest.mark.once

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ZH = """云上商城店铺管理规则（草案）
第一章　总则
第一条　【目的】为了保护交易各方的合法权益，制定本规则。
第二条　适用范围
本规则适用于平台内经营者。
第三条规定的措施除外。
第二章　措施
第十二条：平台在二日内作出决定。
一、书面告知；
二、允许申诉。
第一百零三条之一 ★ 罚则
罚款不超过一百元。
"""
EN = """# Store Rules

Preamble.

## Chapter 1 General

### Article 1. Purpose

To protect everybody who trades.

### Article 2 - Scope
It binds merchants.

#### Exceptions
None.

### 12. Decisions
Within **two days**.
"""


def found(text):
    return [(each.number, each.title, each.text) for each in clauses_in(text).clauses]


def test_chinese_articles_become_clauses_and_every_other_line_is_named():
    read = clauses_in(ZH)
    assert found(ZH) == [
        ("1", "目的", "为了保护交易各方的合法权益，制定本规则。"),
        ("2", "适用范围", "本规则适用于平台内经营者。\n第三条规定的措施除外。"),
        ("12", "", "平台在二日内作出决定。\n一、书面告知；\n二、允许申诉。"),
        ("103-1", "罚则", "罚款不超过一百元。"),
    ]
    assert read.left_out == ["云上商城店铺管理规则（草案）", "第一章　总则", "第二章　措施"]
    assert [each.is_major_interest for each in read.clauses] == [False, False, False, True]
    assert (read.twice, read.empty) == ([], [])


def test_markdown_headings_in_english_become_clauses():
    assert found(EN) == [
        ("1", "Purpose", "To protect everybody who trades."),
        ("2", "Scope", "It binds merchants.\n\nExceptions\nNone."),
        ("12", "Decisions", "Within two days."),
    ]
    assert clauses_in(EN).left_out == ["Store Rules", "Preamble.", "Chapter 1 General"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第二十一条\n甲", [("21", "", "甲")]),
        ("**第３条** 甲。", [("3", "", "甲。")]),
        ("第一千零一十条 甲。", [("1010", "", "甲。")]),
        ("# 第五条 费用\n乙。", [("5", "费用", "乙。")]),
        ("Section IV: Fees\nNone.", [("4", "Fees", "None.")]),
        ("## 3.1-a 费用 ★\n\n丙。", [("3.1-a", "费用", "丙。")]),
        ("第一条 甲。\r\n<!-- 第九条 不存在 -->第二条 乙。", [("1", "", "甲。"), ("2", "", "乙。")]),
        ("1. 甲\n2. 乙", []),
        ("依照第三条，不予处理。", []),
        ("Article of faith", []),
    ],
)
def test_how_a_clause_begins(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("piece", ["**a ", "<!--", "# x  ", "1", "1-", " #", "第", "__a _"])
def test_no_line_takes_long_however_it_is_written(piece):
    text = "# 第一条 " + piece * 30_000 + "!\n" + piece * 30_000
    start = time.process_time()
    clauses_in(text)
    assert time.process_time() - start < 1


def test_numbers_beyond_all_articles_are_text():
    assert found("第" + "1" * 5000 + "条 甲。") == []


def test_what_is_shown_is_what_the_draft_reads():
    clauses = clauses_in(ZH).clauses
    texts = as_draft(clauses), as_draft([*clauses])
    read = clauses_of(*texts)
    assert [(c.number, c.title_zh, c.text_zh, c.is_major_interest) for c in read] == [
        (c.number, c.title, c.text, c.is_major_interest) for c in clauses
    ]


def test_a_number_that_comes_twice_and_a_clause_without_text_stand_in_the_way():
    preview = Preview(docx.Read("第一条 甲。\n第一条 乙。\n第二条\n"), docx.Read())
    assert len(preview.faults) == 2
    assert Preview(docx.Read("甲乙丙"), docx.Read()).faults != []
    assert Preview(docx.Read("第一条 甲。\n第二条 乙。"), docx.Read("## 1 A\nb")).lacking == ["2"]


# — DOCX —


def p(text, style="", more="", run=""):
    kind = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{kind}{more}</w:pPr><w:r>{run}<w:t>{text}</w:t></w:r></w:p>"


def numbered(level=0):
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>'


STYLES = f"""<w:styles {W}><w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="a2"><w:basedOn w:val="a3"/></w:style>
<w:style w:styleId="a3"><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>"""
NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="3">
<w:lvl w:ilvl="0"><w:start w:val="9"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num></w:numbering>"""


def packed(body="", *, document="", **parts):
    document = document or f"<w:document {W}><w:body>{body}</w:body></w:document>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in {"document": document, "styles": STYLES, "numbering": NUMBERING, **parts}.items():
            package.writestr(f"word/{name}.xml", text)
    return file.getvalue()


def test_paragraphs_headings_tables_and_the_numbers_that_word_makes():
    body = (
        p("总则", "a1")
        + p("目的", more=numbered())
        + p("保护各方。")
        + p("说明", "a2")
        + f"<w:sdt><w:sdtContent>{p('范围', more=numbered())}{p('细则', more=numbered(1))}</w:sdtContent></w:sdt>"
        + f"<w:tbl><w:tr><w:tc>{p('一次')}</w:tc><w:tc>{p('警告')}</w:tc></w:tr></w:tbl>"
        + "<w:p><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>文字</w:t></w:r></w:p>"
    )
    assert docx.text_of(packed(body)).text.split("\n") == [
        "# 总则", "第九条 目的", "保护各方。", "## 说明", "第十条 范围", "十.1 细则", "一次 | 警告", "链接 文字",
    ]  # fmt: skip


def test_what_is_left_out_is_said():
    box = "<w:p><w:r><w:drawing><w:txbxContent>" + p("框内") + "</w:txbxContent></w:drawing></w:r></w:p>"
    note = '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    read = docx.text_of(packed(box + note + p("藏起来的", run="<w:rPr><w:vanish/></w:rPr>") + p("看得见的")))
    assert read.text.strip() == "看得见的"
    assert len(read.notes) == 3


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "raw",
    [
        b"PK\x03\x04 no archive",
        packed(document="<w:document/>"),
        packed(document=f"{BOMB}<w:document {W}><w:body>{p('&b;')}</w:body></w:document>"),
        packed(document=f"{OUTSIDE}<w:document {W}><w:body>{p('&a;')}</w:body></w:document>"),
        packed(p("甲"), numbering=f"{OUTSIDE}<w:numbering {W}>&a;</w:numbering>"),
        packed(document=" " * (docx.MAX_PART + 1)),
        b"PK" + b"\0" * docx.MAX_FILE,
        packed(f"<w:p><w:ins>{p('新增')}</w:ins></w:p>"),
        packed("<w:tbl><w:tr><w:tc>" * 20 + p("甲") + "</w:tc></w:tr></w:tbl>" * 20),
        packed(f"{p('甲')}")[:-40],
    ],
    ids=["no zip", "no body", "entities", "outside", "in styles", "bomb", "too large", "changes", "nested", "cut"],
)
def test_a_file_that_is_not_what_it_says_is_refused(raw):
    with pytest.raises(docx.NotReadableError):
        docx.text_of(raw)


def test_a_bomb_is_not_unpacked(monkeypatch):
    read = []
    inner = zipfile.ZipExtFile.read
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda self, n=-1: read.append(len(x := inner(self, n))) or x)
    with pytest.raises(docx.NotReadableError):
        docx.text_of(packed(document=" " * (4 * docx.MAX_PART)))
    assert max(read) == docx.MAX_PART + 1


# — the page —


@pytest.mark.django_db
def test_compliance_sees_the_clauses_before_anything_is_stored_and_takes_them_over(world):
    pages = browser(make.staff("compliance", now=clock.now(), name="cora"))
    stored = Rulemaking.objects.count()
    file = SimpleUploadedFile("a.docx", packed(p("总则", "a1") + p("目的", more=numbered()) + p("保护各方。")))
    shown = pages.post(reverse("making:import"), {"file_zh": file, "text_en": "## Article 9\nProtect everybody."})
    page = shown.content.decode()
    assert page.count('data-testid="clause"') == 1
    assert "保护各方。" in page
    assert "Protect everybody." in page
    assert page.index('data-testid="left-out"') < page.index("总则")
    preview = shown.context["preview"]
    taken = {"imported": "yes", "text_zh": preview.text_zh, "text_en": preview.text_en}
    form = pages.post(reverse("making:new"), taken)
    assert form.status_code == 200
    assert form.context["form"]["text_zh"].value() == "## 9 目的\n\n保护各方。"
    assert form.context["form"]["text_en"].value() == "## 9\n\nProtect everybody."
    assert Rulemaking.objects.count() == stored


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"\xd0\xcf\x11\xe0\0\0", "Save it as DOCX"), (b"\x81", "UTF-8"), (b"", "empty"), (b"PK..", "no DOCX")],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(world, raw, said):
    pages = browser(make.staff("compliance", now=clock.now(), name="cora"))
    answer = pages.post(reverse("making:import"), {"file_zh": SimpleUploadedFile("a.docx", raw)})
    assert answer.status_code == 400
    assert said in answer.content.decode()


@pytest.mark.django_db
def test_nobody_else_imports(world):
    assert browser(world.alice).post(reverse("making:import"), {"text_zh": "第一条 甲。"}).status_code == 403
