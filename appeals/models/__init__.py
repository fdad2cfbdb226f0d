"""Appeals as rows, and the laws that hold of them; what the system may do alone, and what proves that it may."""

from appeals.models.appeal import (
    APPEAL_TRIGGERS,
    Appeal,
    AppealDraft,
    AppealItem,
    Confidence,
    DecidedBy,
    Decision,
    DecisionPoint,
    EvidenceItem,
    EvidenceSubmission,
    Finding,
    FirstView,
    Ground,
    HumanDemand,
    InformationRequest,
    Level,
    Opening,
    Outcome,
    PointKind,
    ReviewMode,
    Ruling,
    SystemView,
    TriageSuggestion,
)
from appeals.models.automation import (
    AUDIT_PERMILLE,
    AUTOMATION_TRIGGERS,
    AuditDraw,
    AuditView,
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
from appeals.models.duplicates import DUPLICATE_TRIGGERS, LikelyDuplicate, SketchBand, TextSketch
from appeals.models.learning import LEARNING_TRIGGERS, ShadowSuggestion, Stage, TriageModelStep, TriageModelVersion
from appeals.models.training import TRAINING_TRIGGERS, TrainingEnd, TrainingStep, TriageTraining

TRIGGERS = [*APPEAL_TRIGGERS, *AUTOMATION_TRIGGERS, *DUPLICATE_TRIGGERS, *LEARNING_TRIGGERS, *TRAINING_TRIGGERS]
