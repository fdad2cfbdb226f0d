"""Executors as JSON: what is answered. No answer holds the name of a person: outside, each is a code."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.actor import Actor, ActorKind
from casework.api.serializers import Action, Amount, Code, Coded, Computed, Money, coded, money
from casework.api.verbs import shown_actions
from casework.api.views import Call
from executors.machine import ExecutorState, IncidentState, InstructionState, RecourseState
from executors.models import (
    ENDS_A_PART,
    Attempt,
    Certification,
    EntryKind,
    ErrorClass,
    Executor,
    ExecutorKind,
    ExecutorPerson,
    FindingOutcome,
    Incident,
    Instruction,
    InstructionKind,
    Mandate,
    OnEnd,
    OutcomeSource,
    PayMetric,
    Recourse,
)
from executors.policies import as_person
from executors.queries.in_force import (
    certificate_ends_at,
    certificate_state,
    mandate_in_force,
    mandate_state,
    measures_under,
    newest_of_each,
)
from executors.queries.incidents import masked
from executors.queries.registry import executor_for, people_for
from executors.queries.todo import due_at_of, turn_of
from executors.queries.training import certifications_for
from executors.texts import CERTIFICATE, MANDATE
from executors.verbs import actions_for


def outward_name(executor: Executor) -> str:
    """What outsiders call it: the organisation's name; an individual's code."""
    if not executor.is_individual:
        return executor.party.name
    person = next(iter(executor.people.all()), None)
    return executor.number if person is None else person.code


def is_the_platform_s(actor: Actor) -> bool:
    """Whether the reader works for the platform, or is its back end: nobody of an executor sees whom they harmed."""
    return actor.kind is not ActorKind.PARTY


def actions_of(context: Any, case: Executor | Instruction | Incident | Recourse, address: str) -> list[dict[str, Any]]:
    """What this reader can do now, with where. Whom they are for an executor is asked once for all rows."""
    call: Call = context["call"]
    if "reader" not in context:
        context["reader"] = as_person(call.actor)
    return shown_actions(actions_for(context["reader"], case, now=call.now), address, ref=case.ref)


# — the registry —


class ExecutorPersonOutput(serializers.Serializer[Any]):
    """Somebody who works for the executor, by code."""

    code = serializers.CharField()
    is_lead = serializers.BooleanField()
    sub_processor = serializers.CharField(source="sub_processor.ref", default=None, allow_null=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ContractOutput(serializers.Serializer[Any]):
    number = serializers.CharField(source="contract_number")
    starts_at = serializers.DateTimeField(source="contract_from")
    ends_at = serializers.DateTimeField(source="contract_until")


class ProcessingTermsOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    purpose = serializers.CharField()
    method = serializers.CharField()
    data_kinds = serializers.CharField()
    protection = serializers.CharField()
    on_end = Code(OnEnd)
    effective_from = serializers.DateTimeField()
    until = serializers.DateTimeField()


class SubProcessorOutput(serializers.Serializer[Any]):
    """`approved` is null until the platform has decided."""

    ref = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    approved = serializers.BooleanField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class PayTermOutput(serializers.Serializer[Any]):
    metric = Code(PayMetric)
    words = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)


class MandateMeasureOutput(serializers.Serializer[Any]):
    measure_type = serializers.CharField()
    level = serializers.IntegerField()


class MandateOutput(serializers.Serializer[Any]):
    """One version of what the executor may do. No category: every one; no ceiling: no measure that moves money."""

    ref = serializers.CharField()
    no = serializers.IntegerField()
    state = serializers.SerializerMethodField()
    effective_from = serializers.DateTimeField()
    effective_until = serializers.DateTimeField(allow_null=True)
    measures = MandateMeasureOutput(many=True, source="measures.all")
    rules = Computed(lambda row: sorted(entry.rule.code for entry in row.rules.all()), list[str])
    categories = Computed(lambda row: sorted(entry.category for entry in row.categories.all()), list[str])
    ceiling = Amount()
    ended_because = serializers.CharField()

    @extend_schema_field(Coded)
    def get_state(self, row: Mandate) -> Any:
        code = mandate_state(row, now=self.context["call"].now)
        return coded(code, label=MANDATE[code])


class ExecutorRowOutput(serializers.Serializer[Any]):
    """An executor in a list; `due_at` is when its contract ends."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(ExecutorState)
    state_reason = serializers.CharField()
    state_since = serializers.DateTimeField()
    kind = Code(ExecutorKind)
    name = Computed(outward_name, str, help_text="The organisation's name; of an individual the code.")
    party = serializers.CharField(source="party.ref")
    may_act = serializers.BooleanField()
    contract = ContractOutput(source="*")


