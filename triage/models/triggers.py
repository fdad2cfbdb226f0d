"""Laws of what the system does alone, also where they are held on tables of appeals: those know nothing of this app."""

from casework.triggers import append_only, kept, on_insert, on_update, on_write
from classifier.budget import MOST_A_PARTY
from classifier.certificate import SPENT_PERMILLE

LOCK_CERTIFICATE = "PERFORM 1 FROM triage_certificate WHERE id = NEW.certificate_id FOR UPDATE;"
LOCK_CERTIFICATE_OF_DECISION = "PERFORM 1 FROM triage_certificate WHERE ref = NEW.certificate_ref FOR UPDATE;"

ATTEMPTS_BEFORE = """SELECT COUNT(*) FROM triage_certificationattempt b
            WHERE b.measure_type_id = NEW.measure_type_id AND b.ground = NEW.ground"""

LOCK_MEASURE = "PERFORM 1 FROM notices_measuretype WHERE code = NEW.measure_type_id FOR NO KEY UPDATE;"

# Two closings under certificates for the same measure are counted one after the other.
LOCK_MEASURE_OF_CERTIFICATE = """PERFORM 1 FROM notices_measuretype t JOIN triage_certificate c
                ON c.measure_type_id = t.code WHERE c.id = NEW.certificate_id FOR NO KEY UPDATE OF t;"""
CLOSED = "SELECT COUNT(*) FROM triage_auditdraw w"
OVER_BUDGET = f"""EXISTS (SELECT 1 FROM triage_certificate c WHERE c.id = NEW.certificate_id AND (
            ({CLOSED} WHERE w.certificate_id = c.id) >= c.most_closings
            OR ({CLOSED} JOIN triage_certificate o ON o.id = w.certificate_id WHERE w.day = NEW.day
              AND o.measure_type_id = c.measure_type_id AND o.ground = c.ground) >= c.most_a_day
            OR ({CLOSED} JOIN appeals_decision d ON d.id = w.decision_id JOIN appeals_appeal a ON a.id = d.appeal_id
              WHERE w.certificate_id = c.id AND a.party_id = (SELECT p.party_id FROM appeals_appeal p
                JOIN appeals_decision e ON e.appeal_id = p.id WHERE e.id = NEW.decision_id)) >= {MOST_A_PARTY}))"""  # noqa: S608  our own names

