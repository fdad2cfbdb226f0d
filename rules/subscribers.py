"""Reactions to the deadlines and events of a rule version."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import translation
from django.utils.functional import lazy
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mail import send_text
from accounts.models import Party, User
from accounts.notifications import notify
from accounts.queries import people_in, people_of
from accounts.roles import ADMINISTRATOR, COMPLIANCE
from accounts.subscribers import notify_owners
from casework.deadlines import calls
from casework.formats import moment_text
from casework.languages import language_of
from casework.models import Case, Event
from casework.outbox import Subscriber
from rules import commands
from rules.events import EVENTS
from rules.models import CatalogueChange, Consent, PriceFinding, RuleExit, Rulemaking, RuleVersion, Subject

OPINION_ANSWERED = _("Your opinion on the draft of a rule was answered")
TO_REMOVE = _("Your second factor is to be removed as lost. Tell an administrator if it is not.")
REMOVED = _("Two administrators removed your second factor. Sign in, and set up another.")
DEADLINES = {
    "price_finding.answer": calls(commands.mark_price_finding_overdue, "finding_id"),
    "rule.consultation_closes": calls(commands.close_rule_consultation, "making_id"),
    "rule.starts": calls(commands.start_rule_version, "making_id"),
    "rule.talk_day": calls(commands.remind_of_talk, "making_id", number="planned"),
    "rule.ends": calls(commands.end_rule_version, "making_id"),
    "exit.answer_due": calls(commands.mark_exit_late, "exit_id"),
    "exit.refund_due": calls(commands.mark_exit_late, "exit_id"),
    "exit.closes": calls(commands.end_exit, "exit_id"),
}


def tell_compliance(event: Event, *, now: datetime) -> None:
    """Notifies compliance of what waits for it."""
    _tell_compliance(event, Rulemaking.objects.get(pk=event.case_id), "rules/{ref}", now=now)


def tell_parties(event: Event, *, now: datetime) -> None:
    """Notifies the next people of those whom the version binds, of what is new, from when, and where to read it.

    Each go is an event, which owes the outbox the next one; whoever was told is not told again.
    """
    making = Rulemaking.objects.select_related("rule_version__rule").get(pk=event.case_id)
    first, after = event, 0
    if event.type == "rule.parties_told":
        after = event.facts["last"]
        first = Event.objects.get(case_kind=event.case_kind, case_id=event.case_id, sequence=event.facts["of"])
    people = commands.people_to_tell(making, first, after=after, now=now)
    if not people:
        return
    version = making.rule_version
    notify(
        [(user.pk, user.email, user.language) for user in people],
        event=first,
        what=lazy(partial(_sentence, version, first.type), str)(),
        number=making.number,
        path=reverse("rules:version", args=[version.rule.code, version.number]),
        now=now,
    )
    commands.note_parties_told(
        making_id=making.pk, of=first.sequence, after=after, last=people[-1].pk, people=len(people), now=now
    )


def _sentence(version: RuleVersion, type_: str) -> str:
    """Which rule, from when, and what that means, in the language of the moment."""
    name = Truncator(version.rule.name).chars(60)
    if type_ == "rule.withdrawn":
        return gettext("%(rule)s: %(message)s") % {"rule": name, "message": EVENTS[type_].message}
    if version.consent == Consent.ASKED:
        words = gettext(
            "%(rule)s, from %(start)s: it applies to you only once you agree. You may also leave on old terms."
        )
        return words % {"rule": name, "start": moment_text(version.effective_from)}
    said = {"rule": name, "start": moment_text(version.effective_from), "message": EVENTS[type_].message}
    return gettext("%(rule)s, from %(start)s: %(message)s") % said


def tell_who_commented(event: Event, *, now: datetime) -> None:
    """Tells everybody whose opinion on the draft was answered: people here where to read it, others by mail (办法 11).

    Whoever left a phone number instead of an address is called by the people who answered.
    """
    making = Rulemaking.objects.select_related("rule_version__rule").get(pk=event.case_id)
    path = reverse("rules:consultation", args=[making.ref])
    answered = making.opinions.exclude(disposition="")
    authors = User.objects.filter(pk__in=answered.filter(author__isnull=False).values("author"), is_active=True)
    people = [(user.pk, user.email, user.language) for user in authors.order_by("pk")]
    notify(people, event=event, what=OPINION_ANSWERED, number=making.number, path=path, now=now)
    for opinion in answered.filter(author=None, contact__contains="@").order_by("no"):
        with translation.override(language_of(opinion.text) or "zh-hans"):
            body = gettext("%(rule)s: your opinion was %(disposition)s.\n\n%(reason)s\n\n%(link)s") % {
                "rule": making.rule_version.rule.name,
                "disposition": opinion.get_disposition_display(),
                "reason": opinion.reason,
                "link": f"{settings.PUBLIC_URL}{path}",
            }
            with suppress(ValidationError, SMTPRecipientsRefused):  # an address that was never one is no reason to stop
                validate_email(opinion.contact)
                send_text(opinion.contact, subject=str(OPINION_ANSWERED), body=body)


def tell_of_change(event: Event, *, now: datetime) -> None:
    """Notifies whoever can sign a change that waits for it: compliance, or administrators; not who entered it."""
    change = CatalogueChange.objects.get(pk=event.case_id)
    may_sign = people_in(ADMINISTRATOR if change.subject == Subject.SECOND_FACTOR else COMPLIANCE)
    others = [user for user in may_sign if user.pk != change.entered_by_id and user.ref != change.key]
    people = [(user.pk, user.email, user.language) for user in others]
    path, what = f"/workbench/changes/{change.ref}/", EVENTS[event.type].staff_message
    notify(people, event=event, what=what, number=change.number, path=path, now=now)


def tell_owners(event: Event, *, now: datetime) -> None:
    """Notifies who owns or owned a party that somebody is to become an owner, or became one."""
    change = CatalogueChange.objects.get(pk=event.case_id)
    party = Party.objects.filter(ref=change.key).first() if change.subject == Subject.PARTY_OWNER else None
    if party is not None:
        notify_owners(party, event=event, what=EVENTS[event.type].message, number=change.number, now=now)


def tell_of_second_factor(event: Event, *, now: datetime) -> None:
    """Notifies somebody of staff that their second factor is to be removed, or was."""
    change = CatalogueChange.objects.get(pk=event.case_id)
    if change.subject == Subject.SECOND_FACTOR:
        user = User.objects.get(ref=change.key)
        person = (user.pk, user.email, user.language)
        path, what = reverse("accounts:profile"), REMOVED if event.type == "catalogue_change.signed" else TO_REMOVE
        notify([person], event=event, what=what, number=change.number, path=path, now=now)


def tell_of_exit(event: Event, *, now: datetime) -> None:
    """Notifies compliance of what it has to do about an exit."""
    _tell_compliance(event, RuleExit.objects.get(pk=event.case_id), "exits/{ref}", now=now)


def tell_of_prices(event: Event, *, now: datetime) -> None:
    """Notifies compliance of a difference of prices that is to be answered: of those of one batch once."""
    row = PriceFinding.objects.get(pk=event.case_id)
    batch = PriceFinding.objects.filter(client=row.client_id, created_at=row.created_at)
    told = Event.objects.filter(case_kind=event.case_kind, case_id__in=batch.values("pk"), type=event.type)
    if not told.filter(pk__lt=event.pk).exists():
        page = "prices" if batch.count() > 1 else "prices/{ref}"
        _tell_compliance(event, row, page, due_at=row.due_at, now=now)


def _tell_compliance(event: Event, row: Case, page: str, *, now: datetime, due_at: datetime | None = None) -> None:
    people = [(user.pk, user.email, user.language) for user in people_in(COMPLIANCE)]
    path, what = f"/workbench/{page.format(ref=row.ref)}/", EVENTS[event.type].staff_message
    notify(people, event=event, what=what, number=row.number, path=path, due_at=due_at, now=now)


def tell_who_leaves(event: Event, *, now: datetime) -> None:
    """Notifies everybody who acts for the party that leaves."""
    row = RuleExit.objects.get(pk=event.case_id)
    people = [(user.pk, user.email, user.language) for user in people_of(row.party_id)]
    path, what = reverse("rules:exit", args=[row.ref]), EVENTS[event.type].message
    notify(people, event=event, what=what, number=row.number, path=path, due_at=row.due_at, now=now)


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    "rule.consultation_closed": [tell_compliance],
    "rule.proposed": [tell_compliance],
    "rule.talk_is_due": [tell_compliance],
    "rule.adopted": [tell_who_commented],
    "catalogue_change.proposed": [tell_of_change, tell_owners, tell_of_second_factor],
    "catalogue_change.entered": [tell_of_change],
    "catalogue_change.signed": [tell_owners, tell_of_second_factor],
    **{each: [tell_of_prices] for each in ("price_finding.opened", "price_finding.overdue")},
    **{each: [tell_of_exit] for each in ("exit.requested", "exit.objected", "exit.late")},
    **{each: [tell_who_leaves] for each in ("exit.calculated", "exit.paid")},
    **{each: [tell_parties] for each in ("rule.publicised", "rule.published", "rule.withdrawn", "rule.parties_told")},
}
