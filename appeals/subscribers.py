"""Reactions to events and deadlines: messages, hand-over, what a decision says to others."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from accounts.leaving import Held, Holding
from accounts.mail import send_messages
from accounts.models import User
from accounts.notifications import notify
from accounts.queries import addresses_of, people_in
from accounts.roles import SENIOR_REVIEWER
from appeals import commands
from appeals.events import EVENTS, text_of
from appeals.machine import FINAL, AppealState
from appeals.models import Appeal, AppealGroup, Outcome
from appeals.policies import REVIEWS
from appeals.queries import causes_of_overturn, outcome_for_executor
from appeals.searching import APPEALS, documents_of
from casework.actor import ActorKind
from casework.deadlines import calls
from casework.models import Event
from casework.outbox import Subscriber, only_for
from casework.searching import keep
from executors.commands import record_outcome
from notices.commands import open_reviews_of_tool
from operations import first_answers


def close_when_platform_corrects(event: Event, *, now: datetime) -> None:
    """Closes an open appeal against a notice that the platform withdrew itself."""
    if event.facts.get("withdrawn"):
        commands.close_as_corrected(notice_id=event.case_id, now=now)


def tell_appellant(event: Event, *, now: datetime) -> None:
    """Notifies everybody who acts for the appellant that something happened, without what it was about."""
    del now
    appeal = Appeal.objects.get(pk=event.case_id)
    send_messages(
        addresses_of(appeal.party_id, appeal.matter),
        what=text_of(event.type, event.facts).message,
        number=appeal.number,
        path=f"/appeals/{appeal.ref}/",
    )


@only_for(lambda event: event.facts.get("group_no", 1) == 1)
def tell_of_filing(event: Event, *, now: datetime) -> None:
    """As `tell_appellant`, that an appeal was filed; once for all that were filed together."""
    if "group" not in event.facts:
        tell_appellant(event, now=now)
        return
    group = AppealGroup.objects.get(ref=event.facts["group"])
    send_messages(
        addresses_of(group.party_id),
        what=_("We have received your appeals."),
        number=group.number,
        path=f"/appeals/groups/{group.ref}/",
    )


def tell_of_later_due(event: Event, *, now: datetime) -> None:
    """Notifies whoever acts for the appellant that the time to decide moved; one that only became firm is no news."""
    if event.facts["due"] != event.facts["before"]:
        tell_appellant(event, now=now)


@only_for(lambda event: "to" in event.facts or "taken_from" in event.facts)
def tell_reviewers(event: Event, *, now: datetime) -> None:
    """Notifies the reviewer to whom a senior reviewer gave the appeal, and the one from whom it was taken."""
    appeal = Appeal.objects.get(pk=event.case_id)
    told = {event.facts.get("to"): EVENTS["appeal.assigned"].staff_message}
    told[event.facts.get("from") or event.facts.get("taken_from")] = _("An appeal that you held was taken from you.")
    for user in User.objects.filter(ref__in=[ref for ref in told if ref], is_active=True):
        notify(
            [(user.pk, user.email, user.language)],
            event=event,
            what=told[user.ref],
            number=appeal.number,
            path=f"/workbench/case/{appeal.ref}/",
            due_at=appeal.decision_due_at,
            now=now,
        )


def tell_leads(event: Event, *, now: datetime) -> None:
    """Notifies every senior reviewer that an appeal waits while its time runs out."""
    appeal = Appeal.objects.get(pk=event.case_id)
    notify(
        [(user.pk, user.email, user.language) for user in people_in(SENIOR_REVIEWER)],
        event=event,
        what=EVENTS[event.type].staff_message,
        number=appeal.number,
        path="/workbench/team/?tab=escalated",
        due_at=appeal.decision_due_at,
        now=now,
    )


def tell_executors(event: Event, *, now: datetime) -> None:
    """Reports what was decided of a third party's act to executors; nothing where the platform acted itself."""
    found = outcome_for_executor(event)
    if found is not None:
        act_id, decided = found
        record_outcome(act_id=act_id, decided=decided, now=now)


@only_for(lambda event: event.actor_kind == ActorKind.STAFF and event.facts["outcome"] != Outcome.UPHELD)
def look_at_siblings(event: Event, *, now: datetime) -> None:
    """Opens reviews of what shares tool and clause with a notice of the platform's own of which a measure fell."""
    for cause in causes_of_overturn(event.case_id):
        open_reviews_of_tool(cause=cause, now=now)


def find_by_new_text(event: Event, *, now: datetime) -> None:
    """Appeals against a notice are found by what it says now."""
    keep(APPEALS, documents_of(list(Appeal.objects.filter(notice=event.case_id).values_list("pk", flat=True))))


def reviewed_by(user: User) -> list[Held]:
    """What this person reviews, and what comes back to them with the appellant's answer."""
    rows = Appeal.objects.filter(reviewer=user).order_by("pk")
    now_theirs = [Held(row.number, _("back to the queue")) for row in commands.under_review_by(user).order_by("pk")]
    waiting = rows.filter(state=AppealState.MORE_NEEDED).values_list("number", flat=True)
    return now_theirs + [Held(number, _("to the queue once the appellant has answered")) for number in waiting]


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    **{event: [tell_appellant] for event, row in EVENTS.items() if row.message},
    "appeal.assigned": [tell_reviewers],
    "appeal.released": [tell_reviewers],
    "appeal.escalated": [tell_leads],
    "appeal.due_recomputed": [tell_of_later_due],
    "appeal.decided": [tell_appellant, tell_executors, look_at_siblings],
    "appeal.filed": [tell_of_filing],
    "notice.amended": [find_by_new_text],
    "notice.revoked": [close_when_platform_corrects],
}
DEADLINES = {
    "appeal.information": calls(commands.lapse_information, "appeal_id"),
    "appeal.decide": calls(commands.mark_overdue, "appeal_id"),
    "appeal.escalate": calls(commands.escalate, "appeal_id", number="rung"),
    "appeal.system": calls(commands.route_to_person, "appeal_id", why="system-too-slow"),
}
HOLDINGS = {"appeals": Holding(_("Appeals under review"), frozenset(REVIEWS), reviewed_by, commands.give_back_appeals)}
FIRST_ANSWERS = first_answers.Kind(Appeal.KIND, began="appeal.filed", events=EVENTS, final=FINAL)
ROUTINES = {"first answers to appeals": partial(first_answers.count_next_day, FIRST_ANSWERS)}
