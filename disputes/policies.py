"""Who may see a dispute and do what in it. A denial is the coded error to raise; None means yes.

An unassigned mediator sees nothing of a dispute but its line in the queue; who acted for a side never mediates it,
nor who had a part in the notice that it is about.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from accounts.models import Membership, PartyKind, User
from accounts.policies import may_take_down_for
from accounts.roles import (
    CAN_ANSWER,
    CAN_FILE,
    CAN_GIVE_UP,
    CAN_STAGE_PROOF,
    CONTACT,
    DISPUTE,
    FINANCE,
    MEDIATOR,
    OWNER,
    SPECIAL_AGENT,
)
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, ConflictOfInterest, NotAllowed
from casework.models import Event
from disputes.choices import ACTS_OF_A_SIDE, MONEY, TAKEN_DOWN_ON_THE_PHONE, Side
from disputes.machine import HOLDER, TABS, WITH_MEDIATOR, DisputeState
from disputes.models import AssistedFiling, Determination, Dispute, Obligation, Offer
from disputes.proof import payer_of
from executors.queries import acts_with_second_look_by
from notices.policies import notices_decided_upon

MAY_PAY = frozenset({OWNER, FINANCE, SPECIAL_AGENT})
"""Who promises a party's money, by making an offer as by accepting one."""
MAY_FORGO_RETURN = MAY_PAY - {SPECIAL_AGENT}
"""Who agrees for a merchant that a buyer is refunded and keeps the goods; nobody can in its place."""
OVERSEES = ("compliance", "administrator")
WAITING = Q(waits_on__in=[tab.name for tab in TABS.values() if tab.can_be_taken])
"""The disputes that wait for a mediator."""
TO_DECIDE = Q(state__in=[*WITH_MEDIATOR, DisputeState.APPRAISING]) | Q(
    state=DisputeState.PAUSED, paused_from__in=WITH_MEDIATOR
)
"""The disputes that nobody but their mediator can take further. What was determined, oversight sees to."""


def visible_to(actor: Actor) -> Q:
    """Both sides' people; the mediator who holds it or determined it; the platform's back end; overseers all."""
    if actor.kind is ActorKind.PARTY:
        own, named = list(actor.parties), actor.named(DISPUTE)
        theirs = Q(claimant_id__in=own) | Q(respondent_id__in=own)
        return theirs | Q(pk__in=named) if named else theirs
    if actor.kind is ActorKind.CLIENT:
        return Q(client_id=actor.client_id) if actor.has_scope("disputes:read") else Q(pk=None)
    if actor.kind is ActorKind.SYSTEM or actor.has_role(*OVERSEES):
        return Q()
    if actor.has_role(MEDIATOR):
        determined = Determination.objects.filter(dispute=OuterRef("pk"), mediator_id=actor.user_id)
        return HOLDER.where(actor) | Q(Exists(determined))
    return Q(pk=None)


def joinable_by(actor: Actor) -> Q:
    """The disputes that wait for a mediator and that this one may take: they had no part in it, nor in its notice."""
    if not actor.has_role(MEDIATOR):
        return Q(pk=None)
    acted_for = Membership.objects.filter(user_id=actor.person).values("party_id")
    own = ~Q(claimant_id__in=acted_for) & (Q(respondent__isnull=True) | ~Q(respondent_id__in=acted_for))
    acted = acted_for_platform(actor.ref).filter(case_id=OuterRef("pk"))
    took_down = AssistedFiling.objects.filter(officer_id=actor.person, dispute=OuterRef("pk"))
    measured = Dispute.objects.filter(about_a_notice_of(actor.person, actor.ref), pk=OuterRef("pk"))
    # One row of the case's own events, not EXISTS: PostgreSQL would rather hash everything that was ever joined.
    held_before = Subquery(held_by(actor.ref).filter(case_id=OuterRef("pk")).order_by().values("pk")[:1])
    return (
        WAITING
        & own
        & ~Q(Exists(acted))
        & ~Q(Exists(took_down))
        & (Q(notice__isnull=True) | ~Q(Exists(measured)))
        & (Q(round=1) | Q(IsNull(held_before, True)))
    )


def held_by(ref: str) -> QuerySet[Event]:
    """The events by which this person became the mediator of a first round: joined it, or was given it."""
    joined = Q(type="dispute.joined", facts__mediator=ref)
    taken = joined | Q(type__in=["dispute.handed_over", "dispute.assigned"], facts__to=ref)
    return Event.objects.filter(taken, case_kind=Dispute.KIND, facts__round=1)


