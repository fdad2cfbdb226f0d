"""The laws of triage, also those on tables of appeals, hold for whoever writes past the code."""

from datetime import timedelta

import pytest

from tests import factories as make
from tests.appeals.test_constraints import Case as AppealCase
from tests.laws import Laws, assert_refused, insert
from triage import commands as triage
from triage.models import (
    AuditDraw,
    AutomationPolicy,
    AutomationPolicyRecord,
    Certificate,
    CertificateRevocation,
    CertificateSignature,
    CertificationAttempt,
    LikelyDuplicate,
    ModelStep,
    ModelVersion,
    ShadowSuggestion,
    SketchBand,
    TextSketch,
    Training,
)

LAWS = Laws()


class Case(AppealCase):
    """One appeal with what the system may do alone."""

    @property
    def closed(self):
        """An appeal that the system closed; its draw, whatever the lot says."""
        make.switch_on(self.world.carl, now=self.now)
        appeal = make.suggested(self.system_first, now=self.now)
        triage.finalise_automatically(appeal_id=appeal.pk, now=self.now)
        return AuditDraw.objects.get(decision__appeal=appeal)

    @property
    def certificate(self):
        return make.certificate(self.world.carl, now=self.now)

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


LAWS.rows(
    automation_mode_is_known=lambda case: case.policy(mode="reject"),
    automation_ground_is_known=lambda case: case.policy(ground="mood"),
    automation_has_one_policy_per_ground=lambda case: (case.policy(), case.policy(mode="restore")),
    automation_policy_is_on_record=lambda case: (case.policy(), AutomationPolicy.objects.update(mode="restore")),
    automation_policy_is_kept=lambda case: (case.policy(), AutomationPolicy.objects.all().delete()),
    policy_record_is_append_only=lambda case: (case.policy(), AutomationPolicyRecord.objects.update(mode="restore")),
)


def another(certificate, **changes):
    """A certificate of the next attempt."""
    return insert(certificate, **{"ref": "crt_x", "attempt_no": 2, "spent_ppm": 7_000} | changes)


