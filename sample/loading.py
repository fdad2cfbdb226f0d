"""The sample platform written into a database, by the same commands that everybody else uses.

Time is passed in as it would have been then, so that a case from last month has last month's ledger. What does not
belong here: the content (sample.content), and anything that the product needs to run.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from accounts import commands as accounts
from accounts.models import ApiClient, Party, Team, User
from accounts.queries import actor_of_client, actor_of_user
from appeals import commands as appeals
from appeals.mandates import ProofCase, ProofSet, Taken, clause_codes_of
from appeals.queries import live_model, models_for
from casework import deadlines, outbox
from casework.actor import Actor, ActorKind, Via
from casework.ledger import digest
from casework.models import Event, OutboxMessage
from classifier.comparison import Asked
from classifier.features import TriageInput, input_hash, normalise, pseudonym
from classifier.training import DecidedCase
from notices import commands as notices
from notices.queries import notice_for
from rules import commands as rules
from sample.content.appeals import AppealText, appeals_against
from sample.content.decided import DecidedRow, decided_cases
from sample.content.law import LAW_ARTICLES
from sample.content.measures import MEASURE_TYPES
from sample.content.notices import NoticePlan
from sample.content.notices import notices as planned_notices
from sample.content.people import ACTORS, PARTIES, PLATFORM_ACTOR, PLATFORM_SCOPES, TEAMS, USERS
from sample.content.rules import DISPUTE_RULE, RULE_BY_CODE, RULES, WITH_TABLE
from sample.content.stories import STORIES, Story, appeal_of, notice_of
from sample.loading_disputes import load_disputes, publish_burden_table
from sample.pictures import paper

if TYPE_CHECKING:
    from appeals.models import Appeal
    from notices.models import Notice

BEIJING = ZoneInfo("Asia/Shanghai")
CONSOLE = Actor(kind=ActorKind.SYSTEM, via=Via.CONSOLE, ref="system:demo")
REVIEWERS = ("tanyue", "luoqi", "jiangtao", "pengfei")
SENIORS = ("guwen", "heyuan")
MORE = {
    "zh": ("与该订单有关的物流签收底单", "货物已按约送达"),
    "en": ("the signed delivery slip", "the goods arrived as agreed"),
}
MODEL_VERSION = "sample-1"
START = timedelta(days=500)
"""So long before the sample is loaded it begins: its people were there, and its model was live."""

Progress = Callable[[str, int, int], None]


@dataclass
class Loaded:
    """What the loader made, by the names of the content."""

    password: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    client: ApiClient | None = None
    platform: Actor | None = None

    def person(self, username: str, via: Via = Via.WEB) -> Actor:
        return actor_of_user(self.users[username], via=via, session=f"sample:{username}")

    def of_party(self, key: str) -> Actor:
        """Whoever may file for the party."""
        username = next(u.username for u in USERS if u.party == key and u.membership in ("owner", "manager"))
        return self.person(username)


def load(*, now: datetime, count: int, progress: Progress, seed: int = 20261125) -> Loaded:
    """The whole sample platform is in the database, the triage model is trained; returns names and secrets."""
    made = Loaded()
    _people(made, now=now, progress=progress)
    _rules(made, now=now, progress=progress)
    load_model(made, now=now - START, progress=progress)
    plans = planned_notices(now=now, count=count, seed=seed)
    stories = [(story, notice_of(story, now=now, number=90_000 + i)) for i, story in enumerate(STORIES)]
    random = Random(seed)  # noqa: S311
    unappealed = []
    for step, plan in enumerate(plans, start=1):
        progress("notices", step, len(plans) + len(stories))
        notice = _ordinary(made, plan, random, now=now)
        if not notice.appeals.exists() and appeals_against(plan.scenario.code):
            unappealed.append((plan, notice))
    for step, (story, plan) in enumerate(stories, start=1):
        progress("notices", len(plans) + step, len(plans) + len(stories))
        _story(made, story, plan, now=now)
    _rare_states(made, unappealed, random, now=now)
    while deadlines.fire_due(now=now):
        pass
    load_disputes(made, now=now, progress=progress)
    return made


# — people, rules, model —


def _people(made: Loaded, *, now: datetime, progress: Progress) -> None:
    start = now - START
    made.client = accounts.create_client(
        actor=CONSOLE, name="HeMart back end", scopes=[*PLATFORM_SCOPES, "appeals:read", "parties:read"], now=start
    )
    made.platform = actor_of_client(made.client)
    for team in TEAMS:
        made.teams[team.key] = accounts.create_team(
            actor=CONSOLE, name=team.name.zh, organisation=team.organisation.zh, is_external=team.is_external
        )
    for party in PARTIES:
        made.parties[party.key], _new = accounts.create_party(
            actor=CONSOLE,
            kind=party.kind,
            name=party.name.of(party.language),
            external_ref=party.external_ref,
            client=made.client,
            language=party.language,
            now=start,
        )
    # One password for everybody in the sample, hashed once: fifty hashes would take half a minute.
    made.password = "sample-" + secrets.token_urlsafe(9)
    for step, plan in enumerate(USERS, start=1):
        progress("people", step, len(USERS))
        user = accounts.create_user(
            actor=CONSOLE,
            username=plan.username,
            display_name=plan.display_name.of(plan.language),
            language=plan.language,
            officer_code=plan.officer_code,
            team=made.teams.get(plan.team),
            large_text=plan.large_text,
            now=start,
        )
        if plan.party:
            accounts.add_member(
                actor=CONSOLE, party=made.parties[plan.party], user=user, role=plan.membership, now=start
            )
        for role in plan.staff_roles:
            accounts.grant_staff_role(actor=CONSOLE, user=user, role=role, now=start)
    User.objects.update(password=make_password(made.password))
    made.users = {user.username: user for user in User.objects.select_related("team")}
    made.tokens[PLATFORM_ACTOR] = accounts.issue_token(actor=CONSOLE, client=made.client, label="demo", now=now)[0]
    for plan in USERS:
        if plan.actor:
            user = made.users[plan.username]
            made.tokens[plan.actor] = accounts.issue_token(actor=CONSOLE, user=user, label="demo", now=now)[0]


def _rules(made: Loaded, *, now: datetime, progress: Progress) -> None:
    assert made.platform is not None
    for step, rule in enumerate(RULES, start=1):
        progress("rules", step, len(RULES))
        for version in sorted(rule.versions, key=lambda v: v.effective_from):
            start = datetime.combine(version.effective_from, time.min, BEIJING).astimezone(UTC)
            published = rules.publish_rule_version(
                actor=made.platform,
                code=rule.code,
                name_zh=rule.name.zh,
                name_en=rule.name.en,
                number=version.number,
                effective_from=start,
                summary_zh=version.summary.zh,
                summary_en=version.summary.en,
                clauses=[
                    rules.ClauseText(
                        c.number, c.text.zh, c.text.en, c.title.zh, c.title.en, is_major_interest=c.is_major_interest
                    )
                    for c in version.clauses
                ],
                now=min(start - timedelta(days=20), now),
            )
            if (rule.code, version.number) == (DISPUTE_RULE, WITH_TABLE):
                publish_burden_table(made, published)
    for article in LAW_ARTICLES:
        rules.record_law_article(
            actor=made.platform,
            instrument=article.instrument,
            article=article.article,
            name_zh=article.name.zh,
            name_en=article.name.en,
            gist_zh=article.gist.zh,
            gist_en=article.gist.en,
            in_force_from=article.in_force_from,
        )
    for kind in MEASURE_TYPES:
        notices.register_measure_type(
            actor=made.platform,
            code=kind.code,
            axis=kind.axis,
            label_zh=kind.label.zh,
            label_en=kind.label.en,
            restores_zh=kind.restores.zh,
            restores_en=kind.restores.en,
            is_high_stakes=kind.is_high_stakes,
        )


def load_model(made: Loaded, *, now: datetime, progress: Progress) -> None:
    """The starting triage model is live: trained on invented appeals that were decided before then, as its record says.

    Two people of the sample signed it, and one put it live, as with any other model.
    """
    progress("model", 0, 1)
    rows = decided_cases()
    age = now - max(row["decided_at"] for row in rows)
    cases = [_decided(number, row, age=age) for number, row in enumerate(rows, start=1)]
    content = [[a.ref, input_hash(a.case.case), a.case.overturned, a.case.decided_at.isoformat()] for a in cases]
    row = appeals.train_triage_model(
        cases=cases,
        snapshot_hash=digest(content),
        counts={"sample": len(cases)},
        version=MODEL_VERSION,
        seed=1,
        live=None,
        now=now,
    )
    first, second = (made.person(name, via=Via.ADMIN) for name in ("yaoning", "hemart_admin"))
    for person in (first, second):
        appeals.sign_triage_model(actor=person, ref=row.ref, now=now + timedelta(hours=2))
    appeals.start_triage_shadow(actor=first, ref=row.ref, now=now + timedelta(hours=3))
    appeals.put_triage_model_live(actor=second, ref=row.ref, now=now + timedelta(hours=27))
    progress("model", 1, 1)


def load_model_late(*, now: datetime, progress: Progress) -> None:
    """The same on a sample database that was made before models were on record; otherwise nothing."""
    made = Loaded(users={user.username: user for user in User.objects.select_related("team")})
    if not models_for(made.person("yaoning", via=Via.ADMIN)):
        load_model(made, now=now - START, progress=progress)


def _decided(number: int, row: DecidedRow, *, age: timedelta) -> Asked:
    case = TriageInput(
        statement=row["text"],
        ground=row["ground"],
        language=row["language"],
        party_kind=row["party_kind"],
        measure_types=tuple(row["measure_types"]),
        axes=tuple(row["axes"]),
        clause_code=_clause(row["clause_code"]),
        automated_decision=row["automated_decision"].lower(),
        amount_minor=row["amount_minor"],
        days_blocked=row["days_blocked"],
        detector=row["detector"],
        executor=pseudonym(row["executor"]),
    )
    decided = DecidedCase(
        case=case,
        route_ground=row["route_ground"],
        overturned=row["overturned"],
        filed_at=row["filed_at"] + age,
        decided_at=row["decided_at"] + age,
    )
    groups = {
        "language": normalise(case.statement).language,
        "party": case.party_kind.lower(),
        "ground": case.ground,
        "executor": case.executor,
    }
    return Asked(f"sample-{number}", decided, groups)


def _clause(code: str) -> str:
    """The clause as a notice names it, in whatever version."""
    rule, number = code.split(":")
    return f"{RULE_BY_CODE[rule].name.zh}:{number}"


# — notices —


def _issue(made: Loaded, plan: NoticePlan) -> Notice:
    language = plan.language
    in_english = language.startswith("en")
    draft = notices.NoticeDraft(
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
                type=m.type,
                object_kind=m.object_kind,
                object_ref=m.object_ref,
                object_label=m.object_label.of(language),
                scope=m.scope.of(language),
                starts_at=m.starts_at,
                ends_at=m.ends_at,
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
        ],
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
            officer=plan.officer,
            tool=plan.decision_tool.of(language) if plan.decision_tool else "",
            evidence_was_opened=plan.evidence_was_opened,
        ),
        data_used=plan.data_used.of(language) if plan.data_used else "",
        data_not_used=plan.data_not_used.of(language) if plan.data_not_used else "",
        executor_name=plan.executor.of(language) if plan.executor else "",
    )
    assert made.platform is not None
    notice, _existed = notices.issue_notice(actor=made.platform, draft=draft, now=plan.served_at)
    return notice


def _ordinary(made: Loaded, plan: NoticePlan, random: Random, *, now: datetime) -> Notice:
    """A drawn notice, read or not, appealed or not, as far along as its age allows."""
    notice = _issue(made, plan)
    age = now - plan.served_at
    party = made.of_party(plan.party)
    if random.random() < 0.8:
        read_at = plan.served_at + timedelta(minutes=random.randint(3, 900))
        if read_at < now:
            notices.record_reading(actor=party, ref=notice.ref, now=read_at)
    texts = appeals_against(plan.scenario.code)
    if not texts or random.random() > 0.62:
        return notice
    written = random.choice(texts)
    filed_at = plan.served_at + timedelta(hours=random.uniform(2, 30))
    if filed_at >= now:
        return notice
    appeal = _file(made, notice, plan, written, party, random, filed_at=filed_at)
    if age > timedelta(days=6):
        _finish(made, appeal, plan, written, random, filed_at=filed_at, now=now)
    else:
        _leave_open(made, appeal, plan, written, random, filed_at=filed_at, now=now)
    return notice


def _file(
    made: Loaded,
    notice: Notice,
    plan: NoticePlan,
    written: AppealText,
    party: Actor,
    random: Random,
    *,
    filed_at: datetime,
    review: str = "",
    late_reason: str = "",
) -> Appeal:
    del made
    statement = written.original.format_map({k: w.of(written.written_in) for k, w in plan.drawn.words.items()})
    appeal = appeals.file_appeal(
        actor=party,
        notice_ref=notice.ref,
        filing=appeals.AppealFiling(
            ground=written.ground,
            statement=statement,
            review=review or ("system_first" if random.random() < 0.12 else "human"),
            late_reason=late_reason,
        ),
        now=filed_at,
    )
    _react(appeal, at=filed_at + timedelta(seconds=4))
    appeal.refresh_from_db()
    if appeal.is_open and written.exhibit is not None and random.random() < 0.6:
        _prove(appeal, plan, written, party, at=filed_at + timedelta(minutes=25))
    appeal.refresh_from_db()
    return appeal


def _react(appeal: Appeal, *, at: datetime) -> None:
    """What follows from the newest events of this appeal, as the worker would have done it then."""
    events = Event.objects.filter(case_kind=appeal.KIND, case_id=appeal.pk)
    for pk in OutboxMessage.objects.filter(event__in=events, state="PENDING").values_list("pk", flat=True):
        outbox.deliver(pk, now=at)


def _prove(appeal: Appeal, plan: NoticePlan, written: AppealText, party: Actor, *, at: datetime) -> None:
    assert written.exhibit is not None
    words = plan.drawn.words
    caption = written.exhibit.filled(words).of(written.written_in)
    picture: io.BytesIO = paper(caption[:20], [caption[i : i + 28] for i in range(0, len(caption), 28)])
    appeals.stage_evidence(
        actor=party, ref=appeal.ref, file=picture, name="evidence.png", caption=caption[:200], now=at
    )
    appeals.submit_evidence(actor=party, ref=appeal.ref, now=at + timedelta(minutes=2))


# — review —


def _reviewer(made: Loaded, appeal: Appeal, random: Random) -> Actor:
    names = SENIORS if appeal.level == "SECOND" else REVIEWERS
    free = [n for n in names if made.users[n].pk != appeal.first_reviewer_id]
    return made.person(random.choice(free), via=Via.ADMIN)


def _take(appeal: Appeal, reviewer: Actor, written: AppealText, random: Random, *, at: datetime) -> datetime:
    """Claimed, read, first view locked, sometimes the system's view looked at; returns when."""
    appeals.claim_appeal(actor=reviewer, ref=appeal.ref, now=at)
    for subject in ("notice", "statement", "exhibit:1"):
        appeals.record_opening(actor=reviewer, ref=appeal.ref, subject=subject, now=at + timedelta(minutes=2))
    for item in appeal.evidence.filter(submission__isnull=False):
        appeals.record_opening(actor=reviewer, ref=appeal.ref, subject=f"evidence:{item.no}", now=at)
    appeals.record_first_view(
        actor=reviewer,
        ref=appeal.ref,
        outcome=written.outcome if random.random() < 0.85 else "UPHELD",
        confidence=random.choice(("low", "medium", "high")),
        now=at + timedelta(minutes=6),
    )
    if random.random() < 0.6:
        appeals.record_opening_of_suggestion(actor=reviewer, ref=appeal.ref, now=at + timedelta(minutes=7))
    return at + timedelta(minutes=9)


