"""Proposing a version that the platform consulted on elsewhere, and what every way of publishing shares."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import Invalid, errors_in, require
from casework.firing import command, open_case
from casework.named import named
from casework.refs import new_ref
from rules.claims import clause_hash, clauses_hash
from rules.commands.checks import require_consultation, require_publicity, require_room, wording_of
from rules.commands.clause_changes import put_out
from rules.commands.required import RequiredDraft, store_required
from rules.commands.terms import ClauseText, rendered, store_terms, term_errors
from rules.machine import RuleState
from rules.models import Binds, Clause, Consent, Impact, Made, PlatformRule, Rulemaking, RuleVersion
from rules.policies import may_propose_rule

GOOD_FOR = timedelta(days=365)
"""How long a consultation that was held elsewhere counts. No law says; a year is ours."""
LISTENERS: list[Callable[[RuleVersion], None]] = []
"""Called inside the transaction in which a version was published, with that version; they only queue what follows."""


@dataclass(frozen=True, slots=True)
class Consultation:
    """A consultation that the platform held elsewhere: when, where it could be read, what came of it, and the name of
    its record.
    """

    since: datetime
    until: datetime
    where: str
    summary_zh: str
    summary_en: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whom the version binds, and what the length of consultation and publicity depends on (办法 12(2), 13), with the
    reason.
    """

    reason: str
    impact: str
    has_many_users: bool = False
    has_many_changes: bool = False
    touches_important_rights: bool = False
    binds: str = Binds.EVERYBODY
    transition_zh: str = ""
    transition_en: str = ""
    old_for: str = ""
    old_until: datetime | None = None
    consent: str = Consent.PUBLICITY
    neutral_reason: str = ""


@command
def propose_rule_version(
    *,
    actor: Actor,
    code: str,
    name_zh: str,
    name_en: str,
    number: str,
    effective_from: datetime,
    clauses: Sequence[ClauseText],
    now: datetime,
    summary_zh: str = "",
    summary_en: str = "",
    effective_to: datetime | None = None,
    consultation: Consultation | None = None,
    assessment: Assessment | None = None,
    required: Sequence[RequiredDraft] = (),
) -> Rulemaking:
    """A version that was consulted on elsewhere waits for two people, as one that was drafted here: one checks the
    record of its consultation and enters it, with its check list, another adopts it; then it is publicised.

    `code` may be the rule's ref. Without an assessment the longer floors hold. Raises `NotAllowed`, also for a client
    whose rule it is not, and `Invalid` for no clauses, a number that the rule has already, a start that is not after
    the open version's, a consultation that is missing, without a record, too short, not over, or too long ago (办法
    10), a start that its publicity forbids (办法 12), and a value of a clause that is out of its bounds, unsaid in its
    text, or promised by another rule.
    """
    require(may_propose_rule(actor))
    rule = locked_rule(code, name_zh=name_zh, name_en=name_en, client_id=actor.client_id)
    require(may_propose_rule(actor, rule))
    if rule.versions.filter(number=number).exists():
        raise Invalid.field("/number", "exists", _("The rule has a version of this number already."))
    stated = {**of_assessment(assessment), **_of_consultation(consultation, now=now)}
    version = RuleVersion(
        rule=rule,
        number=number,
        effective_from=effective_from,
        effective_to=effective_to,
        summary_zh=summary_zh,
        summary_en=summary_en,
        made=Made.ELSEWHERE,
        drafted_by_id=actor.user_id,
        **stated,
    )
    clauses = prepared(clauses)
    require_consultation(version, now=now)
    require_publicity(version, now=now)
    require_room(rule, version)
    version.save(force_insert=True)
    write_clauses(version, clauses)
    store_required(version, required)
    if errors := list(wording_of(version)):
        raise Invalid(errors=errors)
    stored = list(version.clauses.order_by("position"))
    making = Rulemaking(
        rule_version=version,
        consulted_text=consulted_text(stored),
        consultation_round=1,
        consultation_closed_at=version.consulted_until,
    )
    open_case(
        making,
        state=RuleState.CONSULTATION,
        event="rule.proposed",
        actor=actor,
        now=now,
        verb="propose",
        facts={"rule": rule.code, "version": number, "text": clauses_hash(version)},
    )
    put_out(making, stored, round_=1)
    return making


def consulted_text(clauses: Sequence[Clause]) -> list[dict[str, Any]]:
    """The clauses as everybody reads them while they are asked."""
    names = ("number", "title_zh", "title_en", "text_zh", "text_en", "is_major_interest")
    return [{name: getattr(clause, name) for name in names} for clause in clauses]


