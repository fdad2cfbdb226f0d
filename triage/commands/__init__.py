"""The verbs of triage; the only writers of its tables. What changes an appeal is a verb of appeals."""

from triage.commands.certificates import (
    AuditResult,
    attempt_certification,
    record_audit_view,
    revoke_certificate,
    set_automation_policy,
    sign_certificate,
)
from triage.commands.closing import finalise_automatically
from triage.commands.duplicates import record_likely_duplicates, record_phrases_of_letter, search_repeats
from triage.commands.learning import STEPS as LEARNING_STEPS
from triage.commands.learning import (
    RolledBack,
    put_triage_model_live,
    record_shadow_suggestion,
    refuse_triage_model,
    roll_back_triage_model,
    sign_triage_model,
    start_triage_shadow,
    train_triage_model,
)
from triage.commands.training import (
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
