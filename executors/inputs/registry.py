"""What is said of an executor itself: contract, people, terms, mandate, suspension."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from executors import commands
from executors.inputs import ReasonInput
from executors.models import ExecutorKind, OnEnd
from surfaces.api.inputs import Boolean, Choice, Fen, Input, Integer, Items, Line, Moment, Secret
from surfaces.asks import Ask

MAX_MONEY = 10**12
LEVELS = 3


class RegisterExecutorInput(Input):
    """The party is of kind EXECUTOR, named by our reference or by your own number."""

    party = Line(
        max_length=100,
        asks=Ask(_("Party"), _("Parties of the kind “entrusted executor” that the platform has provided.")),
    )
    kind = Choice(choices=ExecutorKind.choices, asks=Ask(_("Kind")))
    contract_number = Line(max_length=100, asks=Ask(_("Contract")))
    contract_from = Moment(asks=Ask(_("Contract from")))
    contract_until = Moment(asks=Ask(_("Contract until")))


class ExtendContractInput(Input):
    contract_number = Line(max_length=100, asks=Ask(_("Contract")))
    contract_until = Moment(source="until", asks=Ask(_("Contract until")))


class SuspendInput(ReasonInput):
    pass


class ReinstateInput(ReasonInput):
    pass


class EndInput(ReasonInput):
    pass


class RevokeMandateInput(ReasonInput):
    pass


class AddPersonInput(Input):
    """Somebody new needs a password; somebody known keeps theirs. Outsiders know them by the code in the answer."""

    username = Line(max_length=150, asks=Ask(_("Name to sign in with")))
    display_name = Line(
        max_length=120, required=False, asks=Ask(_("Name"), _("Never shown outside; outside only a code is."))
    )
    email = Line(max_length=254, required=False)
    password = Secret(
        max_length=1000,
        required=False,
        asks=Ask(_("First password"), _("Leave it empty for somebody who signs in already.")),
    )
    is_lead = Boolean(default=False, asks=Ask(_("Leads the team and sees its records")))
    sub_processor = Line(
        max_length=40,
        allow_blank=True,
        default="",
        help_text=_("reference of an approved one"),
        asks=Ask(_("Works through"), _("Firms that you agreed to."), nothing=_("nobody else")),
    )


class ProcessingTermsInput(Input):
    purpose = Line(max_length=500, asks=Ask(_("Purpose"), lines=2))
    method = Line(max_length=500, asks=Ask(_("Method"), lines=2))
    data_kinds = Line(max_length=500, asks=Ask(_("Kinds of data"), lines=2))
    protection = Line(max_length=1000, asks=Ask(_("How they are protected"), lines=3))
    on_end = Choice(choices=OnEnd.choices, asks=Ask(_("What happens to them at the end")))
    effective_from = Moment(asks=Ask(_("From")))
    until = Moment(asks=Ask(_("Until")))

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"terms": commands.TermsDraft(**values)}


class ProposeSubProcessorInput(Input):
    name = Line(max_length=200, asks=Ask(_("Name"), lines=0))
    purpose = Line(max_length=500, asks=Ask(_("What for"), lines=2))


class DecideSubProcessorInput(Input):
    approved = Boolean(asks=Ask(_("Decision"), yes=_("Approve"), no=_("Refuse")))


class PayTermInput(Input):
    """What the executor is paid by. Pay that follows rejections is refused: whoever is paid for them finds them."""

    metric = Line(
        max_length=40, help_text=_("PER_CASE, HOURLY, ACCURACY or TIMELINESS"), asks=Ask(_("It is paid"), radio=True)
    )
    words = Line(max_length=500, asks=Ask(_("In words"), lines=2))
    starts_at = Moment(asks=Ask(_("From")))
    ends_at = Moment(allow_null=True, default=None, asks=Ask(_("Until")))


class MandateMeasureInput(Input):
    measure_type = Line(
        max_length=60, help_text=_("code of a measure type, see GET measure-types"), asks=Ask(_("Kind of measure"))
    )
    level = Integer(
        min_value=1, max_value=LEVELS, help_text=_("the level of certification that it takes"), asks=Ask(_("Level"))
    )


class MandateInput(Input):
    """What the executor may do from then on. A new version ends the one before where it starts."""

    measures = MandateMeasureInput(
        many=True,
        max_length=100,
        asks=Ask(
            _("Kinds of measure"),
            _("Which may be carried out, and which level of certificate each takes."),
            missing=_("Choose at least one kind of measure."),
        ),
    )
    rules = Items(
        child=Line(max_length=60), max_length=100, asks=Ask(_("Rules"), missing=_("Choose at least one rule."))
    )
    categories = Items(
        child=Line(max_length=60),
        max_length=100,
        default=list,
        help_text=_("empty: every one"),
        asks=Ask(_("Categories"), _("Leave them empty for every category.")),
    )
    ceiling_minor = Fen(
        min_value=0,
        max_value=MAX_MONEY,
        allow_null=True,
        default=None,
        help_text=_("money of one notice at most; null: no measure that moves money"),
        asks=Ask(_("Money of one notice at most, in yuan"), _("Leave it empty for no measure that moves money.")),
    )
    effective_from = Moment(
        allow_null=True,
        default=None,
        help_text=_("null: from now on"),
        asks=Ask(_("From"), _("Leave it empty for now.")),
    )
    effective_until = Moment(allow_null=True, default=None, asks=Ask(_("Until"), _("Leave it empty for an open end.")))

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """A measure named twice takes the higher level."""
        measures: dict[str, int] = {}
        for row in values["measures"]:
            measures[row["measure_type"]] = max(row["level"], measures.get(row["measure_type"], 0))
        return {"mandate": commands.MandateDraft(**{**values, "measures": measures})}
