"""Curricula and the tests of them: fixed once published, answers kept as they are given, a result that is evidence."""

from datetime import timedelta

import pytest

from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn, TooManyRequests
from casework.models import Event
from executors import commands, queries
from executors.models import Attempt, Certification, Curriculum
from tests import factories as make
from tests.executors import building as build

pytestmark = pytest.mark.once


@pytest.fixture
def learner(world, now):
    return build.in_training(world, now=now)


def codes(error):
    return [(e.pointer, e.code) for e in error.value.errors]


def start(firm, now, what=None):
    return commands.start_attempt(actor=firm.actor, curriculum=(what or firm.curriculum).ref, now=now)


def test_a_curriculum_is_published_with_its_questions(world, now):
    row = build.curriculum(world, now=now)

    assert (row.no, row.rule_version.number, row.questions.count()) == (1, "2026-01", 4)
    assert len(row.text_hash) == 64
    assert list(queries.curricula_for(world.platform, now=now)) == [row]


def test_the_newest_edition_is_taught(world, learner, now):
    again = build.curriculum(world, now=now, title_zh="改过的")

    assert (again.no, list(queries.curricula_for(learner.actor, now=now))) == (2, [again])
    with pytest.raises(NotYourTurn):
        start(learner, now)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"version": "2020"}, ("/version", "unknown-version")),
        ({"rule": "no-such-rule"}, ("/version", "unknown-version")),
        ({"level": 4}, ("/level", "out-of-range")),
        ({"pass_percent": 10}, ("/pass_percent", "out-of-range")),
        ({"valid_days": 0}, ("/valid_days", "out-of-range")),
        ({"title_zh": " "}, ("/title_zh", "required")),
        ({"questions": []}, ("/questions", "required")),
    ],
)
def test_a_curriculum_with_a_hole_is_refused(world, now, changes, error):
    with pytest.raises(Invalid) as refusal:
        build.curriculum(world, now=now, **changes)

    assert codes(refusal) == [error]
    assert not Curriculum.objects.exists()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"right": 5}, "/questions/0/right"),
        ({"options": [("是", "")]}, "/questions/0/options"),
        ({"options": [("是", ""), (" ", "No")]}, "/questions/0/options"),
        ({"explanation_zh": ""}, "/questions/0"),
    ],
)
def test_a_question_without_an_answer_is_refused(world, now, changes, pointer):
    values = {"text_zh": "问", "options": [("是", ""), ("否", "")], "right": 0, "explanation_zh": "因为"} | changes
    with pytest.raises(Invalid) as refusal:
        build.curriculum(world, now=now, questions=[commands.QuestionDraft(**values)])

    assert pointer in [e.pointer for e in refusal.value.errors]


def test_who_may_not_publish_does_not(world, now):
    with pytest.raises(NotAllowed):
        commands.publish_curriculum(
            actor=world.rita,
            curriculum=commands.CurriculumDraft(
                rule=world.rule, version="2026-01", level=1, title_zh="t", material_zh="m", questions=build.QUESTIONS
            ),
            now=now,
        )


def test_answers_are_kept_as_they_are_given(learner, now):
    attempt = start(learner, now)
    commands.save_answers(actor=learner.actor, ref=attempt.ref, answers={1: 1}, now=now)
    commands.save_answers(actor=learner.actor, ref=attempt.ref, answers={2: 0, 1: 2}, now=now)

    assert start(learner, now + timedelta(hours=5)) == attempt
    assert queries.attempt_for(learner.actor, attempt.ref).answers == {"1": 2, "2": 0}


@pytest.mark.parametrize("answers", [{9: 0}, {1: 3}, {1: -1}])
def test_what_is_no_option_is_refused(learner, now, answers):
    attempt = start(learner, now)
    with pytest.raises(Invalid):
        commands.save_answers(actor=learner.actor, ref=attempt.ref, answers=answers, now=now)

    assert Attempt.objects.get().answers == {}


