"""Asking what a clause means, and answering; the only writer of explanations."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.mail import send_messages
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, TooManyRequests, or_not_found, require
from casework.firing import command
from casework.refs import new_number, new_ref
from casework.text import is_visually_blank
from casework.working_days import Calendar, add_working_days
from rules.models import Clause, Explanation
from rules.policies import may_answer_explanation

WORKING_DAYS = 3
"""Within which an answer is due. The law says that one is owed, not by when."""
OPEN_AT_ONCE = 5
"""Unanswered questions that one reader has at once."""
OPEN_IN_AN_HOUR = 200
"""Questions of readers without an account that are taken within an hour; beyond it the human line is named."""


@command
def ask_explanation(
    *, actor: Actor | None, clause_id: int, question: str, contact: str = "", now: datetime
) -> Explanation:
    """The question is on file with a date for its answer; the same question asked again is the first one.

    `actor` is None for a reader without an account, who says how to be reached. Raises `NotFound` for a clause that is
    not published, `Invalid`, and `TooManyRequests`.
    """
    clause = or_not_found(
        Clause.objects.filter(pk=clause_id, version__published_at__isnull=False).select_related("version__rule").first()
    )
    person = actor.user_id if actor is not None else None
    contact = contact.strip()
    if is_visually_blank(question):
        raise Invalid.field("/question", "required", _("Write what you want explained."))
    if person is None and is_visually_blank(contact):
        raise Invalid.field("/contact", "required", _("Say how we can reach you: an e-mail address or a phone number."))
    waiting = Explanation.objects.filter(answered_at__isnull=True)
    own = waiting.filter(asked_by=person) if person is not None else waiting.filter(asked_by=None, contact=contact)
    again = own.filter(clause=clause, question=question).first()
    if again is not None:
        return again
    strangers = Explanation.objects.filter(asked_by=None, asked_at__gt=now - timedelta(hours=1))
    if own.count() >= OPEN_AT_ONCE or (person is None and strangers.count() >= OPEN_IN_AN_HOUR):
        raise TooManyRequests(_("Too many questions wait for an answer. Please ask on the human line."))
    return Explanation.objects.create(
        ref=new_ref("exp_"),
        number=new_number("Q", now),
        clause=clause,
        language="en" if (get_language() or "").startswith("en") else "zh-hans",
        question=question,
        asked_by_id=person,
        contact="" if person is not None else contact,
        asked_at=now,
        due_at=add_working_days(now, WORKING_DAYS, calendar=Calendar.current()).at,
    )


@command
def answer_explanation(*, actor: Actor, ref: str, answer: str, now: datetime) -> Explanation:
    """The answer stands under the question for good, and whoever gave an e-mail address is told where.

    Raises `NotAllowed`, `NotFound`, `Invalid` for no words, and `NotYourTurn` where it was answered already.
    """
    require(may_answer_explanation(actor))
    found = or_not_found(
        Explanation.objects.select_for_update(of=("self",)).filter(ref=ref).select_related("asked_by").first()
    )
    if is_visually_blank(answer):
        raise Invalid.field("/answer", "required", _("Write the answer."))
    if found.answered_at is not None:
        raise NotYourTurn(_("It was answered already."))
    found.answer, found.answered_by_id, found.answered_at = answer, actor.person, now
    found.save(update_fields=["answer", "answered_by", "answered_at"])
    address = found.asked_by.email if found.asked_by is not None else found.contact
    if "@" in address:
        told = partial(
            send_messages,
            [(address, found.language)],
            what=_("Your question about a rule was answered"),
            number=found.number,
            path=reverse("rules:explanation", args=[found.ref]),
        )
        transaction.on_commit(told, robust=True)  # the page is the record; a mail server that is away stops no answer
    return found
