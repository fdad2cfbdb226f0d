"""The laws of appeals hold for whoever writes past the code."""

from datetime import timedelta

import pytest
from django.db.models import F

from appeals import commands as appeals
from appeals.models import (
    Appeal,
    AppealDraft,
    AppealItem,
    AuditDraw,
    AuditView,
    AutomationPolicy,
    AutomationPolicyRecord,
    Certificate,
    CertificateRevocation,
    CertificateSignature,
    CertificationAttempt,
    ClearSearch,
    Decision,
    DecisionPoint,
    EvidenceItem,
    EvidenceSubmission,
    FirstView,
    HumanDemand,
    InformationRequest,
    LikelyDuplicate,
    Opening,
    Ruling,
    ShadowSuggestion,
    SketchBand,
    TextSketch,
    TriageModelStep,
    TriageModelVersion,
    TriageSuggestion,
    TriageTraining,
)
from executors.models import DoubleReview
from files.models import Attachment
from notices.commands import record_determination
from tests import factories as make
from tests.executors import building as build
from tests.laws import Laws, assert_refused, insert

LAWS = Laws()


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
        if "certificate" not in values:
            values["certificate"] = self.switched_on(appeal)
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

    @property
    def closed(self):
        """An appeal that the system closed; its draw, whatever the lot says."""
        make.switch_on(self.world.carl, now=self.now)
        appeal = make.suggested(self.system_first, now=self.now)
        appeals.finalise_automatically(appeal_id=appeal.pk, now=self.now)
        return AuditDraw.objects.get(decision__appeal=appeal)

    @property
    def certificate(self):
        return make.certificate(self.world.carl, now=self.now)

    def draw(self, decision, **changes):
        values = {
            "decision": decision,
            "certificate": decision.certificate,
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

    def sign(self, certificate, **changes):
        values = {
            "certificate": certificate,
            "no": 2,
            "signer_id": self.world.sara.user_id,
            "role": "compliance",
            "session_hash": "s",
            "signed_at": self.now,
        } | changes
        return CertificateSignature.objects.create(**values)

    def revoke(self, certificate, **changes):
        values = {
            "certificate": certificate,
            "because": "errors",
            "audited": 2,
            "errors": 2,
            "bound_permille": 100,
            "revoked_at": self.now,
        } | changes
        return CertificateRevocation.objects.create(**values)

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

    def policy(self, **changes):
        values = {
            "measure_type_id": "delist",
            "ground": "other",
            "mode": "off",
            "set_by_id": self.world.carl.user_id,
            "set_at": self.now,
        } | changes
        AutomationPolicyRecord.objects.create(**values)
        return AutomationPolicy.objects.create(**values)


@pytest.fixture
def case(world, now):
    return Case(world, now)


# — the appeal —


@LAWS.broken_by("appeal_is_one_per_notice_and_round")
def _(case):
    insert(case.decided, ref="apl_x", number="A-x")


@LAWS.broken_by("appeal_is_open_once_per_notice")
def _(case):
    insert(case.appeal, ref="apl_x", number="A-x", round=2, previous_id=case.appeal.pk)


@LAWS.broken_by("appeal_state_is_known")
def _(case):
    case.update(state="PENDING")


@LAWS.broken_by("appeal_ground_is_known")
def _(case):
    case.insert(ground="mood")


@LAWS.broken_by("appeal_review_is_known")
def _(case):
    case.update(review="oracle")


@LAWS.broken_by("appeal_human_demand_is_honoured")
def _(case):
    case.insert(
        state="DECIDED", decided_by_kind="SYSTEM", outcome="OVERTURNED", decided_at=case.now, human_demanded=True
    )


@LAWS.broken_by("appeal_is_decided_by_someone_with_an_outcome")
def _(case):
    case.update(outcome="UPHELD")


@LAWS.broken_by("appeal_decided_by_a_person_names_the_person")
def _(case):
    case.insert(state="DECIDED", decided_by_kind="HUMAN", outcome="UPHELD", decided_at=case.now)


@LAWS.broken_by("appeal_automation_only_favours_the_appellant")
def _(case):
    case.insert(state="DECIDED", decided_by_kind="SYSTEM", outcome="UPHELD", decided_at=case.now)


@LAWS.broken_by("appeal_system_looks_only_where_chosen")
def _(case):
    case.update(state="SYSTEM_REVIEW")


@LAWS.broken_by("appeal_reviewer_is_independent")
def _(case):
    case.update(reviewer_id=case.world.otto.user_id)


@LAWS.broken_by("appeal_second_review_is_by_a_senior")
def _(case):
    case.insert(level="SECOND", reviewer_id=case.world.rita.user_id)


@LAWS.broken_by("appeal_later_round_names_the_earlier")
def _(case):
    case.insert(round=2)


@LAWS.broken_by("appeal_under_review_has_a_reviewer")
def _(case):
    case.update(state="HUMAN_REVIEW")


@LAWS.broken_by("appeal_filed_late_says_why")
def _(case):
    case.update(is_late=True)


@LAWS.broken_by("appeal_is_kept")
def _(case):
    Appeal.objects.filter(pk=case.appeal.pk)._raw_delete("default")


@LAWS.broken_by("automated_finalisation_yields_to_demand")
def _(case):
    appeal = case.system_first
    case.draw(case.by_system(appeal))
    without("demand_is_not_swallowed_by_automated_decision", "appeals_humandemand")
    case.demand(appeal)
    case.update(state="DECIDED", decided_by_kind="SYSTEM", outcome="OVERTURNED", decided_at=case.now)


@LAWS.broken_by("demand_is_never_taken_back")
def _(case):
    case.update(human_demanded=True)
    case.update(human_demanded=False)


@LAWS.broken_by("decided_appeal_has_its_decision")
def _(case):
    assert case.held
    case.update(state="DECIDED", decided_by_kind="HUMAN", outcome="UPHELD", decided_at=case.now)


@LAWS.broken_by("appeal_outcome_stands")
def _(case):
    assert case.decided
    case.update(reviewer_id=case.world.rosa.user_id)


@LAWS.broken_by("appeal_conflicts_are_not_rewritten")
def _(case):
    case.update(original_decider_id=None)


# — what is filed in it —


@LAWS.broken_by("appeal_item_is_one_per_measure")
def _(case):
    insert(case.appeal.items.get(), no=2)


@LAWS.broken_by("appeal_item_number_is_unique")
def _(case):
    notice = case.world.notice()
    insert(case.appeal.items.get(), measure_id=notice.measures.get().pk)


@LAWS.broken_by("appeal_item_is_sealed")
def _(case):
    assert case.appeal
    AppealItem.objects.update(ground="other")


@LAWS.broken_by("demand_is_append_only")
def _(case):
    case.demand(case.appeal)
    HumanDemand.objects.update(via="api")


@LAWS.broken_by("triage_is_recorded_once_per_version")
def _(case):
    insert(case.suggestion())


@LAWS.broken_by("triage_probability_is_a_probability")
def _(case):
    case.suggestion(overturn_permille=1001)


@LAWS.broken_by("triage_is_append_only")
def _(case):
    case.suggestion()
    TriageSuggestion.objects.update(queue="other")


@LAWS.broken_by("evidence_version_is_unique_in_appeal")
def _(case):
    insert(case.submission())


@LAWS.broken_by("evidence_version_is_append_only")
def _(case):
    case.submission()
    EvidenceSubmission.objects.update(manifest_hash="g")


@LAWS.broken_by("evidence_number_is_unique_in_appeal")
def _(case):
    insert(case.evidence())


@LAWS.broken_by("evidence_is_sealed_once_submitted")
def _(case):
    case.evidence(submission=case.submission())
    EvidenceItem.objects.update(caption="d")


@LAWS.broken_by("request_number_is_unique_in_appeal")
def _(case):
    insert(case.request(lapsed_at=case.now))


@LAWS.broken_by("request_is_open_once_per_appeal")
def _(case):
    insert(case.request(), no=2)


@LAWS.broken_by("request_is_answered_or_lapsed")
def _(case):
    case.request(answered_at=case.now, lapsed_at=case.now)


@LAWS.broken_by("request_is_kept")
def _(case):
    case.request()
    InformationRequest.objects.all()._raw_delete("default")


@LAWS.broken_by("opening_is_recorded_once")
def _(case):
    insert(case.opening())


@LAWS.broken_by("opening_is_append_only")
def _(case):
    case.opening()
    Opening.objects.update(opened_at=case.now - timedelta(days=1))


@LAWS.broken_by("first_view_is_locked_once")
def _(case):
    insert(case.view())


@LAWS.broken_by("first_view_outcome_is_known")
def _(case):
    case.view(outcome="MAYBE")


@LAWS.broken_by("first_view_is_append_only")
def _(case):
    case.view()
    FirstView.objects.update(outcome="OVERTURNED")


@LAWS.broken_by("draft_is_one_per_notice_and_party")
def _(case):
    values = {"notice_id": case.appeal.notice_id, "party_id": case.appeal.party_id}
    insert(AppealDraft.objects.create(**values, saved_by_id=case.world.alice.user_id, saved_at=case.now))


@LAWS.broken_by("automation_mode_is_known")
def _(case):
    case.policy(mode="reject")


@LAWS.broken_by("automation_ground_is_known")
def _(case):
    case.policy(ground="mood")


@LAWS.broken_by("automation_has_one_policy_per_ground")
def _(case):
    case.policy()
    case.policy(mode="restore")


@LAWS.broken_by("automation_policy_is_on_record")
def _(case):
    case.policy()
    AutomationPolicy.objects.update(mode="restore")


@LAWS.broken_by("automation_policy_is_kept")
def _(case):
    case.policy()
    AutomationPolicy.objects.all().delete()


@LAWS.broken_by("policy_record_is_append_only")
def _(case):
    case.policy()
    AutomationPolicyRecord.objects.update(mode="restore")


# — certificates —


def another(certificate, **changes):
    """A certificate of the next attempt."""
    return insert(certificate, **{"ref": "crt_x", "attempt_no": 2, "spent_ppm": 7_000} | changes)


@LAWS.broken_by("certificate_ground_is_known")
def _(case):
    another(case.certificate, ground="mood", attempt_no=1)


@LAWS.broken_by("certificate_threshold_is_a_majority")
def _(case):
    another(case.certificate, threshold_permille=499)


@LAWS.broken_by("certificate_promises_something")
def _(case):
    another(case.certificate, bound_permille=51)


@LAWS.broken_by("certificate_counts_its_cases")
def _(case):
    another(case.certificate, k=201)


@LAWS.broken_by("certificate_follows_its_cases")
def _(case):
    another(case.certificate, data_to=case.now + timedelta(seconds=1))


@LAWS.broken_by("certificate_spends_its_share_of_delta")
def _(case):
    another(case.certificate, spent_ppm=50 * 607 // 4 + 1)


@LAWS.broken_by("certificate_counts_the_attempts_before_it")
def _(case):
    another(case.certificate, attempt_no=1)


@LAWS.broken_by("certificate_is_signed_after_its_attempt")
def _(case):
    case.sign(another(case.certificate))


def again(attempt, **changes):
    """The next attempt, which proved nothing."""
    plain = {"no": 2, "spent_ppm": 7_000, "result": "too_few", "certificate_id": None}
    return insert(attempt, **plain | changes)


@LAWS.broken_by("attempt_counts_those_before_it")
def _(case):
    again(case.certificate.attempt, no=3)


def test_an_attempt_spends_no_more_than_its_share_and_what_its_certificate_says(case):
    attempt = case.certificate.attempt
    next_one = another(attempt.certificate)
    for changes in ({"spent_ppm": 7_588}, {"certificate_id": next_one.pk, "result": "proved", "spent_ppm": 6_999}):
        assert_refused("attempt_counts_those_before_it", lambda changes=changes: again(attempt, **changes))

    again(attempt, certificate_id=next_one.pk, result="proved")


@LAWS.broken_by("certificate_is_append_only")
def _(case):
    Certificate.objects.filter(pk=case.certificate.pk).update(threshold_permille=500)


@LAWS.broken_by("certificate_is_signed_by_different_people")
def _(case):
    case.sign(case.certificate, signer_id=case.world.carl.user_id)


@LAWS.broken_by("certificate_signature_number_is_unique")
def _(case):
    case.sign(case.certificate, no=1)


@LAWS.broken_by("certificate_has_two_signatures")
def _(case):
    case.sign(case.certificate, no=3)


@LAWS.broken_by("certificate_is_signed_by_who_may")
def _(case):
    case.sign(case.certificate, role="reviewer")


@LAWS.broken_by("certificate_is_signed_while_it_lives")
def _(case):
    case.sign(case.certificate, signed_at=case.now + timedelta(days=45))


@LAWS.broken_by("certificate_signature_is_append_only")
def _(case):
    case.certificate.signatures.all().delete()


@LAWS.broken_by("revocation_says_who_and_why")
def _(case):
    case.revoke(case.certificate, because="by_hand")


@LAWS.broken_by("revocation_waits_for_decisions")
def _(case):
    case.revoke(Certificate(pk=999_999))


@LAWS.broken_by("revocation_is_append_only")
def _(case):
    case.revoke(case.certificate)
    CertificateRevocation.objects.all().delete()


@LAWS.broken_by("attempt_has_a_certificate_when_proved")
def _(case):
    again(case.certificate.attempt, result="proved")


@LAWS.broken_by("attempt_is_append_only")
def _(case):
    CertificationAttempt.objects.filter(pk=case.certificate.attempt.pk).delete()


@LAWS.broken_by("certificate_is_of_an_automated_decision")
def _(case):
    case.decision(case.held, certificate=case.certificate)


@LAWS.broken_by("automated_decision_rests_on_a_live_certificate")
def _(case):
    case.by_system(case.system_first, certificate=None)


@LAWS.broken_by("automated_decision_was_searched_for_repeats")
def _(case):
    appeal = make.suggested(case.system_first, now=case.now)
    values = {"by_kind": "SYSTEM", "reviewer_id": None, "session_hash": "", "outcome": "OVERTURNED"}
    case.decision(appeal, certificate=make.switch_on(case.world.carl, now=case.now), **values)


@LAWS.broken_by("clear_search_is_of_what_repeats_nothing")
def _(case):
    case.search(make.suggested(repeated(case).earlier, now=case.now))


@LAWS.broken_by("clear_search_is_append_only")
def _(case):
    case.search(make.suggested(case.system_first, now=case.now)).delete()


@LAWS.broken_by("automated_closings_keep_to_their_budget")
def _(case):
    """Two closings of this party are the most; a draw for a third is refused."""
    certificate = make.switch_on(case.world.carl, now=case.now)
    for _time in range(2):
        appeals.finalise_automatically(appeal_id=make.suggested(case.system_first, now=case.now).pk, now=case.now)
    third = make.suggested(case.system_first, now=case.now)
    case.search(third)
    case.draw(case.by_system(third, certificate=certificate))


@LAWS.broken_by("certificate_withstands_any_words")
def _(case):
    another(case.certificate, reachable=3)


@LAWS.broken_by("certificate_budget_counts_attackers")
def _(case):
    another(case.certificate, most_closings=103)


@LAWS.broken_by("certificate_budget_takes_days")
def _(case):
    another(case.certificate, most_a_day=11)


@LAWS.broken_by("triage_is_no_surer_for_closing")
def _(case):
    case.suggestion(abstained=False, overturn_permille=900, closing_permille=901)


@LAWS.broken_by("automated_finalisation_is_drawn_for_audit")
def _(case):
    appeal = case.system_first
    case.by_system(appeal)
    case.update(state="DECIDED", decided_by_kind="SYSTEM", outcome="OVERTURNED", decided_at=case.now)


@LAWS.broken_by("audit_takes_at_least_a_quarter")
def _(case):
    case.draw(case.by_system(case.system_first), rate_permille=249)


@LAWS.broken_by("audit_follows_the_lot")
def _(case):
    case.draw(case.by_system(case.system_first), is_drawn=False)


@LAWS.broken_by("audit_draw_is_of_the_certificate_of_its_decision")
def _(case):
    case.draw(
        case.by_system(case.system_first), certificate=make.certificate(case.world.carl, now=case.now, ground="other")
    )


@LAWS.broken_by("audit_draw_is_append_only")
def _(case):
    AuditDraw.objects.filter(pk=case.closed.pk).update(is_drawn=False, lot_permille=999)


@LAWS.broken_by("audit_is_of_what_was_drawn")
def _(case):
    case.audit(case.by_system(case.system_first))


@LAWS.broken_by("audit_is_by_someone_else")
def _(case):
    case.audit(case.decided.decision, reviewer_id=case.world.rita.user_id)


@LAWS.broken_by("audit_outcome_is_known")
def _(case):
    case.audit(case.decided.decision, outcome="LOST")


@LAWS.broken_by("audit_says_why")
def _(case):
    case.audit(case.decided.decision, note="")


@LAWS.broken_by("audit_view_is_append_only")
def _(case):
    case.audit(case.decided.decision)
    AuditView.objects.all().delete()


# — the decision —


@LAWS.broken_by("decision_outcome_is_known")
def _(case):
    case.decision(case.held, outcome="LOST")


@LAWS.broken_by("decision_by_a_person_carries_a_person")
def _(case):
    case.decision(case.held, session_hash="")


@LAWS.broken_by("automated_decision_yields_to_demand")
def _(case):
    appeal = case.system_first
    case.demand(appeal)
    case.by_system(appeal)


@LAWS.broken_by("demand_is_not_swallowed_by_automated_decision")
def _(case):
    appeal = case.system_first
    case.by_system(appeal)
    case.demand(appeal)


@LAWS.broken_by("human_decision_follows_reading")
def _(case):
    appeal = case.held
    Appeal.objects.filter(pk=appeal.pk).update(reviewer_id=case.world.rosa.user_id)
    case.decision(appeal, reviewer_id=case.world.rosa.user_id)


@LAWS.broken_by("human_decision_is_by_the_holder")
def _(case):
    appeal = case.held
    insert(Opening.objects.first(), reviewer_id=case.world.rosa.user_id)
    case.decision(appeal, reviewer_id=case.world.rosa.user_id)


@LAWS.broken_by("appeal_reviewer_is_new_to_it")
def _(case):
    first = case.held
    appeals.release_appeal(actor=case.world.rita, ref=first.ref, now=case.now)
    appeals.withdraw_appeal(actor=case.world.alice, ref=first.ref, now=case.now)
    second = make.file(case.world.alice, first.notice, now=case.now)
    Appeal.objects.filter(pk=second.pk).update(reviewer_id=case.world.rita.user_id)


@LAWS.broken_by("appeal_reviewer_has_not_looked_at_the_act")
def _(case):
    notice = build.active(case.world, now=case.now).issue(now=case.now)
    DoubleReview.objects.create(
        ref="sec_x",
        act=notice.act,
        drawn_at=case.now,
        given_at=case.now,
        reviewer_id=case.world.rita.user_id,
        same_measure=True,
        note="与存档一致。",
    )
    appeal = make.file(case.world.alice, notice, now=case.now)
    Appeal.objects.filter(pk=appeal.pk).update(reviewer_id=case.world.rita.user_id)


@LAWS.broken_by("appeal_reviewer_determined_no_dispute_about_it")
def _(case):
    notice = case.world.notice()
    record_determination(notice, actor=case.world.rita, now=case.now, dispute="dsp_x")
    appeal = make.file(case.world.alice, notice, now=case.now)
    Appeal.objects.filter(pk=appeal.pk).update(reviewer_id=case.world.rita.user_id)


@LAWS.broken_by("appeal_filing_is_sealed")
def _(case):
    case.update(statement="not what was written")


@LAWS.broken_by("answer_to_a_request_stands")
def _(case):
    request = case.request(answer="yes", answered_at=case.now)
    InformationRequest.objects.filter(pk=request.pk).update(answer="no")


@LAWS.broken_by("decision_is_append_only")
def _(case):
    assert case.decided
    Decision.objects.update(reasons="other reasons")


@LAWS.broken_by("finding_number_is_unique_in_decision")
def _(case):
    insert(case.decided.decision.points.first())


@LAWS.broken_by("finding_is_a_sentence")
def _(case):
    insert(case.decided.decision.points.first(), no=9, sentence="")


@LAWS.broken_by("finding_fits_its_kind")
def _(case):
    insert(case.decided.decision.points.get(kind="fact"), no=9, finding="accepted")


@LAWS.broken_by("finding_is_append_only")
def _(case):
    assert case.decided
    DecisionPoint.objects.update(sentence="something else")


@LAWS.broken_by("ruling_is_one_per_measure")
def _(case):
    insert(case.decided.decision.rulings.get())


@LAWS.broken_by("ruling_is_never_longer")
def _(case):
    ruling = case.decided.decision.rulings.get()
    other = case.world.notice().measures.get()
    insert(ruling, measure_id=other.pk, ends_at=ruling.ended_at_before + timedelta(seconds=1))


@LAWS.broken_by("ruling_is_never_dearer")
def _(case):
    ruling = case.decided.decision.rulings.get()
    other = case.world.notice().measures.get()
    insert(ruling, measure_id=other.pk, amount_minor=2, amount_minor_before=1)


@LAWS.broken_by("ruling_is_append_only")
def _(case):
    assert case.decided
    Ruling.objects.update(outcome="OVERTURNED")


def without(name, table):
    """That trigger is gone until the attempt is taken back; a later law must stand by itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "_insert"))


def repeated(case, **changes):
    """The appeal repeats an earlier one."""
    earlier = case.insert(filed_at=case.appeal.filed_at - timedelta(days=1))
    values = {"appeal": case.appeal, "earlier": earlier, "overlap_permille": 900, "jaccard_permille": 800}
    return LikelyDuplicate.objects.create(**values | {"found_at": case.now} | changes)


def sketched(case, **changes):
    values = {"appeal": case.appeal, "runs": 20, "hashes": b"h", "sketched_at": case.now} | changes
    return TextSketch.objects.create(**values)


@LAWS.broken_by("sketch_is_of_some_text")
def _(case):
    sketched(case, runs=0)


@LAWS.broken_by("sketch_has_each_band_once")
def _(case):
    insert(SketchBand.objects.create(sketch=sketched(case), name=7))


@LAWS.broken_by("duplicate_is_named_once")
def _(case):
    insert(repeated(case))


@LAWS.broken_by("duplicate_shares_are_shares")
def _(case):
    repeated(case, jaccard_permille=901)


@LAWS.broken_by("duplicate_is_of_an_earlier_appeal")
def _(case):
    repeated(case, earlier=case.appeal)


@LAWS.broken_by("triage_model_that_is_live_beats_the_baseline")
def _(case):
    learnt(case, "compared", "signed", "signed", "shadow", "live", beats_baseline=False)


@LAWS.broken_by("likely_duplicate_is_append_only")
def _(case):
    LikelyDuplicate.objects.filter(pk=repeated(case).pk).update(overlap_permille=950)


def learnt(case, *stages, **changes):
    """A triage model that has come as far as these stages; two people sign."""
    values = {
        "ref": f"tmd_{make.number()}",
        "version": "v",
        "model_hash": "h" * 64,
        "file": "v.skops",
        "snapshot_hash": "s",
        "counts": {},
        "report": {},
        "beats_baseline": True,
        "data_from": case.now - timedelta(days=9),
        "data_to": case.now - timedelta(days=1),
        "trained_at": case.now,
    } | changes
    model = TriageModelVersion.objects.create(**values)
    signers = [case.world.carl, case.world.sara]
    for n, stage in enumerate(stages, start=1):
        by = signers.pop() if stage == "signed" else None
        step(case, model, stage, taken_at=case.now + timedelta(hours=n), by=by)
    return model


def step(case, model, stage, by=None, **changes):
    machine = {"taken_by_id": None, "role": "", "session_hash": ""} if stage == "compared" else {}
    values = {
        "model": model,
        "stage": stage,
        "taken_by_id": (by or case.world.carl).user_id,
        "role": "compliance",
        "session_hash": "s",
        "note": "n",
        "taken_at": case.now + timedelta(days=1),
    }
    return TriageModelStep.objects.create(**values | machine | changes)


SIGNED = ("compared", "signed", "signed")


@LAWS.broken_by("triage_model_follows_its_cases")
def _(case):
    learnt(case, data_to=case.now + timedelta(days=1))


@LAWS.broken_by("triage_model_is_append_only")
def _(case):
    TriageModelVersion.objects.filter(pk=learnt(case).pk).update(version="w")


@LAWS.broken_by("triage_step_is_append_only")
def _(case):
    learnt(case, "compared").steps.update(facts={"n": 1})


@LAWS.broken_by("triage_step_is_by_who_may")
def _(case):
    step(case, learnt(case, "compared"), "signed", role="reviewer")


@LAWS.broken_by("triage_step_back_says_why")
def _(case):
    step(case, learnt(case, "compared"), "refused", note="")


@LAWS.broken_by("triage_model_is_signed_by_different_people")
def _(case):
    model = learnt(case, "compared")
    step(case, model, "signed")
    step(case, model, "signed")


@LAWS.broken_by("triage_signature_follows_the_comparison")
def _(case):
    step(case, learnt(case), "signed")


@LAWS.broken_by("triage_shadow_follows_two_signatures")
def _(case):
    step(case, learnt(case, "compared", "signed"), "shadow")


@LAWS.broken_by("triage_model_goes_live_from_the_shadow")
def _(case):
    step(case, learnt(case, *SIGNED), "live")


@LAWS.broken_by("triage_rollback_is_of_the_live_model")
def _(case):
    before = learnt(case, *SIGNED, "shadow", "live")
    learnt(case, *SIGNED, "shadow", "live")
    step(case, before, "rolled_back")


@LAWS.broken_by("triage_model_that_was_refused_stays_so")
def _(case):
    step(case, learnt(case, "compared", "refused"), "signed")


@LAWS.broken_by("triage_refusal_is_before_it_is_live")
def _(case):
    step(case, learnt(case, *SIGNED, "shadow", "live"), "refused")


@LAWS.broken_by("triage_suggestion_is_of_the_live_model")
def _(case):
    learnt(case, *SIGNED, "shadow", "live")
    case.suggestion()


def test_after_a_model_was_rolled_back_to_none_nothing_speaks(case):
    step(case, learnt(case, *SIGNED, "shadow", "live", model_hash="a"), "rolled_back")

    assert_refused("triage_suggestion_is_of_the_live_model", case.suggestion)


def shadowed(case, *stages, **changes):
    values = {"model": learnt(case, *stages), "appeal": case.appeal, "overturn_permille": 400, "abstained": False}
    return ShadowSuggestion.objects.create(**values | {"said_at": case.now + timedelta(days=1)} | changes)


@LAWS.broken_by("shadow_is_of_a_model_in_the_shadow")
def _(case):
    shadowed(case, *SIGNED)


@LAWS.broken_by("shadow_speaks_once_of_a_case")
def _(case):
    insert(shadowed(case, *SIGNED, "shadow"))


@LAWS.broken_by("shadow_probability_is_a_probability")
def _(case):
    shadowed(case, *SIGNED, "shadow", overturn_permille=None)


@LAWS.broken_by("shadow_is_append_only")
def _(case):
    ShadowSuggestion.objects.filter(pk=shadowed(case, *SIGNED, "shadow").pk).delete()


def training(case, **changes):
    """A training that a person asked for, and that is under way."""
    values = {
        "ref": f"trn_{make.number()}",
        "asked_by_id": case.world.carl.user_id,
        "role": "compliance",
        "session_hash": "s",
        "form_key": f"key-{make.number()}",
        "asked_at": case.now,
        "release": "r",
        "until": case.now,
        "step": "training",
        "started_at": case.now,
        "beat_at": case.now,
    }
    return TriageTraining.objects.create(**values | changes)


def ended(case, **changes):
    return training(case, **{"is_open": False, "reason": "interrupted", "ended_at": case.now} | changes)


def change(row, **changes):
    TriageTraining.objects.filter(pk=row.pk).update(**changes)


@LAWS.broken_by("triage_training_is_one_at_a_time")
def _(case):
    training(case)
    training(case, step="waiting", started_at=None, beat_at=None)


@LAWS.broken_by("triage_training_follows_one_click")
def _(case):
    ended(case, form_key="the same")
    ended(case, form_key="the same")


@LAWS.broken_by("triage_training_is_asked_by_who_may")
def _(case):
    training(case, role="reviewer")


@LAWS.broken_by("triage_training_says_what_it_does")
def _(case):
    training(case, step="selling")


@LAWS.broken_by("triage_training_beats_from_its_start")
def _(case):
    training(case, beat_at=None)


@LAWS.broken_by("triage_training_ends_with_its_model_or_a_reason")
def _(case):
    ended(case, step="done", reason="")


@LAWS.broken_by("triage_training_that_ended_is_fixed")
def _(case):
    change(ended(case), process="host:1")


@LAWS.broken_by("triage_training_keeps_what_was_asked")
def _(case):
    change(training(case), seed=7)


@LAWS.broken_by("triage_training_never_goes_back")
def _(case):
    change(training(case), step="snapshot")


@LAWS.broken_by("triage_training_is_kept")
def _(case):
    TriageTraining.objects.filter(pk=training(case).pk).delete()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("triage_training_is_asked_by_who_may", {"session_hash": ""}),
        ("triage_training_is_asked_by_who_may", {"form_key": ""}),
        ("triage_training_is_asked_by_who_may", {"asked_by_id": None}),
        ("triage_training_says_what_it_does", {"release": ""}),
        ("triage_training_says_what_it_does", {"until": "later"}),
        ("triage_training_beats_from_its_start", {"step": "waiting"}),
        ("triage_training_beats_from_its_start", {"started_at": None}),
        ("triage_training_ends_with_its_model_or_a_reason", {"reason": "broken"}),
        ("triage_training_ends_with_its_model_or_a_reason", {"is_open": False}),
        ("triage_training_ends_with_its_model_or_a_reason", {"step": "done"}),
        ("triage_training_ends_with_its_model_or_a_reason", {"model": "one"}),
        ("triage_training_ends_with_its_model_or_a_reason", {"is_open": False, "reason": "bored", "ended_at": "later"}),
        (
            "triage_training_ends_with_its_model_or_a_reason",
            {"is_open": False, "reason": "broken", "ended_at": "before"},
        ),
    ],
)
def test_a_training_is_told_whole(case, name, wrong):
    moments = {"later": case.now + timedelta(hours=1), "before": case.now - timedelta(hours=1)}
    changes = {field: moments.get(value, value) for field, value in wrong.items()}
    if "model" in changes:
        changes["model"] = learnt(case)

    assert_refused(name, lambda: training(case, **changes))


def test_nobody_waits_for_a_training_that_ended(case):
    ended(case)
    ended(case, step="done", reason="", model=learnt(case))

    assert training(case).is_open


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(case, name):
    assert_refused(name, lambda: LAWS[name](case))


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (HumanDemand, "demand_is_append_only"),
        (Decision, "decision_is_append_only"),
        (DecisionPoint, "finding_is_append_only"),
        (Ruling, "ruling_is_append_only"),
        (FirstView, "first_view_is_append_only"),
        (Opening, "opening_is_append_only"),
        (TriageSuggestion, "triage_is_append_only"),
        (EvidenceSubmission, "evidence_version_is_append_only"),
    ],
)
def test_what_is_filed_cannot_be_deleted(case, model, name):
    case.demand(case.appeal)
    case.suggestion()
    case.submission()
    assert case.decided
    assert model.objects.exists()

    assert_refused(name, lambda: model.objects.all()._raw_delete("default"))


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


@pytest.mark.parametrize(
    "change",
    [
        {"original_team_id": None},
        {"first_reviewer_id": F("original_decider_id")},
        {"level": "SECOND"},
    ],
)
def test_who_may_not_review_cannot_be_rewritten(case, change):
    assert_refused("appeal_conflicts_are_not_rewritten", lambda: case.update(**change))


def test_nobody_of_the_deciding_team_can_be_made_the_reviewer(case):
    odile = case.world.odile
    assert_refused(
        "appeal_reviewer_is_independent",
        lambda: case.update(reviewer_id=odile.user_id, reviewer_team_id=odile.team_id),
    )
