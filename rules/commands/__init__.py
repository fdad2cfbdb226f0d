"""What is done to rules and articles of laws."""

from rules.commands.explanations import WORKING_DAYS, answer_explanation, ask_explanation
from rules.commands.law import record_law_article
from rules.commands.publish import LISTENERS, ClauseText, clause_hash, publish_rule_version
from rules.commands.terms import TermDraft
from rules.commands.wording import clear_wording
