"""What executors agreed to, and what their people were taught and tested on."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from executors import commands
from rules.queries import versions_of
from sample.content.executors import (
    CURRICULUM_BY_RULE,
    FIRM_BY_KEY,
    FIRMS,
    TRAINING,
    UNFINISHED,
    CurriculumPlan,
    FirmPlan,
    MandatePlan,
    PersonPlan,
    QuestionPlan,
)
from sample.content.notices import BEIJING
from sample.content.people import PARTY_BY_KEY
from sample.content.rules import RULE_BY_CODE, VersionPlan
from sample.loading.past import DAY, HOUR, Life, Past, language_of

PUBLISHED, TAUGHT, TRAINED = 20 * DAY, 15 * DAY, 9 * DAY
"""So long before a version takes effect it is published, taught, and its people are trained."""
RENEWED = 10 * DAY


# — what is taught —


def teaching(past: Past, plan: CurriculumPlan) -> Life:
    """Each version that somebody can be trained on is taught; everybody concerned hears of it when it appears."""
    first = min(_joined(past, firm) for firm in FIRMS for p in firm.people if plan.rule in (*p.trains, UNFINISHED))
    stored = {v.number: v for v in versions_of([plan.rule])[plan.rule]}
    for version, start, end in _versions(plan.rule):
        if end is not None and end <= first:
            continue
        if start - PUBLISHED > first:
            yield start - PUBLISHED
            commands.note_new_rule_version(version_id=stored[version.number].pk, now=start - PUBLISHED)
        at = max(start - TAUGHT, first - 2 * DAY)
        yield at
        past.curricula[plan.rule, version.number] = commands.publish_curriculum(
            actor=past.compliance(),
            curriculum=commands.CurriculumDraft(
                rule=plan.rule,
                version=version.number,
                level=plan.level,
                title_zh=plan.title.zh,
                title_en=plan.title.en,
                material_zh=f"{plan.material.zh}\n\n本版变化：{version.summary.zh}",
                material_en=f"{plan.material.en}\n\nNew in this version: {version.summary.en}",
                questions=[_question(q) for q in plan.questions_on(version.effective_from)],
                hours=plan.hours,
                pass_percent=plan.pass_percent,
                valid_days=plan.valid_days,
            ),
            now=at,
        ).ref


def _joined(past: Past, firm: FirmPlan) -> datetime:
    return past.day(firm.began - 2, 9, of=firm)


def training(past: Past, firm: FirmPlan, person: PersonPlan, no: int) -> Life:
    """Somebody of the firm passed the tests of the rules they work with, and passes them again in time."""
    joined = _joined(past, firm) + timedelta(minutes=20 * no)
    left = past.made.now if person.left is None else past.day(person.left, 9, of=firm)
    tests = []
    for place, rule in enumerate(person.trains):
        hours = 26 * HOUR + place * 2 * HOUR
        for version, start, end in _versions(rule):
            at = max(joined + hours, start - TRAINED + hours)
            stops = person.until is not None and version.effective_from >= person.until
            if stops or (end is not None and at > end - DAY):
                continue
            while at < min(left, end or left):
                tests.append((at, rule, version.number))
                at += timedelta(days=CURRICULUM_BY_RULE[rule].valid_days) - RENEWED
    failed = set(person.failed_first)
    for at, rule, number in sorted(tests):
        if rule in failed:
            failed.remove(rule)
            yield at - 5 * HOUR
            sit(past, person, rule, number, passes=False, at=at - 5 * HOUR)
        yield at
        sit(past, person, rule, number, passes=True, at=at)
    if person.left is not None:
        yield left
        commands.end_person(actor=past.platform, ref=past.ref(firm.key), code=past.codes[person.username], now=left)


def sit(past: Past, person: PersonPlan, rule: str, number: str, *, passes: bool, at: datetime) -> None:
    """The test took forty minutes; one that is failed got everything but the first question wrong."""
    actor = past.made.person(person.username)
    attempt = commands.start_attempt(actor=actor, curriculum=past.curricula[rule, number], now=at)
    asked = list(attempt.curriculum.questions.all())
    right = {q.no: q.right for q in asked}
    wrong = {q.no: q.right if q.no == 1 else (q.right + 1) % len(q.options) for q in asked}
    commands.finish_attempt(
        actor=actor, ref=attempt.ref, answers=right if passes else wrong, now=at + timedelta(minutes=40)
    )


def unfinished(past: Past) -> Life:
    """The individual in training failed a test, and has another one half answered."""
    number = next(v.number for v, start, end in _versions(UNFINISHED) if end is None)
    person = FIRM_BY_KEY[TRAINING].people[0]
    failed_at, open_at = past.day(4, 20), past.day(1, 20)
    yield failed_at
    sit(past, person, UNFINISHED, number, passes=False, at=failed_at)
    yield open_at
    actor = past.made.person(person.username)
    attempt = commands.start_attempt(actor=actor, curriculum=past.curricula[UNFINISHED, number], now=open_at)
    first = attempt.curriculum.questions.get(no=1)
    commands.save_answers(actor=actor, ref=attempt.ref, answers={1: first.right}, now=open_at + HOUR / 6)


# — what is agreed —


def firm(past: Past, plan: FirmPlan) -> Life:
    """Registered, bounded, trained and let to act, with what became of it later."""
    began = past.day(plan.began, 10, of=plan)
    yield began
    _register(past, plan, began)
    yield _joined(past, plan) - HOUR
    commands.begin_training(actor=past.platform, ref=past.ref(plan.key), now=_joined(past, plan) - HOUR)
    yield _joined(past, plan)
    _take_on(past, plan, _joined(past, plan))
    first, *later = plan.mandates or (None,)
    if first is None:
        return
    at = past.day(first.days_ago, 9, of=plan)
    yield at
    commands.certify_executor(actor=past.platform, ref=past.ref(plan.key), now=at)
    _grant(past, plan, first, at)
    commands.activate_executor(actor=past.platform, ref=past.ref(plan.key), now=at + HOUR)
    turns: list[tuple[datetime, Any]] = [(past.day(m.days_ago, 9, of=plan), m) for m in later]
    turns += [(past.day(turn.days_ago, 15, of=plan), turn) for turn in plan.turns]
    for at, what in sorted(turns, key=lambda row: row[0]):
        yield at
        if isinstance(what, MandatePlan):
            _grant(past, plan, what, at)
            continue
        act = commands.suspend_executor if what.verb == "suspend" else commands.reinstate_executor
        reason = what.reason.of(language_of(plan))
        act(actor=past.compliance(), ref=past.ref(plan.key), reason=reason, now=at)


def _register(past: Past, plan: FirmPlan, at: datetime) -> None:
    language = language_of(plan)
    until = at + timedelta(days=plan.term)
    past.firms[plan.key] = executor = commands.register_executor(
        actor=past.platform,
        party=PARTY_BY_KEY[plan.key].external_ref,
        kind=plan.kind,
        contract_number=plan.contract_number,
        contract_from=at,
        contract_until=until,
        now=at,
    )
    commands.record_processing_terms(
        actor=past.platform,
        ref=executor.ref,
        terms=commands.TermsDraft(
            purpose=plan.terms.purpose.of(language),
            method=plan.terms.method.of(language),
            data_kinds=plan.terms.data_kinds.of(language),
            protection=plan.terms.protection.of(language),
            on_end=plan.terms.on_end,
            effective_from=at,
            until=until,
        ),
        now=at,
    )
    for term in plan.pay:
        commands.add_pay_term(
            actor=past.platform,
            ref=executor.ref,
            metric=term.metric,
            words=term.words.of(language),
            starts_at=at,
            now=at,
        )
    for sub in plan.sub_processors:
        row = commands.propose_sub_processor(
            actor=past.platform,
            ref=executor.ref,
            name=sub.name.of(language),
            purpose=sub.purpose.of(language),
            now=at,
        )
        past.subs[sub.key] = row.ref
        if sub.approved is not None:
            commands.decide_sub_processor(
                actor=past.compliance(),
                ref=executor.ref,
                sub_processor=row.ref,
                approved=sub.approved,
                now=at + DAY,
            )


def _take_on(past: Past, plan: FirmPlan, at: datetime) -> None:
    for person in plan.people:
        row = commands.add_person(
            actor=past.platform,
            ref=past.ref(plan.key),
            username=person.username,
            is_lead=person.is_lead,
            sub_processor=past.subs[person.sub_processor] if person.sub_processor else "",
            now=at,
        )
        past.codes[person.username] = row.code


def _grant(past: Past, plan: FirmPlan, mandate: MandatePlan, at: datetime) -> None:
    commands.grant_mandate(
        actor=past.platform,
        ref=past.ref(plan.key),
        mandate=commands.MandateDraft(
            measures=mandate.measures,
            rules=mandate.rules,
            categories=mandate.categories,
            ceiling_minor=mandate.ceiling_minor,
        ),
        now=at,
    )


def _versions(rule: str) -> Iterator[tuple[VersionPlan, datetime, datetime | None]]:
    """Each version of the rule with the moments at which it begins and ends."""
    rows = sorted(RULE_BY_CODE[rule].versions, key=lambda v: v.effective_from)
    starts = [datetime.combine(v.effective_from, time.min, BEIJING).astimezone(UTC) for v in rows]
    yield from zip(rows, starts, [*starts[1:], None], strict=True)


def _question(plan: QuestionPlan) -> commands.QuestionDraft:
    return commands.QuestionDraft(
        text_zh=plan.text.zh,
        text_en=plan.text.en,
        options=[(option.zh, option.en) for option in plan.options],
        right=plan.right,
        explanation_zh=plan.why.zh,
        explanation_en=plan.why.en,
    )
