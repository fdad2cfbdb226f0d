"""Executors as rows, and the laws that hold of them."""

from casework.cover import digested
from executors.models.acts import Act, ActCertification
from executors.models.counts import (
    OutcomeCount,
    OutcomeRecord,
    counted_by_day,
    counts_by_person,
    course_of,
    trusted_since,
)
from executors.models.incidents import (
    IS_HEARD,
    OWED_BY,
    Compensation,
    FindingOutcome,
    Incident,
    IncidentFile,
    IncidentFinding,
)
from executors.models.instructions import Instruction, InstructionKind
from executors.models.laws import LAWS
from executors.models.outcomes import (
    NOT_THE_EXECUTOR_S,
    ActOutcome,
    DoubleReview,
    ErrorClass,
    OutcomeSource,
    counted_outcomes,
    outcome_sequence_of,
)
from executors.models.recourses import ENDS_A_PART, IS_ENDED, TAKES_MONEY, EntryKind, Recourse, RecourseEntry
from executors.models.registry import (
    Executor,
    ExecutorKind,
    ExecutorPerson,
    Mandate,
    MandateCategory,
    MandateMeasure,
    MandateRule,
    OnEnd,
    PayMetric,
    PayTerm,
    ProcessingTerms,
    SubProcessor,
)
from executors.models.training import Attempt, Certification, Curriculum, Question, certification_in_force
from executors.models.triggers import ACT_TRIGGERS, EXECUTOR_TRIGGERS, TRAINING_TRIGGERS

TRIGGERS = [*EXECUTOR_TRIGGERS, *TRAINING_TRIGGERS, *ACT_TRIGGERS, *LAWS]

COVER = digested(
    "executors_executor executors_processingterms executors_subprocessor executors_payterm executors_executorperson"
    " executors_mandate executors_mandatemeasure executors_mandaterule executors_mandatecategory executors_instruction"
    " executors_curriculum executors_question executors_attempt executors_certification executors_act"
    " executors_actcertification executors_actoutcome executors_doublereview executors_incident executors_incidentfile"
    " executors_incidentfinding executors_compensation executors_outcomerecord executors_outcomecount"
    " executors_recourse executors_recourseentry"
)
