"""Instructions as JSON."""

from rest_framework import serializers

from executors.api.outputs.common import ExecutorActions
from executors.models import Instruction
from executors.queries.todo import turn_of
from surfaces.api.described import Output, columns
from surfaces.api.serializers import Computed, ForReader


class InstructionOutput(Output):
    """An order to an executor. Without an executor it is the platform's own to carry out."""

    shown = columns(
        Instruction,
        lambda i: (
            *(i.ref, i.number, i.version, i.state, i.kind, i.words, i.subject_number, i.subject_ref),
            *(i.measure_type, i.due_at, i.acknowledged_at, i.completed_at, i.evidence, i.callback_id),
            *(i.withdrawn_at, i.withdrawn_because),
        ),
    )
    executor = serializers.CharField(source="executor.ref", default=None, allow_null=True)
    reverses = serializers.CharField(source="reverses.ref", default=None, allow_null=True)
    replaces = serializers.CharField(source="replaces.ref", default=None, allow_null=True)
    issued_at = serializers.DateTimeField(source="created_at")
    is_late = ForReader(lambda row, call: row.is_late(call.now), bool)
    acknowledged_by = serializers.CharField(source="acknowledged_by.code", default=None, allow_null=True)
    completed_by = serializers.CharField(source="completed_by.code", default=None, allow_null=True)
    turn = Computed(turn_of, str)
    actions = ExecutorActions("instructions/<str:ref>/")
