"""The verbs of executors; the only writers of their tables."""

from executors.commands.acts import ActDraft, ActEvaluation, ExecutorDraft, MeasureDone, evaluate_acts, record_acts
from executors.commands.certifications import note_new_rule_version, remind_of_certification, withdraw_certification
from executors.commands.counting import count_outcomes
from executors.commands.incidents import (
    add_incident_file,
    close_incident,
    compensate_incident,
    contest_finding,
    explain_incident,
    find_due,
    find_incident,
    lapse_explanation,
    mark_compensation_overdue,
    mark_finding_overdue,
    remind_of_incident,
)
from executors.commands.instructions import (
    InstructionDraft,
    MeasureDecided,
    acknowledge_instruction,
    complete_instruction,
    hand_over_instructions,
    issue_instruction,
    mark_instruction_overdue,
    remind_of_instruction,
    withdraw_instruction,
)
from executors.commands.mandates import MandateDraft, grant_mandate, revoke_mandate
from executors.commands.outcomes import ActDecision, judge_executor, record_outcome
from executors.commands.people import add_person, end_person
from executors.commands.recourses import (
    claim_recourse,
    dispute_recourse,
    record_part_payment,
    settle_recourse,
    write_off_recourse,
)
from executors.commands.registry import (
    TermsDraft,
    activate_executor,
    add_pay_term,
    begin_training,
    certify_executor,
    decide_sub_processor,
    end_executor,
    extend_contract,
    propose_sub_processor,
    record_processing_terms,
    register_executor,
    reinstate_executor,
    suspend_executor,
)
from executors.commands.reminders import remind_of_term
from executors.commands.second_looks import draw_second_look, give_second_look
from executors.commands.training import (
    CurriculumDraft,
    QuestionDraft,
    finish_attempt,
    publish_curriculum,
    save_answers,
    start_attempt,
)
