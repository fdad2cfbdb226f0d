"""Certificates, and the training and test that lead to one. Answers are kept as they are given, script or not."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from casework import clock
from casework.actor import Actor
from casework.errors import CaseError, NotYourTurn
from casework.formats import deadline_text, moment_text
from executors import commands, queries
from executors.machine import ExecutorState
from executors.models import Attempt, Certification, Curriculum, ExecutorPerson
from executors.queries.in_force import SOON, certificate_ends_at, certificate_state, newest_of_each
from executors.queries.measures import measure_labels
from executors.web import presenters
from executors.web.frame import reader, show
from surfaces.web import actor_of, page

RESULT_SHOWN = timedelta(days=30)
"""For so long a finished test stands on the page with its answers."""


@page("GET", "HEAD")
def certifications(request: HttpRequest) -> HttpResponse:
    """Lists every certificate of this person's, for a lead the team's, and the training there is."""
    actor, person = reader(request)
    now = clock.now()
    curricula = list(queries.curricula_for(actor, now=now))
    held = newest_of_each(queries.certifications_for(actor))
    executor, labels = queries.with_mandates(person.executor), measure_labels()
    cards = {
        row.pk: presenters.certificate_card(
            row,
            executor=executor,
            labels=labels,
            curricula=curricula if row.person_id == person.pk else (),
            now=now,
            names_person=row.person_id != person.pk,
        )
        for row in held
    }
    own = [row for row in held if row.person_id == person.pk]
    parts = [
        (_("Yours"), [cards[r.pk] for r in own if cards[r.pk]["state"] not in presenters.OVER]),
        (_("Lapsed"), [cards[r.pk] for r in own if cards[r.pk]["state"] in presenters.OVER]),
        (_("Your team"), [cards[r.pk] for r in held if r.person_id != person.pk]),
    ]
    open_ones = queries.attempts_for(actor).filter(person=person, finished_at__isnull=True)
    attempts = {a.curriculum_id: a for a in open_ones}
    return show(
        request,
        "certifications.html",
        standing=presenters.inactive_notice(person.executor),
        groups=[{"title": title, "cards": found} for title, found in parts if found],
        training=[presenters.training_line(c, held=own, open_attempt=attempts.get(c.pk), now=now) for c in curricula],
        now=now,
    )


@page("GET", "HEAD")
def training(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one curriculum: material, test, and after the test which answers were right and why."""
    actor, person = reader(request)
    return _training(request, actor, person, ref)


@page("POST")
def start(request: HttpRequest, ref: str) -> HttpResponse:
    """Starts the test; one that is open goes on."""
    actor = actor_of(request)
    commands.start_attempt(actor=actor, curriculum=ref, now=clock.now())
    return redirect(reverse("executors:training", args=[ref]) + "#test")


