"""Closing an appeal alone, in the appellant's favour: only where switched on, proved, and new in its words."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from appeals import commands as appeals
from appeals.models import Appeal, Decision, TriageSuggestion
from casework.errors import NotAllowed, NotYourTurn
from casework.firing import command
from classifier.certificate import Warrant
from triage.commands.duplicates import record_clear_search, record_phrases_of_letter, search_repeats
from triage.features import input_of
from triage.lots import lot_of
from triage.models import AUDIT_PERMILLE, AuditDraw, AutomationMode, AutomationPolicy, Certificate
from triage.permission import allowed_for, beijing_day


@command
def finalise_automatically(*, appeal_id: int, now: datetime, expected_version: int | None = None) -> Appeal:
    """Grants the appeal by the system: revokes every appealed measure, and draws whether a person reviews that.

    Raises `NotYourTurn` when a person was demanded or the case is not with the system, `NotAllowed` where no policy and
    certificate in force cover the case as it is now, or where it repeats anything, `Stale`.
    """
    appeal = appeals.lock_for_the_system(appeal_id, expected_version)
    suggestion = appeal.suggestions.order_by("-appeal_version").first()
    if suggestion is not None and suggestion.asks_for_a_person:
        raise NotYourTurn(_("The appellant asked for a person in their own words."))
    _wait_for_other_closings()
    certificate = _covering_certificate(appeal, suggestion, now=now)
    assert suggestion is not None
    record_clear_search(appeal, now=now)
    lot = lot_of(certificate, appeal)
    draw = partial(_draw_lot, lot=lot, certificate=certificate, now=now)
    decision = appeals.decide_automatically(
        appeal, suggestion, certificate_ref=certificate.ref, is_drawn=lot < AUDIT_PERMILLE, record=draw, now=now
    )
    record_phrases_of_letter(decision)
    return appeal


def _wait_for_other_closings() -> None:
    """Locks every policy that lets the system close anything until the transaction ends.

    So one case is closed at a time on the whole platform, and of two that repeat each other the later one is compared
    with the earlier; few are closed, so nobody waits long.
    """
    list(AutomationPolicy.objects.select_for_update(no_key=True).filter(mode=AutomationMode.RESTORE).order_by("pk"))


def _draw_lot(decision: Decision, *, lot: int, certificate: Certificate, now: datetime) -> None:
    """Puts on file by which lot a person looks at the decision again, or not."""
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
            permission=allowed.permission,
            case=case,
            model_hash=suggestion.model_hash,
            probability=suggestion.closing_permille / 1000,
        )
    except ValueError as objections:
        raise NotAllowed() from objections
    if warrant.input_hash != suggestion.input_hash:  # what was filed is no longer what was weighed
        raise NotAllowed()
    return allowed.row
