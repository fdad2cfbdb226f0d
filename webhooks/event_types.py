"""The types of event that an endpoint can ask for, as docs/api.md lists them.

They are the public ones of each app's `events.EVENTS`; one that was published stays. What does not belong here: who
hears of which case.
"""

from typing import Final

from appeals.events import EVENTS as APPEALS
from disputes.events import EVENTS as DISPUTES
from executors.events import EVENTS as EXECUTORS
from infringements.events import EVENTS as INFRINGEMENTS
from notices.events import EVENTS as NOTICES
from rules.events import EVENTS as RULES
from tips.events import EVENTS as TIPS

TYPES: Final = tuple(
    type_
    for events in (NOTICES, APPEALS, DISPUTES, EXECUTORS, INFRINGEMENTS, TIPS, RULES)
    for type_, text in events.items()
    if text.public
)
CHECKPOINT: Final = "checkpoint.made"
"""A signed root over all cases, every hour, for whoever keeps them. Of no case; sent only where it was asked for."""
TODO_CHANGED: Final = "person.todo_changed"
"""What waits for one person differs from what was told last. Of no case; sent only where it was asked for."""
ASKABLE: Final = (*TYPES, CHECKPOINT, TODO_CHANGED)
TEST: Final = "webhook.test"
"""What `POST webhook-endpoints/{ref}/test` sends; of no case."""
OF_NO_CASE: Final = (TEST, CHECKPOINT, TODO_CHANGED)
