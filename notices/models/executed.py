"""Laws of notices under which a third party acted: nothing is issued beyond what it may do at that very moment.

They read what executors put on record (an act, its mandate, its certifications) and trust nothing that a caller says.
What does not belong here: what an act itself must be (executors).
"""

from casework.triggers import on_insert, sealed

_ACT = "executors_act a ON a.id = n.act_id"
_LOCK_NOTICE = """PERFORM 1 FROM executors_act a JOIN executors_executor x ON x.id = a.executor_id
        JOIN executors_mandate m ON m.id = a.mandate_id JOIN executors_executorperson p ON p.id = a.person_id
        WHERE a.id = NEW.act_id FOR SHARE OF x, m, p;
    PERFORM 1 FROM executors_actcertification ac JOIN executors_certification c ON c.id = ac.certification_id
        JOIN rules_ruleversion v ON v.id = c.rule_version_id WHERE ac.act_id = NEW.act_id FOR SHARE OF c, v;"""
_OF_A_THIRD_PARTY = "(SELECT n.act_id FROM notices_notice n WHERE n.id = NEW.notice_id) IS NOT NULL"
_LOCK_PART = f"""PERFORM 1 FROM notices_notice n JOIN {_ACT} JOIN executors_executor x ON x.id = a.executor_id
        WHERE n.id = NEW.notice_id FOR SHARE OF x;"""

