"""Tags for every page: moments and remaining time, money, officers, states, icons, the site's frame."""

import functools
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import salted_hmac
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from casework import clock
from casework.actor import Actor, ActorKind
from casework.formats import capped, day_text, deadline_text, duration, in_beijing, moment_text, money, officer
from casework.languages import TAGS, language_of, passages
from casework.ledger import case_models
from casework.machine import states_of
from files.attachments import not_shown_to_others, withheld_because
from surfaces.web import FORM_KEY

register = template.Library()
for text in (day_text, moment_text, deadline_text, duration, money, officer, capped):
    register.filter(text)

LARGE_TEXT_COOKIE = "large_text"
SOON = timedelta(hours=24)

# --- languages --------------------------------------------------------------------------------------------------------


@register.filter
def lang(text: object) -> SafeString | str:
    """The attribute `lang` for an element around what somebody wrote, with a space before it; none without a letter."""
    tag = TAGS.get(language_of(str(text or "")))
    return format_html(' lang="{}"', tag) if tag else ""


@register.filter
def in_languages(text: str, language: str) -> SafeString:
    """The text of a page in `language`; what in it is in the other language says so to screen readers."""
    return format_html_join(
        "",
        "{}",
        (
            (piece if its == language else format_html('<span lang="{}">{}</span>', TAGS[its], piece),)
            for piece, its in passages(text, language)
        ),
    )


# --- time -------------------------------------------------------------------------------------------------------------


@register.simple_tag
def signed_on_at() -> Any:
    """The provider of single sign-on for staff; None where there is none."""
    return settings.SSO


@register.simple_tag
def moment(at: datetime | None, style: str = "minute") -> SafeString | str:
    """A `<time>` element that shows the moment in Beijing time and carries it exactly. Styles as in `moment_text`."""
    if at is None:
        return ""
    exact = in_beijing(at).isoformat(timespec="minutes")
    return format_html('<time datetime="{}">{}</time>', exact, moment_text(at, style))


@register.simple_tag
def deadline(at: datetime | None, style: str = "minute") -> SafeString | str:
    """As `moment`, of when a time ends: at midnight, that is the end of the day before."""
    if at is None:
        return ""
    exact = in_beijing(at).isoformat(timespec="minutes")
    return format_html('<time datetime="{}">{}</time>', exact, deadline_text(at, style))


@dataclass(frozen=True, slots=True)
class Due:
    """One due time as seen at one moment. `level` is `open`, `soon` (under 24 hours) or `past`."""

    at: datetime
    now: datetime

    @property
    def level(self) -> str:
        if self.now > self.at:
            return "past"
        return "soon" if self.at - self.now < SOON else "open"

    @property
    def remaining(self) -> str:
        if self.level == "past":
            return gettext("time is over")
        return gettext("%(time)s left") % {"time": duration(self.at - self.now)}

    @property
    def epoch(self) -> int:
        return int(self.at.timestamp())


@register.simple_tag
def due(at: datetime, now: datetime | None = None) -> Due:
    """The due time seen at `now`, or at the database's clock where the page was not given a moment."""
    return Due(at=at, now=now or clock.now())


@register.simple_tag
def time_labels() -> dict[str, str]:
    """The labels that the page's script needs to keep remaining times fresh, in the page's language."""

    def forms(one: str, other: str) -> tuple[str, str]:
        return ngettext(one, other, 1).replace("%(n)d", "{n}"), ngettext(one, other, 2).replace("%(n)d", "{n}")

    day, days = forms("%(n)d day", "%(n)d days")
    hour, hours = forms("%(n)d hour", "%(n)d hours")
    minute, minutes = forms("%(n)d minute", "%(n)d minutes")
    return {
        "day": day, "days": days, "hour": hour, "hours": hours, "minute": minute, "minutes": minutes,
        "left": gettext("%(time)s left").replace("%(time)s", "{time}"),
        "moment": gettext("less than a minute"),
        "over": gettext("time is over"),
    }  # fmt: skip


