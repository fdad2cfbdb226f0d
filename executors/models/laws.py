"""The laws of instructions, incidents, compensation and recourse that no constraint can express, as triggers."""

from casework.triggers import Trigger, append_only, kept, on_insert, on_update, on_write, sealed
from executors.models.triggers import _has_terms

_HOLDS_OFFICE = """EXISTS (SELECT 1 FROM accounts_staffrole s WHERE s.user_id = {person} AND s.ended_at IS NULL
    AND s.role IN ('compliance', 'administrator'))"""
_WORKED_FOR = """EXISTS (SELECT 1 FROM executors_executorperson w JOIN executors_act a ON a.executor_id = w.executor_id
    WHERE w.user_id = {person} AND a.id = {act})"""
_IS_OF_EXECUTOR = """EXISTS (SELECT 1 FROM executors_executorperson w
    WHERE w.id = {person} AND w.executor_id = {executor})"""
_EXECUTOR_OF_INCIDENT = "(SELECT a.executor_id FROM executors_act a WHERE a.id = NEW.act_id)"
_ACT_OF_FOUND = "(SELECT i.act_id FROM executors_incident i WHERE i.id = NEW.incident_id)"
_COMPENSATED = """(SELECT COALESCE(SUM(c.amount_minor), 0) FROM executors_compensation c
    WHERE c.incident_id = NEW.incident_id AND c.currency = NEW.currency)"""
# What is found can change no more at that moment: no contest is open, and the time for one has passed or it was had.
_FINDING_IS_FINAL = """i.state <> 'CONTESTED' AND i.finding IN ('IMPROPER', 'SHARED')
    AND (i.round > 1 OR i.contest_by < {at})"""
_ENDED_PARTS = """(SELECT COALESCE(SUM(e.amount_minor), 0) FROM executors_recourseentry e
    WHERE e.recourse_id = {recourse} AND e.kind IN ('PAYMENT', 'SETTLEMENT', 'WRITE_OFF'))"""


def _not_of(person: str, executor: str) -> str:
    """The person is named and does not work, nor ever worked, for the executor."""
    return f"({person} IS NOT NULL AND NOT {_IS_OF_EXECUTOR.format(person=person, executor=executor)})"


