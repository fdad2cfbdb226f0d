"""What rows must say because the ledger says it.

An app lists in `claims.CLAIMS` by kind of case which rows hold what its events claim, and for each type of event a
generator of comparisons: what of the rows, what the event says, what the rows say. `casework.ledger.verify` finds where
the two differ. Where an event of an earlier release says nothing of something, nothing is compared.
"""

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch

from casework.canonical import moment
from casework.models import Case, Event

type Comparison = tuple[str, Any, Any]
type Claim = Callable[[Any, Event], Iterator[Comparison]]


@dataclass(frozen=True, slots=True)
class Claims:
    """What the events of one kind of case claim. `rows` are lookups to prefetch; `of_case` reads the whole chain."""

    by_event: Mapping[str, Claim]
    rows: "Sequence[str | Prefetch[Any]]" = ()
    of_case: Callable[[Any, Sequence[Event]], Iterator[Comparison]] | None = None
    parts: Sequence[str] = field(default=())
    """Foreign keys of the case to read along."""


@cache
def listed() -> Mapping[str, Claims]:
    """Every app's claims, by kind of case."""
    found: dict[str, Claims] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.claims"
        if config.name != "casework" and importlib.util.find_spec(name) is not None:
            found |= getattr(importlib.import_module(name), "CLAIMS", {})
    return found


def differences(case: Case, events: Sequence[Event]) -> Iterator[tuple[int, str]]:
    """Where the case's rows are not what its events claim: the event, and what of the rows."""
    claims = listed().get(case.KIND)
    if claims is None:
        return
    for event in events:
        claim = claims.by_event.get(event.type)
        if claim is not None:
            yield from ((event.sequence, what) for what in _differing(claim, case, event))
    if claims.of_case is not None:
        yield from ((events[-1].sequence, what) for what in _differing(claims.of_case, case, events))


def _differing(claim: Callable[..., Iterator[Comparison]], *arguments: Any) -> Iterator[str]:
    try:
        for what, claimed, found in claim(*arguments):
            if claimed != found:
                yield what
    except (ObjectDoesNotExist, StopIteration, RuntimeError) as error:
        # A generator that runs out of rows inside `next` raises RuntimeError; each means that a row is not there.
        if isinstance(error, RuntimeError) and not isinstance(error.__cause__, StopIteration):
            raise
        yield "a row is gone"


def said(event: Event, **found: Any) -> Iterator[Comparison]:
    """Compares facts of the event with what rows say, by the name of the fact."""
    return ((name, event.facts[name], value) for name, value in found.items() if name in event.facts)


def plain(value: Any) -> Any:
    """The value in a form that the ledger can digest: times as it writes them, floats and choices as text."""

    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return repr(value)
    return str(value) if isinstance(value, str) else value
