"""Acts that a decision overturned: explained, found, made good; and how an executor does overall."""

from django.db.models import QuerySet
from django.http.response import HttpResponseBase

from casework.api.parsers import BoundedMultiPartParser
from casework.api.views import Call, FileView, ListView, ReadView, Reply
from casework.serving import send
from executors import commands, queries
from executors.api import outputs
from executors.api import serializers as shapes
from executors.api.views.base import IncidentCommandView
from executors.models import Incident

MAX_UPLOAD = 201 * 1024 * 1024  # the largest file that casework.files keeps, and its form


class IncidentsView(ListView):
    """The incidents that you may see, newest first: a person their own, a lead the team's, the platform all."""

    shows = outputs.IncidentRowOutput

    def rows(self, call: Call) -> QuerySet[Incident]:
        return queries.incidents_for(call.actor)


class IncidentView(ReadView):
    """One incident: what was done, what overturned it, what the executor says, what was found."""

    shows = outputs.IncidentOutput

    def read(self, call: Call) -> Reply:
        return self.shown(queries.incident_for(call.actor, call.path["ref"]), call)


class IncidentFileView(FileView):
    """A file that the executor put beside its explanation."""

    operation = {"GET": "incidentFile"}

    def file(self, call: Call) -> HttpResponseBase:
        found = queries.incident_file(call.actor, call.path["ref"], int(call.path["no"]))
        return send(self.request._request, found, original=True)


class AddIncidentFileView(IncidentCommandView):
    """Put a file beside the explanation, until it is given; sealed as received."""

    takes, status = shapes.IncidentFileInput, 201
    parser_classes = (BoundedMultiPartParser,)
    max_upload = MAX_UPLOAD
    operation = {"POST": "addIncidentFile"}

    def perform(self, call: Call) -> Reply:
        file = call.values["file"]
        commands.add_incident_file(
            actor=call.actor,
            ref=call.path["ref"],
            file=file,
            name=file.name,
            caption=call.values["caption"],
            now=call.now,
        )
        return self.after(call)


class ExplainView(IncidentCommandView):
    """The executor says what happened; late, too, as long as nothing is found."""

    takes, decides = shapes.ExplainInput, True
    operation = {"POST": "explainIncident"}

    def perform(self, call: Call) -> Reply:
        commands.explain_incident(
            actor=call.actor,
            ref=call.path["ref"],
            explanation=call.values["explanation"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)


class ContestView(IncidentCommandView):
    """The executor contests the finding, once; somebody else finds anew."""

    takes, decides = shapes.ContestInput, True
    operation = {"POST": "contestFinding"}

    def perform(self, call: Call) -> Reply:
        commands.contest_finding(
            actor=call.actor,
            ref=call.path["ref"],
            reasons=call.values["reasons"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)


class FindView(IncidentCommandView):
    """A person of compliance finds whose fault it was, with reasons and what is to be done better."""

    takes, decides = shapes.FindInput, True
    operation = {"POST": "findIncident"}

    def perform(self, call: Call) -> Reply:
        commands.find_incident(
            actor=call.actor, ref=call.path["ref"], now=call.now, expected_version=call.version, **call.values
        )
        return self.after(call)


class CompensateView(IncidentCommandView):
    """The platform made the harmed party whole in its own name, or says why nothing is owed."""

    takes, decides = shapes.CompensateInput, True
    operation = {"POST": "compensateIncident"}

    def perform(self, call: Call) -> Reply:
        commands.compensate_incident(
            actor=call.actor, ref=call.path["ref"], now=call.now, expected_version=call.version, **call.values
        )
        return self.after(call)


class CloseIncidentView(IncidentCommandView):
    """Nothing is left to do."""

    decides = True

    def perform(self, call: Call) -> Reply:
        commands.close_incident(actor=call.actor, ref=call.path["ref"], now=call.now, expected_version=call.version)
        return self.after(call)


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
