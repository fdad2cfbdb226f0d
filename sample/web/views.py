"""One-click sign-in as a sample person; exists only on a database that `manage.py demo` made."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.queries import is_sample_database
from sample import progress
from sample.content.people import CLOSED, sample_actors


def _only_on_a_sample() -> None:
    if settings.IS_DEPLOYED or not is_sample_database():
        raise Http404


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The sample people, each with a button, and how far the sample is loaded."""
    _only_on_a_sample()
    language = request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else "zh-hans"
    shown = [
        {"actor": plan.actor, "username": plan.username, "role": plan.role, "name": plan.display_name.of(language)}
        for plan in sample_actors()
    ]
    standing = progress.told()
    loading = standing if standing is not None and not standing.is_complete else None
    closed = [{"name": plan.name.of(language), "phone": plan.phone} for plan in CLOSED]
    return render(request, "sample/people.html", {"people": shown, "closed": closed, "loading": loading})


@require_POST
def sign_in(request: HttpRequest, actor: str) -> HttpResponse:
    """Signed in as that sample person, on the page where their work is."""
    _only_on_a_sample()
    plan = {plan.actor: plan for plan in sample_actors()}.get(actor)
    user = get_object_or_404(User, username=plan.username if plan else "")
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("/")
