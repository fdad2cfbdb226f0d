"""What the system may do alone, what proves that it may, the models that suggest, and the laws of all this."""

from casework.cover import digested, operational
from triage.models.automation import (
    AUDIT_PERMILLE,
    AuditDraw,
    AutomationMode,
    AutomationPolicy,
    AutomationPolicyRecord,
    Certificate,
    CertificateRevocation,
    CertificateSignature,
    CertificationAttempt,
    CertificationResult,
    RevokedBecause,
)
from triage.models.duplicates import DUPLICATE_TRIGGERS, ClearSearch, LikelyDuplicate, SketchBand, TextSketch
from triage.models.learning import LEARNING_TRIGGERS, ModelStep, ModelVersion, ShadowSuggestion, Stage
from triage.models.training import TRAINING_TRIGGERS, Training, TrainingEnd, TrainingStep
from triage.models.triggers import AUTOMATION_TRIGGERS

TRIGGERS = [*AUTOMATION_TRIGGERS, *DUPLICATE_TRIGGERS, *LEARNING_TRIGGERS, *TRAINING_TRIGGERS]

COVER = {
    **digested(
        "triage_automationpolicy triage_automationpolicyrecord triage_certificate triage_certificatesignature"
        " triage_certificaterevocation triage_certificationattempt triage_auditdraw triage_likelyduplicate"
        " triage_clearsearch triage_modelversion triage_modelstep triage_shadowsuggestion triage_training"
    ),
    **operational(
        triage_textsketch="an index of texts that stand in other rows",
        triage_sketchband="an index of texts that stand in other rows",
    ),
}
