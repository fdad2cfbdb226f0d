"""What to try, and one-click sign-in as a sample person; exists only on a database that `manage.py demo` made."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import MembershipRole, PartyKind, StaffRoleName, User
from accounts.queries import is_sample_database
from sample import progress
from sample.content.people import CLOSED, PARTY_BY_KEY, USERS, UserPlan, sample_actors
from sample.content.tour import GROUPS, STEPS, Step
from sample.web.tour import place_of


def _only_on_a_sample() -> None:
    if settings.IS_DEPLOYED or not is_sample_database():
        raise Http404


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """What to try and as whom, the sample people, each with a button, and how far the sample is loaded."""
    _only_on_a_sample()
    language = request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else "zh-hans"
    shown = [
        {"actor": plan.actor, "name": plan.display_name.of(language), "role": _role(plan, language)}
        for plan in sample_actors()
    ]
    standing = progress.told()
    loading = standing if standing is not None and not standing.is_complete else None
    closed = [{"name": plan.name.of(language), "phone": plan.phone} for plan in CLOSED]
    names = {plan.username: plan.display_name.of(language) for plan in USERS}
    tour = [
        (group.title.of(language), [_shown(step, language, names) for step in STEPS if step.group == group.key])
        for group in GROUPS
    ]
    return render(request, "sample/people.html", {"tour": tour, "people": shown, "closed": closed, "loading": loading})


def _role(plan: UserPlan, language: str) -> str:
    """What this person is there for, in words; for whom, where it is a shop or another firm."""
    if plan.staff_roles:
        return " · ".join(str(StaffRoleName(role).label) for role in plan.staff_roles)
    if not plan.party:
        return str(StaffRoleName.AUTHORITY.label)  # by the seat that the sample gives
    party = PARTY_BY_KEY[plan.party]
    if party.kind == PartyKind.CONSUMER:
        return str(PartyKind.CONSUMER.label)
    return f"{MembershipRole(plan.membership).label} · {party.name.of(language)}"


def _shown(step: Step, language: str, names: dict[str, str]) -> dict[str, str | None]:
    return {
        "key": step.key,
        "title": step.title.of(language),
        "about": step.about.of(language),
        "name": names.get(step.who, ""),
        "place": place_of(step),
    }


@require_POST
def sign_in(request: HttpRequest, actor: str) -> HttpResponse:
    """Signed in as that sample person, on the page where their work is."""
    _only_on_a_sample()
    plan = {plan.actor: plan for plan in sample_actors()}.get(actor)
    _become(request, plan.username if plan else "")
    return redirect("/")


@require_POST
def try_step(request: HttpRequest, step: str) -> HttpResponse:
    """Signed in as whoever that step of the tour is about, or signed out where it is about nobody, on its page."""
    _only_on_a_sample()
    found = {each.key: each for each in STEPS}.get(step)
    place = place_of(found) if found else None
    if found is None or place is None:
        raise Http404
    if found.who:
        _become(request, found.who)
    else:
        logout(request)
    return redirect(place)


def _become(request: HttpRequest, username: str) -> None:
    user = get_object_or_404(User, username=username)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
