"""Which records of a class are due at a moment, which of them a legal hold names, and what two people sign of them."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, Q, QuerySet

from casework import working_days
from casework.errors import NotFound
from retention.classes import BY_CODE, RecordClass
from retention.models import LegalHold
from rules.terms import terms_at


def class_of(code: str) -> RecordClass:
    """Of records that a run ends. Raises `NotFound`."""
    row = BY_CODE.get(code)
    if row is None or not row.model:
        raise NotFound()
    return row


def months_of(row: RecordClass, at: datetime) -> int:
    """How long records of the class are kept, as it holds at that moment: what a clause says, never less than a law."""
    said = terms_at(at)[row.term].amount if row.term else row.months
    return max(said, row.floor)


def begun_before(row: RecordClass, at: datetime) -> datetime:
    """Records whose time began before this are over at that moment, each at the end of its last day in Beijing."""
    return working_days.begun_before(at, months_of(row, at))


def records_of(row: RecordClass) -> QuerySet[Any]:
    """The records of the class that have something to end, each with `began`, and `is_held` as the run that ends them
    sees it; files that nothing names.
    """
    model: type[Model] = apps.get_model(row.model)
    rows: QuerySet[Any] = model._base_manager.filter(row.rows).annotate(began=row.began)
    if row.model == "files.Attachment":
        for each in model._meta.get_fields(include_hidden=True):  # evidence is named by keys without a way back
            if not isinstance(each, ForeignObjectRel):
                continue
            named_by = each.related_model._base_manager.filter(**{each.field.name: OuterRef("pk")})
            rows = rows.filter(~Exists(named_by))
    return rows.order_by("began", "pk")


def due(row: RecordClass, at: datetime) -> QuerySet[Any]:
    """The records whose time is over at that moment, held or not, the oldest first."""
    return records_of(row).filter(began__lt=begun_before(row, at))


def held(row: RecordClass, at: datetime) -> Q:
    """The condition of a record that a legal hold in force at that moment names."""
    holds, found = LegalHold.objects.at(at), Q(pk=None)
    for path in row.parties:
        found |= Q(Exists(holds.filter(party=OuterRef(path))))
    for kind, path in row.cases.items():
        found |= Q(Exists(holds.filter(case_kind=kind, case_id=OuterRef(path))))
    return found


def ends(row: RecordClass, at: datetime) -> QuerySet[Any]:
    """The records that a run of that moment ends: due, and not held."""
    return due(row, at).exclude(held(row, at))


def digest_of_keys(keys: Iterable[Any]) -> str:
    return hashlib.sha256("\n".join(sorted(map(str, keys))).encode()).hexdigest()


def said_of(row: RecordClass, through: datetime) -> dict[str, Any]:
    """What two people sign: how many records, and exactly which."""
    keys = list(ends(row, through).order_by().values_list("pk", flat=True))
    return {
        "record_class": row.code,
        "through": through.isoformat(),
        "due": len(keys),
        "held": due(row, through).filter(held(row, through)).count(),
        "keys": digest_of_keys(keys),
    }
