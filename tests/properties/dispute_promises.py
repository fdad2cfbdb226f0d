"""What must hold of all disputes after every step of a search: read once into a picture, then checked in it.

What does not belong here: the steps (any_dispute), and the faults that must be found (test_any_dispute).
"""

import functools
from collections import defaultdict

from django.db import connection

from casework import outbox, row_digests
from casework.ledger import case_models, faults_in
from casework.machine import steps_of
from casework.models import Deadline, Event, OutboxMessage
from disputes import policies
from disputes.choices import Side
from disputes.machine import BEFORE_DECISION, FINAL, UNSETTLED
from disputes.models import (
    Advance,
    Determination,
    Dispute,
    FactAtIssue,
    HumanDemand,
    Message,
    Obligation,
    Offer,
    OfferAnswer,
    RecordPull,
    Room,
    StepRow,
)
from disputes.proof import found_for
from disputes.queries import due_at_of, turn_of
from operations import outages

EDGES = {model.KIND: {(s.source, s.verb, s.target or s.source): s for s in steps_of(model)} for model in case_models()}
RANK = {"OWED": 0, "REPORTED": 1, "DONE": 2, "FAILED": 2}
CLOCKS_OF = {"ESCALATED": "dispute.assign", "REVIEW_REQUESTED": "dispute.assign", "DELIBERATING": "dispute.decide"}


@functools.cache
def subscriptions():
    return {
        type_: sorted(f"{f.__module__}.{f.__qualname__}" for f in functions)
        for type_, functions in outbox.listed("SUBSCRIPTIONS").items()
    }


@functools.cache
def steps_of_row(row_id):
    """The ladder of one row of the table, which no example changes."""
    return list(StepRow.objects.filter(fact_id=row_id).order_by("no"))


def grouped(rows, key):
    groups = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups


class Picture:
    """Every row of every dispute as it is now; each promise reads this and not the tables."""

    def __init__(self):
        self.disputes = {d.pk: d for d in Dispute.objects.select_related("ground").order_by("pk")}
        self.facts = list(FactAtIssue.objects.order_by("dispute_id", "no"))
        kinds = (Dispute.KIND, FactAtIssue.KIND)
        self.chains = defaultdict(list)
        for event in Event.objects.filter(case_kind__in=kinds).order_by("case_id", "sequence"):
            self.chains[event.case_kind, event.case_id].append(event)
        self.deadlines = grouped(Deadline.objects.filter(case_kind=Dispute.KIND).order_by("pk"), "case_id")
        self.offers = grouped(Offer.objects.order_by("no"), "dispute_id")
        self.answers = grouped(OfferAnswer.objects.all(), "offer_id")
        self.obligations = grouped(Obligation.objects.order_by("no"), "dispute_id")
        self.advances = list(Advance.objects.all())
        self.determinations = grouped(Determination.objects.order_by("round"), "dispute_id")
        self.demanded = set(HumanDemand.objects.values_list("dispute_id", flat=True))
        self.rooms = list(Room.objects.all())
        self.entries = defaultdict(list)
        rows = Message.objects.order_by("sequence").values_list("room_id", "sequence", "kind", "facts")
        for room_id, sequence, kind, facts in rows:
            self.entries[room_id].append((sequence, kind, facts))
        self.fetching = {
            (pull.fact_id, pull.side) for pull in RecordPull.objects.filter(state="ASKED").only("fact_id", "side")
        }
        self.owed_reactions = defaultdict(list)
        for event_id, subscriber in OutboxMessage.objects.values_list("event_id", "subscriber"):
            self.owed_reactions[event_id].append(subscriber)

    def of(self, dispute_id):
        return [fact for fact in self.facts if fact.dispute_id == dispute_id]

    def running(self, dispute_id):
        return [row for row in self.deadlines[dispute_id] if row.state == "OPEN"]

    def fired(self, dispute_id, kind, key=""):
        return {r.due_at for r in self.deadlines[dispute_id] if (r.kind, r.key, r.state) == (kind, key, "FIRED")}

    def events(self, dispute_id):
        return self.chains[Dispute.KIND, dispute_id]


def rows_written():
    """How many rows were written so far in this transaction, or on this connection."""
    if connection.vendor == "sqlite":
        return connection.connection.total_changes
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return cursor.fetchone()[0]


PROMISES = []


def promise(check):
    PROMISES.append(check)
    return check


