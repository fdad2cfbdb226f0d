"""Answers what the system may do with a case at this moment: from rows to the values that the classifier uses.

Longer than other files: it is all that stands between rows and the classifier, and its parts use one another.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import Exists, Func, IntegerField, OuterRef, Q, QuerySet, prefetch_related_objects
from django.db.models.lookups import LessThan
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from appeals.models import (
    Appeal,
    AppealItem,
    AuditView,
    DecidedBy,
    EvidenceSubmission,
    InformationRequest,
    Outcome,
    ReviewMode,
    Ruling,
    TriageSuggestion,
)
from casework.canonical import digest
from casework.clock import BEIJING
from casework.named import named
from classifier import certificate as proofs
from classifier import monitor
from classifier.budget import MOST_A_PARTY
from classifier.features import TriageInput, pseudonym
from classifier.monitor import WINDOW, Recent, Reference, Watch, warnings, watch
from classifier.suggestion import ModelUnavailable
from surfaces.filters import has_one
from triage.models import (
    AuditDraw,
    AutomationMode,
    AutomationPolicy,
    Certificate,
    CertificateRevocation,
    CertificationAttempt,
    ModelStep,
    ModelVersion,
    Stage,
)

BESIDE_PERMILLE = 50
"""The share of cases decided by people that are looked at again among the automatic closings, in thousandths."""
LOT_DIGITS = 15
"""So much of a hash, in hexadecimal digits, makes a lot: what a number of 64 bits holds."""
BETWEEN_ATTEMPTS = timedelta(days=30)
YEAR = timedelta(days=365)
NEW_CASES = 200
TOO_SOON = _("This was tried less than thirty days ago, and too few cases have been decided since.")
RECENT = 500
"""So many of the latest suggestions are compared with those behind a certificate."""


def triage_key() -> bytes:
    """The key that a model file must be sealed with to be used here, so that a replaced file is refused."""
    return salted_hmac("triage-model", "key", algorithm="sha256").digest()


# — the model in use —


class ModelFile(TypedDict):
    """Where a model's file lies, and what it must be: the arguments of `classifier.service`."""

    model_dir: Path
    key: bytes
    model_hash: str


def candidate_folder(ref: str) -> Path:
    """Returns the folder of a model's file, the same from its training on. A file there is not in use until a step says
    so.
    """
    return Path(settings.TRIAGE_MODEL_DIR) / "candidates" / ref


def file_of(model: ModelVersion) -> ModelFile:
    return ModelFile(model_dir=candidate_folder(model.ref), key=triage_key(), model_hash=model.model_hash)


def live_model() -> ModelVersion | None:
    """The model that is live by the record; None before the first one, and after one was rolled back to nothing."""
    step = ModelStep.objects.filter(stage__in=[Stage.LIVE, Stage.ROLLED_BACK]).order_by("-pk").first()
    if step is None or step.stage == Stage.ROLLED_BACK:
        return None
    return ModelVersion.objects.get(pk=step.model_id)


def file_in_use() -> ModelFile:
    """The file of the live model. The record alone says which that is, so no file can say otherwise.

    Raises `ModelUnavailable` where none is live.
    """
    model = live_model()
    if model is None:
        raise ModelUnavailable("no_model", "no model is live")
    return file_of(model)


# — cases as the model reads them —


def input_of(appeal: Appeal) -> TriageInput:
    """What was known at filing time, and nothing later: the same at any moment after it."""
    return inputs_of([appeal])[0]


def inputs_of(appeals: Sequence[Appeal]) -> list[TriageInput]:
    """The same of each, in the same order, with as many questions for five hundred as for one."""
    return [given for start in range(0, len(appeals), 500) for given in _inputs_of(appeals[start : start + 500])]


