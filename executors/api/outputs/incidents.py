"""Incidents and recourse as JSON."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from executors.api.outputs.common import ExecutorActions, is_the_platform_s
from executors.models import (
    ENDS_A_PART,
    Act,
    Compensation,
    EntryKind,
    ErrorClass,
    Incident,
    IncidentFile,
    IncidentFinding,
    Recourse,
)
from executors.queries.incidents import masked
from executors.queries.todo import due_at_of, turn_of
from files.attachments import FileCopy
from surfaces.api.described import Output, Shown, columns
from surfaces.api.serializers import (
    OLD_FILE,
    Amount,
    Code,
    Computed,
    FileOutput,
    ForReader,
    Money,
    WebUrl,
    file_shown,
    money,
)
from surfaces.api.views import Call


@extend_schema_serializer(deprecate_fields=("name", "media_type", "size", "href"))
class IncidentFileOutput(Output):
    shown = columns(IncidentFile, lambda i: (i.no, i.caption, i.attachment.sha256, i.added_at))
    name = serializers.CharField(source="attachment.name", help_text=OLD_FILE)
    media_type = serializers.CharField(source="attachment.media_type", help_text=OLD_FILE)
    size = serializers.IntegerField(source="attachment.size", help_text=OLD_FILE)
    added_by = serializers.CharField(source="added_by.code")
    attachment = Computed(
        lambda row: file_shown(FileCopy(row.attachment), f"incidents/{row.incident.ref}/files/{row.no}"), FileOutput()
    )
    href = Computed(lambda row: f"/api/v1/incidents/{row.incident.ref}/files/{row.no}", str, help_text=OLD_FILE)


class FindingOutput(Output):
    """What a person of compliance found; a second one stands in its place where it was contested."""

    shown = columns(
        IncidentFinding, lambda f: (f.round, f.outcome, f.error_class, f.reasons, f.corrective_step, f.found_at)
    )
    officer = serializers.CharField(source="found_by.officer_code")


class CompensationOutput(Output):
    shown = columns(Compensation, lambda c: (c.no, c.reference, c.words, c.paid_at))
    amount = Amount()


class ExecutedActOutput(Output):
    """What was done: by whom (a code), on whose order, with which tool, in which queue and shift."""

    shown = columns(Act, lambda a: (a.ref, a.tool_version, a.queue, a.shift, a.category, a.acted_at))
    executor = serializers.CharField(source="executor.ref")
    person = serializers.CharField(source="person.code")
    mandate = serializers.CharField(source="mandate.ref")
    instruction = serializers.CharField(source="instruction.ref", default=None, allow_null=True)


class HarmedOutput(serializers.Serializer[Any]):
    """To whom it was done. The executor reads a masked number alone, and neither reference nor name."""

    number = serializers.CharField(help_text="The party's number in the platform's own system, or what is shown of it.")
    party = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)


class NoticeRefOutput(serializers.Serializer[Any]):
    """The notice that was overturned; the executor reads its number alone."""

    number = serializers.CharField(source="subject_number")
    ref = serializers.CharField(source="subject_ref", allow_null=True)


def _harmed(row: Incident, call: Call) -> dict[str, Any]:
    if not is_the_platform_s(call.actor):
        return {"number": masked(row.party.external_ref), "party": None, "name": None}
    return {"number": row.party.external_ref, "party": row.party.ref, "name": row.party.name}


def _notice(row: Incident, call: Call) -> dict[str, Any]:
    return {"number": row.subject_number, "ref": row.subject_ref if is_the_platform_s(call.actor) else None}


class IncidentRowOutput(Output):
    shown = columns(
        Incident,
        lambda i: (
            *(i.ref, i.number, i.version, i.state, i.outcome.source),
            *(i.outcome.decided_at, i.explain_by, i.finding),
        ),
    )
    web_url = WebUrl("executors:incident")
    act = ExecutedActOutput()
    notice = ForReader(_notice, NoticeRefOutput())
    harmed = ForReader(_harmed, HarmedOutput())
    error_class = Code(ErrorClass, source="outcome.error_class")
    opened_at = serializers.DateTimeField(source="created_at")
    turn = Computed(turn_of, str)
    due_at = Computed(due_at_of, datetime | None)


class IncidentOutput(IncidentRowOutput):
    """An incident as this reader sees it. What the platform paid the harmed party is shown to the platform alone."""

    shown = columns(Incident, lambda i: (i.explanation, i.explained_at, i.contest_by, i.contested_at))
    explained_by = serializers.CharField(source="explained_by.code", default=None, allow_null=True)
    files = IncidentFileOutput(many=True, source="files.all")
    findings = FindingOutput(many=True, source="findings.all")
    contest = serializers.CharField(source="contest_reasons")
    contested_by = serializers.CharField(source="contested_by.code", default=None, allow_null=True)
    compensations = Shown(
        CompensationOutput,
        lambda row, call: row.compensations.all() if is_the_platform_s(call.actor) else (),
        many=True,
    )
    recourse = serializers.CharField(source="recourse.ref", read_only=True, default=None, allow_null=True)
    actions = ExecutorActions("incidents/<str:ref>/")


class RecourseEntryOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    kind = Code(EntryKind)
    amount_minor = serializers.IntegerField()
    reference = serializers.CharField()
    words = serializers.CharField()
    at = serializers.DateTimeField()


def _open(row: Recourse) -> dict[str, Any] | None:
    ended = sum(entry.amount_minor for entry in row.entries.all() if entry.kind in ENDS_A_PART)
    return money(row.claimed_minor - ended if row.is_open else 0, row.currency)


class RecourseOutput(Output):
    """A claim of the platform against an executor, with its ledger. `open` is what is neither paid nor given up."""

    shown = columns(Recourse, lambda r: (r.ref, r.number, r.version, r.state, r.words, r.disputed_at, r.ended_at))
    incident = serializers.CharField(source="incident.ref")
    executor = serializers.CharField(source="executor.ref")
    claimed = Amount()
    open = Computed(_open, Money())
    claimed_at = serializers.DateTimeField(source="created_at")
    dispute = serializers.CharField(source="dispute_reasons")
    disputed_by = serializers.CharField(source="disputed_by.code", default=None, allow_null=True)
    entries = RecourseEntryOutput(many=True, source="entries.all")
    actions = ExecutorActions("recourses/<str:ref>/")
