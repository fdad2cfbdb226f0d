"""After any sequence of a dispute's verbs, whatever was refused on the way, what is promised still holds.

`PROPERTY_EXAMPLES` and `PROPERTY_STEPS` make the search longer.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import transaction
from django.db.models import F, Q
from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import run_state_machine_as_test

from casework import canonical, deadlines, firing, outbox
from casework.machine import steps_of
from casework.models import Event
from disputes import policies
from disputes.commands import clocks, demand, ladder, locking, mediate, offers, pause, proof, records, room
from disputes.commands import open as open_
from disputes.models import Dispute, FactAtIssue, Room
from operations import outages
from tests import factories as make
from tests.conftest import NOW
from tests.extent import extent
from tests.properties.any_dispute import ROADS, Disputes

VERBS = len(Disputes.setup_state().rules)
EXAMPLES = int(
    os.environ.get(
        "PROPERTY_EXAMPLES",
        extent("sequences of a dispute's verbs", everyday=len(ROADS), ci=len(ROADS), full=VERBS * 10),
    )
)
STEPS = int(os.environ.get("PROPERTY_STEPS", "15"))
IS_LONG = "PROPERTY_EXAMPLES" in os.environ

EVERY_EVENT = {step.event for model in (Dispute, FactAtIssue) for step in steps_of(model)}
EVERY_EVENT -= {"dispute.fast_refunded"}  # the table of this court has no fast refunds
MUST_BE_REACHED = {
    "dispute.burden_shifted",
    "dispute.closed",
    "dispute.determined",
    "dispute.evidence_answered",
    "dispute.evidence_closed",
    "dispute.evidence_reopened",
    "dispute.evidence_submitted",
    "dispute.fact_admitted",
    "dispute.fact_defaulted",
    "dispute.fact_ruled",
    "dispute.human_demanded",
    "dispute.offer_accepted",
    "dispute.offer_lapsed",
    "dispute.paused",
    "dispute.records_sealed",
    "dispute.resumed",
    "dispute.review_requested",
    "dispute.settled",
    "dispute.window_extended",
    "dispute.withdrawn",
}


@pytest.fixture(scope="module")
def module_court_of_all(module_database, module_court):
    with module_database():
        module_court.more["manager"] = make.member(module_court.seller, now=NOW, role="manager", name="manager")
        module_court.more["nia"] = make.staff("mediator", now=NOW, name="nia")
    return module_court


@pytest.fixture
def court_of_all(module_court_of_all, copy_of):
    """One court for all examples; what an example does in it is rolled back."""
    return copy_of(module_court_of_all)


def search(court, *, examples, steps, roads=ROADS, shrink=IS_LONG):
    """Runs the machine; returns in how many examples each type of event happened."""
    reached: Counter[str] = Counter()

    class RolledBack(Disputes):
        def __init__(self):
            self.atomic = transaction.atomic()
            self.atomic.__enter__()
            super().__init__()

        def teardown(self):
            reached.update({"examples", *Event.objects.values_list("type", flat=True)})
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    RolledBack.court, RolledBack.roads = court, roads
    phases = (Phase.explicit, Phase.reuse, Phase.generate, *((Phase.shrink,) if shrink else ()))
    run_state_machine_as_test(
        RolledBack,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not (IS_LONG and shrink),
            database=DirectoryBasedExampleDatabase(os.environ.get("PROPERTY_DATABASE", ".hypothesis/examples"))
            if IS_LONG and shrink
            else None,
            suppress_health_check=list(HealthCheck),
            phases=phases,
            report_multiple_bugs=False,
            print_blob=True,
        ),
    )
    return reached


@pytest.mark.exhaustive
@pytest.mark.once_on_postgresql
def test_whatever_happens_in_whatever_order_the_promises_hold(court_of_all, capsys):
    """Every road has its share of the examples: where a road is drawn, some are hardly ever taken."""
    share, reached = -(-EXAMPLES // len(ROADS)), Counter()
    for road in ROADS:
        down = search(court_of_all, examples=share, steps=STEPS, roads=[road])
        reached += down
        if IS_LONG:
            with capsys.disabled():
                print(f"\n{road}: {down['examples']} examples", end="", flush=True)
    if IS_LONG:
        with capsys.disabled():
            print("\nin how many examples each event happened:", *reached.most_common(), sep="\n  ")

    wanted = EVERY_EVENT if IS_LONG else MUST_BE_REACHED
    assert reached.keys() >= wanted, f"the search did not come far enough: {wanted - reached.keys()}"


# — the search itself: each fault is planted in the code, and must be found —


class Fault(NamedTuple):
    """A mistake that somebody could make in the code, down which road it shows, and what the search says of it."""

    says: str
    roads: list[str]
    plant: Callable[[pytest.MonkeyPatch], None]


FAULTS: dict[str, Fault] = {}


def fault(says, *roads):
    def enter(plant):
        FAULTS[plant.__name__] = Fault(says, list(roads), plant)
        return plant

    return enter


def wrapped(patch, module, name, change):
    """`module.name` is what `change` makes of it."""
    before = getattr(module, name)
    patch.setattr(module, name, lambda *args, **more: change(before, *args, **more))


@fault("a clock runs for a fact that nobody must show", "concession", "proof")
def a_discharged_fact_keeps_its_clock(patch):
    patch.setattr(ladder, "production_cancels", lambda _no: ())
    patch.setattr(proof, "production_cancels", lambda _no: ())


@fault("a window without its one clock", "proof")
def a_shifted_burden_sets_no_deadline(patch):
    patch.setattr(ladder, "production_clocks", lambda *_args: [])


@fault("not the side whose silence the table speaks of|the wrong step follows", "proof")
def a_shifted_burden_stays_with_whoever_bore_it(patch):
    def keeping(fire, case, verb, **more):
        return fire(case, verb, **(more | {"bearer": case.bearer} if verb in ("show", "rebut") else more))

    wrapped(patch, ladder, "fire", keeping)


@fault("silence meant what the table does not say", "silence")
def silence_always_presumes(patch):
    patch.setattr(ladder, "BY_SILENCE", dict.fromkeys(ladder.BY_SILENCE, "presume"))


@fault("not dated when it was due", "silence")
def a_default_is_dated_when_the_worker_came(patch):
    wrapped(patch, clocks, "apply_silence", lambda f, *args, **more: f(*args, **(more | {"effective_at": more["now"]})))


@fault("a concession that helps whoever conceded", "concession")
def a_concession_helps_whoever_conceded(patch):
    wrapped(
        patch, proof, "settle_fact", lambda f, *args, established, **more: f(*args, established=not established, **more)
    )


@fault("in time and yet silent, or too late and not|the burden moved for nothing", "the_last_moment")
def what_comes_late_counts(patch):
    wrapped(patch, proof, "window_closes", lambda f, fact: (closes := f(fact)) and closes + timedelta(milliseconds=1))


@fault("in time and yet silent|does not wait|the wrong step", "the_last_moment")
def what_comes_at_the_last_moment_does_not_count(patch):
    wrapped(patch, proof, "window_closes", lambda f, fact: (closes := f(fact)) and closes - timedelta(milliseconds=1))


@fault("the burden moved for nothing", "a_secret")
def what_is_withheld_discharges(patch):
    wrapped(patch, proof, "follow_production", lambda f, *args, **more: f(*args, **(more | {"shown": True})))


@fault("an outage in the window was not given back", "an_outage")
def an_outage_is_not_given_back(patch):
    patch.setattr(clocks, "_extend", lambda *_args, **_more: False)


@fault("given back twice", "an_outage")
def an_outage_is_given_back_at_every_sweep(patch):
    patch.setattr(
        clocks,
        "window_closes",
        lambda fact: fact.due_at and outages.extended(fact.window_opened_at, fact.due_at),
    )


@fault("moved by another time|a window without its one clock", "a_pause")
def a_pause_gives_no_time_back(patch):
    patch.setattr(pause, "_lengthen", lambda *_args, **_more: None)


@fault("the pause lost", "a_pause")
def a_pause_loses_a_clock(patch):
    patch.setattr(pause, "_is_over", lambda _dispute, clock: clock["kind"] == "dispute.production")


@fault("something still runs in", "withdrawal", "agreement", "a_pause")
def a_step_cancels_no_clock(patch):
    patch.setattr(firing, "_cancel", lambda *_args: None)


@fault("an offer outlives the quarrel|an offer without its clock", "agreement", "withdrawal")
def an_offer_survives_the_dispute(patch):
    patch.setattr(open_, "end_offers", lambda *_args, **_more: None)
    patch.setattr(offers, "end_offers", lambda *_args, **_more: None)


@fault("accepted after it lapsed|accepted too late", "a_stale_offer")
def an_offer_is_accepted_too_late(patch):
    wrapped(patch, offers, "_open", lambda f, offer, now: f(offer, min(now, offer.expires_at)))


@fault("an offer without its clock", "a_stale_offer", "agreement")
def a_refused_offer_keeps_its_clock(patch):
    patch.setattr(offers, "_offer_clocks", lambda _offer: ())


@fault("a machine proposed|only the database refused", "a_person")
def a_demand_leaves_the_proposal_open(patch):
    patch.setattr(demand, "end_offer", lambda *_args, **_more: None)


@fault("settled without both|offer_is_accepted_by_whom_it_binds", "a_proposal")
def a_proposal_binds_as_soon_as_one_side_accepts(patch):
    def alone(lock_for_offer, *args):
        dispute, offer = lock_for_offer(*args)
        dispute.respondent_id = None
        return dispute, offer

    wrapped(patch, offers, "lock_for_offer", alone)


@fault("money was promised by who may not", "agreement")
def anybody_of_the_merchant_promises_its_money(patch):
    wrapped(patch, offers, "may_answer_offer", lambda f, *args, accepts: f(*args, accepts=False))


@fault("nobody is waited for|no time in EVIDENCE", "a_ruling")
def reopened_evidence_is_asked_of_nobody(patch):
    patch.setattr(mediate, "_lay", lambda *_args, **_more: None)


@fault("the platform has no clock|a clock of another state", "a_ruling")
def reopened_evidence_leaves_the_platform_its_clock(patch):
    def leaving(cancel, model, moves, steps):
        cancel(model, moves, [replace(s, cancels=()) if s.verb == "reopen_evidence" else s for s in steps])

    wrapped(patch, firing, "_cancel", leaving)


@fault("by somebody of the first round|only the database refused", "a_review")
def whoever_decided_reviews(patch):
    patch.setattr(policies, "held_by", lambda _ref: Event.objects.none())


@fault("sees more or less", "talk", "proof")
def every_mediator_sees_every_dispute(patch):
    wrapped(patch, policies, "visible_to", lambda f, actor: Q() if actor.has_role("mediator") else f(actor))


@fault("not declared", "a_decision", "withdrawal")
def a_step_is_possible_from_anywhere(patch):
    def found(case, verb):
        return next((step for step in steps_of(type(case)) if step.verb == verb), None)

    patch.setattr(firing, "step_for", found)


@fault("the ledger does not hold", "talk")
def a_hash_leaves_the_facts_out(patch):
    wrapped(patch, firing, "hash_of", lambda _f, event: canonical.digest(event.case_ref + event.type))


@fault("the room does not show what happened", "talk")
def an_event_is_shown_twice(patch):
    wrapped(patch, locking, "append_event", lambda f, *args: (f(*args), f(*args)))


@fault("a room with a gap|message_sequence_has_no_gap", "talk")
def a_message_uses_two_numbers(patch):
    def skipping(append_texts, rooms, heads):
        append_texts(rooms, heads)
        Room.objects.filter(pk__in=rooms).update(head=F("head") + 1)

    wrapped(patch, room, "append_texts", skipping)


@fault("is not told", "talk")
def nobody_is_told(patch):
    patch.setattr(outbox, "write", lambda *_args, **_more: None)


@fault("a deadline failed", "a_stale_offer")
def deadlines_fire_before_they_are_due(patch):
    patch.setattr(deadlines, "grace", lambda: timedelta(hours=-200))


@fault("a clock runs|a window without its one clock|nobody is waited for", "records")
def records_that_cannot_be_had_stop_the_clock_for_good(patch):
    patch.setattr(records, "clock_goes_on", lambda *_args: ())


EVERY_DAY = {
    "a_shifted_burden_stays_with_whoever_bore_it",
    "a_pause_loses_a_clock",
    "a_step_is_possible_from_anywhere",
    "a_message_uses_two_numbers",
}


FIRST_DOWN_ITS_ROAD = {fault.roads[0]: name for name, fault in reversed(FAULTS.items())}.values()


def as_often_as_it_tells(name):
    """CI plants one fault down each road: whether the search goes there. The others are planted at night."""
    if name in EVERY_DAY:
        return []
    return [pytest.mark.exhaustive if name in FIRST_DOWN_ITS_ROAD else pytest.mark.nightly, pytest.mark.once]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", [pytest.param(name, marks=as_often_as_it_tells(name)) for name in FAULTS])
def test_the_search_finds(court_of_all, monkeypatch, name):
    says, roads, plant = FAULTS[name]
    plant(monkeypatch)

    with pytest.raises(AssertionError, match=says):
        search(court_of_all, examples=20, steps=20, roads=roads, shrink=False)
