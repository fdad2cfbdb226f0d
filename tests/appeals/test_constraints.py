"""The laws of appeals hold for whoever writes past the code."""

from datetime import timedelta

import pytest
from django.db.models import F

from appeals import commands as appeals
from appeals.models import (
    Appeal,
    AppealDraft,
    AppealItem,
    AuditView,
    Calibration,
    Contest,
    Decision,
    DecisionPoint,
    EvidenceItem,
    EvidenceSubmission,
    FirstView,
    HumanDemand,
    InformationRequest,
    Opening,
    Ruling,
    TriageSuggestion,
)
from executors.models import DoubleReview
from files.models import Attachment
from notices.commands import record_determination
from tests import factories as make
from tests.executors import building as build
from tests.laws import Laws, assert_refused, insert
from triage.models import AuditDraw, Certificate, ClearSearch

LAWS = Laws()


@pytest.fixture(autouse=True)
def _all_are_drawn(monkeypatch):
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: True)


class Case:
    """One appeal at a stage, with its people; `world` and the moment are at hand."""

    def __init__(self, world, now):
        self.world, self.now = world, now
        self._appeal = None

    @property
    def appeal(self):
        if self._appeal is None:
            self._appeal = make.file(self.world.alice, self.world.notice(), now=self.now)
        return self._appeal

    @property
    def held(self):
        return make.ready_to_decide(self.world.rita, self.appeal, now=self.now)

    @property
    def system_first(self):
        self._appeal = make.file(self.world.alice, self.world.notice(), now=self.now, review="system_first")
        return self._appeal

    @property
    def decided(self):
        make.decide(self.world.rita, self.held, now=self.now, outcome="UPHELD")
        self.appeal.refresh_from_db()
        return self.appeal

    def update(self, **changes):
        Appeal.objects.filter(pk=self.appeal.pk).update(**changes)

    def insert(self, **changes):
        """Another appeal row, against another notice."""
        other = self.world.notice()
        return insert(self.appeal, **{"ref": "apl_x", "number": "A-x", "notice_id": other.pk} | changes)

    def demand(self, appeal):
        return HumanDemand.objects.create(
            appeal=appeal, demanded_by_id=self.world.alice.user_id, via="web", demanded_at=self.now
        )

    def decision(self, appeal, **changes):
        values = {
            "appeal": appeal,
            "by_kind": "HUMAN",
            "reviewer_id": self.world.rita.user_id,
            "session_hash": "s" * 64,
            "outcome": "UPHELD",
            "reasons": "r",
            "rule_application": "a",
            "system_view": "not_used",
            "decided_at": self.now,
            "check_code": "C" * 12,
        } | changes
        return Decision.objects.create(**values)

    def by_system(self, appeal, **changes):
        values = {"by_kind": "SYSTEM", "reviewer_id": None, "session_hash": "", "outcome": "OVERTURNED"} | changes
        if "certificate_ref" not in values:
            values["certificate_ref"] = self.switched_on(appeal).ref
        if not ClearSearch.objects.filter(appeal=appeal).exists():
            self.search(appeal)
        return self.decision(appeal, **values)

    def switched_on(self, appeal):
        """A certificate in force that covers the appeal, and a suggestion that is sure enough."""
        if not appeal.suggestions.exists():
            make.suggested(appeal, now=self.now)
        return make.switch_on(self.world.carl, now=self.now)

    def search(self, appeal):
        if not appeal.suggestions.exists():
            make.suggested(appeal, now=self.now)
        given = appeal.suggestions.get().input_hash
        return ClearSearch.objects.create(appeal=appeal, input_hash=given, searched_at=self.now)

    def draw(self, decision, **changes):
        values = {
            "decision": decision,
            "certificate": Certificate.objects.get(ref=decision.certificate_ref),
            "lot_permille": 100,
            "rate_permille": 250,
            "is_drawn": True,
            "drawn_at": self.now,
            "day": self.now.date(),
        } | changes
        return AuditDraw.objects.create(**values)

    def audit(self, decision, **changes):
        values = {
            "decision": decision,
            "reviewer_id": self.world.rosa.user_id,
            "outcome": "UPHELD",
            "note": "n",
            "viewed_at": self.now,
        } | changes
        return AuditView.objects.create(**values)

    @property
    def differing(self):
        return self.audit(self.decided.decision, outcome="OVERTURNED")

    def contest(self, **changes):
        values = {"words": "w", "contested_by_id": self.world.rita.user_id, "contested_at": self.now} | changes
        return Contest.objects.create(view=self.differing, **values)

    def calibration(self, **changes):
        values = {"took_part": "t", "concluded": "c", "stands": "BOTH", "recorded_at": self.now} | changes
        return Calibration.objects.create(view=self.differing, **{"recorded_by_id": self.world.sara.user_id} | values)

    def suggestion(self, **changes):
        values = {
            "appeal": self.appeal,
            "appeal_version": 1,
            "model_version": "t",
            "model_hash": "a",
            "input_hash": "b",
            "route_ground": "other",
            "queue": "q",
            "language": "zh",
            "priority": 3,
            "abstained": True,
            "suggested_at": self.now,
        } | changes
        return TriageSuggestion.objects.create(**values)

    def submission(self):
        return EvidenceSubmission.objects.create(
            appeal=self.appeal, version=1, submitted_at=self.now, manifest_hash="h"
        )

    def evidence(self, **changes):
        file, _new = Attachment.objects.get_or_create(
            ref="att_x",
            defaults={
                "sha256": "0" * 64,
                "size": 1,
                "media_type": "text/plain",
                "name": "a.txt",
                "uploader_ref": "u",
                "uploaded_at": self.now,
            },
        )
        values = {"appeal": self.appeal, "no": 1, "caption": "c", "attachment": file, "added_at": self.now} | changes
        return EvidenceItem.objects.create(**values)

    def request(self, **changes):
        values = {
            "appeal": self.appeal,
            "no": 1,
            "item": "i",
            "fact": "f",
            "asked_by_id": self.world.rita.user_id,
            "asked_at": self.now,
            "due_at": self.now,
        } | changes
        return InformationRequest.objects.create(**values)

    def opening(self):
        return Opening.objects.create(
            appeal=self.appeal, reviewer_id=self.world.rita.user_id, subject="notice", opened_at=self.now
        )

    def view(self, **changes):
        values = {
            "appeal": self.appeal,
            "reviewer_id": self.world.rita.user_id,
            "outcome": "UPHELD",
            "confidence": "low",
            "seal": "s",
            "locked_at": self.now,
        } | changes
        return FirstView.objects.create(**values)


