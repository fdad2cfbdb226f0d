"""Drawing notices from the scenarios: who, when, which clause then in force, which measures, who or what decided.

The same seed and the same `now` give the same notices. What does not belong here: appeals and decisions about them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sample.content.bilingual import Both
from sample.content.drawing import Drawn, draw_slots, sum_of
from sample.content.people import PARTY_BY_KEY
from sample.content.rules import RULE_BY_CODE
from sample.content.scenarios import (
    DECISION_TOOL,
    OBJECTS,
    SCENARIO_BY_CODE,
    SCENARIOS,
    SCOPES,
    TOOLS,
    ClauseRef,
    LawRef,
    MeasurePlan,
    Scenario,
)

BEIJING = ZoneInfo("Asia/Shanghai")
# 办法 has been in force since 2026-02-01; the sample platform began to serve notices in this form a few days later.
FIRST_DAY = date(2026, 2, 5)
# Newcomers sign in as these two first, so more happens to them.
FAVOURED = {"linjia": 6, "wangmin": 4}
HOUSE_OFFICERS = ("E-031", "E-031", "E-044", "E-058")


@dataclass(frozen=True, slots=True)
class MeasureRow:
    type: str
    object_kind: str
    object_ref: str
    object_label: Both
    scope: Both
    starts_at: datetime
    ends_at: datetime | None
    amount_minor: int | None = None
    calculation_zh: dict[str, object] | None = None
    calculation_en: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class BasisRow:
    """A clause with the version then in force, or a law article (`version` is empty)."""

    rule: str = ""
    clause: str = ""
    version: str = ""
    instrument: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class ExhibitRow:
    caption: Both
    excerpt: Both
    captured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePlan:
    """Everything that a served notice says, in both languages; `language` is the one it is served in."""

    external_ref: str
    scenario: Scenario
    party: str
    language: str
    drawn: Drawn
    facts: Both
    reasons: Both
    conduct_at: datetime
    decided_at: datetime
    served_at: datetime
    basis: tuple[BasisRow, ...]
    measures: tuple[MeasureRow, ...]
    exhibits: tuple[ExhibitRow, ...]
    detection_source: str
    detection_tool: Both | None
    officer: str
    decision_tool: Both | None
    evidence_was_opened: bool
    data_used: Both | None
    data_not_used: Both | None
    firm: str

    @property
    def executor(self) -> Both | None:
        """The name of the third party whose person decided, if one did."""
        return PARTY_BY_KEY[self.firm].name if self.firm else None

    @property
    def is_decided_by_machine(self) -> bool:
        """Whether no person decided, or one decided without having opened the evidence."""
        return not ((self.officer or self.firm) and self.evidence_was_opened)


def notices(*, now: datetime, count: int = 200, seed: int = 20261125) -> list[NoticePlan]:
    """`count` notices up to `now`, every scenario at least once when `count` allows it, in order of service.

    All are the platform's own: what executors carry out is planned one by one (executors.py).
    """
    random = Random(seed)  # noqa: S311
    order = list(SCENARIOS)
    random.shuffle(order)
    chosen = (order + random.choices(SCENARIOS, k=max(0, count - len(order))))[:count]
    drafts = [_scheduled(scenario, now=now, random=random) for scenario in chosen]
    drafts.sort(key=lambda draft: draft[1])
    return [
        notice(scenario.code, number=number, conduct_at=conduct_at, seed=seed, by="")
        for number, (scenario, conduct_at) in enumerate(drafts, start=1)
    ]


def window(scenario: Scenario) -> tuple[date, date | None]:
    """The first and last day on which this can have happened under the clauses that it cites."""
    first = max([FIRST_DAY] + [day for day in (scenario.not_before,) if day is not None])
    for ref in scenario.basis:
        if isinstance(ref, ClauseRef):
            since = [v.effective_from for v in RULE_BY_CODE[ref.rule].versions if v.clause(ref.clause) is not None]
            first = max(first, min(since))
    return first, scenario.not_after


def notice(
    code: str,
    *,
    number: int,
    conduct_at: datetime,
    seed: int = 20261125,
    party: str = "",
    decided: str = "",
    language: str = "",
    by: str | None = None,
) -> NoticePlan:
    """One notice of that scenario; `party`, `decided`, `language` and `by` fix what would otherwise be drawn.

    `by` is the key of the executor whose person acts, or empty for the platform's own officers.
    """
    scenario = SCENARIO_BY_CODE[code]
    random = Random(f"{seed}:{number}:{code}")  # noqa: S311
    weights = [FAVOURED.get(key, 1) for key in scenario.parties]
    party = party or random.choices(scenario.parties, weights)[0]
    conduct_at = conduct_at.astimezone(BEIJING)
    drawn = draw_slots(scenario, party, conduct_at, random)
    decided_at = conduct_at + timedelta(days=scenario.lag_days, minutes=random.randint(35, 2100))
    served_at = decided_at + timedelta(minutes=random.randint(1, 25))
    officer, tool, opened, firm = _decider(scenario, decided or random.choice(scenario.decided), by, random)
    watching = TOOLS.get(scenario.found_by)
    return NoticePlan(
        external_ref=f"HM-{conduct_at:%y%m}-{number:05d}",
        scenario=scenario,
        party=party,
        language=language or PARTY_BY_KEY[party].language,
        drawn=drawn,
        facts=scenario.facts.filled(drawn.words),
        reasons=scenario.reasons.filled(drawn.words),
        conduct_at=conduct_at.astimezone(UTC),
        decided_at=decided_at.astimezone(UTC),
        served_at=served_at.astimezone(UTC),
        basis=tuple(_basis(ref, conduct_at) for ref in scenario.basis),
        measures=tuple(_measure(plan, drawn, decided_at, random) for plan in scenario.measures),
        exhibits=tuple(
            ExhibitRow(
                proof.caption.filled(drawn.words),
                proof.excerpt.filled(drawn.words),
                (conduct_at + timedelta(minutes=random.randint(0, 30))).astimezone(UTC),
            )
            for proof in scenario.proofs
        ),
        detection_source="MACHINE" if watching else scenario.found_by,
        detection_tool=watching.name if watching else None,
        officer=officer,
        decision_tool=tool,
        evidence_was_opened=opened,
        data_used=watching.data_used if watching else None,
        data_not_used=watching.data_not_used if watching else None,
        firm=firm,
    )


def _scheduled(scenario: Scenario, *, now: datetime, random: Random) -> tuple[Scenario, datetime]:
    """When it happened: most cases are recent, none outside the scenario's window, all served before `now`."""
    first, last = window(scenario)
    latest = (now - timedelta(days=scenario.lag_days + 2)).astimezone(BEIJING).date()
    end = min(latest, last) if last is not None else latest
    span = max((end - first).days, 0)
    reach = random.choices((9, 45, span), (35, 30, 35))[0]
    day = end - timedelta(days=random.randint(0, min(reach, span)))
    moment = time(random.randint(7, 22), random.randint(0, 59))
    return scenario, datetime.combine(day, moment, BEIJING)


