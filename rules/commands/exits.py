"""Leaving on the old terms: opened by the party, calculated and paid by the platform, refused by nobody (办法 14)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import Invalid, NotYourTurn, or_not_found, require, require_text
from casework.firing import DeadlineSpec, command, fire, locked, open_case
from casework.text import is_visually_blank
from casework.working_days import Calendar, DueTime, add_days, add_working_days
from rules import policies
from rules.arithmetic import Item, calculated
from rules.machine import ExitState
from rules.models import ExitCalculation, RuleExit, RuleVersion

ANSWER_WORKING_DAYS = 3
"""Within which the platform says what is refunded, and answers an objection. 办法 14 forbids delay, and names no
time.
"""
REFUND_DAYS = 7
"""From the first calculation to the payment."""
OBJECTION_DAYS = 30
"""For which the party can object, at least, once it was told and paid; then the exit is over."""


def answer_due(now: datetime) -> DueTime:
    """When the platform has to say what is refunded to somebody who asks or objects now."""
    return add_working_days(now, ANSWER_WORKING_DAYS, calendar=Calendar.current())


@command
def request_exit(*, actor: Actor, rule: str, number: str, now: datetime, party: str = "") -> RuleExit:
    """The party leaves under the version before this one, which never applies to it; no reason is asked.

    Where it leaves already rather than accept this version or one before it, that exit is the answer. Raises
    `NotFound`, `NotAllowed`, `Invalid` where it is open for which of several parties, and `NotYourTurn` for a version
    that was withdrawn, was replaced, or does not bind the party.
    """
    version = or_not_found(
        RuleVersion.objects.filter(Q(rule__ref=rule) | Q(rule__code=rule), number=number, published_at__isnull=False)
        .select_related("rule")
        .first()
    )
    chosen = party_of(actor, party)
    Party.objects.select_for_update().get(pk=chosen.pk)
    open_one = RuleExit.objects.filter(
        party=chosen,
        rejected__rule=version.rule_id,
        rejected__effective_from__lte=version.effective_from,
        withdrawn_at__isnull=True,
    ).first()
    if open_one is not None:
        return open_one
    if version.withdrawn_at is not None or (version.effective_to is not None and version.effective_to <= now):
        raise NotYourTurn(_("This version does not apply any more. Choose the one that does, or will."))
    if not version.binds_party(chosen.kind):
        raise NotYourTurn(_("This version does not bind you, so there is nothing to leave."))
    due = answer_due(now)
    row = RuleExit(
        party=chosen,
        rejected=version,
        under=version.before,
        requested_by_id=actor.person,
        answer_due_at=due.at,
    )
    answer = DeadlineSpec(
        "exit.answer_due", due.at, is_provisional=due.provisional, calendar_version=due.calendar_version
    )
    facts = {
        "party": chosen.ref,
        "rule": version.rule.code,
        "rejected": version.number,
        "under": row.under.number if row.under is not None else "",
    }
    open_case(
        row, state=ExitState.REQUESTED, event="exit.requested", actor=actor, now=now, facts=facts, deadlines=[answer]
    )
    return row


@command
def calculate_exit(
    *,
    actor: Actor,
    ref: str,
    items: Sequence[Item],
    now: datetime,
    reply: str = "",
    expected_version: int | None = None,
) -> RuleExit:
    """The party knows what is refunded, how it comes about, and by when.

    After an objection somebody else calculates, with a `reply`, and never less. Raises `NotFound`, `NotAllowed`,
    `Stale`, `NotYourTurn`, `ConflictOfInterest` for whoever calculated before, and `Invalid`.
    """
    row = locked(RuleExit, policies.exits_visible_to(actor), ref, expected_version)
    require(policies.may_calculate_exit(actor, row))
    stored, total = calculated(items)
    last = row.calculation
    if last is not None:
        require_text("/reply", reply, _("Answer the objection."))
        if total < last.total_minor:
            raise Invalid.field("/items", "smaller", _("Whoever objects never gets less than before."))
    no = 1 if last is None else last.no + 1
    owed = total - row.paid_minor
    due = row.refund_due_at if last is not None and total == last.total_minor else add_days(now, REFUND_DAYS)
    deadlines = [DeadlineSpec("exit.refund_due", due)] if owed and due is not None and due > now else []
    if not owed:
        deadlines.append(DeadlineSpec("exit.closes", add_days(now, OBJECTION_DAYS)))
    facts = {
        "no": no,
        "total_minor": total,
        "items": digest(stored),
        "reply": digest(reply if last is not None else ""),
    }
    fire(row, "calculate", actor=actor, now=now, facts=facts, deadlines=deadlines, refund_due_at=due)
    ExitCalculation.objects.create(
        exit=row,
        no=no,
        items=stored,
        total_minor=total,
        reply=reply if last is not None else "",
        calculated_by_id=actor.user_id,
        calculated_at=now,
    )
    return row


@command
def object_to_exit(
    *, actor: Actor, ref: str, objection: str, now: datetime, expected_version: int | None = None
) -> RuleExit:
    """Somebody else has to calculate again; what was calculated is due as before.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` where nothing is calculated or it is over, and `Invalid`.
    """
    row = locked(RuleExit, policies.exits_visible_to(actor), ref, expected_version)
    require(policies.may_speak_for_exit(actor, row))
    if is_visually_blank(objection):
        raise Invalid.field("/objection", "required", _("Say what is wrong with the calculation."))
    due = answer_due(now)
    answer = DeadlineSpec(
        "exit.answer_due", due.at, is_provisional=due.provisional, calendar_version=due.calendar_version
    )
    facts = {"objection": digest(objection)}
    fire(row, "object", actor=actor, now=now, facts=facts, deadlines=[answer], answer_due_at=due.at)
    last = row.calculation
    assert last is not None
    ExitCalculation.objects.filter(pk=last.pk).update(objection=objection, objected_at=now)
    return row


@command
def pay_exit(*, actor: Actor, ref: str, receipt: str, now: datetime, expected_version: int | None = None) -> RuleExit:
    """All that is owed so far was paid, under this receipt. The exit is over once the time to object is.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` where nothing is owed, and `Invalid`.
    """
    row = locked(RuleExit, policies.exits_visible_to(actor), ref, expected_version)
    require(policies.may_pay_exit(actor, row))
    require_text("/receipt", receipt, _("Give the number of the payment."))
    if not row.owed_minor:
        raise NotYourTurn(_("Nothing is owed."))
    paid = row.paid_minor + row.owed_minor
    closes = [DeadlineSpec("exit.closes", add_days(now, OBJECTION_DAYS))]
    fire(
        row,
        "pay",
        actor=actor,
        now=now,
        facts={"paid_minor": paid, "receipt": digest(receipt)},
        deadlines=closes if row.state == ExitState.CALCULATED else (),
        paid_minor=paid,
        paid_at=row.paid_at or now,
        receipt=f"{row.receipt} · {receipt}"[-120:] if row.receipt else receipt,
    )
    return row


@command
def withdraw_exit(*, actor: Actor, ref: str, now: datetime, expected_version: int | None = None) -> RuleExit:
    """The party stays; for what happens from now on the versions apply to it as to everybody.

    Raises `NotFound`, `NotAllowed`, `Stale`, and `NotYourTurn` once it was paid or is over.
    """
    row = locked(RuleExit, policies.exits_visible_to(actor), ref, expected_version)
    require(policies.may_speak_for_exit(actor, row))
    if row.paid_minor:
        raise NotYourTurn(_("The refund was paid, so this exit cannot be taken back."))
    fire(row, "withdraw", actor=actor, now=now, withdrawn_at=now)
    return row


@command
def mark_exit_late(*, exit_id: int, effective_at: datetime, now: datetime) -> None:
    """It is on record that the platform did not answer or pay in time; it stays owed."""
    row = RuleExit.lock(pk=exit_id)
    fire(row, "mark_late", actor=Actor.system("deadline"), now=now, effective_at=effective_at)


@command
def end_exit(*, exit_id: int, effective_at: datetime, now: datetime) -> None:
    """The party has left, what it was owed is paid, and the time to object is over."""
    row = RuleExit.lock(pk=exit_id)
    fire(row, "end", actor=Actor.system("deadline"), now=now, effective_at=effective_at)


def party_of(actor: Actor, named: str) -> Party:
    """The party that the actor speaks for. Raises `NotAllowed`, `NotFound`, and `Invalid` where it is open which."""
    every = Party.objects.filter(pk__in=list(actor.parties))
    if named:
        found = or_not_found(every.filter(ref=named).first())
        require(policies.may_request_exit(actor, found))
        return found
    able = [party for party in every if policies.may_request_exit(actor, party) is None]
    if len(able) > 1:
        raise Invalid.field("/party", "required", _("Say for which of your parties."))
    if not able:
        require(policies.may_request_exit(actor, None))
    return able[0]