def _rulings(appeal: Appeal, written: AppealText) -> list[appeals.RulingDraft]:
    rulings = []
    for item in appeal.items.select_related("measure").order_by("no"):
        measure = item.measure
        if written.outcome != "VARIED":
            rulings.append(appeals.RulingDraft(measure.no, written.outcome))
        elif measure.no != written.varied_measure:
            rulings.append(appeals.RulingDraft(measure.no, "UPHELD"))
        elif not written.keep_percent:
            rulings.append(appeals.RulingDraft(measure.no, "OVERTURNED"))
        elif measure.amount_minor is not None:
            kept = measure.amount_minor * written.keep_percent // 100
            rulings.append(appeals.RulingDraft(measure.no, "VARIED", amount_minor=kept))
        elif measure.ends_at is not None:
            kept_for = (measure.ends_at - measure.starts_at) * written.keep_percent / 100
            rulings.append(appeals.RulingDraft(measure.no, "VARIED", ends_at=measure.starts_at + kept_for))
        else:
            kept_until = measure.starts_at + timedelta(days=30)
            rulings.append(appeals.RulingDraft(measure.no, "VARIED", ends_at=kept_until))
    return rulings


def _decide(appeal: Appeal, reviewer: Actor, plan: NoticePlan, written: AppealText, *, at: datetime) -> Appeal:
    language = plan.language
    words = plan.drawn.words
    appeal.refresh_from_db()
    return appeals.decide_appeal(
        actor=reviewer,
        ref=appeal.ref,
        rulings=_rulings(appeal, written),
        points=[
            appeals.Point(
                p.kind,
                p.text.filled(words).of(language),
                p.finding,
                p.sentence.filled(words).of(language),
                burden_on="platform" if p.kind == "fact" else "",
                evidence=tuple(appeal.evidence.filter(submission__isnull=False).values_list("no", flat=True))
                if p.kind == "fact"
                else (),
            )
            for p in written.points
        ],
        reasons=written.reasons.filled(words).of(language),
        rule_application=written.rule_application.filled(words).of(language),
        difference_reason="evidence",
        expected_version=appeal.version,
        now=at,
    )


