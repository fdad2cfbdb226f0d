"""The single place where a case opens or a transition happens.

One firing: resolve the declared edge → check its conditions on the changed copy → `UPDATE … WHERE id AND version` whose
row count is the verdict → insert the event (sequence = version) → cancel and set deadlines → write the outbox. The
batch form does the same for many cases in the same handful of statements.

What does not belong here: permission (policies), time (passed in), rendering.
"""

import copy
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, cast

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework import observing, outbox
from casework.actor import Actor
from casework.compiled import insert
from casework.drafts import drop_what_is_no_longer_held
from casework.errors import PROBLEMS, CaseError, Invalid, NotYourTurn, Sealed, Stale, UnknownState, or_not_found
from casework.ledger import hash_of
from casework.machine import Step, follows_from, step_for, stored_with
from casework.models import Case, Deadline, DeadlineState, Event
from casework.named import named
from casework.refs import new_number, new_ref
from casework.row_digests import recording
from casework.triggers import SEALED, declared

LISTENERS: list[Callable[[Sequence[Event]], None]] = []
"""Called after commit with what was recorded: for open sockets, which may miss it. Reactions are subscribers."""


@dataclass(frozen=True, slots=True)
class DeadlineSpec:
    """A deadline to set: it replaces an open one of the same kind and key on the same case."""

    kind: str
    due_at: datetime
    key: str = ""
    is_provisional: bool = False
    calendar_version: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One case's share of a batch: the columns that change with it, the event's facts, the deadlines it sets, and from
    when it takes effect, if that is not now.
    """

    case: Case
    changes: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    deadlines: Sequence[DeadlineSpec] = ()
    cancels: tuple[str, ...] = ()
    effective_at: datetime | None = None


def command[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Run a command in one transaction; a law that the database refuses comes out as the coded error it stands for.

    A number that somebody has already (of 100,000 cases a day, every fourth day one) is drawn once more.
    """

    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(), recording():
            observing.observer.wrote(kwargs.get("actor"))
            return function(*args, **kwargs)

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            try:
                return attempt(*args, **kwargs)
            except IntegrityError as error:
                if not _is_taken_number(error):
                    raise
            return attempt(*args, **kwargs)
        except IntegrityError as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error

    return run


def _is_taken_number(error: IntegrityError) -> bool:
    diagnostics = getattr(error.__cause__, "diag", None)
    if diagnostics is not None:
        return str(diagnostics.constraint_name).endswith("_number_key")
    return re.fullmatch(r"UNIQUE constraint failed: \w+\.number", str(error)) is not None


def open_cases(
    moves: Sequence[Move], *, state: str, event: str, actor: Actor, now: datetime, verb: str = "open"
) -> list[Event]:
    """Creates every case of the batch at version 1 with its first event, deadlines and outbox rows.

    The cases are unsaved instances of one model; their state must be `state`. Raises `IntegrityError` as the tables do.
    """
    _require_transaction()
    if not moves:
        return []
    model = type(moves[0].case)
    events = []
    for move in moves:
        case = move.case
        case.ref = case.ref or new_ref(model.REF_PREFIX)
        case.number = case.number or new_number(model.NUMBER_PREFIX, now)
        case.created_at = case.updated_at = now
        case.version = 1
        case.__dict__.update(stored_with(model, state), state=state)
        first = _event(case, move, sequence=1, type_=event, verb=verb, source="", target=state, actor=actor, now=now)
        case.head = first.hash
        events.append(first)
    insert(*(move.case for move in moves))
    for move, first in zip(moves, events, strict=True):
        first.case_id = move.case.pk
    return _record(moves, events, now=now)


def open_case(
    case: Case,
    *,
    state: str,
    event: str,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    deadlines: Sequence[DeadlineSpec] = (),
    verb: str = "open",
) -> Event:
    """Creates one case at version 1; see `open_cases`."""
    move = Move(case=case, facts=facts or {}, deadlines=deadlines)
    return open_cases([move], state=state, event=event, actor=actor, now=now, verb=verb)[0]


def fire(
    case: Case,
    verb: str,
    *,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    deadlines: Sequence[DeadlineSpec] = (),
    cancels: tuple[str, ...] = (),
    effective_at: datetime | None = None,
    **changes: Any,
) -> Event:
    """Moves the case along `verb` and writes its event; afterwards `case` shows the new row.

    What the edge says of whoever holds the case, and what follows from the new state, need not be among `changes`.
    Raises `NotYourTurn` when the state or a condition forbids it, `UnknownState` where a newer version wrote the state,
    and `Stale` when somebody else moved it first.
    """
    move = Move(case, changes, facts or {}, deadlines, cancels, effective_at)
    return fire_many([move], verb, actor=actor, now=now)[0]


