"""Executors of the sample: who they are, what their people learn, what they did, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.toml import built
from sample.content.bilingual import Both
from sample.content.files import rows, tables

LISTING_DESK = Both("商品审核台 4.1", "Listing review desk 4.1")
LISTINGS, DAY_SHIFT = Both("商品队列", "Listings queue"), Both("日班", "Day shift")


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """A question; `right` counts from 0. `since` is the day of the rule version that first makes it askable."""

    text: Both
    options: tuple[Both, ...]
    right: int
    why: Both
    since: date | None = None


@dataclass(frozen=True, slots=True)
class CurriculumPlan:
    """What is taught of a rule at one level, for each of its versions."""

    rule: str
    level: int
    title: Both
    material: Both
    questions: tuple[QuestionPlan, ...]
    hours: int = 4
    pass_percent: int = 75
    valid_days: int = 365

    def questions_on(self, day: date) -> tuple[QuestionPlan, ...]:
        """Those that can be answered from the version of that day."""
        return tuple(q for q in self.questions if q.since is None or q.since <= day)


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """Somebody of an executor: which rules they train on, and at which of those they failed at first.

    `until` is the day of rule versions from which they train no more; `left` says how many days ago they ended.
    """

    username: str
    trains: tuple[str, ...] = ()
    is_lead: bool = False
    sub_processor: str = ""
    failed_first: tuple[str, ...] = ()
    until: date | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class MandatePlan:
    """A version of a mandate, granted so many days ago; `ceiling_minor` None: no measure that moves money."""

    days_ago: int
    measures: Mapping[str, int]
    rules: tuple[str, ...]
    categories: tuple[str, ...] = ()
    ceiling_minor: int | None = None


@dataclass(frozen=True, slots=True)
class TermsPlan:
    purpose: Both
    method: Both
    data_kinds: Both
    protection: Both
    on_end: str


@dataclass(frozen=True, slots=True)
class SubProcessorPlan:
    """Somebody to whom a part of the work would be passed; `approved` None: not decided yet."""

    key: str
    name: Both
    purpose: Both
    approved: bool | None = None


@dataclass(frozen=True, slots=True)
class PayPlan:
    metric: str
    words: Both


@dataclass(frozen=True, slots=True)
class Turn:
    """So many days ago compliance suspended, reinstated or ended the executor, and said why."""

    days_ago: int
    verb: str
    reason: Both


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmPlan:
    """An executor, by the key of its party. Days are counted back from `anchor`, or from the day of loading."""

    key: str
    kind: str
    contract_number: str
    began: int
    term: int
    people: tuple[PersonPlan, ...]
    terms: TermsPlan
    mandates: tuple[MandatePlan, ...] = ()
    sub_processors: tuple[SubProcessorPlan, ...] = ()
    pay: tuple[PayPlan, ...] = ()
    turns: tuple[Turn, ...] = ()
    anchor: date | None = None
    tool: Both = LISTING_DESK


@dataclass(frozen=True, slots=True)
class SecondLook:
    """In what the blind second look found the act wrong (empty: the same measure would have been taken), and why."""

    error_class: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPlan:
    """A notice that an executor's person carried out, whether it was appealed, and what came of it.

    `instruction` is the key of the one that was carried out. One that was `drawn` waits for a blind second look, or got
    it with `seen`. `steps` say what was done so many hours `after` the decision: a command, and what it takes.
    """

    key: str
    person: str
    scenario: str
    days_ago: int
    party: str
    ground: str = ""
    instruction: str = ""
    queue: Both = LISTINGS
    shift: Both = DAY_SHIFT
    drawn: bool = False
    seen: SecondLook | None = None
    steps: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """So many hours after the order was given: who answered (nobody: the platform), and what was said."""

    after: float
    by: str = ""
    words: Both | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionPlan:
    """An order to an executor: told so many hours ago, to be done within `within` hours, and what became of it."""

    key: str
    firm: str
    hours_ago: float
    within: float
    words: Both
    subject: str
    measure: str
    acknowledged: AnswerPlan | None = None
    completed: AnswerPlan | None = None
    withdrawn: AnswerPlan | None = None


@dataclass(frozen=True, slots=True)
class SiblingPlan:
    """So many days ago compliance looked again at the notice of that act: what it said, and why."""

    days_ago: int
    act: str
    outcome: str
    reasons: str


_FIRMS, _INSTRUCTIONS = tables("executors/firms"), tables("executors/instructions")
FIRMS: tuple[FirmPlan, ...] = built(tuple[FirmPlan, ...], _FIRMS["firms"])
FIRM_BY_KEY: dict[str, FirmPlan] = {firm.key: firm for firm in FIRMS}
FIRM_OF_PERSON: dict[str, FirmPlan] = {person.username: firm for firm in FIRMS for person in firm.people}
TRAINING: str = _FIRMS["training"]
"""The individual in training."""
UNFINISHED: str = _FIRMS["unfinished"]
"""The rule on which a test is open: one was failed, one is half answered."""
CURRICULA: tuple[CurriculumPlan, ...] = rows(CurriculumPlan, "curricula", "executors/curricula")
CURRICULUM_BY_RULE: dict[str, CurriculumPlan] = {plan.rule: plan for plan in CURRICULA}
ACTS: tuple[ActPlan, ...] = rows(ActPlan, "acts", "executors/acts")
INSTRUCTIONS: tuple[InstructionPlan, ...] = built(tuple[InstructionPlan, ...], _INSTRUCTIONS["instructions"])
SIBLINGS: tuple[SiblingPlan, ...] = built(tuple[SiblingPlan, ...], _INSTRUCTIONS["siblings"])
