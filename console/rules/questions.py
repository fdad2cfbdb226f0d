"""Questions of readers about clauses: those that wait, the next due first, and one of them, answered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from casework import clock
from casework.errors import Invalid, NotYourTurn
from console.forms import Mistake, typed_text
from console.frame import OVERSEES, show, staff, surface
from rules import commands, queries
from surfaces.web import errors_of

MAX_ANSWER = 4000


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=("answer",))
def question(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one question beside its clause; a person answers it."""
    actor, now = staff(request, *OVERSEES), clock.now()
    typed, errors = "", []
    if request.method == "POST":
        mistakes: list[Mistake] = []
        typed = typed_text(request.POST, "answer", MAX_ANSWER, mistakes, "id_answer")
        errors = [{"text": str(each.text), "id": each.id} for each in mistakes]
        try:
            if not mistakes:
                commands.answer_explanation(actor=actor, ref=ref, answer=typed, now=now)
                messages.success(request, _("The answer is given. Whoever left an e-mail address is told."))
                return redirect("questions:list")
        except (Invalid, NotYourTurn) as refused:
            errors = errors_of(refused, "id_answer")
    found = queries.explanation_for(actor, ref)
    return show(
        request, "rules/question.html", 400 if errors else 200, question=found, typed=typed, errors=errors, now=now
    )
