"""Policies of automation, and certificates from the attempt to prove one to its end; each step of it by people.

What does not belong here: closing a case (closing), choosing the cases that prove (queries.certification).
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appeals import commands as appeals
from appeals.machine import AppealState
from appeals.models import AuditView, DecidedBy, Decision, Ground
from appeals.policies import REVIEWS
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import FieldError, Invalid, NotFound, NotYourTurn, one_of, or_not_found, require
from casework.firing import command
from casework.refs import new_ref
from classifier.budget import most_a_day, most_closings
from classifier.certificate import (
    LEAST_OF_CLAUSE,
    LEAST_OF_LANGUAGE,
    LIFE,
    PPM,
    Certified,
    NotCertified,
    Proof,
    certify,
    least_cases,
    seen_often,
    seen_often_together,
    spent_ppm,
)
from classifier.monitor import Watch
from notices.queries import measure_types
from triage.commands.learning import checked_note
from triage.drift import same_watch, watch_of
from triage.models import (
    AuditDraw,
    AutomationMode,
    AutomationPolicy,
    AutomationPolicyRecord,
    Certificate,
    CertificateRevocation,
    CertificateSignature,
    CertificationAttempt,
    CertificationResult,
    RevokedBecause,
)
from triage.permission import TOO_SOON, attempts_before, is_too_soon
from triage.policies import may_see_automation, may_set_automation
from triage.proof import ProofCase, ProofSet, hash_of_cases, reference_from


@command
def set_automation_policy(
    *, actor: Actor, measure_type: str, ground: str, mode: str, now: datetime
) -> AutomationPolicy:
    """Sets what the system may do for this kind of measure on this ground, and records who set it.

    Raises `NotAllowed`, `Invalid`.
    """
    require(may_set_automation(actor))
    _require_known(measure_type=measure_type, ground=ground, mode=mode)
    _wait_for_others(measure_type)
    values = {"mode": mode, "set_by_id": actor.person, "set_at": now}
    AutomationPolicyRecord.objects.create(measure_type_id=measure_type, ground=ground, **values)
    row, _created = AutomationPolicy.objects.update_or_create(
        measure_type_id=measure_type, ground=ground, defaults=values
    )
    return row


@command
def attempt_certification(
    *,
    actor: Actor,
    measure_type: str,
    ground: str,
    proofs: ProofSet,
    now: datetime,
    alpha_permille: int = 50,
    delta_permille: int = 50,
) -> CertificationAttempt:
    """Records an attempt and, where its cases prove a promise, its certificate, which two people may then sign.

    All attempts for this measure and ground share delta, whatever the model, so that trying often proves nothing more.
    Raises `NotAllowed`, `Invalid` for levels that promise nothing, and `NotYourTurn` when the last attempt with this
    model is younger than thirty days and fewer than two hundred cases have come since: many attempts prove anything.
    """
    require(may_set_automation(actor))
    if not 1 <= alpha_permille <= 200 or not 1 <= delta_permille <= 100:
        raise Invalid.field("/alpha", "out-of-range", _("These levels promise nothing."))
    _require_known(measure_type=measure_type, ground=ground)
    _wait_for_others(measure_type)
    if is_too_soon(measure_type, ground, model_hash=proofs.model_hash, cases=len(proofs.cases), now=now):
        raise NotYourTurn(TOO_SOON)
    usable, languages, clauses = _usable(proofs)
    certificate, result = None, CertificationResult.PROVED
    alpha, number = alpha_permille / 1000, attempts_before(measure_type, ground) + 1
    spent = spent_ppm(delta_permille, number)
    if not spent:
        raise Invalid.field("/delta", "out-of-range", _("So many attempts have used up so small a risk."))
    of_both = {
        "measure_type_id": measure_type,
        "ground": ground,
        "spent_ppm": spent,
        "alpha_permille": alpha_permille,
        "delta_permille": delta_permille,
    }
    scored = {c.ref for c in usable}
    others = [c for c in proofs.cases if c.ref not in scored and c.clauses and clauses.issuperset(c.clauses)]
    try:
        found = certify([_proof(c) for c in usable], alpha=alpha, delta=spent / PPM, beside=[_proof(c) for c in others])
    except NotCertified as refused:
        result, n, k = CertificationResult(refused.reason), refused.n, refused.errors
    else:
        n, k = found.n, found.k
        certificate = Certificate.objects.create(
            ref=new_ref("crt_"),
            languages=sorted(languages),
            clauses=sorted(clauses),
            attempt_no=number,
            bound_permille=min(math.ceil(found.bound * 1000), alpha_permille),
            most_closings=most_closings(alpha_permille),
            most_a_day=most_a_day(alpha_permille),
            issued_at=now,
            expires_at=now + LIFE,
            **of_both,
            **_proved(found, proofs, usable),
        )
    return CertificationAttempt.objects.create(
        no=number,
        model_hash=proofs.model_hash,
        pool=len(proofs.cases),
        usable=len(usable),
        n=n,
        k=k,
        least=least_cases(alpha, spent / PPM),
        result=result,
        certificate=certificate,
        tried_by_id=actor.person,
        tried_at=now,
        **of_both,
    )


def _proof(case: ProofCase) -> Proof:
    reach = case.reach_permille
    return Proof((case.permille or 0) / 1000, case.is_error, None if reach is None else reach / 1000)


def _usable(proofs: ProofSet) -> tuple[list[ProofCase], frozenset[str], frozenset[str]]:
    """The cases that count, and the languages and clauses in which there are enough of them."""
    languages = seen_often((c.language for c in proofs.cases), LEAST_OF_LANGUAGE)
    scored = [c for c in proofs.cases if c.permille is not None and c.language in languages]
    clauses = seen_often_together((c.clauses for c in scored), LEAST_OF_CLAUSE)
    return [c for c in scored if c.clauses and clauses.issuperset(c.clauses)], languages, clauses


def _proved(found: Certified, proofs: ProofSet, usable: Sequence[ProofCase]) -> dict[str, Any]:
    """What was found, and in which cases, as columns of the certificate."""
    at = round(found.threshold * 1000)
    return {
        "model_version": proofs.model_version,
        "model_hash": proofs.model_hash,
        "data_from": min(c.decided_at for c in usable),
        "data_to": max(c.decided_at for c in usable),
        "data_hash": hash_of_cases(usable),
        "pool": found.pool,
        "n": found.n,
        "k": found.k,
        "reachable": found.reachable,
        "threshold_permille": at,
        "reference": asdict(reference_from(proofs.intake, threshold_permille=at)),
    }


@command
def sign_certificate(*, actor: Actor, ref: str, now: datetime) -> CertificateSignature:
    """Signs a certificate; with the second person's signature it is in force.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn` when they signed already, two others did, or it has ended.
    """
    certificate = _certificate(actor, ref)
    require(may_set_automation(actor))
    signed = list(certificate.signatures.values_list("signer_id", flat=True))
    if actor.person in signed:
        raise NotYourTurn(_("You have signed already. Somebody else has to sign too."))
    if len(signed) >= 2 or now >= certificate.expires_at or _is_revoked(certificate):
        raise NotYourTurn()
    return CertificateSignature.objects.create(
        certificate=certificate,
        no=len(signed) + 1,
        signer_id=actor.person,
        role="compliance" if actor.has_role("compliance") else "administrator",
        session_hash=digest(actor.session),
        signed_at=now,
    )


@command
def revoke_certificate(*, actor: Actor, ref: str, note: str, now: datetime) -> CertificateRevocation:
    """Revokes a certificate: nothing is closed under it any more. One person is enough, with a reason.

    Raises `NotFound`, `NotAllowed`, `Invalid`, `NotYourTurn` when it was revoked before.
    """
    certificate = _certificate(actor, ref)
    require(may_set_automation(actor))
    checked_note(note)
    if _is_revoked(certificate):
        raise NotYourTurn()
    because = {"because": RevokedBecause.BY_HAND, "note": note, "revoked_by_id": actor.person}
    return _revoke(certificate, watch_of(certificate), now=now, **because)


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What an audit led to, and what it was about, which may now be shown."""

    view: AuditView
    was_by_system: bool
    agrees: bool
    revoked: bool


