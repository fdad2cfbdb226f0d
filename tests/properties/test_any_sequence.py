"""After any sequence of commands, whatever was refused on the way, what is promised still holds.

`PROPERTY_EXAMPLES` and `PROPERTY_STEPS` make the search longer; a found sequence becomes a named test elsewhere.
"""

import os
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from appeals import commands as appeals
from appeals.machine import FINAL as CLOSED
from appeals.models import Appeal, Decision, HumanDemand
from casework import deadlines, ledger, row_digests
from casework.errors import CaseError
from casework.ledger import case_models
from casework.machine import steps_of
from casework.models import Deadline, Event
from classifier.features import input_hash
from notices import commands as notices
from notices.models import Measure, Notice, Remedy
from tests import factories as make
from tests.conftest import NOW, build_world
from tests.extent import LEVEL, extent
from tests.properties.dispute_promises import rows_written
from triage import commands as triage
from triage.features import input_of

STEPS = int(os.environ.get("PROPERTY_STEPS", "20"))
EDGES = {model.KIND: {(s.source, s.verb, s.target or s.source): s for s in steps_of(model)} for model in case_models()}
TRIED_BY = {
    "demand_human": "demand",
    "withdraw": "withdraw",
    "respond": "respond",
    "record_triage": "triage",
    "finalise_automatically": "finalise",
    "route_to_person": "pass_time",
    "lapse_information": "pass_time",
    "mark_overdue": "pass_time",
    "escalate": "pass_time",
    "claim": "claim",
    "release": "release",
    "record_first_view": "first_view",
    "request_information": "ask",
    "decide": "decide",
    "accept_late": "answer_late_request",
    "refuse_late": "answer_late_request",
}
"""The rule below that tries each verb of an appeal."""
NOT_TRIED = {
    "submit_evidence": "changes nothing that is promised here; staging reads files",
    "assign": "takes a case from whoever works on it, so that a search gets to a decision too seldom",
    "confirm_filing": "follows a filing on the phone, of which the officer's line has its own tests",
    "add_translation": "adds to a decision and changes nothing of it",
    "give_earlier_reasons": "asks for two decided rounds before; a search gets there too seldom",
    "recompute_due": "follows a new calendar of working days",
    "close_as_corrected": "is a reaction to the notice's withdrawal, which the worker carries out",
}
"""Verbs that no rule tries, and why."""

MUST_BE_REACHED = {
    "appeal.decided",
    "appeal.first_view_recorded",
    "appeal.human_demanded",
    "appeal.information_given",
    "appeal.information_lapsed",
    "appeal.triaged",
    "appeal.withdrawn",
    "notice.reduced",
    "notice.revoked",
    "notice.upheld",
}

outcomes = st.sampled_from(["UPHELD", "OVERTURNED", "VARIED"])
reviewers = st.sampled_from(["rita", "rosa", "sara", "otto", "odile"])
parties = st.sampled_from(["alice"] * 4 + ["alice_staff", "eve", "bob"])


PROMISES = []


def promise(holds):
    PROMISES.append(holds)
    return holds


