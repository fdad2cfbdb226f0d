"""Appeals as rows, and the laws that hold of them."""

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
from appeals.models.decision import (
    AuditView,
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
from appeals.models.suggestion import TriageSuggestion
from appeals.models.together import MOST_TOGETHER, TOGETHER_TRIGGERS, AppealGroup, GroupedAppeal
from appeals.models.triggers import APPEAL_TRIGGERS

TRIGGERS = [
    *APPEAL_TRIGGERS,
    *ASSISTED_TRIGGERS,
    *TOGETHER_TRIGGERS,
]
