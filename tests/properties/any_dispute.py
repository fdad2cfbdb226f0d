"""A search through disputes: every verb, by everybody, in any order, and what must hold after each step.

What does not belong here: running it, and the faults that it must find (test_any_dispute).
"""

from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from casework import canonical, deadlines
from casework.errors import CaseError
from casework.machine import steps_of
from casework.models import Deadline, Event
from casework.row_digests import recording
from disputes import commands
from disputes.choices import Record, Side
from disputes.commands import throttle
from disputes.machine import FINAL, UNSETTLED
from disputes.models import (
    Advance,
    Dispute,
    EvidenceItem,
    FactAtIssue,
    Message,
    Obligation,
    Offer,
    OfferAnswer,
    RecordPull,
    Room,
    StepRow,
    Submission,
)
from disputes.records import FetchedRecord, Gap
from disputes.windows import window_closes
from operations.models import Outage
from tests.conftest import NOW
from tests.disputes.building import stage
from tests.properties import dispute_promises
from tests.properties.dispute_promises import steps_of_row

SLUGS = ["quality", "not_received", "damaged", "merchant_measure", "price", "bad_faith_buyer", "counterfeit"]
SIDES = ["bob"] * 4 + ["alice"] * 4 + ["staff", "finance", "manager", "eve", "carl", "client", "mia"]
MEDIATORS = ["mia", "max", "nia"]
PEOPLE = ["bob", "alice", "staff", "finance", "manager", "eve", "mia", "max", "nia", "carl", "client"]
A_MOMENT = timedelta(milliseconds=1)
DUE = "whoever's turn it is"
"""Drawn as often as all others together, and leads to a dispute in which the verb is possible, where there is one:
nearly all that is merely tried is refused, so that a search of tries alone stands still."""

SOURCES = defaultdict(set)
for step in steps_of(Dispute):
    SOURCES[step.verb].add(step.source)

sides = st.sampled_from([DUE] * len(SIDES) + SIDES)
mediators = st.sampled_from(MEDIATORS)
holders = st.sampled_from([DUE] * len(MEDIATORS) + MEDIATORS)
parties = st.sampled_from(["bob", "alice"])
numbers = st.sampled_from([1, 1, 1, 2])  # few grounds have a second fact
ROADS = [
    "talk", "proof", "a_secret", "the_last_moment", "records", "silence", "concession", "agreement", "a_proposal",
    "a_stale_offer", "withdrawal", "a_pause", "an_outage", "a_person", "a_ruling", "a_decision", "a_review",
]  # fmt: skip
remedies = st.sampled_from(["REFUND", "RESEND", "RETURN_AND_REFUND"])


def people_of(court):
    """Everybody who tries; `court` is made once, and what they do is rolled back after each example."""
    known = {name: getattr(court, name) for name in PEOPLE if hasattr(court, name) and name != "client"}
    return known | {"client": court.platform} | court.more


