"""The demand for a person, by the appellant or by an officer of the human line for somebody on the phone."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.queries import people_of
from appeals.commands.callers import record_assisted, said_of
from appeals.commands.file import AppealFiling, add_items, open_round
from appeals.commands.locking import lock_appeal
from appeals.machine import AppealState
from appeals.models import Appeal, AppealItem, HumanDemand, Level, TakenDown
from appeals.policies import may_demand_human, may_file_for_caller
from casework.actor import Actor
from casework.errors import NotYourTurn, require
from casework.firing import command, fire, locked
from helpline.callers import Caller, check_caller
from notices.commands import Opening, open_appeal
from notices.queries import lock_notice


@command
def demand_human(*, actor: Actor, ref: str, now: datetime, caller: Caller | None = None) -> Appeal:
    """Records the demand for a person; returns the appeal that it now binds. Demanding twice changes nothing.

    After an automated outcome, or an answer with the earlier reasons, the demand opens the next round for a person.
    Needs no version: nothing may swallow it. With a `caller` the actor is an officer of the human line who takes it
    down; it has the same effect at once.
    Raises `NotFound`, `NotAllowed`, and `NotYourTurn` once a person has decided or the appeal was withdrawn.
    """
    appeal = lock_appeal(actor, ref) if caller is None else locked(Appeal, Q(), ref)
    if caller is None:
        require(may_demand_human(actor, appeal))
    else:
        require(may_file_for_caller(actor, appeal.party_id, appeal.original_decider_id))
    person = None if caller is None else check_caller(caller, people_of(appeal.party_id))
    if appeal.human_demanded:
        return appeal
    if appeal.is_open:
        _insert_demand(appeal, actor=actor, now=now)
        facts = {"via": actor.via.value} | said_of(caller)
        fire(appeal, "demand_human", actor=actor, now=now, human_demanded=True, facts=facts)
        if caller is not None:
            record_assisted(appeal, TakenDown.DEMAND, caller, person, actor=actor, now=now)
        return appeal
    if not appeal.was_closed_without_a_person:
        raise NotYourTurn(_("A person has already decided this appeal, or it was closed."))
    following = _open_human_round(appeal, actor=actor, now=now, caller=caller)
    is_ours = following.demand.demanded_by_id == actor.person and not following.assisted.exists()
    if caller is not None and is_ours:
        record_assisted(following, TakenDown.DEMAND, caller, person, actor=actor, now=now)
    return following


def _insert_demand(appeal: Appeal, *, actor: Actor, now: datetime) -> None:
    HumanDemand.objects.create(appeal=appeal, demanded_by_id=actor.person, via=actor.via.value, demanded_at=now)


def _open_human_round(decided: Appeal, *, actor: Actor, now: datetime, caller: Caller | None) -> Appeal:
    """Opens the next round for a person; the automated outcome, or the earlier answer, stays in force meanwhile."""
    following = Appeal.objects.filter(previous=decided).first()
    if following is not None:
        is_answer = following.state == AppealState.ANSWERED
        return _open_human_round(following, actor=actor, now=now, caller=caller) if is_answer else following
    notice = lock_notice(Q(), pk=decided.notice_id)
    filing = AppealFiling(ground=decided.ground, statement=decided.statement)
    items = list(decided.items.select_related("measure__type_version"))
    appeal = open_round(
        notice,
        filing,
        actor=actor,
        now=now,
        round_=decided.round + 1,
        previous=decided,
        level=Level.SECOND if decided.state == AppealState.ANSWERED else Level.FIRST,
        state=AppealState.SUBMITTED,
        high_stakes=notice.is_high_stakes,
        items=[(i.measure.no, i.ground, i.statement) for i in items],
        human_demanded=True,
        caller=caller,
    )
    _insert_demand(appeal, actor=actor, now=now)
    columns = ("no", "measure", "ground", "statement")
    add_items(appeal, [AppealItem(appeal=appeal, **{name: getattr(i, name) for name in columns}) for i in items])
    if decided.state == AppealState.ANSWERED:
        opening = Opening(notice, appeal.ref, appeal.round, may_pause=decided.state != AppealState.ANSWERED)
        open_appeal(opening, actor=actor, now=now)
    return appeal
