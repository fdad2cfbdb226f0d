"""The published rules: search, history, one version, two compared, files to keep, a feed. Open to everybody."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from casework import clock
from casework.errors import Invalid, NotFound, or_not_found
from casework.formats import moment_text
from casework.text import TextRefused, check_text
from files.filenames import header_filename
from rules import commands, queries
from rules.counsel import is_signed, signatures_of_version
from rules.how_made import how_made
from rules.models import RuleVersion
from rules.searching import find_clauses
from rules.web.comparison import clause_changes, compare_versions
from rules.web.forms import ExplanationForm, OpinionForm
from surfaces.web import page

ENDINGS = {
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
}
MAX_SEARCHED = 100
SHOWN = 20
"""Clauses that a search shows at first."""
KEEP_PDF = 24 * 3600
"""Seconds for which a drawn PDF is kept: the text never changes, drawing it takes a while."""


@page("GET", "HEAD")
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule; with words, the clauses of all versions in which they stand."""
    asked, refused = request.GET.get("q", "").strip(), ""
    code = request.GET.get("rule", "").strip()
    try:
        check_text(asked, max_length=MAX_SEARCHED, one_line=True)
        check_text(code, max_length=MAX_SEARCHED, one_line=True)
    except TextRefused as error:
        asked, code, refused = "", "", str(error.message)
    every = list(queries.rules_with_history())
    context: dict[str, Any] = {
        "rules": every,
        "asked": asked,
        "only": next((rule for rule in every if code and rule.code == code), None),
        "errors": [{"text": refused, "id": "id_q"}] if refused else [],
        "consultations": queries.consultations_open(clock.now()),
        "now": clock.now(),
    }
    if asked:
        found = find_clauses(asked, rule=code)
        shown = found.clauses if "all" in request.GET else found.clauses[:SHOWN]
        context |= {"found": found, "shown": shown}
    return render(request, "rules/list.html", context)


@page("GET", "HEAD")
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every published version of one rule, newest first."""
    now = clock.now()
    rule = queries.rule_by_ref(code)
    rows: list[RuleVersion] = rule.history  # type: ignore[attr-defined]
    versions = [(row, row.is_in_force(now), before) for row, before in zip(rows, [*rows[1:], None], strict=True)]
    return render(request, "rules/history.html", {"rule": rule, "versions": versions, "now": now})


@page("GET", "HEAD")
def version(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """One version as it reads, each clause with an address of its own."""
    now = clock.now()
    found = queries.version_by_number(code, number)
    how, signatures = how_made(found), signatures_of_version(found)
    context = {
        "version": found,
        "rule": found.rule,
        "before": queries.version_before(found),
        "how": how,
        "changes": clause_changes(how.changed or ()),
        "is_in_force": found.is_in_force(now),
        "may_leave": found.withdrawn_at is None and (found.effective_to is None or now < found.effective_to),
        "endings": list(ENDINGS),
        "signatures": signatures,
        "signed": is_signed(signatures, found.text_hash),
        "now": now,
    }
    return render(request, "rules/version.html", context)


@never_cache
@page("GET", "HEAD", "POST", keeps=("question", "contact"))
def explain(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Asks what a clause means, the first where none is named, signed in or with a contact (办法 8(2))."""
    found = queries.version_by_number(code, number)
    wanted = request.GET.get("clause")
    clause = or_not_found(next((each for each in found.clauses.all() if wanted in (None, each.number)), None))
    actor = getattr(request, "actor", None)
    is_known = actor is not None and actor.user_id is not None
    form = ExplanationForm(request.POST or None, is_known=is_known)
    if request.method == "POST" and form.is_valid():
        try:
            asked = commands.ask_explanation(
                actor=actor if is_known else None, clause_id=clause.pk, now=clock.now(), **form.cleaned_data
            )
        except Invalid as refused:
            for error in refused.errors:
                form.add_error(error.pointer.strip("/"), str(error.message))
        else:
            return redirect("rules:explanation", ref=asked.ref)
    clause.version = found
    context = {"clause": clause, "form": form, "is_known": is_known, "days": commands.WORKING_DAYS}
    return render(request, "rules/explain.html", context, status=400 if form.errors else 200)


@never_cache
@page("GET", "HEAD")
def explanation(request: HttpRequest, ref: str) -> HttpResponse:
    """A question and its answer, for whoever has the address."""
    found, now = queries.explanation_at(ref), clock.now()
    context = {"question": found, "late": found.is_late(now), "now": now}
    return render(request, "rules/explanation.html", context)


@never_cache
@page("GET", "HEAD", "POST", keeps=("text", "contact"))
def consultation(request: HttpRequest, ref: str) -> HttpResponse:
    """A draft as it was put out, and, while it is open, the form to comment on it (办法 10, 11)."""
    now, found = clock.now(), queries.consultation_by_ref(ref)
    actor = getattr(request, "actor", None)
    is_known = actor is not None and actor.user_id is not None
    is_open = found.takes_opinions(now)
    clauses = [each["number"] for each in found.consulted_text]
    form = OpinionForm(request.POST or None, clauses=clauses, is_known=is_known)
    if request.method == "POST" and form.carried_out(
        lambda values: commands.submit_opinion(
            actor=actor if is_known else None, ref=ref, now=now, source=request.META.get("REMOTE_ADDR", ""), **values
        )
    ):
        messages.success(request, _("Your opinion is on file. It is answered before the rule is adopted."))
        return redirect("rules:consultation", ref=ref)
    context = {
        "making": found,
        "version": found.rule_version,
        "clauses": [_in_reading(each) for each in found.consulted_text],
        "is_open": is_open,
        "is_known": is_known,
        "form": form,
        "answered": queries.dispositions_of(found),
        "planned_talks": found.planned_talks.filter(held_as=None),
        "own": queries.opinions_of(actor, found).order_by("no") if actor is not None and is_known else [],
        "now": now,
    }
    return render(request, "rules/consultation.html", context, status=400 if form.errors else 200)


