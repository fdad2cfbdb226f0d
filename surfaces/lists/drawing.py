"""A declared list as a page: what its template draws, its file, and what is done to many rows at once.

A template gets plain values alone: it would call whatever can be called, and show nothing where that fails.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from casework import clock
from casework.actor import Actor
from casework.errors import CaseError, NotFound
from surfaces.filters import ListFilter
from surfaces.lists import cells
from surfaces.lists.cells import Text
from surfaces.lists.declaring import Act, Asked, Choice, Column, Line, Listing
from surfaces.lists.files import TYPES, list_file
from surfaces.web import actor_of

MOST_AT_ONCE = 100
"""Rows that one press of a button acts on at most: more than a page has."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; `order` is what it leads to, `sorted` how the list stands by it now."""

    text: Text
    name: str
    rank: int
    is_figure: bool
    order: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    head: Text
    name: str
    rank: int
    kind: str
    is_figure: bool
    html: SafeString | str


@dataclass(frozen=True, slots=True)
class Button:
    """What can be done to a row: its button, or the link that looks like one."""

    label: Text
    url: str
    is_link: bool


@dataclass(frozen=True, slots=True)
class Row:
    ref: str
    number: str
    state: str
    css: str
    first: Cell
    cells: Sequence[Cell]
    url: str
    button: Button | None
    can_be_chosen: bool


