"""Which decided cases a model may learn from, and what compliance reads of the models.

Labels come only from people: final decisions of matured cases. What the system closed, what the platform corrected
itself and what may still be reviewed a second time is counted apart and taught to nobody.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from appeals.machine import AppealState
from appeals.models import Appeal, DecidedBy, Outcome
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import or_not_found, require
from classifier.cases import MINIMUM_CASES, Asked, DecidedCase
from classifier.features import input_hash, normalise
from triage.features import inputs_of, notices_in_a_year_of
from triage.model_files import live_model
from triage.models import ModelStep, ModelVersion, ShadowSuggestion, Stage, Training
from triage.policies import may_see_automation, may_set_automation
from triage.queries.matured import ended_by, final_rounds


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Decided cases to learn from, the same for everybody who asks for the same moment; `hash` proves it."""

    cases: Sequence[Asked]
    counts: Mapping[str, int]
    hash: str


def cases_to_learn_from(*, now: datetime) -> Snapshot:
    """Every case whose end is known at this moment, final, and by a person; oldest first.

    `counts` says how many were used, and how many were not and why.
    """
    counts: Counter[str] = Counter()
    found: list[Asked] = []
    closed = Appeal.objects.filter(ended_by(now), round=1).exclude(state=AppealState.LATE_REFUSED)
    for used, left_out in _sorted_out(closed.select_related("notice", "party").order_by("pk"), now=now):
        counts.update(left_out, used=len(used))
        rows_used = [appeal for appeal, _last in used]
        for (appeal, last), given, notices in zip(
            used, inputs_of(rows_used), notices_in_a_year_of(rows_used), strict=True
        ):
            case = DecidedCase(
                case=given,
                route_ground=appeal.ground,
                overturned=last.outcome != Outcome.UPHELD,
                filed_at=appeal.filed_at,
                decided_at=last.decided_at or now,
            )
            groups = {
                "language": normalise(given.statement).language,
                "party": given.party_kind.lower(),
                "ground": appeal.ground,
                "executor": given.executor,
                "notices": _band(notices),
            }
            found.append(Asked(appeal.ref, case, groups))
    found.sort(key=lambda a: (a.case.decided_at, a.ref))
    content = [[a.ref, input_hash(a.case.case), a.case.overturned, a.case.decided_at.isoformat()] for a in found]
    return Snapshot(found, {name: n for name, n in sorted(counts.items()) if n}, digest(content))


def decisions_to_learn_from(*, now: datetime, at_most: int) -> int:
    """How many cases a training would use, counted no further than `at_most`: the oldest are final first."""
    by_people = Appeal.objects.filter(
        state=AppealState.DECIDED, decided_at__lte=now, round=1, decided_by_kind=DecidedBy.HUMAN
    ).order_by("decided_at", "pk")
    found = 0
    for some in (by_people[: 5 * at_most], by_people):  # mostly the oldest are enough, and an index has them
        found = 0
        for used, _left_out in _sorted_out(some, now=now):
            found += len(used)
            if found >= at_most:
                return at_most
    return found


def _sorted_out(
    closed: QuerySet[Appeal], *, now: datetime
) -> Iterator[tuple[list[tuple[Appeal, Appeal]], Counter[str]]]:
    """Some ended cases after the other: each that may be learnt from with its final round, and why how many may not."""
    rows = closed.iterator(chunk_size=500)
    while some := list(islice(rows, 500)):
        final = final_rounds([appeal for appeal in some if appeal.state == AppealState.DECIDED], now=now)
        used: list[tuple[Appeal, Appeal]] = []
        left_out: Counter[str] = Counter()
        for appeal in some:
            last = final.get(appeal.pk)
            if appeal.state != AppealState.DECIDED:
                left_out["self_corrected" if appeal.state == AppealState.CORRECTED else "withdrawn"] += 1
            elif appeal.decided_by_kind != DecidedBy.HUMAN or (last and last.decided_by_kind != DecidedBy.HUMAN):
                left_out["by_system"] += 1
            elif last is None:
                left_out["not_final"] += 1
            else:
                used.append((appeal, last))
        yield used, left_out


def _band(notices: int) -> str:
    """How many notices in a year, roughly: the nearest there is to the size of a merchant."""
    return next((name for most, name in ((0, "0"), (2, "1–2"), (9, "3–9")) if notices <= most), "10+")


# — what compliance reads —


