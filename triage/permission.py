"""What the system may do with an appeal at this moment: by policy, certificate in force, and what is left to close."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from appeals.models import Appeal
from casework.clock import BEIJING
from casework.named import named
from classifier import certificate as proofs
from classifier.budget import MOST_A_PARTY
from triage.drift import warnings_of
from triage.models import (
    AuditDraw,
    AutomationMode,
    AutomationPolicy,
    Certificate,
    CertificateRevocation,
    CertificationAttempt,
)
from triage.scope import scope_of

BETWEEN_ATTEMPTS = timedelta(days=30)
NEW_CASES = 200
TOO_SOON = _("This was tried less than thirty days ago, and too few cases have been decided since.")


def value_of(row: Certificate) -> proofs.Certificate:
    """The certificate as the classifier knows it. Raises ValueError when its numbers do not prove what it says."""
    revocation = CertificateRevocation.objects.filter(certificate=row).first()
    signatures = row.signatures.select_related("signer").order_by("no")
    return proofs.Certificate(
        scope=proofs.Scope(
            measure_types=frozenset({row.measure_type_id}),
            grounds=frozenset({row.ground}),
            languages=frozenset(row.languages),
            clauses=frozenset(row.clauses),
        ),
        alpha=row.alpha_permille / 1000,
        delta=row.delta_permille / 1000,
        spent=row.spent_ppm / proofs.PPM,
        threshold=row.threshold_permille / 1000,
        bound=row.bound_permille / 1000,
        closings=row.most_closings,
        a_day=row.most_a_day,
        signatures=tuple(proofs.Signature(s.signer.ref, s.signed_at) for s in signatures),
        revoked_at=revocation.revoked_at if revocation is not None else None,
        **named(row, lambda r: (r.model_hash, r.data_from, r.data_to, r.pool, r.n)),
        **named(row, lambda r: (r.k, r.reachable, r.issued_at, r.expires_at)),
    )


def live_certificate(measure_type: str, ground: str, *, now: datetime) -> Certificate | None:
    """The newest certificate in force for these cases."""
    rows = Certificate.objects.filter(
        measure_type_id=measure_type, ground=ground, issued_at__lte=now, expires_at__gt=now, revocation__isnull=True
    )
    for row in rows.order_by("-issued_at", "-id"):
        if row.signatures.filter(signed_at__lte=now).count() >= 2:
            return row
    return None


@dataclass(frozen=True, slots=True)
class Allowed:
    """A certificate row, and what it allows now."""

    row: Certificate
    permission: proofs.Permission


def allowed_for(appeal: Appeal, *, now: datetime, repeats: tuple[str, ...] | None = None) -> Allowed | None:
    """Returns what the system may do with this appeal; None where no policy or certificate in force lets it close any
    such.

    `repeats` is what a search found that its words repeat; without a search it closes nothing. A certificate whose
    numbers do not prove it counts as none.
    """
    scope = scope_of(appeal)
    if scope is None:
        return None
    switched_on = AutomationPolicy.objects.filter(
        measure_type_id=scope[0], ground=scope[1], mode=AutomationMode.RESTORE
    ).exists()
    row = live_certificate(*scope, now=now) if switched_on else None
    if row is None:
        return None
    try:
        certificate = value_of(row)
        aside = warnings_of(row, now=now)
    except (ValueError, KeyError, TypeError):
        return None
    permission = proofs.Permission(
        certificate=certificate, now=now, warnings=aside, repeats=repeats, is_spent=_is_spent(row, appeal, now)
    )
    return Allowed(row, permission)


def _is_spent(row: Certificate, appeal: Appeal, now: datetime) -> bool:
    """Whether as much was closed as may be: under this certificate, of such cases today, or of this party."""
    closed = AuditDraw.objects.filter(certificate=row)
    today = AuditDraw.objects.filter(
        certificate__measure_type=row.measure_type_id, certificate__ground=row.ground, day=beijing_day(now)
    )
    return (
        closed.count() >= row.most_closings
        or today.count() >= row.most_a_day
        or closed.filter(decision__appeal__party=appeal.party_id).count() >= MOST_A_PARTY
    )


def beijing_day(now: datetime) -> date:
    """The day by which closings are counted."""
    return now.astimezone(BEIJING).date()


def is_too_soon(measure_type: str, ground: str, *, model_hash: str, cases: int, now: datetime) -> bool:
    """Whether the last attempt with this model is too young, and too few cases have come since."""
    before = CertificationAttempt.objects.filter(
        measure_type_id=measure_type, ground=ground, model_hash=model_hash
    ).first()
    return before is not None and now < before.tried_at + BETWEEN_ATTEMPTS and cases < before.pool + NEW_CASES


def attempts_before(measure_type: str, ground: str) -> int:
    """How often a promise for these cases was tried, whatever the model and however it ended."""
    return CertificationAttempt.objects.filter(measure_type_id=measure_type, ground=ground).count()
