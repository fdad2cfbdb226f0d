"""Prices as they were shown over REST: told by the platform's back end; where they differed, answered by compliance."""

from rest_framework import serializers

from casework.errors import require
from rules import commands
from rules.inputs import RecordPricesInput
from rules.lists import PRICES
from rules.models import Audience, PriceFinding
from rules.policies import may_record_prices
from rules.prices import price_finding_for
from rules.verbs import actions_for
from surfaces.api.described import Output, columns
from surfaces.api.verbs import Actions
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class ClassPricesOutput(serializers.Serializer[dict[str, object]]):
    """What one class of viewers was shown in that minute."""

    audience = serializers.ChoiceField(choices=Audience.choices, help_text="The class of viewers.")
    least_minor = serializers.IntegerField(help_text="The lowest price, in minor units.")
    most_minor = serializers.IntegerField(help_text="The highest price; the same where there was one.")


class PriceFindingOutput(Output):
    """Goods for which two classes of viewers were shown no price in common, on the same conditions in one minute."""

    shown = columns(
        PriceFinding,
        lambda f: (
            *(f.ref, f.number, f.version, f.state, f.goods, f.conditions, f.minute, f.answer_by),
            *(f.answered_at, f.reason),
        ),
        goods="As the platform named them.",
        conditions="What the price depends on beside the buyer, as the platform named it.",
        minute="The minute of which prices are compared.",
        reason="Why the clause covers it, or how it was mended; empty while it waits.",
    )
    prices = ClassPricesOutput(many=True, help_text="The numbers compared, as the platform stated them.")
    rule = serializers.CharField(source="clause.version.rule.code", default="", help_text="That states it, or empty.")
    rule_version = serializers.CharField(source="clause.version.number", default="", help_text="Its version, or empty.")
    clause = serializers.CharField(source="clause.number", default="", help_text="Its clause; empty: it was mended.")
    opened_at = serializers.DateTimeField(source="created_at")
    actions = Actions(actions_for, "price-findings/<str:ref>/")


class ComparedOutput(serializers.Serializer[dict[str, object]]):
    """What came of a batch."""

    findings = PriceFindingOutput(many=True, help_text="The differences that wait for an answer, opened now or before.")


class PriceObservationsView(CommandView):
    """Tell what classes of viewers were shown; up to 200 at a time. Told again, nothing is added."""

    takes, gives = RecordPricesInput, ComparedOutput
    operation = {"POST": "recordPrices"}

    def authorise(self, call: Call) -> None:
        require(may_record_prices(call.actor))

    def perform(self, call: Call) -> Reply:
        return self.reply({"findings": commands.record_prices(actor=call.actor, now=call.now, **call.values)}, call)


class PriceFindingsView(DeclaredListView):
    """Differences of prices that were found, the newest first."""

    listing, first, shows = PRICES, "newest", PriceFindingOutput
    operation = {"GET": "listPriceFindings"}


class PriceFindingView(ReadView):
    """One difference of prices."""

    shows, finds = PriceFindingOutput, price_finding_for
