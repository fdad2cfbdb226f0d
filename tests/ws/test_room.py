"""Talking in a room: echo after commit, numbers, lanes, names, masks, limits, taking back, presence, events."""

import asyncio
from datetime import timedelta

import pytest

from accounts.consumers import hubs
from casework import clock
from casework.errors import DeadlinePassed, NotAllowed, NotFound, NotYourTurn, TooManyRequests
from disputes import commands, queries
from disputes.commands.masking import masked
from disputes.consumers.frames import Frame
from disputes.models import AbuseReport, Dispute, EvidenceItem, Message, ReadMark, Room
from disputes.participants import Entry, picture_of
from disputes.web.context.conversation import entries
from tests import factories as make
from tests.laws import assert_refused
from tests.ws.serving import does, listen, post

pytestmark = pytest.mark.once_on_postgresql


async def test_a_message_reaches_both_sides_with_one_number(court, site):
    dispute = await does(court.open)
    bob, alice = await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.alice)

    echo = await bob.say("右耳没有声音", "c-1")
    seen = await alice.until(lambda one: [e for e in one.entries if e["type"] == "message"])

    assert echo["sequence"] == seen[0]["sequence"] == 2
    assert (seen[0]["text"], seen[0]["sender"], seen[0]["role"]) == ("右耳没有声音", "王女士", "claimant")
    assert (echo["mine"], seen[0]["mine"]) == (True, False)
    assert await does(lambda: Message.objects.get(room__dispute=dispute, sequence=2).text) == "右耳没有声音"


async def test_a_retried_client_id_is_one_message_with_one_answer_to_its_author_alone(court, site):
    dispute = await does(court.open)
    bob, alice = await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.alice)
    first = await bob.say("收到了吗", "lost-ack")

    for _ in range(3):
        await bob.send(type="message", client_id="lost-ack", text="收到了吗")
    answers = await bob.until(lambda one: one.of_type("message") if len(one.of_type("message")) == 4 else None)

    assert {a["sequence"] for a in answers} == {first["sequence"]}
    again = await does(post, court, dispute, court.bob, "收到了吗", client_id="lost-ack")
    assert again.sequence == first["sequence"]
    await alice.say("别人也可以用它", "lost-ack")
    seen = await bob.until(lambda one: one.of_type("message") if len(one.of_type("message")) == 5 else None)
    assert [e["client_id"] for e in seen[3:]] == ["lost-ack", ""]

    await bob.send(type="message", client_id="lost-ack", text="第二句")
    [refused] = await bob.until(lambda one: one.of_type("error"))
    assert (refused["code"], refused["client_id"]) == ("client-id-mismatch", "lost-ack")
    kept = Message.objects.filter(client_id="lost-ack").order_by("sequence")
    assert await does(lambda: [m.text for m in kept]) == ["收到了吗", "别人也可以用它"]


async def test_the_same_client_id_twice_in_one_batch_is_one_message(court, today):
    dispute = await does(court.open)
    room = await does(Room.objects.get, dispute=dispute, lane="both")
    posts = [commands.Post(court.bob, room.pk, "x", "同一条"), commands.Post(court.bob, room.pk, "x", "同一条")]

    first, second = await does(commands.post_batch, posts=posts, now=today)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.entry.sequence == second.entry.sequence == 2


async def test_one_bad_post_takes_no_other_down(court, site):
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob)

    for number, text in enumerate(["好", "\u200b \u3164", "", "坏\u0000", "字" * 4097, "😀" * 4096]):
        await bob.send(type="message", client_id=f"n{number}", text=text)
    answers = [await bob.echo(f"n{number}") for number in range(6)]

    assert [a["type"] for a in answers] == ["message", "error", "error", "error", "error", "message"]
    reasons = [a.get("reason") for a in answers[1:5]]
    assert reasons == ["text-required", "text-required", "text-nul", "text-too-long"]


