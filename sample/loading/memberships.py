"""Paid terms of members: one that a change of the rule came into, one told of too late, one whose service stopped."""

from datetime import UTC, datetime, timedelta

from rules import commands
from rules.models import PaidMembership
from sample.content.people import PARTIES
from sample.loading.base import Loaded

NUMBERS = {party.key: party.external_ref for party in PARTIES}
SPRING = datetime(2026, 5, 9, 16, tzinfo=UTC)
"""Midnight in Shanghai, three weeks before the rule's second version."""


def load_memberships(made: Loaded) -> None:
    """Each under the rule of consumers' conduct, whose points and levels they are about."""
    bought(made, "wangmin", "PLUS-26-0317", SPRING)
    bought(made, "zhaolei", "PLUS-26-1846", made.now - timedelta(days=40), told=42)
    row = bought(made, "sunguiying", "BOOK-26-0052", made.now - timedelta(days=100))
    commands.stop_membership(
        actor=made.platform,
        ref=row.ref,
        stopped_at=made.now - timedelta(days=10),
        reason="会员专享的读书频道已停止服务。",
        now=made.now - timedelta(days=9),
    )


def bought(made: Loaded, party: str, reference: str, start: datetime, *, told: int | None = None) -> PaidMembership:
    """A year for ¥199; `told` so many days ago where it renewed itself."""
    return commands.record_membership(
        actor=made.platform,
        rule="consumer-conduct",
        party=NUMBERS[party],
        external_ref=reference,
        paid_minor=19900,
        starts_at=start,
        ends_at=start + timedelta(days=365),
        renews_itself=told is not None,
        told_at=made.now - timedelta(days=told) if told is not None else None,
        now=max(start, made.now - timedelta(days=40)),
    )
