"""The laws of disputes that no constraint can express, as triggers."""

from accounts.models import (
    leaves_nothing,
    of_the_party,
    taken_by_somebody_active,
    with_special_authority,
    within_the_mandate,
)
from accounts.roles import DISPUTE
from casework.machine import sql_list
from casework.triggers import Trigger, append_only, kept, on_insert, on_update, on_write, sealed
from disputes.choices import ACTS_OF_A_SIDE
from disputes.machine import WITH_MEDIATOR

_PUBLISHED = {
    "disputes_groundrow": "SELECT t.published_at FROM disputes_burdentable t WHERE t.id = {row}.table_id",
    "disputes_factrow": """SELECT t.published_at FROM disputes_burdentable t
        JOIN disputes_groundrow g ON g.table_id = t.id WHERE g.id = {row}.ground_id""",
    "disputes_steprow": """SELECT t.published_at FROM disputes_burdentable t
        JOIN disputes_groundrow g ON g.table_id = t.id JOIN disputes_factrow f ON f.ground_id = g.id
        WHERE f.id = {row}.fact_id""",
    "disputes_relaxation": "SELECT t.published_at FROM disputes_burdentable t WHERE t.id = {row}.table_id",
    "disputes_relaxationcontrol": """SELECT t.published_at FROM disputes_burdentable t
        JOIN disputes_relaxation r ON r.table_id = t.id WHERE r.id = {row}.relaxation_id""",
}


def _fixed(table: str) -> list[Trigger]:
    """Rows of `table` are neither added to, changed in, nor taken from a published burden table."""
    stem = table.removeprefix("disputes_")
    published = _PUBLISHED[table]
    return [
        on_insert(
            table,
            f"burden_{stem}_is_not_added_after_publication",
            f"({published.format(row='NEW')}) IS NOT NULL",
            problem="sealed",
        ),
        append_only(table, f"burden_{stem}_is_fixed_once_published", f"({published.format(row='OLD')}) IS NOT NULL"),
    ]


_LACKS_A_CONTROL = """EXISTS (SELECT 1 FROM disputes_relaxation r WHERE r.table_id = NEW.id AND 3 > (
    SELECT COUNT(DISTINCT c.kind) FROM disputes_relaxationcontrol c WHERE c.relaxation_id = r.id))"""

# A fact at issue `f` with its row `r` speaks for the claimant.
_FOR_CLAIMANT = "(f.established AND r.favours = 'CLAIMANT' OR NOT f.established AND r.favours <> 'CLAIMANT')"
_FOUND = """SELECT 1 FROM disputes_factatissue f JOIN disputes_factrow r ON r.id = f.row_id
            WHERE f.dispute_id = NEW.dispute_id AND f.established IS NOT NULL"""
# The claimant need not show `b`: what shifts it was found for the claimant, who would lose it in doubt.
_RELIEVED = f"""(b.persuasion_on = 'CLAIMANT' AND EXISTS ({_FOUND} AND r.effect = 'SHIFTS' AND r.shifts_to = b.key
                AND {_FOR_CLAIMANT}))"""
_BARRED = f"""EXISTS (SELECT 1 FROM disputes_factatissue a JOIN disputes_factrow b ON b.id = a.row_id
            WHERE a.dispute_id = NEW.dispute_id AND a.established IS NOT NULL
            AND (b.effect = 'BARS' OR b.effect = 'SHIFTS' AND NOT EXISTS (SELECT 1 FROM disputes_factatissue t
                JOIN disputes_factrow u ON u.id = t.row_id WHERE t.dispute_id = NEW.dispute_id AND u.key = b.shifts_to))
            AND (a.established AND b.favours <> 'CLAIMANT' OR NOT a.established AND b.favours = 'CLAIMANT')
            AND NOT {_RELIEVED})"""  # noqa: S608  our own constants

