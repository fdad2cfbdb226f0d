"""What a list is declared by, and what one reader asks of it by an address. `drawing` and `files` show it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.counts import capped_count
from casework.errors import NotFound
from casework.states import states_on
from surfaces.filters import Labels, ListFilter, read_filter
from surfaces.lists.cells import Kind, Text, code_head
from surfaces.pages import Page, page_of, turned

NOTHING = _("Nothing here.")
MOST = 200
"""Rows of a page, whatever a list says."""


@dataclass(frozen=True, slots=True)
class Line[M: Model]:
    """One row as one reader sees it at one moment, with what was read beside it and of all rows of the page at once."""

    row: M
    asked: "Asked[M]"
    beside: Any = None
    of_all: Mapping[Any, Any] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.asked.now


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark beside a value: what is special about this row. `test` names it for tests."""

    text: Text
    icon: str
    tone: str = "calm"
    test: str = ""


@dataclass(frozen=True, slots=True)
class Column[M: Model]:
    """What a row says in one place, on the page and in the file.

    On a narrow screen a column of rank 1 stands beside the first, one of rank 2 below it with its head, and one of
    rank 3 is left out, in the console up to 1280 pixels; the file has them all. `order` names the order to which its
    head leads, `on` the tabs that have it, all where empty. `note` is shown small below the value, and `link` leads
    from it. `code` is what the file says besides, where the value are words for one.
    """

    name: str
    head: Text
    value: Callable[[Line[M]], Any]
    kind: Kind = Kind.TEXT
    rank: int = 2
    order: str = ""
    on: Sequence[str] = ()
    note: Callable[[Line[M]], Text] | None = None
    flags: Callable[[Line[M]], Iterable[Flag]] | None = None
    link: Callable[[Line[M]], str] | None = None
    file_only: bool = False
    file_head: Text = ""
    code: Callable[[Line[M]], str] | None = None

    def heads_in_file(self) -> Sequence[str]:
        """The columns of a file that this one becomes."""
        head = self.file_head or self.head
        return [*self.kind.heads(head), *([code_head(head)] if self.code is not None else ())]

    def in_file(self, line: Line[M]) -> Sequence[object]:
        """What the file says of the row in these."""
        return [*self.kind.in_file(self.value(line)), *([self.code(line)] if self.code is not None else ())]


def number(head: Text, **more: Any) -> Column[Any]:
    """The number of a case, by which it is opened."""
    return Column("number", head, lambda line: line.row.number, Kind.NUMBER, **more)


def state(**more: Any) -> Column[Any]:
    """The state of a case."""
    said: Callable[[Line[Any]], Any] = lambda line: (str(line.row.state), line.row.get_state_display())  # noqa: E731
    return Column("state", _("State"), said, Kind.STATE, 1, **more)


def coded(name: str, head: Text, **more: Any) -> Column[Any]:
    """What a column with a closed list of values says, in words; the file has its code, too."""
    words: Callable[[Line[Any]], Any] = lambda line: getattr(line.row, f"get_{name}_display")()  # noqa: E731
    return Column(name, head, words, code=lambda line: getattr(line.row, name), **more)


def since(order: str = "newest") -> Column[Any]:
    """The day on which a case began, where the page is wide."""
    return Column("since", _("Since"), lambda line: line.row.created_at, Kind.DAY, 3, order)


def detail(name: str, head: Text, value: Callable[[Line[Any]], Any], kind: Kind = Kind.TEXT) -> Column[Any]:
    """What the file alone says."""
    return Column(name, head, value, kind, file_only=True)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows: columns that are never null, the last unique, and the indexes along which it is read.

    A list without an index is one of few rows, which are put in order as they are read.
    """

    columns: tuple[str, ...]
    indexes: tuple[str, ...] = ()
    on: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a list: the rows of which `where` holds, in the order of this name, for whom it is shown to."""

    name: str
    label: Text
    where: Q = field(default_factory=Q)
    order: str = ""
    size: int = 0
    shown_to: Callable[[Actor], bool] = lambda _actor: True


def tabs_of(model: Any, **orders: str) -> list[Tab]:
    """The tabs that the machine of `model` declares, each with the cases of its states, in the order of its name."""
    return [
        Tab(name, tab.label, Q(state__in=states_on(model.STATES, name)), orders.get(name, ""))
        for name, tab in model.TABS.items()
    ]


