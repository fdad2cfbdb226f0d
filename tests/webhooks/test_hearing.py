"""Of which cases an endpoint hears: of those that its client can read over REST then, and nothing personal."""

import json
from datetime import timedelta

import pytest

from archive import checkpoints, offline, signing
from archive.models import Checkpoint
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn
from casework.models import Event, OutboxMessage
from tests import factories as make
from tests.conftest import build_world
from tests.webhooks.receiving import deliver_batch, endpoint, permit, receiver, told
from webhooks import commands, queries
from webhooks.event_types import TYPES
from webhooks.policies import CASES, MAX_ENDPOINTS

pytestmark = pytest.mark.once


def types_of(made):
    return sorted(made.deliveries.values_list("type", flat=True))


def test_another_platform_hears_nothing(world):
    theirs = build_world(world.now)
    ours, other = endpoint(world, "https://a.example.com/"), endpoint(theirs, "https://b.example.com/")
    make.file(world.alice, world.notice(), now=world.now)
    told(world.now)

    assert types_of(ours) == ["appeal.filed", "notice.appealed", "notice.issued"]
    assert types_of(other) == []


@pytest.mark.parametrize("scope", ["notices", "appeals"])
def test_a_client_hears_of_what_its_scopes_let_it_read(world, scope):
    made = endpoint(world, "https://a.example.com/")
    world.client.scopes = [
        s for s in world.client.scopes if not s.startswith("notices" if scope == "appeals" else "app")
    ]
    make_notice = world.notice()  # the actor of the tests keeps the scopes that it began with
    world.client.save()
    make.file(world.alice, make_notice, now=world.now)
    told(world.now)

    expected = ["appeal.filed"] if scope == "appeals" else ["notice.appealed", "notice.issued"]
    assert types_of(made) == expected


def test_what_it_may_no_longer_read_is_not_sent(world):
    with receiver() as there:
        made = endpoint(world, there.url)
        world.notice()
        told(world.now)
        world.client.scopes = ["webhooks:read"]
        world.client.save()
        assert deliver_batch(made, world.now) == 0

    assert there.got == []
    assert made.deliveries.get().last_error == "not-visible"


def test_a_client_that_is_switched_off_hears_nothing(world):
    made = endpoint(world, "https://a.example.com/")
    world.client.is_active = False
    world.client.save()
    world.notice()
    told(world.now)

    assert types_of(made) == []


def test_only_the_types_that_were_asked_for(world):
    made = endpoint(world, "https://a.example.com/", event_types=["appeal.filed", "appeal.filed"])
    make.file(world.alice, world.notice(), now=world.now)
    told(world.now)

    assert made.event_types == ["appeal.filed"]
    assert types_of(made) == ["appeal.filed"]


def test_a_checkpoint_goes_to_those_who_named_it(world):
    with receiver() as there:
        asked = endpoint(world, there.url, event_types=["checkpoint.made"])
        others = endpoint(world, "https://a.example.com/"), endpoint(world, "https://b.example.com/")
        commands.disable_endpoint(actor=permit(world.client), ref=others[1].ref, now=world.now)
        world.notice()
        assert checkpoints.make_if_due(now=world.now) == 1
        assert checkpoints.make_if_due(now=world.now) == 0
        told(world.now)
        assert deliver_batch(asked, world.now) == 1

    [came] = there.got
    body = json.loads(came.body)
    assert body["type"] == "checkpoint.made"
    assert body["data"] == checkpoints.signed_note(Checkpoint.objects.get())
    assert offline.is_signed_checkpoint(body["data"], signing.public_keys())
    assert [types_of(each) for each in (asked, others[0])] == [["checkpoint.made"], ["notice.issued"]]


def test_what_was_before_it_is_not_told(world):
    world.notice()
    made, _secret = commands.create_endpoint(
        actor=permit(world.client), url="https://a.example.com/", now=world.now + timedelta(seconds=1)
    )
    told(world.now + timedelta(seconds=1))

    assert types_of(made) == []


def test_announcing_twice_is_once(world):
    made = endpoint(world, "https://a.example.com/")
    world.notice()
    told(world.now)
    event = Event.objects.get(type="notice.issued")
    commands.announce([event], now=world.now)

    assert types_of(made) == ["notice.issued"]


def test_an_event_that_was_rolled_back_is_told_to_nobody(world):
    from django.db import transaction

    made = endpoint(world, "https://a.example.com/")
    with transaction.atomic():
        world.notice()
        transaction.set_rollback(True)
    told(world.now)

    assert types_of(made) == []


