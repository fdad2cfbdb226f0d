"""Many ask for the same thing at once: one gets it, the others get a coded refusal or the same answer."""

import threading
import time
from datetime import timedelta
from itertools import count, pairwise

import pytest
from django.db import connection, transaction
from django.db.models import Q

from appeals import commands as appeals
from appeals.models import Appeal, Decision
from casework import deadlines, idempotency, ledger, outbox
from casework.errors import AlreadyAppealed, InProgress, LeaseLost, NotFound, NotYourTurn, Stale
from casework.firing import DeadlineSpec, fire
from casework.models import Deadline, Event, IdempotencyKey, OutboxMessage
from notices import commands as notices
from notices.models import Notice
from rules.commands import ClauseText
from rules.models import RuleVersion
from rules.terms import SHIPPED
from tests import factories as make
from tests.races.racing import crowd, race, refused, won

pytestmark = [pytest.mark.races, pytest.mark.usefixtures("postgresql")]


def test_two_decisions_of_one_holder_make_one(arena):
    """R2: the same reviewer in two windows, and another reviewer without the case."""
    now = arena.now
    ready = [
        make.ready_to_decide(arena.rita, make.file(arena.alice, arena.notice(), now=now), now=now) for _ in range(20)
    ]

    def decide(actor, outcome):
        return lambda i: make.decide(actor, Appeal.objects.get(pk=ready[i].pk), now=now, outcome=outcome)

    results = race(
        [decide(arena.rita, "OVERTURNED"), decide(arena.rita, "UPHELD"), decide(arena.rosa, "OVERTURNED")],
        times=len(ready),
        jitter=0.003,
    )

    for appeal, sides in zip(ready, results, strict=True):
        assert len(won(sides)) == 1
        assert {type(r) for r in refused(sides[:2])} <= {Stale, NotYourTurn, LeaseLost}, sides
        assert type(sides[2]) in (Stale, NotYourTurn, LeaseLost, NotFound), sides  # decided, it is none of theirs
        assert Decision.objects.get(appeal=appeal).outcome == won(sides)[0].outcome
    assert list(ledger.verify()) == []


def test_two_reviewers_with_stale_versions_make_one_decision(arena):
    """R2: the lease ran out, another reviewer takes the case while the first one decides."""
    now = arena.now
    late = now + timedelta(minutes=16)
    ready = [
        make.ready_to_decide(arena.rita, make.file(arena.alice, arena.notice(), now=now), now=now) for _ in range(20)
    ]

    def decide_late(i):
        return make.decide(arena.rita, ready[i], now=late - timedelta(minutes=2))

    def take_over_and_decide(i):
        make.ready_to_decide(arena.rosa, Appeal.objects.get(pk=ready[i].pk), now=late)
        return make.decide(arena.rosa, Appeal.objects.get(pk=ready[i].pk), now=late, outcome="UPHELD")

    results = race([decide_late, take_over_and_decide], times=len(ready), jitter=0.004)

    for appeal, sides in zip(ready, results, strict=True):
        assert len(won(sides)) == 1, sides
        decision = Decision.objects.get(appeal=appeal)
        assert decision.reviewer_id == won(sides)[0].reviewer_id
    assert list(ledger.verify()) == []


def test_one_key_sent_32_times_has_one_effect(arena):
    """R4: a twin that finds the first one running is told so; whoever comes later gets the stored answer."""
    effects = count(1)

    def once(number):
        def effect():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.05)")
            return idempotency.Answer(status=201, body=b"%d" % next(effects))

        return idempotency.run_once(
            principal="usr_a", operation="POST x", key="k", request_hash="h", now=arena.now, effect=effect
        )

    results = crowd(once, of=32)

    assert [r.answer.body for r in won(results)].count(b"1") == len(won(results))
    assert [type(r) for r in won(results)].count(idempotency.Fresh) == 1
    assert {type(r) for r in refused(results)} <= {InProgress}
    assert next(effects) == 2
    assert IdempotencyKey.objects.count() == 1
    assert isinstance(once(0), idempotency.Replay)


def test_after_a_request_that_failed_its_twin_is_carried_out(arena):
    """R4: the first one dies before its commit; nothing of it is left and the retry goes through."""

    def fail():
        Event.objects.count()
        raise OSError("the worker is gone")

    asked = {"principal": "usr_a", "operation": "POST x", "key": "k", "request_hash": "h", "now": arena.now}
    with pytest.raises(OSError, match="gone"):
        idempotency.run_once(**asked, effect=fail)

    results = crowd(lambda _n: idempotency.run_once(**asked, effect=lambda: idempotency.Answer(status=200)), of=8)

    assert [type(r) for r in won(results)].count(idempotency.Fresh) == 1


