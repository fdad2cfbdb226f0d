"""The closed lists of this field: sides, roles, remedies, standards, kinds of record; known to every module."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """Who speaks or bears a burden in a dispute. The platform is a side where its own records or acts are at issue."""

    CLAIMANT = "CLAIMANT", _("claimant")
    RESPONDENT = "RESPONDENT", _("respondent")
    PLATFORM = "PLATFORM", _("platform")

    @property
    def other(self) -> "Side":
        """The opposite party; the platform stands opposite the claimant."""
        return Side.RESPONDENT if self is Side.CLAIMANT else Side.CLAIMANT


class Role(models.TextChoices):
    """What a side is in the trade; which of them are merchants decides what the law lets a table lay on whom."""

    BUYER = "BUYER", _("buyer")
    SELLER = "SELLER", _("seller")
    PRODUCER = "PRODUCER", _("producer or seller")
    PROVIDER = "PROVIDER", _("service provider")
    PAYMENT_PROVIDER = "PAYMENT_PROVIDER", _("payment service provider")
    LIVE_ROOM = "LIVE_ROOM", _("live-room operator")
    GUARDIAN = "GUARDIAN", _("guardian")
    RIGHT_HOLDER = "RIGHT_HOLDER", _("right holder")
    MERCHANT = "MERCHANT", _("merchant")
    CONSUMER = "CONSUMER", _("consumer")
    PLATFORM = "PLATFORM", _("platform")


CONSUMERS = frozenset({Role.BUYER, Role.GUARDIAN, Role.CONSUMER})
"""The roles that the law protects as consumers."""


class Standard(models.TextChoices):
    """How sure one must be (民诉法解释 108, 109). Who only answers a fact need bring it into doubt (108(2))."""

    PRIMA_FACIE = "PRIMA_FACIE", _("a first showing")
    REASONABLE_DOUBT = "REASONABLE_DOUBT", _("enough to bring it into doubt")
    HIGH_PROBABILITY = "HIGH_PROBABILITY", _("highly probable")
    BEYOND_REASONABLE_DOUBT = "BEYOND_REASONABLE_DOUBT", _("beyond reasonable doubt")


class BasisKind(models.TextChoices):
    """Where an allocation comes from; only the first is said by an article, of a law or of what was made under one."""

    EXPLICIT = "EXPLICIT", _("said by the cited article itself")
    DERIVED = "DERIVED", _("derived from the law")
    PRACTICE = "PRACTICE", _("market practice where the law leaves it open")


class Effect(models.TextChoices):
    """What a fact does to the claim once it is found against the claimant."""

    BARS = "BARS", _("the claim falls")
    BARS_PART = "BARS_PART", _("one part of the claim falls")
    CAPS_PART = "CAPS_PART", _("one part of the claim is limited")
    SHIFTS = "SHIFTS", _("the claimant has to show another fact")


class Condition(models.TextChoices):
    """What an order can say that decides whether the table applies to it, or how (`disputes.conditions`)."""

    DURABLE = "DURABLE", _("durable goods, or services such as decoration (Consumer Rights Law, article 23(3))")
    SIX_MONTHS = (
        "SIX_MONTHS",
        _(
            "durable goods or services such as decoration, received no more than six months ago (Consumer Rights Law, "
            "article 23(3))"
        ),
    )
    SEVEN_DAYS = "SEVEN_DAYS", _("received no more than seven days ago (Consumer Rights Law, article 24(1))")
    FOOD = "FOOD", _("food (Food Safety Law, articles 148 and 150)")
    PREPAID = "PREPAID", _("what was paid for in advance (Prepaid Consumption Interpretation, articles 1 and 26)")
    CONSUMER = "CONSUMER", _("what a consumer bought for the needs of living (Consumer Rights Law, article 2)")
    WARRANTY = "WARRANTY", _("the warranty still ran at the opening (Consumer Rights Regulation, article 18)")
    SHELF_LIFE = "SHELF_LIFE", _("sold after its shelf life (Food Safety Civil Interpretation, article 6)")
    ELECTRONIC = "ELECTRONIC", _("what was paid electronically (E-Commerce Law, article 57(2))")


class PaidBy(models.TextChoices):
    """How an order was paid. A prepaid card is one for a single trader's use; one for several counts as a wallet."""

    PREPAID_CARD = "prepaid_card", _("prepaid card of one trader")
    BANK_CARD = "bank_card", _("bank card")
    WALLET = "wallet", _("wallet or other payment service")
    CASH_ON_DELIVERY = "cash_on_delivery", _("cash on delivery")


class BoughtAs(models.TextChoices):
    """For what the buyer bought: only purchases for the needs of living are a consumer's (消保法 2)."""

    CONSUMER = "consumer", _("for the needs of living")
    BUSINESS = "business", _("for a business")


class SourceConfidence(models.TextChoices):
    """How well the cited sources were checked when the row was written."""

    OFFICIAL_SEEN = "OFFICIAL_SEEN", _("text read in an official publication")
    TEXT_SEEN = "TEXT_SEEN", _("text read in copies published by others")
    SUMMARY_SEEN = "SUMMARY_SEEN", _("only a summary read")
    UNVERIFIED = "UNVERIFIED", _("not verified")


