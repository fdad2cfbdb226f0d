"""Who is entrusted with what: executors, their people, their mandates, and what was agreed with them."""

from django.db.models import QuerySet

from casework.errors import or_not_found
from executors import commands, queries
from executors.api import outputs
from executors.inputs.registry import RegisterExecutorInput
from executors.lists import EXECUTORS
from executors.models import Executor
from surfaces.api.narrowing import exactly, of_party
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class ExecutorsView(DeclaredListView, CommandView):
    """Executors."""

    listing, first = EXECUTORS, "newest"
    narrows = {
        "external_ref": exactly("party__external_ref", "The one with this number in your own system."),
        "party": of_party("party"),
    }
    shows, gives = outputs.ExecutorRowOutput, outputs.ExecutorOutput
    takes, status = RegisterExecutorInput, 201
    operation = {"GET": "listExecutors", "POST": "registerExecutor"}

    def rows(self, call: Call) -> QuerySet[Executor]:
        """The executors that you may see, newest first."""
        return self.listed(call)

    def perform(self, call: Call) -> Reply:
        """Register an executor. It may act once trained, certified and active."""
        executor = commands.register_executor(actor=call.actor, now=call.now, **call.values)
        return self.reply(queries.executor_for(call.actor, executor.ref), call)


class ExecutorView(ReadView):
    """One executor: where it stands, its mandates, its people by their codes, and what was agreed."""

    shows, finds = outputs.ExecutorOutput, queries.executor_for


class ExecutorMeView(ReadView):
    """Your own record as somebody who works for an executor: what you may carry out now, and until when."""

    shows = outputs.ExecutorMeOutput

    def read(self, call: Call) -> Reply:
        person = or_not_found(queries.person_of(call.actor))
        return Reply(self.rendered(self.shows, person, call))
