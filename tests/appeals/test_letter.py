"""The letter of a decision says what was decided, measure by measure, in both languages."""

import io
import re
from datetime import timedelta

import pikepdf
import pytest

from appeals import commands as appeals
from appeals.commands.file import ItemFiling
from appeals.queries import appeal_for, letter_of
from archive import letter_pdf
from tests import factories as make
from tests.surfaces.appealing import stage_file

pytestmark = pytest.mark.once

HOSTILE = "{nb} **b** __i__ <b>x</b> [x](https://evil.example/) \\) Tj ET endobj /JS (app.alert(1)) %PDF </w>"
HEADS = {
    "OVERTURNED": ("您的申诉成立。", "Your appeal succeeds."),
    "VARIED": ("您的申诉部分成立。", "Your appeal succeeds in part."),
    "UPHELD": ("您的申诉不成立。", "Your appeal does not succeed."),
}


def letters(world, appeal):
    seen = appeal_for(world.alice, appeal.ref)
    return [letter_of(seen, language=each) for each in ("zh-hans", "en")]


@pytest.fixture
def two_measures(world, now):
    """An appeal against a delisting and a deduction of ¥100, with something of its own said on the second."""
    notice = world.notice(measures=[make.measure(now), make.deduction(now)])
    items = (ItemFiling(1), ItemFiling(2, ground="disproportionate", statement="金额太高。"))
    appeal = make.file(world.alice, notice, now=now, items=items)
    for _time in range(2):
        stage_file(world, appeal, now=now)
    appeals.submit_evidence(actor=world.alice, ref=appeal.ref, now=now)
    return make.ready_to_decide(world.rita, appeal, now=now)


@pytest.mark.parametrize("outcome", ["OVERTURNED", "UPHELD"])
def test_it_says_the_outcome(world, two_measures, now, outcome):
    chinese, english = letters(world, make.decide(world.rita, two_measures, now=now, outcome=outcome))

    assert (chinese.parts[0].lines[0], english.parts[0].lines[0]) == HEADS[outcome]
    done = "is revoked." if outcome == "OVERTURNED" else "is kept."
    assert [line.endswith(done) for line in english.parts[0].lines[1:]] == [True, True]
    assert [part.no for part in english.parts] == list(range(1, 10))


def test_a_varied_decision_says_what_each_measure_becomes(world, two_measures, now):
    rulings = [
        appeals.RulingDraft(1, "VARIED", ends_at=now + timedelta(days=1)),
        appeals.RulingDraft(2, "VARIED", amount_minor=4_000),
    ]
    points = [
        appeals.Point("fact", "是否写有“国家级”", "established", "确有该字样。", "platform", evidence=[2]),
        appeals.Point("argument", "处罚过重", "accepted", "情节轻微。"),
    ]
    decided = make.decide(world.rita, two_measures, now=now, rulings=rulings, points=points)
    chinese, english = letters(world, decided)
    outcome, said, found, proof, _rule, how, _now, disagree, help_ = (part.lines for part in english.parts)

    assert (chinese.parts[0].lines[0], outcome[0]) == HEADS["VARIED"]
    assert outcome[1:] == (
        "“delist” on 蓝牙耳机 now ends on 26 November 2026 10:00 (Beijing time).",
        "“deduct” on 保证金 is reduced to ¥40.00.",
    )
    assert said[-1] == "On “deduct”: 金额太高。"
    assert found[:3] == (
        "1. 是否写有“国家级” — established. 确有该字样。 (evidence 2)",
        "2. 处罚过重 — accepted. 情节轻微。",
        "Not relied on: evidence 1.",
    )
    assert proof == ("是否写有“国家级”: for the platform to show; shown.",)
    assert world.rita.code in how[0]
    assert disagree[0].startswith("You can ask once for a second review by a senior officer until ")
    assert decided.number in help_[0]
    assert english.check_code in help_[1]


def drawn(page):
    """The words that are drawn on a page, as somebody who copies them gets them."""
    [font] = page.Resources.Font.values()
    pairs = re.findall(r"<(\w{4})> <(\w+)>", font.ToUnicode.read_bytes().decode())
    signs = {int(code, 16): bytes.fromhex(sign).decode("utf-16-be") for code, sign in pairs}
    for step in pikepdf.parse_content_stream(page):
        if str(step.operator) in ("Tj", "TJ"):
            for piece in step.operands[0] if str(step.operator) == "TJ" else step.operands:
                raw = bytes(piece) if isinstance(piece, pikepdf.String) else b""
                yield "".join(signs[int.from_bytes(raw[at : at + 2])] for at in range(0, len(raw), 2))


def test_what_a_party_writes_is_drawn_as_it_is_and_runs_nothing(world, now):
    items = (ItemFiling(1, ground="other", statement=HOSTILE),)
    appeal = make.file(world.alice, world.notice(), now=now, items=items)
    letter, _english = letters(
        world, make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now)
    )
    file = letter_pdf.render(
        letter, addressee=HOSTILE, by_system=True, platform=HOSTILE, verify_url="https://appeals.example.com/"
    )

    with pikepdf.open(io.BytesIO(file)) as document:
        words = re.sub(r"\s", "", "".join(piece for page in document.pages for piece in drawn(page)))
        assert words.count(re.sub(r"\s", "", HOSTILE)) >= 2 + len(document.pages)  # at its foot, too
        assert f"·{len(document.pages)}/{len(document.pages)}" in words
        runs = {"/JS", "/JavaScript", "/AA", "/Launch", "/URI", "/EmbeddedFiles", "/Annots", "/AcroForm"}
        held = [each for each in document.objects if isinstance(each, (pikepdf.Dictionary, pikepdf.Stream))]
        assert [key for each in held for key in each.keys() & runs] == []
        assert isinstance(
            document.Root.get("/OpenAction"), pikepdf.Array
        )  # where a reader begins; an action has a kind
