"""Records that whoever decided a notice opened its exhibits here, and confirmed the decision: then it is on record."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import NotFound, NotYourTurn, or_not_found, require
from casework.firing import command, expect_version, fire, require_known_state
from notices.models import Disclosure, Exhibit, ExhibitOpening, Notice
from notices.policies import may_confirm_decision, visible_to


@command
def open_exhibit(*, actor: Actor, ref: str, no: int, now: datetime) -> Notice:
    """Records that the person who decided opened this exhibit, once. The version stays: nothing was changed.

    Raises `NotFound`, `NotAllowed`, `UnknownState`.
    """
    notice = or_not_found(Notice.objects.filter(visible_to(actor), ref=ref).first())
    require_known_state(notice)
    require(may_confirm_decision(actor, notice))
    exhibit = or_not_found(Exhibit.objects.filter(notice=notice, no=no).first())
    seen = {"session_hash": digest(actor.session), "opened_at": now}
    ExhibitOpening.objects.get_or_create(exhibit=exhibit, opened_by_id=actor.user_id, defaults=seen)
    return notice


@command
def confirm_decision(*, actor: Actor, ref: str, now: datetime, expected_version: int | None = None) -> Notice:
    """Puts on record that the person whom the notice names decided it, having opened every exhibit here.

    Raises `NotFound`, `NotAllowed`, `Stale`, and `NotYourTurn` while an exhibit is unopened or once it is on record.
    """
    try:
        notice = Notice.lock(visible_to(actor), ref=ref)
    except Notice.DoesNotExist:
        raise NotFound() from None
    require(may_confirm_decision(actor, notice))
    expect_version(notice, expected_version)
    if notice.disclosure == Disclosure.RECORDED:
        raise NotYourTurn()
    if unopened(notice, actor):
        raise NotYourTurn(_("Open every exhibit first."))
    exhibits = list(notice.exhibits.order_by("no").values_list("no", flat=True))
    fire(
        notice,
        "confirm_decision",
        actor=actor,
        now=now,
        facts={"exhibits": exhibits},
        disclosure=Disclosure.RECORDED,
        confirmed_at=now,
    )
    return notice


def unopened(notice: Notice, actor: Actor) -> set[int]:
    """The numbers of the exhibits that this person has not opened here."""
    opened = Q(openings__opened_by_id=actor.user_id)
    return set(notice.exhibits.exclude(opened).values_list("no", flat=True)) if actor.user_id else set()
