"""A Merkle tree over a list that only grows, as RFC 6962 (2.1) hashes it.

`Tree` keeps no leaves: the roots of its whole subtrees, from the largest to the smallest, are enough to add more.
"""

import hashlib
from collections.abc import Sequence


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

    def add(self, leaf: bytes) -> None:
        found, size = leaf_hash(leaf), self.size
        while size & 1:
            found, size = node_hash(self.peaks.pop(), found), size >> 1
        self.peaks.append(found)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        *rest, found = self.peaks
        for peak in reversed(rest):
            found = node_hash(peak, found)
        return found
