"""The laws of executors that no constraint can express, as triggers. What a notice adds to them stands in
`notices.models.executed`.

An act takes the rows that allow it FOR SHARE, and whatever ends one of them updates it: of the two, one waits for the
other. What ends a permission ends it after everything that was done under it, so that no order of commits makes an
act look unlawful afterwards.
"""

from casework.machine import sql_list
from casework.triggers import Trigger, append_only, kept, on_insert, on_update, on_write, sealed
from executors.machine import HEARD, MAY_ACT

MAY_ACT_STATES = sql_list(MAY_ACT)
HEARD_STATES = sql_list(HEARD)
LOCK_ACT = """PERFORM 1 FROM executors_executor WHERE id = NEW.executor_id FOR SHARE;
    PERFORM 1 FROM executors_mandate WHERE id = NEW.mandate_id FOR SHARE;
    PERFORM 1 FROM executors_executorperson WHERE id = NEW.person_id FOR SHARE;"""
LOCK_EXECUTOR = "PERFORM 1 FROM executors_executor WHERE id = NEW.executor_id FOR UPDATE;"
LOCK_CERTIFICATION = """PERFORM 1 FROM executors_certification c JOIN rules_ruleversion v ON v.id = c.rule_version_id
    WHERE c.id = NEW.certification_id FOR SHARE OF c, v;"""


def certification_counts(at: str) -> str:
    """SQL over `c` (certification) joined with `v` (its rule version): it lets its holder act at the moment `at`.

    One that was withdrawn counts for nothing new, whatever moment is claimed.
    """
    return f"""c.issued_at <= {at} AND c.expires_at > {at} AND c.withdrawn_at IS NULL
        AND v.published_at IS NOT NULL AND v.effective_from <= {at}
        AND (v.effective_to IS NULL OR v.effective_to > {at})"""


def _has_certified_person(executor: str, at: str) -> str:
    return f"""EXISTS (SELECT 1 FROM executors_certification c
        JOIN rules_ruleversion v ON v.id = c.rule_version_id
        JOIN executors_executorperson p ON p.id = c.person_id
        WHERE p.executor_id = {executor} AND p.ended_at IS NULL AND {certification_counts(at)})"""  # noqa: S608


def _has_mandate(executor: str, at: str) -> str:
    return f"""EXISTS (SELECT 1 FROM executors_mandate m WHERE m.executor_id = {executor} AND m.granted_at IS NOT NULL
        AND m.effective_from <= {at} AND (m.effective_until IS NULL OR m.effective_until > {at}))"""  # noqa: S608


def _has_terms(executor: str, at: str) -> str:
    """The newest terms that have begun are not over."""
    return f"""EXISTS (SELECT 1 FROM executors_processingterms t WHERE t.executor_id = {executor}
        AND t.effective_from <= {at} AND t.until > {at} AND NOT EXISTS (
            SELECT 1 FROM executors_processingterms o WHERE o.executor_id = t.executor_id AND o.no > t.no
            AND o.effective_from <= {at}))"""  # noqa: S608


def _sealed_with_its_mandate(table: str, name: str) -> Trigger:
    return on_insert(
        table,
        name,
        "EXISTS (SELECT 1 FROM executors_mandate m WHERE m.id = NEW.mandate_id AND m.granted_at IS NOT NULL)",
        problem="sealed",
    )