class Disputes(RuleBasedStateMachine):
    """Commands as anybody may send them; the model is what was acknowledged."""

    MEDIATORS = MEDIATORS
    court = None  # set by the test: one court for all examples
    roads = ROADS
    disputes_ = Bundle("disputes")

    def __init__(self):
        super().__init__()
        self.now = NOW
        self.demanded: set[int] = set()
        self.owed: dict[int, tuple[int, bool, int | None]] = {}
        self.advanced: dict[int, tuple[str, int]] = {}
        self.paused: dict[int, tuple] = {}
        self.messages = 0
        self.checked_at: int | None = None
        self.marked: tuple | None = None
        self.refusals: Counter[str] = Counter()
        self.people = people_of(self.court)
        throttle.forget()

    # — how a step is asked for —

    @contextmanager
    def asking(self):
        """A refusal is an answer that changes nothing; one that only the database gave is a hole in the code."""
        self.now += A_MOMENT
        before = self._marks()
        try:
            yield
        except CaseError as refusal:
            refused = refusal
        else:
            return
        assert not isinstance(refused.__cause__, IntegrityError), f"only the database refused: {refused.__cause__}"
        self.refusals[refused.code] += 1
        assert self._marks() == before, f"{refused.code} was refused and yet changed something"

    def attempt(self, verb, pk, who, **said):
        """That person asks this of the dispute; returns what the command answers, or nothing where it refuses."""
        with self.asking():
            return verb(actor=self._actor(who), ref=self._ref(pk), now=self.now, **said)
        return None

    def _marks(self):
        written = dispute_promises.rows_written()
        if self.marked is None or self.marked[0] != written:
            self.marked = written, self._counted()
        return self.marked[1]

    def _counted(self):
        rows = [m.objects.count() for m in (Event, Message, EvidenceItem, Submission, Offer, OfferAnswer, Obligation)]
        return rows, list(Deadline.objects.order_by("pk").values_list("state", "due_at"))

    def _ref(self, pk):
        return Dispute.objects.values_list("ref", flat=True).get(pk=pk)

    def _actor(self, who):
        return self.people[who]

    def _for(self, pk, side):
        """Whoever speaks for this side of this dispute."""
        dispute = Dispute.objects.get(pk=pk)
        if side == Side.PLATFORM or (side == Side.RESPONDENT and dispute.respondent_id is None):
            return "carl"
        party = dispute.party_id_of(side)
        return "bob" if party == self.court.buyer.pk else "alice"

    def _respondent(self, pk):
        return self._for(pk, Side.RESPONDENT)

    def _fact(self, pk, no):
        return FactAtIssue.objects.select_related("step", "row").filter(dispute_id=pk, no=no).first()

    def _holder(self, pk):
        holder = Dispute.objects.get(pk=pk).mediator_id
        return next((m for m in MEDIATORS if self._actor(m).user_id == holder), "mia")

    def _where(self, pk, who, verb):
        """The dispute that was drawn; where it was left open who, one in a state that has this verb, if any is."""
        if who == DUE:
            possible = Dispute.objects.filter(state__in=SOURCES[verb]).order_by("pk").values_list("pk", flat=True)
            if possible and pk not in possible:
                return possible[0]
        return pk

    def _turn(self, who, pk, side):
        """Who was drawn; where that was left open, whoever speaks for the side whose turn it is."""
        return self._for(pk, side) if who == DUE else who

    def _mediator(self, who, pk):
        return self._holder(pk) if who == DUE else who

    # — beginning and talking —

    @initialize(
        target=disputes_,
        slugs=st.lists(st.sampled_from(SLUGS), min_size=2, max_size=2, unique=True),
        data=st.data(),
    )
    def two_are_on_their_way(self, slugs, data):
        """Both begin down one road, so that the steps after it start deep inside, and not all at the door."""
        road = data.draw(st.sampled_from(self.roads), label="road")
        keys = [self._open(slug) for slug in slugs]
        for turn, pk in enumerate(keys):
            getattr(self, f"take_road_to_{road}")(pk, turn)
            self.the_promises_hold()
        return multiple(*keys)

    def take_road_to_talk(self, pk, _turn):
        self.chat(pk, "bob", "both", 2, same=False)
        self.chat(pk, "alice", "both", 2, same=True)

    def take_road_to_proof(self, pk, _turn):
        self.bring_to_evidence(pk, "mia")
        self.bearer_proves(pk, 1, withheld=False)

    def take_road_to_a_secret(self, pk, _turn):
        self.bring_to_evidence(pk, "mia")
        self.bearer_proves(pk, 1, withheld=True)

    def take_road_to_the_last_moment(self, pk, turn):
        self.bring_to_evidence(pk, "mia")
        self.show_at_the_last_moment(pk, 1, turn)

    def take_road_to_records(self, pk, turn):
        self.bring_to_evidence(pk, "mia")
        self.bearer_asks_for_records(pk, 1, "gaps" if turn else "found")

    def take_road_to_silence(self, pk, _turn):
        self.bring_to_evidence(pk, "max")
        self.pass_time(24 * 40)

    def take_road_to_concession(self, pk, _turn):
        self.bring_to_evidence(pk, "mia")
        self.admit(pk, 1, self._respondent(pk))

    def take_road_to_agreement(self, pk, _turn):
        """The other side has an offer of its own on the table, and somebody without the say accepts first."""
        self._offer(pk, self._respondent(pk))
        offer = self._offer(pk, self._for(pk, Side.CLAIMANT))
        for who in ("staff", "manager", self._respondent(pk)):
            self._answer_offer(offer, who, "accept")

    def take_road_to_a_proposal(self, pk, turn):
        """The system proposes, or the mediator; one side accepts, and the other has still to."""
        if turn:
            self.bring_to_evidence(pk, "mia")
            self._offer(pk, "mia")
        else:
            self.propose(pk)
        self.answer_offer(pk, self._for(pk, Side.CLAIMANT), "accept")

    def take_road_to_a_stale_offer(self, pk, turn):
        self._answer_offer(self._offer(pk, self._for(pk, Side.CLAIMANT)), self._respondent(pk), "refuse")
        self.accept_at_the_last_moment(pk, turn, by_claimant=True)
        self._offer(pk, self._for(pk, Side.CLAIMANT), hours=1)
        self.pass_time(4)

    def take_road_to_withdrawal(self, pk, _turn):
        self._offer(pk, self._respondent(pk))
        self._withdraw(pk, self._for(pk, Side.CLAIMANT))

    def take_road_to_a_pause(self, pk, _turn):
        self.bring_to_evidence(pk, "nia")
        self.pause_for_a_while(pk, "carl", 30)

    def take_road_to_an_outage(self, pk, _turn):
        self.bring_to_evidence(pk, "mia")
        self.outage_at_the_end_of_a_window(pk, 1, 5)

    def take_road_to_a_person(self, pk, turn):
        self.propose_and_demand(pk, demand_first=bool(turn), who="bob")

    def take_road_to_a_ruling(self, pk, turn):
        """All is shown and answered, and the mediator has to find; of one of the two they want to see more first."""
        self.bring_to_evidence(pk, "mia")
        self.show_everything(pk)
        if turn:
            self.shift(pk, 1, "mia", DUE, reopen=True)

    def take_road_to_a_decision(self, pk, _turn):
        self.argue_to_the_end(pk, "mia", silent=True, review=False, again="max")

    def take_road_to_a_review(self, pk, _turn):
        self.argue_to_the_end(pk, "mia", silent=False, review=True, again="mia")

    def _open(self, slug):
        """Opened under the table in force; the first answer refuses at once, so that no step is spent on it."""
        self.court.now = self.now
        return self.court.open(slug, placed_at=NOW - timedelta(days=10), received_at=NOW - timedelta(days=5)).pk

    @rule(target=disputes_, slug=st.sampled_from(SLUGS), joined=st.booleans())
    def open(self, slug, joined):
        if Dispute.objects.count() > 6 or Dispute.objects.exclude(state__in=FINAL).count() > 3:
            return multiple()
        pk = self._open(slug)
        if joined:
            self.bring_to_evidence(pk, "mia")
        return pk

    @rule(pk=disputes_, who=sides, refuses=st.booleans())
    def answer(self, pk, who, refuses):
        pk = self._where(pk, who, "answer")
        self.attempt(
            commands.answer_dispute, pk, self._turn(who, pk, Side.RESPONDENT), text="不同意。", refuses=refuses
        )

    @rule(pk=disputes_, who=sides)
    def escalate(self, pk, who):
        pk = self._where(pk, who, "escalate")
        who = self._turn(who, pk, Side.CLAIMANT)
        self.attempt(commands.escalate_dispute, pk, who)

    @rule(pk=disputes_, who=sides)
    def demand(self, pk, who):
        pk = self._where(pk, who, "demand_human")
        who = self._turn(who, pk, Side.CLAIMANT)
        with self.asking():
            commands.demand_human(actor=self._actor(who), ref=self._ref(pk), now=self.now)
            self.demanded.add(pk)

    @rule(pk=disputes_, who=parties)
    def withdraw(self, pk, who):
        if not pk % 3:  # seldom enough that most disputes live on
            self._withdraw(pk, who)

    def _withdraw(self, pk, who):
        self.attempt(commands.withdraw_dispute, pk, who)

    @rule(pk=disputes_, who=mediators)
    def bring_to_evidence(self, pk, who):
        """A burst: answered, called in, joined."""
        pk = self._where(pk, DUE, "escalate")
        self.answer(pk, self._respondent(pk), refuses=True)
        self.escalate(pk, self._for(pk, Side.CLAIMANT))
        self.join(pk, who)

    # — proof —

    @rule(pk=disputes_, no=numbers, who=sides, withheld=st.booleans())
    def prove(self, pk, no, who, withheld):
        """Anybody shows something; where it is left open who, the side against the one that bears the fact."""
        pk = self._where(pk, who, "submit_evidence")
        fact = self._fact(pk, no)
        bearer = Side.RESPONDENT if fact is None or fact.bearer is None else Side(fact.bearer)
        self._prove(pk, no, self._turn(who, pk, bearer.other), withheld=withheld)

    @rule(pk=disputes_, no=numbers, withheld=st.sampled_from([False, False, True]))
    def bearer_proves(self, pk, no, withheld):
        """The one who bears the fact shows something; the table then says who bears it next."""
        fact = self._fact(pk, no)
        if fact is not None and fact.bearer is not None:
            self._prove(pk, no, self._for(pk, fact.bearer), withheld=withheld)

    @rule(pk=disputes_)
    def show_everything(self, pk):
        """A burst: every bearer shows something in time, step by step, and the other side has nothing to add."""
        pk = self._where(pk, DUE, "submit_evidence")
        for no in (1, 2):
            for _step in range(4):
                fact = self._fact(pk, no)
                if fact is None or fact.bearer is None or fact.awaits_ruling:
                    break
                self._prove(pk, no, self._for(pk, fact.bearer))
            for who in (Side.CLAIMANT, Side.RESPONDENT):
                self.answer_evidence(pk, no, self._for(pk, who))

    def _prove(self, pk, no, who, *, withheld=False):
        with self.asking():
            reason = "商业秘密" if withheld else ""
            stage(self._actor(who), self._ref(pk), now=self.now, fact_no=no, withheld=reason)
        self._submit(pk, no, who)

    def _submit(self, pk, no, who):
        before, closes = self._fact(pk, no), None
        if before is not None:
            closes = window_closes(before)
        in_evidence = Dispute.objects.filter(pk=pk, state="EVIDENCE").exists()
        submitted = self.attempt(commands.submit_evidence, pk, who, fact_no=no)
        if submitted is None or before is None:
            return
        shown = submitted.items.filter(is_withheld=False).exists()
        bore = before.bearer == submitted.side and not before.awaits_ruling and before.state in UNSETTLED
        in_time = closes is not None and self.now <= closes
        after = self._fact(pk, no)
        if in_evidence and shown and bore and in_time:
            following = StepRow.objects.filter(fact_id=before.row_id, no__gt=before.step.no).order_by("no").first()
            if following is None:
                assert after.awaits_ruling, "the last step was discharged and the fact does not wait for a ruling"
            else:
                assert (after.step_id, after.bearer) == (following.pk, following.bearer), "the wrong step follows"
        else:
            assert (after.step_id, after.bearer, after.awaits_ruling) == (
                before.step_id,
                before.bearer,
                before.awaits_ruling,
            ), "the burden moved for nothing"

    @rule(pk=disputes_, who=sides)
    def remove(self, pk, who):
        draft = EvidenceItem.objects.filter(dispute_id=pk).last()
        if draft is not None:
            who = self._turn(who, pk, draft.side)
            self.attempt(commands.remove_evidence, pk, who, no=draft.no)

    @rule(pk=disputes_, no=numbers, who=sides)
    def answer_evidence(self, pk, no, who):
        pk = self._where(pk, who, "answer_evidence")
        last = Submission.objects.filter(fact__dispute_id=pk, fact__no=no, answered_at__isnull=True).last()
        who = self._turn(who, pk, Side.RESPONDENT if last is None else Side(last.side).other)
        self.attempt(commands.answer_evidence, pk, who, fact_no=no)

    @rule(pk=disputes_, who=sides)
    def object_to(self, pk, who):
        pk = self._where(pk, who, "object_to_evidence")
        item = EvidenceItem.objects.filter(dispute_id=pk).last()
        if item is not None:
            who = self._turn(who, pk, Side(item.side).other)
            self.attempt(commands.object_to_evidence, pk, who, no=item.no, ground="relevance", text="无关")

    @rule(pk=disputes_, no=numbers, who=sides)
    def admit(self, pk, no, who):
        pk = self._where(pk, who, "admit_fact")
        who = self._turn(who, pk, Side.RESPONDENT)
        self.attempt(commands.admit_fact, pk, who, fact_no=no)

    @rule(pk=disputes_, no=numbers, then=st.sampled_from(["found", "order", "gaps", "fail", "later", "pause"]))
    def bearer_asks_for_records(self, pk, no, then):
        """A burst: asked for with one click, and had, not had, still awaited, or had while a court has the case."""
        fact = self._fact(pk, no)
        if fact is None or fact.bearer is None:
            return
        pull = self.attempt(commands.ask_for_records, pk, self._for(pk, fact.bearer), fact_no=no)
        if pull is None:
            return
        if then == "pause":
            self.pause(pk, "carl")
        if then != "later":
            self.records_come(pk, then)
        if then == "pause":
            self.pass_time(30)
            self.resume(pk, "carl")

    @rule(pk=disputes_, then=st.sampled_from(["found", "order", "gaps", "fail"]))
    def records_come(self, pk, then):
        pulls = RecordPull.objects.order_by("-pk")
        pull = pulls.filter(state="ASKED").first() or pulls.filter(fact__dispute_id=pk).first()
        if pull is None:
            return
        with self.asking():
            if then == "fail":
                commands.fail_records(pull_ref=pull.ref, effective_at=self.now, now=self.now)
                return
            found = [
                FetchedRecord(
                    kind=Record(kind),
                    content={"order": pull.ref},
                    source="trade",
                    collector="appeals",
                    method="https-pull (UTC)",
                    recorded_at=None,
                    collected_at=self.now,
                )
                for kind in {"gaps": [], "order": [Record.ORDER]}.get(then, pull.kinds)
            ]
            commands.seal_records(
                pull_ref=pull.ref,
                records=found,
                gaps=[Gap(kind=Record.LOGISTICS, reason="not-kept")],
                now=self.now,
            )

    @rule(pk=disputes_, no=numbers, late=st.sampled_from([-1, 0, 1]))
    def show_at_the_last_moment(self, pk, no, late):
        """Received at the due moment or a millisecond around it; the sweep comes when the grace is over."""
        fact = self._fact(pk, no)
        if fact is None or fact.bearer is None or not Dispute.objects.filter(pk=pk, state="EVIDENCE").exists():
            return
        closes = window_closes(fact)
        if closes is None or closes - 4 * A_MOMENT <= self.now:
            return
        who = self._for(pk, fact.bearer)
        self.now = min(self.now, closes - 3 * A_MOMENT)
        with self.asking():
            stage(self._actor(who), self._ref(pk), now=self.now, fact_no=no)
        self.now = closes + (late - 1) * A_MOMENT
        self._submit(pk, no, who)
        self._sweep(closes + deadlines.grace())
        after = self._fact(pk, no)
        if not fact.submissions.filter(side=fact.bearer).count() >= 6:
            satisfied = after.step_id != fact.step_id or after.awaits_ruling
            assert satisfied == (late <= 0) or after.state not in UNSETTLED, (
                "in time and yet silent, or too late and not"
            )
            assert not (late <= 0 and after.state in ("PRESUMED", "ADVERSE_INFERENCE")), "in time and yet silent"

    # — the mediator —

    @rule(pk=disputes_, who=holders)
    def join(self, pk, who):
        pk = self._where(pk, who, "join")
        who = self._mediator(who, pk)
        self.attempt(commands.join_dispute, pk, who)

    @rule(who=mediators)
    def join_next(self, who):
        with self.asking():
            commands.join_next_dispute(actor=self._actor(who), now=self.now)

    @rule(pk=disputes_, who=st.sampled_from([DUE, *MEDIATORS, "carl", "bob"]), to=mediators)
    def hand_over(self, pk, who, to):
        pk = self._where(pk, who, "hand_over")
        who = self._mediator(who, pk)
        self.attempt(commands.hand_over, pk, who, to_code=self._actor(to).code)

    @rule(pk=disputes_, no=numbers, who=holders, bearer=st.sampled_from([DUE, *Side]), reopen=st.booleans())
    def shift(self, pk, no, who, bearer, reopen):
        """The mediator lays the burden on a side; where it is left open which, on one that the table knows."""
        pk = self._where(pk, who, "reopen_evidence" if reopen else "shift_burden")
        if bearer == DUE:
            fact = self._fact(pk, no)
            bearer = Side.CLAIMANT if fact is None else steps_of_row(fact.row_id)[0].bearer
        who = self._mediator(who, pk)
        verb = commands.reopen_evidence if reopen else commands.shift_burden
        self.attempt(
            verb, pk, who, fact_no=no, bearer=bearer, basis="民诉法解释 90", reasons="由其掌握证据。", hours=48
        )

    @rule(pk=disputes_, no=numbers, who=holders, proved=st.booleans(), relies=st.booleans())
    def rule_on(self, pk, no, who, proved, relies):
        pk = self._where(pk, who, "rule_fact")
        who = self._mediator(who, pk)
        shown = EvidenceItem.objects.filter(dispute_id=pk, fact__no=no).values_list("no", flat=True)
        self.attempt(
            commands.rule_fact,
            pk,
            who,
            fact_no=no,
            proved=proved,
            reasons="证据相互印证。",
            evidence=list(shown)[:1] if relies else [],
        )

    @rule(pk=disputes_, who=holders)
    def close_evidence(self, pk, who):
        pk = self._where(pk, who, "close_evidence")
        who = self._mediator(who, pk)
        self.attempt(commands.close_evidence, pk, who)

    @rule(pk=disputes_, who=holders, follows=st.booleans(), supported=st.booleans(), confirms=st.booleans())
    def determine(self, pk, who, follows, supported, confirms):
        pk = self._where(pk, who, "determine")
        self._determine(pk, self._mediator(who, pk), follows=follows, supported=supported, confirms=confirms)

    def _determine(self, pk, who, *, follows=True, supported=True, confirms=True):
        dispute = Dispute.objects.get(pk=pk)
        derived = commands.derived_of(dispute)
        wins = bool(derived.supported) if follows else supported
        remedy = (derived.remedy or dispute.ground.default_remedy) if wins else ""
        money = remedy in ("REFUND", "RETURN_AND_REFUND", "PARTIAL_REFUND", "COMPENSATE")
        draft = commands.DeterminationDraft(
            outcome="SUPPORTED" if wins else "NOT_SUPPORTED",
            remedy=remedy,
            amount_minor=(derived.amount_minor or 100) if money else None,
            payer=("PLATFORM" if dispute.respondent_id is None else "RESPONDENT") if money else "NOBODY",
            goods_back=remedy in ("RETURN_AND_REFUND", "EXCHANGE", "REPAIR"),
            reasons="依据在案证据认定。",
            sentences={f.no: "依举证规则认定。" for f in dispute.facts.all()},
            departure_reasons="" if follows else "另有理由。",
            confirmed_stakes=confirms,
            goods_are="NOT_DELIVERED" if remedy in ("REFUND", "PARTIAL_REFUND") else "",
            goods_are_reason="没有交付。" if remedy in ("REFUND", "PARTIAL_REFUND") else "",
        )
        self.attempt(commands.determine_dispute, pk, who, draft=draft)

    @rule(pk=disputes_, who=st.sampled_from(["carl", *MEDIATORS, "bob"]))
    def pause(self, pk, who):
        with self.asking():
            commands.pause_dispute(
                actor=self._actor(who), ref=self._ref(pk), reason="法院已立案。", authority="某区法院", now=self.now
            )
            running = Deadline.objects.filter(case_kind="dispute", case_id=pk, state="CANCELLED")
            stopped = {(c["kind"], c["key"]): c["due"] for c in Dispute.objects.get(pk=pk).paused_clocks}
            assert running.count() >= len(stopped)
            self.paused[pk] = (self.now, stopped)

    @rule(pk=disputes_, who=st.sampled_from([DUE, "carl", *MEDIATORS]))
    def resume(self, pk, who):
        pk = self._where(pk, who, "resume")
        if who == DUE:
            who = "carl" if Dispute.objects.get(pk=pk).mediator_id is None else self._holder(pk)
        with self.asking():
            commands.resume_dispute(actor=self._actor(who), ref=self._ref(pk), now=self.now)
            self._every_clock_is_later_by_the_pause(pk)

    def _every_clock_is_later_by_the_pause(self, pk):
        began, stopped = self.paused.pop(pk)
        went_on = dict(
            Deadline.objects.filter(case_kind="dispute", case_id=pk, state="OPEN").values_list("kind", "due_at")
        )
        finished = RecordPull.objects.filter(fact__dispute_id=pk, finished_at__gte=began).exists()
        for (kind, key), due in stopped.items():
            if kind == "dispute.answerable":
                until = max(
                    Submission.objects.filter(
                        fact__dispute_id=pk, answered_at__isnull=True, answerable_until__gt=self.now
                    ).values_list("answerable_until", flat=True),
                    default=None,
                )
                assert went_on.get(kind) == until
                continue
            if finished and kind in ("dispute.production", "dispute.answerable", "dispute.reminder", "dispute.records"):
                continue  # records that came meanwhile take their effect at once
            if kind in ("dispute.offer", "dispute.reminder") and pk in self.demanded:
                continue
            row = Deadline.objects.filter(case_kind="dispute", case_id=pk, kind=kind, key=key, state="OPEN").first()
            assert row is not None, f"the pause lost {kind} {key}: {went_on}"
            assert canonical.moment(row.due_at - (self.now - began)) == due, f"{kind} moved by another time"

    @rule(pk=disputes_, who=st.sampled_from(["carl", "mia"]), hours=st.sampled_from([1, 30]))
    def pause_for_a_while(self, pk, who, hours):
        """A burst: paused, time passes, resumed."""
        self.pause(pk, who)
        self.pass_time(hours)
        self.the_promises_hold()
        self.resume(pk, "carl")

    # — bursts to the end —

    @rule(pk=disputes_, who=mediators, silent=st.booleans(), review=st.booleans(), again=mediators)
    def argue_to_the_end(self, pk, who, silent, review, again):
        """Argued by silence or by proof, determined, and reviewed by somebody who may be the same person."""
        self.bring_to_evidence(pk, who)
        holder = self._holder(pk)
        for no in (1, 2) if not silent else ():
            self.bearer_proves(pk, no, withheld=False)
        self.pass_time(24 * 40)
        for no in (1, 2):
            self.rule_on(pk, no, holder, proved=not silent, relies=True)
        self._determine(pk, holder)
        if review:
            for side in (Side.CLAIMANT, Side.RESPONDENT):
                self.attempt(commands.request_review, pk, self._for(pk, side))
            self.join(pk, again)
            self.join(pk, next(m for m in MEDIATORS if m != holder))
            self._determine(pk, self._holder(pk))
            self._determine(pk, holder)
            self.request_review(pk, "bob")
        else:
            self.accept_determination(pk, "bob")
            self.pass_time(24 * 8)
        self.everything_is_carried_out(pk)

    @rule(pk=disputes_, fails=st.booleans())
    def carry_out(self, pk, fails):
        self.everything_is_carried_out(pk, fails=fails)

    def everything_is_carried_out(self, pk, *, fails=False):
        for row in list(Obligation.objects.filter(dispute_id=pk).order_by("no")):
            for who, verb in ((row.debtor, "report"), (row.debtor, "confirm"), (row.creditor, "confirm")):
                if fails and verb == "confirm":
                    self.follow(pk, row.no, "carl", "fail")
                else:
                    self.follow(pk, row.no, self._for(pk, who), verb)

    @rule(pk=disputes_, no=numbers, who=sides, verb=st.sampled_from(["report", "confirm", "fail", "miss", "pay"]))
    def follow(self, pk, no, who, verb):
        pk = self._where(pk, who, "follow_obligation")
        owed = Obligation.objects.filter(dispute_id=pk, no=no).first()
        if owed is not None:
            who = self._turn(who, pk, owed.debtor if verb == "report" else owed.creditor)
        who = self._turn(who, pk, Side.RESPONDENT)
        if verb == "report":
            self.attempt(commands.report_obligation, pk, who, no=no, note="已转账")
        elif verb == "confirm":
            self.attempt(commands.confirm_obligation, pk, who, no=no)
        elif verb == "miss":
            self.attempt(commands.report_not_received, pk, who, no=no)
        elif verb == "pay":
            payment = {"reference": f"{pk}-{no}", "amount_minor": (owed and owed.amount_minor) or 1}
            self.attempt(commands.record_payment, pk, "carl", no=no, paid_at=self.now, **payment)
        else:
            self.attempt(commands.fail_obligation, pk, who, no=no, note="账户已注销")

    @rule(pk=disputes_, who=st.sampled_from(["carl", "client", "alice"]), amount=st.integers(0, 200))
    def advance(self, pk, who, amount):
        self.attempt(commands.advance_payment, pk, who, to_side="CLAIMANT", amount_minor=amount, reason="先行赔付")

    @rule(pk=disputes_, who=st.sampled_from(["carl", "bob"]), recovered=st.integers(0, 200))
    def settle_advance(self, pk, who, recovered):
        owed = Advance.objects.filter(state="ADVANCED").first()
        if owed is not None and who == "carl":
            pk, recovered = owed.dispute_id, min(recovered, owed.amount_minor + 1)
        self.attempt(commands.settle_advance, pk, who, no=1, recovered_minor=recovered)

    @rule(pk=disputes_, who=sides)
    def request_review(self, pk, who):
        pk = self._where(pk, who, "request_review")
        who = self._turn(who, pk, Side.RESPONDENT)
        self.attempt(commands.request_review, pk, who)

    @rule(pk=disputes_, who=sides)
    def accept_determination(self, pk, who):
        pk = self._where(pk, who, "accept_determination")
        who = self._turn(who, pk, Side.CLAIMANT)
        self.attempt(commands.accept_determination, pk, who)

    # — offers —

    @rule(pk=disputes_, who=sides, remedy=remedies, hours=st.sampled_from([0, 1, 48]))
    def offer(self, pk, who, remedy, hours):
        pk = self._where(pk, who, "make_offer")
        self._offer(pk, self._turn(who, pk, Side.RESPONDENT), remedy, hours)

    def _offer(self, pk, who, remedy="PARTIAL_REFUND", hours=48):
        return self.attempt(
            commands.make_offer,
            pk,
            who,
            terms=commands.Terms(
                remedy=remedy,
                amount_minor=None if remedy == "RESEND" else 8_000,
                goods_back=remedy == "RETURN_AND_REFUND",
                hours=hours,
            ),
        )
        return None

    @rule(pk=disputes_)
    def propose(self, pk):
        with self.asking():
            commands.propose_by_system(
                dispute_id=pk, terms=commands.Terms(remedy="PARTIAL_REFUND", amount_minor=100), now=self.now
            )

    @rule(pk=disputes_, who=sides, verb=st.sampled_from(["accept", "accept", "refuse", "withdraw"]))
    def answer_offer(self, pk, who, verb):
        """The latest offer; where it is left open by whom, by who has not answered it, or may take it back."""
        pk = self._where(pk, who, "accept_offer")
        offer = Offer.objects.filter(dispute_id=pk).order_by("-no").first()
        if offer is None:
            return
        if who == DUE and verb == "withdraw" and offer.side == Side.PLATFORM:
            who = self._holder(pk)
        elif who == DUE and verb == "withdraw":
            who = self._for(pk, offer.side)
        elif who == DUE:
            spoken = {offer.side, *offer.answers.values_list("side", flat=True)}
            who = self._for(pk, Side.RESPONDENT if Side.CLAIMANT in spoken else Side.CLAIMANT)
        self._answer_offer(offer, who, verb)

    def _answer_offer(self, offer, who, verb):
        if offer is None:
            return
        act = {"accept": commands.accept_offer, "refuse": commands.refuse_offer, "withdraw": commands.withdraw_offer}
        with self.asking():
            act[verb](actor=self._actor(who), offer_ref=offer.ref, now=self.now)

    @rule(pk=disputes_, late=st.sampled_from([-1, 0, 1]), by_claimant=st.booleans())
    def accept_at_the_last_moment(self, pk, late, by_claimant):
        """An offer answered at the moment it lapses, or a millisecond around it."""
        maker, other = ("bob", "alice") if by_claimant else ("alice", "bob")
        offer = self._offer(pk, maker, hours=1)
        if offer is None:
            return
        self.now = offer.expires_at + (late - 1) * A_MOMENT
        for who in (["manager", "staff"] if other == "alice" else []) + [other]:
            self._answer_offer(offer, who, "accept")
        offer.refresh_from_db()
        assert (offer.state == "ACCEPTED") <= (late <= 0), "accepted after it lapsed"

    @rule(pk=disputes_, demand_first=st.booleans(), who=parties)
    def propose_and_demand(self, pk, demand_first, who):
        """A burst: the system proposes and a person is demanded, in either order."""
        steps = [lambda: self.propose(pk), lambda: self.demand(pk, who)]
        for step in reversed(steps) if demand_first else steps:
            step()
        self.the_promises_hold()

    @rule(pk=disputes_, who=st.sampled_from(["alice", "manager", "finance", "bob", "eve"]))
    def consent(self, pk, who):
        self.attempt(commands.consent_to_no_return, pk, who)

    # — talk —

    @rule(pk=disputes_, who=st.sampled_from(PEOPLE), lane=st.sampled_from(["both", "private", "claimant"]),
          times=st.integers(1, 4), same=st.booleans())  # fmt: skip
    def chat(self, pk, who, lane, times, same):
        for turn in range(times):
            self.messages += not (same and turn)
            self.attempt(commands.post_message, pk, who, lane=lane, client_id=f"m{self.messages}", text="您好")
        throttle.forget()

    @rule(pk=disputes_, who=st.sampled_from([DUE, *PEOPLE]), back=st.integers(0, 3))
    def recall(self, pk, who, back):
        head = Room.objects.get(dispute_id=pk, lane="both").head
        last = Message.objects.filter(room__lane="both", kind="text").order_by("sent_at", "pk").last()
        if who == DUE:
            if last is None:
                return
            pk, head, back = last.room.dispute_id, last.sequence, 0
            who = next(name for name in PEOPLE if self._actor(name).user_id == last.sender_id)
        self.attempt(commands.recall_message, pk, who, lane="both", sequence=max(1, head - back))

    # — time —

    @rule(hours=st.sampled_from([1, 4, 23, 25, 49, 73, 24 * 8]))
    def pass_time(self, hours):
        self.now += timedelta(hours=hours)
        self._sweep(self.now)

    @rule(late=st.sampled_from([-1, 0, 1]), sweeps=st.booleans())
    def go_to_the_next_deadline(self, late, sweeps):
        following = Deadline.objects.filter(state="OPEN", due_at__gt=self.now + A_MOMENT).order_by("due_at").first()
        if following is not None:
            self.now = following.due_at + late * A_MOMENT
            if sweeps:
                self._sweep(self.now)

    def _sweep(self, now):
        self.now = max(self.now, now)
        deadlines.fire_due(now=self.now)
        failed = Deadline.objects.filter(state="OPEN", attempts__gt=0).values_list("kind", "last_error")
        assert not list(failed), "a deadline failed"

    @rule(hours=st.integers(1, 20), ago=st.integers(0, 30), is_announced=st.booleans())
    def outage(self, hours, ago, is_announced):
        """Recorded afterwards, perhaps after windows in it have closed and before they were swept."""
        from tests.factories import confirmed_outage

        end = self.now - timedelta(hours=ago)
        with self.asking():
            confirmed_outage(
                actor=self._actor("carl"),
                started_at=end - timedelta(hours=hours),
                ended_at=end,
                is_announced=is_announced,
                cause="机房断电",
                now=self.now,
            )
        if not ago % 2:
            for pk in list(Dispute.objects.values_list("pk", flat=True)):
                commands.extend_windows_of(dispute_id=pk, now=self.now)

    @rule(pk=disputes_, no=numbers, hours=st.integers(1, 20))
    def outage_at_the_end_of_a_window(self, pk, no, hours):
        """A burst: the platform is down in the last hours of a window, and this is recorded before the sweep."""
        fact = self._fact(pk, no)
        if fact is None or fact.due_at is None or fact.due_at <= self.now + timedelta(hours=hours):
            return
        if not Dispute.objects.filter(pk=pk, state="EVIDENCE").exists():
            return
        self.now = fact.due_at + timedelta(seconds=5)
        with recording():
            Outage.objects.create(
                started_at=fact.due_at - timedelta(hours=hours),
                ended_at=fact.due_at,
                cause="断电",
                recorded_by_ref="system:tests",
                recorded_at=self.now,
            )
        self._sweep(fact.due_at + deadlines.grace())
        after = self._fact(pk, no)
        assert after.state in UNSETTLED, "an outage in the window was not given back"
        self.the_promises_hold()

    # — what holds after every step —

    @invariant()
    def the_promises_hold(self):
        """Asked again only once something was written: where nothing was, nothing can have become untrue."""
        written = dispute_promises.rows_written()
        if written != self.checked_at:
            dispute_promises.check_all(self)
            self.checked_at = written
