"""Notices and remedies as JSON."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.models import Party, PartyKind
from casework.actor import Actor, ActorKind
from files.models import Attachment
from notices.arithmetic import lines_of
from notices.described import BASIS, EXHIBIT, MEASURE, NOTICE, REMEDY
from notices.machine import NoticeState
from notices.models import (
    Axis,
    BreachKind,
    DetectionSource,
    Disclosure,
    Exhibit,
    Measure,
    Notice,
    Publication,
    SharedCause,
    SiblingReview,
    overturn_of,
)
from notices.queries import exhibit_copy
from notices.verbs import actions_for
from rules.api.counsel import SignatureOutput
from surfaces.api.described import Output, Shown, columns
from surfaces.api.serializers import (
    OLD_FILE,
    Amount,
    Code,
    Coded,
    Computed,
    FileOutput,
    ForReader,
    TranslationOutput,
    WebUrl,
    coded,
    file_shown,
)
from surfaces.api.verbs import Actions

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


class MeasureOutput(Output):
    shown = columns(MEASURE, without=("amount_minor",))
    type = Computed(lambda row: coded(row.type_id, label=row.kind.label), Coded())
    axis = Code(Axis, source="kind.axis")
    object = ObjectOutput(source="*")
    amount = Amount()
    calculation = CalculationOutput(allow_null=True)
    points = Computed(
        lambda row: row.points.amount if row.points else None,
        int | None,
        help_text=_("what it costs by the cited clause; null where it costs none"),
    )
    working = Computed(
        lambda row: list(lines_of(row.calculation)),
        list[str],
        help_text=_("the calculation with its values put in, line by line"),
    )
    warnings = ForReader(
        lambda row, call: _warnings(row, call.actor),
        Coded(many=True),
        help_text=_("`above-loss`: the amount lies far above the recorded loss; parties are not told"),
    )


def _warnings(row: Measure, actor: Actor | None) -> list[dict[str, str] | None]:
    is_told = actor is not None and actor.kind is not ActorKind.PARTY
    return [coded("above-loss", label=row.warning)] if is_told and row.warning else []


class BasisOutput(Output):
    shown = columns(BASIS, is_gist=_("the text says in our own words what a law article says; do not quote it"))
    name = serializers.CharField()
    clause = serializers.CharField(source="clause_number")
    version = serializers.CharField(source="version_number")
    text = serializers.CharField()
    is_signed_by_counsel = serializers.BooleanField(help_text="Whether counsel signed the wording that it quotes.")
    signatures = SignatureOutput(many=True, help_text="Of counsel under that wording, the newest first.")


@extend_schema_serializer(deprecate_fields=("file",))
class ExhibitOutput(Output):
    shown = columns(EXHIBIT)
    attachment = ForReader(lambda row, call: _exhibit_file(row, call.actor), FileOutput(allow_null=True))
    file = Computed(
        lambda row: f"/api/v1/notices/{row.notice.ref}/evidence/{row.no}" if row.attachment_id else None,
        str | None,
        help_text=OLD_FILE,
    )


def _exhibit_file(row: Exhibit, actor: Actor) -> dict[str, Any] | None:
    if row.attachment is None:
        return None
    return file_shown(exhibit_copy(actor, row.attachment), f"notices/{row.notice.ref}/evidence/{row.no}")


class RemedyOutput(Output):
    shown = columns(REMEDY, without=("amount_minor",))
    notice = serializers.CharField(source="notice.ref")
    external_ref = serializers.CharField(source="notice.external_ref")
    party = serializers.CharField(source="notice.party.ref")
    web_url = WebUrl("notices:detail", of=lambda row: row.notice)
    measure = serializers.IntegerField(source="measure.no")
    what = serializers.CharField(source="measure.kind.restores")
    amount = Amount()
    is_late = ForReader(lambda row, call: row.is_late(call.now), bool)


class BrokenArticleOutput(serializers.Serializer[Any]):
    """The illegal act: an article of a law and what it says, in its wording or in our own words (`is_gist`)."""

    name = serializers.CharField()
    article = serializers.CharField(source="clause_number")
    text = serializers.CharField()
    is_gist = serializers.BooleanField()


class PublishedMeasureOutput(Output):
    type = Computed(lambda row: coded(row.type_id, label=row.kind.label), Coded())
    shown = columns(Measure, lambda m: (m.starts_at, m.ends_at, m.state))


class PublicRecordOutput(Output):
    """A merchant's illegal act as everybody may read it: shop, act and measures, and no other word."""

    shown = columns(Publication, lambda p: (p.ref, p.number, p.state, p.published_at, p.corrected_at))
    what_was_done = serializers.CharField(
        source="act", help_text="In one sentence; empty in records of before it was asked for."
    )
    shop = serializers.CharField(source="shop_name")
    act = BrokenArticleOutput(many=True, source="notice.articles", help_text="The articles that it breaks.")
    measures = PublishedMeasureOutput(many=True, source="notice.measures")


class PublicationOutput(PublicRecordOutput):
    """A public record as staff see it, before and after it is public."""

    further = columns(Publication, lambda p: (p.version, p.due_at, p.regulator, p.receipt, p.reported_at))
    notice = serializers.CharField(source="notice.ref")
    opened_at = serializers.DateTimeField(source="created_at")
    is_late = ForReader(lambda row, call: row.is_late(call.now), bool)
    published_by = serializers.CharField(source="published_by.officer_code", default="")
    reported_by = serializers.CharField(source="reported_by.officer_code", default="")
    actions = Actions(actions_for, "publications/<str:ref>/")


