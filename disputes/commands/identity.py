"""Who the merchant is: a consumer asks, the platform answers in its published time, every reading is on file."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest, moment
from casework.errors import Invalid, NotYourTurn, or_not_found, require, require_choice, require_text
from casework.firing import DeadlineSpec, command, fire
from disputes.claims import content_of_identity
from disputes.commands.locking import lock_dispute, move
from disputes.models import Dispute, IdentityRefusal, IdentityRequest, IdentityState
from disputes.policies import consumer_of, may_answer_identity, may_ask_identity, may_read_identity, side_of

DEADLINE = Actor.system("deadline")


@command
def ask_identity(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Asks the platform for the true name, address and contact of the merchant, at whatever stage the dispute is.

    The platform has the published time to answer (七日办法 24 names none); a dispute that is paused does not stop it.
    Raises `NotFound`, `NotAllowed`, `NotYourTurn` where a request waits already.
    """
    dispute = lock_dispute(actor, ref)
    require(may_ask_identity(actor, dispute))
    rows = list(dispute.identity_requests.all())
    if any(row.state == IdentityState.ASKED for row in rows):
        raise NotYourTurn(_("The platform was asked already and has not answered yet."))
    side, due = consumer_of(dispute), dispute.promised["identity_time"].due(now)
    assert side is not None
    row = IdentityRequest.objects.create(
        dispute=dispute, no=len(rows) + 1, side=side, asked_by_id=actor.person, asked_at=now, due_at=due.at
    )
    clock = DeadlineSpec(
        "dispute.identity",
        due.at,
        key=str(row.no),
        is_provisional=due.provisional,
        calendar_version=due.calendar_version,
    )
    facts = {"request": row.no, "side": str(side), "due": moment(due.at)}
    move(dispute, "ask_identity", actor=actor, now=now, facts=facts, deadlines=[clock])
    return dispute


@command
def give_identity(
    *, actor: Actor, ref: str, name: str, address: str, contact: str, licence: str = "", now: datetime
) -> Dispute:
    """Gives the consumer who asked the merchant's identity; it is sealed, and nobody else on the other side reads it.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn` where nobody asked, `Invalid`.
    """
    dispute, row = _asked(actor, ref)
    said = {"name": name, "address": address, "contact": contact}
    for field, text in said.items():
        require_text(f"/{field}", text, _("Give the true name, the address and a contact that works."))
    for field, text in {**said, "licence": licence}.items():
        setattr(row, field, text)
    _answer(dispute, row, IdentityState.GIVEN, actor=actor, now=now, content=digest(content_of_identity(row)))
    return dispute


@command
def refuse_identity(*, actor: Actor, ref: str, reason: str, order_no: str = "", now: datetime) -> Dispute:
    """Answers that the identity is not given, for one of the listed reasons (`IdentityRefusal`) and no other.

    That the platform does not have it means that the consumer can claim from the platform itself (消保法 44).
    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `Invalid`.
    """
    dispute, row = _asked(actor, ref)
    require_choice("/reason", reason, IdentityRefusal)
    if (reason == IdentityRefusal.AUTHORITY) != bool(order_no.strip()):
        words = _("Name the authority's order with its number where an authority ordered it, and only there.")
        raise Invalid.field("/order_no", "required", words)
    given = dispute.identity_requests.filter(state=IdentityState.GIVEN, purged_at__isnull=True)
    if reason == IdentityRefusal.GIVEN_BEFORE and not given.exists():
        raise Invalid.field("/reason", "invalid", _("It was not given in this dispute before."))
    row.refusal, row.order_no = reason, order_no
    _answer(dispute, row, IdentityState.REFUSED, actor=actor, now=now, reason=reason, order=digest(order_no))
    return dispute


def _asked(actor: Actor, ref: str) -> tuple[Dispute, IdentityRequest]:
    dispute = lock_dispute(actor, ref)
    require(may_answer_identity(actor, dispute))
    row = dispute.identity_requests.filter(state=IdentityState.ASKED).first()
    if row is None:
        raise NotYourTurn()
    return dispute, row


def _answer(
    dispute: Dispute, row: IdentityRequest, state: IdentityState, *, actor: Actor, now: datetime, **said: str
) -> None:
    row.state, row.answered_at, row.answered_by_ref = state, now, actor.ref
    row.save()
    facts = {"request": row.no, "side": row.side, "answer": str(state), **said}
    move(dispute, "answer_identity", actor=actor, now=now, facts=facts, cancels=("dispute.identity",))


@command
def read_identity(*, actor: Actor, ref: str, now: datetime) -> IdentityRequest:
    """Returns the newest card that was given, once the ledger says who read it.

    Raises `NotFound` also where none was given, or where it was deleted when its time of keeping was over;
    `NotAllowed`.
    """
    dispute = lock_dispute(actor, ref)
    require(may_read_identity(actor, dispute))
    given = dispute.identity_requests.filter(state=IdentityState.GIVEN, purged_at__isnull=True)
    row = or_not_found(given.order_by("-no").first())
    facts = {"request": row.no, "side": str(side_of(actor, dispute) or "")}
    fire(dispute, "read_identity", actor=actor, now=now, facts=facts)
    return row


@command
def mark_identity_late(*, dispute_id: int, no: int, effective_at: datetime, now: datetime) -> None:
    """Records that the platform did not say in time who the merchant is; nothing where it answered."""
    dispute = Dispute.lock(pk=dispute_id)
    row = dispute.identity_requests.filter(no=no, state=IdentityState.ASKED, is_late=False).first()
    if row is None:
        return
    row.is_late = True
    row.save(update_fields=["is_late"])
    facts = {"request": row.no, "side": row.side}
    move(dispute, "mark_identity_late", actor=DEADLINE, now=now, effective_at=effective_at, facts=facts)
