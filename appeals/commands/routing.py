"""Whoever leads drafts a rule of routing, tries it, puts it in force and ends it."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appeals.models import IN_FORCE, RoutingRule
from appeals.policies import may_route
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, Stale, or_not_found, require
from casework.firing import command


@command
def draft_rule(*, actor: Actor, now: datetime, **said: Any) -> RoutingRule:
    """A rule that changes nothing yet; `said` are its columns. Raises `NotAllowed`, and `Invalid` where it keeps cases
    for nobody.
    """
    require(may_route(actor))
    if said.get("team") is None and not said.get("skill"):
        raise Invalid.field("/team", "required", _("Name a team, a skill or both."))
    return RoutingRule.objects.create(**said, drafted_by_id=actor.person, drafted_at=now)


@command
def enforce_rule(*, actor: Actor, no: int, now: datetime, replaces: int | None = None) -> RoutingRule:
    """The draft holds from now on, also for what waits already; `replaces`, which has its place as was read, ends.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn` once it was in force or dropped, and `Stale` where another rule, or
    none, has its place by now.
    """
    require(may_route(actor))
    rule = _locked(Q(pk=no, enforced_at=None, ended_at=None), no)
    at_place = RoutingRule.objects.select_for_update(of=("self",)).filter(IN_FORCE, place=rule.place).first()
    if (at_place.pk if at_place else None) != replaces:
        raise Stale()
    if at_place is not None:
        at_place.ended_at, at_place.ended_by_id = now, actor.person
        at_place.save(update_fields=["ended_at", "ended_by"])
    rule.enforced_at, rule.enforced_by_id = now, actor.person
    rule.save(update_fields=["enforced_at", "enforced_by"])
    return rule


@command
def end_rule(*, actor: Actor, no: int, now: datetime) -> RoutingRule:
    """The rule keeps nothing any more; a draft is dropped. Raises `NotFound`, `NotAllowed`, `NotYourTurn`."""
    require(may_route(actor))
    rule = _locked(Q(pk=no, ended_at=None), no)
    rule.ended_at, rule.ended_by_id = now, actor.person
    rule.save(update_fields=["ended_at", "ended_by"])
    return rule


def _locked(still: Q, no: int) -> RoutingRule:
    or_not_found(RoutingRule.objects.filter(pk=no).first())
    rule = RoutingRule.objects.select_for_update(of=("self",)).filter(still).first()
    if rule is None:
        raise NotYourTurn(_("This rule is settled already."))
    return rule
