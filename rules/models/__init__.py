"""Platform rules and articles of laws as rows, and the laws that hold of them."""

from rules.models.languages import InBothLanguages
from rules.models.law import LAW_TRIGGERS, LawArticle, ReadFrom
from rules.models.rule import RULE_TRIGGERS, Clause, PlatformRule, RuleVersion

TRIGGERS = [*RULE_TRIGGERS, *LAW_TRIGGERS]