def check_all(search):
    """Every promise holds now. `search` knows what it was told before: debts, demands, who is who."""
    picture = Picture()
    for check in PROMISES:
        check(search, picture)


@promise
def whatever_is_open_has_somebody_on_turn_and_a_time(_search, seen):
    for dispute in seen.disputes.values():
        if dispute.state in FINAL:
            continue
        assert turn_of(dispute), f"nobody is on turn in {dispute.state}"
        assert due_at_of(dispute) is not None, f"no time in {dispute.state}"
        assert not (dispute.human_demanded and dispute.state == "NEGOTIATING"), "a demand that calls nobody"


@promise
def exactly_one_bears_what_is_unsettled(_search, seen):
    for fact in seen.facts:
        if fact.state in UNSETTLED:
            step = next(s for s in steps_of_row(fact.row_id) if s.pk == fact.step_id)
            assert fact.bearer in Side.values, "an open fact that nobody bears"
            assert fact.bearer == step.bearer, "not the side whose silence the table speaks of"
            assert fact.established is None, "an open fact that is found already"
            if seen.disputes[fact.dispute_id].state == "EVIDENCE":
                assert fact.awaits_ruling == (fact.due_at is None), "an open fact that nobody has to settle"
        else:
            assert (fact.bearer, fact.due_at, fact.awaits_ruling) == (None, None, False), "a settled fact still burdens"
            assert fact.established is not None, "a settled fact that found nothing"


@promise
def silence_means_what_the_table_says_and_rewards_nobody(_search, seen):
    for fact in seen.facts:
        chain = seen.chains[FactAtIssue.KIND, fact.pk]
        for event in chain:
            if event.type != "fact.defaulted":
                continue
            step = next(s for s in steps_of_row(fact.row_id) if s.no == event.facts["step"])
            found = (event.target, event.facts["established"])
            assert found == (step.if_silent, step.silence_establishes), "silence meant what the table does not say"
            speaks_for, silent = str(found_for(fact.favours, event.facts["established"])), event.facts["bearer"]
            if seen.disputes[fact.dispute_id].respondent_id is None:  # the platform is the other side itself
                speaks_for, silent = ("RESPONDENT" if side == "PLATFORM" else side for side in (speaks_for, silent))
            assert speaks_for != silent, "silence spoke for whoever was silent"
            if event is chain[-1]:
                assert fact.established is event.facts["established"], "the row says another thing than the ledger"
            fired = seen.fired(fact.dispute_id, "dispute.production", str(fact.no))
            assert event.effective_at in fired, "a default that is not dated when it was due"


@promise
def who_conceded_lost_what_was_conceded(_search, seen):
    for fact in seen.facts:
        if fact.state == "ADMITTED":
            sides = (fact.favours, fact.admitted_by)
            if seen.disputes[fact.dispute_id].respondent_id is None:
                sides = tuple("RESPONDENT" if side == "PLATFORM" else side for side in sides)
            favours, by = sides
            assert fact.established is (favours != by), "a concession that helps whoever conceded"


@promise
def the_ledger_holds_and_tells_the_same_story_as_the_rows(_search, seen):
    assert list(row_digests.faults()) == []
    rows = [*seen.disputes.values(), *seen.facts]
    assert {(row.KIND, row.pk) for row in rows} == {case for case, chain in seen.chains.items() if chain}
    for row in rows:
        chain = seen.chains[row.KIND, row.pk]
        faults = list(faults_in(chain, version=row.version, head=row.head))
        assert not faults, f"the ledger does not hold: {faults}"
        state = chain[0].target
        for event in chain[1:]:
            step = EDGES[row.KIND].get((event.source, event.verb, event.target))
            assert step is not None, f"not declared: {event.verb} from {event.source} to {event.target}"
            assert event.source == state, "a step from where the case was not"
            assert event.type == step.event
            state = event.target
        assert row.state == state, "the ledger does not replay to the row"
        assert all(event.effective_at <= event.at for event in chain), "an effect before its cause"


@promise
def every_event_owes_its_reactions_once(_search, seen):
    owed = subscriptions()
    for chain in seen.chains.values():
        for event in chain:
            assert sorted(seen.owed_reactions[event.pk]) == owed.get(event.type, []), f"{event.type} is not told"


