"""What each verb of an appeal takes, as a body or a form: shapes and sizes, nothing about the case."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from appeals import commands
from appeals.models import MOST_TOGETHER, Confidence, Finding, Ground, Outcome, PointKind, ReviewMode, Stands
from surfaces.api import inputs
from surfaces.asks import Ask


class AppealItemInput(inputs.Input):
    measure = inputs.Integer(min_value=1, max_value=500)
    ground = inputs.Choice(choices=Ground.choices, required=False, help_text=_("where it differs from the appeal's"))
    statement = inputs.Text(max_length=2000, allow_blank=True, default="")


class FileAppealInput(inputs.Input):
    ground = inputs.Choice(choices=Ground.choices)
    statement = inputs.Text(max_length=2000, allow_blank=True, default="")
    items = AppealItemInput(many=True, max_length=50, required=False)
    review = inputs.Choice(choices=ReviewMode.choices, default="human")
    late_reason = inputs.Text(max_length=2000, allow_blank=True, default="")
    new_facts = inputs.Text(
        max_length=2000,
        allow_blank=True,
        default="",
        help_text=_("what is new since the last decision; once the promised reviews were had it opens another"),
    )


class NoticeInGroupInput(inputs.Input):
    notice = inputs.Ref()
    statement = inputs.Text(
        max_length=2000,
        allow_blank=True,
        default="",
        help_text=_("about this notice alone; follows what is said for all"),
    )


class FileAppealGroupInput(inputs.Input):
    ground = inputs.Choice(choices=Ground.choices)
    statement = inputs.Text(max_length=2000, allow_blank=True, default="", help_text=_("said once for all of them"))
    notices = NoticeInGroupInput(many=True, max_length=MOST_TOGETHER)
    lead = inputs.Ref(default="", help_text=_("the notice to look at first; without it the first one"))
    human_demanded = inputs.Boolean(
        default=False, help_text=_("put on record for each that only a person may decide; a person does in any case")
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        plain = dict(values)
        named = [commands.NoticeInGroup(**each) for each in plain.pop("notices")]
        return {"filing": commands.GroupFiling(notices=named, **plain)}


class WithdrawAppealInput(inputs.Input):
    pass


class RespondInput(inputs.Input):
    answer = inputs.Text(
        max_length=2000,
        asks=Ask(_("Your answer"), missing=_("Write your answer, or say what you submitted."), counts=True),
    )


class ConfirmFilingInput(inputs.CorrectionInput):
    pass


class ReleaseInput(inputs.Input):
    reason = inputs.Line(max_length=200, allow_blank=True, default="")


class AssignInput(inputs.Input):
    to = inputs.Line(
        max_length=20,
        help_text=_("the officer code of a reviewer"),
        asks=Ask(_("Officer code of the reviewer who takes it")),
    )
    note = inputs.Line(
        max_length=500,
        help_text=_("why, for whoever takes over"),
        asks=Ask(_("Note"), _("The reviewer who takes it reads this; the appellant does not.")),
    )

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"to_code": values["to"], "note": values["note"]}


class TakeBackInput(inputs.Input):
    note = inputs.Line(
        max_length=500,
        help_text=_("why, for whoever held it; it is kept as a hash alone"),
        asks=Ask(_("Why it is taken back")),
    )


class ClaimInput(inputs.Input):
    appeal = inputs.Ref(required=False, help_text=_("the case to take; without it the most urgent one"))


class OpeningInput(inputs.Input):
    subject = inputs.Line(max_length=40)


def _unread_reason() -> inputs.Text:
    return inputs.Text(
        max_length=2000,
        required=False,
        allow_blank=True,
        help_text=_("required where a piece of the file was not opened: why you judge without it"),
    )


class FirstViewInput(inputs.Input):
    outcome = inputs.Choice(choices=Outcome.choices)
    confidence = inputs.Choice(choices=Confidence.choices)
    note = inputs.Text(max_length=2000, allow_blank=True, default="")
    unread_reason = _unread_reason()


class RequestInformationInput(inputs.Input):
    item = inputs.Line(
        max_length=500,
        asks=Ask(
            _("What do you need?"),
            _("One thing, in plain words, such as: a photograph of the label."),
            missing=_("Say what you need."),
            lines=0,
        ),
    )
    fact = inputs.Line(
        max_length=500, asks=Ask(_("What should it show?"), missing=_("Say what it should show."), lines=0)
    )
    due_at = inputs.Moment(allow_null=True, default=None, asks=Ask(_("Until when?")))


class LateAnswerInput(inputs.Input):
    answer = inputs.Text(max_length=2000, asks=Ask(_("Your reason"), _("The appellant reads it."), lines=5))


class RulingInput(inputs.Input):
    measure = inputs.Integer(min_value=1, max_value=500)
    outcome = inputs.Choice(choices=Outcome.choices)
    ends_at = inputs.Moment(allow_null=True, default=None)
    amount_minor = inputs.Fen(allow_null=True, default=None, min_value=0)


class PointInput(inputs.Input):
    kind = inputs.Choice(choices=PointKind.choices)
    text = inputs.Line(max_length=1000)
    finding = inputs.Choice(choices=Finding.choices)
    sentence = inputs.Text(max_length=2000)
    burden_on = inputs.Choice(choices=["platform", "appellant"], required=False, help_text=_("who has to prove a fact"))
    evidence = inputs.Items(child=inputs.Integer(min_value=1), max_length=100, default=list)


class DecideAppealInput(inputs.Input):
    items = RulingInput(many=True, max_length=50, help_text=_("what becomes of each measure that was appealed"))
    points = PointInput(many=True, max_length=100)
    reasons = inputs.Text(max_length=8000)
    rule_application = inputs.Text(max_length=4000)
    difference_reason = inputs.Choice(
        choices=commands.DIFFERENCES,
        required=False,
        help_text=_("required where you saw the system's view and decide otherwise"),
    )
    departure_reason = inputs.Text(
        max_length=2000,
        required=False,
        allow_blank=True,
        help_text=_("required where a measure stands although no fact was established; the letter shows it"),
    )
    unread_reason = _unread_reason()

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        plain = dict(values)
        return {
            "rulings": [commands.RulingDraft(**ruling) for ruling in plain.pop("items")],
            "points": [commands.Point(**point) for point in plain.pop("points")],
            **plain,
        }


class EvidenceInput(inputs.Input):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    caption = inputs.Line(max_length=200)


class TranslateDecisionInput(inputs.TranslateInput):
    pass


class ProposeLetterInput(inputs.Input):
    ground = inputs.Choice(choices=Ground.choices, asks=Ask(_("Ground of the appeal")))
    finding = inputs.Choice(choices=[(each.value, each.label) for each in commands.ANSWERS], asks=Ask(_("Finding")))
    letter_zh = inputs.Text(
        max_length=4000,
        asks=Ask(_("Reasons (Chinese)"), _("A blank that must be filled is written so: […订单号]"), lines=6),
    )
    letter_en = inputs.Text(
        max_length=4000,
        asks=Ask(_("Reasons (English)"), _("A blank that must be filled is written so: […order number]"), lines=6),
    )
    review_by = inputs.Date(asks=Ask(_("Review it by"), _("After this day it is shown as overdue, and offered last.")))
    reason = inputs.Line(
        max_length=500,
        allow_blank=True,
        default="",
        asks=Ask(_("Why it changes"), _("Only where a template for this ground and finding stands already.")),
    )


class ContestInput(inputs.Input):
    words = inputs.Text(
        max_length=2000,
        asks=Ask(_("Why you stand by your decision"), _("Whoever leads reads it before it is settled."), lines=4),
    )


class CalibrateInput(inputs.Input):
    took_part = inputs.Line(max_length=500, asks=Ask(_("Who took part")))
    stands = inputs.Choice(
        choices=Stands.choices,
        asks=Ask(
            _("What holds"),
            radio=True,
            means={
                "SECOND": _("Where it is milder, compliance looks at the notice again and can withdraw it."),
            },
        ),
    )
    concluded = inputs.Text(max_length=2000, asks=Ask(_("What was concluded"), _("And why."), lines=4))
    guidance = inputs.Text(
        max_length=2000,
        allow_blank=True,
        default="",
        asks=Ask(
            _("Guidance beside the clause"),
            _("For every reviewer, once a person of compliance has signed it. It can be left empty."),
            lines=3,
        ),
    )