TRIGGERS: list[Trigger] = [
    leaves_nothing(
        "user_who_leaves_has_no_dispute_to_decide",
        f"""disputes_dispute d WHERE d.mediator_id = NEW.id AND (d.state IN {sql_list([*WITH_MEDIATOR, "APPRAISING"])}
            OR (d.state = 'PAUSED' AND d.paused_from IN {sql_list(WITH_MEDIATOR)}))""",
    ),
    taken_by_somebody_active("dispute_mediator_works_here", "disputes_dispute", "mediator_id"),
    on_insert(
        "archive_translation",
        "translation_in_a_dispute_is_of_a_determination",
        """NOT EXISTS (SELECT 1 FROM disputes_determination d
            WHERE d.dispute_id = NEW.case_id AND d.round = NEW.subject)""",
        only="NEW.case_kind = 'dispute'",
    ),
    # A settlement finds nothing, and a review can still change what was determined.
    on_insert(
        "notices_siblingreview",
        "sibling_by_tool_follows_a_measure_that_a_dispute_lifted",
        """NOT EXISTS (SELECT 1 FROM disputes_dispute p JOIN disputes_determination d ON d.dispute_id = p.id
            JOIN notices_notice n ON n.id = p.notice_id JOIN notices_basis b ON b.notice_id = n.id
            WHERE p.ref = NEW.origin_ref AND p.state IN ('CARRYING_OUT', 'CLOSED') AND d.remedy = 'LIFT'
            AND NOT EXISTS (SELECT 1 FROM disputes_determination l WHERE l.dispute_id = p.id AND l.round > d.round)
            AND NOT EXISTS (SELECT 1 FROM disputes_offer o WHERE o.dispute_id = p.id AND o.state = 'ACCEPTED')
            AND n.id <> NEW.notice_id AND n.act_id IS NULL AND n.executor_name = '' AND b.clause_id = NEW.clause_id
            AND NEW.cause_value =
                CASE WHEN n.detection_source = 'MACHINE' THEN n.detection_tool ELSE n.decision_tool END)""",
        only="NEW.clause_id IS NOT NULL AND SUBSTR(NEW.origin_ref, 1, 4) = 'dsp_'",
        problem="validation",
    ),
    # To admit, give up, settle and go on to a second instance; refusing an offer is none of it.
    with_special_authority(
        "agent_gives_nothing_up_without_special_authority",
        kind="dispute",
        table="disputes_dispute",
        parties=("claimant_id", "respondent_id"),
        acts=(
            "dispute.fact_admitted",
            "dispute.offer_made",
            "dispute.offer_accepted",
            "dispute.offer_withdrawn",
            "dispute.settled",
            "dispute.fast_refunded",
            "dispute.determination_accepted",
            "dispute.review_requested",
            "dispute.withdrawn",
        ),
    ),
    of_the_party(
        "mandate_names_disputes_of_the_party",
        kind=DISPUTE,
        table="disputes_dispute",
        parties=("claimant_id", "respondent_id"),
    ),
    within_the_mandate(
        "agent_acts_in_the_disputes_of_the_mandate_alone",
        kind="dispute",
        table="disputes_dispute",
        parties=("claimant_id", "respondent_id"),
        named_kind=DISPUTE,
    ),
    # — the burden table is a platform rule —
    *[trigger for table in _PUBLISHED for trigger in _fixed(table)],
    append_only("disputes_burdentable", "burden_table_is_fixed_once_published", "OLD.published_at IS NOT NULL"),
    on_write(
        "disputes_burdentable",
        "burden_table_precedes_its_rule",
        """NEW.published_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM rules_ruleversion v
            WHERE v.id = NEW.version_id AND v.published_at IS NOT NULL AND v.effective_from >= NEW.published_at)""",
        problem="validation",
    ),
    on_write(
        "disputes_burdentable",
        "relief_from_proof_is_controlled",
        f"NEW.published_at IS NOT NULL AND {_LACKS_A_CONTROL}",
        problem="validation",
    ),
    on_write(
        "disputes_burdentable",
        "fact_shifts_to_a_fact_of_its_ground",
        """NEW.published_at IS NOT NULL AND EXISTS (SELECT 1 FROM disputes_groundrow g
            JOIN disputes_factrow f ON f.ground_id = g.id WHERE g.table_id = NEW.id AND f.effect = 'SHIFTS'
            AND NOT EXISTS (SELECT 1 FROM disputes_factrow o WHERE o.ground_id = g.id AND o.key = f.shifts_to
                AND o.effect <> 'SHIFTS'))""",
        problem="validation",
    ),
    on_insert(
        "disputes_dispute",
        "dispute_rests_on_a_published_table",
        """NOT EXISTS (SELECT 1 FROM disputes_burdentable t JOIN disputes_groundrow g ON g.table_id = t.id
            JOIN rules_ruleversion v ON v.id = t.version_id
            WHERE t.id = NEW.table_id AND g.id = NEW.ground_id AND t.published_at IS NOT NULL
            AND v.effective_from <= NEW.ordered_at)""",
        problem="validation",
    ),
    # — the case —
    on_insert(
        "disputes_dispute",
        "dispute_is_about_a_notice_to_its_claimant",
        """NEW.notice_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM notices_notice n
            WHERE n.id = NEW.notice_id AND n.party_id = NEW.claimant_id)""",
        problem="validation",
    ),
    sealed(
        "disputes_dispute",
        "dispute_filing_is_sealed",
        "table_id ground_id claimant_id respondent_id order_ref order_digest order_amount_minor ordered_at"
        " statement claim_remedy claim_amount_minor opened_by_id notice_id",
        once=("answered_at first_answer",),
        also="NEW.round < OLD.round",
    ),
    on_insert(
        "disputes_dispute",
        "dispute_that_was_decided_is_not_opened_again",
        """EXISTS (SELECT 1 FROM disputes_dispute d JOIN disputes_groundrow g ON g.id = d.ground_id
            JOIN disputes_groundrow n ON n.slug = g.slug WHERE n.id = NEW.ground_id AND d.claimant_id = NEW.claimant_id
            AND d.order_ref = NEW.order_ref AND d.closed_as IN ('SETTLED', 'DETERMINED', 'REFUNDED'))""",
    ),
    on_update(
        "disputes_dispute",
        "dispute_that_was_determined_is_not_withdrawn",
        """NEW.state = 'WITHDRAWN' AND OLD.state <> 'WITHDRAWN'
            AND EXISTS (SELECT 1 FROM disputes_determination d WHERE d.dispute_id = NEW.id)""",
    ),
    on_update(
        "disputes_dispute", "dispute_demand_stands", "OLD.human_demanded AND NOT NEW.human_demanded", problem="sealed"
    ),
    on_update(
        "disputes_dispute",
        "dispute_demand_has_its_row",
        """NEW.human_demanded AND NOT OLD.human_demanded
            AND NOT EXISTS (SELECT 1 FROM disputes_humandemand d WHERE d.dispute_id = NEW.id)""",
    ),
    on_update(
        "disputes_dispute",
        "dispute_mediator_never_acted_for_a_side",
        """NEW.mediator_id IS NOT NULL AND EXISTS (SELECT 1 FROM accounts_membership m
            WHERE m.user_id = NEW.mediator_id AND m.party_id IN (NEW.claimant_id, COALESCE(NEW.respondent_id, 0)))""",
        problem="conflict-of-interest",
    ),
    on_update(
        "disputes_dispute",
        "dispute_mediator_never_acted_for_the_platform",
        f"""COALESCE(NEW.mediator_id, 0) <> COALESCE(OLD.mediator_id, 0) AND EXISTS (SELECT 1 FROM casework_event e
            JOIN accounts_user u ON u.ref = e.actor_ref WHERE u.id = NEW.mediator_id AND e.case_kind = 'dispute'
            AND e.case_id = NEW.id AND e.actor_kind = 'staff'
            AND e.type IN ({", ".join(f"'{act}'" for act in ACTS_OF_A_SIDE)}))""",  # noqa: S608  our own constants
        problem="conflict-of-interest",
    ),
    # Neither who took the measure, nor their team, nor who works or worked for the third party that did, nor who has
    # said in a blind second look what they think of it, nor who decided an appeal against it.
    on_update(
        "disputes_dispute",
        "dispute_mediator_had_no_part_in_its_notice",
        """NEW.notice_id IS NOT NULL AND COALESCE(NEW.mediator_id, 0) <> COALESCE(OLD.mediator_id, 0)
            AND EXISTS (SELECT 1 FROM notices_notice n JOIN accounts_user u ON u.id = NEW.mediator_id
            WHERE n.id = NEW.notice_id AND (n.decided_by_id = u.id OR n.decided_by_team_id = u.team_id
            OR EXISTS (SELECT 1 FROM executors_act a JOIN executors_executorperson p ON p.executor_id = a.executor_id
                WHERE a.id = n.act_id AND p.user_id = u.id)
            OR EXISTS (SELECT 1 FROM executors_doublereview w WHERE w.act_id = n.act_id AND w.reviewer_id = u.id)
            OR EXISTS (SELECT 1 FROM casework_event e WHERE e.case_kind = 'notice' AND e.case_id = n.id
                AND e.actor_kind = 'staff' AND e.actor_ref = u.ref
                AND e.type NOT IN ('notice.dispute_determined', 'notice.translated'))))""",
        problem="conflict-of-interest",
    ),
    on_update(
        "disputes_dispute",
        "dispute_review_is_by_someone_new",
        """NEW.round = 2 AND NEW.mediator_id IS NOT NULL AND EXISTS (SELECT 1 FROM disputes_factruling r
            JOIN disputes_factatissue f ON f.id = r.fact_id
            WHERE f.dispute_id = NEW.id AND r.round = 1 AND r.mediator_id = NEW.mediator_id)""",
        problem="conflict-of-interest",
    ),
    on_write(
        "disputes_factatissue",
        "fact_at_issue_is_what_the_table_says",
        """NOT EXISTS (SELECT 1 FROM disputes_factrow r JOIN disputes_dispute d ON d.ground_id = r.ground_id
            JOIN disputes_steprow s ON s.fact_id = r.id
            WHERE r.id = NEW.row_id AND d.id = NEW.dispute_id AND s.id = NEW.step_id AND r.favours = NEW.favours)""",
        problem="validation",
    ),
    append_only("disputes_humandemand", "dispute_demand_is_append_only"),
    append_only("disputes_noreturnconsent", "no_return_consent_is_append_only"),
    # A determination may rest on one: neither who gave it nor when can become another.
    on_insert(
        "disputes_humandemand",
        "demand_ends_the_systems_proposal",
        """EXISTS (SELECT 1 FROM disputes_offer o
            WHERE o.dispute_id = NEW.dispute_id AND o.by_system AND o.state = 'OPEN')""",
        lock="PERFORM 1 FROM disputes_dispute WHERE id = NEW.dispute_id FOR UPDATE;",
    ),
    on_insert(
        "disputes_offer",
        "systems_proposal_yields_to_demand",
        """NEW.by_system AND EXISTS (SELECT 1 FROM disputes_humandemand d WHERE d.dispute_id = NEW.dispute_id)""",
        lock="PERFORM 1 FROM disputes_dispute WHERE id = NEW.dispute_id FOR UPDATE;",
    ),
    # — evidence —
    append_only("disputes_evidenceitem", "dispute_evidence_is_sealed_once_submitted", "OLD.submission_id IS NOT NULL"),
    sealed(
        "disputes_submission",
        "evidence_version_changes_only_by_an_answer",
        "fact_id side version submitted_at manifest_hash",
        once=("answered_at",),
        also="""NEW.answerable_until < OLD.answerable_until
            OR OLD.answered_at IS NOT NULL AND NEW.answerable_until <> OLD.answerable_until""",
    ),
    append_only("disputes_objection", "objection_is_append_only"),
    append_only("disputes_platformrecord", "platform_record_is_append_only"),
    # — offers —
    sealed(
        "disputes_offer",
        "offer_terms_are_sealed",
        "side remedy amount_minor goods_back freight_payer note meets_claim dispute_id",
        also="OLD.state <> 'OPEN' OR NEW.expires_at < OLD.expires_at",
    ),
    on_insert(
        "disputes_offer",
        "offer_binds_the_platform_only_by_its_own",
        """NEW.side <> 'PLATFORM' AND NEW.freight_payer = 'PLATFORM' AND EXISTS (SELECT 1 FROM disputes_dispute d
            WHERE d.id = NEW.dispute_id AND d.respondent_id IS NOT NULL)""",
        problem="validation",
    ),
    on_insert(
        "disputes_offer",
        "offer_is_of_what_the_ground_gives",
        """NEW.remedy NOT IN ('PARTIAL_REFUND', 'COMPENSATE') AND NOT EXISTS (SELECT 1 FROM disputes_dispute d
            JOIN disputes_groundrow g ON g.id = d.ground_id
            WHERE d.id = NEW.dispute_id AND CAST(g.remedies AS TEXT) LIKE '%"' || NEW.remedy || '"%')""",
        problem="validation",
    ),
    on_insert(
        "disputes_offer",
        "offer_that_meets_the_claim_gives_what_was_claimed",
        """NEW.meets_claim AND NOT EXISTS (SELECT 1 FROM disputes_dispute d WHERE d.id = NEW.dispute_id
            AND d.respondent_id IS NOT NULL AND NEW.side = 'RESPONDENT' AND NEW.remedy = d.claim_remedy
            AND COALESCE(NEW.amount_minor, 0) = COALESCE(d.claim_amount_minor, 0)
            AND (NEW.goods_back AND NEW.remedy IN ('RETURN_AND_REFUND', 'EXCHANGE', 'REPAIR')
                AND NEW.freight_payer = 'RESPONDENT'
                OR NOT NEW.goods_back AND NEW.remedy NOT IN ('RETURN_AND_REFUND', 'EXCHANGE', 'REPAIR')
                AND NEW.freight_payer = 'NOBODY'))""",
        problem="validation",
    ),
    on_write(
        "disputes_offer",
        "offer_is_accepted_by_whom_it_binds",
        """NEW.state = 'ACCEPTED' AND NOT NEW.meets_claim AND NOT (
            (NEW.side = 'CLAIMANT' OR EXISTS (SELECT 1 FROM disputes_offeranswer a
                WHERE a.offer_id = NEW.id AND a.accepted AND a.side = 'CLAIMANT'))
            AND (NEW.side = 'RESPONDENT' OR EXISTS (SELECT 1 FROM disputes_offeranswer a
                WHERE a.offer_id = NEW.id AND a.accepted AND a.side = 'RESPONDENT')
                OR EXISTS (SELECT 1 FROM disputes_dispute d
                    WHERE d.id = NEW.dispute_id AND d.respondent_id IS NULL)))""",
    ),
    append_only("disputes_offeranswer", "offer_answer_is_append_only"),
    # — the room —
    on_insert(
        "disputes_message",
        "message_sequence_has_no_gap",
        """NEW.sequence <> 1 + COALESCE((SELECT MAX(m.sequence) FROM disputes_message m
            WHERE m.room_id = NEW.room_id), 0)""",
        problem="stale",
    ),
    on_insert(
        "disputes_message",
        "room_that_is_sealed_takes_no_message",
        "NEW.kind <> 'event' AND EXISTS (SELECT 1 FROM disputes_room r WHERE r.id = NEW.room_id AND r.is_sealed)",
        problem="sealed",
    ),
    on_insert(
        "disputes_message",
        "message_is_taken_back_by_its_sender",
        """NEW.kind = 'recall' AND NOT EXISTS (SELECT 1 FROM disputes_message m WHERE m.id = NEW.recalls_id
            AND m.room_id = NEW.room_id AND m.sender_id = NEW.sender_id AND m.kind = 'text')""",
    ),
    append_only("disputes_message", "message_is_append_only"),
    append_only("disputes_abusereport", "abuse_report_is_append_only"),
    on_insert(
        "disputes_abusereport",
        "abuse_report_is_of_no_message_of_one_s_own_side",
        """EXISTS (SELECT 1 FROM disputes_message t JOIN disputes_room r ON r.id = t.room_id
            JOIN disputes_dispute d ON d.id = r.dispute_id
            JOIN accounts_membership m ON m.user_id = NEW.reported_by_id AND m.ended_at IS NULL
            AND m.party_id = CASE t.side WHEN 'CLAIMANT' THEN d.claimant_id WHEN 'RESPONDENT' THEN d.respondent_id END
            WHERE t.id = NEW.message_id)""",
        problem="not-allowed",
    ),
    sealed(
        "disputes_room",
        "room_head_only_grows",
        "dispute_id lane",
        also="NEW.head < OLD.head",
    ),
    # — decisions —
    append_only("disputes_factruling", "fact_ruling_is_append_only"),
    append_only("disputes_relianceon", "reliance_is_append_only"),
    append_only("disputes_determination", "determination_is_append_only"),
    append_only("disputes_finding", "dispute_finding_is_append_only"),
    on_insert(
        "disputes_factruling",
        "ruling_is_by_the_mediator_who_holds_it",
        """NOT EXISTS (SELECT 1 FROM disputes_factatissue f JOIN disputes_dispute d ON d.id = f.dispute_id
            WHERE f.id = NEW.fact_id AND d.mediator_id = NEW.mediator_id AND d.round = NEW.round)""",
        problem="not-allowed",
    ),
    on_update(
        "disputes_factatissue",
        "inference_is_drawn_by_a_person",
        "NOT EXISTS (SELECT 1 FROM disputes_factruling r WHERE r.fact_id = NEW.id)",
        only="NEW.state = 'ADVERSE_INFERENCE' AND OLD.state <> 'ADVERSE_INFERENCE'",
        problem="not-allowed",
    ),
    on_insert(
        "disputes_relianceon",
        "ruling_relies_on_what_could_be_answered",
        """NOT EXISTS (SELECT 1 FROM disputes_evidenceitem i
            JOIN disputes_submission s ON s.id = i.submission_id JOIN disputes_factruling r ON r.id = NEW.ruling_id
            JOIN disputes_factatissue f ON f.id = r.fact_id
            WHERE i.id = NEW.item_id AND i.dispute_id = f.dispute_id AND NOT i.is_withheld
            AND (s.answered_at IS NOT NULL OR s.answerable_until <= r.ruled_at))""",
    ),
    on_insert(
        "disputes_determination",
        "determination_is_by_the_mediator_who_holds_it",
        """NOT EXISTS (SELECT 1 FROM disputes_dispute d
            WHERE d.id = NEW.dispute_id AND d.mediator_id = NEW.mediator_id AND d.round = NEW.round)""",
        problem="not-allowed",
    ),
    on_insert(
        "disputes_determination",
        "determination_follows_every_fact",
        """EXISTS (SELECT 1 FROM disputes_factatissue f WHERE f.dispute_id = NEW.dispute_id
            AND f.established IS NULL)""",
    ),
    on_insert(
        "disputes_determination",
        "claim_that_a_fact_bars_is_upheld_only_with_a_reason",
        f"NEW.outcome <> 'NOT_SUPPORTED' AND NOT NEW.departs AND {_BARRED}",
    ),
    on_insert(
        "disputes_determination",
        "claim_that_no_fact_bars_is_refused_only_with_a_reason",
        f"""NEW.outcome = 'NOT_SUPPORTED' AND NOT NEW.departs AND NOT EXISTS ({_FOUND}
            AND r.effect <> 'CAPS_PART' AND NOT {_FOR_CLAIMANT})""",
    ),
    on_insert(
        "disputes_determination",
        "refund_without_return_rests_on_a_given_consent",
        """NEW.remedy IN ('REFUND_NO_RETURN', 'COMPENSATE') AND NEW.payer_is_merchant
            AND NEW.no_return_ground = 'consent' AND NOT EXISTS (SELECT 1 FROM disputes_noreturnconsent c
                JOIN disputes_dispute d ON d.id = c.dispute_id
                WHERE c.dispute_id = NEW.dispute_id AND c.party_id =
                    CASE NEW.payer WHEN 'CLAIMANT' THEN d.claimant_id ELSE COALESCE(d.respondent_id, 0) END)""",
        problem="not-allowed",
    ),
    on_insert(
        "disputes_determination",
        "whole_refund_leaves_no_goods_with_the_buyer",
        """NEW.remedy IN ('REFUND', 'PARTIAL_REFUND', 'COMPENSATE') AND NEW.payer_is_merchant
            AND NOT NEW.goods_back AND NEW.goods_are = '' AND NEW.no_return_ground = ''
            AND EXISTS (SELECT 1 FROM disputes_dispute d JOIN accounts_party p
            ON p.id = CASE NEW.payer WHEN 'CLAIMANT' THEN COALESCE(d.respondent_id, 0) ELSE d.claimant_id END
            WHERE d.id = NEW.dispute_id AND p.kind <> 'MERCHANT' AND NEW.amount_minor >= d.order_amount_minor)""",
        problem="not-allowed",
    ),
    sealed(
        "disputes_obligation",
        "obligation_that_ended_stands",
        "kind debtor creditor amount_minor remedy dispute_id",
        also="OLD.state IN ('DONE', 'FAILED')",
    ),
    on_write(
        "disputes_obligation",
        "platform_declares_no_debt_of_its_own_failed",
        """NEW.debtor = 'PLATFORM' AND NEW.state = 'FAILED' AND NOT EXISTS (SELECT 1 FROM disputes_obligation o
            WHERE o.id = NEW.after_id AND o.state = 'FAILED' AND o.debtor <> 'PLATFORM' AND o.reported_at IS NULL)""",
        problem="not-allowed",
    ),
    sealed(
        "disputes_advance",
        "advance_is_settled_once",
        "amount_minor to_side dispute_id",
        also="OLD.state <> 'ADVANCED' OR NEW.recovered_minor < OLD.recovered_minor",
    ),
    # — what was filed stays —
    kept("disputes_dispute", "dispute_is_kept"),
    kept("disputes_factatissue", "fact_at_issue_is_kept"),
    kept("disputes_submission", "evidence_version_is_kept"),
    kept("disputes_offer", "offer_is_kept"),
    kept("disputes_room", "room_is_kept"),
    kept("disputes_obligation", "obligation_is_kept"),
    kept("disputes_advance", "advance_is_kept"),
]
