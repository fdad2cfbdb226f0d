"""Notices and remedies over REST. Each view parses, calls one command, and renders through a query."""

from typing import Any

from django.db.models import QuerySet

from casework.errors import require
from files import attachments
from notices import commands, queries
from notices.api import serializers
from notices.inputs import BatchInput, FileInput, IssueNoticeInput, RegisterMeasureTypeInput, issue_rows
from notices.lists import NOTICES, PUBLIC_RECORDS, PUBLICATIONS, REMEDIES, SIBLINGS
from notices.models import Notice
from notices.policies import may_issue_notices
from rules.api.changes import CatalogueChangeOutput
from surfaces.api.narrowing import due_before, exactly, of_party
from surfaces.api.parsers import BoundedMultiPartParser
from surfaces.api.problems import body_of as problem_of
from surfaces.api.serializers import coded
from surfaces.api.verbs import VerbView
from surfaces.api.views import Call, CommandView, FileView, ReadView, Reply
from surfaces.lists.api import DeclaredListView

BATCH_BODY = 5 * 1024 * 1024
MAX_UPLOAD = 201 * 1024 * 1024  # the largest file that files.content keeps, and its form


class NoticesView(DeclaredListView, CommandView):
    """Notices."""

    listing, first = NOTICES, "newest"
    narrows = {
        "external_ref": exactly("external_ref", "The one with this number in your own system."),
        "party": of_party("party"),
        "due_before": due_before("appeal_closes_at", "An appeal is possible until before this time."),
    }
    shows, gives, takes, status = serializers.NoticeOutput, serializers.NoticeOutput, IssueNoticeInput, 201
    also = {200: serializers.NoticeOutput}
    operation = {"GET": "listNotices", "POST": "issueNotice"}

    def rows(self, call: Call) -> QuerySet[Notice]:
        """The notices that you may see."""
        return queries.with_parts(self.listed(call).prefetch_related(None))

    def perform(self, call: Call) -> Reply:
        """Issue a notice. The same under your own number answers the existing notice with 200; other content is
        refused with `external-ref-mismatch`, which names the fields.
        """
        [row] = commands.issue_notices(actor=call.actor, drafts=[IssueNoticeInput.draft(call.values)], now=call.now)
        if row.refusal is not None:
            raise row.refusal
        assert row.notice is not None
        if row.parts is None:
            return self.reply(queries.notice_for(call.actor, row.notice.ref), call, status=200)
        parts = row.parts
        shown = queries.as_stored(row.notice, parts.measures, parts.bases, parts.exhibits, parts.grounds)
        return self.reply(shown, call)


class NoticeBatchView(CommandView):
    """Issue up to 500 notices; each row succeeds or fails on its own, by its index."""

    takes, gives, max_body = BatchInput, serializers.BatchOutput, BATCH_BODY
    operation = {"POST": "issueNoticeBatch"}

    def authorise(self, call: Call) -> None:
        require(may_issue_notices(call.actor))

    def perform(self, call: Call) -> Reply:
        rows = issue_rows(call.values["notices"], actor=call.actor, now=call.now)
        return self.reply({"results": [_result(row) for row in rows]}, call)


def _result(row: commands.Issued) -> dict[str, Any]:
    if row.refusal is not None:
        answer: dict[str, Any] = {"status": row.refusal.status, "notice": None, "problem": problem_of(row.refusal)}
    else:
        answer = {"status": 200 if row.existed else 201, "notice": row.notice, "problem": None}
    warned = [each.warning for each in row.parts.measures if each.warning] if row.parts is not None else []
    return {"index": row.index, **answer, "warnings": [coded("above-loss", label=label) for label in warned]}


class NoticeView(ReadView):
    """One notice. A party's first reading is recorded."""

    shows, finds = serializers.NoticeOutput, queries.notice_for

    def read(self, call: Call) -> Reply:
        commands.record_reading(actor=call.actor, ref=call.path["ref"], now=call.now)
        return super().read(call)


