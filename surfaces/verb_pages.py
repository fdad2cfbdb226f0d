"""Makes the page of a declared verb: it asks for confirmation, or for what the verb takes, and then carries it out.

    urlpatterns = [*verb_pages("appeals/<slug:ref>/", VERBS, queries.appeal_for, "appeals:detail")]

The page carries the version of the case that it was made for. Where the case went on meanwhile, nothing is changed:
the page comes back with what was typed, what happened since, and the values that are others now.

What does not belong here: a page that shows more of the case than its number; that is an ordinary view.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import import_module
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import clock
from casework.actor import Actor
from casework.errors import CaseError, Invalid, PreconditionRequired, Stale
from casework.models import Case, Event
from casework.verbs import Verb
from surfaces.asks import PARTY, Page
from surfaces.forms import number
from surfaces.input_forms import MORE_ROWS, InputForm
from surfaces.web import MAX_FILES, actor_of, page

MOST_CHANGES = 20
type Changes = Callable[[Any, int], Sequence[Any]]


def verb_pages(
    prefix: str,
    verbs: Iterable[Verb],
    case_for: Callable[[Actor, str], Case],
    back: str | Callable[..., str],
    *,
    by: str = PARTY,
    **more: Any,
) -> list[URLPattern]:
    """An address for every verb that has a page for this audience, as in the API; the verb's name is the page's.

    `more` of `verb_page`.
    """
    return [
        path(
            f"{prefix}{(verb.path or verb.name).lstrip('/')}/",
            verb_page(verb, case_for, back, by=by, **more),
            name=verb.name,
        )
        for verb in verbs
        if verb.page_for(by) is not None
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """A verb as one reader is asked for it: its page, its form, and the version of the case that they read.

    `changes` is what happened to the case after that version, `values` what is another value now (label, words).
    """

    verb: Verb
    page: Page
    form: InputForm
    words: Mapping[str, Any]
    version: int | None
    numbers: Mapping[str, int] = field(default_factory=dict)
    status: int = 200
    changes: Sequence[Any] = ()
    values: Sequence[tuple[str, str]] = ()
    is_stale: bool = False

    @property
    def carried(self) -> list[dict[str, Any]]:
        """What the page sends along unseen."""
        version = {"version": self.version or ""} if self.verb.accepts_version() else {}
        return [{"name": name, "value": value} for name, value in {**version, **self.numbers}.items()]

    @property
    def heading(self) -> str:
        return str(self.page.heading) % self.words

    @property
    def effects(self) -> list[str]:
        return self.page.effects_for(self.words)


def step_for(
    verb: Verb,
    page: Page,
    actor: Actor,
    case: Any,
    now: datetime,
    data: Any = None,
    files: Any = None,
    *,
    address: Mapping[str, Any] | None = None,
    version: int | None = None,
    **more: Any,
) -> Step:
    """The verb about this case, with its form as the case stands or as it was sent.

    Raises `NotFound` for a part of the case that is not there.
    """
    words = {"number": getattr(case, "number", ""), "name": getattr(case, "name", "")}
    if page.words:
        words |= page.words(case, **(address or {}))
    filled = form_for(verb, page, actor, case, now, data, files, address=address or {}, **more)
    numbers = page.seen(case) if page.seen else {}
    if data is not None:
        numbers = {name: number(data.get(name, "")) or 0 for name in numbers}
    return Step(verb, page, filled, words, case.version if data is None else version, numbers=numbers)


def form_for(
    verb: Verb,
    page: Page,
    actor: Actor,
    case: Any,
    now: datetime,
    data: Any = None,
    files: Any = None,
    *,
    address: Mapping[str, Any],
    **more: Any,
) -> InputForm:
    takes = verb.takes if page.is_asked else None
    names = {} if takes is None else {str(one.source): name for name, one in takes().fields.items()}
    given = {names[to]: case.ref for to in verb.arguments.values() if to in names}
    if page.given:
        given |= page.given(case, **address)
    if data is None:
        more["initial"] = {
            **(page.starts(case, now) if page.starts else {}),
            **(page.stands(case, now) if page.stands else {}),
        }
    choices = page.choices(actor, case, now) if page.choices else {}
    return InputForm(takes, data, files, asks=page.asks, choices=choices, given=given, **more)


def open_steps(
    verbs: Iterable[Verb], by: str, actor: Actor, case: Case, now: datetime, typed: Step | None = None
) -> list[Step]:
    """Those that are open to this reader, and the one that was just refused, as it was typed."""
    return [
        typed if typed and typed.verb is verb else step_for(verb, page, actor, case, now, auto_id=f"{verb.name}_%s")
        for verb in verbs
        if (page := verb.page_for(by)) and (verb.is_open(actor, case, now) or (typed and typed.verb is verb))
    ]


def changes_since(case: Case, version: int, by: str) -> list[str]:
    """What happened to the case after this version of it, in the words for this audience, newest last."""
    texts = import_module(f"{case._meta.app_label}.events").EVENTS
    events = Event.objects.filter(case_kind=case.KIND, case_id=case.pk, sequence__gt=version).order_by("sequence")
    rows = [texts[event.type] for event in events[:MOST_CHANGES]]
    said = [row.party if by == PARTY else row.staff or row.party for row in rows]
    return [str(text) for text in said if text and "%(" not in str(text)]


def verb_page(
    verb: Verb,
    case_for: Callable[[Actor, str], Case],
    back: str | Callable[..., str],
    *,
    by: str = PARTY,
    then: str | Callable[[Any], str] = "",
    template: str = "components/confirm.html",
    first_effect: Callable[..., str] | None = None,
    shows: Callable[..., Mapping[str, Any]] | None = None,
    render: Callable[..., HttpResponse] = render,
    within: Callable[[HttpRequest, str, Step], HttpResponse] | None = None,
    changes: Changes | None = None,
) -> Callable[..., HttpResponseBase]:
    """GET asks (405 where the verb has nothing to ask), POST carries it out and leads to the page `then` (else `back`).

    Both are names of pages of the case, with a place on it if wanted (`disputes:room#owed`), or functions that give an
    address: `back(case, **address)`, `then(case)`.
    Nothing is asked while the verb is not open to the actor (`Verb.refusal`). A refusal after which it is still open,
    such as an older version than the case's, comes back on the page, with what was typed.

    `first_effect(actor, case, **address)` says what follows in this very case, such as a sum; it comes before what
    the row says. `shows(actor, case, now, **address)` is what a template of its own shows besides. `render` puts the
    page into a frame other than `base.html`; it is called as Django's own. `within` shows the case's page with the
    refused step, where the verb is asked for there (`Page.within`); `changes(case, version)` says what happened since,
    where the sentences of the app's events will not do.
    """
    asked: Page = verb.page_for(by)
    place = f"#{asked.place}" if asked.place else ""
    if asked.within and within is None:
        raise TypeError(f"{verb.name}: its page is within the case's, which `within` has to show")

    @require_http_methods(["GET", "HEAD", "POST"] if asked.heading and not asked.within else ["POST"])
    @page(keeps=_kept(verb), asks=(MORE_ROWS,))
    def view(request: HttpRequest, /, ref: str, **address: object) -> HttpResponse:
        actor, now = actor_of(request), clock.now()
        case = case_for(actor, ref)
        sent = request.method == "POST"
        step = step_for(
            verb,
            asked,
            actor,
            case,
            now,
            request.POST if sent else None,
            request.FILES if sent else None,
            address=address,
            version=number(request.POST.get("version", "")),
            **({"auto_id": f"{verb.name}_%s"} if asked.within else {}),
        )
        if sent and MORE_ROWS in request.POST:
            step.form.ask_again()
        elif sent and not step.form.is_valid():
            step = replace(step, status=400)
        elif sent:
            try:
                said, result = _carry_out(step, actor, now, {"ref": ref, **address}, request.FILES)
            except CaseError as refused:
                case = case_for(actor, ref)
                if not asked.is_asked or not _is_open(verb, actor, case, now, ref, address):
                    raise
                step = _refused(step, refused, case, now, by, changes)
            else:
                messages.success(request, str(asked.done(said, result) if callable(asked.done) else asked.done))
                shown = result if type(result) is type(case) else case
                return redirect(_address(then, shown) if then else _address(back, shown, address) + place)
        if step.status in (200, 400) and not _is_open(verb, actor, case, now, ref, address):
            raise verb.refusal(actor, case, now)
        if within is not None and asked.within:
            return within(request, ref, step)
        effects = [*([first_effect(actor, case, **address)] if first_effect else []), *step.effects]
        back_url = _address(back, case, address) + place
        context = {"step": step, "form": step.form, "effects": effects, "back_url": back_url}
        context |= shows(actor, case, now, **address) if shows else {}
        return render(request, template, context | _shown(step), status=step.status)

    view.made_of = (verb, asked, back)  # type: ignore[attr-defined]  # tests ask every page what it is of
    return view


def _is_open(verb: Verb, actor: Actor, case: Case, now: datetime, ref: str, address: Mapping[str, Any]) -> bool:
    """Whether the verb is open, with the part of the case that the address names where it is about one."""
    if verb.parts is None:
        return verb.is_open(actor, case, now)
    named = {ref, *map(str, address.values())}
    parts = (p for p in verb.parts(actor, case, now) if {getattr(p, "ref", ""), str(getattr(p, "no", ""))} & named)
    return any(verb.is_open(actor, case, now, part) for part in parts)


def _shown(step: Step) -> dict[str, Any]:
    """The step as `components/confirm_form.html` shows it."""
    return {
        "heading": step.heading,
        "button": step.page.button,
        "danger": step.page.is_loss,
        "fields": step.carried,
    }


def _carry_out(
    step: Step, actor: Actor, now: datetime, address: Mapping[str, Any], sent: MultiValueDict[str, Any]
) -> tuple[Mapping[str, Any], Any]:
    """What was said, and what the command gave. A page that carries no version where one is needed changes nothing."""
    verb, said = step.verb, step.form.said()
    arguments = {verb.arguments.get(name, name): value for name, value in address.items()} | dict(step.numbers)
    if verb.accepts_version():
        if step.version is None and verb.needs_version:
            raise PreconditionRequired(Stale.title)
        arguments["expected_version"] = step.version
    if step.page.files is not None:
        files = sent.getlist("files")
        if len(files) > MAX_FILES:
            raise Invalid.field("", "too-many", _("Send at most %(n)d files at once.") % {"n": MAX_FILES})
        arguments["files"] = [(file, file.name or "") for file in files]
    return said, verb.command(actor=actor, now=now, **arguments | dict(said))


def _refused(step: Step, refused: CaseError, case: Case, now: datetime, by: str, changes: Changes | None) -> Step:
    """The step with its refusal. What was read of a case that went on is told, and the next yes is to that."""
    step.form.add_refusal(refused)
    step = replace(step, status=refused.status)
    if not isinstance(refused, Stale | PreconditionRequired):
        return step
    values = step.page.stands(case, now) if step.page.stands else {}
    seen = case.version if step.version is None else step.version
    return replace(
        step,
        version=case.version,
        numbers=step.page.seen(case) if step.page.seen else {},
        is_stale=True,
        changes=changes(case, seen) if changes else changes_since(case, seen, by),
        values=step.form.differing(values),
    )


def _kept(verb: Verb) -> tuple[str, ...]:
    """The fields whose text a refusal page gives back; `measures-` stands for all fields of its rows."""
    fields = {} if verb.takes is None else verb.takes().fields
    shown = [name for name, one in fields.items() if getattr(one, "kind", "") not in ("secret", "file")]
    return (*shown, *(f"{name}-" for name in shown if hasattr(fields[name], "child")))


def _address(page: str | Callable[..., str], case: Case, address: Mapping[str, Any] | None = None) -> str:
    """The page of this name about the case, with a place on it, or the address that the function gives."""
    if callable(page):
        return page(case, **(address or {}))
    name, hash_, place = page.partition("#")
    return reverse(name, args=[case.ref]) + hash_ + place