def acted_for_platform(ref: str) -> QuerySet[Event]:
    """The events by which this person acted for the platform as a side."""
    return Event.objects.filter(case_kind=Dispute.KIND, actor_kind="staff", actor_ref=ref, type__in=ACTS_OF_A_SIDE)


def about_a_notice_of(user_id: int, ref: str) -> Q:
    """The disputes about a measure in which this person had a part.

    They or their team took it, they work or worked for the third party that did, they gave its blind second look, or
    they decided an appeal against it.
    """
    team = User.objects.filter(pk=user_id, team__isnull=False).values("team_id")
    taken = Q(notice__decided_by_id=user_id) | Q(notice__decided_by_team_id__in=team)
    at_work = Q(notice__act__executor__people__user_id=user_id)
    decided = Exists(notices_decided_upon(ref).filter(case_id=OuterRef("notice_id")))
    return taken | at_work | Q(notice__act_id__in=acts_with_second_look_by(user_id)) | Q(decided)


def side_of(actor: Actor, dispute: Dispute) -> Side | None:
    """Returns the side that this actor speaks for; None for the mediator and for who only looks on."""
    if actor.role_in(dispute.claimant_id, dispute.matter) is not None:
        return Side.CLAIMANT
    if dispute.respondent_id is not None and actor.role_in(dispute.respondent_id, dispute.matter) is not None:
        return Side.RESPONDENT
    if actor.has_role("compliance") and dispute.mediator_id != actor.user_id:
        return Side.PLATFORM
    if actor.has_scope("disputes:write") and dispute.client_id == actor.client_id:
        return Side.PLATFORM
    return None


def answers_for_platform(actor: Actor, dispute: Dispute) -> bool:
    """Whether this actor speaks for the platform where the platform itself is the other side."""
    return dispute.respondent_id is None and side_of(actor, dispute) is Side.PLATFORM


def oversees(actor: Actor, dispute: Dispute) -> bool:
    """Whether this actor oversees the dispute; not where they answer for the platform as the other side."""
    return actor.has_role(*OVERSEES) and not answers_for_platform(actor, dispute)


def is_mediator(actor: Actor, dispute: Dispute) -> bool:
    """Whether this actor holds the dispute as its mediator now."""
    return actor.has_role(MEDIATOR) and HOLDER.holds(actor, dispute)


def role_on_side(actor: Actor, dispute: Dispute) -> str | None:
    """The role in the party for which this actor speaks here; None where they speak for none."""
    side = side_of(actor, dispute)
    party = None if side is None else dispute.party_id_of(side)
    return None if party is None else actor.role_in(party, dispute.matter)


def took_down(actor: Actor, dispute: Dispute) -> bool:
    """Whether this officer took something down in the dispute for somebody on the phone."""
    return any(each.officer_id == actor.user_id for each in dispute.assisted.all())


def _acts(actor: Actor, dispute: Dispute, roles: frozenset[str]) -> CaseError | None:
    side = side_of(actor, dispute)
    if side is Side.PLATFORM:
        return may_advance(actor, dispute)
    return None if side is not None and role_on_side(actor, dispute) in roles else NotAllowed()


def may_open_dispute(actor: Actor, party_id: int) -> CaseError | None:
    return None if actor.role_in(party_id) in CAN_FILE else NotAllowed()


def may_answer_dispute(actor: Actor, dispute: Dispute) -> CaseError | None:
    """The respondent's people who may file; the platform where it is the respondent itself."""
    side = side_of(actor, dispute)
    wanted = Side.PLATFORM if dispute.respondent_id is None else Side.RESPONDENT
    return _acts(actor, dispute, CAN_ANSWER) if side is wanted else NotAllowed()