class ExecutorOutput(ExecutorRowOutput):
    """An executor with everything that was agreed with it, and its people by their codes."""

    people = serializers.SerializerMethodField(help_text="Those whom the reader may see: a lead the team's.")
    mandates = MandateOutput(many=True, source="mandates.all")
    processing_terms = ProcessingTermsOutput(many=True, source="processing_terms.all")
    sub_processors = SubProcessorOutput(many=True, source="sub_processors.all")
    pay_terms = PayTermOutput(many=True, source="pay_terms.all")
    turn = Computed(turn_of, str)
    due_at = Computed(lambda row: None if row.state == ExecutorState.ENDED else row.contract_until, datetime | None)
    actions = serializers.SerializerMethodField()

    @extend_schema_field(ExecutorPersonOutput(many=True))
    def get_people(self, row: Executor) -> Any:
        actor = self.context["call"].actor
        shown = row.people.all() if is_the_platform_s(actor) else people_for(actor).filter(executor=row)
        return ExecutorPersonOutput(shown, many=True).data

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: Executor) -> list[dict[str, Any]]:
        return actions_of(self.context, row, "executors/<str:ref>/")


# — training —


class RuleVersionRefOutput(serializers.Serializer[Any]):
    """A version of a platform rule."""

    rule = serializers.CharField(source="rule.ref")
    code = serializers.CharField(source="rule.code")
    name = serializers.CharField(source="rule.name")
    version = serializers.CharField(source="number")
    effective_from = serializers.DateTimeField()
    effective_to = serializers.DateTimeField(allow_null=True)


class QuestionOutput(serializers.Serializer[Any]):
    """A question as it is put; which option is right is told with the result."""

    no = serializers.IntegerField()
    text = serializers.CharField()
    options = Computed(lambda row: list(row.option_texts(get_language() or "")), list[str])


class CurriculumRowOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    edition = serializers.IntegerField(source="no")
    rule_version = RuleVersionRefOutput()
    level = serializers.IntegerField()
    title = serializers.CharField()
    hours = serializers.IntegerField()
    pass_percent = serializers.IntegerField()
    valid_days = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)


class CurriculumOutput(CurriculumRowOutput):
    """What to know of one rule version at one level, in the reader's language. The questions come with an attempt."""

    material = serializers.CharField()
    text_hash = serializers.CharField()
    questions = Computed(lambda row: len(row.questions.all()), int, help_text="How many there are.")


class AttemptAnswerOutput(serializers.Serializer[Any]):
    """What was chosen; once finished, which option is right and why."""

    question = QuestionOutput()
    chosen = serializers.IntegerField(allow_null=True)
    right = serializers.IntegerField(allow_null=True)
    explanation = serializers.CharField()


class AttemptOutput(serializers.Serializer[Any]):
    """A test as its taker sees it: answers are kept as they are given, and told right or wrong when it is finished."""

    ref = serializers.CharField()
    curriculum = CurriculumRowOutput()
    started_at = serializers.DateTimeField()
    saved_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    score = serializers.IntegerField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True)
    evidence_hash = serializers.CharField()
    answers = serializers.SerializerMethodField()
    certification = serializers.SerializerMethodField()

    @extend_schema_field(AttemptAnswerOutput(many=True))
    def get_answers(self, row: Attempt) -> Any:
        is_over = row.finished_at is not None
        rows = [
            {
                "question": question,
                "chosen": row.answers.get(str(question.no)),
                "right": question.right if is_over else None,
                "explanation": question.explanation if is_over else "",
            }
            for question in row.curriculum.questions.all()
        ]
        return AttemptAnswerOutput(rows, many=True, context=self.context).data

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_certification(self, row: Attempt) -> str | None:
        found = getattr(row, "certification", None)
        return None if found is None else str(found.ref)


