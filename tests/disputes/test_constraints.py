"""The laws of disputes hold for whoever writes past the code."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from disputes import commands
from disputes.machine import OPEN, DisputeState
from disputes.models import (
    AbuseReport,
    Advance,
    BurdenTable,
    Determination,
    Dispute,
    EvidenceItem,
    FactAtIssue,
    FactRow,
    FactRuling,
    Finding,
    GroundRow,
    HumanDemand,
    Message,
    NoReturnConsent,
    Objection,
    Obligation,
    Offer,
    OfferAnswer,
    OpeningBand,
    OpeningSketch,
    OpeningTriage,
    PlatformRecord,
    ReadMark,
    RecordPull,
    Relaxation,
    RelaxationControl,
    RelianceOn,
    RepeatedOpening,
    Room,
    StepRow,
    Submission,
)
from rules.models import RuleVersion
from tests import factories as make
from tests.disputes.building import NEVER_CAME, REFUNDED, fresh
from tests.laws import Laws, assert_refused, insert

LAWS = Laws()


class Case:
    """One dispute at a stage, with its court and rows of every table made when they are asked for."""

    def __init__(self, court):
        self.court, self.now = court, court.now
        self._dispute = self._draft_table = None

    @property
    def dispute(self):
        """In evidence, held by mia; the one fact is unsettled and borne by the seller."""
        if self._dispute is None:
            self._dispute = self.court.joined("not_received")
        return self._dispute

    @property
    def silent(self):
        """The seller's time has passed: everything is found, and mia may decide."""
        if self.dispute.state == "EVIDENCE":
            self.court.pass_time(self.now + timedelta(days=4))
            self._dispute = fresh(self.dispute)
        return self._dispute

    @property
    def decided(self):
        assert self.silent
        later = self.now + timedelta(days=5)
        self._dispute = self.court.determine(self.dispute, now=later, **REFUNDED, **NEVER_CAME)
        return self._dispute.determinations.get()

    @property
    def fact(self):
        return self.dispute.facts.get(no=1)

    @property
    def room(self):
        return self.dispute.rooms.get(lane="both")

    @property
    def message(self):
        return commands.post_message(
            actor=self.court.bob, ref=self.dispute.ref, lane="both", client_id="c1", text="您好", now=self.now
        )

    @property
    def item(self):
        self.court.prove(self.dispute, 1, self.court.alice, self.now)
        return self.dispute.evidence.get()

    @property
    def offer(self):
        return commands.make_offer(
            actor=self.court.alice, ref=self.dispute.ref, terms=commands.Terms("RESEND"), now=self.now
        )

    @property
    def advance(self):
        return self.court.advance(self.dispute, 100)

    @property
    def obligation(self):
        commands.accept_offer(actor=self.court.bob, offer_ref=self.offer.ref, now=self.now)
        return self.dispute.obligations.get()

    @property
    def ruling(self):
        """Rests on the seller's piece, which the buyer had nothing to add to."""
        item = self.item
        self.court.rest(self.dispute, self.now)
        return self.court.rule(self.dispute, self.now, proved=True, evidence=[item.no])

    @property
    def draft_table(self):
        """A table that is not published yet: one ground, one fact, one step, one relief without controls."""
        if self._draft_table is None:
            self._draft_table = BurdenTable.objects.create(version_id=self.version().pk)
            ground = insert(self.court.table.grounds.get(slug="not_received"), table_id=self._draft_table.pk)
            row = insert(FactRow.objects.get(ground__slug="not_received"), ground_id=ground.pk)
            insert(StepRow.objects.get(fact__ground__slug="not_received"), fact_id=row.pk)
            insert(Relaxation.objects.first(), table_id=self._draft_table.pk, fact_id=row.pk)
        return self._draft_table

    @property
    def draft_step(self):
        return StepRow.objects.get(fact__ground__table=self.draft_table)

    def version(self, start=None):
        code = make.publish_rule(self.court.platform, now=self.now, start=start or self.now + timedelta(days=9))
        return RuleVersion.objects.get(rule__code=code)

    def update(self, **changes):
        Dispute.objects.filter(pk=self.dispute.pk).update(**changes)

    def insert(self, **changes):
        """Another dispute row, about another order."""
        return insert(self.dispute, **{"ref": "dsp_x", "number": "D-x", "order_ref": "O-x"} | changes)

    @property
    def reading(self):
        """How the opening was read: no words that ask for a person, nobody else against the shop."""
        return commands.record_opening_triage(dispute_id=self.dispute.pk, now=self.now)

    def read(self, **changes):
        """The reading once more with these changes, of another dispute."""
        return insert(self.reading, **{"dispute_id": self.insert().pk} | changes)

    def sketch(self, **changes):
        values = {"dispute": self.dispute, "runs": 12, "hashes": b"0", "sketched_at": self.now} | changes
        return OpeningSketch.objects.create(**values)

    def repeat(self, **changes):
        """The dispute repeats one opened a second before it."""
        earlier = self.insert(created_at=self.dispute.created_at - timedelta(seconds=1))
        values = {
            "dispute": self.dispute,
            "earlier": earlier,
            "overlap_permille": 900,
            "jaccard_permille": 800,
            "found_at": self.now,
        }
        return RepeatedOpening.objects.create(**values | changes)

    def demand(self):
        return HumanDemand.objects.create(
            dispute=self.dispute,
            side="CLAIMANT",
            demanded_by_id=self.court.bob.user_id,
            via="web",
            demanded_at=self.now,
        )

    def proposal(self, **changes):
        values = {
            "ref": f"off_{make.number()}",
            "dispute": self.dispute,
            "no": 50 + make.number(),
            "side": "PLATFORM",
            "by_system": True,
            "remedy": "RESEND",
            "made_at": self.now,
            "expires_at": self.now + timedelta(hours=1),
        } | changes
        return Offer.objects.create(**values)

    def pull(self):
        return RecordPull.objects.create(
            ref="rec_x", fact=self.fact, side="RESPONDENT", asked_by_ref="u", asked_at=self.now
        )

    def record(self):
        return PlatformRecord.objects.create(
            pull=self.pull(),
            kind="order",
            content={},
            source="s",
            collector="c",
            method="m",
            collected_at=self.now,
            sha256="0" * 64,
        )

    def objection(self, **changes):
        values = {
            "item": self.item,
            "side": "CLAIMANT",
            "ground": "authenticity",
            "text": "t",
            "made_by_ref": "u",
            "made_at": self.now,
        } | changes
        return Objection.objects.create(**values)

    def consent(self):
        return NoReturnConsent.objects.create(
            dispute=self.dispute, party=self.court.seller, given_by_id=self.court.alice.user_id, given_at=self.now
        )

    def report(self):
        return AbuseReport.objects.create(
            message=self.message, reported_by_id=self.court.alice.user_id, reported_at=self.now
        )

    def entry(self, **changes):
        """The message once more with the next number, straight into the table."""
        message = self.message
        return insert(message, **{"sequence": message.sequence + 1, "client_id": ""} | changes)

    def determine(self, **changes):
        """A first determination of the silent dispute, straight into the table."""
        values = {
            "dispute": changes.get("dispute") or self.silent,
            "round": 1,
            "mediator_id": self.court.mia.user_id,
            "session_hash": "s" * 64,
            "outcome": "SUPPORTED",
            "remedy": "RESEND",
            "reasons": "r",
            "decided_at": self.now,
            "check_code": "C" * 10,
        } | changes
        return Determination.objects.create(**values)

    def rely_on(self, item, ruling):
        return RelianceOn.objects.create(ruling=ruling, item=item)

    def ruled(self, **changes):
        values = {
            "fact": self.fact,
            "round": 1,
            "proved": True,
            "standard": "HIGH_PROBABILITY",
            "reasons": "r",
            "mediator_id": self.court.mia.user_id,
            "ruled_at": self.now,
        } | changes
        return FactRuling.objects.create(**values)