def by_rows(_code: str) -> Q:
    """The condition of a choice that `Listing.rows` sees to, by `asked.filter`."""
    return Q()


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter by one of some codes: a parameter of the address, and of the API. `as_chips` shows each as a link."""

    name: str
    label: Text
    choices: Labels
    where: Callable[[str], Q] | None = None
    on: Sequence[str] = ()
    as_chips: bool = False

    def condition(self, code: str) -> Q:
        return Q(**{self.name: code}) if self.where is None else self.where(code)


def states(choices: Any) -> Choice:
    """A filter by the state of a case."""
    return Choice("state", _("State"), dict(choices.choices))


@dataclass(frozen=True, slots=True)
class Act[M: Model]:
    """What can be done to one row by its button, which leads to `url`, or to many at once, each by `run`.

    `many` is the button of all that are ticked; `done` says of how many it was done. It is for whom `may` is true of.
    An act with `takes` asks for the fields of that input first, once for all rows; `run` gets what was said. `choices`
    offers values for them.
    """

    name: str
    label: Text
    url: str
    is_link: bool = False
    run: Callable[..., object] | None = None
    many: Text = ""
    done: Callable[[int], Text] = lambda n: str(n)
    on: Sequence[str] = ()
    when: Callable[[Line[M]], bool] = lambda _line: True
    may: Callable[[Actor], bool] = lambda _actor: True
    takes: Any = None
    choices: "Callable[[Asked[M]], Mapping[str, Any]] | None" = None


@dataclass(frozen=True, kw_only=True)
class Listing[M: Model]:
    """`rows` says what a reader may see, through `visible_to`; whatever the address asks narrows that.

    `beside` reads what lines need besides, once for all rows of a page, by primary key. `search` is the condition of
    the words that are asked for, `days` the column that days are about. `arranged` puts a page in an order that no
    column says. `counts` are of the tabs, where they are had at less than a statement each. `row_class` marks a line.
    `each` is the template of a row that is no line of a table, with `line`.
    """

    rows: "Callable[[Asked[M]], QuerySet[M]]"
    orders: Mapping[str, Order]
    title: Text = ""
    columns: Sequence[Column[M]] = ()
    link: Callable[[Line[M]], str] | None = None
    tabs: Sequence[Tab] = ()
    starts_where_something_is: bool = False
    counts: "Callable[[Asked[M]], Mapping[str, int]] | None" = None
    filters: Sequence[Choice] = ()
    search: "Callable[[Asked[M]], Q] | None" = None
    searched: Text = ""
    days: str = ""
    beside: "Callable[[Asked[M], Sequence[M]], Mapping[Any, Any]] | None" = None
    arranged: "Callable[[Asked[M], list[M]], list[M]] | None" = None
    acts: Sequence[Act[M]] = ()
    row_class: Callable[[Line[M]], str] | None = None
    lede: Text = ""
    hint: Text = ""
    nothing: Text = NOTHING
    nothing_leads: tuple[str, Text] | None = None
    size: int = 50
    by: str = "ref"
    test: tuple[str, str] = ("cases", "")
    frame: str = "console/base.html"
    place: str = ""
    template: str = "surfaces/list.html"
    each: str = ""

    @property
    def is_console(self) -> bool:
        return self.frame.startswith("console/")

    def shown(self, **how: Any) -> "Listing[M]":
        """The same rows with other columns, words or frame: for another audience."""
        return replace(self, **how)

    def codes(self, actor: Actor) -> dict[str, list[str]]:
        """The parameters that take one of some codes, with the codes that there are for this reader."""
        codes = {each.name: list(each.choices) for each in self.filters}
        if self.tabs:
            codes["tab"] = [each.name for each in self.tabs if each.shown_to(actor)]
        return codes | {"order": [sign + name for name in self.orders for sign in ("", "-")]}

    def asked(
        self, actor: Actor, query: Mapping[str, str], now: datetime, path: Mapping[str, Any] | None = None
    ) -> "Asked[M]":
        """What an address asks for, whatever it is: what cannot be read is left out. Raises `NotFound` for a tab that
        there is not.
        """
        tabs = [each for each in self.tabs if each.shown_to(actor)]
        asked = Asked(self, actor, now, query, path or {}, tabs)
        if self.tabs:
            named = query.get("tab", "") or (asked.first_with_rows if self.starts_where_something_is else "")
            tab = next((each for each in tabs if each.name == named or not named), None)
            if tab is None:
                raise NotFound()
            asked = asked.on(tab.name)
        order, labels = query.get("order", ""), {each.name: each.choices for each in self.filters}
        said = query if self.searched else {**query, "q": ""}
        known = self.orders.get(order.removeprefix("-"))
        return replace(
            asked,
            order=order if known is not None and asked.has(known) else "",
            chosen={
                each.name: query[each.name]
                for each in self.filters
                if query.get(each.name, "") in each.choices and asked.has(each)
            },
            filter=read_filter(
                said,
                states=labels.get("state", {}),
                kinds=labels.get("kind", {}),
            ),
        )


@dataclass(frozen=True)
class Asked[M: Model]:
    """One list as one reader asks for it. `path` is what the address of the page says, such as whose rows these are."""

    listing: Listing[M]
    actor: Actor
    now: datetime
    query: Mapping[str, str]
    path: Mapping[str, Any]
    tabs: Sequence[Tab]
    tab: str = ""
    order: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    filter: ListFilter = field(default_factory=ListFilter)

    def on(self, tab: str) -> "Asked[M]":
        """The same list on another tab, in its own order."""
        return replace(self, tab=tab, order="")

    def has(self, what: Choice | Column[M] | Act[M] | Order) -> bool:
        """Whether something declared belongs to this tab; of an act also whether it is for this reader."""
        return (not what.on or self.tab in what.on) and (not isinstance(what, Act) or what.may(self.actor))

    @property
    def at(self) -> Tab:
        return next((each for each in self.tabs if each.name == self.tab), Tab("", ""))

    @property
    def order_name(self) -> str:
        return self.order or self.at.order or next(iter(self.listing.orders))

    @cached_property
    def every(self) -> QuerySet[M]:
        """All rows of the tab in order, before they are narrowed."""
        name = self.order_name.removeprefix("-")
        columns = self.listing.orders[name].columns
        rows = self.listing.rows(self).filter(self.at.where)
        return rows.order_by(*(columns if name == self.order_name else map(turned, columns)))

    @cached_property
    def rows(self) -> QuerySet[M]:
        """All rows that are asked for, in order."""
        listing, rows = self.listing, self.every
        for each in listing.filters:
            if each.name in self.chosen:
                rows = rows.filter(each.condition(self.chosen[each.name]))
        if listing.days:
            rows = rows.filter(self.filter.days(listing.days))
        if listing.search is not None and self.filter.words:
            rows = rows.filter(listing.search(self))
        return rows

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen or self.filter.is_narrowed)

    @cached_property
    def page(self) -> Page[M]:
        listing = self.listing
        page = page_of(self.rows, self.query, size=min(self.at.size or listing.size, MOST), by=listing.by)
        if listing.arranged is None or self.order:
            return page
        return replace(page, rows=listing.arranged(self, list(page.rows)))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many rows each tab has, as `casework.counts` counts."""
        if self.listing.counts is not None:
            return self.listing.counts(self)
        return {each.name: capped_count(self.on(each.name).every) for each in self.tabs}

    @property
    def first_with_rows(self) -> str:
        return next((each.name for each in self.tabs if self.counts[each.name]), "")

    def columns(self, *, in_file: bool = False) -> list[Column[M]]:
        return [each for each in self.listing.columns if self.has(each) and (in_file or not each.file_only)]

    @cached_property
    def beside(self) -> Mapping[Any, Any]:
        """What was read beside the rows of the page, by primary key, and by other names what is said of them all."""
        return self._beside(self.page.rows)

    def _beside(self, rows: Sequence[M]) -> Mapping[Any, Any]:
        return self.listing.beside(self, rows) if self.listing.beside is not None else {}

    def lines(self, rows: Sequence[M] | None = None) -> list[Line[M]]:
        """The lines of the page, or of other rows of the list, for its file."""
        beside = self.beside if rows is None else self._beside(rows)
        return [Line(row, self, beside.get(row.pk), beside) for row in (self.page if rows is None else rows)]
