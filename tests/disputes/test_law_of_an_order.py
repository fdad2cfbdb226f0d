"""A hundred orders beside every ground, sums that the law names, and no law without an entry in the register."""

import re
import subprocess
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation

from disputes.api.outputs import DisputeOutput
from disputes.default_table import GROUNDS, RELAXATIONS
from disputes.default_table.applying import ORDERS, applied
from disputes.default_table.document import written
from disputes.queries import dispute_for, statutory_notes
from disputes.statutory import sums_of
from rules.laws import BY_CODE, INSTRUMENTS, instrument_named, places_cited
from rules.laws.citing import articles_cited, narrowest, number_of, touch
from tests.pages import Visitor

ROWS = [line.split("\t") for line in Path(__file__).with_name("orders.tsv").read_text().splitlines()[1:]]
"""What the law says of each, written without the program."""


@pytest.mark.once
def test_there_are_a_hundred_orders_and_twelve_that_say_more():
    assert len(ROWS) == len(ORDERS) == 112


@pytest.mark.once
@pytest.mark.parametrize(("sample", "row"), list(zip(ORDERS, ROWS, strict=True)), ids=[row[0] for row in ROWS])
def test_what_an_order_says_decides_what_applies(sample, row):
    days = "" if sample.days is None else str(sample.days)
    more = " ".join(f"{name}={said}" for name, said in sample.more.items())
    assert [str(sample.no), sample.kind, days, str(sample.paid_minor), more] == row[:5]
    found = [applied(ground, sample) for ground in GROUNDS]
    refused = [each.ground for each in found if each.refused]
    settled = [f"{each.ground}/{key}" for each in found for key, why in each.settled.items() if why != "CLAIM"]
    person = [f"{each.ground}/{key}" for each in found for key in each.by_a_person]
    named = [(each.ground, kind, amount) for each in found for kind, amount in each.sums.items()]
    sums = [f"{ground}/{kind}={'' if amount is None else amount}" for ground, kind, amount in named]
    assert [" ".join(each) for each in (refused, settled, person, sums)] == row[5:]


@pytest.mark.parametrize(
    ("slug", "order", "kinds", "amount"),
    [
        ("counterfeit", {"amount_minor": 10_000}, ["fraud"], 50_000),  # ¥500 at least
        ("counterfeit", {"amount_minor": 29_900}, ["fraud"], 89_700),
        ("food_standard", {"amount_minor": 5_000, "tags": ("food",)}, ["food"], 100_000),
        ("not_received", {}, [], None),
    ],
)
def test_a_sum_of_the_law_is_a_note_for_the_mediator_and_both_sides(court, slug, order, kinds, amount):
    dispute = court.joined(slug, amount=5_000, **order)
    notes = statutory_notes(dispute_for(court.bob, dispute.ref))
    assert [note.sum.kind for note in notes] == kinds
    assert [note.sum.amount_minor for note in notes] == ([amount] if kinds else [])
    for who, path in ((court.bob, "/disputes/"), (court.alice, "/disputes/"), (court.mia, "/workbench/disputes/")):
        page = Visitor(who, "zh-hans").sees(f"{path}{dispute.ref}/")
        assert ("法律规定的数额" in page) == bool(kinds)
        assert ("这只是提示" in page) == bool(kinds)
        if kinds:
            assert notes[0].paragraph.citation in page or "第" in page
    assert "statutory_sums" in DisputeOutput().fields
    assert not dispute.obligations.exists()


def test_the_note_of_a_penalty_says_that_bad_faith_gets_no_reduction():
    """合同编通则解释 65(3)."""
    (penalty,) = (
        each
        for ground in GROUNDS
        if ground.code == "BOP-33"
        for each in sums_of(
            claimant=ground.claimant_role,
            respondent=ground.respondent_role,
            stakes=[],
            bases_zh=[step.basis.zh for fact in ground.facts for step in fact.steps],
            total_minor=10_000,
            currency="CNY",
        )
    )
    with translation.override("zh-hans"):
        assert any("恶意违约" in proviso for proviso in penalty.provisos)


# — no law without an entry —

