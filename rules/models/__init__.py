"""Platform rules, articles of laws and clearances of wording as rows, and the laws that hold of them."""

from casework.cover import digested, operational
from rules.models.change import CHANGE_TRIGGERS, CatalogueChange, Subject
from rules.models.clause_change import CLAUSE_CHANGE_TRIGGERS, ClauseChange, ConsultedClause
from rules.models.consent import CONSENT_TRIGGERS, KEPT_FOR, REJECTED_BY, RuleConsent
from rules.models.counsel import COUNSEL_TRIGGERS, CounselSignature, Signed
from rules.models.exit import EXIT_TRIGGERS, ExitCalculation, RuleExit
from rules.models.explanation import EXPLANATION_TRIGGERS, Explanation
from rules.models.languages import InBothLanguages, InLanguage
from rules.models.law import LAW_TRIGGERS, LawArticle, ReadFrom, article_in_force, articles_of, renumbered
from rules.models.law_work import LAW_WORK_TRIGGERS, LawWork, RestsOn
from rules.models.making import MAKING_TRIGGERS, Disposition, Opinion, Rulemaking
from rules.models.membership import MEMBERSHIP_TRIGGERS, PaidMembership
from rules.models.prices import PRICE_TRIGGERS, Audience, PriceFinding, PriceObservation
from rules.models.required import REQUIRED_TRIGGERS, RequiredAnswer
from rules.models.rule import RULE_TRIGGERS, Binds, Clause, Consent, Impact, Made, PlatformRule, RuleVersion
from rules.models.talk import TALK_TRIGGERS, PlannedTalk, RuleTalk, TalkKind, TalkPoint, TalkSide
from rules.models.term import TERM_TRIGGERS, ClauseTerm
from rules.models.use import PartyUse
from rules.models.wording import WORDING_TRIGGERS, WordingClearance

TRIGGERS = [
    *RULE_TRIGGERS,
    *MAKING_TRIGGERS,
    *CLAUSE_CHANGE_TRIGGERS,
    *EXIT_TRIGGERS,
    *CONSENT_TRIGGERS,
    *MEMBERSHIP_TRIGGERS,
    *PRICE_TRIGGERS,
    *REQUIRED_TRIGGERS,
    *TALK_TRIGGERS,
    *TERM_TRIGGERS,
    *CHANGE_TRIGGERS,
    *LAW_TRIGGERS,
    *LAW_WORK_TRIGGERS,
    *COUNSEL_TRIGGERS,
    *EXPLANATION_TRIGGERS,
    *WORDING_TRIGGERS,
]

COVER = {
    **operational(rules_partyuse="counts of one day; no case rests on them"),
    **digested(
        "rules_platformrule rules_ruleversion rules_clause rules_ruleconsent rules_ruleexit rules_exitcalculation"
        " rules_explanation rules_lawarticle rules_rulemaking rules_opinion rules_requiredanswer rules_ruletalk"
        " rules_talkpoint rules_plannedtalk rules_clauseterm rules_wordingclearance rules_cataloguechange"
        " rules_clausechange rules_consultedclause rules_counselsignature rules_lawwork"
        " rules_paidmembership rules_pricefinding rules_priceobservation"
    ),
}
