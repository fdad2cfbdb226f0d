"""Appeals of the surfaces' worlds, by commands alone; and which verb may leave which state of one.

What does not belong here: expectations of an answer, and who may call what (permissions.txt).
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from appeals import commands
from appeals.models import Appeal
from casework.actor import Actor
from casework.machine import steps_of
from casework.verbs import Verb
from helpline.callers import Caller
from tests import factories as make
from tests.conftest import World

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63f8cfc0f01f0005000"
    "1ff89993d1d0000000049454e44ae426082"
)

# Every verb and the states it may leave from, written by hand: a changed machine must change this table too.
OPEN = {"LATE_REQUESTED", "SUBMITTED", "SYSTEM_REVIEW", "HUMAN_REVIEW", "MORE_NEEDED"}
LEAVES = {
    "demand_human": OPEN,
    "withdraw": OPEN,
    "confirm_filing": OPEN,
    "submit_evidence": OPEN,
    "record_triage": OPEN,
    "recompute_due": OPEN,
    "close_as_corrected": OPEN,
    "respond": {"MORE_NEEDED"},
    "lapse_information": {"MORE_NEEDED"},
    "give_earlier_reasons": {"SUBMITTED"},
    "route_to_person": {"SYSTEM_REVIEW"},
    "finalise_automatically": {"SYSTEM_REVIEW"},
    "mark_overdue": OPEN,
    "escalate": OPEN,
    "add_translation": {"DECIDED"},
    "claim": {"SUBMITTED", "HUMAN_REVIEW"},
    "assign": {"SUBMITTED", "HUMAN_REVIEW", "MORE_NEEDED"},
    "release": {"HUMAN_REVIEW"},
    "record_first_view": {"HUMAN_REVIEW"},
    "request_information": {"HUMAN_REVIEW"},
    "decide": {"HUMAN_REVIEW"},
    "accept_late": {"LATE_REQUESTED"},
    "refuse_late": {"LATE_REQUESTED"},
}


@dataclass(frozen=True, slots=True)
class Stage:
    """How an appeal of `world` comes to be in `state`: by `step`, called with the appeal as it is at the stage `after`.

    A stage without `after` files it; its `step` is called with None.
    """

    state: str
    after: str
    step: Callable[[World, Actor, Any, datetime], Any]


def late(world: World, _reviewer: Actor, _none: Any, now: datetime) -> Appeal:
    long_ago = now - timedelta(days=200)
    draft = make.draft(world.merchant, world.rule, now=long_ago, officer=world.otto.code)
    notice = make.issue(world.platform, draft, now=long_ago)
    return make.file(world.alice, notice, now=now, late_reason="住院四十天,出院后才看到通知。")


def staged(world: World, _reviewer: Actor, appeal: Any, now: datetime) -> None:
    stage_file(world, appeal, now=now)


def asked(_world: World, reviewer: Actor, appeal: Any, now: datetime) -> None:
    commands.request_information(actor=reviewer, ref=appeal.ref, item="授权书", fact="已获授权", due_at=None, now=now)


def answered(world: World, reviewer: Actor, _none: Any, now: datetime) -> Appeal:
    """The third appeal against a notice, which names nothing new."""
    notice = world.notice()
    for judge in (reviewer, make.staff("senior_reviewer", now=now)):
        ready = make.ready_to_decide(judge, make.file(world.alice, notice, now=now), now=now)
        make.decide(judge, ready, now=now, outcome="UPHELD")
    return make.file(world.alice, notice, now=now)


def on_the_phone(world: World, _reviewer: Actor, _none: Any, now: datetime) -> Appeal:
    """Filed by an officer of the human line for somebody without an account."""
    return commands.file_appeal(
        actor=make.staff("help_line", now=now),
        notice_ref=world.notice().ref,
        filing=commands.AppealFiling(ground="facts_wrong"),
        caller=Caller(identified_by="document", was_read_back=True),
        now=now,
    )


STAGES = {
    "new": Stage("SUBMITTED", "", lambda world, _reviewer, _none, now: make.file(world.alice, world.notice(), now=now)),
    "late": Stage("LATE_REQUESTED", "", late),
    "phone": Stage("SUBMITTED", "", on_the_phone),
    "staged": Stage("SUBMITTED", "new", staged),
    "evidence": Stage(
        "SUBMITTED",
        "staged",
        lambda world, _reviewer, appeal, now: commands.submit_evidence(actor=world.alice, ref=appeal.ref, now=now),
    ),
    "held": Stage(
        "HUMAN_REVIEW",
        "new",
        lambda _world, reviewer, appeal, now: commands.claim_appeal(actor=reviewer, ref=appeal.ref, now=now),
    ),
    "asked": Stage("MORE_NEEDED", "held", asked),
    "ready": Stage(
        "HUMAN_REVIEW", "held", lambda _world, reviewer, appeal, now: make.ready_to_decide(reviewer, appeal, now=now)
    ),
    "answered": Stage("ANSWERED", "", answered),
    "decided": Stage("DECIDED", "ready", lambda _world, reviewer, appeal, now: make.decide(reviewer, appeal, now=now)),
}
"""Every stage is read over the API, and each verb that is offered there tried, by the tests beside this module."""


def appeal_in(world: World, stage: str, *, now: datetime, reviewer: Actor | None = None) -> Any:
    """An appeal of this world's merchant at a stage, and its notice as `appeal.notice`."""
    reviewer = reviewer or world.rita
    how = STAGES[stage]
    before = appeal_in(world, how.after, now=now, reviewer=reviewer) if how.after else None
    made = how.step(world, reviewer, before, now)
    appeal = before or made
    appeal.refresh_from_db()
    assert appeal.state == how.state
    return appeal


def stage_for(verb: Verb) -> str:
    """The first stage in a state from which the machine lets the verb leave."""
    sources = {step.source for step in steps_of(Appeal) if step.verb == verb.machine_verb()}
    return next(name for name, stage in STAGES.items() if stage.state in sources)


def stage_file(world: World, appeal: Any, *, now: datetime) -> None:
    commands.stage_evidence(
        actor=world.alice, ref=appeal.ref, file=io.BytesIO(PNG), name="a.png", caption="品牌方授权书", now=now
    )
