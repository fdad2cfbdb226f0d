"""What the views of executors share: one class per kind of case carries out its verbs. No address's own behaviour."""

from typing import Any

from executors import queries
from executors.api import outputs
from surfaces.api.parsers import BoundedMultiPartParser
from surfaces.api.verbs import VerbView
from surfaces.api.views import Call, Reply

MAX_UPLOAD = 201 * 1024 * 1024  # the largest file that files.content keeps, and its form


class ExecutorVerbView(VerbView):
    """A verb on one executor; answers the executor as it is afterwards."""

    gives, finds = outputs.ExecutorOutput, queries.executor_for


class AddPersonView(ExecutorVerbView):
    """Answers the person, whose code outsiders know."""

    gives = outputs.ExecutorPersonOutput

    def answer(self, result: Any, call: Call) -> Reply:
        return self.reply(result, call)


class AttemptVerbView(VerbView):
    """A verb on one's own test; answers the test as it is afterwards."""

    gives, finds = outputs.AttemptOutput, queries.attempt_for


class CertificationVerbView(VerbView):
    """A verb on one certification; answers it with the version of the executor for which the person works."""

    gives, finds = outputs.CertificationOutput, queries.certification_for

    def answer(self, result: Any, call: Call) -> Reply:
        row = self.case_of(call)
        return self.reply(row, call, version=row.person.executor.version)


class InstructionVerbView(VerbView):
    """A verb on one instruction; answers the instruction as it is afterwards."""

    gives, finds = outputs.InstructionOutput, queries.instruction_for


class IncidentVerbView(VerbView):
    """A verb on one incident; answers the incident as it is afterwards."""

    gives, finds = outputs.IncidentOutput, queries.incident_for


class IncidentFileUploadView(IncidentVerbView):
    """Takes a form with the file."""

    parser_classes = (BoundedMultiPartParser,)
    max_upload = MAX_UPLOAD


class RecourseVerbView(VerbView):
    """A verb on one claim; answers the claim as it is afterwards."""

    gives, finds = outputs.RecourseOutput, queries.recourse_for
