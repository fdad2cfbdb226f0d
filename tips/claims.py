"""What rows of tips must say because their events say it, and how the digests are made."""

from collections.abc import Iterator

from casework.canonical import digest
from casework.claims import Claims, Comparison, said
from casework.models import Event
from casework.named import named
from tips.models import Tip


def tip_hash(tip: Tip) -> str:
    """The digest of what was reported, and of nothing that says by whom."""
    return digest(named(tip, lambda t: (t.named, t.links, t.kind, t.law, t.what)))


def _filed(tip: Tip, event: Event) -> Iterator[Comparison]:
    yield from said(event, tip=tip_hash(tip))


def _decided(tip: Tip, event: Event) -> Iterator[Comparison]:
    yield from said(event, reasons=digest(tip.reasons), answer=digest(tip.answer))
    yield "decided_by", event.actor_ref, tip.decided_by.ref if tip.decided_by else ""


def _acted(tip: Tip, event: Event) -> Iterator[Comparison]:
    yield from _decided(tip, event)
    yield from said(event, measure=tip.notice.ref if tip.notice else "")


def _proposed(tip: Tip, event: Event) -> Iterator[Comparison]:
    yield from said(event, reasons=digest(tip.finding_reasons))
    yield "found_by", event.actor_ref, tip.found_by.ref if tip.found_by else ""


def _confirmed(tip: Tip, event: Event) -> Iterator[Comparison]:
    yield from said(event, finding=tip.finding)
    yield "confirmed_by", event.actor_ref, tip.confirmed_by.ref if tip.confirmed_by else ""


CLAIMS = {
    Tip.KIND: Claims(
        by_event={
            "tip.filed": _filed,
            "tip.dismissed": _decided,
            "tip.set_aside": _decided,
            "tip.acted": _acted,
            "tip.finding_proposed": _proposed,
            "tip.found_malicious": _confirmed,
            "tip.finding_dropped": _confirmed,
        },
        parts=("decided_by", "notice", "found_by", "confirmed_by"),
    )
}
