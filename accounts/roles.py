"""The names of roles and scopes, and what a role in a party allows; plain constants, known to every policy."""

from typing import Final

OWNER: Final = "owner"
MANAGER: Final = "manager"
STAFF: Final = "staff"
FINANCE: Final = "finance"

AGENT: Final = "agent"
"""Whom the party authorised to act for it until a date (民法典 161, 165)."""
SPECIAL_AGENT: Final = "agent_full"
"""An agent with special authority (特别授权): may also give up, settle and pay."""
AGENTS: Final = frozenset({AGENT, SPECIAL_AGENT})
NOTICE: Final = "notice"
DISPUTE: Final = "dispute"
NAMED_KINDS: Final = (NOTICE, DISPUTE)
"""What a mandate can name. A notice with the appeals against it is one matter: an agent reads what they answer."""

CAN_MANAGE: Final = frozenset({OWNER, MANAGER})
"""May do for the party what concerns more than a case."""
CAN_FILE: Final = CAN_MANAGE | AGENTS
"""May file, submit evidence and answer for the party."""
CAN_GIVE_UP: Final = CAN_MANAGE | {SPECIAL_AGENT}
"""May admit, give up, withdraw and settle for the party, and have a determination reviewed (民事诉讼法 62)."""
CAN_STAGE: Final = CAN_FILE | {STAFF}
"""May draft and upload."""

CONTACT: Final = "contact"
"""Whoever entered by a link or code sent to the party's contact of record: reads its cases, appeals and answers."""
CAN_APPEAL: Final = CAN_FILE | {CONTACT}
"""May file an appeal and see to it."""
CAN_DRAFT_APPEAL: Final = CAN_STAGE | {CONTACT}
"""May draft an appeal and upload evidence for it."""
CAN_ANSWER: Final = CAN_APPEAL
"""May answer in a dispute that is there, and show evidence: opens none, binds no money and gives nothing up."""
CAN_STAGE_PROOF: Final = CAN_DRAFT_APPEAL
"""May upload evidence for a fact in dispute."""

REVIEWER: Final = "reviewer"
SENIOR_REVIEWER: Final = "senior_reviewer"
MEDIATOR: Final = "mediator"
COMPLIANCE: Final = "compliance"
ADMINISTRATOR: Final = "administrator"
HELP_LINE: Final = "help_line"
COUNSEL: Final = "counsel"
"""Signs grounds of the burden table, rule versions and texts of laws for the platform; decides no case."""
AUTHORITY: Final = "authority"
"""A person of an authority, who reads and changes nothing, while their seat is in force (`authorities`)."""

SCOPES: Final = (
    "parties:read",
    "parties:write",
    "rules:write",
    "prices:write",
    "notices:read",
    "notices:write",
    "remedies:write",
    "appeals:read",
    "disputes:read",
    "disputes:write",
    "executors:read",
    "executors:write",
    "figures:read",
    "people:write",
    "webhooks:read",
    "webhooks:write",
)
"""What an API client can be allowed; nothing else can be granted."""
