"""Who may see a tip, and do what to it. The reported party never sees one, and nobody of it decides one."""

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Membership
from accounts.roles import ADMINISTRATOR, CAN_FILE, COMPLIANCE
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, ConflictOfInterest, NotAllowed
from casework.models import Event
from tips.models import Tip

OVERSEES = (COMPLIANCE, ADMINISTRATOR)
WRITES = "notices:write"
LOOK_LASTS = timedelta(minutes=30)
"""For how long whoever looked at who gave a tip is shown it again."""


def visible_to(actor: Actor) -> Q:
    """The tips that this actor may see: a party those that it gave, a client those that it passed on."""
    if actor.kind is ActorKind.PARTY:
        return Q(reporter_id__in=list(actor.parties))
    if actor.kind is ActorKind.CLIENT:
        reads = actor.has_scope("notices:read") or actor.has_scope(WRITES)
        return Q(client_id=actor.client_id) & ~Q(external_ref="") if reads else Q(pk=None)
    return Q() if actor.has_role(*OVERSEES) or actor.kind is ActorKind.SYSTEM else Q(pk=None)


def may_file_tip(actor: Actor | None, reporter_id: int | None) -> CaseError | None:
    """Anybody, for a party only who may file for it; a back end with the right to write."""
    if actor is not None and actor.kind is ActorKind.CLIENT:
        return None if actor.has_scope(WRITES) else NotAllowed()
    is_own = reporter_id is None or (actor is not None and actor.role_in(reporter_id) in CAN_FILE)
    return None if is_own else NotAllowed()


def may_add_file(actor: Actor, tip: Tip) -> CaseError | None:
    """Whoever may file for the party that gave it; the back end what it passed on."""
    if tip.is_passed_on:
        return None if actor.has_scope(WRITES) and actor.client_id == tip.client_id else NotAllowed()
    is_own = tip.reporter_id is not None and actor.role_in(tip.reporter_id) in CAN_FILE
    return None if is_own else NotAllowed()


def may_decide_tip(actor: Actor, tip: Tip) -> CaseError | None:
    """A person of compliance or an administrator, in a session, who never acted for a side."""
    if not actor.has_role(*OVERSEES) or not actor.session:
        return NotAllowed()
    sides = [pk for pk in (tip.reporter_id, tip.subject_id) if pk is not None]
    is_former = Membership.objects.filter(user_id=actor.person, party_id__in=sides).exists()
    return ConflictOfInterest() if is_former else None


def may_confirm_finding(actor: Actor, tip: Tip) -> CaseError | None:
    """As to decide, and not whoever proposed the finding."""
    refusal = may_decide_tip(actor, tip)
    return refusal or (ConflictOfInterest() if tip.found_by_id == actor.person else None)


def sees_reporter(actor: Actor, tip: Tip, now: datetime) -> bool:
    """Whether this person of staff put a look at who gave the tip on record, not long ago."""
    looks = Event.objects.filter(case_kind=Tip.KIND, case_id=tip.pk, type="tip.reporter_seen", actor_ref=actor.ref)
    return looks.filter(at__gt=now - LOOK_LASTS).exists()