class Cases(RuleBasedStateMachine):
    """Commands as anybody may send them, in any order; the model is what was acknowledged."""

    notices_ = Bundle("notices")
    appeals_ = Bundle("appeals")

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.demanded: dict[int, int] = {}  # the appeal asked about → the appeal that the acknowledged demand bound
        self.decided: dict[int, tuple[str, str]] = {}  # what an acknowledged decision said
        self.refusals: set[str] = set()
        self.checked_at = None

    @initialize(target=notices_, automation=st.booleans())
    def open_platform(self, automation):
        """Two notices are served already, so that no step is spent on having something to act on."""
        self.world = build_world(NOW)
        if automation:
            make.switch_on(self.world.carl, now=NOW)
        money = [make.measure(NOW), make.deduction(NOW)]
        return multiple(self.world.notice().ref, self.world.notice(measures=money).ref)

    @contextmanager
    def asking(self):
        """A refusal is an answer; anything else is a failure of ours."""
        self.now += timedelta(seconds=1)
        before = self._marks()
        try:
            yield
        except CaseError as refusal:
            refused = refusal.code
        else:
            return
        self.refusals.add(refused)
        assert self._marks() == before, f"{refused} was refused and yet changed something"

    def attempt(self, verb, pk, who, **said):
        """That person asks this of the appeal."""
        with self.asking():
            verb(actor=getattr(self.world, who), ref=self._ref(pk), now=self.now, **said)

    def _marks(self):
        rows = [m.objects.count() for m in (Event, Decision, HumanDemand, Appeal, Notice, Remedy)]
        return rows, list(Deadline.objects.order_by("pk").values_list("state", "due_at"))

    # — the platform —

    @rule(target=notices_, money=st.booleans(), machine=st.booleans(), days=st.integers(1, 40))
    def issue(self, money, machine, days):
        measures = [make.measure(self.now, ends_at=self.now + timedelta(days=days))]
        notice = make.issue(
            self.world.platform,
            make.draft(
                self.world.merchant,
                self.world.rule,
                now=self.now,
                officer="" if machine else self.world.otto.code,
                measures=[*measures, make.deduction(self.now)] if money else measures,
            ),
            now=self.now,
        )
        return notice.ref

    @rule(ref=notices_)
    def withdraw_notice(self, ref):
        with self.asking():
            notices.withdraw_notice(actor=self.world.platform, ref=ref, reason="我们弄错了。", now=self.now)

    @rule(ref=notices_)
    def amend_notice(self, ref):
        amendment = notices.Amendment(why="更正", facts=f"更正后的事实说明,写得足够具体 {self.now.isoformat()}。")
        with self.asking():
            notices.amend_notice(actor=self.world.platform, ref=ref, amendment=amendment, now=self.now)

    @rule(ref=notices_)
    def confirm_remedy(self, ref):
        for remedy in Remedy.objects.filter(notice__ref=ref).exclude(state="CONFIRMED")[:1]:
            with self.asking():
                notices.confirm_remedy(actor=self.world.platform, ref=remedy.ref, now=self.now)

    # — the party —

    @rule(target=appeals_, ref=notices_, who=parties, review=st.sampled_from(["human", "system_first"]))
    def file(self, ref, who, review):
        with self.asking():
            notice = Notice.objects.get(ref=ref)
            appeal = make.file(
                getattr(self.world, who), notice, now=self.now, review=review, late_reason="住院三个月。"
            )
            return appeal.pk
        return multiple()

    @rule(pk=appeals_, who=parties)
    def demand(self, pk, who):
        with self.asking():
            bound = appeals.demand_human(actor=getattr(self.world, who), ref=self._ref(pk), now=self.now)
            self.demanded[pk] = bound.pk

    @rule(pk=appeals_, who=parties)
    def withdraw(self, pk, who):
        self.attempt(appeals.withdraw_appeal, pk, who)

    @rule(pk=appeals_)
    def respond(self, pk):
        self.attempt(appeals.respond_to_request, pk, "alice", answer="见附件")

    # — the system —

    @rule(pk=appeals_, sure=st.booleans(), asks=st.booleans())
    def triage(self, pk, sure, asks):
        likely = 0.99 if sure else 0.2
        found = make.suggestion(
            priority=1 if sure else 4,
            overturn_probability=likely,
            closing_probability=likely,
            input_hash=input_hash(input_of(Appeal.objects.get(pk=pk))),
            asks_for_a_person=asks,
        )
        with self.asking():
            appeals.record_triage(appeal_id=pk, suggestion=found, now=self.now)

    @rule(pk=appeals_)
    def finalise(self, pk):
        with self.asking():
            decided = triage.finalise_automatically(appeal_id=pk, now=self.now)
            self.decided[pk] = ("SYSTEM", decided.outcome)

    @rule(hours=st.sampled_from([1, 4, 25, 24 * 8, 24 * 60, 24 * 200]))
    def pass_time(self, hours):
        self.now += timedelta(hours=hours)
        deadlines.fire_due(now=self.now)
        failed = Deadline.objects.filter(state="OPEN", attempts__gt=0).values_list("kind", "last_error")
        assert not list(failed), "a deadline failed"

    # — the reviewer —

    @rule(who=reviewers)
    def claim_next(self, who):
        with self.asking():
            appeals.claim_next_appeal(actor=getattr(self.world, who), now=self.now)

    @rule(pk=appeals_, who=reviewers)
    def claim(self, pk, who):
        self.attempt(appeals.claim_appeal, pk, who)

    @rule(pk=appeals_, who=reviewers)
    def release(self, pk, who):
        self.attempt(appeals.release_appeal, pk, who)

    @rule(pk=appeals_, who=reviewers)
    def open_file(self, pk, who):
        with self.asking():
            make.open_file(getattr(self.world, who), Appeal.objects.get(pk=pk), now=self.now)

    @rule(pk=appeals_, who=reviewers, outcome=outcomes)
    def first_view(self, pk, who, outcome):
        self.attempt(appeals.record_first_view, pk, who, outcome=outcome, confidence="low")

    @rule(pk=appeals_, who=reviewers)
    def ask(self, pk, who):
        self.attempt(appeals.request_information, pk, who, item="发票", fact="售价", due_at=None)

    @rule(pk=appeals_, who=reviewers, good=st.booleans())
    def answer_late_request(self, pk, who, good):
        verb = appeals.accept_late_request if good else appeals.refuse_late_request
        self.attempt(verb, pk, who, answer="附有出院记录。")

    @rule(pk=appeals_, who=reviewers, outcome=outcomes, stale=st.booleans())
    def decide(self, pk, who, outcome, stale):
        self._decide(pk, who, outcome, stale=stale)

    @precondition(lambda self: Appeal.objects.filter(state__in=("SUBMITTED", "HUMAN_REVIEW")).exists())
    @rule(who=reviewers, outcome=outcomes, data=st.data())
    def review_from_start_to_end(self, who, outcome, data):
        """A burst: single steps in random order seldom reach a decision."""
        waiting = Appeal.objects.filter(state__in=("SUBMITTED", "HUMAN_REVIEW")).order_by("pk")
        pk = data.draw(st.sampled_from(list(waiting.values_list("pk", flat=True))))
        self.claim(pk, who)
        self.open_file(pk, who)
        self.first_view(pk, who, outcome)
        self._decide(pk, who, outcome, stale=False)

    @rule(ref=notices_, then=st.sampled_from(["respond", "lapse", "withdraw", "demand"]))
    def ask_for_more_from_start_to_end(self, ref, then):
        """A third burst: filed, claimed, asked for more, and answered, let lapse, withdrawn or demanded in."""
        with self.asking():
            pk = make.file(self.world.alice, Notice.objects.get(ref=ref), now=self.now).pk
            self.claim(pk, "sara")
            self.ask(pk, "sara")
            self.the_ledger_holds_and_tells_the_same_story_as_the_rows()
            self.nobody_waits_without_a_clock()
            steps = {"respond": self.respond, "lapse": lambda _pk: self.pass_time(80)}
            steps |= {
                "withdraw": lambda one: self.withdraw(one, "alice"),
                "demand": lambda one: self.demand(one, "alice"),
            }
            steps[then](pk)

    @rule(ref=notices_, demand_first=st.booleans())
    def ask_the_system_from_start_to_end(self, ref, demand_first):
        """Another burst: filed to the system, suggested, decided, and a person demanded before or after."""
        with self.asking():
            pk = make.file(self.world.alice, Notice.objects.get(ref=ref), now=self.now, review="system_first").pk
            self.triage(pk, sure=True, asks=False)
            for step in (self.demand, self.finalise) if demand_first else (self.finalise, self.demand):
                step(pk, "alice") if step == self.demand else step(pk)

    def _decide(self, pk, who, outcome, *, stale):
        appeal = Appeal.objects.get(pk=pk)
        rulings = [
            appeals.RulingDraft(
                item.measure.no,
                outcome,
                ends_at=item.measure.ends_at - timedelta(hours=1)
                if outcome == "VARIED" and item.measure.ends_at
                else None,
                amount_minor=1 if outcome == "VARIED" and item.measure.amount_minor else None,
            )
            for item in appeal.items.select_related("measure")
        ]
        with self.asking():
            decided = make.decide(
                getattr(self.world, who),
                appeal,
                now=self.now,
                rulings=rulings,
                difference_reason="",
                expected_version=appeal.version - stale,
            )
            assert not stale
            self.decided[pk] = ("HUMAN", decided.outcome)

    def _ref(self, pk):
        return Appeal.objects.values_list("ref", flat=True).get(pk=pk)

    # — what holds after every step —

    @promise
    def who_demanded_a_person_is_decided_by_one(self):  # I3
        broken = Decision.objects.filter(by_kind="SYSTEM", appeal__in=HumanDemand.objects.values("appeal_id"))
        assert not broken.exists()
        assert not Appeal.objects.filter(human_demanded=True, decided_by_kind="SYSTEM").exists()
        for asked, bound in self.demanded.items():
            assert HumanDemand.objects.filter(appeal_id=bound).exists(), "an acknowledged demand is gone"
            assert Appeal.objects.get(pk=bound).human_demanded
            if bound != asked:
                assert Appeal.objects.get(pk=bound).previous_id == asked

    @promise
    def whatever_is_open_has_somebody_on_turn_and_a_time(self):
        for appeal in Appeal.objects.exclude(state__in=CLOSED):
            assert appeal.state_row.turn, f"nobody is on turn in {appeal.state}"
            assert appeal.due_at is not None, f"no time in {appeal.state}"

    @promise
    def what_was_decided_stays_decided(self):  # I4
        for pk, (by, outcome) in self.decided.items():
            row = Appeal.objects.get(pk=pk)
            assert (row.state, row.decided_by_kind, row.outcome) == ("DECIDED", by, outcome)
            assert (row.decision.by_kind, row.decision.outcome) == (by, outcome)
        assert Decision.objects.count() == len(self.decided)

    @promise
    def the_ledger_holds_and_tells_the_same_story_as_the_rows(self):  # I5, I16
        if LEVEL == "full":
            self.nothing_is_found()
        states: dict[tuple[str, int], str] = {}
        for event in Event.objects.order_by("case_kind", "case_id", "sequence"):
            case = (event.case_kind, event.case_id)
            if event.sequence > 1:
                step = EDGES[event.case_kind][event.source, event.verb, event.target]
                assert event.source == states[case]
                assert event.type == step.event
            states[case] = event.target
            assert event.effective_at <= event.at
        for model in case_models():
            for pk, state in model._default_manager.values_list("pk", "state"):
                assert states.pop((model.KIND, pk)) == state
        assert not states

    @promise
    def one_appeal_is_open_per_notice_and_the_notice_knows(self):
        for notice in Notice.objects.all():
            still_open = [a for a in notice.appeals.all() if a.state not in CLOSED]
            assert len(still_open) <= 1
            if notice.state == "UNDER_APPEAL":
                assert len(still_open) == 1
            rounds = sorted(notice.appeals.values_list("round", flat=True))
            assert rounds == list(range(1, len(rounds) + 1))

    @promise
    def nobody_waits_without_a_clock(self):  # I21
        for appeal in Appeal.objects.exclude(state__in=CLOSED):
            kinds = set(
                Deadline.objects.filter(case_kind="appeal", case_id=appeal.pk, state="OPEN").values_list(
                    "kind", flat=True
                )
            )
            overdue = Event.objects.filter(case_kind="appeal", case_id=appeal.pk, type="appeal.overdue").exists()
            late = appeal.state == "LATE_REQUESTED"
            assert "appeal.decide" in kinds or overdue or late, appeal.state
            assert ("appeal.information" in kinds) == (appeal.state == "MORE_NEEDED")
            assert ("appeal.system" in kinds) == (appeal.state == "SYSTEM_REVIEW")
        for appeal in Appeal.objects.filter(state__in=CLOSED):
            assert not Deadline.objects.filter(case_kind="appeal", case_id=appeal.pk, state="OPEN").exists()

    @promise
    def what_fell_is_owed(self):  # I15, as far as this issue goes
        for measure in Measure.objects.filter(state="REVOKED"):
            assert measure.remedies.filter(kind="CORRECT_RECORD").exists()
        for notice in Notice.objects.filter(state="REVOKED"):
            assert set(notice.measures.values_list("state", flat=True)) == {"REVOKED"}

    @promise
    def the_reviewer_took_no_part_before(self):
        for appeal in Appeal.objects.filter(reviewer__isnull=False):
            assert appeal.reviewer_id not in (appeal.original_decider_id, appeal.first_reviewer_id)
            if appeal.original_team_id is not None:
                assert appeal.reviewer_team_id != appeal.original_team_id

    def nothing_is_found(self):
        assert list(ledger.verify()) == []
        assert list(row_digests.faults()) == []

    def teardown(self):
        """What was once wrong of the ledger or of a digest stays so: at night alone both are read after each step."""
        self.nothing_is_found()

    @invariant()
    def the_promises_hold(self):
        """Asked again only once something was written: where nothing was, nothing can have become untrue."""
        written = rows_written()
        if written != self.checked_at:
            for holds in PROMISES:
                holds(self)
            self.checked_at = rows_written()