@pytest.fixture
def case(world, now):
    return Case(world, now)


# — the appeal —


LAWS.rows(
    appeal_is_one_per_notice_and_round=lambda case: insert(case.decided, ref="apl_x", number="A-x"),
    appeal_is_open_once_per_notice=lambda case: insert(
        case.appeal, ref="apl_x", number="A-x", round=2, previous_id=case.appeal.pk
    ),
    appeal_state_is_known=lambda case: case.update(state="PENDING"),
    appeal_ground_is_known=lambda case: case.insert(ground="mood"),
    appeal_review_is_known=lambda case: case.update(review="oracle"),
    appeal_human_demand_is_honoured=lambda case: case.insert(
        state="DECIDED", decided_by_kind="SYSTEM", outcome="OVERTURNED", decided_at=case.now, human_demanded=True
    ),
    appeal_is_decided_by_someone_with_an_outcome=lambda case: case.update(outcome="UPHELD"),
    appeal_decided_by_a_person_names_the_person=lambda case: case.insert(
        state="DECIDED", decided_by_kind="HUMAN", outcome="UPHELD", decided_at=case.now
    ),
    appeal_automation_only_favours_the_appellant=lambda case: case.insert(
        state="DECIDED", decided_by_kind="SYSTEM", outcome="UPHELD", decided_at=case.now
    ),
    appeal_system_looks_only_where_chosen=lambda case: case.update(state="SYSTEM_REVIEW"),
    appeal_reviewer_is_independent=lambda case: case.update(reviewer_id=case.world.otto.user_id),
    appeal_second_review_is_by_a_senior=lambda case: case.insert(level="SECOND", reviewer_id=case.world.rita.user_id),
    appeal_later_round_names_the_earlier=lambda case: case.insert(round=2),
    appeal_under_review_has_a_reviewer=lambda case: case.update(state="HUMAN_REVIEW"),
    appeal_filed_late_says_why=lambda case: case.update(is_late=True),
    appeal_is_kept=lambda case: Appeal.objects.filter(pk=case.appeal.pk)._raw_delete("default"),
)


