"""Questions of readers about clauses: those that wait, the next due first, and one of them, answered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from casework import clock
from casework.counts import capped_count
from casework.errors import Invalid, NotYourTurn
from console.forms import Mistake, typed_text
from console.frame import OVERSEES, ROWS, show, staff, surface
from rules import commands, queries
from surfaces.pages import page_of
from surfaces.web import errors_of

MAX_ANSWER = 4000


@surface("GET", "HEAD", roles=OVERSEES)
def questions(request: HttpRequest) -> HttpResponse:
    """Lists the questions that wait for an answer, or those answered."""
    actor, now = staff(request, *OVERSEES), clock.now()
    every = queries.explanations_for(actor)
    waiting, answered = every.filter(answered_at__isnull=True), every.filter(answered_at__isnull=False)
    is_done = request.GET.get("tab") == "done"
    shown = answered.order_by("-answered_at", "id") if is_done else waiting.order_by("due_at", "id")
    return show(
        request,
        "rules/questions.html",
        paging=page_of(shown, request.GET, size=ROWS),
        tab="done" if is_done else "open",
        tabs=[("open", _("Waiting"), capped_count(waiting)), ("done", _("Answered"), capped_count(answered))],
        now=now,
    )


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
