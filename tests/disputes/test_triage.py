"""How the opening of a dispute is read: once, by tables and words, never in its way, and shown to neither side."""

from datetime import timedelta

import pytest
from django.utils import translation

from casework import outbox
from casework.errors import NotYourTurn
from casework.models import Event, OutboxMessage
from classifier.routing import DISPUTE_QUEUES
from disputes import commands, queries, triage
from disputes.api.outputs import DisputeQueueRowOutput
from disputes.commands import triage as recording
from disputes.default_table import GROUNDS
from disputes.models import Dispute, Offer, OpeningQueue, OpeningSketch, OpeningTriage, RepeatedOpening
from disputes.queries import triage as shown_triage
from tests import factories as make
from tests.disputes.building import fresh

pytestmark = pytest.mark.once

HOUR = timedelta(hours=1)
LETTER = (
    "我在这家店买的蓝牙耳机收到时右耳就没有声音，联系客服三次都说是我自己弄坏的，"
    "拒绝退货也拒绝换货，请平台核对物流签收时间和聊天记录后支持退款。"
)


def open_(court, statement, *, now=None, slug="not_received", actor=None, buyer=None, **order):
    """A dispute opened with these words; by bob unless another claimant is given."""
    values = {"buyer": buyer.external_ref} if buyer is not None else {}
    return commands.open_dispute(
        actor=actor or court.bob,
        order=court.order(**values, **order),
        filing=commands.DisputeFiling(ground=slug, remedy="REFUND", amount_minor=29_900, statement=statement),
        now=now or court.now,
    )


def read(court, dispute, now=None):
    commands.record_opening_triage(dispute_id=dispute.pk, now=now or court.now)
    return OpeningTriage.objects.get(dispute=dispute)


def another_buyer(court, name):
    party = make.make_party(court.client, "CONSUMER", name, now=court.now)
    return party, make.member(party, now=court.now, name=name)


def deliver(court, now=None):
    while outbox.sweep(now=now or court.now):
        pass


# — what is read —


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (LETTER, "zh"),
        ("The parcel never arrived and nobody answers my messages.", "en"),
        ("The parcel 一直没有收到 and the seller 不回复 my messages 请处理", "mixed"),
        ("Посылка так и не пришла, продавец не отвечает на сообщения", "unknown"),
        ("\u200b".join("快递一直没有收到请退款"), "zh"),
        ("Ｔｈｅ　ｐａｒｃｅｌ　ｎｅｖｅｒ　ａｒｒｉｖｅｄ", "en"),
        ("", ""),
        ("\u200b\u200d\u2060" * 40, ""),
        ("😡" * 40, ""),
        ("！！！……", ""),
    ],
)
def test_the_language_is_that_of_the_words_and_none_where_there_are_none(court, text, language):
    dispute = open_(court, text)

    row = read(court, dispute)

    assert row.language == language
    assert fresh(dispute).statement == text, "the original is never changed"


@pytest.mark.parametrize(
    "text", ["\x00", "\ud83d", "\ud83d" * 9 + "\x00右耳无声", "a\u0300" * 2_000, "\U000e0041" * 2_000]
)
def test_no_text_is_too_strange_to_be_read(text):
    """No database keeps the first of these; whatever keeps them one day, reading does not stop at them."""
    assert triage.read_text(text).language in ("", "zh", "en", "unknown")


@pytest.mark.parametrize(
    ("slug", "queue", "points"),
    [
        ("food_standard", "safety", {"safety": 5}),
        ("injury", "safety", {"safety": 5}),
        ("counterfeit", "fraud", {}),
        ("merchant_measure", "platform", {"livelihood": 2}),
        ("return_window", "statutory", {"clock": 2}),
        ("freight", "statutory", {}),
        ("prepaid_balance", "statutory", {"livelihood": 2, "clock": 2}),
        ("unauthorised_payment", "money", {}),
        ("not_received", "general", {}),
    ],
)
def test_queue_and_points_are_those_of_the_ground(court, slug, queue, points):
    row = read(court, court.open(slug))

    assert row.queue == queue
    given = {name: getattr(row, f"for_{name}") for name in ("safety", "livelihood", "clock")}
    assert {name: n for name, n in given.items() if n} == points


