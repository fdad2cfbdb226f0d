"""The form of an input turns what was typed into the body of the API; the input alone says what is wrong with it."""

from datetime import datetime

import pytest
from django.http import QueryDict
from django.utils import translation

from casework.clock import BEIJING
from casework.errors import Invalid
from surfaces.api.inputs import Boolean, Choice, Date, Fen, File, Input, Integer, Items, Line, Moment, Secret, Text
from surfaces.asks import Ask
from surfaces.forms import fen
from surfaces.input_forms import InputForm


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


class PartInput(Input):
    kind = Choice(choices=["A", "B"], asks=Ask("Kind"))
    sum_minor = Fen(min_value=1, max_value=100_000, asks=Ask("Sum"))
    days = Integer(min_value=1, max_value=9, required=False, allow_null=True, default=None, asks=Ask("Days"))


class EveryInput(Input):
    reason = Line(max_length=30, asks=Ask("Why", missing="Say why."))
    story = Text(max_length=300, allow_blank=True, default="", asks=Ask("Story"))
    outcome = Choice(choices=[("KEPT", "kept"), ("LOST", "lost")], asks=Ask("Outcome"))
    amount_minor = Fen(min_value=1, max_value=10**12, source="amount", asks=Ask("Amount"))
    until = Moment(asks=Ask("Until"))
    day = Date(required=False, asks=Ask("Day"))
    agreed = Boolean(asks=Ask("Agreed"))
    is_lead = Boolean(default=False, asks=Ask("Leads"))
    password = Secret(max_length=20, required=False, asks=Ask("Password"))
    names = Items(child=Line(max_length=10), max_length=4, default=list, asks=Ask("Names"))
    rules = Items(child=Line(max_length=10), max_length=4, default=list, asks=Ask("Rules"))
    parts = PartInput(many=True, max_length=3, asks=Ask("Parts", missing="Name a part."))
    file = File(required=False, asks=Ask("File"))
    place = Line(max_length=20, required=False)

    example = {}


SOUND = {
    "reason": "Because",
    "story": "one\r\ntwo",
    "outcome": "KEPT",
    "amount_minor": "￥1,234.5",
    "until": "2026-12-01T09:30",
    "agreed": "false",
    "names": ["x", "", " ", "y"],
    "rules": ["r1"],
    "parts-0-kind": "A",
    "parts-0-sum_minor": "80.00",
    "parts-2-kind": "B",
    "parts-2-sum_minor": "1",
    "parts-2-days": "3",
    "parts-3-kind": "",
}


def typed(**changed):
    data = QueryDict(mutable=True)
    for name, value in (SOUND | changed).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return InputForm(EveryInput, data, choices={"rules": [("r1", "Rule 1")]})


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("1,234.5", 123450), ("￥12，345，678", 1_234_567_800), ("80", 8000), ("¥0.05", 5),
        *((no, None) for no in ("12,5", "1,5", "1,23", "1,2345", "1234,567", "1e9", "0x10", "1.234", "٣", "", "\x00")),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written(typed, found):
    assert fen(typed) == found


