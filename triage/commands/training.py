"""A training from its request to its end: requested once, taken by one process, and ended when that process dies.

Each step is a conditional UPDATE whose row count is the verdict, so of several workers one starts it and of several
processes one carries it out. What does not belong here: learning itself (commands.learning), and starting processes
(subscribers, manage.py train_triage).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.clock import BEIJING
from casework.errors import Invalid, NotYourTurn, require
from casework.firing import command
from casework.refs import new_ref
from casework.text import TextRefused, check_text, is_visually_blank
from triage.models import ModelVersion, Training, TrainingEnd, TrainingStep
from triage.policies import may_see_automation, may_set_automation

SILENCE = timedelta(minutes=2)
"""A process that has not beaten for so long is dead: it beats every few seconds, whatever it does."""
MAX_SEED = 2**32 - 1


def ask_for_triage_training(*, actor: Actor, form_key: str, release: str, now: datetime) -> Training:
    """Requests a training, or returns the one requested with this `form_key` before, however it went since.

    Raises `NotFound`, `NotAllowed`, `Invalid`, and `NotYourTurn` while another one is under way.
    """
    try:
        return _ask(actor=actor, form_key=form_key, release=release, now=now)
    except NotYourTurn:
        sent = _sent_before(actor, form_key)  # of two clicks at once the later one met the law of the earlier one
        if sent is None:
            raise
        return sent


@command
def _ask(*, actor: Actor, form_key: str, release: str, now: datetime) -> Training:
    require(may_see_automation(actor))
    require(may_set_automation(actor))
    if not 16 <= len(form_key) <= 40 or not (form_key.isascii() and form_key.isprintable()):
        raise Invalid(_("Open the page anew and send it again."))
    if sent := _sent_before(actor, form_key):
        return sent
    _require_none_open()
    return Training.objects.create(
        ref=new_ref("trn_"),
        asked_by_id=actor.person,
        role="compliance" if actor.has_role("compliance") else "administrator",
        session_hash=digest(actor.session),
        form_key=form_key,
        asked_at=now,
        release=_release(release, now),
        until=now,
        step=TrainingStep.WAITING,
    )


@command
def begin_triage_training_here(
    *, release: str, seed: int, until: datetime, file: str, process: str, now: datetime
) -> Training:
    """Records a training that somebody started on the server, as this process's.

    Raises `Invalid`, and `NotYourTurn` while another one is under way.
    """
    if not 0 <= seed <= MAX_SEED:
        raise Invalid.field("/seed", "out-of-range", _("The seed is a whole number from 0 to 4294967295."))
    _require_none_open()
    return Training.objects.create(
        ref=new_ref("trn_"),
        asked_at=now,
        release=_release(release, now),
        seed=seed,
        until=until,
        file=file[:200],
        step=TrainingStep.SNAPSHOT,
        process=process[:120],
        started_at=now,
        beat_at=now,
    )


@command
def take_triage_training(*, now: datetime) -> str | None:
    """Takes the waiting training for the caller to start, and returns its ref; None where there is none to take."""
    waits = Training.objects.filter(is_open=True, step=TrainingStep.WAITING, asked_at__lte=now)
    row = waits.first()
    if row is None:
        return None
    updated = waits.filter(pk=row.pk).update(step=TrainingStep.STARTING, started_at=now, beat_at=now)
    return row.ref if updated == 1 else None


@command
def begin_triage_training(*, ref: str, process: str, now: datetime) -> Training:
    """Begins a training as this process's alone. Raises `NotYourTurn` where it is not there to begin."""
    waits = Training.objects.filter(ref=ref, is_open=True)
    waits.filter(step=TrainingStep.WAITING).update(step=TrainingStep.STARTING, started_at=now, beat_at=now)
    updated = waits.filter(step=TrainingStep.STARTING).update(
        step=TrainingStep.SNAPSHOT, process=process[:120], beat_at=_at_least_last_heartbeat(now)
    )
    if updated != 1:
        raise NotYourTurn(_("This training is under way or has ended."))
    return Training.objects.get(ref=ref)


@command
def record_triage_training_step(*, ref: str, step: str, now: datetime, counts: Mapping[str, int] | None = None) -> None:
    """Records the step that the training has reached. Raises `NotYourTurn` once it has ended: its process was taken for
    dead.
    """
    known = {} if counts is None else {"counts": dict(counts)}
    row = Training.objects.filter(ref=ref, is_open=True)
    if row.update(step=step, beat_at=_at_least_last_heartbeat(now), **known) != 1:
        raise NotYourTurn(_("This training has ended."))


@command
def record_triage_training_heartbeat(*, ref: str, now: datetime) -> None:
    """Records that the training's process lived at that moment; skipped while the row is being written."""
    free = Training.objects.select_for_update(skip_locked=True).filter(ref=ref, is_open=True, beat_at__lt=now)
    Training.objects.filter(pk__in=free.values("pk")).update(beat_at=now)


def end_triage_training_with(*, ref: str, model: ModelVersion, now: datetime) -> None:
    """Ends the training with this candidate, in the transaction that records the candidate.

    Raises `NotYourTurn` once it has ended, and then there is no candidate.
    """
    ended = Training.objects.filter(ref=ref, is_open=True).update(
        is_open=False, step=TrainingStep.DONE, model=model, ended_at=_at_least_last_heartbeat(now)
    )
    if ended != 1:
        raise NotYourTurn(_("This training has ended."))


@command
def end_triage_training(*, ref: str, reason: str, now: datetime) -> bool:
    """Ends the training without a model, for that reason; False where it had ended before."""
    begun = Training.objects.filter(ref=ref, is_open=True, beat_at__isnull=False)
    return begun.update(is_open=False, reason=reason, ended_at=_at_least_last_heartbeat(now)) == 1


@command
def end_interrupted_trainings(*, now: datetime) -> int:
    """Ends every training whose process has been silent for too long; returns how many."""
    silent = Training.objects.filter(is_open=True, beat_at__lt=now - SILENCE)
    return silent.update(is_open=False, reason=TrainingEnd.INTERRUPTED, ended_at=now)


def _at_least_last_heartbeat(now: datetime) -> Greatest:
    """Returns the later of two clocks, since who carries a training out and who watches it read them apart."""
    return Greatest(F("beat_at"), Value(now, output_field=DateTimeField()))


def _sent_before(actor: Actor, form_key: str) -> Training | None:
    return Training.objects.filter(form_key=form_key, asked_by_id=actor.person).first()


def _require_none_open() -> None:
    if Training.objects.filter(is_open=True).exists():
        raise NotYourTurn(_("A training is under way. One runs at a time."))


def _release(release: str, now: datetime) -> str:
    """The name as given, or the day in Beijing."""
    if is_visually_blank(release):
        return f"{now.astimezone(BEIJING):%Y-%m-%d}"
    try:
        return check_text(release, max_length=60, one_line=True)
    except TextRefused as refused:
        raise Invalid.field("/release", refused.code, refused.message) from refused