def publish(version: RuleVersion, *, now: datetime) -> None:
    """Publishes a stored version with its clauses and ends the one before. The caller has checked that it may be."""
    rule = PlatformRule.objects.select_for_update().get(pk=version.rule_id)  # one version of it at a time
    before = require_room(rule, version)
    if before is not None:
        RuleVersion.objects.filter(pk=before.pk).update(effective_to=version.effective_from)
    version.text_hash = digest(list(version.clauses.order_by("position").values_list("text_hash", flat=True)))
    version.published_at = now
    version.save()
    for listener in LISTENERS:
        listener(version)


def prepared(clauses: Sequence[ClauseText]) -> list[ClauseText]:
    """The clauses with their values in their texts. Raises `Invalid` where there are none, two have one number, or a
    value is wrong.
    """
    if not clauses:
        raise Invalid.field("/clauses", "required", _("A version needs at least one clause."))
    numbers = [clause.number for clause in clauses]
    if len(set(numbers)) != len(numbers):
        raise Invalid.field("/clauses", "repeated", _("Two clauses have the same number."))
    if errors := term_errors(clauses):
        raise Invalid(errors=errors)
    return [rendered(text) for text in clauses]


def write_clauses(version: RuleVersion, clauses: Sequence[ClauseText]) -> None:
    """Stores the clauses in their order."""
    rows = [
        Clause(
            version=version,
            position=position,
            text_hash=clause_hash(text.text_zh, text.text_en),
            **named(text, lambda t: (t.number, t.title_zh, t.title_en, t.text_zh, t.text_en, t.is_major_interest)),
        )
        for position, text in enumerate(clauses, start=1)
    ]
    Clause.objects.bulk_create(rows)
    store_terms(version, rows, clauses)


def of_assessment(assessment: Assessment | None) -> dict[str, Any]:
    """The columns of a version that the assessment fills. Raises `Invalid` for one without a reason."""
    if assessment is None:
        return {}
    if not assessment.reason.strip():
        raise Invalid.field("/assessment/reason", "required", _("Say why these features are there or not."))
    burdens = assessment.touches_important_rights or assessment.impact != Impact.NONE
    if assessment.consent == Consent.NEUTRAL and (burdens or not assessment.neutral_reason.strip()):
        text = _(
            "Saying nothing counts only where nobody is burdened: the impact is none, with a reason (Measures, article "
            "16)."
        )
        raise Invalid.field("/assessment/consent", "not-neutral", text)
    return {
        **named(assessment, lambda a: (a.impact, a.has_many_users, a.has_many_changes, a.touches_important_rights)),
        **named(assessment, lambda a: (a.binds, a.transition_zh, a.transition_en, a.old_for, a.old_until)),
        **named(assessment, lambda a: (a.consent, a.neutral_reason)),
        "assessment": assessment.reason,
    }


def locked_rule(code: str, *, name_zh: str, name_en: str, client_id: int | None = None) -> PlatformRule:
    """Locks and returns the rule of that ref or code; an unknown code makes a new one, the client's if named."""
    rule = PlatformRule.objects.select_for_update().filter(Q(ref=code) | Q(code=code)).first()
    if rule is not None:
        return rule
    named = {"ref": new_ref("rul_"), "name_zh": name_zh, "name_en": name_en, "client_id": client_id}
    rule, created = PlatformRule.objects.get_or_create(code=code, defaults=named)
    return rule if created else PlatformRule.objects.select_for_update().get(pk=rule.pk)


def _of_consultation(consultation: Consultation | None, *, now: datetime) -> dict[str, Any]:
    """The columns of a version that its consultation fills. Raises `Invalid` where it is not said where it was, which
    record there is of it, or what came of it, and where it was too long ago to be about this draft.
    """
    if consultation is None:
        return {}
    elsewhere = _("Give the address at which the consultation can be read.")
    if errors := errors_in(
        (not consultation.where.startswith(("https://", "http://")), "/consultation/address", "invalid", elsewhere),
        (
            not consultation.summary_zh.strip(),
            "/consultation/summary_zh",
            "required",
            _("Say which opinions came and what became of them."),
        ),
        (
            not consultation.record.strip(),
            "/consultation/record",
            "required",
            _("Name the record of the consultation: its title or number, and who keeps it."),
        ),
        (
            consultation.until < now - GOOD_FOR,
            "/consultation/closed_at",
            "consultation-too-old",
            _("A consultation counts for a year: consult on it anew."),
        ),
    ):
        raise Invalid(errors=errors)
    return {
        "consulted_from": consultation.since,
        "consulted_until": consultation.until,
        "consulted_where": consultation.where,
        "consultation_record": consultation.record,
        "consultation_summary_zh": consultation.summary_zh,
        "consultation_summary_en": consultation.summary_en,
    }