@promise
def what_runs_is_what_is_waited_for(_search, seen):
    for dispute in seen.disputes.values():
        rows = [row for row in seen.running(dispute.pk) if row.kind != "dispute.pause"]  # asks, and stops nothing
        clocks = {(row.kind, row.key): row.due_at for row in rows}
        assert len(clocks) == len(rows), "a clock runs twice"
        kinds, state = {kind for kind, _key in clocks}, dispute.state
        _windows_have_their_clocks(dispute, clocks, seen)
        if state in FINAL or state == "PAUSED":
            assert not clocks, f"something still runs in {state}: {kinds}"
            continue
        for offer in seen.offers[dispute.pk]:
            due = clocks.get(("dispute.offer", str(offer.no)))
            assert due == (offer.expires_at if offer.state == "OPEN" else None), "an offer without its clock"
        for owed in seen.obligations[dispute.pk]:
            due = clocks.get(("dispute.obligation", str(owed.no)))
            waits = owed.state == "OWED" and owed.due_at is not None and not owed.is_late
            assert due == (owed.due_at if waits else None), "a debt without its clock"
            due = clocks.get(("dispute.confirmation", str(owed.no)))
            assert due == (owed.confirm_due_at if owed.state == "REPORTED" else None), "a report without its clock"
        if state == "NEGOTIATING":
            unanswered = dispute.answered_at is None
            due = clocks.get(("dispute.answer", ""))
            assert due == (dispute.answer_due_at if unanswered else None), "an answer without its clock"
        if state == "EVIDENCE":
            assert kinds & {"dispute.production", "dispute.answerable", "dispute.records"}, "nobody is waited for"
        if state == "DETERMINED":
            assert clocks.get(("dispute.review", "")) == dispute.review_closes_at, "a review without its clock"
        own = CLOCKS_OF.get(state)
        if own is not None:
            late = dispute.platform_due_at in seen.fired(dispute.pk, own)
            assert late or clocks.get((own, "")) == dispute.platform_due_at, "the platform has no clock"
        assert not kinds & set(CLOCKS_OF.values()) - {own}, "a clock of another state"
        if state in ("SETTLED", "CARRYING_OUT"):
            owing = {"dispute.obligation", "dispute.confirmation", "dispute.reminder"}
            assert kinds <= owing, f"something still runs in {state}: {kinds}"


def _windows_have_their_clocks(dispute, clocks, seen):
    for fact in seen.of(dispute.pk):
        due = clocks.get(("dispute.production", str(fact.no)))
        waits = dispute.state == "EVIDENCE" and fact.state in UNSETTLED and not fact.awaits_ruling
        if not waits:
            assert due is None, f"a clock runs for a fact that nobody must show ({fact.state})"
            continue
        assert fact.due_at is not None
        if due is None and (fact.pk, fact.bearer) in seen.fetching:
            continue  # the bearer asked in time, and the clock stands still
        assert due == fact.due_at, "a window without its one clock"


@promise
def no_window_is_longer_than_the_outages_make_it(_search, seen):
    for fact in seen.facts:
        if fact.due_at is not None:
            assert fact.due_at <= outages.extended(fact.window_opened_at, fact.base_due_at), "given back twice"


@promise
def nothing_fired_early_or_failed(_search, seen):
    for rows in seen.deadlines.values():
        for row in rows:
            assert row.state != "FIRED" or row.fired_at >= row.due_at, "a deadline that fired early"
            assert not row.attempts, f"a deadline failed: {row.kind} {row.last_error}"


@promise
def a_room_counts_without_a_gap_and_shows_every_event_once(_search, seen):
    for room in seen.rooms:
        rows = seen.entries[room.pk]
        assert [sequence for sequence, _kind, _facts in rows] == list(range(1, room.head + 1)), "a room with a gap"
        shown = [facts["event"] for _sequence, kind, facts in rows if kind == "event"]
        version = seen.disputes[room.dispute_id].version if room.lane == "both" else 0
        assert shown == list(range(1, version + 1)), "the room does not show what happened, once and in order"


