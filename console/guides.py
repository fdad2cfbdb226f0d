"""How each role works with the console: a page for each, whose sections bear the addresses of what they speak about."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language

from accounts.models import StaffRoleName
from casework.errors import NotFound
from console.frame import show, staff, surface
from console.navigation import GUIDES


@surface("GET", "HEAD", roles=GUIDES)
def guide(request: HttpRequest, role: str) -> HttpResponse:
    """The guide of one of the reader's own roles."""
    actor = staff(request, role)
    if role not in GUIDES:
        raise NotFound()
    others = [StaffRoleName(each) for each in GUIDES if each != role and actor.has_role(each)]
    return show(request, "guide.html", text=f"guides/{get_language()}/{role}.html", others=others)


addresses = [path("<slug:role>/", guide, name="page")]
