"""Appeals against several notices at once: choosing them, saying once what is wrong, and how they stand."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import PartyKind
from accounts.queries import parties_of, who_holds
from accounts.roles import CAN_APPEAL, CAN_FILE
from appeals import commands, queries
from appeals.machine import AppealState
from appeals.models import MOST_TOGETHER, Appeal, Outcome
from appeals.queries import NoticesToAppeal
from appeals.web.forms import AppealGroupForm
from appeals.web.lists import MEMBERS
from casework import clock
from casework.actor import Actor, ActorKind
from casework.errors import FileRefused, Invalid, NotAllowed, NotFound, NotYourTurn, TooLarge
from casework.machine import row_of
from notices.queries import KINDS, SeveralFilter
from surfaces.filters import read_filter
from surfaces.forms import CaptionField
from surfaces.lists import context_of
from surfaces.lists.files import TYPES, list_file
from surfaces.web import Errors, actor_of, errors_of, page

OPEN_UP_TO = 20
"""So many notices are listed at once where a sentence is asked for; more are folded away."""
SHARED = ("rule", "tool", "batch")


@page("GET", "HEAD")
def choose(request: HttpRequest) -> HttpResponse:
    """Shows which notices can be appealed together, narrowed as the address says, and which cannot, with the reason."""
    actor, now = actor_of(request), clock.now()
    if actor.kind is not ActorKind.PARTY:
        raise NotFound()
    parties = queries.parties_to_appeal_for(actor)
    if not parties:
        # Of an executor's people nobody reads names, and no notice is addressed to it.
        own = [each for each, _role in parties_of(actor) if each.kind != PartyKind.EXECUTOR]
        if not own:
            raise NotFound()
        held = [name for each in own for name in who_holds(each.pk, CAN_FILE)]
        return render(request, "appeals/together.html", {"holders": held, "may_file": False, "now": now})
    party = next((each for each in parties if each.ref == request.GET.get("party")), parties[0])
    asked = _asked(request, party.pk)
    found = queries.choice_of_notices_for(actor, asked, now=now)
    context = {
        "may_file": True,
        "parties": parties,
        "party": party,
        "asked": asked,
        "filter": asked.listed,
        "errors": asked.listed.errors,
        "shared": found.shared,
        "count": min(found.count, MOST_TOGETHER),
        "is_too_many": found.is_too_many,
        "most": MOST_TOGETHER,
        "fit": found.fit,
        "unfit": found.unfit,
        "now": now,
    }
    return render(request, "appeals/together.html", context)


def _asked(request: HttpRequest, party: int) -> SeveralFilter:
    shared = {name: request.GET.get(name, "").replace("\x00", "")[:200] for name in SHARED}
    return SeveralFilter(read_filter(request.GET, states={}, kinds=KINDS), party, **shared)


@page("GET", "HEAD", "POST", keeps=("statement",))
def say(request: HttpRequest) -> HttpResponse:
    """Asks once what is wrong with all of the chosen notices and files; sent twice it is filed once."""
    actor, now = actor_of(request), clock.now()
    if request.method != "POST":
        return redirect("appeals:together")
    parties = queries.parties_to_appeal_for(actor)
    if not parties:
        raise NotAllowed()
    party = next((each for each in parties if each.ref == request.POST.get("party")), parties[0])
    found = _chosen(request, actor, party.pk, now)
    if request.POST.get("to") != "submit":
        if not found.fit:
            messages.warning(request, _("Choose at least one notice."))
            return redirect(f"{reverse('appeals:together')}?{request.GET.urlencode()}")
        return _say_page(request, AppealGroupForm(notices=found.fit), party, found, now)
    form = AppealGroupForm(request.POST, notices=found.fit)
    # What fell out since the page was made is named, and nothing is filed before the reader has seen it.
    fell_out = [ref for ref in _named(request) if ref not in {notice.ref for notice in found.fit}]
    if fell_out or not form.is_valid():
        if fell_out:
            form.is_valid()
            form.add_error(None, _("Some notices can no longer be among them. Look again, then submit."))
        return _say_page(request, form, party, found, now, status=400)
    try:
        group = commands.file_appeal_group(actor=actor, filing=form.filing(), now=now)
    except Invalid as refused:
        form.add_refusal(refused)
        return _say_page(request, form, party, _chosen(request, actor, party.pk, now), now, status=refused.status)
    messages.success(request, _("Your appeals were submitted. Each is decided by itself."))
    return redirect("appeals:group", ref=group.ref)


def _named(request: HttpRequest) -> list[str]:
    """The notices that the page names: one by one where they are ticked, in one field where they were chosen before."""
    named = request.POST.getlist("n") or request.POST.get("notices", "").split(",")
    refs = (ref.replace("\x00", "") for ref in named)
    return list(dict.fromkeys(ref for ref in refs if ref))[:MOST_TOGETHER]


def _chosen(request: HttpRequest, actor: Actor, party: int, now: datetime) -> NoticesToAppeal:
    if request.POST.get("pick") == "all":
        return queries.notices_to_appeal_for(actor, _asked(request, party), now=now)
    return queries.notices_named(actor, party, _named(request), now=now)


def _say_page(
    request: HttpRequest, form: AppealGroupForm, party: Any, found: NoticesToAppeal, now: datetime, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "rows": (rows := form.rows),
        "is_open": len(rows) <= OPEN_UP_TO or any(row["own"].value() or row["own"].errors for row in rows),
        "party": party,
        "names_party": len(queries.parties_to_appeal_for(actor_of(request))) > 1,
        "unfit": found.unfit,
        "count": len(found.fit),
        "named": ",".join(notice.ref for notice in found.fit),
        "back_query": request.GET.urlencode(),
        "earliest": min((notice.appeal_closes_at for notice in found.fit), default=None),
        "now": now,
    }
    return render(request, "appeals/together_say.html", context, status=status)


@page("GET", "HEAD", "POST", keeps=("caption",))
def group(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Shows the appeals that were filed together and how each stands; takes a file as evidence in all that are open."""
    actor, now = actor_of(request), clock.now()
    found = queries.group_for(actor, ref)
    errors: Errors = []
    if request.method == "POST":
        try:
            taken = _evidence_for_all(request, actor, ref, now)
        except (Invalid, FileRefused, TooLarge, NotYourTurn) as refused:
            errors = errors_of(refused, "id_file")
        else:
            messages.success(request, _("The file is evidence in %(n)d appeals now.") % {"n": taken})
            return redirect("appeals:group", ref=ref)
    members = MEMBERS.asked(actor, request.GET.dict(), now, {"group": found.group})
    if request.GET.get("as") in TYPES:
        return list_file(request, members, request.GET["as"])
    context = context_of(members) | {
        "found": found,
        "group": found.group,
        "chips": list(_chips(found)),
        "state": members.chosen.get("state", ""),
        "may_add": actor.role_in(found.group.party_id) in CAN_APPEAL
        and any(row_of(Appeal, each.state).is_open for each in found.counts),
        "caption": request.POST.get("caption", ""),
        "errors": errors,
    }
    return render(request, "appeals/group.html", context, status=400 if errors else 200)


def _evidence_for_all(request: HttpRequest, actor: Actor, ref: str, now: datetime) -> int:
    """Submits the file of the page in all of them; returns in how many."""
    file: Any = request.FILES.get("file")
    caption = request.POST.get("caption", "")
    if file is None:
        raise Invalid.field("/file", "required", _("Choose at least one file."))
    try:
        caption = CaptionField().clean(caption)
    except ValidationError as refused:
        raise Invalid.field("/caption", "validation", str(refused.messages[0])) from None
    taken = commands.submit_group_evidence(
        actor=actor, ref=ref, file=file, name=file.name or "", caption=caption, now=now
    )
    return len(taken)


def _chips(found: queries.GroupRead) -> Iterable[tuple[str, Any, int]]:
    for each in found.counts:
        one: AppealState | Outcome = each.outcome or each.state
        yield str(one), one.label, each.count
