"""Tips over REST: for whoever gave them, and for the platform's back end, which passes on what it took elsewhere."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework import serializers

from casework.actor import ActorKind
from files.attachments import FileCopy
from surfaces.api.described import Output, columns
from surfaces.api.narrowing import due_before, exactly
from surfaces.api.parsers import BoundedMultiPartParser
from surfaces.api.rendering import moment
from surfaces.api.serializers import Computed, FileOutput, ForReader, file_shown
from surfaces.api.verbs import Actions, VerbView
from surfaces.api.views import Call, CommandView, FileView, ReadView, Reply
from surfaces.lists.api import DeclaredListView
from tips import commands, queries
from tips.inputs import FileTipInput
from tips.lists import TIPS
from tips.models import Tip
from tips.policies import sees_reporter
from tips.verbs import actions_for

MAX_UPLOAD = 201 * 1024 * 1024  # the largest file that files.content keeps, and its form


class TipFileOutput(serializers.Serializer[Any]):
    """A file beside the tip."""

    no = serializers.IntegerField()
    added_at = serializers.DateTimeField()
    attachment = FileOutput()


class TipReporterOutput(serializers.Serializer[Any]):
    """Who gave the tip, for a person who put their look on record."""

    party = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    contact = serializers.CharField()


def _files(row: Tip, call: Call) -> list[dict[str, Any]]:
    return [
        {
            "no": file.no,
            "added_at": moment(file.added_at),
            "attachment": file_shown(FileCopy(file.attachment), f"tips/{row.ref}/files/{file.no}"),
        }
        for file in row.files.all()
    ]


def _notice(row: Tip, call: Call) -> str | None:
    return row.notice.ref if row.notice and call.actor.kind is ActorKind.STAFF else None


def _reporter(row: Tip, call: Call) -> dict[str, Any] | None:
    if call.actor.kind is not ActorKind.STAFF or not sees_reporter(call.actor, row, call.now):
        return None
    party = row.reporter
    return {"party": party and party.ref, "name": party.name if party else "", "contact": row.contact}


class TipRowOutput(Output):
    """A tip in a list."""

    shown = columns(
        Tip,
        lambda t: (
            *(t.ref, t.number, t.version, t.state, t.external_ref, t.kind, t.named, t.links, t.decide_by),
            *(t.decided_at, t.answer, t.finding),
        ),
    )
    filed_at = serializers.DateTimeField(source="created_at")
    due_at = Computed(lambda row: row.due_at, datetime | None)
    actions = Actions(actions_for, "tips/<str:ref>/")


class TipOutput(TipRowOutput):
    """A tip and what became of it. `notice` and `reporter` are for staff alone."""

    more = columns(Tip, lambda t: (t.what, t.law))
    notice = ForReader(_notice, serializers.CharField(allow_null=True))
    files = ForReader(_files, TipFileOutput(many=True))
    reporter = ForReader(
        _reporter, TipReporterOutput(allow_null=True, help_text="For a person who put their look on record, else null.")
    )


class TipsView(DeclaredListView, CommandView):
    """Tips."""

    listing, first, shows = TIPS, "newest", TipRowOutput
    narrows = {
        "external_ref": exactly("external_ref", "The one with this number in your own system."),
        "due_before": due_before({"decide_by": Q(is_ended=False)}, "To be decided before this time."),
    }
    takes, gives, status = FileTipInput, TipOutput, 201
    operation = {"GET": "listTips", "POST": "fileTip"}

    def rows(self, call: Call) -> QuerySet[Tip]:
        """The tips that you may see: a party those that it gave, a back end those that it passed on."""
        return self.listed(call)

    def perform(self, call: Call) -> Reply:
        """Give a tip, for yourself or, as a back end, for whoever gave it elsewhere."""
        tip, _code = commands.file_tip(actor=call.actor, now=call.now, **FileTipInput.arguments(call.values))
        return self.reply(queries.tip_for(call.actor, tip.ref), call)


class TipView(ReadView):
    """One tip."""

    shows, finds = TipOutput, queries.tip_for


class TipFilesView(VerbView):
    """Takes a form with the file."""

    gives, finds = TipOutput, queries.tip_for
    parser_classes = (BoundedMultiPartParser,)
    max_upload = MAX_UPLOAD


class TipFileView(FileView):
    """A file beside the tip."""

    finds, operation = queries.tip_file, {"GET": "tipFile"}
