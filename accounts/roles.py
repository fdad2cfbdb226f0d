"""The names of roles and scopes, and what a role in a party allows; plain constants, known to every policy."""

from typing import Final

OWNER: Final = "owner"
MANAGER: Final = "manager"
STAFF: Final = "staff"
FINANCE: Final = "finance"

CAN_FILE: Final = frozenset({OWNER, MANAGER})
"""May file, submit evidence, answer and withdraw for the party."""
CAN_STAGE: Final = frozenset({OWNER, MANAGER, STAFF})
"""May draft and upload."""

CONTACT: Final = "contact"
"""Whoever entered by a link to the party's contact of record: reads its notices and appeals, and appeals."""
CAN_APPEAL: Final = CAN_FILE | {CONTACT}
"""May file an appeal and see to it."""
CAN_DRAFT_APPEAL: Final = CAN_STAGE | {CONTACT}
"""May draft an appeal and upload evidence for it."""

REVIEWER: Final = "reviewer"
SENIOR_REVIEWER: Final = "senior_reviewer"
MEDIATOR: Final = "mediator"
COMPLIANCE: Final = "compliance"
ADMINISTRATOR: Final = "administrator"
HELP_LINE: Final = "help_line"

SCOPES: Final = (
    "parties:read",
    "parties:write",
    "rules:write",
    "notices:read",
    "notices:write",
    "remedies:write",
    "appeals:read",
    "disputes:read",
    "disputes:write",
    "executors:read",
    "executors:write",
    "webhooks:read",
    "webhooks:write",
)
"""What an API client can be allowed; nothing else can be granted."""
