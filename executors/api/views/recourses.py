"""What the platform takes back from executors. The harmed party never sees any of it."""

from django.db.models import QuerySet

from executors import commands, queries
from executors.api import outputs
from executors.inputs.incidents import ClaimRecourseInput
from executors.lists import RECOURSES
from executors.models import Recourse
from surfaces.api.narrowing import exactly, for_the_platform, of_party
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class RecoursesView(DeclaredListView, CommandView):
    """Claims against executors."""

    listing, first = RECOURSES, "newest"
    narrows = {
        "executor": exactly("executor__ref", "Against this executor, by its `ref`."),
        **for_the_platform(
            external_ref=exactly(
                "incident__act__notice__external_ref", "After the notice with this number in your own system."
            )
        ),
        "incident": exactly("incident__ref", "For this incident, by its `ref`."),
        "party": of_party("executor__party"),
    }
    shows, gives, takes, status = outputs.RecourseOutput, outputs.RecourseOutput, ClaimRecourseInput, 201
    operation = {"GET": "listRecourses", "POST": "claimRecourse"}

    def rows(self, call: Call) -> QuerySet[Recourse]:
        """The claims that you may see, newest first."""
        return self.listed(call)

    def perform(self, call: Call) -> Reply:
        """Claim, for an incident whose harmed party was made whole."""
        recourse = commands.claim_recourse(actor=call.actor, now=call.now, **call.values)
        return self.reply(queries.recourse_for(call.actor, recourse.ref), call)


class RecourseView(ReadView):
    """One claim with its ledger."""

    shows, finds = outputs.RecourseOutput, queries.recourse_for
