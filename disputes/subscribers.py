"""Reactions to disputes' events and deadlines: triage, records, silence, reminders, notifying both sides."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.leaving import Held, Holding
from accounts.models import User
from accounts.notifications import notify
from accounts.queries import people_in, people_of
from accounts.roles import COMPLIANCE, MEDIATOR
from casework.deadlines import calls
from casework.models import Deadline, Event
from casework.outbox import Subscriber, only_for
from disputes import commands, queries, records
from disputes.choices import GOODS_BACK, Record, Remedy, Side
from disputes.claims import faults_of_rooms
from disputes.events import EVENTS, for_caller
from disputes.machine import PROOF_IS_OVER, DisputeState
from disputes.models import Dispute, Message, OfferState, PullState, RecordPull
from disputes.policies import is_for_one_side
from disputes.queries.receipts import MESSAGE, MESSAGES
from disputes.triage import asks_for_a_person_in_text
from executors.commands import record_outcome
from notices.commands import causes_in, follow_determination, open_reviews_of_tool
from operations import first_answers
from operations.models import Outage

TO_ONE_SIDE = frozenset({"dispute.reminded", "dispute.identity_overdue", "dispute.obligation_not_received"})


def recipients_of(dispute: Dispute, event: Event) -> list[User]:
    """Returns the users of both sides, without who did it; what is for one side goes to that one."""
    sides = [Side.CLAIMANT, Side.RESPONDENT]
    if event.type in TO_ONE_SIDE or is_for_one_side(event.type, event.facts):
        sides = [s for s in sides if s == event.facts.get("side")]
    people: dict[int, User] = {}
    for side in sides:
        party_id = dispute.party_id_of(side)
        if party_id is not None:
            people |= {u.pk: u for u in people_of(party_id, matter=dispute.matter)}
    return [u for u in people.values() if u.ref != event.actor_ref]


def due_for(dispute: Dispute, event: Event) -> datetime | None:
    """The time limit that the message names."""
    if event.type == "dispute.window_extended":
        return None
    if moment := event.facts.get("due") or event.facts.get("expires"):
        return datetime.fromisoformat(moment)
    if event.type == "dispute.opened":
        return dispute.answer_due_at
    if event.type == "dispute.determined":
        return dispute.review_closes_at
    if event.type == "dispute.reminded" and str(event.facts["what"]).isdigit():
        fact = dispute.facts.filter(no=int(event.facts["what"])).first()
        return None if fact is None else fact.due_at
    return None


def _notify(
    users: Iterable[User], dispute: Dispute, event: Event, what: str | Promise, path: str, now: datetime
) -> None:
    notify(
        [(u.pk, u.email, u.language) for u in users],
        event=event,
        what=what,
        number=dispute.number,
        path=path,
        due_at=due_for(dispute, event),
        now=now,
    )


def tell_sides(event: Event, *, now: datetime) -> None:
    """Notifies everybody who acts for a side that something happened, without what it was about.

    The side for which an officer took it down is asked to confirm or correct it.
    """
    dispute = Dispute.objects.get(pk=event.case_id)
    people, path = recipients_of(dispute, event), f"/disputes/{dispute.ref}/"
    if told := for_caller(event.type, event.facts):
        party_id = dispute.party_id_of(event.facts.get("side", Side.CLAIMANT))
        called = {user.pk for user in people_of(party_id or 0, matter=dispute.matter)}
        _notify([u for u in people if u.pk in called], dispute, event, told.message, path, now)
        people = [user for user in people if user.pk not in called]
    _notify(people, dispute, event, EVENTS[event.type].message, path, now)


def tell_of_more_time(event: Event, *, now: datetime) -> None:
    """Notifies everybody who acts for a side of an outage, once, however many windows and disputes it lengthened.

    A party's people are told of the first window that the outage lengthened for it, so that whichever delivery comes
    first says the same. No moment is named: each window has its own, and the room shows it.
    """
    if event.facts.get("why") == "still-open":
        return  # no outage: only the clock was set anew
    dispute = Dispute.objects.get(pk=event.case_id)
    counted = Outage.objects.filter(is_proposed=False).annotate(at=Coalesce("confirmed_at", "recorded_at"))
    recorded = counted.filter(at__lte=event.at).aggregate(last=Max("at"))["last"]
    since = Event.objects.filter(case_kind=event.case_kind, type=event.type, at__gte=recorded or event.at)
    for party_id in filter(None, (dispute.claimant_id, dispute.respondent_id)):
        theirs = Dispute.objects.filter(Q(claimant_id=party_id) | Q(respondent_id=party_id))
        first = since.filter(case_id__in=theirs.values("pk")).order_by("pk").first() or event
        of_first = theirs.get(pk=first.case_id)
        everybody = people_of(party_id)
        _notify(everybody, of_first, first, EVENTS[event.type].message, f"/disputes/{of_first.ref}/", now)
        known = {user.pk for user in everybody}  # the others are agents in this dispute alone
        agents = [user for user in people_of(party_id, matter=dispute.matter) if user.pk not in known]
        here = since.filter(case_id=dispute.pk).order_by("pk").first() or event
        _notify(agents, dispute, here, EVENTS[event.type].message, f"/disputes/{dispute.ref}/", now)


@only_for(lambda event: event.source != event.target)
def tell_of_mediator(event: Event, *, now: datetime) -> None:
    """As `tell_sides`, that a mediator joined; not where one took over from another."""
    tell_sides(event, now=now)


def tell_mediator(event: Event, *, now: datetime) -> None:
    """Notifies the mediator to whom oversight gave the dispute."""
    dispute = Dispute.objects.get(pk=event.case_id)
    users, path = User.objects.filter(ref=event.facts["to"]), f"/workbench/disputes/{dispute.ref}/"
    _notify(users, dispute, event, EVENTS[event.type].staff_message, path, now)


def tell_mediators(event: Event, *, now: datetime) -> None:
    """Notifies mediators that a dispute waits for one of them."""
    dispute = Dispute.objects.get(pk=event.case_id)
    _notify(people_in(MEDIATOR), dispute, event, EVENTS[event.type].staff_message, "/workbench/disputes/", now)


def tell_of_lateness(event: Event, *, now: datetime) -> None:
    """Notifies compliance that the platform is late."""
    dispute = Dispute.objects.get(pk=event.case_id)
    users = [*people_in(COMPLIANCE)]
    _notify(users, dispute, event, EVENTS[event.type].staff_message, "/workbench/disputes/", now)


def tell_compliance(event: Event, *, now: datetime) -> None:
    """Notifies compliance of what it has to answer in one dispute."""
    dispute = Dispute.objects.get(pk=event.case_id)
    path = f"/workbench/disputes/{dispute.ref}/"
    _notify(people_in(COMPLIANCE), dispute, event, EVENTS[event.type].staff_message, path, now)


def tell_who_can_resume(event: Event, *, now: datetime) -> None:
    """Notifies compliance, and the mediator who holds it, that a pause is to be looked at."""
    dispute = Dispute.objects.select_related("mediator").get(pk=event.case_id)
    people = {user.pk: user for user in [*people_in(COMPLIANCE), dispute.mediator] if user is not None}
    path = f"/workbench/disputes/{dispute.ref}/"
    _notify(people.values(), dispute, event, EVENTS[event.type].staff_message, path, now)


def triage_opening(event: Event, *, now: datetime) -> None:
    """Records how the opening reads; a failure is retried, and the dispute goes on either way."""
    commands.record_opening_triage(dispute_id=event.case_id, now=now)


def find_repeated_openings(event: Event, *, now: datetime) -> None:
    """Finds what the opening repeats, apart from its triage, so that neither waits for the other or fails with it."""
    commands.record_repeated_openings(dispute_id=event.case_id, now=now)


def fetch_records(event: Event, *, now: datetime) -> None:
    """Fetches and seals the records that were asked for; a failure is retried; nothing when they are on file.

    The platform's systems are asked outside any transaction. An order that they do not know is a declared gap.
    """
    pull = RecordPull.objects.select_related("fact__dispute").get(ref=event.facts["pull"])
    if pull.state != PullState.ASKED:
        return
    found, gaps = records.current().records(pull.fact.dispute.order_ref, [Record(kind) for kind in pull.kinds])
    commands.seal_records(pull_ref=pull.ref, records=found, gaps=gaps, now=now)


def propose_what_the_table_derives(event: Event, *, now: datetime) -> None:
    """Proposes, once evidence closes and the table decides every fact, that outcome to both sides.

    Only a proposal: it binds nobody unless both accept it. None where a person was demanded, on the form or in words,
    the stakes or the sum want a person, the claim fails, or the platform switched this off.
    """
    dispute = Dispute.objects.select_related("ground").get(pk=event.case_id)
    derived = commands.derived_of(dispute)
    proposes = settings.TABLE_PROPOSALS and dispute.state == DisputeState.DELIBERATING and not dispute.human_demanded
    if (
        not proposes
        or not derived.supported
        or derived.stakes
        or derived.limited_by
        or derived.remedy == Remedy.REFUND_NO_RETURN
    ):
        return
    if asks_for_a_person_in_text(dispute):
        return
    if dispute.offers.filter(Q(by_system=True) | Q(side=Side.PLATFORM, state=OfferState.OPEN)).exists():
        return
    terms = commands.Terms(
        remedy=derived.remedy,
        amount_minor=derived.amount_minor,
        goods_back=derived.remedy in GOODS_BACK,
    )
    commands.propose_by_system(dispute_id=dispute.pk, terms=terms, now=now)


def tell_executors(event: Event, *, now: datetime) -> None:
    """Reports what was determined of a third party's act to executors, once, when it takes effect."""
    found = queries.outcome_for_executor(event)
    if found is not None:
        act_id, decided = found
        record_outcome(act_id=act_id, decided=decided, now=now)


