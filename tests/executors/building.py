"""A third party that may act, made by commands alone; each step can be left out.

What does not belong here: expectations.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Team, User
from accounts.queries import actor_of_user
from casework.actor import Actor, Via
from executors import commands
from executors.models import Certification, Curriculum, Executor, ExecutorPerson, Mandate
from notices.commands import ExecutorDraft
from notices.models import Notice
from rules.models import RuleVersion
from tests import factories as make
from tests.conftest import World

CEILING = 50_000
MEASURES = {"delist": 1, "deduct": 2}


@dataclass
class Firm:
    """One executor of a world, with what it has; `mandate` and `curriculum` are the newest."""

    world: World
    executor: Executor
    people: list[ExecutorPerson] = field(default_factory=list)
    curriculum: Curriculum | None = None
    mandate: Mandate | None = None
    leads: list[ExecutorPerson] = field(default_factory=list)

    @property
    def ref(self) -> str:
        return self.executor.ref

    @property
    def person(self) -> ExecutorPerson:
        return self.people[0]

    @property
    def lead(self) -> ExecutorPerson:
        """Who leads the organisation, outside every team, besides its people; an individual leads itself."""
        return self.leads[0]

    @property
    def actor(self) -> Actor:
        """The first of its people, signed in."""
        return acting(self.person)

    @property
    def certification(self) -> Certification:
        return self.person.certifications.latest("pk")

    def fresh(self) -> Executor:
        return Executor.objects.get(pk=self.executor.pk)

    def draft(self, **changes: Any) -> ExecutorDraft:
        values: dict[str, Any] = {"ref": self.ref, "person": self.person.code, "tool_version": "审核台 4.1"} | changes
        return ExecutorDraft(**values)

    def issue(self, *, now: datetime, by: dict[str, Any] | None = None, **changes: Any) -> Notice:
        """A notice under which its first person acted and decided."""
        values = {"officer": self.person.code} | changes
        draft = make.draft(self.world.merchant, self.world.rule, now=now, executor=self.draft(**(by or {})), **values)
        return make.issue(self.world.platform, draft, now=now)


def acting(person: ExecutorPerson) -> Actor:
    user = User.objects.get(pk=person.user_id)
    return actor_of_user(user, via=Via.WEB, session=f"session-{user.pk}")


def register(world: World, *, now: datetime, kind: str = "ORGANISATION", name: str = "清源审核") -> Firm:
    party = make.make_party(world.client, "EXECUTOR", f"{name}{make.number()}", now=now)
    executor = commands.register_executor(
        actor=world.platform,
        party=party.external_ref,
        kind=kind,
        contract_number="HT-2026-01",
        contract_from=now - timedelta(days=100),
        contract_until=now + timedelta(days=400),
        now=now,
    )
    return Firm(world, executor)


def add_person(firm: Firm, *, now: datetime, is_lead: bool = False, team: Team | None = None) -> ExecutorPerson:
    person = commands.add_person(
        actor=firm.world.platform,
        ref=firm.ref,
        username=f"worker-{make.number()}",
        password="a-long-pass-phrase",
        is_lead=is_lead,
        team=team,
        now=now,
    )
    firm.people.append(person)
    return person


def lead_outside_the_teams(firm: Firm, *, now: datetime) -> ExecutorPerson:
    """Somebody who leads, in a team of their own, so that they see nothing of the others by themselves."""
    return commands.add_person(
        actor=firm.world.platform,
        ref=firm.ref,
        username=f"lead-{make.number()}",
        password="a-long-pass-phrase",
        is_lead=True,
        team=make.make_team(f"head-{make.number()}"),
        now=now,
    )


def terms(now: datetime, **changes: Any) -> commands.TermsDraft:
    values: dict[str, Any] = {
        "purpose": "审核商品页面",
        "method": "在平台的审核台上查看",
        "data_kinds": "商品页面、店铺编号",
        "protection": "不下载、不截屏、专用账号",
        "on_end": "delete",
        "effective_from": now - timedelta(days=1),
        "until": now + timedelta(days=300),
    } | changes
    return commands.TermsDraft(**values)


def mandate(world: World, **changes: Any) -> commands.MandateDraft:
    values: dict[str, Any] = {"measures": MEASURES, "rules": [world.rule], "ceiling_minor": CEILING} | changes
    return commands.MandateDraft(**values)


def grant(firm: Firm, *, now: datetime, **changes: Any) -> Mandate:
    firm.mandate = commands.grant_mandate(
        actor=firm.world.platform, ref=firm.ref, mandate=mandate(firm.world, **changes), now=now
    )
    return firm.mandate


QUESTIONS = [
    commands.QuestionDraft(
        text_zh=f"第{no}题：“国标级”是不是绝对化用语？",
        text_en=f"Question {no}: is “meets the national standard” an absolute claim?",
        options=[("是", "Yes"), ("不是", "No"), ("看价格", "That depends on the price")],
        right=1,
        explanation_zh="符合国家标准是可以证明的事实。",
        explanation_en="Meeting a standard is a fact that can be proved.",
    )
    for no in (1, 2, 3, 4)
]
RIGHT = dict.fromkeys((1, 2, 3, 4), 1)
WRONG = dict.fromkeys((1, 2, 3, 4), 0)


def curriculum(
    world: World, *, now: datetime, version: str = "2026-01", level: int = 2, rule: str = "", **changes: Any
) -> Curriculum:
    values: dict[str, Any] = {
        "rule": rule or world.rule,
        "version": version,
        "level": level,
        "title_zh": "广告宣传规范",
        "title_en": "Advertising",
        "material_zh": "哪些用语不得使用，怎样看上下文。",
        "material_en": "Which words may not be used, and how to read them in context.",
        "questions": QUESTIONS,
        "hours": 4,
        "pass_percent": 75,
        "valid_days": 180,
    } | changes
    return commands.publish_curriculum(actor=world.platform, curriculum=commands.CurriculumDraft(**values), now=now)


def certify(person: ExecutorPerson, what: Curriculum, *, now: datetime) -> Certification:
    attempt = commands.start_attempt(actor=acting(person), curriculum=what.ref, now=now)
    commands.finish_attempt(actor=acting(person), ref=attempt.ref, answers=RIGHT, now=now)
    return Certification.objects.get(attempt=attempt)


def in_training(world: World, *, now: datetime, **more: Any) -> Firm:
    """One person, whom a curriculum waits for."""
    firm = register(world, now=now, **more)
    add_person(firm, now=now)
    commands.begin_training(actor=world.platform, ref=firm.ref, now=now)
    firm.curriculum = curriculum(world, now=now)
    return firm


def ready(world: World, *, now: datetime, **more: Any) -> Firm:
    """Certified, with mandate, processing terms and a lead; not yet active."""
    firm = in_training(world, now=now, **more)
    assert firm.curriculum is not None
    if not firm.executor.is_individual:
        firm.leads.append(lead_outside_the_teams(firm, now=now))
    certify(firm.person, firm.curriculum, now=now)
    commands.certify_executor(actor=world.platform, ref=firm.ref, now=now)
    commands.record_processing_terms(actor=world.platform, ref=firm.ref, terms=terms(now), now=now)
    grant(firm, now=now)
    return firm


def active(world: World, *, now: datetime, **more: Any) -> Firm:
    firm = ready(world, now=now, **more)
    commands.activate_executor(actor=world.platform, ref=firm.ref, now=now)
    firm.executor = firm.fresh()
    return firm


def suspend(firm: Firm, *, now: datetime, reason: str = "抽检错误偏多。") -> Executor:
    return commands.suspend_executor(actor=firm.world.carl, ref=firm.ref, reason=reason, now=now)


def replace_rule(world: World, *, effective_from: datetime, now: datetime, number: str = "2026-12") -> RuleVersion:
    """A new version of the world's rule takes effect then."""
    make.publish_rule_again(world.platform, world.rule, number=number, start=effective_from, now=now)
    return RuleVersion.objects.get(rule__code=world.rule, number=number)
