"""The page behind every problem `type`, in the reader's language and the other one."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from config.api.explanations import Explanation, explanation_of, explanations


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """One problem type explained."""
    found = explanation_of(code)
    if found is None:
        raise Http404(code)
    first = translation.get_language() or settings.LANGUAGE_CODE
    languages = sorted(dict(settings.LANGUAGES), key=lambda language: language != first)
    context = {"code": code, "status": found.status, "said": [_in_language(found, language) for language in languages]}
    return render(request, "problems/problem.html", context)


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every problem type."""
    return render(request, "problems/index.html", {"problems": sorted(explanations().items())})


def _in_language(found: Explanation, language: str) -> dict[str, Any]:
    with translation.override(language):
        return {
            "language": translation.to_locale(language).replace("_", "-"),
            "title": str(found.title),
            "why": str(found.why),
            "todo": str(found.todo),
        }
