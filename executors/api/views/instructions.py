"""What the platform tells an executor to do, and what the executor reports of it."""

from django.db.models import QuerySet

from executors import commands, queries
from executors.api import outputs
from executors.inputs.incidents import IssueInstructionInput
from executors.lists import INSTRUCTIONS
from executors.models import Instruction
from surfaces.api.narrowing import due_before, exactly, of_party
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class InstructionsView(DeclaredListView, CommandView):
    """Instructions."""

    listing, first = INSTRUCTIONS, "newest"
    narrows = {
        "executor": exactly("executor__ref", "Of this executor, by its `ref`."),
        "external_ref": exactly("subject_ref", "About the subject that has this `subject_ref` in your own system."),
        "party": of_party("executor__party"),
        "due_before": due_before("due_at", "To be done before this time."),
    }
    shows, gives = outputs.InstructionOutput, outputs.InstructionOutput
    takes, status = IssueInstructionInput, 201
    operation = {"GET": "listInstructions", "POST": "issueInstruction"}

    def rows(self, call: Call) -> QuerySet[Instruction]:
        """The instructions that you gave or were given, newest first."""
        return self.listed(call)

    def perform(self, call: Call) -> Reply:
        """Give an instruction that the executor's mandate covers."""
        said = IssueInstructionInput.arguments(call.values)
        instruction = commands.issue_instruction(actor=call.actor, now=call.now, **said)
        return self.reply(queries.instruction_for(call.actor, instruction.ref), call)


class InstructionView(ReadView):
    """One instruction: what to do, about what, by when, and what became of it."""

    shows, finds = outputs.InstructionOutput, queries.instruction_for
