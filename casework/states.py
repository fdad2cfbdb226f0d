"""What a machine declares as rows beside its edges: its states, who stands how to a case, the tabs of staff's list.

Lists, counts, sockets, pages and laws take their sets from these rows. What does not belong here: edges and queries.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor


@dataclass(frozen=True, slots=True)
class State:
    """What the program says of one state. Each machine has one row per state (`STATES`) and takes its sets from them.

    Nothing has a default, so that nothing of a new state is forgotten; "" says that there is none.
    """

    tone: str  # the colour family: "good", "wait", "warn", "stop" or "calm"
    icon: str  # its picture in the sprite
    turn: str  # who acts next; each machine says below which words it uses
    tab: str  # the tab of the staff's list on which it stands
    next_step: str | Promise  # what is still to come, as pages say it; of a final state, what it means
    is_open: bool
    time_runs: bool  # whether anything is due in it, and counts as late once its time has passed

    @property
    def is_paused(self) -> bool:
        return self.is_open and not self.time_runs and self is not UNKNOWN

    @classmethod
    def open(cls, tone: str, icon: str, *, turn: str, tab: str, next_step: str | Promise) -> Self:
        return cls(tone, icon, turn, tab, next_step, is_open=True, time_runs=True)

    @classmethod
    def paused(cls, tone: str, icon: str, *, tab: str, next_step: str | Promise) -> Self:
        """Open, but nobody has to act and no time runs until an edge leads on."""
        return cls(tone, icon, "", tab, next_step, is_open=True, time_runs=False)

    @classmethod
    def final(cls, tone: str, icon: str, *, tab: str, next_step: str | Promise = "") -> Self:
        """Whether nobody has to act any more, and no edge leads back to a state in which somebody has."""
        return cls(tone, icon, "", tab, next_step, is_open=False, time_runs=False)


def unknown_label(code: str) -> str:
    """What stands in the place of the label of a state that a newer version of the program wrote."""
    return gettext("state unknown to this version (%(code)s)") % {"code": code}


UNKNOWN = State(
    "warn",
    "alert",
    turn="",
    tab="",
    next_step=_("Nothing can be done here until the program is updated: a newer version wrote the state of this case."),
    is_open=True,  # so that what is due in it is tried again, and not taken for done
    time_runs=False,
)
"""What is said of a state that a newer version of the program wrote."""


def open_states[S: str](states: Mapping[S, State]) -> list[S]:
    return [state for state, row in states.items() if row.is_open]


def final_states[S: str](states: Mapping[S, State]) -> list[S]:
    return [state for state, row in states.items() if not row.is_open]


def running_states[S: str](states: Mapping[S, State]) -> list[S]:
    """The states in which time runs."""
    return [state for state, row in states.items() if row.time_runs]


def states_on[S: str](states: Mapping[S, State], *tabs: str) -> list[S]:
    """The states that stand on one of these tabs."""
    return [state for state, row in states.items() if row.tab in tabs]


@dataclass(frozen=True, slots=True)
class Relation:
    """How somebody stands to a case: a column of its row equals an attribute of theirs (`columns`; of several, all).
    An attribute is one of the `Actor`, or of `Actor.at_work`.

    One declaration is the condition of a list (`where`) and the question about one row (`holds`). Without columns
    everybody stands so to every case.
    """

    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_personal(self) -> bool:
        """Whether each case has one person at most who stands so to it."""
        return "user_id" in self.columns.values()

    def where(self, actor: Actor) -> Q:
        values = {column: _of(actor, attribute) for column, attribute in self.columns.items()}
        return Q(pk=None) if not all(values.values()) else Q(**values)

    def holds(self, actor: Actor, row: Any) -> bool:
        """As `where`, of a row that was read: a case, or anything else with these columns."""
        pairs = [(getattr(row, column), _of(actor, attribute)) for column, attribute in self.columns.items()]
        return all(theirs and theirs == own for own, theirs in pairs)


def _of(actor: Actor, attribute: str) -> Any:
    return actor.at_work[attribute] if attribute in actor.at_work else getattr(actor, attribute, None)


EVERYBODY = Relation()


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a list of staff.

    `seen_by` is who sees a case that stands on it: without more, everybody who sees the list. From one that
    `can_be_taken` a case is taken by whoever sees it there. On one with `lapses_to` a case is held for a time (`LEASE`
    of its model) and stands on that other tab, for everybody but its holder, once the time has run out.
    """

    name: str
    label: str | Promise
    seen_by: Relation = EVERYBODY
    can_be_taken: bool = False
    lapses_to: str = ""

    @property
    def is_own(self) -> bool:
        """Whether everybody sees other cases on it: their own."""
        return self.seen_by.is_personal

    @property
    def waits_on(self) -> str | None:
        """The tab on which others find what stands here, now or once its time has run out; None for nowhere."""
        return self.lapses_to or (None if self.is_own else self.name)


type Tabs = Mapping[str, Tab]


def tabs(*rows: Tab) -> dict[str, Tab]:
    """The tabs of a list by name, in their order."""
    return {tab.name: tab for tab in rows}


def named(rows: Tabs) -> str:
    """The names of the tabs in a sentence of the API document; the first is meant where none is named."""
    first, *more = [f"`{name}`" for name in rows]
    return f"{first} (unless you say otherwise), {', '.join(more[:-1])} or {more[-1]}."


def columns_of(rows: Tabs) -> list[str]:
    """Every column of a case that says who sees it on one of these tabs."""
    return sorted({column for tab in rows.values() for column in tab.seen_by.columns})


def seen_on(rows: Tabs, actor: Actor) -> Q:
    """The cases that wait on a tab on which this member of staff sees them; what is their own is not among them."""
    shared = [tab for tab in rows.values() if not tab.is_own]
    seen = Q(waits_on__in=[tab.name for tab in shared if not tab.seen_by.columns])
    for tab in shared:
        if tab.seen_by.columns:
            seen |= Q(waits_on=tab.name) & tab.seen_by.where(actor)
    return seen


def can_be_taken[S: str](states: Mapping[S, State], tabs: Tabs) -> list[S]:
    """The states in which a case is taken, or can be once its holder's time has run out."""
    waits = waits_on(states, tabs)
    return [state for state, tab in waits.items() if tab is not None and tabs[tab].can_be_taken]


def is_leased(row: State, tabs: Tabs) -> bool:
    """Whether in this state a case is held for a time, and can be taken by others after it."""
    return bool(row.tab and tabs[row.tab].lapses_to)


def waits_on[S: str](states: Mapping[S, State], tabs: Tabs) -> dict[S, str | None]:
    """On which shared tab a case waits in each state."""
    return {state: tabs[row.tab].waits_on if row.tab else None for state, row in states.items()}
