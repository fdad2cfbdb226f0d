"""A declared list as a page: what its template draws, its file, and what is done to many rows at once.

A template gets plain values alone: it would call whatever can be called, and show nothing where that fails.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework import clock
from casework.actor import Actor
from casework.errors import CaseError, NotFound
from surfaces.input_forms import InputForm
from surfaces.lists import cells
from surfaces.lists.declaring import Act, Asked, Choice, Column, Line, Listing
from surfaces.lists.files import TYPES, list_file
from surfaces.web import actor_of

MOST_AT_ONCE = 100
"""Rows that one press of a button acts on at most: more than a page has."""
COPIED = ("title", "lede", "hint", "nothing", "frame", "is_console", "searched", "each")


class Refused(NamedTuple):
    """What an act on many rows was refused for: its form as it was sent, and the rows that are ticked still."""

    form: InputForm
    refs: Collection[str]


def context_of(asked: Asked[Any], refused: Refused | None = None) -> dict[str, Any]:
    """What `surfaces/list.html` and `surfaces/_list.html` draw."""
    listing = asked.listing
    columns, acts = asked.columns(), [each for each in listing.acts if asked.has(each)]
    ticked = refused.refs if refused is not None else ()
    rows = [] if listing.each else [_row(line, columns, acts, ticked) for line in asked.lines()]
    picked = [(each.as_chips, _picked(asked, each)) for each in listing.filters if asked.has(each)]
    chips = [found for as_chips, found in picked if as_chips]
    leads = listing.nothing_leads
    drawn = {name: getattr(listing, name) for name in COPIED} | {
        "part": asked.at.label,
        "leads_to": reverse(leads[0]) if leads else "",
        "leads_text": leads[1] if leads else "",
        "test": listing.test[0],
        "row_test": listing.test[1],
        "tab": asked.tab,
        "tabs": [(each.name, each.label, asked.counts[each.name]) for each in asked.tabs],
        "order": asked.order,
        "filter": asked.filter,
        "selects": [found for as_chips, found in picked if not as_chips],
        "chips": chips,
        "has_days": bool(listing.days),
        "has_more": asked.filter.has_more or any(found["chosen"] for found in chips[1:]),
        "is_narrowed": asked.is_narrowed,
        "reads_everybodys": bool(asked.filter.words and listing.days) and getattr(asked.actor, "kind", "") == "staff",
        "heads": [_head(asked, column) for column in columns],
        "rows": rows,
        "has_rows": bool(asked.page),
        "has_buttons": any(row["button"] for row in rows),
        "many": [(act.name, act.many) for act in acts if act.run is not None],
        "many_form": refused.form if refused is not None else _first_form(asked, acts),
        "files": list(TYPES),
    }
    return {
        "list": drawn,
        "lines": asked.lines() if listing.each else (),
        "paging": asked.page,
        "place": listing.place,
        "errors": asked.filter.errors,
        "now": asked.now,
    }


def _picked(asked: Asked[Any], choice: Choice) -> dict[str, Any]:
    """A filter and what was picked: of each code its label and where it leads; of none, to everything."""
    options = [(code, label, _address(asked, choice.name, code)) for code, label in {"": "", **choice.choices}.items()]
    chosen = asked.chosen.get(choice.name, "")
    return {"name": choice.name, "label": choice.label, "options": options, "chosen": chosen}


def _address(asked: Asked[Any], name: str, value: str) -> str:
    """The same list with this parameter, from its first page."""
    query = QueryDict(mutable=True)
    query.update({key: text for key, text in asked.query.items() if key not in ("after", "before", name)})
    if value:
        query[name] = value
    return f"?{query.urlencode()}"


def _head(asked: Asked[Any], column: Column[Any]) -> dict[str, Any]:
    """Leads to the order of the column, and once the list stands in it, to the same the other way round."""
    order, leads_to, stands = column.order, "", ""
    if order:
        leads_to = f"-{order}" if asked.order_name == order else order
        is_falling = asked.listing.orders[order].columns[0].startswith("-")
        if asked.order_name.removeprefix("-") == order:
            stands = "descending" if is_falling != asked.order_name.startswith("-") else "ascending"
    return {"text": column.head, "rank": column.rank, "is_figure": column.kind.is_figure, "order": leads_to} | {
        "sorted": stands
    }


def _first_form(asked: Asked[Any], acts: Sequence[Act[Any]]) -> InputForm | None:
    """What is asked before an act on many rows: the fields of the first that takes any, which others share by name."""
    return next((_form(asked, each) for each in acts if each.takes is not None), None)


def _form(asked: Asked[Any], act: Act[Any], sent: Any = None) -> InputForm:
    choices = act.choices(asked) if act.choices is not None else {}
    return InputForm(act.takes, sent, choices=choices, auto_id="many_%s")


def _row(
    line: Line[Any], columns: Sequence[Column[Any]], acts: Sequence[Act[Any]], ticked: Collection[str]
) -> dict[str, Any]:
    listing, row = line.asked.listing, line.row
    fit = [act for act in acts if act.when(line)]
    one = fit[0] if fit else None
    first, *others = [_cell(line, column) for column in columns]
    return {
        "ref": getattr(row, listing.by),
        "number": getattr(row, "number", ""),
        "state": getattr(row, "state", ""),
        "css": listing.row_class(line) if listing.row_class is not None else "",
        "url": listing.link(line) if listing.link is not None else "",
        "first": first,
        "cells": others,
        "button": one and {"label": one.label, "url": reverse(one.url, args=[row.ref]), "is_link": one.is_link},
        "can_be_ticked": any(act.run is not None for act in fit),
        "is_ticked": getattr(row, listing.by) in ticked,
    }


def _cell(line: Line[Any], column: Column[Any]) -> dict[str, Any]:
    kind, value, is_console = column.kind, column.value(line), line.asked.listing.is_console
    html: SafeString | str = ""
    if value is not None and value != "":
        html = kind.html(value, line.now, due_label="" if is_console else column.head)
        if column.link is not None and (url := column.link(line)):
            html = format_html('<a class="read" href="{}">{}</a>', url, html)
    elif is_console and column.note is None:
        html = cells.nothing()
    note = column.note(line) if column.note is not None else ""
    small = format_html(" <small>{}</small>", note) if note else ""
    marks = SafeString()
    for flag in column.flags(line) if column.flags is not None else ():
        marks += format_html(" {}", cells.tag(flag.tone, flag.icon, flag.text, test=flag.test))
    return {"head": column.head, "name": column.name, "rank": column.rank, "is_figure": kind.is_figure} | {
        "kind": kind.value,
        "html": html,
        "more": format_html("{}{}", small, marks),
    }


# — the view —


def anybody(request: HttpRequest) -> Any:
    """Who reads a list that is open to everybody; None for whoever is not signed in."""
    return getattr(request, "actor", None)


type Shows = Callable[[HttpRequest, str, Mapping[str, Any]], HttpResponse]


def list_page(
    listing: Listing[Any],
    *,
    who: Callable[[HttpRequest], Actor] = actor_of,
    shows: Shows = render,
    more: Callable[[Asked[Any]], Mapping[str, Any]] | None = None,
) -> Callable[..., HttpResponseBase]:
    """The view of the list's page; with `as` in its address, of its file. A POST is one of its acts on many rows.

    `more` is what the listing's own template shows besides. The view says which list it is: `listing`, `who`.
    """

    def view(request: HttpRequest, **path: str) -> HttpResponseBase:
        asked = listing.asked(who(request), request.GET.dict(), clock.now(), path)
        refused = None
        if request.method == "POST":
            answer = _act_on_many(request, asked)
            if not isinstance(answer, Refused):
                return answer
            refused = answer
        elif request.GET.get("as") in TYPES:
            return list_file(request, asked, request.GET["as"])
        drawn = context_of(asked, refused) | dict(more(asked) if more is not None else {})
        return shows(request, listing.template, drawn)

    view.listing, view.who = listing, who  # type: ignore[attr-defined]
    return view


def _act_on_many(request: HttpRequest, asked: Asked[Any]) -> HttpResponse | Refused:
    """Each row in a transaction of its own: what is refused of one does not hold up the others, and is said.

    Where something was typed, what is refused comes back with it, ticked.
    """
    acts = {each.name: each for each in asked.listing.acts if each.run is not None and asked.has(each)}
    act = acts.get(request.POST.get("act", ""))
    if act is None or act.run is None:
        raise NotFound()
    refs = list(dict.fromkeys(request.POST.getlist("ref")[:MOST_AT_ONCE]))
    form = None if act.takes is None else _form(asked, act, request.POST)
    if form is not None and not form.is_valid():
        for text in dict.fromkeys(str(text) for texts in form.errors.values() for text in texts):
            messages.warning(request, text)
        return Refused(form, refs)
    said = {} if form is None else form.said()
    refused: dict[str, str] = {}
    for ref in refs:
        try:
            with transaction.atomic():
                act.run(actor=asked.actor, ref=ref, now=asked.now, **said)
        except CaseError as error:
            refused[ref] = ", ".join(str(each.message) for each in error.errors) or str(error.detail)
    if done := len(refs) - len(refused):
        messages.success(request, str(act.done(done)))
    for text, n in Counter(refused.values()).items():
        messages.warning(request, f"{text} ({n})" if n > 1 else text)
    return Refused(form, refused) if refused and form is not None else redirect(request.get_full_path())
