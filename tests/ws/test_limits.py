"""How many sockets one person and one address have open at once."""

from prometheus_client import generate_latest

from config import figures
from tests.ws.serving import does, listen


def open_by_metrics() -> list[bytes]:
    return [line for line in generate_latest(figures.FIGURES).splitlines() if line.startswith(b"appeals_sockets_open{")]


async def test_the_oldest_socket_of_a_person_gives_way(court, site, settings):
    settings.SOCKETS_PER_PERSON = 3
    dispute = await does(court.open)
    alice = await listen(site, dispute.ref, court.alice)
    bobs = [await listen(site, dispute.ref, court.bob) for _one in range(5)]

    assert [await bobs[n].until_closed() for n in (0, 1)] == [4429, 4429]
    assert [one.closed_with for one in (alice, *bobs[2:])] == [None] * 4
    assert (await bobs[4].say("还在", "a"))["role"] == "claimant"
    [told] = await does(open_by_metrics)
    assert told.endswith(b" 4.0"), told

    for one in bobs[2:]:
        await one.close()
    again = [await listen(site, dispute.ref, court.bob) for _one in range(3)]
    assert (await again[0].say("又来了", "b"))["role"] == "claimant"


async def test_an_address_with_too_many_sockets_opens_no_more(court, site, settings):
    settings.SOCKETS_PER_ADDRESS = 2
    dispute = await does(court.open)
    first = await listen(site, dispute.ref, court.alice)
    second = await listen(site, dispute.ref, court.bob)

    refused = await listen(site, dispute.ref, court.mia)
    assert await refused.until_closed() == 4429
    assert (await first.say("还在", "a"))["role"] == "respondent"

    await second.close()
    third = await listen(site, dispute.ref, court.bob)
    assert (await third.say("来了", "b"))["role"] == "claimant"
