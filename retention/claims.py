"""What the rows of runs and holds must say because their events say it."""

from collections.abc import Iterator, Sequence

from casework.canonical import digest, moment
from casework.claims import Claims, Comparison, said
from casework.models import Event
from retention.models import LegalHold, RetentionRun


def _run(run: RetentionRun, events: Sequence[Event]) -> Iterator[Comparison]:
    keys = run.change.said["keys"]
    yield from said(events[0], record_class=run.record_class, change=run.change.ref, due=run.due, keys=keys)
    yield "ended", sum(event.facts["ended"] for event in events if event.type == "retention_run.ended_some"), run.ended


def _put(hold: LegalHold, event: Event) -> Iterator[Comparison]:
    until = moment(hold.until) if hold.until else ""
    yield from said(event, about=hold.about, reason=digest(hold.reason), until=until)
    yield "put_by", event.actor_ref, hold.put_by.ref


def _lifted(hold: LegalHold, event: Event) -> Iterator[Comparison]:
    yield from said(event, reason=digest(hold.lifted_reason))
    yield "lifted_by", event.actor_ref, getattr(hold.lifted_by, "ref", "")


CLAIMS = {
    RetentionRun.KIND: Claims(by_event={}, of_case=_run, parts=("change",)),
    LegalHold.KIND: Claims(
        by_event={"legal_hold.put": _put, "legal_hold.lifted": _lifted}, parts=("put_by", "lifted_by")
    ),
}