async def test_contact_data_is_masked_for_everybody_and_kept(court, site):
    dispute = await does(court.open)
    bob, alice = await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.alice)

    echo = await bob.say("加我微信 13812345678", "m")
    seen = (await alice.until(lambda one: one.of_type("message")))[0]

    assert echo["text"] == seen["text"] == "加我微信 138****5678"
    assert await does(lambda: Message.objects.get(client_id="m").text) == "加我微信 13812345678"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打 +86 138-1234-5678 给我", "打 +86 138-****-5678 给我"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("身份证11010519491231002X。", "身份证110**************X。"),
        ("卡号6228480402564890018", "卡号***************0018"),
        ("4111 1111-1111 1111 谢谢", "**** ****-**** 1111 谢谢"),
        ("不是卡号：4111111111111112", "不是卡号：4111111111111112"),
        ("座机 0571-87654321", "座机 0571-******21"),
        ("订单号202611250001234567890", "订单号202611250001234567890"),
        ("运单 SF1380013800012 价格1999元", "运单 SF1380013800012 价格1999元"),
    ],
)
def test_what_is_masked(text, shown):
    assert masked(text) == shown
    assert len(masked(text)) == len(text)


async def test_a_person_writes_five_a_second_at_most(court, site, settings):
    settings.ROOM_MESSAGES_A_SECOND, settings.ROOM_MESSAGES_AT_ONCE = 0.001, 3
    dispute = await does(court.open)
    bob, alice = await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.alice)

    answers = [await bob.say("快", f"f{number}") for number in range(4)]
    other = await alice.say("别人还可以", "a")

    assert [a["type"] for a in answers] == ["message"] * 3 + ["error"]
    assert (answers[3]["code"], answers[3]["retry_after"]) == ("too-many-requests", 1)
    assert other["type"] == "message"
    with pytest.raises(TooManyRequests):
        await does(post, court, dispute, court.bob, "也不行")


async def test_lanes_are_apart(court, site):
    dispute = await does(court.joined)
    mine = await listen(site, dispute.ref, court.bob, lane="private")
    theirs = await listen(site, dispute.ref, court.alice, lane="private")
    both = await listen(site, dispute.ref, court.alice)
    mia = await listen(site, dispute.ref, court.mia, lane="claimant")

    await mine.say("只给专员看", "s")
    seen = (await mia.until(lambda one: one.of_type("message")))[0]
    answer = await mia.say("收到", "r")
    await theirs.say("商家这边", "t")

    assert (seen["text"], seen["lane"], seen["sequence"]) == ("只给专员看", "claimant", 1)
    assert (answer["sender"], answer["role"]) == (court.mia.code, "mediator")
    assert [e["text"] for e in theirs.entries] == ["商家这边"]
    assert not both.of_type("message")
    assert mine.entries[-1]["sender"] == court.mia.code


async def test_another_lane_is_no_lane(court, site):
    dispute = await does(court.joined)
    for who, lane in ((court.alice, "claimant"), (court.bob, "respondent"), (court.mia, "private"), (court.bob, "x")):
        listener = await listen(site, dispute.ref, who, lane=lane)
        assert await listener.until_closed() == 4404, (who, lane)
        with pytest.raises(NotFound):
            await does(queries.pictures_after, who, dispute.ref, lane, 0)


async def test_a_case_event_is_an_entry_and_talk_moves_no_version(court, site):
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob)
    await bob.say("先谈谈", "v")
    assert (await does(Dispute.objects.get, pk=dispute.pk)).version == dispute.version

    await does(
        commands.answer_dispute, actor=court.alice, ref=dispute.ref, text="不同意。", refuses=True, now=court.now
    )

    event = (await bob.until(lambda one: one.of_type("event")))[0]
    assert (event["event"], event["sequence"], event["lane"]) == ("dispute.answered", 3, "both")
    assert event["facts"]["refuses"] is True


