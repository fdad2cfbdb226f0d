from django.urls import URLPattern, URLResolver, include, path

from console import catalogues, decisions, finding, guides, parties, people
from console.authorities.urls import authorities, authority
from console.infringements.urls import addresses as infringing
from console.notices.urls import blind, public, work
from console.rules import urls as rules
from console.tips.urls import addresses as tipping

urlpatterns: list[URLPattern | URLResolver] = [
    path("disputes/", include("console.disputes.urls")),
    path("executors/", include("console.executors.urls")),
    path("rules/", include((rules.in_the_making, "making"))),
    path("counsel/", include((rules.of_counsel, "counsel"))),
    path("exits/", include((rules.on_old_terms, "exits"))),
    path("memberships/", include((rules.of_members, "members"))),
    path("prices/", include((rules.of_prices, "prices"))),
    path("wording/", include((rules.of_wording, "wording"))),
    path("webhooks/", include("console.webhooks.urls")),
    path("questions/", include((rules.of_readers, "questions"))),
    path("changes/", include((catalogues.addresses, "catalogues"))),
    path("parties/", include((parties.addresses, "parties"))),
    path("decisions/", include((decisions.addresses, "decisions"))),
    path("guide/", include((guides.addresses, "guides"))),
    path("people/", include((people.addresses, "people"))),
    path("calls/", include("console.helpline.urls")),
    path("siblings/", include("console.notices.urls")),
    path("publications/", include((public, "publications"))),
    path("acts/", include((blind, "acts"))),
    path("notices/", include((work, "notice-work"))),
    path("figures/", include("console.transparency.urls")),
    path("retention/", include("console.retention.urls")),
    path("infringements/", include((infringing, "infringing"))),
    path("tips/", include((tipping, "tipping"))),
    path("authorities/", include((authorities, "authorities"))),
    path("authority/", include((authority, "authority"))),
    path("find/", include(([path("", finding.find, name="page")], "finding"))),
    path("", include("console.triage.urls")),
    path("", include("console.appeals.urls")),
]
