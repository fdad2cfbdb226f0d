"""Executors of the surfaces' worlds: one that may act, with a person and a lead, and another; by commands alone.

What does not belong here: expectations, and who may call what.
"""

import io
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Party
from accounts.queries import actor_of_user
from casework import outbox
from casework.actor import Actor, Via
from executors import commands
from executors.models import Certification, Curriculum, Executor, ExecutorPerson, Incident, Instruction, Recourse
from notices.commands import ExecutorDraft
from notices.models import SiblingReview
from tests import factories as make
from tests.conftest import World
from tests.disputes.building import PDF

MEASURES = {"delist": 1, "deduct": 2}
CEILING = 100_000


def prepare(world: World, *, now: datetime) -> None:
    """The world has `exe` with xena, who acts, and lena, who leads; and another executor with oscar."""
    world.more["curriculum"] = curriculum_in(world, now=now)
    world.more["exe"] = active_in(world, "甲队审核有限公司", now=now, people=("xena", "lena"))
    world.more["other_exe"] = active_in(world, "乙队审核有限公司", now=now, people=("oscar",))


def curriculum_in(world: World, *, now: datetime, level: int = 2) -> Curriculum:
    return commands.publish_curriculum(
        actor=world.platform,
        curriculum=commands.CurriculumDraft(
            rule=world.rule,
            version="2026-01",
            level=level,
            title_zh="广告宣传规范(二级)",
            title_en="Advertising, level 2",
            material_zh="第8条禁止绝对化用语。",
            material_en="Clause 8 forbids absolute terms.",
            questions=[
                commands.QuestionDraft(
                    text_zh="“国标级”怎么处理?",
                    text_en="What of “national standard grade”?",
                    options=[("不处置", "No measure"), ("下架", "Remove it")],
                    right=0,
                    explanation_zh="它指符合国家标准。",
                    explanation_en="It says that a standard is met.",
                )
            ],
        ),
        now=now,
    )


def registered_in(world: World, name: str, *, now: datetime, kind: str = "ORGANISATION") -> Executor:
    """A new executor, with a contract and a party of its own."""
    party = make.make_party(world.client, "EXECUTOR", name, now=now)
    return commands.register_executor(
        actor=world.platform,
        party=party.ref,
        kind=kind,
        contract_number="HT-2026-0117",
        contract_from=now - timedelta(days=30),
        contract_until=now + timedelta(days=365),
        now=now,
    )


def unregistered_in(world: World, *, now: datetime) -> Party:
    """A party of that kind which is no executor yet."""
    mine = Party.objects.filter(client=world.client, kind="EXECUTOR", executor=None)
    return mine.first() or make.make_party(world.client, "EXECUTOR", "己队审核有限公司", now=now)


def person_in(world: World, executor: Executor, name: str, *, now: datetime, is_lead: bool = False) -> Actor:
    """Somebody new who works for the executor; in `world.more` under the name."""
    user = make.make_user(name, now=now)
    commands.add_person(actor=world.carl, ref=executor.ref, username=user.username, is_lead=is_lead, now=now)
    user.refresh_from_db()
    world.more[name] = actor_of_user(user, via=Via.API, session=f"session-{user.pk}")
    return world.more[name]


def code_of(actor: Actor) -> str:
    return ExecutorPerson.objects.get(user_id=actor.person).code


def certified(world: World, actor: Actor, *, now: datetime) -> Certification:
    """They sat the test and passed it."""
    attempt = commands.start_attempt(actor=actor, curriculum=world.more["curriculum"].ref, now=now)
    commands.finish_attempt(actor=actor, ref=attempt.ref, answers={1: 0}, now=now)
    return Certification.objects.get(attempt=attempt)


def terms(now: datetime) -> commands.TermsDraft:
    return commands.TermsDraft(
        purpose="审核商品页面",
        method="在平台的审核台上查看",
        data_kinds="商品页面、店铺编号",
        protection="专用账号,操作留痕",
        on_end="delete",
        effective_from=now - timedelta(days=1),
        until=now + timedelta(days=365),
    )