class CertificationOutput(serializers.Serializer[Any]):
    """What one person may be trusted with. `ends_at` is the expiry, or sooner the end of the rule version it is for."""

    ref = serializers.CharField()
    executor = serializers.CharField(source="person.executor.ref")
    person = serializers.CharField(source="person.code")
    rule_version = RuleVersionRefOutput()
    level = serializers.IntegerField()
    state = serializers.SerializerMethodField()
    score = serializers.IntegerField(source="attempt.score")
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    ends_at = Computed(certificate_ends_at, datetime | None)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_because = serializers.CharField()

    @extend_schema_field(Coded)
    def get_state(self, row: Certification) -> Any:
        suspended = row.person.executor.state == ExecutorState.SUSPENDED
        code = certificate_state(row, now=self.context["call"].now, is_suspended=suspended)
        return coded(code, label=CERTIFICATE[code])


class MayOutput(serializers.Serializer[Any]):
    """A kind of measure that the reader may carry out now, on which rule, and until when."""

    measure_type = serializers.CharField()
    rule = serializers.CharField()
    until = serializers.DateTimeField()


class ExecutorMeOutput(serializers.Serializer[Any]):
    """The reader as somebody who works for an executor: what they may do now, and what waits for them."""

    code = serializers.CharField()
    is_lead = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    executor = ExecutorRowOutput()
    may = serializers.SerializerMethodField()
    certifications = serializers.SerializerMethodField(help_text="One's own, the newest of each rule and level.")

    def _certifications(self, row: ExecutorPerson) -> list[Certification]:
        rows = certifications_for(self.context["call"].actor).filter(person=row).order_by("-issued_at", "-pk")
        return newest_of_each(rows)

    @extend_schema_field(CertificationOutput(many=True))
    def get_certifications(self, row: ExecutorPerson) -> Any:
        return CertificationOutput(self._certifications(row), many=True, context=self.context).data

    @extend_schema_field(MayOutput(many=True))
    def get_may(self, row: ExecutorPerson) -> Any:
        call = self.context["call"]
        if not row.executor.may_act:
            return []
        mandate = mandate_in_force(executor_for(call.actor, row.executor.ref), now=call.now)
        allowed = [
            {"measure_type": measure, "rule": held.rule_version.rule.code, "until": _until(mandate, held)}
            for held in self._certifications(row)
            if held.is_in_force(call.now)
            for measure in measures_under(mandate, held)
        ]
        return MayOutput(allowed, many=True).data


def _until(mandate: Mandate | None, held: Certification) -> datetime:
    """When the mandate or the certification ends, whichever is first."""
    end = certificate_ends_at(held)
    return end if mandate is None or mandate.effective_until is None else min(end, mandate.effective_until)


# — instructions —


