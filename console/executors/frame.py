"""Shared by compliance's pages about executors: who may open them, and a form that is sent, done or shown again."""

from collections.abc import Callable
from typing import Any, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from casework.actor import Actor
from console import frame
from console.executors.forms import Form
from console.forms import number
from console.frame import OVERSEES, show

P = ParamSpec("P")

TYPED = ("reason", "reasons", "corrective_step", "words", "purpose", "method", "data_kinds", "protection")


def staff(request: HttpRequest) -> Actor:
    """Returns the person of compliance who asks. Raises `NotSignedIn`, `NotAllowed`."""
    return frame.staff(request, *OVERSEES)


def seen_version(request: HttpRequest) -> int:
    """Returns the version of the case that the form was written on; where it says none, one that no case has."""
    return number(request.POST.get("version")) or 0


def surface(*methods: str) -> Callable[[frame.View[P]], frame.View[P]]:
    return frame.surface(*methods, roles=OVERSEES, keeps=TYPED)


def to_executor(ref: str, anchor: str = "") -> HttpResponse:
    return redirect(reverse("executing:executor", args=[ref]) + (f"#{anchor}" if anchor else ""))


def given(request: HttpRequest) -> Any:
    """Returns what a form is bound to: what was sent, or nothing where the page is only opened."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest,
    ref: str,
    form: Form,
    act: Callable[[dict[str, Any]], object],
    *,
    done: str,
    anchor: str = "",
    template: str = "executors/form.html",
    **shown: Any,
) -> HttpResponse:
    """Shows a form about one executor; sent, carries its act out, or shows it again with the refusal in it."""
    if form.carried_out(act):
        messages.success(request, done)
        return to_executor(ref, anchor)
    back_url = reverse("executing:executor", args=[ref])
    context = {"form": form, "groups": [{"fields": form.visible_fields()}], "back_url": back_url}
    return show(request, template, status=400 if form.errors else 200, **{**context, **shown})
