"""The executors of the sample, lived through again: every act at its time, by the product's own commands.

Each firm, each person's training, each notice that one carried out is a life: a generator that says when it wants to
act next. All run on one clock, so that what falls due between two acts falls due in its order, and a person is
certified before they act. What does not belong here: who and what (sample.content.executors).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from casework import deadlines, outbox
from casework.actor import Actor, Via
from casework.models import Deadline, DeadlineState, OutboxMessage, OutboxState
from executors import commands
from notices import commands as notices
from notices.commands import ExecutorDraft
from rules.queries import versions_of
from sample.content.appeals import appeals_against
from sample.content.executors import (
    ACTS,
    CURRICULUM_BY_RULE,
    FIRM_BY_KEY,
    FIRM_OF_PERSON,
    FIRMS,
    INSTRUCTIONS,
    SIBLINGS,
    TRAINING,
    UNFINISHED,
    ActPlan,
    CurriculumPlan,
    FirmPlan,
    InstructionPlan,
    MandatePlan,
    PersonPlan,
    QuestionPlan,
    Step,
)
from sample.content.notices import NoticePlan, notice
from sample.content.people import PARTY_BY_KEY
from sample.content.rules import RULE_BY_CODE
from sample.content.scenarios import SCENARIO_BY_CODE
from sample.loading_notices import current, decide, file, issue, reviewer_for, settle, take

if TYPE_CHECKING:
    from executors.models import Executor, Incident, Instruction, Recourse
    from notices.models import Notice
    from sample.loading import Loaded, Progress

BEIJING = ZoneInfo("Asia/Shanghai")
COMPLIANCE, SECOND_COMPLIANCE = "yaoning", "weiqing"
SECOND_LOOKER = "heyuan"
NUMBERS_FROM = 80_000
KINDS = ("executor.", "instruction.", "incident.")
MAIL = ("appeals.subscribers.tell_appellant", "notices.subscribers.tell_party")
"""Left to the worker, as with every other notice: nobody in the sample has an address."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PUBLISHED, TAUGHT, TRAINED = 20 * DAY, 15 * DAY, 9 * DAY
"""So long before a version takes effect it is published, taught, and its people are trained."""
RENEWED = 10 * DAY

type Life = Iterator[datetime]


def load_executors(made: Loaded, *, now: datetime, progress: Progress) -> None:
    """Every executor of the sample stands where its plan says, with all that led there."""
    world = _World(made, now)
    lives = list(world.lives())
    world.run(lives, progress=progress)


