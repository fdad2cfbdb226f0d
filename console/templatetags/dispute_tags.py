"""Tags and filters for pages about disputes: sides, pieces of evidence and readings of an opening, in words."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.formats import duration, money
from disputes import queries
from disputes.choices import Record, Remedy, Stake
from disputes.models import OpeningLanguage, OpeningQueue
from disputes.outcome import Derived
from disputes.records import GapReason
from disputes.triage import Place, UrgencyReason

register = template.Library()


def label(choices: type[TextChoices], code: str) -> str:
    """The word of a code; the code itself where it is not one of ours."""
    return str(choices(code).label) if code in choices.values else code


# — sides —


@register.filter
def who(dispute: Any, side: str) -> str:
    """A side by what it is in the trade, inside a sentence: “the buyer”."""
    return queries.who(dispute, side)


@register.filter
def named(dispute: Any, side: str) -> str:
    """A side by what it is in the trade, where a sentence begins with it: “The buyer”."""
    return queries.who(dispute, side, first=True)


@register.filter
def turn(dispute: Any) -> str:
    """Whose turn it is."""
    return _(", ").join(queries.who(dispute, side) for side in queries.turn_of(dispute))


# — evidence —


@register.filter
def in_language(row: Any, name: str) -> str:
    """A text of a burden table in the reader's language."""
    return str(row.in_language(name))


@register.filter
def caption(item: Any) -> str:
    """What a piece is said to prove; a platform record by its kind."""
    return item.caption if item.record is None else label(Record, item.record.kind)


@register.filter
def is_answerable(submission: Any, now: datetime) -> bool:
    """Whether the other side can still answer what was submitted."""
    return submission.answered_at is None and submission.answerable_until > now


@register.simple_tag
def record_lines(record: Any, currency: str) -> Sequence[tuple[str, str]]:
    """A platform record, line by line."""
    return queries.record_lines(record.content, currency)


@register.filter
def record_labels(kinds: Iterable[str]) -> str:
    """Kinds of platform records, named."""
    return _(", ").join(label(Record, kind) for kind in kinds)


@register.filter
def gap_kind(gap: dict[str, Any]) -> str:
    return label(Record, str(gap.get("kind", "")))


@register.filter
def gap_reason(gap: dict[str, Any]) -> str:
    return label(GapReason, str(gap.get("reason", "")))


# — what follows —


@register.filter
def fact_numbers(numbers: Iterable[int]) -> str:
    """Facts by number: “fact 1, fact 3”."""
    return _(", ").join(_("fact %(no)s") % {"no": no} for no in numbers)


@register.filter
def remedy_text(derived: Derived, currency: str) -> str:
    """What the table would lead to, with its sum."""
    remedy = label(Remedy, derived.remedy)
    return f"{remedy} {money(derived.amount_minor, currency)}" if derived.amount_minor else remedy


@register.filter
def stake_labels(codes: Iterable[str]) -> str:
    return _(", ").join(label(Stake, code) for code in codes)


# — how an opening was read —


@register.filter
def language_label(code: str) -> str:
    """The language of the claimant's own words; empty where there are none, or they were not read yet."""
    known = {"zh": "中文", "en": "English"}
    return known.get(code) or (label(OpeningLanguage, code) if code else "")


@register.filter
def queue_label(code: str) -> str:
    return label(OpeningQueue, code) if code else ""


@register.filter
def why_here(place: Place) -> str:
    """By which rule a dispute stands where it stands."""
    if place.rule == "ahead":
        return _("%(time)s ahead of its due time") % {"time": duration(place.ahead)}
    return {
        "late": _("Late, so by due time alone"),
        "pressing": _("Little time left, so by due time alone"),
        "clock": _("The law sets a time in days, so by due time alone"),
        "unread": _("Not read yet, so by due time alone"),
        "due": _("By due time"),
    }[place.rule]


@register.filter
def reasons(read: Any) -> str:
    """What makes a dispute urgent. `read`: a `Place` or a reading, with the codes and how many others there are."""
    return _(", ").join(_reason(code, read.others) for code in read.why)


def _reason(code: str, others: int) -> str:
    if code == UrgencyReason.BATCH and others:
        text = ngettext(
            "%(n)d other claimant, the same shop and ground", "%(n)d other claimants, the same shop and ground", others
        )
        return text % {"n": others}
    return label(UrgencyReason, code)
