"""Reads what proves a certificate, what compliance sees of it, and the cases that wait for a second look.

Labels come only from people: final decisions of matured cases, and audits. A notice that the platform withdrew itself
is no decision and proves nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appeals.machine import NOT_ACCEPTED, AppealState
from appeals.models import Appeal, AuditView, DecidedBy, Decision, FirstView, Opening, Outcome
from appeals.policies import auditable_by, looks_waiting
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, or_not_found, require
from classifier import service
from classifier.certificate import on_grid
from classifier.monitor import Power, Watch, power
from classifier.suggestion import ModelUnavailable
from triage.drift import warnings_of, watch_of
from triage.features import inputs_of
from triage.model_files import file_in_use
from triage.models import (
    AuditDraw,
    AutomationMode,
    AutomationPolicy,
    Certificate,
    CertificateRevocation,
    CertificateSignature,
    CertificationAttempt,
    TextSketch,
)
from triage.permission import TOO_SOON, is_too_soon, live_certificate, value_of
from triage.policies import may_see_automation
from triage.proof import IntakeCase, ProofCase, ProofSet
from triage.queries.matured import final_rounds
from triage.scope import of_scope

SECOND_LOOKS = 50


# — proof —


@dataclass(frozen=True, slots=True)
class Label:
    """How a case ended for good, by a person."""

    appeal: Appeal
    is_error: bool
    decided_at: datetime


def labels_of(measure_type: str, ground: str, *, since: datetime, now: datetime) -> list[Label]:
    """Every case filed after `since` whose end is known and final; oldest first.

    Filed, not only decided: a model that learnt until then knows how others ended after an earlier filing.
    Known: a person decided, or audited what the system closed. Final: the time for a second review has passed, or the
    second review has ended. No case is left out because somebody looked at the system's view: who opens it is unsure,
    so what was left would be the easy cases. Where it was open before the decision, only what the reviewer had said
    before can speak for closing alone: unless that first view and the decision both revoke in full, it is an error.
    """
    found = list(_by_audit(measure_type, ground, since=since, now=now))
    rows = list(
        Appeal.objects.filter(
            of_scope(measure_type, ground), decided_at__lte=now, decided_by_kind=DecidedBy.HUMAN, filed_at__gt=since
        ).select_related("notice", "party")
    )
    final = final_rounds(rows, now=now)
    leant = _decided_after_seeing_suggestion([*(row for row in rows if row.pk in final), *final.values()])
    for appeal in rows:
        last = final.get(appeal.pk)
        if last is not None:
            assert appeal.decided_at is not None
            is_error = last.outcome != Outcome.OVERTURNED or bool(leant & {appeal.pk, last.pk})
            found.append(Label(appeal, is_error, appeal.decided_at))
    return sorted(found, key=lambda label: (label.decided_at, label.appeal.pk))


def _by_audit(measure_type: str, ground: str, *, since: datetime, now: datetime) -> Iterator[Label]:
    views = AuditView.objects.filter(
        decision__by_kind=DecidedBy.SYSTEM,
        decision__appeal__in=Appeal.objects.filter(of_scope(measure_type, ground)),
        decision__appeal__filed_at__gt=since,
        viewed_at__lte=now,
    ).select_related("decision__appeal__notice", "decision__appeal__party")
    for view in views:
        yield Label(view.decision.appeal, view.is_error, view.decision.decided_at)


def _decided_after_seeing_suggestion(decided: Sequence[Appeal]) -> set[int]:
    """Returns the keys of cases decided after seeing the suggestion, by whoever had not wanted to revoke before."""
    found = set()
    for start in range(0, len(decided), 500):
        rows = {appeal.pk: appeal for appeal in decided[start : start + 500]}
        opened = Opening.objects.filter(appeal__in=rows, subject="suggestion").values_list("appeal_id", "opened_at")
        seen = {pk for pk, at in opened if (end := rows[pk].decided_at) is not None and at <= end}
        views = FirstView.objects.filter(appeal__in=seen, outcome=Outcome.OVERTURNED)
        firm = {pk for pk, who in views.values_list("appeal_id", "reviewer_id") if rows[pk].reviewer_id == who}
        found |= seen - firm
    return found


def intake_of(measure_type: str, ground: str, *, since: datetime, now: datetime) -> list[Appeal]:
    """Every such case filed between the two moments and looked at by the system, however it ended or did not."""
    rows = Appeal.objects.filter(of_scope(measure_type, ground), filed_at__gt=since, filed_at__lte=now)
    return list(rows.exclude(state__in=NOT_ACCEPTED).select_related("notice", "party").order_by("pk"))


def proofs_for(actor: Actor, measure_type: str, ground: str, *, now: datetime) -> ProofSet:
    """The cases that may prove a promise for this kind of measure and ground, scored by the model in use.

    Raises `NotFound`, and `Invalid` where no model is in use or it does not say what it learnt from.
    """
    require(may_see_automation(actor))
    try:
        file = file_in_use()
        version, model_hash, learnt = service.learnt_until(**file)
        since = datetime.fromisoformat(learnt)
        labels = {label.appeal.pk: label for label in labels_of(measure_type, ground, since=since, now=now)}
        rows = intake_of(measure_type, ground, since=since, now=now)
        clear = set(TextSketch.objects.filter(appeal__in=rows, repeats=[]).values_list("appeal_id", flat=True))
        inputs = inputs_of(rows)
        scored = service.suggest_many(inputs, **file)
    except (ModelUnavailable, ValueError) as missing:
        raise Invalid.field(
            "/model", "no-model", _("No usable model is in use, so nothing can be proved.")
        ) from missing
    intake, cases = [], []
    for appeal, given, s in zip(rows, inputs, scored, strict=True):
        if s.asks_for_a_person:
            continue
        permille = None if s.closing_probability is None else on_grid(s.closing_probability)
        is_unknown = "out_of_vocabulary" in s.abstain_reasons
        intake.append(IntakeCase(permille, is_unknown, appeal.decided_by_kind, appeal.outcome))
        if label := labels.get(appeal.pk):
            cases.append(
                ProofCase(
                    ref=appeal.ref,
                    permille=permille if appeal.pk in clear else None,  # what repeats anything is never closed
                    is_error=label.is_error,
                    language=s.language,
                    clauses=given.clause_codes,
                    is_unknown=is_unknown,
                    decided_at=label.decided_at,
                    reach_permille=on_grid(s.reach),
                )
            )
    return ProofSet(version, model_hash, sorted(cases, key=lambda c: (c.decided_at, c.ref)), intake)


def require_time_to_attempt(actor: Actor, measure_type: str, ground: str, *, now: datetime) -> None:
    """Raises `NotYourTurn` where an attempt comes too soon however the cases score, before anything slow is done.

    What could prove at most is counted in one question; the attempt itself counts what does. Without a model this says
    nothing. Raises `NotFound` for whoever may not see it.
    """
    require(may_see_automation(actor))
    try:
        _version, model_hash, learnt = service.learnt_until(**file_in_use())
        since = datetime.fromisoformat(learnt)
    except (ModelUnavailable, ValueError):
        return
    decided = Appeal.objects.filter(of_scope(measure_type, ground), state=AppealState.DECIDED, filed_at__gt=since)
    if is_too_soon(measure_type, ground, model_hash=model_hash, cases=decided.count(), now=now):
        raise NotYourTurn(TOO_SOON)


# — what compliance reads —


@dataclass(frozen=True, slots=True)
class CertificateState:
    """A certificate with all that happened to it. `stands` is empty when it is in force; `power` is worked out for one
    that has not ended, where it is shown by itself.
    """

    row: Certificate
    signatures: Sequence[CertificateSignature]
    revocation: CertificateRevocation | None
    stands: Sequence[str]
    watch: Watch
    power: Power | None
    drift: Sequence[str]
    closed: int
    left: int
    drawn: int
    waiting: int
    may_sign: bool
    may_revoke: bool


@dataclass(frozen=True, slots=True)
class PolicyState:
    """A policy, and whether a certificate is in force that lets the system close anything under it."""

    row: AutomationPolicy
    closes: bool


def policy_states_for(actor: Actor, *, now: datetime) -> list[PolicyState]:
    """Every policy that was ever set, with what follows from it now. Raises `NotFound`."""
    require(may_see_automation(actor))
    rows = AutomationPolicy.objects.select_related("measure_type", "set_by").order_by("measure_type_id", "ground")
    return [
        PolicyState(
            row,
            row.mode == AutomationMode.RESTORE
            and live_certificate(row.measure_type_id, row.ground, now=now) is not None,
        )
        for row in rows
    ]


def attempts_for(actor: Actor) -> list[CertificationAttempt]:
    """The latest attempts, failed ones too."""
    require(may_see_automation(actor))
    return list(CertificationAttempt.objects.select_related("measure_type", "certificate", "tried_by")[:20])


def audits_for(actor: Actor, certificate: Certificate) -> list[AuditView]:
    """The second looks under this certificate, newest first: what was seen, by whom, and how it was wrong."""
    require(may_see_automation(actor))
    views = AuditView.objects.filter(decision__draw__certificate=certificate).select_related(
        "decision__appeal", "reviewer"
    )
    return list(views.order_by("-viewed_at", "-pk")[:200])


def certificates_for(actor: Actor, *, now: datetime) -> list[CertificateState]:
    """The latest certificates with their state. Raises `NotFound`."""
    require(may_see_automation(actor))
    return [state_of(actor, row, now=now) for row in Certificate.objects.select_related("measure_type")[:50]]


def certificate_for(actor: Actor, ref: str, *, now: datetime) -> CertificateState:
    """One certificate with its state. Raises `NotFound`."""
    require(may_see_automation(actor))
    row = or_not_found(Certificate.objects.select_related("measure_type").filter(ref=ref).first())
    return state_of(actor, row, now=now, with_power=True)


def state_of(actor: Actor, row: Certificate, *, now: datetime, with_power: bool = False) -> CertificateState:
    signatures = list(row.signatures.select_related("signer").order_by("no"))
    revocation = CertificateRevocation.objects.filter(certificate=row).select_related("revoked_by").first()
    try:
        stands: Sequence[str] = value_of(row).standing(now)
        drift: Sequence[str] = warnings_of(row, now=now)
    except (ValueError, KeyError, TypeError):
        stands, drift = ("unproved",), ()
    draws = AuditDraw.objects.filter(certificate=row)
    ended = revocation is not None or now >= row.expires_at
    left, audits = 0 if ended else max(0, row.most_closings - draws.count()), watch_of(row)
    return CertificateState(
        row=row,
        signatures=signatures,
        revocation=revocation,
        stands=stands,
        watch=audits,
        power=power(audits, alpha=row.alpha_permille / 1000, left=left) if with_power and not ended else None,
        drift=drift,
        closed=draws.count(),
        left=left,
        drawn=draws.filter(is_drawn=True).count(),
        waiting=draws.filter(is_drawn=True, decision__audit__isnull=True).count(),
        may_sign=not ended and len(signatures) < 2 and actor.user_id not in [s.signer_id for s in signatures],
        may_revoke=not ended,
    )


# — second looks —


def second_looks_for(actor: Actor, *, now: datetime) -> list[Appeal]:
    """Decided cases that this reviewer may look at again, oldest first; nothing says by whom they were decided."""
    earlier = Decision.objects.filter(audit__isnull=True, draw__is_drawn=True, is_drawn=False)
    drawn = Q(decision__in=looks_waiting()) | Q(decision__in=earlier)
    waiting = Appeal.objects.filter(auditable_by(actor), drawn, decided_at__lte=now)
    rows = waiting.select_related("decision", "party", "notice").prefetch_related("items__measure__type_version")
    return list(rows.order_by("decision__decided_at", "pk")[:SECOND_LOOKS])


def second_look_for(actor: Actor, ref: str, *, now: datetime) -> Appeal:
    """One of them, with its file. Raises `NotFound` for every other case."""
    return or_not_found(next((each for each in second_looks_for(actor, now=now) if each.ref == ref), None))
