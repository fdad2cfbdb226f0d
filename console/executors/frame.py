"""Shared by compliance's pages about executors: who may open them, and a form that is sent, done or shown again."""

from collections.abc import Callable
from typing import Any, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from casework.actor import Actor
from console import frame
from console.frame import OVERSEES

P = ParamSpec("P")

TYPED = ("reason", "reasons", "corrective_step", "words", "purpose", "method", "data_kinds", "protection")


def staff(request: HttpRequest) -> Actor:
    """Returns the person of compliance who asks. Raises `NotSignedIn`, `NotAllowed`."""
    return frame.staff(request, *OVERSEES)


def surface(*methods: str) -> Callable[[frame.View[P]], frame.View[P]]:
    return frame.surface(*methods, roles=OVERSEES, keeps=TYPED)


def to_executor(ref: str, anchor: str = "") -> HttpResponse:
    return redirect(reverse("executing:executor", args=[ref]) + (f"#{anchor}" if anchor else ""))


def given(request: HttpRequest) -> Any:
    """Returns what a form is bound to: what was sent, or nothing where the page is only opened."""
    return request.POST if request.method == "POST" else None
