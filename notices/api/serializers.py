"""Notices and remedies as JSON."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.models import PartyKind
from casework.actor import ActorKind
from notices.arithmetic import lines_of
from notices.machine import NoticeState, PublicationState, SiblingState
from notices.models import (
    Automation,
    Axis,
    BasisKind,
    BreachKind,
    DetectionSource,
    Disclosure,
    Exhibit,
    Measure,
    MeasureState,
    Notice,
    Publication,
    Remedy,
    RemedyKind,
    RemedyState,
    SharedCause,
    SiblingReview,
    overturn_of,
)
from notices.queries import exhibit_copy
from notices.verbs import actions_for
from rules.api.counsel import SignatureOutput
from surfaces.api.serializers import (
    OLD_FILE,
    Action,
    Amount,
    Code,
    Coded,
    Computed,
    FileOutput,
    TranslationOutput,
    coded,
    file_shown,
)
from surfaces.api.verbs import shown_actions

OUTSIDE_REMEDIES = (_("mediation"), _("arbitration, where agreed"), _("a court"))


def outside_remedies(notice: Notice) -> list[str]:
    """Where else the party of the notice can turn. A complaint is for consumers; who trades reports instead."""
    is_consumer = notice.party.kind == PartyKind.CONSUMER
    first = _("a complaint to 12315") if is_consumer else _("a report to the market regulator")
    return [str(each) for each in (first, *OUTSIDE_REMEDIES)]


@extend_schema_field({"$ref": "#/components/schemas/Problem"})
class ProblemOutput(serializers.JSONField):
    """A refusal within an answer."""


class MeasureTypeOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    axis = Code(Axis)
    label = serializers.CharField()
    restores = serializers.CharField()
    is_high_stakes = serializers.BooleanField()
    version = serializers.IntegerField(
        source="newest.no",
        allow_null=True,
        default=None,
        help_text=_("measures keep the version they were served under"),
    )


class ObjectOutput(serializers.Serializer[Any]):
    """What a measure is about, in the platform's own words."""

    kind = serializers.CharField(source="object_kind")
    ref = serializers.CharField(source="object_ref")
    label = serializers.CharField(source="object_label")


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "formula": {"type": "string"},
            "inputs": {"type": "object"},
            "cap_minor": {"type": ["integer", "null"]},
            "cap_basis": {"type": ["integer", "null"]},
            "result_minor": {"type": "integer"},
            "loss_minor": {"type": ["integer", "null"]},
            "loss_basis": {"type": "string"},
        },
    }
)
class CalculationOutput(serializers.JSONField):
    """How an amount was reached, as the platform stated it. Names stand in one order on both databases."""

    def to_representation(self, value: Any) -> Any:
        return _in_order(super().to_representation(value))


def _in_order(value: Any) -> Any:
    return {name: _in_order(value[name]) for name in sorted(value)} if isinstance(value, dict) else value


class MeasureOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    type = Computed(lambda row: coded(row.type_id, label=row.kind.label), Coded())
    axis = Code(Axis, source="kind.axis")
    object = ObjectOutput(source="*")
    scope = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    amount = Amount()
    calculation = CalculationOutput(allow_null=True)
    working = Computed(
        lambda row: list(lines_of(row.calculation)),
        list[str],
        help_text=_("the calculation with its values put in, line by line"),
    )
    warnings = serializers.SerializerMethodField(
        help_text=_("`above-loss`: the amount lies far above the recorded loss; parties are not told")
    )
    state = Code(MeasureState)

    @extend_schema_field(Coded(many=True))
    def get_warnings(self, row: Measure) -> list[dict[str, str] | None]:
        actor = self.context["call"].actor
        is_told = actor is not None and actor.kind is not ActorKind.PARTY
        return [coded("above-loss", label=row.warning)] if is_told and row.warning else []


