"""The names of roles and what each may do in a store or on the platform; plain constants, known to every policy."""

from typing import Final

OWNER: Final = "owner"
MANAGER: Final = "manager"
STAFF: Final = "staff"
FINANCE: Final = "finance"

CAN_FILE: Final = frozenset({OWNER, MANAGER})
"""May file, submit evidence, answer and withdraw for the party."""
CAN_STAGE: Final = frozenset({OWNER, MANAGER, STAFF})
"""May draft and upload."""

REVIEWER: Final = "reviewer"
SENIOR_REVIEWER: Final = "senior_reviewer"
MEDIATOR: Final = "mediator"
COMPLIANCE: Final = "compliance"
ADMINISTRATOR: Final = "administrator"