EXECUTED = [
    on_insert(
        "notices_notice",
        "notice_names_a_third_party_by_its_act",
        "NEW.executor_name <> ''",
        problem="executor-not-certified",
    ),
    sealed(
        "notices_notice",
        "notice_keeps_who_acted",
        "act_id executor_name",
    ),
    on_insert(
        "notices_notice",
        "notice_of_an_executor_rests_on_an_act_of_that_moment",
        """NOT EXISTS (SELECT 1 FROM executors_act a
            JOIN executors_executor x ON x.id = a.executor_id JOIN executors_mandate m ON m.id = a.mandate_id
            JOIN executors_executorperson p ON p.id = a.person_id
            WHERE a.id = NEW.act_id AND a.acted_at = NEW.served_at AND x.client_id = NEW.client_id
            AND x.state IN ('ACTIVE', 'REINSTATED') AND p.ended_at IS NULL
            AND (m.effective_until IS NULL OR m.effective_until > NEW.served_at))""",
        lock=_LOCK_NOTICE,
        only="NEW.act_id IS NOT NULL",
        problem="executor-not-certified",
    ),
    on_insert(
        "notices_notice",
        "notice_of_an_executor_rests_on_certifications_in_force",
        """NOT EXISTS (SELECT 1 FROM executors_actcertification ac WHERE ac.act_id = NEW.act_id)
            OR EXISTS (SELECT 1 FROM executors_actcertification ac
                JOIN executors_certification c ON c.id = ac.certification_id
                JOIN rules_ruleversion v ON v.id = c.rule_version_id
                WHERE ac.act_id = NEW.act_id AND (c.withdrawn_at IS NOT NULL OR c.expires_at <= NEW.served_at
                    OR v.effective_to <= NEW.served_at))""",
        lock=_LOCK_NOTICE,
        only="NEW.act_id IS NOT NULL",
        problem="executor-not-certified",
    ),
    # Whoever works for a third party does not decide as if they were the platform's own.
    on_insert(
        "notices_notice",
        "notice_decided_for_a_third_party_names_its_act",
        """NOT EXISTS (SELECT 1 FROM executors_act a JOIN executors_executorperson p ON p.id = a.person_id
                WHERE a.id = NEW.act_id AND p.user_id = NEW.decided_by_id)""",
        only="""EXISTS (SELECT 1 FROM executors_executorperson w
            WHERE w.user_id = NEW.decided_by_id AND w.ended_at IS NULL AND w.started_at <= NEW.served_at)""",
        problem="executor-not-certified",
    ),
    on_insert(
        "notices_notice",
        "notice_is_not_against_whom_its_executor_acts_for",
        """EXISTS (SELECT 1 FROM executors_act a JOIN executors_executorperson p ON p.id = a.person_id
            JOIN accounts_membership b ON b.user_id = p.user_id AND b.ended_at IS NULL
            WHERE a.id = NEW.act_id AND b.party_id = NEW.party_id)""",
        only="NEW.act_id IS NOT NULL",
        problem="outside-mandate",
    ),
    on_insert(
        "executors_actcertification",
        "act_certification_precedes_its_notice",
        "EXISTS (SELECT 1 FROM notices_notice n WHERE n.act_id = NEW.act_id)",
        problem="sealed",
    ),
    on_insert(
        "notices_measure",
        "executed_measure_is_within_the_mandate",
        f"""EXISTS (SELECT 1 FROM notices_notice n JOIN {_ACT} WHERE n.id = NEW.notice_id AND NOT EXISTS (
            SELECT 1 FROM executors_mandatemeasure mm JOIN executors_executor x ON x.id = a.executor_id
            WHERE mm.mandate_id = a.mandate_id AND mm.measure_type = NEW.type_id
            AND x.state IN ('ACTIVE', 'REINSTATED')))""",  # noqa: S608
        only=_OF_A_THIRD_PARTY,
        lock=_LOCK_PART,
        problem="outside-mandate",
    ),
    on_insert(
        "notices_measure",
        "executed_measure_has_the_certified_level",
        f"""EXISTS (SELECT 1 FROM notices_notice n JOIN {_ACT}
            JOIN executors_mandatemeasure mm ON mm.mandate_id = a.mandate_id AND mm.measure_type = NEW.type_id
            JOIN executors_actcertification ac ON ac.act_id = a.id
            JOIN executors_certification c ON c.id = ac.certification_id
            WHERE n.id = NEW.notice_id AND c.level < mm.level)""",  # noqa: S608
        only=_OF_A_THIRD_PARTY,
        problem="executor-not-certified",
    ),
    # All the money of the notice: what is split into several measures is the same money.
    on_insert(
        "notices_measure",
        "executed_money_is_within_the_ceiling",
        f"""EXISTS (SELECT 1 FROM notices_notice n JOIN {_ACT}
            JOIN executors_mandate m ON m.id = a.mandate_id WHERE n.id = NEW.notice_id AND (
            m.ceiling_minor IS NULL OR m.currency <> NEW.currency OR m.ceiling_minor < NEW.amount_minor + (
                SELECT COALESCE(SUM(o.amount_minor), 0) FROM notices_measure o WHERE o.notice_id = NEW.notice_id)))""",  # noqa: S608
        only=f"NEW.amount_minor IS NOT NULL AND {_OF_A_THIRD_PARTY}",
        problem="outside-mandate",
    ),
    on_insert(
        "notices_basis",
        "executed_basis_is_within_the_mandate",
        f"""EXISTS (SELECT 1 FROM notices_notice n JOIN {_ACT}
            JOIN rules_clause k ON k.id = NEW.clause_id JOIN rules_ruleversion v ON v.id = k.version_id
            WHERE n.id = NEW.notice_id AND NOT EXISTS (SELECT 1 FROM executors_mandaterule r
                WHERE r.mandate_id = a.mandate_id AND r.rule_id = v.rule_id))""",  # noqa: S608
        only=f"NEW.clause_id IS NOT NULL AND {_OF_A_THIRD_PARTY}",
        problem="outside-mandate",
    ),
    on_insert(
        "notices_basis",
        "executed_basis_is_certified_as_it_reads_now",
        f"""EXISTS (SELECT 1 FROM notices_notice n JOIN {_ACT}
            JOIN rules_clause k ON k.id = NEW.clause_id JOIN rules_ruleversion v ON v.id = k.version_id
            WHERE n.id = NEW.notice_id AND NOT EXISTS (SELECT 1 FROM executors_actcertification ac
                JOIN executors_certification c ON c.id = ac.certification_id
                JOIN rules_ruleversion cv ON cv.id = c.rule_version_id
                WHERE ac.act_id = a.id AND cv.rule_id = v.rule_id))""",  # noqa: S608
        only=f"NEW.clause_id IS NOT NULL AND {_OF_A_THIRD_PARTY}",
        problem="executor-not-certified",
    ),
]