def test_every_verb_of_an_appeal_is_tried_or_says_why_not():
    rules = {each.function.__name__ for each in Cases.setup_state().rules}

    assert set(TRIED_BY) ^ set(NOT_TRIED) == {step.verb for step in steps_of(Appeal)}
    assert set(TRIED_BY.values()) <= rules


def examples() -> int:
    """So many sequences are tried: the more verbs there are, the more it takes to meet each in each state."""
    verbs = len(Cases.setup_state().rules)
    some = verbs * 4 // 3 + 1
    found = extent("sequences of an appeal's verbs", everyday=some, ci=some, full=verbs * 20)
    return int(os.environ.get("PROPERTY_EXAMPLES", found))


@pytest.mark.exhaustive
@pytest.mark.once_on_postgresql
@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_the_promises_hold(settings_of_search):
    reached: set[str] = set()

    class RolledBack(Cases):
        """Each example starts in an empty database: what it did is rolled back."""

        def __init__(self):
            self.atomic = transaction.atomic()
            self.atomic.__enter__()
            super().__init__()

        def teardown(self):
            reached.update(Event.objects.values_list("type", flat=True))
            try:
                super().teardown()
            finally:
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

    run_state_machine_as_test(RolledBack, settings=settings_of_search)

    assert reached >= MUST_BE_REACHED, "the search did not come far enough to prove anything"


@pytest.fixture
def settings_of_search(tmp_path):
    return settings(
        max_examples=examples(),
        stateful_step_count=STEPS,
        deadline=None,
        derandomize="PROPERTY_EXAMPLES"
        not in os.environ,  # the small run is the same every time; the long one searches
        database=None
        if "PROPERTY_EXAMPLES" not in os.environ
        else DirectoryBasedExampleDatabase(os.environ.get("PROPERTY_DATABASE", ".hypothesis/examples")),
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
