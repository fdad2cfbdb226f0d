"""What the mediator does before the determination: join, hand over, shift a burden, rule on facts, pause and resume."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRole, User
from accounts.policies import active, require_present, require_room
from accounts.roles import MEDIATOR
from casework.actor import Actor, ActorKind, Via
from casework.canonical import digest
from casework.errors import (
    ConflictOfInterest,
    FieldError,
    Invalid,
    NotYourTurn,
    one_of,
    or_not_found,
    require,
    require_text,
)
from casework.firing import DeadlineSpec, command, fire
from casework.text import is_visually_blank
from disputes.choices import Side
from disputes.commands.ladder import (
    close_evidence_of,
    close_if_ready,
    discharge_by_earlier_submissions,
    evidence_open_until,
    is_ready,
    open_windows,
    production_cancels,
    production_clocks,
    settle_fact,
)
from disputes.commands.locking import fact_of, lock_dispute, move, require_unsettled
from disputes.machine import DisputeState, FactState
from disputes.models import Dispute, EvidenceItem, FactAtIssue, FactRuling, RelianceOn, StepRow
from disputes.policies import TO_DECIDE, WAITING, conflict_of, joinable_by, may_hand_over, may_join_dispute, may_mediate
from disputes.triage import most_urgent
from disputes.windows import adding_closes
from rules.clearances import wording_errors


@command
def join_dispute(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Gives the dispute to this mediator; in the first round every bearer's window opens now.

    Raises `NotFound` where it does not wait for a mediator, `NotAllowed`, `ConflictOfInterest`.
    """
    key = Dispute.objects.filter(WAITING, ref=ref).values_list("pk", flat=True)
    found = or_not_found(key.first() if actor.has_role(MEDIATOR) else None)
    return _join(Dispute.objects.select_for_update(of=("self",)).get(pk=found), actor=actor, now=now, picked=True)


@command
def join_next_dispute(*, actor: Actor, now: datetime) -> Dispute | None:
    """Gives this mediator the most urgent dispute that they may take; None when none waits."""
    rows = most_urgent(Dispute.objects.filter(joinable_by(actor)), 1, now=now)
    row = rows.select_for_update(of=("self",), skip_locked=_can_skip()).first()
    return None if row is None else _join(row, actor=actor, now=now, picked=False)


def _can_skip() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)


def _join(dispute: Dispute, *, actor: Actor, now: datetime, picked: bool) -> Dispute:
    require(may_join_dispute(actor, dispute))
    require_room(actor.person, actor.at_work.get("capacity"), _held_by(actor.person))
    facts = {"round": dispute.round, "mediator": actor.ref, "picked": picked}
    take_up(dispute, "join", actor=actor, now=now, facts=facts)
    return dispute


def take_up(dispute: Dispute, verb: str, *, actor: Actor, now: datetime, facts: dict[str, Any], **changes: Any) -> None:
    """A mediator holds a dispute that waited for one: in the first round every bearer's window opens now."""
    first_round = dispute.state == DisputeState.ESCALATED
    deadlines: list[DeadlineSpec] = []
    changes |= {"joined_at": now, "platform_due_at": None}
    if first_round:
        deadlines = open_windows(dispute, now=now)
    else:
        due = dispute.promised["determination_time"].due(now)
        deadlines = [
            DeadlineSpec(
                "dispute.decide", due.at, is_provisional=due.provisional, calendar_version=due.calendar_version
            )
        ]
        changes["platform_due_at"] = due.at
    move(dispute, verb, actor=actor, now=now, facts=facts, deadlines=deadlines, **changes)
    if first_round:
        discharge_by_earlier_submissions(dispute, actor=actor, now=now)
        close_if_ready(dispute, now=now)


@command
def hand_over(*, actor: Actor, ref: str, to_code: str, now: datetime) -> Dispute:
    """Hands the dispute over to another mediator, named by officer code. Raises `NotFound`, `NotAllowed`, `Invalid`."""
    dispute = lock_dispute(actor, ref)
    require(may_hand_over(actor, dispute))
    to = mediator_called(to_code, dispute)
    require_present(to, now)
    move(dispute, "hand_over", actor=actor, now=now, facts={"to": to.ref, "round": dispute.round}, mediator_id=to.pk)
    return dispute


