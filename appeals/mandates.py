"""What the system may do with a case at this moment: from rows to the values that the classifier reasons with.

What does not belong here: writing anything, and the proof itself (classifier.certificate).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from appeals.models import (
    Appeal,
    AppealItem,
    AuditDraw,
    AuditView,
    AutomationMode,
    AutomationPolicy,
    Certificate,
    CertificateRevocation,
    CertificationAttempt,
    DecidedBy,
    Outcome,
    ReviewMode,
    Ruling,
    TriageSuggestion,
)
from casework.ledger import digest
from classifier import certificate as proofs
from classifier.features import TriageInput, pseudonym
from classifier.monitor import WINDOW, Recent, Reference, Watch, warnings, watch

BESIDE_PERMILLE = 50
"""The share of cases decided by people that are looked at again among the automatic closings, in thousandths."""
BETWEEN_ATTEMPTS = timedelta(days=30)
NEW_CASES = 200
TOO_SOON = _("This was tried less than thirty days ago, and too few cases have been decided since.")
RECENT = 500
"""So many of the latest suggestions are compared with those behind a certificate."""


def triage_key() -> bytes:
    """What a model file must be sealed with to be used here, so that a replaced file is refused."""
    return salted_hmac("triage-model", "key", algorithm="sha256").digest()


def input_of(appeal: Appeal) -> TriageInput:
    """What was known at filing time, and nothing later: the same at any moment after it."""
    items = list(appeal.items.select_related("measure__type"))
    measures = _measures_as_filed(appeal, items)
    bases = appeal.notice.bases.all()
    days = [
        ((m.ends_at - m.starts_at).days if m.ends_at is not None else 365)
        for m in measures
        if m.type.axis != "MONETARY"
    ]
    statements = [appeal.statement, *(item.statement for item in items)]
    return TriageInput(
        statement="\n".join(s for s in statements if s),
        ground=appeal.ground,
        language=appeal.language,
        party_kind=appeal.party.kind,
        measure_types=tuple(sorted({m.type_id for m in measures})),
        axes=tuple(sorted({m.type.axis for m in measures})),
        clause_code=f"{bases[0].name_zh}:{bases[0].clause_number}" if bases else "",
        clause_codes=clause_codes_of(bases),
        automated_decision=appeal.notice.automated_decision.lower(),
        amount_minor=sum(m.amount_minor or 0 for m in measures),
        days_blocked=max(days, default=0),
        detector=appeal.notice.detection_tool,
        executor=pseudonym(appeal.notice.third_party_key),
        history=_history_of(appeal),
        human_demanded=appeal.human_demanded,
    )


def clause_codes_of(bases: Iterable[Any]) -> tuple[str, ...]:
    """All that a notice rests on, each by name, number and version; what has no version is known by its wording."""
    found = {f"{b.name_zh}:{b.clause_number}@{b.version_number or b.text_hash[:12]}" for b in bases}
    return tuple(sorted(found))


def _measures_as_filed(appeal: Appeal, items: Sequence[AppealItem]) -> list[Any]:
    """The appealed measures as they stood at filing: without what this or a later round ruled of end and amount.

    Not to be saved. Rounds follow one another, so what an earlier one ruled stood when this one was filed.
    """
    measures = [item.measure for item in items]
    later = Ruling.objects.filter(
        measure__in=measures, decision__appeal__notice=appeal.notice_id, decision__appeal__round__gte=appeal.round
    ).order_by("-decision__appeal__round")
    before = {ruling.measure_id: ruling for ruling in later}
    for measure in measures:
        if ruling := before.get(measure.pk):
            measure.ends_at, measure.amount_minor = ruling.ended_at_before, ruling.amount_minor_before
    return measures


def _history_of(appeal: Appeal) -> tuple[tuple[str, float], ...]:
    """The party's record when it filed: what was served, filed and, by people, decided before that moment."""
    at = appeal.filed_at
    decided = Q(decided_at__lt=at, decided_by_kind=DecidedBy.HUMAN)
    found = Appeal.objects.filter(party_id=appeal.party_id).aggregate(
        earlier_appeals=Count("pk", filter=Q(filed_at__lt=at)),
        earlier_decided=Count("pk", filter=decided),
        earlier_overturned=Count("pk", filter=decided & ~Q(outcome=Outcome.UPHELD)),
    )
    found["earlier_notices"] = appeal.party.notices.filter(served_at__lt=at).exclude(pk=appeal.notice_id).count()
    found["account_days"] = max((at - appeal.party.created_at).days, 0)
    return tuple((name, float(value)) for name, value in sorted(found.items()))


