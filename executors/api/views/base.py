"""What the views of executors share. What does not belong here: any address's own behaviour."""

from typing import Any

from casework.api.views import Call, CommandView, Reply
from executors import queries
from executors.api import outputs


class ExecutorCommandView(CommandView):
    """A verb on one executor; answers the executor as it is afterwards."""

    gives = outputs.ExecutorOutput

    def authorise(self, call: Call) -> None:
        queries.executor_for(call.actor, call.path["ref"])

    def after(self, call: Call, **options: Any) -> Reply:
        return self.reply(queries.executor_for(call.actor, call.path["ref"]), call, **options)


class InstructionCommandView(CommandView):
    """A verb on one instruction; answers the instruction as it is afterwards."""

    gives = outputs.InstructionOutput

    def authorise(self, call: Call) -> None:
        queries.instruction_for(call.actor, call.path["ref"])

    def after(self, call: Call) -> Reply:
        return self.reply(queries.instruction_for(call.actor, call.path["ref"]), call)


class IncidentCommandView(CommandView):
    """A verb on one incident; answers the incident as it is afterwards."""

    gives = outputs.IncidentOutput

    def authorise(self, call: Call) -> None:
        queries.incident_for(call.actor, call.path["ref"])

    def after(self, call: Call) -> Reply:
        return self.reply(queries.incident_for(call.actor, call.path["ref"]), call)


class RecourseCommandView(CommandView):
    """A verb on one claim; answers the claim as it is afterwards."""

    gives = outputs.RecourseOutput

    def authorise(self, call: Call) -> None:
        queries.recourse_for(call.actor, call.path["ref"])

    def after(self, call: Call) -> Reply:
        return self.reply(queries.recourse_for(call.actor, call.path["ref"]), call)