def fire_many(moves: Sequence[Move], verb: str, *, actor: Actor, now: datetime) -> list[Event]:
    """Moves every case of the batch along `verb`, or none. All are of one model; states may differ.

    Raises `NotYourTurn` and `Stale` like `fire`, for the first case that is refused.
    """
    _require_transaction()
    if not moves:
        return []
    model = type(moves[0].case)
    events, copies = [], []
    columns: set[str] = set()
    for move in moves:
        require_known_state(move.case)
        step = step_for(move.case, verb)
        if step is None:
            raise NotYourTurn()
        source = str(move.case.state)  # type: ignore[attr-defined]
        target = source if step.target is None else step.target
        changes = {**follows_from(step, target, move.case, actor), **move.changes}
        candidate = _changed(move.case, changes)
        if not step.allows(candidate):
            raise NotYourTurn()
        columns.update(changes)
        event = _event(
            move.case,
            move,
            sequence=move.case.version + 1,
            type_=step.event,
            verb=verb,
            source=source,
            target=target,
            actor=actor,
            now=now,
        )
        event.case_id = move.case.pk
        candidate.__dict__["state"] = target
        candidate.version, candidate.head, candidate.updated_at = event.sequence, event.hash, now
        events.append(event)
        copies.append((candidate, step))
    _update(model, moves, [candidate for candidate, _step in copies], columns)
    _cancel(model, moves, [step for _candidate, step in copies])
    recorded = _record(moves, events, now=now)
    for move, (candidate, _step) in zip(moves, copies, strict=True):
        drop_what_is_no_longer_held(move.case, candidate)
        move.case.__dict__.update(candidate.__dict__)
    return recorded


def locked[C: Case](model: type[C], visible: Q, ref: str, version: int | None = None) -> C:
    """Locks the case until the transaction ends and returns it. What may be seen is asked before waiting for the lock.

    Raises `NotFound` alike for missing and foreign, `UnknownState`, and `Stale` as `expect_version`.
    """
    pk = or_not_found(model._default_manager.filter(visible, ref=ref).values_list("pk", flat=True).first())
    case = model.lock(pk=pk)
    require_known_state(case)
    expect_version(case, version)
    return case


def require_known_state(case: Case) -> None:
    """Raises `UnknownState` for a case whose state a newer version of the program wrote."""
    if not case.has_known_state:
        raise UnknownState()


def expect_version(case: Case, version: int | None) -> None:
    """Raises `Stale` unless `version` is None, the case's own, or only `QUIET` events came after it."""
    if version is None or version == case.version:
        return
    since = Event.objects.filter(case_kind=case.KIND, case_id=case.pk, sequence__gt=version)
    if not case.QUIET or not 0 < version < case.version or since.exclude(type__in=case.QUIET).exists():
        raise Stale()


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a transition happens inside a transaction; decorate the command with @command")


def _changed(case: Case, changes: Mapping[str, Any]) -> Case:
    candidate = copy.copy(case)
    for name, value in changes.items():
        setattr(candidate, name, value)
    return candidate


def _event(
    case: Case,
    move: Move,
    *,
    sequence: int,
    type_: str,
    verb: str,
    source: str,
    target: str,
    actor: Actor,
    now: datetime,
) -> Event:
    event = Event(
        case_kind=case.KIND,
        case_ref=case.ref,
        sequence=sequence,
        type=type_,
        verb=verb,
        source=source,
        target=target,
        actor_kind=actor.kind.value,
        actor_ref=actor.ref,
        via=actor.via.value,
        at=now,
        effective_at=move.effective_at or now,
        facts=dict(move.facts) | _mandate(actor, case),
        previous=case.head,
    )
    event.hash = hash_of(event)
    return event


def _mandate(actor: Actor, case: Case) -> dict[str, str]:
    """Says of an act by an agent that it is one, and by which kind of authority."""
    role = actor.mandate_for((getattr(case, name) for name in case.PARTIES), case.matter) if actor.is_agent else ""
    return {"agent": role} if role else {}


def _update(model: type[Case], moves: Sequence[Move], copies: Sequence[Case], columns: Iterable[str]) -> None:
    names = sorted({model._meta.get_field(name).name for name in columns} | {"state", "head"})
    if len(moves) == 1:
        [move], [candidate] = moves, copies
        condition = Q(pk=move.case.pk, version=move.case.version, state=move.case.state)  # type: ignore[attr-defined]
        values = {name: _column(candidate, name) for name in names}
        values |= {"version": models.F("version") + 1, "updated_at": candidate.updated_at}
        moved = model._base_manager.filter(condition).update(**values)
    else:
        moved = _update_many(model, moves, copies, names)
    if moved != len(moves):
        raise Stale()


