"""What people can do with a case: each verb is declared once, in its app's `verbs.py`.

From a row come the endpoint with its address and operation id (`surfaces.api.verbs`), the entry of `actions[]`
(`actions_for`), the button and the page that asks once more (`surfaces.verb_pages`), and the operation's row in the
table of permissions (`tests/surfaces`). The command stays a plain function and asks its policy itself.

What does not belong here: states and edges (`machine.py`), and any check that a command relies on.
"""

import functools
import inspect
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Any

from casework.actor import Actor
from casework.errors import CaseError, DeadlinePassed, NotYourTurn
from casework.machine import step_for
from casework.models import Case


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of one kind of case.

    `name` is its name in `actions[]`, and its address below the case's unless `path` says another (from `/`: below
    `/api/v1/`). `command` is called with `actor` and `now`, with what `takes` understood of the body, with the
    parameters of the address (renamed by `arguments`), and with `expected_version` where `needs_version`: the version
    that somebody acts on must be said wherever the command compares it, unless the row says otherwise.
    `may(actor, case)` is the policy that the command asks. `operation` is the id in the API document (the command's
    name), `about` its description.

    The verb is possible while the machine has an edge for `transition` (the name with underscores; "" where the
    machine is not asked) and `when(actor, case, now)` holds. A verb about a part of a case, such as a fact or an
    offer, lists those by `parts(actor, case, now)`: `when`, `due_at` and `needs_role` then get the part as well.
    Where the permission depends on the part, `may_part(actor, case, part)` stands in the place of `may`.

    `needs_role` is the least role in a party that may do it, told to clients that show why a button is missing.
    `follows` says what ends or follows, by when, and what cannot be undone, in at most two sentences: words, or
    `follows(actor, case, now)`, with the part of a verb about parts. A page shows it before the button, and `actions[]`
    has it. A verb that a party can do without it says in `binds_nothing` why nothing has to be said before.
    `page` is its page, or one for each audience (`surfaces.asks.Page`). A verb without one says in `by_hand` which view
    stands instead and why, or why there is none. `has_endpoint` is false where an ordinary view serves the address;
    `body` is then the schema of what it takes, by its name in the API document.
    """

    name: str
    command: Callable[..., Any]
    _: KW_ONLY
    may: Callable[[Actor, Any], CaseError | None] | None = None
    may_part: Callable[[Actor, Any, Any], CaseError | None] | None = None
    about: str = ""
    operation: str = ""
    path: str = ""
    takes: type[Any] | None = None
    needs_version: bool | None = None
    status: int = 200
    arguments: Mapping[str, str] = field(default_factory=dict)
    transition: str | None = None
    when: Callable[..., bool] | None = None
    parts: Callable[[Actor, Any, datetime], Iterable[Any]] | None = None
    due_at: Callable[..., datetime | None] | None = None
    needs_role: str | Callable[..., str] = ""
    follows: Any = ""
    binds_nothing: str = ""
    has_endpoint: bool = True
    body: str = ""
    page: Any = ()
    by_hand: str = ""

    def __post_init__(self) -> None:
        if (self.may is None) == (self.may_part is None):
            raise TypeError(f"{self.name}: one policy says who may")
        if self.needs_version is None:
            object.__setattr__(self, "needs_version", self.accepts_version())

    @property
    def pages(self) -> tuple[Any, ...]:
        """One for each audience."""
        return self.page if isinstance(self.page, tuple) else (self.page,)

    def page_for(self, audience: str) -> Any:
        """Its page for this audience; None where there is none."""
        return next((page for page in self.pages if page.by == audience), None)

    def machine_verb(self) -> str:
        """The name of the edge that the machine must have; empty when it is not asked."""
        return self.name.replace("-", "_") if self.transition is None else self.transition

    def operation_id(self) -> str:
        return self.operation or self.command.__name__

    def body_schema(self) -> str:
        """The name of the schema of its body in the API document; empty where it takes none."""
        return self.body or (f"{self.takes.__name__}Request" if self.takes is not None else "")

    def accepts_version(self) -> bool:
        """Whether the command compares the version that somebody acts on; with `needs_version` it must be said."""
        return "expected_version" in inspect.signature(self.command).parameters

    def has_edge(self, case: Case) -> bool:
        edge = self.machine_verb()
        return not edge or step_for(case, edge) is not None

    def is_open(self, actor: Actor, case: Case, now: datetime, *part: Any) -> bool:
        """Whether this actor can do it now: state, time and permission."""
        allowed = self.may is None or self.may(actor, case) is None
        return allowed and self.has_edge(case) and self.fits(actor, case, now, *part)

    def refusal(self, actor: Actor, case: Case, now: datetime) -> CaseError:
        """Why it is not open: what the policy says, else that its time has passed, else the state."""
        if denial := self.may and self.may(actor, case):
            return denial
        is_timed = self.due_at is not None and self.parts is None and self.has_edge(case)
        due_at = self.due_at(actor, case) if is_timed and self.due_at is not None else None
        return NotYourTurn() if due_at is None or now <= due_at else DeadlinePassed()

    def consequence(self, actor: Actor, case: Case, now: datetime, *part: Any) -> str:
        """What follows if this actor does it now; empty where the row does not say."""
        return str(_value(self.follows, actor, case, now, *part))

    def fits(self, actor: Actor, case: Case, now: datetime, *part: Any) -> bool:
        """Whether it is time, and this part is one that the actor may do it with."""
        if self.may_part is not None and self.may_part(actor, case, *part) is not None:
            return False
        return self.when is None or self.when(actor, case, now, *part)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that an actor can do with a case now; `part` is the fact, offer or other part that it is about.

    `about` is what `Verb.consequence` needs.
    """

    verb: Verb
    due_at: datetime | None = None
    needs_role: str = ""
    part: Any = None
    about: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        return self.verb.name

    @property
    def consequence(self) -> str:
        return self.verb.consequence(*self.about) if self.about else ""

    @property
    def page(self) -> Any:
        """Its first page; None where there is none."""
        return next(iter(self.verb.pages), None)


def actions_for(verbs: Iterable[Verb], actor: Actor, case: Case, *, now: datetime) -> list[Action]:
    """What this actor can do with the case now, in the order of `verbs`; what is absent is not possible.

    Neighbours that are about the same parts come part by part. A policy about the case is asked once.
    """
    allows = functools.cache(lambda may: may is None or may(actor, case) is None)
    found = []
    for parts, group in itertools.groupby(verbs, key=lambda verb: verb.parts):
        possible = [verb for verb in group if verb.has_edge(case) and allows(verb.may)]
        if not possible:
            continue
        for part in [()] if parts is None else [(each,) for each in parts(actor, case, now)]:
            found += [_action(verb, actor, case, now, *part) for verb in possible if verb.fits(actor, case, now, *part)]
    return found


def _action(verb: Verb, actor: Actor, case: Case, now: datetime, *part: Any) -> Action:
    due_at, role = (_value(each, actor, case, *part) for each in (verb.due_at, verb.needs_role))
    return Action(verb, due_at, role or "", part[0] if part else None, (actor, case, now, *part))


def _value(value: Any, *about: Any) -> Any:
    return value(*about) if callable(value) else value
