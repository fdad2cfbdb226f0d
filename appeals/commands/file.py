"""Filing an appeal, and withdrawing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.queries import people_of
from accounts.roles import CAN_APPEAL
from appeals.claims import filing_hash
from appeals.commands.callers import record_assisted, said_of
from appeals.commands.escalate import clocks
from appeals.commands.locking import lock_appeal, release_notice
from appeals.machine import AppealState
from appeals.models import Appeal, AppealDraft, AppealItem, DecidedBy, Ground, Level, Outcome, ReviewMode, TakenDown
from appeals.policies import may_file_appeal, may_file_for_caller, may_withdraw_appeal
from appeals.searching import APPEALS, document_of
from appeals.windows import pauses, reviews_are_used_up
from casework.actor import Actor
from casework.canonical import digest
from casework.compiled import insert
from casework.errors import AlreadyAppealed, CaseError, DeadlinePassed, FieldError, Invalid, NotAppealable, require
from casework.firing import DeadlineSpec, Move, command, expect_version, fire, open_cases
from casework.searching import keep
from casework.text import is_visually_blank
from helpline.callers import Caller, check_caller
from notices.commands import Opening, open_appeal
from notices.policies import visible_to as notice_visible_to
from notices.queries import decision_due, lock_notice
from rules import quotas


@dataclass(frozen=True, slots=True)
class ItemFiling:
    """One measure (by its number in the notice) and, where they differ, its own ground and statement."""

    measure: int
    ground: str = ""
    statement: str = ""


@dataclass(frozen=True, slots=True)
class AppealFiling:
    """What is needed to file: one ground. No items means all measures of the notice."""

    ground: str
    statement: str = ""
    items: Sequence[ItemFiling] = field(default_factory=tuple)
    review: str = ReviewMode.HUMAN
    late_reason: str = ""
    new_facts: str = ""


@command
def file_appeal(
    *,
    actor: Actor,
    notice_ref: str,
    filing: AppealFiling,
    now: datetime,
    expected_version: int | None = None,
    caller: Caller | None = None,
) -> Appeal:
    """Files an appeal: its deadlines start and the notice is under appeal. `now` is when the request was received.

    Once the promised reviews were had, `new_facts` open another by somebody new to the case, as often as there are any;
    without them the appeal is answered at once with the earlier reasons, and a person can be demanded (办法 art. 20).

    Raises `NotFound`, `NotAllowed`, `Invalid`, `AlreadyAppealed`, `NotAppealable` when nothing is left to appeal, and
    `DeadlinePassed` when the window has closed and no reason for being late is given; with one it is a late request.
    """
    notice, person = _notice_to_appeal(actor, notice_ref, caller, now=now)
    expect_version(notice, expected_version)
    rounds = list(Appeal.objects.filter(notice=notice).order_by("round"))
    earlier, decided = _before(rounds)
    _may_follow(earlier, decided)
    is_new = _names_something_new(filing, rounds)
    used_up = reviews_are_used_up(notice, rounds, now=now)
    is_answered = used_up and not is_new
    if is_answered and not notice.is_in_effect:
        raise NotAppealable(_("This notice was revoked, so there is nothing left to appeal."))
    if used_up:
        filing = replace(filing, review=ReviewMode.HUMAN)
    late = not notice.window_is_open(now) and decided is None and not is_answered
    if late and not is_new:
        _require_late_reason(filing)
    measures = {m.no: m for m in notice.measures.select_related("type_version")}
    items = list(filing.items) or [ItemFiling(measure=no) for no in sorted(measures)]
    require(_check(filing, items, measures))
    appeal = open_round(
        notice,
        filing,
        actor=actor,
        now=now,
        round_=1 if earlier is None else earlier.round + 1,
        previous=earlier,
        decided=decided,
        level=Level.FIRST if decided is None or (used_up and is_new) else Level.SECOND,
        state=_first_state(filing, late=late),
        high_stakes=any(m.kind.is_high_stakes for m in measures.values()),
        items=[(i.measure, i.ground or filing.ground, i.statement) for i in items],
        is_late=late,
        caller=caller,
    )
    if caller is not None:
        record_assisted(appeal, TakenDown.APPEAL, caller, person, actor=actor, now=now)
    add_items(appeal, [_item(appeal, no, item, measures) for no, item in enumerate(items, start=1)])
    if is_answered:
        _give_earlier_reasons(appeal, rounds, now=now)
    else:
        open_appeal(Opening(notice, appeal.ref, appeal.round, pauses(rounds, filing.new_facts)), actor=actor, now=now)
    if caller is None:
        AppealDraft.objects.filter(notice=notice, party_id=notice.party_id).delete()
    return appeal


def add_items(appeal: Appeal, items: Sequence[AppealItem]) -> None:
    """Stores what is appealed, and makes it found by it."""
    insert(*items)
    keep(APPEALS, {appeal.pk: document_of(appeal, [item.measure for item in items])})


def _before(rounds: Sequence[Appeal]) -> tuple[Appeal | None, Appeal | None]:
    """The last round so far, and the last one that a person decided."""
    decided = [each for each in rounds if each.decided_by_kind == DecidedBy.HUMAN]
    return rounds[-1] if rounds else None, decided[-1] if decided else None


def _notice_to_appeal(actor: Actor, ref: str, caller: Caller | None, *, now: datetime) -> tuple[Any, int | None]:
    """The notice, locked, and the key of the account of whoever is on the phone."""
    if caller is None:
        notice = lock_notice(notice_visible_to(actor), ref=ref)
        require(may_file_appeal(actor, notice.party_id, notice.matter))
        quotas.use(notice.party_id, quotas.APPEALS, 1, now=now)
        return notice, None
    notice = lock_notice(Q(), ref=ref)
    require(may_file_for_caller(actor, notice.party_id, notice.decided_by_id))
    return notice, check_caller(caller, people_of(notice.party_id, CAN_APPEAL))


def _require_late_reason(filing: AppealFiling) -> None:
    if is_visually_blank(filing.late_reason):
        raise DeadlinePassed(
            _("The time to appeal has passed. With a good reason you can still ask us to accept it late."),
            actions=[{"name": "late-request", "field": "late_reason"}],
        )


def _item(appeal: Appeal, no: int, item: ItemFiling, measures: Mapping[int, Any]) -> AppealItem:
    ground = item.ground or appeal.ground
    return AppealItem(appeal=appeal, no=no, measure=measures[item.measure], ground=ground, statement=item.statement)


def _first_state(filing: AppealFiling, *, late: bool) -> AppealState:
    if late:
        return AppealState.LATE_REQUESTED
    return AppealState.SYSTEM_REVIEW if filing.review == ReviewMode.SYSTEM_FIRST else AppealState.SUBMITTED


def _give_earlier_reasons(appeal: Appeal, rounds: Sequence[Appeal], *, now: datetime) -> None:
    persons = [each for each in rounds if each.decided_by_kind == DecidedBy.HUMAN]
    answer = (persons or [each for each in rounds if each.state == AppealState.LATE_REFUSED])[-1]
    system = Actor.system("earlier-reasons")
    fire(appeal, "give_earlier_reasons", actor=system, now=now, facts={"earlier": answer.ref})


def _names_something_new(filing: AppealFiling, rounds: Sequence[Appeal]) -> bool:
    """Whether it names new facts, or, after a late request was refused, a reason that was not given before.

    Only an empty or a repeated text is nothing new: what somebody names as new is read by a person.
    """
    reasons = {each.late_reason for each in rounds if each.late_reason}
    is_new_reason = bool(reasons) and not is_visually_blank(filing.late_reason) and filing.late_reason not in reasons
    return is_new_reason or not is_visually_blank(filing.new_facts)


def _may_follow(earlier: Appeal | None, decided: Appeal | None) -> None:
    """Whether another appeal may follow the latest and the last that a person decided. Raises what is against."""
    if earlier is None:
        return
    if earlier.is_open:
        raise AlreadyAppealed(actions=[{"name": "view", "appeal": earlier.ref}])
    if earlier.state == AppealState.CORRECTED:
        raise NotAppealable(_("The platform revoked this measure itself, so there is nothing left to appeal."))
    if Outcome.OVERTURNED in (earlier.outcome, None if decided is None else decided.outcome):
        raise NotAppealable(_("The measure was already revoked, so there is nothing left to appeal."))


def _check(filing: AppealFiling, items: Sequence[ItemFiling], measures: Mapping[int, Any]) -> CaseError | None:
    errors = []
    if filing.ground not in Ground.values:
        errors.append(FieldError("/ground", "unknown", _("Choose one ground from the list.")))
    if filing.review not in ReviewMode.values:
        errors.append(FieldError("/review", "unknown", _("Choose who reviews.")))
    seen = set()
    for i, item in enumerate(items):
        if item.measure not in measures:
            errors.append(FieldError(f"/items/{i}/measure", "unknown-measure", _("The notice has no such measure.")))
        elif item.measure in seen:
            errors.append(FieldError(f"/items/{i}/measure", "repeated", _("This measure is named twice.")))
        seen.add(item.measure)
        if item.ground and item.ground not in Ground.values:
            errors.append(FieldError(f"/items/{i}/ground", "unknown", _("Choose one ground from the list.")))
    return Invalid(errors=errors) if errors else None


def open_round(
    notice: Any,
    filing: AppealFiling,
    *,
    actor: Actor,
    now: datetime,
    state: AppealState,
    caller: Caller | None = None,
    **more: Any,
) -> Appeal:
    """Creates the appeal row with its deadlines."""
    move = move_of(notice, filing, actor=actor, now=now, state=state, caller=caller, **more)
    open_cases([move], state=state, event="appeal.filed", verb="file", actor=actor, now=now)
    return cast("Appeal", move.case)


def move_of(
    notice: Any,
    filing: AppealFiling,
    *,
    actor: Actor,
    now: datetime,
    round_: int,
    previous: Appeal | None,
    level: Level,
    decided: Appeal | None = None,
    state: AppealState,
    high_stakes: bool,
    items: Sequence[tuple[int, str, str]],
    is_late: bool = False,
    human_demanded: bool = False,
    caller: Caller | None = None,
    said: Mapping[str, Any] | None = None,
) -> Move:
    """The appeal that this filing makes, not stored yet, with the facts of its first event and its deadlines."""
    due = decision_due(notice, now, high_stakes=high_stakes)
    appeal = Appeal(
        notice=notice,
        round=round_,
        level=level,
        previous=previous,
        party_id=notice.party_id,
        filed_by_id=actor.person,
        filed_at=now,
        language=notice.language,
        ground=filing.ground,
        statement=filing.statement,
        review=ReviewMode.HUMAN if human_demanded else filing.review,
        human_demanded=human_demanded,
        is_late=is_late,
        late_reason=(filing.late_reason or filing.new_facts) if is_late else "",
        new_facts="" if is_visually_blank(filing.new_facts) else filing.new_facts,
        evidence_closes_at=notice.promised["evidence_time"].ends(now),
        decide_due_at=due.at,
        decide_due_is_provisional=due.provisional,
        urgent_at=due.at,
        original_decider_id=notice.decided_by_id,
        original_team_id=notice.decided_by_team_id,
        first_reviewer_id=_earlier_reviewer(previous, decided),
    )
    deadlines = clocks(now, due)
    if state == AppealState.SYSTEM_REVIEW:
        deadlines += [DeadlineSpec("appeal.system", notice.promised["system_review_time"].ends(now))]
    facts = {"notice": notice.ref, "round": round_, "level": str(level), "ground": filing.ground}
    facts |= {"statement": digest(filing.statement), "review": str(appeal.review), "late": is_late}
    facts |= {"demanded": human_demanded, "filing": filing_hash(items, appeal.late_reason, appeal.new_facts)}
    facts |= {**said_of(caller), **(said or {})}
    return Move(case=appeal, facts=facts, deadlines=deadlines)


def _earlier_reviewer(previous: Appeal | None, decided: Appeal | None) -> int | None:
    """Returns whoever decided an earlier round, else whoever held the last one: they do not review this one."""
    if decided is not None:
        return decided.reviewer_id
    return None if previous is None else previous.reviewer_id or previous.first_reviewer_id


@command
def withdraw_appeal(*, actor: Actor, ref: str, now: datetime, expected_version: int | None = None) -> Appeal:
    """Withdraws the appeal at the appellant's wish; the measures stay as they were.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`.
    """
    appeal = lock_appeal(actor, ref, expected_version)
    require(may_withdraw_appeal(actor, appeal))
    fire(appeal, "withdraw", actor=actor, now=now)
    release_notice(appeal, actor=actor, now=now)
    return appeal