def let_measure_follow(event: Event, *, now: datetime) -> None:
    """Revokes a measure that a dispute lifted; everything that it took is owed back, and what shares tool and clause
    with it is looked at again.
    """
    dispute = queries.lifted_by(event)
    if dispute is not None and dispute.notice is not None:
        follow_determination(notice_id=dispute.notice.pk, dispute=dispute.ref, dispute_number=dispute.number, now=now)
        for cause in causes_in(dispute.notice, origin=dispute):
            open_reviews_of_tool(cause=cause, now=now)


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    **{event: [tell_sides] for event, row in EVENTS.items() if row.message},
    "dispute.opened": [tell_sides, triage_opening, find_repeated_openings],
    "dispute.window_extended": [tell_of_more_time],
    "dispute.escalated": [tell_sides, tell_mediators],
    "dispute.review_requested": [tell_sides, tell_mediators],
    "dispute.assigned": [tell_of_mediator, tell_mediator],
    "dispute.overdue": [tell_sides, tell_of_lateness],
    "dispute.pause_due": [tell_who_can_resume],
    "dispute.records_asked": [fetch_records],
    "dispute.identity_asked": [tell_compliance],
    "dispute.identity_overdue": [tell_sides, tell_compliance],
    "dispute.obligation_not_received": [tell_sides, tell_compliance],
    "dispute.evidence_closed": [tell_sides, propose_what_the_table_derives],
    "dispute.carrying_out": [tell_sides, tell_executors, let_measure_follow],
    "dispute.closed": [tell_sides, tell_executors, let_measure_follow],
}