def _notice(made: Loaded, appeal: Appeal) -> Notice:
    assert made.platform is not None
    return notice_for(made.platform, appeal.notice.ref)


def _settle(made: Loaded, notice: Notice, how: str, remark: str, *, at: datetime) -> None:
    assert made.platform is not None
    for remedy in notice.remedies.filter(state="PENDING"):
        if how == "FAILED" and remedy.kind == "RESTORE":
            notices.fail_remedy(actor=made.platform, ref=remedy.ref, note=remark, now=at)
        elif how in ("CONFIRMED", "FAILED"):
            notices.confirm_remedy(actor=made.platform, ref=remedy.ref, now=at)


def _finish(
    made: Loaded,
    appeal: Appeal,
    plan: NoticePlan,
    written: AppealText,
    random: Random,
    *,
    filed_at: datetime,
    now: datetime,
) -> None:
    """An older appeal: most were decided, some withdrawn, a few reviewed twice."""
    if not appeal.is_open:
        return
    if random.random() < 0.07:
        appeals.withdraw_appeal(
            actor=made.of_party(plan.party), ref=appeal.ref, now=filed_at + timedelta(hours=random.uniform(3, 20))
        )
        return
    reviewer = _reviewer(made, appeal, random)
    at = _take(appeal, reviewer, written, random, at=filed_at + timedelta(hours=random.uniform(4, 60)))
    decided = _decide(appeal, reviewer, plan, written, at=at)
    notice = _notice(made, decided)
    if random.random() < 0.9:
        _settle(made, notice, "CONFIRMED", "", at=at + timedelta(hours=random.uniform(1, 20)))
    again_at = at + timedelta(days=1, hours=2)
    if written.outcome == "UPHELD" and random.random() < 0.3 and again_at + timedelta(days=3) < now:
        second = _file(
            made, notice, plan, written, made.of_party(plan.party), random, filed_at=again_at, review="human"
        )
        senior = _reviewer(made, second, random)
        at = _take(second, senior, written, random, at=again_at + timedelta(hours=random.uniform(4, 40)))
        _decide(second, senior, plan, written, at=at)