def test_what_was_typed_becomes_the_body_of_the_api():
    form = typed()

    assert form.is_valid(), form.errors
    assert form.body() == {
        "reason": "Because",
        "story": "one\ntwo",
        "outcome": "KEPT",
        "amount_minor": 123450,
        "until": "2026-12-01T09:30:00+08:00",
        "agreed": False,
        "is_lead": False,
        "names": ["x", "y"],
        "rules": ["r1"],
        "parts": [{"kind": "A", "sum_minor": 8000}, {"kind": "B", "sum_minor": 100, "days": 3}],
    }
    assert form.said()["amount"] == 123450
    assert form.said()["until"] == datetime(2026, 12, 1, 9, 30, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("reason", " \u200b", "Say why."),
        ("reason", "a\r\nb", "one line"),
        ("reason", "x" * 31, "1 character too many: at most 30."),
        ("reason", "a\x00b", "cannot"),
        ("outcome", "SOLD", "Choose one of these: KEPT, LOST."),
        ("outcome", "", "Please fill this in."),
        ("amount_minor", "many", "Give the amount in yuan, such as 80.00."),
        ("amount_minor", "1.234", "Give the amount in yuan, such as 80.00."),
        ("amount_minor", "0", "Give an amount above zero."),
        ("amount_minor", "99999999999.00", "¥10,000,000,000.00"),
        ("until", "soon", "Give the time as a date and a time."),
        ("until", "2300-01-01T00:00", "out of range"),
        ("day", "1 May", "YYYY-MM-DD"),
        ("agreed", "", "Please fill this in."),
        ("agreed", "maybe", "valid boolean"),
        ("names", ["x" * 13], "3 characters too many: at most 10."),
        ("names", list("abcde"), "4 elements"),
        ("parts-0-sum_minor", "some", "Row 1, Sum: Give the amount in yuan, such as 80.00."),
        ("parts-2-days", "10", "Row 2, Days: "),
        ("parts-2-sum_minor", "", "Row 2, Sum: Please fill this in."),
    ],
)
def test_each_error_stands_at_its_field_and_nothing_else_does(name, value, sentence):
    form = typed(**{name: value})

    assert not form.is_valid()
    [(at, [said])] = form.errors.items()
    assert (at, sentence in said) == (name.partition("-")[0], True), said


def test_an_error_in_a_row_marks_the_cell_also_where_the_command_finds_it():
    form = typed()
    assert not form.carried_out(lambda said: (_ for _ in ()).throw(Invalid.field("/parts/1/days", "over", "Too many.")))

    assert form.errors == {"parts": ["Row 2, Days: Too many."]}
    page = str(form["parts"])
    assert page.count("aria-invalid") == 1
    assert 'name="parts-2-days" value="3"' in page


def test_an_error_in_a_row_is_of_the_row_also_where_the_form_asks_for_a_field_of_that_name():
    class TwiceInput(Input):
        days = Integer(min_value=1, max_value=9, asks=Ask("Days"))
        parts = PartInput(many=True, max_length=3, asks=Ask("Parts"))

        example = {}

    form = InputForm(TwiceInput, {"days": "2", "parts-0-kind": "A", "parts-0-sum_minor": "1", "parts-0-days": "10"})

    assert list(form.errors) == ["parts"]


def test_rows_and_lists_keep_what_was_typed_and_offer_empty_ones():
    page = str(typed(outcome="")["parts"])
    assert page.count('data-testid="row"') == 3  # two filled in, and no more than three are taken

    assert str(typed(outcome="")["names"]).count('name="names"') == 4


def test_no_rows_and_no_choice_are_missed_in_the_words_of_the_page():
    empty = {name: "" for name in SOUND if name.startswith("parts")}

    assert typed(**empty).errors == {"parts": ["Name a part."]}


def test_what_is_asked_for_again_is_not_judged():
    form = typed(outcome="")
    form.ask_again()

    assert form.errors == {}
    assert 'value="Because"' in str(form)


def test_a_secret_is_never_shown_again():
    assert "lantern" not in str(typed(password="lantern", outcome=""))


def test_what_is_another_value_now_is_told_in_the_words_of_the_page():
    form = typed()
    assert form.is_valid()
    now = {
        "amount_minor": 999,
        "reason": "Because",
        "until": datetime(2026, 12, 1, 9, 30, tzinfo=BEIJING),
        "parts": [{"kind": "A", "sum_minor": 8000}],
        "rules": [],
    }

    assert form.differing(now) == [("Amount", "¥9.99"), ("Rules", ""), ("Parts", "A ¥80.00")]


def test_a_page_that_forgets_a_field_is_found_when_it_is_made():
    with pytest.raises(TypeError, match="outcome"):
        InputForm(EveryInput, asks={"outcome": None})
    assert "outcome" not in InputForm(EveryInput, asks={"outcome": None}, given={"outcome": "KEPT"}).fields
    assert "place" not in InputForm(EveryInput).fields
