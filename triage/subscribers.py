"""Reactions to events and the worker's rounds: suggestions, closings, repeats, and processes for trainings."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from appeals import commands as appeals
from appeals.machine import AppealState
from appeals.models import Appeal
from casework.errors import CaseError
from casework.models import Event
from casework.outbox import Subscriber
from classifier.service import suggest
from classifier.suggestion import ModelUnavailable
from triage import commands
from triage.features import input_of
from triage.model_files import file_in_use, file_of, live_model
from triage.models import Training, TrainingEnd
from triage.permission import Allowed, allowed_for
from triage.queries import shadow_model

logger = logging.getLogger(__name__)


def triage(event: Event, *, now: datetime) -> None:
    """Records a suggestion for a new appeal; one that the system may look at is granted or routed to a person.

    Without a working model the case simply keeps its place by due time, and a system review becomes a person's.
    """
    appeal = Appeal.objects.select_related("notice", "party").get(pk=event.case_id)
    if not appeal.is_open:
        return
    why = "left-to-a-person"  # a reviewer reads it before their own first view: nothing of what the system thought
    if not appeal.suggestions.exists():
        allowed = _allowed(appeal, now)
        try:
            found = suggest(
                input_of(appeal),
                timeout=settings.TRIAGE_TIMEOUT,
                permission=allowed.permission if allowed is not None else None,
                **file_in_use(),
            )
        except ModelUnavailable as unavailable:
            appeals.route_to_person(appeal_id=appeal.pk, why=f"no-model:{unavailable.reason}", now=now)
            return
        appeals.record_triage(appeal_id=appeal.pk, suggestion=found, now=now)
        if found.automatic_action is None:
            appeals.route_to_person(appeal_id=appeal.pk, why=why, now=now)
            return
    if appeal.state == AppealState.SYSTEM_REVIEW:
        try:
            commands.finalise_automatically(appeal_id=appeal.pk, now=now)
        except CaseError:
            appeals.route_to_person(appeal_id=appeal.pk, why=why, now=now)


def _allowed(appeal: Appeal, now: datetime) -> Allowed | None:
    """What the system may do with the appeal; where it may close such cases, repeats are searched first."""
    allowed = allowed_for(appeal, now=now)
    if allowed is None:
        return None
    commands.record_likely_duplicates(appeal_id=appeal.pk, now=now)
    return allowed_for(appeal, now=now, repeats=commands.search_repeats(appeal))


def ask_the_shadow(event: Event, *, now: datetime) -> None:
    """Records what a model in the shadow would have suggested; where it cannot, nothing is missing."""
    model = shadow_model()
    if model is None:
        return
    appeal = Appeal.objects.select_related("notice", "party").get(pk=event.case_id)
    try:
        found = suggest(input_of(appeal), timeout=settings.TRIAGE_TIMEOUT, **file_of(model))
    except ModelUnavailable:
        return
    commands.record_shadow_suggestion(ref=model.ref, appeal_id=appeal.pk, suggestion=found, now=now)


def find_duplicates(event: Event, *, now: datetime) -> None:
    """Finds what an appeal repeats, apart from its triage, so that neither waits for the other or fails with it."""
    commands.record_likely_duplicates(appeal_id=event.case_id, now=now)


_trainings: dict[str, subprocess.Popen[bytes]] = {}
"""The processes that this worker started, by the ref of what they carry out."""


def run_trainings(*, now: datetime) -> int:
    """Starts a process for a training that waits, and ends one whose process is gone as interrupted.

    A process of its own, since learning takes minutes of a whole core: here it would hold up deliveries and deadlines,
    and in a thread every page as well. It outlives a worker that is stopped, and tells its own end.
    """
    for ref, process in list(_trainings.items()):
        if process.poll() is not None:
            del _trainings[ref]
            if commands.end_triage_training(ref=ref, reason=TrainingEnd.INTERRUPTED, now=now):
                logger.error("the process of training %s ended with %s and said nothing", ref, process.returncode)
    if not Training.objects.filter(is_open=True).exists():  # as nearly always: a look, and nothing is written
        return 0
    ended = commands.end_interrupted_trainings(now=now)
    taken = commands.take_triage_training(now=now)
    if taken is None:
        return ended
    order = [sys.executable, str(settings.BASE_DIR / "manage.py"), "train_triage", "--run", taken]
    try:
        # How far it is stands on record; only what goes wrong belongs in this process's log.
        _trainings[taken] = subprocess.Popen(order, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603  our own
    except OSError:
        logger.exception("no process could be started for training %s", taken)
        commands.end_triage_training(ref=taken, reason=TrainingEnd.BROKEN, now=now)
    return ended + 1


def faults_of_model_in_use() -> Iterator[str]:
    """Yields why the file of the live model cannot be used, for `manage.py verify`."""
    if model := live_model():
        from classifier import store  # with skops: a process that hears of an event does not pay for it

        file = file_of(model)
        try:
            found = store.load_current(file["model_dir"], key=file["key"])
        except (store.BadModel, store.NoModel) as error:
            yield f"{model.ref}: {error}; people decide without it until `manage.py train_triage` has made another"
        else:
            if found.hash != model.model_hash:
                yield f"{model.ref}: the file holds another model"


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    "appeal.filed": [triage, find_duplicates, ask_the_shadow],
    "appeal.late_accepted": [triage, find_duplicates],
}
ROUTINES = {"triage trainings": run_trainings}
VERIFICATIONS = {"model in use": faults_of_model_in_use}
