"""The operations of a sandbox. In every other database they answer 404, whatever the settings say."""

from typing import ClassVar

from accounts import commands
from accounts.models import Installation
from accounts.queries import clock_of_sandbox
from casework.actor import ActorKind
from casework.errors import NotAllowed, or_not_found
from sample.api.serializers import ClockOutput, MoveClockInput, ProvokeCaseInput, ProvokedCaseOutput
from sample.sandbox.cases import provoke
from surfaces.api.views import Call, CommandView, ReadView, Reply


class ClockView(ReadView, CommandView):
    """The clock of a sandbox: where it stands; asked to move forward, it goes, and this address says when it is there.
    In an installation that is no sandbox: 404.
    """

    shows, takes, gives, status = ClockOutput, MoveClockInput, ClockOutput, 202
    operation: ClassVar = {"GET": "readTestClock", "POST": "moveTestClock"}

    def authorise(self, call: Call) -> None:
        or_not_found(clock_of_sandbox())
        if call.actor.kind is not ActorKind.CLIENT:
            raise NotAllowed()

    def read(self, call: Call) -> Reply:
        """Where the clock of the sandbox stands, and where it is on its way to. Elsewhere: 404."""
        self.authorise(call)
        return self._said(or_not_found(clock_of_sandbox()), call)

    def perform(self, call: Call) -> Reply:
        """Move the clock of the sandbox forward; it goes on by itself, and `moves_to` is null once it is there."""
        return self._said(commands.ask_clock_to_move(actor=call.actor, to=call.values["to"], now=call.now), call)

    def _said(self, row: Installation, call: Call) -> Reply:
        said = {
            "now": call.now,
            "ahead_seconds": int(row.clock_ahead.total_seconds()),
            "moves_to": row.clock_moves_to,
        }
        is_read = self.request.method in ("GET", "HEAD")
        return Reply(self.rendered(ClockOutput, said, call), status=200 if is_read else self.status)


class ProvokedCasesView(CommandView):
    """A provoked case in a sandbox, by the commands that everybody uses. In an installation that is no sandbox: 404."""

    takes, gives, status = ProvokeCaseInput, ProvokedCaseOutput, 201
    operation: ClassVar = {"POST": "provokeCase"}

    def authorise(self, call: Call) -> None:
        or_not_found(clock_of_sandbox())

    def perform(self, call: Call) -> Reply:
        asked = {name: value for name, value in call.values.items() if value not in (None, "")}
        return self.reply(provoke(actor=call.actor, now=call.now, **asked), call)