@pytest.fixture(scope="module")
def module_case(module_database, module_court):
    case = Case(module_court)
    with module_database():
        assert case.dispute.state == "EVIDENCE"
    return case


@pytest.fixture
def case(module_case, copy_of):
    return copy_of(module_case)


# — the burden table —


LAWS.rows(
    fact_says_what_it_does_to_the_claim=lambda case: FactRow.objects.filter(ground__table=case.draft_table).update(
        effect="CAPS_PART", follows_zh="数额由人工认定。"
    ),
    fact_shifts_to_a_fact_of_its_ground=lambda case: (
        rows := FactRow.objects.filter(ground__table=case.draft_table),
        Relaxation.objects.filter(table=case.draft_table).delete(),
        rows.update(effect="SHIFTS", shifts_to="nothing", follows_zh="改由买家证明。"),
        BurdenTable.objects.filter(pk=case.draft_table.pk).update(published_at=case.now),
    ),
    step_of_proof_leaves_only_an_inference_to_a_person=lambda case: StepRow.objects.filter(
        pk=case.draft_step.pk
    ).update(silence_is_for_a_person=True),
    ground_is_unique_in_table=lambda case: insert(case.draft_table.grounds.get()),
    ground_has_chinese_words=lambda case: case.draft_table.grounds.update(title_zh=""),
    fact_number_is_unique_in_ground=lambda case: insert(FactRow.objects.get(ground__table=case.draft_table)),
    fact_has_one_who_loses_in_doubt=lambda case: FactRow.objects.filter(ground__table=case.draft_table).update(
        persuasion_on=""
    ),
    step_number_is_unique_in_fact=lambda case: insert(case.draft_step),
    step_of_proof_names_its_basis=lambda case: insert(case.draft_step, no=2, basis_zh=""),
    step_of_proof_has_one_bearer=lambda case: insert(case.draft_step, no=2, bearer="BOTH"),
    step_of_proof_gives_time=lambda case: insert(case.draft_step, no=2, hours=0),
    step_of_proof_says_what_silence_means=lambda case: insert(
        case.draft_step, no=2, if_silent="NOT_PROVED", silence_establishes=True
    ),
    relief_is_one_per_fact_and_side=lambda case: insert(Relaxation.objects.get(table=case.draft_table)),
    relief_control_kind_is_known=lambda case: insert(
        RelaxationControl.objects.first(),
        kind="hope",
        relaxation_id=Relaxation.objects.get(table=case.draft_table).pk,
    ),
    burden_groundrow_is_not_added_after_publication=lambda case: insert(
        case.court.table.grounds.first(), slug="invented"
    ),
    burden_groundrow_is_fixed_once_published=lambda case: case.court.table.grounds.update(default_remedy="REPAIR"),
    burden_factrow_is_not_added_after_publication=lambda case: insert(FactRow.objects.first(), no=9),
    burden_factrow_is_fixed_once_published=lambda case: FactRow.objects.update(persuasion_on="CLAIMANT"),
    burden_steprow_is_not_added_after_publication=lambda case: insert(StepRow.objects.first(), no=9),
    burden_steprow_is_fixed_once_published=lambda case: StepRow.objects.update(hours=1),
    burden_relaxation_is_not_added_after_publication=lambda case: insert(
        Relaxation.objects.first(), relieved="RESPONDENT"
    ),
    burden_relaxation_is_fixed_once_published=lambda case: Relaxation.objects.update(relieved="RESPONDENT"),
    burden_relaxationcontrol_is_not_added_after_publication=lambda case: insert(RelaxationControl.objects.first()),
    burden_relaxationcontrol_is_fixed_once_published=lambda case: RelaxationControl.objects.update(text_en="none"),
    burden_table_is_fixed_once_published=lambda case: BurdenTable.objects.update(published_at=None),
    burden_table_precedes_its_rule=lambda case: BurdenTable.objects.create(
        version=case.version(case.now), published_at=case.now + timedelta(seconds=1)
    ),
    relief_from_proof_is_controlled=lambda case: BurdenTable.objects.filter(pk=case.draft_table.pk).update(
        published_at=case.now
    ),
    dispute_rests_on_a_published_table=lambda case: case.insert(
        table_id=case.draft_table.pk, ground_id=case.draft_table.grounds.get().pk
    ),
)


