"""The marketplace of a sandbox, asked without HTTP: the sample's orders, also between parties that a client made.

`O-2026-1007` is the sample's own; `O-2026-1007:pty_…:pty_…` is the same order, with its records, between that buyer and
that seller. So a client tries disputes out before it has a records server (docs/platform-records.md).
"""

from collections.abc import Sequence
from dataclasses import replace

from accounts.models import Installation
from casework import clock
from disputes.choices import Record
from disputes.records import FetchedRecord, Gap, OrderRecord
from sample.content.orders import InProcessPlatform


class SandboxPlatform(InProcessPlatform):
    """As `disputes.records.PlatformRecords` says."""

    def order(self, order_ref: str) -> OrderRecord | None:
        story, *sides = order_ref.split(":")
        found = super().order(story)
        if found is None or not sides:
            return found
        if len(sides) != 2:
            return None
        return replace(found, ref=order_ref, buyer=sides[0], seller=sides[1])

    def records(self, order_ref: str, kinds: Sequence[Record]) -> tuple[list[FetchedRecord], list[Gap]]:
        return super().records(order_ref.partition(":")[0], kinds)


def marketplace() -> SandboxPlatform | None:
    """The marketplace of this database; None where it is no sandbox. Its orders are told from when it was made."""
    row = Installation.objects.filter(is_sandbox=True).first()
    return None if row is None else SandboxPlatform(row.created_at, clock.now())
