"""Who may do what to a notice, and who may see it. A suspended or closed party keeps both reading and appealing."""

from collections.abc import Callable
from functools import reduce
from operator import and_

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, ConflictOfInterest, NotAllowed
from casework.models import Event
from executors.queries import worked_for_executor_of
from notices.models import Notice, SiblingReview
from rules.policies import may_make_rule

NONE = Q(pk=None)
DISPUTE_DETERMINED = "notice.dispute_determined"
DECIDES_NOTHING = (DISPUTE_DETERMINED, "notice.translated", "notice.decision_confirmed")
BUT_FOR: list[Callable[[Actor], Q]] = []
"""What apps above leave of all notices to somebody of staff, such as a reviewer who is to judge blind."""
READS_ALL = ("compliance", "administrator", "senior_reviewer", "reviewer")


def visible_to(actor: Actor) -> Q:
    """The notices that this actor may see: a party its own, an agent also those in which alone they act, a client those
    it issued, reviewing staff all.
    """
    if actor.kind is ActorKind.PARTY:
        own, named = Q(party_id__in=list(actor.parties)), actor.named(Notice.KIND)
        return own | Q(pk__in=named) if named else own
    if actor.kind is ActorKind.CLIENT:
        return (
            Q(client_id=actor.client_id)
            if actor.has_scope("notices:read") or actor.has_scope("notices:write")
            else Q(pk=None)
        )
    if actor.has_role(*READS_ALL) or actor.kind is ActorKind.SYSTEM:
        return reduce(and_, (but(actor) for but in BUT_FOR), Q())
    return Q(pk=None)


def may_issue_notices(actor: Actor) -> CaseError | None:
    return None if actor.has_scope("notices:write") else NotAllowed()


def may_propose_measure_type(actor: Actor) -> CaseError | None:
    """The platform's back end with the scope, and whoever may make rules; two people sign what comes of it."""
    return None if actor.has_scope("notices:write") else may_make_rule(actor)


def may_correct_notice(actor: Actor, notice: Notice) -> CaseError | None:
    """The client that issued it, or compliance."""
    if actor.has_scope("notices:write") and notice.client_id == actor.client_id:
        return None
    return None if actor.has_role("compliance", "administrator") else NotAllowed()


def may_translate_notice(actor: Actor, notice: Notice) -> CaseError | None:
    """Whoever decided it, compliance or an administrator, in a session; without a query, since lists ask it.

    Reviewers keep out of a measure that they may have to judge.
    """
    decided = notice.decided_by_id is not None and notice.decided_by_id == actor.user_id
    return None if actor.session and (decided or actor.has_role("compliance", "administrator")) else NotAllowed()


def may_confirm_decision(actor: Actor, notice: Notice) -> CaseError | None:
    """The person whom the notice names, signed in; never the client that named them."""
    is_theirs = notice.decided_by_id is not None and notice.decided_by_id == actor.user_id
    return None if is_theirs and actor.session and actor.kind is ActorKind.STAFF else NotAllowed()


def acted_for_addressee(actor: Actor, notice: Notice) -> CaseError | None:
    """Nobody who ever acted for the addressee adds to what it is told."""
    is_former = Membership.objects.filter(user_id=actor.person, party_id=notice.party_id).exists()
    return ConflictOfInterest() if is_former else None


def may_settle_remedy(actor: Actor, notice: Notice) -> CaseError | None:
    """The client that issued the notice, since only it can say that an effect is undone."""
    return None if actor.has_scope("remedies:write") and notice.client_id == actor.client_id else NotAllowed()


def _acts_on_notices(*refs: str) -> QuerySet[Event]:
    by = {"actor_ref": refs[0]} if len(refs) == 1 else {"actor_ref__in": refs}
    return Event.objects.filter(case_kind=Notice.KIND, actor_kind="staff", **by)


def disputes_determined_about_notices(*refs: str) -> QuerySet[Event]:
    """The events by which these people determined a dispute; `case_id` is the notice that it was about."""
    return _acts_on_notices(*refs).filter(type=DISPUTE_DETERMINED)


def notices_decided_upon(ref: str) -> QuerySet[Event]:
    """The events by which this person decided an appeal or withdrew a notice; `case_id` is the notice."""
    return _acts_on_notices(ref).exclude(type__in=DECIDES_NOTHING)


SWEEPS = ("compliance", "administrator")


def siblings_visible_to(actor: Actor) -> Q:
    """The reviews after an error that this actor may see: compliance's and administrators' alone."""
    return Q() if actor.has_role(*SWEEPS) or actor.kind is ActorKind.SYSTEM else Q(pk=None)


def may_review_sibling(actor: Actor, notice: Notice) -> CaseError | None:
    """A person of compliance who did not decide the notice and never worked for the executor that did."""
    if not actor.has_role(*SWEEPS) or not actor.session:
        return NotAllowed()
    if notice.decided_by_id == actor.user_id:
        return ConflictOfInterest()
    is_theirs = notice.act is not None and worked_for_executor_of(notice.act, actor.person)
    return ConflictOfInterest() if is_theirs else None


def not_involving(actor: Actor) -> Q:
    """The notices in which this person had no part: neither they nor their team decided, they looked at none again
    after an error, and they never acted for whom it is addressed to.
    """
    if actor.user_id is None:
        return NONE
    looked_again = SiblingReview.objects.filter(notice=OuterRef("pk"), decided_by_id=actor.user_id)
    acted_for = Membership.objects.filter(user_id=actor.user_id).values("party_id")
    free = ~Q(decided_by_id=actor.user_id) & ~Q(Exists(looked_again)) & ~Q(party_id__in=acted_for)
    return free if actor.team_id is None else free & ~Q(decided_by_team_id=actor.team_id)


def publications_visible_to(actor: Actor) -> Q:
    """The public records, published or not, that this actor may see: compliance and administrators all of them."""
    return Q() if actor.has_role(*SWEEPS) or actor.kind is ActorKind.SYSTEM else Q(pk=None)


def may_publish(actor: Actor) -> CaseError | None:
    """A person of compliance, signed in."""
    return None if actor.has_role(*SWEEPS) and actor.session else NotAllowed()
