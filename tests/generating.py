"""Values, bodies and queries that nobody planned, from one seeded source, so that what was found is found again."""

import copy
import random
from collections.abc import Iterator
from typing import Any

PIECES = (
    "", " ", "a", "0", "-1", "7", "9" * 30, "null", "true", "云上", "𠮷", "é", "\u200b", "\u202e", "\x00", "\x1b",
    "\ud83d", "\ufffe", "\n", "'", '"', "<b>", "{{7*7}}", "%s", "%00", "..", "../..", "\\", ";", "&", "=", "#", "?",
    "x" * 300, "2026-02-30", "2026-11-27T00:00:00Z", "P1D", "9999-12-31T23:59:59-23:59", "//x/", "' OR 1=1 --",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 7, 100, 101, 2**31, 2**53, 2**53 + 1, 2**63, -(2**63) - 1, 10**40, 0.5, -0.0, 1e308)


class Lots(random.Random):
    """A source of things that nobody planned."""

    def text(self) -> str:
        return "".join(self.choice(PIECES) for _ in range(self.choice((1, 1, 1, 2, 3, 8))))

    def value(self, deep: int = 2) -> Any:
        kind = self.randrange(10 if deep else 7)
        if kind < 3:
            return self.text()
        if kind < 5:
            return self.choice(NUMBERS)
        if kind < 7:
            return self.choice((None, True, False))
        if kind < 9:
            return [self.value(deep - 1) for _ in range(self.choice((0, 1, 2, 40)))]
        return {self.text(): self.value(deep - 1) for _ in range(self.choice((0, 1, 3)))}

    def changed(self, body: Any) -> Any:
        """The body with up to three places changed, left out, doubled or swapped."""
        found = copy.deepcopy(body)
        for _ in range(self.choice((0, 1, 1, 1, 2, 3))):
            spots = list(_spots(found))
            if not spots:
                return self.value()
            inside, key = self.choice(spots)
            match self.randrange(6):
                case 0:
                    del inside[key]
                case 1 if isinstance(inside, dict):
                    inside[self.text()] = self.value()
                case 1 | 2 if isinstance(inside, list):
                    inside.extend(copy.deepcopy(inside[key]) for _ in range(self.choice((1, 2, 60))))
                case 3:
                    other, place = self.choice(spots)
                    inside[key] = copy.deepcopy(other[place])
                case _:
                    inside[key] = self.value()
        return found


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _spots(value[key])
