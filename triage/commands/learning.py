"""A model from decided cases to live and back: learnt, compared, signed by two people, shadowed, live, rolled back.

Nothing goes live by itself: the machine may learn and compare; each later step is a person's. What does not belong
here: choosing the cases (queries.learning), learning and comparing themselves (classifier).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import Invalid, NotFound, NotYourTurn, require, require_text
from casework.firing import command
from casework.refs import new_ref
from classifier.cases import Asked
from classifier.model import TriageModel
from classifier.suggestion import Suggestion
from triage.model_files import candidate_folder, live_model, model_of, triage_key
from triage.models import ModelStep, ModelVersion, ShadowSuggestion, Stage
from triage.policies import may_see_automation, may_set_automation

STEPS = ("snapshot", "training", "evaluating", "comparing", "done")
Progress = Callable[[str], None]


def train_triage_model(
    *,
    cases: Sequence[Asked],
    snapshot_hash: str,
    counts: Mapping[str, int],
    version: str,
    seed: int,
    live: TriageModel | None,
    now: datetime,
    progress: Progress = lambda step: None,
    end: Callable[[ModelVersion], None] = lambda row: None,
) -> ModelVersion:
    """Trains a candidate and records it with its report and its comparison with `live`; what is live stays live.

    The cases, seed and version alone decide its weights. `end` is called in the transaction that puts it on record, so
    that what `end` refuses is not on record. Raises `TooFewCases`. Not one transaction: learning is slow.
    """
    from classifier import store  # with skops and scikit-learn, for which a process that serves pages does not pay
    from classifier.comparison import compare
    from classifier.training import train

    progress("training")
    model, report = train([one.case for one in cases], seed=seed, version=version)
    progress("evaluating")
    ref = new_ref("tmd_")
    manifest = store.save(model, candidate_folder(ref), key=triage_key(), report=report.as_dict())
    progress("comparing")
    newer = [one for one in cases if one.case.filed_at.isoformat() > report.train_to]
    comparison = compare(newer, model, live, seed=seed)
    comparison["live"] = None if live is None else {"version": live.version, "hash": live.hash}
    row = _register_model(
        comparison,
        end,
        ref=ref,
        version=model.version,
        model_hash=model.hash,
        file=manifest.file,
        snapshot_hash=snapshot_hash,
        counts=dict(counts),
        report=report.as_dict(),
        data_from=datetime.fromisoformat(report.train_from),
        data_to=datetime.fromisoformat(report.test_to),
        trained_at=now,
        beats_baseline=bool(comparison["agreement"]["beats_baseline"]),
    )
    progress("done")
    return row


@command
def _register_model(comparison: dict[str, Any], end: Callable[[ModelVersion], None], **columns: Any) -> ModelVersion:
    row = ModelVersion.objects.create(**columns)
    ModelStep.objects.create(model=row, stage=Stage.COMPARED, facts=comparison, taken_at=row.trained_at)
    end(row)
    return row


@command
def sign_triage_model(*, actor: Actor, ref: str, now: datetime) -> ModelStep:
    """Signs the model as compared. Raises `NotFound`, `NotAllowed`, `NotYourTurn` the second time."""
    row = _model(actor, ref)
    if row.steps.filter(stage__in=[Stage.SHADOW, Stage.LIVE]).exists():
        raise NotYourTurn()
    return _step(row, Stage.SIGNED, actor, now)


@command
def start_triage_shadow(*, actor: Actor, ref: str, now: datetime) -> ModelStep:
    """Starts a model's shadow run: it suggests for each new appeal, and nobody who decides sees it.

    Raises `NotFound`, `NotAllowed`, and `NotYourTurn` before two people have signed.
    """
    row = _model(actor, ref)
    if row.steps.filter(stage=Stage.SHADOW).exists():
        raise NotYourTurn()
    return _step(row, Stage.SHADOW, actor, now)


@command
def put_triage_model_live(*, actor: Actor, ref: str, now: datetime) -> ModelStep:
    """Puts a model live. Raises `NotFound`, `NotAllowed`, `NotYourTurn` for one that was not in the shadow.

    The file is checked from its seal down to every weight first; where it was altered, `Invalid`, and nothing changed,
    and likewise where the model does not beat always saying the more common outcome.
    """
    row = _model(actor, ref)
    if live_model() == row:
        raise NotYourTurn(_("This model is live already."))
    if not row.beats_baseline:
        raise Invalid.field(
            "/model",
            "below-baseline",
            _("On newer cases this model is not surely better than always saying the more common outcome."),
        )
    if model_of(row) is None:
        raise Invalid.field("/model", "bad-model", _("The file of this model is gone or was altered."))
    return _step(row, Stage.LIVE, actor, now)


@command
def refuse_triage_model(*, actor: Actor, ref: str, note: str, now: datetime) -> ModelStep:
    """Refuses a candidate. One person is enough to stop it, with a reason."""
    row = _model(actor, ref)
    return _step(row, Stage.REFUSED, actor, now, note=checked_note(note))


@dataclass(frozen=True, slots=True)
class RolledBack:
    """The model that is live after another was rolled back, None where no former one can be used, and those passed
    over.
    """

    live: ModelVersion | None
    passed_over: Sequence[ModelVersion]


@command
def roll_back_triage_model(*, actor: Actor, ref: str, note: str, now: datetime) -> RolledBack:
    """Rolls the live model back; the latest one before it whose file still verifies is live again.

    Where none does there is no model, and every appeal goes to a person: no broken file keeps a bad model in use.
    Raises `NotFound`, `NotAllowed`, `Invalid` without a reason, `NotYourTurn` for a model that is not live.
    """
    row = _model(actor, ref)
    said = checked_note(note)
    former, passed_over = None, []
    for model in _live_before(row):
        if model_of(model) is not None:
            former = model
            break
        passed_over.append(model)
    facts = {"passed_over": [model.ref for model in passed_over]} if passed_over else {}
    _step(row, Stage.ROLLED_BACK, actor, now, note=said, facts=facts)
    if former is not None:
        _step(former, Stage.LIVE, actor, now, note=said)
    return RolledBack(former, passed_over)


def _live_before(row: ModelVersion) -> list[ModelVersion]:
    """Every other model that may go live, was live and was never rolled back, the latest first."""
    gone = ModelStep.objects.filter(stage=Stage.ROLLED_BACK).values("model")
    steps = (
        ModelStep.objects.filter(stage=Stage.LIVE, model__beats_baseline=True)
        .exclude(model__in=gone)
        .exclude(model=row)
    )
    return list({step.model_id: step.model for step in steps.select_related("model").order_by("-pk")}.values())


@command
def record_shadow_suggestion(*, ref: str, appeal_id: int, suggestion: Suggestion, now: datetime) -> None:
    """Records what the shadow model would have suggested; nothing where it is done or the model left the shadow."""
    row = ModelVersion.objects.select_for_update().filter(ref=ref, model_hash=suggestion.model_hash).first()
    if row is None or ShadowSuggestion.objects.filter(model=row, appeal_id=appeal_id).exists():
        return
    probability = suggestion.overturn_probability
    ShadowSuggestion.objects.create(
        model=row,
        appeal_id=appeal_id,
        overturn_permille=None if probability is None else round(probability * 1000),
        abstained=probability is None,
        said_at=now,
    )


def _model(actor: Actor, ref: str) -> ModelVersion:
    """Locks a model until the transaction ends. Raises `NotFound` alike for missing and hidden, `NotAllowed`."""
    require(may_see_automation(actor))
    # One step of any model at a time: what is live is a matter of all of them.
    rows = {row.ref: row for row in ModelVersion.objects.select_for_update().order_by("pk")}
    if ref not in rows:
        raise NotFound()
    require(may_set_automation(actor))
    return rows[ref]


def _step(
    row: ModelVersion,
    stage: Stage,
    actor: Actor,
    now: datetime,
    *,
    note: str = "",
    facts: Mapping[str, Any] | None = None,
) -> ModelStep:
    return ModelStep.objects.create(
        model=row,
        stage=stage,
        taken_by_id=actor.person,
        role="compliance" if actor.has_role("compliance") else "administrator",
        session_hash=digest(actor.session),
        note=note,
        facts=dict(facts or {}),
        taken_at=now,
    )


def checked_note(note: str) -> str:
    """The reason as given. Raises `Invalid` where it is missing or too long."""
    require_text("/note", note, _("Say why."))
    if len(note) > 500:
        raise Invalid.field("/note", "too-long", _("This is too long."))
    return note
