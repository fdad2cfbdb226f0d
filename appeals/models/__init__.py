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
from appeals.models.assignment import ASSIGNMENT_TRIGGERS, Assignment
from appeals.models.assisted import ASSISTED_TRIGGERS, AssistedFiling, TakenDown
from appeals.models.decision import (
    AuditView,
    Calibration,
    Confidence,
    Contest,
    Decision,
    DecisionPoint,
    Finding,
    FirstView,
    Opening,
    PointKind,
    Ruling,
    Stands,
    SystemView,
)
from appeals.models.routing import IN_FORCE, ROUTING_TRIGGERS, SHARED_HOURS, RoutingRule
from appeals.models.suggestion import TriageSuggestion
from appeals.models.together import MOST_TOGETHER, TOGETHER_TRIGGERS, AppealGroup, GroupedAppeal
from appeals.models.triggers import APPEAL_TRIGGERS
from casework.cover import digested, operational

TRIGGERS = [
    *APPEAL_TRIGGERS,
    *ASSIGNMENT_TRIGGERS,
    *ASSISTED_TRIGGERS,
    *ROUTING_TRIGGERS,
    *TOGETHER_TRIGGERS,
]

COVER = {
    **digested(
        "appeals_appeal appeals_appealitem appeals_humandemand appeals_evidencesubmission appeals_evidenceitem"
        " appeals_informationrequest appeals_assistedfiling appeals_opening appeals_firstview appeals_decision"
        " appeals_decisionpoint appeals_ruling appeals_auditview appeals_triagesuggestion appeals_appealgroup"
        " appeals_groupedappeal appeals_assignment appeals_contest appeals_calibration"
        " appeals_routingrule"
    ),
    **operational(appeals_appealdraft="what is typed and not yet filed; it is deleted when it is filed"),
}
