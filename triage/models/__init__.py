"""What the system may do alone, what proves that it may, the models that suggest, and the laws of all this."""

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
