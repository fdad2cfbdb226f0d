"""Rules that were in force before this system was installed, taken over by a named person at the server's console."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, errors_in, or_not_found, require, require_text
from casework.firing import DeadlineSpec, command, open_case
from rules.claims import published_facts
from rules.commands.checks import require_room
from rules.commands.making import supersede_before
from rules.commands.publish import locked_rule, prepared, publish, write_clauses
from rules.commands.terms import ClauseText
from rules.machine import RuleState
from rules.models import Made, Rulemaking, RuleVersion
from rules.policies import may_take_over_rule


@command
def take_over_rule_version(
    *,
    actor: Actor,
    code: str,
    name_zh: str,
    name_en: str,
    number: str,
    effective_from: datetime,
    published_at: datetime,
    clauses: Sequence[ClauseText],
    reason: str,
    now: datetime,
    summary_zh: str = "",
    summary_en: str = "",
) -> RuleVersion:
    """A version that was published and in force before is here, marked as taken over, with who says so and why.

    Raises `NotAllowed`, `NotYourTurn` once the rule has a version that was made under this system, and `Invalid` for
    one that was not in force before now.
    """
    require(may_take_over_rule(actor))
    require_text("/reason", reason, _("Say from where the rule was taken over, and how you know its dates."))
    if errors := errors_in(
        (effective_from > now, "/effective_from", "not-in-force", _("Only a rule in force is taken over.")),
        (published_at > effective_from, "/published_at", "retroactive", _("It was published after its start.")),
    ):
        raise Invalid(errors=errors)
    clauses = prepared(clauses)
    rule = locked_rule(code, name_zh=name_zh, name_en=name_en)
    if rule.versions.filter(made__in=[Made.HERE, Made.ELSEWHERE], published_at__isnull=False).exists():
        raise NotYourTurn(_("The rule has a version made under this system, so nothing is taken over any more."))
    version = RuleVersion(
        rule=rule,
        number=number,
        effective_from=effective_from,
        summary_zh=summary_zh,
        summary_en=summary_en,
        made=Made.TAKEN_OVER,
        **_signed(actor, reason, now),
    )
    require_room(rule, version)
    version.save(force_insert=True)
    write_clauses(version, clauses)
    publish(version, now=published_at)
    _open(version, actor=actor, now=now)
    return version


@command
def take_over_earlier_version(*, actor: Actor, code: str, number: str, reason: str, now: datetime) -> RuleVersion:
    """A version that an earlier release published, and that no notice may rest on since, is marked as taken over.

    Raises `NotAllowed`, `NotFound`, and `Invalid` for one that was published after its start or starts later than now.
    """
    require(may_take_over_rule(actor))
    require_text("/reason", reason, _("Say from where the rule was taken over, and how you know its dates."))
    rows = RuleVersion.objects.select_for_update(of=("self",)).filter(rule__code=code, number=number, made=Made.EARLIER)
    version = or_not_found(rows.filter(published_at__isnull=False).first())
    assert version.published_at is not None
    if version.published_at > version.effective_from or version.effective_from > now:
        text = _("It was published after its start, or is not in force yet.")
        raise Invalid.field("/effective_from", "retroactive", text)
    for name, value in ({"made": Made.TAKEN_OVER} | _signed(actor, reason, now)).items():
        setattr(version, name, value)
    version.save()
    _open(version, actor=actor, now=now)
    return version


def _signed(actor: Actor, reason: str, now: datetime) -> dict[str, object]:
    return {"approved_by_id": actor.person, "taken_over_at": now, "taken_over_reason": reason}


def _open(version: RuleVersion, *, actor: Actor, now: datetime) -> None:
    ends = [DeadlineSpec("rule.ends", version.effective_to)] if version.effective_to else []
    making = Rulemaking(rule_version=version)
    open_case(
        making,
        state=RuleState.IN_FORCE,
        event="rule.taken_over",
        actor=actor,
        now=now,
        verb="take_over",
        facts=published_facts(version),
        deadlines=ends,
    )
    supersede_before(making, effective_at=now, now=now)
