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


@LAWS.broken_by("automated_decision_rests_on_a_live_certificate")
def _(case):
    case.by_system(case.system_first, certificate_ref="")


@LAWS.broken_by("automated_decision_was_searched_for_repeats")
def _(case):
    appeal = make.suggested(case.system_first, now=case.now)
    values = {"by_kind": "SYSTEM", "reviewer_id": None, "session_hash": "", "outcome": "OVERTURNED"}
    case.decision(appeal, certificate_ref=make.switch_on(case.world.carl, now=case.now).ref, **values)


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
        triage.finalise_automatically(appeal_id=make.suggested(case.system_first, now=case.now).pk, now=case.now)
    third = make.suggested(case.system_first, now=case.now)
    case.search(third)
    case.draw(case.by_system(third, certificate_ref=certificate.ref))


@LAWS.broken_by("certificate_withstands_any_words")
def _(case):
    another(case.certificate, reachable=3)


@LAWS.broken_by("certificate_budget_counts_attackers")
def _(case):
    another(case.certificate, most_closings=103)


@LAWS.broken_by("certificate_budget_takes_days")
def _(case):
    another(case.certificate, most_a_day=11)


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


@LAWS.broken_by("triage_model_follows_its_cases")
def _(case):
    learnt(case, data_to=case.now + timedelta(days=1))


@LAWS.broken_by("triage_model_is_append_only")
def _(case):
    ModelVersion.objects.filter(pk=learnt(case).pk).update(version="w")


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
    return Training.objects.create(**values | changes)


def ended(case, **changes):
    return training(case, **{"is_open": False, "reason": "interrupted", "ended_at": case.now} | changes)


def change(row, **changes):
    Training.objects.filter(pk=row.pk).update(**changes)


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
    Training.objects.filter(pk=training(case).pk).delete()


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
