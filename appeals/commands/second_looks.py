"""The second look: what a reviewer would have decided of a case, without knowing what was decided, or by whom; and what
people make of two judgements that differ.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from appeals.models import AuditView, Calibration, Contest, Decision, Outcome, Stands
from appeals.policies import differing_for, may_audit_decision, may_calibrate, may_contest_look
from casework.actor import Actor
from casework.errors import (
    FieldError,
    Invalid,
    NotYourTurn,
    one_of,
    or_not_found,
    require,
    require_choice,
    require_text,
)
from casework.firing import command
from casework.text import is_visually_blank
from notices.commands import look_again
from rules.commands import propose_guidance

WEIGHT = {Outcome.OVERTURNED: 0, Outcome.VARIED: 1, Outcome.UPHELD: 2}
"""How hard an outcome is on the party."""


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


@command
def contest_second_look(*, actor: Actor, ref: str, words: str, now: datetime) -> Contest:
    """Records what the decider says against a second look that differs, once and before it is settled.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `Invalid`.
    """
    view = _locked(actor, ref)
    require(may_contest_look(actor, view))
    require_text("/words", words, _("Say why you stand by your decision."))
    if Contest.objects.filter(view=view).exists() or Calibration.objects.filter(view=view).exists():
        raise NotYourTurn()
    return Contest.objects.create(view=view, words=words, contested_by_id=actor.person, contested_at=now)


@command
def calibrate(
    *, actor: Actor, ref: str, took_part: str, concluded: str, stands: str, now: datetime, guidance: str = ""
) -> Calibration:
    """Records once what a meeting about two judgements concluded.

    Where the decision was too hard on the party, its notice is looked at again by a person who can withdraw it; the
    decision itself stays as it was sent. `guidance` is entered as a change that another person signs.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `NotYourTurn`, `Invalid`.
    """
    view = _locked(actor, ref)
    require(may_calibrate(actor, view))
    require_text("/took_part", took_part, _("Say who took part."))
    require_text("/concluded", concluded, _("Say what was concluded."))
    require_choice("/stands", stands, Stands)
    if Calibration.objects.filter(view=view).exists():
        raise NotYourTurn()
    decision = view.decision
    appeal = decision.appeal
    change = None
    if not is_visually_blank(guidance):
        basis = appeal.notice.bases.filter(clause__isnull=False).order_by("no").first()
        if basis is None or basis.clause_id is None:
            raise Invalid.field(
                "/guidance", "unknown-clause", _("The measure rests on no clause, so nothing stands beside it.")
            )
        change = propose_guidance(actor=actor, clause_id=basis.clause_id, guidance=guidance, reason=concluded, now=now)
    if stands == Stands.SECOND and WEIGHT[Outcome(view.outcome)] < WEIGHT[Outcome(decision.outcome)]:
        look_again(notice_id=appeal.notice_id, origin=appeal, now=now)
    return Calibration.objects.create(
        view=view,
        took_part=took_part,
        concluded=concluded,
        stands=stands,
        guidance_ref=change.ref if change else "",
        recorded_by_id=actor.person,
        recorded_at=now,
    )


def _locked(actor: Actor, ref: str) -> AuditView:
    """Locks the second look at this appeal until the transaction ends. Raises `NotFound`."""
    rows = differing_for(actor).filter(decision__appeal__ref=ref).select_related("decision__appeal__notice")
    return or_not_found(rows.select_for_update(of=("self",), no_key=True).first())
