"""The page on which an officer translates what was decided, for every kind of case.

A draft by the translation service fills its fields. It is saved by the officer alone, as one that began as a draft.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from archive.translation_service import NotDrafted, draft, service
from archive.translations import Original, Translatable, digest_of, languages_for, shown, to_translate
from casework import clock
from casework.actor import Actor
from casework.errors import NotYourTurn, Stale
from casework.languages import TAGS
from console.forms import TranslationForm
from console.frame import show, surface

KEPT = (
    *("facts", "reasons", "rule-application", "departure-reason", "departure-reasons"),
    *("no-return-reason", "goods-reason"),
    *(f"{kind}-{no}" for kind in ("point", "finding") for no in range(1, 21)),
)
"""What a refusal page shows again."""
DRAFT = "draft"
"""The button that asks the service: its call waits for another system, so it runs in no transaction."""


def translation_page(
    reader: Callable[[HttpRequest], Actor],
    case_for: Callable[[Actor, str], Any],
    translatable: Callable[[Actor, Any], Translatable],
    add: Callable[..., object],
    back: str,
) -> Callable[..., HttpResponseBase]:
    """Asks for a translation of each text beside its original, with the one before as a start, and adds it by `add`.

    `back` is the name of the page that it leads back to. Refused are whom `reader`, `case_for` and `translatable`
    refuse; where there is nothing to translate, too (`NotYourTurn`).
    """

    @surface("GET", "HEAD", "POST", keeps=KEPT, asks=[DRAFT])
    def translation(request: HttpRequest, ref: str) -> HttpResponse:
        actor, now = reader(request), clock.now()
        what = translatable(actor, case_for(actor, ref))
        return _page(request, what, partial(add, actor=actor, ref=ref, now=now), reverse(back, args=[ref]))

    return translation


def _page(request: HttpRequest, what: Translatable, add: Callable[..., object], back_url: str) -> HttpResponse:
    languages = languages_for(what.originals)
    if not languages:
        raise NotYourTurn(_("There is nothing to translate into this language."))
    asked = request.POST.get("language") or request.GET.get("language")
    language = asked if asked in languages else languages[-1]
    wanted = to_translate(what.originals, language)
    known = shown(what.case, what.subject, what.originals)
    earlier = next((one for one in known if one.language == language), None)
    start = {text.of: text.text for text in earlier.texts} if earlier else {}
    drafted_by, failed = earlier.drafted_by if earlier else "", ""
    if request.method == "POST":
        drafted_by = _unsealed(request.POST.get("drafted", ""), wanted)
    if DRAFT in request.POST:
        try:
            start, drafted_by = draft(wanted, language), service()
        except NotDrafted:
            start = {each.of: request.POST.get(each.of, "") for each in wanted}
            failed = _("The translation service gave no draft that can be used.")
    sent = request.POST if request.method == "POST" and DRAFT not in request.POST else None
    form = TranslationForm(wanted, sent, start, is_drafted=bool(drafted_by))

    def act(values: dict[str, Any]) -> None:
        add(language=language, texts=[(each.of, values[each.of]) for each in wanted], drafted_by=drafted_by)

    if form.is_bound and form.carried_out(act):
        messages.success(request, _("The translation was added."))
        return redirect(back_url)
    return show(
        request,
        "translation.html",
        status=400 if form.errors else 200,
        number=what.case.number,
        rows=[(each, form[each.of]) for each in wanted],
        form=form,
        language=language,
        tag=TAGS[language],
        others=[each for each in languages if each != language],
        has_earlier=earlier is not None,
        back_url=back_url,
        service=service(),
        drafted_by=drafted_by,
        drafted=_sealed(drafted_by, wanted),
        failed=failed,
    )


def _sealed(drafted_by: str, originals: Sequence[Original]) -> str:
    """What the form of a draft carries: whose draft it is, and of which words; empty for none."""
    return signing.dumps([drafted_by, digest_of(originals)], salt=__name__) if drafted_by else ""


def _unsealed(text: str, originals: Sequence[Original]) -> str:
    """Whose draft the form began with, empty for none. Raises `Stale` where it was one of other words."""
    if not text:
        return ""
    try:
        drafted_by, drafted = signing.loads(text, salt=__name__)
    except signing.BadSignature:
        raise Stale() from None
    if drafted != digest_of(originals):
        raise Stale()
    return str(drafted_by)
