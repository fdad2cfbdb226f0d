"""Curricula, tests and certifications as JSON."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from executors.api.outputs.registry import ExecutorRowOutput
from executors.machine import ExecutorState
from executors.models import (
    Attempt,
    Certification,
    ExecutorPerson,
    Mandate,
)
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
from surfaces.api.serializers import Coded, Computed, ForReader, coded
from surfaces.api.views import Call


class RuleVersionRefOutput(serializers.Serializer[Any]):
    """A version of a platform rule."""

    rule = serializers.CharField(source="rule.ref")
    code = serializers.CharField(source="rule.code")
    name = serializers.CharField(source="rule.name")
    version = serializers.CharField(source="number")
    effective_from = serializers.DateTimeField()
    effective_to = serializers.DateTimeField(allow_null=True)


class QuestionOutput(serializers.Serializer[Any]):
    """A question as it is put; which option is right is told with the result."""

    no = serializers.IntegerField()
    text = serializers.CharField()
    options = Computed(lambda row: list(row.option_texts(get_language() or "")), list[str])


class CurriculumRowOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    edition = serializers.IntegerField(source="no")
    rule_version = RuleVersionRefOutput()
    level = serializers.IntegerField()
    title = serializers.CharField()
    hours = serializers.IntegerField()
    pass_percent = serializers.IntegerField()
    valid_days = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)


class CurriculumOutput(CurriculumRowOutput):
    """What to know of one rule version at one level, in the reader's language. The questions come with an attempt."""

    material = serializers.CharField()
    text_hash = serializers.CharField()
    questions = Computed(lambda row: len(row.questions.all()), int, help_text="How many there are.")


class AttemptAnswerOutput(serializers.Serializer[Any]):
    """What was chosen; once finished, which option is right and why."""

    question = QuestionOutput()
    chosen = serializers.IntegerField(allow_null=True)
    right = serializers.IntegerField(allow_null=True)
    explanation = serializers.CharField()


class AttemptOutput(serializers.Serializer[Any]):
    """A test as its taker sees it: answers are kept as they are given, and told right or wrong when it is finished."""

    ref = serializers.CharField()
    curriculum = CurriculumRowOutput()
    started_at = serializers.DateTimeField()
    saved_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    score = serializers.IntegerField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True)
    evidence_hash = serializers.CharField()
    answers = serializers.SerializerMethodField()
    certification = serializers.CharField(source="certification.ref", read_only=True, default=None, allow_null=True)

    @extend_schema_field(AttemptAnswerOutput(many=True))
    def get_answers(self, row: Attempt) -> Any:
        is_over = row.finished_at is not None
        rows = [
            {
                "question": question,
                "chosen": row.answers.get(str(question.no)),
                "right": question.right if is_over else None,
                "explanation": question.explanation if is_over else "",
            }
            for question in row.curriculum.questions.all()
        ]
        return AttemptAnswerOutput(rows, many=True, context=self.context).data


def _certificate_state(row: Certification, call: Call) -> dict[str, str] | None:
    suspended = row.person.executor.state == ExecutorState.SUSPENDED
    code = certificate_state(row, now=call.now, is_suspended=suspended)
    return coded(code, label=CERTIFICATE[code])


class CertificationOutput(serializers.Serializer[Any]):
    """What one person may be trusted with. `ends_at` is the expiry, or sooner the end of the rule version it is for."""

    ref = serializers.CharField()
    executor = serializers.CharField(source="person.executor.ref")
    person = serializers.CharField(source="person.code")
    rule_version = RuleVersionRefOutput()
    level = serializers.IntegerField()
    state = ForReader(_certificate_state, Coded())
    score = serializers.IntegerField(source="attempt.score")
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    ends_at = Computed(certificate_ends_at, datetime | None)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_because = serializers.CharField()


class MayOutput(serializers.Serializer[Any]):
    """A kind of measure that the reader may carry out now, on which rule, and until when."""

    measure_type = serializers.CharField()
    rule = serializers.CharField()
    until = serializers.DateTimeField()


class ExecutorMeOutput(serializers.Serializer[Any]):
    """The reader as somebody who works for an executor: what they may do now, and what waits for them."""

    code = serializers.CharField()
    is_lead = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    executor = ExecutorRowOutput()
    may = serializers.SerializerMethodField()
    certifications = serializers.SerializerMethodField(help_text="One's own, the newest of each rule and level.")

    def _certifications(self, row: ExecutorPerson) -> list[Certification]:
        rows = certifications_for(self.context["call"].actor).filter(person=row).order_by("-issued_at", "-pk")
        return newest_of_each(rows)

    @extend_schema_field(CertificationOutput(many=True))
    def get_certifications(self, row: ExecutorPerson) -> Any:
        return CertificationOutput(self._certifications(row), many=True, context=self.context).data

    @extend_schema_field(MayOutput(many=True))
    def get_may(self, row: ExecutorPerson) -> Any:
        call = self.context["call"]
        if not row.executor.may_act:
            return []
        mandate = mandate_in_force(executor_for(call.actor, row.executor.ref), now=call.now)
        allowed = [
            {"measure_type": measure, "rule": held.rule_version.rule.code, "until": _until(mandate, held)}
            for held in self._certifications(row)
            if held.is_in_force(call.now)
            for measure in measures_under(mandate, held)
        ]
        return MayOutput(allowed, many=True).data


def _until(mandate: Mandate | None, held: Certification) -> datetime:
    """When the mandate or the certification ends, whichever is first."""
    end = certificate_ends_at(held)
    return end if mandate is None or mandate.effective_until is None else min(end, mandate.effective_until)