def test_32_appeals_against_one_notice_are_one(arena):
    """R10: one row, and everybody else is pointed to it."""
    notice = arena.notice()

    results = crowd(lambda _n: make.file(arena.alice, notice, now=arena.now), of=32)

    [appeal] = won(results)
    assert {type(r) for r in refused(results)} == {AlreadyAppealed}
    assert {r.actions[0]["appeal"] for r in refused(results)} == {appeal.ref}
    assert Appeal.objects.count() == 1
    assert Event.objects.filter(case_kind="notice", type="notice.appealed").count() == 1


def test_16_reviewers_who_ask_for_the_next_case_get_16_cases(arena):
    now = arena.now
    reviewers = [make.staff("reviewer", now=now) for _ in range(16)]
    filed = [make.file(arena.alice, arena.notice(), now=now) for _ in range(16)]

    claimed = won(crowd(lambda n: appeals.claim_next_appeal(actor=reviewers[n], now=now), of=16))

    assert sorted(a.pk for a in claimed) == sorted(a.pk for a in filed)
    assert Event.objects.filter(type="appeal.claimed").count() == 16
    assert appeals.claim_next_appeal(actor=arena.rosa, now=now) is None


def test_reviewers_who_empty_the_queue_take_each_case_once(arena):
    """Four work the queue down; nobody meets another's case and none is left behind."""
    now = arena.now
    reviewers = [make.staff("reviewer", now=now) for _ in range(4)]
    filed = [make.file(arena.alice, arena.notice(), now=now) for _ in range(40)]

    def work(number):
        taken, misses = [], 0
        while misses < 3:
            appeal = appeals.claim_next_appeal(actor=reviewers[number], now=now)
            misses = misses + 1 if appeal is None else 0
            taken += [appeal.pk] if appeal is not None else []
        return taken

    results = crowd(work, of=4)

    assert not refused(results)
    assert sorted(pk for taken in results for pk in taken) == sorted(a.pk for a in filed)
    assert all(results), "one reviewer did all the work: not a race"


def test_a_lease_is_kept_or_lost_never_both(arena):
    """The holder prolongs at the moment at which it runs out while another reviewer takes the case."""
    now = arena.now
    filed = [make.file(arena.alice, arena.notice(), now=now) for _ in range(40)]
    for appeal in filed:
        appeals.claim_appeal(actor=arena.rita, ref=appeal.ref, now=now)
    ends = now + timedelta(minutes=15)

    def keep(i):
        time.sleep((0, 0.006, 0, 0.06)[i % 4])  # each has a head start at times, a long one too
        return appeals.keep_lease(actor=arena.rita, ref=filed[i].ref, now=ends)

    def take(i):
        time.sleep((0, 0, 0.06, 0)[i % 4])
        return appeals.claim_appeal(actor=arena.rosa, ref=filed[i].ref, now=ends + timedelta(microseconds=1))

    results = race([keep, take], times=len(filed), jitter=0.002)

    for appeal, (kept, taken) in zip(filed, results, strict=True):
        appeal.refresh_from_db()
        if isinstance(kept, LeaseLost):
            assert appeal.reviewer_id == arena.rosa.user_id
        else:
            assert isinstance(taken, LeaseLost)
            assert (appeal.reviewer_id, appeal.lease_expires_at) == (arena.rita.user_id, kept)
    assert 0 < len(refused([kept for kept, _taken in results])) < len(filed), "not exercised"
    assert list(ledger.verify()) == []


def test_four_workers_fire_each_deadline_once(arena):
    now = arena.now
    issued = [arena.notice(measures=[make.measure(now)]) for _ in range(40)]
    later = now + timedelta(days=400)

    def work(_n):
        return sum(iter(lambda: deadlines.fire_due(now=later), 0))

    counts = [*crowd(work, of=4), work(0)]  # a case that another worker holds is left to the next round

    assert not refused(counts)
    assert sum(counts) == 80  # the measure's period and the window to appeal, of each
    assert set(Deadline.objects.filter(case_kind="notice").values_list("state", flat=True)) == {"FIRED"}
    for kind in ("notice.ended", "notice.appeal_window_closed"):
        assert Event.objects.filter(type=kind).count() == len(issued)
    assert list(ledger.verify()) == []


