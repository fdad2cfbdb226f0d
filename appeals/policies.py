"""Who may do what to an appeal, and who may see it. A denial is the coded error to raise; None means yes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.policies import may_take_down_for
from accounts.roles import AGENT, CAN_APPEAL, CAN_DRAFT_APPEAL, CONTACT, NOTICE
from appeals.machine import EARLIER_REVIEWER, HELD, HOLDER, STATES, TABS, AppealState
from appeals.models import Appeal, AssistedFiling, AuditView, DecidedBy, Decision, FirstView, Level, Opening
from appeals.routing import offered_to
from casework.actor import Actor, ActorKind
from casework.compiled import compiled
from casework.errors import CaseError, ConflictOfInterest, LeaseLost, NotAllowed
from casework.models import Event
from casework.states import Tab, seen_on, states_on
from executors.queries import acts_with_second_look_by
from notices.policies import disputes_determined_about_notices
from surfaces.filters import has_one

REVIEWS = ("reviewer", "senior_reviewer")
NONE = Q(pk=None)
OVERSEES = ("senior_reviewer", "compliance", "administrator")


def visible_to(actor: Actor) -> Q:
    """A party sees its own, an agent also those of the notices in which alone they act; a client those against its
    notices; a reviewer the queue and what they held; overseers all.

    A case in which a reviewer has a conflict stays visible here, so that they get the reason (403).
    """
    if actor.kind is ActorKind.PARTY:
        own, named = Q(party_id__in=list(actor.parties)), actor.named(NOTICE)
        return own | Q(notice_id__in=named) if named else own
    if actor.kind is ActorKind.CLIENT:
        return Q(notice__client_id=actor.client_id) if actor.has_scope("appeals:read") else NONE
    if actor.kind is ActorKind.SYSTEM or actor.has_role(*OVERSEES):
        return Q()
    if actor.has_role("reviewer"):
        return seen_on(TABS, actor) | had_part_in(actor) | Q(Exists(viewed_by(actor).filter(appeal=OuterRef("pk"))))
    return NONE


def had_part_in(actor: Actor) -> Q:
    """The cases that this reviewer holds, or held in an earlier round, as the row says."""
    return HOLDER.where(actor) | EARLIER_REVIEWER.where(actor)


def opened_by(actor: Actor, appeal: Appeal) -> set[str]:
    """What this reviewer opened of the case, the system's view among it."""
    rows = Opening.objects.filter(appeal=appeal, reviewer_id=actor.user_id)
    return set(rows.values_list("subject", flat=True))


def viewed_by(actor: Actor) -> QuerySet[FirstView]:
    return FirstView.objects.filter(reviewer_id=actor.user_id)


def stands_on(tab: Tab, actor: Actor, *, now: datetime) -> Q:
    """The cases that this actor finds on a tab of the queue: as `Tab` says of who sees it and what lapses to it."""
    if tab.is_own:
        return tab.seen_by.where(actor) & Q(state__in=states_on(STATES, tab.name))
    found = Q(waits_on=tab.name) & tab.seen_by.where(actor)
    lapsing = [other for other in TABS.values() if other.lapses_to == tab.name]
    if lapsing:
        found &= lease_is_free(now)
    if tab.can_be_taken:
        found &= offered_to(actor, now=now)
    for other in lapsing:
        found &= ~stands_on(other, actor, now=now)
    return found


def lease_is_free(now: datetime) -> Q:
    return Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=now)


def in_hands(now: datetime) -> Q:
    """The appeals that somebody holds: their time has not run out, or they wait for the appellant with it."""
    waits = Q(lease_expires_at__isnull=True)
    return Q(state__in=HELD, reviewer__isnull=False) & (waits | Q(lease_expires_at__gte=now))


def held_now(person: int, now: datetime) -> QuerySet[Appeal]:
    return Appeal.objects.filter(in_hands(now), reviewer_id=person)


def takeable_by(actor: Actor, *, now: datetime) -> list[Q]:
    """The cases that this actor may take, tab by tab, each along the queue's index.

    A holder whose time has run out may take their own anew.
    """
    free = lease_is_free(now) & offered_to(actor, now=now) & claimable_by(actor)
    return [Q(waits_on=tab.name) & tab.seen_by.where(actor) & free for tab in TABS.values() if tab.can_be_taken]


def claimable_by(actor: Actor) -> Q:
    """The cases that this reviewer may take: none in which they or their team took part, or whose party was theirs.

    Nor one about an act of an executor at which they looked blindly, or a measure that they decided upon elsewhere.
    """
    if not actor.has_role(*REVIEWS):
        return NONE
    independent = _independent_of(actor)
    return independent if actor.has_role("senior_reviewer") else independent & Q(level=Level.FIRST)


