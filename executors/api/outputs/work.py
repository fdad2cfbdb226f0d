"""Instructions as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from executors.api.outputs.common import actions_of
from executors.machine import InstructionState
from executors.models import (
    Instruction,
    InstructionKind,
)
from executors.queries.todo import turn_of
from surfaces.api.serializers import Action, Code, Computed


class InstructionOutput(serializers.Serializer[Any]):
    """An order to an executor. Without an executor it is the platform's own to carry out."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
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
    is_late = serializers.SerializerMethodField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField(source="acknowledged_by.code", default=None, allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    completed_by = serializers.CharField(source="completed_by.code", default=None, allow_null=True)
    evidence = serializers.CharField()
    callback_id = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_because = serializers.CharField()
    turn = Computed(turn_of, str)
    actions = serializers.SerializerMethodField()

    def get_is_late(self, row: Instruction) -> bool:
        return row.is_late(self.context["call"].now)

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: Instruction) -> list[dict[str, Any]]:
        return actions_of(self.context, row, "instructions/<str:ref>/")
