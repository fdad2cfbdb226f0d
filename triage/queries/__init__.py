"""Reading what the system suggests and may do alone; reviewers read a case of it only as appeals let them."""

from triage.model_files import live_model
from triage.queries.automation import triage_health_for
from triage.queries.certification import (
    attempts_for,
    audits_for,
    certificate_for,
    certificates_for,
    intake_of,
    labels_of,
    policy_states_for,
    proofs_for,
    require_time_to_attempt,
    second_look_for,
    second_looks_for,
)
from triage.queries.closings import closing_rates_for
from triage.queries.duplicates import likely_duplicates_of
from triage.queries.learning import (
    ModelState,
    Snapshot,
    cases_to_learn_from,
    decisions_to_learn_from,
    model_for,
    models_for,
    shadow_model,
    training_for,
    training_overview_for,
    trainings_for,
)
from triage.queries.yearly import audits_between, automation_between