async def test_who_decides_is_not_told_of_offers(court, site):
    dispute = await does(court.joined)
    bob, mia = await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.mia)

    terms = commands.Terms(remedy="PARTIAL_REFUND", amount_minor=1000)
    await does(commands.make_offer, actor=court.bob, ref=dispute.ref, terms=terms, now=court.now)

    side, decider = [(await one.until(lambda one: one.of_type("event")))[-1] for one in (bob, mia)]
    assert (side["event"], decider["event"]) == ("dispute.offer_made", "dispute.between_the_sides")
    assert side["sequence"] == decider["sequence"]
    assert (bool(side["facts"]), decider["facts"]) == (True, {})


async def test_a_message_is_taken_back_and_leaves_a_mark(court, site):
    dispute = await does(court.open)
    bob, alice = await listen(site, dispute.ref, court.bob), await listen(site, dispute.ref, court.alice)
    number = (await bob.say("说错了", "w"))["sequence"]

    await bob.send(type="recall", sequence=number)
    mark = await alice.until(lambda one: [e for e in one.entries if e.get("kind") == "recall"])
    late = await listen(site, dispute.ref, court.alice, after=0)
    seen = await late.until(lambda one: one.entries if len(one.entries) == 3 else None)

    assert (mark[0]["recalls"], mark[0]["sequence"], mark[0]["text"]) == (number, number + 1, "")
    assert (seen[1]["text"], seen[1]["recalled"]) == ("", number + 1)
    assert "说错了" not in str(late.frames)
    assert await does(lambda: Message.objects.get(client_id="w").text) == "说错了"


async def test_what_cannot_be_taken_back(court, today):
    def check():
        dispute = court.open()

        def recall(message, actor=court.bob, now=today):
            return commands.recall_message(
                actor=actor, ref=dispute.ref, lane="both", sequence=message.sequence, now=now
            )

        first, second, third = (post(court, dispute, court.bob, "原话") for _message in range(3))
        with pytest.raises(NotAllowed):
            recall(first, actor=court.alice)
        with pytest.raises(DeadlinePassed):
            recall(first, now=today + timedelta(minutes=10, seconds=1))
        recall(first, now=today + timedelta(minutes=10))
        with pytest.raises(NotYourTurn):
            recall(first)
        commands.stage_message(
            actor=court.bob, ref=dispute.ref, fact_no=1, sequence=second.sequence, caption="他们承认了", now=today
        )
        with pytest.raises(NotYourTurn, match="not-your-turn"):
            recall(second)
        assert EvidenceItem.objects.get().sha256 == second.sha256
        with pytest.raises(NotFound):
            commands.recall_message(actor=court.eve, ref=dispute.ref, lane="both", sequence=third.sequence, now=today)

    await does(check)


async def test_presence_typing_and_how_far_somebody_has_read(court, site, monkeypatch):
    monkeypatch.setattr("disputes.consumers.endpoint.READ_PAUSE", 0.05)
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob)
    alone = (await bob.until(lambda one: one.of_type("presence")))[-1]
    alice = await listen(site, dispute.ref, court.alice)
    together = await bob.until(lambda one: [f for f in one.of_type("presence") if len(f["sides"]) == 2])
    number = (await bob.say("在吗", "p"))["sequence"]

    for _ in range(5):
        await alice.send(type="typing")
    await alice.send(type="read", sequence=number)
    read = (await bob.until(lambda one: one.of_type("read")))[0]
    await alice.close()
    left = await bob.until(
        lambda one: one.of_type("presence") if one.of_type("presence")[-1]["sides"] == ["claimant"] else None
    )

    assert (alone["sides"], together[-1]["sides"]) == (["claimant"], ["claimant", "respondent"])
    assert bob.of_type("typing") == [{"type": "typing", "role": "respondent"}]
    assert (read["role"], read["sequence"]) == ("respondent", number)
    assert left
    for _ in range(100):
        if marks := await does(queries.read_marks_of, court.bob, dispute.ref, "both"):
            break
        await asyncio.sleep(0.02)
    assert marks == {"RESPONDENT": number}
    assert court.alice.ref not in str(bob.frames)


