"""The state of a certificate and of a mandate at a moment, and when they end by themselves."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from executors.models import Certification, Executor, Mandate

SOON = timedelta(days=30)


def certificate_ends_at(row: Certification) -> datetime:
    """The moment from which it counts no more: its expiry, or sooner that of the rule version it is for."""
    replaced_at = row.rule_version.effective_to
    return row.expires_at if replaced_at is None else min(row.expires_at, replaced_at)


def certificate_state(row: Certification, *, now: datetime, is_suspended: bool = False) -> str:
    """A code of `executors.texts.CERTIFICATE`."""
    replaced_at = row.rule_version.effective_to
    if row.withdrawn_at is not None and row.withdrawn_at <= now:
        return "RECALLED"
    if replaced_at is not None and replaced_at <= now:
        return "REPLACED"
    if row.expires_at <= now:
        return "EXPIRED"
    if is_suspended:
        return "SET_ASIDE"
    if row.rule_version.effective_from > now:
        return "NOT_YET"
    return "EXPIRING" if certificate_ends_at(row) - now <= SOON else "VALID"


def mandate_state(row: Mandate, *, now: datetime) -> str:
    """A code of `executors.texts.MANDATE`."""
    if row.is_in_force(now):
        return "VALID"
    return "NOT_YET" if row.effective_from > now else "ENDED"


def mandate_in_force(executor: Executor, *, now: datetime) -> Mandate | None:
    """The version that counts now, of an executor whose mandates are loaded."""
    return next((m for m in executor.mandates.all() if m.is_in_force(now)), None)


def measures_under(mandate: Mandate | None, row: Certification) -> list[str]:
    """The kinds of measure, by code, that the mandate allows and this certificate is good for."""
    if mandate is None or row.rule_version.rule_id not in {r.rule_id for r in mandate.rules.all()}:
        return []
    return [m.measure_type for m in mandate.measures.all() if m.level <= row.level]


def newest_of_each(rows: Iterable[Certification]) -> list[Certification]:
    """For each person, rule version and level the certificate that lasts longest; the others say nothing more."""
    best: dict[tuple[int, int, int], Certification] = {}
    for row in rows:
        key = (row.person_id, row.rule_version_id, row.level)
        if key not in best or row.expires_at > best[key].expires_at:
            best[key] = row
    return list(best.values())