def test_three_of_four_pass_at_75_and_two_do_not(learner, now):
    attempt = start(learner, now)
    attempt = commands.finish_attempt(
        actor=learner.actor, ref=attempt.ref, answers={1: 1, 2: 1, 3: 0}, now=now + timedelta(minutes=20)
    )
    assert (attempt.score, attempt.passed, len(attempt.evidence_hash)) == (50, False, 64)
    assert not Certification.objects.exists()
    assert Event.objects.filter(type="executor.attempt_failed").count() == 1

    second = start(learner, now + timedelta(hours=1))
    second = commands.finish_attempt(
        actor=learner.actor, ref=second.ref, answers={1: 1, 2: 1, 3: 1}, now=now + timedelta(hours=2)
    )
    assert (second.score, second.passed) == (75, True)
    certification = Certification.objects.get()
    assert (certification.attempt, certification.level) == (second, 2)
    assert certification.expires_at == second.finished_at + timedelta(days=180)
    event = Event.objects.get(type="executor.person_certified")
    assert event.facts["evidence"] == second.evidence_hash


def test_a_finished_test_is_finished(learner, now):
    attempt = start(learner, now)
    commands.finish_attempt(actor=learner.actor, ref=attempt.ref, answers=build.WRONG, now=now)

    for again in (commands.finish_attempt, commands.save_answers):
        with pytest.raises(NotYourTurn):
            again(actor=learner.actor, ref=attempt.ref, answers=build.RIGHT, now=now)
    assert Attempt.objects.get().score == 0


def test_the_attempts_of_a_day_are_counted(learner, now, settings):
    settings.EXECUTOR_ATTEMPTS_A_DAY = 2
    for hour in (0, 1):
        attempt = start(learner, now + timedelta(hours=hour))
        commands.finish_attempt(
            actor=learner.actor, ref=attempt.ref, answers=build.WRONG, now=now + timedelta(hours=hour)
        )

    with pytest.raises(TooManyRequests) as refusal:
        start(learner, now + timedelta(hours=2))
    assert refusal.value.retry_after == 22 * 3600
    assert start(learner, now + timedelta(hours=24)).finished_at is None


def test_nobody_sits_a_test_for_somebody_else_or_from_outside(world, learner, now):
    attempt = start(learner, now)
    mate = build.acting(build.add_person(learner, now=now, is_lead=True))

    with pytest.raises(NotFound):
        commands.finish_attempt(actor=mate, ref=attempt.ref, answers=build.RIGHT, now=now)
    with pytest.raises(NotFound):
        queries.attempt_for(mate, attempt.ref)
    for outsider in (world.alice, world.platform, world.carl):
        with pytest.raises(NotAllowed):
            commands.start_attempt(actor=outsider, curriculum=learner.curriculum.ref, now=now)
    assert not Certification.objects.exists()


def test_no_test_before_training_began_nor_after_the_end(world, now):
    firm = build.register(world, now=now)
    build.add_person(firm, now=now)
    firm.curriculum = build.curriculum(world, now=now)
    with pytest.raises(NotYourTurn):
        start(firm, now)

    commands.begin_training(actor=world.platform, ref=firm.ref, now=now)
    attempt = start(firm, now)
    commands.end_executor(actor=world.platform, ref=firm.ref, reason="x", now=now)
    with pytest.raises(NotYourTurn):
        commands.finish_attempt(actor=firm.actor, ref=attempt.ref, answers=build.RIGHT, now=now)
    assert not Certification.objects.exists()


def test_no_test_of_a_version_that_was_replaced(world, learner, now):
    attempt = start(learner, now)
    build.replace_rule(world, effective_from=now + timedelta(days=1), now=now)
    later = now + timedelta(days=1)

    assert list(queries.curricula_for(learner.actor, now=later)) == []
    with pytest.raises(NotYourTurn):
        commands.finish_attempt(actor=learner.actor, ref=attempt.ref, answers=build.RIGHT, now=later)
    mate = build.acting(build.add_person(learner, now=now))
    with pytest.raises(NotYourTurn):
        commands.start_attempt(actor=mate, curriculum=learner.curriculum.ref, now=later)


def test_people_see_the_curricula_of_their_mandate_and_strangers_none(world, firm, now):
    other = make.publish_rule(world.platform, now=now)
    build.curriculum(world, now=now, rule=other)

    assert [c.rule_version.rule.code for c in queries.curricula_for(firm.actor, now=now)] == [world.rule]
    assert queries.curricula_for(world.carl, now=now).count() == 2
    assert not queries.curricula_for(world.alice, now=now).exists()
    with pytest.raises(NotFound):
        queries.curriculum_for(world.alice, firm.curriculum.ref)