def test_every_ground_of_the_default_table_has_a_queue_of_the_list(court):
    for ground in GROUNDS:
        row = read(court, court.open(ground.slug))
        assert row.queue in OpeningQueue.values
    assert set(OpeningQueue.values) == set(DISPUTE_QUEUES)


def test_money_counts_as_paid_and_not_as_claimed(court):
    """A claim costs nothing to write, so it buys no place in the queue."""
    claimed = court.open("injury", remedy="COMPENSATE", amount=10**8)
    paid = court.open("not_received", amount_minor=2_000_000)

    assert read(court, claimed).for_money == 0
    assert read(court, paid).for_money == 2


def test_a_consumer_against_a_merchant_counts_and_a_merchant_against_a_consumer_does_not(court):
    assert read(court, court.open("not_received")).for_consumer == 1
    assert read(court, court.open("bad_faith_buyer")).for_consumer == 0
    assert read(court, court.open("consumer_restriction")).for_consumer == 0


def test_words_that_ask_for_a_person_count_in_any_disguise(court):
    row = read(court, open_(court, "我要转\u200b人\u200b工处理"))

    assert row.asks_for_a_person
    assert row.for_person == 1
    assert not read(court, open_(court, LETTER)).asks_for_a_person


def test_a_batch_is_of_other_claimants_with_an_open_dispute_about_the_same_shop_and_ground_lately(court):
    for name in ("b1", "b2", "b3"):
        party, actor = another_buyer(court, name)
        open_(court, "", actor=actor, buyer=party)
    party, gone = another_buyer(court, "b4")
    closed = open_(court, "", actor=gone, buyer=party)
    commands.withdraw_dispute(actor=gone, ref=closed.ref, now=court.now)
    party, old = another_buyer(court, "b5")
    open_(
        court, "", actor=old, buyer=party, now=court.now - timedelta(days=31), placed_at=court.now - timedelta(days=40)
    )
    party, elsewhere = another_buyer(court, "b6")
    open_(court, "", actor=elsewhere, buyer=party, seller=court.other.external_ref)
    party, otherwise = another_buyer(court, "b7")
    open_(court, "", actor=otherwise, buyer=party, slug="handed_to_others")
    for _ in range(4):
        open_(court, "")  # one's own make no batch

    mine = open_(court, "", now=court.now + HOUR)
    party, late = another_buyer(court, "b8")
    open_(court, "", actor=late, buyer=party, now=court.now + 2 * HOUR)

    row = read(court, mine, now=court.now + 3 * HOUR)
    assert (row.others, row.for_batch) == (3, 1)


def test_no_batch_is_counted_against_the_platform(court):
    court.open("consumer_restriction")

    assert read(court, court.open("consumer_restriction")).others == 0


# — once, and never in the way —


def test_an_opening_is_read_and_sketched_when_it_is_delivered_and_once_however_often_it_is(court):
    dispute = open_(court, LETTER)
    version = dispute.version
    deliver(court)
    before = OpeningTriage.objects.values().get(), OpeningSketch.objects.values().get()
    OutboxMessage.objects.update(state="PENDING", next_attempt_at=court.now)

    deliver(court, court.now + HOUR)

    assert (OpeningTriage.objects.values().get(), OpeningSketch.objects.values().get()) == before
    assert commands.record_opening_triage(dispute_id=dispute.pk, now=court.now) is None
    assert commands.record_repeated_openings(dispute_id=dispute.pk, now=court.now) == []
    assert fresh(dispute).version == version, "it moves nothing"


