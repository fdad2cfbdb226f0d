"""Kinds of measures: proposed here, stored once two people have signed; the only writer of measure types."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from casework.actor import Actor
from casework.errors import Invalid, require, require_choice
from casework.firing import command
from notices.models import Axis, MeasureType, MeasureTypeVersion
from notices.policies import may_propose_measure_type
from rules.clearances import wording_errors
from rules.commands import CATALOGUES, Catalogue, propose
from rules.models import CatalogueChange, Subject

WORDS = ("label_zh", "label_en", "restores_zh", "restores_en")
SAID = ("axis", *WORDS, "is_high_stakes")


@command
def propose_measure_type(
    *,
    actor: Actor,
    code: str,
    axis: str,
    label_zh: str,
    label_en: str,
    restores_zh: str,
    restores_en: str,
    now: datetime,
    is_high_stakes: bool = False,
    reason: str = "",
) -> CatalogueChange:
    """A version of the kind of measure waits for its signatures; the catalogue is open (办法 art. 19).

    `reason` says why a version takes the place of one before. Raises `NotAllowed`, as `propose`, and `Invalid` for
    forbidden content that nobody cleared.
    """
    require(may_propose_measure_type(actor))
    values = locals()
    said = {"code": code} | {name: values[name] for name in SAID}
    return propose(actor=actor, subject=Subject.MEASURE_TYPE, key=code, said=said, reason=reason, now=now)


def _check(said: Mapping[str, Any]) -> None:
    require_choice("/axis", said["axis"], Axis)
    if errors := wording_errors({f"/{name}": said[name] for name in WORDS}):
        raise Invalid(errors=errors)


def _now_says(said: Mapping[str, Any]) -> dict[str, Any] | None:
    row = MeasureType.objects.filter(pk=said["code"]).first()
    return None if row is None else {"code": row.pk} | {name: getattr(row, name) for name in SAID}


def _owner(code: str) -> int | None:
    return MeasureType.objects.values_list("client_id", flat=True).get(pk=code)


def _store(change: CatalogueChange, now: datetime) -> None:
    """A measure type that is there keeps its owner."""
    del now
    values = {name: change.said[name] for name in SAID}
    before = MeasureTypeVersion.objects.filter(code=change.key).last()
    newest = MeasureTypeVersion.objects.create(
        code=change.key, no=before.no + 1 if before else 1, change=change, **values
    )
    MeasureType.objects.update_or_create(
        code=change.key,
        defaults={**values, "newest": newest},
        create_defaults={**values, "newest": newest, "client_id": change.client_id},
    )


CATALOGUES[Subject.MEASURE_TYPE] = Catalogue(check=_check, now_says=_now_says, store=_store, owner=_owner)
