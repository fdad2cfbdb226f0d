"""Notices and remedies over REST. Each view parses, calls one command, and renders through a query."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from casework import attachments
from casework.api.parsers import BoundedMultiPartParser
from casework.api.problems import body_of as problem_of
from casework.api.serializers import Input
from casework.api.views import Call, CommandView, ListView, ReadView, Reply
from casework.errors import NotAllowed
from notices import commands, queries
from notices.api.serializers import (
    AmendNoticeInput,
    AttachmentOutput,
    BatchOutput,
    ConfirmRemedyInput,
    FailRemedyInput,
    IssueNoticeInput,
    MeasureTypeOutput,
    NoticeOutput,
    RemedyOutput,
    WithdrawNoticeInput,
)
from notices.models import Notice, Remedy
from notices.policies import may_issue_notices

BATCH_BODY = 5 * 1024 * 1024


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


class BatchInput(Input):
    notices = IssueNoticeInput(many=True, max_length=500)

    example = {"notices": [IssueNoticeInput.example | {"external_ref": "example-batch-0001"}]}


class NoticeBatchView(CommandView):
    """Issue up to 500 notices; each row succeeds or fails on its own, by its index."""

    takes, gives, max_body = BatchInput, BatchOutput, BATCH_BODY
    operation = {"POST": "issueNoticeBatch"}

    def perform(self, call: Call) -> Reply:
        drafts = [IssueNoticeInput.draft(values) for values in call.values["notices"]]
        rows = [
            {
                "index": row.index,
                "status": row.refusal.status if row.refusal else 200 if row.existed else 201,
                "notice": row.notice,
                "problem": problem_of(row.refusal) if row.refusal else None,
            }
            for row in commands.issue_notices(actor=call.actor, drafts=drafts, now=call.now)
        ]
        return self.reply({"results": rows}, call)


class NoticeView(ReadView):
    """One notice. A party's first reading is recorded."""

    shows = NoticeOutput

    def read(self, call: Call) -> Reply:
        commands.record_reading(actor=call.actor, ref=call.path["ref"], now=call.now)
        return self.shown(queries.notice_for(call.actor, call.path["ref"]), call)


class WithdrawNoticeView(CommandView):
    """The platform revokes its own notice; each effect to restore becomes a remedy."""

    takes, gives, decides = WithdrawNoticeInput, NoticeOutput, True

    def perform(self, call: Call) -> Reply:
        commands.withdraw_notice(
            actor=call.actor,
            ref=call.path["ref"],
            reason=call.values["reason"],
            now=call.now,
            expected_version=call.version,
        )
        return self.reply(queries.notice_for(call.actor, call.path["ref"]), call)


class AmendNoticeView(CommandView):
    """The platform corrects facts or reasons; the earlier text is kept and the time to appeal runs afresh."""

    takes, gives, decides = AmendNoticeInput, NoticeOutput, True

    def perform(self, call: Call) -> Reply:
        commands.amend_notice(
            actor=call.actor,
            ref=call.path["ref"],
            amendment=commands.Amendment(**call.values),
            now=call.now,
            expected_version=call.version,
        )
        return self.reply(queries.notice_for(call.actor, call.path["ref"]), call)


class RemediesView(ListView):
    """The effects to restore on the notices that you may see."""

    shows, synced_by, newest_first = RemedyOutput, None, False

    def rows(self, call: Call) -> QuerySet[Remedy]:
        return queries.remedies_for(call.actor)


class ConfirmRemedyView(CommandView):
    """The platform confirms that one effect is restored. Confirming twice changes nothing."""

    takes, gives = ConfirmRemedyInput, RemedyOutput

    def perform(self, call: Call) -> Reply:
        commands.confirm_remedy(actor=call.actor, ref=call.path["ref"], now=call.now, note=call.values["note"])
        return self.reply(queries.remedy_for(call.actor, call.path["ref"]), call)


class FailRemedyView(CommandView):
    """The platform says, with the reason, that one effect could not be restored."""

    takes, gives = FailRemedyInput, RemedyOutput

    def perform(self, call: Call) -> Reply:
        commands.fail_remedy(actor=call.actor, ref=call.path["ref"], now=call.now, note=call.values["note"])
        return self.reply(queries.remedy_for(call.actor, call.path["ref"]), call)


class MeasureTypesView(ReadView):
    """The catalogue of measure types."""

    shows = MeasureTypeOutput

    def read(self, call: Call) -> Reply:
        return Reply({"items": self.rendered(self.shows, queries.measure_types(), call, many=True)})


class FileInput(Input):
    file = serializers.FileField(max_length=255, allow_empty_file=True)

    example: dict[str, Any] = {"file": "(binary)"}


class AttachmentsView(CommandView):
    """Seal a file, to be named as an exhibit of a notice."""

    takes, gives, status = FileInput, AttachmentOutput, 201
    parser_classes = (BoundedMultiPartParser,)
    max_upload = 201 * 1024 * 1024
    operation = {"POST": "sealAttachment"}

    def authorise(self, call: Call) -> None:
        if may_issue_notices(call.actor) is not None:
            raise NotAllowed()

    def perform(self, call: Call) -> Reply:
        file = call.values["file"]
        return self.reply(attachments.seal(file, name=file.name, actor=call.actor, now=call.now), call)
