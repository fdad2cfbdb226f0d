"""What is said of each part of a notice, once for case files and the answers of the API.

What only one of them says stands there.
"""

from casework.named import Described
from notices.models import Basis, Exhibit, Measure, Notice, Remedy

NOTICE = Described(
    Notice,
    lambda n: (
        *(n.ref, n.number, n.external_ref, n.version, n.state, n.facts, n.reasons, n.text_hash, n.conduct_at),
        *(n.decided_at, n.served_at, n.read_at, n.appeal_closes_at, n.breach_kind, n.is_precautionary),
        *(n.automated_detection, n.automated_decision, n.withdrawn_reason),
    ),
)
BASIS = Described(Basis, lambda b: (b.kind, b.text_zh, b.text_en, b.text_hash, b.is_gist))
MEASURE = Described(Measure, lambda m: (m.no, m.scope, m.starts_at, m.ends_at, m.amount_minor, m.calculation, m.state))
EXHIBIT = Described(Exhibit, lambda e: (e.no, e.caption, e.excerpt, e.captured_at, e.sha256))
REMEDY = Described(Remedy, lambda r: (r.ref, r.kind, r.amount_minor, r.due_at, r.state, r.settled_at, r.note))
