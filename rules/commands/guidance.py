"""Guidance on a clause, shown beside it to whoever reviews: entered by one person, signed by another.

The newest signed change is the guidance; it is of one version's clause, and ends with that version.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import require_text
from rules.commands.changes import CATALOGUES, Catalogue, propose
from rules.guidance import guidance_on
from rules.models import CatalogueChange, Clause, Subject


def propose_guidance(*, actor: Actor, clause_id: int, guidance: str, reason: str, now: datetime) -> CatalogueChange:
    """Enters it under the actor's name. The caller asked who may, and runs in a transaction. Raises as `propose`."""
    clause = Clause.objects.select_related("version__rule").get(pk=clause_id)
    name = f"{clause.version.rule.code} {clause.version.number} {clause.number}"
    said = {"clause_id": clause_id, "clause": name, "guidance": guidance}
    return propose(actor=actor, subject=Subject.GUIDANCE, key=f"clause {clause_id}", said=said, reason=reason, now=now)


def _check(said: Mapping[str, Any]) -> None:
    require_text("/guidance", said["guidance"], _("Write the guidance."))


def _now_says(said: Mapping[str, Any]) -> Mapping[str, Any] | None:
    stands = guidance_on([said["clause_id"]]).get(said["clause_id"])
    return None if stands is None else {**said, "guidance": stands}


CATALOGUES[Subject.GUIDANCE] = Catalogue(
    check=_check, now_says=_now_says, store=lambda change, now: None, is_common=True
)
