"""Talking in a room: echo after commit, numbers, lanes, names, masks, limits, taking back."""

import pytest

from disputes.models import Message
from tests.ws.serving import does, listen

pytestmark = pytest.mark.usefixtures("court")


async def test_a_message_reaches_both_sides_with_one_number(court, site):
    dispute = await does(court.open)
    bob, alice = await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.alice)

    echo = await bob.say("右耳没有声音", "c-1")
    seen = await alice.until(lambda one: [e for e in one.entries if e["type"] == "message"])

    assert echo["sequence"] == seen[0]["sequence"] == 2
    assert (seen[0]["text"], seen[0]["sender"], seen[0]["role"]) == ("右耳没有声音", "王女士", "claimant")
    assert (echo["client_id"], seen[0]["client_id"]) == ("c-1", "")
    assert await does(lambda: Message.objects.get(room__dispute=dispute, sequence=2).text) == "右耳没有声音"
    await bob.close()
    await alice.close()
