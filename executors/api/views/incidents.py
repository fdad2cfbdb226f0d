"""Acts that a decision overturned: explained, found, made good; and how an executor does overall."""

from executors import queries
from executors.api import outputs
from executors.lists import INCIDENTS
from executors.queries.todo import HEARD_UNTIL
from surfaces.api.narrowing import due_before, exactly, for_the_platform, of_party
from surfaces.api.views import Call, FileView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class IncidentsView(DeclaredListView):
    """The incidents that you may see, newest first: a person their own, a lead the team's, the platform all."""

    listing, first, shows = INCIDENTS, "newest", outputs.IncidentRowOutput
    narrows = {
        "executor": exactly("act__executor__ref", "Of this executor, by its `ref`."),
        **for_the_platform(
            external_ref=exactly("act__notice__external_ref", "About the notice with this number in your own system."),
            notice=exactly("subject_ref", "About this notice, by its `ref`."),
            party=of_party("party"),
        ),
        "due_before": due_before(HEARD_UNTIL, "The executor can be heard in time until before this time."),
    }


class IncidentView(ReadView):
    """One incident: what was done, what overturned it, what the executor says, what was found."""

    shows, finds = outputs.IncidentOutput, queries.incident_for


class IncidentFileView(FileView):
    """A file that the executor put beside its explanation."""

    finds, operation = queries.incident_file, {"GET": "incidentFile"}


class MyQualityView(ReadView):
    """How often decided appeals overturned what you did, in what, beside everybody's; nothing under thirty."""

    shows = outputs.QualityOutput

    def read(self, call: Call) -> Reply:
        return Reply(self.rendered(self.shows, queries.quality_for(call.actor, now=call.now), call))


class QualityView(ReadView):
    """How often decided appeals overturned what the executor did, in what; nothing under thirty."""

    shows = outputs.QualityOutput

    def read(self, call: Call) -> Reply:
        return Reply(self.rendered(self.shows, queries.quality_for(call.actor, call.path["ref"], now=call.now), call))
