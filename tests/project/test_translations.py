"""The committed .mo files are compiled from the committed .po files, and Chinese is complete."""

import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")


def test_there_is_a_chinese_catalogue() -> None:
    assert ROOT / "locale/zh_Hans/LC_MESSAGES/django.po" in CATALOGUES


def blanks(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text)) - {"%%"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: "-".join(path.parts[-3::2]))
def test_mo_equals_po(path: Path) -> None:
    po = polib.pofile(str(path))

    # The bytes, since polib writes the same file for the same entries.
    assert path.with_suffix(".mo").read_bytes() == po.to_binary(), "run .ci/catalogues"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: "-".join(path.parts[-3::2]))
def test_every_sentence_is_translated(path: Path) -> None:
    po = polib.pofile(str(path))

    assert [entry.msgid for entry in po.untranslated_entries()] == []
    assert [entry.msgid for entry in po.fuzzy_entries()] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: "-".join(path.parts[-3::2]))
def test_a_translation_fills_the_same_blanks(path: Path) -> None:
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(path))
        for text in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if blanks(text) != blanks(entry.msgid_plural or entry.msgid)
    ]

    assert wrong == []
