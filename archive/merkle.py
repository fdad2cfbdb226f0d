"""A Merkle tree over a list that only grows, as RFC 6962 (2.1) hashes it.

`Tree` keeps no leaves: the roots of its whole subtrees, from the largest to the smallest, are enough to add more. The
roots that `add` returns, kept beside each leaf, are enough to prove later that a leaf is in the list (`path`).
"""

import hashlib
from collections.abc import Callable, Sequence
from itertools import batched

type Nodes = Callable[[int], Sequence[bytes]]
"""Of the leaf at a place: its hash, and after it the roots of the whole subtrees that it completed, pairs first."""


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The tree of `size` leaves; `peaks` are the roots of its whole subtrees, one for each bit of `size`."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count():
            raise ValueError("a tree has one whole subtree for each bit of its size")
        self.size, self.peaks = size, list(peaks)

    def add(self, leaf: bytes) -> list[bytes]:
        """Adds a leaf; returns the roots of the whole subtrees that it completes, from pairs upwards."""
        found, size, completed = leaf_hash(leaf), self.size, []
        while size & 1:
            found, size = node_hash(self.peaks.pop(), found), size >> 1
            completed.append(found)
        self.peaks.append(found)
        self.size += 1
        return completed

    @property
    def root(self) -> bytes:
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        *rest, found = self.peaks
        for peak in reversed(rest):
            found = node_hash(peak, found)
        return found


def path(place: int, size: int, nodes: Nodes) -> list[bytes]:
    """The hashes that lead from the leaf at `place` to the root of the first `size` leaves (RFC 6962, 2.1.1)."""

    def root_of(start: int, end: int) -> bytes:
        if (end - start).bit_count() == 1:
            return nodes(end - 1)[(end - start).bit_length() - 1]
        middle = split(start, end)
        return node_hash(root_of(start, middle), root_of(middle, end))

    start, end, found = 0, size, []
    while end - start > 1:
        middle = split(start, end)
        if place < middle:
            found.append(root_of(middle, end))
            end = middle
        else:
            found.append(root_of(start, middle))
            start = middle
    return found[::-1]


def split(start: int, end: int) -> int:
    """Where the left subtree of these leaves ends: after the largest power of two that is less than all of them."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def root_and_paths(leaves: Sequence[bytes], places: Sequence[int] = ()) -> tuple[bytes, list[list[bytes]]]:
    """The root over leaves that are all at hand, and of the leaf at each place the hashes that lead to it."""
    level = [leaf_hash(leaf) for leaf in leaves] or [Tree().root]
    paths: list[list[bytes]] = [[] for _place in places]
    while len(level) > 1:
        for found, place in zip(paths, places, strict=True):
            if (beside := place ^ 1) < len(level):  # the last of an odd number goes up as it is
                found.append(level[beside])
        level = [node_hash(*pair) if len(pair) == 2 else pair[0] for pair in batched(level, 2)]
        places = [place // 2 for place in places]
    return level[0], paths
