"""Puts and lifts legal holds."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from casework.actor import Actor
from casework.canonical import digest, moment
from casework.errors import Invalid, require, require_text
from casework.firing import command, fire, locked, open_case
from casework.ledger import case_models
from retention.machine import HoldState
from retention.models import LegalHold
from retention.policies import holds_visible_to, may_lift_hold, may_put_hold


@command
def put_hold(*, actor: Actor, about: str, reason: str, now: datetime, until: datetime | None = None) -> LegalHold:
    """Nothing of the party or case with the ref or number `about` ends before the hold is lifted, or `until`.

    Raises `NotAllowed`, and `Invalid` for what there is not, without a reason, and for an end that is not later.
    """
    require(may_put_hold(actor))
    require_text("/reason", reason, _("Say why it is held: the suit, the order, the investigation."))
    if until is not None and until <= now:
        raise Invalid.field("/until", "invalid", _("It ends later than now, or when it is lifted."))
    hold = LegalHold(reason=reason, until=until, put_by_id=actor.person, **_scope(about.strip()))
    open_case(
        hold,
        state=HoldState.IN_FORCE,
        event="legal_hold.put",
        actor=actor,
        now=now,
        verb="put",
        facts={"about": hold.about, "reason": digest(reason), "until": moment(until) if until else ""},
    )
    return hold


def _scope(about: str) -> dict[str, object]:
    party = Party.objects.filter(ref=about).first()
    if party is not None:
        return {"party": party, "about": party.ref}
    for model in case_models():
        for column in ("ref", "number"):
            case = model._default_manager.filter(**{column: about}).first()
            if case is not None:
                return {"case_kind": model.KIND, "case_id": case.pk, "about": case.number}
    raise Invalid.field("/about", "unknown", _("There is no party and no case of this number or reference."))


@command
def lift_hold(*, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None) -> LegalHold:
    """It holds nothing any more. Raises `NotAllowed`, `NotYourTurn`, `Stale`, and `Invalid` without a reason."""
    hold = locked(LegalHold, holds_visible_to(actor), ref, expected_version)
    require(may_lift_hold(actor, hold))
    require_text("/reason", reason, _("Say why it is lifted."))
    facts = {"reason": digest(reason)}
    fire(hold, "lift", actor=actor, now=now, facts=facts, lifted_by_id=actor.person, lifted_reason=reason)
    return hold
