"""An idempotency key lives as long as its case, and three years at least; then a round of the worker deletes it."""

from datetime import timedelta
from typing import Any

import pytest

from casework import clock, subscribers
from casework.models import IdempotencyKey
from tests import factories as make
from tests.archive.test_forgeries import forge
from tests.conftest import World


def key(name: str, *, used: Any, operation: str = "POST /api/v1/me/set-language", body: bytes = b"{}") -> None:
    IdempotencyKey.objects.create(
        principal="usr_x", operation=operation, key=name, request_hash="h", body=body, created_at=used
    )


def test_only_those_end_that_are_old_and_whose_cases_are_over(
    world: World, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = make.file(world.alice, world.notice(), now=now)
    ended = make.file(world.alice, world.notice(), now=now)
    for ref, is_ended in ((opened.ref, "false"), (ended.ref, "true")):
        forge(f"UPDATE appeals_appeal SET updated_at = '2020-01-01', is_ended = {is_ended} WHERE ref = '{ref}'")
    recent = make.file(world.alice, world.notice(), now=now)
    forge(f"UPDATE appeals_appeal SET is_ended = true WHERE ref = '{recent.ref}'")
    today = clock.now()
    old = today - timedelta(days=4 * 365)
    key("of no case", used=old)
    key("of one that is over", used=old, operation=f"POST /api/v1/appeals/{ended.ref}/withdraw")
    key("of an open one", used=old, operation=f"POST /api/v1/appeals/{opened.ref}/withdraw")
    key("that made an open one", used=old, operation="POST /api/v1/x", body=f'{{"ref":"{opened.ref}"}}'.encode())
    key("of one that ended lately", used=old, operation=f"POST /api/v1/appeals/{recent.ref}/withdraw")
    key("used lately", used=today - timedelta(days=2 * 365))
    monkeypatch.setattr(subscribers, "AT_ONCE", 2)
    monkeypatch.setattr(subscribers, "_after", 0)
    monkeypatch.setattr(subscribers, "_next", None)

    rounds = [subscribers.end_old_keys(now=today) for _round in range(4)]

    left = set(IdempotencyKey.objects.values_list("key", flat=True))
    assert rounds == [2, 0, 0, 0]
    assert left == {"of an open one", "that made an open one", "of one that ended lately", "used lately"}
    key("of no case, too", used=old)
    assert subscribers.end_old_keys(now=today + timedelta(hours=23)) == 0  # once a day
    assert subscribers.end_old_keys(now=today + timedelta(hours=25)) == 0
    assert subscribers.end_old_keys(now=today + timedelta(hours=25)) == 0
    assert subscribers.end_old_keys(now=today + timedelta(hours=25)) == 1