LAWS.rows(
    certificate_ground_is_known=lambda case: another(case.certificate, ground="mood", attempt_no=1),
    certificate_threshold_is_a_majority=lambda case: another(case.certificate, threshold_permille=499),
    certificate_promises_something=lambda case: another(case.certificate, bound_permille=51),
    certificate_counts_its_cases=lambda case: another(case.certificate, k=201),
    certificate_follows_its_cases=lambda case: another(case.certificate, data_to=case.now + timedelta(seconds=1)),
    certificate_spends_its_share_of_delta=lambda case: another(case.certificate, spent_ppm=50 * 607 // 4 + 1),
    certificate_counts_the_attempts_before_it=lambda case: another(case.certificate, attempt_no=1),
    certificate_is_signed_after_its_attempt=lambda case: case.sign(another(case.certificate)),
)


def again(attempt, **changes):
    """The next attempt, which proved nothing."""
    plain = {"no": 2, "spent_ppm": 7_000, "result": "too_few", "certificate_id": None}
    return insert(attempt, **plain | changes)


LAWS.rows(
    attempt_counts_those_before_it=lambda case: again(case.certificate.attempt, no=3),
)


def test_an_attempt_spends_no_more_than_its_share_and_what_its_certificate_says(case):
    attempt = case.certificate.attempt
    next_one = another(attempt.certificate)
    for changes in ({"spent_ppm": 7_588}, {"certificate_id": next_one.pk, "result": "proved", "spent_ppm": 6_999}):
        assert_refused("attempt_counts_those_before_it", lambda changes=changes: again(attempt, **changes))

    again(attempt, certificate_id=next_one.pk, result="proved")


LAWS.rows(
    certificate_is_append_only=lambda case: Certificate.objects.filter(pk=case.certificate.pk).update(
        threshold_permille=500
    ),
    certificate_is_signed_by_different_people=lambda case: case.sign(
        case.certificate, signer_id=case.world.carl.user_id
    ),
    certificate_signature_number_is_unique=lambda case: case.sign(case.certificate, no=1),
    certificate_has_two_signatures=lambda case: case.sign(case.certificate, no=3),
    certificate_is_signed_by_who_may=lambda case: case.sign(case.certificate, role="reviewer"),
    certificate_is_signed_while_it_lives=lambda case: case.sign(
        case.certificate, signed_at=case.now + timedelta(days=45)
    ),
    certificate_signature_is_append_only=lambda case: case.certificate.signatures.all().delete(),
    revocation_says_who_and_why=lambda case: case.revoke(case.certificate, because="by_hand"),
    revocation_waits_for_decisions=lambda case: case.revoke(Certificate(pk=999_999)),
    revocation_is_append_only=lambda case: (
        case.revoke(case.certificate),
        CertificateRevocation.objects.all().delete(),
    ),
    attempt_has_a_certificate_when_proved=lambda case: again(case.certificate.attempt, result="proved"),
    attempt_is_append_only=lambda case: CertificationAttempt.objects.filter(pk=case.certificate.attempt.pk).delete(),
    automated_decision_rests_on_a_live_certificate=lambda case: case.by_system(case.system_first, certificate_ref=""),
    automated_decision_was_searched_for_repeats=lambda case: (
        appeal := make.suggested(case.system_first, now=case.now),
        values := {"by_kind": "SYSTEM", "reviewer_id": None, "session_hash": "", "outcome": "OVERTURNED"},
        case.decision(appeal, certificate_ref=make.switch_on(case.world.carl, now=case.now).ref, **values),
    ),
    clear_search_is_of_what_repeats_nothing=lambda case: case.search(
        make.suggested(repeated(case).earlier, now=case.now)
    ),
    clear_search_is_append_only=lambda case: case.search(make.suggested(case.system_first, now=case.now)).delete(),
)


@LAWS.broken_by("automated_closings_keep_to_their_budget")
def _(case):
    """Two closings of this party are the most; a draw for a third is refused."""
    certificate = make.switch_on(case.world.carl, now=case.now)
    for _time in range(2):
        triage.finalise_automatically(appeal_id=make.suggested(case.system_first, now=case.now).pk, now=case.now)
    third = make.suggested(case.system_first, now=case.now)
    case.search(third)
    case.draw(case.by_system(third, certificate_ref=certificate.ref))


LAWS.rows(
    certificate_withstands_any_words=lambda case: another(case.certificate, reachable=3),
    certificate_budget_counts_attackers=lambda case: another(case.certificate, most_closings=103),
    certificate_budget_takes_days=lambda case: another(case.certificate, most_a_day=11),
    automated_finalisation_is_drawn_for_audit=lambda case: (
        appeal := case.system_first,
        case.by_system(appeal),
        case.update(state="DECIDED", decided_by_kind="SYSTEM", outcome="OVERTURNED", decided_at=case.now),
    ),
    audit_takes_at_least_a_quarter=lambda case: case.draw(case.by_system(case.system_first), rate_permille=249),
    audit_follows_the_lot=lambda case: case.draw(case.by_system(case.system_first), is_drawn=False),
    audit_draw_is_of_the_certificate_of_its_decision=lambda case: case.draw(
        case.by_system(case.system_first), certificate=make.certificate(case.world.carl, now=case.now, ground="other")
    ),
    audit_draw_is_append_only=lambda case: AuditDraw.objects.filter(pk=case.closed.pk).update(
        is_drawn=False, lot_permille=999
    ),
    audit_is_of_what_was_drawn=lambda case: case.audit(case.by_system(case.system_first)),
)


def repeated(case, **changes):
    """The appeal repeats an earlier one."""
    earlier = case.insert(filed_at=case.appeal.filed_at - timedelta(days=1))
    values = {"appeal": case.appeal, "earlier": earlier, "overlap_permille": 900, "jaccard_permille": 800}
    return LikelyDuplicate.objects.create(**values | {"found_at": case.now} | changes)


def sketched(case, **changes):
    values = {"appeal": case.appeal, "runs": 20, "hashes": b"h", "sketched_at": case.now} | changes
    return TextSketch.objects.create(**values)


LAWS.rows(
    sketch_is_of_some_text=lambda case: sketched(case, runs=0),
    sketch_has_each_band_once=lambda case: insert(SketchBand.objects.create(sketch=sketched(case), name=7)),
    duplicate_is_named_once=lambda case: insert(repeated(case)),
    duplicate_shares_are_shares=lambda case: repeated(case, jaccard_permille=901),
    duplicate_is_of_an_earlier_appeal=lambda case: repeated(case, earlier=case.appeal),
    triage_model_that_is_live_beats_the_baseline=lambda case: learnt(
        case, "compared", "signed", "signed", "shadow", "live", beats_baseline=False
    ),
    likely_duplicate_is_append_only=lambda case: LikelyDuplicate.objects.filter(pk=repeated(case).pk).update(
        overlap_permille=950
    ),
)


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
    model = ModelVersion.objects.create(**values)
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
    return ModelStep.objects.create(**values | machine | changes)


SIGNED = ("compared", "signed", "signed")


LAWS.rows(
    triage_model_follows_its_cases=lambda case: learnt(case, data_to=case.now + timedelta(days=1)),
    triage_model_is_append_only=lambda case: ModelVersion.objects.filter(pk=learnt(case).pk).update(version="w"),
    triage_step_is_append_only=lambda case: learnt(case, "compared").steps.update(facts={"n": 1}),
    triage_step_is_by_who_may=lambda case: step(case, learnt(case, "compared"), "signed", role="reviewer"),
    triage_step_back_says_why=lambda case: step(case, learnt(case, "compared"), "refused", note=""),
    triage_model_is_signed_by_different_people=lambda case: (
        model := learnt(case, "compared"),
        step(case, model, "signed"),
        step(case, model, "signed"),
    ),
    triage_signature_follows_the_comparison=lambda case: step(case, learnt(case), "signed"),
    triage_shadow_follows_two_signatures=lambda case: step(case, learnt(case, "compared", "signed"), "shadow"),
    triage_model_goes_live_from_the_shadow=lambda case: step(case, learnt(case, *SIGNED), "live"),
    triage_rollback_is_of_the_live_model=lambda case: (
        before := learnt(case, *SIGNED, "shadow", "live"),
        learnt(case, *SIGNED, "shadow", "live"),
        step(case, before, "rolled_back"),
    ),
    triage_model_that_was_refused_stays_so=lambda case: step(case, learnt(case, "compared", "refused"), "signed"),
    triage_refusal_is_before_it_is_live=lambda case: step(case, learnt(case, *SIGNED, "shadow", "live"), "refused"),
    triage_suggestion_is_of_the_live_model=lambda case: (learnt(case, *SIGNED, "shadow", "live"), case.suggestion()),
)


def test_after_a_model_was_rolled_back_to_none_nothing_speaks(case):
    step(case, learnt(case, *SIGNED, "shadow", "live", model_hash="a"), "rolled_back")

    assert_refused("triage_suggestion_is_of_the_live_model", case.suggestion)


def shadowed(case, *stages, **changes):
    values = {"model": learnt(case, *stages), "appeal": case.appeal, "overturn_permille": 400, "abstained": False}
    return ShadowSuggestion.objects.create(**values | {"said_at": case.now + timedelta(days=1)} | changes)


LAWS.rows(
    shadow_is_of_a_model_in_the_shadow=lambda case: shadowed(case, *SIGNED),
    shadow_speaks_once_of_a_case=lambda case: insert(shadowed(case, *SIGNED, "shadow")),
    shadow_probability_is_a_probability=lambda case: shadowed(case, *SIGNED, "shadow", overturn_permille=None),
    shadow_is_append_only=lambda case: ShadowSuggestion.objects.filter(
        pk=shadowed(case, *SIGNED, "shadow").pk
    ).delete(),
)


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
    return Training.objects.create(**values | changes)


def ended(case, **changes):
    return training(case, **{"is_open": False, "reason": "interrupted", "ended_at": case.now} | changes)


def change(row, **changes):
    Training.objects.filter(pk=row.pk).update(**changes)


LAWS.rows(
    triage_training_is_one_at_a_time=lambda case: (
        training(case),
        training(case, step="waiting", started_at=None, beat_at=None),
    ),
    triage_training_follows_one_click=lambda case: (ended(case, form_key="the same"), ended(case, form_key="the same")),
    triage_training_is_asked_by_who_may=lambda case: training(case, role="reviewer"),
    triage_training_says_what_it_does=lambda case: training(case, step="selling"),
    triage_training_beats_from_its_start=lambda case: training(case, beat_at=None),
    triage_training_ends_with_its_model_or_a_reason=lambda case: ended(case, step="done", reason=""),
    triage_training_that_ended_is_fixed=lambda case: change(ended(case), process="host:1"),
    triage_training_keeps_what_was_asked=lambda case: change(training(case), seed=7),
    triage_training_never_goes_back=lambda case: change(training(case), step="snapshot"),
    triage_training_is_kept=lambda case: Training.objects.filter(pk=training(case).pk).delete(),
)


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


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_no_decision_of_the_system_rests_on_a_certificate_that_fell(case, how):
    certificate, appeal = make.switch_on(case.world.carl, now=case.now), make.suggested(case.system_first, now=case.now)
    if how == "revoked":
        case.revoke(certificate)
    at = certificate.expires_at if how == "expired" else case.now

    name = "automated_decision_rests_on_a_live_certificate"
    assert_refused(name, lambda: case.by_system(appeal, certificate_ref=certificate.ref, decided_at=at))


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(case, name):
    assert_refused(name, lambda: LAWS[name](case))
