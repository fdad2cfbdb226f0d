"""What the pages show of one dispute to one reader, as values for templates, made from queries.

What does not belong here: requests, and any write.
"""

from disputes.web.showing.case import case_part
from disputes.web.showing.evidence import evidence_card, evidence_cards
from disputes.web.showing.facts import fact_card, pull_words
from disputes.web.showing.offers import offer_card
from disputes.web.showing.outcome import owed
from disputes.web.showing.roles import missing_for_money, missing_roles
from disputes.web.showing.standing import claim_words
from disputes.web.showing.talk import badge, entries, talk_part

__all__ = [
    "badge",
    "case_part",
    "claim_words",
    "entries",
    "evidence_card",
    "evidence_cards",
    "fact_card",
    "missing_for_money",
    "missing_roles",
    "offer_card",
    "owed",
    "pull_words",
    "talk_part",
]
