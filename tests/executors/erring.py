"""Acts that were decided on, and what followed, made by commands alone. What does not belong here: expectations."""

from datetime import datetime, timedelta
from typing import Any

from casework import deadlines, outbox
from casework.actor import Actor
from casework.models import Event
from executors import commands
from executors.models import Act, ActOutcome, Incident, Instruction, Recourse
from notices.models import Notice
from tests import factories as make
from tests.conftest import World
from tests.executors import building as build

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORKED_OFF = 40


def settle_down(now: datetime) -> None:
    """Every reaction owed by then has been carried out, and the reactions to those."""
    for _turn in range(WORKED_OFF):
        if not outbox.sweep(now=now):
            return
    raise AssertionError("reactions never end")


def pass_time(now: datetime) -> None:
    """Everything due by then was carried out, and what follows from it."""
    at = now + deadlines.grace()
    while deadlines.fire_due(now=at):
        settle_down(at)
    settle_down(at)


def decided(firm: build.Firm, notice: Notice, *, now: datetime, outcome: str = "OVERTURNED", **changes: Any) -> Any:
    """An appeal against the notice was decided by rita, and everything that follows was carried out."""
    world = firm.world
    appeal = make.file(world.alice, notice, now=now)
    appeal = make.decide(
        world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now, outcome=outcome, **changes
    )
    settle_down(now)
    return appeal


def incident(firm: build.Firm, *, now: datetime, by: dict[str, Any] | None = None, **changes: Any) -> Incident:
    """An act of the firm's first person was overturned."""
    notice = firm.issue(now=now, by=by, **changes)
    decided(firm, notice, now=now)
    return Incident.objects.get(act=notice.act)


def explained(firm: build.Firm, *, now: datetime, **changes: Any) -> Incident:
    row = incident(firm, now=now, **changes)
    return commands.explain_incident(
        actor=build.acting(row.act.person), ref=row.ref, explanation="当班人员看错了商品编号。", now=now
    )


def find(row: Incident, by: Actor, *, now: datetime, outcome: str = "IMPROPER", **changes: Any) -> Incident:
    values: dict[str, Any] = {
        "outcome": outcome,
        "error_class": "WRONG_FACT",
        "reasons": "存档截图与下架的商品不是同一件。",
        "corrective_step": "提交前比对商品编号。",
    } | changes
    return commands.find_incident(actor=by, ref=row.ref, now=now, **values)


def found(firm: build.Firm, *, now: datetime, outcome: str = "IMPROPER", **changes: Any) -> Incident:
    return find(explained(firm, now=now, **changes), firm.world.carl, now=now, outcome=outcome)


def compensated(firm: build.Firm, *, now: datetime, amount: int = 20_000, outcome: str = "IMPROPER") -> Incident:
    row = found(firm, now=now, outcome=outcome)
    return commands.compensate_incident(
        actor=firm.world.carl, ref=row.ref, amount_minor=amount, reference="PAY-1", words="下架三日的损失。", now=now
    )


def claimed(firm: build.Firm, *, now: datetime, amount: int = 15_000) -> Recourse:
    row = compensated(firm, now=now)
    return commands.claim_recourse(
        actor=firm.world.carl, incident_ref=row.ref, amount_minor=amount, words="合同第十二条。", now=now
    )


def contest(row: Incident, *, now: datetime) -> Incident:
    return commands.contest_finding(
        actor=build.acting(row.act.person), ref=row.ref, reasons="编号由工具自动带入。", now=now
    )


def draft(firm: build.Firm, *, now: datetime, **changes: Any) -> commands.InstructionDraft:
    values: dict[str, Any] = {
        "executor": firm.ref,
        "words": "核对商品页面,写有绝对化用语的予以下架。",
        "subject_number": f"B-{make.number()}",
        "measure_type": "delist",
        "due_at": now + 2 * DAY,
    } | changes
    return commands.InstructionDraft(**values)


def instruction(firm: build.Firm, *, now: datetime, **changes: Any) -> Instruction:
    return commands.issue_instruction(actor=firm.world.platform, draft=draft(firm, now=now, **changes), now=now)


def taken_on(firm: build.Firm, *, now: datetime, **changes: Any) -> Instruction:
    row = instruction(firm, now=now, **changes)
    return commands.acknowledge_instruction(actor=firm.actor, ref=row.ref, now=now)


def done(firm: build.Firm, *, now: datetime, **changes: Any) -> Instruction:
    row = taken_on(firm, now=now, **changes)
    return commands.complete_instruction(actor=firm.actor, ref=row.ref, evidence="清单见任务记录。", now=now)


def acts(firm: build.Firm, n: int, *, now: datetime) -> list[Notice]:
    return [firm.issue(now=now) for _ in range(n)]


def said_of(act: Act, *, now: datetime, overturned: bool, by_person: bool = True, **changes: Any) -> ActOutcome:
    """What some decision said of the act, without the way there: the notice's own event stands for the decision."""
    notice = Notice.objects.get(act=act)
    event = Event.objects.filter(case_kind="notice", case_id=notice.pk).latest("sequence")
    values: dict[str, Any] = {
        "source": "appeal",
        "source_ref": "apl_x",
        "event": event,
        "decided_at": now,
        "by_person": by_person,
        "overturned": overturned,
        "error_class": "WRONG_FACT" if overturned else "",
        "party_id": notice.party_id,
        "subject_number": notice.number,
        "subject_ref": notice.ref,
    } | changes
    return commands.record_outcome(act_id=act.pk, decided=commands.ActDecision(**values), now=now)


def second_compliance(world: World) -> Actor:
    return make.staff("compliance", now=world.now, name="cora")
