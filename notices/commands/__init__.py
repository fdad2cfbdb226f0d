"""The verbs of a notice; the only writers of its tables."""

from executors.commands import ExecutorDraft
from notices.commands.blind_looks import give_blind_look
from notices.commands.correction import Amendment, amend_notice, withdraw_notice
from notices.commands.disclosure import confirm_decision, open_exhibit, unopened
from notices.commands.drafts import (
    BasisDraft,
    Contradiction,
    Decision,
    Detection,
    ExhibitDraft,
    Issued,
    MeasureDraft,
    NoticeDraft,
)
from notices.commands.follow import (
    MeasureRuling,
    Opening,
    close_appeal_windows,
    end_elapsed_measures,
    end_measures,
    follow_appeal,
    follow_determination,
    mark_remedy_late,
    open_appeal,
    open_appeals,
    record_determination,
    record_reading,
    release_from_appeal,
)
from notices.commands.issue import issue_decided, issue_notice, issue_notices, require_complete
from notices.commands.measure_types import propose_measure_type
from notices.commands.mistakes import (
    flag_officers,
    open_reviews_of_mistake,
    open_reviews_of_what_rests_on,
)
from notices.commands.publication import mark_publication_late, publish_record, report_to_regulator
from notices.commands.remedies import confirm_remedy, fail_remedy
from notices.commands.siblings import (
    ToolCause,
    causes_in,
    look_again,
    open_reviews_of_tool,
    open_sibling_reviews,
    overtake_siblings,
    review_sibling,
)
from notices.commands.translate import add_translation, translatable
