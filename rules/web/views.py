"""The published rules: search, history, one version with its clauses, and the same as a file. Open to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from casework import clock
from casework.errors import NotFound
from casework.files import header_filename
from casework.text import TextRefused, check_text
from casework.web import page
from rules import queries

ENDINGS = {"html": "text/html; charset=utf-8", "txt": "text/plain; charset=utf-8"}
MAX_SEARCHED = 100


@require_safe
@page()
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule, or those in whose name or text the words stand."""
    asked, refused = request.GET.get("q", "").strip(), ""
    try:
        check_text(asked, max_length=MAX_SEARCHED, one_line=True)
    except TextRefused as error:
        asked, refused = "", str(error.message)
    context = {
        "rules": queries.rules_with_history(asked),
        "asked": asked,
        "errors": [{"text": refused, "id": "id_q"}] if refused else [],
        "now": clock.now(),
    }
    return render(request, "rules/list.html", context)


@require_safe
@page()
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every published version of one rule, newest first."""
    now = clock.now()
    rule = queries.rule_by_ref(code)
    versions = [(row, row.is_in_force(now)) for row in rule.history]  # type: ignore[attr-defined]
    return render(request, "rules/history.html", {"rule": rule, "versions": versions, "now": now})


@require_safe
@page()
def version(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """One version as it reads, each clause with an address of its own."""
    now = clock.now()
    found = queries.version_by_number(code, number)
    context = {"version": found, "rule": found.rule, "is_in_force": found.is_in_force(now), "now": now}
    return render(request, "rules/version.html", context)


@require_safe
@page()
def download(_request: HttpRequest, code: str, number: str, ending: str) -> HttpResponse:
    """The version in both languages as a file to keep."""
    if ending not in ENDINGS:
        raise NotFound()
    found = queries.version_by_number(code, number)
    text = render_to_string(f"rules/download.{ending}", {"version": found, "rule": found.rule})
    response = HttpResponse(text, content_type=ENDINGS[ending])
    name = found.rule.name_en if (get_language() or "").startswith("en") else found.rule.name_zh
    response["Content-Disposition"] = header_filename(f"{name} {found.number}.{ending}")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
