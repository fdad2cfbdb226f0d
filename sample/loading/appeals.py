"""The sample's notices and appeals: those that are drawn, those that show something, and the states that are rare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from appeals import commands as appeals
from casework import deadlines
from casework.actor import Actor, Via
from casework.errors import SettledBefore
from notices import commands as notices
from sample.content.appeals import AppealText, appeals_against
from sample.content.bilingual import Both
from sample.content.notices import NoticePlan
from sample.content.notices import notices as planned_notices
from sample.content.stories import Story, appeal_of
from sample.loading.base import Loaded, Progress
from sample.loading.notices import Case, issue
from triage import commands as triage
from triage.features import clause_codes_of
from triage.proof import IntakeCase, ProofCase, ProofSet
from triage.queries import live_model

if TYPE_CHECKING:
    from appeals.models import Appeal
    from notices.models import Notice

MORE_ITEM = Both("与该订单有关的物流签收底单", "the signed delivery slip")
MORE_FACT = Both("货物已按约送达", "the goods arrived as agreed")
CORRECTED = Both("复查发现认定对象有误，平台自行撤销。", "Our own check found a different listing.")
OVERLOOKED = Both("当时没有留意站内信。", "I overlooked it.")
NO_REASON = Both("未留意站内信不属于正当理由。", "Overlooking a notice is no sufficient reason.")
INVENTED = Both("示例：所依据的案件均为虚构。", "Sample: the cases that prove it are invented.")


# — ordinary cases —


def load_ordinary(made: Loaded, *, count: int, seed: int, random: Random, progress: Progress) -> None:
    """`count` drawn notices, each read or not, appealed or not, as far along as its age allows."""
    plans = planned_notices(now=made.now, count=count, seed=seed)
    unappealed = []
    for step, plan in enumerate(plans, start=1):
        progress("notices", step, len(plans))
        try:
            case = Case(made, plan, issue(made, plan), random)
        except SettledBefore:  # drawn of what an earlier decision revoked: a platform does not say it again
            continue
        with made.beside_visitors(plan.external_ref):
            _ordinary(case)
        if not case.notice.appeals.exists() and appeals_against(plan.scenario.code):
            unappealed.append(case)
    _rare_states(made, unappealed)
    while deadlines.fire_due(now=made.now):
        pass


def _ordinary(case: Case) -> None:
    now, plan, random = case.made.now, case.plan, case.random
    if random.random() < 0.8:
        read_at = plan.served_at + timedelta(minutes=random.randint(3, 900))
        if read_at < now:
            notices.record_reading(actor=case.party, ref=case.notice.ref, now=read_at)
    texts = appeals_against(plan.scenario.code)
    if not texts or random.random() > 0.62:
        return
    written = random.choice(texts)
    filed_at = plan.served_at + timedelta(hours=random.uniform(2, 30))
    if filed_at >= now:
        return
    appeal = case.file(written, at=filed_at)
    if appeal.is_open:
        go_on = _finish if now - plan.served_at > timedelta(days=6) else _leave_open
        go_on(case, appeal, written, filed_at=filed_at)


def _finish(case: Case, appeal: Appeal, written: AppealText, *, filed_at: datetime) -> None:
    """An older appeal: most were decided, some withdrawn, a few reviewed twice."""
    random = case.random
    if random.random() < 0.07:
        appeals.withdraw_appeal(actor=case.party, ref=appeal.ref, now=filed_at + timedelta(hours=random.uniform(3, 20)))
        return
    reviewer = case.reviewer(appeal)
    at = case.take(appeal, reviewer, written, at=filed_at + timedelta(hours=random.uniform(4, 60)))
    case.decide(appeal, reviewer, written, at=at)
    if random.random() < 0.9:
        case.settle("CONFIRMED", at=at + timedelta(hours=random.uniform(1, 20)))
    again_at = at + timedelta(days=1, hours=2)
    if written.outcome == "UPHELD" and random.random() < 0.3 and again_at + timedelta(days=3) < case.made.now:
        second = case.file(written, at=again_at, review="human")
        senior = case.reviewer(second)
        at = case.take(second, senior, written, at=again_at + timedelta(hours=random.uniform(4, 40)))
        case.decide(second, senior, written, at=at)


def _leave_open(case: Case, appeal: Appeal, written: AppealText, *, filed_at: datetime) -> None:
    """A recent appeal: waiting, held, asked for more, demanded, or just decided."""
    random = case.random
    if random.random() < 0.3:
        appeals.demand_human(actor=case.party, ref=appeal.ref, now=filed_at + timedelta(minutes=40))
        appeal.refresh_from_db()
    taken_at = filed_at + timedelta(hours=random.uniform(1, 10))
    fate = random.random()
    if fate < 0.45 or taken_at + timedelta(minutes=20) >= case.made.now:
        return
    reviewer = case.reviewer(appeal)
    at = case.take(appeal, reviewer, written, at=taken_at)
    appeal.refresh_from_db()
    if fate < 0.6:
        _ask_for_more(case, appeal, reviewer, at=at)
    elif fate < 0.7:
        appeals.release_appeal(actor=reviewer, ref=appeal.ref, now=at, reason="")
    elif fate < 0.97:
        case.decide(appeal, reviewer, written, at=at)


def _ask_for_more(case: Case, appeal: Appeal, reviewer: Actor, *, at: datetime) -> None:
    item, fact = (text.of(case.plan.language) for text in (MORE_ITEM, MORE_FACT))
    appeals.request_information(actor=reviewer, ref=appeal.ref, item=item, fact=fact, due_at=None, now=at)


# — states that chance seldom leaves —


def _rare_states(made: Loaded, unappealed: Sequence[Case]) -> None:
    """At least one appeal in each of these states: asked for more, held, corrected, late.

    A system review is over within seconds once a worker runs, so no sample can stay in it.
    """
    now = made.now
    recent = [c for c in unappealed if timedelta(hours=8) < now - c.plan.served_at < timedelta(days=5)]
    old = [c for c in unappealed if c.notice.appeal_closes_at < now - timedelta(days=3)]
    fates = ["asked", "asked", "held", "corrected", "waiting", "waiting", "waiting"]
    for fate, case in zip(fates, recent, strict=False):
        with made.beside_visitors(case.plan.external_ref):
            _recent(case, fate)
    for case in old[:1]:
        with made.beside_visitors(case.plan.external_ref):
            _too_late(case)


def _recent(case: Case, fate: str) -> None:
    now = case.made.now
    written = case.random.choice(appeals_against(case.plan.scenario.code))
    appeal = case.file(written, at=now - timedelta(hours=6), review="human")
    if fate == "corrected":
        at = now - timedelta(hours=3)
        why = CORRECTED.of(case.plan.language)
        notices.withdraw_notice(actor=case.made.platform, ref=case.notice.ref, reason=why, now=at)
        appeals.close_as_corrected(notice_id=case.notice.pk, now=at)
    elif fate != "waiting":
        reviewer = case.reviewer(appeal)
        start = now - (timedelta(minutes=10) if fate == "held" else timedelta(hours=4))
        at = case.take(appeal, reviewer, written, at=start)
        if fate == "asked":
            _ask_for_more(case, appeal, reviewer, at=at)


def _too_late(case: Case) -> None:
    """A request after the window that was refused."""
    language, closes_at = case.plan.language, case.notice.appeal_closes_at
    late = case.file(
        appeals_against(case.plan.scenario.code)[0],
        at=closes_at + timedelta(days=1),
        review="human",
        late_reason=OVERLOOKED.of(language),
    )
    appeals.refuse_late_request(
        actor=case.reviewer(late), ref=late.ref, answer=NO_REASON.of(language), now=closes_at + timedelta(days=2)
    )


# — stories —


def load_story(made: Loaded, story: Story, plan: NoticePlan) -> None:
    """One of the fixed cases, each showing one thing that is easy to miss."""
    now = made.now
    case = Case(made, plan, issue(made, plan), Random(story.key))  # noqa: S311
    notices.record_reading(actor=case.party, ref=case.notice.ref, now=min(plan.served_at + timedelta(hours=1), now))
    written = appeal_of(story)
    if written is None:
        return
    filed_at = min(plan.served_at + timedelta(days=story.appealed_after_days), now - timedelta(hours=5))
    remark = story.remark.of(plan.language) if story.remark else ""
    if story.is_late:
        filed_at = case.notice.appeal_closes_at + timedelta(days=12)
    certificate = switch_on(made, case.notice, written.ground, now=filed_at) if story.is_decided_by_system else ""
    appeal = case.file(
        written,
        at=min(filed_at, now - timedelta(hours=1)),
        review=story.review,
        late_reason=remark if story.is_late else "",
    )
    if certificate:
        switch_back(made, case.notice, written.ground, certificate, now=now)
    if story.is_late or not appeal.is_open:
        return
    reviewer = case.reviewer(appeal)
    at = case.take(appeal, reviewer, written, at=filed_at + timedelta(hours=2))
    case.decide(appeal, reviewer, written, at=at)
    case.settle(story.remedy, remark, at=at + timedelta(hours=6))


def switch_on(made: Loaded, notice: Notice, ground: str, *, now: datetime) -> str:
    """The system may close such cases under the returned certificate; its proof is invented, like everything here."""
    people = [made.person(name, via=Via.ADMIN) for name in ("yaoning", "hemart_admin")]
    [measure] = notice.measures.all()
    model = live_model()
    assert model is not None
    clauses = clause_codes_of(notice.bases.all())
    cases = [
        ProofCase(
            ref=f"sample-{n}",
            permille=990 - 2 * n,
            is_error=n in (120, 190),
            language="en" if notice.language.startswith("en") else "zh",
            clauses=clauses,
            is_unknown=False,
            decided_at=now - timedelta(days=40, hours=n),
        )
        for n in range(246)
    ]
    intake = [IntakeCase(c.permille, c.is_unknown, "HUMAN", "UPHELD" if c.is_error else "OVERTURNED") for c in cases]
    triage.set_automation_policy(actor=people[0], measure_type=measure.type_id, ground=ground, mode="restore", now=now)
    attempt = triage.attempt_certification(
        actor=people[0],
        measure_type=measure.type_id,
        ground=ground,
        proofs=ProofSet(model.version, model.model_hash, cases, intake),
        now=now,
    )
    assert attempt.certificate is not None
    for person in people:
        triage.sign_certificate(actor=person, ref=attempt.certificate.ref, now=now)
    return attempt.certificate.ref


def switch_back(made: Loaded, notice: Notice, ground: str, certificate: str, *, now: datetime) -> None:
    """Invented proof closes nothing more: its certificate is revoked, and from here on the system only suggests."""
    [measure] = notice.measures.all()
    person = made.person("yaoning", via=Via.ADMIN)
    triage.revoke_certificate(actor=person, ref=certificate, note=INVENTED.of(notice.language), now=now)
    triage.set_automation_policy(actor=person, measure_type=measure.type_id, ground=ground, mode="assist", now=now)