class Family(models.TextChoices):
    """The first question of the form: what happened? Each leads to the grounds that it may be."""

    NOT_RECEIVED = "not_received", _("It did not arrive")
    DEFECT = "defect", _("It is broken or faulty")
    NOT_AS_DESCRIBED = "not_as_described", _("It is not as described")
    SHORT_OR_WRONG = "short_or_wrong", _("Something is missing or wrong")
    COUNTERFEIT = "counterfeit", _("It is a fake")
    RETURN = "return", _("A return or refund went wrong")
    PRICE = "price", _("The price or a promise was not kept")
    SERVICE = "service", _("A service or prepaid card")
    SAFETY = "safety", _("It is unsafe or hurt somebody")
    PAYMENT = "payment", _("A payment I did not make")
    OTHER = "other", _("Something else")


class Remedy(models.TextChoices):
    """What is wanted, offered or determined."""

    REFUND = "REFUND", _("refund")
    RETURN_AND_REFUND = "RETURN_AND_REFUND", _("return and refund")
    REFUND_NO_RETURN = "REFUND_NO_RETURN", _("refund without return")
    PARTIAL_REFUND = "PARTIAL_REFUND", _("partial refund")
    EXCHANGE = "EXCHANGE", _("exchange")
    RESEND = "RESEND", _("send again")
    REPAIR = "REPAIR", _("repair")
    COMPENSATE = "COMPENSATE", _("compensation")
    FREIGHT = "FREIGHT", _("freight paid")
    LIFT = "LIFT", _("measure lifted")
    DECLARE = "DECLARE", _("finding only")


MONEY = frozenset(
    {
        Remedy.REFUND,
        Remedy.RETURN_AND_REFUND,
        Remedy.REFUND_NO_RETURN,
        Remedy.PARTIAL_REFUND,
        Remedy.COMPENSATE,
        Remedy.FREIGHT,
    }
)
"""The remedies that name an amount."""
REFUNDS = frozenset({Remedy.REFUND, Remedy.RETURN_AND_REFUND, Remedy.REFUND_NO_RETURN, Remedy.PARTIAL_REFUND})
"""The remedies in which the price goes back to the buyer, whoever claims what."""
GOODS_BACK = frozenset({Remedy.RETURN_AND_REFUND, Remedy.EXCHANGE, Remedy.REPAIR})
"""The remedies in which the goods go back."""


FAST_REFUNDED = frozenset({Remedy.REFUND, Remedy.REFUND_NO_RETURN, Remedy.PARTIAL_REFUND})
"""The claims that a fast refund can meet: money back, and no goods to wait for."""
FAST_REFUND_WITHDRAWN = "no_fast_refund"
"""The code of the measure type (`notices.MeasureType`) by which fast refunds are withdrawn from a person."""


class Stake(models.TextChoices):
    """Why a derived outcome needs a person's explicit confirmation."""

    AMOUNT = "amount", _("the amount is large")
    FRAUD = "fraud", _("fraud is alleged")
    SAFETY = "safety", _("safety is concerned")
    PUNITIVE = "punitive", _("damages beyond the loss are claimed")


class Beyond(models.TextChoices):
    """Why a claim, an offer or a determination can be of more money than its order came to."""

    THREE = "three", _("three times the price")
    TEN = "ten", _("ten times the price")
    LOSS = "loss", _("the loss")


class Record(models.TextChoices):
    """The kinds of record that the platform holds and one click brings in."""

    ORDER = "order", _("order")
    LISTING = "listing", _("page as it was at the order")
    PRICE = "price", _("price and promotion")
    PAYMENT = "payment", _("payment")
    LOGISTICS = "logistics", _("logistics")
    CHAT = "chat", _("conversation before the dispute")
    AFTER_SALE = "after_sale", _("after-sale service")
    RETURN = "return", _("return")
    WARRANTY = "warranty", _("warranty")
    LICENCE = "licence", _("licences and sources")
    PREPAID = "prepaid", _("prepaid ledger")
    LIVE = "live", _("live stream")
    RISK = "risk", _("risk log")
    MEASURE = "measure", _("measure and its reasons")


class ObjectionGround(models.TextChoices):
    AUTHENTICITY = "authenticity", _("it is not genuine")
    RELEVANCE = "relevance", _("it does not show this")
    COMPLETENESS = "completeness", _("it is incomplete")


class Lane(models.TextChoices):
    """A room's streams: one for all, and one between each party and the mediator."""

    BOTH = "both", _("both sides")
    CLAIMANT = "claimant", _("claimant and mediator")
    RESPONDENT = "respondent", _("respondent and mediator")


class Payer(models.TextChoices):
    CLAIMANT = "CLAIMANT", _("claimant")
    RESPONDENT = "RESPONDENT", _("respondent")
    PLATFORM = "PLATFORM", _("platform")
    NOBODY = "NOBODY", _("nobody")


ACTS_OF_A_SIDE = (
    "dispute.answered",
    "dispute.escalated",
    "dispute.evidence_submitted",
    "dispute.evidence_answered",
    "dispute.evidence_objected",
    "dispute.fact_admitted",
    "dispute.records_asked",
    "dispute.review_requested",
    "dispute.determination_accepted",
    "dispute.obligation_followed",
    "dispute.advance_followed",
    "dispute.payment_recorded",
)
"""What only a side does: who of the platform's own people did it acted for the platform there."""
TAKEN_DOWN_ON_THE_PHONE = ("dispute.opened", "dispute.human_demanded")
"""What an officer of the human line takes down for a caller; who did it acted for nobody."""