@promise
def no_offer_outlives_the_quarrel(search, seen):
    talking = {str(state) for state in BEFORE_DECISION} | {"PAUSED"}
    for dispute_id, offers in seen.offers.items():
        dispute = seen.disputes[dispute_id]
        both = {"CLAIMANT", "RESPONDENT"} if dispute.respondent_id is not None else {"CLAIMANT"}
        open_ones = [offer.side for offer in offers if offer.state == "OPEN"]
        assert dispute.state in talking or not open_ones, "an offer outlives the quarrel"
        assert len(open_ones) == len(set(open_ones)), "two open offers of one side"
        for offer in offers:
            answers = {a.side: a for a in seen.answers[offer.pk]}
            if offer.state == "ACCEPTED":
                assert both <= {*answers, offer.side}, "settled without both"
                assert all(a.accepted and a.answered_at <= offer.expires_at for a in answers.values()), (
                    "accepted too late"
                )
            promised = answers.get("RESPONDENT")
            if promised is None or not promised.accepted or offer.amount_minor is None:
                continue
            if dispute.respondent_id == search.court.seller.pk:
                allowed = {search.people[name].user_id for name in ("alice", "finance")}
                assert promised.answered_by_id in allowed, "a merchant's money was promised by who may not"


@promise
def who_demanded_a_person_hears_no_proposal(search, seen):
    for pk in search.demanded:
        assert seen.disputes[pk].human_demanded, "a demand was forgotten"
        assert pk in seen.demanded, "a demand was forgotten"
    for pk in seen.demanded:
        assert not [o for o in seen.offers[pk] if o.by_system and o.state == "OPEN"], "a machine proposed"


@promise
def only_who_held_it_decided_and_the_review_was_by_somebody_new(_search, seen):
    for dispute in seen.disputes.values():
        holder, held, rounds = "", {1: set(), 2: set()}, 1
        for event in seen.events(dispute.pk):
            if event.type == "dispute.joined":
                holder = event.facts["mediator"]
                held[rounds].add(holder)
            elif event.type in ("dispute.handed_over", "dispute.assigned"):
                holder = event.facts["to"]
                held[rounds].add(holder)
            elif event.type == "dispute.review_requested":
                holder, rounds = "", rounds + 1
            elif event.type in ("dispute.determined", "dispute.fact_ruled", "dispute.evidence_reopened"):
                assert event.actor_ref == holder, "somebody else decided"
        assert rounds <= 2, "reviewed twice"
        assert not held[1] & held[2], "the review was by somebody of the first round"
        assert rounds == dispute.round
        for row in seen.determinations[dispute.pk]:
            assert row.round <= rounds
            assert not row.departs or row.departure_reasons
            assert not row.stakes or row.confirmed_stakes


@promise
def debts_and_advances_only_go_forward(search, seen):
    for dispute in seen.disputes.values():
        debts = seen.obligations[dispute.pk]
        for row in debts:
            rank, was_late, amount = search.owed.get(row.pk, (0, False, row.amount_minor))
            rank = 0 if row.not_received_at is not None and row.state == "OWED" else rank  # said to be done, and is not
            is_further = RANK[row.state] >= rank and row.is_late >= was_late and row.amount_minor == amount
            assert is_further, "a debt went back"
            search.owed[row.pk] = (RANK[row.state], row.is_late, row.amount_minor)
        if dispute.state in ("CLOSED", "CARRYING_OUT"):
            ended = all(row.state in ("DONE", "FAILED") for row in debts)
            assert ended == (dispute.state == "CLOSED"), "closed with debts, or open without"
    for row in seen.advances:
        state, recovered = search.advanced.get(row.pk, ("ADVANCED", 0))
        assert state == "ADVANCED" or (row.state, row.recovered_minor) == (state, recovered), "an advance went back"
        search.advanced[row.pk] = (row.state, row.recovered_minor)


@promise
def nobody_sees_what_is_not_theirs(search, seen):
    people, buyer, seller = search.people, search.court.buyer.pk, search.court.seller.pk
    by_party = {
        pk: {d.pk for d in seen.disputes.values() if pk in (d.claimant_id, d.respondent_id)} for pk in (buyer, seller)
    }
    held = {}
    for name in search.MEDIATORS:
        me = people[name].user_id
        held[name] = {
            d.pk
            for d in seen.disputes.values()
            if me in (d.mediator_id, *(row.mediator_id for row in seen.determinations[d.pk]))
        }
    everything = set(seen.disputes)
    expected = {"eve": set(), "bob": by_party[buyer], "finance": by_party[seller], "carl": everything}
    for name, theirs in {**expected, **held, "client": everything}.items():
        visible = Dispute.objects.filter(policies.visible_to(people[name]))
        assert set(visible.values_list("pk", flat=True)) == theirs, f"{name} sees more or less than is theirs"
