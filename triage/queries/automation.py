"""Reports whether the triage model does its work, for the console."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from appeals.models import Appeal, TriageSuggestion
from casework.actor import Actor
from casework.errors import require
from casework.models import Event
from classifier import service
from classifier.suggestion import ModelUnavailable
from triage.model_files import file_in_use
from triage.policies import may_see_automation

LOOKED_BACK = timedelta(days=1)
GRACE = timedelta(minutes=5)
"""So long a new appeal may wait for its suggestion before the console counts it as left without one."""
NO_MODEL = "no-model:"


@dataclass(frozen=True, slots=True)
class TriageHealth:
    """`model` is empty where none can be used, and `trouble` then says why (one of `ModelUnavailable.REASONS`).

    Of `filed` appeals of the last day `without` got no suggestion; `handed_over` counts by reason those that were with
    the system and went to a person because the model did not answer.
    """

    model: str
    trouble: str
    filed: int
    without: int
    handed_over: Mapping[str, int]

    @property
    def is_well(self) -> bool:
        return not self.trouble and not self.without and not self.handed_over


def triage_health_for(actor: Actor, *, now: datetime) -> TriageHealth:
    """What the console says of the model now and of the last day. Raises `NotFound`."""
    require(may_see_automation(actor))
    model = trouble = ""
    try:
        model, _hash, _learnt = service.learnt_until(**file_in_use())
    except ModelUnavailable as unavailable:
        trouble = unavailable.reason
    recent = Appeal.objects.filter(created_at__gt=now - LOOKED_BACK, created_at__lte=now - GRACE)
    suggested = TriageSuggestion.objects.filter(appeal=OuterRef("pk"))
    reasons = Event.objects.filter(
        case_kind=Appeal.KIND, type="appeal.routed_to_person", at__gt=now - LOOKED_BACK, at__lte=now
    ).values_list("facts", flat=True)
    whys = [str(facts.get("why", "")) for facts in reasons]
    return TriageHealth(
        model=model,
        trouble=trouble,
        filed=recent.count(),
        without=recent.filter(~Exists(suggested)).count(),
        handed_over=Counter(why.removeprefix(NO_MODEL) for why in whys if why.startswith(NO_MODEL)),
    )
