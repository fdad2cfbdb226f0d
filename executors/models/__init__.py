"""Executors as rows, and the laws that hold of them.

What does not belong here: verbs (commands), permission (policies), statistics (measurement).
"""

from executors.models.acts import Act, ActCertification
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

TRIGGERS = [*EXECUTOR_TRIGGERS, *TRAINING_TRIGGERS, *ACT_TRIGGERS]

__all__ = [
    "TRIGGERS",
    "Act",
    "ActCertification",
    "Attempt",
    "Certification",
    "Curriculum",
    "Executor",
    "ExecutorKind",
    "ExecutorPerson",
    "Mandate",
    "MandateCategory",
    "MandateMeasure",
    "MandateRule",
    "OnEnd",
    "PayMetric",
    "PayTerm",
    "ProcessingTerms",
    "Question",
    "SubProcessor",
    "certification_in_force",
]
