"""Right holders' notices over REST: for either side, and for the platform's back end."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework import serializers

from files.attachments import FileCopy
from infringements import commands, queries
from infringements.inputs import FileInfringementInput
from infringements.lists import INFRINGEMENTS
from infringements.machine import InfringementState
from infringements.models import FilePart, Infringement
from infringements.policies import is_of_merchant
from infringements.verbs import actions_for
from surfaces.api.described import Output, columns
from surfaces.api.narrowing import due_before, exactly, for_the_platform, of_party
from surfaces.api.parsers import BoundedMultiPartParser
from surfaces.api.rendering import moment
from surfaces.api.serializers import Computed, FileOutput, ForReader, WebUrl, file_shown
from surfaces.api.verbs import Actions, VerbView
from surfaces.api.views import Call, CommandView, FileView, ReadView, Reply
from surfaces.lists.api import DeclaredListView

MAX_UPLOAD = 201 * 1024 * 1024  # the largest file that files.content keeps, and its form


class InfringementFileOutput(serializers.Serializer[Any]):
    """A file beside the notice, the statement, or what shows a complaint or lawsuit."""

    no = serializers.IntegerField()
    part = serializers.ChoiceField(choices=FilePart.choices)
    added_at = serializers.DateTimeField()
    attachment = FileOutput()


class SideOutput(serializers.Serializer[Any]):
    """One side: who it is here, its legal name, and how it is reached for a lawsuit."""

    party = serializers.CharField()
    name = serializers.CharField()
    contact = serializers.CharField()


class HearingOutput(serializers.Serializer[Any]):
    """On what the right holder was heard before the notice could be found wrong."""

    question = serializers.CharField()
    answer_by = serializers.DateTimeField()
    answer = serializers.CharField()


def _holder(row: Infringement, call: Call) -> dict[str, Any]:
    return {"party": row.holder.ref, "name": row.holder_name, "contact": row.contact}


def _merchant(row: Infringement, call: Call) -> dict[str, Any] | None:
    if row.merchant is None:
        return None
    name = row.merchant_name or row.merchant.name
    return {"party": row.merchant.ref, "name": name, "contact": row.merchant_contact}


def _files(row: Infringement, call: Call) -> list[dict[str, Any]]:
    return [
        {
            "no": file.no,
            "part": file.part,
            "added_at": moment(file.added_at),
            "attachment": file_shown(FileCopy(file.attachment), f"infringements/{row.ref}/files/{file.no}"),
        }
        for file in queries.files_of(call.actor, row)
    ]


def _hearing(row: Infringement, call: Call) -> dict[str, Any] | None:
    if row.answer_by is None or is_of_merchant(call.actor, row):
        return None
    return {"question": row.question, "answer_by": moment(row.answer_by), "answer": row.answer}


class InfringementRowOutput(Output):
    """A right holder's notice in a list."""

    shown = columns(
        Infringement,
        lambda i: (
            *(i.ref, i.number, i.version, i.state, i.is_passed_on, i.right_kind, i.right_title, i.registration_no),
            *(i.shop, i.received_at, i.decide_by, i.decided_at, i.stated_at, i.silence_at, i.ended_at, i.finding),
        ),
    )
    web_url = WebUrl("infringements:detail")
    filed_at = serializers.DateTimeField(source="created_at")
    due_at = Computed(lambda row: row.due_at, datetime | None)
    notice = serializers.CharField(
        source="notice.ref", default=None, allow_null=True, help_text="The notice of the measure that rests on it."
    )
    actions = Actions(actions_for, "infringements/<str:ref>/")


class InfringementOutput(InfringementRowOutput):
    """A right holder's notice, the merchant's statement, and what became of both."""

    more = columns(
        Infringement,
        lambda i: (
            *(i.links, i.evidence, i.wants, i.is_true, i.reasons, i.statement, i.proceedings_kind),
            *(i.office, i.proceedings_no, i.proceedings_at, i.outcome, i.outcome_words, i.finding_reasons, i.found_at),
        ),
    )
    missing = Computed(
        lambda row: [name for name, _label in row.missing] if row.received_at is None else [],
        serializers.ListField(child=serializers.CharField()),
        help_text="What the notice lacks to take effect, by the names of its fields.",
    )
    holder = ForReader(_holder, SideOutput())
    merchant = ForReader(_merchant, SideOutput(allow_null=True))
    files = ForReader(_files, InfringementFileOutput(many=True))
    hearing = ForReader(_hearing, HearingOutput(allow_null=True))


class InfringementsView(DeclaredListView, CommandView):
    """Notices of right holders."""

    listing, first, shows = INFRINGEMENTS, "newest", InfringementRowOutput
    narrows = {
        **for_the_platform(
            external_ref=exactly(
                "notice__external_ref", "That on which the notice with this number in your own system rests."
            )
        ),
        "party": of_party("holder", "merchant"),
        "due_before": due_before(
            {
                "decide_by": Q(state=InfringementState.RECEIVED),
                "silence_at": Q(state=InfringementState.STATED),
            },
            "Due before this time.",
        ),
    }
    takes, gives, status = FileInfringementInput, InfringementOutput, 201
    operation = {"GET": "listInfringements", "POST": "fileInfringement"}

    def rows(self, call: Call) -> QuerySet[Infringement]:
        """The notices of right holders that you may see: each side its own, a back end those of its platform."""
        return self.listed(call)

    def perform(self, call: Call) -> Reply:
        """Give notice of an infringement, for yourself or, as a back end, for the right holder."""
        said = FileInfringementInput.arguments(call.values)
        case = commands.file_infringement(actor=call.actor, now=call.now, **said)
        return self.reply(queries.infringement_for(call.actor, case.ref), call)


class InfringementView(ReadView):
    """One notice of a right holder."""

    shows, finds = InfringementOutput, queries.infringement_for


class InfringementFilesView(VerbView):
    """Takes a form with the file."""

    gives, finds = InfringementOutput, queries.infringement_for
    parser_classes = (BoundedMultiPartParser,)
    max_upload = MAX_UPLOAD


class InfringementFileView(FileView):
    """A file beside the notice, the statement, or what shows a complaint or lawsuit."""

    finds, operation = queries.infringement_file, {"GET": "infringementFile"}
