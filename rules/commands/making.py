"""A version is drafted, adopted, publicised and withdrawn here; its dates then move it by themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import DeadlinePassed, Invalid, NotYourTurn, require, require_text
from casework.firing import DeadlineSpec, command, fire, locked, open_case
from rules.claims import clauses_hash, published_facts, required_hash
from rules.commands.checks import require_consultation, require_in_order, require_publicity
from rules.commands.clause_changes import require_explained
from rules.commands.publish import (
    Assessment,
    locked_rule,
    of_assessment,
    prepared,
    publish,
    write_clauses,
)
from rules.commands.required import RequiredDraft, store_required
from rules.commands.terms import ClauseText
from rules.machine import RuleState
from rules.models import Consent, LawArticle, Made, Rulemaking, RuleVersion, article_in_force, articles_of, renumbered
from rules.paragraphs import renumbered_words
from rules.policies import may_adopt_rule, may_enter_rule, may_make_rule, may_publicise_rule


@command
def draft_rule_version(
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
    assessment: Assessment | None = None,
    required: Sequence[RequiredDraft] = (),
) -> Rulemaking:
    """The draft is on file under its drafter's name; nobody outside sees it. `effective_from` is what is intended.
    `required` answers the check list of `rules.required`, as far as it is answered already.

    Raises `NotAllowed`, and `Invalid` for no clauses, a number that the rule has already, or a wrong answer.
    """
    require(may_make_rule(actor))
    clauses = prepared(clauses)
    rule = locked_rule(code, name_zh=name_zh, name_en=name_en)
    if rule.versions.filter(number=number).exists():
        raise Invalid.field("/number", "exists", _("The rule has a version of this number already."))
    version = RuleVersion.objects.create(
        rule=rule,
        number=number,
        effective_from=effective_from,
        summary_zh=summary_zh,
        summary_en=summary_en,
        made=Made.HERE,
        drafted_by_id=actor.person,
        **of_assessment(assessment),
    )
    write_clauses(version, clauses)
    store_required(version, required)
    making = Rulemaking(rule_version=version)
    facts = {"rule": version.rule.code, "version": number, "text": clauses_hash(version)}
    open_case(making, state=RuleState.DRAFT, event="rule.drafted", actor=actor, now=now, verb="draft", facts=facts)
    return making


@command
def edit_rule_version(
    *,
    actor: Actor,
    ref: str,
    effective_from: datetime,
    clauses: Sequence[ClauseText],
    now: datetime,
    expected_version: int | None = None,
    summary_zh: str = "",
    summary_en: str = "",
    assessment: Assessment | None = None,
    required: Sequence[RequiredDraft] = (),
) -> Rulemaking:
    """The draft and its check list read as given. What is put out for consultation stays as it is until the
    consultation is over.

    Raises `NotAllowed`, `Stale`, `NotYourTurn` for an adopted version or an open consultation, and `Invalid`.
    """
    making = locked(Rulemaking, Q(), ref, expected_version)
    require(may_make_rule(actor))
    clauses = prepared(clauses)
    version = making.rule_version
    if making.state == RuleState.CONSULTATION and making.consultation_closed_at is None:
        raise NotYourTurn(_("The draft stays as it is while everybody is asked about it."))
    if making.state in (RuleState.DRAFT, RuleState.CONSULTATION):  # else `fire` refuses, as for every state
        version.terms.all().delete()
        version.clauses.all().delete()
        write_clauses(version, clauses)
        store_required(version, required)
    values: dict[str, Any] = {"effective_from": effective_from, "summary_zh": summary_zh, "summary_en": summary_en}
    if version.drafted_by_id is None:  # what a program proposed is whose who checked it
        values["drafted_by_id"] = actor.person
    changed = values | of_assessment(assessment)
    RuleVersion.objects.filter(pk=version.pk).update(**changed)
    facts = {"text": clauses_hash(RuleVersion.objects.get(pk=version.pk))}
    fire(making, "edit", actor=actor, now=now, facts=facts)
    return making


@command
def enter_rule_version(
    *, actor: Actor, ref: str, is_checked: bool, now: datetime, expected_version: int | None = None
) -> Rulemaking:
    """A version that a program proposed is the actor's, who checked the record of its consultation; another adopts it.

    Raises `NotAllowed`, `Stale`, `NotYourTurn` for one that somebody entered or drafted already, and `Invalid` for a
    record that was not checked.
    """
    making = locked(Rulemaking, Q(), ref, expected_version)
    require(may_enter_rule(actor, making))
    if not is_checked:
        raise Invalid.field("/is_checked", "required", _("Read the record of the consultation first."))
    if making.rule_version.drafted_by_id is not None:
        raise NotYourTurn(_("Somebody entered it already."))
    RuleVersion.objects.filter(pk=making.rule_version_id).update(drafted_by_id=actor.person)
    record = digest(making.rule_version.consultation_record)
    fire(making, "enter", actor=actor, now=now, facts={"record": record})
    return making


@command
def adopt_rule_version(
    *,
    actor: Actor,
    ref: str,
    summary_zh: str,
    now: datetime,
    expected_version: int | None = None,
    summary_en: str = "",
    signs_neutral: bool = False,
) -> Rulemaking:
    """The text is approved by somebody who wrote nothing of it, and fixed: as consulted on, or with each change
    explained. `summary_zh` says in public what came of the
    consultation. With `signs_neutral` they sign that it burdens nobody, where silence is to be consent (办法 16).

    Raises `NotAllowed`, `ConflictOfInterest` for who drafted or edited it, `NotYourTurn` while the consultation runs or
    an opinion has no answer (办法 11) or an announced meeting waits (17), and `Invalid` for what any of
    `checks.CHECKS` finds.
    """
    making = locked(Rulemaking, Q(), ref, expected_version)
    require(may_adopt_rule(actor, making))
    if making.state == RuleState.CONSULTATION:
        version = making.rule_version
        if version.drafted_by_id is None:
            text = _("Nobody entered it yet: a person checks the record of its consultation first.")
            raise NotYourTurn(text)
        require_consultation(version, now=now)
        require_explained(making)
        if (left := making.opinions.filter(disposition="").count()) > 0:
            text = _("Opinions without an answer: %(count)s. Each gets one, with a reason (Measures, article 11).")
            raise NotYourTurn(text % {"count": left})
        if making.planned_talks.waiting().exists():
            raise NotYourTurn(_("A meeting or survey that was announced waits: hold it first, or call it off."))
        if version.consent == Consent.NEUTRAL and not signs_neutral:
            text = _("Sign that it adds no duty and cuts no right, or have it drafted so that people are asked.")
            raise Invalid.field("/signs_neutral", "required", text)
        require_text("/summary_zh", summary_zh, _("Say which opinions came and what became of them."))
        values = {"consultation_summary_zh": summary_zh, "consultation_summary_en": summary_en}
        for name, value in values.items():
            setattr(version, name, value)
        require_in_order(version)
        RuleVersion.objects.filter(pk=version.pk).update(approved_by_id=actor.person, **values)
    facts = {
        "text": clauses_hash(making.rule_version),
        "summary": digest({"zh": summary_zh, "en": summary_en}),
        "required": required_hash(making.rule_version),
        "neutral": making.rule_version.consent == Consent.NEUTRAL,
    }
    fire(making, "adopt", actor=actor, now=now, facts=facts, adopted_at=now)
    return making


@command
def publicise_rule_version(
    *,
    actor: Actor,
    ref: str,
    effective_from: datetime,
    now: datetime,
    expected_version: int | None = None,
    forced_by: tuple[str, str] | None = None,
    forced_reason: str = "",
) -> Rulemaking:
    """The version is published and takes effect then; the version open until now ends there.

    `forced_by` names the article of a law, by instrument and number, that makes it start before the time of publicity
    is over; whoever adopted the version signs that, too, so it is they who publicise it. Raises `NotAllowed`, `Stale`,
    and `Invalid` for a start in the past, publicity under 7 full days, or 15 (办法 12), a major impact without
    transition (13), an unknown article, and what any of `checks.CHECKS` finds.
    """
    making = locked(Rulemaking, Q(), ref, expected_version)
    require(may_publicise_rule(actor, making))
    version = making.rule_version
    if making.state == RuleState.ADOPTED:
        version.effective_from = effective_from
        if forced_by is not None:
            version.forced_by, version.forced_reason = _article(actor, version, forced_by, forced_reason), forced_reason
        require_consultation(version, now=now)
        require_publicity(version, now=now)
        require_in_order(version)
        publish(version, now=now)
    starts = [DeadlineSpec("rule.starts", version.effective_from)]
    fire(making, "publicise", actor=actor, now=now, facts=published_facts(version), deadlines=starts)
    return making


@command
def withdraw_rule_version(
    *, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None
) -> Rulemaking:
    """The version never takes effect; the one that it would have ended goes on. What was published stays readable.

    Raises `NotAllowed`, `Stale`, `DeadlinePassed` once its time has come, `NotYourTurn` afterwards, and `Invalid`
    without a reason.
    """
    making = locked(Rulemaking, Q(), ref, expected_version)
    require(may_make_rule(actor))
    require_text("/reason", reason, _("Say why it is withdrawn."))
    version = making.rule_version
    if making.state == RuleState.PUBLICISED:
        start = version.effective_from
        if start <= now:
            raise DeadlinePassed(_("It has taken effect, so only another version can replace it."))
        RuleVersion.objects.filter(pk=version.pk).update(withdrawn_at=now, effective_to=start)
        before = RuleVersion.objects.filter(rule=version.rule, effective_to=start, withdrawn_at=None)
        before.update(effective_to=None)
    elif making.is_open and making.state != RuleState.IN_FORCE:
        RuleVersion.objects.filter(pk=version.pk).update(withdrawn_at=now)
    fire(making, "withdraw", actor=actor, now=now, facts={"reason": digest(reason)}, withdrawn_reason=reason)
    return making


@command
def start_rule_version(*, making_id: int, effective_at: datetime, now: datetime) -> None:
    """The version is in force, and what it replaced is superseded. Does nothing where it is in force already."""
    making = Rulemaking.lock(pk=making_id)
    if making.state != RuleState.PUBLICISED:
        return
    version = making.rule_version
    ends = [DeadlineSpec("rule.ends", version.effective_to)] if version.effective_to else []
    actor = Actor.system("deadline")
    fire(making, "start", actor=actor, now=now, effective_at=effective_at, deadlines=ends)
    supersede_before(making, effective_at=effective_at, now=now)


def supersede_before(making: Rulemaking, *, effective_at: datetime, now: datetime) -> None:
    """Versions of the rule whose time this one ended are superseded."""
    rule = making.rule_version.rule_id
    replaced = Rulemaking.objects.select_for_update(of=("self",)).filter(
        rule_version__rule=rule, state=RuleState.IN_FORCE, rule_version__effective_to__lte=effective_at
    )
    for before in replaced.exclude(pk=making.pk):
        actor, facts = Actor.system("deadline"), {"by": making.ref}
        fire(before, "supersede", actor=actor, now=now, effective_at=effective_at, facts=facts)


@command
def end_rule_version(*, making_id: int, effective_at: datetime, now: datetime) -> None:
    """The version's time is over. Does nothing where it was superseded before, or its end was taken back."""
    making = Rulemaking.lock(pk=making_id)
    end = making.rule_version.effective_to
    if making.state == RuleState.IN_FORCE and end is not None and end <= effective_at:
        fire(making, "supersede", actor=Actor.system("deadline"), now=now, effective_at=effective_at)


def _article(actor: Actor, version: RuleVersion, named: tuple[str, str], reason: str) -> LawArticle:
    if version.approved_by_id != actor.user_id:
        text = _("Whoever adopted the version signs that it starts early.")
        raise Invalid.field("/forced_by", "not-the-approver", text)
    require_text("/forced_reason", reason, _("Say why it must start before the time of publicity is over."))
    day = localdate(version.effective_from)
    signed = [row for row in articles_of([named[0]]) if row.is_signed and row.in_force_from <= day]
    recorded = [row for row in signed if row.article == named[1]]
    if (moved := renumbered(signed, named[1])) is not None:
        raise Invalid.field("/forced_by", "law-renumbered", renumbered_words(named[1], recorded, moved))
    found = article_in_force(recorded, day)
    if found is None:
        raise Invalid.field("/forced_by", "unknown", _("No signed article of this number is in force then."))
    return found