# — the dispute —


LAWS.rows(
    dispute_state_is_known=lambda case: case.update(state="PENDING"),
    dispute_is_open_once_per_order_and_ground=lambda case: case.insert(order_ref=case.dispute.order_ref),
    dispute_that_was_decided_is_not_opened_again=lambda case: (
        commands.confirm_obligation(actor=case.court.bob, ref=case.dispute.ref, no=case.obligation.no, now=case.now),
        case.insert(order_ref=case.dispute.order_ref),
    ),
    dispute_that_was_determined_is_not_withdrawn=lambda case: (
        case.decided,
        Dispute.objects.filter(pk=case.dispute.pk).update(state="WITHDRAWN", closed_as="WITHDRAWN", closed_at=case.now),
    ),
    dispute_has_two_sides=lambda case: case.insert(respondent_id=case.dispute.claimant_id),
    dispute_claim_is_known=lambda case: case.insert(claim_remedy="APOLOGY"),
    dispute_claim_is_positive=lambda case: case.insert(claim_amount_minor=0),
    dispute_before_a_mediator_has_one=lambda case: case.update(mediator_id=None),
    dispute_review_is_by_someone_else=lambda case: case.update(first_mediator_id=F("mediator_id")),
    dispute_mediator_never_acted_for_the_platform=lambda case: (
        case.court.prove(case.court.joined("self_operated"), 1, case.court.bob, case.now),
        dispute := Dispute.objects.get(ground__slug="self_operated"),
        case.court.prove(dispute, 1, case.court.carl, case.now),
        Dispute.objects.filter(pk=dispute.pk).update(mediator_id=case.court.carl.user_id),
    ),
    dispute_about_a_notice_is_answered_by_the_platform=lambda case: case.insert(
        notice_id=case.court.notice(case.court.buyer).pk
    ),
    dispute_is_about_a_notice_to_its_claimant=lambda case: case.insert(
        respondent_id=None, notice_id=case.court.notice(case.court.seller).pk
    ),
    dispute_mediator_had_no_part_in_its_notice=lambda case: (
        decider := make.staff("reviewer", "mediator", now=case.now, name="dora", code="R-DORA"),
        notice := case.court.notice(case.court.seller, officer="R-DORA"),
        dispute := case.court.escalated("merchant_measure", notice=notice.ref),
        Dispute.objects.filter(pk=dispute.pk).update(mediator_id=decider.user_id),
    ),
    dispute_review_is_by_someone_new=lambda case: (
        case.ruled(),
        case.update(mediator_id=case.court.max.user_id),
        case.update(
            round=2,
            first_mediator_id=case.court.max.user_id,
            mediator_id=None,
            state="REVIEW_REQUESTED",
            platform_due_at=case.now,
        ),
        case.update(mediator_id=case.court.mia.user_id),
    ),
    dispute_is_reviewed_once=lambda case: case.update(round=3),
    dispute_paused_says_why_and_whence=lambda case: case.update(
        state="PAUSED", paused_at=case.now, paused_from="EVIDENCE", pause_reason=""
    ),
    dispute_closed_says_how=lambda case: case.update(state="CLOSED", closed_at=case.now),
    dispute_filing_is_sealed=lambda case: case.update(statement="not what was written"),
    dispute_demand_stands=lambda case: (
        case.demand(),
        case.update(human_demanded=True),
        case.update(human_demanded=False),
    ),
    dispute_demand_has_its_row=lambda case: case.update(human_demanded=True),
    dispute_mediator_never_acted_for_a_side=lambda case: case.update(mediator_id=case.court.staff.user_id),
    dispute_demand_is_one_per_side=lambda case: insert(case.demand()),
    dispute_demand_is_append_only=lambda case: (case.demand(), HumanDemand.objects.update(via="api")),
    demand_ends_the_systems_proposal=lambda case: (case.proposal(), case.demand()),
    systems_proposal_yields_to_demand=lambda case: (case.demand(), case.proposal()),
    no_return_consent_is_given_once=lambda case: insert(case.consent()),
    no_return_consent_is_append_only=lambda case: (
        case.consent(),
        NoReturnConsent.objects.all()._raw_delete("default"),
    ),
    dispute_is_kept=lambda case: Dispute.objects.filter(pk=case.dispute.pk)._raw_delete("default"),
)