@pytest.mark.parametrize("broken", ["normalise", "runs"])
def test_a_reader_that_fails_is_tried_again_and_holds_nothing_up(court, broken, monkeypatch):
    def fail(_text):
        raise MemoryError

    module = triage if broken == "normalise" else recording
    with monkeypatch.context() as patch:
        patch.setattr(module, broken, fail)
        dispute = court.open()
        deliver(court)
        commands.answer_dispute(actor=court.alice, ref=dispute.ref, text="不同意。", refuses=True, now=court.now)
        commands.escalate_dispute(actor=court.bob, ref=dispute.ref, now=court.now)
        (row,) = queries.queue_for(court.mia, now=court.now)
        assert row.ref == dispute.ref
        waits = OutboxMessage.objects.filter(state="PENDING", attempts=1)
        assert {m.subscriber.rpartition(".")[2] for m in waits} == {
            "triage_opening" if broken == "normalise" else "find_repeated_openings"
        }

    deliver(court, court.now + HOUR)

    assert OpeningTriage.objects.filter(dispute=dispute).exists()
    assert not OutboxMessage.objects.exists()


# — nothing automatic where a person was asked for —


def decided_by_the_table(court, statement="右耳无声。", answer="不同意。"):
    """Evidence is closed and the table decides every fact, so that the system could propose what follows."""
    dispute = open_(court, statement)
    commands.answer_dispute(actor=court.alice, ref=dispute.ref, text=answer, refuses=True, now=court.now)
    commands.escalate_dispute(actor=court.bob, ref=dispute.ref, now=court.now)
    commands.join_dispute(actor=court.mia, ref=dispute.ref, now=court.now)
    later = court.now + timedelta(days=4)
    court.pass_time(later)
    deliver(court, later)
    assert fresh(dispute).state == "DELIBERATING"
    return dispute


def test_the_system_proposes_what_the_table_derives_where_nobody_asked_for_a_person(court):
    assert Offer.objects.filter(dispute=decided_by_the_table(court), by_system=True).exists()


@pytest.mark.parametrize("side", ["statement", "answer"])
def test_where_the_first_words_ask_for_a_person_the_system_proposes_nothing(court, side):
    dispute = decided_by_the_table(court, **{side: "请转人工处理，谢谢。"})

    assert not Offer.objects.filter(by_system=True).exists()
    assert not OutboxMessage.objects.exists()
    with pytest.raises(NotYourTurn):
        commands.propose_by_system(dispute_id=dispute.pk, terms=commands.Terms("RESEND"), now=court.now)


# — the order of what waits —


@pytest.fixture
def line(court):
    """Disputes that came in one after the other, an hour apart: nothing special, a return, a fake, unsafe food."""
    made = {}
    for hours, slug in enumerate(("not_received", "return_window", "counterfeit", "food_standard")):
        court.now += HOUR if hours else timedelta()
        made[slug] = court.escalated(slug)
        read(court, made[slug])
    return made


def slugs(court, made, now):
    names = {dispute.ref: slug for slug, dispute in made.items()}
    return [names[row.ref] for row in queries.queue_for(court.mia, now=now)]


def test_what_is_urgent_stands_ahead_of_its_due_time_but_nothing_due_later_before_what_the_law_times(court, line):
    assert slugs(court, line, court.now) == ["return_window", "food_standard", "not_received", "counterfeit"]


def test_once_little_time_is_left_only_due_time_counts(court, line):
    late = court.now + timedelta(hours=20)

    rows = queries.queue_for(court.mia, now=late)

    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)
    assert {row.place.rule for row in rows} == {"pressing"}
    assert {row.place.rule for row in queries.queue_for(court.mia, now=late + 6 * HOUR)} == {"late"}


def test_nothing_stands_further_ahead_than_half_of_the_time_to_join(court):
    """A case that nobody finds urgent is overtaken by nothing due twelve hours later, so it cannot wait for ever."""
    plain = court.escalated("not_received")
    read(court, plain)
    court.now += timedelta(hours=12, seconds=1)
    read(court, court.escalated("food_standard"))

    rows = queries.queue_for(court.mia, now=plain.platform_due_at - timedelta(hours=6, seconds=1))

    assert rows[0].ref == plain.ref
    assert rows[1].place.ahead == timedelta(hours=12)


def test_an_opening_that_was_not_read_waits_by_due_time_and_nothing_due_later_is_before_it(court):
    unread = court.escalated("not_received")
    court.now += HOUR
    read(court, court.escalated("food_standard"))

    first, second = queries.queue_for(court.mia, now=court.now)

    assert (first.ref, first.place.rule, first.language, first.queue) == (unread.ref, "unread", "", "")
    assert second.place.rule == "ahead"


