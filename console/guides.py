"""How each role works with the console: a page for each, whose sections bear the addresses of what they speak about."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language

from accounts.models import StaffRoleName
from casework.errors import NotFound
from console.frame import show, staff, surface
from console.navigation import GUIDES


@surface("GET", "HEAD", roles=GUIDES)
def guide(request: HttpRequest, whose: str) -> HttpResponse:
    """The guide of one of the reader's own roles."""
    actor = staff(request, whose)
    if whose not in GUIDES:
        raise NotFound()
    others = [StaffRoleName(each) for each in GUIDES if each != whose and actor.has_role(each)]
    text = f"guides/{get_language()}/{whose}.html"
    return show(request, "guide.html", whose=StaffRoleName(whose), text=text, others=others)


addresses = [path("<slug:whose>/", guide, name="page")]