EXECUTOR_TRIGGERS = [
    on_write(
        "executors_executor",
        "executor_is_a_party_of_that_kind",
        "NOT EXISTS (SELECT 1 FROM accounts_party p WHERE p.id = NEW.party_id AND p.kind = 'EXECUTOR')",
        problem="validation",
    ),
    on_insert("executors_executor", "executor_begins_as_registered", "NEW.state <> 'REGISTERED'"),
    sealed(
        "executors_executor",
        "executor_stays_who_it_is",
        "party_id client_id kind contract_from",
        also="NEW.contract_until < OLD.contract_until",
    ),
    # An unknown state is the constraint's to refuse.
    on_update(
        "executors_executor",
        "executor_goes_from_state_to_state_as_drawn",
        """NEW.state <> OLD.state AND NEW.state IN ('REGISTERED', 'IN_TRAINING', 'CERTIFIED', 'ACTIVE',
            'SUSPENDED', 'REINSTATED', 'ENDED') AND NOT (
            OLD.state <> 'ENDED' AND NEW.state = 'ENDED'
            OR OLD.state = 'REGISTERED' AND NEW.state = 'IN_TRAINING'
            OR OLD.state = 'IN_TRAINING' AND NEW.state = 'CERTIFIED'
            OR OLD.state = 'CERTIFIED' AND NEW.state = 'ACTIVE'
            OR OLD.state IN ('ACTIVE', 'REINSTATED') AND NEW.state = 'SUSPENDED'
            OR OLD.state = 'SUSPENDED' AND NEW.state = 'REINSTATED')""",
    ),
    on_update(
        "executors_executor",
        "executor_certified_has_a_certified_person",
        f"""NEW.state <> OLD.state AND NEW.state IN ('CERTIFIED', 'ACTIVE', 'REINSTATED')
            AND NOT {_has_certified_person("NEW.id", "NEW.state_since")}""",
        problem="executor-not-certified",
    ),
    on_update(
        "executors_executor",
        "executor_active_has_mandate_terms_and_contract",
        f"""NEW.state <> OLD.state AND NEW.state IN {MAY_ACT_STATES}
            AND NOT (NEW.contract_from <= NEW.state_since AND NEW.contract_until > NEW.state_since
            AND {_has_mandate("NEW.id", "NEW.state_since")} AND {_has_terms("NEW.id", "NEW.state_since")})""",
        problem="outside-mandate",
    ),
    on_update(
        "executors_executor",
        "executor_active_has_a_lead",
        f"""NEW.state <> OLD.state AND NEW.state IN {MAY_ACT_STATES} AND NEW.kind = 'ORGANISATION'
            AND NOT EXISTS (SELECT 1 FROM executors_executorperson p
            WHERE p.executor_id = NEW.id AND p.is_lead AND p.ended_at IS NULL)""",  # noqa: S608
        problem="outside-mandate",
    ),
    on_update(
        "executors_executor",
        "executor_stops_after_its_last_act",
        """NEW.state <> OLD.state AND NEW.state IN ('SUSPENDED', 'ENDED') AND EXISTS (
            SELECT 1 FROM executors_act a WHERE a.executor_id = NEW.id AND a.acted_at > NEW.state_since)""",
    ),
    kept("executors_executor", "executor_is_kept"),
    append_only("executors_processingterms", "processing_terms_are_append_only"),
    append_only("executors_payterm", "pay_term_is_append_only"),
    sealed(
        "executors_subprocessor",
        "sub_processor_is_decided_once",
        "executor_id name purpose proposed_at",
        also="OLD.decided_at IS NOT NULL",
    ),
    kept("executors_subprocessor", "sub_processor_is_kept"),
    on_write(
        "executors_executorperson",
        "individual_is_one_person",
        """NEW.ended_at IS NULL AND EXISTS (SELECT 1 FROM executors_executor x
            JOIN executors_executorperson o ON o.executor_id = x.id AND o.user_id <> NEW.user_id
            WHERE x.id = NEW.executor_id AND x.kind = 'INDIVIDUAL')""",
        lock=f"IF NEW.ended_at IS NULL THEN {LOCK_EXECUTOR} END IF;",
    ),
    on_write(
        "executors_executorperson",
        "person_of_a_sub_processor_needs_its_approval",
        """NEW.sub_processor_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM executors_subprocessor s
            WHERE s.id = NEW.sub_processor_id AND s.executor_id = NEW.executor_id AND s.approved)""",
    ),
    sealed(
        "executors_executorperson",
        "executor_person_stays_who_they_are",
        "executor_id user_id code started_at sub_processor_id",
        also="OLD.ended_at IS NOT NULL",
    ),
    on_update(
        "executors_executorperson",
        "executor_person_ends_after_their_acts",
        """NEW.ended_at IS NOT NULL AND EXISTS (
            SELECT 1 FROM executors_act a WHERE a.person_id = NEW.id AND a.acted_at > NEW.ended_at)""",
    ),
    # The command holds the executor. Not here: an act takes the executor first, and the two would wait for each other.
    on_update(
        "executors_executorperson",
        "executor_that_is_heard_keeps_a_lead",
        f"""OLD.is_lead AND OLD.ended_at IS NULL AND (NEW.ended_at IS NOT NULL OR NOT NEW.is_lead)
            AND EXISTS (SELECT 1 FROM executors_executor x
            WHERE x.id = NEW.executor_id AND x.kind = 'ORGANISATION' AND x.state IN {HEARD_STATES})
            AND NOT EXISTS (SELECT 1 FROM executors_executorperson o
            WHERE o.executor_id = NEW.executor_id AND o.id <> NEW.id AND o.is_lead AND o.ended_at IS NULL)""",  # noqa: S608
    ),
    kept("executors_executorperson", "executor_person_is_kept"),
    on_write(
        "executors_mandate",
        "mandates_do_not_overlap",
        """NEW.granted_at IS NOT NULL AND (NEW.effective_until IS NULL OR NEW.effective_until > NEW.effective_from)
            AND EXISTS (SELECT 1 FROM executors_mandate o
            WHERE o.executor_id = NEW.executor_id AND o.id <> NEW.id AND o.granted_at IS NOT NULL
            AND (o.effective_until IS NULL OR o.effective_until > o.effective_from)
            AND (o.effective_until IS NULL OR o.effective_until > NEW.effective_from)
            AND (NEW.effective_until IS NULL OR NEW.effective_until > o.effective_from))""",
        # Not where one only ends sooner: an act takes the executor first, and the two would wait for each other.
        lock=f"IF TG_OP = 'INSERT' THEN {LOCK_EXECUTOR} ELSIF OLD.granted_at IS NULL THEN {LOCK_EXECUTOR} END IF;",
    ),
    sealed(
        "executors_mandate",
        "mandate_is_fixed_once_granted",
        once=("granted_at executor_id no effective_from currency ceiling_minor granted_by_id granted_by_client_id",),
        also="""OLD.granted_at IS NOT NULL AND OLD.effective_until IS NOT NULL
            AND (NEW.effective_until IS NULL OR NEW.effective_until > OLD.effective_until)""",
    ),
    on_update(
        "executors_mandate",
        "mandate_ends_after_what_was_done_under_it",
        """NEW.effective_until IS NOT NULL AND EXISTS (
            SELECT 1 FROM executors_act a WHERE a.mandate_id = NEW.id AND a.acted_at >= NEW.effective_until)""",
    ),
    kept("executors_mandate", "mandate_is_kept"),
    _sealed_with_its_mandate("executors_mandatemeasure", "mandate_measure_precedes_the_grant"),
    _sealed_with_its_mandate("executors_mandaterule", "mandate_rule_precedes_the_grant"),
    _sealed_with_its_mandate("executors_mandatecategory", "mandate_category_precedes_the_grant"),
    append_only("executors_mandatemeasure", "mandate_measure_is_append_only"),
    append_only("executors_mandaterule", "mandate_rule_is_append_only"),
    append_only("executors_mandatecategory", "mandate_category_is_append_only"),
]