class OwnPublicationOutput(Output):
    """What the party of a notice knows of the public record of it."""

    shown = columns(Publication, lambda p: (p.state, p.due_at, p.published_at))


class AddresseeOutput(Output):
    shown = columns(Party, lambda p: (p.ref, p.kind, p.name))


class DetectionOutput(serializers.Serializer[Any]):
    source = Code(DetectionSource, source="detection_source")
    tool = serializers.CharField(source="detection_tool")
    office = serializers.CharField(source="ordered_by")
    order_no = serializers.CharField()


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


def _publication(row: Notice) -> Publication | None:
    return getattr(row, "publication", None) if row.breach_kind == BreachKind.LAW else None


class EarlierNoticeOutput(Output):
    shown = columns(Notice, lambda n: (n.ref, n.number))


class OverturnOutput(serializers.Serializer[Any]):
    """The decision against which the notice says what it says."""

    number = serializers.CharField(source="cause_number")
    reasons = serializers.CharField()
    settled_at = serializers.DateTimeField()


class ContradictionOutput(Output):
    """A revoked notice about the same, why it was revoked, and what came to light since."""

    notice = serializers.CharField(source="contradicts.ref")
    number = serializers.CharField(source="contradicts.number")
    decision = Computed(lambda row: OverturnOutput(overturn_of(row.contradicts)).data, OverturnOutput())
    shown = columns(Notice, lambda n: (n.what_is_new,))


class NoticeOutput(Output):
    shown = columns(NOTICE)
    further = columns(
        Notice,
        lambda n: (
            *(n.language, n.continues_during_appeal, n.is_paused, n.data_used, n.data_not_used),
            *(n.third_party, n.edition),
        ),
        is_paused="Whether the open appeal pauses the measures now; one that was filed again without anything new, or "
        "beyond the promised number (`appeal_pauses` of `GET terms`), pauses nothing.",
    )
    party = AddresseeOutput()
    basis = BasisOutput(many=True, source="bases")
    measures = MeasureOutput(many=True)
    evidence = ExhibitOutput(many=True, source="exhibits")
    pauses_used = serializers.IntegerField(source="pauses", help_text="How many appeals paused them so far.")
    detection = DetectionOutput(source="*")
    decided_by = NoticeDeciderOutput(source="*")
    automation = AutomationOutput(source="*")
    rests_on = Shown(EarlierNoticeOutput, lambda row, _call: [g.earlier for g in row.grounds.all()], many=True)
    contradicts = Shown(ContradictionOutput, lambda row, _call: row if row.contradicts_id is not None else None)
    executor = ActOutput(source="act", allow_null=True)
    publication = Shown(OwnPublicationOutput, lambda row, _call: _publication(row))
    remedies = RemedyOutput(many=True)
    outside_remedies = Computed(
        lambda row: outside_remedies(row),
        list[str],
        help_text="A complaint to 12315 is for consumers; a merchant is told of a report instead.",
    )
    turn = Computed(lambda row: "party" if waits_for_party(row) else "", str)
    due_at = Computed(lambda row: row.appeal_closes_at if waits_for_party(row) else None, datetime | None)
    web_url = WebUrl("notices:detail")
    actions = Actions(actions_for, "notices/<str:ref>/")


class NoticeTranslationsOutput(serializers.Serializer[Any]):
    items = TranslationOutput(many=True)


class IssuedRefOutput(Output):
    shown = columns(Notice, lambda n: (n.ref, n.number, n.external_ref))


class IssuedOutput(serializers.Serializer[Any]):
    """One row's result: the notice, or the problem that stood against it, its pointers within that row."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    notice = IssuedRefOutput(allow_null=True)
    problem = ProblemOutput(allow_null=True)
    warnings = Coded(many=True)


class BatchOutput(serializers.Serializer[Any]):
    results = IssuedOutput(many=True)


class AttachmentOutput(Output):
    shown = columns(Attachment, lambda a: (a.ref, a.sha256, a.size, a.media_type, a.name, a.uploaded_at))


class SharedCauseOutput(serializers.Serializer[Any]):
    """What the notice shares with one that was wrong, and the incident, executor, appeal or second look from which that
    is known. `clause` is empty but for a tool of the platform.
    """

    kind = Code(SharedCause, source="cause_kind")
    value = serializers.CharField(source="cause_value")
    clause = serializers.CharField(source="clause_name")
    origin = serializers.CharField(source="origin_ref")
    origin_number = serializers.CharField()


class SiblingOutput(Output):
    """A notice that waits to be looked at again by a person; it stands until then."""

    shown = columns(SiblingReview, lambda s: (s.ref, s.number, s.version, s.state, s.decided_at, s.reasons))
    notice = serializers.CharField(source="notice.ref")
    notice_number = serializers.CharField(source="notice.number")
    executor = ActOutput(source="notice.act", allow_null=True)
    cause = SharedCauseOutput(source="*")
    opened_at = serializers.DateTimeField(source="created_at")
    officer = serializers.CharField(source="decided_by.officer_code", default="")
    actions = Actions(actions_for, "sibling-reviews/<str:ref>/")
