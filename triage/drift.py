"""What is watched while a certificate is in force: its audits, and whether new cases still resemble its own."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet

from appeals.models import Appeal, AuditView, TriageSuggestion
from classifier.monitor import Recent, Reference, Watch, warnings, watch
from triage.models import AuditDraw, Certificate, CertificateRevocation, RevokedBecause
from triage.proof import IntakeCase, spread
from triage.scope import of_scope

RECENT = 500
"""So many of the latest suggestions are compared with those behind a certificate."""
CARRIED = 2_000
"""So many audits are carried over at most: the latest."""


def watch_of(row: Certificate) -> Watch:
    """What the audits say, in the order in which they were made: those under this certificate and all others of the
    same measure, ground and model, since the last that audits brought down before it, and until it was revoked itself.
    """
    of_these = same_watch(row)
    fallen = CertificateRevocation.objects.filter(certificate__in=of_these)
    since = fallen.filter(because=RevokedBecause.ERRORS, certificate__issued_at__lt=row.issued_at)
    views = AuditView.objects.filter(decision__draw__certificate__in=of_these)
    if last := since.aggregate(at=Max("revoked_at"))["at"]:
        views = views.filter(viewed_at__gt=last)
    if own := fallen.filter(certificate=row).first():
        views = views.filter(viewed_at__lte=own.revoked_at)
    outcomes = [view.is_error for view in views.order_by("-viewed_at", "-pk")[:CARRIED]]
    return watch(outcomes[::-1], alpha=row.alpha_permille / 1000)


def same_watch(row: Certificate) -> QuerySet[Certificate]:
    """The certificates among which audits carry over."""
    return Certificate.objects.filter(measure_type_id=row.measure_type_id, ground=row.ground, model_hash=row.model_hash)


def warnings_of(row: Certificate, *, now: datetime) -> tuple[str, ...]:
    """Why nothing is closed under the certificate for now: drift, or second looks that nobody gave in time."""
    return (*drift_of(row), *(("audits_overdue",) if _audits_are_overdue(row, now) else ()))


def _audits_are_overdue(row: Certificate, now: datetime) -> bool:
    """Whether a closing of such cases, under this or an earlier certificate, was drawn long ago and never audited."""
    return AuditDraw.objects.filter(
        certificate__measure_type=row.measure_type_id,
        certificate__ground=row.ground,
        is_drawn=True,
        drawn_at__lt=now - timedelta(days=settings.AUDIT_DAYS),
        decision__audit__isnull=True,
    ).exists()


def drift_of(row: Certificate) -> tuple[str, ...]:
    """Why the latest cases no longer resemble those behind the certificate."""
    return warnings(reference_of(row), recent_of(row))


def recent_of(row: Certificate) -> Recent:
    """The latest suggestions of this model for such cases since the certificate, and what people decided of them."""
    rows = TriageSuggestion.objects.filter(
        appeal__in=Appeal.objects.filter(of_scope(row.measure_type_id, row.ground)).values("pk"),
        model_hash=row.model_hash,
        asks_for_a_person=False,
        suggested_at__gte=row.issued_at,
    ).order_by("-suggested_at", "-pk")
    return spread(
        [
            IntakeCase(permille, "out_of_vocabulary" in reasons, by, outcome)
            for permille, reasons, by, outcome in rows.values_list(
                "closing_permille", "abstain_reasons", "appeal__decided_by_kind", "appeal__outcome"
            )[:RECENT]
        ],
        threshold_permille=row.threshold_permille,
    )


def reference_of(row: Certificate) -> Reference:
    plain: Mapping[str, Any] = row.reference
    return Reference(
        edges=tuple(plain["edges"]),
        shares=tuple(plain["shares"]),
        **{name: int(plain[name]) for name in ("scored", "decided", "overturned", "texts", "unknown")},
    )
