"""A model from decided cases to live and back: learnt, compared, signed by two people, shadowed, live, rolled back.

Nothing goes live by itself: the machine may learn and compare; each later step is a person's. What does not belong
here: choosing the cases (queries.learning), learning and comparing themselves (classifier).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from appeals.mandates import triage_key
from appeals.models import ShadowSuggestion, Stage, TriageModelStep, TriageModelVersion
from appeals.policies import may_see_automation, may_set_automation
from casework.actor import Actor
from casework.errors import Invalid, NotFound, NotYourTurn
from casework.firing import command
from casework.ledger import digest
from casework.refs import new_ref
from casework.text import is_visually_blank
from classifier.comparison import Asked, compare
from classifier.model import TriageModel
from classifier.suggestion import Suggestion
from classifier.training import train

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
) -> TriageModelVersion:
    """A candidate is on file with its report and its comparison with `live`; nothing else changed, least what is live.

    The cases, seed and version alone decide its weights. Raises `TooFewCases`. Not one transaction: learning is slow.
    """
    progress("training")
    model, report = train([one.case for one in cases], seed=seed, version=version)
    progress("evaluating")
    ref = new_ref("tmd_")
    manifest = store_candidate(model, report.as_dict(), ref)
    progress("comparing")
    newer = [one for one in cases if one.case.filed_at.isoformat() > report.train_to]
    comparison = compare(newer, model, live, seed=seed)
    comparison["live"] = None if live is None else {"version": live.version, "hash": live.hash}
    row = _register_model(
        ref=ref,
        model=model,
        file=manifest,
        snapshot_hash=snapshot_hash,
        counts=counts,
        report=report.as_dict(),
        comparison=comparison,
        now=now,
    )
    progress("done")
    return row


def candidate_folder(ref: str) -> Path:
    """Where a candidate's file lies; the live one lies above it, so that no candidate is used by being there."""
    return Path(settings.TRIAGE_MODEL_DIR) / "candidates" / ref


def store_candidate(model: TriageModel, report: Mapping[str, Any], ref: str) -> str:
    from classifier import store  # skops comes in with the first model file, as in classifier.service

    return store.save(model, candidate_folder(ref), key=triage_key(), report=report).file


@command
def _register_model(
    *,
    ref: str,
    model: TriageModel,
    file: str,
    snapshot_hash: str,
    counts: Mapping[str, int],
    report: Mapping[str, Any],
    comparison: Mapping[str, Any],
    now: datetime,
) -> TriageModelVersion:
    row = TriageModelVersion.objects.create(
        ref=ref,
        version=model.version,
        model_hash=model.hash,
        file=file,
        snapshot_hash=snapshot_hash,
        counts=dict(counts),
        report=dict(report),
        data_from=datetime.fromisoformat(str(report["train_from"])),
        data_to=datetime.fromisoformat(str(report["test_to"])),
        trained_at=now,
    )
    TriageModelStep.objects.create(model=row, stage=Stage.COMPARED, facts=dict(comparison), taken_at=now)
    return row


@command
def sign_triage_model(*, actor: Actor, ref: str, now: datetime) -> TriageModelStep:
    """This person answers for the model as compared. Raises `NotFound`, `NotAllowed`, `NotYourTurn` the second time."""
    row = _model(actor, ref)
    if row.steps.filter(stage__in=[Stage.SHADOW, Stage.LIVE]).exists():
        raise NotYourTurn()
    return _step(row, Stage.SIGNED, actor, now)


@command
def start_triage_shadow(*, actor: Actor, ref: str, now: datetime) -> TriageModelStep:
    """From now on the model says of each new appeal what it would have said; nobody who decides sees it.

    Raises `NotFound`, `NotAllowed`, and `NotYourTurn` before two people have signed.
    """
    row = _model(actor, ref)
    if row.steps.filter(stage=Stage.SHADOW).exists():
        raise NotYourTurn()
    return _step(row, Stage.SHADOW, actor, now)