@LAWS.broken_by("automated_finalisation_yields_to_demand")
def _(case):
    appeal = case.system_first
    case.draw(case.by_system(appeal))
    without("demand_is_not_swallowed_by_automated_decision", "appeals_humandemand")
    case.demand(appeal)
    case.update(state="DECIDED", decided_by_kind="SYSTEM", outcome="OVERTURNED", decided_at=case.now)


LAWS.rows(
    demand_is_never_taken_back=lambda case: (case.update(human_demanded=True), case.update(human_demanded=False)),
    decided_appeal_has_its_decision=lambda case: (
        case.held,
        case.update(state="DECIDED", decided_by_kind="HUMAN", outcome="UPHELD", decided_at=case.now),
    ),
    appeal_outcome_stands=lambda case: (case.decided, case.update(reviewer_id=case.world.rosa.user_id)),
    appeal_conflicts_are_not_rewritten=lambda case: case.update(original_decider_id=None),
)


# — what is filed in it —


LAWS.rows(
    appeal_item_is_one_per_measure=lambda case: insert(case.appeal.items.get(), no=2),
    appeal_item_number_is_unique=lambda case: (
        notice := case.world.notice(),
        insert(case.appeal.items.get(), measure_id=notice.measures.get().pk),
    ),
    appeal_item_is_sealed=lambda case: (case.appeal, AppealItem.objects.update(ground="other")),
    demand_is_append_only=lambda case: (case.demand(case.appeal), HumanDemand.objects.update(via="api")),
    triage_is_recorded_once_per_version=lambda case: insert(case.suggestion()),
    triage_probability_is_a_probability=lambda case: case.suggestion(overturn_permille=1001),
    triage_is_append_only=lambda case: (case.suggestion(), TriageSuggestion.objects.update(queue="other")),
    evidence_version_is_unique_in_appeal=lambda case: insert(case.submission()),
    evidence_version_is_append_only=lambda case: (
        case.submission(),
        EvidenceSubmission.objects.update(manifest_hash="g"),
    ),
    evidence_number_is_unique_in_appeal=lambda case: insert(case.evidence()),
    evidence_is_sealed_once_submitted=lambda case: (
        case.evidence(submission=case.submission()),
        EvidenceItem.objects.update(caption="d"),
    ),
    request_number_is_unique_in_appeal=lambda case: insert(case.request(lapsed_at=case.now)),
    request_is_open_once_per_appeal=lambda case: insert(case.request(), no=2),
    request_is_answered_or_lapsed=lambda case: case.request(answered_at=case.now, lapsed_at=case.now),
    request_is_kept=lambda case: (case.request(), InformationRequest.objects.all()._raw_delete("default")),
    opening_is_recorded_once=lambda case: insert(case.opening()),
    opening_is_append_only=lambda case: (
        case.opening(),
        Opening.objects.update(opened_at=case.now - timedelta(days=1)),
    ),
    first_view_is_locked_once=lambda case: insert(case.view()),
    first_view_outcome_is_known=lambda case: case.view(outcome="MAYBE"),
    first_view_is_append_only=lambda case: (case.view(), FirstView.objects.update(outcome="OVERTURNED")),
    draft_is_one_per_notice_and_party=lambda case: (
        values := {"notice_id": case.appeal.notice_id, "party_id": case.appeal.party_id},
        insert(AppealDraft.objects.create(**values, saved_by_id=case.world.alice.user_id, saved_at=case.now)),
    ),
    certificate_is_of_an_automated_decision=lambda case: case.decision(case.held, certificate_ref="crt_x"),
    triage_is_no_surer_for_closing=lambda case: case.suggestion(
        abstained=False, overturn_permille=900, closing_permille=901
    ),
    audit_is_by_someone_else=lambda case: case.audit(case.decided.decision, reviewer_id=case.world.rita.user_id),
    audit_outcome_is_known=lambda case: case.audit(case.decided.decision, outcome="LOST"),
    audit_says_why=lambda case: case.audit(case.decided.decision, note=""),
    audit_view_is_append_only=lambda case: (case.audit(case.decided.decision), AuditView.objects.all().delete()),
    second_look_is_at_what_chance_drew=lambda case: case.audit(case.decision(case.held)),
    contest_says_why=lambda case: case.contest(words=""),
    contest_is_by_the_decider_before_it_is_settled=lambda case: case.contest(contested_by_id=case.world.sara.user_id),
    contest_is_append_only=lambda case: (case.contest(), Contest.objects.all().delete()),
    calibration_says_who_and_what=lambda case: case.calibration(took_part=""),
    calibration_is_of_two_that_differ_by_a_third=lambda case: case.calibration(recorded_by_id=case.world.rosa.user_id),
    calibration_is_append_only=lambda case: (case.calibration(), Calibration.objects.all().delete()),
)


