"""The law library: every article that notices and rules can cite, with how well it was read and what is doubtful."""

from django.http import HttpRequest, HttpResponse

from accounts.roles import MEDIATOR
from console.frame import OVERSEES, REVIEWS, show, surface
from rules import queries
from rules.counsel import signatures_under, signed_by, standing
from rules.models import Signed


@surface("GET", "HEAD", roles=(*OVERSEES, MEDIATOR, *REVIEWS))
def laws(request: HttpRequest) -> HttpResponse:
    """Lists every article as it was recorded last; those that something is doubtful about say so."""
    articles = queries.law_library()
    given = signatures_under(Signed.LAW_ARTICLE, [row.key for row in articles])
    signed = [signed_by(standing(given.get(row.key, ()), row.text_sha256)) for row in articles]
    doubtful = sum(bool(row.doubt) for row in articles)
    return show(request, "rules/laws.html", articles=list(zip(articles, signed, strict=True)), doubtful=doubtful)
