"""Every sentence that says how long something is kept belongs to a class of records, which a run or a law ends."""

import re
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.utils import translation

from casework import cover, triggers
from retention.classes import CLASSES, RUNS
from rules.choices import PROMISES
from rules.laws import INSTRUMENTS
from tests.laws import constraints_of

pytestmark = pytest.mark.once
ROOT = Path(settings.BASE_DIR)
SAYS = re.compile(
    r"\b(is|are|was|were|and) (deleted?|erased)\b|then delete it"
    r"|\b(keep|kept)\b[^.]*\b(\w+ (years?|months?|weeks?|days)|until)\b|\bis not kept\b|version stays"
    r"|(立即|随即|将被|(?<!不)会|已在%\(at\)s|已于%\(at\)s)删除|[号码并]删除|(保存|保留|留存)[^。，；]{0,8}[年月周]|(保存|直到)[^。]*为止|不会保存"
)
"""In both languages, what reads like a promise about keeping or deleting."""
PLAN = ("retention/", "console/retention/", "templates/console/retention/")
"""The pages of the plan, of runs and of holds say of every class at once that it is deleted."""
OF_SOMETHING_ELSE = {
    "Clauses are found by their numbers: 第一条, “Article 1”, or numbered headings. Formatting is not kept. You see "
    "what was found before anything is stored.": "how a text looks",
    "Nothing is saved until you add it. Readers are told that a machine drafted it and that you checked it.": "a draft",
    "What you typed in the decision is not kept.": "nothing was sent yet",
    "This item will be deleted.": "a row of a form",
    "Case files are whole: nobody is masked in them. Their cases are kept from deletion until the matter is closed. "
    "The SHA-256 of the file is noted here; the file itself is not kept, so save it.": "a legal hold",
    "Whoever has the file checks it without us, by its signed manifest. It is this file if its SHA-256 is the one "
    "here. What it names is kept from deletion until the matter is closed.": "a legal hold",
}


def sentences():
    for entry in polib.pofile(str(ROOT / "locale/zh_Hans/LC_MESSAGES/django.po")):
        is_of_plan = entry.occurrences and all(file.startswith(PLAN) for file, _line in entry.occurrences)
        if not entry.comment.startswith("borrowed") and not is_of_plan:
            yield entry.msgid, f"{entry.msgid} {entry.msgstr}"


def clauses():
    for file in sorted((ROOT / "sample/data/rules").glob("*.toml")):
        yield from re.findall(r'"([^"]+)"', file.read_text())


def test_every_sentence_about_keeping_names_a_class_and_the_other_way_round():
    told = {sentence for row in CLASSES for sentence in row.said}
    with translation.override("en"):
        terms = {str(PROMISES[row.term].label) for row in CLASSES if row.term}
    catalogue = dict(sentences())
    assert told - catalogue.keys() == set(), "a class says what no page says"
    says = {msgid for msgid, both in catalogue.items() if SAYS.search(both)}
    assert says - told - terms == OF_SOMETHING_ELSE.keys()


def test_every_clause_of_the_sample_about_keeping_sets_a_time_that_a_class_reads():
    keys = {row.term for row in CLASSES if row.term}
    assert {key for key in PROMISES if key.endswith("_kept")} == keys
    assert [text for text in clauses() if SAYS.search(text) and not any(f"{{{key}}}" in text for key in keys)] == []


def test_a_class_is_ended_by_a_run_or_by_something_that_there_is_and_never_before_the_law_allows():
    laws = {law.name for law in triggers.declared()} | constraints_of("helpline", "accounts", "rules")
    covers = dict(cover.declared())
    for row in CLASSES:
        assert bool(row.model) != bool(row.by_itself), row.code
        if row.by_itself and "." not in row.by_itself:
            assert row.by_itself in laws, row.code
        if row.law:
            assert INSTRUMENTS[row.law[0]].said_of(row.law[1]) is not None, row.code
    for row in RUNS:
        assert row.months >= row.floor, row.code
        table = apps.get_model(row.model)._meta.db_table
        assert table in covers, row.code
        assert table == row.table or not row.empties, row.code
        if row.term:
            assert PROMISES[row.term].amount == row.months, row.code
            assert all(least >= row.floor for least, _most in PROMISES[row.term].bounds.values()), row.code
        assert not row.law or row.floor, row.code
    opinions = next(row for row in RUNS if row.code == "opinion-contacts")
    assert (opinions.months, "three years" in opinions.said[0]) == (36, True)
