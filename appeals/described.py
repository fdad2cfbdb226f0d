"""What is said of each part of an appeal, once for the case file, the answers of the API and the digests of the ledger.

What only one of them says stands there. A digest in the ledger covers `DECISION`, `RULING` and `POINT` as they are:
what is added to them changes what earlier events say.
"""

from appeals.models import (
    Appeal,
    AppealItem,
    AssistedFiling,
    Decision,
    DecisionPoint,
    EvidenceItem,
    EvidenceSubmission,
    InformationRequest,
    Ruling,
)
from casework.named import Described

APPEAL = Described(
    Appeal,
    lambda a: (
        *(a.ref, a.number, a.version, a.state, a.round, a.level, a.filed_at, a.ground, a.statement, a.review),
        *(a.human_demanded, a.is_late, a.late_reason, a.late_answer, a.new_facts, a.decide_due_at),
    ),
)
ITEM = Described(AppealItem, lambda i: (i.ground, i.statement))
EVIDENCE = Described(EvidenceItem, lambda i: (i.no, i.caption, i.added_at))
SUBMISSION = Described(EvidenceSubmission, lambda s: (s.version, s.submitted_at, s.manifest_hash))
REQUEST = Described(
    InformationRequest,
    lambda r: (r.no, r.item, r.fact, r.asked_at, r.due_at, r.answer, r.answered_at, r.lapsed_at),
)
ASSISTED = Described(AssistedFiling, lambda a: (a.what, a.identified_by, a.taken_at, a.answered_at, a.correction))
DECISION = Described(
    Decision, lambda d: (d.outcome, d.decided_at, d.reasons, d.rule_application, d.system_view, d.check_code)
)
RULING = Described(Ruling, lambda r: (r.outcome, r.ends_at, r.amount_minor))
POINT = Described(DecisionPoint, lambda p: (p.no, p.kind, p.text, p.finding, p.sentence, p.burden_on, p.evidence))