def of_scope(measure_type: str, ground: str) -> Q:
    """Appeals given to the system first, against this kind of measure alone, on this ground alone, without a demand.

    These are the ones that it could close; no others may prove anything about closing them.
    """
    otherwise = AppealItem.objects.filter(~Q(measure__type_id=measure_type) | ~Q(ground=ground), appeal=OuterRef("pk"))
    return (
        Q(round=1, ground=ground, review=ReviewMode.SYSTEM_FIRST, human_demanded=False)
        & Q(Exists(AppealItem.objects.filter(appeal=OuterRef("pk"))))
        & ~Q(Exists(otherwise))
    )


def scope_of(appeal: Appeal) -> tuple[str, str] | None:
    """The one kind of measure and the one ground of a first appeal; None when there are several, or in a later round.

    A later round looks at what a person decided, and no such case ever proved anything (`of_scope`).
    """
    if appeal.round != 1:
        return None
    found = {(i.measure.type_id, i.ground) for i in appeal.items.select_related("measure")}
    found |= {(kind, appeal.ground) for kind, _ground in found}
    return found.pop() if len(found) == 1 else None


# — certificates as values —


def value_of(row: Certificate) -> proofs.Certificate:
    """The certificate as the classifier knows it. Raises ValueError when its numbers do not prove what it says."""
    revocation = CertificateRevocation.objects.filter(certificate=row).first()
    signatures = row.signatures.select_related("signer").order_by("no")
    return proofs.Certificate(
        model_hash=row.model_hash,
        scope=proofs.Scope(
            measure_types=frozenset({row.measure_type_id}),
            grounds=frozenset({row.ground}),
            languages=frozenset(row.languages),
            clauses=frozenset(row.clauses),
        ),
        data_from=row.data_from,
        data_to=row.data_to,
        pool=row.pool,
        n=row.n,
        k=row.k,
        alpha=row.alpha_permille / 1000,
        delta=row.delta_permille / 1000,
        threshold=row.threshold_permille / 1000,
        bound=row.bound_permille / 1000,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        signatures=tuple(proofs.Signature(s.signer.ref, s.signed_at) for s in signatures),
        revoked_at=revocation.revoked_at if revocation is not None else None,
    )


def reference_of(row: Certificate) -> Reference:
    plain: Mapping[str, Any] = row.reference
    return Reference(
        edges=tuple(plain["edges"]),
        shares=tuple(plain["shares"]),
        **{name: int(plain[name]) for name in ("scored", "decided", "overturned", "texts", "unknown")},
    )


def plain_reference(reference: Reference) -> dict[str, Any]:
    return asdict(reference)


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
    mandate: proofs.Mandate


def allowed_for(appeal: Appeal, *, now: datetime) -> Allowed | None:
    """What the system may do with this appeal: None where no policy or no certificate in force lets it close any such.

    A certificate whose numbers do not prove it counts as none.
    """
    scope = scope_of(appeal)
    if scope is None or not is_switched_on(*scope):
        return None
    row = live_certificate(*scope, now=now)
    if row is None:
        return None
    try:
        certificate = value_of(row)
        aside = warnings_of(row, now=now)
    except (ValueError, KeyError, TypeError):
        return None
    return Allowed(row, proofs.Mandate(certificate=certificate, now=now, warnings=aside))


def is_switched_on(measure_type: str, ground: str) -> bool:
    return AutomationPolicy.objects.filter(
        measure_type_id=measure_type, ground=ground, mode=AutomationMode.RESTORE
    ).exists()