@command
def record_audit_view(*, actor: Actor, ref: str, outcome: str, note: str, now: datetime) -> AuditResult:
    """Records the reviewer's own outcome of a decided case, once; too many errors revoke the certificate at once.

    Raises `NotFound` where nothing waits for a second look, `NotAllowed`, `ConflictOfInterest`, `Invalid`.
    """
    decision = (
        Decision.objects.filter(appeal__ref=ref, appeal__state=AppealState.DECIDED).select_related("appeal").first()
    )
    if decision is None or not actor.has_role(*REVIEWS):
        raise NotFound()
    draw = AuditDraw.objects.filter(decision=decision).first()
    if not decision.is_drawn and not (draw and draw.is_drawn):  # closings of earlier versions say it there alone
        raise NotFound()
    view = appeals.record_audit_view(decision, actor=actor, outcome=outcome, note=note, now=now)
    revoked = False
    if draw is not None:  # audits that carry over to each other are counted one after the other
        audited = list(same_watch(draw.certificate).select_for_update().order_by("pk"))
        standing = [each for each in audited if each.expires_at > now or each.pk == draw.certificate_id]
        fallen = [each for each in standing if _revoke_when_crossed(each, now=now)]
        revoked = bool(fallen)
    return AuditResult(view, decision.by_kind == DecidedBy.SYSTEM, outcome == decision.outcome, revoked)


def _wait_for_others(measure_type: str) -> None:
    """Locks this kind of measure until the transaction ends, so that nobody else sets or proves anything for it."""
    measure_types().select_for_update(no_key=True, of=("self",)).get(pk=measure_type)


def _require_known(**values: str) -> None:
    known = {
        "mode": AutomationMode.values,
        "ground": Ground.values,
        "measure_type": [kind.pk for kind in measure_types()] if "measure_type" in values else [],
    }
    errors = [
        FieldError(f"/{name}", "unknown", one_of(known[name]))
        for name, value in values.items()
        if value not in known[name]
    ]
    if errors:
        raise Invalid(errors=errors)


def _revoke_when_crossed(certificate: Certificate, *, now: datetime) -> bool:
    state = watch_of(certificate)
    if not state.is_crossed or _is_revoked(certificate):
        return False
    _revoke(certificate, state, now=now, because=RevokedBecause.ERRORS)
    return True


def _revoke(certificate: Certificate, state: Watch, *, now: datetime, **because: Any) -> CertificateRevocation:
    return CertificateRevocation.objects.create(
        certificate=certificate,
        audited=state.audited,
        errors=state.errors,
        bound_permille=math.floor(state.bound * 1000),
        revoked_at=now,
        **because,
    )


def _certificate(actor: Actor, ref: str) -> Certificate:
    """Locks a certificate until the transaction ends. Raises `NotFound` alike for missing and hidden."""
    require(may_see_automation(actor))
    return or_not_found(Certificate.objects.select_for_update().filter(ref=ref).first())


def _is_revoked(certificate: Certificate) -> bool:
    return CertificateRevocation.objects.filter(certificate=certificate).exists()
