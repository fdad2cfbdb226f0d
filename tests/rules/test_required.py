"""The check list of required clauses: answered with the draft, complete at adoption, and fixed from then on."""

import pytest

from casework.errors import Invalid
from casework.ledger import verify
from rules import commands
from rules.commands import ClauseText, RequiredDraft
from rules.models import RequiredAnswer, Rulemaking
from rules.required import REQUIREMENTS
from tests.laws import assert_refused
from tests.rules.building import CLAUSES, DAY, MINOR, REQUIRED, Making


@pytest.fixture
def making(world):
    return Making(world)


def edit(making, *required, clauses=CLAUSES):
    commands.edit_rule_version(
        actor=making.carl,
        ref=making.ref,
        effective_from=making.now + 60 * DAY,
        clauses=clauses,
        assessment=MINOR,
        required=required,
        now=making.now,
    )


def past_the_code(making):
    return Rulemaking.objects.filter(pk=making.row.pk).update(state="ADOPTED", adopted_at=making.now)


def test_one_item_without_an_answer_keeps_the_version_from_being_adopted(making):
    edit(making, *REQUIRED[1:])
    making.consult()
    making.close()

    with pytest.raises(Invalid) as refused:
        making.adopt()
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/required", "required-clause-missing")]
    assert_refused("rule_is_adopted_once_every_required_clause_is_answered", lambda: past_the_code(making))

    edit(making, *REQUIRED)
    making.adopt()
    assert making.refresh().state == "ADOPTED"
    assert list(verify()) == []


@pytest.mark.parametrize("change", [{"is_major_interest": False}, {"number": "2"}, {}], ids=str)
def test_an_answer_counts_only_where_its_clause_is_there_and_prominent(making, change):
    prominent = ClauseText("1", "数据加密。", "Data are encrypted.", is_major_interest=True)
    edit(making, RequiredDraft("fees", clause="1"), *REQUIRED[1:], clauses=[prominent])
    making.row.rule_version.clauses.update(**{"number": "1"} | change)
    making.consult()
    making.close()

    if change:
        assert_refused("rule_is_adopted_once_every_required_clause_is_answered", lambda: past_the_code(making))
    else:
        assert past_the_code(making) == 1


WRONG = {
    "a clause that is not there": (RequiredDraft("appeal_channel", clause="9"), "unknown-clause"),
    "a clause that is not prominent": (RequiredDraft("burden_of_proof", clause="1"), "not-prominent"),
    "a clause and a reason": (RequiredDraft("appeal_channel", clause="1", reason="见别处。"), "invalid"),
    "neither": (RequiredDraft("appeal_channel", reason=" "), "invalid"),
    "an item that there is not": (RequiredDraft("weather", clause="1"), "unknown"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_answer_is_refused(making, what):
    answer, code = WRONG[what]

    with pytest.raises(Invalid) as refused:
        edit(making, answer)

    assert [error.code for error in refused.value.errors] == [code]
    assert making.refresh().rule_version.required_answers.count() == len(REQUIREMENTS)


def test_answers_stay_once_the_version_is_adopted(making):
    making.to_adopted()
    rows = RequiredAnswer.objects.filter(version=making.refresh().rule_version)

    for attempt in (lambda: rows.update(reason="别的。"), lambda: rows._raw_delete("default")):
        assert_refused("required_clause_stays_answered_once_adopted", attempt)
    more = RequiredAnswer(version=making.row.rule_version, key="more", reason="见别处。")
    assert_refused("required_clause_is_not_answered_after_adoption", lambda: more.save(force_insert=True))


def test_an_item_is_answered_once_with_a_clause_or_a_reason(making):
    version = making.refresh().rule_version

    def answer(key, **more):
        return lambda: RequiredAnswer.objects.create(version=version, key=key, **more)

    assert_refused("required_clause_is_answered_once", answer("appeal_channel", reason="见别处。"))
    for more in ({}, {"clause_number": "1", "reason": "见别处。"}):
        assert_refused("required_clause_is_named_or_it_is_said_why_not", answer("more", **more))