class NoticeTranslationsView(ReadView):
    """Translations of the notice's facts and reasons as they read now, for information: the notice itself counts."""

    shows = serializers.NoticeTranslationsOutput

    def read(self, call: Call) -> Reply:
        notice = queries.notice_for(call.actor, call.path["ref"])
        return Reply(self.rendered(self.shows, {"items": queries.translations_of(notice)}, call))


class NoticeEvidenceView(FileView):
    """The file of one exhibit: as it was received, or for a party without what a camera wrote into it."""

    finds, operation = queries.exhibit_file, {"GET": "noticeEvidence"}


class RemediesView(DeclaredListView):
    """The effects to restore on the notices that you may see: what is owed first, by due time; then what could not be
    restored; then what was.
    """

    listing, first, shows, synced_by = REMEDIES, "owed", serializers.RemedyOutput, "changed_at"
    narrows = {
        "external_ref": exactly("notice__external_ref", "Of the notice with this number in your own system."),
        "notice": exactly("notice__ref", "Of this notice, by its `ref`."),
        "party": of_party("notice__party"),
        "due_before": due_before("due_at", "Due before this time."),
    }


class RemedyVerbView(VerbView):
    """A verb on one remedy; answers the remedy as it is afterwards."""

    gives, finds = serializers.RemedyOutput, queries.remedy_for


class SiblingReviewsView(DeclaredListView):
    """The notices that share with a wrong one what made it wrong, those that wait the longest first."""

    listing, first, shows = SIBLINGS, "oldest", serializers.SiblingOutput
    narrows = {
        "external_ref": exactly("notice__external_ref", "Of the notice with this number in your own system."),
        "party": of_party("notice__party"),
    }


class SiblingReviewView(ReadView):
    """One notice to be looked at again, and what it shares with one that was wrong."""

    shows, finds = serializers.SiblingOutput, queries.sibling_for


class PublicRecordsView(DeclaredListView):
    """Illegal acts of merchants that were made public, the newest first. Public."""

    listing, first, shows, is_public = PUBLIC_RECORDS, "newest", serializers.PublicRecordOutput, True


class PublicationsView(DeclaredListView):
    """The public records of illegal acts that you may see, published or not."""

    listing, first, shows = PUBLICATIONS, "newest", serializers.PublicationOutput
    narrows = {
        "external_ref": exactly("notice__external_ref", "Of the notice with this number in your own system."),
        "party": of_party("notice__party"),
        "due_before": due_before("due_at", "To be published before this time."),
    }


class PublicationView(ReadView):
    """One public record, with the report to the regulator."""

    shows, finds = serializers.PublicationOutput, queries.publication_for


class MeasureTypesView(ReadView, CommandView):
    """The catalogue of measure types."""

    shows, is_list = serializers.MeasureTypeOutput, True
    gives, takes, status = CatalogueChangeOutput, RegisterMeasureTypeInput, 202
    operation = {"GET": "readMeasureTypes", "POST": "registerMeasureType"}

    def read(self, call: Call) -> Reply:
        """The catalogue of measure types."""
        return Reply({"items": self.rendered(self.shows, queries.measure_types(), call, many=True)})

    def perform(self, call: Call) -> Reply:
        """Propose a measure type, or a new version of one: it is in the catalogue once two people have signed."""
        return self.reply(commands.propose_measure_type(actor=call.actor, now=call.now, **call.values), call)


class AttachmentsView(CommandView):
    """Seal a file, to be named as an exhibit of a notice."""

    takes, gives, status = FileInput, serializers.AttachmentOutput, 201
    parser_classes = (BoundedMultiPartParser,)
    max_upload = MAX_UPLOAD
    operation = {"POST": "sealAttachment"}

    def authorise(self, call: Call) -> None:
        require(may_issue_notices(call.actor))

    def perform(self, call: Call) -> Reply:
        file = call.values["file"]
        return self.reply(attachments.seal(file, name=file.name, actor=call.actor, now=call.now), call)