# — how the opening was read —


LAWS.rows(
    opening_language_is_known=lambda case: case.read(language="ru"),
    opening_queue_is_known=lambda case: case.read(queue="urgent"),
    opening_points_add_up=lambda case: case.read(points=9),
    opening_words_for_a_person_count=lambda case: case.read(asks_for_a_person=True),
    opening_batch_is_of_other_claimants=lambda case: case.read(for_batch=1, points=2),
    opening_triage_is_append_only=lambda case: (case.reading, OpeningTriage.objects.update(queue="safety")),
    opening_sketch_is_of_some_text=lambda case: case.sketch(runs=0),
    opening_sketch_has_each_band_once=lambda case: insert(OpeningBand.objects.create(sketch=case.sketch(), name=1)),
    opening_repeat_is_named_once=lambda case: insert(case.repeat()),
    opening_repeat_shares_are_shares=lambda case: case.repeat(jaccard_permille=901),
    opening_repeat_is_of_an_earlier_dispute=lambda case: case.repeat(earlier=case.dispute),
    opening_repeat_is_append_only=lambda case: (case.repeat(), RepeatedOpening.objects.update(overlap_permille=1000)),
    systems_proposal_yields_to_words_for_a_person=lambda case: (
        other := case.read(asks_for_a_person=True, for_person=1, points=2).dispute,
        case.proposal(dispute=other),
    ),
)


# — facts at issue —


