"""What a client may send: anything. Nothing but a frame means something, and nobody else notices."""

import asyncio
import json

import pytest

from tests.ws.serving import does, listen

pytestmark = pytest.mark.once

DEEP = '{"type":"message","text":' + "[" * 12_000 + "]" * 12_000 + "}"


MEANINGLESS = (
    (b"\x00\x01", "validation", "not-text"),
    ("", "validation", "not-json"),
    ("\u0000", "validation", "not-json"),
    ("no json", "validation", "not-json"),
    ('{"type":"typing"} {"type":"typing"}', "validation", "not-json"),
    ('{"type":"read","sequence":NaN}', "validation", "not-json"),
    ('{"type":"read","sequence":' + "9" * 5000 + "}", "validation", "not-json"),
    (DEEP, "validation", "too-deep"),
    ("[]", "validation", "not-a-frame"),
    ("null", "validation", "not-a-frame"),
    ('{"type":7}', "validation", "not-a-frame"),
    ('{"type":"typing","type":"message"}', "validation", "duplicate-key"),
    ('{"type":"event","sequence":1}', "validation", "unknown-type"),
    ('{"type":"message","client_id":"a","text":"我是平台","role":"mediator"}', "validation", "unknown-field"),
    ('{"type":"message","client_id":"a","text":["x"]}', "validation", "not-text"),
    ('{"type":"message","client_id":7,"text":"x"}', "validation", "not-text"),
    ('{"type":"message","client_id":"","text":"x"}', "validation", "client_id-required"),
    ('{"type":"message","client_id":"\\ud800","text":"x"}', "validation", "client_id-surrogate"),
    ('{"type":"message","client_id":"a","text":"\\ud800"}', "validation", "text-surrogate"),
    ('{"type":"message","client_id":"' + "a" * 65 + '","text":"x"}', "validation", "client_id-too-long"),
    ('{"type":"resume","after":-1}', "validation", "after-not-a-number"),
    ('{"type":"resume","after":true}', "validation", "after-not-a-number"),
    ('{"type":"resume"}', "validation", "after-not-a-number"),
    ('{"type":"read","sequence":99}', "validation", "sequence-out-of-range"),
    ('{"type":"recall","sequence":99}', "not-found", None),
    ('{"type":"typing","padding":"' + "x" * 54_000 + '"}', "too-large", "too-large"),
)


async def test_what_means_nothing_is_answered_with_a_code(court, site):
    dispute = await does(court.open)
    bob, alice = await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.alice)

    for count, (sent, _code, _reason) in enumerate(MEANINGLESS, start=1):
        await bob.connection.send(sent)
        await bob.until(lambda one, count=count: len(one.of_type("error")) == count)
    echo = await bob.say("还在", "after")

    answered = [(error["code"], error.get("reason")) for error in bob.of_type("error")]
    wrong = [
        (str(sent)[:40], got, (code, reason))
        for got, (sent, code, reason) in zip(answered, MEANINGLESS, strict=True)
        if got != (code, reason)
    ]
    assert wrong == []
    assert echo["sequence"] == 2
    seen = await alice.until(lambda one: one.of_type("message"))
    assert [e["text"] for e in seen] == ["还在"]


async def test_a_frame_in_pieces_is_a_frame(court, site):
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob)
    text = json.dumps({"type": "message", "client_id": "pieces", "text": "一句一句说"}, ensure_ascii=False)

    await bob.connection.send(iter([text[:20], text[20:41], text[41:]]))

    assert (await bob.echo("pieces"))["text"] == "一句一句说"


BREAKING = (
    (lambda line: line.protocol.send_text(b'{"type":"message","client_id":"\xff\xfe","text":"x"}'), 1007),
    (lambda line: line.protocol.send_text(b" " * (1 << 20)), 1009),
    (lambda line: line.protocol.send_binary(b"\0" * (1 << 20)), 1009),
    (lambda line: line.protocol.send_close(), 1005),
    (lambda line: line.protocol.send_close(3000, "bye"), 3000),
    (lambda line: line.transport.abort(), 1006),  # cut off without a word
)


async def test_what_breaks_the_protocol_ends_one_socket_which_leaves_the_room(court, site):
    dispute = await does(court.open)
    alice = await listen(site, dispute.ref, court.alice)
    for number, (breaks, code) in enumerate(BREAKING):
        bob = await listen(site, dispute.ref, court.bob)
        await alice.until(lambda one: len(one.of_type("presence")[-1]["sides"]) == 2)

        async with bob.connection.send_context():
            breaks(bob.connection)

        assert await bob.until_closed() == code
        await alice.until(lambda one: one.of_type("presence")[-1]["sides"] == ["respondent"])
        assert (await alice.say("我还在", f"a{number}"))["type"] == "message"


async def test_ten_thousand_frames_at_once_end_one_socket(court, site):
    dispute = await does(court.open)
    bob, alice = await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.alice)

    async def flood():
        for _ in range(10_000):
            await bob.connection.send('{"type":"typing"}')

    await asyncio.gather(flood(), return_exceptions=True)

    assert await bob.until_closed() == 1008
    assert (await alice.say("我还在", "a"))["type"] == "message"
    assert len(alice.of_type("typing")) <= 1