@dataclass(frozen=True, slots=True)
class Picked:
    """A filter and what was picked: of each code its label and where it leads; of none, to everything."""

    name: str
    label: Text
    options: Sequence[tuple[str, Text, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A list as its templates show it."""

    title: Text
    part: Text
    lede: Text
    hint: Text
    nothing: Text
    leads_to: str
    leads_text: Text
    frame: str
    is_console: bool
    test: str
    row_test: str
    each: str
    tab: str
    tabs: Sequence[tuple[str, Text, int]]
    order: str
    searched: Text
    has_days: bool
    has_more: bool
    selects: Sequence[Picked]
    chips: Sequence[Picked]
    filter: ListFilter
    is_narrowed: bool
    reads_everybodys: bool
    heads: Sequence[Head]
    rows: Sequence[Row]
    has_rows: bool
    has_buttons: bool
    many: Sequence[tuple[str, Text]]
    files: Sequence[str]


def context_of(asked: Asked[Any]) -> dict[str, Any]:
    """What `surfaces/list.html` and `surfaces/_list.html` draw."""
    return {
        "list": drawn(asked),
        "lines": asked.lines if asked.listing.each else (),
        "paging": asked.page,
        "place": asked.listing.place,
        "errors": asked.filter.errors,
        "now": asked.now,
    }


def drawn(asked: Asked[Any]) -> Drawn:
    listing, columns = asked.listing, asked.columns()
    acts = [each for each in listing.acts if asked.has(each)]
    rows = [] if listing.each else [_row(line, columns, acts) for line in asked.lines]
    picked = [(each, _picked(asked, each)) for each in listing.filters if asked.has(each)]
    leads = listing.nothing_leads
    return Drawn(
        title=listing.title,
        part=asked.part,
        lede=listing.lede,
        hint=listing.hint,
        nothing=listing.nothing,
        leads_to=reverse(leads[0]) if leads else "",
        leads_text=leads[1] if leads else "",
        frame=listing.frame,
        is_console=listing.is_console,
        test=listing.test[0],
        row_test=listing.test[1],
        each=listing.each,
        tab=asked.tab,
        tabs=[(each.name, each.label, asked.counts[each.name]) for each in asked.tabs],
        order=asked.order,
        searched=listing.searched,
        has_days=bool(listing.days),
        has_more=asked.filter.has_more or any(found.chosen for each, found in picked[1:] if each.as_chips),
        selects=[found for each, found in picked if not each.as_chips],
        chips=[found for each, found in picked if each.as_chips],
        filter=asked.filter,
        is_narrowed=asked.is_narrowed,
        reads_everybodys=bool(asked.filter.words) and bool(listing.days) and asked.actor.kind == "staff",
        heads=[_head(asked, column) for column in columns],
        rows=rows,
        has_rows=bool(asked.page),
        has_buttons=any(row.button is not None for row in rows),
        many=[(act.name, act.many or act.label) for act in acts if act.run is not None],
        files=list(TYPES),
    )


def _picked(asked: Asked[Any], choice: Choice) -> Picked:
    options = [(code, label, _address(asked, choice.name, code)) for code, label in {"": "", **choice.choices}.items()]
    return Picked(choice.name, choice.label, options, asked.chosen.get(choice.name, ""))


def _address(asked: Asked[Any], name: str, value: str) -> str:
    """The same list with this parameter, from its first page."""
    query = QueryDict(mutable=True)
    query.update({key: text for key, text in asked.query.items() if key not in ("after", "before", name)})
    if value:
        query[name] = value
    return f"?{query.urlencode()}"


def _head(asked: Asked[Any], column: Column[Any]) -> Head:
    """Leads to the order of the column, and once the list stands in it, to the same the other way round."""
    order, turns, stands = column.order, "", ""
    if order:
        turns = f"-{order}" if asked.order_name == order else order
        is_falling = asked.listing.orders[order].columns[0].startswith("-")
        if asked.order_name.removeprefix("-") == order:
            stands = "descending" if is_falling != asked.order_name.startswith("-") else "ascending"
    return Head(column.head, column.name, column.rank, column.kind.is_figure, turns, stands)


def _row(line: Line[Any], columns: Sequence[Column[Any]], acts: Sequence[Act[Any]]) -> Row:
    listing, row = line.asked.listing, line.row
    url = listing.link(line) if listing.link is not None else ""
    fit = [act for act in acts if act.when(line)]
    one = next((act for act in fit if act.url), None)
    shown = [_cell(line, column) for column in columns]
    return Row(
        ref=str(getattr(row, listing.by)),
        number=getattr(row, "number", ""),
        state=str(getattr(row, "state", "")),
        css=listing.row_class(line) if listing.row_class is not None else "",
        first=shown[0],
        cells=shown[1:],
        url=url,
        button=None if one is None else Button(one.label, reverse(one.url, args=[row.ref]), one.is_link),
        can_be_chosen=any(act.run is not None for act in fit),
    )


def _cell(line: Line[Any], column: Column[Any]) -> Cell:
    kind, value, is_console = column.kind, column.value(line), line.asked.listing.is_console
    html: SafeString | str = ""
    if value is not None and value != "" and value != ():
        html = kind.html(value, line.now, due_label="" if is_console else column.head)
        if column.link is not None and (url := column.link(line)):
            html = format_html('<a class="read" href="{}">{}</a>', url, html)
    elif is_console and column.note is None:
        html = cells.nothing()
    note = column.note(line) if column.note is not None else ""
    html = format_html("{}{}{}", html, format_html(" <small>{}</small>", note) if note else "", _flags(line, column))
    return Cell(column.head, column.name, column.rank, kind.value, kind.is_figure, html)


def _flags(line: Line[Any], column: Column[Any]) -> SafeString:
    html = SafeString()
    for flag in column.flags(line) if column.flags is not None else ():
        html = format_html("{} {}", html, cells.tag(flag.tone, flag.icon, flag.text, test=flag.test))
    return html


# — the view —


def anybody(request: HttpRequest) -> Any:
    """Who reads a list that is open to everybody; None for whoever is not signed in."""
    return getattr(request, "actor", None)


class Shows(Protocol):
    def __call__(self, request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse: ...


def list_page(
    listing: Listing[Any],
    *,
    who: Callable[[HttpRequest], Actor] = actor_of,
    shows: Shows = render,
    more: Callable[[Asked[Any]], Mapping[str, Any]] | None = None,
) -> Callable[..., HttpResponseBase]:
    """The view of the list's page; with `as` in its address, of its file. A POST is one of its acts on many rows.

    `more` is what the listing's own template shows besides.
    """

    def view(request: HttpRequest, **path: str) -> HttpResponseBase:
        asked = listing.asked(who(request), request.GET.dict(), clock.now(), path)
        if request.method == "POST":
            return _act_on_many(request, asked)
        if request.GET.get("as") in TYPES:
            return list_file(request, asked, request.GET["as"])
        return shows(request, listing.template, context_of(asked) | dict(more(asked) if more is not None else {}))

    return view


def _act_on_many(request: HttpRequest, asked: Asked[Any]) -> HttpResponse:
    """Each row in a transaction of its own: what is refused of one does not hold up the others, and is said."""
    acts = {each.name: each for each in asked.listing.acts if each.run is not None and asked.has(each)}
    if not acts:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    act = acts.get(request.POST.get("act", ""))
    if act is None or act.run is None:
        raise NotFound()
    done, refused = 0, []
    for ref in dict.fromkeys(request.POST.getlist("ref")[:MOST_AT_ONCE]):
        try:
            with transaction.atomic():
                act.run(actor=asked.actor, ref=ref, now=asked.now)
            done += 1
        except CaseError as error:
            refused.append(str(error.detail))
    if done:
        messages.success(
            request, act.done(done) if act.done else ngettext("%(n)d done.", "%(n)d done.", done) % {"n": done}
        )
    for text in dict.fromkeys(refused):
        messages.warning(request, f"{text} ({refused.count(text)})" if refused.count(text) > 1 else text)
    return redirect(request.get_full_path())