@dataclass
class _World:
    """The sample's executors at one moment of their past."""

    made: Loaded
    now: datetime
    firms: dict[str, Executor] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    curricula: dict[tuple[str, str], str] = field(default_factory=dict)
    served: dict[str, Notice] = field(default_factory=dict)
    instructions: dict[str, Instruction] = field(default_factory=dict)
    subs: dict[str, str] = field(default_factory=dict)
    seen: int = 0

    def __post_init__(self) -> None:
        self.seen = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    # — time —

    def lives(self) -> Iterator[Life]:
        rules = {rule for firm in FIRMS for person in firm.people for rule in person.trains} | {UNFINISHED}
        for rule in sorted(rules):
            yield self.teaching(CURRICULUM_BY_RULE[rule])
        for firm in FIRMS:
            yield self.firm(firm)
            for place, person in enumerate(firm.people):
                yield self.training(firm, person, place)
        yield self.unfinished()
        for number, plan in enumerate(ACTS):
            yield self.deed(plan, number)
        for told in INSTRUCTIONS:
            yield self.order(told)
        yield self.sweep()

    def run(self, lives: Iterable[Life], *, progress: Progress) -> None:
        """Everything happened that lies before now, in its order."""
        waiting: list[tuple[datetime, int, Life]] = []
        for place, life in enumerate(lives):
            self._wait(waiting, place, life)
        done = 0
        while waiting:
            at, place, life = heapq.heappop(waiting)
            if at >= self.now:
                continue
            self.let_time_pass(until=at)
            self._wait(waiting, place, life)
            self.react(at)
            done += 1
            progress("executors", done, done + len(waiting))
        self.let_time_pass(until=self.now)

    def _wait(self, waiting: list[tuple[datetime, int, Life]], place: int, life: Life) -> None:
        at = next(life, None)
        if at is not None:
            heapq.heappush(waiting, (at, place, life))

    def let_time_pass(self, *, until: datetime) -> None:
        """Everything of executors that fell due has happened, each at its own moment."""
        while True:
            mine = Deadline.objects.filter(state=DeadlineState.OPEN, attempts=0, due_at__lte=until - deadlines.grace())
            due = min((d.due_at for d in mine if d.kind.startswith(KINDS)), default=None)
            if due is None:
                return
            at = due + deadlines.grace()
            deadlines.fire_due(now=at)
            self.react(at)

    def react(self, at: datetime) -> None:
        """What follows from the newest events, and from what followed, as the worker would have done it then."""
        while True:
            rows = OutboxMessage.objects.filter(pk__gt=self.seen, state=OutboxState.PENDING).exclude(
                subscriber__in=MAIL
            )
            found = list(rows.order_by("pk").values_list("pk", "next_attempt_at"))
            if not found:
                return
            for key, not_before in found:
                outbox.deliver(key, now=max(at, not_before))
            self.seen = found[-1][0]

    def day(self, days_ago: int, hour: int, *, of: FirmPlan | None = None) -> datetime:
        """That hour of a day so many days before the firm's anchor, or before now."""
        anchor = of.anchor if of is not None else None
        last = self.now.astimezone(BEIJING).date() if anchor is None else anchor
        return datetime.combine(last - timedelta(days=days_ago), time(hour), BEIJING).astimezone(UTC)

    # — who —

    @property
    def platform(self) -> Actor:
        assert self.made.platform is not None
        return self.made.platform

    def compliance(self, username: str = COMPLIANCE) -> Actor:
        return self.made.person(username, via=Via.ADMIN)

    def ref(self, key: str) -> str:
        return self.firms[key].ref

    # — what is taught —

    def teaching(self, plan: CurriculumPlan) -> Life:
        """Each version that somebody can be trained on is taught; everybody concerned hears of it when it appears."""
        first = min(self._joined(firm) for firm in FIRMS for p in firm.people if plan.rule in (*p.trains, UNFINISHED))
        stored = {v.number: v for v in versions_of([plan.rule])[plan.rule]}
        for version, start, end in _versions(plan.rule):
            if end is not None and end <= first:
                continue
            if start - PUBLISHED > first:
                yield start - PUBLISHED
                commands.note_new_rule_version(version_id=stored[version.number].pk, now=start - PUBLISHED)
            at = max(start - TAUGHT, first - 2 * DAY)
            yield at
            self.curricula[plan.rule, version.number] = commands.publish_curriculum(
                actor=self.compliance(),
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

    def _joined(self, firm: FirmPlan) -> datetime:
        return self.day(firm.began - 2, 9, of=firm)

    def training(self, firm: FirmPlan, person: PersonPlan, no: int) -> Life:
        """Somebody of the firm passed the tests of the rules they work with, and passes them again in time."""
        joined = self._joined(firm) + timedelta(minutes=20 * no)
        left = self.now if person.left is None else self.day(person.left, 9, of=firm)
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
                self.sit(person, rule, number, passes=False, at=at - 5 * HOUR)
            yield at
            self.sit(person, rule, number, passes=True, at=at)
        if person.left is not None:
            yield left
            commands.end_person(actor=self.platform, ref=self.ref(firm.key), code=self.codes[person.username], now=left)

    def sit(self, person: PersonPlan, rule: str, number: str, *, passes: bool, at: datetime) -> None:
        """The test took forty minutes; one that is failed got everything but the first question wrong."""
        actor = self.made.person(person.username)
        attempt = commands.start_attempt(actor=actor, curriculum=self.curricula[rule, number], now=at)
        asked = list(attempt.curriculum.questions.all())
        right = {q.no: q.right for q in asked}
        wrong = {q.no: q.right if q.no == 1 else (q.right + 1) % len(q.options) for q in asked}
        commands.finish_attempt(
            actor=actor, ref=attempt.ref, answers=right if passes else wrong, now=at + timedelta(minutes=40)
        )

    def unfinished(self) -> Life:
        """The individual in training failed a test, and has another one half answered."""
        number = next(v.number for v, start, end in _versions(UNFINISHED) if end is None)
        person = FIRM_BY_KEY[TRAINING].people[0]
        failed_at, open_at = self.day(4, 20), self.day(1, 20)
        yield failed_at
        self.sit(person, UNFINISHED, number, passes=False, at=failed_at)
        yield open_at
        actor = self.made.person(person.username)
        attempt = commands.start_attempt(actor=actor, curriculum=self.curricula[UNFINISHED, number], now=open_at)
        first = attempt.curriculum.questions.get(no=1)
        commands.save_answers(actor=actor, ref=attempt.ref, answers={1: first.right}, now=open_at + HOUR / 6)

    # — what is agreed —

    def firm(self, plan: FirmPlan) -> Life:
        """Registered, bounded, trained and let to act, with what became of it later."""
        began = self.day(plan.began, 10, of=plan)
        yield began
        self._register(plan, began)
        yield self._joined(plan) - HOUR
        commands.begin_training(actor=self.platform, ref=self.ref(plan.key), now=self._joined(plan) - HOUR)
        yield self._joined(plan)
        self._take_on(plan, self._joined(plan))
        first, *later = plan.mandates or (None,)
        if first is None:
            return
        at = self.day(first.days_ago, 9, of=plan)
        yield at
        commands.certify_executor(actor=self.platform, ref=self.ref(plan.key), now=at)
        self._grant(plan, first, at)
        commands.activate_executor(actor=self.platform, ref=self.ref(plan.key), now=at + HOUR)
        turns: list[tuple[datetime, Any]] = [(self.day(m.days_ago, 9, of=plan), m) for m in later]
        turns += [(self.day(turn.days_ago, 15, of=plan), turn) for turn in plan.turns]
        for at, what in sorted(turns, key=lambda row: row[0]):
            yield at
            if isinstance(what, MandatePlan):
                self._grant(plan, what, at)
                continue
            act = commands.suspend_executor if what.verb == "suspend" else commands.reinstate_executor
            reason = what.reason.of(_language(plan))
            act(actor=self.compliance(), ref=self.ref(plan.key), reason=reason, now=at)

    def _register(self, plan: FirmPlan, at: datetime) -> None:
        language = _language(plan)
        until = at + timedelta(days=plan.term)
        self.firms[plan.key] = executor = commands.register_executor(
            actor=self.platform,
            party=PARTY_BY_KEY[plan.key].external_ref,
            kind=plan.kind,
            contract_number=plan.contract_number,
            contract_from=at,
            contract_until=until,
            now=at,
        )
        commands.record_processing_terms(
            actor=self.platform,
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
        for metric, words in plan.pay:
            commands.add_pay_term(
                actor=self.platform, ref=executor.ref, metric=metric, words=words.of(language), starts_at=at, now=at
            )
        for sub in plan.sub_processors:
            row = commands.propose_sub_processor(
                actor=self.platform,
                ref=executor.ref,
                name=sub.name.of(language),
                purpose=sub.purpose.of(language),
                now=at,
            )
            self.subs[sub.key] = row.ref
            if sub.approved is not None:
                commands.decide_sub_processor(
                    actor=self.compliance(),
                    ref=executor.ref,
                    sub_processor=row.ref,
                    approved=sub.approved,
                    now=at + DAY,
                )

    def _take_on(self, plan: FirmPlan, at: datetime) -> None:
        for person in plan.people:
            row = commands.add_person(
                actor=self.platform,
                ref=self.ref(plan.key),
                username=person.username,
                is_lead=person.is_lead,
                sub_processor=self.subs[person.sub_processor] if person.sub_processor else "",
                now=at,
            )
            self.codes[person.username] = row.code

    def _grant(self, plan: FirmPlan, mandate: MandatePlan, at: datetime) -> None:
        commands.grant_mandate(
            actor=self.platform,
            ref=self.ref(plan.key),
            mandate=commands.MandateDraft(
                measures=mandate.measures,
                rules=mandate.rules,
                categories=mandate.categories,
                ceiling_minor=mandate.ceiling_minor,
            ),
            now=at,
        )

    # — what was done —

    def deed(self, act: ActPlan, number: int) -> Life:
        """A notice that somebody of an executor carried out; appealed, decided, and what came of it."""
        firm = FIRM_OF_PERSON[act.person]
        lag = SCENARIO_BY_CODE[act.scenario].lag_days
        plan = notice(
            act.scenario,
            number=NUMBERS_FROM + number,
            conduct_at=self.day(act.days_ago + lag + 1, 9, of=firm),
            party=act.party,
            decided="PERSON",
            by=firm.key,
        )
        yield plan.served_at
        self.served[act.key] = served = issue(self.made, plan, by=self._draft(act, firm, plan))
        party = self.made.of_party(act.party)
        notices.record_reading(actor=party, ref=served.ref, now=plan.served_at + HOUR)
        if act.drawn:
            yield plan.served_at + 2 * HOUR
            self._draw(served, plan.served_at + 2 * HOUR)
        if act.seen is not None:
            yield plan.served_at + 30 * HOUR
            self._look_again(served, *act.seen, at=plan.served_at + 30 * HOUR)
        if not act.ground:
            return
        random = Random(act.key)  # noqa: S311
        written = next(text for text in appeals_against(act.scenario) if text.ground == act.ground)
        filed_at = plan.served_at + random.randint(2, 7) * HOUR
        yield filed_at
        appeal = file(self.made, served, plan, written, party, random, filed_at=filed_at, review="human")
        taken_at = filed_at + random.randint(9, 16) * HOUR
        yield taken_at
        reviewer = reviewer_for(self.made, appeal, random)
        decided_at = take(appeal, reviewer, written, random, at=taken_at)
        decided = decide(appeal, reviewer, plan, written, at=decided_at)
        settle(self.made, current(self.made, decided), "CONFIRMED", "", at=decided_at + HOUR / 2)
        for step in act.steps:
            at = decided_at + step.after * HOUR
            yield at
            self._follow(served, act, step, at)

    def _draw(self, served: Notice, at: datetime) -> None:
        """Chance drew this act: with so few acts it would hardly draw any by itself."""
        assert served.act_id is not None
        share = settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE
        settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = 1000
        try:
            commands.draw_second_look(act_id=served.act_id, now=at)
        finally:
            settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = share

    def _look_again(self, served: Notice, error_class: str, note: str, *, at: datetime) -> None:
        assert served.act is not None
        commands.give_second_look(
            actor=self.made.person(SECOND_LOOKER, via=Via.ADMIN),
            ref=served.act.double_review.ref,
            same_measure=not error_class,
            error_class=error_class,
            note=note,
            now=at,
        )

    def _draft(self, act: ActPlan, firm: FirmPlan, plan: NoticePlan) -> ExecutorDraft:
        return ExecutorDraft(
            ref=self.ref(firm.key),
            person=self.codes[act.person],
            instruction=self.instructions[act.instruction].ref if act.instruction else "",
            tool_version=firm.tool.of(_language(firm)),
            queue=act.queue.of(_language(firm)),
            shift=act.shift.of(_language(firm)),
            category=PARTY_BY_KEY[plan.party].trade.zh,
        )

    def _follow(self, served: Notice, act: ActPlan, step: Step, at: datetime) -> None:
        incident: Incident = served.act.incident if served.act is not None else _none(act)
        incident.refresh_from_db()
        getattr(self, f"_{step.verb}")(incident, act, at, **step.values)

    def _explain(self, incident: Incident, act: ActPlan, at: datetime, *, text: str) -> None:
        commands.explain_incident(actor=self.made.person(act.person), ref=incident.ref, explanation=text, now=at)

    def _find(self, incident: Incident, _act: ActPlan, at: datetime, *, step: str, **values: Any) -> None:
        commands.find_incident(actor=self.compliance(), ref=incident.ref, corrective_step=step, now=at, **values)

    def _contest(self, incident: Incident, act: ActPlan, at: datetime, *, reasons: str) -> None:
        commands.contest_finding(actor=self.made.person(act.person), ref=incident.ref, reasons=reasons, now=at)

    def _compensate(self, incident: Incident, _act: ActPlan, at: datetime, **values: Any) -> None:
        commands.compensate_incident(actor=self.compliance(), ref=incident.ref, now=at, **values)

    def _close(self, incident: Incident, _act: ActPlan, at: datetime) -> None:
        commands.close_incident(actor=self.compliance(), ref=incident.ref, now=at)

    def _claim(self, incident: Incident, _act: ActPlan, at: datetime, **values: Any) -> None:
        commands.claim_recourse(actor=self.compliance(), incident_ref=incident.ref, now=at, **values)

    def _dispute(self, incident: Incident, act: ActPlan, at: datetime, *, reasons: str) -> None:
        lead = next(p.username for p in FIRM_OF_PERSON[act.person].people if p.is_lead)
        commands.dispute_recourse(actor=self.made.person(lead), ref=_claim_of(incident).ref, reasons=reasons, now=at)

    def _pay(self, incident: Incident, _act: ActPlan, at: datetime, **values: Any) -> None:
        commands.record_part_payment(actor=self.platform, ref=_claim_of(incident).ref, now=at, **values)

    def _settle(self, incident: Incident, _act: ActPlan, at: datetime, **values: Any) -> None:
        commands.settle_recourse(actor=self.compliance(), ref=_claim_of(incident).ref, now=at, **values)

    def _write_off(self, incident: Incident, _act: ActPlan, at: datetime, *, reason: str) -> None:
        commands.write_off_recourse(actor=self.compliance(), ref=_claim_of(incident).ref, reason=reason, now=at)

    # — what was ordered —

    def order(self, plan: InstructionPlan) -> Life:
        """An order, taken on, done or taken back as far as its plan says; the reversal of one that was overturned."""
        firm = FIRM_BY_KEY[plan.firm]
        told_at = self.now - plan.hours_ago * HOUR
        language = _language(firm)
        yield told_at
        self.instructions[plan.key] = row = commands.issue_instruction(
            actor=self.platform,
            draft=commands.InstructionDraft(
                executor=self.ref(plan.firm),
                words=plan.words.of(language),
                subject_number=plan.subject,
                measure_type=plan.measure,
                due_at=told_at + plan.within * HOUR,
            ),
            now=told_at,
        )
        if plan.acknowledged is not None:
            after, who = plan.acknowledged
            yield told_at + after * HOUR
            commands.acknowledge_instruction(
                actor=self.made.person(who), ref=row.ref, now=told_at + after * HOUR, callback_id=f"{plan.key}-1"
            )
        if plan.completed is not None:
            after, who, evidence = plan.completed
            yield told_at + after * HOUR
            commands.complete_instruction(
                actor=self.made.person(who),
                ref=row.ref,
                evidence=evidence.of(language),
                now=told_at + after * HOUR,
                callback_id=f"{plan.key}-2",
            )
        if plan.withdrawn is not None:
            after, why = plan.withdrawn
            yield told_at + after * HOUR
            commands.withdraw_instruction(
                actor=self.platform, ref=row.ref, reason=why.of(language), now=told_at + after * HOUR
            )

    def sweep(self) -> Life:
        """Compliance looked again at some of what shares its cause with an error; the rest still waits."""
        for days_ago, key, outcome, reasons in SIBLINGS:
            at = self.day(days_ago, 11)
            yield at
            row = self.served[key].sibling_reviews.filter(state="OPEN").order_by("pk").first()
            assert row is not None, key
            notices.review_sibling(
                actor=self.compliance(SECOND_COMPLIANCE), ref=row.ref, outcome=outcome, reasons=reasons, now=at
            )


def _versions(rule: str) -> Iterator[tuple[Any, datetime, datetime | None]]:
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


def _language(plan: FirmPlan) -> str:
    return PARTY_BY_KEY[plan.key].language


def _claim_of(incident: Incident) -> Recourse:
    return incident.recourse


def _none(act: ActPlan) -> Any:
    raise LookupError(f"{act.key}: nobody acted")
