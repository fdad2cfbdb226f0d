"""Notices and remedies over REST. Each view parses, calls one command, and renders through a query."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase

from casework import attachments
from casework.api.parsers import BoundedMultiPartParser
from casework.api.problems import body_of as problem_of
from casework.api.problems import field_errors
from casework.api.verbs import VerbView
from casework.api.views import Call, CommandView, FileView, ListView, ReadView, Reply
from casework.errors import CaseError, Invalid, require
from casework.serving import send
from notices import commands, queries
from notices.api.serializers import (
    AttachmentOutput,
    BatchOutput,
    MeasureTypeOutput,
    NoticeOutput,
    RemedyOutput,
    SiblingOutput,
)
from notices.inputs import BatchInput, FileInput, IssueNoticeInput, RegisterMeasureTypeInput
from notices.models import Notice, Remedy, SiblingReview
from notices.policies import may_issue_notices

BATCH_BODY = 5 * 1024 * 1024
MAX_UPLOAD = 201 * 1024 * 1024  # the largest file that casework.files keeps, and its form


class NoticesView(ListView, CommandView):
    """The notices that you may see; or issue one. A repeat of your own number answers the existing notice with 200."""

    shows, gives, takes, status = NoticeOutput, NoticeOutput, IssueNoticeInput, 201
    also = {200: NoticeOutput}
    operation = {"GET": "listNotices", "POST": "issueNotice"}

    def rows(self, call: Call) -> QuerySet[Notice]:
        return queries.notices_for(call.actor)

    def perform(self, call: Call) -> Reply:
        notice, existed = commands.issue_notice(
            actor=call.actor, draft=IssueNoticeInput.draft(call.values), now=call.now
        )
        fresh = queries.notice_for(call.actor, notice.ref)
        return self.reply(fresh, call, status=200 if existed else 201)


class NoticeBatchView(CommandView):
    """Issue up to 500 notices; each row succeeds or fails on its own, by its index."""

    takes, gives, max_body = BatchInput, BatchOutput, BATCH_BODY
    operation = {"POST": "issueNoticeBatch"}

    def authorise(self, call: Call) -> None:
        require(may_issue_notices(call.actor))

    def perform(self, call: Call) -> Reply:
        rows = [IssueNoticeInput(data=row, context={"call": call}) for row in call.values["notices"]]
        sound = [index for index, row in enumerate(rows) if row.is_valid()]
        drafts = [IssueNoticeInput.draft(rows[index].validated_data) for index in sound]
        results = [_refused(index, Invalid(errors=field_errors(row.errors))) for index, row in enumerate(rows)]
        for at, issued in zip(
            sound, commands.issue_notices(actor=call.actor, drafts=drafts, now=call.now), strict=True
        ):
            if issued.refusal is not None:
                results[at] = _refused(at, issued.refusal)
            else:
                status = 200 if issued.existed else 201
                results[at] = {"index": at, "status": status, "notice": issued.notice, "problem": None}
        return self.reply({"results": results}, call)


def _refused(index: int, refusal: CaseError) -> dict[str, Any]:
    return {"index": index, "status": refusal.status, "notice": None, "problem": problem_of(refusal)}


class NoticeView(ReadView):
    """One notice. A party's first reading is recorded."""

    shows = NoticeOutput

    def read(self, call: Call) -> Reply:
        commands.record_reading(actor=call.actor, ref=call.path["ref"], now=call.now)
        return self.shown(queries.notice_for(call.actor, call.path["ref"]), call)


class NoticeEvidenceView(FileView):
    """The file of one exhibit: as it was received, or for a party without what a camera wrote into it."""

    operation = {"GET": "noticeEvidence"}

    def file(self, call: Call) -> HttpResponseBase:
        no = call.path["no"]
        found = queries.exhibit_file(call.actor, call.path["ref"], int(no))
        return send(self.request._request, found, original=True)


class NoticeVerbView(VerbView):
    """A verb on one notice; answers the notice as it is afterwards."""

    gives = NoticeOutput

    def case_of(self, call: Call) -> Notice:
        return queries.notice_for(call.actor, call.path["ref"])


class RemediesView(ListView):
    """The effects to restore on the notices that you may see."""

    shows, synced_by, newest_first = RemedyOutput, None, False

    def rows(self, call: Call) -> QuerySet[Remedy]:
        return queries.remedies_for(call.actor)


class RemedyVerbView(VerbView):
    """A verb on one remedy; answers the remedy as it is afterwards."""

    gives = RemedyOutput

    def case_of(self, call: Call) -> Remedy:
        return queries.remedy_for(call.actor, call.path["ref"])


class SiblingReviewsView(ListView):
    """The notices that share with a wrong one what made it wrong, those that wait the longest first."""

    shows, newest_first = SiblingOutput, False

    def rows(self, call: Call) -> QuerySet[SiblingReview]:
        return queries.siblings_for(call.actor)


class SiblingReviewView(ReadView):
    """One notice to be looked at again, and what it shares with one that was wrong."""

    shows = SiblingOutput

    def read(self, call: Call) -> Reply:
        return self.shown(queries.sibling_for(call.actor, call.path["ref"]), call)


class SiblingVerbView(VerbView):
    """A verb on one second look; answers it as it is afterwards."""

    gives = SiblingOutput

    def case_of(self, call: Call) -> SiblingReview:
        return queries.sibling_for(call.actor, call.path["ref"])


class MeasureTypesView(ReadView, CommandView):
    """The catalogue of measure types; or put one more into it, or better the words of one."""

    shows, is_list = MeasureTypeOutput, True
    gives, takes, status = MeasureTypeOutput, RegisterMeasureTypeInput, 201
    operation = {"GET": "readMeasureTypes", "POST": "registerMeasureType"}

    def read(self, call: Call) -> Reply:
        return Reply({"items": self.rendered(self.shows, queries.measure_types(), call, many=True)})

    def perform(self, call: Call) -> Reply:
        return self.reply(commands.register_measure_type(actor=call.actor, **call.values), call)


class AttachmentsView(CommandView):
    """Seal a file, to be named as an exhibit of a notice."""

    takes, gives, status = FileInput, AttachmentOutput, 201
    parser_classes = (BoundedMultiPartParser,)
    max_upload = MAX_UPLOAD
    operation = {"POST": "sealAttachment"}

    def authorise(self, call: Call) -> None:
        require(may_issue_notices(call.actor))

    def perform(self, call: Call) -> Reply:
        file = call.values["file"]
        return self.reply(attachments.seal(file, name=file.name, actor=call.actor, now=call.now), call)
