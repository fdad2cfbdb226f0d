"""Laws of notices that constraints cannot say."""

from accounts.models import of_the_party, within_the_mandate
from accounts.roles import NOTICE
from casework.triggers import append_only, kept, on_insert, on_update, on_write, sealed
from rules.models import KEPT_FOR, REJECTED_BY

NOTICE_TRIGGERS = [
    of_the_party("mandate_names_notices_of_the_party", kind=NOTICE, table="notices_notice", parties=("party_id",)),
    within_the_mandate(
        "agent_acts_about_the_notices_of_the_mandate_alone",
        kind="notice",
        table="notices_notice",
        parties=("party_id",),
        named_kind=NOTICE,
    ),
    on_insert(
        "archive_translation",
        "translation_of_a_notice_is_of_its_words_now",
        """NOT EXISTS (SELECT 1 FROM notices_notice n
            WHERE n.id = NEW.case_id AND n.edition = NEW.subject)""",
        only="NEW.case_kind = 'notice'",
    ),
    append_only("notices_basis", "basis_is_sealed"),
    on_insert(
        "notices_basis",
        "version_is_not_a_basis_before_its_publicity",
        f"""NOT EXISTS (SELECT 1 FROM rules_clause c JOIN rules_ruleversion v ON v.id = c.version_id
            JOIN notices_notice n ON n.id = NEW.notice_id
            WHERE c.id = NEW.clause_id AND v.published_at IS NOT NULL AND v.withdrawn_at IS NULL
            AND v.effective_from <= n.conduct_at
            AND (v.effective_to IS NULL OR n.conduct_at < v.effective_to OR {KEPT_FOR}))""",  # noqa: S608  our own constants
        only="NEW.clause_id IS NOT NULL",
        problem="basis-not-in-force",
    ),
    on_insert(
        "notices_basis",
        "version_is_no_basis_against_who_left_rather_than_accept_it",
        f"""EXISTS (SELECT 1 FROM rules_clause c JOIN rules_ruleversion v ON v.id = c.version_id
            JOIN notices_notice n ON n.id = NEW.notice_id WHERE c.id = NEW.clause_id AND {REJECTED_BY})""",  # noqa: S608  our own constants
        only="NEW.clause_id IS NOT NULL",
        problem="basis-not-in-force",
    ),
    # The measures of a notice stand before its bases, so that points of its own count.
    on_insert(
        "notices_basis",
        "threshold_is_cited_where_the_points_reach_it",
        """EXISTS (SELECT 1 FROM rules_clauseterm t JOIN notices_notice n ON n.id = NEW.notice_id
            WHERE t.clause_id = NEW.clause_id AND t.key = 'points_threshold' AND t.amount > COALESCE((
            SELECT SUM(p.amount) FROM notices_notice o JOIN notices_measure m ON m.notice_id = o.id
            JOIN rules_clauseterm p ON p.id = m.points_id
            WHERE o.party_id = n.party_id AND m.state IN ('IN_FORCE', 'REDUCED') AND m.starts_at <= n.served_at
            AND (m.ends_at IS NULL OR m.ends_at > n.served_at)
            AND NOT (o.state = 'UNDER_APPEAL' AND NOT o.continues_during_appeal AND NOT o.is_pause_refused)), 0))""",
        only="NEW.clause_id IS NOT NULL",
        problem="validation",
    ),
    append_only("notices_exhibit", "exhibit_is_sealed"),
    append_only("notices_edition", "edition_is_sealed"),
    on_update(
        "notices_measure",
        "measure_is_never_made_heavier",
        """(OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at))
            OR (OLD.amount_minor IS NOT NULL AND (NEW.amount_minor IS NULL OR NEW.amount_minor > OLD.amount_minor))
            OR (OLD.amount_minor IS NULL AND NEW.amount_minor IS NOT NULL)
            OR (OLD.state = 'REVOKED' AND NEW.state <> 'REVOKED')
            OR (OLD.state = 'ENDED' AND NEW.state IN ('IN_FORCE', 'REDUCED'))
            OR NEW.type_id <> OLD.type_id OR NEW.starts_at < OLD.starts_at OR NEW.notice_id <> OLD.notice_id""",
        problem="sealed",
    ),
    kept("notices_measure", "measure_is_kept"),
    kept("notices_notice", "notice_is_kept"),
    sealed(
        "notices_notice",
        "notice_decider_is_not_rewritten",
        "decided_by_id decided_by_team_id decision_tool evidence_was_opened opened_exhibits detection_source party_id"
        " served_at detection_tool ordered_by order_no contradicts_id what_is_new content_digests",
        also="NEW.appeal_closes_at < OLD.appeal_closes_at",
    ),
    on_insert(
        "notices_notice",
        "notice_for_an_authority_names_its_document",
        "(NEW.detection_source = 'AUTHORITY') <> (NEW.ordered_by <> '' AND NEW.order_no <> '')",
        only="NEW.detection_source = 'AUTHORITY' OR NEW.ordered_by <> '' OR NEW.order_no <> ''",
    ),
    # What was said before a change stays readable: an edition holds it first. (Empty words are the constraint's.)
    on_update(
        "notices_notice",
        "notice_text_changes_by_an_edition",
        """(NEW.facts <> OLD.facts OR NEW.reasons <> OLD.reasons OR NEW.text_hash <> OLD.text_hash)
            AND NEW.facts <> '' AND NEW.reasons <> '' AND NOT EXISTS (SELECT 1 FROM notices_edition e
            WHERE e.notice_id = OLD.id AND e.no = OLD.edition AND NEW.edition = OLD.edition + 1
            AND e.facts = OLD.facts AND e.reasons = OLD.reasons AND e.text_hash = OLD.text_hash)""",
        problem="sealed",
    ),
    sealed(
        "notices_measure",
        "measure_stays_what_it_is",
        "no object_kind object_ref object_label scope type_version_id points_id",
        once=("calculation",),
    ),
    on_insert(
        "notices_measure",
        "measure_keeps_a_version_of_its_kind",
        """NOT EXISTS (SELECT 1 FROM notices_measuretypeversion v
            WHERE v.id = NEW.type_version_id AND v.code = NEW.type_id)""",
        only="NEW.type_version_id IS NOT NULL",
        problem="validation",
    ),
    on_insert(
        "notices_measure",
        "measure_costs_the_points_that_a_clause_sets",
        "NOT EXISTS (SELECT 1 FROM rules_clauseterm p WHERE p.id = NEW.points_id AND p.key = 'points')",
        only="NEW.points_id IS NOT NULL",
        problem="validation",
    ),
    on_insert(
        "notices_measure",
        "points_of_a_clause_count_once_in_a_notice",
        "EXISTS (SELECT 1 FROM notices_measure m WHERE m.notice_id = NEW.notice_id AND m.points_id = NEW.points_id"
        " AND m.no <> NEW.no)",
        only="NEW.points_id IS NOT NULL",
        problem="validation",
    ),
    append_only("notices_measuretypeversion", "measure_type_version_is_immutable"),
    on_insert(
        "notices_measuretypeversion",
        "measure_type_version_follows_its_signature",
        """NOT EXISTS (SELECT 1 FROM rules_cataloguechange c WHERE c.id = NEW.change_id AND c.state = 'SIGNED'
            AND c.subject = 'MEASURE_TYPE' AND c.key = NEW.code)""",
        problem="conflict-of-interest",
    ),
    on_write(
        "notices_measuretype",
        "measure_type_says_what_its_newest_version_says",
        """NOT EXISTS (SELECT 1 FROM notices_measuretypeversion v WHERE v.id = NEW.newest_id AND v.code = NEW.code
            AND v.axis = NEW.axis AND v.label_zh = NEW.label_zh AND v.label_en = NEW.label_en
            AND v.restores_zh = NEW.restores_zh AND v.restores_en = NEW.restores_en
            AND v.is_high_stakes = NEW.is_high_stakes)
            OR EXISTS (SELECT 1 FROM notices_measuretypeversion v JOIN notices_measuretypeversion n ON n.code = v.code
            WHERE n.id = NEW.newest_id AND v.no > n.no)""",
        problem="sealed",
    ),
    kept("notices_measuretype", "measure_type_is_kept"),
    # Measures of before formulas were evaluated may have no cap and stay as they are. (办法 art. 29)
    on_insert(
        "notices_measure",
        "money_measure_is_within_its_cap",
        """NEW.amount_minor IS NOT NULL AND NEW.currency <> '' AND NEW.calculation IS NOT NULL
            AND NOT COALESCE(NEW.amount_minor <= CAST(NEW.calculation ->> 'cap_minor' AS BIGINT), 1 = 0)""",
        problem="validation",
    ),
    sealed(
        "notices_remedy",
        "remedy_is_owed_as_it_was",
        "notice_id measure_id kind amount_minor currency cause due_at",
    ),
    on_update(
        "notices_remedy",
        "remedy_confirmed_stays_confirmed",
        "OLD.state = 'CONFIRMED' AND NEW.state <> 'CONFIRMED'",
        problem="sealed",
    ),
    kept("notices_remedy", "remedy_is_kept"),
]