def mediator_called(code: str, dispute: Dispute) -> User:
    """The mediator with this officer code, who does not hold the dispute and has no conflict of interest in it.

    Raises `Invalid`, `ConflictOfInterest`.
    """
    to = User.objects.filter(officer_code=code, is_active=True).exclude(officer_code="").first()
    if to is None or not StaffRole.objects.filter(active(), user=to, role=MEDIATOR).exists():
        raise Invalid.field("/to", "unknown", _("No mediator has this code."))
    if to.pk == dispute.mediator_id:
        raise Invalid.field("/to", "unchanged", _("This mediator holds the dispute already."))
    if conflict_of(as_mediator(to), dispute):
        raise ConflictOfInterest(_("This mediator took part or once acted for a side."))
    require_room(to.pk, to.capacity, _held_by(to.pk), at="/to")
    return to


def _held_by(mediator: int) -> QuerySet[Dispute]:
    return Dispute.objects.filter(TO_DECIDE, mediator_id=mediator)


def as_mediator(user: User) -> Actor:
    """The person as a mediator, to ask whether they could be one in a case."""
    return Actor(ActorKind.STAFF, Via.ADMIN, ref=user.ref, user_id=user.pk, roles=frozenset({MEDIATOR}))


def _mediated(actor: Actor, ref: str, expected_version: int | None) -> Dispute:
    dispute = lock_dispute(actor, ref, expected_version)
    require(may_mediate(actor, dispute))
    return dispute


@command
def shift_burden(
    *,
    actor: Actor,
    ref: str,
    fact_no: int,
    bearer: str,
    basis: str,
    reasons: str,
    hours: int,
    now: datetime,
    expected_version: int | None = None,
) -> FactAtIssue:
    """Shifts the burden to another side, by a new time, on a stated legal basis; both sides are told.

    Only a side for which the table says what silence means. Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`,
    `Invalid`.
    """
    dispute = _mediated(actor, ref, expected_version)
    if dispute.state != DisputeState.EVIDENCE:
        raise NotYourTurn()
    fact = fact_of(dispute, fact_no)
    require_unsettled(fact)
    _lay(dispute, fact, bearer, basis, reasons, hours, actor=actor, now=now)
    return fact


def _time_errors(dispute: Dispute, hours: int) -> list[FieldError]:
    least, most = dispute.promised["proof_time_least"], dispute.promised["proof_time_most"]
    if least.length <= timedelta(hours=hours) <= most.length:
        return []
    words = _("Give between %(least)s and %(most)s.") % {"least": least, "most": most}
    return [FieldError("/hours", "out-of-range", words)]


