"""Appeals as rows, and the laws that hold of them; what the system may do alone, and what proves that it may."""

from appeals.models.appeal import (
    Appeal,
    AppealDraft,
    AppealItem,
    DecidedBy,
    EvidenceItem,
    EvidenceSubmission,
    Ground,
    HumanDemand,
    InformationRequest,
    Level,
    Outcome,
    ReviewMode,
)
from appeals.models.assisted import ASSISTED_TRIGGERS, AssistedFiling, TakenDown
from appeals.models.automation import (
    AUDIT_PERMILLE,
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
from appeals.models.decision import (
    Confidence,
    Decision,
    DecisionPoint,
    Finding,
    FirstView,
    Opening,
    PointKind,
    Ruling,
    SystemView,
)
from appeals.models.duplicates import DUPLICATE_TRIGGERS, ClearSearch, LikelyDuplicate, SketchBand, TextSketch
from appeals.models.learning import LEARNING_TRIGGERS, ShadowSuggestion, Stage, TriageModelStep, TriageModelVersion
from appeals.models.suggestion import TriageSuggestion
from appeals.models.together import MOST_TOGETHER, TOGETHER_TRIGGERS, AppealGroup, GroupedAppeal
from appeals.models.training import TRAINING_TRIGGERS, TrainingEnd, TrainingStep, TriageTraining
from appeals.models.triggers import APPEAL_TRIGGERS, AUTOMATION_TRIGGERS

TRIGGERS = [
    *APPEAL_TRIGGERS,
    *ASSISTED_TRIGGERS,
    *AUTOMATION_TRIGGERS,
    *DUPLICATE_TRIGGERS,
    *LEARNING_TRIGGERS,
    *TOGETHER_TRIGGERS,
    *TRAINING_TRIGGERS,
]
