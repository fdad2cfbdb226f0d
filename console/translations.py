"""The page on which an officer translates what was decided, for every kind of case."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from casework.actor import Actor
from casework.errors import NotYourTurn
from casework.languages import TAGS
from casework.translations import Translatable, languages_for, shown, to_translate
from console.forms import TranslationForm
from console.frame import show, surface

KEPT = (
    *("facts", "reasons", "rule-application", "departure-reason", "departure-reasons"),
    *("no-return-reason", "goods-reason"),
    *(f"{kind}-{no}" for kind in ("point", "finding") for no in range(1, 21)),
)
"""What a refusal page shows again."""


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

    @surface("GET", "HEAD", "POST", keeps=KEPT)
    def translation(request: HttpRequest, ref: str) -> HttpResponse:
        actor, now, back_url = reader(request), clock.now(), reverse(back, args=[ref])
        what = translatable(actor, case_for(actor, ref))
        languages = languages_for(what.originals)
        if not languages:
            raise NotYourTurn(_("There is nothing to translate into this language."))
        asked = request.POST.get("language") or request.GET.get("language")
        language = asked if asked in languages else languages[-1]
        wanted = to_translate(what.originals, language)
        earlier = shown(what.case, what.subject, what.originals)
        before = {text.of: text.text for one in earlier if one.language == language for text in one.texts}
        form = TranslationForm(wanted, request.POST if request.method == "POST" else None, before)
        if form.is_bound and form.carried_out(
            lambda texts: add(actor=actor, ref=ref, language=language, texts=list(texts.items()), now=now)
        ):
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
            has_earlier=bool(before),
            back_url=back_url,
        )

    return translation
