"""Instructions as JSON."""

from rest_framework import serializers

from executors.api.outputs.common import ExecutorActions
from executors.machine import InstructionState
from executors.models import (
    InstructionKind,
)
from executors.queries.todo import turn_of
from surfaces.api.serializers import CaseOutput, Code, Computed, ForReader


class InstructionOutput(CaseOutput):
    """An order to an executor. Without an executor it is the platform's own to carry out."""

    state = Code(InstructionState)
    kind = Code(InstructionKind)
    executor = serializers.CharField(source="executor.ref", default=None, allow_null=True)
    reverses = serializers.CharField(source="reverses.ref", default=None, allow_null=True)
    replaces = serializers.CharField(source="replaces.ref", default=None, allow_null=True)
    words = serializers.CharField()
    subject_number = serializers.CharField()
    subject_ref = serializers.CharField()
    measure_type = serializers.CharField()
    issued_at = serializers.DateTimeField(source="created_at")
    due_at = serializers.DateTimeField()
    is_late = ForReader(lambda row, call: row.is_late(call.now), bool)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField(source="acknowledged_by.code", default=None, allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    completed_by = serializers.CharField(source="completed_by.code", default=None, allow_null=True)
    evidence = serializers.CharField()
    callback_id = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_because = serializers.CharField()
    turn = Computed(turn_of, str)
    actions = ExecutorActions("instructions/<str:ref>/")