def _leave_open(
    made: Loaded,
    appeal: Appeal,
    plan: NoticePlan,
    written: AppealText,
    random: Random,
    *,
    filed_at: datetime,
    now: datetime,
) -> None:
    """A recent appeal: waiting, held, asked for more, demanded, or just decided."""
    if not appeal.is_open:
        return
    party = made.of_party(plan.party)
    if random.random() < 0.3:
        appeals.demand_human(actor=party, ref=appeal.ref, now=filed_at + timedelta(minutes=40))
        appeal.refresh_from_db()
    taken_at = filed_at + timedelta(hours=random.uniform(1, 10))
    fate = random.random()
    if fate < 0.45 or taken_at + timedelta(minutes=20) >= now:
        return
    reviewer = _reviewer(made, appeal, random)
    at = _take(appeal, reviewer, written, random, at=taken_at)
    appeal.refresh_from_db()
    if fate < 0.6:
        item, fact = MORE["en" if plan.language.startswith("en") else "zh"]
        appeals.request_information(actor=reviewer, ref=appeal.ref, item=item, fact=fact, due_at=None, now=at)
    elif fate < 0.7:
        appeals.release_appeal(actor=reviewer, ref=appeal.ref, now=at, reason="")
    elif fate < 0.97:
        _decide(appeal, reviewer, plan, written, at=at)