def records_lapsed(*, deadline: Deadline, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    pull = RecordPull.objects.get(pk=int(deadline.key))
    commands.fail_records(pull_ref=pull.ref, effective_at=effective_at, now=now)


def held_by_mediator(user: User) -> list[Held]:
    """What this person has to decide, and who would take it."""
    held = list(commands.mediated_by(user))
    chosen = commands.colleagues_for(held, user)
    return [_held(dispute, chosen[dispute.pk]) for dispute in held]


def _held(dispute: Dispute, to: User | None) -> Held:
    if to is None:
        return Held(dispute.number, _("nobody without a conflict of interest"), is_stuck=True)
    return Held(dispute.number, format_lazy(_("to {name} ({code})"), name=to.get_full_name(), code=to.officer_code))


DEADLINES = {
    "dispute.answer": calls(commands.escalate_after_silence, "dispute_id"),
    "dispute.talk": calls(commands.escalate_after_talk, "dispute_id"),
    "dispute.pause": calls(commands.ask_about_pause, "dispute_id"),
    "dispute.production": calls(commands.lapse_production, "dispute_id", number="fact_no"),
    "dispute.answerable": calls(commands.end_answering, "dispute_id"),
    "dispute.records": records_lapsed,
    "dispute.offer": calls(commands.lapse_offer, "dispute_id", number="offer_no"),
    "dispute.assign": calls(commands.mark_overdue, "dispute_id"),
    "dispute.decide": calls(commands.mark_overdue, "dispute_id"),
    "dispute.review": calls(commands.end_review_window, "dispute_id"),
    "dispute.obligation": calls(commands.mark_obligation_late, "dispute_id", number="no"),
    "dispute.confirmation": calls(commands.confirm_after_silence, "dispute_id", number="no"),
    "dispute.identity": calls(commands.mark_identity_late, "dispute_id", number="no"),
    "dispute.reminder": calls(commands.remind, "dispute_id", key="key"),
}
FIRST_ANSWERS = first_answers.Kind(
    Dispute.KIND,
    began="dispute.escalated",  # before that the two sides talk with each other, and nobody has asked the platform
    events=EVENTS,
    final=PROOF_IS_OVER,
    messages=Message.objects.filter(room__dispute=OuterRef("case_id"), kind="text", side=Side.PLATFORM, recall=None),
)
HOLDINGS = {
    "disputes": Holding(_("Disputes to decide"), frozenset({MEDIATOR}), held_by_mediator, commands.give_back_disputes)
}
VERIFICATIONS = {"rooms": faults_of_rooms}

ACTS = {MESSAGE: MESSAGES}

ROUTINES = {"first answers in disputes": partial(first_answers.count_next_day, FIRST_ANSWERS)}
