"""Appeals over REST. Each view parses, calls one command, and renders through a query."""

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase

from appeals import commands, inputs, queries
from appeals.api import serializers as shapes
from appeals.lists import APPEALS, QUEUE
from appeals.machine import AppealState
from appeals.models import Appeal, TriageSuggestion
from appeals.policies import may_see_queue
from appeals.queries.explained import reasons_of
from archive.letters import language_for
from casework.errors import NotAllowed, NotFound, require
from casework.models import Event
from casework.states import named
from notices.queries import require_notice
from surfaces.api.narrowing import due_before, exactly, of_party
from surfaces.api.parsers import BoundedMultiPartParser
from surfaces.api.serializers import EventsOutput, LetterOutput, ReceiptOutput
from surfaces.api.verbs import VerbView
from surfaces.api.views import Call, CommandView, FileView, ReadView, Reply
from surfaces.lists.api import DeclaredListView
from surfaces.serving import case_file

MAX_UPLOAD = 201 * 1024 * 1024  # the largest file that files.content keeps, and its form


class AppealVerbView(VerbView):
    """A verb on one appeal; answers the appeal as it is afterwards, or the one that a demand opened."""

    gives = shapes.AppealOutput

    def case_of(self, call: Call, ref: str = "") -> Appeal:
        return queries.appeal_for(call.actor, ref or call.path["ref"])

    def answer(self, result: Any, call: Call) -> Reply:
        return self.reply(self.case_of(call, result.ref if isinstance(result, Appeal) else ""), call)


class SubmitEvidenceView(AppealVerbView):
    """Answers the frozen version."""

    gives = shapes.SubmissionOutput

    def answer(self, result: Any, call: Call) -> Reply:
        return self.reply(result, call, version=None)


class RecordFirstViewView(AppealVerbView):
    """Answers the locked view, tagged with the version that deciding needs."""

    gives = shapes.FirstViewOutput

    def answer(self, result: Any, call: Call) -> Reply:
        return self.reply(result, call, version=self.case_of(call).version)


class FileAppealView(CommandView):
    """Appeal against a notice: one ground is enough. A person decides unless you choose otherwise."""

    takes, gives, status = inputs.FileAppealInput, shapes.AppealOutput, 201

    def authorise(self, call: Call) -> None:
        require_notice(call.actor, call.path["ref"])

    def perform(self, call: Call) -> Reply:
        values = dict(call.values)
        items = tuple(commands.ItemFiling(**item) for item in values.pop("items", ()))
        filing = commands.AppealFiling(items=items, **values)
        appeal = commands.file_appeal(actor=call.actor, notice_ref=call.path["ref"], filing=filing, now=call.now)
        return self.reply(queries.as_filed(appeal), call)


class FileAppealGroupView(CommandView):
    """Appeal against several notices at once, 500 at most: what they share is said once, and a person decides each.

    All are filed or none. A notice that cannot be among them is named with the reason. Each appeal is like one that was
    filed alone: it has its own number, times, decision and letter, and can be withdrawn without the others.
    """

    takes, gives, status = inputs.FileAppealGroupInput, shapes.AppealGroupOutput, 201

    def perform(self, call: Call) -> Reply:
        arguments = self.takes.arguments(call.values)
        group = commands.file_appeal_group(actor=call.actor, now=call.now, **arguments)
        return self.reply(queries.group_for(call.actor, group.ref), call)


class SubmitGroupEvidenceView(CommandView):
    """Submit one file as evidence in every appeal of the group that takes evidence; it cannot be changed."""

    takes, gives, status = inputs.EvidenceInput, shapes.AppealGroupOutput, 201
    parser_classes = (BoundedMultiPartParser,)
    max_upload = MAX_UPLOAD

    def authorise(self, call: Call) -> None:
        queries.group_for(call.actor, call.path["ref"])

    def perform(self, call: Call) -> Reply:
        ref, file = call.path["ref"], call.values["file"]
        caption = call.values["caption"]
        commands.submit_group_evidence(
            actor=call.actor, ref=ref, file=file, name=file.name, caption=caption, now=call.now
        )
        return self.reply(queries.group_for(call.actor, ref), call)


class AppealGroupView(ReadView):
    """Appeals that were filed together, to whoever may see one of them."""

    shows, finds = shapes.AppealGroupOutput, queries.group_for


class AppealsView(DeclaredListView):
    """The appeals that you may see, newest first."""

    listing, first, shows = APPEALS, "newest", shapes.AppealOutput
    narrows = {
        "group": exactly("grouped__group__ref", "Only the appeals of this group (`ref` of an `appeal-groups`)."),
        "notice": exactly("notice__ref", "Against this notice, by its `ref`."),
        "external_ref": exactly("notice__external_ref", "Against the notice with this number in your own system."),
        "party": of_party("party"),
        "due_before": due_before("decide_due_at", "The decision is due before this time."),
    }

    def rows(self, call: Call) -> QuerySet[Appeal]:
        return queries.with_parts(self.listed(call).prefetch_related(None))


class AppealView(ReadView):
    """One appeal."""

    shows, finds = shapes.AppealOutput, queries.appeal_for


