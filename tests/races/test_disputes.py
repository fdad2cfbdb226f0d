"""Two of a dispute's verbs at the same moment: one of them wins, the other is refused in plain words, nothing is lost.

Also four workers that sweep what is overdue. What does not belong here: the order of steps one after the other.
"""

import threading
import time
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection, transaction

from casework import deadlines, ledger
from casework.errors import CaseError, DeadlinePassed, Invalid, NotAllowed, NotFound, NotYourTurn, Stale
from casework.models import Deadline, Event
from disputes import commands
from disputes.commands import throttle
from disputes.default_table import fast_refunds
from disputes.models import Determination, Dispute, FactAtIssue, FastRefund, Message, Offer, Room
from tests import factories as make
from tests.disputes.building import NEVER_CAME, REFUNDED, build_court, fact, fresh, publish_table, stage
from tests.extent import extent
from tests.factories import confirmed_outage
from tests.races.racing import crowd, race, refused, won

pytestmark = [pytest.mark.races, pytest.mark.usefixtures("postgresql")]

TIMES = extent("races of two verbs of a dispute", everyday=10, ci=10, full=200)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def court(transactional_db, now):
    return build_court(now)


def many(make, times=TIMES):
    """Made in one transaction: on a real disk each commit waits."""
    with transaction.atomic():
        return [make() for _ in range(times)]


def state_of(dispute):
    return fresh(dispute).state


def end_well():
    """Whatever won: the ledger holds, and no room has a gap."""
    assert list(ledger.verify()) == []
    for room in Room.objects.all():
        assert list(room.messages.order_by("sequence").values_list("sequence", flat=True)) == list(
            range(1, room.head + 1)
        )


def one_winner(results, *refusals):
    """In every race one side won, and the others were refused in one of these ways. Returns the winners' places."""
    for sides in results:
        assert len(won(sides)) == 1, sides
        assert all(isinstance(error, refusals) for error in refused(sides)), sides
    return [next(place for place, side in enumerate(sides) if not isinstance(side, Exception)) for sides in results]


def test_two_mediators_who_join_one_dispute_are_one(court):
    waiting = many(court.escalated)

    def join(actor):
        return lambda i: commands.join_dispute(actor=actor, ref=waiting[i].ref, now=court.now)

    results = race([join(court.mia), join(court.max)], times=TIMES, jitter=0.002)

    for dispute, place in zip(waiting, one_winner(results, NotFound, NotYourTurn, Stale), strict=True):
        assert fresh(dispute).mediator_id == [court.mia, court.max][place].user_id
        assert Event.objects.filter(case_id=dispute.pk, type="dispute.joined").count() == 1
        running = Deadline.objects.filter(case_kind="dispute", case_id=dispute.pk, state="OPEN")
        assert running.filter(kind="dispute.production").count() == 1
    end_well()


def test_mediators_who_empty_the_queue_take_each_dispute_once(court):
    waiting = many(court.escalated)

    def work(number):
        taken = []
        while row := commands.join_next_dispute(actor=[court.mia, court.max][number % 2], now=court.now):
            taken.append(row.pk)
        return taken

    results = crowd(work, of=4)

    assert not refused(results)
    assert sorted(pk for taken in results for pk in taken) == sorted(d.pk for d in waiting)
    end_well()


def test_two_sides_that_accept_each_other_s_offers_agree_once(court):
    def both_offered():
        dispute = court.joined()
        made = [
            commands.make_offer(
                actor=actor, ref=dispute.ref, terms=commands.Terms("REFUND", amount_minor=amount), now=court.now
            )
            for actor, amount in ((court.bob, 20_000), (court.alice, 10_000))
        ]
        return dispute, *made

    pairs = many(both_offered)

    def accept(actor, place):
        return lambda i: commands.accept_offer(actor=actor, offer_ref=pairs[i][place].ref, now=court.now)

    results = race([accept(court.alice, 1), accept(court.bob, 2)], times=TIMES, jitter=0.002)

    for (dispute, *made), place in zip(pairs, one_winner(results, NotYourTurn, Stale), strict=True):
        states = [Offer.objects.get(pk=offer.pk).state for offer in made]
        assert states == (["ACCEPTED", "LAPSED"] if place == 0 else ["LAPSED", "ACCEPTED"])
        assert dispute.obligations.get().amount_minor == made[place].amount_minor
        assert state_of(dispute) == "CARRYING_OUT"
    end_well()


