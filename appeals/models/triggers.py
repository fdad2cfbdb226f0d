"""Laws of appeals that constraints cannot say."""

from accounts.models import leaves_nothing, taken_by_somebody_active, with_special_authority, within_the_mandate
from accounts.roles import NOTICE
from appeals.machine import FINAL, NOTHING_DECIDED
from casework.machine import sql_list
from casework.triggers import append_only, changed, kept, on_insert, on_update, on_write, sealed

LOCK_APPEAL = "PERFORM 1 FROM appeals_appeal WHERE id = NEW.appeal_id FOR UPDATE;"

LOOK = "FROM appeals_auditview w JOIN appeals_decision d ON d.id = w.decision_id WHERE w.id = NEW.view_id"
LOCK_LOOK = "PERFORM 1 FROM appeals_auditview WHERE id = NEW.view_id FOR NO KEY UPDATE;"

BLANKS = "REPLACE(REPLACE({0}, '[…', ''), '____', '') <> {0}"
"""Whether a text still has a blank of a template (`rules.letters`)."""

APPEAL_TRIGGERS = [
    on_insert(
        "appeals_decision",
        "letter_with_an_empty_blank_is_not_sent",
        BLANKS.format("(NEW.reasons || NEW.rule_application || NEW.departure_reason)"),
        only="NEW.by_kind = 'HUMAN'",
    ),
    on_insert("appeals_decisionpoint", "finding_with_an_empty_blank_is_not_sent", BLANKS.format("NEW.sentence")),
    leaves_nothing(
        "user_who_leaves_holds_no_appeal",
        "appeals_appeal a WHERE a.reviewer_id = NEW.id AND a.state = 'HUMAN_REVIEW'",
    ),
    taken_by_somebody_active("appeal_reviewer_works_here", "appeals_appeal", "reviewer_id"),
    on_insert(
        "notices_siblingreview",
        "sibling_by_tool_follows_an_appeal_that_a_person_granted",
        """NOT EXISTS (SELECT 1 FROM appeals_appeal a JOIN appeals_decision d ON d.appeal_id = a.id
            JOIN appeals_ruling r ON r.decision_id = d.id JOIN notices_notice n ON n.id = a.notice_id
            JOIN notices_basis b ON b.notice_id = n.id
            WHERE a.ref = NEW.origin_ref AND d.by_kind = 'HUMAN' AND r.outcome = 'OVERTURNED'
            AND n.id <> NEW.notice_id AND n.act_id IS NULL AND n.executor_name = '' AND b.clause_id = NEW.clause_id
            AND NEW.cause_value =
                CASE WHEN n.detection_source = 'MACHINE' THEN n.detection_tool ELSE n.decision_tool END)""",
        only="NEW.clause_id IS NOT NULL AND SUBSTR(NEW.origin_ref, 1, 4) = 'apl_'",
        problem="validation",
    ),
    # The appeal is stored before its notice follows: the newest is the one that opens.
    on_update(
        "notices_notice",
        "pause_is_not_gained_by_filing_again",
        f"""NOT NEW.continues_during_appeal AND NOT NEW.is_pause_refused
            AND EXISTS (SELECT 1 FROM appeals_appeal a JOIN appeals_appeal b
            ON b.notice_id = a.notice_id AND b.round = a.round - 1 AND b.state IN {sql_list(NOTHING_DECIDED)}
            WHERE a.notice_id = NEW.id AND a.new_facts = ''
            AND a.round = (SELECT MAX(c.round) FROM appeals_appeal c WHERE c.notice_id = NEW.id))""",  # noqa: S608
        only="OLD.state <> 'UNDER_APPEAL' AND NEW.state = 'UNDER_APPEAL'",
        problem="not-allowed",
    ),
    on_update(
        "notices_notice",
        "pauses_of_a_measure_are_counted_up",
        "NEW.pauses <> OLD.pauses + 1 OR NEW.state <> 'UNDER_APPEAL' OR NEW.is_pause_refused",
        only="NEW.pauses <> OLD.pauses",
        problem="not-allowed",
    ),
    with_special_authority(
        "agent_withdraws_no_appeal_without_special_authority",
        kind="appeal",
        table="appeals_appeal",
        parties=("party_id",),
        acts=("appeal.withdrawn",),
    ),
    within_the_mandate(
        "agent_acts_in_the_appeals_of_the_mandate_alone",
        kind="appeal",
        table="appeals_appeal",
        parties=("party_id",),
        named_kind=NOTICE,
        named_by="notice_id",
    ),
    # A demand and an automated decision of one appeal exclude each other, whichever commits first.
    on_insert(
        "appeals_decision",
        "automated_decision_yields_to_demand",
        """NEW.by_kind <> 'HUMAN'
            AND EXISTS (SELECT 1 FROM appeals_humandemand d WHERE d.appeal_id = NEW.appeal_id)""",
        lock=LOCK_APPEAL,
    ),
    on_insert(
        "appeals_humandemand",
        "demand_is_not_swallowed_by_automated_decision",
        """EXISTS (SELECT 1 FROM appeals_decision d WHERE d.appeal_id = NEW.appeal_id AND d.by_kind <> 'HUMAN')
            OR EXISTS (SELECT 1 FROM appeals_appeal a WHERE a.id = NEW.appeal_id AND a.decided_by_kind = 'SYSTEM')""",
        lock=LOCK_APPEAL,
    ),
    on_insert(
        "archive_translation",
        "translation_of_an_appeal_is_of_its_decision",
        """NEW.subject <> 1
            OR NOT EXISTS (SELECT 1 FROM appeals_decision d WHERE d.appeal_id = NEW.case_id)""",
        only="NEW.case_kind = 'appeal'",
    ),
    on_update(
        "appeals_appeal",
        "automated_finalisation_yields_to_demand",
        """EXISTS (SELECT 1 FROM appeals_humandemand d WHERE d.appeal_id = NEW.id)""",
        lock="NULL;",  # the row is locked by its own UPDATE
        only="NEW.decided_by_kind = 'SYSTEM' AND OLD.decided_by_kind IS DISTINCT FROM NEW.decided_by_kind",
    ),
    on_update(
        "appeals_appeal",
        "demand_is_never_taken_back",
        "OLD.human_demanded AND NOT NEW.human_demanded",
        problem="sealed",
    ),
    on_insert(
        "appeals_decision",
        "human_decision_follows_reading",
        """NEW.by_kind = 'HUMAN' AND NOT EXISTS (
            SELECT 1 FROM appeals_opening o WHERE o.appeal_id = NEW.appeal_id AND o.reviewer_id = NEW.reviewer_id
            AND o.subject <> 'suggestion' AND o.opened_at <= NEW.decided_at)""",
    ),
    on_insert(
        "appeals_decision",
        "human_decision_is_by_the_holder",
        """NEW.by_kind = 'HUMAN' AND NOT EXISTS (
            SELECT 1 FROM appeals_appeal a WHERE a.id = NEW.appeal_id AND a.reviewer_id = NEW.reviewer_id)""",
    ),
    on_update(
        "appeals_appeal",
        "decided_appeal_has_its_decision",
        """NEW.state = 'DECIDED' AND NOT EXISTS (
            SELECT 1 FROM appeals_decision d WHERE d.appeal_id = NEW.id AND d.by_kind = NEW.decided_by_kind
            AND d.outcome = NEW.outcome)""",
    ),
    on_update(
        "appeals_appeal",
        "appeal_outcome_stands",
        f"OLD.state IN {sql_list(FINAL)} AND {changed('state outcome reviewer_id')}",
        problem="sealed",
    ),
    sealed(
        "appeals_appeal",
        "appeal_conflicts_are_not_rewritten",
        "original_decider_id original_team_id first_reviewer_id notice_id party_id level",
    ),
    # Whoever held an earlier round to its end, locked a view in it or gave it a second look, looks at no later one.
    on_update(
        "appeals_appeal",
        "appeal_reviewer_is_new_to_it",
        """NEW.round > 1 AND NEW.reviewer_id IS NOT NULL AND NEW.reviewer_id <> COALESCE(OLD.reviewer_id, 0)
            AND NEW.reviewer_id <> COALESCE(NEW.first_reviewer_id, 0)
            AND EXISTS (SELECT 1 FROM appeals_appeal a
            WHERE a.notice_id = NEW.notice_id AND a.round < NEW.round
            AND (a.reviewer_id = NEW.reviewer_id OR EXISTS (SELECT 1 FROM appeals_firstview v
            WHERE v.appeal_id = a.id AND v.reviewer_id = NEW.reviewer_id)
            OR EXISTS (SELECT 1 FROM appeals_auditview w JOIN appeals_decision d ON d.id = w.decision_id
            WHERE d.appeal_id = a.id AND w.reviewer_id = NEW.reviewer_id)))""",
        problem="conflict-of-interest",
    ),
    # A blind second look at the act of an executor says what its giver thinks of the measure.
    on_write(
        "appeals_appeal",
        "appeal_reviewer_has_not_looked_at_the_act",
        """NEW.reviewer_id IS NOT NULL AND EXISTS (SELECT 1 FROM executors_doublereview w
            JOIN notices_notice n ON n.act_id = w.act_id
            WHERE n.id = NEW.notice_id AND w.reviewer_id = NEW.reviewer_id)""",
        problem="conflict-of-interest",
    ),
    # Who determined a dispute about the measure has said in writing what they think of it.
    on_update(
        "appeals_appeal",
        "appeal_reviewer_determined_no_dispute_about_it",
        """COALESCE(NEW.reviewer_id, 0) <> COALESCE(OLD.reviewer_id, 0) AND EXISTS (SELECT 1 FROM casework_event e
            JOIN accounts_user u ON u.ref = e.actor_ref WHERE u.id = NEW.reviewer_id AND e.case_kind = 'notice'
            AND e.case_id = NEW.notice_id AND e.actor_kind = 'staff' AND e.type = 'notice.dispute_determined')""",
        problem="conflict-of-interest",
    ),
    on_write(
        "appeals_appeal",
        "earlier_reasons_are_a_persons",
        """NEW.state = 'ANSWERED' AND NOT EXISTS (SELECT 1 FROM appeals_appeal a
            WHERE a.notice_id = NEW.notice_id AND a.round < NEW.round
            AND (a.decided_by_kind = 'HUMAN' OR a.state = 'LATE_REFUSED'))""",
    ),
    sealed(
        "appeals_appeal",
        "appeal_filing_is_sealed",
        "ground statement late_reason new_facts filed_at filed_by_id previous_id",
        also="NEW.evidence_closes_at < OLD.evidence_closes_at",
    ),
    sealed(
        "appeals_informationrequest",
        "answer_to_a_request_stands",
        "item fact appeal_id",
        also="OLD.answered_at IS NOT NULL OR OLD.lapsed_at IS NOT NULL OR NEW.due_at < OLD.due_at",
    ),
    append_only("appeals_evidenceitem", "evidence_is_sealed_once_submitted", "OLD.submission_id IS NOT NULL"),
    on_insert(
        "appeals_auditview",
        "audit_is_by_someone_else",
        """EXISTS (SELECT 1 FROM appeals_decision d JOIN appeals_appeal a ON a.id = d.appeal_id
            WHERE d.id = NEW.decision_id AND (d.reviewer_id = NEW.reviewer_id OR a.reviewer_id = NEW.reviewer_id
            OR a.original_decider_id = NEW.reviewer_id OR EXISTS (SELECT 1 FROM appeals_assistedfiling f
            JOIN appeals_appeal b ON b.id = f.appeal_id
            WHERE b.notice_id = a.notice_id AND f.officer_id = NEW.reviewer_id)))""",
        problem="conflict-of-interest",
    ),
    kept("appeals_appeal", "appeal_is_kept"),
    kept("appeals_informationrequest", "request_is_kept"),
    append_only("appeals_humandemand", "demand_is_append_only"),
    append_only("appeals_decision", "decision_is_append_only"),
    append_only("appeals_decisionpoint", "finding_is_append_only"),
    append_only("appeals_ruling", "ruling_is_append_only"),
    append_only("appeals_firstview", "first_view_is_append_only"),
    append_only("appeals_opening", "opening_is_append_only"),
    append_only("appeals_auditview", "audit_view_is_append_only"),
    on_insert(
        "appeals_auditview",
        "second_look_is_at_what_chance_drew",
        """EXISTS (SELECT 1 FROM appeals_decision d WHERE d.id = NEW.decision_id
            AND d.by_kind = 'HUMAN' AND NOT d.is_drawn)""",
    ),
    on_insert(
        "appeals_contest",
        "contest_is_by_the_decider_before_it_is_settled",
        f"""NOT EXISTS (SELECT 1 {LOOK} AND d.reviewer_id = NEW.contested_by_id AND d.outcome <> w.outcome)
            OR EXISTS (SELECT 1 FROM appeals_calibration c WHERE c.view_id = NEW.view_id)""",  # noqa: S608  our own names
        lock=LOCK_LOOK,
        problem="not-your-turn",
    ),
    on_insert(
        "appeals_calibration",
        "calibration_is_of_two_that_differ_by_a_third",
        f"""NOT EXISTS (SELECT 1 {LOOK} AND d.by_kind = 'HUMAN' AND d.outcome <> w.outcome
            AND d.reviewer_id <> NEW.recorded_by_id AND w.reviewer_id <> NEW.recorded_by_id)""",
        lock=LOCK_LOOK,
        problem="conflict-of-interest",
    ),
    append_only("appeals_contest", "contest_is_append_only"),
    append_only("appeals_calibration", "calibration_is_append_only"),
    append_only("appeals_triagesuggestion", "triage_is_append_only"),
    append_only("appeals_evidencesubmission", "evidence_version_is_append_only"),
    append_only("appeals_appealitem", "appeal_item_is_sealed"),
]
