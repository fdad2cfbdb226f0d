"""What `actions[]` offers for executors and what follows from their acts is carried out, and nothing else is."""

from dataclasses import replace

import pytest
from django.db import transaction

from casework import clock
from casework.actor import Actor
from executors import commands, verbs
from executors.commands.instructions import order_reversal
from executors.models import Incident
from notices import verbs as of_notices
from notices.commands import publish_record, report_to_regulator, review_sibling
from tests import factories as make
from tests.surfaces import executing
from tests.surfaces.operations import OPERATIONS, call

pytestmark = pytest.mark.once

REPEATS = {"acknowledge_instruction", "complete_instruction"}
"""The same report again is answered with the case as it is: it was not offered, and changes nothing."""


def executors_of(world, now):
    """One at every stage, and the reference of one that is over."""
    for stage in ("registered", "trained", "ready", "active", "suspended"):
        yield executing.executor_in(world, stage, now=now)["ref"]
    over = executing.registered_in(world, "己队", now=now)
    yield commands.end_executor(actor=world.platform, ref=over.ref, reason="合同到期。", now=now).ref


def instructions_of(world, now):
    """Given, taken on, done, and the order to undo what was done."""
    yield executing.instruction_in(world, "issued", now=now).ref
    yield executing.instruction_in(world, "taken", now=now).ref
    done = executing.instruction_in(world, "taken", now=now)
    yield commands.complete_instruction(actor=world.more["xena"], ref=done.ref, evidence="已下架。", now=now).ref
    yield order_reversal(done, number="N-1", actor=Actor.system("incidents"), now=now).ref


def incidents_of(world, now):
    """At every stage; of two that were made good, one can still be contested."""
    for stage in ("opened", "explained", "found", "compensated", "confirmed", "closed"):
        yield executing.incident_in(world, stage, now=now).ref


def recourses_of(world, now):
    """A claim about a finding that stands, and one about a finding that can be contested, of the incidents above."""
    for round_ in (2, 1):
        incident = Incident.objects.get(party=world.merchant, state="COMPENSATED", round=round_)
        claim = {"incident_ref": incident.ref, "amount_minor": 15_000, "words": "按合同第十二条。"}
        yield commands.claim_recourse(actor=world.carl, now=now, **claim).ref


def siblings_of(world, now):
    """A notice to be looked at again, before and after somebody did."""
    ref = executing.sibling_in(world, now=now).ref
    yield ref
    review_sibling(actor=world.carl, ref=ref, outcome="KEPT", reasons="截图与商品一致。", now=now)
    yield ref


def publications_of(world, now):
    """A merchant's illegal act, before and after it was published."""
    found = make.illegal_act(world.platform, world.merchant, world.rule, now=now).publication
    yield found.ref
    publish_record(actor=world.carl, ref=found.ref, act="使用国家级等用语。", now=now)
    report_to_regulator(actor=world.carl, ref=found.ref, regulator="市场监督管理局", receipt="SJ-1", now=now)
    yield found.ref


KINDS = {
    "executors": (verbs.EXECUTOR, executors_of, ("platform", "compliance", "lead")),
    "instructions": (verbs.INSTRUCTION, instructions_of, ("platform", "compliance", "executor")),
    "incidents": (verbs.INCIDENT, incidents_of, ("platform", "compliance", "executor")),
    "recourses": (verbs.RECOURSE, recourses_of, ("platform", "compliance", "lead")),
    "sibling-reviews": (of_notices.SIBLING, siblings_of, ("compliance", "administrator")),
    "publications": (of_notices.PUBLICATION, publications_of, ("compliance", "administrator")),
}
"""The verbs, the cases, and who is told apart by the policies of that kind; a stranger finds none (permissions.txt)."""


@pytest.mark.exhaustive
def test_what_is_offered_is_what_is_possible(cast):
    """Every declared verb, at every stage of its kind: in `actions[]` if and only if it is carried out."""
    offered, refused, wrong = set(), set(), []
    for kind, (declared, cases, people) in KINDS.items():
        for ref, who in ((ref, who) for ref in cases(cast.world, clock.now()) for who in people):
            http = cast.http(who)
            shown = http("GET", f"/api/v1/{kind}/{ref}").json()
            here = {action["name"]: action["href"] for action in shown.get("actions", ())}
            for verb in declared if "version" in shown else ():
                name, href = verb.operation_id(), f"/api/v1/{kind}/{ref}/{verb.name}"
                assert here.get(verb.name, href) == href
                (offered if verb.name in here else refused).add(name)
                if is_possible(cast, http, who, name, href, shown["version"]) != (verb.name in here):
                    wrong.append((shown["state"]["code"], who, name, verb.name in here))

    assert not wrong
    assert offered == refused == {verb.operation_id() for declared, *_rest in KINDS.values() for verb in declared}


def is_possible(cast, http, who, name, href, version):
    """Whether the request is carried out now. Nothing of it stays."""
    operation = OPERATIONS[name]
    if name in REPEATS and who != "platform":  # who is signed in answers for themselves, without a code
        body = operation.body(cast.world) | {"person": ""}
        operation = replace(operation, body=lambda _world: body)
    with transaction.atomic():
        answer = call(http, operation, "POST", href, cast.world, version)
        transaction.set_rollback(True)
    if name in REPEATS and answer.status_code == 200:
        return answer.json()["version"] != version
    return answer.status_code < 300
