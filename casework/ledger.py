"""The hash chain of a case: what is hashed, how, and the proof that neither an event nor a row was changed.

Each event's hash covers its own content and the hash before it: SHA-256 over canonical JSON (keys sorted, no spaces,
UTF-8, no floats, after RFC 8785).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.apps import apps

from casework import claims
from casework.canonical import digest, moment
from casework.machine import stored_with
from casework.models import Case, Event

AT_ONCE = 200
"""So many cases are read together when all are verified."""


def content_of(event: Event) -> dict[str, Any]:
    """What an event's hash covers."""
    return {
        "case": event.case_ref,
        "kind": event.case_kind,
        "sequence": event.sequence,
        "type": event.type,
        "verb": event.verb,
        "source": event.source,
        "target": event.target,
        "actor": {"kind": event.actor_kind, "ref": event.actor_ref, "via": event.via},
        "at": moment(event.at),
        "effective_at": moment(event.effective_at),
        "facts": event.facts,
        "previous": event.previous,
    }


def hash_of(event: Event) -> str:
    return digest(content_of(event))


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the ledger does not hold: which case, at which event, and in what way."""

    case: str
    sequence: int
    what: str


def faults_in(events: Iterable[Event], *, version: int | None = None, head: str | None = None) -> Iterator[Fault]:
    """Every fault of one case's chain, in order; `version` and `head` are what the case row claims its end to be."""
    previous, expected, ref = "", 1, ""
    for event in events:
        ref = event.case_ref
        if event.sequence != expected:
            yield Fault(ref, expected, "missing")
            expected = event.sequence
        if event.previous != previous:
            yield Fault(ref, event.sequence, "broken-link")
        if hash_of(event) != event.hash:
            yield Fault(ref, event.sequence, "altered")
        previous, expected = event.hash, expected + 1
    if version is not None and version != expected - 1:
        yield Fault(ref, expected, "row-and-ledger-differ")
    elif head is not None and head != previous:
        yield Fault(ref, expected - 1, "head-differs")


def case_models() -> list[type[Case]]:
    """Every case table of the installed apps."""
    return [model for model in apps.get_models() if issubclass(model, Case)]


def verify() -> Iterator[Fault]:
    """Every fault of every case: of its chain, and where its row or another differs from what its events claim."""
    for model in case_models():
        claimed = claims.listed().get(model.KIND, claims.Claims({}))
        rows = model._default_manager.prefetch_related(*claimed.rows).order_by("pk")
        if claimed.parts:
            rows = rows.select_related(*claimed.parts)
        for cases in batched(rows.iterator(chunk_size=AT_ONCE), AT_ONCE):
            chains: dict[int, list[Event]] = {case.pk: [] for case in cases}
            for event in Event.objects.filter(case_kind=model.KIND, case_id__in=chains).order_by("case_id", "sequence"):
                chains[event.case_id].append(event)
            for case in cases:
                yield from _faults_of(case, chains[case.pk])
        orphans = Event.objects.filter(case_kind=model.KIND).exclude(case_id__in=model._default_manager.values("pk"))
        for ref in orphans.order_by("case_ref").values_list("case_ref", flat=True).distinct():
            yield Fault(ref, 0, "case-row-gone")


def _faults_of(case: Case, chain: Sequence[Event]) -> Iterator[Fault]:
    if not chain:
        yield Fault(case.ref, 1, "missing")
        return
    broken = list(faults_in(chain, version=case.version, head=case.head))
    yield from broken
    if chain[-1].case_ref != case.ref:
        yield Fault(case.ref, chain[-1].sequence, "row-differs: ref")
    if chain[-1].target != case.state:  # type: ignore[attr-defined]
        yield Fault(case.ref, case.version, "state-differs")
    if case.has_known_state:
        for column, value in stored_with(type(case), case.state).items():  # type: ignore[attr-defined]
            if getattr(case, column) != value:
                yield Fault(case.ref, case.version, f"row-differs: {column}")
    for sequence, what in () if broken else claims.differences(case, chain):  # what a broken chain says counts nothing
        yield Fault(case.ref, sequence, f"row-differs: {what}")