def _update_many(model: type[Case], moves: Sequence[Move], copies: Sequence[Case], names: Sequence[str]) -> int:
    """Updates each case whose row is still as it was read and returns how many were, in one statement. The ORM has only
    `CASE WHEN` for this, whose cost grows with the square of their number.
    """
    quote = connection.ops.quote_name
    fields = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in ("id", "version", *names)]
    values = [
        field.get_db_prep_save(value, connection)
        for move, candidate in zip(moves, copies, strict=True)
        for field, value in zip(
            fields, [move.case.pk, move.case.version, *(_column(candidate, name) for name in names)], strict=True
        )
    ]
    table = quote(model._meta.db_table)
    row = "(" + ", ".join(["%s"] * len(fields)) + ")"
    first = row
    if connection.vendor == "postgresql":  # which takes the types of a column from the first row
        first = "(" + ", ".join(f"%s::{field.db_type(connection)}" for field in fields) + ")"
    changed = ", ".join(
        f"{quote(str(field.column))} = moved.column{no}" for no, field in enumerate(fields, 1) if no > 2
    )
    sql = f"""UPDATE {table} SET {changed}, version = moved.column2 + 1, updated_at = %s
        FROM (VALUES {", ".join([first, *[row] * (len(moves) - 1)])}) AS moved
        WHERE {table}.id = moved.column1 AND {table}.version = moved.column2"""  # noqa: S608  # names of ours alone
    updated_at = cast("models.Field[Any, Any]", model._meta.get_field("updated_at"))
    with connection.cursor() as cursor:
        cursor.execute(sql, [updated_at.get_db_prep_save(copies[0].updated_at, connection), *values])
        return int(cursor.rowcount)


def _column(case: Case, name: str) -> Any:
    """The value of a column; a foreign key by its key, so that no related row is loaded."""
    attname: str = case._meta.get_field(name).attname  # type: ignore[union-attr]
    return getattr(case, attname)


def _cancel(model: type[Case], moves: Sequence[Move], steps: Sequence[Step]) -> None:
    cancelled: dict[tuple[str, ...], list[int]] = {}
    for move, step in zip(moves, steps, strict=True):
        if kinds := tuple(sorted({*step.cancels, *move.cancels})):
            cancelled.setdefault(kinds, []).append(move.case.pk)
    for kinds, ids in cancelled.items():
        named = [kind.partition(":") for kind in kinds]
        which = Q(kind__in=[name for name, _colon, key in named if not key])
        for name, _colon, key in (each for each in named if each[2]):
            which |= Q(kind=name, key=key)
        of_these = Deadline.objects.filter(which, case_kind=model.KIND, case_id__in=ids, state=DeadlineState.OPEN)
        of_these.update(state=DeadlineState.CANCELLED)


def _record(moves: Sequence[Move], events: list[Event], *, now: datetime) -> list[Event]:
    recorded = insert(*events)
    kind = events[0].case_kind
    wanted = [(move.case.pk, spec) for move in moves for spec in move.deadlines]
    replaced: dict[tuple[str, str], list[int]] = {}
    for pk, spec in wanted:
        replaced.setdefault((spec.kind, spec.key), []).append(pk)
    if wanted and any(event.sequence > 1 for event in events):
        those = reduce(or_, (Q(kind=name, key=key, case_id__in=ids) for (name, key), ids in replaced.items()))
        Deadline.objects.filter(those, case_kind=kind, state=DeadlineState.OPEN).update(state=DeadlineState.CANCELLED)
    insert(
        *(
            Deadline(
                case_kind=kind,
                case_id=pk,
                set_at=now,
                **named(spec, lambda s: (s.kind, s.key, s.due_at, s.is_provisional, s.calendar_version)),
            )
            for pk, spec in wanted
        )
    )
    outbox.write(recorded, now=now)
    transaction.on_commit(lambda: _notify(recorded), robust=True)
    return recorded


def _notify(recorded: Sequence[Event]) -> None:
    for listener in LISTENERS:
        listener(recorded)


def refusal_of(error: IntegrityError) -> CaseError | None:
    """The coded refusal that a broken constraint or trigger stands for; None for no declared law."""
    name = constraint_name(error)
    if name is None:
        return None
    code = _problem_codes().get(name)
    if code == SEALED:
        return Sealed()
    return None if code is None else PROBLEMS.get(code, Invalid)(_law(name))


def constraint_name(error: IntegrityError) -> str | None:
    """The name of the constraint or trigger that refused, on either database."""
    diagnostics = getattr(error.__cause__, "diag", None)
    if diagnostics is not None:
        return diagnostics.constraint_name or None
    text = str(error)
    words = set(re.findall(r"\w+", text))  # whole names: one law's name may end with another's
    for name in _problem_codes():
        if name in words:
            return name
    if text.startswith("UNIQUE constraint failed: "):
        columns = frozenset(text.removeprefix("UNIQUE constraint failed: ").split(", "))
        return _unique_columns().get(columns)
    return None


@functools.cache
def _problem_codes() -> dict[str, str]:
    codes = {
        constraint.name: constraint.violation_error_code or "validation"
        for model in apps.get_models()
        for constraint in model._meta.constraints
    }
    return codes | {trigger.name: trigger.problem for trigger in declared()}


@functools.cache
def _unique_columns() -> dict[frozenset[str], str]:
    return {
        frozenset(f"{model._meta.db_table}.{model._meta.get_field(name).column}" for name in constraint.fields): (  # type: ignore[union-attr]
            constraint.name
        )
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields
    }


def _law(name: str) -> Any:
    messages = {
        constraint.name: constraint.violation_error_message
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != constraint.default_violation_error_message
    }
    return messages.get(name) or _("The database refused this step: it would break a rule that always holds.")
