"""The second look: what a reviewer would have decided of a case, without knowing what was decided, or by whom."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from appeals.models import AuditView, Decision, Outcome
from appeals.policies import may_audit_decision
from casework.actor import Actor
from casework.errors import FieldError, Invalid, NotYourTurn, one_of, require
from casework.text import is_visually_blank


def record_audit_view(decision: Decision, *, actor: Actor, outcome: str, note: str, now: datetime) -> AuditView:
    """Records the reviewer's own outcome of a decided case, once. The caller has checked that it waits for one.

    Raises `NotAllowed`, `ConflictOfInterest`, `Invalid`, `NotYourTurn`.
    """
    require(may_audit_decision(actor, decision.appeal))
    errors = []
    if outcome not in Outcome.values:
        errors.append(FieldError("/outcome", "unknown", one_of(Outcome.values)))
    if is_visually_blank(note):
        errors.append(FieldError("/note", "required", _("Give the reason in a sentence.")))
    elif len(note) > 2000:
        errors.append(FieldError("/note", "too-long", _("This is too long.")))
    if errors:
        raise Invalid(errors=errors)
    Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)  # one second look of a case at a time
    if AuditView.objects.filter(decision=decision).exists():
        raise NotYourTurn(_("Somebody else has already looked at this case again."))
    return AuditView.objects.create(
        decision=decision, reviewer_id=actor.person, outcome=outcome, note=note, viewed_at=now
    )
