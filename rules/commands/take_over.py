"""Rules that were in force before this system was installed, taken over by a named person at the server's console."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, errors_in, require, require_text
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
        approved_by_id=actor.person,
        taken_over_at=now,
        taken_over_reason=reason,
    )
    require_room(rule, version)
    version.save(force_insert=True)
    write_clauses(version, clauses)
    publish(version, now=published_at)
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
    return version