def test_what_was_submitted_in_time_and_what_silence_means_never_both_count(court):
    """Received at the last instant and committed when four workers already sweep, the grace being over."""

    def drafted():
        dispute = court.joined()
        stage(court.alice, dispute.ref, now=court.now)
        return dispute

    waiting = many(drafted)
    due = fact(waiting[0], 1).due_at
    Deadline.objects.exclude(kind="dispute.production").update(state="CANCELLED")

    def submit(i):
        time.sleep(0.004 * (i % 2))  # each has a head start half the time
        return commands.submit_evidence(actor=court.alice, ref=waiting[i].ref, fact_no=1, now=due)

    def sweep(i):
        one = Deadline.objects.filter(case_id=waiting[i].pk, kind="dispute.production", case_kind="dispute").first()
        return deadlines._fire(one, now=due + deadlines.grace())

    results = race([submit, *[sweep] * 4], times=TIMES, jitter=0.002)

    for dispute, (submitted, *sweeps) in zip(waiting, results, strict=True):
        assert not refused(sweeps)
        assert sweeps.count(True) <= 1
        row = fact(dispute, 1)
        silent = Event.objects.filter(type="fact.defaulted", case_id=row.pk).exists()
        if isinstance(submitted, Exception):
            assert isinstance(submitted, NotYourTurn | DeadlinePassed | Stale), submitted
            assert silent
            assert dispute.evidence.get().submission_id is None
        else:
            assert not silent, "it was received in time and acknowledged"
            assert row.awaits_ruling
    end_well()


def determine(court, dispute):
    return court.determine(dispute, now=court.now + 5 * DAY, **REFUNDED, **NEVER_CAME)


@pytest.fixture
def deliberating(court):
    """The seller stayed silent in all of them; mia may decide."""
    rows = many(court.joined)
    with transaction.atomic():
        court.pass_time(court.now + 4 * DAY)
    assert {state_of(row) for row in rows} == {"DELIBERATING"}
    return rows


def test_a_withdrawal_and_a_determination_never_both_count(court, deliberating):
    def withdraw(i):
        return commands.withdraw_dispute(actor=court.bob, ref=deliberating[i].ref, now=court.now + 5 * DAY)

    results = race([withdraw, lambda i: determine(court, deliberating[i])], times=TIMES, jitter=0.002)

    places = one_winner(results, NotYourTurn, Stale)
    for dispute, place in zip(deliberating, places, strict=True):
        assert state_of(dispute) == ["WITHDRAWN", "DETERMINED"][place]
        assert dispute.determinations.count() == place
    end_well()


def test_a_mediator_who_determines_in_two_windows_determines_once(court, deliberating):
    results = race([lambda i: determine(court, deliberating[i])] * 3, times=TIMES, jitter=0.002)

    one_winner(results, NotYourTurn, Stale)
    assert Determination.objects.count() == TIMES
    end_well()


def test_a_demand_for_a_person_leaves_no_proposal_of_the_system(court):
    """Whichever came first: none is open, and none comes later."""
    waiting = many(court.open)

    def demand(i):
        return commands.demand_human(actor=court.bob, ref=waiting[i].ref, now=court.now)

    def propose(i):
        time.sleep(0.003 * (i % 2))
        return commands.propose_by_system(
            dispute_id=waiting[i].pk, terms=commands.Terms("REFUND", amount_minor=100), now=court.now
        )

    results = race([demand, propose], times=TIMES, jitter=0.002)

    for dispute, (demanded, proposed) in zip(waiting, results, strict=True):
        assert isinstance(demanded, Dispute), demanded
        assert fresh(dispute).human_demanded
        assert not dispute.offers.filter(state="OPEN").exists()
        if isinstance(proposed, Exception):
            assert isinstance(proposed, NotYourTurn | Stale), proposed
        else:
            assert dispute.offers.get().state == "LAPSED"
    end_well()