class InstructionOutput(serializers.Serializer[Any]):
    """An order to an executor. Without an executor it is the platform's own to carry out."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(InstructionState)
    kind = Code(InstructionKind)
    executor = serializers.CharField(source="executor.ref", default=None, allow_null=True)
    reverses = serializers.CharField(source="reverses.ref", default=None, allow_null=True)
    replaces = serializers.CharField(source="replaces.ref", default=None, allow_null=True)
    words = serializers.CharField()
    subject_number = serializers.CharField()
    subject_ref = serializers.CharField()
    measure_type = serializers.CharField()
    issued_at = serializers.DateTimeField(source="created_at")
    due_at = serializers.DateTimeField()
    is_late = serializers.SerializerMethodField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField(source="acknowledged_by.code", default=None, allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    completed_by = serializers.CharField(source="completed_by.code", default=None, allow_null=True)
    evidence = serializers.CharField()
    callback_id = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_because = serializers.CharField()
    turn = Computed(turn_of, str)
    actions = serializers.SerializerMethodField()

    def get_is_late(self, row: Instruction) -> bool:
        return row.is_late(self.context["call"].now)

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: Instruction) -> list[dict[str, Any]]:
        return actions_of(self.context, row, "instructions/<str:ref>/")


# — incidents —


class IncidentFileOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    caption = serializers.CharField()
    name = serializers.CharField(source="attachment.name")
    media_type = serializers.CharField(source="attachment.media_type")
    size = serializers.IntegerField(source="attachment.size")
    sha256 = serializers.CharField(source="attachment.sha256")
    added_by = serializers.CharField(source="added_by.code")
    added_at = serializers.DateTimeField()
    href = Computed(lambda row: f"/api/v1/incidents/{row.incident.ref}/files/{row.no}", str)


class FindingOutput(serializers.Serializer[Any]):
    """What a person of compliance found; a second one stands in its place where it was contested."""

    round = serializers.IntegerField()
    outcome = Code(FindingOutcome)
    error_class = Code(ErrorClass)
    reasons = serializers.CharField()
    corrective_step = serializers.CharField()
    officer = serializers.CharField(source="found_by.officer_code")
    found_at = serializers.DateTimeField()


class CompensationOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    amount = Amount()
    reference = serializers.CharField()
    words = serializers.CharField()
    paid_at = serializers.DateTimeField()


class ExecutedActOutput(serializers.Serializer[Any]):
    """What was done: by whom (a code), on whose order, with which tool, in which queue and shift."""

    ref = serializers.CharField()
    executor = serializers.CharField(source="executor.ref")
    person = serializers.CharField(source="person.code")
    mandate = serializers.CharField(source="mandate.ref")
    instruction = serializers.CharField(source="instruction.ref", default=None, allow_null=True)
    tool_version = serializers.CharField()
    queue = serializers.CharField()
    shift = serializers.CharField()
    category = serializers.CharField()
    acted_at = serializers.DateTimeField()


class HarmedOutput(serializers.Serializer[Any]):
    """To whom it was done. The executor reads a masked number alone, and neither reference nor name."""

    number = serializers.CharField(help_text="The party's number in the platform's own system, or what is shown of it.")
    party = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)


class NoticeRefOutput(serializers.Serializer[Any]):
    """The notice that was overturned; the executor reads its number alone."""

    number = serializers.CharField(source="subject_number")
    ref = serializers.CharField(source="subject_ref", allow_null=True)


class IncidentRowOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(IncidentState)
    act = ExecutedActOutput()
    notice = serializers.SerializerMethodField()
    harmed = serializers.SerializerMethodField()
    source = Code(OutcomeSource, source="outcome.source")
    error_class = Code(ErrorClass, source="outcome.error_class")
    decided_at = serializers.DateTimeField(source="outcome.decided_at")
    opened_at = serializers.DateTimeField(source="created_at")
    explain_by = serializers.DateTimeField()
    finding = Code(FindingOutcome, allow_null=True)
    turn = Computed(turn_of, str)
    due_at = Computed(due_at_of, datetime | None)

    @extend_schema_field(HarmedOutput)
    def get_harmed(self, row: Incident) -> Any:
        if not is_the_platform_s(self.context["call"].actor):
            return {"number": masked(row.party.external_ref), "party": None, "name": None}
        return {"number": row.party.external_ref, "party": row.party.ref, "name": row.party.name}

    @extend_schema_field(NoticeRefOutput)
    def get_notice(self, row: Incident) -> Any:
        shown = row.subject_ref if is_the_platform_s(self.context["call"].actor) else None
        return {"number": row.subject_number, "ref": shown}


class IncidentOutput(IncidentRowOutput):
    """An incident as this reader sees it. What the platform paid the harmed party is shown to the platform alone."""

    explanation = serializers.CharField()
    explained_at = serializers.DateTimeField(allow_null=True)
    explained_by = serializers.CharField(source="explained_by.code", default=None, allow_null=True)
    files = IncidentFileOutput(many=True, source="files.all")
    findings = FindingOutput(many=True, source="findings.all")
    contest_by = serializers.DateTimeField(allow_null=True)
    contest = serializers.CharField(source="contest_reasons")
    contested_at = serializers.DateTimeField(allow_null=True)
    contested_by = serializers.CharField(source="contested_by.code", default=None, allow_null=True)
    compensations = serializers.SerializerMethodField()
    recourse = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    @extend_schema_field(CompensationOutput(many=True))
    def get_compensations(self, row: Incident) -> Any:
        shown = row.compensations.all() if is_the_platform_s(self.context["call"].actor) else ()
        return CompensationOutput(shown, many=True, context=self.context).data

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_recourse(self, row: Incident) -> str | None:
        recourse = getattr(row, "recourse", None)
        return None if recourse is None else str(recourse.ref)

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: Incident) -> list[dict[str, Any]]:
        return actions_of(self.context, row, "incidents/<str:ref>/")


# — recourse —


class RecourseEntryOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    kind = Code(EntryKind)
    amount_minor = serializers.IntegerField()
    reference = serializers.CharField()
    words = serializers.CharField()
    at = serializers.DateTimeField()


class RecourseOutput(serializers.Serializer[Any]):
    """A claim of the platform against an executor, with its ledger. `open` is what is neither paid nor given up."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(RecourseState)
    incident = serializers.CharField(source="incident.ref")
    executor = serializers.CharField(source="executor.ref")
    claimed = Amount()
    open = serializers.SerializerMethodField()
    words = serializers.CharField()
    claimed_at = serializers.DateTimeField(source="created_at")
    dispute = serializers.CharField(source="dispute_reasons")
    disputed_at = serializers.DateTimeField(allow_null=True)
    disputed_by = serializers.CharField(source="disputed_by.code", default=None, allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    entries = RecourseEntryOutput(many=True, source="entries.all")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(Money)
    def get_open(self, row: Recourse) -> Any:
        ended = sum(entry.amount_minor for entry in row.entries.all() if entry.kind in ENDS_A_PART)
        return money(row.claimed_minor - ended if row.is_open else 0, row.currency)

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: Recourse) -> list[dict[str, Any]]:
        return actions_of(self.context, row, "recourses/<str:ref>/")