AUTOMATION_TRIGGERS = [
    on_write(
        "triage_automationpolicy",
        "automation_policy_is_on_record",
        """NOT EXISTS (SELECT 1 FROM triage_automationpolicyrecord r
            WHERE r.measure_type_id = NEW.measure_type_id AND r.ground = NEW.ground AND r.mode = NEW.mode
            AND r.set_by_id = NEW.set_by_id AND r.set_at = NEW.set_at)""",
    ),
    kept("triage_automationpolicy", "automation_policy_is_kept"),
    append_only("triage_automationpolicyrecord", "policy_record_is_append_only"),
    on_insert(
        "triage_certificationattempt",
        "attempt_counts_those_before_it",
        f"""NEW.no <> ({ATTEMPTS_BEFORE}) + 1
            OR NEW.spent_ppm * NEW.no * NEW.no > NEW.delta_permille * {SPENT_PERMILLE}
            OR EXISTS (SELECT 1 FROM triage_certificate c WHERE c.id = NEW.certificate_id
              AND (c.attempt_no <> NEW.no OR c.spent_ppm <> NEW.spent_ppm))""",  # noqa: S608  our own names
        lock=LOCK_MEASURE,
    ),
    on_insert(
        "triage_certificate",
        "certificate_counts_the_attempts_before_it",
        f"NEW.attempt_no <> ({ATTEMPTS_BEFORE}) + 1",
        lock=LOCK_MEASURE,
    ),
    on_insert(
        "triage_certificatesignature",
        "certificate_is_signed_after_its_attempt",
        """NOT EXISTS (SELECT 1 FROM triage_certificationattempt t WHERE t.certificate_id = NEW.certificate_id)
            AND EXISTS (SELECT 1 FROM triage_certificate c WHERE c.id = NEW.certificate_id)""",
    ),
    # What the demand law and the CHECK on outcomes refuse is left to them, so that the refusal names its reason.
    on_insert(
        "appeals_decision",
        "automated_decision_rests_on_a_live_certificate",
        """NEW.by_kind = 'SYSTEM' AND NEW.outcome = 'OVERTURNED'
            AND NOT EXISTS (SELECT 1 FROM appeals_humandemand d WHERE d.appeal_id = NEW.appeal_id)
            AND NOT EXISTS (
            SELECT 1 FROM triage_certificate c
            JOIN appeals_appeal a ON a.id = NEW.appeal_id AND a.ground = c.ground AND a.round = 1
            JOIN triage_automationpolicy p
              ON p.measure_type_id = c.measure_type_id AND p.ground = c.ground AND p.mode = 'restore'
            JOIN appeals_triagesuggestion t ON t.appeal_id = a.id AND t.model_hash = c.model_hash
              AND NOT t.abstained AND NOT t.asks_for_a_person AND t.closing_permille >= c.threshold_permille
            WHERE c.ref = NEW.certificate_ref AND c.issued_at <= NEW.decided_at AND NEW.decided_at < c.expires_at
            AND (SELECT COUNT(*) FROM triage_certificatesignature s
              WHERE s.certificate_id = c.id AND s.signed_at <= NEW.decided_at) >= 2
            AND NOT EXISTS (SELECT 1 FROM triage_certificaterevocation r WHERE r.certificate_id = c.id)
            AND NOT EXISTS (SELECT 1 FROM appeals_appealitem i JOIN notices_measure m ON m.id = i.measure_id
              WHERE i.appeal_id = a.id AND (m.type_id <> c.measure_type_id OR i.ground <> c.ground)))""",
        lock=LOCK_CERTIFICATE_OF_DECISION,
    ),
    on_update(
        "appeals_appeal",
        "automated_finalisation_is_drawn_for_audit",
        """NEW.decided_by_kind = 'SYSTEM' AND COALESCE(OLD.decided_by_kind, '') <> 'SYSTEM'
            AND EXISTS (SELECT 1 FROM appeals_decision d WHERE d.appeal_id = NEW.id AND d.by_kind = 'SYSTEM')
            AND NOT EXISTS (SELECT 1 FROM triage_auditdraw w JOIN appeals_decision d ON d.id = w.decision_id
              WHERE d.appeal_id = NEW.id)""",
    ),
    on_insert(
        "triage_auditdraw", "automated_closings_keep_to_their_budget", OVER_BUDGET, lock=LOCK_MEASURE_OF_CERTIFICATE
    ),
    on_insert(
        "triage_auditdraw",
        "audit_draw_is_of_the_certificate_of_its_decision",
        """NOT EXISTS (SELECT 1 FROM appeals_decision d JOIN triage_certificate c ON c.ref = d.certificate_ref
            WHERE d.id = NEW.decision_id AND d.by_kind = 'SYSTEM' AND c.id = NEW.certificate_id)""",
    ),
    on_insert(
        "appeals_auditview",
        "audit_is_of_what_was_drawn",
        """EXISTS (SELECT 1 FROM appeals_decision d WHERE d.id = NEW.decision_id AND d.by_kind = 'SYSTEM')
            AND NOT EXISTS (SELECT 1 FROM triage_auditdraw w WHERE w.decision_id = NEW.decision_id AND w.is_drawn)""",
    ),
    on_insert(
        "triage_certificatesignature",
        "certificate_is_signed_while_it_lives",
        """EXISTS (SELECT 1 FROM triage_certificaterevocation r WHERE r.certificate_id = NEW.certificate_id)
            OR NOT EXISTS (SELECT 1 FROM triage_certificate c WHERE c.id = NEW.certificate_id
            AND c.issued_at <= NEW.signed_at AND NEW.signed_at < c.expires_at)""",
        lock=LOCK_CERTIFICATE,
    ),
    # A revocation and an automated decision under the same certificate wait for each other.
    on_insert(
        "triage_certificaterevocation",
        "revocation_waits_for_decisions",
        "NOT EXISTS (SELECT 1 FROM triage_certificate c WHERE c.id = NEW.certificate_id)",
        lock=LOCK_CERTIFICATE,
    ),
    append_only("triage_certificate", "certificate_is_append_only"),
    append_only("triage_certificatesignature", "certificate_signature_is_append_only"),
    append_only("triage_certificaterevocation", "revocation_is_append_only"),
    append_only("triage_certificationattempt", "attempt_is_append_only"),
    append_only("triage_auditdraw", "audit_draw_is_append_only"),
]
