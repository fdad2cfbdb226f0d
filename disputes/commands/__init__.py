"""The verbs of a dispute; the only writers of its tables."""

from disputes.commands.appraise import (
    agree_to_appraisal,
    end_appraisal,
    propose_appraisal,
    record_custody,
    refuse_appraisal,
)
from disputes.commands.assign import assign_dispute
from disputes.commands.burden import publish_burden_table
from disputes.commands.callers import confirm_filing
from disputes.commands.clocks import (
    end_answering,
    extend_windows_of,
    lapse_production,
    mark_overdue,
    rehearse_outage,
    remind,
)
from disputes.commands.demand import demand_human
from disputes.commands.determine import (
    DeterminationDraft,
    departs_from,
    derived_of,
    determine_dispute,
    rehearse_determination,
    stakes_of,
)
from disputes.commands.drafts import save_work
from disputes.commands.fast_refund import accept_fast_refund, opt_in_to_fast_refunds, opt_out_of_fast_refunds
from disputes.commands.follow import (
    accept_determination,
    confirm_after_silence,
    confirm_obligation,
    end_review_window,
    fail_obligation,
    mark_obligation_late,
    report_obligation,
    request_review,
)
from disputes.commands.identity import ask_identity, give_identity, mark_identity_late, read_identity, refuse_identity
from disputes.commands.leaving import colleagues_for, give_back_disputes, mediated_by
from disputes.commands.mediate import (
    close_evidence,
    hand_over,
    join_dispute,
    join_next_dispute,
    reopen_evidence,
    rule_fact,
    shift_burden,
)
from disputes.commands.offers import (
    Terms,
    accept_offer,
    agree_to_claim,
    consent_to_no_return,
    lapse_offer,
    make_offer,
    propose_by_system,
    refuse_offer,
    rehearse_offer,
    settles_if_accepted,
    terms_of,
    withdraw_offer,
)
from disputes.commands.open import (
    NO_SUCH_ORDER,
    DisputeFiling,
    answer_dispute,
    escalate_after_silence,
    escalate_after_talk,
    escalate_dispute,
    open_dispute,
    withdraw_dispute,
)
from disputes.commands.pause import ask_about_pause, pause_dispute, resume_dispute
from disputes.commands.payments import advance_payment, record_payment, report_not_received, settle_advance
from disputes.commands.proof import (
    admit_fact,
    answer_evidence,
    counts_if_admitted,
    object_to_evidence,
    remove_evidence,
    stage_file,
    stage_message,
    submit_evidence,
)
from disputes.commands.records import ask_for_records, fail_records, seal_records
from disputes.commands.room import Post, mark_read, post_batch, post_message, recall_message, report_message
from disputes.commands.translate import add_translation, translatable
from disputes.commands.triage import record_opening_triage, record_repeated_openings