def test_a_person_demanded_since_counts_like_one_asked_for_in_the_opening(court):
    plain, demanded = court.escalated("not_received"), court.escalated("not_received")
    for dispute in (plain, demanded):
        read(court, dispute)
    commands.demand_human(actor=court.bob, ref=demanded.ref, now=court.now)

    first, second = queries.queue_for(court.mia, now=court.now)

    assert (first.ref, first.place.rule, first.place.ahead) == (demanded.ref, "ahead", 4 * HOUR)
    assert first.place.why == ("consumer", "person")
    assert (second.place.rule, second.place.ahead) == ("due", timedelta())


def test_the_next_one_is_the_first_in_the_line(court, line):
    order = [row.ref for row in queries.queue_for(court.mia, now=court.now)]

    taken = [commands.join_next_dispute(actor=court.mia, now=court.now).ref for _ in order]

    assert taken == order


def test_the_ledger_says_whether_a_mediator_took_the_next_dispute_or_chose_it(court, line):
    following = commands.join_next_dispute(actor=court.mia, now=court.now)
    waiting = queries.queue_for(court.mia, now=court.now)[0]
    chosen = commands.join_dispute(actor=court.mia, ref=waiting.ref, now=court.now)

    joined = Event.objects.filter(type="dispute.joined").order_by("pk")
    assert [event.facts["picked"] for event in joined] == [False, True]
    with translation.override("en"):
        courses = [queries.timeline_of(court.mia, each) for each in (following, chosen)]
        said = [entry.text for course in courses for entry in course if entry.type == "dispute.joined"]
    assert said == ["A mediator joined.", "A mediator joined, who chose this very dispute out of the queue."]


def test_the_api_says_why_each_stands_where_it_stands(court, line):
    with translation.override("en"):
        shown = DisputeQueueRowOutput(queries.queue_for(court.mia, now=court.now), many=True).data

    assert [(row["place"]["rule"], row["place"]["ahead_minutes"]) for row in shown] == [
        ("clock", 720),
        ("ahead", 720),
        ("due", 0),
        ("due", 0),
    ]
    assert [reason["code"] for reason in shown[1]["place"]["why"]] == ["safety", "consumer"]
    assert shown[1]["queue"] == {"code": "safety", "label": "Safety"}
    assert shown[1]["language"]["code"] == "zh"


# — what repeats what —


@pytest.fixture
def pair(court):
    """A dispute, and another buyer's copy of its words against another shop, disguised, an hour later."""
    first = open_(court, LETTER)
    party, actor = another_buyer(court, "carol")
    copy = open_(
        court,
        "\u200b".join(LETTER.replace("蓝", "蓝 ")) + "！！",
        actor=actor,
        buyer=party,
        seller=court.other.external_ref,
        now=court.now + HOUR,
    )
    open_(court, "快递放在驿站被别人取走，驿站没有核对取件码，商家说不关他的事，要求平台按照丢件处理并赔偿。")
    return first, copy


@pytest.mark.parametrize("reverse", [False, True])
def test_the_later_opening_repeats_the_earlier_whichever_is_looked_at_first(court, pair, reverse):
    for dispute in sorted(Dispute.objects.all(), key=lambda d: d.pk, reverse=reverse):
        commands.record_repeated_openings(dispute_id=dispute.pk, now=court.now + 2 * HOUR)

    row = RepeatedOpening.objects.get()
    assert (row.dispute, row.earlier) == (pair[1], pair[0])
    assert row.overlap_permille > 900


def test_an_opening_of_few_words_is_no_copy_of_anything(court):
    for text in ("右耳无声。", "", "😡" * 40):
        for _ in range(2):
            dispute = open_(court, text)
            assert commands.record_repeated_openings(dispute_id=dispute.pk, now=court.now) == []
    assert not OpeningSketch.objects.exists()


