"""The classes of records: from when the time of each is counted, how long it is, what ends then, and what stays.

One entry each of `classes.toml`, which says what its names mean. What does not belong there: cases. Notices, appeals
and disputes are kept whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import get_language

from casework.toml import built, read


@dataclass(frozen=True, slots=True)
class Words:
    """Text in both languages, which reads in the active one."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class RecordClass:
    """One class; see `classes.toml`."""

    name: Words
    what: Words
    starts: Words
    stays: Words
    code: str = ""
    months: int = 0
    term: str = ""
    floor: int = 0
    law: Sequence[str] = ()
    model: str = ""
    begins: Sequence[str] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    empties: Sequence[str] = ()
    stamp: str = ""
    parties: Sequence[str] = ()
    cases: Mapping[str, str] = field(default_factory=dict)
    party_sql: str = ""
    by_itself: str = ""
    is_for_good: bool = False
    said: Sequence[str] = ()

    @property
    def table(self) -> str:
        return self.model.lower().replace(".", "_")

    @property
    def rows(self) -> Q:
        """The rows in which something is left to end."""
        kept = Q(**self.where)
        return kept & ~Q(**dict.fromkeys(self.empties, "")) if self.empties else kept

    @property
    def began(self) -> Any:
        """The start of the time of a row, for a query."""
        last = self.begins[-1]
        moments = [F(last), *(Coalesce(path, last) for path in self.begins[:-1])]
        return Greatest(*moments) if len(moments) > 1 else moments[0]

    def ended(self, now: datetime) -> Mapping[str, Any]:
        """The values of a row of which the columns have ended."""
        return {**dict.fromkeys(self.empties, ""), **({self.stamp: now} if self.stamp else {})}


BY_CODE: Mapping[str, RecordClass] = built(
    Mapping[str, RecordClass],
    {code: {"code": code, **row} for code, row in read(Path(__file__).with_name("classes.toml")).items()},
)
CLASSES = tuple(BY_CODE.values())
RUNS = tuple(each for each in CLASSES if each.model)
"""Those that a run ends."""
