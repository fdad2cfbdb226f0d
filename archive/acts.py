"""Acts of parties in checkpoints: each signs, of each kind of act, the root over those stored since the one before.

An app names a kind in `subscribers.ACTS = {kind: Acts(…)}`. No place of an act is stored: the root is worked out again
from the rows between two keys, by `verify` and for each receipt (`archive.receipts`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from archive.merkle import root_and_paths
from archive.models import Checkpoint
from casework import outbox
from casework.actor import ActorKind
from casework.models import Event

AT_MOST = 500_000
"""So many rows go into one root, so that a path is worked out in about a second; what is left goes into the next."""
EVENT = "event"


@dataclass(frozen=True, slots=True)
class Acts:
    """One kind of act of parties: its rows, and the hash of each by its columns."""

    rows: Callable[[], QuerySet[Any]]
    columns: Sequence[str]
    hash_of: Callable[..., str]

    def newest(self) -> int:
        pk: int | None = self.rows().order_by("-pk").values_list("pk", flat=True).first()
        return pk or 0

    def hashes(self, after: int, through: int) -> Iterator[tuple[int, bytes]]:
        """Key and hash of each act behind `after`, in the order of the keys."""
        rows = self.rows().filter(pk__gt=after, pk__lte=through).order_by("pk")
        for pk, *values in rows.values_list("pk", *self.columns).iterator(chunk_size=2000):
            yield pk, bytes.fromhex(self.hash_of(*values))


EVENTS = Acts(lambda: Event.objects.filter(actor_kind=ActorKind.PARTY), ("hash",), str)


def signed(before: Mapping[str, Any]) -> dict[str, Any]:
    """What a checkpoint says of each kind of act, given what the one before it said."""
    return {name: _signed(acts, before.get(name, {})) for name, acts in outbox.listed("ACTS").items()}


def _signed(acts: Acts, before: Mapping[str, Any]) -> dict[str, Any]:
    after, seen = before.get("through", 0), before.get("seen", 0)
    through = min(seen, after + AT_MOST)  # what was seen an hour ago is complete: no transaction takes so long
    leaves = [leaf for _pk, leaf in acts.hashes(after, through)]
    root, _paths = root_and_paths(leaves)
    return {
        "after": after,
        "through": through,
        "size": len(leaves),
        "root": root.hex(),
        "seen": max(seen, acts.newest()),
    }


def faults(rows: Iterable[Checkpoint]) -> Iterator[str]:
    """Where the acts of parties are not those that a checkpoint signs."""
    kinds, signed_until = outbox.listed("ACTS"), dict[str, int]()
    for row in rows:
        said = row.note.get("acts")
        for name, each in said.items() if isinstance(said, dict) else ():  # an earlier release said nothing of acts
            if (through := _as_signed(kinds.get(name), each, signed_until.get(name, 0))) is None:
                yield f"checkpoint {row.no}: acts of parties ({name}) are not those that it signs"
            else:
                signed_until[name] = through


def _as_signed(acts: Acts | None, said: Any, begins: int) -> int | None:
    """The key up to which this root has what the rows say; None where it has something else."""
    match said:
        case {"after": after, "through": int(through), "size": size, "root": root} if acts and after == begins:
            leaves = [leaf for _pk, leaf in acts.hashes(begins, through)]
            return through if (size, root) == (len(leaves), root_and_paths(leaves)[0].hex()) else None
    return None