@command
def put_triage_model_live(*, actor: Actor, ref: str, now: datetime) -> TriageModelStep:
    """The model is the one in use. Raises `NotFound`, `NotAllowed`, `NotYourTurn` for one that was not in the shadow.

    The file is checked from its seal down to every weight first; where it was altered, `Invalid`, and nothing changed.
    """
    row = _model(actor, ref)
    if _live() == row:
        raise NotYourTurn(_("This model is live already."))
    step = _step(row, Stage.LIVE, actor, now)
    _use(row)
    return step


@command
def refuse_triage_model(*, actor: Actor, ref: str, note: str, now: datetime) -> TriageModelStep:
    """The candidate goes no further. One person is enough to stop, and says why."""
    row = _model(actor, ref)
    return _step(row, Stage.REFUSED, actor, now, note=_said(note))


@command
def roll_back_triage_model(*, actor: Actor, ref: str, note: str, now: datetime) -> TriageModelVersion | None:
    """The model that was live before is live again; without one there is none, and every appeal goes to a person.

    Raises `NotFound`, `NotAllowed`, `Invalid` without a reason, `NotYourTurn` for a model that is not live.
    """
    row = _model(actor, ref)
    said = _said(note)
    _step(row, Stage.ROLLED_BACK, actor, now, note=said)
    gone = TriageModelStep.objects.filter(stage=Stage.ROLLED_BACK).values("model")
    before = TriageModelStep.objects.filter(stage=Stage.LIVE).exclude(model__in=gone).order_by("-pk").first()
    if before is None:
        (Path(settings.TRIAGE_MODEL_DIR) / "current.json").unlink(missing_ok=True)
        return None
    former = TriageModelVersion.objects.get(pk=before.model_id)
    _step(former, Stage.LIVE, actor, now, note=said)
    _use(former)
    return former


@command
def record_shadow_suggestion(*, ref: str, appeal_id: int, suggestion: Suggestion, now: datetime) -> None:
    """What the model in the shadow would have said is on file; nothing where it is, or where it is no longer there."""
    row = TriageModelVersion.objects.select_for_update().filter(ref=ref, model_hash=suggestion.model_hash).first()
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


def _model(actor: Actor, ref: str) -> TriageModelVersion:
    """The model, held until the transaction ends. Raises `NotFound` alike for missing and hidden, `NotAllowed`."""
    if may_see_automation(actor) is not None:
        raise NotFound()
    # One step of any model at a time: what is live is a matter of all of them.
    rows = {row.ref: row for row in TriageModelVersion.objects.select_for_update().order_by("pk")}
    if ref not in rows:
        raise NotFound()
    if denial := may_set_automation(actor):
        raise denial
    return rows[ref]


def _step(row: TriageModelVersion, stage: Stage, actor: Actor, now: datetime, *, note: str = "") -> TriageModelStep:
    return TriageModelStep.objects.create(
        model=row,
        stage=stage,
        taken_by_id=actor.person,
        role="compliance" if actor.has_role("compliance") else "administrator",
        session_hash=digest(actor.session),
        note=note,
        taken_at=now,
    )


def _live() -> TriageModelVersion | None:
    step = TriageModelStep.objects.filter(stage__in=[Stage.LIVE, Stage.ROLLED_BACK]).order_by("-pk").first()
    return step.model if step is not None and step.stage == Stage.LIVE else None


def _said(note: str) -> str:
    if is_visually_blank(note):
        raise Invalid.field("/note", "required", _("Say why."))
    if len(note) > 500:
        raise Invalid.field("/note", "too-long", _("This is too long."))
    return note


def _use(row: TriageModelVersion) -> None:
    """Last in the transaction: where the file is refused, the step is taken back with it."""
    from classifier import store

    try:
        manifest = store.read_current(candidate_folder(row.ref), key=triage_key())
        model = store.load(candidate_folder(row.ref), manifest)
    except (store.BadModel, store.NoModel) as refused:
        raise Invalid.field("/model", "bad-model", _("The file of this model is gone or was altered.")) from refused
    if model.hash != row.model_hash:
        raise Invalid.field("/model", "bad-model", _("The file of this model is gone or was altered."))
    store.save(model, Path(settings.TRIAGE_MODEL_DIR), key=triage_key(), report=manifest.report)
