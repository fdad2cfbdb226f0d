"""Random histories that the commands make: notices, appeals and what becomes of them, remedies, disputes, with days
between, on which the worker looks.
"""

import random
from contextlib import suppress
from datetime import timedelta

from appeals import commands as appeals
from appeals.models import Appeal, TriageSuggestion
from archive import checkpoints
from casework import deadlines
from casework.errors import CaseError
from disputes import commands as disputes
from disputes.models import Dispute
from notices import commands as notices
from notices.models import Remedy
from tests import factories as make
from transparency import commands

GROUNDS = ("facts_wrong", "disproportionate", "authorised")
ACTS = ("issue", "file", "file", "decide", "decide", "decide", "grant", "demand", "withdraw", "restore", "fall", "wait")
OF_DISPUTES = ("open", "open", "give_up", "settle", "determine", "wait")


class History:
    """One history by its seed. What is refused does not happen."""

    def __init__(self, seed, *, now, world=None, court=None):
        self.random, self.now = random.Random(seed), now
        self.world, self.court = world, court
        self.notices = []
        if world is not None:
            make.switch_on(world.carl, now=now)

    def go_on(self, steps):
        for _n in range(steps):
            self.now += timedelta(minutes=self.random.randrange(1, 400))
            with suppress(CaseError, IndexError):  # refused, or there is nothing to do it to
                getattr(self, self.random.choice(ACTS if self.court is None else OF_DISPUTES))()
        return self.now

    def wait(self):
        """Time passes, and the worker does what is due and closes what is over."""
        self.now += timedelta(hours=self.random.choice((3, 20, 40, 200)))
        deadlines.fire_due(now=self.now)
        checkpoints.make_if_due(now=self.now)
        commands.close_days(now=self.now)

    # — notices and appeals —

    def issue(self):
        world, officer = self.world, self.random.choice(("", self.world.otto.code, self.world.odile.code))
        measures = [make.measure(self.now), make.deduction(self.now)]
        self.random.shuffle(measures)
        draft = make.draft(world.merchant, world.rule, now=self.now, officer=officer, measures=measures)
        self.notices.append(make.issue(world.platform, draft, now=self.now))

    def file(self):
        if not self.notices:
            self.issue()
        notice = self.random.choice(self.notices)
        how = {"ground": self.random.choice(GROUNDS), "review": self.random.choice(("human", "system_first"))}
        filed = make.file(self.world.alice, notice, now=self.now, new_facts="有新的证据。", **how)
        if self.random.random() < 0.7:
            permille = self.random.choice((20, 480, 500, 990))
            TriageSuggestion.objects.create(**make.suggestion_values(filed, now=self.now, permille=permille))

    def _open(self):
        return Appeal.objects.get(pk=self.random.choice(list(Appeal.objects.filter(is_ended=False))).pk)

    def decide(self):
        self.file()
        appeal, reviewer = self._open(), self.random.choice((self.world.rita, self.world.rosa, self.world.sara))
        appeals.route_to_person(appeal_id=appeal.pk, why="left-to-a-person", now=self.now)
        ready = make.ready_to_decide(reviewer, appeal, now=self.now)
        self.now += timedelta(hours=self.random.choice((0, 2, 30)))
        outcome = self.random.choice(("UPHELD", "OVERTURNED", "VARIED"))
        rulings = [self._ruled(item.measure, outcome) for item in ready.items.select_related("measure")]
        make.decide(reviewer, ready, now=self.now, rulings=rulings)

    def _ruled(self, measure, outcome):
        if outcome != "VARIED":
            return appeals.RulingDraft(measure.no, outcome)
        if measure.amount_minor:
            return appeals.RulingDraft(measure.no, "VARIED", ends_at=None, amount_minor=1)
        return appeals.RulingDraft(measure.no, "UPHELD")

    def grant(self):
        """The system decides, where it may."""
        from triage.commands import finalise_automatically

        finalise_automatically(appeal_id=self._open().pk, now=self.now)

    def demand(self):
        appeals.demand_human(actor=self.world.alice, ref=self._open().ref, now=self.now)

    def withdraw(self):
        appeals.withdraw_appeal(actor=self.world.alice, ref=self._open().ref, now=self.now)

    def fall(self):
        notice = self.random.choice(self.notices)
        notices.withdraw_notice(actor=self.world.platform, ref=notice.ref, reason="我们弄错了。", now=self.now)

    def restore(self):
        for remedy in Remedy.objects.exclude(state="CONFIRMED").order_by("?")[:2]:
            settle = self.random.choice((notices.confirm_remedy, notices.fail_remedy))
            settle(actor=self.world.platform, ref=remedy.ref, now=self.now, note="按流程处理")

    # — disputes —

    def open(self):
        self.court.now = self.now
        self.court.open(self.random.choice(("not_received", "not_as_described")))

    def _negotiated(self):
        return self.random.choice(list(Dispute.objects.filter(state="NEGOTIATING")))

    def give_up(self):
        disputes.withdraw_dispute(actor=self.court.bob, ref=self._negotiated().ref, now=self.now)

    def settle(self):
        dispute, court = self._negotiated(), self.court
        terms = disputes.Terms(remedy="EXPLAIN_OR_APOLOGISE", amount_minor=None, note="道歉")
        offer = disputes.make_offer(actor=court.alice, ref=dispute.ref, terms=terms, now=self.now)
        disputes.accept_offer(actor=court.bob, ref=offer.ref, now=self.now)

    def determine(self):
        court, self.court.now = self.court, self.now
        dispute = court.joined("not_received")
        court.prove(dispute, 1, court.alice, self.now)
        court.rest(dispute, self.now)
        ruled = {"fact_no": 1, "proved": False, "reasons": "没有签收记录。", "evidence": []}
        disputes.rule_fact(actor=court.mia, ref=dispute.ref, now=self.now, **ruled)
        self.now += timedelta(hours=self.random.choice((1, 50)))
        disputes.determine_dispute(
            actor=court.mia,
            ref=dispute.ref,
            draft=disputes.DeterminationDraft(
                outcome="SUPPORTED", remedy="REFUND", amount_minor=29_900, payer="RESPONDENT", reasons="没有交付。",
                sentences={1: "没有交付。"}, goods_are="NOT_DELIVERED", goods_are_reason="没有交付。",
            ),
            now=self.now,
        )  # fmt: skip