LAWS.rows(
    fact_number_is_unique_in_dispute=lambda case: (
        without("fact_at_issue_is_what_the_table_says", "disputes_factatissue"),
        insert(case.fact, ref="fct_x", number="F-x", row_id=FactRow.objects.get(ground__slug="quality", no=1).pk),
    ),
    fact_is_at_issue_once=lambda case: insert(case.fact, ref="fct_x", number="F-x", no=2),
    fact_state_is_known=lambda case: FactAtIssue.objects.filter(pk=case.fact.pk).update(
        state="OPEN", bearer=None, due_at=None, base_due_at=None, established=True
    ),
    fact_unsettled_has_exactly_one_bearer=lambda case: FactAtIssue.objects.filter(pk=case.fact.pk).update(
        bearer=None, due_at=None, base_due_at=None
    ),
    fact_bearer_is_a_side=lambda case: FactAtIssue.objects.filter(pk=case.fact.pk).update(bearer="BOTH"),
    fact_proved_is_established=lambda case: (
        case.silent,
        FactAtIssue.objects.update(state="PROVED", established=False),
    ),
    fact_not_proved_is_not_established=lambda case: (case.silent, FactAtIssue.objects.update(established=True)),
    fact_admitted_names_who_conceded=lambda case: (case.silent, FactAtIssue.objects.update(state="ADMITTED")),
    fact_due_has_a_bearer_and_a_window=lambda case: FactAtIssue.objects.filter(pk=case.fact.pk).update(
        due_at=F("base_due_at") - timedelta(seconds=1)
    ),
    fact_at_issue_is_what_the_table_says=lambda case: FactAtIssue.objects.filter(pk=case.fact.pk).update(
        favours="CLAIMANT"
    ),
    fact_at_issue_is_kept=lambda case: FactAtIssue.objects.filter(pk=case.fact.pk)._raw_delete("default"),
)


# — evidence —


LAWS.rows(
    dispute_evidence_version_is_unique=lambda case: insert(case.item.submission),
    evidence_version_changes_only_by_an_answer=lambda case: Submission.objects.filter(
        pk=case.item.submission_id
    ).update(answerable_until=case.now),
    evidence_version_is_kept=lambda case: Submission.objects.filter(pk=case.item.submission_id)._raw_delete("default"),
    evidence_number_is_unique_in_dispute=lambda case: insert(case.item),
    evidence_is_one_thing=lambda case: insert(case.item, no=2, attachment_id=None),
    evidence_withheld_says_why=lambda case: insert(case.item, no=2, is_withheld=True),
    dispute_evidence_is_sealed_once_submitted=lambda case: EvidenceItem.objects.filter(pk=case.item.pk).update(
        caption="c"
    ),
    objection_is_made_once_per_ground=lambda case: insert(case.objection()),
    objection_says_why=lambda case: case.objection(text=""),
    objection_is_append_only=lambda case: (case.objection(), Objection.objects.update(text="other")),
    records_are_asked_for_once_at_a_time=lambda case: insert(case.pull(), ref="rec_y"),
    platform_record_is_append_only=lambda case: (case.record(), PlatformRecord.objects.update(content={"a": 1})),
)


# — offers, what is owed, what was paid first —


LAWS.rows(
    offer_number_is_unique_in_dispute=lambda case: insert(case.offer, ref="off_x", side="CLAIMANT"),
    offer_is_open_once_per_side=lambda case: insert(case.offer, ref="off_x", no=2),
    offer_state_is_known=lambda case: Offer.objects.filter(pk=case.offer.pk).update(state="MAYBE", ended_at=case.now),
    offer_ended_says_when=lambda case: Offer.objects.filter(pk=case.offer.pk).update(state="REFUSED"),
    offer_gives_time=lambda case: case.proposal(expires_at=case.now),
    offer_of_money_names_the_sum=lambda case: case.proposal(remedy="REFUND"),
    offer_is_by_a_person_or_the_systems_proposal=lambda case: case.proposal(side="CLAIMANT"),
    offer_binds_the_platform_only_by_its_own=lambda case: insert(
        case.offer, ref="off_2", no=2, side="CLAIMANT", freight_payer="PLATFORM"
    ),
    offer_is_of_what_the_ground_gives=lambda case: insert(
        case.offer, ref="off_2", no=2, side="CLAIMANT", remedy="LIFT"
    ),
)


@LAWS.broken_by("offer_that_meets_the_claim_gives_what_was_claimed")
def _(case):
    assert case.dispute.claim_remedy == "REFUND"
    insert(case.offer, ref="off_2", no=2, state="ACCEPTED", ended_at=case.now, meets_claim=True)  # it resends


