"""Carries out what a page sent, once, and renders refusals as pages: with the same words, and with the typed text."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import wraps
from itertools import chain
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from casework import clock
from casework.actor import Actor
from casework.errors import CaseError, FileRefused, Invalid, NotSignedIn, TooLarge
from casework.idempotency import Answer, digest_of, run_form_once
from casework.text import TextRefused
from files.attachments import prepare_uploads
from surfaces.forms import CaptionField

P = ParamSpec("P")

MAX_FILES = 20
"""Files that one page sends at most."""
FORM_KEY = "form_key"
"""The field by which a form that is sent twice is known; `{% form_key %}` writes it."""
FETCHED = "fetch"
"""What the page's script says in `X-Requested-With`: it wants to be told where to go, and goes there itself."""
CHOICES = {"shortcuts": ("on", "off"), "pictures": ("shown", "covered")}
"""What a member of staff chooses for a browser, in a cookie there: what holds where nothing was chosen, and else."""
_KEY = re.compile(r"[\w-]{16,64}")
type Errors = list[dict[str, str]]


def actor_of(request: HttpRequest) -> Actor:
    """Who asks for this page, as the middleware found out. Raises `NotSignedIn` for a stranger."""
    actor = getattr(request, "actor", None)
    if not actor:
        raise NotSignedIn()
    return actor  # type: ignore[no-any-return]


def chosen(request: HttpRequest, name: str) -> str:
    usual, other = CHOICES[name]
    return other if request.COOKIES.get(f"workbench_{name}") == other else usual


def render_refusal(
    request: HttpRequest, error: CaseError, *, keeps: Sequence[str] = (), **context: Any
) -> HttpResponse:
    """The page that says why not, in the error's own words and status; with what was typed in the fields `keeps`."""
    kept = {"error": error, "kept": _typed(request, keeps)}
    page = render(request, "errors/refusal.html", kept | context, status=error.status)
    if error.retry_after is not None:
        page["Retry-After"] = str(error.retry_after)
    return page


def _typed(request: HttpRequest, keeps: Sequence[str]) -> list[str]:
    """What was typed in these fields; a name that ends in `-` stands for all that begin with it."""
    names = [n for keep in keeps for n in ([keep] if keep[-1:] != "-" else request.POST) if n.startswith(keep)]
    return [text for name in names for text in request.POST.getlist(name) if text.strip()]


def answer_draft(save: Callable[[], datetime]) -> JsonResponse:
    """Saves what somebody is typing and answers the page's script with when it was saved, or why it was not."""
    try:
        saved_at = save()
    except TextRefused as refused:
        return JsonResponse({"code": refused.code, "detail": str(refused.message)}, status=400)
    except CaseError as error:
        return JsonResponse({"code": error.code, "detail": str(error.detail)}, status=error.status)
    return JsonResponse({"saved_at": saved_at.isoformat()})


def page_before(request: HttpRequest) -> str:
    """Returns the page of ours that this form was sent from; not an address that only takes forms."""
    sent_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, allowed_hosts={request.get_host()}):
        return "/"
    where = urlsplit(sent_from)
    return urlunsplit(("", "", where.path or "/", where.query, ""))


