"""Executors as JSON, with what was agreed with them and their people."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from executors.api.outputs.common import ExecutorActions, is_the_platform_s, outward_name
from executors.machine import ExecutorState
from executors.models import (
    Executor,
    ExecutorKind,
    Mandate,
    OnEnd,
    PayMetric,
)
from executors.queries.in_force import (
    mandate_state,
)
from executors.queries.registry import people_for
from executors.queries.todo import turn_of
from executors.texts import MANDATE
from surfaces.api.serializers import Amount, CaseOutput, Code, Coded, Computed, ForReader, coded
from surfaces.api.views import Call


class ExecutorPersonOutput(serializers.Serializer[Any]):
    """Somebody who works for the executor, by code."""

    code = serializers.CharField()
    is_lead = serializers.BooleanField()
    sub_processor = serializers.CharField(source="sub_processor.ref", default=None, allow_null=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ContractOutput(serializers.Serializer[Any]):
    number = serializers.CharField(source="contract_number")
    starts_at = serializers.DateTimeField(source="contract_from")
    ends_at = serializers.DateTimeField(source="contract_until")


class ProcessingTermsOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    purpose = serializers.CharField()
    method = serializers.CharField()
    data_kinds = serializers.CharField()
    protection = serializers.CharField()
    on_end = Code(OnEnd)
    effective_from = serializers.DateTimeField()
    until = serializers.DateTimeField()


class SubProcessorOutput(serializers.Serializer[Any]):
    """`approved` is null until the platform has decided."""

    ref = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    approved = serializers.BooleanField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class PayTermOutput(serializers.Serializer[Any]):
    metric = Code(PayMetric)
    words = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)


class MandateMeasureOutput(serializers.Serializer[Any]):
    measure_type = serializers.CharField()
    level = serializers.IntegerField()


def _mandate_state(row: Mandate, call: Call) -> dict[str, str] | None:
    code = mandate_state(row, now=call.now)
    return coded(code, label=MANDATE[code])


class MandateOutput(serializers.Serializer[Any]):
    """One version of what the executor may do. No category: every one; no ceiling: no measure that moves money."""

    ref = serializers.CharField()
    no = serializers.IntegerField()
    state = ForReader(_mandate_state, Coded())
    effective_from = serializers.DateTimeField()
    effective_until = serializers.DateTimeField(allow_null=True)
    measures = MandateMeasureOutput(many=True, source="measures.all")
    rules = Computed(lambda row: sorted(entry.rule.code for entry in row.rules.all()), list[str])
    categories = Computed(lambda row: sorted(entry.category for entry in row.categories.all()), list[str])
    ceiling = Amount()
    ended_because = serializers.CharField()


class ExecutorRowOutput(CaseOutput):
    """An executor in a list; `due_at` is when its contract ends."""

    state = Code(ExecutorState)
    state_reason = serializers.CharField()
    state_since = serializers.DateTimeField()
    kind = Code(ExecutorKind)
    name = Computed(outward_name, str, help_text="The organisation's name; of an individual the code.")
    party = serializers.CharField(source="party.ref")
    may_act = serializers.BooleanField()
    contract = ContractOutput(source="*")


class ExecutorOutput(ExecutorRowOutput):
    """An executor with everything that was agreed with it, and its people by their codes."""

    people = serializers.SerializerMethodField(help_text="Those whom the reader may see: a lead the team's.")
    mandates = MandateOutput(many=True, source="mandates.all")
    processing_terms = ProcessingTermsOutput(many=True, source="processing_terms.all")
    sub_processors = SubProcessorOutput(many=True, source="sub_processors.all")
    pay_terms = PayTermOutput(many=True, source="pay_terms.all")
    turn = Computed(turn_of, str)
    due_at = Computed(lambda row: None if row.state == ExecutorState.ENDED else row.contract_until, datetime | None)
    actions = ExecutorActions("executors/<str:ref>/")

    @extend_schema_field(ExecutorPersonOutput(many=True))
    def get_people(self, row: Executor) -> Any:
        actor = self.context["call"].actor
        shown = row.people.all() if is_the_platform_s(actor) else people_for(actor).filter(executor=row)
        return ExecutorPersonOutput(shown, many=True).data