LAWS.rows(
    offer_is_accepted_by_whom_it_binds=lambda case: Offer.objects.filter(pk=case.offer.pk).update(
        state="ACCEPTED", ended_at=case.now
    ),
    offer_terms_are_sealed=lambda case: Offer.objects.filter(pk=case.offer.pk).update(remedy="REPAIR"),
    offer_is_kept=lambda case: Offer.objects.filter(pk=case.offer.pk)._raw_delete("default"),
    offer_is_answered_once_per_side=lambda case: (case.obligation, insert(OfferAnswer.objects.get(), accepted=False)),
    offer_answer_is_append_only=lambda case: (case.obligation, OfferAnswer.objects.update(accepted=False)),
    obligation_number_is_unique_in_dispute=lambda case: insert(case.obligation),
    obligation_state_is_known=lambda case: Obligation.objects.filter(pk=case.obligation.pk).update(state="MAYBE"),
    obligation_is_owed_to_another=lambda case: insert(case.obligation, no=2, debtor="CLAIMANT"),
    obligation_to_pay_names_the_sum=lambda case: insert(case.obligation, no=2, kind="PAY"),
    obligation_done_says_when=lambda case: Obligation.objects.filter(pk=case.obligation.pk).update(state="DONE"),
    obligation_that_ended_stands=lambda case: (
        row := case.obligation,
        commands.confirm_obligation(actor=case.court.bob, ref=case.dispute.ref, no=row.no, now=case.now),
        Obligation.objects.filter(pk=row.pk).update(state="OWED"),
    ),
    platform_declares_no_debt_of_its_own_failed=lambda case: insert(
        case.obligation, no=2, debtor="PLATFORM", creditor="CLAIMANT", state="FAILED"
    ),
    obligation_is_kept=lambda case: Obligation.objects.filter(pk=case.obligation.pk)._raw_delete("default"),
    advance_number_is_unique_in_dispute=lambda case: insert(case.advance),
    advance_is_recovered_at_most_once=lambda case: Advance.objects.filter(pk=case.advance.pk).update(
        recovered_minor=101
    ),
    advance_says_why=lambda case: insert(case.advance, no=2, reason=""),
    advance_is_settled_once=lambda case: (
        commands.settle_advance(
            actor=case.court.carl, ref=case.dispute.ref, no=case.advance.no, recovered_minor=50, now=case.now
        ),
        Advance.objects.update(recovered_minor=100),
    ),
    advance_is_kept=lambda case: Advance.objects.filter(pk=case.advance.pk)._raw_delete("default"),
)


# — the room —


LAWS.rows(
    room_is_one_per_dispute_and_lane=lambda case: insert(case.room),
    room_lane_is_known=lambda case: (
        case.dispute.rooms.filter(lane="claimant").update(head=0),
        insert(case.room, lane="all"),
    ),
    room_head_only_grows=lambda case: Room.objects.filter(pk=case.room.pk).update(head=0),
    room_is_kept=lambda case: Room.objects.filter(pk=case.room.pk)._raw_delete("default"),
    message_sequence_is_unique_in_room=lambda case: (
        without("message_sequence_has_no_gap", "disputes_message"),
        case.entry(sequence=case.room.head),
    ),
    message_sequence_has_no_gap=lambda case: (
        message := case.message,
        insert(message, sequence=message.sequence + 2, client_id=""),
    ),
    message_is_sent_once_per_client_id=lambda case: case.entry(client_id="c1"),
    message_is_what_its_kind_says=lambda case: case.entry(text=""),
    room_that_is_sealed_takes_no_message=lambda case: (
        message := case.message,
        Room.objects.update(is_sealed=True),
        insert(message, sequence=message.sequence + 1, client_id=""),
    ),
    message_is_taken_back_by_its_sender=lambda case: (
        message := case.message,
        case.entry(
            kind="recall",
            text="",
            sender_id=case.court.alice.user_id,
            recalls_id=message.pk,
            sequence=message.sequence + 1,
        ),
    ),
    message_is_append_only=lambda case: Message.objects.filter(pk=case.message.pk).update(text="other"),
    read_mark_is_one_per_person_and_room=lambda case: (
        room := case.room,
        values := {"room": room, "user_id": case.court.bob.user_id, "side": "CLAIMANT", "sequence": 1},
        insert(ReadMark.objects.create(**values, read_at=case.now)),
    ),
    message_is_reported_once_per_person=lambda case: insert(case.report()),
    abuse_report_is_append_only=lambda case: (case.report(), AbuseReport.objects.all()._raw_delete("default")),
)


