"""What executors carried out, what they were ordered to do, and what came of it."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from django.conf import settings

from casework.actor import Via
from executors import commands
from notices import commands as notices
from notices.commands import ExecutorDraft
from notices.machine import SiblingState
from sample.content.appeals import appeals_against
from sample.content.executors import FIRM_BY_KEY, FIRM_OF_PERSON, SIBLINGS, ActPlan, FirmPlan, InstructionPlan
from sample.content.notices import NoticePlan, notice
from sample.content.people import PARTY_BY_KEY
from sample.content.scenarios import SCENARIO_BY_CODE
from sample.loading.notices import Case, issue
from sample.loading.past import HOUR, Life, Past, language_of

if TYPE_CHECKING:
    from executors.models import Incident
    from notices.models import Notice

SECOND_COMPLIANCE, SECOND_LOOKER = "weiqing", "heyuan"
NUMBERS_FROM = 80_000
ON_RECOURSE = ("dispute_recourse", "record_part_payment", "settle_recourse", "write_off_recourse")


# — what was done —


def deed(past: Past, act: ActPlan, number: int) -> Life:
    """A notice that somebody of an executor carried out; appealed, decided, and what came of it."""
    firm = FIRM_OF_PERSON[act.person]
    lag = SCENARIO_BY_CODE[act.scenario].lag_days
    plan = notice(
        act.scenario,
        number=NUMBERS_FROM + number,
        conduct_at=past.day(act.days_ago + lag + 1, 9, of=firm),
        party=act.party,
        decided="PERSON",
        by=firm.key,
    )
    yield plan.served_at
    past.served[act.key] = served = issue(past.made, plan, by=_draft(past, act, firm, plan))
    case = Case(past.made, plan, served, Random(act.key))  # noqa: S311
    notices.record_reading(actor=case.party, ref=served.ref, now=plan.served_at + HOUR)
    if act.drawn:
        yield plan.served_at + 2 * HOUR
        _draw(past, served, plan.served_at + 2 * HOUR)
    if act.seen is not None:
        at = plan.served_at + 30 * HOUR
        yield at
        _look_again(past, served, act.seen.error_class, act.seen.note, at=at)
    if not act.ground:
        return
    written = next(text for text in appeals_against(act.scenario) if text.ground == act.ground)
    filed_at = plan.served_at + case.random.randint(2, 7) * HOUR
    yield filed_at
    appeal = case.file(written, at=filed_at, review="human")
    taken_at = filed_at + case.random.randint(9, 16) * HOUR
    yield taken_at
    reviewer = case.reviewer(appeal)
    decided_at = case.take(appeal, reviewer, written, at=taken_at)
    case.decide(appeal, reviewer, written, at=decided_at)
    case.settle("CONFIRMED", at=decided_at + HOUR / 2)
    for step in act.steps:
        at = decided_at + step["after"] * HOUR
        yield at
        _follow(past, served, act, at, **step)


def _draw(past: Past, served: Notice, at: datetime) -> None:
    """Chance drew this act: with so few acts it would hardly draw any by itpast."""
    assert served.act_id is not None
    share = settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE
    settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = 1000
    try:
        commands.draw_second_look(act_id=served.act_id, now=at)
    finally:
        settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = share


def _look_again(past: Past, served: Notice, error_class: str, note: str, *, at: datetime) -> None:
    assert served.act is not None
    commands.give_second_look(
        actor=past.made.person(SECOND_LOOKER, via=Via.ADMIN),
        ref=served.act.double_review.ref,
        same_measure=not error_class,
        error_class=error_class,
        note=note,
        now=at,
    )


def _draft(past: Past, act: ActPlan, firm: FirmPlan, plan: NoticePlan) -> ExecutorDraft:
    return ExecutorDraft(
        ref=past.ref(firm.key),
        person=past.codes[act.person],
        instruction=past.instructions[act.instruction].ref if act.instruction else "",
        tool_version=firm.tool.of(language_of(firm)),
        queue=act.queue.of(language_of(firm)),
        shift=act.shift.of(language_of(firm)),
        category=PARTY_BY_KEY[plan.party].trade.zh,
    )


def _follow(past: Past, served: Notice, act: ActPlan, at: datetime, *, does: str, after: float, **values: Any) -> None:
    """What came of an act that was overturned: a command on its incident, or on the claim against the executor."""
    del after
    assert served.act is not None
    incident: Incident = served.act.incident
    incident.refresh_from_db()
    if does in ("explain_incident", "contest_finding"):
        actor = past.made.person(act.person)
    elif does == "dispute_recourse":
        actor = past.made.person(next(p.username for p in FIRM_OF_PERSON[act.person].people if p.is_lead))
    else:
        actor = past.platform if does == "record_part_payment" else past.compliance()
    if does == "claim_recourse":
        values["incident_ref"] = incident.ref
    else:
        values["ref"] = incident.recourse.ref if does in ON_RECOURSE else incident.ref
    getattr(commands, does)(actor=actor, now=at, **values)


# — what was ordered —


def order(past: Past, plan: InstructionPlan) -> Life:
    """An order, taken on, done or taken back as far as its plan says; the reversal of one that was overturned."""
    firm = FIRM_BY_KEY[plan.firm]
    told_at = past.made.now - plan.hours_ago * HOUR
    language = language_of(firm)
    yield told_at
    past.instructions[plan.key] = row = commands.issue_instruction(
        actor=past.platform,
        draft=commands.InstructionDraft(
            executor=past.ref(plan.firm),
            words=plan.words.of(language),
            subject_number=plan.subject,
            measure_type=plan.measure,
            due_at=told_at + plan.within * HOUR,
        ),
        now=told_at,
    )
    if (answer := plan.acknowledged) is not None:
        at = told_at + answer.after * HOUR
        yield at
        commands.acknowledge_instruction(
            actor=past.made.person(answer.by), ref=row.ref, now=at, callback_id=f"{plan.key}-1"
        )
    if (answer := plan.completed) is not None and answer.words is not None:
        at = told_at + answer.after * HOUR
        yield at
        commands.complete_instruction(
            actor=past.made.person(answer.by),
            ref=row.ref,
            evidence=answer.words.of(language),
            now=at,
            callback_id=f"{plan.key}-2",
        )
    if (answer := plan.withdrawn) is not None and answer.words is not None:
        at = told_at + answer.after * HOUR
        yield at
        commands.withdraw_instruction(actor=past.platform, ref=row.ref, reason=answer.words.of(language), now=at)


def sweep(past: Past) -> Life:
    """Compliance looked again at some of what shares its cause with an error; the rest still waits."""
    for plan in SIBLINGS:
        at = past.day(plan.days_ago, 11)
        yield at
        row = past.served[plan.act].sibling_reviews.filter(state=SiblingState.OPEN).order_by("pk").first()
        assert row is not None, plan.act
        notices.review_sibling(
            actor=past.compliance(SECOND_COMPLIANCE),
            ref=row.ref,
            outcome=plan.outcome,
            reasons=plan.reasons,
            now=at,
        )