def test_a_body_names_nobody_and_quotes_nothing(world):
    made = endpoint(world, "https://a.example.com/")
    appeal = make.file(world.alice, world.notice(), now=world.now, statement="我方从未销售该商品")
    make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=world.now), now=world.now)
    told(world.now)

    assert "appeal.decided" in types_of(made)
    said = "\n".join(made.deliveries.values_list("body", flat=True))
    for word in ("rita", "otto", "我方", "云上数码", "OVERTURNED", "amount", "usr_"):
        assert word not in said


def test_every_public_type_is_one_that_a_machine_declares():
    from django.apps import apps

    from casework.machine import steps_of
    from casework.models import Case

    moved = {s.event for model in apps.get_models() if issubclass(model, Case) for s in steps_of(model)}
    opened = {"notice.issued", "appeal.filed", "dispute.opened", "incident.opened", "instruction.issued",
              "recourse.claimed", "rule.published",
              "exit.requested"}  # fmt: skip
    assert set(TYPES) <= moved | opened
    kinds = {type_.split(".")[0] for type_ in TYPES}
    assert {{"rule": "rulemaking"}.get(kind, kind) for kind in kinds} == set(CASES)


# — who may —


def test_only_a_client_with_the_scope_sets_one_up(world):
    _client, reader = make.make_client(world.now, scopes=("webhooks:read", "notices:read"))
    for actor in (reader, world.alice, world.carl, world.rita):
        with pytest.raises(NotAllowed):
            commands.create_endpoint(actor=actor, url="https://a.example.com/", now=world.now)


def test_nobody_else_sees_or_steers_it(world):
    theirs = build_world(world.now)
    made = endpoint(world, "https://a.example.com/")
    test = commands.send_test(actor=permit(world.client), ref=made.ref, now=world.now)
    stranger = permit(theirs.client)
    for verb in (commands.disable_endpoint, commands.enable_endpoint, commands.rotate_secret, commands.send_test):
        for actor in (stranger, world.alice, world.rita):
            with pytest.raises(NotFound):
                verb(actor=actor, ref=made.ref, now=world.now)
    with pytest.raises(NotFound):
        commands.replay_delivery(actor=stranger, ref=test.ref, now=world.now)
    with pytest.raises(NotFound):
        queries.endpoint_for(stranger, made.ref)
    with pytest.raises(NotFound):
        queries.delivery_for(stranger, test.ref)
    assert queries.shown_secret(stranger, made.ref, made.secrets.get().ref, now=world.now) is None
    assert queries.shown_secret(world.carl, made.ref, made.secrets.get().ref, now=world.now) is None
    with pytest.raises(NotAllowed):
        commands.rotate_secret(actor=world.carl, ref=made.ref, now=world.now)


def test_a_client_that_may_only_read_changes_nothing(world):
    made = endpoint(world, "https://a.example.com/")
    world.client.scopes = [s for s in world.client.scopes if s != "webhooks:write"]
    world.client.save()
    from accounts.queries import actor_of_client

    reader = actor_of_client(world.client)
    assert queries.endpoint_for(reader, made.ref) == made
    for verb in (commands.disable_endpoint, commands.rotate_secret, commands.send_test):
        with pytest.raises(NotAllowed):
            verb(actor=reader, ref=made.ref, now=world.now)


def test_an_address_is_active_once_and_endpoints_are_bounded(world):
    made = endpoint(world, "https://a.example.com/")
    with pytest.raises(NotYourTurn) as refused:
        endpoint(world, "https://a.example.com/")
    assert made.ref in str(refused.value.detail)
    commands.disable_endpoint(actor=world.carl, ref=made.ref, now=world.now)
    endpoint(world, "https://a.example.com/")
    with pytest.raises(NotYourTurn):
        commands.enable_endpoint(actor=world.carl, ref=made.ref, now=world.now)
    for number in range(MAX_ENDPOINTS - 1):
        endpoint(world, f"https://a.example.com/{number}")
    with pytest.raises(NotYourTurn):
        endpoint(world, "https://a.example.com/more")
    with pytest.raises(Invalid):
        commands.create_endpoint(
            actor=permit(world.client), url="https://b.example.com/", event_types=["fact.ruled"], now=world.now
        )


def test_its_own_course_is_in_the_ledger_and_told_to_no_endpoint(world):
    made = endpoint(world, "https://a.example.com/")
    commands.disable_endpoint(actor=world.carl, ref=made.ref, now=world.now)
    commands.enable_endpoint(actor=permit(world.client), ref=made.ref, now=world.now)
    commands.rotate_secret(actor=permit(world.client), ref=made.ref, now=world.now)

    events = Event.objects.filter(case_kind="webhook", case_id=made.pk).order_by("sequence")
    assert [(e.type, e.actor_kind) for e in events] == [
        ("webhook.created", "client"),
        ("webhook.disabled", "staff"),
        ("webhook.enabled", "client"),
        ("webhook.rotated", "client"),
    ]
    told(world.now)
    assert not OutboxMessage.objects.exists()
    assert types_of(made) == []
