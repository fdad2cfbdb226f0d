"""What is sent about notices and remedies, as a body: shapes and sizes, nothing about the case."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import Language
from casework.actor import Actor
from casework.errors import Invalid
from notices import commands
from notices.arithmetic import MAX_FORMULA
from notices.machine import SiblingState
from notices.models import Axis, BasisKind, BreachKind, DetectionSource
from surfaces.api.inputs import (
    Boolean,
    Choice,
    Fen,
    Input,
    Integer,
    Items,
    Line,
    Moment,
    Name,
    Ref,
    Text,
    TranslateInput,
)
from surfaces.api.problems import field_errors
from surfaces.asks import Ask

MAX_INPUTS = 30
MAX_BATCH = 500


@extend_schema_field(
    {
        "type": "object",
        "maxProperties": MAX_INPUTS,
        "propertyNames": {"maxLength": 60},
        "additionalProperties": {
            "anyOf": [
                {"type": ["integer", "string"], "maxLength": 200},
                {
                    "type": "object",
                    "properties": {
                        "value": {"type": ["integer", "string"], "maxLength": 40},
                        "unit": {"type": "string", "maxLength": 20},
                    },
                    "required": ["value", "unit"],
                    "additionalProperties": False,
                },
            ]
        },
    }
)
class InputsField(serializers.DictField):
    """The values a formula was filled with: names to numbers, as a decimal in a text where they are not whole.

    A value says its unit as `{"value": "12.50", "unit": "CNY"}`: `CNY`, `fen`, `percent`, or what is counted. Without,
    a name that ends in `_minor` is in fen, one that ends in `(CNY)` or `（元）` in yuan, any other a plain number.
    """

    is_bounded = True
    child = serializers.JSONField()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict) or len(data) > MAX_INPUTS:
            raise ValidationError(_("Give at most 30 named values."), code="invalid")
        for name, value in data.items():
            has_unit = isinstance(value, dict) and value.keys() == {"value", "unit"}
            bare, longest = (value["value"], 40) if has_unit else (value, 200)
            is_number = isinstance(bare, int) and not isinstance(bare, bool) and abs(bare) < 2**53
            if len(name) > 60 or not (is_number or (isinstance(bare, str) and len(bare) <= longest)):
                raise ValidationError(_("Values are whole numbers or short texts."), code="invalid")
            if has_unit and not (isinstance(value["unit"], str) and len(value["unit"]) <= 20):
                raise ValidationError(_("A unit is a short text."), code="invalid")
        return dict(data)


class CalculationInput(Input):
    """How an amount came about. We evaluate the formula: `result_minor` is what it comes to, or the cap where that is
    less.
    """

    formula = Line(
        max_length=MAX_FORMULA,
        help_text=_("numbers, ¥ amounts, named values, + − × ÷, %, parentheses, min, max, round and floor (to fen)"),
    )
    inputs = InputsField()
    cap_minor = Fen(
        required=False,
        allow_null=True,
        min_value=0,
        help_text=_("the most that the cited clause or article allows; refused without"),
    )
    cap_basis = Integer(
        required=False, allow_null=True, min_value=1, help_text=_("number of the basis that sets the cap, from 1")
    )
    result_minor = Fen(min_value=0)
    loss_minor = Fen(
        required=False, allow_null=True, min_value=0, help_text=_("the loss, where the amount makes one good")
    )
    loss_basis = Line(
        required=False, max_length=400, allow_blank=True, help_text=_("what the loss consists of and what shows it")
    )


class MeasureInput(Input):
    type = Line(max_length=60, help_text=_("code of a measure type, see GET measure-types"))
    object_kind = Line(max_length=40)
    object_ref = Line(max_length=100)
    object_label = Line(max_length=200)
    scope = Line(max_length=500)
    starts_at = Moment()
    ends_at = Moment(allow_null=True, default=None)
    amount_minor = Fen(allow_null=True, default=None, min_value=0)
    currency = Choice(choices=["CNY"], default="CNY")
    calculation = CalculationInput(allow_null=True, default=None)
    points_basis = Integer(
        allow_null=True,
        default=None,
        min_value=1,
        help_text=_("number of the basis whose clause says how many points this costs and when they end, from 1"),
    )


class BasisInput(Input):
    kind = Choice(choices=BasisKind.choices)
    rule = Line(max_length=60, allow_blank=True, default="", help_text=_("code or ref of a platform rule"))
    clause = Line(max_length=20, allow_blank=True, default="")
    version = Line(
        max_length=40,
        allow_blank=True,
        default="",
        help_text=_("number of the rule's version; left out: the one in force at the conduct"),
    )
    instrument = Line(max_length=40, allow_blank=True, default="")
    article = Line(max_length=20, allow_blank=True, default="")
    name = Line(max_length=200, allow_blank=True, default="")
    text = Text(max_length=8000, allow_blank=True, default="")


class ExhibitInput(Input):
    caption = Line(max_length=200)
    captured_at = Moment()
    excerpt = Text(max_length=20000, allow_blank=True, default="")
    attachment = Ref(allow_blank=True, default="", help_text=_("`ref` of the file, as `POST attachments` answered it"))


class DetectionInput(Input):
    source = Choice(choices=DetectionSource.choices)
    tool = Line(max_length=120, allow_blank=True, default="")
    office = Line(
        max_length=120, allow_blank=True, default="", help_text=_("office of the authority; required of AUTHORITY")
    )
    order_no = Line(
        max_length=80, allow_blank=True, default="", help_text=_("number of its document; required of AUTHORITY")
    )


class DecisionInput(Input):
    officer = Line(max_length=20, allow_blank=True, default="", help_text=_("outward code of the person who decided"))
    tool = Line(max_length=120, allow_blank=True, default="")
    evidence_was_opened = Boolean(
        allow_null=True, default=None, help_text=_("your own statement; `opened` is what counts")
    )
    opened = Items(
        child=Integer(min_value=1, max_value=50),
        max_length=50,
        allow_null=True,
        default=None,
        help_text=_("numbers of the exhibits that the person opened before deciding, from 1"),
    )


class ExecutorInput(Input):
    """The third party that acted for the platform. Only a certified person acting inside the mandate is accepted."""

    ref = Ref(help_text=_("our ref of the executor"))
    person = Line(max_length=12, help_text=_("outward code of the person who acted"))
    instruction = Ref(allow_blank=True, default="", help_text=_("our ref of the instruction that was carried out"))
    tool_version = Line(max_length=120, allow_blank=True, default="")
    queue = Line(max_length=60, allow_blank=True, default="")
    shift = Line(max_length=60, allow_blank=True, default="")
    category = Line(max_length=60, allow_blank=True, default="")


class ContradictionInput(Input):
    """What a notice says against an overturn: needs new evidence, the person who decided, and what is new."""

    notice = Line(max_length=40, help_text=_("ref or number of the revoked notice about the same"))
    what_is_new = Text(max_length=2000, help_text=_("what came to light since; its party reads it"))


class IssueNoticeInput(Input):
    external_ref = Line(max_length=100)
    party = Line(max_length=100, help_text=_("our ref or your own number of the party"))
    language = Choice(choices=Language.choices, default=Language.ZH_HANS)
    facts = Text(max_length=8000, allow_blank=True)
    reasons = Text(max_length=8000, allow_blank=True)
    conduct_at = Moment()
    decided_at = Moment(allow_null=True, default=None)
    breach_kind = Choice(choices=BreachKind.choices, default="RULE")
    is_precautionary = Boolean(default=False)
    continues_during_appeal = Boolean(default=True)
    measures = MeasureInput(many=True, max_length=50)
    basis = BasisInput(many=True, max_length=20)
    evidence = ExhibitInput(many=True, max_length=50)
    detection = DetectionInput()
    decision = DecisionInput()
    data_used = Line(max_length=400, allow_blank=True, default="")
    data_not_used = Line(max_length=400, allow_blank=True, default="")
    executor = ExecutorInput(allow_null=True, default=None)
    rests_on = Items(
        child=Line(max_length=40),
        max_length=50,
        default=list,
        help_text=_("refs or numbers of earlier notices on which this one rests; if one falls, this one is opened"),
    )
    contradicts = ContradictionInput(allow_null=True, default=None)

    @staticmethod
    def draft(values: Mapping[str, Any]) -> commands.NoticeDraft:
        """The parsed body as the command takes it."""
        plain = dict(values)
        return commands.NoticeDraft(
            **plain
            | {
                "measures": [commands.MeasureDraft(**m) for m in plain["measures"]],
                "basis": [commands.BasisDraft(**b) for b in plain["basis"]],
                "evidence": [commands.ExhibitDraft(**e) for e in plain["evidence"]],
                "detection": commands.Detection(**plain["detection"]),
                "decision": commands.Decision(**plain["decision"]),
                "contradicts": commands.Contradiction(**plain["contradicts"]) if plain["contradicts"] else None,
                "executor": commands.ExecutorDraft(**plain["executor"]) if plain["executor"] else None,
            }
        )


def issue_rows(rows: Sequence[Any], *, actor: Actor, now: datetime) -> list[commands.Issued]:
    """Issues every body that is whole and refuses every other, each judged on its own. Order is kept.

    Raises as `commands.issue_notices`.
    """
    drafts: dict[int, commands.NoticeDraft] = {}
    results: dict[int, commands.Issued] = {}
    for index, row in enumerate(rows):
        try:
            drafts[index] = IssueNoticeInput.draft(IssueNoticeInput.read(row))
        except ValidationError as error:
            results[index] = commands.Issued(index, refusal=Invalid(errors=field_errors(error.detail)))
    issued = commands.issue_notices(actor=actor, drafts=list(drafts.values()), now=now)
    results |= {index: replace(row, index=index) for index, row in zip(drafts, issued, strict=True)}
    return [results[index] for index in sorted(results)]


@extend_schema_field(IssueNoticeInput(many=True, max_length=MAX_BATCH))
class RowsField(serializers.ListField):
    """Bodies as for one notice, each judged on its own, so that one that is not even well formed spoils no other."""

    is_bounded = True
    child = serializers.JSONField()


class BatchInput(Input):
    notices = RowsField(max_length=MAX_BATCH)

    example: ClassVar[Mapping[str, Any]] = {
        "notices": [
            IssueNoticeInput.example | {"external_ref": "example-batch-0001"},
            IssueNoticeInput.example | {"external_ref": "example-batch-0002", "party": "S-10342"},
        ]
    }


class FileInput(Input):
    file = serializers.FileField(max_length=255, allow_empty_file=True)


class WithdrawNoticeInput(Input):
    reason = Text(max_length=2000)


class AmendNoticeInput(Input):
    why = Text(max_length=2000)
    facts = Text(max_length=8000, allow_blank=True, default="")
    reasons = Text(max_length=8000, allow_blank=True, default="")

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"amendment": commands.Amendment(**values)}


class ConfirmRemedyInput(Input):
    note = Line(max_length=500, allow_blank=True, default="")


class FailRemedyInput(Input):
    note = Line(max_length=500)


class PublishRecordInput(Input):
    """What a merchant did against the law, in one sentence for everybody to read."""

    act = Line(
        max_length=200,
        asks=Ask(_("Illegal act"), _("what was done, in one sentence, in Chinese: no person, number or address")),
    )


class ReportToRegulatorInput(Input):
    """The regulator that was told of an illegal act, and the number of its receipt."""

    regulator = Line(
        max_length=120,
        asks=Ask(_("Regulator"), _("the market regulator of the platform's domicile, of a county or above")),
    )
    receipt = Line(max_length=120, asks=Ask(_("Number of its receipt")))


class DecideSiblingInput(Input):
    """The notice is kept, or corrected: withdrawn by the platform, with the reasons that the party is told."""

    outcome = Choice(
        choices=[SiblingState.KEPT.value, SiblingState.CORRECTED.value],
        asks=Ask(
            _("What becomes of it?"),
            missing=_("Choose whether it is kept or corrected."),
            means={
                "KEPT": _("The same error is not in it."),
                "CORRECTED": _("It is withdrawn; what it took is restored and its party told."),
            },
        ),
    )
    reasons = Text(
        max_length=2000,
        asks=Ask(_("Reasons"), _("If it is withdrawn, its party reads them."), missing=_("Give the reasons."), lines=5),
    )


class RegisterMeasureTypeInput(Input):
    code = Name(max_length=60, asks=Ask(_("Code of the kind of measure"), _("An existing code makes a new version.")))
    axis = Choice(choices=Axis.choices, asks=Ask(_("Axis")))
    label_zh = Line(max_length=80, asks=Ask(_("Name (Chinese)")))
    label_en = Line(max_length=80, asks=Ask(_("Name (English)")))
    restores_zh = Line(
        max_length=200,
        help_text=_("what is put back when such a measure falls"),
        asks=Ask(_("What is restored (Chinese)")),
    )
    restores_en = Line(max_length=200, asks=Ask(_("What is restored (English)")))
    is_high_stakes = Boolean(default=False, asks=Ask(_("Appeals against it are decided within the short time limit")))
    reason = Text(
        max_length=2000,
        allow_blank=True,
        default="",
        help_text=_("why a version takes the place of the one before"),
        asks=Ask(_("Why it takes the place of the version before"), _("Where the code is taken already."), lines=2),
    )


class TranslateNoticeInput(TranslateInput):
    pass


class OneMeasureInput(Input):
    """One measure that a person decides in a case of an app above (`commands.issue_decided`)."""

    measure = Line(
        max_length=60,
        help_text=_("code of a measure type, see GET measure-types"),
        asks=Ask(_("Kind of measure")),
    )
    object_ref = Line(
        max_length=200, asks=Ask(_("Object of the measure"), _("The listing or shop that the measure is about."))
    )
    scope = Text(max_length=2000, asks=Ask(_("What the measure does"), lines=2))