def _inputs_of(appeals: Sequence[Appeal]) -> Iterator[TriageInput]:
    prefetch_related_objects(list(appeals), "notice__bases", "notice__act__executor", "party")
    items: dict[int, list[AppealItem]] = {}
    for item in AppealItem.objects.filter(appeal__in=appeals).select_related("measure__type").order_by("no"):
        items.setdefault(item.appeal_id, []).append(item)
    at_filing = _MeasuresAtFiling(appeals)
    records = _Records(appeals)
    for appeal in appeals:
        own = items.get(appeal.pk, [])
        measures = [item.measure for item in own]
        as_filed = [at_filing.of(appeal, measure) for measure in measures]
        bases = appeal.notice.bases.all()
        days = [
            ((ends_at - m.starts_at).days if ends_at is not None else 365)
            for m, (ends_at, _amount) in zip(measures, as_filed, strict=True)
            if m.type.axis != "MONETARY"
        ]
        statements = [appeal.statement, *(item.statement for item in own)]
        yield TriageInput(
            statement="\n".join(s for s in statements if s),
            ground=appeal.ground,
            language=appeal.language,
            party_kind=appeal.party.kind,
            measure_types=tuple(sorted({m.type_id for m in measures})),
            axes=tuple(sorted({m.type.axis for m in measures})),
            clause_code=f"{bases[0].name_zh}:{bases[0].clause_number}" if bases else "",
            clause_codes=clause_codes_of(bases),
            automated_decision=appeal.notice.automated_decision.lower(),
            amount_minor=sum(amount or 0 for _ends_at, amount in as_filed),
            days_blocked=max(days, default=0),
            detector=appeal.notice.detection_tool,
            executor=pseudonym(appeal.notice.third_party_key),
            history=records.of(appeal),
            human_demanded=appeal.human_demanded,
        )


def clause_codes_of(bases: Iterable[Any]) -> tuple[str, ...]:
    """All that a notice rests on, each by name, number and version; what has no version is known by its wording."""
    found = {f"{b.name_zh}:{b.clause_number}@{b.version_number or b.text_hash[:12]}" for b in bases}
    return tuple(sorted(found))


class _MeasuresAtFiling:
    """The appealed measures as they stood at filing: without what this or a later round ruled of end and amount.

    Rounds follow one another, so what an earlier one ruled stood when this one was filed.
    """

    def __init__(self, appeals: Sequence[Appeal]) -> None:
        self._before: dict[tuple[int, int], list[tuple[int, datetime | None, int | None]]] = {}
        rulings = Ruling.objects.filter(decision__appeal__notice__in={appeal.notice_id for appeal in appeals})
        rows = rulings.order_by("decision__appeal__round").select_related("decision__appeal")
        for row in rows:
            of = (row.decision.appeal.notice_id, row.measure_id)
            self._before.setdefault(of, []).append(
                (row.decision.appeal.round, row.ended_at_before, row.amount_minor_before)
            )

    def of(self, appeal: Appeal, measure: Any) -> tuple[datetime | None, int | None]:
        """End and amount."""
        for round_, ended_at, amount in self._before.get((appeal.notice_id, measure.pk), ()):
            if round_ >= appeal.round:
                return ended_at, amount
        return measure.ends_at, measure.amount_minor


class _Records:
    """The parties' records when they filed: what was served, filed and, by people, decided before that moment."""

    def __init__(self, appeals: Sequence[Appeal]) -> None:
        self._filed: dict[int, list[datetime]] = {}
        self._decided: dict[int, list[datetime]] = {}
        self._overturned: dict[int, list[datetime]] = {}
        self._served: dict[int, list[datetime]] = {}
        parties = {appeal.party_id: appeal.pk for appeal in appeals}
        of_these = Appeal.objects.filter(party_id__in=parties).order_by()
        for party, filed, by, decided, outcome in of_these.values_list(
            "party_id", "filed_at", "decided_by_kind", "decided_at", "outcome"
        ):
            self._filed.setdefault(party, []).append(filed)
            if by == DecidedBy.HUMAN and decided is not None:
                self._decided.setdefault(party, []).append(decided)
                if outcome != Outcome.UPHELD:
                    self._overturned.setdefault(party, []).append(decided)
        # Through an appeal of each party: this app reaches notices by its own rows only, and joins each party once.
        one_of_each = Appeal.objects.filter(pk__in=parties.values(), party__notices__served_at__isnull=False)
        for party, served in one_of_each.order_by().values_list("party_id", "party__notices__served_at"):
            self._served.setdefault(party, []).append(served)
        for moments in (self._filed, self._decided, self._overturned, self._served):
            for each in moments.values():
                each.sort()

    def of(self, appeal: Appeal) -> tuple[tuple[str, float], ...]:
        at, party = appeal.filed_at, appeal.party_id
        own = appeal.notice.served_at < at
        found = {
            "earlier_appeals": bisect_left(self._filed.get(party, []), at),
            "earlier_decided": bisect_left(self._decided.get(party, []), at),
            "earlier_overturned": bisect_left(self._overturned.get(party, []), at),
            "earlier_notices": bisect_left(self._served.get(party, []), at) - own,
            "account_days": max((at - appeal.party.created_at).days, 0),
        }
        return tuple((name, float(value)) for name, value in sorted(found.items()))

    def notices_in_a_year(self, appeal: Appeal) -> int:
        """How many notices the party got in the year before it filed, without the one that it appeals."""
        at, served = appeal.filed_at, self._served.get(appeal.party_id, [])
        own = at - YEAR <= appeal.notice.served_at < at
        return bisect_left(served, at) - bisect_left(served, at - YEAR) - own


