"""Notices as rows, and the laws that hold of them."""

from casework.cover import digested
from notices.models.bases import Basis, BasisKind
from notices.models.disclosure import DISCLOSURE_TRIGGERS, ExhibitOpening
from notices.models.executed import EXECUTED
from notices.models.notice import (
    Automation,
    Axis,
    BreachKind,
    DetectionSource,
    Disclosure,
    Edition,
    Exhibit,
    Measure,
    MeasureState,
    MeasureType,
    MeasureTypeVersion,
    Notice,
)
from notices.models.publication import CORRECTION_SHOWN, OWED, PUBLICATION_TRIGGERS, Publication
from notices.models.remedy import Remedy, RemedyKind, RemedyState
from notices.models.settled import SETTLED_TRIGGERS, Ground, SettledFinding, overturn_of
from notices.models.siblings import (
    MOST_OF_TOOL,
    OF_A_MISTAKE,
    OF_AN_OFFICER,
    SIBLING_TRIGGERS,
    SharedCause,
    SiblingReview,
    notices_of_tool,
    unseen_of_tool,
)
from notices.models.triggers import NOTICE_TRIGGERS

TRIGGERS = [
    *NOTICE_TRIGGERS,
    *EXECUTED,
    *SIBLING_TRIGGERS,
    *PUBLICATION_TRIGGERS,
    *DISCLOSURE_TRIGGERS,
    *SETTLED_TRIGGERS,
]

COVER = digested(
    "notices_basis notices_measuretype notices_notice notices_measure notices_exhibit notices_edition notices_remedy"
    " notices_publication notices_siblingreview notices_exhibitopening notices_ground notices_settledfinding"
    " notices_measuretypeversion"
)