class BasisOutput(serializers.Serializer[Any]):
    kind = Code(BasisKind)
    name = serializers.CharField()
    clause = serializers.CharField(source="clause_number")
    version = serializers.CharField(source="version_number")
    text = serializers.CharField()
    text_zh = serializers.CharField()
    text_en = serializers.CharField()
    text_hash = serializers.CharField()
    is_gist = serializers.BooleanField(
        help_text=_("the text says in our own words what a law article says; do not quote it")
    )
    is_signed_by_counsel = serializers.BooleanField(help_text="Whether counsel signed the wording that it quotes.")
    signatures = SignatureOutput(many=True, help_text="Of counsel under that wording, the newest first.")


@extend_schema_serializer(deprecate_fields=("file",))
class ExhibitOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    caption = serializers.CharField()
    excerpt = serializers.CharField()
    captured_at = serializers.DateTimeField()
    sha256 = serializers.CharField()
    attachment = serializers.SerializerMethodField()
    file = Computed(
        lambda row: f"/api/v1/notices/{row.notice.ref}/evidence/{row.no}" if row.attachment_id else None,
        str | None,
        help_text=OLD_FILE,
    )

    @extend_schema_field(FileOutput(allow_null=True))
    def get_attachment(self, row: Exhibit) -> Any:
        if row.attachment is None:
            return None
        copy = exhibit_copy(self.context["call"].actor, row.attachment)
        return file_shown(copy, f"notices/{row.notice.ref}/evidence/{row.no}")


class RemedyOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    notice = serializers.CharField(source="notice.ref")
    external_ref = serializers.CharField(source="notice.external_ref")
    party = serializers.CharField(source="notice.party.ref")
    measure = serializers.IntegerField(source="measure.no")
    kind = Code(RemedyKind)
    what = serializers.CharField(source="measure.kind.restores")
    amount = Amount()
    due_at = serializers.DateTimeField()
    state = Code(RemedyState)
    is_late = serializers.SerializerMethodField()
    settled_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()

    def get_is_late(self, row: Remedy) -> bool:
        return row.is_late(self.context["call"].now)


class BrokenArticleOutput(serializers.Serializer[Any]):
    """The illegal act: an article of a law and what it says, in its wording or in our own words (`is_gist`)."""

    name = serializers.CharField()
    article = serializers.CharField(source="clause_number")
    text = serializers.CharField()
    is_gist = serializers.BooleanField()


class PublishedMeasureOutput(serializers.Serializer[Any]):
    type = Computed(lambda row: coded(row.type_id, label=row.kind.label), Coded())
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    state = Code(MeasureState)


class PublicRecordOutput(serializers.Serializer[Any]):
    """A merchant's illegal act as everybody may read it: shop, act and measures, and no other word."""

    what_was_done = serializers.CharField(
        source="act", help_text="In one sentence; empty in records of before it was asked for."
    )
    ref = serializers.CharField()
    number = serializers.CharField()
    state = Code(PublicationState)
    shop = serializers.CharField(source="shop_name")
    act = BrokenArticleOutput(many=True, source="notice.articles", help_text="The articles that it breaks.")
    measures = PublishedMeasureOutput(many=True, source="notice.measures")
    published_at = serializers.DateTimeField(allow_null=True)
    corrected_at = serializers.DateTimeField(allow_null=True)


class PublicationOutput(PublicRecordOutput):
    """A public record as staff see it, before and after it is public."""

    version = serializers.IntegerField()
    notice = serializers.CharField(source="notice.ref")
    opened_at = serializers.DateTimeField(source="created_at")
    due_at = serializers.DateTimeField()
    is_late = serializers.SerializerMethodField()
    published_by = serializers.CharField(source="published_by.officer_code", default="")
    regulator = serializers.CharField()
    receipt = serializers.CharField()
    reported_at = serializers.DateTimeField(allow_null=True)
    reported_by = serializers.CharField(source="reported_by.officer_code", default="")
    actions = serializers.SerializerMethodField()

    def get_is_late(self, row: Publication) -> bool:
        return row.is_late(self.context["call"].now)

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: Publication) -> list[dict[str, Any]]:
        call = self.context["call"]
        return shown_actions(actions_for(call.actor, row, now=call.now), "publications/<str:ref>/", ref=row.ref)


