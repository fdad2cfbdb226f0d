"""Makes the page of a declared verb: it asks for confirmation, or for what the verb takes, and then carries it out.

    urlpatterns = [*verb_pages("appeals/<slug:ref>/", VERBS, queries.appeal_for, "appeals:detail")]

The page carries the version of the case that it was made for. Where the case went on meanwhile, nothing is changed:
the page comes back with what was typed, what happened since, and the values that are others now.

What does not belong here: a page that shows more of the case than its number; that is an ordinary view.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
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
class Asking:
    """A verb that one reader is asked about a case, or about the part of it that the address names."""

    verb: Verb
    page: Page
    actor: Actor
    case: Any
    now: datetime
    ref: str = ""
    address: Mapping[str, Any] = field(default_factory=dict)

    def about(self) -> tuple[Any, ...] | None:
        """Who is asked about what, with the part that the address names; None where it is not open to them."""
        about = (self.actor, self.case, self.now)
        if self.verb.parts is None:
            return about if self.verb.is_open(*about) else None
        named = {self.ref, *map(str, self.address.values())}
        parts = (p for p in self.verb.parts(*about) if {getattr(p, "ref", ""), str(getattr(p, "no", ""))} & named)
        return next(((*about, part) for part in parts if self.verb.is_open(*about, part)), None)

    def is_open(self) -> bool:
        return self.about() is not None

    def follows(self) -> str:
        """What follows from a yes, where the page is a party's and it is open."""
        about = self.about() if self.page.by == PARTY and self.verb.follows else None
        return "" if about is None else self.verb.consequence(*about)

    def form(self, data: Any = None, files: Any = None, **more: Any) -> InputForm:
        """Filled in as the case stands, or as it was sent."""
        page, takes = self.page, self.verb.takes if self.page.is_asked else None
        names = {} if takes is None else {str(one.source): name for name, one in takes().fields.items()}
        given = {names[to]: self.case.ref for to in self.verb.arguments.values() if to in names}
        given |= page.given(self.case, **self.address) if page.given else {}
        if data is None:
            values = [found(self.case, self.now) for found in (page.starts, page.stands) if found]
            more["initial"] = {name: value for each in values for name, value in each.items()}
        choices = page.choices(self.actor, self.case, self.now) if page.choices else {}
        return InputForm(takes, data, files, asks=page.asks, choices=choices, given=given, **more)

    def step(self, data: Any = None, files: Any = None) -> "Step":
        """The verb with its form. Raises `NotFound` for a part of the case that is not there."""
        page, case = self.page, self.case
        words = {"number": getattr(case, "number", ""), "name": getattr(case, "name", "")}
        words |= page.words(case, **self.address) if page.words else {}
        form = self.form(data, files, **({"auto_id": f"{self.verb.name}_%s"} if page.within else {}))
        numbers, version = page.seen(case) if page.seen else {}, case.version
        if data is not None:
            numbers = {name: number(data.get(name, "")) or 0 for name in numbers}
            version = number(data.get("version", ""))
        return Step(self, form, words, version, numbers)


@dataclass(frozen=True, slots=True)
class Step:
    """A verb as one reader is asked for it: its page, its form, and the version of the case that they read.

    `changes` is what happened to the case after that version, `values` what is another value now (label, words).
    """

    asking: Asking
    form: InputForm
    words: Mapping[str, Any]
    version: int | None
    numbers: Mapping[str, int]
    status: int = 200
    changes: Sequence[Any] = ()
    values: Sequence[tuple[str, str]] = ()
    is_stale: bool = False

    @property
    def verb(self) -> Verb:
        return self.asking.verb

    @property
    def page(self) -> Page:
        return self.asking.page

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
        return [*filter(None, [self.asking.follows()]), *self.page.effects_for(self.words)]


def open_steps(
    verbs: Iterable[Verb], by: str, actor: Actor, case: Case, now: datetime, typed: Step | None = None
) -> list[Step]:
    """Those that are open to this reader, and the one that was just refused, as it was typed."""
    return [
        typed if typed and typed.verb is verb else Asking(verb, page, actor, case, now).step()
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
    verb: Verb, case_for: Callable[[Actor, str], Case], back: str | Callable[..., str], **more: Any
) -> Callable[..., HttpResponseBase]:
    """The view of a verb's page; `more` of `VerbPage`."""
    return VerbPage(verb, case_for, back, **more).view()