def claimable_by_row(actor: Actor) -> Q:
    """What of `claimable_by` an appeal's own row says: all but what this person did elsewhere."""
    independent = _independent_by_row(actor)
    return independent if actor.has_role("senior_reviewer") else independent & Q(level=Level.FIRST)


def looks_waiting() -> QuerySet[Decision]:
    """The decisions that chance drew for a second look which nobody has given yet."""
    return Decision.objects.filter(is_drawn=True, audit__isnull=True)


def may_learn_of_it(actor: Actor) -> Q:
    """The notices of which this actor may read what became of them: not those that wait for a second look of somebody
    who reviews and oversees nothing, but for whoever decided or viewed the appeal, and so gives none.
    """
    return ~Q(pk__in=_notices_looked_at_again(actor)) if looks_blind(actor) else Q()


def _notices_looked_at_again(actor: Actor) -> QuerySet[Appeal, Any]:
    """The notices of appeals that wait for a second look, and in which this reviewer had no part."""
    had_part = Appeal.objects.filter(_reviewed_by(actor))
    waiting = Appeal.objects.filter(decision__in=looks_waiting())
    return waiting.exclude(notice_id__in=had_part.values("notice_id")).values("notice_id")


def precedent_for(actor: Actor) -> Q:
    """Cases decided by people, to read without names: no conflict of this reviewer, no second look owed."""
    decided = Q(state=AppealState.DECIDED, decided_by_kind=DecidedBy.HUMAN) & _independent_of(actor)
    return decided & ~Q(notice_id__in=_notices_looked_at_again(actor)) if looks_blind(actor) else decided


def looks_blind(actor: Actor) -> bool:
    """Whether this reviewer may give second looks: whoever oversees reads every decision, and judges none blind."""
    return actor.has_role("reviewer") and not actor.has_role(*OVERSEES)


def auditable_by(actor: Actor) -> Q:
    """The cases at which this reviewer may look a second time: as `may_audit_decision`, for a list."""
    if not actor.session or not looks_blind(actor):
        return NONE
    took_part = Appeal.objects.filter(_reviewed_by(actor), notice=OuterRef("notice"))
    return _independent_of(actor) & ~Q(Exists(took_part))


def _independent_of(actor: Actor) -> Q:
    """The cases without a conflict of interest: as `conflict_of` and `past_conflict_of`, for a list."""
    independent = _independent_by_row(actor)
    earlier = Appeal.objects.filter(notice=OuterRef("notice"), round__lt=OuterRef("round"))
    independent &= Q(round=1) | ~Q(Exists(earlier.filter(_reviewed_by(actor))))
    independent &= ~has_one(acts_with_second_look_by(actor.person).filter(notice=OuterRef("notice")))
    independent &= ~has_one(disputes_determined_about_notices(actor.ref).filter(case_id=OuterRef("notice_id")))
    took_down = AssistedFiling.objects.filter(officer_id=actor.user_id, appeal__notice=OuterRef("notice"))
    independent &= ~has_one(took_down)
    return independent & ~Q(party_id__in=Membership.objects.filter(user_id=actor.person).values("party_id"))


def _independent_by_row(actor: Actor) -> Q:
    independent = ~Q(original_decider_id=actor.user_id) | Q(original_decider__isnull=True)
    if actor.team_id is not None:
        independent &= ~Q(original_team_id=actor.team_id) | Q(original_team__isnull=True)
    return independent & (~Q(first_reviewer_id=actor.user_id) | Q(first_reviewer__isnull=True))


def conflict_of(actor: Actor, appeal: Appeal) -> CaseError | None:
    """Reviewer independence: not the original decider, their team, or who looked at the act or at any earlier round."""
    if actor.user_id is None:
        return None
    if actor.user_id in (appeal.original_decider_id, appeal.first_reviewer_id):
        return ConflictOfInterest()
    if actor.team_id is not None and actor.team_id == appeal.original_team_id:
        return ConflictOfInterest()
    act_id = appeal.notice.act_id
    if act_id is not None and acts_with_second_look_by(actor.user_id).filter(pk=act_id).exists():
        return ConflictOfInterest()
    if appeal.round > 1:
        earlier = Appeal.objects.filter(notice_id=appeal.notice_id, round__lt=appeal.round)
        if earlier.filter(_reviewed_by(actor)).exists():
            return ConflictOfInterest()
    return None


def _reviewed_by(actor: Actor) -> Q:
    """The cases that this person held to the end, locked a first view in, or gave a second look."""
    return (
        Q(reviewer_id=actor.user_id)
        | Q(first_views__reviewer_id=actor.user_id)
        | Q(decision__audit__reviewer_id=actor.user_id)
    )


def known_to(actor: Actor) -> Q:
    """The cases that are decided, and those in which this reviewer holds, held or viewed anything: none is blind."""
    return Q(state=AppealState.DECIDED) | Q(first_reviewer_id=actor.user_id) | _reviewed_by(actor)