def shadow_model() -> ModelVersion | None:
    """The newest model that runs in the shadow and has gone no further."""
    ended = ModelStep.objects.filter(stage__in=[Stage.LIVE, Stage.ROLLED_BACK, Stage.REFUSED]).values("model")
    step = ModelStep.objects.filter(stage=Stage.SHADOW).exclude(model__in=ended).order_by("-pk").first()
    return None if step is None else ModelVersion.objects.get(pk=step.model_id)


@dataclass(frozen=True, slots=True)
class ShadowRun:
    """How a model did in the shadow: of how many cases it spoke, and how often the live one said the same."""

    n: int
    abstained: int
    compared: int
    same: int


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model with all its steps; `may` names the steps that this reader may take now. A list has no `shadow`."""

    row: ModelVersion
    steps: Sequence[ModelStep]
    stage: str
    comparison: Mapping[str, Any]
    shadow: ShadowRun | None
    may: frozenset[str]

    @property
    def signed_by(self) -> list[ModelStep]:
        return [step for step in self.steps if step.stage == Stage.SIGNED]


def models_for(actor: Actor) -> list[ModelState]:
    """The latest models with their state. Raises `NotFound` for whoever may not see them."""
    require(may_see_automation(actor))
    live = live_model()
    return [_state(actor, row, live) for row in ModelVersion.objects.all()[:20]]


def model_for(actor: Actor, ref: str) -> ModelState:
    """One model with its state. Raises `NotFound`."""
    require(may_see_automation(actor))
    row = or_not_found(ModelVersion.objects.select_related("training").filter(ref=ref).first())
    return _state(actor, row, live_model(), shadow=_shadow_run(row))


@dataclass(frozen=True, slots=True)
class TrainingOverview:
    """What a new training would learn from, the one under way, and whether this reader may ask for one."""

    decisions: int
    """No further than the least that a training needs."""
    under_way: Training | None
    may_ask: bool

    @property
    def is_enough(self) -> bool:
        return self.decisions >= MINIMUM_CASES


def training_overview_for(actor: Actor, *, now: datetime) -> TrainingOverview:
    """What the form says before it is sent. Raises `NotFound`."""
    require(may_see_automation(actor))
    under_way = _trainings().filter(is_open=True).first()
    decisions = decisions_to_learn_from(now=now, at_most=MINIMUM_CASES)
    return TrainingOverview(decisions, under_way, may_set_automation(actor) is None)


def trainings_for(actor: Actor) -> list[Training]:
    """The latest trainings. Raises `NotFound`."""
    require(may_see_automation(actor))
    return list(_trainings()[:10])


def training_for(actor: Actor, ref: str) -> Training:
    """One training. Raises `NotFound`."""
    require(may_see_automation(actor))
    return or_not_found(_trainings().filter(ref=ref).first())


def _trainings() -> QuerySet[Training]:
    return Training.objects.select_related("asked_by", "model")


def _state(
    actor: Actor, row: ModelVersion, live: ModelVersion | None, *, shadow: ShadowRun | None = None
) -> ModelState:
    steps = list(row.steps.select_related("taken_by"))
    stages = [step.stage for step in steps]
    ended = {Stage.REFUSED, Stage.ROLLED_BACK} & set(stages)
    signers = [step.taken_by_id for step in steps if step.stage == Stage.SIGNED]
    may = set()
    if not ended:
        waits = Stage.SHADOW not in stages
        if waits and Stage.COMPARED in stages and actor.user_id not in signers and len(signers) < 2:
            may.add("sign")
        if waits and len(signers) >= 2:
            may.add("shadow")
        if Stage.SHADOW in stages and row != live and row.beats_baseline:
            may.add("live")
        if Stage.LIVE not in stages:
            may.add("refuse")
        if row == live:
            may.add("roll_back")
    comparison: Mapping[str, Any] = next((s.facts for s in reversed(steps) if s.stage == Stage.COMPARED), {})
    stage = "replaced" if stages and stages[-1] == Stage.LIVE and row != live else (stages[-1] if stages else "trained")
    return ModelState(row, steps, stage, comparison, shadow, frozenset(may))


def _shadow_run(row: ModelVersion) -> ShadowRun:
    n = abstained = compared = same = 0
    said = ShadowSuggestion.objects.filter(model=row).prefetch_related("appeal__suggestions")
    for each in said.order_by("-pk")[:2_000]:
        n += 1
        abstained += each.abstained
        live = next(iter(each.appeal.suggestions.all()), None)
        if live is None or live.overturn_permille is None or each.overturn_permille is None:
            continue
        compared += 1
        same += (live.overturn_permille >= 500) == (each.overturn_permille >= 500)
    return ShadowRun(n, abstained, compared, same)