# --- money, people, sizes ---------------------------------------------------------------------------------------------


@register.filter
def listed(rows: Iterable[object], path: str) -> str:
    """What each row has at `path`, with commas between: `appeal.items.all|listed:"measure.type.label"`."""
    value = template.Variable(f"row.{path}")
    return gettext(", ").join(str(value.resolve(template.Context({"row": row}))) for row in rows)


@register.filter
def listed_once(rows: Iterable[object], path: str) -> str:
    """As `listed`, without what is the same as in the row before."""
    value = template.Variable(f"row.{path}")
    texts = groupby(str(value.resolve(template.Context({"row": row}))) for row in rows)
    return gettext(", ").join(text for text, _same in texts)


@register.filter
def file_size(size: int | None) -> str:
    """A file's size with one decimal from a megabyte on."""
    if size is None:
        return ""
    if size < 1024 * 1024:
        return f"{size and max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"


@register.filter
def file_icon(media_type: str) -> str:
    """The icon that stands for a kind of file."""
    head = (media_type or "").split("/")[0]
    return {"image": "picture", "video": "film"}.get(head, "file")


@register.filter
def follows(actions: Mapping[str, Any] | str, name: str) -> SafeString | str:
    """What follows from the verb of this name, to stand beside its button; nothing where the reader cannot do it."""
    text = actions[name].consequence if isinstance(actions, Mapping) and name in actions else ""
    return format_html('<p class="hint follows" data-testid="follows-{}">{}</p>', name, text) if text else ""


# --- appearance ------------------------------------------------------------------------------------------------------

# code → (tone, icon) of what is no state of a case. A case's states look as its machine says (`STATES`), and the same
# code looks the same everywhere. The word always stands beside it, so colour and icon carry nothing alone.
APPEARANCE: Mapping[str, tuple[str, str]] = {
    "UPHELD": ("calm", "scale"),
    "OVERTURNED": ("good", "check"),
    "VARIED": ("good", "undo"),
    "PENDING": ("wait", "hourglass"),
    "CONFIRMED": ("good", "check"),
    "LATE": ("warn", "alert"),
    "FAILED": ("warn", "alert"),
    "UNREADABLE": ("warn", "alert"),
    "CHECKING": ("wait", "hourglass"),
    "OWED": ("wait", "hourglass"),
    "REPORTED": ("wait", "check"),
    "DONE": ("good", "check-circle"),
    "ACCEPTED": ("good", "check"),
    "REPLACED": ("calm", "undo"),
    "LAPSED": ("calm", "clock"),
    "SUPPORTED": ("good", "check"),
    "PARTLY": ("good", "undo"),
    "NOT_SUPPORTED": ("calm", "scale"),
    "VALID": ("good", "check-circle"),
    "EXPIRING": ("warn", "clock"),
    "NOT_YET": ("wait", "hourglass"),
    "EXPIRED": ("stop", "clock"),
    "RECALLED": ("stop", "cross"),
    "SET_ASIDE": ("stop", "pause"),
    "FAILING": ("warn", "alert"),
    "DELIVERED": ("good", "check-circle"),
    "GIVEN_UP": ("stop", "cross"),
}


@functools.cache
def appearance() -> Mapping[str, tuple[str, str]]:
    """Tone and icon by code, of the states of every case and of what else is shown as a tag."""
    rows = [(code, row) for model in case_models() for code, row in states_of(model).items()]
    return {**APPEARANCE, **{str(code): (row.tone, row.icon) for code, row in rows}}


@register.filter
def tone(state: str) -> str:
    """The colour family of a state: `good`, `wait`, `warn`, `stop` or `calm`."""
    return appearance().get(str(state), ("calm", "dot"))[0]


@register.filter
def state_icon(state: str) -> str:
    """The icon of a state."""
    return appearance().get(str(state), ("calm", "dot"))[1]