def page(
    *methods: str, keeps: Sequence[str] = (), asks: Sequence[str] = ()
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """Decorates a view that answers these methods, and may raise any `CaseError`: a stranger is sent to sign in,
    everybody else gets the refusal as a page.

    Whoever was signed out while they wrote gets their text back first, and the way to sign in behind it.

    `keeps` names the fields whose typed text the refusal page shows, so that nobody has to write it again. `asks` names
    the buttons that only ask for something: what they send changes nothing, and runs in no transaction.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                if any(name in request.POST for name in asks):
                    return view(request, *args, **kwargs)
                return _told(request, _once(request, lambda: view(request, *args, **kwargs)))
            except NotSignedIn as error:
                if request.method != "POST":
                    return redirect_to_login(request.get_full_path())
                sign_in = redirect_to_login(page_before(request))
                if _is_fetched(request):
                    return JsonResponse({"location": sign_in.url}, status=error.status)
                if not _typed(request, keeps):
                    return sign_in
                return render_refusal(request, error, keeps=keeps, back_url=sign_in.url, back_text=_("Sign in"))
            except CaseError as error:
                return render_refusal(request, error, keeps=keeps)

        return require_http_methods(methods)(shown) if methods else shown

    return decorate


def _is_fetched(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == FETCHED


def _told(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A script cannot see where a redirect leads, and following it would use up the messages of that page."""
    if _is_fetched(request) and isinstance(response, HttpResponseRedirect):
        return JsonResponse({"location": response.url})
    return response


def _once(request: HttpRequest, view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    key = request.POST.get(FORM_KEY, "") if request.method == "POST" else ""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None and request.method == "POST" and not getattr(request, "is_carried_out_once", False):
        prepare_uploads(chain.from_iterable(request.FILES.getlist(name)[:MAX_FILES] for name in request.FILES), actor)
    if actor is None or not _KEY.fullmatch(key) or getattr(request, "is_carried_out_once", False):
        return view()
    request.is_carried_out_once = True  # type: ignore[attr-defined]  # a page within a page: the console's verbs
    body = {name: request.POST.getlist(name) for name in request.POST if name not in (FORM_KEY, "csrfmiddlewaretoken")}
    files = {f"file {name}": request.FILES.getlist(name) for name in request.FILES}
    response: list[HttpResponseBase] = []

    def effect() -> Answer | None:
        response.append(view())
        leads_on = isinstance(response[0], HttpResponseRedirect)
        return Answer(302, headers={"Location": response[0]["Location"]}) if leads_on else None

    operation = f"POST {request.get_full_path()}"
    replay = run_form_once(
        principal=actor.ref, operation=operation, key=key, body=body | files, now=clock.now(), effect=effect
    )
    return response[0] if replay is None else HttpResponseRedirect(replay.answer.headers["Location"])


# — files that a page sends —


def errors_of(refused: CaseError, at: str = "id_files") -> Errors:
    """The texts of a refusal, for the summary on top of a page; `at` is the field that they lead to."""
    return [{"text": text, "id": at} for text in [str(e.message) for e in refused.errors] or [str(refused.detail)]]


def wrong_number(files: Sequence[object]) -> Errors:
    """The error of a page that was sent without files, or with too many."""
    if not files:
        return [{"text": _("Choose at least one file."), "id": "id_files"}]
    if len(files) > MAX_FILES:
        return [{"text": _("Send at most %(n)d files at once.") % {"n": MAX_FILES}, "id": "id_files"}]
    return []


def take_files(
    request: HttpRequest,
    files: Iterable[Any],
    take: Callable[[Any, str], object],
    *,
    caption: str = "",
    known: Collection[str] = (),
) -> tuple[Errors, int]:
    """Hands each file to `take` with its caption, or the given one; returns the errors and how many were taken.

    A file that is there already, by its SHA-256 in `known` or in the same form, is left out, and the page says so.

    Each is taken on its own, so that one that cannot be used takes no other with it.
    """
    captions, one = request.POST.getlist("captions"), request.POST.get("caption", "")
    errors: Errors = []
    kept, seen = 0, set(known)
    for index, file in enumerate(files):
        typed = one if not captions else captions[index] if index < len(captions) else ""
        digest = digest_of(file)
        if digest in seen:
            errors += [
                {
                    "text": _("%(name)s is there already and was not added again.") % {"name": file.name},
                    "id": "id_files",
                }
            ]
            continue
        seen.add(digest)
        try:
            take(file, CaptionField().clean(typed or caption))
            kept += 1
        except ValidationError as refused:
            errors += [{"text": f"{file.name}: {text}", "id": "id_caption"} for text in refused.messages]
        except (FileRefused, TooLarge, Invalid) as refused:
            errors += [{**error, "text": f"{file.name}: {error['text']}"} for error in errors_of(refused)]
    return errors, kept


def tell_kept(request: HttpRequest, kept: int) -> None:
    """Adds the message that so many files are kept as drafts."""
    words = ngettext(
        "%(n)d file is kept as a draft. Submit it when you are ready.",
        "%(n)d files are kept as drafts. Submit them when you are ready.",
        kept,
    )
    messages.success(request, words % {"n": kept})
