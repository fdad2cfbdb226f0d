"""Makes the page of a declared verb: it asks for confirmation, or for what the verb takes, and then carries it out.

    urlpatterns = [*verb_pages("appeals/<slug:ref>/", VERBS, queries.appeal_for, "appeals:detail")]

What does not belong here: a page that shows more of the case than its number; that is an ordinary view.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from casework import clock
from casework.actor import Actor
from casework.errors import CaseError
from casework.models import Case
from casework.verbs import Verb
from surfaces.forms import CommandForm, TakesForm, version_of
from surfaces.web import actor_of, page


def verb_pages(
    prefix: str,
    verbs: Iterable[Verb],
    case_for: Callable[[Actor, str], Case],
    back: str,
    forms: Mapping[str, type[CommandForm]] | None = None,
    **more: Any,
) -> list[URLPattern]:
    """An address for every verb that says what to show when it is `done`.

    `forms` by name, where the one that follows from what the verb takes will not do; `more` of `verb_page`.
    """
    return [
        path(
            f"{prefix}{verb.name}/",
            verb_page(verb, case_for, back, form=(forms or {}).get(verb.name), **more),
            name=verb.name,
        )
        for verb in verbs
        if verb.done
    ]


def verb_page(
    verb: Verb,
    case_for: Callable[[Actor, str], Case],
    back: str,
    *,
    then: str = "",
    form: type[CommandForm] | None = None,
    template: str = "components/confirm.html",
    first_effect: Callable[[Any], str] | None = None,
    render: Callable[..., HttpResponse] = render,
) -> Callable[..., HttpResponseBase]:
    """GET asks (405 where the verb has nothing to ask), POST carries it out and leads to the page `then` (else `back`).

    Both are names of pages of the case, with a place on it if wanted: `disputes:room#owed`.
    Nothing is asked while the verb is not open to the actor (`Verb.refusal`). A refusal after which it is still open,
    such as an older version than the case's, comes back on the page, with what was typed. `first_effect` says what
    follows in this very case, such as a sum; it comes before what the row says. `render` puts the page into a frame
    other than `base.html`; it is called as Django's own.
    """
    confirm = verb.confirm
    make_form = form or partial(TakesForm, verb)

    @require_http_methods(["GET", "HEAD", "POST"] if confirm is not None else ["POST"])
    @page(keeps=tuple(make_form().fields))
    def view(request: HttpRequest, /, ref: str, **address: object) -> HttpResponse:
        actor, now = actor_of(request), clock.now()
        case = case_for(actor, ref)
        filled, status = make_form(request.POST if request.method == "POST" else None), 200
        if filled.is_bound and filled.is_valid():
            arguments = {verb.arguments.get(name, name): value for name, value in {"ref": ref, **address}.items()}
            if verb.accepts_version():
                arguments["expected_version"] = version_of(request.POST.get("version", ""))
            try:
                result = verb.command(actor=actor, now=now, **arguments, **filled.cleaned_data)
            except CaseError as refused:
                case = case_for(actor, ref)
                if confirm is None or not verb.is_open(actor, case, now):
                    raise
                filled.add_refusal(refused)
                status = refused.status
            else:
                messages.success(request, str(verb.done))
                return redirect(_address(then or back, result.ref if isinstance(result, Case) else ref))
        if not filled.is_bound and not verb.is_open(actor, case, now):
            raise verb.refusal(actor, case, now)
        assert confirm is not None
        context = {
            "heading": confirm.heading % {"number": case.number, "name": getattr(case, "name", "")},
            "effects": [*([first_effect(case)] if first_effect else []), *confirm.effects],
            "button": verb.label,
            "danger": confirm.is_loss,
            "fields": [{"name": "version", "value": case.version}] if verb.accepts_version() else [],
            "form": filled,
            "back_url": _address(back, ref),
        }
        return render(request, template, context, status=status if status != 200 or not filled.errors else 400)

    return view


def _address(page_name: str, ref: str) -> str:
    name, hash_, place = page_name.partition("#")
    return reverse(name, args=[ref]) + hash_ + place