# — attempts —


def is_too_soon(measure_type: str, ground: str, *, model_hash: str, cases: int, now: datetime) -> bool:
    """Whether the last attempt with this model is too young, and too few cases have come since."""
    before = CertificationAttempt.objects.filter(
        measure_type_id=measure_type, ground=ground, model_hash=model_hash
    ).first()
    return before is not None and now < before.tried_at + BETWEEN_ATTEMPTS and cases < before.pool + NEW_CASES


# — watching —


def watch_of(row: Certificate) -> Watch:
    """What the audits under this certificate say, in the order in which they were made."""
    views = AuditView.objects.filter(decision__certificate=row).order_by("viewed_at", "pk")
    outcomes = [view.is_error for view in views.order_by("-viewed_at", "-pk")[:WINDOW]]
    return watch(outcomes[::-1], alpha=row.alpha_permille / 1000)


def warnings_of(row: Certificate, *, now: datetime) -> tuple[str, ...]:
    """Why nothing is closed under the certificate for now: drift, or second looks that nobody gave in time."""
    return (*drift_of(row), *(("audits_overdue",) if _audits_are_overdue(row, now) else ()))


def _audits_are_overdue(row: Certificate, now: datetime) -> bool:
    """Whether a closing of such cases, under this or an earlier certificate, was drawn too long ago and never audited."""
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
    rows = list(
        TriageSuggestion.objects.filter(
            appeal__in=_ids(of_scope(row.measure_type_id, row.ground)),
            model_hash=row.model_hash,
            suggested_at__gte=row.issued_at,
        )
        .order_by("-suggested_at", "-pk")
        .values_list("overturn_permille", "abstain_reasons", "appeal__decided_by_kind", "appeal__outcome")[:RECENT]
    )
    below = [
        outcome
        for permille, _reasons, by, outcome in rows
        if by == DecidedBy.HUMAN and permille is not None and permille < row.threshold_permille
    ]
    return Recent(
        scores=[permille / 1000 for permille, *_rest in rows if permille is not None],
        decided=len(below),
        overturned=sum(outcome == "OVERTURNED" for outcome in below),
        texts=len(rows),
        unknown=sum("out_of_vocabulary" in reasons for _permille, reasons, *_rest in rows),
    )


def _ids(condition: Q) -> QuerySet[Appeal, int]:
    return Appeal.objects.filter(condition).values_list("pk", flat=True)


# — the lot —


def lot_of(certificate: Certificate, appeal: Appeal) -> int:
    """The appeal's lot, 0 to 999: fixed by the names of both, so that nobody who closes a case can choose it."""
    return int(digest({"certificate": certificate.data_hash, "appeal": appeal.ref})[:15], 16) % 1000


def looks_again_anyway(appeal: Appeal) -> bool:
    """Whether this case, decided by a person, is looked at again, so that nobody knows which a machine closed.

    None whose file shows that a person decided: a later round, a demand, a question, evidence handed in afterwards, a
    measure that was reduced.
    """
    if int(digest({"second look": appeal.ref})[:15], 16) % 1000 >= BESIDE_PERMILLE:
        return False
    if appeal.round > 1 or appeal.human_demanded or appeal.outcome == Outcome.VARIED:
        return False
    return not appeal.requests.exists() and not appeal.submissions.exists()


# — cases as proof —


@dataclass(frozen=True, slots=True)
class ProofCase:
    """One decided case as it may prove a promise. `permille` is None where the model abstains."""

    ref: str
    permille: int | None
    is_error: bool
    language: str
    clauses: tuple[str, ...]
    is_unknown: bool
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ProofSet:
    """Decided cases, scored by one model that learnt from none of them."""

    model_version: str
    model_hash: str
    cases: Sequence[ProofCase]


def hash_of_cases(cases: Iterable[ProofCase]) -> str:
    """What a certificate rests on, provable later."""
    return digest([[c.ref, c.permille, c.is_error] for c in sorted(cases, key=lambda c: c.ref)])
