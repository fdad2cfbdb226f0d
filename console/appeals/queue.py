"""Taking the next case of the queue, and what a browser is set to: keys, covered pictures."""

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
from console.frame import surface
from surfaces.web import CHOICES, actor_of, page_before


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
def choose(request: HttpRequest, name: str) -> HttpResponse:
    """Keeps what any member of staff chooses for this browser (`CHOICES`), and leads back to their page."""
    if actor_of(request).kind is not ActorKind.STAFF:
        raise NotAllowed()
    answer = redirect(page_before(request))
    usual, other = CHOICES[name]
    answer.set_cookie(
        f"workbench_{name}",
        other if request.POST.get(name) == other else usual,
        max_age=365 * 24 * 3600,
        secure=settings.IS_DEPLOYED,
        httponly=True,
        samesite="Lax",
    )
    return answer