def mandate(world: World) -> commands.MandateDraft:
    return commands.MandateDraft(measures=MEASURES, rules=[world.rule], ceiling_minor=CEILING)


def in_training(
    world: World, name: str, *, now: datetime, people: tuple[str, ...] = (), kind: str = "ORGANISATION"
) -> Executor:
    executor = registered_in(world, name, now=now, kind=kind)
    for who in people:
        person_in(world, executor, who, now=now, is_lead=who.startswith("l"))
    commands.begin_training(actor=world.platform, ref=executor.ref, now=now)
    return executor


def ready(
    world: World, name: str, *, now: datetime, people: tuple[str, ...] = ("ulla",), kind: str = "ORGANISATION"
) -> Executor:
    """Certified and led, with everything that it takes to be activated."""
    executor = in_training(world, name, now=now, people=people, kind=kind)
    if kind == "ORGANISATION" and not any(who.startswith("l") for who in people):
        user = make.make_user("head", now=now)
        commands.add_person(actor=world.carl, ref=executor.ref, username=user.username, is_lead=True, now=now)
    for who in people:
        certified(world, world.more[who], now=now)
    commands.certify_executor(actor=world.platform, ref=executor.ref, now=now)
    commands.record_processing_terms(actor=world.platform, ref=executor.ref, terms=terms(now), now=now)
    commands.grant_mandate(actor=world.platform, ref=executor.ref, mandate=mandate(world), now=now)
    return executor


def active_in(world: World, name: str, *, now: datetime, people: tuple[str, ...]) -> Executor:
    executor = ready(world, name, now=now, people=people)
    commands.activate_executor(actor=world.platform, ref=executor.ref, now=now)
    return executor


def executor_in(world: World, stage: str, *, now: datetime) -> dict[str, Any]:
    """The path parameters and version of an executor at a stage: the world's own where it can be that one."""
    more: dict[str, Any] = {}
    if stage == "registered":
        ref = registered_in(world, "丙队", now=now).ref
    elif stage == "trained":
        ref = in_training(world, "丁队", now=now, people=("tara",)).ref
        certified(world, world.more["tara"], now=now)
    elif stage == "ready":
        ref = ready(world, "戊队", now=now).ref
    else:
        ref = world.more["exe"].ref
    if stage == "suspended":
        commands.suspend_executor(actor=world.carl, ref=ref, reason="抽检发现差错。", now=now)
    if stage == "proposed":
        row = commands.propose_sub_processor(
            actor=world.platform, ref=ref, name="夜班外包有限公司", purpose="夜间初审", now=now
        )
        more["sub"] = row.ref
    row = Executor.objects.get(ref=ref)
    newest = row.mandates.order_by("-no").first()
    person = row.people.order_by("pk").first()
    return {
        "ref": ref,
        "version": row.version,
        "mandate": newest.ref if newest is not None else "",
        "code": person.code if person is not None else "",
        **more,
    }


def let_act(world: World, *, now: datetime) -> None:
    """The world's executor may act, whatever an earlier object did to it."""
    if not Executor.objects.get(pk=world.more["exe"].pk).may_act:
        commands.reinstate_executor(actor=world.carl, ref=world.more["exe"].ref, reason="已培训。", now=now)


def instruction_in(world: World, stage: str, *, now: datetime) -> Instruction:
    """An order to the world's executor; `taken`: xena took it on."""
    let_act(world, now=now)
    draft = commands.InstructionDraft(
        executor=world.more["exe"].ref,
        words="逐件核对清单。",
        subject_number=f"B-{make.number()}",
        measure_type="delist",
        due_at=now + timedelta(days=2),
    )
    found = commands.issue_instruction(actor=world.platform, draft=draft, now=now)
    if stage == "taken":
        commands.acknowledge_instruction(actor=world.more["xena"], ref=found.ref, now=now)
    return Instruction.objects.get(pk=found.pk)


