"""What the law wants a platform's rules to say: the check list that whoever drafts a version answers.

Each item names the clause of the version that says it, or says in writing why none does: that it stands in another
rule, say, or that the case does not arise. An answer says that a person looked, not that the clause is good enough.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from rules.wording.kinds import Text


@dataclass(frozen=True, slots=True)
class Requirement:
    """One item. Where `prominent`, the clause that says it is one that is shown prominently."""

    key: str
    article: Text
    says: Text
    prominent: bool = False


REQUIREMENTS = (
    Requirement(
        "fees",
        _("Measures, article 8"),
        _("What is charged and how it is worked out, shown prominently"),
        prominent=True,
    ),
    Requirement(
        "information_security",
        _("Measures, article 23"),
        _("How illegal and harmful content is kept out and dealt with, shown prominently"),
        prominent=True,
    ),
    Requirement(
        "personal_information",
        _("Measures, article 24"),
        _("How merchants process personal information, and what they owe to people whose it is"),
    ),
    Requirement(
        "connected_services",
        _("Measures, article 25"),
        _("Who answers for data security in products and services of others that are connected"),
    ),
    Requirement(
        "minors",
        _("Measures, article 26"),
        _(
            "What merchants owe to minors, and the rights and remedies of minors, shown prominently, where many users "
            "are minors"
        ),
        prominent=True,
    ),
    Requirement(
        "appeal_channel",
        _("Measures, articles 19 and 20"),
        _("Where to appeal a measure, and that a person decides on demand, without unreasonable limits"),
    ),
    Requirement(
        "handling_times",
        _("Provisions on algorithmic recommendation, article 22"),
        _("How an appeal or complaint is handled, and by when it is answered"),
    ),
    Requirement(
        "dispute_mechanism",
        _("Measures, articles 8 and 21"),
        _("How disputes between merchants and consumers are resolved, shown prominently"),
        prominent=True,
    ),
    Requirement(
        "burden_of_proof",
        _("Measures, articles 8 and 21"),
        _("Who has to prove what in a dispute: the burden-of-proof table, shown prominently"),
        prominent=True,
    ),
    Requirement(
        "penalties",
        _("Measures, article 29"),
        _("On what basis and how penalties and damages of merchants are calculated, told when they are collected"),
    ),
    Requirement(
        "entry_and_exit",
        _("E-Commerce Law, article 32"),
        _("Joining and leaving the platform, quality of goods and services, protection of consumers and of their data"),
    ),
    Requirement(
        "fair_competition",
        _("Anti-Unfair Competition Law (2025), article 21"),
        _("Fair competition on the platform, how it is reported and disputed, and what follows"),
    ),
    Requirement(
        "returns",
        _("Seven-Day Return Measures, article 22"),
        _("Returns within seven days without reason, shown prominently"),
        prominent=True,
    ),
)
"""As far as the article is about content that can be found in a clause. Numbers after a copy published by others; the
official text of the Measures was not read.
"""
BY_KEY = {each.key: each for each in REQUIREMENTS}