@register.simple_tag
def no_copy(is_shown: bool) -> str:
    """What a reader is told of a file without a clean copy: one who sees it as it was sent, or one who does not."""
    return not_shown_to_others() if is_shown else withheld_because()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A picture from the sprite, hidden from screen readers: a word always stands beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css, static("img/icons.svg"), name,
    )  # fmt: skip


# --- the frame of every page ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Site:
    """What the frame shows: who runs the platform, how to reach a person, and how this reader reads."""

    name: str
    is_sandbox: bool
    now: datetime | None  # None without a request
    language: str  # the value of `lang`
    large_text: bool
    phone: str
    phone_hours: str
    phone_is_open: bool
    callback_url: str
    large_text_url: str
    language_url: str
    home_url: str
    links: tuple[tuple[str, str, bool], ...]
    sign_in_url: str
    sign_out_url: str
    account_url: str
    told_url: str
    unread: int  # notifications that were not opened
    account: str  # whose words the browser keeps; empty for staff and strangers


def account_mark(actor: Actor) -> str:
    """Tells one person from another in this browser, without saying who they are."""
    return salted_hmac("casework.site", actor.ref, algorithm="sha256").hexdigest()[:16]


def _address(*names: str) -> str:
    """The first of these named addresses that exists."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


def _phone_is_open(now: datetime) -> bool:
    opens, closes = settings.HELP_LINE_HOURS
    return bool(opens <= in_beijing(now).hour < closes)


@register.simple_tag
def form_key() -> SafeString:
    """A hidden field with a new key: the form is carried out once, however often it is sent (`surfaces.web`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', FORM_KEY, uuid.uuid4().hex)


@register.simple_tag(takes_context=True)
def site(context: template.Context) -> Site:
    """The frame for this reader. Works without a request too, because an error page has none."""
    request: Any = context.get("request")
    user: Any = getattr(request, "user", None)
    chosen = getattr(user, "large_text", None) if getattr(user, "is_authenticated", False) else None
    cookie = request.COOKIES.get(LARGE_TEXT_COOKIE) == "1" if request is not None else False
    path = request.path if request is not None else ""
    actor: Actor | None = getattr(request, "actor", None)
    home = _address("home", "todo") or "/"
    places = (
        (home, gettext("To do")),
        (_address("notices:list"), gettext("Notices")),
        (_address("appeals:list"), gettext("Appeals")),
        (_address("disputes:list"), gettext("Disputes")),
        (_address("infringements:list"), gettext("Intellectual property")),
    )
    opens, closes = settings.HELP_LINE_HOURS
    now = clock.now() if request is not None else None
    return Site(
        is_sandbox=settings.SANDBOX,
        now=now,
        name=settings.SITE_NAME or gettext("Appeals centre"),
        language="en" if (get_language() or "").startswith("en") else "zh-Hans",
        large_text=bool(chosen) if chosen is not None else cookie,
        phone=settings.HELP_LINE,
        phone_hours=gettext("every day %(opens)s–%(closes)s")
        % {"opens": f"{opens:02d}:00", "closes": f"{closes:02d}:00"},
        phone_is_open=_phone_is_open(now) if now is not None else True,
        callback_url=_address("helpline:ask"),
        large_text_url=_address("accounts:set_large_text", "set_large_text"),
        language_url=_address("accounts:set_language", "set_language"),
        home_url=home,
        links=tuple((url, label, path == url if url == home else path.startswith(url)) for url, label in places if url),
        sign_in_url=_address("account_login"),
        sign_out_url=_address("account_logout"),
        account_url=_address("accounts:profile", "accounts:account"),
        told_url=_address("disputes:notifications"),
        unread=request.unopened() if hasattr(request, "unopened") else 0,
        account=account_mark(actor) if actor is not None and actor.kind is ActorKind.PARTY else "",
    )
