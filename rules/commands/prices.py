"""Prices as the platform says that it showed them, compared and answered for; the only writer of them (办法 31)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

from django.db.models import Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import ApiClient
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import FieldError, Invalid, require, require_text
from casework.firing import DeadlineSpec, command, fire, locked, open_case
from rules import policies
from rules.applying import versions_for
from rules.claims import price_facts
from rules.machine import PriceState
from rules.models import Clause, PriceFinding, PriceObservation, RuleVersion
from rules.terms import terms_at

AHEAD = timedelta(minutes=5)
"""By how much the platform's clock may be before ours."""


@command
def record_prices(*, actor: Actor, observations: Sequence[Mapping[str, Any]], now: datetime) -> list[PriceFinding]:
    """Stores the batch and compares each class of viewers with the others, for the same goods, conditions and minute.

    Gives the findings that it opened or met open. What was told before stays one row. Raises `NotAllowed`, and
    `Invalid` for a time that is still to come.
    """
    require(policies.may_record_prices(actor))
    assert actor.client_id is not None
    if errors := [
        FieldError(f"/observations/{at}/shown_at", "in-the-future", _("This is still to come."))
        for at, each in enumerate(observations)
        if each["shown_at"] > now + AHEAD
    ]:
        raise Invalid(errors=errors)
    rows = [
        PriceObservation(
            **{name: each[name] for name in ("goods", "conditions", "audience", "price_minor")},
            client_id=actor.client_id,
            minute=each["shown_at"].replace(second=0, microsecond=0),
            recorded_at=now,
        )
        for each in observations
    ]
    ApiClient.objects.select_for_update(no_key=True).get(pk=actor.client_id)  # classes told at once are compared, too
    PriceObservation.objects.bulk_create(rows, ignore_conflicts=True)
    findings = {}
    for row in _differing(actor.client_id, rows):
        known = PriceFinding.objects.filter(client_id=row.client_id, goods=row.goods, conditions=row.conditions)
        stated = Q(clause__version__in=_published(row.minute).values("pk"))
        if (found := known.filter(state=PriceState.OPEN).first()) is not None:
            findings[found.pk] = found
        elif not known.filter(Q(minute=row.minute) | stated, prices=row.prices).exists():
            row.answer_by = terms_at(now)["price_time"].ends(now)
            open_case(
                row,
                state=PriceState.OPEN,
                event="price_finding.opened",
                actor=actor,
                now=now,
                facts=price_facts(row),
                deadlines=[DeadlineSpec("price_finding.answer", row.answer_by)],
                verb="compare",
            )
            findings[row.pk] = row
    return list(findings.values())


def _differing(client_id: int, rows: Iterable[PriceObservation]) -> Iterable[PriceFinding]:
    """Of what these rows are about, that of which two classes were shown no price in common."""
    keys = {(row.goods, row.conditions, row.minute) for row in rows}
    same = reduce(or_, (Q(goods=goods, conditions=conditions, minute=at) for goods, conditions, at in keys))
    classes = PriceObservation.objects.filter(same, client_id=client_id).values_list(
        "goods", "conditions", "minute", "audience"
    )
    found = classes.annotate(least=Min("price_minor"), most=Max("price_minor"))
    found = found.order_by("goods", "conditions", "minute", "audience")
    for (goods, conditions, at), group in groupby(found, key=lambda each: each[:3]):
        prices = [{"audience": each[3], "least_minor": each[4], "most_minor": each[5]} for each in group]
        if max(each["least_minor"] for each in prices) > min(each["most_minor"] for each in prices):
            yield PriceFinding(client_id=client_id, goods=goods, conditions=conditions, minute=at, prices=prices)


def _published(minute: datetime) -> QuerySet[RuleVersion]:
    """The version of each rule that everybody could read and that was in force in that minute."""
    return versions_for(minute).filter(published_at__lte=minute).order_by()


@command
def answer_price_finding(
    *,
    actor: Actor,
    ref: str,
    reason: str,
    now: datetime,
    rule: str = "",
    clause: str = "",
    expected_version: int | None = None,
) -> PriceFinding:
    """A person names the clause, in force at that minute, that states the difference, or none and how it was mended.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, and `Invalid`.
    """
    row = locked(PriceFinding, policies.price_findings_visible_to(actor), ref, expected_version)
    require(policies.may_answer_price_finding(actor, row))
    require_text("/reason", reason, _("Give the reason."))
    named = None
    if rule or clause:
        versions = _published(row.minute).filter(Q(rule__code=rule) | Q(rule__ref=rule))
        named = Clause.objects.filter(version__in=versions.values("pk"), number=clause).first()
        if named is None:
            text = _("Name the rule and a clause of it that was published and in force at that minute.")
            raise Invalid.field("/clause", "unknown", text)
    facts = {"clause": named.pk if named else 0, "reason": digest(reason)}
    values: dict[str, Any] = {"clause": named, "reason": reason, "answered_by_id": actor.person, "answered_at": now}
    fire(row, "answer", actor=actor, now=now, facts=facts, **values)
    return row


@command
def mark_price_finding_overdue(*, finding_id: int, effective_at: datetime, now: datetime) -> None:
    """Records that the difference was not answered in time."""
    row = PriceFinding.lock(Q(), pk=finding_id)
    if row.state == PriceState.OPEN:
        fire(row, "mark_overdue", actor=Actor.system("deadline"), now=now, effective_at=effective_at)
