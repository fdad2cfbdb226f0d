"""What a platform sends when it issues notices, and what it gets back for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.errors import CaseError
from executors.commands import ExecutorDraft
from notices.models import Basis, BreachKind, Exhibit, Ground, Measure, Notice


@dataclass(frozen=True, slots=True)
class BasisDraft:
    """A clause (`rule`, `clause`), a law article (`instrument`, `article`) or an agreement (`name`, `text`)."""

    kind: str
    rule: str = ""
    clause: str = ""
    version: str = ""
    instrument: str = ""
    article: str = ""
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class MeasureDraft:
    """One measure; money in minor units with its calculation {formula, inputs, cap, result}.

    `points_basis` is the number of the basis whose clause says how many points it costs, and when they end.
    """

    type: str
    object_kind: str
    object_ref: str
    object_label: str
    scope: str
    starts_at: datetime
    ends_at: datetime | None = None
    amount_minor: int | None = None
    currency: str = "CNY"
    calculation: dict[str, Any] | None = None
    points_basis: int | None = None


@dataclass(frozen=True, slots=True)
class ExhibitDraft:
    caption: str
    captured_at: datetime
    excerpt: str = ""
    attachment: str = ""


@dataclass(frozen=True, slots=True)
class Detection:
    """`office` and `order_no` are those of the authority's document, where it asked for the measure."""

    source: str
    tool: str = ""
    office: str = ""
    order_no: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who and what decided: `officer` is a person's outward code, `tool` the machine that took part.

    `opened` are the numbers of the exhibits that the person opened, None where nobody recorded it; then the platform's
    own statement, `evidence_was_opened`, is all there is.
    """

    officer: str = ""
    tool: str = ""
    evidence_was_opened: bool | None = None
    opened: Sequence[int] | None = None

    @property
    def was_looked_into(self) -> bool:
        """Whether a person decided who opened what was judged (个保法 art. 24)."""
        opened = bool(self.evidence_was_opened) if self.opened is None else bool(self.opened)
        return bool(self.officer) and opened


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The revoked notice about the same that a new one answers, by ref or number, and what came to light since."""

    notice: str
    what_is_new: str


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """What a platform says when it acts against a party. Everything is checked before anything is stored."""

    external_ref: str
    party: str
    facts: str
    reasons: str
    conduct_at: datetime
    measures: Sequence[MeasureDraft]
    basis: Sequence[BasisDraft]
    detection: Detection
    decision: Decision
    evidence: Sequence[ExhibitDraft] = ()
    breach_kind: str = BreachKind.RULE
    is_precautionary: bool = False
    continues_during_appeal: bool = True
    decided_at: datetime | None = None
    data_used: str = ""
    data_not_used: str = ""
    executor: ExecutorDraft | None = None
    language: str = "zh-hans"
    rests_on: Sequence[str] = ()
    contradicts: Contradiction | None = None


@dataclass(frozen=True, slots=True)
class NoticeParts:
    """The rows of one notice as they were stored with it."""

    measures: Sequence[Measure]
    bases: Sequence[Basis]
    exhibits: Sequence[Exhibit]
    grounds: Sequence[Ground]


@dataclass(frozen=True, slots=True)
class Issued:
    """One row's result: the notice, its parts if it was stored just now, or the coded refusal; `existed` when this
    client had issued it before.
    """

    index: int
    notice: Notice | None = None
    refusal: CaseError | None = None
    existed: bool = False
    parts: NoticeParts | None = None
