"""What rows of right holders' notices must say because their events say it, and how the digests are made."""

from collections.abc import Iterator

from casework.canonical import digest, moment
from casework.claims import Claims, Comparison, said
from casework.models import Event
from casework.named import named
from infringements.models import Infringement


def notice_hash(case: Infringement) -> str:
    """The digest of the notice as it took effect, with the SHA-256 of its files."""
    words = named(case, lambda c: (c.right_kind, c.right_title, c.registration_no, c.holder_name, c.contact, c.shop))
    words |= named(case, lambda c: (c.links, c.evidence, c.wants, c.is_true))
    return digest([words, _files(case, "NOTICE")])


def statement_hash(case: Infringement) -> str:
    """The digest of the statement, with the SHA-256 of its files."""
    words = named(case, lambda c: (c.merchant_name, c.merchant_contact, c.statement))
    return digest([words, _files(case, "STATEMENT")])


def _files(case: Infringement, part: str) -> list[str]:
    rows = case.files.filter(part=part).order_by("no").select_related("attachment")
    return [row.attachment.sha256 for row in rows]


def _received(case: Infringement, event: Event) -> Iterator[Comparison]:
    yield from said(event, notice=notice_hash(case))


def _decided(case: Infringement, event: Event) -> Iterator[Comparison]:
    yield from said(event, reasons=digest(case.reasons))
    yield "decided_by", event.actor_ref, case.decided_by.ref if case.decided_by else ""


def _accepted(case: Infringement, event: Event) -> Iterator[Comparison]:
    yield from _decided(case, event)
    yield from said(event, measure=case.notice.ref if case.notice else "")


def _stated(case: Infringement, event: Event) -> Iterator[Comparison]:
    yield from said(event, statement=statement_hash(case), until=moment(case.silence_at) if case.silence_at else "")
    yield "stated_by", event.actor_ref, case.stated_by.ref if case.stated_by else ""


def _reported(case: Infringement, event: Event) -> Iterator[Comparison]:
    yield from said(event, kind=case.proceedings_kind, office=case.office, number=case.proceedings_no)


def _concluded(case: Infringement, event: Event) -> Iterator[Comparison]:
    yield from said(event, outcome=case.outcome, words=digest(case.outcome_words))


def _found(case: Infringement, event: Event) -> Iterator[Comparison]:
    yield from said(event, finding=case.finding, reasons=digest(case.finding_reasons))
    yield "found_by", event.actor_ref, case.found_by.ref if case.found_by else ""


CLAIMS = {
    Infringement.KIND: Claims(
        by_event={
            "infringement.received": _received,
            "infringement.accepted": _accepted,
            "infringement.refused": _decided,
            "infringement.stated": _stated,
            "infringement.proceedings_reported": _reported,
            "infringement.concluded": _concluded,
            "infringement.found_wrong": _found,
        },
        parts=("decided_by", "notice", "stated_by", "found_by"),
    )
}
