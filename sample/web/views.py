"""One-click sign-in as a sample person; exists only on a database that `manage.py demo` made."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.queries import is_sample_database
from sample.content.executors import FIRM_OF_PERSON
from sample.content.people import USERS
from sample.loading import sample_actors


def _only_on_a_sample() -> None:
    if settings.IS_DEPLOYED or not is_sample_database():
        raise Http404


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The sample people, each with a button."""
    _only_on_a_sample()
    names = {u.actor: u.display_name for u in USERS if u.actor}
    language = request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else "zh-hans"
    shown = [
        {"actor": actor, "username": username, "role": role, "name": names[actor].of(language)}
        for actor, username, role in sample_actors()
    ]
    return render(request, "sample/people.html", {"people": shown})


@require_POST
def sign_in(request: HttpRequest, actor: str) -> HttpResponse:
    """Signed in as that sample person, on the page where their work is."""
    _only_on_a_sample()
    username, role = {name: (username, role) for name, username, role in sample_actors()}.get(actor, ("", ""))
    user = get_object_or_404(User, username=username)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    if role == "mediator":
        return redirect("/workbench/disputes/")
    if username in FIRM_OF_PERSON:
        return redirect("/executor/")
    return redirect("/workbench/queue/" if user.is_staff else "/")
