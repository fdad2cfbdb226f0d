"""What the rows of seats and matters must say because their events say it."""

from collections.abc import Iterator, Sequence

from authorities.models import Matter, Seat
from casework.canonical import digest, moment
from casework.claims import Claims, Comparison, said
from casework.models import Event
from casework.named import named


def _seat(seat: Seat, events: Sequence[Event]) -> Iterator[Comparison]:
    told = {**named(seat, lambda s: (s.name, s.office, s.basis, s.purpose)), "username": seat.user.username}
    told["until"] = seat.change.said["until"]
    yield from said(events[0], change=seat.change.ref, user=seat.user.ref, said=digest(told))
    yield "until", moment(seat.until), moment(type(seat.until).fromisoformat(told["until"]))
    opened = events[-1] if events[-1].type == "authority_seat.case_opened" else None
    if opened is not None and seat.matter is not None:
        yield "matter", opened.facts["matter"], seat.matter.ref


def _received(matter: Matter, event: Event) -> Iterator[Comparison]:
    due = moment(matter.due_at) if matter.due_at else ""
    yield from said(
        event, **named(matter, lambda m: (m.kind, m.office, m.document_no)), due_at=due, asked=digest(matter.asked)
    )
    yield "registered_by", event.actor_ref, matter.registered_by.ref


def _sent(matter: Matter, event: Event) -> Iterator[Comparison]:
    yield from said(event, answer=digest(matter.answer))
    yield "sent_by", event.actor_ref, getattr(matter.sent_by, "ref", "")
    yield "sent_at", event.at, matter.sent_at


def _matter(matter: Matter, events: Sequence[Event]) -> Iterator[Comparison]:
    """What can be written again says what the newest event of its kind says."""
    newest = {event.type: event for event in events}
    if drafted := newest.get("authority_matter.drafted"):
        yield from said(drafted, answer=digest(matter.answer))
    if noted := newest.get("authority_matter.followed_up"):
        yield from said(noted, follow_up=digest(matter.follow_up))
    if closed := newest.get("authority_matter.closed"):
        yield from said(closed, reason=digest(matter.closed_reason))


CLAIMS = {
    Seat.KIND: Claims(by_event={}, of_case=_seat, parts=("user", "change", "matter")),
    Matter.KIND: Claims(
        by_event={"authority_matter.received": _received, "authority_matter.sent": _sent},
        of_case=_matter,
        parts=("registered_by", "sent_by"),
    ),
}