def _story(made: Loaded, story: Story, plan: NoticePlan, *, now: datetime) -> None:
    """One of the fixed cases, each showing one thing that is easy to miss."""
    notice = _issue(made, plan)
    party = made.of_party(plan.party)
    notices.record_reading(actor=party, ref=notice.ref, now=min(plan.served_at + timedelta(hours=1), now))
    written = appeal_of(story)
    if written is None:
        return
    random = Random(story.key)  # noqa: S311
    filed_at = min(plan.served_at + timedelta(days=story.appealed_after_days), now - timedelta(hours=5))
    remark = story.remark.of(plan.language) if story.remark else ""
    if story.is_late:
        filed_at = notice.appeal_closes_at + timedelta(days=12)
    certificate = _switch_on(made, plan, notice, written.ground, now=filed_at) if story.is_decided_by_system else ""
    appeal = _file(
        made,
        notice,
        plan,
        written,
        party,
        random,
        filed_at=min(filed_at, now - timedelta(hours=1)),
        review=story.review,
        late_reason=remark if story.is_late else "",
    )
    if certificate:
        _switch_back(made, notice, written.ground, certificate, now=now)
    if story.is_late or not appeal.is_open:
        return
    reviewer = _reviewer(made, appeal, random)
    at = _take(appeal, reviewer, written, random, at=filed_at + timedelta(hours=2))
    decided = _decide(appeal, reviewer, plan, written, at=at)
    notice = _notice(made, decided)
    _settle(made, notice, story.remedy, remark, at=at + timedelta(hours=6))


