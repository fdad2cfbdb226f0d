"""What the two triage commands read besides the database: the live model's file, and a file of decided cases."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from casework.canonical import digest
from classifier.cases import Asked, DecidedCase
from classifier.features import TriageInput, input_hash, normalise
from classifier.model import TriageModel
from triage.model_files import live_model, model_of
from triage.queries import Snapshot

LISTS = ("measure_types", "axes", "clause_codes")


def live_triage_model() -> TriageModel | None:
    """The model in use; None where there is none that may be used."""
    row = live_model()
    return None if row is None else model_of(row)


def cases_of_file(path: Path) -> Snapshot:
    """Decided cases, one JSON object a line: the fields of `TriageInput`, and `ref`, `overturned`, `route_ground`,
    `filed_at`, `decided_at`, `decided_by` ("person", or anything else, which teaches nobody).

    Raises `CommandError` with the line.
    """
    counts: Counter[str] = Counter()
    found = []
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                one = _case(json.loads(line.decode()), number) if line.strip() else None
                if one is not None:
                    counts["used" if one.case.decided_by_person else "by_system"] += 1
                    found += [one] if one.case.decided_by_person else []
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"{path}, line {number}: {error!r}") from error
    found.sort(key=lambda a: (a.case.decided_at, a.ref))
    content = [[a.ref, input_hash(a.case.case), a.case.overturned, a.case.decided_at.isoformat()] for a in found]
    return Snapshot(found, dict(counts), digest(content))


def _case(plain: dict[str, Any], number: int) -> Asked:
    rest = {name: plain.pop(name) for name in ("overturned", "filed_at", "decided_at")}
    ref, by = str(plain.pop("ref", f"line {number}")), plain.pop("decided_by", "person")
    if not isinstance(rest["overturned"], bool):
        raise TypeError("overturned is true or false")
    ground = str(plain.pop("route_ground", plain.get("ground", "")))
    plain |= {name: tuple(plain[name]) for name in LISTS if name in plain}
    plain["history"] = tuple(sorted((str(k), float(v)) for k, v in plain.get("history", {}).items()))
    given = TriageInput(**plain)
    case = DecidedCase(
        case=given,
        route_ground=ground,
        overturned=rest["overturned"],
        filed_at=_moment(rest["filed_at"]),
        decided_at=_moment(rest["decided_at"]),
        decided_by_person=by == "person",
    )
    groups = {
        "language": normalise(given.statement).language,
        "party": given.party_kind.lower(),
        "ground": given.ground,
    }
    return Asked(ref, case, groups | {"executor": given.executor})


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return at