# — rulings and determinations —


LAWS.rows(
    fact_ruling_gives_reasons=lambda case: case.ruled(reasons=""),
    fact_ruling_is_append_only=lambda case: FactRuling.objects.filter(pk=case.ruling.pk).update(proved=False),
    ruling_is_by_the_mediator_who_holds_it=lambda case: case.ruled(mediator_id=case.court.max.user_id),
    ruling_relies_once_on_an_item=lambda case: insert(case.ruling.reliance.get()),
    reliance_is_append_only=lambda case: (case.ruling, RelianceOn.objects.all()._raw_delete("default")),
    ruling_relies_on_what_could_be_answered=lambda case: case.rely_on(case.item, case.ruled()),
    determination_is_one_per_round=lambda case: insert(case.determine()),
    determination_is_a_persons_with_reasons=lambda case: case.determine(session_hash=""),
    determination_that_departs_says_why=lambda case: case.determine(departs=True),
    determination_of_high_stakes_is_confirmed=lambda case: case.determine(stakes=["fraud"]),
    determination_names_what_follows=lambda case: case.determine(remedy=""),
    determination_of_money_names_sum_and_payer=lambda case: case.determine(remedy="REFUND", amount_minor=100),
    refund_without_return_is_not_forced_on_a_merchant=lambda case: case.determine(
        remedy="REFUND_NO_RETURN", amount_minor=100, payer="RESPONDENT", payer_is_merchant=True
    ),
    refund_without_return_rests_on_a_given_consent=lambda case: case.determine(
        remedy="REFUND_NO_RETURN",
        amount_minor=100,
        payer="RESPONDENT",
        payer_is_merchant=True,
        no_return_ground="consent",
    ),
    no_return_ground_is_of_who_pays=lambda case: case.determine(no_return_ground="consent"),
    goods_are_elsewhere_says_where_and_why=lambda case: case.determine(goods_are="NOT_DELIVERED"),
    whole_refund_leaves_no_goods_with_the_buyer=lambda case: case.determine(
        remedy="PARTIAL_REFUND", amount_minor=29_900, payer="RESPONDENT", payer_is_merchant=True
    ),
    determination_is_by_the_mediator_who_holds_it=lambda case: case.determine(mediator_id=case.court.max.user_id),
    determination_follows_every_fact=lambda case: case.determine(dispute=case.dispute),
    claim_that_no_fact_bars_is_refused_only_with_a_reason=lambda case: case.determine(
        outcome="NOT_SUPPORTED", remedy=""
    ),
    claim_that_a_fact_bars_is_upheld_only_with_a_reason=lambda case: (
        court := case.court,
        commands.admit_fact(actor=court.bob, ref=case.dispute.ref, fact_no=1, now=case.now),
        case.determine(dispute=fresh(case.dispute)),
    ),
    determination_is_append_only=lambda case: (case.decided, Determination.objects.update(reasons="other")),
    dispute_finding_is_one_per_fact=lambda case: insert(case.decided.findings.get()),
    dispute_finding_is_a_sentence=lambda case: insert(
        case.decided.findings.get(), fact_id=case.court.joined().facts.get().pk, sentence=""
    ),
    dispute_finding_is_append_only=lambda case: (case.decided, Finding.objects.update(sentence="other")),
)


