"""What the system does with an appeal: keep a suggestion, hand over to a person, and close in the appellant's favour.

What it may close is not asked here: the app that lets it does, and holds the laws of it.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appeals.claims import content_of_decision
from appeals.commands.decide import RulingDraft, follow, new_check_code, record_rulings
from appeals.machine import OPEN, AppealState
from appeals.models import (
    Appeal,
    DecidedBy,
    Decision,
    DecisionPoint,
    HumanDemand,
    Outcome,
    PointKind,
    SystemView,
    TriageSuggestion,
)
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import NotYourTurn
from casework.firing import command, fire
from casework.named import named
from classifier.certificate import on_grid
from classifier.suggestion import Suggestion


@command
def record_triage(*, appeal_id: int, suggestion: Suggestion, now: datetime) -> TriageSuggestion | None:
    """Records the suggestion and the case's place in the queue; None when the case is closed or has one.

    The place is the due time brought forward by urgency, so an urgent case comes first and no other waits for ever.
    """
    appeal = Appeal.lock(Q(), pk=appeal_id)
    if not appeal.is_open or appeal.suggestions.exists():
        return None
    version = appeal.version + 1
    boost = timedelta(hours=settings.PRIORITY_BOOST_HOURS * max(0, 4 - suggestion.priority))
    probability, closing = suggestion.overturn_probability, suggestion.closing_probability
    row = TriageSuggestion.objects.create(
        appeal=appeal,
        appeal_version=version,
        overturn_permille=None if probability is None else on_grid(probability),
        closing_permille=None if closing is None else on_grid(closing),
        abstain_reasons=list(suggestion.abstain_reasons),
        phrases=[asdict(phrase) for phrase in suggestion.phrases],
        features=[asdict(feature) for feature in suggestion.features],
        suggested_at=now,
        **named(suggestion, lambda s: (s.model_version, s.model_hash, s.input_hash, s.route_ground, s.queue)),
        **named(suggestion, lambda s: (s.language, s.priority, s.abstained, s.asks_for_a_person)),
    )
    fire(
        appeal,
        "record_triage",
        actor=Actor.system("triage"),
        now=now,
        facts={"model": suggestion.model_hash, "input": suggestion.input_hash},
        priority=suggestion.priority,
        queue=suggestion.queue,
        urgent_at=min(appeal.urgent_at, appeal.decide_due_at - boost),
    )
    return row


@command
def route_to_person(*, appeal_id: int, why: str, now: datetime, effective_at: datetime | None = None) -> None:
    """Routes an appeal from the system to a person; does nothing when it no longer is with the system."""
    appeal = Appeal.lock(Q(), pk=appeal_id)
    if appeal.state == AppealState.SYSTEM_REVIEW:
        fire(
            appeal,
            "route_to_person",
            actor=Actor.system("triage"),
            now=now,
            effective_at=effective_at,
            facts={"why": why},
        )


def lock_for_the_system(appeal_id: int, expected_version: int | None = None) -> Appeal:
    """Locks an appeal that is with the system. Raises `NotYourTurn` where it is not, or a person was demanded."""
    appeal = Appeal.lock(Q(), pk=appeal_id)
    if appeal.human_demanded or HumanDemand.objects.filter(appeal=appeal).exists():
        raise NotYourTurn(_("The appellant demanded a person."))
    is_as_read = expected_version is None or expected_version == appeal.version
    if appeal.state != AppealState.SYSTEM_REVIEW or not is_as_read:
        raise NotYourTurn()
    return appeal


def decide_automatically(
    appeal: Appeal,
    suggestion: TriageSuggestion,
    *,
    certificate_ref: str,
    is_drawn: bool,
    record: Callable[[Decision], None],
    now: datetime,
) -> Decision:
    """Grants the locked appeal: revokes every appealed measure. The caller has checked that the system may.

    `record` puts on file what must stand beside the decision before it counts.
    """
    items = list(appeal.items.select_related("measure__type_version"))
    reasons, ground = _words_for(appeal)
    decision = Decision.objects.create(
        appeal=appeal,
        by_kind=DecidedBy.SYSTEM,
        outcome=Outcome.OVERTURNED,
        reasons=reasons,
        rule_application="",
        system_view=SystemView.AGREED,
        model_version=suggestion.model_version,
        certificate_ref=certificate_ref,
        decided_at=now,
        check_code=new_check_code(),
        is_drawn=is_drawn,
    )
    record(decision)
    DecisionPoint.objects.create(
        decision=decision, no=1, kind=PointKind.ARGUMENT, text=ground, finding="accepted", sentence=reasons
    )
    rulings = [RulingDraft(i.measure.no, Outcome.OVERTURNED) for i in items]
    record_rulings(decision, rulings, items)
    actor = Actor.system("triage")
    fire(
        appeal,
        "finalise_automatically",
        actor=actor,
        now=now,
        facts={
            "outcome": "OVERTURNED",
            "by": "SYSTEM",
            "model": suggestion.model_hash,
            "certificate": certificate_ref,
            "reasons": digest(decision.reasons),
            "content": digest(content_of_decision(decision)),
        },
        outcome=Outcome.OVERTURNED,
        decided_by_kind=DecidedBy.SYSTEM,
        decided_at=now,
    )
    follow(appeal, rulings, actor=actor, now=now)
    return decision


def _words_for(appeal: Appeal) -> tuple[str, str]:
    """Reasons and ground in the appellant's language, in which they are kept: a worker has no reader."""
    with translation.override(appeal.language):
        reasons = gettext(
            "The system compared your appeal with decided cases and found that the measure does not stand."
        )
        return reasons, str(appeal.get_ground_display())


@command
def close_as_corrected(*, notice_id: int, now: datetime) -> None:
    """Closes an open appeal against a notice that the platform revoked itself; does nothing where there is none."""
    for pk in Appeal.objects.filter(notice_id=notice_id, state__in=OPEN).values_list("pk", flat=True):
        appeal = Appeal.lock(Q(), pk=pk)
        if appeal.is_open:
            fire(appeal, "close_as_corrected", actor=Actor.system("correction"), now=now)
