"""What the system does: suggest, hand over to a person and, only where switched on, close in the appellant's favour."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appeals.claims import content_of_decision
from appeals.commands.decide import RulingDraft, follow, new_check_code, record_rulings
from appeals.commands.duplicates import record_clear_search, record_phrases_of_letter, search_repeats
from appeals.machine import OPEN, AppealState
from appeals.mandates import allowed_for, beijing_day, input_of, lot_of
from appeals.models import (
    AUDIT_PERMILLE,
    Appeal,
    AuditDraw,
    AutomationMode,
    AutomationPolicy,
    Certificate,
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
from casework.errors import NotAllowed, NotYourTurn
from casework.firing import command, fire
from casework.models import copied
from classifier.certificate import Warrant, on_grid
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
        **copied(
            suggestion,
            "model_version model_hash input_hash route_ground queue language priority abstained asks_for_a_person",
        ),
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


@command
def finalise_automatically(*, appeal_id: int, now: datetime, expected_version: int | None = None) -> Appeal:
    """Grants the appeal by the system: revokes every appealed measure, and draws whether a person reviews that.

    Raises `NotYourTurn` when a person was demanded or the case is not with the system, `NotAllowed` where no policy and
    certificate in force cover the case as it is now, or where it repeats anything, `Stale`.
    """
    appeal = Appeal.lock(Q(), pk=appeal_id)
    _require_with_the_system(appeal, expected_version)
    suggestion = appeal.suggestions.order_by("-appeal_version").first()
    if suggestion is not None and suggestion.asks_for_a_person:
        raise NotYourTurn(_("The appellant asked for a person in their own words."))
    _wait_for_other_closings()
    certificate = _covering_certificate(appeal, suggestion, now=now)
    assert suggestion is not None
    record_clear_search(appeal, now=now)
    items = list(appeal.items.select_related("measure__type"))
    decision = _recorded_decision(appeal, suggestion, certificate, now=now)
    rulings: Sequence[RulingDraft] = [RulingDraft(i.measure.no, Outcome.OVERTURNED) for i in items]
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
            "certificate": certificate.ref,
            "reasons": digest(decision.reasons),
            "content": digest(content_of_decision(decision)),
        },
        outcome=Outcome.OVERTURNED,
        decided_by_kind=DecidedBy.SYSTEM,
        decided_at=now,
    )
    follow(appeal, rulings, actor=actor, now=now)
    record_phrases_of_letter(decision)
    return appeal


def _recorded_decision(
    appeal: Appeal, suggestion: TriageSuggestion, certificate: Certificate, *, now: datetime
) -> Decision:
    """The decision with its one point, and whether a person reviews it."""
    reasons, ground = _words_for(appeal)
    decision = Decision.objects.create(
        appeal=appeal,
        by_kind=DecidedBy.SYSTEM,
        outcome=Outcome.OVERTURNED,
        reasons=reasons,
        rule_application="",
        system_view=SystemView.AGREED,
        model_version=suggestion.model_version,
        certificate=certificate,
        decided_at=now,
        check_code=new_check_code(),
    )
    _draw_lot(decision, certificate, now=now)
    DecisionPoint.objects.create(
        decision=decision,
        no=1,
        kind=PointKind.ARGUMENT,
        text=ground,
        finding="accepted",
        sentence=reasons,
    )
    return decision


def _require_with_the_system(appeal: Appeal, expected_version: int | None) -> None:
    if appeal.human_demanded or HumanDemand.objects.filter(appeal=appeal).exists():
        raise NotYourTurn(_("The appellant demanded a person."))
    is_as_read = expected_version is None or expected_version == appeal.version
    if appeal.state != AppealState.SYSTEM_REVIEW or not is_as_read:
        raise NotYourTurn()


def _wait_for_other_closings() -> None:
    """Locks every policy that lets the system close anything until the transaction ends.

    So one case is closed at a time on the whole platform, and of two that repeat each other the later one is compared
    with the earlier; few are closed, so nobody waits long.
    """
    list(AutomationPolicy.objects.select_for_update(no_key=True).filter(mode=AutomationMode.RESTORE).order_by("pk"))


def _words_for(appeal: Appeal) -> tuple[str, str]:
    """Reasons and ground in the appellant's language, in which they are kept: a worker has no reader."""
    with translation.override(appeal.language):
        reasons = gettext(
            "The system compared your appeal with decided cases and found that the measure does not stand."
        )
        return reasons, str(appeal.get_ground_display())


def _draw_lot(decision: Decision, certificate: Certificate, *, now: datetime) -> None:
    """Draws by lot whether a person looks at the decision again."""
    lot = lot_of(certificate, decision.appeal)
    AuditDraw.objects.create(
        decision=decision,
        certificate=certificate,
        lot_permille=lot,
        rate_permille=AUDIT_PERMILLE,
        is_drawn=lot < AUDIT_PERMILLE,
        drawn_at=now,
        day=beijing_day(now),
    )


def _covering_certificate(appeal: Appeal, suggestion: TriageSuggestion | None, *, now: datetime) -> Certificate:
    """Returns the certificate that covers this case now, proved on the case itself. Raises `NotAllowed` where none
    does.
    """
    allowed = allowed_for(appeal, now=now, repeats=search_repeats(appeal))
    if allowed is None or suggestion is None or suggestion.abstained or suggestion.closing_permille is None:
        raise NotAllowed()
    case = input_of(appeal)
    try:
        warrant = Warrant(
            mandate=allowed.mandate,
            case=case,
            model_hash=suggestion.model_hash,
            probability=suggestion.closing_permille / 1000,
        )
    except ValueError as objections:
        raise NotAllowed() from objections
    if warrant.input_hash != suggestion.input_hash:  # what was filed is no longer what was weighed
        raise NotAllowed()
    return allowed.row


@command
def close_as_corrected(*, notice_id: int, now: datetime) -> None:
    """Closes an open appeal against a notice that the platform revoked itself; does nothing where there is none."""
    for pk in Appeal.objects.filter(notice_id=notice_id, state__in=OPEN).values_list("pk", flat=True):
        appeal = Appeal.lock(Q(), pk=pk)
        if appeal.is_open:
            fire(appeal, "close_as_corrected", actor=Actor.system("correction"), now=now)
