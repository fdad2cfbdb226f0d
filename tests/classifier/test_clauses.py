"""Clauses of a text lie one behind the other, end at marks and not inside numbers; parts are runs of whole clauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.clauses import LONG, SHORT, clauses, parts
from classifier.features import normalise


def cut(statement: str) -> list[str]:
    text = normalise(statement).text
    return [text[c.start : c.end] for c in clauses(text)]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "我们没有卖假货，附件里有授权书。你们的通知写错了！",
            ["我们没有卖假货,", "附件里有授权书。", "你们的通知写错了!"],
        ),
        ("订单编号 3.5 在10:30发出，www.example.com可查", ["订单编号 3.5 在10:30发出,", "www.example.com可查"]),
        (
            "The notice is wrong: we sold nothing. Please restore it",
            ["the notice is wrong:", " we sold nothing.", " please restore it"],
        ),
        ("店铺没有违规，请恢复", ["店铺没有违规,请恢复"]),
        ("好的，我们没有卖过假货", ["好的,我们没有卖过假货"]),
        ("。，！", []),
        ("", []),
    ],
)
def test_clauses_end_at_marks_and_short_ones_belong_to_a_neighbour(statement, expected):
    assert cut(statement) == expected


def test_a_text_without_marks_is_parted_at_blanks():
    found = cut("我们没有卖假货 " * 20)
    assert len(found) > 1
    assert all(len(piece.replace(" ", "")) <= LONG for piece in found)


@given(st.text(alphabet="一店铺货ab1 ，。.,:!?\n", max_size=300))
def test_clauses_leave_nothing_out_and_none_is_short_beside_another(statement):
    text = normalise(statement).text
    found = clauses(text)
    assert "".join(text[c.start : c.end] for c in found) in (text, "")
    assert len(found) < 2 or all(c.units >= SHORT for c in found)


@given(st.text(alphabet="一店铺货a ，。", max_size=300), st.integers(1, 60))
def test_parts_are_runs_of_clauses_that_are_large_enough(statement, size):
    found = clauses(normalise(statement).text)
    runs = parts(found, size)
    starts, ends = [c.start for c in found], [c.end for c in found]
    for start, end in runs:
        units = [c.units for c in found[starts.index(start) : ends.index(end) + 1]]
        assert sum(units) >= size or len(units) == len(found)
        assert sum(units[:-1]) < size
    assert bool(runs) == bool(found)