def _rare_states(
    made: Loaded, unappealed: Sequence[tuple[NoticePlan, Notice]], random: Random, *, now: datetime
) -> None:
    """At least one appeal in each state that chance seldom leaves: asked for more, held, corrected, late.

    A system review is over within seconds once a worker runs, so no sample can stay in it.
    """
    recent = [(p, n) for p, n in unappealed if timedelta(hours=8) < now - p.served_at < timedelta(days=5)]
    old = [(p, n) for p, n in unappealed if n.appeal_closes_at < now - timedelta(days=3)]
    fates = ["asked", "asked", "held", "corrected", "waiting", "waiting", "waiting"]
    for fate, (plan, notice) in zip(fates, recent, strict=False):
        written = random.choice(appeals_against(plan.scenario.code))
        party = made.of_party(plan.party)
        appeal = _file(made, notice, plan, written, party, random, filed_at=now - timedelta(hours=6), review="human")
        if fate == "waiting":
            continue
        if fate == "corrected":
            assert made.platform is not None
            why = (
                "Our own check found a different listing."
                if plan.language == "en"
                else "复查发现认定对象有误，平台自行撤销。"
            )
            notices.withdraw_notice(actor=made.platform, ref=notice.ref, reason=why, now=now - timedelta(hours=3))
            appeals.close_as_corrected(notice_id=notice.pk, now=now - timedelta(hours=3))
            continue
        reviewer = _reviewer(made, appeal, random)
        start = now - (timedelta(minutes=10) if fate == "held" else timedelta(hours=4))
        at = _take(appeal, reviewer, written, random, at=start)
        if fate == "asked":
            item, fact = MORE["en" if plan.language.startswith("en") else "zh"]
            appeals.request_information(actor=reviewer, ref=appeal.ref, item=item, fact=fact, due_at=None, now=at)
    for plan, notice in old[:1]:
        written = appeals_against(plan.scenario.code)[0]
        reason = "I overlooked it." if plan.language == "en" else "当时没有留意站内信。"
        late = _file(
            made,
            notice,
            plan,
            written,
            made.of_party(plan.party),
            random,
            filed_at=notice.appeal_closes_at + timedelta(days=1),
            review="human",
            late_reason=reason,
        )
        answer = (
            "Overlooking a notice is no sufficient reason." if plan.language == "en" else "未留意站内信不属于正当理由。"
        )
        appeals.refuse_late_request(
            actor=_reviewer(made, late, random),
            ref=late.ref,
            answer=answer,
            now=notice.appeal_closes_at + timedelta(days=2),
        )


