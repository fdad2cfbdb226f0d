"""What the rows of incidents and recourses must say because their events say it."""

from collections.abc import Iterator, Sequence

from casework.canonical import digest, moment
from casework.claims import Claims, Comparison, said
from casework.models import Event
from executors.models import Incident, Recourse


def _explained(incident: Incident, event: Event) -> Iterator[Comparison]:
    if event.facts["explanation"] and incident.explained_at == event.at:  # an explanation may be given anew
        yield from said(event, explanation=digest(incident.explanation))


def _found(incident: Incident, event: Event) -> Iterator[Comparison]:
    row = next(f for f in incident.findings.all() if f.round == event.facts["round"])
    yield from said(event, outcome=row.outcome, error_class=row.error_class, reasons=digest(row.reasons))
    yield "finding.found_by", event.actor_ref, row.found_by.ref
    yield "finding.found_at", moment(event.at), moment(row.found_at)


def _contested(incident: Incident, event: Event) -> Iterator[Comparison]:
    yield from said(event, reasons=digest(incident.contest_reasons))


def _compensated(incident: Incident, event: Event) -> Iterator[Comparison]:
    row = next(c for c in incident.compensations.all() if c.no == event.facts["no"])
    yield from said(event, amount_minor=row.amount_minor, currency=row.currency, words=digest(row.words))


def _whole(incident: Incident, events: Sequence[Event]) -> Iterator[Comparison]:
    found = [e.facts["outcome"] for e in events if e.type == "incident.found"]
    yield "finding", found[-1] if found else "", incident.finding


def _claimed(recourse: Recourse, event: Event) -> Iterator[Comparison]:
    yield from said(
        event,
        incident=recourse.incident.ref,
        amount_minor=recourse.claimed_minor,
        currency=recourse.currency,
        words=digest(recourse.words),
    )


CLAIMS = {
    Incident.KIND: Claims(
        by_event={
            "incident.explained": _explained,
            "incident.found": _found,
            "incident.contested": _contested,
            "incident.compensated": _compensated,
        },
        of_case=_whole,
        rows=("findings__found_by", "compensations"),
    ),
    Recourse.KIND: Claims(by_event={"recourse.claimed": _claimed}, parts=("incident",)),
}
