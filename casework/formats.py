"""Moments, lengths of time, money, counts and officers as people read them, in the active language."""

from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from casework import clock, counts

SYMBOLS = {"CNY": "¥", "USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥"}
WITHOUT_MINOR_UNIT = {"JPY", "KRW", "VND"}


def in_beijing(at: datetime) -> datetime:
    return at.astimezone(clock.BEIJING)


def moment_text(at: datetime | None, style: str = "minute") -> str:
    """The moment in Beijing time as plain text: `minute` (default), `day`, `clock`, or `zone`, which names the zone."""
    if at is None:
        return ""
    local = in_beijing(at)
    if style == "day":
        return day_text(local)
    if style == "clock":
        return date_format(local, "H:i")
    text = date_format(local, gettext("j F Y, H:i"))
    return gettext("%(moment)s (Beijing time, UTC+8)") % {"moment": text} if style == "zone" else text


def day_text(day: date) -> str:
    """A day of the calendar."""
    return date_format(day, gettext("j F Y"))


def deadline_text(at: datetime | None, style: str = "minute") -> str:
    """When a time ends, styles as in `moment_text`: what ends at midnight ends with the day before (24时, 11:59 pm).

    A period of days ends at 24:00 of its last day, stored as 00:00 of the next (`casework.working_days`).
    """
    if at is None or style == "clock" or not _ends_a_day(at):
        return moment_text(at, style)
    day = moment_text(at - timedelta(days=1), "day")
    text = day if style == "day" else gettext("11:59 pm on %(day)s") % {"day": day}
    return gettext("%(moment)s (Beijing time, UTC+8)") % {"moment": text} if style == "zone" else text


def beijing_deadline(value: datetime) -> str:
    """As `beijing_time`, of when a time ends."""
    if not _ends_a_day(value):
        return beijing_time(value)
    return gettext("%(moment)s (Beijing time)") % {"moment": deadline_text(value)}


def _ends_a_day(at: datetime) -> bool:
    return in_beijing(at).time() == time()


def beijing_time(value: datetime) -> str:
    """An absolute time in Beijing, in the active language."""
    local = in_beijing(value)
    return gettext("%(date)s %(time)s (Beijing time)") % {
        "date": date_format(local, gettext("j F Y")),  # the pages' own form; Django's English one is American
        "time": f"{local:%H:%M}",
    }


def _count(days: int, hours: int, minutes: int) -> str:
    parts = []
    if days:
        parts.append(ngettext("%(n)d day", "%(n)d days", days) % {"n": days})
    if hours:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if minutes:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes})
    return " ".join(parts)


def duration(length: timedelta | None) -> str:
    """A length of time in at most two units and never in seconds: days only from three days on."""
    if length is None:
        return ""
    total = int(length.total_seconds()) // 60
    days, hours, minutes = total // 1440, total % 1440 // 60, total % 60
    if days >= 3:
        return _count(days, 0, 0)
    if days:
        return _count(days, hours, 0)
    return _count(0, hours, minutes) or gettext("less than a minute")


def money(amount_minor: int | None, currency: str = "CNY") -> str:
    """An amount in minor units as people read it: ¥1,234.00; other currencies by symbol or code."""
    if amount_minor is None:
        return ""
    currency = currency or "CNY"
    sign = "−" if amount_minor < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    if currency in WITHOUT_MINOR_UNIT:
        return f"{sign}{symbol}{abs(amount_minor):,}"
    whole, rest = divmod(abs(amount_minor), 100)
    return f"{sign}{symbol}{whole:,}.{rest:02d}"


def officer(code: str) -> str:
    """The outward name of a member of staff: a code, never a person's name."""
    return gettext("officer %(code)s") % {"code": code} if code else gettext("an officer")


def capped(count: int, what: str = "") -> str:
    """A count of `casework.counts`, as `999+` from where it stopped; a `badge` as `99+`."""
    most = counts.BADGE if what == "badge" else counts.CAP
    return f"{most - 1}+" if count >= most else str(count)