def by(world: World, who: str = "xena", **changes: Any) -> ExecutorDraft:
    """xena, or another of the world's executor, did it."""
    person = ExecutorPerson.objects.get(user_id=world.more[who].person)
    values: dict[str, Any] = {
        "ref": person.executor.ref,
        "person": person.code,
        "tool_version": "keyword-scan 3.2",
        "queue": "listing",
        "shift": "night",
    }
    return ExecutorDraft(**values | changes)


def executed_notice(world: World, *, now: datetime, **changes: Any) -> Any:
    """A notice that xena took for the platform."""
    let_act(world, now=now)
    draft = make.draft(world.merchant, world.rule, now=now, **{"officer": "", "executor": by(world)} | changes)
    return make.issue(world.platform, draft, now=now)


def overturned(world: World, *, now: datetime) -> Any:
    """xena's act, overturned on appeal; what follows from that has been carried out."""
    notice = executed_notice(world, now=now)
    appeal = make.file(world.alice, notice, now=now)
    make.ready_to_decide(world.rita, appeal, now=now)
    make.decide(world.rita, appeal, now=now)
    while outbox.sweep(now=now):
        pass
    return notice


def incident_in(world: World, stage: str, *, now: datetime) -> Incident:
    """The incident about an act of xena's at a stage; carl finds, and cora the same anew."""
    notice = overturned(world, now=now)
    found = Incident.objects.get(act=notice.act)
    about: dict[str, Any] = {"ref": found.ref, "now": now}
    if stage == "filed":
        commands.add_incident_file(actor=world.more["xena"], file=io.BytesIO(PDF), name="a.pdf", **about)
    if stage not in ("opened", "filed"):
        commands.explain_incident(actor=world.more["xena"], explanation="核对时没有比对商品编号。", **about)
    if stage in ("found", "compensated", "confirmed", "closed", "claimed"):
        commands.find_incident(
            actor=world.carl,
            outcome="IMPROPER",
            error_class="WRONG_FACT",
            reasons="没有核对商品编号。",
            corrective_step="重新培训。",
            **about,
        )
    if stage in ("compensated", "confirmed", "closed", "claimed"):
        commands.compensate_incident(
            actor=world.carl, amount_minor=20_000, reference="PAY-1", words="停售损失。", **about
        )
    if stage in ("confirmed", "closed", "claimed"):
        commands.contest_finding(actor=world.more["xena"], reasons="工具混淆了编号。", **about)
        commands.find_incident(
            actor=make.staff("compliance", now=now, name="cora"),
            outcome="IMPROPER",
            error_class="WRONG_FACT",
            reasons="工具的记录与编号一致。",
            corrective_step="重新培训。",
            **about,
        )
    if stage == "closed":
        commands.close_incident(actor=world.carl, **about)
    return Incident.objects.get(pk=found.pk)


def sibling_in(world: World, *, now: datetime) -> SiblingReview:
    """A second notice of xena's, made with the tool that was found at fault for the first."""
    other = executed_notice(world, now=now)
    found = incident_in(world, "explained", now=now)
    commands.find_incident(
        actor=world.carl,
        ref=found.ref,
        outcome="TOOL",
        error_class="TECHNICAL",
        reasons="工具混淆了两件商品的编号。",
        corrective_step="修复工具。",
        now=now,
    )
    while outbox.sweep(now=now):
        pass
    return SiblingReview.objects.get(notice=other)


def unclaimed_in(world: World, *, now: datetime) -> Incident:
    """An incident of this world whose harmed party was made whole, and about which nothing was claimed."""
    mine = Incident.objects.filter(party=world.merchant, state="COMPENSATED", recourse=None)
    return mine.first() or incident_in(world, "compensated", now=now)


def recourse_in(world: World, *, now: datetime) -> Recourse:
    """A claim of three quarters of what was paid."""
    incident = incident_in(world, "claimed", now=now)
    found = commands.claim_recourse(
        actor=world.carl, incident_ref=incident.ref, amount_minor=15_000, words="按合同第十二条。", now=now
    )
    return Recourse.objects.get(pk=found.pk)
