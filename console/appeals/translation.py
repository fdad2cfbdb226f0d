"""Adding a translation of a decision's own words, beside its letter."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from appeals import commands
from appeals.claims import originals_of
from appeals.policies import may_translate_decision, past_conflict_of
from appeals.queries import appeal_for, letter_of
from casework import clock
from casework.errors import NotYourTurn, require
from casework.letters import language_for
from console.appeals.case import reader
from console.frame import TRANSLATED, surface, translation_page


@surface("GET", "HEAD", "POST", keeps=TRANSLATED)
def translation(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks for each text in the other language, beside the original, and adds it."""
    actor, now = reader(request), clock.now()
    appeal = appeal_for(actor, ref)
    require(may_translate_decision(actor, appeal) or past_conflict_of(actor, appeal))
    if not hasattr(appeal, "decision"):
        raise NotYourTurn()
    return translation_page(
        request,
        appeal,
        originals=originals_of(appeal.decision),
        earlier=letter_of(appeal, language=language_for()).translations,
        act=lambda language, texts: commands.add_translation(
            actor=actor, ref=ref, language=language, texts=texts, now=now
        ),
        back_url=reverse("workbench:case", args=[ref]),
    )
