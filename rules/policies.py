"""Who makes rules, changes catalogues, clears findings in wording, and leaves rather than accept a version.

Everybody may read and comment.
"""

from django.db.models import Q

from accounts.models import Party, PartyKind
from accounts.roles import ADMINISTRATOR, CAN_MANAGE, COMPLIANCE, COUNSEL
from casework.actor import Actor, ActorKind, Via
from casework.errors import CaseError, ConflictOfInterest, NotAllowed
from casework.models import Event
from rules.models import CatalogueChange, PlatformRule, RuleExit, Rulemaking, Subject

WRITES = ("rule.drafted", "rule.edited", "rule.proposed", "rule.entered")


def may_clear_wording(actor: Actor) -> CaseError | None:
    """A compliance officer, who answers for it by name."""
    return None if actor.has_role("compliance") and actor.user_id is not None else NotAllowed()


def may_read_clearances(actor: Actor) -> CaseError | None:
    """Compliance officers and administrators."""
    return None if actor.has_role("compliance", "administrator") else NotAllowed()


def may_make_rule(actor: Actor, _about: object = None) -> CaseError | None:
    """A person of compliance or an administrator, since drafting and approving are signed."""
    return None if actor.has_role("administrator", "compliance") and actor.user_id is not None else NotAllowed()


may_enter_change = may_make_rule
"""They answer for what a program proposed."""
may_refuse_change = may_make_rule
"""Whoever entered it, or another."""
may_settle_law_work = may_enter_rule = may_answer_price_finding = may_make_rule
may_publicise_rule = may_make_rule
"""What is publicised was adopted by another person than its drafter."""


def may_propose_law(actor: Actor) -> CaseError | None:
    """The platform's back end with the scope, and whoever may make rules; two people sign what comes of it."""
    return None if actor.has_scope("rules:write") else may_make_rule(actor)


def may_record_membership(actor: Actor) -> CaseError | None:
    """The platform's back end with the scope."""
    return None if actor.has_scope("rules:write") else NotAllowed()


def may_remove_second_factor(actor: Actor, user_ref: str) -> CaseError | None:
    """An administrator, of anybody else; another one signs."""
    if not actor.has_role(ADMINISTRATOR) or actor.user_id is None:
        return NotAllowed()
    return ConflictOfInterest() if actor.ref == user_ref else None


def may_record_prices(actor: Actor) -> CaseError | None:
    """The platform's back end with the scope."""
    return None if actor.has_scope("prices:write") else NotAllowed()


def may_sign_change(actor: Actor, change: CatalogueChange) -> CaseError | None:
    """Another person of compliance, or administrator, than who entered it; never a program. That a second factor is
    removed, another administrator.
    """
    if denial := may_make_rule(actor):
        return denial
    if change.subject == Subject.SECOND_FACTOR and (denial := may_remove_second_factor(actor, change.key)):
        return denial
    return ConflictOfInterest() if change.entered_by_id == actor.user_id else None


def changes_visible_to(actor: Actor) -> Q:
    """A client sees what it proposed; compliance and administrators all."""
    if actor.kind is ActorKind.CLIENT:
        return Q(client_id=actor.client_id)
    oversees = actor.has_role("compliance", "administrator") or actor.kind is ActorKind.SYSTEM
    return Q() if oversees else Q(pk=None)


price_findings_visible_to = changes_visible_to
"""A client sees what came of what it told."""


def may_sign_as_counsel(actor: Actor, _about: object = None) -> CaseError | None:
    """A person with the role of counsel, who answers for it by name."""
    return None if actor.has_role(COUNSEL) and actor.user_id is not None else NotAllowed()


may_withdraw_signature = may_sign_as_counsel
"""Any counsel: whoever signed may have left."""


def signatures_visible_to(actor: Actor) -> Q:
    """Everybody sees every signature."""
    del actor
    return Q()


def law_work_visible_to(actor: Actor) -> Q:
    """Compliance, administrators and counsel see all of it."""
    sees = actor.has_role(COMPLIANCE, ADMINISTRATOR, COUNSEL) or actor.kind is ActorKind.SYSTEM
    return Q() if sees else Q(pk=None)


def may_propose_rule(actor: Actor, rule: PlatformRule | None = None) -> CaseError | None:
    """Whoever may make rules, and the platform's back end with the scope, of a rule that is its own."""
    if not actor.has_scope("rules:write"):
        return may_make_rule(actor)
    return None if rule is None or rule.client_id == actor.client_id else NotAllowed()


def may_answer_explanation(actor: Actor) -> CaseError | None:
    """Compliance officers and administrators, who answer for what the rules mean."""
    return None if actor.has_role("compliance", "administrator") else NotAllowed()


def may_comment(actor: Actor) -> CaseError | None:
    """Every person who is signed in; a program has no opinion."""
    return None if actor.user_id is not None else NotAllowed()


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


def exits_visible_to(actor: Actor) -> Q:
    """The exits of one's own parties; those of a client's parties to the client that writes rules; all to compliance
    and administrators.
    """
    if actor.kind is ActorKind.PARTY:
        return Q(party_id__in=list(actor.parties))
    if actor.kind is ActorKind.CLIENT:
        return Q(party__client_id=actor.client_id) if actor.has_scope("rules:write") else Q(pk=None)
    oversees = actor.has_role("compliance", "administrator") or actor.kind is ActorKind.SYSTEM
    return Q() if oversees else Q(pk=None)


consents_visible_to = memberships_visible_to = exits_visible_to
"""Those of the same parties."""


def may_request_exit(actor: Actor, party: Party | None) -> CaseError | None:
    """An owner or manager of a merchant or consumer; without any other condition (办法 14)."""
    if party is None or party.kind not in (PartyKind.MERCHANT, PartyKind.CONSUMER):
        return NotAllowed()
    return None if actor.role_in(party.pk) in CAN_MANAGE else NotAllowed()


def may_speak_for_exit(actor: Actor, case: RuleExit) -> CaseError | None:
    """An owner or manager of the party that leaves."""
    return None if actor.role_in(case.party_id) in CAN_MANAGE else NotAllowed()


def may_pay_exit(actor: Actor, case: RuleExit) -> CaseError | None:
    """Compliance, an administrator, or the platform's back end."""
    del case
    return None if actor.has_scope("rules:write") else may_make_rule(actor)


def may_calculate_exit(actor: Actor, case: RuleExit) -> CaseError | None:
    """As whoever may pay; after an objection a person who did not calculate before."""
    earlier = [each.calculated_by_id for each in case.calculations.all()]
    if not earlier:
        return may_pay_exit(actor, case)
    if denial := may_make_rule(actor):
        return denial
    return ConflictOfInterest() if actor.user_id in earlier else None