def test_eight_writers_and_a_verb_share_one_count(court, settings):
    """Nothing that was acknowledged is missing, no number is given twice, and the case's own events are between."""
    settings.ROOM_MESSAGES_AT_ONCE = 1_000
    throttle.forget()
    dispute = court.joined()
    each, numbers = 25, count(1)

    def write(number):
        if number == 8:
            for _turn in range(each):
                terms = commands.Terms("REFUND", amount_minor=next(numbers))
                commands.make_offer(actor=court.bob, ref=dispute.ref, terms=terms, now=court.now)
            return []
        actor = [court.bob, court.alice, court.mia, court.staff][number % 4]
        said = []
        for turn in range(each):
            for _again in range(1 + turn % 2):  # a phone that heard no echo sends once more
                row = commands.post_message(
                    actor=actor, ref=dispute.ref, lane="both", client_id=f"{number}-{turn}", text="您好", now=court.now
                )
            said.append(row.sequence)
        return said

    results = crowd(write, of=9)

    assert not refused(results)
    said = [sequence for sequences in results for sequence in sequences]
    texts = Message.objects.filter(room__dispute=dispute, kind="text").values_list("sequence", flat=True)
    assert sorted(said) == sorted(texts)
    assert len(set(said)) == 8 * each
    assert all(sequences == sorted(sequences) for sequences in results), "one writer's own messages changed their order"
    end_well()


def test_whoever_lost_the_dispute_says_nothing_in_it_afterwards(court):
    """Handed over while the former mediator writes: after the entry that says so there is no word of theirs."""
    held = many(court.joined)

    def write(i):
        said = []
        for turn in range(4):
            try:
                said.append(
                    commands.post_message(
                        actor=court.mia, ref=held[i].ref, lane="both", client_id=f"m{turn}", text="您好", now=court.now
                    )
                )
            except CaseError as refusal:
                return said, refusal
        return said, None

    def hand_over(i):
        return commands.hand_over(actor=court.carl, ref=held[i].ref, to_code=court.max.code, now=court.now)

    results = race([write, hand_over], times=TIMES, jitter=0.004)

    for dispute, ((said, refusal), handed) in zip(held, results, strict=True):
        assert isinstance(handed, Dispute), handed
        assert refusal is None or isinstance(refusal, NotFound | NotAllowed), refusal
        over = Message.objects.get(room__dispute=dispute, event_type="dispute.handed_over").sequence
        assert all(message.sequence < over for message in said), "a word after the dispute was somebody else's"
    end_well()


# — four workers —


def overdue(court, how_many):
    """Disputes whose one fact waits for the seller, due a minute apart; copies of one that the verbs made.

    Copied past the laws, which ask how a case came to be: here only what happens to them matters.
    """
    made = court.joined("not_received")
    pattern, first = fresh(made), fact(made, 1)
    rooms = list(Room.objects.filter(dispute=pattern))
    due = first.due_at
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no law, here alone
        copies = [copy_of(pattern, ref=f"dsp_c{i}", number=f"D-c{i}", order_ref=f"O-c{i}") for i in range(how_many)]
        Dispute.objects.bulk_create(copies, batch_size=500)
        facts = [
            copy_of(
                first,
                ref=f"fct_c{i}",
                number=f"F-c{i}",
                dispute_id=copy.pk,
                base_due_at=due + timedelta(minutes=i),
                due_at=due + timedelta(minutes=i),
            )
            for i, copy in enumerate(copies)
        ]
        FactAtIssue.objects.bulk_create(facts, batch_size=500)
        Room.objects.bulk_create(
            [copy_of(room, dispute_id=copy.pk, head=0) for copy in copies for room in rooms], batch_size=500
        )
        for source, targets in ((pattern, copies), (first, facts)):
            chain = list(Event.objects.filter(case_kind=source.KIND, case_id=source.pk).order_by("sequence"))
            copied = []
            for target in targets:
                head = ""
                for event in chain:
                    again = copy_of(event, case_id=target.pk, case_ref=target.ref, previous=head)
                    head = again.hash = ledger.hash_of(again)
                    copied.append(again)
                target.head = head
            Event.objects.bulk_create(copied, batch_size=500)
            type(source).objects.bulk_update(targets, ["head"], batch_size=500)
        Deadline.objects.filter(state="OPEN").update(state="CANCELLED")
        Deadline.objects.bulk_create(
            [
                Deadline(
                    case_kind="dispute", case_id=f.dispute_id, kind="dispute.production", key="1", due_at=f.due_at,
                    set_at=court.now,
                )
                for f in reversed(facts)  # the youngest key is due first
            ],
            batch_size=500,
        )  # fmt: skip
    return copies, facts


def copy_of(row, **changes):
    model = type(row)
    values = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if not f.primary_key}
    return model(**values | changes)


