"""Taking the next case of the queue, and the reviewer's keys."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from appeals import commands
from appeals.policies import REVIEWS
from casework import clock
from casework.actor import ActorKind
from casework.errors import NotAllowed, NotYourTurn
from console.appeals.case import TYPED, reader, to_case
from console.frame import SHORTCUTS_COOKIE, surface
from surfaces.web import actor_of, page_before


@surface("GET", "HEAD")
def start(request: HttpRequest) -> HttpResponse:
    """Redirects to the queue, and whoever oversees and reviews nothing to the list of all appeals."""
    return redirect("workbench:queue" if reader(request).has_role(*REVIEWS) else "workbench:cases")


@surface("POST", keeps=TYPED)
def claim_next(request: HttpRequest) -> HttpResponse:
    """Claims the most urgent case that the reviewer may see, or says that nothing waits."""
    try:
        appeal = commands.claim_next_appeal(actor=reader(request), now=clock.now())
    except NotYourTurn as refused:  # as many cases as they take
        messages.warning(request, str(refused.detail))
        return redirect("workbench:queue")
    if appeal is None:
        messages.info(request, _("No case is waiting for you."))
        return redirect("workbench:queue")
    return to_case(appeal.ref)


@surface("POST")
def set_shortcuts(request: HttpRequest) -> HttpResponse:
    """Switches keyboard shortcuts on or off in this browser, for any member of staff, and leads back to their page."""
    if actor_of(request).kind is not ActorKind.STAFF:
        raise NotAllowed()
    answer = redirect(page_before(request))
    answer.set_cookie(
        SHORTCUTS_COOKIE,
        "off" if request.POST.get("shortcuts") == "off" else "on",
        max_age=365 * 24 * 3600,
        secure=settings.IS_DEPLOYED,
        httponly=True,
        samesite="Lax",
    )
    return answer
