"""Cases in a state that a newer version wrote: during an update old processes show them plainly and do nothing to them.

Each case of the other tests of the surfaces, in whatever state it is, gets a state that no machine here knows.
"""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation

from appeals import queries
from appeals.consumers import frames
from appeals.models import Appeal
from casework import clock, deadlines, outbox
from casework.ledger import case_models
from casework.models import Deadline, Event
from casework.states import UNKNOWN, unknown_label
from config.api.documents import document
from disputes.models import Dispute
from tests.appeals.test_workbench import browser as staff_browser
from tests.databases import without_triggers
from tests.surfaces import disputing
from tests.surfaces.appealing import STAGES, appeal_in
from tests.surfaces.operations import OPERATIONS, addresses, at, call
from tests.surfaces.test_party_pages import browser
from tests.surfaces.test_permissions import body_of, by_recipe, who_may

pytestmark = [pytest.mark.once, pytest.mark.exhaustive]  # SQLite alone can be told to keep such a row

NEWER = "OF_TOMORROW"
with translation.override("en"):
    SHOWN = (unknown_label(NEWER).removeprefix("s"), str(UNKNOWN.next_step))
WITHOUT_AN_EDGE = {"post_message", "mark_room_read", "report_message"}
"""What can be done with a case in any state, since it moves nothing."""


@pytest.fixture(autouse=True)
def newer_schema(db):
    """The database of a newer version: it knows the state, and its laws are about other states than ours."""
    with connection.cursor() as cursor, without_triggers():
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        yield
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def grown(ref, *, waits_on="of_tomorrow"):
    """The case, moved into the state by a newer version; None where the ref is of no case."""
    for model in case_models():
        stored = {"waits_on": waits_on} if hasattr(model, "waits_on") else {}
        if model._base_manager.filter(ref=ref).update(state=NEWER, **stored):
            return model._base_manager.get(ref=ref)
    return None


def unshown(pages):
    """The pages on which the state or what it means is missing."""
    read = [(page.request["PATH_INFO"], page.content.decode()) for page in pages]
    return [(path, text) for path, body in read for text in SHOWN if text not in body]


def of_a_case():
    """The operations about one case, with method and path."""
    return {
        name: (method, path)
        for name, (method, path) in addresses(document("en")).items()
        if "{ref}" in path and OPERATIONS[name].made is not None
    }


def test_every_answer_about_such_a_case_is_plain_and_every_verb_is_refused(cast):
    wrong, refused, operations = [], set(), of_a_case()
    for alike in by_recipe(operations):
        with transaction.atomic():
            made = OPERATIONS[alike[0]].made(cast.world, clock.now())
            case = grown(made["ref"])
            for name in alike if case is not None else ():
                if name not in WITHOUT_AN_EDGE:
                    with transaction.atomic():
                        wrong += faults(cast, name, *operations[name], made, case, refused)
                        transaction.set_rollback(True)
            transaction.set_rollback(True)

    assert wrong == []
    assert "/problems/unknown-state" in refused


def faults(cast, name, method, path, made, case, refused):
    """What is wrong with the answer of this operation; the kind of a refusal is noted."""
    answer = call(cast.http(who_may(name)), OPERATIONS[name], method, at(path, made), cast.world, made.get("version"))
    body = body_of(answer)
    if method == "GET":
        is_right = answer.status_code in (200, 404) or b"/problems/unknown-state" in body
    else:
        is_right = 400 <= answer.status_code < 500 and b"/problems/" in body
        refused.add(answer.json()["type"] if is_right else "")
    if not is_right:
        yield f"{name}: {answer.status_code} {body[:120]}"
    if type(case)._base_manager.get(pk=case.pk).version != case.version:
        yield f"{name}: it moved"


