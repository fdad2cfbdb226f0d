"""Shared by the pages of an executor's staff: who reads them, and as whose record."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casework import clock
from casework.actor import Actor
from casework.errors import NotFound, or_not_found
from executors import queries
from executors.models import ExecutorPerson
from surfaces.web import actor_of


def reader(request: HttpRequest) -> tuple[Actor, ExecutorPerson]:
    """Returns the person of an executor who asks. Raises `NotSignedIn`; `NotFound` for everybody else."""
    actor = actor_of(request)
    person = or_not_found(queries.person_of(actor))
    return actor, person


def case_for_worker[C](find: Callable[[Actor, str], C]) -> Callable[[Actor, str], C]:
    """Returns the case as `find` finds it, for somebody who works for an executor. Raises `NotFound` for everybody
    else.
    """

    def found(actor: Actor, ref: str) -> C:
        if queries.person_of(actor) is None:
            raise NotFound()
        return find(actor, ref)

    return found


def show(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"executors/{template}", {"now": clock.now(), **context}, status=status)