TRAINING_TRIGGERS = [
    append_only("executors_curriculum", "curriculum_is_fixed_once_published", "OLD.published_at IS NOT NULL"),
    on_write(
        "executors_curriculum",
        "curriculum_is_published_with_questions",
        """NEW.published_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM executors_question q WHERE q.curriculum_id = NEW.id)""",
    ),
    append_only(
        "executors_question",
        "question_is_fixed_once_published",
        """EXISTS (SELECT 1 FROM executors_curriculum c
            WHERE c.id = OLD.curriculum_id AND c.published_at IS NOT NULL)""",
    ),
    on_insert(
        "executors_question",
        "question_is_not_added_after_publication",
        """EXISTS (SELECT 1 FROM executors_curriculum c
            WHERE c.id = NEW.curriculum_id AND c.published_at IS NOT NULL)""",
        problem="sealed",
    ),
    on_insert(
        "executors_attempt",
        "attempt_is_of_a_live_person_at_a_published_test",
        """NOT EXISTS (SELECT 1 FROM executors_executorperson p
                WHERE p.id = NEW.person_id AND p.ended_at IS NULL AND p.started_at <= NEW.started_at)
            OR NOT EXISTS (SELECT 1 FROM executors_curriculum c
                WHERE c.id = NEW.curriculum_id AND c.published_at <= NEW.started_at)""",
    ),
    sealed(
        "executors_attempt",
        "attempt_is_fixed_once_finished",
        "person_id curriculum_id started_at",
        also="OLD.finished_at IS NOT NULL",
    ),
    on_write(
        "executors_attempt",
        "attempt_passes_by_its_score",
        """NEW.finished_at IS NOT NULL AND NEW.passed AND NOT EXISTS (SELECT 1 FROM executors_curriculum c
            WHERE c.id = NEW.curriculum_id AND NEW.score >= c.pass_percent)""",
    ),
    kept("executors_attempt", "attempt_is_kept"),
    on_insert(
        "executors_certification",
        "certification_follows_a_passed_attempt",
        """NOT EXISTS (SELECT 1 FROM executors_attempt a JOIN executors_curriculum c ON c.id = a.curriculum_id
            WHERE a.id = NEW.attempt_id AND a.passed AND a.person_id = NEW.person_id
            AND a.finished_at <= NEW.issued_at AND c.id = NEW.curriculum_id AND c.level = NEW.level
            AND c.rule_version_id = NEW.rule_version_id)""",
    ),
    sealed(
        "executors_certification",
        "certification_is_only_ever_withdrawn",
        "person_id attempt_id curriculum_id rule_version_id level issued_at expires_at",
        also="OLD.withdrawn_at IS NOT NULL",
    ),
    on_update(
        "executors_certification",
        "certification_is_withdrawn_after_its_acts",
        """NEW.withdrawn_at IS NOT NULL AND EXISTS (SELECT 1 FROM executors_actcertification ac
            JOIN executors_act a ON a.id = ac.act_id
            WHERE ac.certification_id = NEW.id AND a.acted_at >= NEW.withdrawn_at)""",
    ),
    kept("executors_certification", "certification_is_kept"),
    on_update(
        "rules_ruleversion",
        "rule_version_ends_after_acts_certified_for_it",
        """NEW.effective_to IS NOT NULL AND OLD.effective_to IS NULL AND EXISTS (
            SELECT 1 FROM executors_certification c
            JOIN executors_actcertification ac ON ac.certification_id = c.id
            JOIN executors_act a ON a.id = ac.act_id
            WHERE c.rule_version_id = NEW.id AND a.acted_at >= NEW.effective_to)""",
        problem="validation",
    ),
]