LAWS: list[Trigger] = [
    # — instructions —
    kept("executors_instruction", "instruction_is_kept"),
    sealed(
        "executors_instruction",
        "instruction_stays_what_it_is",
        "executor_id kind reverses_id replaces_id words subject_number subject_ref measure_type due_at",
        once=(
            "acknowledged_at acknowledged_by_id",
            "completed_at completed_by_id evidence callback_id",
        ),
    ),
    on_update(
        "executors_instruction",
        "instruction_never_goes_back",
        """(OLD.state IN ('COMPLETED', 'WITHDRAWN') AND NEW.state <> OLD.state)
            OR (OLD.state = 'ACKNOWLEDGED' AND NEW.state = 'ISSUED')
            OR (OLD.state = 'ISSUED' AND NEW.state = 'COMPLETED')""",
    ),
    on_write(
        "executors_instruction",
        "instruction_is_carried_out_by_its_executor",
        f"""{_not_of("NEW.acknowledged_by_id", "NEW.executor_id")}
            OR {_not_of("NEW.completed_by_id", "NEW.executor_id")}""",
        problem="not-allowed",
    ),
    on_insert(
        "executors_instruction",
        "instruction_goes_to_who_may_act",
        """NEW.executor_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM executors_executor x
            WHERE x.id = NEW.executor_id AND x.state IN ('ACTIVE', 'REINSTATED'))""",
        lock="PERFORM 1 FROM executors_executor x WHERE x.id = NEW.executor_id FOR SHARE;",
        problem="outside-mandate",
    ),
    on_insert(
        "executors_instruction",
        "instruction_lies_within_mandate_contract_and_terms",
        f"""NEW.kind = 'ACT' AND NEW.executor_id IS NOT NULL AND NOT (
            EXISTS (SELECT 1 FROM executors_executor x WHERE x.id = NEW.executor_id
                AND x.contract_from <= NEW.created_at AND x.contract_until > NEW.created_at)
            AND EXISTS (SELECT 1 FROM executors_mandate m JOIN executors_mandatemeasure t ON t.mandate_id = m.id
                WHERE m.executor_id = NEW.executor_id AND t.measure_type = NEW.measure_type
                AND m.granted_at IS NOT NULL AND m.effective_from <= NEW.created_at
                AND (m.effective_until IS NULL OR m.effective_until > NEW.created_at))
            AND {_has_terms("NEW.executor_id", "NEW.created_at")})""",  # noqa: S608  our own tables
        # What ends a mandate holds the executor.
        lock="PERFORM 1 FROM executors_executor x WHERE x.id = NEW.executor_id FOR SHARE;",
        problem="outside-mandate",
    ),
    # One that was withdrawn although somebody acted on it is undone by the platform itself.
    on_insert(
        "executors_instruction",
        "reversal_follows_what_was_not_withdrawn",
        """NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM executors_instruction i
            WHERE i.id = NEW.reverses_id AND i.kind = 'ACT' AND (i.state <> 'WITHDRAWN' OR NEW.executor_id IS NULL
                AND EXISTS (SELECT 1 FROM executors_act a WHERE a.instruction_id = i.id)))""",
        lock="PERFORM 1 FROM executors_instruction i WHERE i.id = NEW.reverses_id FOR SHARE;",
    ),
    on_update(
        "executors_instruction",
        "instruction_with_a_reversal_is_not_withdrawn",
        """NEW.state = 'WITHDRAWN' AND OLD.state <> 'WITHDRAWN' AND EXISTS (SELECT 1 FROM executors_instruction r
            WHERE r.reverses_id = NEW.id AND r.state <> 'WITHDRAWN')""",
    ),
    # An act takes its order FOR SHARE, which waits for this update or makes it wait: whoever is second sees the first.
    on_update(
        "executors_instruction",
        "instruction_acted_on_is_not_withdrawn",
        """NEW.state = 'WITHDRAWN' AND OLD.state <> 'WITHDRAWN'
            AND EXISTS (SELECT 1 FROM executors_act a WHERE a.instruction_id = NEW.id)""",
    ),
    on_insert(
        "executors_instruction",
        "instruction_is_taken_over_after_its_withdrawal",
        """NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM executors_instruction i
            WHERE i.id = NEW.replaces_id AND i.state = 'WITHDRAWN' AND i.kind = NEW.kind
            AND i.measure_type = NEW.measure_type AND i.subject_number = NEW.subject_number
            AND COALESCE(i.executor_id, 0) <> COALESCE(NEW.executor_id, 0))""",
    ),
    # It was taken on and not withdrawn: nobody acts after a withdrawal, nor on an order that is somebody else's.
    on_insert(
        "executors_act",
        "act_follows_an_instruction_that_stands",
        """NEW.instruction_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM executors_instruction i
            WHERE i.id = NEW.instruction_id AND i.executor_id = NEW.executor_id AND i.kind = 'ACT'
            AND i.state IN ('ACKNOWLEDGED', 'COMPLETED'))""",
        lock="PERFORM 1 FROM executors_instruction i WHERE i.id = NEW.instruction_id FOR SHARE;",
        problem="outside-mandate",
    ),
    # — outcomes —
    append_only("executors_actoutcome", "outcome_of_an_act_is_append_only"),
    append_only("executors_doublereview", "second_look_is_sealed", "OLD.given_at IS NOT NULL"),
    kept("executors_doublereview", "second_look_stays_drawn"),
    on_update(
        "executors_doublereview",
        "second_look_is_blind",
        """NEW.given_at IS NOT NULL
            AND EXISTS (SELECT 1 FROM executors_actoutcome o WHERE o.act_id = NEW.act_id)""",
    ),
    on_write(
        "executors_doublereview",
        "second_look_is_by_somebody_else",
        f"NEW.reviewer_id IS NOT NULL AND {_WORKED_FOR.format(person='NEW.reviewer_id', act='NEW.act_id')}",
        problem="conflict-of-interest",
    ),
    # — incidents —
    kept("executors_incident", "incident_is_kept"),
    on_insert("executors_incident", "incident_begins_as_opened", "NEW.state <> 'OPENED'"),
    # An unknown state is the constraint's to refuse.
    on_update(
        "executors_incident",
        "incident_goes_from_state_to_state_as_drawn",
        """NEW.state <> OLD.state AND NEW.state IN ('OPENED', 'EXPLAINED', 'UNEXPLAINED', 'FOUND', 'CONTESTED',
            'COMPENSATED', 'CLOSED') AND NOT (
            OLD.state IN ('OPENED', 'UNEXPLAINED') AND NEW.state = 'EXPLAINED'
            OR OLD.state = 'OPENED' AND NEW.state = 'UNEXPLAINED'
            OR OLD.state IN ('EXPLAINED', 'UNEXPLAINED', 'CONTESTED') AND NEW.state = 'FOUND'
            OR OLD.state IN ('FOUND', 'COMPENSATED') AND NEW.state = 'CONTESTED'
            OR OLD.state = 'FOUND' AND NEW.state = 'COMPENSATED'
            OR OLD.state = 'COMPENSATED' AND NEW.state = 'CLOSED')""",
    ),
    on_update(
        "executors_incident",
        "incident_closes_after_the_time_to_contest",
        """NEW.state = 'CLOSED' AND NEW.closed_at IS NOT NULL AND NEW.round = 1
            AND (NEW.contest_by IS NULL OR NEW.closed_at <= NEW.contest_by)""",
    ),
    # Money is taken once nobody can contest any more; a contest that was on its way then comes too late.
    on_update(
        "executors_incident",
        "incident_is_contested_before_the_executor_pays",
        """NEW.state = 'CONTESTED' AND OLD.state <> 'CONTESTED' AND EXISTS (SELECT 1 FROM executors_recourse r
            JOIN executors_recourseentry e ON e.recourse_id = r.id
            WHERE r.incident_id = NEW.id AND e.kind IN ('PAYMENT', 'SETTLEMENT'))""",
        problem="deadline-passed",
    ),
    on_insert(
        "executors_incident",
        "incident_follows_an_overturned_act",
        """NOT EXISTS (SELECT 1 FROM executors_actoutcome o WHERE o.id = NEW.outcome_id AND o.act_id = NEW.act_id
            AND o.event_id = NEW.cause_event_id AND o.overturned)""",
        problem="validation",
    ),
    sealed(
        "executors_incident",
        "incident_stays_what_it_is",
        "act_id outcome_id cause_event_id party_id subject_number subject_ref explain_by",
        once=(
            "contest_by",
            "closed_at",
            "explained_at explanation explained_by_id",
            "contested_at contest_reasons contested_by_id",
        ),
        also="NEW.round < OLD.round",
    ),
    on_write(
        "executors_incident",
        "incident_is_answered_by_its_executor",
        f"""{_not_of("NEW.explained_by_id", _EXECUTOR_OF_INCIDENT)}
            OR {_not_of("NEW.contested_by_id", _EXECUTOR_OF_INCIDENT)}""",
        problem="not-allowed",
    ),
    append_only("executors_incidentfile", "incident_file_is_append_only"),
    on_insert(
        "executors_incidentfile",
        "incident_file_comes_with_the_explanation",
        """NOT EXISTS (SELECT 1 FROM executors_incident i WHERE i.id = NEW.incident_id
            AND i.state IN ('OPENED', 'UNEXPLAINED'))""",
    ),
    append_only("executors_incidentfinding", "incident_finding_is_append_only"),
    on_insert(
        "executors_incidentfinding",
        "incident_is_found_by_compliance",
        f"NOT {_HOLDS_OFFICE.format(person='NEW.found_by_id')}",
        problem="not-allowed",
    ),
    on_insert(
        "executors_incidentfinding",
        "incident_is_found_by_somebody_independent",
        f"""{_WORKED_FOR.format(person="NEW.found_by_id", act=_ACT_OF_FOUND)}
            OR EXISTS (SELECT 1 FROM executors_incidentfinding f
                WHERE f.incident_id = NEW.incident_id AND f.round <> NEW.round AND f.found_by_id = NEW.found_by_id)""",  # noqa: S608  our own tables
        problem="conflict-of-interest",
    ),
    on_insert(
        "executors_incidentfinding",
        "incident_is_heard_before_it_is_found",
        """NOT EXISTS (SELECT 1 FROM executors_incident i WHERE i.id = NEW.incident_id AND i.round = NEW.round
            AND (i.state IN ('EXPLAINED', 'UNEXPLAINED') AND i.round = 1 OR i.state = 'CONTESTED' AND i.round = 2))""",
    ),
    on_update(
        "executors_incident",
        "incident_finding_is_on_file",
        """NEW.state = 'FOUND' AND NOT EXISTS (SELECT 1 FROM executors_incidentfinding f
            WHERE f.incident_id = NEW.id AND f.round = NEW.round AND f.outcome = NEW.finding)""",
    ),
    on_write(
        "executors_incident",
        "incident_says_what_was_found",
        """NEW.finding <> '' AND NOT EXISTS (SELECT 1 FROM executors_incidentfinding f
            WHERE f.incident_id = NEW.id AND f.outcome = NEW.finding
            AND f.round = (SELECT MAX(g.round) FROM executors_incidentfinding g WHERE g.incident_id = NEW.id))""",
    ),
    append_only("executors_compensation", "compensation_is_append_only"),
    on_insert(
        "executors_compensation",
        "compensation_goes_to_the_harmed_party",
        """NOT EXISTS (SELECT 1 FROM executors_incident i WHERE i.id = NEW.incident_id
            AND i.party_id = NEW.party_id AND i.finding <> '')""",
    ),
    on_insert(
        "executors_compensation",
        "compensation_follows_a_finding",
        """EXISTS (SELECT 1 FROM executors_incident i WHERE i.id = NEW.incident_id
            AND i.state NOT IN ('FOUND', 'CONTESTED', 'COMPENSATED'))""",
        lock="PERFORM 1 FROM executors_incident i WHERE i.id = NEW.incident_id FOR SHARE;",
    ),
    on_write(
        "executors_incident",
        "incident_is_compensated_before_it_closes",
        """NEW.state IN ('COMPENSATED', 'CLOSED')
            AND NOT EXISTS (SELECT 1 FROM executors_compensation c WHERE c.incident_id = NEW.id)""",
    ),
    # — recourse —
    kept("executors_recourse", "recourse_is_kept"),
    on_insert("executors_recourse", "recourse_begins_as_claimed", "NEW.state <> 'CLAIMED'"),
    on_update(
        "executors_recourse",
        "recourse_goes_from_state_to_state_as_drawn",
        """NEW.state <> OLD.state AND NEW.state IN ('CLAIMED', 'DISPUTED', 'SETTLED', 'WRITTEN_OFF') AND NOT (
            OLD.state = 'CLAIMED' AND NEW.state = 'DISPUTED'
            OR OLD.state IN ('CLAIMED', 'DISPUTED') AND NEW.state IN ('SETTLED', 'WRITTEN_OFF'))""",
    ),
    on_insert(
        "executors_recourse",
        "recourse_follows_compensation",
        """NOT EXISTS (SELECT 1 FROM executors_incident i JOIN executors_act a ON a.id = i.act_id
            WHERE i.id = NEW.incident_id AND i.state IN ('COMPENSATED', 'CLOSED')
            AND i.finding IN ('IMPROPER', 'SHARED') AND a.executor_id = NEW.executor_id)""",
        lock="PERFORM 1 FROM executors_incident i WHERE i.id = NEW.incident_id FOR SHARE;",
    ),
    on_insert(
        "executors_recourse",
        "recourse_claims_no_more_than_was_paid",
        f"NEW.claimed_minor > {_COMPENSATED}",
        problem="validation",
    ),
    sealed(
        "executors_recourse",
        "recourse_stays_what_it_is",
        "incident_id executor_id claimed_minor currency words",
        once=("disputed_at dispute_reasons disputed_by_id",),
        also="OLD.state IN ('SETTLED', 'WRITTEN_OFF') AND NEW.state <> OLD.state",
    ),
    on_write(
        "executors_recourse",
        "recourse_is_disputed_by_its_executor",
        _not_of("NEW.disputed_by_id", "NEW.executor_id"),
        problem="not-allowed",
    ),
    on_update(
        "executors_recourse",
        "recourse_ends_with_nothing_open",
        f"""NEW.state IN ('SETTLED', 'WRITTEN_OFF')
            AND {_ENDED_PARTS.format(recourse="NEW.id")} <> NEW.claimed_minor""",
    ),
    on_update(
        "executors_recourse",
        "recourse_waits_while_the_finding_is_contested",
        f"""NEW.state = 'SETTLED' AND OLD.state <> 'SETTLED' AND NEW.ended_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM executors_incident i
            WHERE i.id = NEW.incident_id AND {_FINDING_IS_FINAL.format(at="NEW.ended_at")})""",  # noqa: S608  our own tables
        lock="PERFORM 1 FROM executors_incident i WHERE i.id = NEW.incident_id FOR SHARE;",
    ),
    append_only("executors_recourseentry", "recourse_ledger_is_append_only"),
    on_insert(
        "executors_recourseentry",
        "recourse_takes_no_money_while_the_finding_can_fall",
        f"""NEW.kind IN ('PAYMENT', 'SETTLEMENT') AND NOT EXISTS (SELECT 1 FROM executors_recourse r
            JOIN executors_incident i ON i.id = r.incident_id
            WHERE r.id = NEW.recourse_id AND {_FINDING_IS_FINAL.format(at="NEW.at")})""",  # noqa: S608  our own tables
        lock="""PERFORM 1 FROM executors_incident i JOIN executors_recourse r ON r.incident_id = i.id
            WHERE r.id = NEW.recourse_id FOR SHARE OF i;""",
    ),
    on_insert(
        "executors_recourseentry",
        "recourse_ledger_never_exceeds_the_claim",
        f"""NEW.kind IN ('PAYMENT', 'SETTLEMENT', 'WRITE_OFF') AND NEW.amount_minor
            + {_ENDED_PARTS.format(recourse="NEW.recourse_id")}
            > (SELECT r.claimed_minor FROM executors_recourse r WHERE r.id = NEW.recourse_id)""",  # noqa: S608  our own tables
        lock="PERFORM 1 FROM executors_recourse r WHERE r.id = NEW.recourse_id FOR NO KEY UPDATE;",
        problem="validation",
    ),
    on_insert(
        "executors_recourseentry",
        "recourse_ledger_is_closed_with_the_case",
        """EXISTS (SELECT 1 FROM executors_recourse r WHERE r.id = NEW.recourse_id
            AND r.state IN ('SETTLED', 'WRITTEN_OFF'))""",
        problem="sealed",
    ),
]
