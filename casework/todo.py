"""One thing that waits for somebody, of whatever kind of case: each app deals out its own, in `queries.todo`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Todo:
    """In which kind of case, what kind of card, the verb to press, and by when."""

    case: str
    kind: str
    ref: str
    number: str
    verb: str
    due_at: datetime | None
    subject: str
    facts: list[str] = field(default_factory=list)
    weight: int = 2  # what it does to whom it hits: 0 is the heaviest
    unread: int = 0  # messages of others in this case

    @property
    def href(self) -> str:
        return f"/api/v1/{self.case}s/{self.ref}"


def by_due(cards: Iterable[Todo]) -> list[Todo]:
    """Those without a time last."""
    return sorted(cards, key=lambda card: card.due_at or NEVER)
