"""Notices as rows, and the laws that hold of them."""

from notices.models.bases import Basis, BasisKind
from notices.models.executed import EXECUTED
from notices.models.notice import (
    Automation,
    Axis,
    BreachKind,
    DetectionSource,
    Edition,
    Exhibit,
    Measure,
    MeasureState,
    MeasureType,
    MeasureTypeVersion,
    Notice,
    Remedy,
    RemedyKind,
    RemedyState,
)
from notices.models.publication import CORRECTION_SHOWN, OWED, PUBLICATION_TRIGGERS, Publication
from notices.models.siblings import (
    MOST_OF_TOOL,
    SIBLING_TRIGGERS,
    SharedCause,
    SiblingReview,
    notices_of_tool,
    unseen_of_tool,
)
from notices.models.triggers import NOTICE_TRIGGERS

TRIGGERS = [*NOTICE_TRIGGERS, *EXECUTED, *SIBLING_TRIGGERS, *PUBLICATION_TRIGGERS]
