"""Who may see a right holder's notice, and do what to it. To everybody else it is not there.

The right holder's side is whoever acts for it, or the back end that passed the notice on; a statement is never a back
end's. The merchant sees a notice from its acceptance on.
"""

from django.db.models import Q

from accounts.models import Membership
from accounts.roles import ADMINISTRATOR, CAN_FILE, CAN_GIVE_UP, COMPLIANCE
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, ConflictOfInterest, NotAllowed
from infringements.machine import InfringementState
from infringements.models import FilePart, Infringement, InfringementFile

OVERSEES = (COMPLIANCE, ADMINISTRATOR)
WRITES = "notices:write"
HIDDEN = {FilePart.STATEMENT: InfringementState.FORWARDED, FilePart.PROCEEDINGS: InfringementState.STATED}
"""What the other side does not see yet: files beside words that have not been said."""


def visible_to(actor: Actor) -> Q:
    """The notices of right holders that this actor may see: each side its own, a client those of its platform."""
    if actor.kind is ActorKind.PARTY:
        parties = list(actor.parties)
        return Q(holder_id__in=parties) | Q(merchant_id__in=parties, notice__isnull=False)
    if actor.kind is ActorKind.CLIENT:
        reads = actor.has_scope("notices:read") or actor.has_scope(WRITES)
        return Q(client_id=actor.client_id) if reads else Q(pk=None)
    return Q() if actor.has_role(*OVERSEES) or actor.kind is ActorKind.SYSTEM else Q(pk=None)


def is_of_holder(actor: Actor, case: Infringement) -> bool:
    """Whether the actor reads as the right holder, or for it."""
    return actor.role_in(case.holder_id) is not None


def is_of_merchant(actor: Actor, case: Infringement) -> bool:
    """Whether the actor reads as the merchant, and not as the right holder."""
    is_theirs = case.merchant_id is not None and actor.role_in(case.merchant_id) is not None
    return is_theirs and not is_of_holder(actor, case)


def may_see_file(actor: Actor, file: InfringementFile) -> bool:
    """Every file, but for those that the other side has not handed in yet."""
    case = file.infringement
    if actor.kind is not ActorKind.PARTY or HIDDEN.get(FilePart(file.part)) != case.state:
        return True
    return is_of_merchant(actor, case) if file.part == FilePart.STATEMENT else is_of_holder(actor, case)


def may_file_infringement(actor: Actor, holder_id: int) -> CaseError | None:
    """Whoever may file for the right holder, or the platform's back end, which passes it on."""
    may = actor.has_scope(WRITES) or actor.role_in(holder_id) in CAN_FILE
    return None if may else NotAllowed()


def may_complete_infringement(actor: Actor, case: Infringement) -> CaseError | None:
    """Whoever may file for the right holder; the back end what it passed on."""
    passes_on = case.is_passed_on and actor.has_scope(WRITES) and actor.client_id == case.client_id
    return None if passes_on or actor.role_in(case.holder_id) in CAN_FILE else NotAllowed()


may_report_proceedings = may_answer_infringement = may_complete_infringement


def may_withdraw_infringement(actor: Actor, case: Infringement) -> CaseError | None:
    """As to complete it, and of agents only one with special authority (民事诉讼法 62)."""
    role = actor.role_in(case.holder_id)
    return may_complete_infringement(actor, case) if role is None or role in CAN_GIVE_UP else NotAllowed()


def may_state_no_infringement(actor: Actor, case: Infringement) -> CaseError | None:
    """A person who may file for the merchant."""
    role = None if case.merchant_id is None else actor.role_in(case.merchant_id)
    return None if role in CAN_FILE else NotAllowed()


def may_add_file(actor: Actor, case: Infringement) -> CaseError | None:
    """The side that says something next."""
    if case.state == InfringementState.FORWARDED:
        return may_state_no_infringement(actor, case)
    return may_complete_infringement(actor, case)


def may_decide_infringement(actor: Actor, case: Infringement) -> CaseError | None:
    """A person of compliance or an administrator, in a session, who never acted for a side."""
    if not actor.has_role(*OVERSEES) or not actor.session:
        return NotAllowed()
    sides = [pk for pk in (case.holder_id, case.merchant_id) if pk is not None]
    is_former = Membership.objects.filter(user_id=actor.person, party_id__in=sides).exists()
    return ConflictOfInterest() if is_former else None
