"""A planned notice served, appealed and decided, by the same commands that everybody else uses.

Time is passed in as it would have been then. What does not belong here: which notices there are, and how far each goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from appeals import commands as appeals
from casework import outbox
from casework.actor import Actor, Via
from casework.clock import BEIJING
from casework.models import Event, OutboxMessage, OutboxState
from notices import commands as notices
from notices.queries import notice_for
from sample.content.appeals import AppealText
from sample.content.bilingual import Both
from sample.content.notices import MeasureRow, NoticePlan
from sample.content.rules import RULE_BY_CODE
from sample.loading.base import Loaded
from sample.pictures import paper

if TYPE_CHECKING:
    from appeals.models import Appeal
    from notices.models import Notice

REVIEWERS = ("tanyue", "luoqi", "jiangtao", "pengfei")
SENIORS = ("guwen", "heyuan")
COMPLIANCE = "yaoning"


def issue(made: Loaded, plan: NoticePlan, *, by: notices.ExecutorDraft | None = None) -> Notice:
    """The notice is served as planned; `by` says which person of an executor carried it out and decided."""
    notice, _existed = notices.issue_notice(actor=made.platform, draft=_draft(made, plan, by), now=plan.served_at)
    record, at = getattr(notice, "publication", None), plan.served_at + timedelta(hours=3)
    if record is not None and at < made.now - timedelta(days=2):
        compliance = made.person(COMPLIANCE, via=Via.ADMIN)
        notices.publish_record(actor=compliance, ref=record.ref, act=plan.scenario.act, now=at)
        notices.report_to_regulator(
            actor=compliance,
            ref=record.ref,
            regulator="余杭区市场监督管理局",
            receipt=f"YH-{at:%Y%m%d}-{notice.number[-4:]}",
            now=at + timedelta(minutes=20),
        )
    return notice


def _draft(made: Loaded, plan: NoticePlan, by: notices.ExecutorDraft | None) -> notices.NoticeDraft:
    language = plan.language
    in_english = language.startswith("en")
    points = _points_of(plan) if by is None else None  # which no mandate of an executor names
    return notices.NoticeDraft(
        external_ref=plan.external_ref,
        party=made.parties[plan.party].ref,
        language=language,
        facts=plan.facts.of(language),
        reasons=plan.reasons.of(language),
        conduct_at=plan.conduct_at,
        decided_at=plan.decided_at,
        breach_kind=plan.scenario.breach_kind,
        is_precautionary=plan.scenario.is_precautionary,
        continues_during_appeal=plan.scenario.code != "membership-down",
        measures=[
            notices.MeasureDraft(
                points_basis=len(plan.basis) + 1 if points is not None and m.type == POINTS else None,
                type=m.type,
                object_kind=m.object_kind,
                object_ref=m.object_ref,
                object_label=m.object_label.of(language),
                scope=(m.scope if points is None or m.type != POINTS else BY_CLAUSE).of(language),
                starts_at=m.starts_at,
                ends_at=_end_of(m, points),
                amount_minor=m.amount_minor,
                calculation=m.calculation_en if in_english else m.calculation_zh,
            )
            for m in plan.measures
        ],
        basis=[
            notices.BasisDraft(kind="LAW", instrument=b.instrument, article=b.article)
            if b.instrument
            else notices.BasisDraft(kind="CLAUSE", rule=b.rule, clause=b.clause, version=b.version)
            for b in plan.basis
        ]
        + ([points] if points is not None else []),
        evidence=[
            notices.ExhibitDraft(
                caption=e.caption.of(language), captured_at=e.captured_at, excerpt=e.excerpt.of(language)
            )
            for e in plan.exhibits
        ],
        detection=notices.Detection(
            source=plan.detection_source, tool=plan.detection_tool.of(language) if plan.detection_tool else ""
        ),
        decision=notices.Decision(
            officer=by.person if by is not None else plan.officer,
            tool=plan.decision_tool.of(language) if plan.decision_tool else "",
            evidence_was_opened=plan.evidence_was_opened,
        ),
        data_used=plan.data_used.of(language) if plan.data_used else "",
        data_not_used=plan.data_not_used.of(language) if plan.data_not_used else "",
        executor=by,
    )


POINTS = "points-deducted"
BY_CLAUSE = Both(
    "记违规分，分值和清除时间见所引条款。", "Penalty points, as many and as long as the cited clause says."
)


def _points_of(plan: NoticePlan) -> notices.BasisDraft | None:
    """The clause of the rule on points for a notice that deducts some: the one that takes no more than was drawn."""
    if all(m.type != POINTS for m in plan.measures):
        return None
    [version] = RULE_BY_CODE["violation-points"].versions
    costs = {t.amount: c.number for c in version.clauses for t in c.terms if t.key == "points"}
    most = max(each for each in costs if each <= int(plan.drawn.words["points"].zh))
    return notices.BasisDraft(kind="CLAUSE", rule="violation-points", clause=costs[most], version=version.number)


def _end_of(measure: MeasureRow, points: notices.BasisDraft | None) -> datetime | None:
    """When the measure ends. Points of no clause are cleared at the end of the calendar year, as their words say."""
    if measure.type != POINTS or points is not None:
        return measure.ends_at
    return datetime(measure.starts_at.astimezone(BEIJING).year + 1, 1, 1, tzinfo=BEIJING)


@dataclass
class Case:
    """A served notice and what becomes of it; `random` draws what the plan leaves open."""

    made: Loaded
    plan: NoticePlan
    notice: Notice
    random: Random

    @property
    def party(self) -> Actor:
        return self.made.of_party(self.plan.party)

    def file(self, written: AppealText, *, at: datetime, review: str = "", late_reason: str = "") -> Appeal:
        """The party appealed, the worker reacted, and most added what the text says they have."""
        words = {name: text.of(written.written_in) for name, text in self.plan.drawn.words.items()}
        appeal = appeals.file_appeal(
            actor=self.party,
            notice_ref=self.notice.ref,
            filing=appeals.AppealFiling(
                ground=written.ground,
                statement=written.original.format_map(words),
                review=review or ("system_first" if self.random.random() < 0.12 else "human"),
                late_reason=late_reason,
            ),
            now=at,
        )
        _react(appeal, at=at + timedelta(seconds=4))
        appeal.refresh_from_db()
        if appeal.is_open and written.exhibit is not None and self.random.random() < 0.6:
            self._prove(appeal, written, at=at + timedelta(minutes=25))
            appeal.refresh_from_db()
        return appeal

    def _prove(self, appeal: Appeal, written: AppealText, *, at: datetime) -> None:
        assert written.exhibit is not None
        caption = written.exhibit.filled(self.plan.drawn.words).of(written.written_in)
        picture = paper(caption[:20], [caption[i : i + 28] for i in range(0, len(caption), 28)])
        appeals.stage_evidence(
            actor=self.party, ref=appeal.ref, file=picture, name="evidence.png", caption=caption[:200], now=at
        )
        appeals.submit_evidence(actor=self.party, ref=appeal.ref, now=at + timedelta(minutes=2))

    def reviewer(self, appeal: Appeal) -> Actor:
        """Somebody who may review it and did not before."""
        names = SENIORS if appeal.level == "SECOND" else REVIEWERS
        free = [name for name in names if self.made.users[name].pk != appeal.first_reviewer_id]
        return self.made.person(self.random.choice(free), via=Via.ADMIN)

    def take(self, appeal: Appeal, reviewer: Actor, written: AppealText, *, at: datetime) -> datetime:
        """Claimed, read, first view locked, sometimes the system's view looked at; returns when."""
        appeals.claim_appeal(actor=reviewer, ref=appeal.ref, now=at)
        for subject in appeals.pieces_of(appeal):
            appeals.record_opening(actor=reviewer, ref=appeal.ref, subject=subject, now=at + timedelta(minutes=2))
        appeals.record_first_view(
            actor=reviewer,
            ref=appeal.ref,
            outcome=written.outcome if self.random.random() < 0.85 else "UPHELD",
            confidence=self.random.choice(("low", "medium", "high")),
            now=at + timedelta(minutes=6),
        )
        if self.random.random() < 0.6:
            appeals.record_opening_of_suggestion(actor=reviewer, ref=appeal.ref, now=at + timedelta(minutes=7))
        return at + timedelta(minutes=9)

    def decide(self, appeal: Appeal, reviewer: Actor, written: AppealText, *, at: datetime) -> Appeal:
        """Decided as the text says, point by point."""
        language, words = self.plan.language, self.plan.drawn.words
        appeal.refresh_from_db()
        shown = tuple(appeal.evidence.filter(submission__isnull=False).values_list("no", flat=True))
        return appeals.decide_appeal(
            actor=reviewer,
            ref=appeal.ref,
            rulings=[_ruling(item.measure, written) for item in appeal.items.select_related("measure").order_by("no")],
            points=[
                appeals.Point(
                    p.kind,
                    p.text.filled(words).of(language),
                    p.finding,
                    p.sentence.filled(words).of(language),
                    burden_on="platform" if p.kind == "fact" else "",
                    evidence=shown if p.kind == "fact" else (),
                )
                for p in written.points
            ],
            reasons=written.reasons.filled(words).of(language),
            rule_application=written.rule_application.filled(words).of(language),
            difference_reason="evidence",
            expected_version=appeal.version,
            now=at,
        )

    def settle(self, how: str, remark: str = "", *, at: datetime) -> None:
        """What is owed was restored, or failed with that remark; LATE leaves it owed."""
        platform = self.made.platform
        for remedy in notice_for(platform, self.notice.ref).remedies.filter(state="PENDING"):
            if how == "FAILED" and remedy.kind == "RESTORE":
                notices.fail_remedy(actor=platform, ref=remedy.ref, note=remark, now=at)
            elif how in ("CONFIRMED", "FAILED"):
                notices.confirm_remedy(actor=platform, ref=remedy.ref, now=at)