@pytest.mark.parametrize("stage", STAGES)
def test_pages_and_lists_of_an_appeal_show_it(cast, stage):
    world, now = cast.world, clock.now() - timedelta(hours=1)
    appeal = grown(appeal_in(world, stage, now=now).ref, waits_on="claimable")
    party, reviewer, overseer = browser(world.alice), staff_browser(world.rita), staff_browser(world.sara)

    pages = [party.get(f"/appeals/{appeal.ref}/")]
    if appeal.reviewer_id is not None:
        pages.append(reviewer.get(reverse("workbench:case", args=[appeal.ref])))
    pages.append(overseer.get(reverse("workbench:case", args=[appeal.ref])))
    lists = [party.get(path) for path in ("/", "/appeals/", f"/notices/{appeal.notice.ref}/", "/account-health/")]
    lists += [reviewer.get(reverse("workbench:queue") + f"?tab={tab}") for tab in queries.TABS]
    lists += [reviewer.get(reverse(name)) for name in ("workbench:me",)]

    assert [page.status_code for page in pages + lists] == [200] * len(pages + lists)
    assert unshown(pages) == []


@pytest.mark.parametrize("stage", disputing.STAGES)
def test_pages_and_lists_of_a_dispute_show_it(cast, stage):
    world, now = cast.world, clock.now() - timedelta(hours=1)
    dispute = grown(disputing.dispute_in(world, stage, now=now).ref, waits_on="waiting")
    mediator = staff_browser(world.more["mia"])

    pages = [browser(world.bob).get(f"/disputes/{dispute.ref}/"), browser(world.alice).get(f"/disputes/{dispute.ref}/")]
    if dispute.mediator_id is not None:
        pages.append(mediator.get(reverse("mediation:case", args=[dispute.ref])))
    lists = [browser(world.bob).get(path) for path in ("/", "/disputes/")]
    lists += [mediator.get(reverse("mediation:queue") + f"?tab={tab}") for tab in ("waiting", "mine")]

    assert [page.status_code for page in pages + lists] == [200] * len(pages + lists)
    assert unshown(pages) == []


@pytest.mark.parametrize("stage", STAGES)
def test_the_socket_of_the_queue_reads_past_it(cast, stage):
    world, now = cast.world, clock.now() - timedelta(hours=1)
    appeal = appeal_in(world, stage, now=now)
    last = Event.objects.filter(case_kind=Appeal.KIND, case_id=appeal.pk).last()
    grown(appeal.ref)
    from_there = Event(source=NEWER, target="HUMAN_REVIEW", verb="recall")
    readers = [world.rita, world.rosa, world.sara]

    queues = queries.queues_of(readers, now=now)
    stood = [queries.tab_before(last), queries.tab_before(from_there), "of_tomorrow"]
    told = [queries.changes_for(readers, {appeal.pk: tab}, now=now) for tab in stood]

    assert all(sum(queues[reader.person].counts.values()) == 0 for reader in readers)
    assert stood[1] == ""
    for frame in (frames.change(change) for each in told for some in each.values() for change in some):
        assert '"tab":null' in re.sub(r"\s", "", frame)


@pytest.mark.parametrize("model", [Appeal, Dispute], ids=lambda model: model.KIND)
def test_the_worker_leaves_what_is_due_to_the_newer_version(cast, model):
    """Nothing of such a case is carried out, and nothing is taken for done: it is tried again."""
    world, now = cast.world, clock.now() - timedelta(hours=1)
    if model is Appeal:
        cases = [appeal_in(world, stage, now=now) for stage in ("new", "late", "held", "asked", "ready")]
    else:
        stages = ("open", "answered", "escalated", "joined", "determined", "settled")
        cases = [disputing.dispute_in(world, stage, now=now) for stage in stages]
    cases = [grown(case.ref) for case in cases]
    ids = [case.pk for case in cases]
    open_before = set(Deadline.objects.filter(case_kind=model.KIND, case_id__in=ids, state="OPEN").values_list("pk"))

    deadlines.fire_due(now=now + timedelta(days=400))
    outbox.sweep(now=now + timedelta(days=400))

    rows = Deadline.objects.filter(pk__in=[pk for (pk,) in open_before])
    assert open_before
    assert [(row.kind, row.state) for row in rows if row.state != "OPEN"] == []
    assert all("unknown-state" in row.last_error for row in rows)
    assert [(c.ref, c.version) for c in model.objects.filter(pk__in=ids).order_by("pk")] == [
        (c.ref, c.version) for c in cases
    ]
