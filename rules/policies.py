"""Who makes and publishes rules and clears findings in their wording. Everybody may read and comment."""

from casework.actor import Actor, ActorKind, Via
from casework.errors import CaseError, ConflictOfInterest, NotAllowed
from casework.models import Event
from rules.models import Rulemaking

WRITES = ("rule.drafted", "rule.edited")


def may_clear_wording(actor: Actor) -> CaseError | None:
    """A compliance officer, who answers for it by name."""
    return None if actor.has_role("compliance") and actor.user_id is not None else NotAllowed()


def may_read_clearances(actor: Actor) -> CaseError | None:
    """Compliance officers and administrators."""
    return None if actor.has_role("compliance", "administrator") else NotAllowed()


def may_publish_rule(actor: Actor) -> CaseError | None:
    """The platform's back end with the scope, and administrators and compliance officers."""
    if actor.has_scope("rules:write") or actor.has_role("administrator", "compliance"):
        return None
    return NotAllowed()


def may_answer_explanation(actor: Actor) -> CaseError | None:
    """Compliance officers and administrators, who answer for what the rules mean."""
    return None if actor.has_role("compliance", "administrator") else NotAllowed()


def may_make_rule(actor: Actor, making: Rulemaking | None = None) -> CaseError | None:
    """A person of compliance or an administrator, since drafting and approving are signed."""
    del making
    return None if actor.has_role("administrator", "compliance") and actor.user_id is not None else NotAllowed()


def may_adopt_rule(actor: Actor, making: Rulemaking) -> CaseError | None:
    """Whoever may make rules and wrote nothing of this draft: two people."""
    if denial := may_make_rule(actor):
        return denial
    if making.rule_version.drafted_by_id == actor.user_id:
        return ConflictOfInterest()
    wrote = Event.objects.filter(
        case_kind=Rulemaking.KIND, case_id=making.pk, actor_kind="staff", actor_ref=actor.ref, type__in=WRITES
    )
    return ConflictOfInterest() if wrote.exists() else None


def may_take_over_rule(actor: Actor) -> CaseError | None:
    """A person of compliance or an administrator at the server's console; never over the network."""
    if actor.kind is ActorKind.STAFF and actor.via is Via.CONSOLE:
        return may_make_rule(actor)
    return NotAllowed()