# — how an executor does —


class ShareOutput(serializers.Serializer[Any]):
    """A share of decided acts with its 95 % interval. Under thirty only their number is said."""

    of = serializers.IntegerField()
    found = Computed(lambda share: share.found if share.is_shown else None, int | None)
    rate = serializers.FloatField(source="value", allow_null=True)
    low = Computed(lambda share: None if share.interval is None else share.interval[0], float | None)
    high = Computed(lambda share: None if share.interval is None else share.interval[1], float | None)


class ErrorShareOutput(serializers.Serializer[Any]):
    error_class = Computed(lambda row: coded(row[0], ErrorClass), Coded())
    share = Computed(lambda row: ShareOutput(row[1]).data, ShareOutput())


class SuspensionTestOutput(serializers.Serializer[Any]):
    """Where the test stands that suspends at `needed`: how often it errs, and since when it counts."""

    accepted = serializers.FloatField()
    false_alarm = serializers.FloatField()
    since = serializers.DateTimeField(allow_null=True)
    decided = serializers.IntegerField()
    overturned = serializers.IntegerField()
    evidence = serializers.FloatField()
    needed = serializers.FloatField()


class QualityOutput(serializers.Serializer[Any]):
    """How often decided appeals overturned what was done, in what, beside everybody's; of a person without the test."""

    executor = serializers.CharField(source="executor.ref")
    person = serializers.CharField(source="person.code", default=None, allow_null=True)
    overturned = ShareOutput()
    recent = ShareOutput(help_text="Of the last 90 days.")
    by_error_class = ErrorShareOutput(many=True, source="by_class")
    everybody = ShareOutput(source="pool")
    second_looks = ShareOutput(help_text="Of the acts drawn by chance: those a second reader would have done the same.")
    test = SuspensionTestOutput(allow_null=True)
