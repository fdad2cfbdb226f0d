"""Frames that nobody planned: each is answered with a declared frame or ends its socket with a declared code."""

import asyncio
import json
from collections import Counter
from typing import Any

import pytest

from accounts.consumers.document import CLOSE_CODES
from tests.disputes.building import Court
from tests.extent import extent
from tests.generating import Lots
from tests.ws.serving import Site, does, listen

pytestmark = [pytest.mark.exhaustive, pytest.mark.once]

FRAMES = extent("generated frames over sockets", everyday=100, ci=150, full=4_000)
KINDS: tuple[dict[str, Any], ...] = (
    {"type": "message", "client_id": "a", "text": "还在"},
    {"type": "message", "client_id": "b", "text": "在", "lane": "both"},
    {"type": "typing"},
    {"type": "read", "sequence": 1},
    {"type": "resume", "after": 0},
    {"type": "recall", "sequence": 1},
    {"type": "no-such"},
)
A_FAULT_OF_OURS = 1011


async def test_no_generated_frame_is_a_mistake_of_ours(court: Court, site: Site, settings: Any) -> None:
    """That each frame of the server is declared is asserted of every listener, when it hangs up (conftest)."""
    settings.ROOM_MESSAGES_A_SECOND, settings.ROOM_MESSAGES_AT_ONCE = 1_000_000, 1_000_000
    lots, closed, answered = Lots(20261127), Counter[Any](), Counter[str]()
    dispute = await does(court.open)
    alice = await listen(site, dispute.ref, court.alice)
    bob = await listen(site, dispute.ref, court.bob)
    for sent in range(1, FRAMES + 1):
        frame = lots.changed(lots.choice(KINDS))
        text = json.dumps(frame, ensure_ascii=lots.random() < 0.5).encode("utf-8", "replace").decode()
        if lots.random() < 0.05:
            text = lots.text().encode("utf-8", "replace").decode()
        try:
            await bob.connection.send(text if lots.random() < 0.98 else text.encode())
            if sent % 20 == 0:
                await bob.say("还在", f"probe-{sent}")
        except Exception:  # noqa: BLE001  it was closed: how, is asserted below
            closed[await bob.until_closed()] += 1
            bob = await listen(site, dispute.ref, court.bob)
    await bob.say("到此", "the-end")
    answered.update(frame["type"] for frame in bob.frames)
    print(f"{FRAMES} frames: {dict(answered)}, closed {dict(closed)}")

    assert set(closed) <= set(CLOSE_CODES) - {A_FAULT_OF_OURS}
    assert {"message", "error"} <= set(answered)
    assert (await alice.say("我也在", "alice"))["type"] == "message"
    await asyncio.sleep(0)
