"""Rules as JSON."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import StaffRoleName
from rules import queries
from rules.choices import VALUES, Unit
from rules.commands import Assessment, ClauseText, Consultation, RequiredDraft, TermDraft
from rules.counsel import is_signed, signatures_of_version
from rules.how_made import how_made
from rules.models import (
    Binds,
    Clause,
    ClauseTerm,
    Consent,
    Disposition,
    Impact,
    Opinion,
    PlannedTalk,
    PlatformRule,
    Rulemaking,
    RuleTalk,
    RuleVersion,
    TalkPoint,
    TalkSide,
)
from rules.required import REQUIREMENTS
from surfaces.api.described import Output, Shown, columns
from surfaces.api.inputs import Boolean, Choice, Input, Integer, Line, Moment, Name, Text
from surfaces.api.serializers import Code, Computed, ForReader


class ClauseTermOutput(Output):
    """A value that the clause promises; its text says the same, put there at publication."""

    shown = columns(ClauseTerm, lambda c: (c.key, c.amount, c.unit))


class TermOutput(ClauseTermOutput):
    """A promise as it stands at a moment, and the clause that makes it; null where the shipped value holds."""

    text = serializers.CharField(source="said", help_text=_("the value in words, as clauses, letters and pages say it"))
    label = serializers.CharField(source="promise.label")
    whose = serializers.CharField(source="promise.whose")
    rule = serializers.CharField(allow_null=True)
    version = serializers.CharField(allow_null=True)
    clause = serializers.CharField(allow_null=True)


class QuotaOutput(serializers.Serializer[Any]):
    """What the party can use within one day, and how much of it is used."""

    term = TermOutput(help_text="what is promised, and the clause that promises it")
    used = serializers.IntegerField(help_text="times; of files, bytes")
    most = serializers.IntegerField(help_text="in the same")
    renews_at = serializers.DateTimeField()


class PartyLimitsOutput(serializers.Serializer[Any]):
    """What a party can use: within a day, of one case, and requests of each of its people within a minute."""

    today = QuotaOutput(many=True, help_text="each quota of a day in Beijing")
    case_bytes = serializers.IntegerField(help_text="files of one side of one case together")
    reads_a_minute = serializers.IntegerField(help_text="GET by each person of the party")
    writes_a_minute = serializers.IntegerField(help_text="POST by each person of the party")


class ClauseOutput(Output):
    shown = columns(
        Clause,
        lambda c: (c.number, c.title, c.text, c.text_zh, c.text_en, c.is_major_interest, c.text_hash),
    )
    terms = ClauseTermOutput(many=True, source="terms.all")


class VersionSummary(Output):
    shown = columns(RuleVersion, lambda r: (r.number, r.effective_from, r.effective_to, r.summary))
    published_at = serializers.DateTimeField()


class ConsultationHeldOutput(serializers.Serializer[Any]):
    opened_at = serializers.DateTimeField(source="consulted_from")
    closed_at = serializers.DateTimeField(source="consulted_until")
    address = serializers.CharField(source="consulted_where")
    summary = serializers.CharField(source="consultation_summary")


class ForcedStartOutput(serializers.Serializer[Any]):
    instrument = serializers.CharField(source="forced_by.instrument")
    article = serializers.CharField(source="forced_by.article")
    name = serializers.CharField(source="forced_by.name")
    reason = serializers.CharField(source="version.forced_reason")
    approved_by = serializers.CharField(source="approver")


class TalkPointOutput(Output):
    shown = columns(TalkPoint, lambda t: (t.side, t.text, t.disposition, t.reason))


class TalkParticipants(serializers.Serializer[Any]):
    side = Code(TalkSide)
    count = serializers.IntegerField()


def _counts(talk: RuleTalk | PlannedTalk | None) -> list[dict[str, Any]]:
    return [{"side": side, "count": count} for side, count in talk.participants.items()] if talk is not None else []


class PlannedTalkOutput(Output):
    """A meeting, talk or survey that was announced; `called_off_at` and the reason where it is not held."""

    shown = columns(
        PlannedTalk,
        lambda p: (p.kind, p.planned_for, p.subject, p.how, p.called_off_at, p.called_off_reason),
        how=_("how to take part"),
        called_off_reason=_("why it is not held; empty where it was not called off"),
    )
    invited = Shown(TalkParticipants, lambda plan, _call: _counts(plan), many=True)


class TalkOutput(Output):
    """A meeting, talk or survey about the rule; who took part is said by kind alone."""

    shown = columns(RuleTalk, lambda r: (r.kind, r.held_on, r.subject))
    participants = Shown(TalkParticipants, lambda talk, _call: _counts(talk), many=True)
    invited = Shown(
        TalkParticipants,
        lambda talk, _call: _counts(getattr(talk, "planned", None)),
        many=True,
        help_text=_("how many of each kind were invited; empty where it was not announced here"),
    )
    points = TalkPointOutput(many=True, source="points.all")


class ChangedClauseOutput(serializers.Serializer[Any]):
    """A clause that reads otherwise than it was consulted on, with what explains it."""

    clause = serializers.CharField(source="number")
    was = serializers.CharField(source="was.text", default="", help_text=_("empty where the clause is new"))
    now = serializers.CharField(source="now.text", default="", help_text=_("empty where the clause was dropped"))
    opinion = serializers.IntegerField(source="explained.opinion.no", allow_null=True, default=None)
    said = serializers.CharField(source="explained.opinion.text", default="", help_text=_("the opinion, as it came"))
    answer = serializers.CharField(source="explained.opinion.reason", default="")
    correction = serializers.CharField(source="explained.correction", default="")


class HowMadeOutput(serializers.Serializer[Any]):
    opinions = serializers.IntegerField(
        allow_null=True, help_text=_("how many opinions came; null where the consultation was held elsewhere")
    )
    record = serializers.CharField(source="address", help_text=_("where the record of the consultation can be read"))
    approved_by_role = Code(StaffRoleName, source="approver_role", allow_null=True)
    approved_by = serializers.CharField(source="approver", help_text=_("role and code of the officer, never a name"))
    approved_at = serializers.DateTimeField(allow_null=True)
    changed = ChangedClauseOutput(
        many=True,
        allow_null=True,
        help_text=_("what changed after the consultation; null where the text that was consulted on is not on record"),
    )
    talks = TalkOutput(many=True, help_text=_("meetings and surveys about it, and what became of what was said"))
    forced_start = ForcedStartOutput(
        source="forced", allow_null=True, help_text=_("the law that made it start before its publicity was over")
    )

    def to_representation(self, instance: RuleVersion) -> Any:
        return super().to_representation(how_made(instance))


class VersionOutput(VersionSummary):
    rule = serializers.CharField(source="rule.ref")
    shown = columns(
        RuleVersion,
        lambda r: (
            *(r.rule.code, r.rule.name, r.text_hash, r.made, r.is_major, r.binds, r.transition, r.old_for),
            *(r.old_until, r.consent, r.neutral_reason, r.withdrawn_at),
        ),
        is_major=_("whether the longer terms of consultation and publicity held"),
        consent=_("what the silence of those who were here at publication means"),
        neutral_reason=_("why it burdens nobody, where nobody is asked to agree"),
    )
    clauses = ClauseOutput(many=True)
    consultation = ConsultationHeldOutput(source="held", allow_null=True)
    how_made = HowMadeOutput(source="*")
    is_signed_by_counsel = Computed(
        lambda version: is_signed(signatures_of_version(version), version.text_hash),
        bool,
        help_text=_("whether counsel signed this very text; GET counsel-signatures has the history"),
    )


class DraftClauseOutput(serializers.Serializer[Any]):
    number = serializers.CharField()
    title_zh = serializers.CharField()
    title_en = serializers.CharField()
    text_zh = serializers.CharField()
    text_en = serializers.CharField()
    is_major_interest = serializers.BooleanField()


class ConsultationSummary(Output):
    """A draft that everybody can comment on, or could."""

    shown = columns(
        Rulemaking,
        lambda r: (r.ref, r.number, r.rule_version.rule.name, r.rule_version.is_major, r.rule_version.summary),
        summary=_("what changes"),
    )
    rule = serializers.CharField(source="rule_version.rule.ref")
    version_number = serializers.CharField(source="rule_version.number")
    opened_at = serializers.DateTimeField(source="rule_version.consulted_from")
    closes_at = serializers.DateTimeField(source="rule_version.consulted_until")


class DispositionCount(serializers.Serializer[Any]):
    """How many opinions have this disposition; null: no answer yet."""

    disposition = Code(Disposition, allow_null=True)
    count = serializers.IntegerField()


class ConsultationOutput(ConsultationSummary):
    is_open = ForReader(lambda making, call: making.takes_opinions(call.now), bool)
    clauses = DraftClauseOutput(many=True, source="consulted_text")
    opinions = Shown(
        DispositionCount,
        lambda making, _call: [
            {"disposition": code, "count": count} for code, count in queries.opinion_counts(making).items()
        ],
        many=True,
    )
    consultation_summary = serializers.CharField(
        source="rule_version.consultation_summary", help_text=_("what came of it")
    )
    planned_talks = Shown(
        PlannedTalkOutput,
        lambda making, _call: making.planned_talks.filter(held_as=None),
        many=True,
        help_text=_("meetings and surveys that were announced and not held yet, or were called off"),
    )


class OpinionOutput(Output):
    shown = columns(
        Opinion,
        lambda o: (o.no, o.text, o.text_hash, o.submitted_at, o.disposition, o.reason, o.answered_at),
    )
    clause = serializers.CharField(source="clause_number", help_text=_("empty: about the whole draft"))


class SubmitOpinionInput(Input):
    clause = Line(max_length=20, allow_blank=True, default="", help_text=_("number of the clause it is about"))
    text = Text(max_length=4000)


class RuleOutput(Output):
    shown = columns(PlatformRule, lambda p: (p.ref, p.code, p.name, p.name_zh, p.name_en))
    versions = VersionSummary(many=True, source="history")


class ClauseTermInput(Input):
    key = Choice(choices=[(key, each.label) for key, each in VALUES.items()])
    amount = Integer(min_value=1, max_value=100_000)
    unit = Choice(choices=Unit.choices)


class ClauseInput(Input):
    number = Line(max_length=20)
    title_zh = Line(max_length=200, allow_blank=True, default="")
    title_en = Line(max_length=200, allow_blank=True, default="")
    text_zh = Text(max_length=8000)
    text_en = Text(max_length=8000)
    is_major_interest = Boolean(default=False)
    terms = ClauseTermInput(
        many=True,
        max_length=40,
        default=list,
        help_text=_("values that clocks read; the text prints each where it says {key}"),
    )


class ConsultationInput(Input):
    opened_at = Moment()
    closed_at = Moment()
    address = Line(max_length=300, help_text=_("where the draft could be read and commented on; https://"))
    record = Line(
        max_length=200, default="", help_text=_("name or number of the record of the consultation, and who keeps it")
    )
    summary_zh = Text(max_length=8000, help_text=_("which opinions came, and what became of them"))
    summary_en = Text(max_length=8000, allow_blank=True, default="")


class AssessmentInput(Input):
    impact = Choice(choices=Impact.choices, help_text=_("what the version means for existing users"))
    reason = Text(max_length=4000, help_text=_("why these features are there or not"))
    has_many_users = Boolean(default=False)
    has_many_changes = Boolean(default=False)
    touches_important_rights = Boolean(default=False)
    binds = Choice(
        choices=Binds.choices,
        default=Binds.EVERYBODY,
        help_text=_("who is told of the version, and may leave rather than accept it"),
    )
    transition_zh = Text(max_length=8000, allow_blank=True, default="")
    transition_en = Text(max_length=8000, allow_blank=True, default="")
    old_for = Choice(
        choices=Binds.choices,
        allow_blank=True,
        default="",
        help_text=_("for whom of those here at publication the version before goes on beside this one"),
    )
    old_until = Moment(allow_null=True, default=None, help_text=_("until when it goes on for them"))
    consent = Choice(
        choices=[(each, each.label) for each in (Consent.PUBLICITY, Consent.ASKED)],
        default=Consent.PUBLICITY,
        help_text=_("what the silence of those who were here at publication means"),
    )


class RequiredAnswerInput(Input):
    key = Choice(choices=[(each.key, each.says) for each in REQUIREMENTS])
    clause = Line(max_length=20, allow_blank=True, default="", help_text=_("number of the clause that says it"))
    reason = Text(max_length=1000, allow_blank=True, default="", help_text=_("or why none does"))


def _clause(values: Mapping[str, Any]) -> ClauseText:
    return ClauseText(**{**values, "terms": [TermDraft(**each) for each in values["terms"]]})


class PublishVersionInput(Input):
    code = Name(max_length=60, help_text=_("stable code of the rule, or its ref; an unknown code makes a new rule"))
    name_zh = Line(max_length=200)
    name_en = Line(max_length=200)
    number = Name(max_length=40)
    effective_from = Moment()
    summary_zh = Text(max_length=2000, allow_blank=True, default="")
    summary_en = Text(max_length=2000, allow_blank=True, default="")
    clauses = ClauseInput(many=True, max_length=200)
    consultation = ConsultationInput(
        required=False, allow_null=True, help_text=_("the public consultation; without one nothing is published")
    )
    assessment = AssessmentInput(
        required=False, allow_null=True, help_text=_("without it the longer terms of consultation and publicity hold")
    )
    required = RequiredAnswerInput(
        many=True,
        max_length=len(REQUIREMENTS),
        default=list,
        help_text=_("the check list of what the law wants clauses to say; a person can also answer it afterwards"),
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The keyword arguments of the command."""
        found = dict(values) | {"clauses": [_clause(clause) for clause in values["clauses"]]}
        if (held := found.pop("consultation", None)) is not None:
            renamed = {"opened_at": "since", "closed_at": "until", "address": "where"}
            found["consultation"] = Consultation(**{renamed.get(name, name): value for name, value in held.items()})
        if (assessment := found.pop("assessment", None)) is not None:
            found["assessment"] = Assessment(**assessment)
        found["required"] = [RequiredDraft(**each) for each in found["required"]]
        return found

    example: ClassVar[Mapping[str, Any]] = {
        "code": "dispatch-times",
        "name_zh": "发货时限规则",
        "name_en": "Dispatch Times Rule",
        "number": "2027-01",
        "effective_from": "2031-01-01T00:00:00+08:00",
        "clauses": [ClauseInput.example],
        "consultation": ConsultationInput.example,
        "assessment": AssessmentInput.example,
    }