@pytest.fixture
def held(court, pair):
    """Both are sketched, and mia holds the copy."""
    first, copy = pair
    carol = Event.objects.get(case_kind="dispute", case_id=copy.pk, type="dispute.opened").actor_ref
    assert carol != court.bob.ref
    for dispute in Dispute.objects.all():
        commands.record_repeated_openings(dispute_id=dispute.pk, now=court.now + 2 * HOUR)
        read(court, dispute)
    commands.answer_dispute(actor=court.eve, ref=copy.ref, text="不同意。", refuses=True, now=court.now + 2 * HOUR)
    commands.escalate_dispute(actor=court.eve, ref=copy.ref, now=court.now + 2 * HOUR)
    commands.join_dispute(actor=court.mia, ref=copy.ref, now=court.now + 2 * HOUR)
    return fresh(first), fresh(copy)


def test_of_a_dispute_that_the_mediator_holds_too_they_read_which(court, held):
    first, copy = held
    commands.answer_dispute(actor=court.alice, ref=first.ref, text="不同意。", refuses=True, now=court.now + 3 * HOUR)
    commands.escalate_dispute(actor=court.bob, ref=first.ref, now=court.now + 3 * HOUR)
    commands.join_dispute(actor=court.mia, ref=first.ref, now=court.now + 3 * HOUR)

    (seen,) = queries.repeats_shown_to(court.mia, copy).opened
    (back,) = queries.repeats_shown_to(court.mia, fresh(first)).opened

    assert (seen.ref, seen.number, seen.is_own, seen.is_same_order) == (first.ref, first.number, False, False)
    assert back.ref == copy.ref, "it is told on both"


def test_of_many_copies_the_most_alike_are_named_and_the_rest_are_counted(court, monkeypatch):
    monkeypatch.setattr(shown_triage, "MAX_SHOWN", 2)
    for extra in ("", "谢谢。", "谢谢平台，辛苦了。", "谢谢平台，辛苦各位了，等候回复。"):
        dispute = open_(court, LETTER + extra)
        commands.record_repeated_openings(dispute_id=dispute.pk, now=court.now)

    found = queries.repeats_shown_to(court.carl, dispute)

    assert ([repeat.overlap for repeat in found.opened], found.further, found.hidden) == ([100, 100], 1, 0)


def test_the_same_claimant_and_order_are_named_as_such(court):
    order = court.order()
    for slug in ("not_received", "handed_to_others"):
        dispute = commands.open_dispute(
            actor=court.bob,
            order=order,
            filing=commands.DisputeFiling(ground=slug, remedy="REFUND", amount_minor=29_900, statement=LETTER),
            now=court.now,
        )
        commands.record_repeated_openings(dispute_id=dispute.pk, now=court.now)

    (seen,) = queries.repeats_shown_to(court.carl, dispute).opened

    assert (seen.is_own, seen.is_same_order) == (True, True)


def test_nobody_else_reads_how_an_opening_was_read_or_what_it_repeats(court, held):
    first, copy = held
    for actor, dispute in ((court.eve, copy), (court.bob, first), (court.alice, first), (court.max, copy)):
        assert queries.triage_shown_to(actor, dispute) is None
        assert queries.repeats_shown_to(actor, dispute) == queries.Repeats((), 0, 0, 0, 0)
        assert queries.repeats_counted(actor, [dispute]) == {}
    assert queries.repeats_counted(court.mia, held) == {copy.pk: 1}
    assert queries.repeats_counted(court.carl, held) == {first.pk: 1, copy.pk: 1}


def test_whoever_answers_for_the_platform_reads_nothing_of_it(court):
    dispute = court.open("merchant_measure", remedy="LIFT")
    read(court, dispute)

    assert queries.triage_shown_to(court.carl, dispute) is None
    admin = make.staff("administrator", now=court.now, name="ada")
    assert queries.triage_shown_to(admin, dispute) is not None


def test_what_is_needed_is_what_the_ladders_say_now(court):
    dispute = court.joined("quality")
    facts = queries.facts_of(court.mia, queries.dispute_for(court.mia, dispute.ref))

    needed = queries.needed_evidence(facts)

    assert [n.no for n in needed] == [f.no for f in facts if f.current is not None]
    assert needed[0].accepts == facts[0].current.row.in_language("accepts")
    assert not needed[0].is_in
