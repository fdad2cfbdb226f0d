"""The verbs of an appeal; the only writers of its tables."""

from appeals.commands.assign import assign_appeal, take_back_appeal
from appeals.commands.automatic import (
    close_as_corrected,
    decide_automatically,
    lock_for_the_system,
    record_triage,
    route_to_person,
)
from appeals.commands.calendar import appeals_to_recompute, recompute_decision_due
from appeals.commands.callers import confirm_filing
from appeals.commands.claim import claim_appeal, claim_next_appeal, keep_lease, release_appeal
from appeals.commands.decide import (
    DIFFERENCES,
    FINDINGS,
    LISTENERS,
    Point,
    RulingDraft,
    decide_appeal,
    rehearse_decision,
    stands_without_a_fact,
)
from appeals.commands.demand import demand_human
from appeals.commands.drafts import save_draft, save_work
from appeals.commands.escalate import escalate
from appeals.commands.evidence import remove_evidence, stage_evidence, submit_evidence
from appeals.commands.file import AppealFiling, ItemFiling, file_appeal, withdraw_appeal
from appeals.commands.leaving import give_back_appeals, under_review_by
from appeals.commands.letters import ANSWERS, Letter, letters_on, propose_letter
from appeals.commands.review import (
    accept_late_request,
    lapse_information,
    mark_overdue,
    pieces_of,
    record_first_view,
    record_opening,
    record_opening_of_suggestion,
    refuse_late_request,
    request_information,
    respond_to_request,
)
from appeals.commands.routing import draft_rule, end_rule, enforce_rule
from appeals.commands.second_looks import calibrate, contest_second_look, record_audit_view
from appeals.commands.together import GroupFiling, NoticeInGroup, file_appeal_group, submit_group_evidence
from appeals.commands.translate import add_translation, translatable
