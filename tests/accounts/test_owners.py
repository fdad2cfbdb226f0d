"""Nobody plants an owner: an owner lets another in, or two people of the platform do, and the owners are told."""

from datetime import timedelta

import pytest

from accounts import commands as accounts
from accounts.models import Membership, Notification, User
from casework import clock, outbox
from casework.errors import ConflictOfInterest, NotYourTurn
from casework.models import Event
from rules import commands as rules
from rules.models import CatalogueChange
from tests import factories as make
from tests.laws import assert_refused
from tests.surfaces.people import Http

DAY = timedelta(days=1)


def owners(party):
    rows = Membership.objects.filter(party=party, role="owner", ended_at=None)
    return set(rows.values_list("user_id", flat=True))


def test_a_back_end_plants_no_owner_over_rest(world):
    """The attempt of 2026-11-30: an owner with a password, and no word to the owners."""
    call = Http(make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=clock.now())[0])
    body = {"username": "planted", "role": "owner", "password": "a-bamboo-grove-in-rain-7"}

    answer = call("POST", f"/api/v1/parties/{world.merchant.ref}/members", body)

    assert answer.status_code == 409, answer.content
    assert not User.objects.filter(username="planted").exists()
    manager = call("POST", f"/api/v1/parties/{world.merchant.ref}/members", body | {"role": "manager"})
    assert manager.status_code == 409  # who manages withdraws and settles as well
    assert not User.objects.filter(username="planted").exists()
    assert call("POST", f"/api/v1/parties/{world.merchant.ref}/members", body | {"role": "staff"}).status_code == 201
    outbox.sweep(now=clock.now())
    told = Notification.objects.get(user_id=world.alice.user_id, what_en__startswith="Somebody new acts for")
    assert told.path == f"/account/parties/{world.merchant.ref}/people/"
    again = call("POST", f"/api/v1/parties/{world.merchant.ref}/members", {"username": "planted", "role": "owner"})
    assert (again.status_code, owners(world.merchant)) == (409, {world.alice.user_id})


def test_an_administrator_alone_plants_none_either(world, now):
    one, _two = make.signers(now)
    staff = User.objects.get(pk=world.alice_staff.user_id)
    with pytest.raises(NotYourTurn):
        accounts.add_member(actor=one, party=world.merchant, user=staff, role="owner", now=now + DAY)


def test_two_people_sign_and_the_owners_are_told(world, now):
    one, two = make.signers(now)
    call = Http(make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=clock.now())[0])
    body = {"user": world.alice_staff.ref, "reason": "所有者退出经营。"}
    asked = call("POST", f"/api/v1/parties/{world.merchant.ref}/owners", body)
    assert asked.status_code == 202, asked.content
    ref = asked.json()["ref"]
    outbox.sweep(now=clock.now())
    assert Notification.objects.filter(user_id=world.alice.user_id, event__case_ref=ref).count() == 1

    rules.enter_change(actor=one, ref=ref, now=now)
    with pytest.raises(ConflictOfInterest):
        rules.sign_change(actor=one, ref=ref, now=now)
    assert owners(world.merchant) == {world.alice.user_id}
    rules.sign_change(actor=two, ref=ref, now=now)

    assert owners(world.merchant) == {world.alice.user_id, world.alice_staff.user_id}
    change = CatalogueChange.objects.get(ref=ref)
    types = Event.objects.filter(case_kind="catalogue_change", case_id=change.pk).order_by("sequence")
    assert [event.type for event in types][-1] == "catalogue_change.signed"
    outbox.sweep(now=clock.now())
    assert Notification.objects.filter(user_id=world.alice.user_id, event__case_ref=ref).count() == 2


def test_the_database_lets_no_other_owner_in(world, now):
    held = {"user_id": world.bob.user_id, "party": world.merchant, "role": "owner", "started_at": now + DAY}
    assert_refused(
        "who_binds_a_party_is_let_in_by_its_owner_or_by_two_people",
        lambda: Membership.objects.create(**held, granted_by=world.platform.ref),
    )
