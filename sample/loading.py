"""The sample platform written into a database, by the same commands that everybody else uses.

Time is passed in as it would have been then, so that a case from last month has last month's ledger. What does not
belong here: the content (sample.content), and anything that the product needs to run.
"""

from __future__ import annotations

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
from casework import deadlines
from casework.actor import Actor, ActorKind, Via
from casework.ledger import digest
from classifier.comparison import Asked
from classifier.features import TriageInput, input_hash, normalise, pseudonym
from classifier.training import DecidedCase
from notices import commands as notices
from rules import commands as rules
from sample.content.appeals import AppealText, appeals_against
from sample.content.decided import DecidedRow, decided_cases
from sample.content.law import LAW_ARTICLES
from sample.content.measures import MEASURE_TYPES
from sample.content.notices import NoticePlan
from sample.content.notices import notices as planned_notices
from sample.content.people import ACTORS, PARTIES, PLATFORM_ACTOR, PLATFORM_CLIENT, PLATFORM_SCOPES, TEAMS, USERS
from sample.content.rules import DISPUTE_RULE, RULE_BY_CODE, RULES, WITH_TABLE
from sample.content.stories import STORIES, Story, appeal_of, notice_of
from sample.loading_disputes import load_disputes, publish_burden_table
from sample.loading_executors import load_executors
from sample.loading_notices import current, decide, file, issue, reviewer_for, settle, take

if TYPE_CHECKING:
    from appeals.models import Appeal
    from notices.models import Notice

BEIJING = ZoneInfo("Asia/Shanghai")
CONSOLE = Actor(kind=ActorKind.SYSTEM, via=Via.CONSOLE, ref="system:demo")
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
    load_executors(made, now=now, progress=progress)
    load_disputes(made, now=now, progress=progress)
    return made


# — people, rules, model —


def _people(made: Loaded, *, now: datetime, progress: Progress) -> None:
    start = now - START
    made.client = accounts.create_client(
        actor=CONSOLE, name=PLATFORM_CLIENT, scopes=[*PLATFORM_SCOPES, "appeals:read", "parties:read"], now=start
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


def _ordinary(made: Loaded, plan: NoticePlan, random: Random, *, now: datetime) -> Notice:
    """A drawn notice, read or not, appealed or not, as far along as its age allows."""
    notice = issue(made, plan)
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
    appeal = file(made, notice, plan, written, party, random, filed_at=filed_at)
    if age > timedelta(days=6):
        _finish(made, appeal, plan, written, random, filed_at=filed_at, now=now)
    else:
        _leave_open(made, appeal, plan, written, random, filed_at=filed_at, now=now)
    return notice


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
    reviewer = reviewer_for(made, appeal, random)
    at = take(appeal, reviewer, written, random, at=filed_at + timedelta(hours=random.uniform(4, 60)))
    decided = decide(appeal, reviewer, plan, written, at=at)
    notice = current(made, decided)
    if random.random() < 0.9:
        settle(made, notice, "CONFIRMED", "", at=at + timedelta(hours=random.uniform(1, 20)))
    again_at = at + timedelta(days=1, hours=2)
    if written.outcome == "UPHELD" and random.random() < 0.3 and again_at + timedelta(days=3) < now:
        second = file(made, notice, plan, written, made.of_party(plan.party), random, filed_at=again_at, review="human")
        senior = reviewer_for(made, second, random)
        at = take(second, senior, written, random, at=again_at + timedelta(hours=random.uniform(4, 40)))
        decide(second, senior, plan, written, at=at)


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
    reviewer = reviewer_for(made, appeal, random)
    at = take(appeal, reviewer, written, random, at=taken_at)
    appeal.refresh_from_db()
    if fate < 0.6:
        item, fact = MORE["en" if plan.language.startswith("en") else "zh"]
        appeals.request_information(actor=reviewer, ref=appeal.ref, item=item, fact=fact, due_at=None, now=at)
    elif fate < 0.7:
        appeals.release_appeal(actor=reviewer, ref=appeal.ref, now=at, reason="")
    elif fate < 0.97:
        decide(appeal, reviewer, plan, written, at=at)


def _story(made: Loaded, story: Story, plan: NoticePlan, *, now: datetime) -> None:
    """One of the fixed cases, each showing one thing that is easy to miss."""
    notice = issue(made, plan)
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
    appeal = file(
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
    reviewer = reviewer_for(made, appeal, random)
    at = take(appeal, reviewer, written, random, at=filed_at + timedelta(hours=2))
    decided = decide(appeal, reviewer, plan, written, at=at)
    notice = current(made, decided)
    settle(made, notice, story.remedy, remark, at=at + timedelta(hours=6))


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
        appeal = file(made, notice, plan, written, party, random, filed_at=now - timedelta(hours=6), review="human")
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
        reviewer = reviewer_for(made, appeal, random)
        start = now - (timedelta(minutes=10) if fate == "held" else timedelta(hours=4))
        at = take(appeal, reviewer, written, random, at=start)
        if fate == "asked":
            item, fact = MORE["en" if plan.language.startswith("en") else "zh"]
            appeals.request_information(actor=reviewer, ref=appeal.ref, item=item, fact=fact, due_at=None, now=at)
    for plan, notice in old[:1]:
        written = appeals_against(plan.scenario.code)[0]
        reason = "I overlooked it." if plan.language == "en" else "当时没有留意站内信。"
        late = file(
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
            actor=reviewer_for(made, late, random),
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