ARTICLE = re.compile(r"(?<!“)第([零〇一二三四五六七八九十百千]+|\d+)条")
IN_ENGLISH = re.compile(r"\b(?:articles?|arts?\.?) (\d+)(?:\(\d+\))*(?:(?:,| and|,? or) (\d+))?")
CATALOGUE = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def sentences():
    for entry in polib.pofile(str(CATALOGUE)):
        for chinese in (entry.msgstr, *entry.msgstr_plural.values()):
            if not entry.obsolete:
                yield entry.msgid, chinese


def faults_of(chinese):
    """What a text in Chinese cites without an entry in the register."""
    places = places_cited(chinese)
    named = {place.place.split("(")[0].split("[")[0] for place in places}
    cited = {str(number_of(each)) for each in ARTICLE.findall(chinese)}
    unknown = [each for each in narrowest(list(articles_cited(chinese))) if not is_registered(*each)]
    return [*unknown, *sorted(cited - named)]


@pytest.mark.once
def test_no_sentence_of_pages_letters_and_refusals_names_a_law_without_an_entry():
    assert {chinese: found for _english, chinese in sentences() if (found := faults_of(chinese))} == {}


@pytest.mark.once
def test_an_article_that_is_named_in_english_is_named_in_chinese():
    for english, chinese in sentences():
        numbers = {number for pair in IN_ENGLISH.findall(english) for number in pair if number}
        named = {place.place.split("(")[0].split("[")[0] for place in places_cited(chinese)}
        assert numbers <= named, english


NAME = r"[\u4e00-\u9fff]{1,30}?(?:法|条例|规定|办法|解释|批复|法典)(?:（[一二三试行]+）)?"
PLACE = r"\d+(?:\(\d+\))?(?:\[\d+\])?"
BY_NUMBER = re.compile(rf"({NAME})\s?(?:arts?\.? )?({PLACE})((?:(?:, | and | to |、){PLACE})*)(?![\d年月日个万分%])")
OURS = re.compile(r"[%{$]|平台|规则$|小城旧事")  # blanks, rules of the invented marketplace, a book


def is_registered(law, place):
    instrument = instrument_named(law)
    has = instrument is not None and [entry for entry in instrument.says if touch(entry, place)]
    return bool(has)


@pytest.mark.once
def test_nothing_that_we_write_names_a_law_without_an_entry():
    """Every template, string, comment, table, catalogue and document, but for tests and migrations."""
    kinds = ("*.py", "*.html", "*.md", "*.toml", "*.po")
    listed = ["git", "ls-files", *kinds]
    files = subprocess.run(listed, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout.split()
    found = {}
    for path in files:
        if "migrations/" in path or path.startswith(("tests/", "bench/")) or path == "rules/laws/citing.py":
            continue
        text = (settings.BASE_DIR / path).read_text(encoding="utf-8")
        names = re.findall(r"《((?:[^《》]|《[^》]*》)+)》", text)
        faults = [name for name in names if not OURS.search(name) and instrument_named(name) is None]
        cited = [(m[1], place) for m in BY_NUMBER.finditer(text) for place in re.findall(PLACE, f"{m[2]} {m[3]}")]
        if faults := [*faults, *(each for each in cited if not is_registered(*each))]:
            found[path] = faults
    assert found == {}


@pytest.mark.once
def test_an_article_that_is_named_in_english_is_named_with_its_law():
    laws = {name for law in INSTRUMENTS.values() for name in law.names} | {"%(law)s", "%(name)s"}
    for english, _chinese in sentences():
        for match in re.finditer(r"(?<!\u201c)\b(?:[Aa]rticles?|[Aa]rts?\.?) \d", english):
            assert any(name in english[: match.end()] for name in laws), english


@pytest.mark.once
def test_the_table_and_its_document_name_no_law_without_an_entry():
    for text in re.findall(r"《[^|]*", written()):
        assert faults_of(text) == [], text
    for relief in RELAXATIONS:
        assert faults_of(relief.reason.zh) == []


@pytest.mark.once
def test_the_register_is_whole():
    assert len(BY_CODE) == len(INSTRUMENTS)
    names = [name for law in INSTRUMENTS.values() for name in law.names]
    assert len(names) == len(set(names))
    for law in INSTRUMENTS.values():
        assert law.says, law.zh
        assert all(said.zh.endswith("。") and said.en.endswith(".") for said in law.says.values())
