"""Executors as JSON, with what was agreed with them and their people."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from executors.api.outputs.common import ExecutorActions, is_the_platform_s, outward_name
from executors.machine import ExecutorState
from executors.models import Executor, ExecutorPerson, Mandate, MandateMeasure, PayTerm, ProcessingTerms, SubProcessor
from executors.queries.in_force import mandate_state
from executors.queries.registry import people_for
from executors.queries.todo import turn_of
from executors.texts import MANDATE
from surfaces.api.described import Output, Shown, columns
from surfaces.api.serializers import Amount, Coded, Computed, ForReader, coded
from surfaces.api.views import Call


class ExecutorPersonOutput(Output):
    """Somebody who works for the executor, by code."""

    shown = columns(ExecutorPerson, lambda e: (e.code, e.is_lead, e.started_at, e.ended_at))
    sub_processor = serializers.CharField(source="sub_processor.ref", default=None, allow_null=True)


class ContractOutput(serializers.Serializer[Any]):
    number = serializers.CharField(source="contract_number")
    starts_at = serializers.DateTimeField(source="contract_from")
    ends_at = serializers.DateTimeField(source="contract_until")


class ProcessingTermsOutput(Output):
    shown = columns(
        ProcessingTerms,
        lambda p: (p.no, p.purpose, p.method, p.data_kinds, p.protection, p.on_end, p.effective_from, p.until),
    )


class SubProcessorOutput(Output):
    """`approved` is null until the platform has decided."""

    shown = columns(SubProcessor, lambda s: (s.ref, s.name, s.purpose, s.proposed_at, s.approved, s.decided_at))


class PayTermOutput(Output):
    shown = columns(PayTerm, lambda p: (p.metric, p.words, p.starts_at, p.ends_at))


class MandateMeasureOutput(Output):
    shown = columns(MandateMeasure, lambda m: (m.measure_type, m.level))


def _mandate_state(row: Mandate, call: Call) -> dict[str, str] | None:
    code = mandate_state(row, now=call.now)
    return coded(code, label=MANDATE[code])


class MandateOutput(Output):
    """One version of what the executor may do. No category: every one; no ceiling: no measure that moves money."""

    shown = columns(Mandate, lambda m: (m.ref, m.no, m.effective_from, m.effective_until, m.ended_because))
    state = ForReader(_mandate_state, Coded())
    measures = MandateMeasureOutput(many=True, source="measures.all")
    rules = Computed(lambda row: sorted(entry.rule.code for entry in row.rules.all()), list[str])
    categories = Computed(lambda row: sorted(entry.category for entry in row.categories.all()), list[str])
    ceiling = Amount()


class ExecutorRowOutput(Output):
    """An executor in a list; `due_at` is when its contract ends."""

    shown = columns(
        Executor,
        lambda e: (e.ref, e.number, e.version, e.state, e.state_reason, e.state_since, e.kind, e.may_act),
    )
    name = Computed(outward_name, str, help_text="The organisation's name; of an individual the code.")
    party = serializers.CharField(source="party.ref")
    contract = ContractOutput(source="*")


class ExecutorOutput(ExecutorRowOutput):
    """An executor with everything that was agreed with it, and its people by their codes."""

    people = Shown(
        ExecutorPersonOutput,
        lambda row, call: (
            row.people.all() if is_the_platform_s(call.actor) else people_for(call.actor).filter(executor=row)
        ),
        many=True,
        help_text="Those whom the reader may see: a lead the team's.",
    )
    mandates = MandateOutput(many=True, source="mandates.all")
    processing_terms = ProcessingTermsOutput(many=True, source="processing_terms.all")
    sub_processors = SubProcessorOutput(many=True, source="sub_processors.all")
    pay_terms = PayTermOutput(many=True, source="pay_terms.all")
    turn = Computed(turn_of, str)
    due_at = Computed(lambda row: None if row.state == ExecutorState.ENDED else row.contract_until, datetime | None)
    actions = ExecutorActions("executors/<str:ref>/")
