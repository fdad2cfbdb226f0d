"""Grants mandates, version by version, and ends one early."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor, ActorKind
from casework.errors import FieldError, Invalid, NotYourTurn, errors_in, or_not_found, require, require_text
from casework.firing import command, fire
from casework.refs import new_ref
from casework.text import is_visually_blank
from executors.commands.locking import after_acts, lock_executor
from executors.commands.reminders import MANDATE, reminders_of_term
from executors.models import Act, Executor, Mandate, MandateCategory, MandateMeasure, MandateRule
from executors.policies import may_manage_executor
from rules.models import PlatformRule

LEVELS = (1, 2, 3)
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class MandateDraft:
    """What the executor may do: kinds of measure with the level each takes, rules by code or ref, categories.

    `ceiling_minor` bounds the money of one notice, None forbids measures that move money. No categories: every one.
    `effective_from` None: from now on.
    """

    measures: Mapping[str, int]
    rules: Sequence[str]
    categories: Sequence[str] = ()
    ceiling_minor: int | None = None
    currency: str = "CNY"
    effective_from: datetime | None = None
    effective_until: datetime | None = None


@command
def grant_mandate(
    *, actor: Actor, ref: str, mandate: MandateDraft, now: datetime, expected_version: int | None = None
) -> Mandate:
    """Grants this version of the mandate, which is fixed and counts from its start, where every other one ends.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, and `Invalid` with one error per hole.
    """
    executor = lock_executor(actor, ref, expected_version)
    require(may_manage_executor(actor, executor))
    start = now if mandate.effective_from is None else mandate.effective_from
    rules = _rules(mandate.rules)
    if errors := _errors(mandate, rules, start=start, now=now):
        raise Invalid(errors=errors)
    for other in executor.mandates.filter(granted_at__isnull=False):
        if other.effective_until is None or other.effective_until > start:
            _end(other, at=start, now=now)
    start = _last_end(executor, start)
    is_client = actor.kind is ActorKind.CLIENT
    row = Mandate.objects.create(
        ref=new_ref("mdt_"),
        executor=executor,
        no=executor.mandates.count() + 1,
        effective_from=start,
        effective_until=mandate.effective_until,
        ceiling_minor=mandate.ceiling_minor,
        currency=mandate.currency,
        granted_by_id=None if is_client else actor.person,
        granted_by_client_id=actor.client if is_client else None,
    )
    MandateMeasure.objects.bulk_create(
        MandateMeasure(mandate=row, measure_type=code, level=level) for code, level in sorted(mandate.measures.items())
    )
    MandateRule.objects.bulk_create(MandateRule(mandate=row, rule=rule) for rule in rules.values())
    MandateCategory.objects.bulk_create(
        MandateCategory(mandate=row, category=category) for category in sorted(set(mandate.categories))
    )
    row.granted_at = now
    row.save(update_fields=["granted_at"])
    fire(
        executor,
        "grant_mandate",
        actor=actor,
        now=now,
        facts={
            "mandate": row.ref,
            "no": row.no,
            "from": row.effective_from.isoformat(),
            "measures": {code: int(level) for code, level in sorted(mandate.measures.items())},
            "rules": sorted(rule.code for rule in rules.values()),
            "categories": sorted(set(mandate.categories)),
            "ceiling": mandate.ceiling_minor,
        },
        deadlines=reminders_of_term(MANDATE, now, row.effective_until, row.no),
    )
    return row


@command
def revoke_mandate(
    *, actor: Actor, ref: str, mandate: str, reason: str, now: datetime, expected_version: int | None = None
) -> Mandate:
    """Ends this version of the mandate now, or before it begins; nothing is done under it any more.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` when it had ended, `Invalid` without a reason.
    """
    executor = lock_executor(actor, ref, expected_version)
    row = or_not_found(executor.mandates.filter(ref=mandate, granted_at__isnull=False).first())
    require(may_manage_executor(actor, executor))
    require_text("/reason", reason, _("Say why."))
    if row.effective_until is not None and row.effective_until <= now:
        raise NotYourTurn(_("This mandate has ended."))
    _end(row, at=now, now=now, because=reason)
    fire(executor, "revoke_mandate", actor=actor, now=now, facts={"mandate": row.ref, "no": row.no})
    return row


def _end(row: Mandate, *, at: datetime, now: datetime, because: str = "") -> None:
    """Ends the version at that moment, after what was done under it; one that has not begun never does."""
    if Act.objects.filter(mandate=row, acted_at__gte=at).exists():
        at = after_acts(now, mandate=row) + MOMENT
    end = max(at, row.effective_from)
    if row.effective_until is None or end < row.effective_until:
        row.effective_until, row.ended_because = end, because
        row.save(update_fields=["effective_until", "ended_because"])


def _last_end(executor: Executor, start: datetime) -> datetime:
    """Where the others have ended: at the start, or a moment later where somebody acted in between."""
    ends = executor.mandates.filter(effective_until__gt=F("effective_from")).values_list("effective_until", flat=True)
    return max([start, *(end for end in ends if end is not None)])


def _rules(names: Sequence[str]) -> dict[str, PlatformRule]:
    """The rules by the names given, code or ref."""
    found: dict[str, PlatformRule] = {}
    for rule in PlatformRule.objects.filter(code__in=names) | PlatformRule.objects.filter(ref__in=names):
        found[rule.code] = rule
    return found


def _errors(
    mandate: MandateDraft, rules: Mapping[str, PlatformRule], *, start: datetime, now: datetime
) -> list[FieldError]:
    until, ceiling = mandate.effective_until, mandate.ceiling_minor
    errors = errors_in(
        (start < now, "/effective_from", "in-the-past", _("A mandate allows what comes, not what was done before.")),
        (
            until is not None and until <= start,
            "/effective_until",
            "not-after-start",
            _("The end lies after the start."),
        ),
        (not mandate.measures, "/measures", "required", _("Name at least one kind of measure.")),
    )
    errors += [
        FieldError(f"/measures/{no}", "level", _("Name the kind of measure, and level 1, 2 or 3 for it."))
        for no, (code, level) in enumerate(mandate.measures.items())
        if is_visually_blank(code) or level not in LEVELS
    ]
    known = {rule.code for rule in rules.values()} | {rule.ref for rule in rules.values()}
    errors += [
        FieldError(f"/rules/{no}", "unknown-rule", _("We know no such rule."))
        for no, name in enumerate(mandate.rules)
        if name not in known
    ]
    errors += errors_in(
        (ceiling is not None and ceiling < 0, "/ceiling_minor", "negative", _("An amount cannot be negative."))
    )
    errors += [
        FieldError(f"/categories/{no}", "required", _("Name the category."))
        for no, category in enumerate(mandate.categories)
        if is_visually_blank(category)
    ]
    return errors
