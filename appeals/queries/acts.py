"""What members of a party did in its appeals, for the page of its people."""

from collections.abc import Collection

from accounts.queries import Act
from appeals.events import text_of
from appeals.models import Appeal
from casework.actor import ActorKind
from casework.models import Event

CASES, ACTS = 30, 30
"""So many of the newest cases are looked through, for so many of the newest acts."""


def acts_in_appeals(party_id: int, refs: Collection[str]) -> list[Act]:
    """The newest acts of these people in the party's newest appeals, the newest first."""
    cases = {each.pk: each for each in Appeal.objects.filter(party_id=party_id).order_by("-created_at", "-id")[:CASES]}
    events = Event.objects.filter(case_kind=Appeal.KIND, case_id__in=list(cases), actor_kind=ActorKind.PARTY)
    found = []
    for event in events.filter(actor_ref__in=refs).order_by("-id")[:ACTS]:
        case, text = cases[event.case_id], str(text_of(event.type, event.facts).party)
        text = text % event.facts if event.type == "appeal.evidence_submitted" else text
        found.append(Act(event.at, event.actor_ref, text, case.number, f"/appeals/{case.ref}/"))
    return found
