"""What is said of each part of a dispute, once for the case file, the answers of the API and the digests of the ledger.

What only one of them says stands there: the case file has the platform's own derivation and where a file lies in it,
the API has addresses, words in the reader's language and what the reader can do. A digest in the ledger covers
`DETERMINATION`, `FINDING` and `RECORD` as they are: what is added to them changes what earlier events say.
"""

from casework.named import Described
from disputes.models import (
    Advance,
    Appraisal,
    CustodyStep,
    Determination,
    Dispute,
    FactAtIssue,
    FactRuling,
    FastRefund,
    Finding,
    IdentityRequest,
    Objection,
    Obligation,
    Offer,
    OfferAnswer,
    PlatformRecord,
    RecordPull,
    Submission,
)

DISPUTE = Described(Dispute, lambda d: (d.ref, d.number, d.version, d.state, d.round, d.closed_as, d.closed_at))
COURSE = Described(
    Dispute,
    lambda d: (d.statement, d.answered_at, d.refused_at, d.escalated_at, d.joined_at, d.review_closes_at),
)
APPRAISAL = Described(
    Appraisal,
    lambda a: (
        *(a.no, a.state, a.body, a.item, a.question, a.authority, a.pays_first, a.proposed_at),
        *(a.claimant_agreed_at, a.respondent_agreed_at, a.begun_at, a.ended_at, a.report, a.findings),
    ),
)
CUSTODY = Described(CustodyStep, lambda s: (s.no, s.from_holder, s.to_holder, s.condition, s.recorded_at))
IDENTITY_REQUEST = Described(
    IdentityRequest, lambda r: (r.no, r.side, r.state, r.asked_at, r.due_at, r.is_late, r.answered_at, r.refusal)
)
OBLIGATION = Described(
    Obligation,
    lambda o: (
        *(o.no, o.kind, o.debtor, o.creditor, o.amount_minor, o.due_at, o.state, o.is_late, o.reported_at),
        *(o.confirm_due_at, o.done_at, o.note, o.not_received_at, o.platform_due_at, o.is_guaranteed),
        *(o.payment_ref, o.paid_at),
    ),
)
ADVANCE = Described(
    Advance, lambda a: (a.no, a.amount_minor, a.recovered_minor, a.state, a.reason, a.advanced_at, a.settled_at)
)
FAST_REFUND = Described(FastRefund, lambda r: (r.payer, r.amount_minor, r.offered_at, r.accepted_at))
DETERMINATION = Described(
    Determination,
    lambda d: (
        *(d.round, d.outcome, d.remedy, d.amount_minor, d.payer, d.goods_back, d.freight_payer),
        *(d.no_return_ground, d.no_return_reason, d.goods_are, d.goods_are_reason, d.reasons),
        *(d.departs, d.departure_reasons, d.decided_at, d.check_code),
    ),
)
FINDING = Described(Finding, lambda f: (f.state, f.established, f.bearer, f.found_for, f.sentence, f.evidence))
FACT = Described(
    FactAtIssue, lambda f: (f.state, f.favours, f.awaits_ruling, f.established, f.admitted_by, f.shift_basis)
)
SUBMISSION = Described(
    Submission,
    lambda s: (
        *(s.side, s.version, s.submitted_at, s.answerable_until, s.answered_at, s.more_until),
        s.manifest_hash,
    ),
)
RULING = Described(FactRuling, lambda r: (r.proved, r.standard, r.reasons, r.round, r.ruled_at))
OBJECTION = Described(Objection, lambda o: (o.side, o.ground, o.text, o.made_at))
PULL = Described(RecordPull, lambda p: (p.ref, p.side, p.kinds, p.state, p.asked_at, p.finished_at, p.gaps))
RECORD = Described(PlatformRecord, lambda r: (r.kind, r.source, r.collector, r.method, r.recorded_at, r.collected_at))
OFFER = Described(
    Offer,
    lambda o: (
        *(o.no, o.side, o.by_system, o.remedy, o.amount_minor, o.goods_back, o.freight_payer, o.note),
        *(o.meets_claim, o.made_at, o.expires_at, o.state, o.ended_at),
    ),
)
ANSWER = Described(OfferAnswer, lambda a: (a.side, a.accepted, a.answered_at))