def test_a_reply_and_its_deadline_never_both_count(arena, settings):
    """R3: the answer is received at the last instant while four workers sweep at the end of the grace."""
    now = arena.now
    filed = []
    for _ in range(25):
        appeal = make.ready_to_decide(arena.rita, make.file(arena.alice, arena.notice(), now=now), now=now)
        appeals.request_information(actor=arena.rita, ref=appeal.ref, item="发票", fact="售价", due_at=None, now=now)
        filed.append(appeal)
    due = now + SHIPPED["information_time"].length
    Deadline.objects.exclude(kind="appeal.information").update(state="CANCELLED")

    def respond(received):
        return lambda i: appeals.respond_to_request(actor=arena.alice, ref=filed[i].ref, answer="见附件", now=received)

    def sweep(_i):
        return deadlines.fire_due(now=due + deadlines.grace())

    in_time = race([respond(due), *[sweep] * 4], times=len(filed), jitter=0.001)

    answered = lapsed = 0
    for appeal, (reply, *_sweeps) in zip(filed, in_time, strict=True):
        request = appeal.requests.get()
        assert (request.answered_at is None) != (request.lapsed_at is None)
        assert (request.answered_at is not None) == isinstance(reply, Appeal)
        answered += request.answered_at is not None
        lapsed += request.lapsed_at is not None
    assert answered + lapsed == len(filed)
    assert Event.objects.filter(type="appeal.information_lapsed").count() == lapsed
    assert list(ledger.verify()) == []


def test_three_workers_deliver_a_message_once(arena, monkeypatch):
    now = arena.now
    delivered = count(1)

    def slow(_event, *, now):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")
        next(delivered)

    make.file(arena.alice, arena.notice(), now=now)
    message = OutboxMessage.objects.get(subscriber="triage.subscribers.triage")
    monkeypatch.setattr(outbox, "_by_name", lambda: {message.subscriber: slow})

    results = crowd(lambda _n: outbox.deliver(message.pk, now=now), of=3)

    assert sorted(results) == [False, False, True]
    assert next(delivered) == 2
    assert not OutboxMessage.objects.filter(pk=message.pk).exists()


def test_writers_of_one_case_keep_one_chain(arena):
    """R7: sixteen writers take turns by the version; the losers retry, and the chain has no fork and no gap."""
    notice = arena.notice()

    def write(number):
        for _attempt in range(200):
            try:
                with transaction.atomic():
                    mine = Notice.objects.get(pk=notice.pk)
                    return fire(
                        mine, "close_appeal_window", actor=arena.platform, now=arena.now, facts={"writer": number}
                    )
            except Stale:
                continue
        raise AssertionError(f"writer {number} never had its turn")

    results = crowd(write, of=16)

    assert not refused(results)
    chain = Event.objects.filter(case_kind="notice", case_id=notice.pk).order_by("sequence")
    assert [e.sequence for e in chain] == list(range(1, 18))
    assert sorted(e.facts["writer"] for e in chain if e.verb == "close_appeal_window") == list(range(16))
    assert list(ledger.verify()) == []


def test_control_without_the_guard_the_chain_forks(arena):
    """The same writers without the version's guard and the unique sequence: two events follow the same one."""
    notice = arena.notice()
    head = Event.objects.get(case_kind="notice")

    def append(number):
        with transaction.atomic():
            last = Event.objects.filter(case_kind="notice", case_id=notice.pk).order_by("-sequence").first()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.05)")
            fork = Event(**{f.attname: getattr(last, f.attname) for f in Event._meta.concrete_fields if f.name != "id"})
            fork.sequence, fork.previous, fork.facts = last.sequence + 1, last.hash, {"writer": number}
            fork.hash = ledger.hash_of(fork)
            fork.save()

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_event DROP CONSTRAINT event_sequence_is_unique_in_case")
    try:
        crowd(append, of=8)
        assert Event.objects.filter(previous=head.hash).count() > 1
        assert [fault for fault in ledger.verify() if fault.case == notice.ref]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE casework_event CASCADE")
            cursor.execute(
                "ALTER TABLE casework_event ADD CONSTRAINT event_sequence_is_unique_in_case "
                "UNIQUE (case_kind, case_id, sequence)"
            )


