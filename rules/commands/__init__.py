"""What is done to rules and articles of laws."""

from rules.commands.changes import CATALOGUES, Catalogue, enter_change, propose, refuse_change, sign_change
from rules.commands.clause_changes import Explanation, explain_changes
from rules.commands.consents import agree_to_version
from rules.commands.consultation import (
    answer_opinions,
    close_rule_consultation,
    open_rule_consultation,
    submit_opinion,
)
from rules.commands.counsel import sign_as_counsel, withdraw_signature
from rules.commands.exits import (
    ANSWER_WORKING_DAYS,
    REFUND_DAYS,
    answer_due,
    calculate_exit,
    end_exit,
    mark_exit_late,
    object_to_exit,
    pay_exit,
    request_exit,
    withdraw_exit,
)
from rules.commands.explanations import WORKING_DAYS, answer_explanation, ask_explanation
from rules.commands.guidance import propose_guidance
from rules.commands.law import propose_law_article
from rules.commands.law_work import settle_law_work
from rules.commands.load_law import load_law_texts
from rules.commands.making import (
    adopt_rule_version,
    draft_rule_version,
    edit_rule_version,
    end_rule_version,
    enter_rule_version,
    publicise_rule_version,
    start_rule_version,
    withdraw_rule_version,
)
from rules.commands.memberships import record_membership, stop_membership
from rules.commands.owners import propose_owner
from rules.commands.prices import answer_price_finding, mark_price_finding_overdue, record_prices
from rules.commands.publish import (
    LISTENERS,
    Assessment,
    Consultation,
    propose_rule_version,
)
from rules.commands.required import RequiredDraft
from rules.commands.second_factor import propose_second_factor_removal
from rules.commands.take_over import take_over_rule_version
from rules.commands.talks import PointDraft, call_off_talk, plan_talk, record_talk, remind_of_talk
from rules.commands.telling import note_parties_told, people_to_tell
from rules.commands.terms import ClauseText, TermDraft
from rules.commands.wording import clear_wording