def notices_in_a_year_of(appeals: Sequence[Appeal]) -> list[int]:
    """For each how many notices its party got in the year before it filed: the size of a merchant is not on record."""
    records = _Records(appeals)
    return [records.notices_in_a_year(appeal) for appeal in appeals]


def of_scope(measure_type: str, ground: str) -> Q:
    """Returns the appeals given to the system first, against this measure alone, on this ground alone, without a
    demand.

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


def allowed_for(appeal: Appeal, *, now: datetime, repeats: tuple[str, ...] | None = None) -> Allowed | None:
    """Returns what the system may do with this appeal; None where no policy or certificate in force lets it close any
    such.

    `repeats` is what a search found that its words repeat; without a search it closes nothing. A certificate whose
    numbers do not prove it counts as none.
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
    mandate = proofs.Mandate(
        certificate=certificate, now=now, warnings=aside, repeats=repeats, is_spent=_is_spent(row, appeal, now)
    )
    return Allowed(row, mandate)


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


def attempts_before(measure_type: str, ground: str) -> int:
    """How often a promise for these cases was tried, whatever the model and however it ended."""
    return CertificationAttempt.objects.filter(measure_type_id=measure_type, ground=ground).count()


# — watching —


def watch_of(row: Certificate) -> Watch:
    """What the audits under this certificate say, in the order in which they were made."""
    views = AuditView.objects.filter(decision__draw__certificate=row).order_by("viewed_at", "pk")
    outcomes = [view.is_error for view in views.order_by("-viewed_at", "-pk")[:WINDOW]]
    return watch(outcomes[::-1], alpha=row.alpha_permille / 1000)


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
        appeal__in=_ids(of_scope(row.measure_type_id, row.ground)),
        model_hash=row.model_hash,
        asks_for_a_person=False,
        suggested_at__gte=row.issued_at,
    ).order_by("-suggested_at", "-pk")
    return _spread(
        [
            IntakeCase(permille, "out_of_vocabulary" in reasons, by, outcome)
            for permille, reasons, by, outcome in rows.values_list(
                "closing_permille", "abstain_reasons", "appeal__decided_by_kind", "appeal__outcome"
            )[:RECENT]
        ],
        threshold_permille=row.threshold_permille,
    )


@dataclass(frozen=True, slots=True)
class IntakeCase:
    """One case as it came in: how sure the model is of it, and how it ended so far."""

    permille: int | None
    is_unknown: bool
    decided_by: str | None
    outcome: str | None


def reference_from(intake: Sequence[IntakeCase], *, threshold_permille: int) -> Reference:
    """What the latest cases will be compared with: all that came in, counted as the latest are.

    Not only those that prove the certificate: while one is in force, of what lies above its threshold only what was
    audited does, and a renewed one would find its own cases strange.
    """
    found = _spread(intake, threshold_permille=threshold_permille)
    return monitor.reference_of(
        found.scores, decided=found.decided, overturned=found.overturned, texts=found.texts, unknown=found.unknown
    )