def _in_reading(clause: dict[str, Any]) -> dict[str, Any]:
    """A clause as it was put out, with `title` and `text` in the reader's language, or in Chinese."""
    wanted = "en" if (get_language() or "").startswith("en") else "zh"
    return clause | {stem: clause[f"{stem}_{wanted}"] or clause[f"{stem}_zh"] for stem in ("title", "text")}


@page("GET", "HEAD")
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions of a rule by clause and character; the newest beside the one before where none is named."""
    rule = queries.rule_by_ref(code)
    rows: list[RuleVersion] = rule.history  # type: ignore[attr-defined]
    to = request.GET.get("to") or rows[0].number
    newer = next((row for row in rows if row.number == to), None)
    before = queries.version_before(newer) if newer else None
    start = request.GET.get("from") or (before.number if before else to)
    if not {start, to} <= {row.number for row in rows}:
        raise NotFound()
    older, newer = (queries.version_by_number(code, number) for number in (start, to))
    changes = compare_versions(older, newer)
    context = {
        "rule": rule,
        "versions": rows,
        "older": older,
        "newer": newer,
        "changes": [change for change in changes if change.kind != "same"],
        "same": [change for change in changes if change.kind == "same"],
        "now": clock.now(),
    }
    return render(request, "rules/compare.html", context)


@page("GET", "HEAD")
def download(_request: HttpRequest, code: str, number: str, ending: str) -> HttpResponseBase:
    """The version in both languages as a file to keep."""
    if ending not in ENDINGS:
        raise NotFound()
    found = queries.version_by_number(code, number)
    response: HttpResponse
    if ending == "json":
        response = JsonResponse(_as_json(found), json_dumps_params={"ensure_ascii": False, "indent": 2})
    elif ending == "pdf":
        response = HttpResponse(_as_pdf(found), content_type=ENDINGS[ending])
    else:
        text = render_to_string(
            f"rules/download.{ending}", {"version": found, "rule": found.rule, "how": how_made(found)}
        )
        response = HttpResponse(text, content_type=ENDINGS[ending])
    name = found.rule.name_en if (get_language() or "").startswith("en") else found.rule.name_zh
    response["Content-Disposition"] = header_filename(f"{name} {found.number}.{ending}")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _as_json(found: RuleVersion) -> dict[str, object]:
    """As `GET rules/{ref}/versions/{no}`, with both languages of everything."""
    how = how_made(found)
    return {
        "rule": found.rule.ref,
        "code": found.rule.code,
        "name_zh": found.rule.name_zh,
        "name_en": found.rule.name_en,
        "number": found.number,
        "effective_from": found.effective_from,
        "effective_to": found.effective_to,
        "published_at": found.published_at,
        "summary_zh": found.summary_zh,
        "summary_en": found.summary_en,
        "text_hash": found.text_hash,
        "made": found.made,
        "consultation": {
            "opened_at": found.consulted_from,
            "closed_at": found.consulted_until,
            "opinions": how.opinions,
            "record": how.address,
            "summary_zh": found.consultation_summary_zh,
            "summary_en": found.consultation_summary_en,
        }
        if found.held
        else None,
        "approved_by_role": how.approver_role or None,
        "approved_by": how.approver_code or None,
        "approved_at": how.approved_at,
        "forced_start": {
            "instrument": how.forced_by.instrument,
            "article": how.forced_by.article,
            "name_zh": how.forced_by.name_zh,
            "name_en": how.forced_by.name_en,
            "reason": found.forced_reason,
        }
        if how.forced_by
        else None,
        "clauses": [
            {
                name: getattr(clause, name)
                for name in (
                    "number", "title_zh", "title_en", "text_zh", "text_en", "is_major_interest", "text_hash",
                )
            }
            for clause in found.clauses.all()
        ],
    }  # fmt: skip


def _as_pdf(found: RuleVersion) -> bytes:
    from rules.web import pdf  # with all of fontTools, which only the first PDF has to wait for

    key = f"rule-pdf:{found.pk}:{get_language()}:{found.effective_to.timestamp() if found.effective_to else ''}"
    body: bytes | None = cache.get(key)
    if body is None:
        body = pdf.render_version(found, platform=settings.SITE_NAME or _("Appeals centre"))
        cache.set(key, body, KEEP_PDF)
    return body


@page("GET", "HEAD")
def feed(_request: HttpRequest, code: str = "") -> HttpResponse:
    """The versions last published, of every rule or of one, as an Atom feed."""
    rule = queries.rule_by_ref(code) if code else None
    here = reverse("rules:rule-feed", args=[rule.code]) if rule else reverse("rules:feed")
    at = reverse("rules:history", args=[rule.code]) if rule else reverse("rules:list")
    site = settings.SITE_NAME or _("Appeals centre")
    atom = Atom1Feed(
        title=f"{rule.name if rule else _('Rules')} · {site}",
        link=settings.PUBLIC_URL + at,
        feed_url=settings.PUBLIC_URL + here,
        description="",
        language=get_language() or "zh-hans",
    )
    for each in queries.newest_versions(rule=rule):
        link = settings.PUBLIC_URL + reverse("rules:version", args=[each.rule.code, each.number])
        start = moment_text(each.effective_from, "zone")
        atom.add_item(
            title=f"{each.rule.name} {each.number}",
            link=link,
            unique_id=f"{link}#{each.text_hash}",
            description=" ".join(filter(None, (_("In force from %(start)s") % {"start": start}, each.summary))),
            pubdate=each.published_at,
            updateddate=each.published_at,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
