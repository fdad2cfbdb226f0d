"""The platform's wording: a text is checked, and a compliance officer clears what was found in it, with reasons."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework import clock
from casework.text import MAX_STRING, is_visually_blank
from console.forms import Mistake, typed_text
from console.frame import OVERSEES, show, staff, surface
from console.rules.lists import CLEARANCES
from rules import commands
from rules.clearances import open_findings
from rules.policies import may_clear_wording
from rules.wording import KINDS, lint
from rules.wording.scorer import doubts
from surfaces.lists import context_of
from surfaces.lists.files import TYPES, list_file


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=("text",))
def wording(request: HttpRequest) -> HttpResponseBase:
    """Shows what is found in a text, what a person has to read, and every clearance; clears findings with reasons."""
    actor, errors = staff(request, *OVERSEES), list[Mistake]()
    clearances = CLEARANCES.asked(actor, request.GET.dict(), clock.now())
    if request.GET.get("as") in TYPES:
        return list_file(request, clearances, request.GET["as"])
    text = typed_text(request.POST, "text", MAX_STRING, errors)
    found = [] if errors else lint(text)
    still = {finding.kind for finding in open_findings([text]).get(text, ())} if found else set()
    reasons = {kind: typed_text(request.POST, f"reason-{kind}", 2_000, errors, f"reason-{kind}") for kind in still}
    if "clear" in request.POST and not errors:
        given = {kind: reason for kind, reason in reasons.items() if not is_visually_blank(reason)}
        for kind, reason in given.items():
            commands.clear_wording(actor=actor, text=text, kind=kind, reason=reason, now=clock.now())
        if given:
            count = len(given)
            messages.success(
                request,
                ngettext("%(count)s finding is cleared.", "%(count)s findings are cleared.", count) % {"count": count},
            )
            return redirect("wording:page")
        errors.append(Mistake(_("Say why these words may stand."), f"reason-{min(still)}" if still else ""))
    rows = [
        {"finding": f, "kind": KINDS[f.kind], "is_open": f.kind in still, "reason": reasons.get(f.kind, "")}
        for f in found
    ]
    return show(
        request,
        "rules/wording.html",
        status=400 if errors else 200,
        text=text,
        rows=rows,
        doubts=[] if errors else [{"excerpt": each.excerpt, "kind": KINDS[each.kind]} for each in doubts(text)],
        is_checked=request.method == "POST" and not is_visually_blank(text),
        may_clear=may_clear_wording(actor) is None and bool(still),
        kinds=KINDS,
        **context_of(clearances) | {"errors": errors},
    )