class AppealEventsView(ReadView):
    """What happened to an appeal, in order, as the ledger has it."""

    shows = EventsOutput

    def read(self, call: Call) -> Reply:
        appeal = queries.appeal_for(call.actor, call.path["ref"])
        rows: QuerySet[Event] = queries.events_of(appeal)
        return Reply(self.rendered(self.shows, {"items": rows, "head": appeal.head}, call))


class AppealReceiptView(ReadView):
    """The signed receipt of one act of your side, by the `sequence` of its event: to keep, and to check without us."""

    shows = ReceiptOutput

    def read(self, call: Call) -> Reply:
        no = int(call.path["no"])
        return self.shown(queries.receipt_for(call.actor, call.path["ref"], no, now=call.now), call)


class LetterView(ReadView):
    """The decision letter, in the language you read."""

    shows = LetterOutput

    def read(self, call: Call) -> Reply:
        appeal = queries.appeal_for(call.actor, call.path["ref"])
        if appeal.state != AppealState.DECIDED:
            raise NotFound()
        letter = queries.letter_of(appeal, language=language_for())
        return Reply(self.rendered(self.shows, letter, call))


class CaseFileView(FileView):
    """One archive to keep: a readable page, the case as JSON, its events, letter and files, with every hash."""

    media = ("application/zip",)
    operation = {"GET": "case_file"}

    def file(self, call: Call) -> HttpResponseBase:
        request, ref = self.request._request, call.path["ref"]
        return case_file(request, queries.write_case_file, actor=call.actor, ref=ref, now=call.now)


class StageEvidenceView(CommandView):
    """Keep a file as a draft that only your side sees, until you submit it."""

    takes, gives, status = inputs.EvidenceInput, shapes.EvidenceOutput, 201
    parser_classes = (BoundedMultiPartParser,)
    max_upload = MAX_UPLOAD

    def authorise(self, call: Call) -> None:
        queries.appeal_for(call.actor, call.path["ref"])

    def perform(self, call: Call) -> Reply:
        file = call.values["file"]
        item = commands.stage_evidence(
            actor=call.actor,
            ref=call.path["ref"],
            file=file,
            name=file.name,
            caption=call.values["caption"],
            now=call.now,
        )
        return self.reply(item, call)


class EvidenceFileView(FileView):
    """The sealed file of one piece of evidence, as it was received; a draft only for your own side."""

    finds, operation = queries.evidence_file, {"GET": "evidenceFile"}


class ReviewQueueView(DeclaredListView):
    """The cases that you could take now, by due time; none in which you have a conflict."""

    listing, first, shows, synced_by = QUEUE, "due", shapes.QueueRowOutput, None
    filters = {"tab": named(queries.TABS)}

    def rows(self, call: Call) -> QuerySet[Appeal]:
        require(may_see_queue(call.actor))
        return self.listed(call)


class ClaimView(CommandView):
    """Take the most urgent case that you may see, or the one you name; 204 when there is none."""

    takes, gives = inputs.ClaimInput, shapes.AppealOutput
    also = {204: None}

    def perform(self, call: Call) -> Reply:
        if not call.actor.has_role("reviewer", "senior_reviewer"):
            raise NotAllowed()
        if ref := call.values.get("appeal"):
            appeal: Appeal | None = commands.claim_appeal(actor=call.actor, ref=ref, now=call.now)
        else:
            appeal = commands.claim_next_appeal(actor=call.actor, now=call.now)
        if appeal is None:
            return Reply(status=204)
        return self.reply(queries.appeal_for(call.actor, appeal.ref), call)


class OpeningView(CommandView):
    """Record that you opened a piece of the file: `notice`, `statement`, `exhibit:1`, `evidence:2`."""

    takes, gives, status = inputs.OpeningInput, None, 204
    operation = {"POST": "record_opening"}

    def perform(self, call: Call) -> Reply:
        commands.record_opening(actor=call.actor, ref=call.path["ref"], subject=call.values["subject"], now=call.now)
        return Reply()


class SuggestionView(ReadView):
    """The system's view, once you have locked your own."""

    shows, problems = shapes.SuggestionOutput, (409,)

    def read(self, call: Call) -> Reply:
        found = queries.suggestion_for(call.actor, call.path["ref"])
        commands.record_opening_of_suggestion(actor=call.actor, ref=call.path["ref"], now=call.now)
        return Reply(self.rendered(self.shows, _suggested(found), call))


def _suggested(found: TriageSuggestion | None) -> dict[str, Any]:
    shown: dict[str, Any] = dict.fromkeys(shapes.SuggestionOutput().fields)
    shown |= {"is_available": found is not None, "abstain_reasons": [], "phrases": [], "circumstances": []}
    if found is None:
        return shown
    shown |= {
        "ground": found.route_ground,
        "queue": found.queue,
        "abstained": found.abstained,
        "abstain_reasons": found.abstain_reasons,
        "would_undo": None if found.overturn_permille is None else found.overturn_permille >= 500,
        "model_version": found.model_version,
    }
    if not found.abstained:
        reasons = reasons_of(found.appeal, found)
        points = [asdict(point) for point in (*reasons.for_undoing, *reasons.for_keeping)]
        shown["phrases"] = [point for point in points if not point["name"]]
        shown["circumstances"] = [point for point in points if point["name"]]
        shown |= {"rest": reasons.rest, "usual": reasons.usual}
    return shown
