"""The form of a verb's page follows from what the verb takes."""

import pytest

from appeals.inputs import FirstViewInput, ReleaseInput
from appeals.models import Outcome
from appeals.verbs import REVIEWER
from casework.verbs import Confirm, Verb
from surfaces.forms import TakesForm

RELEASE = next(verb for verb in REVIEWER if verb.name == "release")


def verb(takes, **labels):
    return Verb("try", lambda: None, may=RELEASE.may, takes=takes, confirm=Confirm("", [], labels=labels))


def test_lengths_codes_and_what_may_be_left_out_are_those_of_the_api():
    form = TakesForm(verb(FirstViewInput, outcome="Outcome", confidence="How sure", note="Note"))

    assert list(form.fields) == ["outcome", "confidence", "note"]
    assert [code for code, _label in form.fields["outcome"].choices] == Outcome.values
    assert form.fields["note"].max_length == 2000
    assert [field.required for field in form.fields.values()] == [True, True, False]


def test_what_the_api_refuses_the_form_refuses():
    def errors(**data):
        return set(TakesForm(verb(FirstViewInput, outcome="o", confidence="c", note="n"), data).errors)

    sound = {"outcome": "UPHELD", "confidence": "high"}
    assert errors(**sound) == set()
    assert errors(confidence="high") == {"outcome"}
    assert errors(**sound | {"outcome": "KEPT"}) == {"outcome"}
    assert errors(**sound, note="x" * 2001) == {"note"}
    assert errors(**sound, note="a\x00b") == {"note"}


def test_only_what_has_a_label_is_asked_for():
    assert list(TakesForm(verb(ReleaseInput)).fields) == []
    assert list(TakesForm(RELEASE).fields) == []
    assert list(TakesForm(verb(ReleaseInput, reason="Why")).fields) == ["reason"]


def test_a_page_that_forgets_a_field_is_found_when_it_is_made():
    with pytest.raises(TypeError, match="outcome"):
        TakesForm(verb(FirstViewInput, confidence="How sure"))
