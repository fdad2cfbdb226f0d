"""What a value of a list looks like on a page, and in a file."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from casework.clock import BEIJING
from casework.formats import WITHOUT_MINOR_UNIT, duration, money
from surfaces.templatetags.surface_tags import deadline, due, icon, lang, moment, state_icon, tone

type Text = str | Promise


class Struck(str):
    """A text that no longer holds: struck through on the page."""

    __slots__ = ()


class Kind(Enum):
    """How a column shows its values: an amount as (minor units, currency), a state as (code, label).

    `WORDS` are what somebody wrote, in the language in which they did.
    """

    TEXT = "text"
    TEXTS = "texts"
    WORDS = "words"
    NUMBER = "number"
    FIGURE = "figure"
    MONEY = "money"
    MOMENT = "moment"
    DAY = "day"
    DUE = "due"
    SINCE = "since"
    STATE = "state"

    @property
    def is_moment(self) -> bool:
        return self in (Kind.MOMENT, Kind.DAY, Kind.DUE, Kind.SINCE)

    @property
    def is_figure(self) -> bool:
        return self in (Kind.FIGURE, Kind.MONEY)

    def html(self, value: Any, now: datetime, *, due_label: Text = "") -> SafeString | str:
        """The value on the page; `due_label` stands before a due time that is shown with its zone."""
        match self:
            case Kind.NUMBER:
                return format_html('<span class="number">{}</span>', value)
            case Kind.WORDS:
                return format_html("<span{}>{}</span>", lang(value), linebreaksbr(value))
            case Kind.TEXTS:
                return format_html_join(SafeString("<br>"), "{}", ((_struck(each),) for each in value))
            case Kind.MONEY:
                return money(*value)
            case Kind.MOMENT | Kind.DAY:
                return moment(value, "day" if self is Kind.DAY else "minute")
            case Kind.DUE:
                return due_text(value, now) if due_label == "" else due_time(value, now, due_label)
            case Kind.SINCE:
                return duration(now - value)
            case Kind.STATE:
                return tag(tone(value[0]), state_icon(value[0]), value[1], state=value[0])
            case _:
                return conditional_escape(value)

    def heads(self, head: Text) -> Sequence[str]:
        """The columns of a file that a column of the page becomes."""
        if self is Kind.STATE:
            return [str(head), code_head(head)]
        if self.is_moment:
            return [str(head), _("%(column)s (ISO 8601)") % {"column": head}]
        if self is Kind.MONEY:
            return [str(head), _("%(column)s (currency)") % {"column": head}]
        return [str(head)]

    def in_file(self, value: Any) -> Sequence[object]:
        """The value exactly: a moment also as ISO 8601 with its offset, an amount as a number beside its currency, a
        code beside its word.
        """
        if value is None or value == "":
            return [""] * len(self.heads(""))
        if self.is_moment:
            return [value, value.astimezone(BEIJING).isoformat(timespec="seconds")]
        if self is Kind.STATE:
            return [str(value[1]), str(value[0])]
        if self is Kind.MONEY:
            minor, currency = value
            return [Decimal(minor) / (1 if currency in WITHOUT_MINOR_UNIT else 100), currency]
        if self is Kind.TEXTS:
            return [_(", ").join(map(str, value))]
        return [value if isinstance(value, (int, Decimal, datetime)) else str(value)]


def code_head(head: Text) -> str:
    """The head of the column of codes beside that of words."""
    return _("%(column)s (code)") % {"column": head}


def _struck(text: Text) -> Text:
    return format_html("<s>{}</s>", text) if isinstance(text, Struck) else text


def tag(tone: str, name: str, text: Text, *, state: str = "", test: str = "") -> SafeString:
    """A mark beside a name: icon and word, flat, so that it never looks like a button."""
    mark = format_html(' data-testid="status" data-state="{}"', state) if state else ""
    if test:
        mark = format_html(' data-testid="{}"', test)
    extra = "" if state else " flag"
    word = str(text)
    if state:
        word = word[:1].upper() + word[1:]
    return format_html('<span class="status {}{}"{}>{}<span>{}</span></span>', tone, extra, mark, icon(name), word)


def due_text(at: datetime, now: datetime) -> SafeString:
    """A due time in the tables of the console."""
    seen = due(at, now)
    return format_html(
        '<span class="due-cell" data-due="{}" data-level="{}">{} <span class="due-left">{}</span></span>',
        seen.epoch, seen.level, deadline(at), seen.remaining,
    )  # fmt: skip


def due_time(at: datetime, now: datetime, label: Text) -> SafeString:
    """A due time in the tables of parties, which say their zone."""
    return render_to_string("components/due_time.html", {"at": at, "now": now, "label": label})


def nothing() -> SafeString:
    """A dash that is read out as “none”."""
    return format_html('<span aria-hidden="true">—</span><span class="visually-hidden">{}</span>', _("none"))