@pytest.mark.parametrize(
    ("how_many", "down"),
    [
        pytest.param(40, None, id="some"),
        pytest.param(40, 5 * HOUR, id="some, an outage recorded meanwhile"),
        pytest.param(500, None, id="five hundred", marks=pytest.mark.exhaustive),
        pytest.param(10_000, None, id="ten thousand", marks=pytest.mark.nightly),
        pytest.param(1_000, 5 * HOUR, id="a thousand, an outage recorded meanwhile", marks=pytest.mark.nightly),
    ],
)
def test_four_workers_back_after_forty_days_carry_out_each_deadline_once_in_due_order(court, how_many, down):
    copies, facts = overdue(court, how_many)
    last = facts[-1].due_at
    if down is not None:
        confirmed_outage(
            actor=court.carl,
            started_at=court.now + HOUR,
            ended_at=court.now + HOUR + down,
            is_announced=False,
            cause="断电",
            now=court.now + DAY,
        )
    back = last + 40 * DAY

    def work(_number):
        done = 0
        while fired := deadlines.fire_due(now=back):
            done += fired
        return done

    counts = crowd(work, of=4, patience=HOUR.total_seconds())

    assert not refused(counts)
    keys = [copy.pk for copy in copies]
    silent = list(
        Event.objects.filter(type="dispute.fact_defaulted", case_id__in=keys)
        .order_by("pk")
        .values_list("case_id", "effective_at")
    )
    assert [pk for pk, _at in silent] == keys, "each once, in due order"
    assert [at for _pk, at in silent] == [f.due_at + (down or timedelta(0)) for f in facts]
    moved = Event.objects.filter(type="dispute.window_extended", case_id__in=keys).order_by("pk")
    assert list(moved.values_list("case_id", flat=True)) == (keys if down else [])
    fired = Deadline.objects.filter(case_id__in=keys, kind="dispute.production", state="FIRED")
    assert fired.count() == how_many * (2 if down else 1)
    assert not Deadline.objects.filter(case_id__in=keys, kind="dispute.production", state="OPEN").exists()
    assert sum(counts) == Deadline.objects.filter(state="FIRED").count(), "one was carried out twice"
    assert not Deadline.objects.filter(attempts__gt=0).exists()
    assert list(ledger.verify()) == []


def test_a_fast_refund_is_paid_once_and_never_after_an_opt_out(court):
    """Two who take it at once, a second claim for the money, and a shop that changes its mind while one is opened."""
    rules = fast_refunds(["not_received"], limit_minor=50_000)
    publish_table(court.platform, now=court.now, days=100, fast=rules)

    commands.opt_in_to_fast_refunds(actor=court.alice, party_ref=court.seller.ref, limit_minor=50_000, now=court.now)
    offered = many(court.open, 12)
    second = make.member(court.buyer, now=court.now, name="second")

    def take(actor):
        return lambda i: commands.accept_fast_refund(actor=actor, ref=offered[i].ref, now=court.now)

    for sides in race([take(court.bob), take(second)], times=12, jitter=0.002):
        assert not refused(sides), "who comes second finds it taken"
    for dispute in offered:
        assert Event.objects.filter(case_id=dispute.pk, type="dispute.fast_refunded").count() == 1
        assert dispute.obligations.get().debtor == "RESPONDENT"

    twice = many(lambda: court.open(amount=29_900), 12)

    def claim_more(i):
        return court.open("short_or_wrong", remedy="REFUND", amount=29_900, ref=twice[i].order_ref)

    def take_too(i):
        return commands.accept_fast_refund(actor=court.bob, ref=twice[i].ref, now=court.now)

    one_winner(race([claim_more, take_too], times=12, jitter=0.02), Invalid, NotYourTurn)

    changed = []
    consent = {"actor": court.alice, "party_ref": court.seller.ref, "limit_minor": 40_000, "now": court.now}
    changing = threading.Thread(
        target=lambda: (changed.append(commands.opt_in_to_fast_refunds(**consent)), connection.close())
    )
    with transaction.atomic():
        before = court.open()
        changing.start()
        changing.join(0.5)
        assert changing.is_alive(), "it waits for whoever rests on the consent as it is"
    changing.join(10)
    assert [consent.version for consent in changed] == [2], "and neither waits for the other for ever"
    assert before.fast_refund.opt_in.version == 1

    found = []
    opening = threading.Thread(target=lambda: (found.append(court.open().pk), connection.close()))
    with transaction.atomic():
        commands.opt_out_of_fast_refunds(actor=court.alice, party_ref=court.seller.ref, now=court.now)
        opening.start()
        opening.join(0.5)
        assert opening.is_alive(), "it waits to see whether the shop still pays"
    opening.join(10)
    assert len(found) == 1
    assert not FastRefund.objects.filter(dispute_id=found[0]).exists()
    end_well()