def without(name, table):
    """That trigger is gone until the attempt is taken back; a later law must stand by itself."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "_insert"))


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(case, name):
    assert_refused(name, lambda: LAWS[name](case))


APPEND_ONLY = [
    (HumanDemand, "dispute_demand_is_append_only"),
    (NoReturnConsent, "no_return_consent_is_append_only"),
    (Message, "message_is_append_only"),
    (FactRuling, "fact_ruling_is_append_only"),
    (RelianceOn, "reliance_is_append_only"),
    (Determination, "determination_is_append_only"),
    (Finding, "dispute_finding_is_append_only"),
    (Objection, "objection_is_append_only"),
    (EvidenceItem, "dispute_evidence_is_sealed_once_submitted"),
    (BurdenTable, "burden_table_is_fixed_once_published"),
    (GroundRow, "burden_groundrow_is_fixed_once_published"),
    (StepRow, "burden_steprow_is_fixed_once_published"),
]


def test_what_is_filed_cannot_be_deleted(case):
    """Row by row past the code: what was said, shown, ruled and decided stays on file."""
    case.demand()
    case.consent()
    case.court.prove(case.dispute, 1, case.court.alice, case.now)
    commands.object_to_evidence(
        actor=case.court.bob, ref=case.dispute.ref, no=1, ground="relevance", text="t", now=case.now
    )
    case.court.rest(case.dispute, case.now)
    case.court.rule(case.dispute, case.now, proved=True, evidence=[1])
    commands.post_message(
        actor=case.court.bob, ref=case.dispute.ref, lane="both", client_id="x", text="您好", now=case.now
    )
    case._dispute = fresh(case.dispute)
    case.court.determine(case.dispute, now=case.now, outcome="NOT_SUPPORTED")
    for model, name in APPEND_ONLY:
        assert model.objects.exists(), model
        assert_refused(name, lambda model=model: model.objects.all()._raw_delete("default"))


@pytest.mark.parametrize("state", [str(s) for s in DisputeState if s in OPEN and s not in ("PAUSED", "APPRAISING")])
def test_in_every_open_state_the_same_quarrel_is_not_opened_twice(case, state):
    times = dict.fromkeys(("platform_due_at", "review_closes_at", "step_due_at"), case.now)
    case.update(state=state, **times)

    assert_refused(
        "dispute_is_open_once_per_order_and_ground",
        lambda: case.insert(order_ref=case.dispute.order_ref, state=state, **times),
    )


SEALED = {
    "table_id": lambda case: case.draft_table.pk,
    "order_ref": lambda _case: "O-y",
    "order_digest": lambda _case: "1" * 64,
    "order_amount_minor": lambda _case: 1,
    "ordered_at": lambda case: case.now,
    "claim_remedy": lambda _case: "REPAIR",
    "claim_amount_minor": lambda _case: 1,
    "claimant_id": lambda case: case.court.other.pk,
    "respondent_id": lambda case: case.court.other.pk,
    "opened_by_id": lambda case: case.court.eve.user_id,
    "notice_id": lambda case: case.court.notice(case.court.buyer).pk,
    "first_answer": lambda _case: "not what was answered",
    "answered_at": lambda case: case.now + timedelta(days=1),
}


def test_a_dispute_is_read_and_sketched_once_and_its_reading_is_kept(case):
    reading, sketch = case.reading, case.sketch()

    for row in (reading, sketch):
        with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
            insert(row)
    assert_refused("opening_triage_is_append_only", lambda: OpeningTriage.objects.all()._raw_delete("default"))
    assert_refused("opening_repeat_is_append_only", lambda: (case.repeat(), delete_repeats()))


def delete_repeats():
    RepeatedOpening.objects.all()._raw_delete("default")


def test_of_two_openings_at_the_same_moment_the_one_on_file_first_is_the_earlier(case):
    other = case.insert()

    row = RepeatedOpening.objects.create(
        dispute=other, earlier=case.dispute, overlap_permille=900, jaccard_permille=800, found_at=case.now
    )
    assert_refused(
        "opening_repeat_is_of_an_earlier_dispute",
        lambda: insert(row, dispute_id=case.dispute.pk, earlier_id=other.pk),
    )


def test_nothing_that_was_filed_can_be_rewritten(case):
    for column, value in SEALED.items():
        change = {column: value(case)}
        assert_refused("dispute_filing_is_sealed", lambda change=change: case.update(**change))


def test_no_term_of_an_offer_can_be_changed(case):
    rows = Offer.objects.filter(pk=case.offer.pk)
    for change in (
        {"side": "CLAIMANT"},
        {"amount_minor": 1},
        {"goods_back": True},
        {"freight_payer": "CLAIMANT"},
        {"note": "and more"},
        {"expires_at": F("made_at")},
    ):
        assert_refused("offer_terms_are_sealed", lambda change=change: rows.update(**change))


def test_nothing_can_rest_on_what_the_other_side_never_saw(case):
    case.court.prove(case.dispute, 1, case.court.alice, case.now, withheld="商业秘密")
    later = case.now + timedelta(days=2)

    assert_refused(
        "ruling_relies_on_what_could_be_answered",
        lambda: case.rely_on(case.dispute.evidence.get(), case.ruled(ruled_at=later)),
    )


def test_a_draft_is_nothing_to_rely_on(case):
    item = case.item
    draft = insert(item, no=2, submission_id=None)

    assert_refused(
        "ruling_relies_on_what_could_be_answered",
        lambda: case.rely_on(draft, case.ruled(ruled_at=case.now + timedelta(days=9))),
    )