def _spread(cases: Sequence[IntakeCase], *, threshold_permille: int) -> Recent:
    below = [
        case
        for case in cases
        if case.decided_by == DecidedBy.HUMAN and case.permille is not None and case.permille < threshold_permille
    ]
    return Recent(
        scores=[case.permille / 1000 for case in cases if case.permille is not None],
        decided=len(below),
        overturned=sum(case.outcome == Outcome.OVERTURNED for case in below),
        texts=len(cases),
        unknown=sum(case.is_unknown for case in cases),
    )


def _ids(condition: Q) -> QuerySet[Appeal, int]:
    return Appeal.objects.filter(condition).values_list("pk", flat=True)


# — the lot —


def lot_of(certificate: Certificate, appeal: Appeal) -> int:
    """Draws the appeal's lot, 0 to 999, from both names, so that nobody who closes a case can choose it."""
    return int(digest({"certificate": certificate.data_hash, "appeal": appeal.ref})[:LOT_DIGITS], 16) % 1000


def is_drawn_for_second_look(appeal: Appeal) -> bool:
    """Whether this case, decided by a person, is given a second look, so that nobody knows which a machine closed.

    None whose file shows that a person decided: a later round, a demand, a question, evidence handed in afterwards, a
    measure that was reduced.
    """
    return is_in_draw(appeal.ref) and Appeal.objects.filter(may_stand_beside(), pk=appeal.pk).exists()


def is_in_draw(ref: str) -> bool:
    """Whether chance takes this case among those that people decided: the same for everybody, and for good."""
    return int(digest({"second look": ref})[:LOT_DIGITS], 16) % 1000 < BESIDE_PERMILLE


def in_draw() -> Q:
    """As `is_in_draw`, for a list."""
    return Q(LessThan(_Lot("ref"), BESIDE_PERMILLE))


class _Lot(Func):
    """The number of `is_in_draw` of a column, which is of letters that JSON writes as they are."""

    arity = 1
    output_field = IntegerField()
    json = """'{"second look":"' || %(expressions)s || '"}'"""

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        digits = f"SUBSTR(ENCODE(SHA256(CONVERT_TO({self.json}, 'UTF8')), 'hex'), 1, {LOT_DIGITS})"
        number = f"MOD(('x' || {digits})::bit({4 * LOT_DIGITS})::bigint, 1000)"
        return self.as_sql(compiler, connection, template=number, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        digits = (f"INSTR('0123456789abcdef', SUBSTR(SHA256({self.json}), {1 + n}, 1)) - 1" for n in range(LOT_DIGITS))
        summands = (f"({each}) * {pow(16, LOT_DIGITS - 1 - n, 1000)}" for n, each in enumerate(digits))
        return self.as_sql(compiler, connection, template=f"MOD({' + '.join(summands)}, 1000)", **context)


def may_stand_beside() -> Q:
    """The cases whose file does not show that a person decided."""
    asked = InformationRequest.objects.filter(appeal=OuterRef("pk"))
    handed_in = EvidenceSubmission.objects.filter(appeal=OuterRef("pk"))
    alike = Q(round=1, human_demanded=False) & ~Q(outcome=Outcome.VARIED)
    return alike & ~has_one(asked) & ~has_one(handed_in)


# — cases as proof —


@dataclass(frozen=True, slots=True)
class ProofCase:
    """One decided case as it may prove a promise. `permille` is None where the model abstains or it repeats another.

    `reach_permille` is the most that other words could have made of it; None where that is its own.
    """

    ref: str
    permille: int | None
    is_error: bool
    language: str
    clauses: tuple[str, ...]
    is_unknown: bool
    decided_at: datetime
    reach_permille: int | None = None


@dataclass(frozen=True, slots=True)
class ProofSet:
    """Decided cases, scored by one model that learnt from none of them; `intake` is all that came in meanwhile."""

    model_version: str
    model_hash: str
    cases: Sequence[ProofCase]
    intake: Sequence[IntakeCase]


def hash_of_cases(cases: Iterable[ProofCase]) -> str:
    """What a certificate rests on, provable later."""
    return digest([[c.ref, c.permille, c.is_error, c.reach_permille] for c in sorted(cases, key=lambda c: c.ref)])
