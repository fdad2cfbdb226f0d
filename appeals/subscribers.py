"""Reactions to events, deadlines and the worker's rounds: triage, hand-over, messages, processes for trainings."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.mail import send_messages
from accounts.queries import addresses_of
from appeals import commands
from appeals.events import EVENTS, text_of
from appeals.machine import FINAL
from appeals.mandates import Allowed, allowed_for, file_in_use, file_of, input_of, live_model
from appeals.models import Appeal, AppealGroup, Outcome, TrainingEnd, TriageTraining
from appeals.queries import causes_of_overturn, outcome_for_executor, shadow_model
from appeals.searching import APPEALS, documents_of
from casework.actor import ActorKind
from casework.errors import CaseError
from casework.models import Deadline, Event
from casework.outbox import Subscriber, only_for
from casework.searching import keep
from classifier import store
from classifier.service import suggest
from classifier.suggestion import ModelUnavailable
from executors.commands import record_outcome
from notices.commands import open_reviews_of_tool
from operations import first_answers

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
                mandate=allowed.mandate if allowed is not None else None,
                **file_in_use(),
            )
        except ModelUnavailable as unavailable:
            commands.route_to_person(appeal_id=appeal.pk, why=f"no-model:{unavailable.reason}", now=now)
            return
        commands.record_triage(appeal_id=appeal.pk, suggestion=found, now=now)
        if found.automatic_action is None:
            commands.route_to_person(appeal_id=appeal.pk, why=why, now=now)
            return
    if appeal.state == "SYSTEM_REVIEW":
        try:
            commands.finalise_automatically(appeal_id=appeal.pk, now=now)
        except CaseError:
            commands.route_to_person(appeal_id=appeal.pk, why=why, now=now)


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


def close_when_platform_corrects(event: Event, *, now: datetime) -> None:
    """Closes an open appeal against a notice that the platform withdrew itself."""
    if event.facts.get("withdrawn"):
        commands.close_as_corrected(notice_id=event.case_id, now=now)


def information_lapsed(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.lapse_information(appeal_id=case_id, effective_at=effective_at, now=now)


def decision_overdue(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.mark_overdue(appeal_id=case_id, effective_at=effective_at, now=now)


def system_review_overdue(*, case_id: int, deadline: Deadline, effective_at: datetime, now: datetime) -> None:
    commands.route_to_person(appeal_id=case_id, why="system-too-slow", now=now, effective_at=effective_at)


def tell_appellant(event: Event, *, now: datetime) -> None:
    """Notifies everybody who acts for the appellant that something happened, without what it was about."""
    del now
    appeal = Appeal.objects.get(pk=event.case_id)
    send_messages(
        addresses_of(appeal.party_id, appeal.matter),
        what=text_of(event.type, event.facts).message,
        number=appeal.number,
        path=f"/appeals/{appeal.ref}/",
    )


@only_for(lambda event: event.facts.get("group_no", 1) == 1)
def tell_of_filing(event: Event, *, now: datetime) -> None:
    """As `tell_appellant`, that an appeal was filed; once for all that were filed together."""
    if "group" not in event.facts:
        tell_appellant(event, now=now)
        return
    group = AppealGroup.objects.get(ref=event.facts["group"])
    send_messages(
        addresses_of(group.party_id),
        what=_("We have received your appeals."),
        number=group.number,
        path=f"/appeals/groups/{group.ref}/",
    )


def tell_of_later_due(event: Event, *, now: datetime) -> None:
    """Notifies whoever acts for the appellant that the time to decide moved; one that only became firm is no news."""
    if event.facts["due"] != event.facts["before"]:
        tell_appellant(event, now=now)


def tell_executors(event: Event, *, now: datetime) -> None:
    """Reports what was decided of a third party's act to executors; nothing where the platform acted itself."""
    found = outcome_for_executor(event)
    if found is not None:
        act_id, decided = found
        record_outcome(act_id=act_id, decided=decided, now=now)


@only_for(lambda event: event.actor_kind == ActorKind.STAFF and event.facts["outcome"] != Outcome.UPHELD)
def look_at_siblings(event: Event, *, now: datetime) -> None:
    """Opens reviews of what shares tool and clause with a notice of the platform's own of which a measure fell."""
    for cause in causes_of_overturn(event.case_id):
        open_reviews_of_tool(cause=cause, now=now)


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
    if not TriageTraining.objects.filter(is_open=True).exists():  # as nearly always: a look, and nothing is written
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
    model = live_model()
    if model is not None:
        file = file_of(model)
        try:
            found = store.load_current(file["model_dir"], key=file["key"])
        except (store.BadModel, store.NoModel) as error:
            yield f"{model.ref}: {error}"
        else:
            if found.hash != model.model_hash:
                yield f"{model.ref}: the file holds another model"


def find_by_new_text(event: Event, *, now: datetime) -> None:
    """Appeals against a notice are found by what it says now."""
    keep(APPEALS, documents_of(list(Appeal.objects.filter(notice=event.case_id).values_list("pk", flat=True))))


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    **{event: [tell_appellant] for event, row in EVENTS.items() if row.message},
    "appeal.due_recomputed": [tell_of_later_due],
    "appeal.decided": [tell_appellant, tell_executors, look_at_siblings],
    "appeal.filed": [triage, find_duplicates, ask_the_shadow, tell_of_filing],
    "appeal.late_accepted": [triage, find_duplicates, tell_appellant],
    "notice.amended": [find_by_new_text],
    "notice.revoked": [close_when_platform_corrects],
}
DEADLINES = {
    "appeal.information": information_lapsed,
    "appeal.decide": decision_overdue,
    "appeal.system": system_review_overdue,
}
FIRST_ANSWERS = first_answers.Kind(Appeal.KIND, began="appeal.filed", events=EVENTS, final=FINAL)
ROUTINES = {
    "triage trainings": run_trainings,
    "first answers to appeals": partial(first_answers.count_next_day, FIRST_ANSWERS),
}
VERIFICATIONS = {"model in use": faults_of_model_in_use}
