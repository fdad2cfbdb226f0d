"""Facts at issue and evidence over REST."""

from typing import Any

from disputes import commands, inputs, queries
from disputes.api.outputs import DisputeEvidenceOutput, FactOutput, StagedOutput
from disputes.models import EvidenceItem
from disputes.queries import EvidenceView
from surfaces.api.parsers import BoundedMultiPartParser, StrictJSONParser
from surfaces.api.views import Call, CommandView, FileView, ReadView, Reply

MAX_UPLOAD = 201 * 1024 * 1024  # the largest file that files.content keeps, and its form


class DisputeFactsView(ReadView):
    """Every fact at issue: its ladder, who must show what by when, what is in, and what silence means."""

    shows, is_list = FactOutput, True

    def read(self, call: Call) -> Reply:
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        facts = self.rendered(self.shows, queries.facts_of(call.actor, dispute), call, many=True)
        return Reply({"items": facts}, version=dispute.version)


class AddFactEvidenceView(CommandView):
    """Bring something in about a fact: a file (a form), a message of the room, or the platform's own records.

    A file or message is a draft that only your side sees until you submit it. Records are fetched (202), frozen when
    they come, and count as shown when you asked.
    """

    takes, takes_form, gives, status = inputs.EvidenceSourceInput, inputs.EvidenceFileInput, StagedOutput, 201
    also = {202: StagedOutput}
    parser_classes = (StrictJSONParser, BoundedMultiPartParser)
    max_upload = MAX_UPLOAD

    def authorise(self, call: Call) -> None:
        queries.require_visible(call.actor, call.path["ref"])

    def perform(self, call: Call) -> Reply:
        where: dict[str, Any] = {
            "actor": call.actor,
            "ref": call.path["ref"],
            "fact_no": int(call.path["no"]),
            "now": call.now,
        }
        source = call.values.get("source")
        if source == "platform":
            pull = commands.ask_for_records(**where)
            return self.reply({"evidence": None, "records": pull}, call, status=202)
        if source == "message":
            item = commands.stage_message(**where, sequence=call.values["sequence"], caption=call.values["caption"])
        else:
            values = dict(call.values)
            file = values.pop("file")
            item = commands.stage_file(**where, file=file, name=file.name, **values)
        return self.reply({"evidence": self._draft(item, call), "records": None}, call)

    def _draft(self, item: EvidenceItem, call: Call) -> EvidenceView:
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        return next(view for view in queries.evidence_shown_to(call.actor, dispute) if view.item.pk == item.pk)


class DisputeEvidenceView(ReadView):
    """The evidence that you may see, drafts of your own side included, in the order in which it came."""

    shows, is_list = DisputeEvidenceOutput, True

    def read(self, call: Call) -> Reply:
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        shown = queries.evidence_shown_to(call.actor, dispute)
        return Reply({"items": self.rendered(self.shows, shown, call, many=True)}, version=dispute.version)


class DisputeEvidenceFileView(FileView):
    """The file of one piece of evidence: as received, or for the other side without what a camera wrote into it."""

    finds, operation = queries.evidence_file, {"GET": "disputeEvidenceFile"}