async def test_a_read_mark_only_moves_forward(court, today):
    def check():
        dispute = court.open()
        for _message in range(3):
            post(court, dispute, court.bob, "话")
        for sequence in (2, 4, 3):
            commands.mark_read(actor=court.alice, ref=dispute.ref, lane="both", sequence=sequence, now=today)
        assert ReadMark.objects.get().sequence == 4

    await does(check)


async def test_a_message_is_reported_once_by_a_person(court, today):
    def check():
        dispute = court.open()
        message = post(court, dispute, court.bob, "难听的话")
        named = {"ref": dispute.ref, "lane": "both", "sequence": message.sequence, "now": today}
        for _ in range(2):
            commands.report_message(actor=court.alice, **named)
        assert AbuseReport.objects.count() == 1
        with pytest.raises(NotAllowed):
            commands.report_message(actor=court.bob, **named)
        with pytest.raises(NotFound):
            commands.report_message(actor=court.eve, **named)
        colleague = make.member(dispute.claimant, now=today, role="staff")
        with pytest.raises(NotAllowed):
            commands.report_message(actor=colleague, **named)
        row = {"message": message, "reported_by_id": colleague.user_id, "reported_at": today}
        assert_refused("abuse_report_is_of_no_message_of_one_s_own_side", lambda: AbuseReport.objects.create(**row))
        shown = entries(colleague, dispute, "both", 0, today)[-1]
        assert (shown["ours"], shown["mine"], shown["can_report"], shown["can_recall"]) == (True, False, False, False)
        theirs = entries(court.alice, dispute, "both", 0, today)[-1]
        assert (theirs["ours"], theirs["can_report"]) == (False, True)

    await does(check)


async def test_a_closed_room_takes_no_message(court, site):
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob)
    await does(commands.withdraw_dispute, actor=court.bob, ref=dispute.ref, now=court.now)
    await bob.until(lambda one: one.of_type("event"))

    answer = await bob.say("还在吗", "z")

    assert (answer["type"], answer["code"]) == ("error", "not-your-turn")


async def test_a_message_written_elsewhere_without_a_hint_comes_with_the_heartbeat_which_carries_the_head(
    court, site, monkeypatch
):
    monkeypatch.setattr(hubs, "HEARTBEAT", 1)
    monkeypatch.setattr("disputes.commands.stream.LISTENERS", [])
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob)

    await does(post, court, dispute, court.alice, "没有提示")

    assert (await bob.until(lambda one: one.of_type("message")))[0]["text"] == "没有提示"
    assert await bob.until(lambda one: [f for f in one.of_type("heartbeat") if f["head"] == 2])


async def test_history_reads_as_the_socket_shows_it(court, site):
    dispute = await does(court.open)
    bob = await listen(site, dispute.ref, court.bob, after=0)
    await bob.say("手机 13812345678", "h")
    await bob.until(lambda one: len(one.entries) == 2)

    pictures = await does(queries.pictures_after, court.bob, dispute.ref, "both", 0)

    assert pictures == bob.entries
    assert await does(queries.pictures_after, court.alice, dispute.ref, "both", 1, 0) == []


def test_a_text_written_out_by_hand_is_the_picture():
    import json

    at = clock.timezone.now()
    for side in ("CLAIMANT", "RESPONDENT", "PLATFORM"):
        entry = Entry(1, "both", 7, "text", side, 5, 'a"\\\n\u2028', '名\t"字', "行\n\\u0041\x7f𠮷", "", {}, at)
        for reader, mine in ((5, True), (6, False)):
            assert json.loads(Frame(entry).for_reader(reader, is_side=True)) == picture_of(
                entry, mine=mine, is_side=True
            )
