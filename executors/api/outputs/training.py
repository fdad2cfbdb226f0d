"""Curricula, tests and certifications as JSON."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers

from executors.api.outputs.registry import ExecutorRowOutput
from executors.machine import ExecutorState
from executors.models import Attempt, Certification, Curriculum, ExecutorPerson, Mandate
from executors.queries.in_force import (
    certificate_ends_at,
    certificate_state,
    mandate_in_force,
    measures_under,
    newest_of_each,
)
from executors.queries.registry import executor_for
from executors.queries.training import certifications_for
from executors.texts import CERTIFICATE
from rules.models import RuleVersion
from surfaces.api.described import Output, Shown, columns
from surfaces.api.serializers import Coded, Computed, ForReader, coded
from surfaces.api.views import Call


class RuleVersionRefOutput(Output):
    """A version of a platform rule."""

    rule = serializers.CharField(source="rule.ref")
    shown = columns(RuleVersion, lambda r: (r.rule.code, r.rule.name, r.effective_from, r.effective_to))
    version = serializers.CharField(source="number")


class QuestionOutput(serializers.Serializer[Any]):
    """A question as it is put; which option is right is told with the result."""

    no = serializers.IntegerField()
    text = serializers.CharField()
    options = Computed(lambda row: list(row.option_texts(get_language() or "")), list[str])


class CurriculumRowOutput(Output):
    shown = columns(
        Curriculum,
        lambda c: (c.ref, c.level, c.title, c.hours, c.pass_percent, c.valid_days, c.published_at),
    )
    edition = serializers.IntegerField(source="no")
    rule_version = RuleVersionRefOutput()


class CurriculumOutput(CurriculumRowOutput):
    """What to know of one rule version at one level, in the reader's language. The questions come with an attempt."""

    shown = columns(Curriculum, lambda c: (c.material, c.text_hash))
    questions = Computed(lambda row: len(row.questions.all()), int, help_text="How many there are.")


class AttemptAnswerOutput(serializers.Serializer[Any]):
    """What was chosen; once finished, which option is right and why."""

    question = QuestionOutput()
    chosen = serializers.IntegerField(allow_null=True)
    right = serializers.IntegerField(allow_null=True)
    explanation = serializers.CharField()


class AttemptOutput(Output):
    """A test as its taker sees it: answers are kept as they are given, and told right or wrong when it is finished."""

    shown = columns(
        Attempt,
        lambda a: (a.ref, a.started_at, a.saved_at, a.finished_at, a.score, a.passed, a.evidence_hash),
    )
    curriculum = CurriculumRowOutput()
    answers = Shown(AttemptAnswerOutput, lambda row, _call: _answers(row), many=True)
    certification = serializers.CharField(source="certification.ref", read_only=True, default=None, allow_null=True)


def _answers(row: Attempt) -> list[dict[str, Any]]:
    is_over = row.finished_at is not None
    return [
        {
            "question": question,
            "chosen": row.answers.get(str(question.no)),
            "right": question.right if is_over else None,
            "explanation": question.explanation if is_over else "",
        }
        for question in row.curriculum.questions.all()
    ]


def _certificate_state(row: Certification, call: Call) -> dict[str, str] | None:
    suspended = row.person.executor.state == ExecutorState.SUSPENDED
    code = certificate_state(row, now=call.now, is_suspended=suspended)
    return coded(code, label=CERTIFICATE[code])


class CertificationOutput(Output):
    """What one person may be trusted with. `ends_at` is the expiry, or sooner the end of the rule version it is for."""

    shown = columns(
        Certification,
        lambda c: (c.ref, c.level, c.issued_at, c.expires_at, c.withdrawn_at, c.withdrawn_because),
    )
    executor = serializers.CharField(source="person.executor.ref")
    person = serializers.CharField(source="person.code")
    rule_version = RuleVersionRefOutput()
    state = ForReader(_certificate_state, Coded())
    score = serializers.IntegerField(source="attempt.score")
    ends_at = Computed(certificate_ends_at, datetime | None)


class MayOutput(serializers.Serializer[Any]):
    """A kind of measure that the reader may carry out now, on which rule, and until when."""

    measure_type = serializers.CharField()
    rule = serializers.CharField()
    until = serializers.DateTimeField()


class ExecutorMeOutput(Output):
    """The reader as somebody who works for an executor: what they may do now, and what waits for them."""

    shown = columns(ExecutorPerson, lambda e: (e.code, e.is_lead, e.started_at))
    executor = ExecutorRowOutput()
    may = Shown(MayOutput, lambda row, call: _may(row, call), many=True)
    certifications = Shown(
        CertificationOutput,
        lambda row, call: _certifications(row, call),
        many=True,
        help_text="One's own, the newest of each rule and level.",
    )


def _certifications(row: ExecutorPerson, call: Call) -> list[Certification]:
    return newest_of_each(certifications_for(call.actor).filter(person=row).order_by("-issued_at", "-pk"))


def _may(row: ExecutorPerson, call: Call) -> list[dict[str, Any]]:
    if not row.executor.may_act:
        return []
    mandate = mandate_in_force(executor_for(call.actor, row.executor.ref), now=call.now)
    return [
        {"measure_type": measure, "rule": held.rule_version.rule.code, "until": _until(mandate, held)}
        for held in _certifications(row, call)
        if held.is_in_force(call.now)
        for measure in measures_under(mandate, held)
    ]


def _until(mandate: Mandate | None, held: Certification) -> datetime:
    """When the mandate or the certification ends, whichever is first."""
    end = certificate_ends_at(held)
    return end if mandate is None or mandate.effective_until is None else min(end, mandate.effective_until)
