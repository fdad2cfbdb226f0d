"""The verbs of an appeal; the only writers of its tables."""

from appeals.commands.automation import (
    close_as_corrected,
    finalise_automatically,
    record_triage,
    route_to_person,
)
from appeals.commands.calendar import appeals_to_recompute, recompute_decision_due
from appeals.commands.callers import confirm_filing
from appeals.commands.certificates import (
    AuditResult,
    attempt_certification,
    record_audit_view,
    revoke_certificate,
    set_automation_policy,
    sign_certificate,
)
from appeals.commands.decide import (
    DIFFERENCES,
    FINDINGS,
    Point,
    RulingDraft,
    decide_appeal,
    rehearse_decision,
    stands_without_a_fact,
)
from appeals.commands.drafts import save_draft
from appeals.commands.duplicates import record_likely_duplicates, search_repeats
from appeals.commands.evidence import remove_evidence, stage_evidence, submit_evidence
from appeals.commands.file import AppealFiling, ItemFiling, demand_human, file_appeal, withdraw_appeal
from appeals.commands.learning import STEPS as LEARNING_STEPS
from appeals.commands.learning import (
    RolledBack,
    put_triage_model_live,
    record_shadow_suggestion,
    refuse_triage_model,
    roll_back_triage_model,
    sign_triage_model,
    start_triage_shadow,
    train_triage_model,
)
from appeals.commands.review import (
    accept_late_request,
    claim_appeal,
    claim_next_appeal,
    keep_lease,
    lapse_information,
    mark_overdue,
    record_first_view,
    record_opening,
    record_opening_of_suggestion,
    refuse_late_request,
    release_appeal,
    request_information,
    respond_to_request,
)
from appeals.commands.together import GroupFiling, NoticeInGroup, file_appeal_group, submit_group_evidence
from appeals.commands.training import (
    ask_for_triage_training,
    begin_triage_training,
    begin_triage_training_here,
    end_interrupted_trainings,
    end_triage_training,
    end_triage_training_with,
    record_triage_training_heartbeat,
    record_triage_training_step,
    take_triage_training,
)
from appeals.commands.translate import add_translation, translatable
