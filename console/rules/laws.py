"""The law library: every article that notices and rules can cite, with how well it was read and what is doubtful."""

from django.http import HttpRequest, HttpResponse

from accounts.roles import MEDIATOR
from console.frame import OVERSEES, REVIEWS, show, surface
from rules import queries


@surface("GET", "HEAD", roles=(*OVERSEES, MEDIATOR, *REVIEWS))
def laws(request: HttpRequest) -> HttpResponse:
    """Lists every article as it was recorded last; those that something is doubtful about say so."""
    articles = queries.law_library()
    return show(request, "rules/laws.html", articles=articles, doubtful=sum(bool(row.doubt) for row in articles))
