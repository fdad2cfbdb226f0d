"""What is asked of a version before it is adopted and before it is publicised.

`CHECKS` is the place for whatever else must be in order: a function that takes the version, with its clauses stored,
and gives what is wrong. Any finding refuses the step.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from casework.errors import FieldError, Invalid, errors_in
from casework.formats import moment_text
from rules.clearances import wording_errors
from rules.commands.required import required_of
from rules.models import Impact, PlatformRule, RuleVersion

SAID_OF_IT = {
    "summary_zh": "/summary_zh",
    "summary_en": "/summary_en",
    "consultation_summary_zh": "/consultation/summary_zh",
    "consultation_summary_en": "/consultation/summary_en",
    "transition_zh": "/transition_zh",
    "transition_en": "/transition_en",
    "neutral_reason": "/assessment/neutral_reason",
    "forced_reason": "/forced_reason",
}
"""What else the public reads of a version in our own words, with the pointer at which a request gives it."""


def wording_of(version: RuleVersion) -> Iterable[FieldError]:
    """Forbidden content that nobody cleared (办法 5, 27 to 32)."""
    rule = version.rule
    texts = {"/name_zh": rule.name_zh, "/name_en": rule.name_en}
    texts |= {pointer: getattr(version, name) for name, pointer in SAID_OF_IT.items()}
    names = ("title_zh", "title_en", "text_zh", "text_en")
    for i, clause in enumerate(version.clauses.order_by("position")):
        texts |= {f"/clauses/{i}/{name}": getattr(clause, name) for name in names}
    return wording_errors(texts)


CHECKS: list[Callable[[RuleVersion], Iterable[FieldError]]] = [wording_of, required_of]


def require_in_order(version: RuleVersion) -> None:
    """Raises `Invalid` with everything that any of `CHECKS` finds."""
    if errors := [error for check in CHECKS for error in check(version)]:
        raise Invalid(errors=errors)


def require_consultation(version: RuleVersion, *, now: datetime) -> None:
    """Raises `Invalid` for a version that was not, not long enough, or not yet consulted on (Measures, article 10)."""
    start, end = version.consulted_from, version.consulted_until
    if start is None or end is None:
        text = _("A rule is consulted on in public before it is published (Measures, article 10).")
        raise Invalid.field("/consultation", "consultation-missing", text)
    days = version.consultation_days
    short = _("The consultation lasts at least %(days)s full days.") % {"days": days}
    open_still = _("The consultation is not over yet.")
    if errors := errors_in(
        (end < start + timedelta(days=days), "/consultation/closed_at", "consultation-too-short", short),
        (end > now, "/consultation/closed_at", "consultation-not-over", open_still),
    ):
        raise Invalid(errors=errors)


def require_publicity(version: RuleVersion, *, now: datetime) -> None:
    """Raises `Invalid` for a start that the publicity forbids (办法 12), and a major impact without transition (13)."""
    start, days = version.effective_from, version.publicity_days
    if start < now:
        text = _("A rule never takes effect before it is published.")
        raise Invalid.field("/effective_from", "retroactive", text)
    earliest = now + timedelta(days=days)
    if version.forced_by is None and start < earliest:
        text = _(
            "A rule is publicised for %(days)s full days before its start, here until %(at)s (Measures, article 12)."
        )
        values = {"days": days, "at": moment_text(earliest)}
        raise Invalid.field("/effective_from", "publicity-too-short", text % values)
    if version.impact == Impact.MAJOR and not version.transition_zh:
        text = _("A major impact on existing users needs a transition (Measures, article 13).")
        raise Invalid.field("/transition_zh", "required", text)
    if bool(version.old_for) != (version.old_until is not None) or (
        version.old_until is not None and version.old_until <= start
    ):
        text = _("A transition names for whom the version before goes on, and a time after the start.")
        raise Invalid.field("/assessment/old_until", "invalid", text)


def require_room(rule: PlatformRule, version: RuleVersion) -> RuleVersion | None:
    """The open version that this one would end. Raises `Invalid` where the two, or others, would overlap."""
    others = RuleVersion.objects.filter(rule=rule, published_at__isnull=False, withdrawn_at=None).exclude(pk=version.pk)
    before = others.filter(effective_to__isnull=True).first()
    start, end = version.effective_from, version.effective_to
    if before is not None and start <= before.effective_from:
        text = _("A version starts after the version it replaces.")
        raise Invalid.field("/effective_from", "not-after-previous", text)
    closed = others.filter(effective_to__isnull=False, effective_to__gt=start)
    if (closed if end is None else closed.filter(effective_from__lt=end)).filter(~Q(pk=version.pk)).exists():
        raise Invalid.field("/effective_from", "overlaps", _("Another version is in force for a part of this time."))
    return before