def past_conflict_of(actor: Actor, appeal: Appeal) -> CaseError | None:
    """Nobody who ever acted for the appellant, took something down for them on the phone, or determined a dispute about
    the measure, reviews or reads it as staff.

    Two queries: not for every row.
    """
    had_part = _acted_or_took_down(actor.person, appeal.party_id, appeal.notice_id)
    return ConflictOfInterest() if had_part or _determined(actor.ref, appeal.notice_id) else None


@compiled
def _acted_or_took_down(person: int, party_id: int, notice_id: int) -> QuerySet[Membership, tuple[int]]:
    acted = Membership.objects.filter(user_id=person, party_id=party_id).order_by()
    took_down = AssistedFiling.objects.filter(officer_id=person, appeal__notice_id=notice_id).order_by()
    return acted.values_list("pk").union(took_down.values_list("pk")).order_by()


@compiled
def _determined(ref: str, notice_id: int) -> QuerySet[Event]:
    return disputes_determined_about_notices(ref).filter(case_id=notice_id)[:1]


def may_file_for_caller(actor: Actor, party_id: int, decided_by: int | None) -> CaseError | None:
    """An officer of the human line in a session, who neither took the measure nor ever acted for the party."""
    if denial := may_take_down_for(actor, [party_id]):
        return denial
    return ConflictOfInterest() if actor.user_id == decided_by else None


def may_read_appeal(actor: Actor, appeal: Appeal) -> CaseError | None:
    """Beyond visibility: reviewing staff with a conflict may not read; overseers who decide nothing may."""
    if actor.has_role(*REVIEWS) and not actor.has_role("compliance", "administrator"):
        return conflict_of(actor, appeal) or past_conflict_of(actor, appeal)
    return None


def may_file_appeal(actor: Actor, party_id: int, matter: tuple[str, int] | None = None) -> CaseError | None:
    """Whether the actor may file for the party; with the `matter` of a case, whether they may in that one."""
    return None if actor.role_in(party_id, matter) in CAN_APPEAL else NotAllowed()


def may_stage_evidence(actor: Actor, appeal: Appeal) -> CaseError | None:
    return None if _role(actor, appeal) in CAN_DRAFT_APPEAL else NotAllowed()


def may_submit_evidence(actor: Actor, appeal: Appeal) -> CaseError | None:
    return may_file_appeal(actor, appeal.party_id, appeal.matter)


may_respond_to_request = may_answer_assisted = may_submit_evidence


def may_withdraw_appeal(actor: Actor, appeal: Appeal) -> CaseError | None:
    """Whoever may file; an agent with special authority alone (民事诉讼法 62), and nobody who has not signed in."""
    return NotAllowed() if _role(actor, appeal) in (AGENT, CONTACT) else may_submit_evidence(actor, appeal)


def may_demand_human(actor: Actor, appeal: Appeal) -> CaseError | None:
    """Any live member of the party: no tier, no fee, no reason (办法 art. 19)."""
    return None if _role(actor, appeal) is not None else NotAllowed()


def _role(actor: Actor, appeal: Appeal) -> str | None:
    return actor.role_in(appeal.party_id, appeal.matter)


def may_see_queue(actor: Actor) -> CaseError | None:
    return None if actor.has_role(*REVIEWS) else NotAllowed()


def may_claim_appeal(actor: Actor, appeal: Appeal) -> CaseError | None:
    if not actor.has_role(*REVIEWS) or (appeal.level == Level.SECOND and not actor.has_role("senior_reviewer")):
        return NotAllowed()
    tab = TABS.get(appeal.waits_on or "")
    if tab is not None and not tab.seen_by.holds(actor, appeal):
        return NotAllowed()
    return conflict_of(actor, appeal)


def may_work_on_appeal(actor: Actor, appeal: Appeal) -> CaseError | None:
    """The reviewer who holds it, still without a conflict, and with a live lease as far as the row says."""
    if denial := may_claim_appeal(actor, appeal):
        return denial
    return None if HOLDER.holds(actor, appeal) else LeaseLost()


def may_decide_appeal(actor: Actor, appeal: Appeal) -> CaseError | None:
    """As `may_work_on_appeal`, and in an interactive session, which an API client never has."""
    if not actor.session:
        return NotAllowed()
    return may_work_on_appeal(actor, appeal)


def may_translate_decision(actor: Actor, appeal: Appeal) -> CaseError | None:
    """Who could decide it, in a session: a reviewer of its level, also the one who did decide it; the command asks
    `past_conflict_of` as well, as with `may_claim_appeal`.
    """
    return may_claim_appeal(actor, appeal) if actor.session else NotAllowed()


