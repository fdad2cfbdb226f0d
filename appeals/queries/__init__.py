"""Reading appeals, always through `visible_to`."""

from appeals.machine import TABS
from appeals.queries.case_file import notice_sections, sections_of, write_case_file
from appeals.queries.cases import (
    STATES_LISTED,
    answer_before,
    appeal_for,
    appeals_for,
    appeals_listed_for,
    appeals_narrowed_for,
    appeals_of_notice,
    appeals_with_items_for,
    as_filed,
    assignment_shown_to,
    draft_for,
    events_of,
    evidence_due_of,
    evidence_file,
    evidence_shown_to,
    has_first_view,
    is_answered_for_good,
    saying,
    second_round_is_open,
    standings_for,
    with_parts,
)
from appeals.queries.decisions import decisions_for, differing_look, looks_that_differ, second_looks_given, seen_before
from appeals.queries.executed import notices_known_to, outcome_for_executor
from appeals.queries.letter import letter_of, preview_letter, verify_letter
from appeals.queries.live import CHANGES, QueueChange, QueueSummary, changes_for, lapsed_between, queues_of, tab_before
from appeals.queries.overturned import causes_of_overturn
from appeals.queries.precedents import Precedent, precedents_for
from appeals.queries.receipts import acts_of, receipt_for
from appeals.queries.review import (
    decided_by,
    first_view_of,
    held_by,
    holder_of,
    officer_codes,
    queue_for,
    suggestion_for,
    suggestion_of,
    waiting_for_review,
)
from appeals.queries.todo import todo_for
from appeals.queries.together import (
    GroupRead,
    NoticesToAppeal,
    appeals_of_group,
    choice_of_notices_for,
    group_for,
    notices_named,
    notices_to_appeal_for,
    parties_to_appeal_for,
    place_in_group,
)
