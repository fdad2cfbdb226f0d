"""Disputes as rows, and the laws that hold of them."""

from casework.cover import digested, operational
from disputes.models.appraisal import APPRAISAL_TRIGGERS, Appraisal, AppraisalState, CustodyStep
from disputes.models.assignment import ASSIGNMENT_TRIGGERS, DisputeAssignment
from disputes.models.assisted import ASSISTED_TRIGGERS, AssistedFiling, TakenDown
from disputes.models.burden import (
    SIGNED_GROUND,
    BurdenTable,
    ControlKind,
    FactRow,
    GroundRow,
    Relaxation,
    RelaxationControl,
    StepRow,
)
from disputes.models.cases import ClosedAs, Dispute, FactAtIssue, HumanDemand, NoReturnConsent
from disputes.models.ceilings import CEILING_TRIGGERS
from disputes.models.decision import (
    MERCHANT_BEARS,
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
    SIGNED_GROUND,
    *CASE_TRIGGERS,
    *TRIAGE_TRIGGERS,
    *APPRAISAL_TRIGGERS,
    *IDENTITY_TRIGGERS,
    *FAST_REFUND_TRIGGERS,
    *ASSISTED_TRIGGERS,
    *ASSIGNMENT_TRIGGERS,
    *CEILING_TRIGGERS,
]

COVER = {
    **digested(
        "disputes_burdentable disputes_groundrow disputes_factrow disputes_steprow disputes_relaxation"
        " disputes_relaxationcontrol disputes_dispute disputes_factatissue disputes_humandemand"
        " disputes_noreturnconsent disputes_appraisal disputes_custodystep disputes_assistedfiling disputes_submission"
        " disputes_evidenceitem disputes_objection disputes_recordpull disputes_platformrecord disputes_factruling"
        " disputes_relianceon disputes_determination disputes_finding disputes_fastrefundoptin disputes_fastrefund"
        " disputes_identityrequest disputes_offer disputes_offeranswer disputes_obligation disputes_advance"
        " disputes_room disputes_message disputes_abusereport disputes_openingtriage disputes_repeatedopening"
        " disputes_disputeassignment",
        disputes_room={"head": "the number of its messages, with which verify compares it"},
    ),
    **operational(
        disputes_readmark="how far somebody has read in a room; nothing follows from it",
        disputes_openingsketch="an index of texts that stand in other rows",
        disputes_openingband="an index of texts that stand in other rows",
    ),
}