def may_assign_appeal(actor: Actor, appeal: Appeal) -> CaseError | None:
    """A senior reviewer in a session who has no conflict themselves; the command asks `past_conflict_of` as well."""
    if not actor.session or not actor.has_role("senior_reviewer"):
        return NotAllowed()
    return conflict_of(actor, appeal)


def may_route(actor: Actor) -> CaseError | None:
    """Whoever leads: a senior reviewer in a session."""
    return None if actor.session and actor.has_role("senior_reviewer") else NotAllowed()


def conflicts_in(appeals: Sequence[Appeal], reviewers: Sequence[Actor]) -> dict[tuple[int, int], Promise]:
    """Why which of these reviewers cannot review which of these appeals, by the keys of both; nothing where they can.

    As `conflict_of` and `past_conflict_of`, for whoever gives appeals to others; a handful of statements in all.
    """
    people, notices = [each.person for each in reviewers], [each.notice_id for each in appeals]
    acted = _pairs(Membership.objects.filter(user__in=people), "user_id", "party_id")
    took_down = _pairs(
        AssistedFiling.objects.filter(officer__in=people, appeal__notice__in=notices), "officer_id", "appeal__notice_id"
    )
    about = disputes_determined_about_notices(*(each.ref for each in reviewers)).filter(case_id__in=notices)
    elsewhere = took_down | _pairs(about, "actor_ref", "case_id")
    looked = _pairs(
        acts_with_second_look_by(*people).filter(notice__in=notices), "double_review__reviewer_id", "notice"
    )
    judged: set[tuple[int, int, int]] = set()
    columns = ("reviewer_id", "first_views__reviewer_id", "decision__audit__reviewer_id")
    for notice, round_, *persons in Appeal.objects.filter(notice__in=notices).values_list(
        "notice_id", "round", *columns
    ):
        judged.update((notice, round_, person) for person in persons if person is not None)
    found: dict[tuple[int, int], Promise] = {}
    for appeal in appeals:
        notice_id = appeal.notice_id
        earlier = {person for notice, round_, person in judged if notice == notice_id and round_ < appeal.round}
        for each in reviewers:
            person = each.person
            if person == appeal.original_decider_id:
                found[appeal.pk, person] = _("This reviewer decided the measure.")
            elif each.team_id is not None and each.team_id == appeal.original_team_id:
                found[appeal.pk, person] = _("The team of this reviewer decided the measure.")
            elif person == appeal.first_reviewer_id or person in earlier or (person, notice_id) in looked:
                found[appeal.pk, person] = _("This reviewer judged the measure or an earlier appeal against it before.")
            elif (person, appeal.party_id) in acted or {(person, notice_id), (each.ref, notice_id)} & elsewhere:
                found[appeal.pk, person] = ACTED
    return found


ACTED = _("This reviewer acted for the appellant, filed for them on the phone or decided a dispute about it.")


def _pairs(rows: QuerySet[Any], *columns: str) -> set[tuple[Any, Any]]:
    return set(rows.order_by().values_list(*columns))


def may_answer_late_request(actor: Actor, appeal: Appeal) -> CaseError | None:
    if not actor.session:
        return NotAllowed()
    return may_claim_appeal(actor, appeal)


def may_audit_decision(actor: Actor, appeal: Appeal) -> CaseError | None:
    """A reviewer in a session who took no part in any round of the case and never acted for the appellant."""
    if not actor.session or not looks_blind(actor):
        return NotAllowed()
    if Appeal.objects.filter(_reviewed_by(actor), notice_id=appeal.notice_id).exists():
        return ConflictOfInterest()
    return conflict_of(actor, appeal) or past_conflict_of(actor, appeal)


def differing_for(actor: Actor) -> QuerySet[AuditView]:
    """The second looks that differ from what a person decided: all for whoever oversees; else of what one decided."""
    rows = AuditView.objects.filter(decision__by_kind=DecidedBy.HUMAN).exclude(outcome=F("decision__outcome"))
    if actor.has_role(*OVERSEES):
        return rows
    return rows.filter(decision__reviewer_id=actor.user_id) if actor.has_role(*REVIEWS) else rows.none()


def may_contest_look(actor: Actor, view: AuditView) -> CaseError | None:
    """Whoever decided the case, in a session."""
    return None if actor.session and actor.user_id == view.decision.reviewer_id else NotAllowed()


def may_calibrate(actor: Actor, view: AuditView) -> CaseError | None:
    """A senior reviewer in a session without a conflict who gave neither of the two judgements."""
    if not actor.session or not actor.has_role("senior_reviewer"):
        return NotAllowed()
    if actor.user_id in (view.reviewer_id, view.decision.reviewer_id):
        return ConflictOfInterest()
    return conflict_of(actor, view.decision.appeal) or past_conflict_of(actor, view.decision.appeal)
