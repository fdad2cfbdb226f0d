"""What a side does with its dispute by one button or one short form: answering, calling the platform in, and so on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework import clock
from casework.actor import Actor
from casework.errors import DeadlinePassed, Invalid, NotAllowed, NotYourTurn
from casework.web import actor_of, page
from disputes import commands, queries
from disputes.models import Dispute
from disputes.policies import side_of
from disputes.web import words
from disputes.web.forms import AnswerForm, NoteForm
from disputes.web.showing import claim_words


def _room(ref: str, anchor: str = "") -> HttpResponse:
    return redirect(reverse("disputes:room", args=[ref]) + (f"#{anchor}" if anchor else ""))


@require_http_methods(["GET", "HEAD", "POST"])
@page(keeps=("text",))
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """The first answer of the other side. Answered before, it leads to the room."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" and dispute.answered_at is not None:
        return _room(ref)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                commands.answer_dispute(
                    actor=actor,
                    ref=ref,
                    text=form.cleaned_data["text"],
                    refuses=form.cleaned_data["refuses"] == "yes",
                    now=now,
                )
            except Invalid as error:
                form.take(error)
            else:
                messages.success(request, _("Your answer is on file and the other side was told."))
                return _room(ref)
        status = 400
    context = {
        "dispute": dispute,
        "claim": claim_words(dispute),
        "form": form,
        "can": any(a.name == "answer" for a in queries.actions_for(actor, dispute, now=now)),
        "waits": dispute.state == "NEGOTIATING" and dispute.answered_at is None,
        "now": now,
    }
    return render(request, "disputes/answer.html", context, status=status)


@require_POST
@page()
def escalate(request: HttpRequest, ref: str) -> HttpResponse:
    """The platform is called in."""
    commands.escalate_dispute(actor=actor_of(request), ref=ref, now=clock.now())
    messages.success(request, _("The platform was called in. A mediator, who is a person, will join."))
    return _room(ref)


@require_POST
@page()
def demand_human(request: HttpRequest, ref: str) -> HttpResponse:
    """A person will decide: no question asked, no reason, no fee."""
    commands.demand_human(actor=actor_of(request), ref=ref, now=clock.now())
    messages.success(request, _("Only a person will decide this dispute. The system proposes nothing any more."))
    return _room(ref)


@require_http_methods(["GET", "HEAD", "POST"])
@page()
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Taking the dispute back, after a page that says what follows."""
    return _confirmed(
        request,
        ref,
        "withdraw",
        heading=_("Take the dispute %(number)s back?"),
        effects=[
            _("The dispute is closed, and nothing follows from it."),
            _("Open offers end."),
            _("What was written and submitted stays on file. Your legal rights stay."),
        ],
        button=_("Take the dispute back"),
        danger=True,
        act=commands.withdraw_dispute,
        done=_("The dispute was taken back."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page()
def review(request: HttpRequest, ref: str) -> HttpResponse:
    """Asking for a review, once, after a page that says what follows."""
    return _confirmed(
        request,
        ref,
        "request-review",
        heading=_("Ask for a review of %(number)s?"),
        effects=[
            _("Somebody else, who had no part before, decides anew on what is on file."),
            _("Until then nothing is carried out."),
            _("A review is possible once. The new determination can be better or worse for you."),
        ],
        button=_("Ask for a review"),
        danger=False,
        act=commands.request_review,
        done=_("The review was asked for."),
        back="disputes:decision",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page()
def accept_determination(request: HttpRequest, ref: str) -> HttpResponse:
    """Accepting the determination, after a page that says what is given up."""
    return _confirmed(
        request,
        ref,
        "accept-determination",
        heading=_("Accept the determination of %(number)s?"),
        effects=[
            _("You give up the review by the platform."),
            _("Once both sides have accepted, what was determined is carried out at once."),
            _("Your legal rights stay: 12315, mediation, arbitration or court."),
        ],
        button=_("Accept the determination"),
        danger=False,
        act=commands.accept_determination,
        done=_("You accepted the determination."),
        back="disputes:decision",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page()
def consent(request: HttpRequest, ref: str) -> HttpResponse:
    """A merchant agrees, in this dispute, to bear a refund without return; its own act, never a default."""
    return _confirmed(
        request,
        ref,
        "",
        heading=_("Agree to a refund without return in %(number)s?"),
        effects=[
            _("If the dispute is determined so, you refund and the buyer keeps the goods."),
            _("This is for this dispute only. You need not agree, and nothing is held against you if you do not."),
            _("It cannot be taken back in this dispute."),
        ],
        button=_("Agree in this dispute"),
        danger=False,
        act=commands.consent_to_no_return,
        done=_("Your agreement is on file for this dispute."),
    )


def _confirmed(
    request: HttpRequest,
    ref: str,
    name: str,
    *,
    heading: str,
    effects: list[str],
    button: str,
    danger: bool,
    act: Callable[..., Any],
    done: str,
    back: str = "disputes:room",
) -> HttpResponse:
    """The page that asks once more, and what follows once it was answered. `name`: the action that has to be open."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    if request.method == "POST":
        act(actor=actor, ref=ref, now=now)
        messages.success(request, done)
        return _room(ref)
    _require(actor, dispute, name, now)
    context = {
        "heading": heading % {"number": dispute.number},
        "effects": effects,
        "button": button,
        "danger": danger,
        "back_url": reverse(back, args=[ref]),
    }
    return render(request, "components/confirm.html", context)


def _require(actor: Actor, dispute: Dispute, name: str, now: datetime) -> None:
    """Raises where the button would not be there: the wrong side, the wrong role, or too early or late."""
    if side_of(actor, dispute) is None:
        raise NotAllowed()
    if not name or any(a.name == name for a in queries.actions_for(actor, dispute, now=now)):
        return
    if name == "request-review" and dispute.state == "DETERMINED" and dispute.review_closes_at is not None:
        if now > dispute.review_closes_at:
            raise DeadlinePassed()
    raise NotYourTurn()


# — what is owed —


@require_http_methods(["GET", "HEAD", "POST"])
@page(keeps=("note",))
def report(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Whoever owes it says that it is done, with a word how."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        commands.report_obligation(actor=actor, ref=ref, no=no, note=form.cleaned_data["note"], now=now)
        messages.success(request, _("It is on file as done; the other side is asked to confirm."))
        return _room(ref, "owed")
    row = next((o for o in dispute.obligations.all() if o.no == no), None)
    can = any(
        a.name == "report-obligation" and a.obligation == no for a in queries.actions_for(actor, dispute, now=now)
    )
    if row is None or not can:
        raise NotYourTurn()
    context = {
        "heading": _("Say that it is done"),
        "effects": [
            words.owed_words(dispute, row),
            _("The other side is asked to confirm. It counts once they or the platform have confirmed."),
        ],
        "button": _("Say that it is done"),
        "danger": False,
        "form": form,
        "back_url": reverse("disputes:room", args=[ref]) + "#owed",
    }
    return render(request, "components/confirm.html", context, status=400 if form.errors else 200)


@require_POST
@page()
def confirm(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Whoever was owed it confirms that it is done."""
    commands.confirm_obligation(actor=actor_of(request), ref=ref, no=no, now=clock.now())
    messages.success(request, _("Confirmed."))
    return _room(ref, "owed")
