"""Public records of illegal acts: opened with the notice, published and reported by compliance, ended and corrected
with what becomes of the measures.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import PartyKind
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import Invalid, NotYourTurn, or_not_found, require, require_text
from casework.firing import DeadlineSpec, Move, command, expect_version, fire, fire_many, open_cases
from casework.working_days import Calendar, add_working_days
from notices.machine import NOT_DROPPED, PublicationState
from notices.models import BreachKind, Notice, Publication
from notices.policies import may_publish, publications_visible_to

OF_SOMEBODY = re.compile(r"\d{7}|@")
"""Part of a number of an order, an account or a telephone, or of a mail address."""
WORKING_DAYS = 1
"""From the decision to the publication (网络交易监督管理办法 art. 30). The law says it, so no setting does."""


def open_publications(notices: Iterable[Notice], *, actor: Actor, now: datetime) -> None:
    """Opens the public record of each of these notices, stored just now, that says a merchant broke the law."""
    moves = []
    for notice in notices:
        if notice.breach_kind != BreachKind.LAW or notice.party.kind != PartyKind.MERCHANT:
            continue
        due = add_working_days(notice.decided_at, WORKING_DAYS, calendar=Calendar.current())
        row = Publication(notice=notice, shop_name=notice.party.name, due_at=due.at)
        deadline = DeadlineSpec(
            "publication.due", due.at, is_provisional=due.provisional, calendar_version=due.calendar_version
        )
        moves.append(Move(case=row, facts={"notice": notice.ref}, deadlines=[deadline]))
    open_cases(moves, state=PublicationState.DUE, event="publication.opened", actor=actor, now=now)


def _locked(actor: Actor, ref: str, expected_version: int | None) -> Publication:
    """Locks the record, its notice before it, as everywhere. Raises `NotFound`, `NotAllowed`, `Stale`."""
    notice_id = or_not_found(
        Publication.objects.filter(publications_visible_to(actor), ref=ref).values_list("notice_id", flat=True).first()
    )
    require(may_publish(actor))
    Notice.lock(Q(), pk=notice_id)
    row = Publication.lock(Q(), ref=ref)
    expect_version(row, expected_version)
    return row


@command
def publish_record(
    *, actor: Actor, ref: str, act: str, now: datetime, expected_version: int | None = None
) -> Publication:
    """Publishes shop, act and measure; `act` says what was done. Raises `NotFound`, `NotAllowed`, `Stale`, `Invalid`,
    also for a number or address of somebody, and `NotYourTurn` when it is not due.
    """
    row = _locked(actor, ref, expected_version)
    require_text("/act", act, _("Say in one sentence what was done."))
    if OF_SOMEBODY.search(act):
        raise Invalid.field("/act", "invalid", _("Everybody reads this: leave out numbers and addresses."))
    fire(
        row,
        "publish",
        actor=actor,
        now=now,
        facts={"late": now > row.due_at, "act": digest(act)},
        act=act,
        published_at=now,
        published_by_id=actor.person,
    )
    return row


@command
def report_to_regulator(
    *, actor: Actor, ref: str, regulator: str, receipt: str, now: datetime, expected_version: int | None = None
) -> Publication:
    """Records that the market regulator was told, and the number of its receipt (电商法 art. 29).

    Raises `NotFound`, `NotAllowed`, `Stale`, `Invalid`, and `NotYourTurn` when it was reported before.
    """
    row = _locked(actor, ref, expected_version)
    require_text("/regulator", regulator, _("Name the regulator that was told."))
    require_text("/receipt", receipt, _("Give the number of its receipt."))
    if row.reported_at is not None:
        raise NotYourTurn(_("The report and its receipt are already on record."))
    fire(
        row,
        "report",
        actor=actor,
        now=now,
        facts={"regulator": digest(regulator), "receipt": digest(receipt)},
        regulator=regulator,
        receipt=receipt,
        reported_at=now,
        reported_by_id=actor.person,
    )
    return row


def follow_end(notices: Iterable[Notice], *, now: datetime) -> None:
    """Ends the public records of notices whose last measure has run out. Called where these are locked."""
    keys = [notice.pk for notice in notices if notice.breach_kind == BreachKind.LAW]
    if keys:
        rows = Publication.objects.filter(notice__in=keys, state__in=(PublicationState.DUE, PublicationState.PUBLISHED))
        moves = [Move(row) for row in rows.select_for_update()]
        fire_many(moves, "end", actor=Actor.system("publication"), now=now)


def follow_revocation(notice: Notice, *, now: datetime) -> None:
    """Corrects the public record of a notice that fell, or drops it before it was published."""
    if notice.breach_kind != BreachKind.LAW:
        return
    for row in Publication.objects.filter(notice=notice, state__in=NOT_DROPPED).select_for_update():
        is_public = row.published_at is not None
        move = Move(row, {"corrected_at": now} if is_public else {})
        if is_public or row.state == PublicationState.DUE:
            fire_many([move], "correct" if is_public else "drop", actor=Actor.system("publication"), now=now)


@command
def mark_publication_late(*, publication_id: int, effective_at: datetime, now: datetime) -> None:
    """Records that it was not published within the working day."""
    row = Publication.lock(Q(), pk=publication_id)
    fire(row, "mark_late", actor=Actor.system("deadline"), now=now, effective_at=effective_at)
