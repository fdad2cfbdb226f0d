"""What the pages show of one dispute to one reader, as values for templates, made from queries."""

from disputes.web.context.case import case_part
from disputes.web.context.conversation import badge, entries, officer_codes, talk_part
from disputes.web.context.evidence import evidence_card, evidence_cards
from disputes.web.context.facts import fact_card, pull_card
from disputes.web.context.offers import offer_card
from disputes.web.context.outcome import advance_card, fast_refund_card, owed
from disputes.web.context.roles import missing_for_money, missing_roles
from disputes.web.context.turn import claim_text
