"""What a state machine declares beside source and target, and how it is read. django-fsm declares, `firing` executes.

What does not belong here: executing anything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.utils.functional import Promise
from django_fsm import GET_STATE, FSMField

from casework.models import Case


class StateField(FSMField):
    """The state of a case: django-fsm's field, of which migrations keep a plain `CharField`.

    Each copy of a model that a migration makes would otherwise connect one more receiver to `class_prepared`, and each
    receiver is called for each copy: five million calls for one `migrate`.
    """

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs


def moves(event: str, *, cancels: tuple[str, ...] = (), by: tuple[str, ...] = ()) -> dict[str, Any]:
    """The `custom=` of a transition: its event, the deadline kinds it cancels, who it is for (charts only)."""
    return {"event": event, "cancels": cancels, "by": by}


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
        return self.is_open and not self.time_runs

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


def sql_list(states: Iterable[str]) -> str:
    """States of ours as a list in the SQL of a trigger."""
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a machine. A `target` of None keeps the state.

    Of edges by one verb from one state, which a `GET_STATE` declares, `chosen_by` names the target of a case.
    """

    verb: str
    source: str
    target: str | None
    event: str
    cancels: tuple[str, ...]
    by: tuple[str, ...]
    conditions: tuple[Any, ...]
    chosen_by: Callable[[Any], Any] | None = None

    def allows(self, case: Case) -> bool:
        return all(condition(case) for condition in self.conditions)


def state_field(model: type[Case]) -> Any:
    """The django-fsm field that every concrete case takes from its machine."""
    return model._meta.get_field("state")  # type: ignore[misc]  # the spine has none, each case has


def states_of(model: type[Case]) -> Mapping[str, State]:
    """What the machine of `model` says of each state."""
    return model.STATES  # type: ignore[attr-defined,no-any-return]  # the spine has none, each case has


def steps_of(model: type[Case]) -> list[Step]:
    """Every edge that the machine of `model` declares, in a stable order."""
    field = state_field(model)
    steps = [
        Step(
            verb=t.name,
            source=str(t.source),
            target=None if target is None else str(target),
            event=t.custom["event"],
            cancels=t.custom["cancels"],
            by=t.custom["by"],
            conditions=tuple(t.conditions),
            chosen_by=t.target.func if isinstance(t.target, GET_STATE) else None,
        )
        for t in field.get_all_transitions(model)
        for target in (t.target.allowed_states if isinstance(t.target, GET_STATE) else [t.target])
    ]
    return sorted(steps, key=lambda s: (s.source, s.verb, s.target or ""))


def step_for(case: Case, verb: str) -> Step | None:
    """The edge that `verb` takes from the case's present state, whatever its conditions say."""
    steps = _table(type(case)).get((str(case.state), verb), [])  # type: ignore[attr-defined]
    return next((s for s in steps if s.chosen_by is None or s.target == s.chosen_by(case)), None)


def verbs_open_to(case: Case) -> Iterator[str]:
    """The verbs possible in the case's present state, conditions included; permission is the policies' business."""
    for source, verb in _table(type(case)):
        if source == str(case.state) and (step := step_for(case, verb)) and step.allows(case):  # type: ignore[attr-defined]
            yield verb


_TABLES: dict[type[Case], dict[tuple[str, str], list[Step]]] = {}


def _table(model: type[Case]) -> dict[tuple[str, str], list[Step]]:
    if model not in _TABLES:
        _TABLES[model] = {}
        for step in steps_of(model):
            _TABLES[model].setdefault((step.source, step.verb), []).append(step)
    return _TABLES[model]


def mermaid(model: type[Case]) -> str:
    """The machine as a Mermaid state diagram; a state with no way out is final."""
    steps = steps_of(model)
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {state}" for state in model.OPENS_IN]
    lines += [f"    {s.source} --> {s.target or s.source} : {s.verb}" for s in steps]
    left = {s.source for s in steps if s.target is not None}
    field = state_field(model)
    lines += [f"    {value} --> [*]" for value, _label in field.choices or () if value not in left]
    return "\n".join(lines)
