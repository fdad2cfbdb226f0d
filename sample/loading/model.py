"""The starting triage model, trained on invented appeals."""

from datetime import timedelta

from casework.actor import Via
from casework.canonical import digest
from classifier.cases import Asked, DecidedCase
from classifier.features import TriageInput, input_hash, normalise, pseudonym
from sample.content.decided import DecidedRow, decided_cases
from sample.content.rules import RULE_BY_CODE
from sample.loading.base import START, Loaded, Progress
from triage import commands as triage

MODEL_VERSION = "sample-1"


def load_model(made: Loaded, *, progress: Progress) -> None:
    """The starting triage model is live: trained on invented appeals that were decided before then, as its record says.

    Two people of the sample signed it, and one put it live, as with any other model.
    """
    progress("model", 0, 1)
    now = made.now - START
    rows = decided_cases()
    age = now - max(row["decided_at"] for row in rows)
    cases = [_decided(number, row, age=age) for number, row in enumerate(rows, start=1)]
    content = [[a.ref, input_hash(a.case.case), a.case.overturned, a.case.decided_at.isoformat()] for a in cases]
    row = triage.train_triage_model(
        cases=cases,
        snapshot_hash=digest(content),
        counts={"sample": len(cases)},
        version=MODEL_VERSION,
        seed=1,
        live=None,
        now=now,
    )
    first, second = (made.person(name, via=Via.ADMIN) for name in ("yaoning", "hemart_admin"))
    for person in (first, second):
        triage.sign_triage_model(actor=person, ref=row.ref, now=now + timedelta(hours=2))
    triage.start_triage_shadow(actor=first, ref=row.ref, now=now + timedelta(hours=3))
    triage.put_triage_model_live(actor=second, ref=row.ref, now=now + timedelta(hours=27))
    progress("model", 1, 1)


def _decided(number: int, row: DecidedRow, *, age: timedelta) -> Asked:
    rule, clause = row["clause_code"].split(":")
    case = TriageInput(
        statement=row["text"],
        ground=row["ground"],
        language=row["language"],
        party_kind=row["party_kind"],
        measure_types=tuple(row["measure_types"]),
        axes=tuple(row["axes"]),
        clause_code=f"{RULE_BY_CODE[rule].name.zh}:{clause}",  # as a notice names it, in whatever version
        automated_decision=row["automated_decision"].lower(),
        amount_minor=row["amount_minor"],
        days_blocked=row["days_blocked"],
        detector=row["detector"],
        executor=pseudonym(row["executor"]),
    )
    decided = DecidedCase(
        case=case,
        route_ground=row["route_ground"],
        overturned=row["overturned"],
        filed_at=row["filed_at"] + age,
        decided_at=row["decided_at"] + age,
    )
    groups = {
        "language": normalise(case.statement).language,
        "party": case.party_kind.lower(),
        "ground": case.ground,
        "executor": case.executor,
    }
    return Asked(f"sample-{number}", decided, groups)
