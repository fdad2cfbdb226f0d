"""The kinds of forbidden content: the articles that forbid it, why, and a wording that says it lawfully."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """`article` names the source, `why` says what is wrong with it, `instead` is a wording that would pass."""

    article: Text
    why: Text
    instead: Text


KINDS: Mapping[str, Kind] = {
    "final-say": Kind(
        _("Measures on platform rules 30; court rules on online consumption 1"),
        _("It keeps the last say on what the rules mean for the platform, which is void."),
        _("Where a clause can be read in two ways, it is read against the platform."),
    ),
    "final-decision": Kind(
        _("Measures on platform rules 20 and 30"),
        _("It calls a decision the last word, though appeal, complaint and court stay open."),
        _("If you do not agree with this decision you may appeal, complain, report or go to court, as the law says."),
    ),
    "no-complaint": Kind(
        _("Measures on platform rules 30"),
        _("It bars or punishes complaint, report, mediation, arbitration or lawsuit."),
        _("This does not limit your right to complain, report, arbitrate or sue."),
    ),
    "no-appeal": Kind(
        _("Measures on platform rules 19 and 20"),
        _("It closes the appeal, or limits it by number, fee or short time."),
        _("You may appeal free of charge, and again whenever there are new facts."),
    ),
    "exclusive": Kind(
        _("Measures on platform rules 27; E-Commerce Law 35"),
        _("It makes merchants choose this platform over others."),
        _("Merchants decide themselves on which platforms they sell."),
    ),
    "refund-without-return": Kind(
        _("Measures on platform rules 27"),
        _("It makes merchants bear refunds without return that they did not agree to."),
        _("Unless the merchant agreed in this case, the platform pays for a refund without return."),
    ),
    "below-cost": Kind(
        _("Measures on platform rules 27(2)"),
        _("It makes merchants sell below cost."),
        _("Merchants set their own prices."),
    ),
    "forced-promotion": Kind(
        _("Measures on platform rules 27"),
        _("It makes merchants join a campaign, buy a service or follow a price."),
        _("Merchants choose freely whether to take part; those who do not are treated the same."),
    ),
    "fees": Kind(
        _("Measures on platform rules 28(1)"),
        _("It takes a fee for nothing, twice, or for a merchant's own data."),
        _("Merchants see and export their own data free of charge, and fees follow services that were provided."),
    ),
    "unequal": Kind(
        _("Measures on platform rules 28(2)"),
        _("It treats merchants in the same position differently."),
        _("Merchants in the same position get the same rates and terms."),
    ),
    "consumer-rights": Kind(
        _("Measures on platform rules 30; Consumer Protection Law 26"),
        _("It takes from consumers what the law gives them: return, refund, warranty, compensation."),
        _("Consumers may return goods and claim compensation as the law provides."),
    ),
    "no-liability": Kind(
        _("Measures on platform rules 22 and 30; court rules on online consumption 1"),
        _("It frees the platform from liability, or sends the party to somebody else."),
        _("The platform answers for its own acts and for those who act for it."),
    ),
    "hidden-pricing": Kind(
        _("Measures on platform rules 31"),
        _("It sets different prices for the same thing by who the consumer is, unseen."),
        _("The same goods under the same conditions have the same price, and conditions of discounts are published."),
    ),
    "membership-cut": Kind(
        _("Measures on platform rules 32"),
        _("It cuts what members paid for while their term runs."),
        _("Benefits stay as bought until the paid period ends."),
    ),
    "default-consent": Kind(
        _("Measures on platform rules 16"),
        _("It takes silence, use or a box ticked beforehand for consent."),
        _("A change binds those who agreed to it expressly; others may leave under the earlier rules."),
    ),
    "delete-review": Kind(
        _("E-Commerce Law 39(2)"),
        _("It deletes or hides reviews by consumers; only content that a law prohibits may be treated."),
        _("Reviews stay; content that a law prohibits is treated under that law, which is named."),
    ),
    "exit-barred": Kind(
        _("Measures on platform rules 14"),
        _("It puts obstacles before those who leave because they reject a change."),
        _("Who rejects a change may leave under the earlier rules and is refunded what is owed."),
    ),
    "at-once": Kind(
        _("Measures on platform rules 10 and 12"),
        _("It lets a rule change at once, without publicity or for the past."),
        _("A change takes effect seven days after its publication at the earliest, and not for earlier conduct."),
    ),
    "no-reasons": Kind(
        _("Measures on platform rules 19(1)"),
        _("It lets the platform act without telling facts, reasons and basis."),
        _("Before a measure the party is told facts, reasons and basis."),
    ),
    "no-person": Kind(
        _("Measures on platform rules 19(2); Personal Information Protection Law 24"),
        _("It refuses a person to those who ask for one."),
        _("Whoever asks for it gets a decision by a person."),
    ),
    "arbitrary-penalty": Kind(
        _("Measures on platform rules 29 and 30"),
        _("It leaves the amount of a penalty open, or puts it far above any loss."),
        _("The penalty follows a published formula and has a cap; the calculation is shown."),
    ),
    "burden": Kind(
        _("Measures on platform rules 21"),
        _("It lays proof on one side against the law, or admits only the platform's."),
        _("Who has to prove what follows the published table; both sides may submit evidence."),
    ),
}
