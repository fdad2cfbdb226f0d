"""Adding a translation of a determination's own words, beside its letter."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from casework import clock
from casework.errors import NotYourTurn, require
from console.disputes.frame import mediator
from console.frame import TRANSLATED, surface, translation_page
from disputes import commands, queries
from disputes.claims import originals_of
from disputes.policies import conflict_of, may_translate_determination


@surface("GET", "HEAD", "POST", keeps=TRANSLATED)
def translation(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks for each text of the newest determination in the other language, beside the original, and adds it."""
    actor, now = mediator(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    require(may_translate_determination(actor, dispute) or conflict_of(actor, dispute))
    determination = queries.newest_determination(dispute)
    if determination is None:
        raise NotYourTurn()
    return translation_page(
        request,
        dispute,
        originals=originals_of(determination),
        earlier=queries.letter_of(actor, dispute, determination).translations,
        act=lambda language, texts: commands.add_translation(
            actor=actor, ref=ref, language=language, texts=texts, now=now
        ),
        back_url=reverse("mediation:case", args=[ref]),
    )