@dataclass(frozen=True, slots=True)
class VerbPage:
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

    verb: Verb
    case_for: Callable[[Actor, str], Case]
    back: str | Callable[..., str]
    _: KW_ONLY
    by: str = PARTY
    then: str | Callable[[Any], str] = ""
    template: str = "components/confirm.html"
    first_effect: Callable[..., str] | None = None
    shows: Callable[..., Mapping[str, Any]] | None = None
    render: Callable[..., HttpResponse] = render
    within: Callable[[HttpRequest, str, Step], HttpResponse] | None = None
    changes: Callable[[Any, int], Sequence[Any]] | None = None

    @property
    def asked(self) -> Page:
        page: Page = self.verb.page_for(self.by)
        return page

    def view(self) -> Callable[..., HttpResponseBase]:
        asked = self.asked
        if asked.within and self.within is None:
            raise TypeError(f"{self.verb.name}: its page is within the case's, which `within` has to show")

        methods = ("GET", "HEAD", "POST") if asked.heading and not asked.within else ("POST",)

        @page(*methods, keeps=kept(self.verb), asks=(MORE_ROWS,))
        def view(request: HttpRequest, /, ref: str, **address: object) -> HttpResponse:
            actor = actor_of(request)
            return self.answer(
                request, Asking(self.verb, asked, actor, self.case_for(actor, ref), clock.now(), ref, address)
            )

        view.made_of = (self.verb, asked, self.back)  # type: ignore[attr-defined]  # tests ask each page what it is of
        return view

    def answer(self, request: HttpRequest, asking: Asking) -> HttpResponse:
        is_sent = request.method == "POST"
        step = asking.step(*((request.POST, request.FILES) if is_sent else ()))
        if is_sent and MORE_ROWS in request.POST:
            step.form.ask_again()
        elif is_sent and not step.form.is_valid():
            step = replace(step, status=400)
        elif is_sent:
            try:
                said, result = _carry_out(asking, step, request.FILES)
            except CaseError as refused:
                asking = replace(asking, case=self.case_for(asking.actor, asking.ref))
                if not self.asked.is_asked or not asking.is_open():
                    raise
                step = self._refused(asking, step, refused)
            else:
                return self._done(request, asking, said, result)
        if step.status in (200, 400) and not asking.is_open():
            raise self.verb.refusal(asking.actor, asking.case, asking.now)
        within = self.within if self.asked.within else None
        return within(request, asking.ref, step) if within is not None else self._drawn(request, asking, step)

    def _done(self, request: HttpRequest, asking: Asking, said: Mapping[str, Any], result: Any) -> HttpResponse:
        done, shown = self.asked.done, result if type(result) is type(asking.case) else asking.case
        messages.success(request, str(done(said, result) if callable(done) else done))
        return redirect(_address(self.then, shown) if self.then else self._way_back(shown, asking))

    def _way_back(self, case: Case, asking: Asking) -> str:
        return _address(self.back, case, asking.address) + (f"#{self.asked.place}" if self.asked.place else "")

    def _drawn(self, request: HttpRequest, asking: Asking, step: Step) -> HttpResponse:
        about, first = (asking.actor, asking.case), self.first_effect
        context = {
            "step": step,
            "form": step.form,
            "heading": step.heading,
            "effects": [*([first(*about, **asking.address)] if first else []), *step.effects],
            "button": self.asked.button,
            "danger": self.asked.is_loss,
            "fields": step.carried,
            "back_url": self._way_back(asking.case, asking),
        }
        more = self.shows(*about, asking.now, **asking.address) if self.shows else {}
        return self.render(request, self.template, {**context, **more}, status=step.status)

    def _refused(self, asking: Asking, step: Step, refused: CaseError) -> Step:
        """The step with its refusal. What was read of a case that went on is told, and the next yes is to that."""
        step.form.add_refusal(refused)
        step = replace(step, asking=asking, status=refused.status)
        if not isinstance(refused, Stale | PreconditionRequired):
            return step
        case, page = asking.case, asking.page
        seen = case.version if step.version is None else step.version
        return replace(
            step,
            version=case.version,
            numbers=page.seen(case) if page.seen else {},
            is_stale=True,
            changes=self.changes(case, seen) if self.changes else changes_since(case, seen, self.by),
            values=step.form.differing(page.stands(case, asking.now) if page.stands else {}),
        )


def _carry_out(asking: Asking, step: Step, sent: MultiValueDict[str, Any]) -> tuple[Mapping[str, Any], Any]:
    """What was said, and what the command gave. A page that carries no version where one is needed changes nothing."""
    verb, said = asking.verb, step.form.said()
    address = {"ref": asking.ref, **asking.address}
    arguments = {verb.arguments.get(name, name): value for name, value in address.items()} | dict(step.numbers)
    if verb.accepts_version():
        if step.version is None and verb.needs_version:
            raise PreconditionRequired(Stale.title)
        arguments["expected_version"] = step.version
    if asking.page.files is not None:
        files = sent.getlist("files")
        if len(files) > MAX_FILES:
            raise Invalid.field("", "too-many", _("Send at most %(n)d files at once.") % {"n": MAX_FILES})
        arguments["files"] = [(file, file.name or "") for file in files]
    return said, verb.command(actor=asking.actor, now=asking.now, **arguments | dict(said))


def kept(verb: Verb) -> tuple[str, ...]:
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
