"""What a state machine declares beside source and target, and how it is read. django-fsm declares, `firing` executes.

What does not belong here: executing anything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django_fsm import GET_STATE, FSMField, transition

from casework.models import Case, Event
from casework.states import UNKNOWN, State, Tabs, is_leased, unknown_label


class StateField(FSMField):
    """The state of a case: django-fsm's field, of which migrations keep a plain `CharField`.

    Each copy of a model that a migration makes would otherwise connect one more receiver to `class_prepared`, and each
    receiver is called for each copy: five million calls for one `migrate`.

    A state that a newer version wrote is shown as unknown, with its code.
    """

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False, **kwargs: Any
    ) -> None:
        super().contribute_to_class(cls, name, private_only, **kwargs)
        words = dict(self.flatchoices)
        setattr(cls, f"get_{name}_display", lambda row: str(words.get(row.state) or unknown_label(row.state)))

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs


ACTOR = "actor"


class Edges:
    """The edges of one verb, whose name their attribute has, as django-fsm takes it from a method."""

    def __init__(self, *edges: dict[str, Any]) -> None:
        self.edges = edges

    def __or__(self, other: "Edges") -> "Edges":
        return Edges(*self.edges, *other.edges)

    def __set_name__(self, owner: type[models.Model], name: str) -> None:
        def verb(self: models.Model, **_facts: Any) -> None: ...

        verb.__name__ = name
        for declared in self.edges:
            verb = transition(field="state", **declared)(verb)
        setattr(owner, name, verb)


def edge(
    source: Any,
    target: Any,
    event: str,
    *,
    conditions: Sequence[Callable[[Any], bool]] = (),
    cancels: tuple[str, ...] = (),
    by: tuple[str, ...] = (),
    takes: str = "",
    leaves: bool = False,
) -> Edges:
    """Declares that a verb leads from `source` (a state or several) to `target`; None keeps the state.

    What it says is `event`; it cancels the deadlines of these kinds; `by` is who it is for (charts only).
    What it does to whoever holds the case: `takes` is who does from now on, the `ACTOR` or whom the fact of that name
    refers to; with `leaves` nobody does.
    """
    custom = {"event": event, "cancels": cancels, "by": by, "takes": takes, "leaves": leaves}
    return Edges({"source": source, "target": target, "conditions": list(conditions), "custom": custom})


class OnTabs(models.Model):
    """A case that stands on tabs, with what its state comes to in columns, which `casework.firing` writes.

    Indexes and laws name these columns and no list of states, so that a new state or tab rebuilds none of them.
    """

    waits_on = models.CharField(max_length=20, null=True, editable=False)
    is_ended = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        abstract = True


def stored_with(model: type[Case], state: str) -> dict[str, Any]:
    """The columns that follow from the state alone."""
    if not issubclass(model, OnTabs):
        return {}
    row = row_of(model, state)
    return {"waits_on": tabs_of(model)[row.tab].waits_on if row.tab else None, "is_ended": not row.is_open}


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
    takes: str = ""
    leaves: bool = False
    chosen_by: Callable[[Any], Any] | None = None

    def allows(self, case: Case) -> bool:
        return all(condition(case) for condition in self.conditions)


def state_field(model: type[Case]) -> Any:
    """The django-fsm field that every concrete case takes from its machine."""
    return model._meta.get_field("state")  # type: ignore[misc]  # the spine has none, each case has


def states_of(model: type[Case]) -> Mapping[str, State]:
    """What the machine of `model` says of each state."""
    return model.STATES  # type: ignore[attr-defined,no-any-return]  # the spine has none, each case has


def tabs_of(model: type[Case]) -> Tabs:
    """The tabs of the list of staff in which cases of this kind stand, by name."""
    return getattr(model, "TABS", {})


def row_of(model: type[Case], state: str) -> State:
    """What is said of a state; of one that a newer version wrote, `UNKNOWN`."""
    return states_of(model).get(state, UNKNOWN)


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
            takes=t.custom["takes"],
            leaves=t.custom["leaves"],
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


def follows_from(step: Step, target: str, case: Case, actor: Any) -> dict[str, Any]:
    """The columns that follow from taking this edge, whatever the command says: of the state, and of who holds it.

    A time for which it was held is over where the new state is not held for a time.
    """
    model = type(case)
    changes = stored_with(model, target)
    if step.leaves:
        changes |= {column: model._meta.get_field(column).get_default() for column in model.HOLDER}  # type: ignore[union-attr]
    elif step.takes == ACTOR:
        changes |= {column: of(actor) for column, of in model.HOLDER.items()}
    if model.LEASE and not is_leased(states_of(model)[target], tabs_of(model)):
        changes[model.LEASE] = None
    return changes


def edge_of(model: type[Case], event: Event) -> Step | None:
    """The edge that an event went along; None where this version has no such edge."""
    return next(iter(_table(model).get((event.source, event.verb), [])), None)


def holder_after(model: type[Case], events: Iterable[Event]) -> str | None:
    """The ref of whoever holds the case after these events, as the edges say; None for nobody."""
    holder = None
    for event in events:
        step = edge_of(model, event)
        if step is not None and step.leaves:
            holder = None
        elif step is not None and step.takes:
            holder = event.actor_ref if step.takes == ACTOR else event.facts.get(step.takes)
    return holder


def verbs_that_take(model: type[Case]) -> list[str]:
    return sorted({step.verb for step in steps_of(model) if step.takes})


def held_since(model: type[Case], rows: Sequence[Case]) -> dict[int, datetime]:
    """Since when each of these cases has had whoever holds it, by its key."""
    taken = Event.objects.filter(
        case_kind=model.KIND, case_id__in=[each.pk for each in rows], verb__in=verbs_that_take(model)
    )
    return dict(taken.order_by().values("case_id").annotate(at=models.Max("at")).values_list("case_id", "at"))


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