def may_prove(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Whether the actor may submit, object and ask for records: whoever may answer for a side, and the platform's
    people.
    """
    return _shows(actor, dispute, CAN_ANSWER)


def may_end_proof(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Whether the actor may say that a side has nothing more, which ends its time: whoever may file for it."""
    return _shows(actor, dispute, CAN_FILE)


def may_stage(actor: Actor, dispute: Dispute) -> CaseError | None:
    return _shows(actor, dispute, CAN_STAGE_PROOF)


def _shows(actor: Actor, dispute: Dispute, roles: frozenset[str]) -> CaseError | None:
    """For the platform a person brings in evidence, never its back end."""
    return NotAllowed() if actor.kind is ActorKind.CLIENT else _acts(actor, dispute, roles)


def may_act_as_party(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Answer about a test: whoever may file for a side; the platform only where it is one of the two."""
    return _acts_as_party(actor, dispute, CAN_FILE)


def may_escalate(actor: Actor, dispute: Dispute) -> CaseError | None:
    """As `may_act_as_party`, and whoever may answer for a side."""
    return _acts_as_party(actor, dispute, CAN_ANSWER)


def may_give_up(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Accept a determination: an agent needs special authority (民事诉讼法 62)."""
    return _acts_as_party(actor, dispute, CAN_GIVE_UP)


def may_request_review(actor: Actor, dispute: Dispute) -> CaseError | None:
    """As `may_give_up`, and the party itself where it cannot sign in, whose time for it would run out."""
    return _acts_as_party(actor, dispute, CAN_GIVE_UP | {CONTACT})


def _acts_as_party(actor: Actor, dispute: Dispute, roles: frozenset[str]) -> CaseError | None:
    if side_of(actor, dispute) is Side.PLATFORM and dispute.respondent_id is not None:
        return NotAllowed()
    return _acts(actor, dispute, roles)


def may_admit(actor: Actor, dispute: Dispute) -> CaseError | None:
    return may_prove(actor, dispute) or may_give_up(actor, dispute)


def may_withdraw_dispute(actor: Actor, dispute: Dispute) -> CaseError | None:
    return None if actor.role_in(dispute.claimant_id, dispute.matter) in CAN_GIVE_UP else NotAllowed()


may_accept_fast_refund = may_withdraw_dispute
"""Who may give up for the buyer: the dispute ends with it."""


def may_demand_human(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Any live member of either party: no tier, no fee, no reason."""
    return None if side_of(actor, dispute) in (Side.CLAIMANT, Side.RESPONDENT) else NotAllowed()


def may_talk(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Anybody of either party, and the mediator."""
    if is_mediator(actor, dispute):
        return None
    return None if side_of(actor, dispute) in (Side.CLAIMANT, Side.RESPONDENT) else NotAllowed()


def may_make_offer(actor: Actor, dispute: Dispute, remedy: str = "") -> CaseError | None:
    """Who may give up for a side, or promise its money where it would pay; the mediator makes the platform's proposal.

    Without a remedy: whether this actor may offer anything at all.
    """
    if is_mediator(actor, dispute):
        return None if actor.session else NotAllowed()
    side = side_of(actor, dispute)
    if side not in (Side.CLAIMANT, Side.RESPONDENT):
        return NotAllowed()
    if remedy:
        return _acts(actor, dispute, MAY_PAY if pays(dispute, remedy, side) else CAN_GIVE_UP)
    return _acts(actor, dispute, CAN_GIVE_UP | MAY_PAY if may_come_to_pay(dispute, side) else CAN_GIVE_UP)


def pays(dispute: Dispute, terms_remedy: str, side: Side) -> bool:
    """Whether terms with this remedy cost this party money."""
    is_party = dispute.party_id_of(side) is not None
    return is_party and terms_remedy in {str(r) for r in MONEY} and payer_of(dispute.ground, terms_remedy) is side


def may_come_to_pay(dispute: Dispute, side: Side) -> bool:
    """Whether some terms of money would cost this party money."""
    return any(pays(dispute, remedy, side) for remedy in MONEY)


def may_answer_offer(actor: Actor, dispute: Dispute, offer: Offer, *, accepts: bool) -> CaseError | None:
    """The other side; where its money is spent, its owner or finance. Refusing needs no more than answering."""
    side = side_of(actor, dispute)
    if side not in (Side.CLAIMANT, Side.RESPONDENT) or side == offer.side:
        return NotAllowed()
    roles = CAN_GIVE_UP if accepts else CAN_FILE
    if accepts and pays(dispute, offer.remedy, side):
        roles = MAY_PAY
    return None if role_on_side(actor, dispute) in roles else NotAllowed()


def may_agree_to_claim(actor: Actor, dispute: Dispute) -> CaseError | None:
    """The respondent; where that costs its money, its owner or finance. The platform answers by its own decision."""
    if side_of(actor, dispute) is not Side.RESPONDENT:
        return NotAllowed()
    return _acts(actor, dispute, MAY_PAY if pays(dispute, dispute.claim_remedy, Side.RESPONDENT) else CAN_GIVE_UP)


def may_withdraw_offer(actor: Actor, dispute: Dispute, offer: Offer) -> CaseError | None:
    if offer.side == Side.PLATFORM:
        return None if is_mediator(actor, dispute) else NotAllowed()
    return may_make_offer(actor, dispute, offer.remedy) if side_of(actor, dispute) == offer.side else NotAllowed()


def may_opt_in_to_no_return(actor: Actor, party_id: int) -> CaseError | None:
    return None if actor.role_in(party_id) in MAY_FORGO_RETURN else NotAllowed()


def may_consent_to_no_return(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Who promises the money of the merchant that they act for here."""
    side = side_of(actor, dispute)
    party = {Side.CLAIMANT: dispute.claimant, Side.RESPONDENT: dispute.respondent}.get(side) if side else None
    if party is None or party.kind != PartyKind.MERCHANT:
        return NotAllowed()
    return may_opt_in_to_no_return(actor, party.pk)


def conflict_of(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Returns the conflict of interest of somebody who acted for a side, took something down for one on the phone, or
    had a part in the notice that it is about.

    In a review also of whoever held the first round at any time. Who acts for a party is its member; who acted for the
    platform is known by what the ledger says they did.
    """
    if took_down(actor, dispute) or acted_for_platform(actor.ref).filter(case_id=dispute.pk).exists():
        return ConflictOfInterest()
    if dispute.round > 1 and held_by(actor.ref).filter(case_id=dispute.pk).exists():
        return ConflictOfInterest()
    if _had_part_in_notice(actor, dispute):
        return ConflictOfInterest()
    sides = [pk for pk in (dispute.claimant_id, dispute.respondent_id) if pk is not None]
    acted = Membership.objects.filter(user_id=actor.person, party_id__in=sides).exists()
    return ConflictOfInterest() if acted else None


def _had_part_in_notice(actor: Actor, dispute: Dispute) -> bool:
    measured = Dispute.objects.filter(about_a_notice_of(actor.person, actor.ref), pk=dispute.pk)
    return dispute.notice_id is not None and measured.exists()


def may_take_down_in(actor: Actor, dispute: Dispute) -> CaseError | None:
    """An officer of the human line in a session, who did nothing in it but take things down, nor in its notice."""
    if denial := may_take_down_for(actor, dispute.parties):
        return denial
    of_staff = Event.objects.filter(case_kind=Dispute.KIND, case_id=dispute.pk, actor_kind="staff", actor_ref=actor.ref)
    handled = actor.user_id in (dispute.mediator_id, dispute.first_mediator_id)
    handled = handled or of_staff.exclude(type__in=TAKEN_DOWN_ON_THE_PHONE).exists()
    return ConflictOfInterest() if handled or _had_part_in_notice(actor, dispute) else None


def may_answer_assisted(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Whoever may file for a side; the platform's own people answer nothing here."""
    return None if role_on_side(actor, dispute) in CAN_ANSWER else NotAllowed()


def sees_who_called(actor: Actor, dispute: Dispute, row: AssistedFiling) -> bool:
    """Whether the actor reads who took it down and how the caller was identified: that side, and staff; the other side
    reads that an officer did.
    """
    side = side_of(actor, dispute)
    return side == row.side or side in (None, Side.PLATFORM)


def may_join_dispute(actor: Actor, dispute: Dispute) -> CaseError | None:
    if not actor.has_role(MEDIATOR) or not actor.session:
        return NotAllowed()
    return conflict_of(actor, dispute)


def may_mediate(actor: Actor, dispute: Dispute) -> CaseError | None:
    """The mediator who holds it, in an interactive session, which an API client never has."""
    if not is_mediator(actor, dispute) or not actor.session:
        return NotAllowed()
    return conflict_of(actor, dispute)


def may_translate_determination(actor: Actor, dispute: Dispute) -> CaseError | None:
    """A mediator in a session: of those, whoever holds it or determined it sees it. The command asks `conflict_of`."""
    return None if actor.has_role(MEDIATOR) and actor.session else NotAllowed()


def may_hand_over(actor: Actor, dispute: Dispute) -> CaseError | None:
    """The mediator who holds it, and compliance; an administrator where compliance is itself a side."""
    return None if may_assign_dispute(actor, dispute) is None else may_mediate(actor, dispute)


may_pause = may_hand_over


def may_assign_dispute(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Compliance in a session; an administrator where compliance is itself a side."""
    overseer = "administrator" if dispute.respondent_id is None else "compliance"
    is_overseer = actor.has_role(overseer) and bool(actor.session) and oversees(actor, dispute)
    return None if is_overseer else NotAllowed()


def may_follow_obligation(
    actor: Actor, dispute: Dispute, *, confirms: bool, debtor: str, creditor: str
) -> CaseError | None:
    """The debtor reports; the creditor or the platform confirms; nobody confirms what they owe themselves.

    Who confirms gives up the claim.
    """
    side = side_of(actor, dispute)
    if side is None:
        return NotAllowed()
    if side is Side.PLATFORM:
        return may_advance(actor, dispute) if confirms != (debtor == Side.PLATFORM) else NotAllowed()
    roles = CAN_GIVE_UP if confirms else CAN_ANSWER
    return _acts(actor, dispute, roles) if side == (creditor if confirms else debtor) else NotAllowed()


def may_advance(actor: Actor, dispute: Dispute) -> CaseError | None:
    """Whoever acts for the platform; not where they took something down for a caller."""
    if side_of(actor, dispute) is not Side.PLATFORM:
        return NotAllowed()
    return ConflictOfInterest() if took_down(actor, dispute) else None


may_answer_identity = may_fail_obligation = may_advance


def may_say_not_received(actor: Actor, dispute: Dispute, row: Obligation) -> CaseError | None:
    """The people of the party that it is owed to: it gives nothing up."""
    side = side_of(actor, dispute)
    is_theirs = side is not None and side is not Side.PLATFORM and side == row.creditor
    return _acts(actor, dispute, CAN_ANSWER) if is_theirs else NotAllowed()


def may_record_payment(actor: Actor, dispute: Dispute, row: Obligation) -> CaseError | None:
    """Whoever acts for the platform; never of what the platform owes itself."""
    return NotAllowed() if row.debtor == Side.PLATFORM else may_advance(actor, dispute)


def may_ask_identity(actor: Actor, dispute: Dispute) -> CaseError | None:
    """The consumer's people who may file, where the other side is a merchant."""
    party = dispute.party_id_of(side) if (side := consumer_of(dispute)) else None
    may = party is not None and actor.role_in(party, dispute.matter) in CAN_FILE
    return None if may else NotAllowed()


def consumer_of(dispute: Dispute) -> Side | None:
    """The side of the consumer where a consumer and a merchant dispute; None elsewhere."""
    if dispute.respondent is None:
        return None
    kinds = (dispute.claimant.kind, dispute.respondent.kind)
    if kinds == (PartyKind.CONSUMER, PartyKind.MERCHANT):
        return Side.CLAIMANT
    return Side.RESPONDENT if kinds == (PartyKind.MERCHANT, PartyKind.CONSUMER) else None


def may_read_identity(actor: Actor, dispute: Dispute) -> CaseError | None:
    """The consumer's own people, and compliance and administrators; neither the merchant nor who mediates."""
    return None if actor.has_role(*OVERSEES) else may_ask_identity(actor, dispute)


def may_publish_burden_table(actor: Actor) -> CaseError | None:
    if actor.has_scope("rules:write") or actor.has_role("administrator"):
        return None
    return None if actor.kind is ActorKind.SYSTEM else NotAllowed()


def is_between_the_sides(type_: str, facts: Mapping[str, Any]) -> bool:
    """Whether an event tells of an offer, which no decision may know of; a reminder of one does too."""
    return type_.startswith("dispute.offer_") or str(facts.get("what", "")).startswith("offer-")


def is_for_one_side(type_: str, facts: Mapping[str, Any]) -> bool:
    """Whether an event is for the side that it names and for staff alone: that side found right what an officer took
    down for it. A correction is for both sides.
    """
    return type_ == "dispute.filing_confirmed" and not facts.get("correction")


def sees_offers(actor: Actor, dispute: Dispute) -> bool:
    """Whether the actor sees offers: the sides do; who decides does not, so that a wish to settle is held against
    nobody.
    """
    return side_of(actor, dispute) in (Side.CLAIMANT, Side.RESPONDENT)