@require_POST
def save(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Saves the answers given so far; answered as JSON for the page's script, and as the page without one."""
    if "application/json" not in request.headers.get("Accept", ""):
        return _saved(request, ref=ref)
    now = clock.now()
    try:
        _keep(request, ref)
    except CaseError as error:
        return JsonResponse({"code": error.code, "detail": str(error.detail)}, status=error.status)
    return JsonResponse({"saved_at": now.isoformat()})


@page()
def _saved(request: HttpRequest, ref: str) -> HttpResponse:
    _keep(request, ref)
    messages.success(request, _("Your answers are kept. You can go on whenever you like."))
    return redirect("executors:training", ref=ref)


@page("POST")
def finish(request: HttpRequest, ref: str) -> HttpResponse:
    """Finishes the test once every question has an answer; the page then says what was right and why."""
    actor, person = reader(request)
    curriculum = queries.curriculum_for(actor, ref)
    attempt = newest_attempt(actor, person, curriculum)
    if attempt is not None and attempt.finished_at is None:
        given = answers_in(request.POST)
        attempt = commands.save_answers(actor=actor, ref=attempt.ref, answers=given, now=clock.now())
        missing = [q.no for q in curriculum.questions.all() if str(q.no) not in attempt.answers]
        if missing:
            return _training(request, actor, person, ref, missing=missing)
        commands.finish_attempt(actor=actor, ref=attempt.ref, now=clock.now())
    return redirect("executors:training", ref=ref)


def answers_in(post: QueryDict) -> dict[int, int]:
    """Returns the answers that were sent, by the numbers of their questions; what is no number is no answer."""
    sent = {name.removeprefix("answer-"): str(value) for name, value in post.items() if name.startswith("answer-")}
    return {int(no): int(value) for no, value in sent.items() if _is_number(no) and _is_number(value)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 4


def newest_attempt(actor: Actor, person: ExecutorPerson, curriculum: Curriculum) -> Attempt | None:
    """Returns the reader's own latest attempt at this test."""
    return queries.attempts_for(actor).filter(person=person, curriculum=curriculum).first()


def _keep(request: HttpRequest, ref: str) -> None:
    """Saves the answers. Raises `NotYourTurn` where no test is open."""
    actor, person = reader(request)
    attempt = newest_attempt(actor, person, queries.curriculum_for(actor, ref))
    if attempt is None:
        raise NotYourTurn()
    commands.save_answers(actor=actor, ref=attempt.ref, answers=answers_in(request.POST), now=clock.now())


def _training(
    request: HttpRequest, actor: Actor, person: ExecutorPerson, ref: str, *, missing: Sequence[int] = ()
) -> HttpResponse:
    now = clock.now()
    curriculum = queries.curriculum_for(actor, ref)
    attempt = newest_attempt(actor, person, curriculum)
    if attempt is not None and attempt.finished_at is not None and attempt.finished_at < now - RESULT_SHOWN:
        attempt = None
    certificates = queries.certifications_for(actor).filter(person=person, rule_version=curriculum.rule_version)
    holds = [c for c in certificates if c.level >= curriculum.level and _is_live(c, now)]
    until = max((certificate_ends_at(c) for c in holds), default=None)
    errors = [{"text": _("Question %(no)s has no answer yet.") % {"no": no}, "id": f"question-{no}"} for no in missing]
    may, why_not = _may_start(actor, person, curriculum, attempt, until, now)
    return show(
        request,
        "training.html",
        status=400 if errors else 200,
        curriculum=presenters.curriculum_head(curriculum),
        material=curriculum.material,
        material_lang=presenters.language_of_material(curriculum),
        page_lang="en" if (get_language() or "").startswith("en") else "zh-Hans",
        attempt=_attempt(attempt, curriculum, now),
        questions=presenters.questions(curriculum, attempt, missing=missing) if attempt is not None else [],
        hold=_("until %(at)s") % {"at": deadline_text(until, "day")} if until is not None else "",
        errors=errors,
        can_start=may,
        cannot=why_not,
        now=now,
    )


def _is_live(row: Certification, now: datetime) -> bool:
    return certificate_state(row, now=now) in ("VALID", "EXPIRING", "NOT_YET")


def _attempt(attempt: Attempt | None, curriculum: Curriculum, now: datetime) -> dict[str, Any] | None:
    """Where the test stands, as the page says it."""
    if attempt is None:
        return None
    how = "OPEN" if attempt.finished_at is None else "PASSED" if attempt.passed else "FAILED"
    text = ""
    if how == "PASSED":
        begins = curriculum.rule_version.effective_from
        text = _("Your certificate is issued.")
        if begins > now:
            text = _("Your certificate is issued. It counts from %(at)s, when this version takes effect.") % {
                "at": moment_text(begins)
            }
    elif how == "FAILED":
        text = _("%(needed)s%% were needed. Below stands what was right, and why.") % {
            "needed": curriculum.pass_percent
        }
    return {"ref": attempt.ref, "state": how, "saved_at": attempt.saved_at, "score": attempt.score, "text": text}


def _may_start(
    actor: Actor,
    person: ExecutorPerson,
    curriculum: Curriculum,
    attempt: Attempt | None,
    until: datetime | None,
    now: datetime,
) -> tuple[str, str]:
    """What stands beside the button that begins the test, or why there is none."""
    if attempt is not None and attempt.finished_at is None:
        return "", ""
    state, replaced_at = str(person.executor.state), curriculum.rule_version.effective_to
    if state == ExecutorState.REGISTERED:
        return "", _("You can sit the test once the platform lets you train.")
    if state == ExecutorState.ENDED:
        return "", _("You work for the platform no more.")
    if replaced_at is not None and replaced_at <= now:
        return "", _("This version of the rule was replaced. Train on the new one.")
    if until is not None and until - now > SOON:
        return "", _("You can renew it from %(at)s on.") % {"at": moment_text(until - SOON, "day")}
    since = now - timedelta(days=1)
    today = (
        queries.attempts_for(actor)
        .filter(
            person=person,
            curriculum__rule_version=curriculum.rule_version,
            curriculum__level=curriculum.level,
            started_at__gt=since,
        )
        .order_by("started_at")
    )
    left = settings.EXECUTOR_ATTEMPTS_A_DAY - len(today)
    if left <= 0:
        again = today[0].started_at + timedelta(days=1)
        return "", _("The attempts of a day are used up. You can try again from %(at)s.") % {"at": moment_text(again)}
    return (
        ngettext(
            "You can begin %(n)s more time within 24 hours. No time limit runs.",
            "You can begin %(n)s more times within 24 hours. No time limit runs.",
            left,
        )
        % {"n": left},
        "",
    )
