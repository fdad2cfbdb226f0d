"""Words that ask for a person are heard in both languages and scripts, also in disguise; other words seldom are."""

import csv
from pathlib import Path
from re import _parser

import pytest

from classifier import person
from classifier.features import normalise
from classifier.person import asks_for_a_person

EXAMPLES = Path(__file__).with_name("asks_for_a_person.tsv")


def heard(words: str) -> bool:
    return asks_for_a_person(normalise(words))


@pytest.fixture(scope="module")
def examples():
    """600 sentences: whether each asks for a person, the batch in which it was written, its words."""
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["asks"] == "yes", row["text"].replace("\\n", "\n")) for row in rows]


def test_of_600_written_examples_nearly_all_are_told_right(examples):
    asking = [text for asks, text in examples if asks]
    others = [text for asks, text in examples if not asks]
    missed = [text for text in asking if not heard(text)]
    misheard = [text for text in others if heard(text)]
    found = len(asking) - len(missed)

    assert (len(asking), len(others)) == (300, 300)
    assert found / len(asking) >= 0.985, missed
    assert found / (found + len(misheard)) >= 0.98, misheard


@pytest.mark.parametrize("wish", ["请转人工客服", "我要真人处理", "I want a human to look"])
@pytest.mark.parametrize(
    "disguise",
    [
        pytest.param(lambda t: "·".join(t), id="dots"),
        pytest.param(lambda t: " ".join(t), id="blanks"),
        pytest.param(lambda t: "\u200b".join(t), id="zero width"),
        pytest.param(lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t), id="full width"),
        pytest.param(lambda t: t.replace("请转", "請轉").replace("处", "處").upper(), id="other script, capitals"),
        pytest.param(lambda t: t.replace("人工", "rén gōng").replace("真人", "zhenren"), id="pinyin"),
        pytest.param(lambda t: t.replace("人工", "入工").replace("真人", "真仁").replace("human", "huamn"), id="slips"),
    ],
)
def test_a_disguise_hides_no_wish(wish, disguise):
    assert heard("店铺被封。" + disguise(wish))


@pytest.mark.parametrize(
    "words",
    [
        "请人工看一下",
        "我申请人工",
        "我要人来审",
        "不要系统决定",
        "反對自動處理",
        "请让人来处理，不要系统自动处理",
        "Not a robot please",
        "ask a person to check",
        "I want a person.",
        "I demand human intervention",
        "I object to automated processing",
        "Do not let the system decide this.",
        "Please have someone look at it",
    ],
)
def test_words_that_ask_for_a_person_are_heard(words):
    assert heard("店铺被封。" + words)


@pytest.mark.parametrize(
    "words",
    [
        "手工制作的皮具",
        "We sold it to a person in Ohio",
        "人工智能音箱",
        "系统里的订单是对的，商品是正品，请恢复。",
        "The invoice shows that the goods are genuine.",
        "请尽快处理，谢谢",
        "店里只有我一个人，工厂在外地",
    ],
)
def test_other_words_are_not(words):
    assert not heard(words)


def test_the_chinese_rules_begin_with_the_signs_that_are_looked_for_first():
    """A rule with another beginning would never be tried."""
    begins = _first_signs(_parser.parse(person._CHINESE.pattern.split(")", 1)[1]))

    assert begins == set(person._BEGINS_ZH.strip("[]"))


def _first_signs(pattern) -> set[str]:
    """The signs with which a match of this parsed pattern can begin."""
    found: set[str] = set()
    for what, value in pattern:
        match str(what):
            case "ASSERT" | "ASSERT_NOT" | "AT":
                continue
            case "LITERAL":
                return found | {chr(value)}
            case "IN":
                return found | {chr(sign) for _kind, sign in value}
            case "BRANCH":
                inner, may_be_empty = [_first_signs(each) for each in value[1]], False
            case "SUBPATTERN":
                inner, may_be_empty = [_first_signs(value[-1])], False
            case _:  # a repeat, with its least number first
                inner, may_be_empty = [_first_signs(value[2])], value[0] == 0
        found = found.union(*inner)
        if not may_be_empty:
            return found
    return found