def _decider(scenario: Scenario, how: str, by: str | None, random: Random) -> tuple[str, Both | None, bool, str]:
    """Officer's code, the tool that took part, whether the evidence was opened, and the executor if one acted.

    A person of an executor has a code of their own that nobody knows before they are registered: no officer's then.
    """
    if how == "MACHINE":
        return "", DECISION_TOOL, False, ""
    drawn = scenario.executor if scenario.executor and random.random() < 0.5 else ""
    firm = drawn if by is None else by
    officer = "" if firm else random.choice(HOUSE_OFFICERS)
    if how == "ASSISTED":
        # Now and then an officer only confirms: such a decision counts as the machine's.
        return officer, DECISION_TOOL, random.random() >= 0.15, firm
    return officer, None, True, firm


def _basis(ref: ClauseRef | LawRef, conduct_at: datetime) -> BasisRow:
    if isinstance(ref, LawRef):
        return BasisRow(instrument=ref.instrument, article=ref.article)
    version = RULE_BY_CODE[ref.rule].in_force(conduct_at.date())
    if version is None:
        raise ValueError(f"{ref.rule} was not in force on {conduct_at:%Y-%m-%d}")
    return BasisRow(rule=ref.rule, clause=ref.clause, version=version.number)


def _measure(plan: MeasurePlan, drawn: Drawn, decided_at: datetime, random: Random) -> MeasureRow:
    words = OBJECTS[plan.object]
    lasting = timedelta(hours=plan.hours) if plan.hours is not None else None
    if plan.days:
        lasting = timedelta(days=random.choice(plan.days))
    amount = sum_of(plan.money, drawn.numbers) if plan.money is not None else None
    return MeasureRow(
        type=plan.type,
        object_kind=plan.object,
        object_ref=words.ref.format_map({name: word.zh for name, word in drawn.words.items()}),
        object_label=words.label.filled(drawn.words),
        scope=(plan.scope or SCOPES[plan.type]).filled(drawn.words),
        starts_at=decided_at.astimezone(UTC),
        ends_at=None if lasting is None else (decided_at + lasting).astimezone(UTC),
        amount_minor=None if amount is None else amount.amount_minor,
        calculation_zh=None if amount is None else amount.zh,
        calculation_en=None if amount is None else amount.en,
    )
