"""What the platform tells an executor to do, and what the executor reports of it."""

from django.db.models import QuerySet

from casework.api.views import Call, CommandView, ListView, ReadView, Reply
from executors import commands, queries
from executors.api import outputs
from executors.api import serializers as shapes
from executors.api.views.base import InstructionCommandView
from executors.models import Instruction


class InstructionsView(ListView, CommandView):
    """The instructions that you gave or were given, newest first; or give one that the executor's mandate covers."""

    shows, gives, takes, status = (
        outputs.InstructionOutput,
        outputs.InstructionOutput,
        shapes.IssueInstructionInput,
        201,
    )
    operation = {"GET": "listInstructions", "POST": "issueInstruction"}

    def rows(self, call: Call) -> QuerySet[Instruction]:
        return queries.instructions_for(call.actor)

    def perform(self, call: Call) -> Reply:
        draft = shapes.IssueInstructionInput.draft(call.values)
        instruction = commands.issue_instruction(actor=call.actor, draft=draft, now=call.now)
        return self.reply(queries.instruction_for(call.actor, instruction.ref), call)


class InstructionView(ReadView):
    """One instruction: what to do, about what, by when, and what became of it."""

    shows = outputs.InstructionOutput

    def read(self, call: Call) -> Reply:
        return self.shown(queries.instruction_for(call.actor, call.path["ref"]), call)


class AcknowledgeView(InstructionCommandView):
    """The executor takes it on. Said again, or after it went further, it changes nothing."""

    takes = shapes.AcknowledgeInstructionInput
    operation = {"POST": "acknowledgeInstruction"}

    def perform(self, call: Call) -> Reply:
        commands.acknowledge_instruction(actor=call.actor, ref=call.path["ref"], now=call.now, **call.values)
        return self.after(call)


class CompleteView(InstructionCommandView):
    """The executor reports it done, and how that is shown. The same report again gets the same answer."""

    takes = shapes.CompleteInstructionInput
    operation = {"POST": "completeInstruction"}

    def perform(self, call: Call) -> Reply:
        commands.complete_instruction(actor=call.actor, ref=call.path["ref"], now=call.now, **call.values)
        return self.after(call)


class WithdrawInstructionView(InstructionCommandView):
    """The platform takes it back. What was reported done before stays done; what is reported after is refused."""

    takes, decides = shapes.WithdrawInstructionInput, True

    def perform(self, call: Call) -> Reply:
        commands.withdraw_instruction(
            actor=call.actor,
            ref=call.path["ref"],
            reason=call.values["reason"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)
