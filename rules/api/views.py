"""Rules over REST: everybody reads them, with history; the platform's back end publishes versions."""

from django.conf import settings
from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.queries import party_for
from casework.errors import NotSignedIn
from files import attachments
from rules import commands, queries
from rules.api.changes import CatalogueChangeOutput
from rules.api.making import RulemakingOutput
from rules.api.serializers import (
    ConsultationOutput,
    ConsultationSummary,
    OpinionOutput,
    PartyLimitsOutput,
    PublishVersionInput,
    RuleOutput,
    SubmitOpinionInput,
    TermOutput,
    VersionOutput,
)
from rules.inputs import ProposeLawArticleInput
from rules.models import Disposition, Opinion, PlatformRule, Rulemaking
from rules.quotas import quotas_of
from rules.terms import terms_at
from surfaces.api.narrowing import exactly_coded
from surfaces.api.views import Call, CommandView, ListView, ReadView, Reply

PUBLISHED = Q(versions__published_at__isnull=False)


class RulesView(ListView, CommandView):
    """Rules."""

    shows, gives, takes, status = RuleOutput, RulemakingOutput, PublishVersionInput, 202
    order, synced_by = ("-first_published_at", "-pk"), "changed_at"
    public_methods = frozenset({"GET"})
    filters = {"search": "Words in a rule's name or in the text of any of its versions."}
    operation = {"GET": "listRules", "POST": "publishRuleVersion"}

    def rows(self, call: Call) -> QuerySet[PlatformRule]:
        """Every rule with its history, for everybody."""
        return queries.rules_with_history(call.query.get("search", "")[:100]).annotate(
            first_published_at=Min(F("versions__published_at")),
            changed_at=Max(Coalesce("versions__withdrawn_at", "versions__published_at"), filter=PUBLISHED),
        )

    def perform(self, call: Call) -> Reply:
        """Propose a version that was consulted on elsewhere: it is publicised once two people have signed."""
        values = PublishVersionInput.arguments(call.values)
        return self.reply(commands.propose_rule_version(actor=call.actor, now=call.now, **values), call)


class ConsultationsView(ListView):
    """The drafts of rules on which everybody can comment now. Public."""

    shows, is_public = ConsultationSummary, True
    operation = {"GET": "listRuleConsultations"}

    def rows(self, call: Call) -> QuerySet[Rulemaking]:
        return queries.consultations_open(call.now)


class ConsultationView(ReadView):
    """A draft as it was put out, with how many opinions came and what became of them, also afterwards. Public."""

    shows, is_public = ConsultationOutput, True
    operation = {"GET": "readRuleConsultation"}

    def read(self, call: Call) -> Reply:
        return self.shown(queries.consultation_by_ref(call.path["ref"]), call)


class OpinionsView(ListView, CommandView):
    """Opinions on a draft of a rule."""

    shows, gives, takes, status = OpinionOutput, OpinionOutput, SubmitOpinionInput, 201
    order, synced_by = ("-submitted_at", "-pk"), "changed_at"
    narrows = {"disposition": exactly_coded("disposition", Disposition)}
    operation = {"GET": "listMyRuleOpinions", "POST": "submitRuleOpinion"}

    def rows(self, call: Call) -> QuerySet[Opinion]:
        """One's own opinions on a draft, with what became of each."""
        rows = queries.opinions_of(call.actor, queries.consultation_by_ref(call.path["ref"]))
        return rows.annotate(changed_at=Coalesce("answered_at", "submitted_at"))

    def perform(self, call: Call) -> Reply:
        """Send an opinion on a draft, as a person who is signed in."""
        ref = queries.consultation_by_ref(call.path["ref"]).ref
        opinion = commands.submit_opinion(actor=call.actor, ref=ref, now=call.now, **call.values)
        return self.reply(opinion, call)


class LawArticlesView(CommandView):
    """Propose a law article, or a new version of one: notices can rest on it once two people have signed."""

    takes, gives, status = ProposeLawArticleInput, CatalogueChangeOutput, 202
    operation = {"POST": "recordLawArticle"}

    def perform(self, call: Call) -> Reply:
        return self.reply(commands.propose_law_article(actor=call.actor, now=call.now, **call.values), call)


class TermsView(ReadView):
    """What the procedure promises now: how long each step may take, each with the clause that says so. Public.

    For a party that left rather than accept a version, or has not agreed to one, it says what applies to that party.
    """

    shows, is_list, is_public = TermOutput, True, True
    filters = {"party": "The ref of a party that you may see; whoever speaks for one party only can leave it out."}
    operation = {"GET": "listTerms"}

    def read(self, call: Call) -> Reply:
        ref, own = call.query.get("party", ""), list(getattr(call.actor, "parties", ()))  # nobody signed in has none
        if ref and call.actor is None:
            raise NotSignedIn()
        parties = [party_for(call.actor, ref).pk] if ref else own if len(own) == 1 else []
        return Reply({"items": self.rendered(self.shows, list(terms_at(call.now, parties).values()), call, many=True)})


class LimitsView(ReadView):
    """What this party can use, and how much of it is used. Beyond it an act is answered with 429 and `Retry-After`."""

    shows = PartyLimitsOutput
    operation = {"GET": "readPartyLimits"}

    def read(self, call: Call) -> Reply:
        party = party_for(call.actor, call.path["ref"])
        limits = {
            "today": quotas_of(party.pk, now=call.now),
            "case_bytes": attachments.MOST_TOGETHER,
            "reads_a_minute": settings.API_RATES["person_reads"],
            "writes_a_minute": settings.API_RATES["person_writes"],
        }
        return self.shown(limits, call)


class RuleView(ReadView):
    """One rule with its history, by its ref or code. Public."""

    shows, is_public = RuleOutput, True

    def read(self, call: Call) -> Reply:
        return self.shown(queries.rule_by_ref(call.path["ref"]), call)


class RuleVersionView(ReadView):
    """One version with its clauses. Public."""

    shows, is_public = VersionOutput, True

    def read(self, call: Call) -> Reply:
        version = queries.version_by_number(call.path["ref"], call.path["no"])
        return Reply(self.rendered(self.shows, version, call))
