"""The sample platform's past: decided appeals for the starting triage model, made up from the sample's own sentences.

Whether a measure fell depends on what the appeal shows, on its ground, on who decided before and on chance, so that the
words say something and never everything. Nothing is taken from real people. Same seed, same rows.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypedDict

from sample.content import phrases
from sample.content.appeals import APPEALS, GROUNDS, AppealText, appeals_against
from sample.content.measures import MEASURE_BY_CODE
from sample.content.notices import NoticePlan, notice, window
from sample.content.scenarios import SCENARIOS, Scenario

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ROWS = 1500
# How each thing moves the log-odds that the measure falls.
BASE = -0.75
SHOWN = {"strong": 1.5, "weak": -1.1, "both": 0.6}
BY_GROUND = {
    "facts_wrong": 0.1, "rule_not_applicable": 0.0, "authorised": 0.35, "disproportionate": -0.1, "evidence_wrong": 0.2,
    "other": -0.6,
}  # fmt: skip
BY_AUTOMATION = {"FULL": 0.45, "PARTIAL": 0.0, "NONE": -0.4}
BY_AXIS = {"VISIBILITY": 0.15, "MONETARY": -0.2, "SERVICE": 0.0, "ACCOUNT": 0.25}
CHANCE = 0.5
OPEN_DAYS = 365
"""A measure without an end counts as a year, as in a live case."""


class DecidedRow(TypedDict):
    """One decided appeal; `ground` is what the appellant chose, `route_ground` what the decision turned on."""

    text: str
    language: str
    ground: str
    route_ground: str
    party_kind: str
    measure_types: list[str]
    axes: list[str]
    clause_code: str
    automated_decision: str
    amount_minor: int
    days_blocked: int
    detector: str
    executor: str
    overturned: bool
    filed_at: datetime
    decided_at: datetime


def decided_cases(*, count: int = ROWS, seed: int = 20261125, now: datetime = NOW) -> list[DecidedRow]:
    """`count` decided appeals, oldest first, none decided after `now`, no two with the same text."""
    random = Random(f"decided:{seed}")  # noqa: S311
    rows: list[DecidedRow] = []
    seen: set[str] = set()
    pending = [text for text in APPEALS for _time in range(2)]
    number = 0
    while len(rows) < count:
        number += 1
        written = pending.pop() if pending else None
        scenario = _scenario_of(written) if written else random.choice(SCENARIOS)
        if (plan := _past_notice(scenario, number, now=now, random=random)) is None:
            continue
        row = _written(written, plan, now=now, random=random) if written else _composed(plan, now=now, random=random)
        if row["text"] not in seen:
            seen.add(row["text"])
            rows.append(row)
    return sorted(rows, key=lambda row: (row["decided_at"], row["text"]))


def _scenario_of(written: AppealText) -> Scenario:
    return next(scenario for scenario in SCENARIOS if scenario.code == written.scenario)


def _past_notice(scenario: Scenario, number: int, *, now: datetime, random: Random) -> NoticePlan | None:
    """A notice old enough to have been appealed and decided; None where the scenario is too young for that."""
    first, last = window(scenario)
    latest = min((now - timedelta(days=scenario.lag_days + 9)).date(), last or now.date())
    span = (latest - first).days
    if span < 1:
        return None
    day = first + timedelta(days=random.randint(0, span))
    moment = datetime(day.year, day.month, day.day, random.randint(0, 14), random.randint(0, 59), tzinfo=UTC)
    return notice(scenario.code, number=number, conduct_at=moment, seed=random.randint(1, 10**9))


def _row(
    plan: NoticePlan, *, text: str, language: str, ground: str, route: str, odds: float, now: datetime, random: Random
) -> DecidedRow:
    automation = _automation(plan)
    types = [measure.type for measure in plan.measures]
    axes = sorted({MEASURE_BY_CODE[code].axis for code in types})
    odds += BASE + BY_GROUND[route] + BY_AUTOMATION[automation] + sum(BY_AXIS[axis] for axis in axes) / len(axes)
    odds += _tendency(plan.scenario) + random.gauss(0, CHANCE)
    waited = timedelta(minutes=random.randint(300, 9_600))
    decided_at = min(plan.served_at + waited, now)
    spoken = "en" if plan.language.startswith("en") else "zh-hans"
    return DecidedRow(
        text=text,
        language=language,
        ground=ground,
        route_ground=route,
        party_kind=plan.scenario.party_kind,
        measure_types=types,
        axes=axes,
        clause_code=plan.scenario.clause_code,
        automated_decision=automation,
        amount_minor=sum(measure.amount_minor or 0 for measure in plan.measures),
        days_blocked=_days_blocked(plan),
        detector=plan.detection_tool.of(spoken) if plan.detection_tool else "",
        executor=plan.executor.of(spoken) if plan.executor else "",
        overturned=random.random() < 1 / (1 + math.exp(-odds)),
        filed_at=plan.served_at + (decided_at - plan.served_at) * 0.3,
        decided_at=decided_at,
    )


def _written(written: AppealText, plan: NoticePlan, *, now: datetime, random: Random) -> DecidedRow:
    """A row with one of the hand-written statements; its outcome leans towards the decision written beside it."""
    words = {name: word.of("en" if written.written_in == "en" else "zh") for name, word in plan.drawn.words.items()}
    odds = -1.3 if written.outcome == "UPHELD" else 1.5
    return _row(
        plan, text=written.original.format_map(words), language=written.written_in, ground=written.ground,
        route=written.ground, odds=odds, now=now, random=random,
    )  # fmt: skip


def _composed(plan: NoticePlan, *, now: datetime, random: Random) -> DecidedRow:
    route = random.choices(GROUNDS, (30, 13, 12, 19, 16, 10))[0]
    # People choose another ground than the one their words speak of more often than forms assume.
    ground = route if random.random() < 0.82 else random.choice(GROUNDS)
    shown = random.choices(("strong", "both", "weak"), (34, 22, 44))[0]
    english = plan.language == "en" or random.random() < 0.07
    text, odds = _text(plan, route, shown, english=english, random=random)
    language = "en" if english else "zh"
    if not english and random.random() < 0.06:
        text, language = _mixed(text, random), "mixed"
    elif not english and random.random() < 0.18:
        text = _mistyped(text, random)
    return _row(
        plan, text=text, language=language, ground=ground, route=route, odds=odds + SHOWN[shown], now=now, random=random
    )


def _text(plan: NoticePlan, route: str, shown: str, *, english: bool, random: Random) -> tuple[str, float]:
    said = phrases.EN if english else phrases.ZH
    bank = said.grounds[route]
    parts: list[str] = []
    odds = 0.0
    if shown in ("weak", "both"):
        parts.append(random.choice(bank.weak))
    if shown in ("strong", "both"):
        parts.append(random.choice(bank.strong))
    if shown == "strong" and random.random() < 0.3:
        parts.append(random.choice([sentence for sentence in bank.strong if sentence not in parts]))
    if random.random() < 0.2:
        other = random.choice(GROUNDS)
        parts.append(random.choice(said.grounds[other].weak))
    if random.random() < 0.22:
        parts.append(random.choice(said.hardship))
    if random.random() < 0.15:
        parts.append(random.choice(said.anger))
        odds -= 0.1
    if random.random() < (0.4 if route == "disproportionate" else 0.08):
        parts.insert(0, random.choice(said.admission))
        odds += 0.35 if route == "disproportionate" else -0.5
    opening = random.choice(said.openings)
    closing = random.choice(said.closings)
    glue = " " if english else ""
    whole = opening + glue.join([*parts, closing])
    return whole.format_map(_fillers(plan, english=english, random=random)).strip(), odds


def _fillers(plan: NoticePlan, *, english: bool, random: Random) -> Mapping[str, str]:
    language = "en" if english else "zh"
    first = plan.measures[0]
    days = (first.ends_at - first.starts_at).days if first.ends_at else 0
    words = {name: word.of(language) for name, word in plan.drawn.words.items()}
    said = phrases.EN if english else phrases.ZH
    chosen = {name: random.choice(pool) for name, pool in said.fillers.items()}
    return words | chosen | {
        "object": first.object_label.of(language),
        "days_words": f"处置{days}天" if days else "长期处置",
        "who_am": "店主" if plan.scenario.party_kind == "MERCHANT" else "消费者",
    }  # fmt: skip


def _mixed(text: str, random: Random) -> str:
    present = [zh for zh in phrases.MIXED if zh in text]
    for zh in random.sample(present, min(len(present), 3)):
        text = text.replace(zh, f" {phrases.MIXED[zh]} ".replace("  ", " "), 1)
    return text if present else f"{text} Please check, thanks."


def _mistyped(text: str, random: Random) -> str:
    present = [right for right in phrases.SLIPS if right in text]
    for right in random.sample(present, min(len(present), 2)):
        text = text.replace(right, phrases.SLIPS[right], 1)
    return text.replace("，", random.choice(("，", ",", " "))).rstrip("。")


def _automation(plan: NoticePlan) -> str:
    if plan.is_decided_by_machine:
        return "FULL"
    return "PARTIAL" if plan.decision_tool else "NONE"


def _tendency(scenario: Scenario) -> float:
    """How the written decisions on this scenario lean: some detectors err more than others."""
    outcomes = [text.outcome for text in appeals_against(scenario.code)]
    fell = sum(outcome != "UPHELD" for outcome in outcomes)
    return 0.0 if not outcomes else 0.7 * (2 * fell / len(outcomes) - 1)


def _days_blocked(plan: NoticePlan) -> int:
    """How long the measure lasts by its own terms: how long it had lasted at the decision, nobody knew at filing."""
    biting = [m for m in plan.measures if MEASURE_BY_CODE[m.type].axis != "MONETARY"]
    return max(((m.ends_at - m.starts_at).days if m.ends_at else OPEN_DAYS for m in biting), default=0)