def _switch_on(made: Loaded, plan: NoticePlan, notice: Notice, ground: str, *, now: datetime) -> str:
    """The system may close such cases under the returned certificate; its proof is invented, like everything here."""
    people = [made.person(name, via=Via.ADMIN) for name in ("yaoning", "hemart_admin")]
    [measure] = notice.measures.all()
    model = live_model()
    assert model is not None
    language = "en" if plan.language.startswith("en") else "zh"
    cases = [
        ProofCase(
            ref=f"sample-{n}",
            permille=990 - 2 * n,
            is_error=n in (120, 190),
            language=language,
            clauses=clause_codes_of(notice.bases.all()),
            is_unknown=False,
            decided_at=now - timedelta(days=40, hours=n),
        )
        for n in range(246)
    ]
    intake = [Taken(c.permille, c.is_unknown, "HUMAN", "UPHELD" if c.is_error else "OVERTURNED") for c in cases]
    appeals.set_automation_policy(actor=people[0], measure_type=measure.type_id, ground=ground, mode="restore", now=now)
    attempt = appeals.attempt_certification(
        actor=people[0],
        measure_type=measure.type_id,
        ground=ground,
        proofs=ProofSet(model.version, model.model_hash, cases, intake),
        now=now,
    )
    assert attempt.certificate is not None
    for person in people:
        appeals.sign_certificate(actor=person, ref=attempt.certificate.ref, now=now)
    return attempt.certificate.ref


def _switch_back(made: Loaded, notice: Notice, ground: str, certificate: str, *, now: datetime) -> None:
    """Invented proof closes nothing more: its certificate is revoked, and from here on the system only suggests."""
    [measure] = notice.measures.all()
    person = made.person("yaoning", via=Via.ADMIN)
    why = "Sample: the cases that prove it are invented." if notice.language == "en" else "示例：所依据的案件均为虚构。"
    appeals.revoke_certificate(actor=person, ref=certificate, note=why, now=now)
    appeals.set_automation_policy(
        actor=person,
        measure_type=measure.type_id,
        ground=ground,
        mode="assist",
        now=now,
    )


def described(made: Loaded, *, base_url: str, database: str) -> dict[str, object]:
    """What `--json` writes: the sample users with their passwords and tokens."""
    people = {u.actor: u for u in USERS if u.actor}
    actors: dict[str, dict[str, str | None]] = {}
    for name in ACTORS:
        plan = people.get(name)
        party = made.parties[plan.party] if plan and plan.party else None
        actors[name] = {
            "role": "platform" if plan is None else ",".join(plan.staff_roles) or plan.membership,
            "username": plan.username if plan else None,
            "password": made.password if plan else None,
            "token": made.tokens[name],
            "party": party.ref if party else None,
        }
    return {"base_url": base_url, "database": database, "actors": actors}


def sample_actors() -> Iterator[tuple[str, str, str]]:
    """(name, username, role) of the people a newcomer can sign in as, in the order of the list."""
    people: dict[str, tuple[str, str]] = {
        u.actor: (u.username, ",".join(u.staff_roles) or u.membership) for u in USERS if u.actor
    }
    for name in ACTORS:
        if name in people:
            yield (name, *people[name])
