"""What a module's tests share is the same for each of them, whatever the one before did to it."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Party, User
from casework.models import Event
from tests.executors import conftest as executors
from tests.races import conftest as races

firm, module_firm = executors.firm, executors.module_firm
transactional_db = races.transactional_db


def spoil_rows(world):
    world.notice()
    Party.objects.filter(pk=world.merchant.pk).update(name="spoilt")
    User.objects.filter(pk=world.bob.user_id).update(is_active=False)


def spoil_objects(world):
    world.merchant.name = "spoilt"
    world.more["spoilt"] = True


def break_off(world):
    with pytest.raises(IntegrityError):
        Party.objects.create(pk=world.merchant.pk, ref="spoilt")


def roll_back(world):
    world.notice()
    transaction.set_rollback(True)


@pytest.mark.parametrize("again", ["", "again"])
@pytest.mark.parametrize("spoil", [spoil_rows, spoil_objects, break_off, roll_back])
def test_no_test_sees_what_another_did(world, module_world, spoil, again):
    merchant = Party.objects.get(pk=world.merchant.pk)
    assert (merchant.name, world.merchant.name, world.more) == ("云上数码", "云上数码", {})
    assert User.objects.get(pk=world.bob.user_id).is_active
    assert not Event.objects.filter(type="notice.issued").exists()
    assert world is not module_world

    spoil(world)


def test_who_asks_for_the_world_alone_comes_before_what_is_built_on_it(world):
    assert not Party.objects.filter(kind="EXECUTOR").exists()


def test_what_is_built_on_the_world_knows_the_test_s_own_world(world, firm):
    assert firm.world is world
    assert Party.objects.filter(kind="EXECUTOR").exists()


def test_a_test_without_rows_finds_none(db):
    assert connection.in_atomic_block
    assert not Party.objects.exists()


def test_what_asks_for_a_database_is_marked(world, request):
    assert request.node.get_closest_marker("database")


def test_and_nothing_else_is(request):
    assert request.node.get_closest_marker("database") is None


def test_a_test_that_commits_finds_no_rows_of_the_module(transactional_db):
    assert not connection.in_atomic_block
    assert not Party.objects.exists()
