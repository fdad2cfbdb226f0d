"""Disputes as rows, and the laws that hold of them."""

from disputes.models.appraisal import APPRAISAL_TRIGGERS, Appraisal, AppraisalState, CustodyStep
from disputes.models.assisted import ASSISTED_TRIGGERS, AssistedFiling, TakenDown
from disputes.models.burden import BurdenTable, ControlKind, FactRow, GroundRow, Relaxation, RelaxationControl, StepRow
from disputes.models.cases import ClosedAs, Dispute, FactAtIssue, HumanDemand, NoReturnConsent, OptIn
from disputes.models.ceilings import CEILING_TRIGGERS
from disputes.models.decision import (
    Determination,
    DisputeOutcome,
    FactRuling,
    Finding,
    GoodsAre,
    NoReturnGround,
    RelianceOn,
)
from disputes.models.fast_refund import FAST_REFUND_TRIGGERS, FastRefund, FastRefundOptIn
from disputes.models.identity import IDENTITY_TRIGGERS, IdentityRefusal, IdentityRequest, IdentityState
from disputes.models.offers import (
    Advance,
    AdvanceState,
    Obligation,
    ObligationKind,
    ObligationState,
    Offer,
    OfferAnswer,
    OfferState,
)
from disputes.models.proof import (
    EvidenceItem,
    EvidenceKind,
    Objection,
    PlatformRecord,
    PullState,
    RecordPull,
    Submission,
)
from disputes.models.room import AbuseReport, EntryKind, Message, ReadMark, Room
from disputes.models.triage import (
    POINTS,
    TRIAGE_TRIGGERS,
    OpeningBand,
    OpeningLanguage,
    OpeningQueue,
    OpeningSketch,
    OpeningTriage,
    RepeatedOpening,
)
from disputes.models.triggers import TRIGGERS as CASE_TRIGGERS

TRIGGERS = [
    *CASE_TRIGGERS,
    *TRIAGE_TRIGGERS,
    *APPRAISAL_TRIGGERS,
    *IDENTITY_TRIGGERS,
    *FAST_REFUND_TRIGGERS,
    *ASSISTED_TRIGGERS,
    *CEILING_TRIGGERS,
]
