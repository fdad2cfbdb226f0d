"""Reactions to a notice's deadlines and events."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext, gettext_lazy, override

from accounts.mail import send_messages
from accounts.mandates import addresses_in
from accounts.notifications import notify
from accounts.queries import addresses_by_party, people_in
from accounts.roles import COMPLIANCE
from casework.actor import ActorKind
from casework.deadlines import calls
from casework.models import Deadline, Event
from casework.outbox import Subscriber, in_groups, only_for
from executors.commands import ActDecision, draw_second_look, record_outcome
from executors.queries import cause_of_suspension, causes_of_incident
from notices import commands
from notices.events import EVENTS
from notices.machine import NoticeState
from notices.models import Notice, SiblingReview


@in_groups
def period_ended(deadlines: Sequence[Deadline], *, now: datetime) -> None:
    commands.end_elapsed_measures(elapsed={each.case_id: each.due_at for each in deadlines}, now=now)


@in_groups
def appeal_window_ended(deadlines: Sequence[Deadline], *, now: datetime) -> None:
    commands.close_appeal_windows(ended={each.case_id: each.due_at for each in deadlines}, now=now)


@in_groups
def tell_party(events: Sequence[Event], *, now: datetime) -> Iterator[Event]:
    """Notifies everybody who acts for the party that something happened, without what it was about."""
    del now
    rows = Notice.objects.filter(pk__in=[event.case_id for event in events])
    notices = {row[0]: row for row in rows.values_list("pk", "ref", "number", "party_id")}
    addresses = addresses_by_party({party_id for _pk, _ref, _number, party_id in notices.values()})
    agents = addresses_in(Notice.KIND, list(notices))
    for event in events:
        pk, ref, number, party_id = notices[event.case_id]
        told = addresses[party_id] + agents[pk]
        send_messages(told, what=EVENTS[event.type].message, number=number, path=f"/notices/{ref}/")
        yield event


def sweep_after_finding(event: Event, *, now: datetime) -> None:
    """Opens reviews of what shares a tool, a rule or an order with an act that was wrong."""
    commands.open_sibling_reviews(causes=causes_of_incident(event.case_id), now=now)


def sweep_after_suspension(event: Event, *, now: datetime) -> None:
    """Opens reviews of what a suspended executor did and that is still in effect."""
    commands.open_sibling_reviews(causes=[cause_of_suspension(event.case_id)], now=now)


def look_further(event: Event, *, now: datetime) -> None:
    """Opens further reviews of the same tool and clause once one was corrected: the tool was wrong there, too."""
    row = SiblingReview.objects.get(pk=event.case_id)
    if row.clause_id is not None:
        cause = commands.ToolCause(row.cause_value, row.clause_id, row.ref, row.number)
        commands.open_reviews_of_tool(cause=cause, now=now)


def end_second_looks(event: Event, *, now: datetime) -> None:
    """Closes the open reviews of a notice that fell."""
    notice = Notice.objects.get(pk=event.case_id)
    with override(notice.language):
        commands.overtake_siblings(notice_id=notice.pk, because=gettext("The notice was revoked."), now=now)


@only_for(lambda event: event.facts["decision"]["person"])
@in_groups
def watch_officers(events: Sequence[Event], *, now: datetime) -> Iterator[Event]:
    """Flags officers of whom more is stated than anybody can do, or openings that nobody made here."""
    rows = Notice.objects.filter(pk__in=[event.case_id for event in events], decided_by__isnull=False)
    commands.flag_officers(notices=list(rows.select_related("decided_by", "act__person")), now=now)
    yield from events


def look_for_more(event: Event, *, now: datetime) -> None:
    """Opens reviews of what rests on a notice that fell and, where a person found it wrong, of where the same mistake
    may have been made; compliance is told once of all of them.
    """
    notice = Notice.objects.get(pk=event.case_id)
    cause = event.facts.get("appeal") or event.facts.get("dispute") or ""
    settled = notice.settled_findings.filter(cause=cause) if cause else notice.settled_findings.all()
    why = settled.first()
    rows: list[SiblingReview] = []
    if why is not None or notice.state == NoticeState.REVOKED:
        rows += commands.open_reviews_of_what_rests_on(notice=notice, now=now)
    if why is not None and (event.actor_kind == ActorKind.STAFF or event.facts.get("dispute")):
        ref, number = (cause, why.cause_number) if cause else (notice.ref, notice.number)
        rows += commands.open_reviews_of_mistake(notice=notice, origin_ref=ref, origin_number=number, now=now)
    if rows:
        people = [(user.pk, user.email, user.language) for user in people_in(COMPLIANCE)]
        path = f"/workbench/siblings/?cause={rows[-1].origin_ref}"
        notify(people, event=event, what=ONE_FINDING, number=rows[-1].origin_number, path=path, now=now)


ONE_FINDING = gettext_lazy("One error was found, and measures that share it wait to be looked at again.")


def record_correction(event: Event, *, now: datetime) -> None:
    """Records with executors that the platform withdrew what a third party did, which opens an incident.

    In what it was wrong nobody has said: it stands as the way it was taken, until compliance has found. Where a dispute
    lifted the measure, the platform corrected nothing of its own accord: what the dispute said is on record already.
    """
    notice = Notice.objects.get(pk=event.case_id)
    if notice.act_id is None or not event.facts.get("withdrawn") or event.facts.get("dispute"):
        return
    decided = ActDecision(
        source="correction",
        source_ref=notice.ref,
        event=event,
        decided_at=event.effective_at,
        by_person=event.actor_kind == ActorKind.STAFF,
        overturned=True,
        error_class="PROCEDURE",
        party_id=notice.party_id,
        subject_number=notice.number,
        subject_ref=notice.ref,
    )
    record_outcome(act_id=notice.act_id, decided=decided, now=now)


@only_for(lambda event: "executor" in event.facts)
def draw_for_second_look(event: Event, *, now: datetime) -> None:
    """Draws by chance whether the act of an executor behind this notice gets a blind second look."""
    notice = Notice.objects.get(pk=event.case_id)
    if notice.act_id is not None:
        draw_second_look(act_id=notice.act_id, now=now)


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    **{event: [tell_party] for event, row in EVENTS.items() if row.message},
    "notice.issued": [tell_party, draw_for_second_look, watch_officers],
    "notice.revoked": [tell_party, end_second_looks, record_correction, look_for_more],
    "notice.reduced": [tell_party, look_for_more],
    "sibling.corrected": [look_further],
    "incident.found": [sweep_after_finding],
    "executor.suspended": [sweep_after_suspension],
}
DEADLINES = {
    "notice.period": period_ended,
    "notice.appeal_window": appeal_window_ended,
    "notice.remedy": calls(commands.mark_remedy_late, "notice_id", key="remedy_ref"),
    "publication.due": calls(commands.mark_publication_late, "publication_id"),
}