# — the decision —


LAWS.rows(
    decision_outcome_is_known=lambda case: case.decision(case.held, outcome="LOST"),
    decision_by_a_person_carries_a_person=lambda case: case.decision(case.held, session_hash=""),
    automated_decision_yields_to_demand=lambda case: (
        appeal := case.system_first,
        case.demand(appeal),
        case.by_system(appeal),
    ),
    demand_is_not_swallowed_by_automated_decision=lambda case: (
        appeal := case.system_first,
        case.by_system(appeal),
        case.demand(appeal),
    ),
    human_decision_follows_reading=lambda case: (
        appeal := case.held,
        Appeal.objects.filter(pk=appeal.pk).update(reviewer_id=case.world.rosa.user_id),
        case.decision(appeal, reviewer_id=case.world.rosa.user_id),
    ),
    human_decision_is_by_the_holder=lambda case: (
        appeal := case.held,
        insert(Opening.objects.first(), reviewer_id=case.world.rosa.user_id),
        case.decision(appeal, reviewer_id=case.world.rosa.user_id),
    ),
)


@LAWS.broken_by("appeal_reviewer_is_new_to_it")
def _(case):
    first = case.held
    appeals.release_appeal(actor=case.world.rita, ref=first.ref, now=case.now)
    appeals.withdraw_appeal(actor=case.world.alice, ref=first.ref, now=case.now)
    second = make.file(case.world.alice, first.notice, now=case.now)
    Appeal.objects.filter(pk=second.pk).update(reviewer_id=case.world.rita.user_id)


