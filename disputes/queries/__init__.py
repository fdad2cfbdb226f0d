"""Reads for pages, API and sockets; every one starts from what the actor may see."""

from disputes.queries.assisted import AssistedView, assisted_shown_to
from disputes.queries.callers import CalledAbout, called_about
from disputes.queries.case_file import sections_of, write_case_file
from disputes.queries.cases import (
    EvidenceView,
    FactView,
    QueueRow,
    case_of_offer,
    derived_outcome,
    dispute_for,
    dispute_of_offer,
    disputes_for,
    due_at_of,
    events_of,
    evidence_file,
    evidence_shown_to,
    facts_of,
    grounds_in_force,
    mediated_by,
    offers_shown_to,
    queue_for,
    queue_row,
    reads_notice,
    require_visible,
    turn_of,
    waiting_for,
)
from disputes.queries.decisions import determinations_for
from disputes.queries.events import events_shown_to, evidence_about, require_joinable, with_sentences
from disputes.queries.executed import lifted_by, outcome_for_executor
from disputes.queries.fast_refunds import fast_refund_rules, opt_ins_of
from disputes.queries.letter import letter_of, preview_letter, review_closes, verify_letter, who
from disputes.queries.lists import STATES_LISTED, determinations_in, disputes_listed_for, disputes_narrowed_for
from disputes.queries.oversight import (
    assignment_shown_to,
    obligations_overdue,
    open_dispute_ids,
    reported_messages,
    waiting_for_mediation,
)
from disputes.queries.receipts import acts_of, receipt_for, receipt_of_message_for
from disputes.queries.record_lines import record_lines
from disputes.queries.room import pictures_after, read_marks_of, unread_in, unread_of, with_unread, written
from disputes.queries.statutory import statutory_notes
from disputes.queries.tables import table_in_force, table_of
from disputes.queries.timeline import TimelineEntry, names_of_agents_for, timeline_of
from disputes.queries.todo import todo_for
from disputes.queries.triage import Repeats, needed_evidence, repeats_counted, repeats_shown_to, triage_shown_to
