"""Sums that the law itself names where a ground can lead to them: notes with their provisos, never an award.

Plain values: a note is computed from what the order came to, and nothing is decided, offered or owed by it. Who claims
more than the price says why (`ceilings`); whether the law's conditions are met a person finds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from casework.formats import money
from disputes.choices import CONSUMERS, Beyond, Role, Stake
from rules.laws import INSTRUMENTS, places_cited

MULTIPLES = {Beyond.THREE: (3, 50_000), Beyond.TEN: (10, 100_000)}
"""How many times the price, and at least how much: 消费者权益保护法 55, 食品安全法 148."""
FRAUD, FOOD, HARM, PENALTY = "fraud", "food", "harm", "penalty"
_CITED = {FRAUD: ("CONSUMER", "55(1)"), FOOD: ("FOOD_SAFETY", "148(2)"), HARM: ("CONSUMER", "55(2)")} | {
    PENALTY: ("CONTRACTS", "65(2)")
}
ABOVE_LOSS = 130
"""In percent of the loss: what is more is generally excessive (合同编通则解释 65(2))."""


@dataclass(frozen=True, slots=True)
class StatutorySum:
    """A sum that the law names, as far as it follows from the order: `amount_minor` is None where only a loss says."""

    kind: str
    amount_minor: int | None
    is_least: bool
    currency: str

    @property
    def basis_zh(self) -> str:
        """The paragraph, as a basis cites it."""
        law, place = _CITED[self.kind]
        return INSTRUMENTS[law].cited([place]).zh

    @property
    def words(self) -> str:
        """What the law says can be claimed, with the sum that this order gives."""
        amount = "" if self.amount_minor is None else money(self.amount_minor, self.currency)
        said = {
            FRAUD: gettext(
                "If the trader defrauded: three times the price in addition, ¥500 at least: here %(amount)s."
            ),
            FOOD: gettext(
                "If the food was unsafe and the seller knew, or made it: ten times the price in addition, ¥1,000 at "
                "least: here %(amount)s; or three times the loss."
            ),
            HARM: gettext(
                "If the trader knew of the defect and death or serious harm to health followed: up to twice the loss "
                "in addition to the loss."
            ),
            PENALTY: gettext(
                "A penalty that is more than 30%% above the loss can generally be reduced. If the whole order was the "
                "loss: above %(amount)s."
            ),
        }
        return said[self.kind] % {"amount": amount}

    @property
    def provisos(self) -> list[str]:
        """What has to hold before anybody owes it."""
        always = gettext("This is a note: nobody owes it unless a person finds so, on a claim and with reasons.")
        own = {
            FRAUD: [
                gettext("Only if the consumer asks for it. Fraud is proved beyond reasonable doubt."),
                gettext("It counts from the price of the goods or service in question; the order can hold more."),
            ],
            FOOD: [
                gettext("Not for a flaw of label or instructions that touches no safety and misleads nobody."),
                gettext("Who bought knowingly, to claim, gets it only within what living reasonably needs."),
                gettext("It counts from the price of the goods in question; the order can hold more."),
            ],
            HARM: [gettext("The loss is shown by whoever claims it; the order says nothing of it.")],
            PENALTY: [
                gettext("The loss is shown by the platform or found; what the order came to need not be the loss."),
                gettext("Who asks for less shows that the penalty is too high."),
                gettext("Who broke the contract in bad faith generally gets no reduction."),
            ],
        }
        return [*own[self.kind], always]


def sums_of(
    *, claimant: str, respondent: str, stakes: Iterable[str], bases_zh: Iterable[str], total_minor: int, currency: str
) -> Iterator[StatutorySum]:
    """The sums that the law names where this ground can lead to them, for an order that came to this."""
    stakes = set(stakes)
    if claimant in CONSUMERS and respondent not in (*CONSUMERS, Role.PLATFORM):
        if Stake.FRAUD in stakes:
            yield _multiple(FRAUD, Beyond.THREE, total_minor, currency)
        if {Stake.SAFETY, Stake.PUNITIVE} <= stakes:
            yield _multiple(FOOD, Beyond.TEN, total_minor, currency)
        elif Stake.SAFETY in stakes:
            yield StatutorySum(HARM, None, False, currency)
    places = {(each.instrument.code, each.place) for text in bases_zh for each in places_cited(text)}
    if (INSTRUMENTS["CONTRACTS"].code, "64(2)") in places:
        yield StatutorySum(PENALTY, total_minor * ABOVE_LOSS // 100, False, currency)


def _multiple(kind: str, beyond: Beyond, total: int, currency: str) -> StatutorySum:
    times, least = MULTIPLES[beyond]
    return StatutorySum(kind, max(times * total, least), times * total < least, currency)