ACT_TRIGGERS = [
    on_insert(
        "executors_act",
        "act_is_of_an_active_executor",
        f"""NOT EXISTS (SELECT 1 FROM executors_executor x
            WHERE x.id = NEW.executor_id AND x.state IN {MAY_ACT_STATES} AND x.state_since <= NEW.acted_at)""",  # noqa: S608
        lock=LOCK_ACT,
        problem="executor-not-certified",
    ),
    on_insert(
        "executors_act",
        "act_is_within_contract_and_processing_terms",
        f"""NOT EXISTS (SELECT 1 FROM executors_executor x WHERE x.id = NEW.executor_id
            AND x.contract_from <= NEW.acted_at AND x.contract_until > NEW.acted_at)
            OR NOT {_has_terms("NEW.executor_id", "NEW.acted_at")}""",  # noqa: S608
        lock=LOCK_ACT,
        problem="outside-mandate",
    ),
    on_insert(
        "executors_act",
        "act_is_by_a_person_of_the_executor",
        """NOT EXISTS (SELECT 1 FROM executors_executorperson p WHERE p.id = NEW.person_id
            AND p.executor_id = NEW.executor_id AND p.ended_at IS NULL AND p.started_at <= NEW.acted_at)""",
        lock=LOCK_ACT,
        problem="executor-not-certified",
    ),
    on_insert(
        "executors_act",
        "act_is_under_a_mandate_in_force",
        """NOT EXISTS (SELECT 1 FROM executors_mandate m WHERE m.id = NEW.mandate_id
            AND m.executor_id = NEW.executor_id AND m.granted_at IS NOT NULL AND m.effective_from <= NEW.acted_at
            AND (m.effective_until IS NULL OR m.effective_until > NEW.acted_at))""",
        lock=LOCK_ACT,
        problem="outside-mandate",
    ),
    on_insert(
        "executors_act",
        "act_is_within_the_categories_of_its_mandate",
        """EXISTS (SELECT 1 FROM executors_mandatecategory c WHERE c.mandate_id = NEW.mandate_id)
            AND NOT EXISTS (SELECT 1 FROM executors_mandatecategory c
            WHERE c.mandate_id = NEW.mandate_id AND c.category = NEW.category)""",
        problem="outside-mandate",
    ),
    append_only("executors_act", "act_is_append_only"),
    on_insert(
        "executors_actcertification",
        "act_rests_on_a_certification_in_force",
        f"""NOT EXISTS (SELECT 1 FROM executors_act a
            JOIN executors_certification c ON c.id = NEW.certification_id AND c.person_id = a.person_id
            JOIN rules_ruleversion v ON v.id = c.rule_version_id
            WHERE a.id = NEW.act_id AND {certification_counts("a.acted_at")})""",  # noqa: S608  our own tables
        lock=LOCK_CERTIFICATION,
        problem="executor-not-certified",
    ),
    append_only("executors_actcertification", "act_certification_is_append_only"),
]