class OwnPublicationOutput(serializers.Serializer[Any]):
    """What the party of a notice knows of the public record of it."""

    state = Code(PublicationState)
    due_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)


class AddresseeOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    kind = Code(PartyKind)
    name = serializers.CharField()


class DetectionOutput(serializers.Serializer[Any]):
    source = Code(DetectionSource, source="detection_source")
    tool = serializers.CharField(source="detection_tool")


class NoticeDeciderOutput(serializers.Serializer[Any]):
    """Who and what decided: a person by their outward code (empty when none did), and the tool that took part."""

    officer = serializers.CharField(source="decider_code")
    tool = serializers.CharField(source="decision_tool")


class AutomationOutput(serializers.Serializer[Any]):
    """From what the two levels follow. Nobody types them: they are worked out from this wherever they are shown."""

    found_by_tool = serializers.CharField(source="detection_tool")
    tools = Computed(lambda row: [row.decision_tool] if row.decision_tool else [], list[str])
    person = serializers.CharField(source="decider_code")
    opened = serializers.ListField(child=serializers.IntegerField(), source="opened_exhibits", allow_null=True)
    is_recorded = Computed(
        lambda row: row.disclosure == Disclosure.RECORDED,
        bool,
        help_text=_("false: who decided and what was opened is the platform's statement, and not on record"),
    )
    disclosure = Code(Disclosure)
    said = Computed(lambda row: row.disclosed, str, help_text=_("the same as the notice's page says"))


class ActOutput(serializers.Serializer[Any]):
    """The entrusted third party that acted: its name (of an individual only the code) and who of it, by code.

    The platform answers for it; a claim is never against the third party.
    """

    name = serializers.CharField(source="outward_name")
    person = serializers.CharField(source="person.code")
    act = serializers.CharField(source="ref")
    mandate = serializers.CharField(source="mandate.ref")


def waits_for_party(row: Notice) -> bool:
    """Whether it can be appealed against now."""
    return row.is_in_effect and row.state != NoticeState.UNDER_APPEAL


def _publication(row: Notice) -> Any:
    found = getattr(row, "publication", None) if row.breach_kind == BreachKind.LAW else None
    return None if found is None else OwnPublicationOutput(found).data


class EarlierNoticeOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    number = serializers.CharField()


class OverturnOutput(serializers.Serializer[Any]):
    """The decision against which the notice says what it says."""

    number = serializers.CharField(source="cause_number")
    reasons = serializers.CharField()
    settled_at = serializers.DateTimeField()


class ContradictionOutput(serializers.Serializer[Any]):
    """A revoked notice about the same, why it was revoked, and what came to light since."""

    notice = serializers.CharField(source="contradicts.ref")
    number = serializers.CharField(source="contradicts.number")
    decision = Computed(lambda row: OverturnOutput(overturn_of(row.contradicts)).data, OverturnOutput())
    what_is_new = serializers.CharField()


class NoticeOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    number = serializers.CharField()
    external_ref = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(NoticeState)
    party = AddresseeOutput()
    language = serializers.CharField()
    facts = serializers.CharField()
    reasons = serializers.CharField()
    basis = BasisOutput(many=True, source="bases")
    measures = MeasureOutput(many=True)
    evidence = ExhibitOutput(many=True, source="exhibits")
    conduct_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField()
    breach_kind = Code(BreachKind)
    is_precautionary = serializers.BooleanField()
    continues_during_appeal = serializers.BooleanField()
    is_paused = serializers.BooleanField(
        help_text="Whether the open appeal pauses the measures now; one that was filed again without anything new, or "
        "beyond the promised number (`appeal_pauses` of `GET terms`), pauses nothing."
    )
    pauses_used = serializers.IntegerField(source="pauses", help_text="How many appeals paused them so far.")
    automated_detection = serializers.BooleanField()
    detection = DetectionOutput(source="*")
    automated_decision = Code(Automation)
    decided_by = NoticeDeciderOutput(source="*")
    automation = AutomationOutput(source="*")
    data_used = serializers.CharField()
    data_not_used = serializers.CharField()
    rests_on = Computed(
        lambda row: EarlierNoticeOutput([g.earlier for g in row.grounds.all()], many=True).data,
        EarlierNoticeOutput(many=True),
    )
    contradicts = Computed(
        lambda row: None if row.contradicts_id is None else ContradictionOutput(row).data,
        ContradictionOutput(allow_null=True),
    )
    third_party = serializers.CharField()
    executor = ActOutput(source="act", allow_null=True)
    publication = Computed(lambda row: _publication(row), OwnPublicationOutput(allow_null=True))
    served_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    appeal_closes_at = serializers.DateTimeField()
    edition = serializers.IntegerField()
    withdrawn_reason = serializers.CharField()
    text_hash = serializers.CharField()
    remedies = RemedyOutput(many=True)
    outside_remedies = Computed(
        lambda row: outside_remedies(row),
        list[str],
        help_text="A complaint to 12315 is for consumers; a merchant is told of a report instead.",
    )
    turn = Computed(lambda row: "party" if waits_for_party(row) else "", str)
    due_at = Computed(lambda row: row.appeal_closes_at if waits_for_party(row) else None, datetime | None)
    actions = serializers.SerializerMethodField()

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: Notice) -> list[dict[str, Any]]:
        call = self.context["call"]
        if call.actor is None:
            return []
        return shown_actions(actions_for(call.actor, row, now=call.now), "notices/<str:ref>/", ref=row.ref)


class NoticeTranslationsOutput(serializers.Serializer[Any]):
    items = TranslationOutput(many=True)


class IssuedRefOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    number = serializers.CharField()
    external_ref = serializers.CharField()


class IssuedOutput(serializers.Serializer[Any]):
    """One row's result: the notice, or the problem that stood against it, its pointers within that row."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    notice = IssuedRefOutput(allow_null=True)
    problem = ProblemOutput(allow_null=True)
    warnings = Coded(many=True)


class BatchOutput(serializers.Serializer[Any]):
    results = IssuedOutput(many=True)


class AttachmentOutput(serializers.Serializer[Any]):
    ref = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    name = serializers.CharField()
    uploaded_at = serializers.DateTimeField()


class SharedCauseOutput(serializers.Serializer[Any]):
    """What the notice shares with one that was wrong, and the incident, executor, appeal or second look from which that
    is known. `clause` is empty but for a tool of the platform.
    """

    kind = Code(SharedCause, source="cause_kind")
    value = serializers.CharField(source="cause_value")
    clause = serializers.CharField(source="clause_name")
    origin = serializers.CharField(source="origin_ref")
    origin_number = serializers.CharField()


class SiblingOutput(serializers.Serializer[Any]):
    """A notice that waits to be looked at again by a person; it stands until then."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(SiblingState)
    notice = serializers.CharField(source="notice.ref")
    notice_number = serializers.CharField(source="notice.number")
    executor = ActOutput(source="notice.act", allow_null=True)
    cause = SharedCauseOutput(source="*")
    opened_at = serializers.DateTimeField(source="created_at")
    decided_at = serializers.DateTimeField(allow_null=True)
    officer = serializers.CharField(source="decided_by.officer_code", default="")
    reasons = serializers.CharField()
    actions = serializers.SerializerMethodField()

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: SiblingReview) -> list[dict[str, Any]]:
        call = self.context["call"]
        return shown_actions(actions_for(call.actor, row, now=call.now), "sibling-reviews/<str:ref>/", ref=row.ref)