def _react(appeal: Appeal, *, at: datetime) -> None:
    """What follows from the newest events of this appeal, as the worker would have done it then."""
    events = Event.objects.filter(case_kind=appeal.KIND, case_id=appeal.pk)
    for pk in OutboxMessage.objects.filter(event__in=events, state=OutboxState.PENDING).values_list("pk", flat=True):
        outbox.deliver(pk, now=at)


def _ruling(measure: Any, written: AppealText) -> appeals.RulingDraft:
    """What becomes of one measure: varied is only the one that the text names."""
    if written.outcome != "VARIED":
        return appeals.RulingDraft(measure.no, written.outcome)
    if measure.no != written.varied_measure:
        return appeals.RulingDraft(measure.no, "UPHELD")
    if not written.keep_percent:
        return appeals.RulingDraft(measure.no, "OVERTURNED")
    if measure.amount_minor is not None:
        kept = measure.amount_minor * written.keep_percent // 100
        return appeals.RulingDraft(measure.no, "VARIED", amount_minor=kept)
    kept_for = timedelta(days=30)
    if measure.ends_at is not None:
        kept_for = (measure.ends_at - measure.starts_at) * written.keep_percent / 100
    return appeals.RulingDraft(measure.no, "VARIED", ends_at=measure.starts_at + kept_for)
