"""The shape of the sample's executors: what is agreed with one, who works for it, what it did, and what came of that.

What does not belong here: the texts themselves, and the commands that carry them out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sample.content.bilingual import Both


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
    approved: bool | None


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
    pay: tuple[tuple[str, Both], ...] = ()
    turns: tuple[Turn, ...] = ()
    anchor: date | None = None
    tool: Both = field(default_factory=lambda: Both("商品审核台 4.1", "Listing review desk 4.1"))


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did so many hours after the decision; `values` are what the verb takes."""

    after: float
    verb: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPlan:
    """A notice that an executor's person carried out, whether it was appealed, and what came of it.

    `instruction` is the key of the one that was carried out. One that was `drawn` waits for a blind second look, or got
    it with `seen`: in what it was wrong (empty: the same measure would have been taken), and why.
    """

    key: str
    person: str
    scenario: str
    days_ago: int
    party: str
    ground: str = ""
    instruction: str = ""
    queue: Both = field(default_factory=lambda: Both("商品队列", "Listings queue"))
    shift: Both = field(default_factory=lambda: Both("日班", "Day shift"))
    drawn: bool = False
    seen: tuple[str, str] | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionPlan:
    """An order to an executor: told so many hours ago, to be done within `within` hours, and what became of it.

    `acknowledged` and `completed` are hours after it was told and the person who did; `withdrawn` hours and why.
    """

    key: str
    firm: str
    hours_ago: float
    within: float
    words: Both
    subject: str
    measure: str
    acknowledged: tuple[float, str] | None = None
    completed: tuple[float, str, Both] | None = None
    withdrawn: tuple[float, Both] | None = None


def step(after: float, verb: str, **values: object) -> Step:
    return Step(after, verb, values)


def question(
    text: tuple[str, str],
    *options: tuple[str, str],
    right: int,
    why: tuple[str, str],
    since: date | None = None,
) -> QuestionPlan:
    return QuestionPlan(Both(*text), tuple(Both(*option) for option in options), right, Both(*why), since)
