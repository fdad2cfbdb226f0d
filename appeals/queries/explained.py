"""Explains what weighed in the system's view: to reviewers point by point, to the appellant by the kind of thing.

Whoever reads which words weigh how much can write for the machine. So an appellant learns what kind of thing weighed,
which way, and how to answer it, and a reviewer reads the clauses themselves.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from appeals.models import Appeal, TriageSuggestion
from casework.errors import Text
from casework.toml import read_sentences
from classifier.features import normalise

MOST = 3
"""So many points a side at most."""
LEAST = 0.1
"""What weighs less than this part of the strongest point is counted with the rest."""

_WORDS = read_sentences(Path(__file__).with_name("explained.toml"))
CIRCUMSTANCES: Mapping[str, Text] = _WORDS["circumstances"]
"""What a reviewer can look into. Everything else, like the party's record, is counted with the rest."""
AUTOMATED: Mapping[str, Text] = _WORDS["automation"]
KINDS: Mapping[str, tuple[Text, Text]] = {name: (row["about"], row["answer"]) for name, row in _WORDS["kinds"].items()}
"""What can weigh, as an appellant reads it, and how they can answer it."""


# — to reviewers —


@dataclass(frozen=True, slots=True)
class Point:
    """A clause of the statement, `statement[start:end]`, or a circumstance by its `name`, and its weight."""

    text: str
    weight: float
    name: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Reasons:
    """What weighed, strongest first. All points, `rest` and `usual` add up to the log odds of undoing the measure."""

    for_undoing: Sequence[Point]
    for_keeping: Sequence[Point]
    rest: float
    usual: float


def reasons_of(appeal: Appeal, suggestion: TriageSuggestion) -> Reasons:
    """The strongest clauses and circumstances, in the active language; the rest as one number."""
    weights = {str(f["name"]): float(f["weight"]) for f in suggestion.features if isinstance(f, dict)}
    clauses = [p for p in suggestion.phrases if isinstance(p, dict)]
    points = [Point(str(p["text"]), float(p["weight"]), "", int(p["start"]), int(p["end"])) for p in clauses]
    points += [
        Point(label, weight, name) for name, weight in weights.items() if (label := circumstance_label(appeal, name))
    ]
    usual = weights.get("intercept", 0.0)
    total = sum(weights.values()) + sum(float(p["weight"]) for p in clauses)
    for_undoing = _strongest(points, lambda point: point.weight)
    for_keeping = _strongest(points, lambda point: -point.weight)
    shown = sum(point.weight for point in (*for_undoing, *for_keeping))
    return Reasons(for_undoing, for_keeping, total - usual - shown, usual)


def _strongest[T](things: Iterable[T], weight: Callable[[T], float]) -> list[T]:
    """The things that weigh above nought, strongest first, as many as are shown."""
    ranked = sorted(things, key=weight, reverse=True)
    least = LEAST * max((abs(weight(each)) for each in ranked), default=0.0)
    return [each for each in ranked if weight(each) > 0 and weight(each) >= least][:MOST]


def circumstance_label(appeal: Appeal, feature: str) -> str:
    """Returns the words for a circumstance in the active language; nothing for one that is not shown."""
    name, sign, value = feature.partition("=")
    words = CIRCUMSTANCES.get(name)
    if words is None:
        return ""
    return str(words) % {"value": _value(appeal, name, value)} if sign and name != "executor" else str(words)


def _value(appeal: Appeal, name: str, value: str) -> str:
    if name == "ground":
        return str(dict(Appeal._meta.get_field("ground").flatchoices).get(value, value))
    if name == "automated":
        return str(AUTOMATED.get(value, value))
    measures = [item.measure for item in appeal.items.all()]
    if name == "measure":
        return next((m.kind.label for m in measures if m.type_id == value), value)
    if name == "axis":
        return next((str(m.kind.get_axis_display()) for m in measures if m.kind.axis.lower() == value), value)
    return value.replace(":", " · ")


# — to the appellant —

_KIND_OF_CIRCUMSTANCE: Mapping[str, str] = {
    **dict.fromkeys(("amount", "days_blocked", "ground", "measure", "axis", "clause"), "measure"),
    **dict.fromkeys(("automated", "detector", "executor"), "finding"),
    "past": "before",
    "history": "record",
}
_KIND_OF_WORDS: Sequence[tuple[str, re.Pattern[str]]] = (
    (
        "proof",
        re.compile(
            "发票|票据|凭证|授权|证明|证书|报告|检测|单号|物流|合同|截图|照片|图片|录像|视频|监控|附件|记录"
            "|invoice|receipt|report|certificat|contract|screenshot|photo|picture|footage|video|tracking|attach|evidence|proof"
        ),
    ),
    (
        "rule",
        re.compile(r"规则|条款|第.{1,4}条|法律|法规|规定|适用|\brules?\b|clause|\blaw|polic|article|\bappl(?:y|ies)\b"),
    ),
    (
        "change",
        re.compile(
            "改正|整改|下架|保证|以后|注意|道歉|对不起|原谅|抱歉|失误|疏忽|犯错|认错"
            "|sorry|apolog|mistake|correct|remov|promise|forgiv|never again"
        ),
    ),
    (
        "loss",
        re.compile(r"损失|工资|员工|积压|生活|一家|房租|周转|冻结|loss|wages|salar|family|\brent\b|livelihood|cash"),
    ),
)


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which kinds of thing spoke for undoing the measure and for keeping it, strongest first, as keys of `KINDS`."""

    for_undoing: Sequence[str]
    for_keeping: Sequence[str]


def kinds_of(suggestion: TriageSuggestion) -> Kinds:
    """What kinds of thing weighed: the clauses and circumstances of each kind together."""
    total: dict[str, float] = defaultdict(float)
    for phrase in suggestion.phrases:
        if isinstance(phrase, dict):
            total[_kind_of_words(str(phrase["text"]))] += float(phrase["weight"])
    for feature in suggestion.features:
        if isinstance(feature, dict):
            kind = _KIND_OF_CIRCUMSTANCE.get(re.split(r"[.=]", str(feature["name"]))[0])
            if kind:
                total[kind] += float(feature["weight"])
    return Kinds(_strongest(total, lambda kind: total[kind]), _strongest(total, lambda kind: -total[kind]))


def _kind_of_words(clause: str) -> str:
    text = normalise(clause).text
    return next((kind for kind, words in _KIND_OF_WORDS if words.search(text)), "events")
