"""What members of a party did in its disputes, for the page of its people."""

from collections.abc import Collection

from django.db.models import Q

from accounts.queries import Act
from casework.actor import ActorKind
from casework.models import Event
from disputes.models import Dispute
from disputes.web.sentences import event_sentence

CASES, ACTS = 30, 30
"""So many of the newest cases are looked through, for so many of the newest acts."""


def acts_in_disputes(party_id: int, refs: Collection[str]) -> list[Act]:
    """The newest acts of these people in the party's newest disputes, the newest first."""
    own = Dispute.objects.filter(Q(claimant_id=party_id) | Q(respondent_id=party_id)).select_related("ground")
    cases = {each.pk: each for each in own.order_by("-created_at", "-id")[:CASES]}
    events = Event.objects.filter(case_kind=Dispute.KIND, case_id__in=list(cases), actor_kind=ActorKind.PARTY)
    found = []
    for event in events.filter(actor_ref__in=refs).order_by("-id")[:ACTS]:
        case = cases[event.case_id]
        text = event_sentence(case, event.type, event.facts, codes={})
        found.append(Act(event.at, event.actor_ref, text, case.number, f"/disputes/{case.ref}/"))
    return found
