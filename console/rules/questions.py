"""Questions of readers about clauses: those that wait, the next due first, and one of them, answered."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from casework import clock
from casework.errors import Invalid, NotYourTurn
from console.forms import Mistake, typed_text
from console.frame import OVERSEES, list_view, show, staff, surface
from rules import commands, queries
from rules.models import Explanation
from surfaces.lists import Column, Kind, Listing, Order, Tab
from surfaces.web import errors_of

MAX_ANSWER = 4000


questions = list_view(
    Listing[Explanation](
        title=gettext_lazy("Rule questions"),
        lede=gettext_lazy("Whoever reads a clause may ask what it means. The answer is promised by a date."),
        rows=lambda asked: queries.explanations_for(asked.actor),
        tabs=[
            Tab("open", gettext_lazy("Waiting"), Q(answered_at__isnull=True), "due"),
            Tab("done", gettext_lazy("Answered"), Q(answered_at__isnull=False), "answered"),
        ],
        orders={
            "due": Order(("due_at", "id"), ("explanation_waiting",), on=("open",)),
            "answered": Order(("-answered_at", "id"), ("explanation_answered",), on=("done",)),
        },
        columns=[
            Column(
                "number",
                gettext_lazy("Question"),
                lambda line: line.row.number,
                Kind.NUMBER,
                note=lambda line: Truncator(line.row.question).chars(60),
            ),
            Column("question", gettext_lazy("What is asked"), lambda line: line.row.question, file_only=True),
            Column(
                "clause",
                gettext_lazy("Clause"),
                lambda line: (
                    f"{line.row.clause.version.rule.name} {line.row.clause.version.number} · {line.row.clause.number}"
                ),
            ),
            Column("asked", pgettext_lazy("column", "Asked"), lambda line: line.row.asked_at, Kind.MOMENT),
            Column(
                "due",
                gettext_lazy("Answer due"),
                lambda line: line.row.due_at,
                Kind.DUE,
                rank=1,
                order="due",
                on=["open"],
            ),
            Column(
                "answered",
                gettext_lazy("Answered"),
                lambda line: line.row.answered_at,
                Kind.MOMENT,
                order="answered",
                on=["done"],
            ),
        ],
        link=lambda line: reverse("questions:question", args=[line.row.ref]),
        test=("questions", "question-row"),
    ),
    roles=OVERSEES,
)
"""The questions that wait for an answer, or those answered."""


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