LAWS.rows(
    appeal_reviewer_has_not_looked_at_the_act=lambda case: (
        notice := build.active(case.world, now=case.now).issue(now=case.now),
        DoubleReview.objects.create(
            ref="sec_x",
            act=notice.act,
            drawn_at=case.now,
            given_at=case.now,
            reviewer_id=case.world.rita.user_id,
            same_measure=True,
            note="与存档一致。",
        ),
        appeal := make.file(case.world.alice, notice, now=case.now),
        Appeal.objects.filter(pk=appeal.pk).update(reviewer_id=case.world.rita.user_id),
    ),
    appeal_reviewer_determined_no_dispute_about_it=lambda case: (
        notice := case.world.notice(),
        record_determination(notice, actor=case.world.rita, now=case.now, dispute="dsp_x"),
        appeal := make.file(case.world.alice, notice, now=case.now),
        Appeal.objects.filter(pk=appeal.pk).update(reviewer_id=case.world.rita.user_id),
    ),
    appeal_filing_is_sealed=lambda case: case.update(statement="not what was written"),
    answer_to_a_request_stands=lambda case: (
        request := case.request(answer="yes", answered_at=case.now),
        InformationRequest.objects.filter(pk=request.pk).update(answer="no"),
    ),
    decision_is_append_only=lambda case: (case.decided, Decision.objects.update(reasons="other reasons")),
    finding_number_is_unique_in_decision=lambda case: insert(case.decided.decision.points.first()),
    finding_is_a_sentence=lambda case: insert(case.decided.decision.points.first(), no=9, sentence=""),
    finding_fits_its_kind=lambda case: insert(case.decided.decision.points.get(kind="fact"), no=9, finding="accepted"),
    finding_is_append_only=lambda case: (case.decided, DecisionPoint.objects.update(sentence="something else")),
    ruling_is_one_per_measure=lambda case: insert(case.decided.decision.rulings.get()),
    ruling_is_never_longer=lambda case: (
        ruling := case.decided.decision.rulings.get(),
        other := case.world.notice().measures.get(),
        insert(ruling, measure_id=other.pk, ends_at=ruling.ended_at_before + timedelta(seconds=1)),
    ),
    ruling_is_never_dearer=lambda case: (
        ruling := case.decided.decision.rulings.get(),
        other := case.world.notice().measures.get(),
        insert(ruling, measure_id=other.pk, amount_minor=2, amount_minor_before=1),
    ),
    ruling_is_append_only=lambda case: (case.decided, Ruling.objects.update(outcome="OVERTURNED")),
)


def without(name, table):
    """That trigger is gone until the attempt is taken back; a later law must stand by itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "_insert"))


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(case, name):
    assert_refused(name, lambda: LAWS[name](case))


def test_what_is_filed_cannot_be_deleted(case):
    case.demand(case.appeal)
    case.suggestion()
    case.submission()
    assert case.decided
    for model, name in (
        (HumanDemand, "demand_is_append_only"),
        (Decision, "decision_is_append_only"),
        (DecisionPoint, "finding_is_append_only"),
        (Ruling, "ruling_is_append_only"),
        (FirstView, "first_view_is_append_only"),
        (Opening, "opening_is_append_only"),
        (TriageSuggestion, "triage_is_append_only"),
        (EvidenceSubmission, "evidence_version_is_append_only"),
    ):
        assert model.objects.exists(), model
        assert_refused(name, lambda model=model: model.objects.all()._raw_delete("default"))


@pytest.mark.parametrize("state", ["DECIDED", "WITHDRAWN", "LATE_REFUSED", "CORRECTED"])
def test_a_closed_appeal_is_not_opened_again(case, state):
    if state == "DECIDED":
        assert case.decided
    else:
        case.update(state=state)

    assert_refused(
        "appeal_outcome_stands",
        lambda: case.update(state="SUBMITTED", outcome=None, decided_by_kind=None, decided_at=None),
    )


def test_who_may_not_review_cannot_be_rewritten(case):
    rows = Appeal.objects.filter(pk=case.appeal.pk)
    for change in ({"original_team_id": None}, {"first_reviewer_id": F("original_decider_id")}, {"level": "SECOND"}):
        assert_refused("appeal_conflicts_are_not_rewritten", lambda change=change: rows.update(**change))


def test_nobody_of_the_deciding_team_can_be_made_the_reviewer(case):
    odile = case.world.odile
    assert_refused(
        "appeal_reviewer_is_independent",
        lambda: case.update(reviewer_id=odile.user_id, reviewer_team_id=odile.team_id),
    )