def test_eight_publications_leave_one_open_version(arena):
    """Whoever publishes a rule: one version is open, and no moment has two."""
    now = arena.now

    def publish(number):
        return make.publish_elsewhere(
            actor=arena.platform,
            code="contested",
            name_zh="规则",
            name_en="Rule",
            number=f"v{number}",
            effective_from=now + timedelta(days=15 + number),
            clauses=[ClauseText("1", "文", "text")],
            consultation=make.consultation(now),
            now=now,
        )

    results = crowd(publish, of=8)

    assert won(results)
    assert {type(r).__name__ for r in refused(results)} <= {"Invalid"}
    published = RuleVersion.objects.filter(rule__code="contested", published_at__isnull=False)
    versions = list(published.order_by("effective_from"))
    assert len(versions) == len(won(results))
    assert [v.effective_to is None for v in versions] == [False] * (len(versions) - 1) + [True]
    for earlier, later in pairwise(versions):
        assert earlier.effective_to == later.effective_from


def test_a_notice_sent_16_times_is_one_notice(arena):
    draft = make.draft(arena.merchant, arena.rule, now=arena.now, external_ref="same")

    results = crowd(lambda _n: notices.issue_notices(actor=arena.platform, drafts=[draft], now=arena.now), of=16)

    notice = Notice.objects.get()
    assert not refused(results)
    rows = [row for [row] in results]
    assert {row.notice.pk for row in rows} == {notice.pk}
    assert [row.existed for row in rows].count(False) == 1


def test_a_deadline_set_again_while_it_fires_is_carried_out_once(arena):
    now = arena.now
    issued = [arena.notice() for _ in range(20)]
    later = now + timedelta(days=200)

    def replace(i):
        with transaction.atomic():
            notice = Notice.lock(Q(), pk=issued[i].pk)
            return fire(
                notice,
                "close_appeal_window",
                actor=arena.platform,
                now=later,
                deadlines=[DeadlineSpec("notice.appeal_window", later + timedelta(days=1))],
            )

    def sweep(_i):
        return deadlines.fire_due(now=later)

    results = race([replace, sweep, sweep], times=len(issued), jitter=0.002)

    assert not [r for sides in results for r in refused(sides) if not isinstance(r, Stale)]
    for notice in issued:
        states = list(
            Deadline.objects.filter(case_id=notice.pk, kind="notice.appeal_window").values_list("state", flat=True)
        )
        assert states.count("OPEN") <= 1
    assert list(ledger.verify()) == []


def test_a_case_that_somebody_holds_keeps_no_other_deadline_waiting(arena):
    issued = [arena.notice(measures=[make.measure(arena.now, ends_at=None)]) for _ in range(5)]
    later = arena.now + timedelta(days=400)
    is_held, may_end = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Notice.lock(Q(), pk=issued[2].pk)
            is_held.set()
            may_end.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait(30)
    try:
        assert deadlines.fire_due(now=later) == 4
    finally:
        may_end.set()
        holder.join()
    assert deadlines.fire_due(now=later) == 1
    assert list(ledger.verify()) == []


def test_a_second_worker_takes_the_deadlines_behind_those_that_the_first_one_holds(arena):
    issued = [arena.notice(measures=[make.measure(arena.now, ends_at=None)]) for _ in range(6)]
    later = arena.now + timedelta(days=400)
    with transaction.atomic():
        list(Notice.objects.filter(pk__in=[n.pk for n in issued[:3]]).select_for_update())

        [fired] = crowd(lambda _n: deadlines.fire_due(now=later, limit=3), of=1)

    assert fired == 3
    assert set(Event.objects.filter(type="notice.appeal_window_closed").values_list("case_id", flat=True)) == {
        n.pk for n in issued[3:]
    }


def test_two_workers_share_the_outbox_and_deliver_each_message_once(arena, monkeypatch):
    now = arena.now
    for _ in range(30):
        arena.notice()
    seen = []

    @outbox.in_groups
    def slow(events, *, now):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")
        seen.extend(event.pk for event in events)
        yield from events

    owed = list(OutboxMessage.objects.values_list("subscriber", flat=True))
    monkeypatch.setattr(outbox, "_by_name", lambda: dict.fromkeys(owed, slow))

    counts = crowd(lambda _n: outbox.sweep(now=now, limit=15), of=6)

    assert not refused(counts)
    assert sum(counts) == len(seen) == len(owed) == 90
    assert not OutboxMessage.objects.exists()
