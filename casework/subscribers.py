"""What the worker sees to in the kernel: idempotency keys end with their cases, once a day."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from casework.ledger import case_models
from casework.models import IDEMPOTENCY_YEARS, IdempotencyKey
from casework.refs import BASE58, REF_LENGTH
from casework.working_days import begun_before

AGAIN = timedelta(days=1)
AT_ONCE = 500
_REF = re.compile(rf"[a-z]{{2,8}}_[{BASE58}]{{{REF_LENGTH}}}")
_after = 0
_next: datetime | None = None


def end_keys(before: datetime, *, after: int = 0) -> tuple[int, int]:
    """Deletes those of the next keys that were used before this time and whose cases ended before it.

    It looks at `AT_ONCE` keys behind `after`, the oldest first. Returns how many it deleted, and behind which key to go
    on: 0 where none that old is left.
    """
    oldest = IdempotencyKey.objects.filter(pk__gt=after).order_by("pk")[:AT_ONCE]
    rows = [row for row in oldest if row.created_at < before]
    if not rows:
        return 0, 0
    named = {row.pk: set(_REF.findall(f"{row.operation} {row.headers} {bytes(row.body).decode()}")) for row in rows}
    live = _live(set().union(*named.values()), before)
    over = [pk for pk, refs in named.items() if not refs & live]
    count, _tables = IdempotencyKey.objects.filter(pk__in=over).delete()
    return count, rows[-1].pk


def _live(refs: Iterable[str], since: datetime) -> set[str]:
    """Those of these references that are cases which are open, or in which something happened since."""
    found: set[str] = set()
    for model in case_models():
        names = {field.name for field in model._meta.concrete_fields}
        goes_on = Q(updated_at__gte=since) | (Q(is_ended=False) if "is_ended" in names else Q())
        of_kind = [ref for ref in refs if ref.startswith(model.REF_PREFIX)]
        found.update(model._default_manager.filter(goes_on, ref__in=of_kind).values_list("ref", flat=True))
    return found


def end_old_keys(*, now: datetime) -> int:
    """Ends some of the keys that are old enough; of this process's round of all of them the next part."""
    global _after, _next
    if _next is not None and now < _next:
        return 0
    count, _after = end_keys(begun_before(now, 12 * IDEMPOTENCY_YEARS), after=_after)
    if not _after:
        _next = now + AGAIN
    return count


ROUTINES = {"idempotency keys": end_old_keys}