def _lay(
    dispute: Dispute,
    fact: FactAtIssue,
    bearer: str,
    basis: str,
    reasons: str,
    hours: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    errors = []
    if bearer not in Side.values:
        errors.append(FieldError("/bearer", "unknown", one_of(Side.values)))
    texts = {"/basis": basis, "/reasons": reasons}
    blank = [pointer for pointer, text in texts.items() if is_visually_blank(text)]
    errors += [FieldError(pointer, "required", _("Say on what basis, and why.")) for pointer in blank]
    errors += wording_errors(texts)
    errors += _time_errors(dispute, hours)
    step = StepRow.objects.filter(fact_id=fact.row_id, bearer=bearer).order_by("-no").first()
    if step is None and not errors:
        errors.append(
            FieldError("/bearer", "no-consequence", _("The table does not say what this side's silence would mean."))
        )
    if errors or step is None:
        raise Invalid(errors=errors)
    due = now + timedelta(hours=hours)
    before = fact.bearer
    fire(
        fact,
        "shift",
        actor=actor,
        now=now,
        facts={"from": before, "to": bearer, "step": step.no, "basis": digest(basis), "reasons": digest(reasons)},
        bearer=bearer,
        step=step,
        awaits_ruling=False,
        window_opened_at=now,
        base_due_at=due,
        due_at=due,
        shift_basis=f"{basis}\n{reasons}"[:1000],
    )
    move(
        dispute,
        "shift_burden",
        actor=actor,
        now=now,
        facts={
            "fact": fact.no,
            "from": before,
            "to": bearer,
            "step": step.no,
            "basis": "mediator",
            "due": due.isoformat(),
        },
        deadlines=production_clocks(fact.no, now, due),
        cancels=production_cancels(fact.no),
    )


@command
def rule_fact(
    *,
    actor: Actor,
    ref: str,
    fact_no: int,
    proved: bool,
    reasons: str,
    evidence: Sequence[int] = (),
    now: datetime,
    expected_version: int | None = None,
) -> FactRuling:
    """Rules a fact proved or not, with reasons, relying on pieces that both sides saw and could answer.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` while its bearer still has time, and `Invalid`.
    """
    dispute = _mediated(actor, ref, expected_version)
    fact = fact_of(dispute, fact_no)
    if fact.state == FactState.ADMITTED:
        raise NotYourTurn(_("A fact that was conceded needs no ruling."))
    if dispute.state == DisputeState.EVIDENCE and not (fact.awaits_ruling or fact.is_settled):
        raise NotYourTurn(_("Whoever bears this fact still has time to show it."))
    if dispute.state == DisputeState.EVIDENCE and _can_still_add(fact, now):
        raise NotYourTurn(_("Somebody still has time to add to what they submitted about this fact."))
    require_text("/reasons", reasons, _("Write why."))
    if errors := wording_errors({"/reasons": reasons}):
        raise Invalid(errors=errors)
    items = _relied_on(dispute, evidence, now)
    ruling = FactRuling.objects.create(
        fact=fact,
        round=dispute.round,
        proved=proved,
        standard=fact.row.standard,
        reasons=reasons,
        departs_from_default=fact.is_settled and fact.established is not proved and not fact.rulings.exists(),
        mediator_id=actor.person,
        ruled_at=now,
    )
    RelianceOn.objects.bulk_create(RelianceOn(ruling=ruling, item=item) for item in items)
    infers = fact.was_left_silent and fact.step.is_only_allowed and proved is fact.step.silence_establishes
    settle_fact(
        fact,
        "infer" if infers else "rule_proved" if proved else "rule_not_proved",
        actor=actor,
        now=now,
        established=proved,
        facts={"reasons": digest(reasons), "evidence": sorted(evidence), "round": dispute.round},
    )
    move(
        dispute,
        "rule_fact",
        actor=actor,
        now=now,
        facts={"fact": fact.no, "proved": proved, "reasons": digest(reasons), "evidence": sorted(evidence)},
    )
    close_if_ready(dispute, now=now)
    return ruling


def _can_still_add(fact: FactAtIssue, now: datetime) -> bool:
    closes = (adding_closes(fact, side) for side in Side)
    return any(at is not None and at > now for at in closes)


def _relied_on(dispute: Dispute, numbers: Sequence[int], now: datetime) -> list[EvidenceItem]:
    rows = {
        item.no: item
        for item in EvidenceItem.objects.filter(dispute=dispute, no__in=list(numbers)).select_related("submission")
    }
    errors = []
    for index, no in enumerate(numbers):
        item = rows.get(no)
        at = f"/evidence/{index}"
        if item is None or item.submission is None:
            errors.append(FieldError(at, "unknown", _("There is no such evidence.")))
        elif item.is_withheld:
            errors.append(FieldError(at, "withheld", _("The other side never saw this, so nothing can rest on it.")))
        elif item.submission.answered_at is None and item.submission.answerable_until > now:
            errors.append(FieldError(at, "not-answered-yet", _("The other side can still answer this.")))
    if errors:
        raise Invalid(errors=errors)
    return [rows[no] for no in dict.fromkeys(numbers)]


@command
def close_evidence(*, actor: Actor, ref: str, now: datetime, expected_version: int | None = None) -> Dispute:
    """Closes the evidence phase; the mediator decides.

    Raises `NotYourTurn` while somebody may still show or answer.
    """
    dispute = _mediated(actor, ref, expected_version)
    if not is_ready(dispute):
        raise NotYourTurn(_("Somebody still has time to show something."))
    if evidence_open_until(dispute, now=now) is not None:
        raise NotYourTurn(_("Something submitted can still be answered."))
    close_evidence_of(dispute, actor=actor, now=now)
    return dispute


@command
def reopen_evidence(
    *,
    actor: Actor,
    ref: str,
    fact_no: int,
    bearer: str,
    basis: str,
    reasons: str,
    hours: int,
    now: datetime,
    expected_version: int | None = None,
) -> FactAtIssue:
    """Reopens the evidence phase for one unsettled fact with a burden and a new time. Raises as `shift_burden`."""
    dispute = _mediated(actor, ref, expected_version)
    fact = fact_of(dispute, fact_no)
    require_unsettled(fact)
    move(dispute, "reopen_evidence", actor=actor, now=now, facts={"fact": fact.no}, platform_due_at=None)
    _lay(dispute, fact, bearer, basis, reasons, hours, actor=actor, now=now)
    return fact
