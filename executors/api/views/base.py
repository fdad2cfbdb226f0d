"""Verbs that answer something else than the case, or take a form."""

from typing import Any

from executors import queries
from executors.api import outputs
from surfaces.api.parsers import BoundedMultiPartParser
from surfaces.api.verbs import VerbView
from surfaces.api.views import Call, Reply

MAX_UPLOAD = 201 * 1024 * 1024  # the largest file that files.content keeps, and its form


class AddPersonView(VerbView):
    """Answers the person, whose code outsiders know."""

    gives, finds = outputs.ExecutorPersonOutput, queries.executor_for

    def answer(self, result: Any, call: Call) -> Reply:
        return self.reply(result, call)


class CertificationVerbView(VerbView):
    """A verb on one certification; answers it with the version of the executor for which the person works."""

    gives, finds = outputs.CertificationOutput, queries.certification_for

    def answer(self, result: Any, call: Call) -> Reply:
        row = self.case_of(call)
        return self.reply(row, call, version=row.person.executor.version)


class IncidentFileUploadView(VerbView):
    """Takes a form with the file."""

    gives, finds = outputs.IncidentOutput, queries.incident_for
    parser_classes = (BoundedMultiPartParser,)
    max_upload = MAX_UPLOAD
