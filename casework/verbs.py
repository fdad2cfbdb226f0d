"""What people can do with a case: each verb is declared once, in its app's `verbs.py`.

From a row come the endpoint with its address and operation id (`casework.api.verbs`), the entry of `actions[]`
(`actions_for`), the button and the page that asks once more (`casework.verb_pages`), and the operation's row in the
table of permissions (`tests/surfaces`). The command stays a plain function and asks its policy itself.

What does not belong here: states and edges (`machine.py`), and any check that a command relies on.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from casework.actor import Actor
from casework.errors import CaseError
from casework.machine import step_for
from casework.models import Case

if TYPE_CHECKING:
    from casework.api.serializers import Input


@dataclass(frozen=True, slots=True)
class Confirm:
    """The page that asks once more: its heading (`%(number)s` is the case's number) and what follows from a yes."""

    heading: Promise
    effects: Sequence[Promise]
    _: KW_ONLY
    is_loss: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of one kind of case.

    `name` is its name in `actions[]`, and its address below the case's unless `path` says another (from `/`: below
    `/api/v1/`). `command` is called
    with `actor`, `ref` and `now`, with what `takes` understood of the body, with the other parts of the address
    (renamed by `arguments`), and with `expected_version` where `needs_version`. `may(actor, case)` is the policy that
    the command asks. `operation` is the id in the API document (the command's name), `about` its description.

    The verb is possible while the machine has an edge for `transition` (the name with underscores; "" where the
    machine is not asked) and `when(actor, case, now)` holds. A verb about a part of a case, such as a fact or an
    offer, lists those by `parts(actor, case)`: `may`, `when`, `due_at` and `needs_role` then get the part as well.

    `needs_role` is the least role in a party that may do it, told to clients that show why a button is missing.
    `label` is on its button, `confirm` the page that asks once more, `done` the message after it; a verb without
    `done` has no page that follows from its row. `has_endpoint` is false where an ordinary view serves the address.
    """

    name: str
    command: Callable[..., Any]
    _: KW_ONLY
    may: Callable[..., CaseError | None]
    label: Promise | str = ""
    about: str = ""
    operation: str = ""
    path: str = ""
    takes: "type[Input] | None" = None
    needs_version: bool = False
    status: int = 200
    arguments: Mapping[str, str] = field(default_factory=dict)
    transition: str | None = None
    when: Callable[..., bool] | None = None
    parts: Callable[[Actor, Any], Iterable[Any]] | None = None
    due_at: Callable[..., datetime | None] | None = None
    needs_role: str | Callable[..., str] = ""
    has_endpoint: bool = True
    confirm: Confirm | None = None
    done: Promise | str = ""

    def machine_verb(self) -> str:
        """The name of the edge that the machine must have; empty when it is not asked."""
        return self.name.replace("-", "_") if self.transition is None else self.transition

    def operation_id(self) -> str:
        return self.operation or self.command.__name__

    def accepts_version(self) -> bool:
        """Whether the command compares the version that somebody acts on; with `needs_version` it must be said."""
        return "expected_version" in inspect.signature(self.command).parameters

    def is_open(self, actor: Actor, case: Case, now: datetime, *part: Any) -> bool:
        """Whether this actor can do it now: state, time and permission."""
        edge = self.machine_verb()
        if edge and step_for(case, edge) is None:
            return False
        if self.may(actor, case, *part) is not None:
            return False
        return self.when is None or self.when(actor, case, now, *part)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that an actor can do with a case now; `part` is the fact, offer or other part that it is about."""

    verb: Verb
    due_at: datetime | None = None
    needs_role: str = ""
    part: Any = None

    @property
    def name(self) -> str:
        return self.verb.name


def actions_for(verbs: Iterable[Verb], actor: Actor, case: Case, *, now: datetime) -> list[Action]:
    """What this actor can do with the case now, in the order of `verbs`; what is absent is not possible."""
    return [
        Action(verb, _value(verb.due_at, actor, case, *part), _value(verb.needs_role, actor, case, *part) or "", *part)
        for verb in verbs
        for part in ([()] if verb.parts is None else [(each,) for each in verb.parts(actor, case)])
        if verb.is_open(actor, case, now, *part)
    ]


def _value(value: Any, *about: Any) -> Any:
    return value(*about) if callable(value) else value
