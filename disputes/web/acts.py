"""What members of a party did in its disputes, for the page of its people, and which of them its mandates can name."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.mandates import Matter
from accounts.queries import Act
from casework.actor import ActorKind
from casework.models import Event
from disputes.models import Dispute
from disputes.web.sentences import event_sentence

CASES, ACTS = 30, 30
"""So many of the newest cases are looked through, for so many of the newest acts."""
MATTERS = 5
"""So many of a party's newest disputes are offered where it names cases in a mandate."""


def matters_of_disputes(party_id: int, keys: Collection[tuple[str, int]], refs: Collection[str]) -> list[Matter]:
    """The disputes of a party that a mandate can name: those with these keys and refs, and the newest."""
    own = Dispute.objects.filter(Q(claimant_id=party_id) | Q(respondent_id=party_id)).order_by("-created_at", "-id")
    pks = [pk for kind, pk in keys if kind == Dispute.KIND]
    found = {each.pk: each for each in [*own.filter(Q(pk__in=pks) | Q(ref__in=refs)), *own[:MATTERS]]}
    return [
        Matter(
            each.matter,
            each.ref,
            _("Dispute %(number)s: %(order)s") % {"number": each.number, "order": each.order_title},
            f"/disputes/{each.ref}/",
        )
        for each in found.values()
    ]


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
